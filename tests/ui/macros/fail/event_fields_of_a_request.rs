use hire_api::event::Event;

#[derive(Event)]
#[hire(name = "zoo.animal.moved_v1")]
struct Moved {
    id: String,
    #[hire(max_length = 10)]
    name: Option<String>,
    #[hire(query)]
    kind: Option<String>,
    #[hire(rename = "name")]
    other: Option<String>,
}

fn main() {
    // One error each, and none about what the derive would have brought.
    let _ = <Moved as Event>::METADATA;
}
