use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(max_length = -1)]
    street: String,
}

fn main() {}
