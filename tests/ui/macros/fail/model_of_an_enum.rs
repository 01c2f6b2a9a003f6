use hire_api::Model;

#[derive(Model)]
#[hire(request)]
enum Address {
    Street,
}

fn main() {}
