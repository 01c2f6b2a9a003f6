use hire_api::event::Event;

#[derive(Event)]
struct Moved {
    id: Option<String>,
}

fn main() {}
