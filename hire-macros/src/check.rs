//! The rules for an annotated struct: one function per rule, all listed here.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::ext::IdentExt;

use super::ast::{Field, Section, Test};
use super::attr::{Kind, Literal};
use super::ctxt::{Ctxt, suggestion};

/// Rules about the fields of a sent struct.
const SENT: &[fn(&Ctxt, &[Field<'_>])] = &[
    wire_names_differ,
    limits_fit_types,
    limits_leave_room,
    fixed_is_required,
    conditions_are_for_optional_fields,
    conditions_name_siblings,
    null_stands_in_bodies,
    setters_have_names,
    a_whole_body_is_a_list,
];

/// Rules about the fields of a received struct.
const RECEIVED: &[fn(&Ctxt, &[Field<'_>])] =
    &[wire_names_differ, nothing_is_required, a_whole_body_is_a_list];

/// Checks a sent struct.
pub(crate) fn sent(ctxt: &Ctxt, fields: &[Field<'_>]) {
    SENT.iter().for_each(|rule| rule(ctxt, fields));
}

/// Checks a received struct.
pub(crate) fn received(ctxt: &Ctxt, fields: &[Field<'_>]) {
    RECEIVED.iter().for_each(|rule| rule(ctxt, fields));
}

/// Checks an object of a body: only a whole request or a whole answer can be a list.
pub(crate) fn objects(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| field.section == Section::Whole) {
        let message = "`body` is for the request of an endpoint and for a struct that is only received";
        ctxt.error(field.ident.span(), message);
    }
}

/// Checks a struct that is received and never sent.
pub(crate) fn only_received(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let limits = [field.min_length, field.max_length, field.min_items, field.max_items, field.max_bytes]
            .map(|at| at.map(|(_, at)| at));
        let numbers = [&field.minimum, &field.maximum, &field.fixed].map(|at| at.as_ref().map(|at| at.span));
        let condition = field.required_when.as_ref().map(|when| when.span);
        for span in limits.into_iter().chain(numbers).chain([field.date, field.json, condition]).flatten() {
            ctxt.error(span, "a limit applies to sent structs, but this one is only received");
        }
    }
}

fn wire_names_differ(ctxt: &Ctxt, fields: &[Field<'_>]) {
    // A path parameter and a field of the body may have the same name.
    let mut seen = BTreeMap::new();
    for field in fields {
        let place = match field.section {
            Section::Part | Section::Body | Section::Whole => 0,
            Section::Path => 1,
            Section::Query => 2,
            Section::Header => 3,
        };
        // Headers differ by more than their capitals.
        let name = match field.section {
            Section::Header => field.wire.text.to_ascii_lowercase(),
            _ => field.wire.text.clone(),
        };
        if seen.insert((place, name), field.ident).is_some() {
            ctxt.error(field.wire.span, format_args!("another field is `{}` on the wire", field.wire.text));
        }
    }
}

fn limits_fit_types(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let base = field.ty.base.as_str();
        let lengths = [("min_length", field.min_length), ("max_length", field.max_length)];
        for (key, span) in lengths.iter().filter_map(|(key, limit)| Some((key, limit.as_ref()?.1))) {
            if base != "String" {
                let help = if field.ty.item.is_some() { "; for a list there is `max_items`" } else { "" };
                ctxt.error(span, format_args!("`{key}` is for strings, and this is `{base}`{help}"));
            }
        }
        let items = [("min_items", field.min_items), ("max_items", field.max_items)];
        for (key, span) in items.iter().filter_map(|(key, limit)| Some((key, limit.as_ref()?.1))) {
            if field.ty.item.is_none() {
                let help = if base == "String" { "; for a string there is `max_length`" } else { "" };
                ctxt.error(span, format_args!("`{key}` is for lists{help}"));
            }
        }
        if let Some((_, span)) = field.max_bytes.filter(|_| base != "File") {
            ctxt.error(span, format_args!("`max_bytes` is for files, and this is `{base}`"));
        }
        for (key, limit) in [("minimum", &field.minimum), ("maximum", &field.maximum)] {
            let Some(Literal { kind, span }) = limit else { continue };
            match (base, kind) {
                ("i64", Kind::Int(_)) | ("f64", Kind::Int(_) | Kind::Float(_)) => {}
                ("i64", _) => ctxt.error(*span, format_args!("`{key}` of an `i64` is a whole number")),
                ("f64", _) => ctxt.error(*span, format_args!("`{key}` is a number")),
                _ => ctxt.error(*span, format_args!("`{key}` is for numbers, and this is `{base}`")),
            }
        }
        for (key, format) in [("date", field.date), ("json", field.json)] {
            if let Some(span) = format.filter(|_| base != "String") {
                ctxt.error(span, format_args!("`{key}` is for strings, and this is `{base}`"));
            }
        }
    }
}

fn limits_leave_room(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let pairs =
            [(field.min_length, field.max_length, "length"), (field.min_items, field.max_items, "items")];
        for (min, max, what) in pairs {
            if let (Some((min, _)), Some((max, span))) = (min, max)
                && min > max
            {
                ctxt.error(span, format_args!("`max_{what}` is below `min_{what}`"));
            }
        }
        if let (Some(min), Some(max)) = (&field.minimum, &field.maximum)
            && number(min) > number(max)
        {
            ctxt.error(max.span, "`maximum` is below `minimum`");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "only compared with another limit")]
fn number(literal: &Literal) -> Option<f64> {
    match literal.kind {
        Kind::Int(number) => Some(number as f64),
        Kind::Float(number) => Some(number),
        _ => None,
    }
}

fn fixed_is_required(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        if let Some(fixed) = field.fixed.as_ref().filter(|_| field.ty.optional || field.ty.item.is_some()) {
            ctxt.error(
                fixed.span,
                "a fixed value is always sent, so the field is neither an `Option` nor a list",
            );
        }
    }
}

fn conditions_are_for_optional_fields(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let Some(when) = &field.required_when else { continue };
        if !field.ty.optional {
            ctxt.error(when.span, "a required field cannot have a condition: make it an `Option`");
        } else if field.ty.nullable {
            ctxt.error(when.span, "a field that may be `null` needs no condition: make it one `Option`");
        }
    }
}

fn conditions_name_siblings(ctxt: &Ctxt, fields: &[Field<'_>]) {
    let conditions = fields.iter().filter_map(|field| Some((field, field.required_when.as_ref()?)));
    for (field, condition) in
        conditions.flat_map(|(field, when)| when.conditions.iter().map(move |one| (field, one)))
    {
        let span = condition.sibling.span();
        let Some(sibling) = fields.iter().find(|other| *other.ident == condition.sibling) else {
            let names: Vec<String> = fields.iter().map(|other| other.ident.unraw().to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let help = suggestion(&condition.sibling.to_string(), &names);
            ctxt.error(span, format_args!("there is no field `{}`: {help}", condition.sibling));
            continue;
        };
        match &condition.test {
            _ if sibling.ident == field.ident => ctxt.error(span, "a field cannot be its own condition"),
            _ if sibling.ty.nullable => {
                ctxt.error(
                    span,
                    format_args!("`{}` may be `null`, which no condition knows", condition.sibling),
                );
            }
            Test::Present | Test::Absent if !sibling.ty.optional => {
                ctxt.error(span, format_args!("`{}` is always present", condition.sibling));
            }
            Test::Contains(_) if sibling.ty.item.is_none() => {
                ctxt.error(span, format_args!("`{}` is not a list: use `is(..)`", condition.sibling));
            }
            Test::Is(_) if sibling.ty.item.is_some() => {
                ctxt.error(span, format_args!("`{}` is a list: use `contains(..)`", condition.sibling));
            }
            _ => {}
        }
    }
}

fn null_stands_in_bodies(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| field.ty.nullable && field.section != Section::Body) {
        let span: Span = syn::spanned::Spanned::span(field.ty.whole);
        ctxt.error(span, "only a JSON body has `null`: make it one `Option`");
    }
}

fn setters_have_names(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| field.ty.nullable) {
        let clear = super::expand::clear(field);
        let takes = |other: &&Field<'_>| {
            let also = other.ty.nullable && other.ident != field.ident;
            *other.ident == clear || (also && super::expand::clear(other) == clear)
        };
        if let Some(other) = fields.iter().find(takes) {
            ctxt.error(other.ident.span(), format_args!("`{clear}` sends `null` for `{}`", field.ident));
        }
    }
    for field in fields.iter().filter(|field| *field.ident == "new") {
        let message = "`new` builds the struct, so no field can have this name: use `rename = \"new\"`";
        ctxt.error(field.ident.span(), message);
    }
}

fn a_whole_body_is_a_list(ctxt: &Ctxt, fields: &[Field<'_>]) {
    let Some(whole) = fields.iter().find(|field| field.section == Section::Whole) else { return };
    if whole.ty.item.is_none() || whole.ty.optional {
        let span: Span = syn::spanned::Spanned::span(whole.ty.whole);
        ctxt.error(span, "only a list is a whole body: make it a `Vec`");
    }
    let is_beside = |field: &&Field<'_>| {
        let in_body = matches!(field.section, Section::Body | Section::Part | Section::Whole);
        in_body && field.ident != whole.ident
    };
    for field in fields.iter().filter(is_beside) {
        ctxt.error(
            field.ident.span(),
            format_args!("`{}` is the whole body, and takes no field beside it", whole.ident),
        );
    }
}

fn nothing_is_required(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| !field.ty.optional && field.ty.item.is_none() && !field.ty.map)
    {
        let span: Span = syn::spanned::Spanned::span(field.ty.whole);
        ctxt.error(span, "any field of an answer may be missing: make it an `Option`");
    }
}
