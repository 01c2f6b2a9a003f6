use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(max_length = 10)]
    number: i64,
    #[hire(max_length = 10)]
    floors: Vec<i64>,
    #[hire(date)]
    since: i64,
    #[hire(json)]
    plan: Vec<i64>,
}

fn main() {}
