use hire_api::Model;

#[derive(Model)]
#[hire(response)]
struct Address {
    #[hire(max_length = 10)]
    street: Option<String>,
}

fn main() {}
