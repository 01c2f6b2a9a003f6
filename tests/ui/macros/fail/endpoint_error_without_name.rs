use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
#[hire(name = "note.get", method = "GET", path = "/notes", response = Note, error(code = 1, http = 400))]
struct GetNote {}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
