//! Files to upload. No I/O except reading the size of a file.

pub(crate) mod download;
mod follow;
pub(crate) mod kind;
mod name;
mod resume;

use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt};

use crate::check::limits::{Tested, size};
use crate::check::{Check, Checks, Step};
use crate::wire::form::{Content, Form, Part, Progress, Source, Stamp};
use crate::wire::read::Read;
use crate::wire::reader::{Reader, Stop};

/// A file to upload: bytes, or a file on disk or a stream that is read while it is sent.
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

impl File {
    /// Creates a file from a name, as people will see it, and bytes. The ending of the name decides the content type,
    /// such as `application/pdf`.
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(Bytes::from(content.into())), progress: None }
    }

    /// Opens a file on disk, under its own name. It is read in pieces while it is sent. If another file is at the
    /// path by then, or this one was written to, nothing is sent; if it changes while it is sent, the upload is
    /// aborted. Device, inode and modification time identify it (size and time on Windows).
    ///
    /// Waits if the file was written less than 20 ms ago, because the times of file systems are no finer.
    ///
    /// # Errors
    ///
    /// If it does not exist, is not a file, or has a name that is not Unicode.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let metadata = settled(&path)?;
        let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let Some(name) = name.filter(|_| metadata.is_file()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file with a name in Unicode"));
        };
        Ok(Self {
            name,
            content: Content::Path { path: path.into(), size: metadata.len(), stamp: Stamp::of(&metadata) },
            progress: None,
        })
    }

    /// Creates a file from a stream of `size` bytes, such as one from object storage, without copying it to memory or
    /// disk. If the stream has more or fewer bytes, the upload is aborted before its last byte, so that the receiver
    /// never sees a complete file.
    ///
    /// ```
    /// use futures_util::stream;
    /// use hire_api::File;
    ///
    /// let chunks = [Ok::<_, std::io::Error>(&b"%PDF"[..]), Ok(&b"-1.7"[..])];
    /// let file = File::from_stream("resume.pdf", 8, stream::iter(chunks));
    /// # drop(file);
    /// ```
    ///
    /// A stream can be read only once, and clones of the file share it. After an attempt has read from it, the request
    /// is not sent again even if it otherwise would be; the error says so, and the program must create the request
    /// again. An attempt that gets no connection reads nothing.
    ///
    /// If the stream fails, the error of the call shows its error, which must not contain secrets or personal data.
    pub fn from_stream<S, B, E>(name: impl Into<String>, size: u64, stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let chunks = stream.map(|chunk| chunk.map(Into::into).map_err(io::Error::other));
        let source = Source::new(Box::pin(chunks));
        Self { name: name.into(), content: Content::Stream { source, size }, progress: None }
    }

    /// Sets another name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Sets a function that receives the number of sent bytes and the size, a few times a second on usual networks.
    /// It restarts near zero if the file is sent again.
    #[must_use]
    pub fn on_progress(self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { progress: Some(Arc::new(progress)), ..self }
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        self.content.size()
    }
}

/// No clock of a current file system is coarser than this.
const TICK: Duration = Duration::from_millis(20);

/// Facts about a file that a later change would alter.
fn settled(path: &Path) -> io::Result<Metadata> {
    let metadata = std::fs::metadata(path)?;
    let age = metadata.modified().ok().and_then(|modified| modified.elapsed().ok());
    match age.and_then(|age| TICK.checked_sub(age)) {
        Some(rest) if metadata.is_file() => {
            std::thread::sleep(rest);
            std::fs::metadata(path)
        }
        _ => Ok(metadata),
    }
}

/// The progress function does not count.
impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.content == other.content
    }
}

/// Names of files may be personal; only the size is shown.
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

impl Tested for File {
    type Value = Self;

    fn each(&self, checks: &mut Checks, look: &mut dyn FnMut(&mut Checks, &Self)) {
        look(checks, self);
    }
}

/// JSON cannot contain files, so a request with one cannot be read from it.
impl Read for File {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        reader.mismatch("a file, which JSON cannot contain");
        reader.skip().map(|()| None)
    }
}

#[cfg(feature = "serde")]
const NO_FILE: &str =
    "a request with a file cannot be stored: store the path of the file and build the request again";

/// An error with that message.
#[cfg(feature = "serde")]
impl serde::Serialize for File {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(NO_FILE))
    }
}

#[cfg(feature = "serde")]
#[diagnostic::do_not_recommend]
impl<'de> crate::wire::serde::Parse<'de> for File {
    fn parse<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(format_args!(": {NO_FILE}")))
    }
}

impl Part for File {
    fn add(&self, name: &str, form: &mut Form) {
        form.push_file(name, &self.name, kind::kind(&self.name), self.content.clone(), self.progress.clone());
    }
}

impl Part for Option<File> {
    fn add(&self, name: &str, form: &mut Form) {
        self.iter().for_each(|file| file.add(name, form));
    }
}

impl Part for Vec<File> {
    fn add(&self, name: &str, form: &mut Form) {
        self.iter().for_each(|file| file.add(name, form));
    }
}

impl Part for Option<Vec<File>> {
    fn add(&self, name: &str, form: &mut Form) {
        self.iter().flatten().for_each(|file| file.add(name, form));
    }
}

/// The largest size of a file in bytes.
#[doc(hidden)]
pub fn bytes(checks: &mut Checks, name: &'static str, files: &impl Tested<Value = File>, max: usize) {
    let mut look = |checks: &mut Checks, file: &File| {
        // A file larger than any number here is too large anyway.
        let bytes = usize::try_from(file.size()).unwrap_or(usize::MAX);
        size(checks, bytes, None, Some(max), "bytes");
    };
    checks.inside(Step::Name(name.into()), |checks| files.each(checks, &mut look));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_not_opened() {
        assert!(File::open("/").is_err());
        assert!(File::open("no/such/file").is_err());
    }

    #[test]
    fn files_of_one_name_and_content_are_equal() {
        let file = |name: &str, content: &str| File::new(name, content.to_owned());
        assert_eq!(file("a", "x"), file("a", "x").on_progress(|_, _| {}));
        assert!(file("a", "x") != file("a", "y") && file("a", "x") != file("b", "x"));
    }

    #[test]
    fn json_has_no_file() {
        let read = crate::wire::from_slice::<Vec<File>>(b"[\"a\"]").unwrap();
        assert!(read.value.is_empty());
        assert_eq!(read.mismatches.to_string(), "[0]: expected a file, which JSON cannot contain");
    }

    #[test]
    fn each_file_of_an_optional_list_is_a_part() {
        let parts = |files: Option<Vec<File>>| {
            let mut form = Form::default();
            files.add("files", &mut form);
            form.stretches().count()
        };
        let file = || File::new("a.pdf", b"a");
        let [none, one, two] = [None, Some(vec![file()]), Some(vec![file(), file()])].map(parts);
        assert_eq!(two - one, one - none);
        assert!(one > none);
        let single = |file: Option<File>| {
            let mut form = Form::default();
            file.add("file", &mut form);
            form.stretches().count()
        };
        assert_eq!((single(None), single(Some(file()))), (none, one));
    }
}
