use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    kind: i64,
    #[hire(required_when(is(kynd, 1), reason = "`kind` is 1"))]
    street: Option<String>,
}

fn main() {}
