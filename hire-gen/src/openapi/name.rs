//! What components are called.
//!
//! The names of the schema, dotted, are unique in it: `hire.v1.Gender` is shared, `hire.v1.talent.get.Talent` is an
//! endpoint's own. What this document adds comes after a hyphen, which no name of the schema has. A name depends on what
//! it stands for alone and never on what else there is, so that a new endpoint renames nothing.

use crate::ir::{EndpointId, Home, Type};
use crate::name::module;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Sent,
    Received,
}

/// The component of a type; as it is sent it is the `-Input`.
pub(super) fn type_(ty: &Type, direction: Direction) -> String {
    let name = match &ty.home {
        Home::Shared { service, version } => format!("{service}.{version}.{}", ty.name),
        Home::Local(id) => format!("{id}.{}", ty.name),
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

/// The component of what is inside the envelope.
pub(super) fn data(id: &EndpointId) -> String {
    format!("{id}.Response-Data")
}

/// `#/components/schemas/..`: the names need no escaping.
pub(super) fn schema_reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// `hire.v1.talent`
pub(super) fn tag(id: &EndpointId) -> String {
    format!("{}.{}.{}", id.service, id.version, id.resource)
}

/// Where the generated Rust is: `hire::v1::talent::get`.
pub(super) fn rust_module(id: &EndpointId) -> String {
    [&id.service, &id.version, &id.resource, &id.action].map(|part| module(part)).join("::")
}

/// The generated type: `hire::v1::types::Gender`.
pub(super) fn rust_type(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => {
            format!("{}::{}::types::{}", module(service), module(version), ty.name)
        }
        Home::Local(id) => format!("{}::{}", rust_module(id), ty.name),
    }
}

/// A path with `{name}` for `:name`.
pub(super) fn path(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The same for all paths that differ in the names of their parameters alone: in OpenAPI these are one path.
pub(super) fn path_shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// What a parameter of a path is called where the path is written as another endpoint has it: a parameter's place
/// counts, its name never reaches the wire.
pub(super) fn parameter<'a>(name: &'a str, path: &str, written: &'a str) -> &'a str {
    let mut segments = path.split('/').zip(written.split('/'));
    let found = segments.find(|(segment, _)| segment.strip_prefix(':') == Some(name));
    found.and_then(|(_, written)| written.strip_prefix(':')).unwrap_or(name)
}
