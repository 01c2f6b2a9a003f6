//! A download: never larger than requested, and complete or nothing.

use std::any::Any;
use std::fmt;
#[cfg(unix)]
use std::fs::{self, Metadata, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::HeaderMap;
use tempfile::NamedTempFile;
use tokio::time::Instant;

use crate::call::outcome::file;
use crate::call::retry::Retry;
use crate::error::{Error, Transport as How};
use crate::file::follow::follow;
use crate::file::name::file_name;
use crate::file::resume::Resume;
use crate::transport::{Flow, Transport};
use crate::wire::read::Read;
use crate::wire::reader::{Reader, Stop};

/// A file from [`Client::download`](crate::Client::download), or an endpoint's answer that is a file.
#[must_use = "nothing is read before it is requested"]
pub struct Download {
    flow: Flow,
    name: Option<String>,
    size: Option<u64>,
    left: u64,
    /// The number of bytes received.
    arrived: u64,
    slowest: Option<u64>,
    resume: Option<Resume>,
    /// The reason why it ended too early.
    broken: Option<Error>,
}

impl Download {
    pub(crate) async fn open(
        transport: &Transport,
        retry: &Retry,
        url: &str,
        max_bytes: u64,
    ) -> Result<Self, Error> {
        let (started, mut sent) = (Instant::now(), 0);
        loop {
            sent += 1;
            let opened =
                async { opened(follow(transport, url, &HeaderMap::new()).await?, transport, url).await };
            let error = match opened.await {
                Ok(flow) => {
                    let resume = Resume::of(transport, retry, url, &flow);
                    return Ok(Self { resume, ..Self::new(flow, max_bytes)? });
                }
                Err(error) => error.with_attempts(sent, false),
            };
            match retry.again(&error, true, sent, started.elapsed(), fastrand::f64()) {
                Some(again) => tokio::time::sleep(again.wait).await,
                None => return Err(error),
            }
        }
    }

    fn new(flow: Flow, max_bytes: u64) -> Result<Self, Error> {
        let size = flow.header("content-length").and_then(|size| size.parse().ok());
        if size.is_some_and(|size: u64| size > max_bytes) {
            return Err(too_large());
        }
        let name = flow.header("content-disposition").and_then(file_name);
        let (arrived, slowest, resume, broken) = (0, None, None, None);
        Ok(Self { flow, name, size, left: max_bytes, arrived, slowest, resume, broken })
    }

    /// Sets a limit: a larger file is an error. The answer of an endpoint has no limit by default.
    ///
    /// # Errors
    ///
    /// If the server announces a larger file.
    pub fn with_max_bytes(self, max_bytes: u64) -> Result<Self, Error> {
        if self.size.is_some_and(|size| size > max_bytes) {
            Err(too_large())
        } else {
            Ok(Self { left: max_bytes, ..self })
        }
    }

    /// Sets the minimum speed, in bytes per second; 0 means none. Defaults to 1,024. Measured over spans of the
    /// client's timeout; only time spent waiting for bytes counts, so a slow caller does not matter.
    pub fn with_min_speed(self, bytes_per_second: u64) -> Self {
        Self { flow: self.flow.with_slowest(bytes_per_second), slowest: Some(bytes_per_second), ..self }
    }

    /// Returns the server's name of the file, made safe: one name without folders, of at most 200 bytes, not hidden.
    /// It may be personal.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the size in bytes, if the server announces it.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Returns the content type that the server announces, such as `application/pdf`.
    pub fn content_type(&self) -> Option<&str> {
        self.flow.header("content-type")
    }

    /// Returns the next bytes; `None` at the end.
    ///
    /// If the connection breaks or stalls, a download of [`Client::download`](crate::Client::download) resumes after the last
    /// byte received, as often as the client's [`Retry`] allows, provided that the server identifies the version of the file
    /// (by a strong `ETag`, or by a `Last-Modified` that is old enough) and still has that version.
    ///
    /// # Errors
    ///
    /// If the connection breaks or stalls and the download cannot resume, the bytes arrive too slowly
    /// ([`with_min_speed`](Self::with_min_speed)), or the file is too large. Later calls return the same error, so that
    /// a truncated file never looks complete.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(error) = self.broken.clone() {
                let size = self.size;
                let rest = match &mut self.resume {
                    Some(resume) if error.is_broken() && !self.flow.is_too_slow() => {
                        resume.go_on(&error, self.arrived, size).await
                    }
                    _ => None,
                };
                let Some(rest) = rest else {
                    self.resume = None;
                    return Err(error);
                };
                self.flow = match self.slowest {
                    Some(slowest) => rest.with_slowest(slowest),
                    None => rest,
                };
                self.broken = None;
            }
            match self.flow.chunk().await {
                Ok(Some(bytes)) => {
                    let length = bytes.len() as u64;
                    let Some(left) = self.left.checked_sub(length) else {
                        self.resume = None;
                        return Err(self.broken.insert(too_large()).clone());
                    };
                    (self.left, self.arrived) = (left, self.arrived + length);
                    return Ok(Some(bytes));
                }
                Ok(None) if self.size.is_none_or(|size| size == self.arrived) => return Ok(None),
                Ok(None) => {
                    let ended = io::Error::from(io::ErrorKind::UnexpectedEof);
                    self.broken = Some(Error::transport(How::Broken, ended));
                }
                Err(error) => self.broken = Some(error),
            }
        }
    }

    /// Returns the whole file.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.chunk().await? {
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }

    /// Writes the file to a path, completely or not at all, and returns its size in bytes. An existing file is
    /// replaced, and so is a symbolic link.
    ///
    /// Until it is complete, it has a random name in the same folder, so that concurrent saves to one path do not
    /// disturb each other: the last one remains. On Unix a new file is readable by its owner only (0600), and a
    /// replaced file keeps its mode.
    ///
    /// # Errors
    ///
    /// As for [`chunk`](Self::chunk); also if it cannot be written.
    pub async fn save(mut self, path: impl Into<PathBuf>) -> Result<u64, Error> {
        let path = path.into();
        let folder = folder(&path).to_owned();
        let mut size = 0;
        // Removed on drop, unless it has its final name by then.
        let mut file = on_disk(move || unfinished(&folder)).await?;
        while let Some(bytes) = self.chunk().await? {
            size += bytes.len() as u64;
            file = on_disk(move || file.write_all(&bytes).map(|()| file)).await?;
        }
        on_disk(move || finish(file, &path)).await?;
        Ok(size)
    }
}

/// The folder of a path.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file that only this process has and only its owner can read.
fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".download-").suffix(".part").tempfile_in(folder)
}

/// Gives a file its name, and the mode of the file that it replaces.
fn finish(file: NamedTempFile, path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(replaced) = fs::symlink_metadata(path).ok().filter(Metadata::is_file) {
        use std::os::unix::fs::PermissionsExt;

        let mode = replaced.permissions().mode() & 0o777;
        file.as_file().set_permissions(Permissions::from_mode(mode))?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// An answer that is a file is complete once its headers are there.
impl Read for Download {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        reader.skip()?;
        Ok(None)
    }

    const IS_FILE: bool = true;

    fn of_file(file: Box<dyn Any>) -> Option<Self> {
        Self::new(*file.downcast::<Flow>().ok()?, u64::MAX).ok()
    }
}

/// The name of a file may contain a person's name.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Runs on a thread that may wait for a disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panicked| Err(io::Error::other(panicked))).map_err(Error::disk)
}

/// A file, unless something else came in its place.
async fn opened(flow: Flow, transport: &Transport, url: &str) -> Result<Flow, Error> {
    let page_expected = transport.address_of_file(url)?.is_of_page();
    let mut incoming = flow.into_incoming(page_expected).await?;
    let opened = file(&incoming, &[]);
    match (opened, incoming.flow.take()) {
        (Ok(_), Some(flow)) => Ok(flow),
        (Ok(_), None) => Err(Error::download("the answer is empty")),
        (Err(error), _) => Err(error.with_answer(incoming.headers, incoming.body)),
    }
}

fn too_large() -> Error {
    Error::download("it is too large")
}
