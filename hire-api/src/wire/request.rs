//! Turns a typed request into what goes over the wire. No I/O.

use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::check::{Check, Violation, Violations};
use crate::wire::form::{Form, Part};
use crate::wire::metadata::{Codes, Metadata};
use crate::wire::param::Param;
use crate::wire::read::Read;
use crate::wire::write::Write;

/// A request with its destination and the type of its answer. Implemented by the derive of the same name.
pub trait Endpoint: Check {
    /// Contents of `data`.
    type Response: Read;

    /// The documented codes.
    type Code: Codes;

    /// The documented metadata.
    const METADATA: &'static Metadata;

    /// Puts every field in its place.
    fn draft(&self, draft: &mut Draft);
}

/// Everything that RFC 3986 does not call unreserved: the encoded text is one segment, one name or one value.
pub(crate) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The content type of a JSON body.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// A request in progress.
pub struct Draft {
    metadata: &'static Metadata,
    path: Vec<(&'static str, String)>,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Body,
    violations: Vec<Violation>,
}

enum Body {
    None,
    Json(Vec<u8>),
    Form(Form),
}

impl Draft {
    /// Creates an empty request.
    pub fn new(metadata: &'static Metadata) -> Self {
        let (path, query, headers, violations) = (Vec::new(), String::new(), Vec::new(), Vec::new());
        Self { metadata, path, query, headers, body: Body::None, violations }
    }

    pub(crate) fn metadata(&self) -> &'static Metadata {
        self.metadata
    }

    /// Sets a path parameter. It must be a text that can be one segment.
    pub fn path(&mut self, name: &'static str, value: &impl Param) {
        value.each(&mut |text| {
            let decoded = percent_decode_str(text).decode_utf8_lossy();
            if text.is_empty() {
                self.violations.push(Violation::new(name, "must not be empty: it is part of the path"));
            } else if decoded == "." || decoded == ".." {
                self.violations.push(Violation::new(name, "must not be `.` or `..`: it is part of the path"));
            } else if text.contains(char::is_control) {
                self.violations.push(Violation::new(name, "must not contain control characters"));
            }
            self.path.push((name, utf8_percent_encode(text, ENCODED).to_string()));
        });
    }

    /// Adds a query parameter: nothing if unset, and one for each item of a list.
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

    /// Adds a header, if it is set. It must be visible ASCII on one line.
    pub fn header(&mut self, name: &'static str, value: &impl Param) {
        value.each(&mut |text| {
            let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            if !visible || text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
                let message = "must be visible ASCII on one line, without blanks at its ends: it is a header";
                self.violations.push(Violation::new(name, message));
            }
            self.headers.push((name, text.to_owned()));
        });
    }

    /// Sets the body.
    pub fn json(&mut self, body: &impl Write) {
        let mut text = Vec::with_capacity(1024);
        body.write(&mut text);
        self.body = Body::Json(text);
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

    /// Returns what goes over the wire.
    ///
    /// # Errors
    ///
    /// If a value cannot be in its place, such as a path parameter that would lead elsewhere.
    pub fn finish(self) -> Result<Prepared, Violations> {
        let Self { metadata, path, query, headers, body, mut violations } = self;
        let mut whole = String::with_capacity(metadata.path.len() + 64);
        let mut rest = metadata.path;
        // A parameter is a whole segment.
        while let Some((before, behind)) = rest.split_once("/:") {
            let (name, after) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
            whole.push_str(before);
            whole.push('/');
            match path.iter().find(|(known, _)| *known == name) {
                Some((_, text)) => whole.push_str(text),
                None => violations.push(Violation::new(name, "must be set: it is part of the path")),
            }
            rest = after;
        }
        whole.push_str(rest);
        if !violations.is_empty() {
            return Err(Violations(violations));
        }
        let (body, form, content_type) = match body {
            Body::None => (None, None, None),
            Body::Json(text) => (Some(Bytes::from(text)), None, Some(Cow::Borrowed(JSON))),
            Body::Form(form) => {
                let content_type = form.content_type();
                (None, Some(form), Some(Cow::Owned(content_type)))
            }
        };
        Ok(Prepared { metadata, path: whole, query, headers, body, form, content_type, file: false })
    }
}

/// Its contents may be personal.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("endpoint", &self.metadata.name).finish_non_exhaustive()
    }
}

/// The contents of a request on the wire, without host and token.
#[derive(Clone)]
#[non_exhaustive]
pub struct Prepared {
    /// Metadata of the endpoint.
    pub metadata: &'static Metadata,
    /// Encoded, with its parameters.
    pub path: String,
    /// Encoded, without `?`; empty if there is none.
    pub query: String,
    /// Headers of the endpoint itself.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body; `None` if there is none or it is a form.
    pub body: Option<Bytes>,
    pub(crate) form: Option<Form>,
    /// The content type of the body.
    pub content_type: Option<Cow<'static, str>>,
    /// Whether the answer is a file.
    pub(crate) file: bool,
}

impl Prepared {
    /// Whether it can be sent completely: a stream that an attempt has read cannot.
    pub(crate) fn is_whole(&self) -> bool {
        self.form.as_ref().is_none_or(Form::is_whole)
    }

    /// Size of the body, in bytes.
    pub fn size(&self) -> u64 {
        let form = self.form.as_ref().map(Form::size);
        form.unwrap_or_else(|| self.body.as_ref().map_or(0, Bytes::len) as u64)
    }

    /// Whether a field in the query or at the top of a JSON body has a value that can distinguish two calls. An empty
    /// or blank text does not count.
    pub(crate) fn has(&self, field: &str) -> bool {
        let name = utf8_percent_encode(field, ENCODED).to_string();
        let says_something = |value: &str| {
            let decoded = percent_decode_str(value).decode_utf8_lossy();
            !decoded.trim().is_empty()
        };
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let in_query = pairs.any(|(key, value)| key == name && says_something(value));
        let body =
            self.body.as_deref().and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok());
        in_query
            || match body.as_ref().and_then(|body| body.get(field)) {
                None | Some(serde_json::Value::Null) => false,
                Some(serde_json::Value::String(text)) => !text.trim().is_empty(),
                Some(_) => true,
            }
    }
}

/// A body, a query and a path parameter may be personal: only sizes are shown.
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
    use proptest::prelude::*;

    use super::*;
    use crate::wire::metadata::Method;

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
    fn an_empty_key_is_no_key() {
        let has = |query: &str, body: Option<&str>| {
            let prepared = Prepared {
                metadata: &METADATA,
                path: String::new(),
                query: query.to_owned(),
                headers: Vec::new(),
                body: body.map(|body| Bytes::copy_from_slice(body.as_bytes())),
                form: None,
                content_type: None,
                file: false,
            };
            prepared.has("key")
        };
        for (query, body) in [
            ("", None),
            ("key=", None),
            ("key=%20%E3%80%80", None),
            ("other=1", None),
            ("", Some(r#"{"key": ""}"#)),
            ("", Some(r#"{"key": " \t\u3000"}"#)),
            ("", Some(r#"{"key": null}"#)),
            ("", Some(r#"{"other": "x"}"#)),
        ] {
            assert!(!has(query, body), "{query} {body:?}");
        }
        assert!(has("key=1", None) && has("key=&key=a", None));
        assert!(has("", Some(r#"{"key": "a"}"#)) && has("", Some(r#"{"key": 0}"#)));
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

    /// Mostly characters with a meaning in an address.
    fn text() -> impl Strategy<Value = String> {
        let pieces = "% %2 %2e %2E %252e %2f %00 . .. / \\ ? # & = + ; : @ [ ] a é 专 %ff \t \n \0 \u{7f} \u{85} \u{2028}";
        let pieces = pieces.split(' ').chain([" "]).map(str::to_owned).collect::<Vec<_>>();
        prop_oneof![
            prop::collection::vec(prop::sample::select(pieces), 0..5).prop_map(|pieces| pieces.concat()),
            prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
            "\\PC{0,40}",
        ]
    }

    /// Written from RFC 3986, and strict: everything that is not unreserved must have been encoded. No `+` remains,
    /// which some servers read as a space.
    fn decoded(text: &str) -> String {
        let mut bytes = text.bytes();
        let mut decoded = Vec::new();
        while let Some(byte) = bytes.next() {
            decoded.push(match byte {
                b'%' => {
                    let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                b'-' | b'.' | b'_' | b'~' => byte,
                _ => {
                    assert!(byte.is_ascii_alphanumeric(), "not encoded: {text}");
                    byte
                }
            });
        }
        String::from_utf8(decoded).unwrap()
    }

    /// The address as the library that sends the request parses it.
    fn address(prepared: &Prepared) -> url::Url {
        let Prepared { path, query, .. } = prepared;
        let address = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        url::Url::parse(&format!("https://open.feishu.cn{address}")).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn x04_any_path_parameter_is_one_segment_or_refused(id in text()) {
            let dots = id.to_lowercase().replace("%2e", ".");
            let refusable = id.is_empty() || [".", ".."].contains(&dots.as_str()) || id.contains(char::is_control);
            let mut draft = Draft::new(&METADATA);
            draft.path("id", &id);
            match draft.finish() {
                Err(violations) => {
                    prop_assert!(refusable, "{id:?} was refused");
                    prop_assert_eq!(violations.0.len(), 1);
                    prop_assert_eq!(&violations.0[0].path, "id");
                }
                Ok(prepared) => {
                    prop_assert!(!refusable, "{id:?} was not refused");
                    let segment = prepared.path.strip_prefix("/open-apis/items/").unwrap().strip_suffix('/').unwrap();
                    prop_assert_eq!(decoded(segment), id.as_str());
                    let url = address(&prepared);
                    prop_assert_eq!(url.path(), &prepared.path);
                    prop_assert_eq!(url.path_segments().unwrap().count(), 4);
                    prop_assert_eq!((url.query(), url.fragment()), (None, None));
                }
            }
        }

        #[test]
        fn x04_any_two_path_parameters_keep_to_their_segments(from in text(), to in text()) {
            static MOVE: Metadata = Metadata::new("test.v1.item.move", Method::Post, "/items/:from/move/:to");
            let alone = path(&from).is_ok() && path(&to).is_ok();
            let mut draft = Draft::new(&MOVE);
            draft.path("to", &to);
            draft.path("from", &from);
            let finished = draft.finish();
            prop_assert_eq!(finished.is_ok(), alone);
            if let Ok(prepared) = finished {
                let segments: Vec<&str> = prepared.path.split('/').collect();
                prop_assert_eq!(segments.len(), 5);
                prop_assert_eq!((segments[1], segments[3]), ("items", "move"));
                prop_assert_eq!((decoded(segments[2]), decoded(segments[4])), (from, to));
            }
        }

        #[test]
        fn x05_any_query_pairs_come_out_as_they_went_in(
            pairs in prop::collection::vec((text(), prop::collection::vec(text(), 0..3)), 0..4),
        ) {
            let mut draft = Draft::new(&METADATA);
            draft.path("id", &1_i64);
            for (name, values) in &pairs {
                // Names are those of a schema, which live as long as the program; a few names of a test may, too.
                draft.query(name.clone().leak(), values);
            }
            let prepared = draft.finish().unwrap();
            let expected: Vec<(String, String)> = pairs
                .iter()
                .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
                .collect();
            let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (decoded(name), decoded(value)));
            let query = Some(prepared.query.as_str()).filter(|query| !query.is_empty());
            let read: Option<Vec<_>> = query.into_iter().flat_map(|query| query.split('&')).map(pair).collect();
            prop_assert_eq!(read.as_ref(), Some(&expected));
            // A form decoder reads `+` as a space, with the same result.
            let url = address(&prepared);
            prop_assert_eq!(url.query_pairs().into_owned().collect::<Vec<_>>(), expected);
            prop_assert_eq!((url.path(), url.query(), url.fragment()), ("/open-apis/items/1/", query, None));
            for (name, values) in &pairs {
                // An empty or blank value does not count.
                prop_assert!(values.iter().all(|value| value.trim().is_empty()) || prepared.has(name));
            }
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_request() {
        let mut draft = Draft::new(&METADATA);
        draft.path("id", &"secret".to_owned());
        draft.query("name", &"secret".to_owned());
        draft.json(&"secret".to_owned());
        assert!(!format!("{:?}", draft.finish().unwrap()).contains("secret"));
    }
}
