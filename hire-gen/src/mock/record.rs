//! Recorded requests, for tests.

use std::fmt;

use serde_json::Value;

/// A received request and its answer. `Debug` shows no query, header or body.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Recorded {
    /// Such as `hire.v1.talent.onboard_status`; `None` for an unknown path.
    pub endpoint: Option<String>,
    /// `POST`
    pub method: String,
    /// As sent, encoded.
    pub path: String,
    /// Names and values of the path's parameters, decoded.
    pub path_params: Vec<(String, String)>,
    /// Names and values, decoded, in the order of the request.
    pub query: Vec<(String, String)>,
    /// Names in lower case, and values, without `authorization`.
    pub headers: Vec<(String, String)>,
    /// The body; for a form its fields, with name and size instead of a file. `None` if there was none or it could
    /// not be read.
    pub body: Option<Value>,
    /// HTTP status of the answer.
    pub status: u16,
    /// `code` of the answer, if it has one.
    pub code: Option<i64>,
}

impl Recorded {
    /// Returns the first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", &self.status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
