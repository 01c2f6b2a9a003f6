//! Single values: their type, their limits, their format.

use std::cmp::Ordering;

use regex_lite::Regex;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Checker;
use crate::resolve::ir::{Base, Field, Format, Kind, Limits, Literal, Number, TypeId, Variant};

impl Checker<'_> {
    pub(super) fn scalar(&mut self, field: &Field, value: &Value) {
        match (field.ty.base, value) {
            (Base::String, Value::String(text)) => self.text(field, text),
            (Base::Int, Value::Number(number)) if number.as_i64().is_some() => self.number(field, value),
            (Base::Float, Value::Number(_)) => self.number(field, value),
            // Parts of a form are checked where forms are read.
            (Base::Bool, Value::Bool(_)) | (Base::Json | Base::File, _) => {}
            (Base::Type(id), value) => self.declared(id, value),
            (Base::String, other) => self.problem(format!("must be a string, not {}", kind(other))),
            (Base::Int, Value::Number(_)) => self.problem_with(value, "must be a whole number of 64 bits"),
            (Base::Int, other) => self.problem(format!("must be an int, not {}", kind(other))),
            (Base::Float, other) => self.problem(format!("must be a number, not {}", kind(other))),
            (Base::Bool, other) => self.problem(format!("must be a bool, not {}", kind(other))),
        }
    }

    fn declared(&mut self, id: TypeId, value: &Value) {
        let api = self.api;
        match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Object(fields)) => match value {
                Value::Object(object) => self.object(fields, object),
                other => self.problem(format!("must be an object, not {}", kind(other))),
            },
            Some(Kind::Enum { int, variants }) => self.enumeration(*int, variants, value),
            None => self.problem("has a type that the schema does not declare"),
        }
    }

    fn enumeration(&mut self, int: bool, variants: &[Variant], value: &Value) {
        match (int, value) {
            (true, Value::Number(_)) | (false, Value::String(_)) => {}
            (true, other) => return self.problem(format!("must be an int, not {}", kind(other))),
            (false, other) => return self.problem(format!("must be a string, not {}", kind(other))),
        }
        if variants.iter().all(|variant| !equals(&variant.value, value)) {
            let known: Vec<String> = variants.iter().map(|variant| shown(&variant.value)).collect();
            self.problem_with(value, format!("must be one of {}", known.join(", ")));
        }
    }

    fn number(&mut self, field: &Field, value: &Value) {
        let Limits { minimum, maximum, .. } = &field.limits;
        if let Some(least) = minimum.filter(|least| compare(value, *least) == Some(Ordering::Less)) {
            self.problem_with(value, format!("must be at least {}", digits(least)));
        }
        if let Some(most) = maximum.filter(|most| compare(value, *most) == Some(Ordering::Greater)) {
            self.problem_with(value, format!("must be at most {}", digits(most)));
        }
    }

    /// Whether the whole text matches. A pattern that cannot be run here accepts everything; `check` has warned about
    /// it.
    fn matches(&mut self, pattern: &str, text: &str) -> bool {
        if !self.patterns.contains_key(pattern) {
            self.patterns.insert(pattern.to_owned(), Regex::new(&format!("^(?:{pattern})$")).ok());
        }
        let compiled = self.patterns.get(pattern).and_then(Option::as_ref);
        compiled.is_none_or(|regex| regex.is_match(text))
    }

    fn text(&mut self, field: &Field, text: &str) {
        let Limits { min_length, max_length, pattern, .. } = &field.limits;
        if min_length.is_some() || max_length.is_some() {
            let length = text.chars().count() as u64;
            if let Some(least) = min_length.filter(|least| length < *least) {
                self.problem(format!("must have at least {}, not {length}", counted(least, "character")));
            }
            if let Some(most) = max_length.filter(|most| length > *most) {
                self.problem(format!("must have at most {}, not {length}", counted(most, "character")));
            }
        }
        if let Some(pattern) = pattern
            && !self.matches(pattern, text)
        {
            self.problem(format!("must match `{pattern}`"));
        }
        match field.format {
            Some(Format::Ms) if !is_time(text) => {
                self.problem("must be milliseconds since 1970");
            }
            Some(Format::S) if !is_time(text) => self.problem("must be seconds since 1970"),
            Some(Format::Date) if !is_date(text) => self.problem("must be a date, `YYYY-MM-DD`"),
            Some(Format::Json) if serde_json::from_str::<IgnoredAny>(text).is_err() => {
                self.problem("must be JSON inside a string");
            }
            _ => {}
        }
    }
}

/// `1 item`, `2 items`
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The kind of a value, for people.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether a value equals a literal of the schema.
pub(super) fn equals(literal: &Literal, value: &Value) -> bool {
    match (literal, value) {
        (Literal::String(expected), Value::String(text)) => expected == text,
        (Literal::Bool(expected), Value::Bool(flag)) => expected == flag,
        (Literal::Int(expected), value) => compare(value, Number::Int(*expected)) == Some(Ordering::Equal),
        (Literal::Float(expected), value) => {
            compare(value, Number::Float(*expected)) == Some(Ordering::Equal)
        }
        (Literal::List(expected), Value::Array(items)) => {
            expected.len() == items.len() && expected.iter().zip(items).all(|(one, item)| equals(one, item))
        }
        _ => false,
    }
}

/// Whole numbers are compared exactly; a fraction on either side turns both into floats.
fn compare(value: &Value, limit: Number) -> Option<Ordering> {
    match (value.as_i64(), limit) {
        (Some(value), Number::Int(limit)) => Some(value.cmp(&limit)),
        (_, Number::Int(limit)) => value.as_f64()?.partial_cmp(&(limit as f64)),
        (_, Number::Float(limit)) => value.as_f64()?.partial_cmp(&limit),
    }
}

/// A literal of the schema in backticks.
pub(super) fn shown(literal: &Literal) -> String {
    match literal {
        Literal::String(text) => format!("`{text}`"),
        Literal::Int(number) => format!("`{number}`"),
        Literal::Float(number) => format!("`{number}`"),
        Literal::Bool(flag) => format!("`{flag}`"),
        Literal::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

fn digits(number: Number) -> String {
    match number {
        Number::Int(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    }
}

/// Whether this is a whole number that can be a time: one with more than eighteen digits exceeds 64 bits, or is past
/// the year 30,000,000.
fn is_time(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a day of the Gregorian calendar, `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, width: usize| -> Option<u32> {
        (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}
