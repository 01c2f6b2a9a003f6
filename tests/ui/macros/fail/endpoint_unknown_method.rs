use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
#[hire(name = "note.get", method = "Put", path = "/notes", response = Note)]
struct GetNote {}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
