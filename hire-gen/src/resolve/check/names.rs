//! Rules about names: those that the emitter or a derive writes are reserved.

use std::collections::BTreeMap;

use super::at_field;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::span::Span;
use crate::resolve::ir::{Api, Endpoint, Field};
use crate::resolve::name;

/// Fields of a struct have distinct names in Rust, different from those of methods.
pub(super) fn names_differ(_: &Api, fields: &[&Field], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
    for field in fields.iter().filter(|field| field.unusable.is_none()) {
        if let Some(first) = seen.insert(&field.ident, field) {
            let message = format!("`{}` and `{}` are both `{}` in Rust", first.wire, field.wire, field.ident);
            let diagnostic = Diagnostic::error(Code::H205, field.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("set a name for one of them: `rust: <name>`"));
        }
        let clear = field.clear_method();
        let takes = |other: &&&Field| {
            other.ident == clear
                || (other.nullable && other.ident != field.ident && other.clear_method() == clear)
        };
        if let Some(other) = fields.iter().filter(|_| field.nullable).find(takes) {
            let message = format!("`{clear}` is taken: it sends `null` for `{}`", field.wire);
            let help = "give one of them a name of its own: `rust: <name>`";
            diagnostics.push(at_field(Code::H206, other, message, help));
        }
        if let Some(why) = name::reserved_field(&field.ident, !field.required) {
            let message = format!("`{}` is reserved: {why}", field.ident);
            diagnostics.push(at_field(Code::H206, field, message, "set a name: `rust: <name>`"));
        }
    }
}

/// The methods and modules for an endpoint's version, resource and action.
pub(super) fn calls_have_names(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let id = &endpoint.id;
    let parts = [("version", &id.version), ("resource", &id.resource), ("action", &id.action)];
    for (what, stem) in parts {
        if let Some(why) = name::reserved_method(stem) {
            let at = Span { file: endpoint.at.file, start: 0, end: 0 };
            let message = format!("the {what} `{stem}` cannot be a method: {why}");
            diagnostics.push(taken(at, message, &format!("rename it, such as `{stem}_{what}`")));
        }
    }
}

/// Services are modules beside the root's own items, and regions are constants there.
pub(super) fn roots_have_free_names(api: &Api, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        let service = &endpoint.id.service;
        if let Some(why) = name::reserved_service(&name::module(service)) {
            let at = Span { file: endpoint.at.file, start: 0, end: 0 };
            diagnostics.push(taken(
                at,
                format!("the service `{service}` is reserved: {why}"),
                "rename the folder",
            ));
        }
    }
    for region in &api.base_urls {
        if let Some(why) = name::reserved_region(&region.region) {
            diagnostics.push(taken(
                region.at,
                format!("`{}` is reserved: {why}", region.region),
                "rename the region",
            ));
        }
    }
}

/// Each code of an endpoint is a variant of `Code`.
pub(super) fn errors_have_free_names(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for error in &endpoint.errors {
        if let Some(why) = name::reserved_error(&error.name) {
            diagnostics.push(taken(
                error.at,
                format!("`{}` is reserved: {why}", error.name),
                "choose another name",
            ));
        }
    }
}

#[track_caller]
fn taken(at: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code::H206, at, message).help(help)
}
