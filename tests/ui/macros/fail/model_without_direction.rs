use hire_api::Model;

#[derive(Model)]
struct Address {
    street: Option<String>,
}

fn main() {}
