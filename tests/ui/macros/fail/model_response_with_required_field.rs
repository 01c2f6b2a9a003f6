use hire_api::Model;

#[derive(Model)]
#[hire(response)]
struct Address {
    street: String,
    floors: Vec<i64>,
}

fn main() {}
