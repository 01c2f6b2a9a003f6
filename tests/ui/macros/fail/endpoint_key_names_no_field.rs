use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
#[hire(name = "note.get", method = "POST", path = "/notes", response = Note, safety = "keyed(external_id)")]
struct GetNote {
    external_ids: Option<String>,
}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
