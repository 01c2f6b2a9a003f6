//! Configured answers of the mock.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use hyper::body::Bytes;

use crate::resolve::ir::{Api, Endpoint, ErrorCode};

/// A configured answer.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// A documented error.
    Code(i64),
    /// Any status and body.
    Raw(u16, Bytes),
}

/// By index of the endpoint.
#[derive(Debug, Default)]
pub(super) struct Script {
    endpoints: BTreeMap<usize, Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    once: VecDeque<Told>,
    always: Option<Told>,
}

impl Script {
    /// Answers the next call without a configured answer.
    pub(super) fn once(&mut self, endpoint: usize, told: Told) {
        self.endpoints.entry(endpoint).or_default().once.push_back(told);
    }

    /// Answers every call without a queued answer.
    pub(super) fn always(&mut self, endpoint: usize, told: Told) {
        self.endpoints.entry(endpoint).or_default().always = Some(told);
    }

    /// Forgets the configuration of an endpoint.
    pub(super) fn forget(&mut self, endpoint: usize) {
        self.endpoints.remove(&endpoint);
    }

    /// The answer of the next call.
    pub(super) fn next(&mut self, endpoint: usize) -> Option<Told> {
        let lines = self.endpoints.get_mut(&endpoint)?;
        lines.once.pop_front().or_else(|| lines.always.clone())
    }
}

/// Why the mock cannot give a configured answer.
#[derive(Clone, PartialEq, Eq)]
pub struct CannotAnswer(String);

impl fmt::Display for CannotAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CannotAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for CannotAnswer {}

/// The index of an endpoint.
pub(super) fn endpoint_named(api: &Api, name: &str) -> Result<usize, CannotAnswer> {
    let names: Vec<String> = api.endpoints.iter().map(|endpoint| endpoint.id.to_string()).collect();
    if let Some(index) = names.iter().position(|known| known == name) {
        return Ok(index);
    }
    let near = names.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    let near = near.filter(|known| strsim::damerau_levenshtein(known, name) <= known.len() / 3);
    Err(CannotAnswer(match near {
        Some(near) => format!("there is no endpoint `{name}`; did you mean `{near}`?"),
        None => format!("there is no endpoint `{name}`; the schema has {}", listed(&names)),
    }))
}

/// The documented error for a code; the endpoint's own takes precedence over the schema's.
pub(super) fn documented<'a>(
    api: &'a Api,
    endpoint: &'a Endpoint,
    code: i64,
) -> Result<&'a ErrorCode, CannotAnswer> {
    let all = || endpoint.errors.iter().chain(&api.errors);
    all().find(|error| error.code == code).ok_or_else(|| {
        let codes: Vec<String> = all().map(|error| error.code.to_string()).collect();
        CannotAnswer(format!("`{}` does not document `{code}`; it documents {}", endpoint.id, listed(&codes)))
    })
}

/// Refuses an invalid status.
pub(super) fn status(status: u16) -> Result<u16, CannotAnswer> {
    match status {
        200..=599 => Ok(status),
        _ => {
            Err(CannotAnswer(format!("`{status}` is not the HTTP status of an answer; expected 200 to 599")))
        }
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    }
}
