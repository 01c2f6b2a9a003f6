#![deny(warnings)]

use hire_api::hire::v1::talent::combined_create::{BasicInfo, Request};

fn main() {
    let _ = Request::new(BasicInfo::new("name")).init_source_id("1");
}
