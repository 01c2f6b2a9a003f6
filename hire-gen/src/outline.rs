//! An endpoint as a list of paths, to be laid beside its page.

use crate::ir::{Api, Base, Endpoint, Field, Kind, TypeId};

/// `METHOD path`, then a line for every field in the order of the file: `<section>.<path>`, wire type, `required` or
/// `optional`, with tabs between. A list adds `[]` for each dimension, a map `{}`; a type inside itself is not opened
/// again. Fields that must not be used stand here too: they are rows of the page.
pub fn outline(api: &Api, endpoint: &Endpoint) -> String {
    let mut outline =
        Outline { api, text: format!("{} {}\n", endpoint.method.as_str(), endpoint.path), open: Vec::new() };
    outline.fields("path", &endpoint.path_params);
    outline.fields("query", &endpoint.query);
    outline.fields("body", endpoint.body.as_deref().unwrap_or_default());
    outline.fields("data", &endpoint.response);
    outline.text
}

/// A step of a path: the field's name on the wire, and marks for lists and maps.
pub(crate) fn marked(field: &Field) -> String {
    let map = if field.ty.map { "{}" } else { "" };
    format!("{}{map}{}", field.wire, "[]".repeat(usize::from(field.ty.list)))
}

struct Outline<'a> {
    api: &'a Api,
    text: String,
    /// Types that the present line is inside of.
    open: Vec<TypeId>,
}

impl Outline<'_> {
    fn fields(&mut self, prefix: &str, fields: &[Field]) {
        for field in fields {
            let path = format!("{prefix}.{}", marked(field));
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
