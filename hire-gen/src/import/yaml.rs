//! Writes YAML as people write the schema: keys in their order, short things on one line, quotes where they are needed.

use crate::read::grammar::{Scalar, scalar};

/// A value to write.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Yaml {
    /// Text, quoted if necessary.
    Text(String),
    /// A number or a truth value, unquoted.
    Plain(String),
    /// A list on one line.
    List(Vec<Yaml>),
    /// A mapping on one line.
    Inline(Vec<(String, Yaml)>),
    /// A mapping with a line for each key.
    Block(Vec<(String, Yaml)>),
    /// A list with a line for each item.
    Items(Vec<Yaml>),
}

impl Yaml {
    /// Text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number.
    pub(crate) fn plain(value: impl ToString) -> Self {
        Self::Plain(value.to_string())
    }
}

/// Writes the entries of a mapping at an indentation.
pub(crate) fn write(entries: &[(String, Yaml)], indent: usize, out: &mut String) {
    for (key, value) in entries {
        out.push_str(&" ".repeat(indent));
        out.push_str(&spelled(key, false));
        out.push(':');
        match value {
            Yaml::Block(inner) if !inner.is_empty() => {
                out.push('\n');
                write(inner, indent + 2, out);
            }
            Yaml::Items(items) if !items.is_empty() => {
                out.push('\n');
                for item in items {
                    out.push_str(&" ".repeat(indent + 2));
                    out.push_str("- ");
                    inline(item, out);
                    out.push('\n');
                }
            }
            value => {
                out.push(' ');
                match value {
                    Yaml::Text(text) => out.push_str(&spelled(text, false)),
                    value => inline(value, out),
                }
                out.push('\n');
            }
        }
    }
}

fn inline(value: &Yaml, out: &mut String) {
    match value {
        Yaml::Text(text) => out.push_str(&spelled(text, true)),
        Yaml::Plain(text) => out.push_str(text),
        Yaml::List(items) | Yaml::Items(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                inline(item, out);
            }
            out.push(']');
        }
        Yaml::Inline(entries) | Yaml::Block(entries) => {
            out.push('{');
            for (i, (key, value)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(&spelled(key, true));
                out.push_str(": ");
                inline(value, out);
            }
            out.push('}');
        }
    }
}

/// A scalar, quoted if a reader would take it for something else, which inside brackets is more often.
pub(crate) fn spelled(text: &str, inside: bool) -> String {
    if is_plain(text, inside) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str, inside: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let marks = if inside { ",[]{}:" } else { "" };
    (first.is_alphanumeric() || first == '/')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(|c: char| c.is_control() || marks.contains(c))
        && scalar(text, true) == Scalar::Text
}

/// In double quotes, with the escapes that JSON has, too.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "plain",
            "no",
            "1",
            "1e3",
            "12:30",
            "a: b",
            "a #b",
            "- a",
            "中文",
            "\"q\"",
            "a\nb",
            "",
            " a",
            "[x]",
            "2024-01-01",
            "a:",
            "{KEY}",
            "#a",
            "é\u{7}",
        ] {
            for value in [
                Yaml::text(text),
                Yaml::List(vec![Yaml::text(text)]),
                Yaml::Inline(vec![(text.to_owned(), Yaml::text(text))]),
            ] {
                let mut out = String::new();
                write(&[("key".to_owned(), value.clone())], 0, &mut out);
                let read: serde_json::Value = serde_yaml::from_str(&out).unwrap();
                let expected = match value {
                    Yaml::List(_) => serde_json::json!({"key": [text]}),
                    Yaml::Inline(_) => serde_json::json!({"key": {text: text}}),
                    _ => serde_json::json!({"key": text}),
                };
                assert_eq!(read, expected, "{out}");
            }
        }
    }
}
