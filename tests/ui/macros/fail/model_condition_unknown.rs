use hire_api::Model;

#[derive(Model)]
#[hire(request)]
struct Address {
    kind: i64,
    #[hire(required_when(contain(kind, 1), reason = "`kind` is 1"))]
    street: Option<String>,
    #[hire(required_when(is(kind), reason = "`kind` is 1"))]
    number: Option<i64>,
    #[hire(required_when(is(kind, 1)))]
    floor: Option<i64>,
}

fn main() {}
