//! Checks a request against the schema.
//!
//! The mock checks received requests, and `openapi` its examples. This reads the schema independently: it shares
//! nothing with the checks of the generated client, nor with the schemas of an OpenAPI document, so that each finds
//! the errors of the others.

mod object;
mod scalar;

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::read::literal::{is_header_text, is_segment};
use crate::resolve::ir::{Api, Endpoint, Field};

/// A problem of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Path, such as `education_list[3].customized_data[0].value`; `$` is the whole body.
    pub path: String,
    /// The value, if it is a number, a flag or an unknown short word, and not of a sensitive field: other texts may
    /// be personal.
    pub value: Option<String>,
    /// What was expected.
    pub message: String,
}

/// The treatment of unknown fields, and of `null` instead of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are problems.
    Refused,
    /// They are ignored, as Feishu does.
    Ignored,
}

/// The contents of a request, by wire name. Path and query values have the JSON type of the schema, or stay strings
/// if their text does not fit it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// Path parameters.
    pub path: Map<String, Value>,
    /// Query parameters.
    pub query: Map<String, Value>,
    /// The endpoint's own HTTP headers.
    pub headers: Map<String, Value>,
    /// The body; `None` if none was sent.
    pub body: Option<Value>,
}

/// Returns all problems of a request, section by section in the order of the schema; at most a hundred.
///
/// A `null` counts as absent, and is a problem if unknown fields are. A condition of `required_when` refers to fields
/// of the same object or section.
pub fn validate(api: &Api, endpoint: &Endpoint, sent: &Sent, unknown: Unknown) -> Vec<Problem> {
    let mut checker = Checker::new(api, unknown);
    checker.object(&endpoint.path_params, &sent.path);
    checker.segments(&sent.path);
    checker.object(&endpoint.query, &sent.query);
    checker.object(&endpoint.headers, &sent.headers);
    checker.header_texts(&sent.headers);
    checker.body(endpoint, sent.body.as_ref());
    checker.problems
}

/// Returns all problems of a body alone.
pub fn validate_body(api: &Api, endpoint: &Endpoint, body: &Value, unknown: Unknown) -> Vec<Problem> {
    let mut checker = Checker::new(api, unknown);
    checker.body(endpoint, Some(body));
    checker.problems
}

/// Returns all problems of the value of one field.
pub fn validate_value(api: &Api, field: &Field, value: &Value, unknown: Unknown) -> Vec<Problem> {
    let mut checker = Checker::new(api, unknown);
    checker.inside(&field.wire, |checker| checker.field(field, Some(value), &Map::new()));
    checker.problems
}

/// A problem with the body as a whole.
pub(crate) fn whole_body(message: impl Into<String>) -> Problem {
    Problem { path: "$".to_owned(), value: None, message: message.into() }
}

/// Longer than any enum value, in bytes, and any name of the schema, in characters.
const LONGEST_WORD: usize = 64;

/// Walks a request and tracks the current path.
struct Checker<'a> {
    api: &'a Api,
    unknown: Unknown,
    /// The path of the current value.
    path: String,
    /// Whether it is sensitive or inside a sensitive value.
    sensitive: bool,
    /// Compiled once per request.
    patterns: BTreeMap<String, Option<Regex>>,
    problems: Vec<Problem>,
}

/// The most problems of a request; checking stops there.
const MOST_PROBLEMS: usize = 100;

impl<'a> Checker<'a> {
    fn new(api: &'a Api, unknown: Unknown) -> Self {
        Self {
            api,
            unknown,
            path: String::new(),
            sensitive: false,
            patterns: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// The body, which is an object or a list. Paths in a list begin with its name.
    fn body(&mut self, endpoint: &Endpoint, body: Option<&Value>) {
        let nothing = Map::new();
        let fields = endpoint.body.as_deref().unwrap_or_default();
        match (endpoint.body_list(), body) {
            (Some(list), Some(Value::Array(_))) => {
                self.inside(&list.wire, |checker| checker.field(list, body, &nothing));
            }
            (Some(_), _) => self.problems.push(whole_body("must be a JSON list")),
            (None, None) => self.object(fields, &nothing),
            (None, Some(Value::Object(body))) => self.object(fields, body),
            (None, Some(_)) => self.problems.push(whole_body("must be a JSON object")),
        }
    }

    /// Whether the limit of problems is reached.
    fn full(&self) -> bool {
        self.problems.len() >= MOST_PROBLEMS
    }

    /// Enters a part of the current value: `name` is a field, or `[3]`.
    fn inside(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if before != 0 && !name.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(before);
    }

    fn segments(&mut self, path: &Map<String, Value>) {
        for (name, value) in path {
            if value.as_str().is_some_and(|text| !is_segment(text)) {
                self.inside(name, |checker| {
                    checker.problem(
                        "must not be empty, `.` or `..`, or have control characters: it is part of the path",
                    );
                });
            }
        }
    }

    fn header_texts(&mut self, headers: &Map<String, Value>) {
        for (name, value) in headers {
            if value.as_str().is_some_and(|text| !is_header_text(text)) {
                self.inside(name, |checker| {
                    checker.problem(
                        "must be visible ASCII on one line, without blanks at its ends: it is a header",
                    );
                });
            }
        }
    }

    fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem { path: self.path.clone(), value: None, message: message.into() });
    }

    fn problem_with(&mut self, value: &Value, message: impl Into<String>) {
        let value = match value {
            _ if self.sensitive => None,
            Value::String(text) => (text.len() <= LONGEST_WORD).then(|| text.clone()),
            other => Some(other.to_string()),
        };
        self.problems.push(Problem { path: self.path.clone(), value, message: message.into() });
    }
}

#[cfg(test)]
mod tests;
