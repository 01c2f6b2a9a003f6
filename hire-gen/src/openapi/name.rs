//! Names of components.
//!
//! The dotted names of the schema are unique: `hire.v1.Gender` is shared, `hire.v1.talent.get.Talent` belongs to an
//! endpoint. Additions of this document come after a hyphen, which names of the schema do not contain. A name depends
//! only on its own subject, so a new endpoint renames nothing.

use crate::read::source::EVENTS;
use crate::resolve::ir::{EndpointId, EventId, Home, Type};
use crate::resolve::name::{module, type_from_stem};

/// The direction of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Sent,
    Received,
}

/// The component of a type; the sent form is the `-Input`.
pub(super) fn type_(ty: &Type, direction: Direction) -> String {
    let name = match &ty.home {
        Home::Shared { service, version } => format!("{service}.{version}.{}", ty.name),
        Home::Local(id) => format!("{id}.{}", ty.name),
        Home::Event(id) => format!("{id}.{}", ty.name),
    };
    match direction {
        Direction::Sent => name + "-Input",
        Direction::Received => name,
    }
}

/// The component of an endpoint's body.
pub(super) fn request(id: &EndpointId) -> String {
    format!("{id}.Request")
}

/// The component of an endpoint's answer, envelope included.
pub(super) fn response(id: &EndpointId) -> String {
    format!("{id}.Response")
}

/// The component of the envelope's contents.
pub(super) fn data(id: &EndpointId) -> String {
    format!("{id}.Response-Data")
}

/// The component of a delivered event, including its envelope.
pub(super) fn delivery(id: &EventId) -> String {
    format!("{id}.Event")
}

/// The component of its `event`.
pub(super) fn payload(id: &EventId) -> String {
    format!("{id}.Event-Payload")
}

/// `#/components/schemas/..`: names need no escaping.
pub(super) fn schema_reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// `hire.v1.talent`
pub(super) fn tag(id: &EndpointId) -> String {
    format!("{}.{}.{}", id.service, id.version, id.resource)
}

/// The tag of an event's resource.
pub(super) fn event_tag(id: &EventId) -> String {
    format!("{}.{}.{}", id.service, id.version, id.resource)
}

/// The generated payload: `hire::v1::application::events::StageChanged`.
pub(super) fn rust_event(id: &EventId) -> String {
    let modules = [&id.service, &id.version, &id.resource].map(|part| module(part)).join("::");
    format!("{modules}::{EVENTS}::{}", type_from_stem(&id.event))
}

/// The path of the generated Rust: `hire::v1::talent::get`.
pub(super) fn rust_module(id: &EndpointId) -> String {
    [&id.service, &id.version, &id.resource, &id.action].map(|part| module(part)).join("::")
}

/// The path of an event's generated Rust: `hire::v1::application::events::stage_changed`.
pub(super) fn rust_event_module(id: &EventId) -> String {
    [&id.service, &id.version, &id.resource, EVENTS, &id.event].map(module).join("::")
}

/// The generated type: `hire::v1::types::Gender`.
pub(super) fn rust_type(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => {
            format!("{}::{}::types::{}", module(service), module(version), ty.name)
        }
        Home::Local(id) => format!("{}::{}", rust_module(id), ty.name),
        Home::Event(id) => format!("{}::{}", rust_event_module(id), ty.name),
    }
}

/// A path with `{name}` instead of `:name`.
pub(super) fn path(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Equal for paths that differ only in the names of their parameters: in OpenAPI they are one path.
pub(super) fn path_shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The name of a path parameter in the spelling of another endpoint: only the position counts, and names never reach
/// the wire.
pub(super) fn parameter<'a>(name: &'a str, path: &str, written: &'a str) -> &'a str {
    let mut segments = path.split('/').zip(written.split('/'));
    let found = segments.find(|(segment, _)| segment.strip_prefix(':') == Some(name));
    found.and_then(|(_, written)| written.strip_prefix(':')).unwrap_or(name)
}
