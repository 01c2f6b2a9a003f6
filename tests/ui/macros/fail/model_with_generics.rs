use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address<T> {
    street: Option<T>,
}

fn main() {}
