use hire_api::zoo::v1::animal::feed::{Meal, Request};

let request =
    Request::new([Meal::new("a-1", ["dishes", "dishes"])]);
let animal = client.zoo().v1().animal();
let answer = animal.feed(request).await?;
