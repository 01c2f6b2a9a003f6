use hire_api::contact::v3::employee_type_enum::update::Request;

fn main() {
    let _ = Request::new("6930815272790114324", "content");
}
