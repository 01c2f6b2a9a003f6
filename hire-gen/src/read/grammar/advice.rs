//! The help for values and keys that do not fit the grammar.

use super::{ENDPOINT_SHAPE, EVENT_SHAPE, FIELD_SHAPE, Key, Kind, ONE_LINE, Scalar, Shape, scalar};
use crate::read::advice::{keys, types, width};
use crate::read::diag::{intended, nearest};
use crate::read::source::{Entry, Node, NodeKind};

/// The keys that an unknown key may stand for.
pub(super) fn intended_keys(shape: &Shape, written: &str) -> Vec<&'static str> {
    let known: Vec<&'static str> = shape.keys.iter().map(|key| key.name).collect();
    match written.split_once(':').and_then(|(key, _)| known.iter().find(|known| **known == key)) {
        Some(key) => vec![*key],
        None => intended(written, |written| keys::meant(written, &known), &known),
    }
}

/// The remedy for an unknown key among others; `None` if nothing is like it.
pub(super) fn unknown_key(shape: &Shape, entry: &Entry, beside: &[Entry]) -> Option<String> {
    let in_field = shape.name == FIELD_SHAPE.name;
    let written = entry.key.as_str();
    if let Some(help) = keys::sentence(written, in_field) {
        return Some(help.to_owned());
    }
    if let Some(help) = cut_type(written, beside) {
        return Some(help);
    }
    let near = nearest(written, shape.keys.iter().map(|key| key.name));
    if near.is_none() && looks_like_field(&entry.value) {
        let below = "fields belong below `query:`, `body:`, `response:` or `fields:`";
        return Some(match in_field {
            true => "is this line indented too far?".to_owned(),
            false => format!("is this line indented too little? {below}"),
        });
    }
    match (intended_keys(shape, written).as_slice(), written.split_once(':')) {
        // `{doc: One, two}`
        ([], _) if written.contains(' ') && entry.value.text() == Some("") => {
            Some("quote the text before it: inside braces a comma ends an unquoted text".to_owned())
        }
        ([], _) => None,
        ([_], Some((key, value))) => Some(format!("write a space after the `:`: `{key}: {value}`")),
        (keys, _) => Some(format!("did you mean {}?", quoted(keys, " or "))),
    }
}

/// The remedy for `string>` in `{type: map<string,string>}`.
fn cut_type(written: &str, beside: &[Entry]) -> Option<String> {
    let begun = beside.iter().find(|entry| entry.key == "type")?.value.text()?;
    let whole = format!("{begun},{written}");
    if written.ends_with('>') { types::suggestion(&whole, &types::any_name) } else { None }
}

/// A mapping with `type`, or the name of a scalar type.
fn looks_like_field(value: &Node) -> bool {
    value.get("type").is_some() || value.text().is_some_and(types::is_scalar)
}

/// The remedy for a key of a field or a file among the names of fields, whose value is not a type.
pub(crate) fn misplaced(key: &str) -> Option<String> {
    let has = |shape: &Shape| shape.keys.iter().any(|known| known.name == key);
    if has(&FIELD_SHAPE) {
        return Some(too_little(key, &FIELD_SHAPE));
    }
    let shape = [&ENDPOINT_SHAPE, &EVENT_SHAPE].into_iter().find(|shape| has(shape))?;
    Some(format!("is this line indented too far? `{key}` is a key of {}", shape.name))
}

/// The same for an entry of any mapping from names, which is wrong.
pub(super) fn misplaced_in(inner: &Kind, entry: &Entry) -> Option<String> {
    let shape = shape_of(inner)?;
    let is_field = |key: &Entry| intended_keys(&FIELD_SHAPE, &key.key).contains(&"type");
    if entry.value.entries().iter().any(is_field) || entry.value.span.start == entry.value.span.end {
        return None;
    }
    if shape.name == FIELD_SHAPE.name {
        return misplaced(&entry.key);
    }
    shape.keys.iter().any(|key| key.name == entry.key).then(|| too_little(&entry.key, shape))
}

fn too_little(key: &str, shape: &Shape) -> String {
    format!("is this line indented too little? `{key}` is a key of {}", shape.name)
}

/// The mapping that a value can be.
fn shape_of(kind: &Kind) -> Option<&'static Shape> {
    match kind {
        Kind::Mapping(shape) => Some(shape),
        Kind::Either(kinds) => kinds.iter().find_map(shape_of),
        _ => None,
    }
}

/// What a kind expects, for messages.
pub(super) fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Line => ONE_LINE.to_owned(),
        Kind::Form(form) => form.says.to_owned(),
        Kind::Text | Kind::MaybeText => "text".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Count => "a whole number, zero or more".to_owned(),
        Kind::Status => "an HTTP status, 100 to 599".to_owned(),
        Kind::Number => "a number such as `100` or `0.5`".to_owned(),
        Kind::Literal => "text, a number, `true` or `false`, or a list of them".to_owned(),
        Kind::EnumValue => "a whole number of 64 bits, or text".to_owned(),
        Kind::Date => "a date such as `2025-06-04`".to_owned(),
        Kind::Word(words) => match words().as_slice() {
            [only] => format!("`{only}`"),
            words => format!("one of {}", quoted(words, ", ")),
        },
        Kind::List(inner) => format!("a list with at least one item, each {}", expected(inner)),
        Kind::Map(Key::Name | Key::Type, _) => "a mapping from names".to_owned(),
        Kind::Map(Key::Code, _) => "a mapping from error codes".to_owned(),
        Kind::Mapping(shape) => format!("a mapping with {}", some_keys(shape)),
        Kind::Either(kinds) => kinds.iter().map(expected).collect::<Vec<_>>().join(", or "),
    }
}

/// The required keys; without any, the alternatives, or all keys.
fn some_keys(shape: &Shape) -> String {
    let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    match required.as_slice() {
        [] if shape.forms.is_empty() => {
            quoted(&shape.keys.iter().map(|key| key.name).collect::<Vec<_>>(), ", ")
        }
        [] => shape.forms.iter().map(|form| quoted(form, " and ")).collect::<Vec<_>>().join(", or "),
        [keys @ .., last] if !keys.is_empty() => format!("{} and `{last}`", quoted(keys, ", ")),
        keys => quoted(keys, ", "),
    }
}

pub(super) fn quoted(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
}

/// The remedy for a value that does not fit.
pub(super) fn remedy(kind: &Kind, node: &Node) -> String {
    let help = match &node.kind {
        NodeKind::Scalar { text, plain } => of_scalar(kind, scalar(text, *plain), text),
        NodeKind::Sequence(_) => of_sequence(kind, node),
        NodeKind::Mapping(_) => None,
    };
    help.unwrap_or_else(|| format!("write {}", expected(kind)))
}

fn of_scalar(kind: &Kind, meaning: Scalar, text: &str) -> Option<String> {
    if let Some(wide) = width::folded(text)
        && !matches!(kind, Kind::Text | Kind::Line)
        && accepts(kind, &wide, true)
    {
        return Some(format!("did you mean `{wide}`?"));
    }
    if let Some(help) = as_list(kind, text).or_else(|| as_map(kind, text)) {
        return Some(help);
    }
    match meaning {
        Scalar::Null if shape_of(kind).is_some_and(|shape| shape.name == FIELD_SHAPE.name) => {
            Some("write a type, such as `string`, or a mapping with `type`".to_owned())
        }
        Scalar::Null if matches!(kind, Kind::Mapping(_)) => None,
        Scalar::Null => Some("write a value; an optional key can be left out".to_owned()),
        _ if takes_flag(kind) && truth(text).is_some() => truth(text).map(|flag| format!("write `{flag}`")),
        Scalar::Doubtful(_) if takes_number(kind) => Some("write a plain decimal number".to_owned()),
        Scalar::Text if takes_number(kind) && text.parse::<f64>().is_ok() => {
            Some("write it without quotes".to_owned())
        }
        Scalar::Text if matches!(kind, Kind::Text | Kind::Line | Kind::Form(_)) => {
            Some("write a value; an optional key can be left out".to_owned())
        }
        Scalar::Text => None,
        Scalar::HugeInt | Scalar::Int(_) | Scalar::Float(_) | Scalar::Bool(_)
            if matches!(kind, Kind::Literal | Kind::EnumValue) =>
        {
            None
        }
        _ => of_other(kind, text),
    }
}

/// The remedy for a number, `true`, `false` or a doubtful scalar in place of text.
fn of_other(kind: &Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Form(form) => match form.help {
            Some(help) => Some(help(text)),
            None => (form.says == ONE_LINE).then(|| quote(text)),
        },
        Kind::Line | Kind::Text | Kind::MaybeText | Kind::Literal | Kind::EnumValue => Some(quote(text)),
        Kind::Either(kinds) => kinds.iter().find_map(|kind| of_other(kind, text)),
        _ => None,
    }
}

fn quote(text: &str) -> String {
    format!("quote it if it is text: `\"{text}\"`")
}

fn takes_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Count | Kind::Status | Kind::Number)
}

fn takes_flag(kind: &Kind) -> bool {
    match kind {
        Kind::Flag => true,
        Kind::Either(kinds) => kinds.iter().any(takes_flag),
        _ => false,
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "true" => Some(true),
        "no" | "off" | "n" | "false" => Some(false),
        _ => None,
    }
}

/// `tenant, user` in place of `[tenant, user]`.
fn as_list(kind: &Kind, text: &str) -> Option<String> {
    let inner = match kind {
        Kind::List(inner) => inner,
        Kind::Either(kinds) => return kinds.iter().find_map(|kind| as_list(kind, text)),
        _ => return None,
    };
    let Kind::Word(words) = inner else { return None };
    let words = words();
    let item = |part: &str| match intended(part, crate::read::advice::words::meant, &words).as_slice() {
        [word] => Some(*word),
        _ => None,
    };
    let parts = text.split([',', ' ', '，', '、', '/']).filter(|part| !part.is_empty());
    let items: Vec<&str> = parts.map(item).collect::<Option<_>>()?;
    (!items.is_empty()).then(|| format!("write `[{}]`", items.join(", ")))
}

/// A name in place of a mapping from names.
fn as_map(kind: &Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Map(Key::Name, Kind::MaybeText) if !text.is_empty() => Some(format!("{}: `{text}:`", labels())),
        _ => None,
    }
}

fn labels() -> &'static str {
    "write each name on a line of its own, followed by a `:` and the page's label, if it has one"
}

/// A list in place of a mapping.
fn of_sequence(kind: &Kind, node: &Node) -> Option<String> {
    if shape_of(kind).is_some_and(|shape| shape.name == FIELD_SHAPE.name)
        && let [item] = node.items()
    {
        return Some(format!("a list is written `{}[]`", types::canonical(item.text()?)));
    }
    let (key, inner) = match kind {
        Kind::Map(key, inner) => (key, inner),
        Kind::Either(kinds) => return kinds.iter().find_map(|kind| of_sequence(kind, node)),
        _ => return None,
    };
    let first = node.items().first()?.text();
    Some(match (key, inner) {
        (Key::Name, Kind::MaybeText) => format!("{}: `{}:`", labels(), first.unwrap_or("hire:talent")),
        (Key::Name, inner) if shape_of(inner).is_some_and(|shape| shape.name == FIELD_SHAPE.name) => {
            "write a mapping from names to fields, such as `name: string`, not a list".to_owned()
        }
        (Key::Code, _) => {
            "write a mapping from codes, such as `1002001: {http: 400, name: NotFound}`, not a list"
                .to_owned()
        }
        _ => "write a mapping from names, not a list".to_owned(),
    })
}

/// Whether a scalar fits a kind.
pub(super) fn accepts(kind: &Kind, text: &str, plain: bool) -> bool {
    match (kind, scalar(text, plain)) {
        (Kind::Text | Kind::Line | Kind::Form(_), Scalar::Text) => !text.trim().is_empty(),
        (Kind::MaybeText, Scalar::Text | Scalar::Null) | (Kind::Flag, Scalar::Bool(_)) => true,
        (Kind::Count, Scalar::Int(count)) => count >= 0,
        (Kind::Status, Scalar::Int(status)) => (100..600).contains(&status),
        (Kind::Number, Scalar::Int(_) | Scalar::Float(_)) => true,
        (Kind::Literal, Scalar::Text | Scalar::Int(_) | Scalar::Float(_) | Scalar::Bool(_)) => true,
        (Kind::EnumValue, Scalar::Text | Scalar::Int(_)) => true,
        (Kind::Date, Scalar::Text) => is_date(text),
        (Kind::Word(words), Scalar::Text | Scalar::Doubtful(_)) => words().contains(&text),
        (Kind::Either(kinds), _) => kinds.iter().any(|kind| accepts(kind, text, plain)),
        _ => false,
    }
}

/// `YYYY-MM-DD`, and a day the calendar has.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |length| {
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse::<u32>()
            .ok()
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}
