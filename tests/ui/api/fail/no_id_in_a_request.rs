use hire_api::hire::v1::types::Education;

fn main() {
    let _ = Education::new().id("6891560630172518670");
}
