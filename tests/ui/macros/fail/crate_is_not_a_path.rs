//! `crate` is the path of hire-api.

use hire_api::{Model, OpenEnum};

#[derive(Clone, Model)]
#[hire(request, crate = "corp sdk")]
struct Animal {
    name: String,
}

#[derive(Clone, OpenEnum)]
#[hire(int, crate = corp_sdk)]
enum Food {
    #[hire(value = 1)]
    Hay,
    #[hire(unrecognized)]
    Unrecognized(hire_api::UnrecognizedInt),
}

fn main() {}
