//! The multipart/form-data bodies that contain files. No I/O.

use std::fs::Metadata;
use std::hash::{BuildHasher, RandomState};
use std::io;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::Stream;

use crate::wire::param::Param;

/// The contents of a part.
#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Bytes(Bytes),
    Path { path: Arc<Path>, size: u64, stamp: Stamp },
    Stream { source: Source, size: u64 },
}

/// The bytes of a stream, a few at a time.
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A stream, which can be read only once. Clones share it.
#[derive(Clone)]
pub(crate) struct Source(Arc<Mutex<Option<Chunks>>>);

impl Source {
    pub(crate) fn new(chunks: Chunks) -> Self {
        Self(Arc::new(Mutex::new(Some(chunks))))
    }

    /// `None` if it was taken before.
    pub(crate) fn take(&self) -> Option<Chunks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns a stream that nobody has read from.
    pub(crate) fn put_back(&self, chunks: Chunks) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(chunks);
    }

    fn is_whole(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The identity of the opened file, and its time.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device and inode.
    #[cfg(unix)]
    place: (u64, u64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            place: (metadata.dev(), metadata.ino()),
        }
    }
}

/// Receives the number of sent bytes of a file, and its size.
pub(crate) type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Path { size, .. } | Self::Stream { size, .. } => *size,
        }
    }
}

/// The parts of a form.
#[derive(Clone)]
#[doc(hidden)]
pub struct Form {
    boundary: Arc<str>,
    parts: Vec<Piece>,
}

#[derive(Clone)]
struct Piece {
    head: String,
    content: Content,
    progress: Option<Progress>,
}

/// One piece of a body.
pub(crate) struct Stretch {
    pub(crate) content: Content,
    pub(crate) progress: Option<Progress>,
}

impl Default for Form {
    fn default() -> Self {
        // 128 bits from the system, which the author of a file cannot know.
        let random = || RandomState::new().hash_one(0_u8);
        Self { boundary: format!("hire-api-{:016x}{:016x}", random(), random()).into(), parts: Vec::new() }
    }
}

impl Form {
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The pieces of the body, in order.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let text = |text: String| Stretch { content: Content::Bytes(Bytes::from(text)), progress: None };
        let boundary = &self.boundary;
        let parts = self.parts.iter().flat_map(move |Piece { head, content, progress }| {
            let content = Stretch { content: content.clone(), progress: progress.clone() };
            [text(format!("--{boundary}\r\n{head}\r\n\r\n")), content, text("\r\n".to_owned())]
        });
        parts.chain([text(format!("--{boundary}--\r\n"))])
    }

    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        self.stretches().map(|stretch| stretch.content.size()).sum()
    }

    /// Whether it can be sent: a stream cannot be sent a second time.
    pub(crate) fn is_whole(&self) -> bool {
        self.parts.iter().all(|part| match &part.content {
            Content::Stream { source, .. } => source.is_whole(),
            Content::Bytes(_) | Content::Path { .. } => true,
        })
    }

    pub(crate) fn push_file(
        &mut self,
        name: &str,
        file_name: &str,
        kind: &str,
        content: Content,
        progress: Option<Progress>,
    ) {
        let file_name = quoted(file_name);
        let more = format!("; filename=\"{file_name}\"\r\nContent-Type: {kind}");
        self.parts.push(Piece { head: head(name) + &more, content, progress });
    }

    fn push_text(&mut self, name: &str, text: &str) {
        let content = Content::Bytes(Bytes::copy_from_slice(text.as_bytes()));
        self.parts.push(Piece { head: head(name), content, progress: None });
    }
}

fn head(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{}\"", quoted(name))
}

/// As browsers do, and also for a backslash, which some servers read as an escape.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\\', "%5C").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value that can be a part of a form.
#[doc(hidden)]
pub trait Part {
    fn add(&self, name: &str, form: &mut Form);
}

/// A query value can be the text of a part, and a list gives a part for each item.
impl<T: Param> Part for T {
    fn add(&self, name: &str, form: &mut Form) {
        self.each(&mut |text| form.push_text(name, text));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::{Check, Checks};
    use crate::file::File;
    use crate::file::kind::kind;

    /// A form without files on disk.
    fn whole(form: &Form) -> Vec<u8> {
        let bytes = form.stretches().map(|stretch| match stretch.content {
            Content::Bytes(bytes) => bytes,
            Content::Path { .. } | Content::Stream { .. } => panic!("a file that is not in memory"),
        });
        bytes.collect::<Vec<_>>().concat()
    }

    #[test]
    fn x08_every_part_has_one_head_whatever_its_name() {
        let mut form = Form::default();
        File::new("a\"b\r\nX: y\r\n\r\n.pdf", "content").add("content", &mut form);
        "中".to_owned().add("name", &mut form);
        let boundary = form.boundary.clone();
        let expected = format!(
            "--{boundary}\r\n\
            Content-Disposition: form-data; name=\"content\"; filename=\"a%22b%0D%0AX: y%0D%0A%0D%0A.pdf\"\r\n\
            Content-Type: application/pdf\r\n\r\ncontent\r\n\
            --{boundary}\r\n\
            Content-Disposition: form-data; name=\"name\"\r\n\r\n中\r\n\
            --{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8(whole(&form)).unwrap(), expected);
        assert_eq!(form.size(), expected.len() as u64);
        assert_eq!(form.content_type(), format!("multipart/form-data; boundary={boundary}"));
    }

    /// Mostly characters with a meaning in a head.
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
        // Every boundary, including the first, begins a line.
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
            // Checks can be switched off: a refused value must not lead elsewhere either.
            let mut form = Form::default();
            file.add("content", &mut form);
            text.add("name", &mut form);
            let (body, content_type) = (whole(&form), form.content_type());
            let parts = read(&body, content_type.strip_prefix("multipart/form-data; boundary=").unwrap());
            prop_assert_eq!(parts.len(), 2);
            let heads: Vec<Vec<&str>> = parts.iter().map(|(head, _)| head.split("\r\n").collect()).collect();
            prop_assert_eq!(&heads[0][1..], [format!("Content-Type: {}", kind(&name))]);
            prop_assert_eq!(&heads[1], &["Content-Disposition: form-data; name=\"name\""]);
            let shown = heads[0][0]
                .strip_prefix("Content-Disposition: form-data; name=\"content\"; filename=\"")
                .and_then(|name| name.strip_suffix('"'))
                .unwrap();
            prop_assert!(!shown.contains(['"', '\\', '\r', '\n']), "{shown:?}");
            prop_assert!(refused || shown == name.replace('"', "%22").replace('\\', "%5C"), "{shown:?}");
            prop_assert_eq!((&parts[0].1, parts[1].1.as_slice()), (&content, text.as_bytes()));
        }
    }

    #[test]
    fn nobody_can_guess_a_boundary() {
        assert_ne!(Form::default().boundary, Form::default().boundary);
    }
}
