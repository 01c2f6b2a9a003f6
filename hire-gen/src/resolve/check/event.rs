//! Rules about events: their names, and their payloads.

use std::collections::BTreeMap;

use super::{at_field, endpoint, types};
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::source::EVENTS;
use crate::resolve::ir::{Api, Base, Event, EventEnvelope};
use crate::resolve::name;

/// A type consists of words separated by dots, as Feishu sends it.
pub(super) fn type_is_a_type(_: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if !event.event_type.split('.').all(word) {
        let message = format!("`{}` is not the type of an event", event.event_type);
        let help = "copy it from the page: ASCII letters, digits, `_` and `-` with dots between, such as \
                    `hire.application.stage_changed_v1`";
        diagnostics.push(Diagnostic::error(Code::H321, event.at, message).help(help));
    }
}

/// The page has an address.
pub(super) fn page_is_an_address(_: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    endpoint::address(&event.doc, event.doc_at, diagnostics);
}

/// Pages never state what an event always contains, so nothing in it is required, and nothing in it is a file.
pub(super) fn nothing_is_required(_: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    types::no_null(&event.fields, diagnostics);
    for field in event.fields.iter().filter(|field| field.required || field.required_when.is_some()) {
        let message = format!("`{}` is in an event, which has no required fields", field.wire);
        diagnostics.push(at_field(Code::H306, field, message, "delete `required`"));
    }
    types::no_files(&event.fields, diagnostics);
}

/// In the envelope 1.0, the envelope's own texts are beside those of the payload.
pub(super) fn payloads_leave_the_envelope_alone(_: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    let in_v1 = event.envelope == EventEnvelope::V1;
    for field in event.fields.iter().filter(|field| in_v1 && V1.contains(&&*field.wire)) {
        if field.ty.is_single() && field.ty.base == Base::String && field.format.is_none() {
            continue;
        }
        let message = format!("`{}` belongs to the envelope 1.0, where it is a text", field.wire);
        let help = "make it a `string`, delete it, or write `envelope: v2`";
        diagnostics.push(at_field(Code::H306, field, message, help));
    }
}

/// Members that the envelope 1.0 adds to every payload.
const V1: [&str; 3] = ["type", "app_id", "tenant_key"];

/// A type belongs to one event.
pub(super) fn types_differ(api: &Api, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Event> = BTreeMap::new();
    for event in &api.events {
        if let Some(first) = seen.insert(&event.event_type, event) {
            let message = format!("`{}` and `{}` have the same type", first.id, event.id);
            let diagnostic = Diagnostic::error(Code::H322, event.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("delete one of them, or correct its `event_type`"));
        }
    }
}

/// The events of a resource become a module with a struct each.
pub(super) fn names_differ(api: &Api, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for event in &api.events {
        let id = &event.id;
        let resource = [&id.service, &id.version, &id.resource];
        let rust = name::type_from_stem(&id.event);
        if let Some(first) = seen.insert((resource, rust.clone()), event) {
            let message = format!("`{}` and `{}` are both `{rust}` in Rust", first.id, id);
            let diagnostic = Diagnostic::error(Code::H205, event.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("rename one of the files"));
        }
        let action = api.endpoints.iter().find(|endpoint| {
            let other = &endpoint.id;
            [&other.service, &other.version, &other.resource] == resource && other.action == EVENTS
        });
        if let Some(action) = action {
            let message = format!("`{}` and the events of its resource are both `events` in Rust", action.id);
            let diagnostic = Diagnostic::error(Code::H205, action.at, message).note_at(event.at, "an event");
            diagnostics.push(diagnostic.help("rename the endpoint's file"));
        }
    }
}
