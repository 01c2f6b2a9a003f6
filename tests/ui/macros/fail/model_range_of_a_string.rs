use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(minimum = 1)]
    street: String,
    #[hire(maximum = 0.5)]
    number: i64,
}

fn main() {}
