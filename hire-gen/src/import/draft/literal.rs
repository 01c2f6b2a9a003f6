//! Examples and defaults as literals of a field's type.

use serde_json::Value;

use crate::import::text::unmarked;
use crate::import::yaml::Yaml;
use crate::read::source::hidden;

/// The type of a literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    String,
    Int,
    Float,
    Bool,
}

/// Reads a literal of the page; `None` if it is not of the type. A parameter in an address may give one bare element for a list.
pub(super) fn literal(text: &str, kind: Kind, list: u8, bare: bool) -> Option<Yaml> {
    let text = text.trim();
    if list == 0 {
        return scalar(text, kind);
    }
    if list > 1 {
        return None;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            let items: Option<Vec<Yaml>> = items.iter().map(|item| element(item, kind)).collect();
            items.filter(|items| !items.is_empty()).map(Yaml::List)
        }
        _ if bare && !text.starts_with('[') => scalar(text, kind).map(|element| Yaml::List(vec![element])),
        _ => None,
    }
}

fn element(value: &Value, kind: Kind) -> Option<Yaml> {
    match (value, kind) {
        (Value::String(text), Kind::String) => Some(Yaml::text(clean(text)?)),
        (Value::Number(number), Kind::Int) => number.as_i64().map(Yaml::plain),
        (Value::Number(number), Kind::Float) => float(&number.to_string()),
        (Value::Bool(flag), Kind::Bool) => Some(Yaml::plain(flag)),
        _ => None,
    }
}

fn scalar(text: &str, kind: Kind) -> Option<Yaml> {
    let bare = unmarked(text);
    let bare = bare.trim_matches(['"', '“', '”']).trim();
    match kind {
        Kind::String => {
            let whole = match serde_json::from_str::<Value>(text) {
                Ok(Value::String(inner)) => inner,
                _ if text.starts_with('"') && text.ends_with('"') && text.len() > 1 => {
                    text.get(1..text.len() - 1)?.to_owned()
                }
                // Its other quote is on a later line of the page.
                _ if text.starts_with('"') && text.matches('"').count() == 1 => text.get(1..)?.to_owned(),
                _ => unmarked(text),
            };
            let bare = whole.strip_prefix('`').and_then(|inside| inside.strip_suffix('`'));
            clean(bare.unwrap_or(&whole)).map(Yaml::text)
        }
        Kind::Int => bare.parse::<i64>().ok().map(Yaml::plain),
        Kind::Float => float(bare),
        Kind::Bool => matches!(bare, "true" | "false").then(|| Yaml::plain(bare)),
    }
}

/// A number as every reader of YAML takes it.
fn float(text: &str) -> Option<Yaml> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let spelled = number.to_string();
    (!spelled.contains('e')).then(|| Yaml::plain(spelled))
}

/// Text that `check` allows in a spec, without white space around it; an empty one shows nothing.
fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    let is_seen = hidden::on_the_wire(text, false).is_none() && !text.contains(hidden::in_text);
    (is_seen && !text.is_empty()).then(|| text.to_owned())
}

/// The text of a literal, for limits that look at it.
pub(super) fn lengths(value: &Yaml) -> (usize, Option<f64>) {
    match value {
        Yaml::Text(text) => (text.chars().count(), None),
        Yaml::Plain(text) => (0, text.parse().ok()),
        Yaml::List(items) => (items.len(), None),
        _ => (0, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_check_refuses_are_no_literals() {
        let text = |text: &str| literal(text, Kind::String, 0, false);
        assert_eq!(text("\"E=mc^2\\n\""), Some(Yaml::text("E=mc^2")));
        assert_eq!(text("\"a\\nb\""), Some(Yaml::text("a\nb")));
        assert_eq!(text("\"a"), Some(Yaml::text("a")));
        assert_eq!(text("5\""), Some(Yaml::text("5\"")));
        for odd in ["\"\"", "\"\\n\"", "\"a\u{200b}\"", "\"a\\u0007b\"", "\"\u{202e}a\""] {
            assert_eq!(text(odd), None, "{odd}");
        }
    }
}
