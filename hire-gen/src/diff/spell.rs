//! Spells parts of the schema for a report, in YAML syntax if possible.

use crate::read::source::EVENTS;
use crate::resolve::ir::{
    Api, Base, Endpoint, Envelope, Field, Format, Home, Kind, Limits, Literal, Number, RequiredWhen, Scope,
    Shape, Type,
};
use crate::resolve::name;
use crate::rust;

/// `string (ms)`, `Line[]`, `map<int>`
pub(super) fn ty(api: &Api, field: &Field) -> String {
    let shape = shape(api, field.ty);
    field.format.map_or(shape.clone(), |known| format!("{shape} ({})", format(known)))
}

/// `string[]`
pub(super) fn shape(api: &Api, shape: Shape) -> String {
    let base = match shape.base {
        Base::Type(id) => api.type_(id).map_or("", |ty| &ty.name),
        base => base.word().unwrap_or_default(),
    };
    shape.written(base)
}

/// The wire form of a type: an enum is its numbers or texts.
pub(super) fn wire(api: &Api, base: Base) -> &'static str {
    match base {
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => "int",
            Some(Kind::Enum { int: false, .. }) => "string",
            Some(Kind::Object(_)) | None => "object",
        },
        base => base.word().unwrap_or_default(),
    }
}

pub(super) fn format(format: Format) -> &'static str {
    match format {
        Format::Ms => "ms",
        Format::S => "s",
        Format::Date => "date",
        Format::Json => "json",
        Format::CustomValue => "custom_value",
    }
}

/// Whether a request needs a field: `required`, `always 2`, `required when..`, `optional`.
pub(super) fn need(field: &Field) -> String {
    match (&field.limits, &field.required_when) {
        (Limits { fixed: Some(value), .. }, _) => format!("always {}", literal(value)),
        _ if field.required => "required".to_owned(),
        (_, Some(RequiredWhen::Text(sentence))) => format!("optional, required: {sentence}"),
        (_, Some(when)) => format!("required when {}", condition(when)),
        (_, None) => "optional".to_owned(),
    }
}

pub(super) fn condition(when: &RequiredWhen) -> String {
    match when {
        RequiredWhen::All(conditions) => rust::reason(conditions),
        RequiredWhen::Text(sentence) => sentence.clone(),
    }
}

/// As JSON.
pub(super) fn literal(value: &Literal) -> String {
    match value {
        Literal::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
    }
}

pub(super) fn number(number: Number) -> String {
    match number {
        Number::Int(n) => n.to_string(),
        Number::Float(n) => n.to_string(),
    }
}

pub(super) fn envelope(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::Standard => "standard",
        Envelope::Message => "message",
        Envelope::Flat => "flat",
        Envelope::Bare => "bare",
    }
}

/// `hire:talent (更新人才信息), hire:talent:readonly`
pub(super) fn scopes(scopes: &[Scope]) -> String {
    let one = |scope: &Scope| match &scope.label {
        Some(label) => format!("{} ({label})", scope.name),
        None => scope.name.clone(),
    };
    scopes.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `POST /open-apis/hire/v1/talents`
pub(super) fn call(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.method.as_str(), endpoint.path)
}

/// `object`, `enum of ints`
pub(super) fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Object(_) => "object",
        Kind::Enum { int: true, .. } => "enum of ints",
        Kind::Enum { int: false, .. } => "enum of strings",
    }
}

/// The generated path of a type: `hire::v1::talent::get::Education`, `hire::v1::types::Degree`.
pub(super) fn rust_path(ty: &Type) -> String {
    let parts = match &ty.home {
        Home::Local(id) => vec![&*id.service, &*id.version, &*id.resource, &*id.action],
        Home::Event(id) => vec![&*id.service, &*id.version, &*id.resource, EVENTS, &*id.event],
        Home::Shared { service, version } => vec![&**service, &**version, "types"],
    };
    let modules = parts.into_iter().map(name::module);
    modules.chain([ty.name.clone()]).collect::<Vec<_>>().join("::")
}
