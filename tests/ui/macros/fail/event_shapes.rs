use hire_api::event::Event;

#[derive(Event)]
#[hire(name = "zoo.animal.moved_v1")]
enum Moved {
    Up,
}

#[derive(Event)]
#[hire(name = "zoo.animal.moved_v1")]
struct Pair(Option<String>);

#[derive(Event)]
#[hire(name = "zoo.animal.moved_v1")]
struct Any<T> {
    id: Option<T>,
}

fn main() {}
