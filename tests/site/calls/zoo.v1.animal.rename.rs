use hire_api::CallOptions;
use hire_api::zoo::v1::animal::rename;
use hire_api::zoo::v1::animal::rename::{Friend, Request};
use hire_api::zoo::v1::types::Food;

let friend = Friend::new("Otto the second of his name")
    .nickname("Otto")
    .foods([Food::new("fish").grams(10)]);
let request = Request::new("1", "Bruno")
    .result(rename::Result::Seventh)
    .friends([friend]);
let options =
    CallOptions::new().with_user_token(user_token);
let answer = client.call_with(&request, options).await?;
