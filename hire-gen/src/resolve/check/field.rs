//! Rules about fields: formats, limits, contradictions.

use super::at_field;
use super::condition::is_plain;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Base, Field, Format, Limits, Literal, Number, Shape};

/// A doubt of the importer stays marked until a person has resolved it.
pub(super) fn nothing_waits_for_review(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    if let Some(review) = &field.review {
        let message = format!("`{}` needs review: {review}", field.wire);
        let warning = Diagnostic::warning(Code::H319, field.key("review"), message);
        diagnostics.push(warning.help("compare it with the page, correct it, then delete `review`"));
    }
}

/// Times are strings or ints, all other formats are strings.
pub(super) fn format_fits_type(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let fits = match field.format {
        None => true,
        Some(Format::Ms | Format::S) => matches!(field.ty.base, Base::String | Base::Int),
        Some(Format::Date | Format::Json | Format::CustomValue) => field.ty.base == Base::String,
    };
    if !fits {
        let message = format!("the `format` of `{}` does not apply to its type", field.wire);
        let error = Diagnostic::error(Code::H304, field.key("format"), message);
        diagnostics.push(error.help("times are `string` or `int`, other formats `string`"));
    }
}

/// A limit applies to the kind of the field.
pub(super) fn limits_fit_type(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let Limits { minimum, maximum, min_length, max_length, min_items, max_items, max_bytes, pattern, .. } =
        &field.limits;
    let number = matches!(field.ty.base, Base::Int | Base::Float);
    let text = field.ty.base == Base::String;
    // In Rust these are not text, so their characters cannot be counted or compared.
    let counted = text && !matches!(field.format, Some(Format::Ms | Format::S | Format::CustomValue));
    let list = field.ty.list > 0 && !field.ty.is_map();
    let checks = [
        (
            "minimum",
            minimum.is_some(),
            number,
            "a number; for a string there is `min_length`, for a list `min_items`",
        ),
        (
            "maximum",
            maximum.is_some(),
            number,
            "a number; for a string there is `max_length`, for a list `max_items`",
        ),
        (
            "min_length",
            min_length.is_some(),
            counted,
            "a string that is neither a time nor a custom value; for a list there is `min_items`",
        ),
        (
            "max_length",
            max_length.is_some(),
            counted,
            "a string that is neither a time nor a custom value; for a list there is `max_items`",
        ),
        ("pattern", pattern.is_some(), counted, "a string that is neither a time nor a custom value"),
        ("min_items", min_items.is_some(), list, "a list; for a string there is `min_length`"),
        ("max_items", max_items.is_some(), list, "a list; for a string there is `max_length`"),
        ("max_bytes", max_bytes.is_some(), field.ty.base == Base::File, "a file"),
        ("replaces", field.replaces, list, "a list"),
    ];
    for (key, _, _, of) in checks.iter().filter(|(_, given, fits, _)| *given && !fits) {
        let message = format!("`{key}` does not apply to the type of `{}`", field.wire);
        let error = Diagnostic::error(Code::H304, field.key(key), message);
        diagnostics.push(error.help(format!("`{key}` is for {of}")));
    }
    let fraction = |number: &Option<Number>| matches!(number, Some(Number::Float(_)));
    if field.ty.base == Base::Int && (fraction(minimum) || fraction(maximum)) {
        let message = format!("`{}` is a whole number, but its range has a fraction", field.wire);
        let key = if fraction(minimum) { "minimum" } else { "maximum" };
        diagnostics.push(Diagnostic::error(Code::H304, field.key(key), message).help("write whole numbers"));
    }
}

/// Some value satisfies the limits.
pub(super) fn limits_leave_room(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let limits = &field.limits;
    let pairs = [
        ("minimum", "maximum", above(limits.minimum.map(Number::as_f64), limits.maximum.map(Number::as_f64))),
        ("min_length", "max_length", above(limits.min_length, limits.max_length)),
        ("min_items", "max_items", above(limits.min_items, limits.max_items)),
    ];
    for (low, high, _) in pairs.iter().filter(|(.., above)| *above) {
        let message = format!("`{low}` of `{}` is above its `{high}`", field.wire);
        let error = Diagnostic::error(Code::H305, field.key(low), message);
        let error = error.note_at(field.key(high), format!("`{high}` is here"));
        diagnostics.push(error.help("compare with the page, and correct one of them"));
    }
    let most =
        [("max_items", limits.max_items), ("max_length", limits.max_length), ("max_bytes", limits.max_bytes)];
    for (key, _) in most.iter().filter(|(_, most)| *most == Some(0)) {
        let message = format!("`{}` cannot contain anything", field.wire);
        let error = Diagnostic::error(Code::H305, field.key(key), message);
        diagnostics.push(error.help("write the largest size"));
    }
    if let (Some(Number::Int(maximum)), "page_size") = (limits.maximum, field.wire.as_str())
        && maximum < 1
    {
        let message = "a page without items makes paging endless".to_owned();
        let error = Diagnostic::error(Code::H305, field.key("maximum"), message);
        diagnostics.push(error.help("write the number of items of a page"));
    }
}

fn above<T: PartialOrd>(low: Option<T>, high: Option<T>) -> bool {
    matches!((low, high), (Some(low), Some(high)) if low > high)
}

/// Keys that contradict each other.
pub(super) fn keys_agree(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let fixed = field.limits.fixed.is_some();
    let contradictions = [
        (
            field.required && field.default.is_some(),
            "default",
            "`required` and `default`",
            "a default is for fields that are left out",
        ),
        (
            field.required && field.required_when.is_some(),
            "required_when",
            "`required` and `required_when`",
            "keep the one on the page",
        ),
        (
            field.required && field.unusable.is_some(),
            "required",
            "`required` and `unusable`",
            "a field that is never sent cannot be required",
        ),
        (
            fixed && !field.required,
            "fixed",
            "`fixed` without `required`",
            "a fixed value is always sent: add `required: true`",
        ),
        (
            field.nullable && (field.required || field.required_when.is_some()),
            "nullable",
            "`nullable` beside `required` or `required_when`",
            "`null` is for fields that may be left out",
        ),
        (
            field.nullable && matches!(field.ty, Shape { base: Base::Json, list: 0, maps: 0 }),
            "nullable",
            "`nullable` and the type `json`",
            "`json` includes `null`: delete `nullable`",
        ),
        (
            field.unusable.is_some() && field.deprecated.is_some(),
            "deprecated",
            "`unusable` and `deprecated`",
            "keep `unusable`",
        ),
    ];
    for (_, key, what, help) in contradictions.iter().filter(|(given, ..)| *given) {
        let message = format!("`{}` has {what}", field.wire);
        diagnostics.push(Diagnostic::error(Code::H306, field.key(key), message).help(*help));
    }
}

/// A fixed value is part of the generated code: one text, number, flag or enum value.
pub(super) fn fixed_is_one_value(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    if field.limits.fixed.is_some() && (!field.ty.is_single() || !is_plain(field)) {
        let message = format!("`fixed` does not go with the type of `{}`", field.wire);
        let help =
            "`fixed` is for a text that is neither a time nor a custom value, a number, a flag or an enum";
        diagnostics.push(at_field(Code::H304, field, message, help));
    }
}

/// A default and an example can be sent.
pub(super) fn literals_obey_limits(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let limits = Limits { fixed: None, ..field.limits.clone() };
    for (key, literal) in
        [("fixed", &field.limits.fixed), ("default", &field.default), ("example", &field.example)]
    {
        if let Some(broken) = literal.as_ref().and_then(|literal| violated(literal, &limits)) {
            let message = format!("`{key}` of `{}` violates its own `{broken}`", field.wire);
            let at = field.key(key);
            let diagnostic = match key {
                // Feishu's default need not be something that a caller may send.
                "default" => Diagnostic::warning(Code::H317, at, message).help("compare with the page"),
                _ => Diagnostic::error(Code::H317, at, message).help("correct one of them"),
            };
            diagnostics.push(diagnostic.note_at(field.key(broken), format!("`{broken}` is here")));
        }
    }
}

#[cfg(feature = "patterns")]
fn breaks_pattern(text: &str, limits: &Limits) -> bool {
    let pattern = limits.pattern.as_deref().and_then(super::pattern::whole);
    pattern.is_some_and(|pattern| !pattern.is_match(text))
}

#[cfg(not(feature = "patterns"))]
fn breaks_pattern(_: &str, _: &Limits) -> bool {
    false
}

/// The limit that a literal violates.
pub(super) fn violated(literal: &Literal, limits: &Limits) -> Option<&'static str> {
    let outside = |n: f64| {
        let below = limits.minimum.is_some_and(|minimum| n < minimum.as_f64());
        let over = limits.maximum.is_some_and(|maximum| n > maximum.as_f64());
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
                .or_else(|| breaks_pattern(text, limits).then_some("pattern"))
        }
        Literal::List(items) => {
            size(items.len(), limits.min_items, limits.max_items, ["min_items", "max_items"])
                .or_else(|| items.iter().find_map(|item| violated(item, limits)))
        }
        Literal::Bool(_) => None,
    }
}
