use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    street: String,
    #[hire(rename = "street")]
    road: Option<String>,
}

fn main() {}
