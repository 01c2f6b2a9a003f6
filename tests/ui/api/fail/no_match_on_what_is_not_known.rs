use hire_api::hire::v1::types::Gender;

fn main() {
    let _ = match Gender::from(3) {
        Gender::Male | Gender::Female => 1,
        Gender::Unrecognized(3) => 2,
        _ => 3,
    };
}
