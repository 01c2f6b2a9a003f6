use hire_api::Model;

#[derive(Model)]
#[hire(response)]
struct Address {
    street: Option<Street>,
}

#[derive(Debug)]
struct Street;

fn main() {}
