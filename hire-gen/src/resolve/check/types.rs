//! Rules about types: values, directions, recursion, use.

use std::collections::BTreeMap;

use super::at_field;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Base, Endpoint, Field, Kind, Literal, Type, TypeId};
use crate::resolve::name;

/// The fields of an object; none of an enum.
pub(super) fn fields(ty: &Type) -> &[Field] {
    match &ty.kind {
        Kind::Object(fields) => fields,
        Kind::Enum { .. } => &[],
    }
}

/// An enum has values of its kind, each once, with distinct names.
pub(super) fn enum_values_differ(_: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    let Kind::Enum { int, variants } = &ty.kind else { return };
    let mut names = BTreeMap::new();
    let mut values = BTreeMap::new();
    for variant in variants {
        let (fits, spelled) = match &variant.value {
            Literal::Int(n) => (*int, n.to_string()),
            Literal::String(text) => (!*int, text.clone()),
            _ => (false, String::new()),
        };
        if !fits {
            let message =
                format!("the value `{spelled}` is not {}", if *int { "a whole number" } else { "a string" });
            let help = if *int {
                "write a whole number of 64 bits, or `enum: string`"
            } else {
                "quote it, or write `enum: int`"
            };
            diagnostics.push(Diagnostic::error(Code::H307, variant.at, message).help(help));
        }
        let same_value =
            values.insert(spelled.clone(), variant.at).map(|first| (format!("the value `{spelled}`"), first));
        let same_name = names
            .insert(&variant.name, variant.at)
            .map(|first| (format!("the name `{}`", variant.name), first));
        for (what, first) in same_value.into_iter().chain(same_name) {
            let message = format!("{what} is repeated in this enum");
            let diagnostic = Diagnostic::error(Code::H307, variant.at, message).note_at(first, "first here");
            diagnostics.push(diagnostic.help("delete one of them, or correct it"));
        }
    }
}

/// An object that is both sent and received has one form in Rust, so it must not contain anything that differs
/// between the two.
pub(super) fn directions_agree(_: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    for field in fields(ty).iter().filter(|field| field.unusable.is_none()) {
        let differs = match (ty.in_request, ty.in_response) {
            (true, true) => field.required || field.ty.list > 0 || field.ty.is_map(),
            (false, true) => field.required || field.required_when.is_some(),
            _ => false,
        };
        if !differs {
            continue;
        }
        let (message, help) = if ty.in_request {
            let what = if field.required { "is required" } else { "is a list or a map" };
            let message = format!("`{}` {what}, and `{}` is both sent and received", field.wire, ty.name);
            (message, "declare two types, one for requests and one for responses")
        } else {
            let message = format!("`{}` is in a response, which has no required fields", field.wire);
            (message, "delete `required`")
        };
        diagnostics.push(at_field(Code::H308, field, message, help));
    }
}

/// A name such as `Value3` is a placeholder.
pub(super) fn values_have_names(_: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    let Kind::Enum { variants, .. } = &ty.kind else { return };
    for variant in variants.iter().filter(|variant| name::is_placeholder(&variant.name)) {
        let meaning =
            variant.label.as_deref().map_or(String::new(), |label| format!(", which means {label}"));
        let message = format!("`{}` is a placeholder{meaning}", variant.name);
        let warning = Diagnostic::warning(Code::H320, variant.at, message);
        diagnostics.push(warning.help("give the value an English name"));
    }
}

/// The same for error codes.
pub(super) fn errors_have_names(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for error in endpoint.errors.iter().filter(|error| name::is_placeholder(&error.name)) {
        let message = format!("`{}` is a placeholder", error.name);
        let warning = Diagnostic::warning(Code::H320, error.at, message);
        diagnostics.push(warning.help("give the error an English name"));
    }
}

/// The codes of an endpoint become one enum.
pub(super) fn errors_differ_by_name(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for (index, error) in endpoint.errors.iter().enumerate() {
        let before = endpoint.errors.iter().take(index).find(|other| other.name == error.name);
        if let Some(first) = before {
            let message = format!("two errors have the name `{}`", error.name);
            let error = Diagnostic::error(Code::H307, error.at, message).note_at(first.at, "first here");
            diagnostics.push(error.help("give each error its own name"));
        }
    }
}

/// Only a body contains files, and only directly.
pub(super) fn files_stand_in_bodies(_: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    no_files(fields(ty), diagnostics);
}

/// An error for every file.
pub(super) fn no_files(fields: &[Field], diagnostics: &mut Diagnostics) {
    for field in fields.iter().filter(|field| field.ty.base == Base::File) {
        let message = format!("the file `{}` is not directly in a body", field.wire);
        diagnostics.push(at_field(Code::H311, field, message, "a `file` is a field of `body:`"));
    }
}

/// In received types any field may be `null`, so none is marked `nullable`.
pub(super) fn null_is_sent(_: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    if !ty.in_request {
        no_null(fields(ty), diagnostics);
    }
}

/// An error for every field that may be `null`.
pub(super) fn no_null<'a>(fields: impl IntoIterator<Item = &'a Field>, diagnostics: &mut Diagnostics) {
    for field in fields.into_iter().filter(|field| field.nullable) {
        let message = format!("`{}` is `nullable`, and is not sent in a JSON body", field.wire);
        let error = Diagnostic::error(Code::H308, field.key("nullable"), message);
        diagnostics.push(error.help("delete `nullable`: in an answer, any field may be `null`"));
    }
}

/// An object that requires itself, without a list in between, can never be built.
pub(super) fn objects_end(api: &Api, diagnostics: &mut Diagnostics) {
    let mut state = vec![State::New; api.types.len()];
    for id in 0..api.types.len() {
        descend(api, TypeId(id), &mut state, diagnostics);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Walks required objects without recursion, since the schema decides how deep types nest.
fn descend(api: &Api, root: TypeId, state: &mut [State], diagnostics: &mut Diagnostics) {
    let mut stack = vec![(root, 0)];
    while let Some((id, next)) = stack.pop() {
        let Some(slot) = state.get_mut(id.0) else { continue };
        if next == 0 && *slot != State::New {
            continue;
        }
        *slot = State::Open;
        let held = api.type_(id).map_or(&[][..], fields);
        let step = held
            .iter()
            .enumerate()
            .skip(next)
            .find_map(|(i, field)| Some((i, field, required_object(field)?)));
        let Some((i, field, inner)) = step else {
            *slot = State::Done;
            continue;
        };
        stack.push((id, i + 1));
        if state.get(inner.0) == Some(&State::Open) {
            let message =
                format!("`{}` requires a value of its own type, so it can never be built", field.wire);
            diagnostics.push(at_field(
                Code::H309,
                field,
                message,
                "make it optional, or a list that may be empty",
            ));
        } else {
            stack.push((inner, 0));
        }
    }
}

fn required_object(field: &Field) -> Option<TypeId> {
    let one_at_least = field.ty.list == 0 || field.limits.min_items.is_some_and(|least| least > 0);
    match field.ty.base {
        // Only the outermost list has a least number of items.
        Base::Type(id) if field.required && field.ty.list < 2 && one_at_least && !field.ty.is_map() => {
            Some(id)
        }
        _ => None,
    }
}

/// An unused type is an error or a leftover.
pub(super) fn types_are_used(api: &Api, diagnostics: &mut Diagnostics) {
    let mut used = vec![false; api.types.len()];
    let endpoints = api.endpoints.iter().flat_map(all_fields);
    let events = api.events.iter().flat_map(|event| &event.fields);
    for field in endpoints.chain(events).chain(api.types.iter().flat_map(fields)) {
        if let Base::Type(TypeId(id)) = field.ty.base
            && let Some(used) = used.get_mut(id)
        {
            *used = true;
        }
    }
    for (ty, _) in api.types.iter().zip(used).filter(|(_, used)| !used) {
        let message = format!("no field has the type `{}`", ty.name);
        diagnostics.push(Diagnostic::warning(Code::H315, ty.at, message).help("delete it"));
    }
}

fn all_fields(endpoint: &Endpoint) -> impl Iterator<Item = &Field> {
    endpoint.sent().chain(&endpoint.response)
}
