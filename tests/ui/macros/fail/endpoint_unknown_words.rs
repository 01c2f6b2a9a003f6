use hire_api::{Endpoint, Model};

#[derive(Model)]
#[hire(response)]
struct Note {
    content: Option<String>,
}

#[derive(Endpoint)]
#[hire(
    name = "note.get",
    method = "GET",
    path = "/notes",
    response = Note,
    tokens(tennant),
    apps(shop),
    scopes(hire),
    quota = "50 per second",
    safety = "save",
    envelope = "none"
)]
struct GetNote {}

fn main() {
    let _: Option<(Note, GetNote)> = None;
}
