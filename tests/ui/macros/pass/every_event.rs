//! Everything that `#[derive(Event)]` takes, on private types and fields.

#![deny(warnings)]

use std::collections::BTreeMap;

use hire_api::event::{Event, EventEnvelope, Events};
use hire_api::{Json, Millis, Model, OpenEnum, UnrecognizedInt};

#[derive(Clone, PartialEq, OpenEnum)]
#[hire(int)]
enum Way {
    #[hire(value = 1)]
    Up,
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedInt),
}

#[derive(Clone, PartialEq, Model)]
#[hire(response)]
struct Animal {
    name: Option<String>,
}

#[derive(Clone, Event)]
#[hire(name = "zoo.animal.moved_v1", title = "Moved", doc = "https://a.example", apps(custom, store))]
#[hire(scopes("zoo:animal", "zoo:animal:readonly"), field_scopes("zoo:name"), envelope = "v1")]
struct Moved {
    animal: Option<Animal>,
    way: Option<Way>,
    r#type: Option<i64>,
    #[hire(rename = "when[]", sensitive)]
    when: Vec<i64>,
    notes: BTreeMap<String, String>,
    at: Option<Millis>,
    raw: Option<Json>,
}

#[derive(Event)]
#[hire(name = "zoo_opened")]
struct Opened {}

fn main() {
    let metadata = Moved::METADATA;
    assert_eq!((metadata.name, metadata.envelope), ("zoo.animal.moved_v1", EventEnvelope::V1));
    assert_eq!((metadata.scopes.len(), metadata.field_scopes.len(), metadata.apps.len()), (2, 1, 2));
    assert_eq!((Opened::METADATA.name, Opened::METADATA.envelope), ("zoo_opened", EventEnvelope::V2));
    let events = Events::new()
        .on::<Moved>(|delivery| async move {
            let Moved { animal, way, r#type, when, notes, at, raw } = delivery.event;
            drop((animal.map(|animal| animal.name), way, r#type, when, notes, at, raw));
            Ok(())
        })
        .on::<Opened>(|_| async { Ok(()) });
    assert_eq!(events.subscribed().count(), 2);
}
