use hire_api::event::Event;

#[derive(Event)]
#[hire(name = "zoo animal moved", apps(shop), scopes(zoo), envelope = "v3", method = "GET")]
struct Moved {
    id: Option<String>,
}

#[derive(Event)]
#[hire(name = "zoo..moved_v1", name = "zoo.moved_v1")]
struct Gone {}

fn main() {}
