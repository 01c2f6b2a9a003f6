//! What an annotated struct must obey: one function a rule, all of them listed here.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::ext::IdentExt;

use crate::ast::{Field, Section, Test};
use crate::attr::{Kind, Literal};
use crate::ctxt::{Ctxt, suggestion};

/// Rules about the fields of a struct that is sent.
const SENT: &[fn(&Ctxt, &[Field<'_>])] = &[
    wire_names_differ,
    limits_fit_types,
    limits_leave_room,
    fixed_is_required,
    conditions_are_for_optional_fields,
    conditions_name_siblings,
    setters_have_names,
];

/// Rules about the fields of a struct that is received.
const RECEIVED: &[fn(&Ctxt, &[Field<'_>])] = &[wire_names_differ, nothing_is_required];

/// Judges a struct that is sent.
pub(crate) fn sent(ctxt: &Ctxt, fields: &[Field<'_>]) {
    SENT.iter().for_each(|rule| rule(ctxt, fields));
}

/// Judges a struct that is received.
pub(crate) fn received(ctxt: &Ctxt, fields: &[Field<'_>]) {
    RECEIVED.iter().for_each(|rule| rule(ctxt, fields));
}

/// Judges a struct that is received and never sent.
pub(crate) fn only_received(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let limits = [field.min_length, field.max_length, field.min_items, field.max_items, field.max_bytes]
            .map(|at| at.map(|(_, at)| at));
        let numbers = [&field.minimum, &field.maximum, &field.fixed].map(|at| at.as_ref().map(|at| at.span));
        let condition = field.required_when.as_ref().map(|when| when.span);
        for span in limits.into_iter().chain(numbers).chain([field.date, condition]).flatten() {
            ctxt.error(span, "a limit is for what is sent, and this struct is only received");
        }
    }
}

fn wire_names_differ(ctxt: &Ctxt, fields: &[Field<'_>]) {
    // A parameter of the path and a field of the body may have the same name.
    let mut seen = BTreeMap::new();
    for field in fields {
        let place = match field.section {
            Section::Part | Section::Body => 0,
            Section::Path => 1,
            Section::Query => 2,
        };
        if seen.insert((place, field.wire.text.as_str()), field.ident).is_some() {
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
        if let Some(span) = field.date.filter(|_| base != "String") {
            ctxt.error(span, format_args!("`date` is for strings, and this is `{base}`"));
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
        if let Some(when) = field.required_when.as_ref().filter(|_| !field.ty.optional) {
            ctxt.error(when.span, "a field that is always there needs no condition: make it an `Option`");
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
            Test::Present | Test::Absent if !sibling.ty.optional => {
                ctxt.error(span, format_args!("`{}` is always there", condition.sibling));
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

fn setters_have_names(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| *field.ident == "new") {
        let message = "`new` builds the struct, so no field can be called this: use `rename = \"new\"`";
        ctxt.error(field.ident.span(), message);
    }
}

fn nothing_is_required(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields.iter().filter(|field| !field.ty.optional && field.ty.item.is_none() && !field.ty.map)
    {
        let span: Span = syn::spanned::Spanned::span(field.ty.whole);
        ctxt.error(span, "in an answer everything may be missing: make it an `Option`");
    }
}
