use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    kinds: Vec<i64>,
    kind: i64,
    #[hire(required_when(is(kinds, 1), contains(kind, 1), present(kind), reason = "`kind` is 1"))]
    street: Option<String>,
    #[hire(required_when(is(kind, 1), reason = "`kind` is 1"))]
    number: i64,
}

fn main() {}
