use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    #[hire(fixed = 2)]
    kind: Option<i64>,
}

fn main() {}
