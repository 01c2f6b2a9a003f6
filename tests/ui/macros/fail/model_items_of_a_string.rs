use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(max_items = 10)]
    street: String,
}

fn main() {}
