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
    use proptest::prelude::*;

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

    /// Mostly what means something in an address.
    fn text() -> impl Strategy<Value = String> {
        let pieces = "% %2 %2e %2E %252e %2f %00 . .. / \\ ? # & = + ; : @ [ ] a é 专 %ff \t \n \0 \u{7f} \u{85} \u{2028}";
        let pieces = pieces.split(' ').chain([" "]).map(str::to_owned).collect::<Vec<_>>();
        prop_oneof![
            prop::collection::vec(prop::sample::select(pieces), 0..5).prop_map(|pieces| pieces.concat()),
            prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
            "\\PC{0,40}",
        ]
    }

    /// Written from RFC 3986, and strict: what it does not name unreserved must have been encoded. So no `+` is left,
    /// which some servers read as a blank.
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

    /// What a server is sent, by the library that sends it.
    fn address(prepared: &Prepared) -> reqwest::Url {
        let Prepared { path, query, .. } = prepared;
        let address = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        reqwest::Url::parse(&format!("https://open.feishu.cn{address}")).unwrap()
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
                // Names are those of a schema, which live as long as the program; a few of a test may, too.
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
            // A reader of forms takes `+` for a blank, and finds the same.
            let url = address(&prepared);
            prop_assert_eq!(url.query_pairs().into_owned().collect::<Vec<_>>(), expected);
            prop_assert_eq!((url.path(), url.query(), url.fragment()), ("/open-apis/items/1/", query, None));
            for (name, values) in &pairs {
                prop_assert!(values.is_empty() || prepared.has(name));
            }
        }
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
