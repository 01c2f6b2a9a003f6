use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
#[hire(name = "note.get", method = "GET", path = "/notes/:note_id", response = Note)]
struct GetNote {
    #[hire(path)]
    note_id: Option<String>,
    #[hire(path, query)]
    other: Option<String>,
}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
