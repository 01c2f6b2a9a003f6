//! Holds a request against the schema.
//!
//! The mock does, with what arrives, and `openapi` with what it would show as an example. This reads the schema on its
//! own: it shares nothing with the checks of the generated client, nor with the schemas of an OpenAPI document, so that
//! each finds the mistakes of the others.

mod object;
mod scalar;

use serde_json::{Map, Value};

use crate::ir::{Api, Endpoint, Field};

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as in `education_list[3].customized_data[0].value`; `$` is the body as a whole.
    pub path: String,
    /// What was sent, where it is a number, a flag or a short word in place of a known one, and never of a sensitive
    /// field: any other text may be a person's.
    pub value: Option<String>,
    /// What was expected.
    pub message: String,
}

/// What is done about what the schema does not have: fields of other names, and `null` in place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are problems.
    Refused,
    /// They are passed over, as Feishu does.
    Ignored,
}

/// What a request carried, by wire name. Path and query values have the JSON type the schema gives them, and stay
/// strings where their text is not of that type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// Path parameters.
    pub path: Map<String, Value>,
    /// Query parameters.
    pub query: Map<String, Value>,
    /// The body; `None` where none was sent.
    pub body: Option<Value>,
}

/// Everything that is wrong with a request, section by section in the order of the schema.
///
/// A `null` is as good as nothing, and a problem where such things are. A condition of `required_when` looks at the fields of the same object, and at the
/// top of a request at those of every section.
pub fn validate(api: &Api, endpoint: &Endpoint, sent: &Sent, unknown: Unknown) -> Vec<Problem> {
    let nothing = Map::new();
    let mut checker = Checker::new(api, unknown);
    let body = match &sent.body {
        None => Some(&nothing),
        Some(Value::Object(body)) => Some(body),
        Some(_) => None,
    };
    let siblings = [body.unwrap_or(&nothing), &sent.query, &sent.path];
    checker.object(&endpoint.path_params, &sent.path, &siblings);
    checker.object(&endpoint.query, &sent.query, &siblings);
    match body {
        Some(body) => checker.object(endpoint.body.as_deref().unwrap_or_default(), body, &siblings),
        None => checker.problems.push(whole_body("must be a JSON object")),
    }
    checker.problems
}

/// Everything that is wrong with a body, whatever comes with it.
pub fn validate_body(api: &Api, endpoint: &Endpoint, body: &Value, unknown: Unknown) -> Vec<Problem> {
    let mut checker = Checker::new(api, unknown);
    match body {
        Value::Object(body) => checker.object(endpoint.body.as_deref().unwrap_or_default(), body, &[body]),
        _ => checker.problems.push(whole_body("must be a JSON object")),
    }
    checker.problems
}

/// Everything that is wrong with what one field would hold.
pub fn validate_value(api: &Api, field: &Field, value: &Value, unknown: Unknown) -> Vec<Problem> {
    let mut checker = Checker::new(api, unknown);
    checker.inside(&field.wire, |checker| checker.field(field, Some(value), &[]));
    checker.problems
}

/// A problem with the body as a whole.
pub(crate) fn whole_body(message: impl Into<String>) -> Problem {
    Problem { path: "$".to_owned(), value: None, message: message.into() }
}

/// In bytes; longer than any enum value.
const LONGEST_WORD: usize = 64;

/// Walks a request, and remembers where it is.
struct Checker<'a> {
    api: &'a Api,
    unknown: Unknown,
    /// Of what is looked at.
    path: String,
    /// Whether that is, or is inside of, something sensitive.
    sensitive: bool,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn new(api: &'a Api, unknown: Unknown) -> Self {
        Self { api, unknown, path: String::new(), sensitive: false, problems: Vec::new() }
    }

    /// Does something one step further down: `name` is a field's, or `[3]`.
    fn inside(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if before != 0 && !name.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(before);
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
