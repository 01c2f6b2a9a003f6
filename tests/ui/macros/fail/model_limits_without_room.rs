use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(min_length = 10, max_length = 1)]
    street: String,
    #[hire(minimum = 10, maximum = -1)]
    number: i64,
    #[hire(min_items = 2, max_items = 1)]
    floors: Vec<i64>,
}

fn main() {}
