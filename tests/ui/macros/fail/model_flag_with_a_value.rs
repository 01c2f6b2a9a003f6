use hire_api::Model;

#[derive(Model)]
#[hire(request = true)]
struct Address {
    #[hire(sensitive = "yes")]
    street: String,
    #[hire(rename = 1)]
    number: i64,
}

fn main() {}
