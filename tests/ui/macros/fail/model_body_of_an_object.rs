//! An object inside a body is no list.

use hire_api::Model;

#[derive(Clone, Model)]
#[hire(request, response)]
struct Items {
    #[hire(body)]
    items: Vec<String>,
}

fn main() {}
