use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
struct GetNote {
    note_id: Option<String>,
}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
