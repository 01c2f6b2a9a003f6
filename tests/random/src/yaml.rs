//! A spec as YAML: in brackets or by indentation, with plain or escaped texts.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The style of a file.
#[derive(Clone, Copy)]
pub struct Style {
    /// Mappings use indentation.
    block: bool,
    /// Non-ASCII characters are written as `\u4e2d`.
    escaped: bool,
}

impl Style {
    /// A random style.
    pub fn new(random: &mut Random) -> Self {
        Self { block: random.percent(30), escaped: random.percent(30) }
    }

    /// The whole file.
    pub fn text(self, spec: &Map<String, Value>) -> String {
        let mut text = String::new();
        self.mapping(spec, 0, &mut text);
        text
    }

    /// One key per line.
    fn mapping(self, entries: &Map<String, Value>, depth: usize, text: &mut String) {
        for (key, value) in entries {
            write!(text, "{:1$}{2}:", "", depth * 2, self.key(key)).unwrap();
            match value {
                Value::Object(inner) if self.block && !inner.is_empty() => {
                    text.push('\n');
                    self.mapping(inner, depth + 1, text);
                }
                Value::Array(items) if self.block && !items.is_empty() => {
                    text.push('\n');
                    for item in items {
                        writeln!(text, "{:1$}- {2}", "", depth * 2 + 2, self.flow(item)).unwrap();
                    }
                }
                other => writeln!(text, " {}", self.flow(other)).unwrap(),
            }
        }
    }

    fn key(self, key: &str) -> String {
        // Codes are numbers.
        if key.parse::<i64>().is_ok_and(|code| code.to_string() == key) {
            key.to_owned()
        } else {
            self.quoted(key)
        }
    }

    fn flow(self, value: &Value) -> String {
        match value {
            Value::Object(entries) => {
                let entry =
                    |(key, value): (&String, &Value)| format!("{}: {}", self.key(key), self.flow(value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Value::Array(items) => {
                format!("[{}]", items.iter().map(|item| self.flow(item)).collect::<Vec<_>>().join(", "))
            }
            Value::String(text) => self.quoted(text),
            Value::Null => "~".to_owned(),
            other => other.to_string(),
        }
    }

    fn quoted(self, text: &str) -> String {
        let json = json!(text).to_string();
        if !self.escaped {
            return json;
        }
        let escape = |c: char| match u32::from(c) {
            code @ 0x7f..=0xffff => format!("\\u{code:04x}"),
            code @ 0x1_0000.. => format!("\\U{code:08x}"),
            _ => c.to_string(),
        };
        json.chars().map(escape).collect()
    }
}
