use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    new: Option<String>,
}

fn main() {}
