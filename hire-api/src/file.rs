//! Files to upload, and the multipart/form-data bodies that they are parts of. No I/O but for the size of a file.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use crate::check::{Check, Checks};
use crate::param::Param;

/// A file to upload: bytes, or a file on disk that is read while it is sent.
///
/// ```no_run
/// use hire_api::File;
///
/// # fn example() -> std::io::Result<()> {
/// let from_memory = File::new("resume.pdf", b"%PDF-1.7".to_vec());
/// let from_disk = File::open("resumes/zhang-san.pdf")?.on_progress(|sent, size| println!("{sent} of {size}"));
/// # drop((from_memory, from_disk));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct File {
    name: String,
    content: Content,
    progress: Option<Progress>,
}

/// What a part of a form holds.
#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Bytes(Bytes),
    Path { path: Arc<Path>, size: u64 },
}

/// Is told how many bytes of a file were sent, and its size.
pub(crate) type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl File {
    /// A file with a name, as people will see it, and its bytes.
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(Bytes::from(content.into())), progress: None }
    }

    /// A file on disk, under its own name. It is read while it is sent, a little at a time, and must not change until
    /// then: an upload of more or less than its size now is broken off.
    ///
    /// # Errors
    ///
    /// When it cannot be found, is no file, or has a name that is not Unicode.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let metadata = std::fs::metadata(&path)?;
        let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let Some(name) = name.filter(|_| metadata.is_file()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no file with a name that is Unicode"));
        };
        Ok(Self { name, content: Content::Path { path: path.into(), size: metadata.len() }, progress: None })
    }

    /// With another name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Tells this how many bytes were sent, and the size: a few times a second at most for usual networks. It starts
    /// again from little where a file is sent again.
    #[must_use]
    pub fn on_progress(self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { progress: Some(Arc::new(progress)), ..self }
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.content.size()
    }
}

impl Content {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Path { size, .. } => *size,
        }
    }
}

/// Whoever is told of the progress makes no difference.
impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.content == other.content
    }
}

/// Names of people's files are personal; only the size is shown.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({} bytes)", self.size())
    }
}

impl Check for File {
    fn check(&self, checks: &mut Checks) {
        if self.name.is_empty() || self.name.contains(char::is_control) {
            checks.report_here("must have a file name without control characters");
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

/// One stretch of a body.
pub(crate) struct Stretch {
    pub(crate) content: Content,
    pub(crate) progress: Option<Progress>,
}

impl Default for Form {
    fn default() -> Self {
        // 128 bits from the system, which nobody who writes a file can know.
        let random = || RandomState::new().hash_one(0_u8);
        Self { boundary: format!("hire-api-{:016x}{:016x}", random(), random()).into(), parts: Vec::new() }
    }
}

impl Form {
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// What is sent, one stretch after the other.
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

    fn push(&mut self, name: &str, file: Option<&File>, content: Content) {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        if let Some(file) = file {
            let name = quoted(&file.name);
            head.push_str(&format!("; filename=\"{name}\"\r\nContent-Type: application/octet-stream"));
        }
        self.parts.push(Piece { head, content, progress: file.and_then(|file| file.progress.clone()) });
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
        form.push(name, Some(self), self.content.clone());
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
            self.each(&mut |text| form.push(name, None, Content::Bytes(Bytes::copy_from_slice(text.as_bytes()))));
        }
    })*};
}

text!(String i64 f64 bool crate::Millis crate::Seconds);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A form without files on disk.
    fn whole(form: &Form) -> Vec<u8> {
        let bytes = form.stretches().map(|stretch| match stretch.content {
            Content::Bytes(bytes) => bytes,
            Content::Path { .. } => panic!("a file on disk"),
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
            Content-Type: application/octet-stream\r\n\r\ncontent\r\n\
            --{boundary}\r\n\
            Content-Disposition: form-data; name=\"name\"\r\n\r\n中\r\n\
            --{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8(whole(&form)).unwrap(), expected);
        assert_eq!(form.size(), expected.len() as u64);
        assert_eq!(form.content_type(), format!("multipart/form-data; boundary={boundary}"));
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
            let (body, content_type) = (whole(&form), form.content_type());
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
    fn nobody_can_guess_a_boundary() {
        assert_ne!(Form::default().boundary, Form::default().boundary);
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        assert!(File::open("/").is_err());
        assert!(File::open("no/such/file").is_err());
    }
}
