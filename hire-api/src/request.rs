//! A typed request → what goes over the wire. No I/O.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::ser::Serialize;

use crate::check::{Check, Violation, Violations};
use crate::file::{Form, Part};
use crate::metadata::{Codes, Metadata};
use crate::param::Param;

/// A request that knows where it goes and what comes back. The derive of the same name writes it.
pub trait Endpoint: Check {
    /// What `data` holds.
    type Response: DeserializeOwned;

    /// The codes its page lists.
    type Code: Codes;

    /// Everything else there is to know.
    const METADATA: &'static Metadata;

    /// Puts every field where it belongs.
    fn draft(&self, draft: &mut Draft);
}

/// Everything but what RFC 3986 calls unreserved: such a text is one segment, one name or one value.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request that is being put together.
pub struct Draft {
    metadata: &'static Metadata,
    path: Vec<(&'static str, String)>,
    query: String,
    body: Body,
    violations: Vec<Violation>,
}

enum Body {
    None,
    Json(Vec<u8>),
    Form(Form),
}

impl Draft {
    /// With nothing in it.
    pub fn new(metadata: &'static Metadata) -> Self {
        Self { metadata, path: Vec::new(), query: String::new(), body: Body::None, violations: Vec::new() }
    }

    pub(crate) fn metadata(&self) -> &'static Metadata {
        self.metadata
    }

    /// Fills in a parameter of the path. It must be text that can be one segment.
    pub fn path(&mut self, name: &'static str, value: &impl Param) {
        value.each(&mut |text| {
            let decoded = percent_decode_str(text).decode_utf8_lossy();
            if text.is_empty() {
                self.violations.push(Violation::new(name, "must not be empty: it is a part of the path"));
            } else if decoded == "." || decoded == ".." {
                self.violations
                    .push(Violation::new(name, "must not be `.` or `..`: it is a part of the path"));
            } else if text.contains(char::is_control) {
                self.violations.push(Violation::new(name, "must not contain control characters"));
            }
            self.path.push((name, utf8_percent_encode(text, ENCODED).to_string()));
        });
    }

    /// Adds a parameter of the query: nothing where it is not set, and one for each item of a list.
    pub fn query(&mut self, name: &'static str, value: &impl Param) {
        value.each(&mut |text| {
            if !self.query.is_empty() {
                self.query.push('&');
            }
            self.query.extend(utf8_percent_encode(name, ENCODED));
            self.query.push('=');
            self.query.extend(utf8_percent_encode(text, ENCODED));
        });
    }

    /// Sets the body.
    pub fn json(&mut self, body: &impl Serialize) {
        match serde_json::to_vec(body) {
            Ok(text) => self.body = Body::Json(text),
            Err(_) => self.violations.push(Violation::new("$", "cannot be written as JSON")),
        }
    }

    /// Adds a part to the body, which becomes multipart/form-data.
    #[doc(hidden)]
    pub fn part(&mut self, name: &'static str, value: &impl Part) {
        match &mut self.body {
            Body::Form(form) => value.add(name, form),
            Body::None | Body::Json(_) => {
                let mut form = Form::default();
                value.add(name, &mut form);
                self.body = Body::Form(form);
            }
        }
    }

    /// What goes over the wire.
    ///
    /// # Errors
    ///
    /// What cannot be put there, such as a path parameter that would lead elsewhere.
    pub fn finish(self) -> Result<Prepared, Violations> {
        let Self { metadata, path, query, body, mut violations } = self;
        let mut segments = Vec::new();
        for segment in metadata.path.split('/') {
            let Some(name) = segment.strip_prefix(':') else {
                segments.push(segment);
                continue;
            };
            match path.iter().find(|(known, _)| *known == name) {
                Some((_, text)) => segments.push(text),
                None => violations.push(Violation::new(name, "must be set: it is a part of the path")),
            }
        }
        if !violations.is_empty() {
            return Err(Violations(violations));
        }
        let (body, form, content_type) = match body {
            Body::None => (None, None, None),
            Body::Json(text) => (Some(text), None, Some("application/json; charset=utf-8".to_owned())),
            Body::Form(form) => {
                let content_type = form.content_type();
                (None, Some(form), Some(content_type))
            }
        };
        Ok(Prepared { metadata, path: segments.join("/"), query, body, form, content_type })
    }
}

/// What it holds may be a person's data.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("endpoint", &self.metadata.name).finish_non_exhaustive()
    }
}

/// What goes over the wire, but for host and token.
#[derive(Clone)]
#[non_exhaustive]
pub struct Prepared {
    /// Of the endpoint.
    pub metadata: &'static Metadata,
    /// Encoded, its parameters filled in.
    pub path: String,
    /// Encoded, without `?`; empty where there is none.
    pub query: String,
    /// The whole body; `None` where there is none or it is a form.
    pub body: Option<Vec<u8>>,
    pub(crate) form: Option<Form>,
    /// What the body is.
    pub content_type: Option<String>,
}

impl Prepared {
    /// Of the body, in bytes.
    pub fn size(&self) -> u64 {
        let form = self.form.as_ref().map(Form::size);
        form.unwrap_or_else(|| self.body.as_ref().map_or(0, Vec::len) as u64)
    }

    /// Whether a field is set, in the query or at the top of a JSON body.
    pub(crate) fn has(&self, field: &str) -> bool {
        let name = utf8_percent_encode(field, ENCODED).to_string();
        let in_query =
            self.query.split('&').any(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name));
        let body =
            self.body.as_deref().and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok());
        in_query || body.is_some_and(|body| body.get(field).is_some_and(|value| !value.is_null()))
    }
}

/// A body, a query and a path parameter may be a person's data: only sizes are shown.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("endpoint", &self.metadata.name)
            .field("body_bytes", &self.size())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Method;

    static METADATA: Metadata = Metadata::new("test.v1.item.get", Method::Get, "/open-apis/items/:id/");

    fn path(id: &str) -> Result<String, Violations> {
        let mut draft = Draft::new(&METADATA);
        draft.path("id", &id.to_owned());
        draft.finish().map(|prepared| prepared.path)
    }

    #[test]
    fn x04_a_path_parameter_is_one_segment_or_refused() {
        for bad in ["", ".", "..", "%2e", "%2E%2e", ".%2e", "a\nb", "\0", "a\u{7f}", "\u{85}"] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
        let long = "x".repeat(4096);
        for good in [
            "exGeIjow7zIqWMy+ONkFxA==",
            "a/../b",
            "..\\..\\x",
            "?x=1",
            "#f",
            ";a",
            "...",
            "专家",
            "%2f",
            &long,
        ] {
            let path = path(good).unwrap();
            let segments: Vec<&str> = path.split('/').collect();
            assert_eq!(segments.len(), 5, "{path}");
            assert_eq!(percent_decode_str(segments[3]).decode_utf8().unwrap(), good);
        }
    }

    #[test]
    fn x05_query_pairs_come_out_as_they_went_in() {
        let mut draft = Draft::new(&METADATA);
        draft.path("id", &1_i64);
        draft.query("a&b", &vec!["=".to_owned(), "# +\n".to_owned()]);
        draft.query("none", &None::<String>);
        draft.query("flag", &true);
        assert_eq!(draft.finish().unwrap().query, "a%26b=%3D&a%26b=%23%20%2B%0A&flag=true");
    }

    #[test]
    fn debug_shows_nothing_of_a_request() {
        let mut draft = Draft::new(&METADATA);
        draft.path("id", &"secret".to_owned());
        draft.query("name", &"secret".to_owned());
        draft.json(&"secret");
        assert!(!format!("{:?}", draft.finish().unwrap()).contains("secret"));
    }
}
