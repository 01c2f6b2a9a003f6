use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address(String);

fn main() {}
