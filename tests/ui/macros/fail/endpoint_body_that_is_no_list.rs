//! A whole body is a list that is always sent.

use hire_api::{Endpoint, Model};

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Answer {
    #[hire(body)]
    name: Option<String>,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.item.import", method = "POST", path = "/items", response = Answer)]
struct Import {
    #[hire(body)]
    items: Option<Vec<String>>,
}

fn main() {}
