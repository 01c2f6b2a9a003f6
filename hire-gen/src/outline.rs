//! An endpoint or an event as a list of paths, to compare with its page.

use crate::resolve::ir::{Api, Base, Endpoint, Event, Field, Kind, TypeId};

/// `METHOD path`, then one line per field in the order of the file: `<section>.<path>`, wire type, `required` or
/// `optional`, separated by tabs. A list adds `[]` for each dimension, a map `{}`; a type inside itself is not
/// expanded again. Unusable fields are included: they are rows of the page.
pub fn outline(api: &Api, endpoint: &Endpoint) -> String {
    let mut outline =
        Outline { api, text: format!("{} {}\n", endpoint.method.as_str(), endpoint.path), open: Vec::new() };
    outline.fields("path", &endpoint.path_params);
    outline.fields("query", &endpoint.query);
    outline.fields("header", &endpoint.headers);
    outline.fields("body", endpoint.body.as_deref().unwrap_or_default());
    outline.fields("data", &endpoint.response);
    outline.text
}

/// The same for an event: `EVENT type`, then its fields in the section `event`.
pub fn event(api: &Api, event: &Event) -> String {
    let mut outline = Outline { api, text: format!("EVENT {}\n", event.event_type), open: Vec::new() };
    outline.fields("event", &event.fields);
    outline.text
}

/// A step of a path: the field's wire name, with marks for lists and maps.
pub(crate) fn marked(field: &Field) -> String {
    let (maps, lists) = (usize::from(field.ty.maps), usize::from(field.ty.list));
    format!("{}{}{}", field.wire, "{}".repeat(maps), "[]".repeat(lists))
}

/// The path of a field in a section or an object: `body.items[]`, and `body[]` where the body is the list.
pub(crate) fn path(prefix: &str, field: &Field) -> String {
    match field.whole {
        true => format!("{prefix}{}", "[]".repeat(usize::from(field.ty.list))),
        false => format!("{prefix}.{}", marked(field)),
    }
}

struct Outline<'a> {
    api: &'a Api,
    text: String,
    /// The types around the current line.
    open: Vec<TypeId>,
}

impl Outline<'_> {
    fn fields(&mut self, prefix: &str, fields: &[Field]) {
        for field in fields {
            let path = path(prefix, field);
            let required = if field.required { "required" } else { "optional" };
            self.text.push_str(&format!("{path}\t{}\t{required}\n", self.wire_type(field.ty.base)));
            if let Base::Type(id) = field.ty.base
                && !self.open.contains(&id)
                && let Some(Kind::Object(inner)) = self.api.type_(id).map(|ty| &ty.kind)
            {
                self.open.push(id);
                self.fields(&path, inner);
                self.open.pop();
            }
        }
    }

    fn wire_type(&self, base: Base) -> &'static str {
        match base {
            Base::Type(id) => match self.api.type_(id).map(|ty| &ty.kind) {
                Some(Kind::Enum { int: true, .. }) => "int",
                Some(Kind::Enum { int: false, .. }) => "string",
                Some(Kind::Object(_)) | None => "object",
            },
            base => base.word().unwrap_or_default(),
        }
    }
}
