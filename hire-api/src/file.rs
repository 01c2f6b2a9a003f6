//! Parts of a multipart/form-data body.

use std::fmt;

use crate::check::{Check, Checks};
use crate::param::Param;

/// A file to upload. It is held in memory, at most as much as the endpoint's page allows.
#[derive(Clone, PartialEq)]
pub struct File {
    name: String,
    content: Vec<u8>,
}

impl File {
    /// A file with a name, as people will see it, and its bytes.
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: content.into() }
    }
}

/// Names of people's files are personal; only the size is shown.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({} bytes)", self.content.len())
    }
}

impl Check for File {
    fn check(&self, checks: &mut Checks) {
        if self.name.is_empty() || self.name.contains(char::is_control) {
            checks.report_here("must have a file name without control characters");
        }
    }
}

/// The parts of a form, still without a boundary.
#[derive(Default)]
#[doc(hidden)]
pub struct Form(Vec<Piece>);

struct Piece {
    head: String,
    content: Vec<u8>,
}

impl Form {
    /// The body and its content type.
    pub(crate) fn finish(&self) -> (Vec<u8>, String) {
        let boundary = self.boundary();
        let mut body = Vec::with_capacity(self.0.iter().map(|piece| piece.content.len() + 256).sum());
        for Piece { head, content } in &self.0 {
            body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (body, format!("multipart/form-data; boundary={boundary}"))
    }

    /// The first of a series that no part contains.
    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let boundary = format!("hire-api-boundary-{number:016x}");
            let taken =
                |content: &[u8]| content.windows(boundary.len()).any(|window| window == boundary.as_bytes());
            if !self.0.iter().any(|piece| taken(&piece.content)) {
                return boundary;
            }
            number += 1;
        }
    }

    fn push(&mut self, name: &str, file: Option<&str>, content: &[u8]) {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        if let Some(file) = file {
            head.push_str(&format!(
                "; filename=\"{}\"\r\nContent-Type: application/octet-stream",
                quoted(file)
            ));
        }
        self.0.push(Piece { head, content: content.to_vec() });
    }
}

/// As browsers do it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value that can be a part of a form.
#[doc(hidden)]
pub trait Part {
    fn add(&self, name: &str, form: &mut Form);
}

impl Part for File {
    fn add(&self, name: &str, form: &mut Form) {
        form.push(name, Some(&self.name), &self.content);
    }
}

impl<T: Part> Part for Option<T> {
    fn add(&self, name: &str, form: &mut Form) {
        if let Some(value) = self {
            value.add(name, form);
        }
    }
}

macro_rules! text {
    ($($ty:ty)*) => {$(impl Part for $ty {
        fn add(&self, name: &str, form: &mut Form) {
            self.each(&mut |text| form.push(name, None, text.as_bytes()));
        }
    })*};
}

text!(String i64 f64 bool crate::Millis crate::Seconds);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn x08_every_part_has_one_head_whatever_its_name() {
        let mut form = Form::default();
        File::new("a\"b\r\nX: y\r\n\r\n.pdf", "content").add("content", &mut form);
        "中".to_owned().add("name", &mut form);
        let (body, content_type) = form.finish();
        let expected = "--hire-api-boundary-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"content\"; filename=\"a%22b%0D%0AX: y%0D%0A%0D%0A.pdf\"\r\n\
            Content-Type: application/octet-stream\r\n\r\ncontent\r\n\
            --hire-api-boundary-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"name\"\r\n\r\n中\r\n\
            --hire-api-boundary-0000000000000000--\r\n";
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        assert_eq!(content_type, "multipart/form-data; boundary=hire-api-boundary-0000000000000000");
    }

    /// Mostly what means something in a head.
    fn name() -> impl Strategy<Value = String> {
        let pieces = "\" \\ \r\n \r \n \r\n\r\n ; = : filename=\" -- --hire-api-boundary-0000000000000000 %22 %0D \0 \u{85} \
            \u{2028} é 简历 .pdf";
        let pieces = pieces.split(' ').chain([" "]).map(str::to_owned).collect::<Vec<_>>();
        prop_oneof![
            prop::collection::vec(prop::sample::select(pieces), 0..6).prop_map(|pieces| pieces.concat()),
            prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
            "\\PC{0,40}",
        ]
    }

    /// The heads and the contents of a body, read by RFC 7578.
    fn read(body: &[u8], boundary: &str) -> Vec<(String, Vec<u8>)> {
        fn cut<'a>(bytes: &'a [u8], by: &str) -> Option<(&'a [u8], &'a [u8])> {
            let at = bytes.windows(by.len()).position(|window| window == by.as_bytes())?;
            Some((&bytes[..at], &bytes[at + by.len()..]))
        }

        let mut parts = Vec::new();
        // Every boundary, the first one too, begins a line.
        let whole = [b"\r\n", body].concat();
        let (preamble, mut rest) = cut(&whole, &format!("\r\n--{boundary}")).unwrap();
        assert!(preamble.is_empty());
        while let Some(part) = rest.strip_prefix(b"\r\n") {
            let (part, after) = cut(part, &format!("\r\n--{boundary}")).unwrap();
            let (head, content) = cut(part, "\r\n\r\n").unwrap();
            parts.push((String::from_utf8(head.to_vec()).unwrap(), content.to_vec()));
            rest = after;
        }
        assert_eq!(rest, b"--\r\n");
        parts
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn x08_any_file_name_is_refused_or_gives_one_head(
            name in name(),
            content in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                name().prop_map(String::into_bytes),
                Just(b"\r\n--hire-api-boundary-0000000000000000--\r\n".to_vec()),
            ],
            text in name(),
        ) {
            let file = File::new(name.as_str(), content.clone());
            let mut checks = Checks::new();
            file.check(&mut checks);
            let refused = checks.finish().is_err();
            prop_assert_eq!(refused, name.is_empty() || name.contains(char::is_control));
            // Checks can be switched off: what is refused must not lead elsewhere either.
            let mut form = Form::default();
            file.add("content", &mut form);
            text.add("name", &mut form);
            let (body, content_type) = form.finish();
            let parts = read(&body, content_type.strip_prefix("multipart/form-data; boundary=").unwrap());
            prop_assert_eq!(parts.len(), 2);
            let heads: Vec<Vec<&str>> = parts.iter().map(|(head, _)| head.split("\r\n").collect()).collect();
            prop_assert_eq!(&heads[0][1..], ["Content-Type: application/octet-stream"]);
            prop_assert_eq!(&heads[1], &["Content-Disposition: form-data; name=\"name\""]);
            let shown = heads[0][0]
                .strip_prefix("Content-Disposition: form-data; name=\"content\"; filename=\"")
                .and_then(|name| name.strip_suffix('"'))
                .unwrap();
            prop_assert!(!shown.contains(['"', '\r', '\n']), "{shown:?}");
            prop_assert!(refused || shown.replace("%22", "\"") == name.replace("%22", "\""), "{shown:?}");
            prop_assert_eq!((&parts[0].1, parts[1].1.as_slice()), (&content, text.as_bytes()));
        }
    }

    #[test]
    fn a_boundary_is_in_no_part() {
        let mut form = Form::default();
        File::new("a", "x hire-api-boundary-0000000000000000 y").add("content", &mut form);
        assert!(form.finish().1.ends_with("0001"));
    }
}
