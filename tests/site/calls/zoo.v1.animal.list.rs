use hire_api::zoo::v1::animal::list::Request;

let request = Request::new().page_size(10);
let mut items = client.items(request);
while let Some(item) = items.next().await {
    println!("{:?}", item?);
}
