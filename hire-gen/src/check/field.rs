//! Rules about fields: names, formats, limits, contradictions.

use std::collections::BTreeMap;

use super::at_field;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ir::{Api, Base, Field, Format, Limits, Literal, Number};
use crate::name;

/// Two fields of one struct have two names in Rust, and none that a method has.
pub(super) fn names_differ(_: &Api, fields: &[&Field], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
    for field in fields.iter().filter(|field| field.unusable.is_none()) {
        if let Some(first) = seen.insert(&field.ident, field) {
            let message = format!("`{}` and `{}` are both `{}` in Rust", first.wire, field.wire, field.ident);
            let diagnostic = Diagnostic::error(Code::H205, field.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("give one of them a name of its own: `rust: <name>`"));
        }
        if let Some(why) = name::reserved_setter(&field.ident) {
            let message = format!("`{}` is taken: {why}", field.ident);
            diagnostics.push(at_field(
                Code::H206,
                field,
                message,
                "give it a name of its own: `rust: <name>`",
            ));
        }
    }
}

/// What an import was not sure of stays marked until a person has looked.
pub(super) fn nothing_waits_for_review(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    if let Some(review) = &field.review {
        let message = format!("`{}` waits for review: {review}", field.wire);
        let warning = Diagnostic::warning(Code::H319, field.at, message);
        diagnostics.push(warning.help("compare it with the page, correct it, then delete `review`"));
    }
}

/// Times are strings or ints, everything else that has a format is a string.
pub(super) fn format_fits_type(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let fits = match field.format {
        None => true,
        Some(Format::Ms | Format::S) => matches!(field.ty.base, Base::String | Base::Int),
        Some(Format::Date | Format::Json | Format::CustomValue) => field.ty.base == Base::String,
    };
    if !fits {
        let message = format!("the `format` of `{}` does not go with its type", field.wire);
        diagnostics.push(at_field(
            Code::H304,
            field,
            message,
            "times are `string` or `int`, other formats `string`",
        ));
    }
}

/// A limit says something about what the field holds.
pub(super) fn limits_fit_type(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let Limits { minimum, maximum, min_length, max_length, min_items, max_items, max_bytes, pattern, .. } =
        &field.limits;
    let number = matches!(field.ty.base, Base::Int | Base::Float);
    let text = field.ty.base == Base::String;
    // In Rust these are no text, so that there is nothing whose characters could be counted.
    let counted = text && !matches!(field.format, Some(Format::Ms | Format::S | Format::CustomValue));
    let list = field.ty.list > 0;
    let checks = [
        ("minimum", minimum.is_some(), number, "a number"),
        ("maximum", maximum.is_some(), number, "a number"),
        (
            "min_length",
            min_length.is_some(),
            counted,
            "a string that is no time and no custom value; for a list there is `min_items`",
        ),
        (
            "max_length",
            max_length.is_some(),
            counted,
            "a string that is no time and no custom value; for a list there is `max_items`",
        ),
        ("pattern", pattern.is_some(), text, "a string"),
        ("min_items", min_items.is_some(), list, "a list; for a string there is `min_length`"),
        ("max_items", max_items.is_some(), list, "a list; for a string there is `max_length`"),
        ("max_bytes", max_bytes.is_some(), field.ty.base == Base::File, "a file"),
        ("replaces", field.replaces, list, "a list"),
    ];
    for (key, _, _, of) in checks.iter().filter(|(_, given, fits, _)| *given && !fits) {
        let message = format!("`{key}` does not go with the type of `{}`", field.wire);
        diagnostics
            .push(Diagnostic::error(Code::H304, field.at, message).help(format!("`{key}` is for {of}")));
    }
    let fraction = |number: &Option<Number>| matches!(number, Some(Number::Float(_)));
    if field.ty.base == Base::Int && (fraction(minimum) || fraction(maximum)) {
        let message = format!("`{}` is a whole number, and its range has a fraction", field.wire);
        diagnostics.push(at_field(Code::H304, field, message, "write whole numbers"));
    }
}

/// Some value fits.
pub(super) fn limits_leave_room(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let limits = &field.limits;
    let pairs = [
        ("minimum", "maximum", above(limits.minimum.map(float), limits.maximum.map(float))),
        ("min_length", "max_length", above(limits.min_length, limits.max_length)),
        ("min_items", "max_items", above(limits.min_items, limits.max_items)),
    ];
    for (low, high, _) in pairs.iter().filter(|(.., above)| *above) {
        let message = format!("`{low}` of `{}` is above its `{high}`", field.wire);
        diagnostics.push(at_field(Code::H305, field, message, "exchange the two"));
    }
    if [limits.max_items, limits.max_length, limits.max_bytes].contains(&Some(0)) {
        let message = format!("`{}` may never hold anything", field.wire);
        diagnostics.push(at_field(Code::H305, field, message, "write how much it may hold"));
    }
    if let (Some(Number::Int(maximum)), "page_size") = (limits.maximum, field.wire.as_str())
        && maximum < 1
    {
        let message = "a page without items has no end".to_owned();
        diagnostics.push(at_field(Code::H305, field, message, "write how many items a page may have"));
    }
}

fn above<T: PartialOrd>(low: Option<T>, high: Option<T>) -> bool {
    matches!((low, high), (Some(low), Some(high)) if low > high)
}

/// A range's end, for comparing: what an `f64` rounds is far from any limit of a page.
#[expect(clippy::cast_precision_loss, reason = "only compared with another limit")]
fn float(number: Number) -> f64 {
    match number {
        Number::Int(n) => n as f64,
        Number::Float(n) => n,
    }
}

/// Keys that contradict each other.
pub(super) fn keys_agree(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let fixed = field.limits.fixed.is_some();
    let contradictions = [
        (
            field.required && field.default.is_some(),
            "`required` and `default`",
            "a default is for fields that are left out",
        ),
        (
            field.required && field.required_when.is_some(),
            "`required` and `required_when`",
            "keep the one the page says",
        ),
        (
            field.required && field.unusable.is_some(),
            "`required` and `unusable`",
            "a field that is never sent cannot be required",
        ),
        (
            fixed && !field.required,
            "`fixed` without `required`",
            "a fixed value is always sent: add `required: true`",
        ),
        (
            field.unusable.is_some() && field.deprecated.is_some(),
            "`unusable` and `deprecated`",
            "keep `unusable`",
        ),
    ];
    for (_, what, help) in contradictions.iter().filter(|(given, ..)| *given) {
        let message = format!("`{}` has {what}", field.wire);
        diagnostics.push(at_field(Code::H306, field, message, help));
    }
}

/// A default can be sent; an example shows what can be.
pub(super) fn literals_obey_limits(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let limits = Limits { fixed: None, ..field.limits.clone() };
    for (key, literal) in
        [("fixed", &field.limits.fixed), ("default", &field.default), ("example", &field.example)]
    {
        if let Some(broken) = literal.as_ref().and_then(|literal| violated(literal, &limits)) {
            let message = format!("`{key}` of `{}` breaks its own `{broken}`", field.wire);
            diagnostics.push(match key {
                // Feishu's default need not be something a caller may send.
                "default" => {
                    Diagnostic::warning(Code::H317, field.at, message).help("look at the page again")
                }
                _ => at_field(Code::H317, field, message, "correct one of the two"),
            });
        }
    }
}

/// The limit that a literal breaks.
pub(super) fn violated(literal: &Literal, limits: &Limits) -> Option<&'static str> {
    let outside = |n: f64| {
        let below = limits.minimum.is_some_and(|minimum| n < float(minimum));
        let over = limits.maximum.is_some_and(|maximum| n > float(maximum));
        if below { Some("minimum") } else { over.then_some("maximum") }
    };
    let size = |n: usize, min: Option<u64>, max: Option<u64>, names: [&'static str; 2]| {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        let [below, over] = names;
        if min.is_some_and(|min| n < min) {
            Some(below)
        } else {
            max.is_some_and(|max| n > max).then_some(over)
        }
    };
    match literal {
        #[expect(clippy::cast_precision_loss, reason = "only compared with a limit")]
        Literal::Int(n) => outside(*n as f64),
        Literal::Float(n) => outside(*n),
        Literal::String(text) => {
            size(text.chars().count(), limits.min_length, limits.max_length, ["min_length", "max_length"])
        }
        Literal::List(items) => {
            size(items.len(), limits.min_items, limits.max_items, ["min_items", "max_items"])
                .or_else(|| items.iter().find_map(|item| violated(item, limits)))
        }
        Literal::Bool(_) => None,
    }
}
