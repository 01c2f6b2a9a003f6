use hire_api::Model;

#[derive(Model)]
#[hire(request, request)]
struct Address {
    #[hire(max_length = 10, max_length = 20)]
    street: String,
}

fn main() {}
