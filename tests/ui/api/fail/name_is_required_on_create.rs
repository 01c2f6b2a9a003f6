use hire_api::hire::v1::talent::combined_create::{BasicInfo, Request};

fn main() {
    let _ = Request::new(BasicInfo::new());
}
