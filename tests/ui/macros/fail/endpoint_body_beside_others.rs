//! A list that is the whole body has no field beside it, and is no key.

use hire_api::{Endpoint, File, Model};

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Answer {}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.item.import", method = "POST", path = "/items", response = Answer, safety = "keyed(items)")]
struct Import {
    #[hire(query)]
    shop: Option<String>,
    #[hire(body)]
    items: Vec<String>,
    note: Option<String>,
    #[hire(multipart)]
    content: File,
    #[hire(body)]
    more: Vec<String>,
    #[hire(query, body)]
    both: Vec<String>,
}

fn main() {}
