use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(max_lenght = 10)]
    street: String,
    #[hire(secret)]
    phone: Option<String>,
}

fn main() {}
