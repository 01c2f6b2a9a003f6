//! A form in transit: read from memory and disk in pieces.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use super::streamed::{self, Streamed};
use crate::error::cause::chain;
use crate::wire::form::{Content, Form, Progress, Stamp, Stretch};

/// How much is read from disk at once. Two of these wait while one is sent.
const CHUNK: u64 = 256 * 1024;
const WAITING: usize = 2;

/// The body of one attempt.
pub(crate) struct Upload {
    stretches: VecDeque<Stretch>,
    /// Its files on disk, in order.
    files: VecDeque<fs::File>,
    /// Its streams, in order.
    streams: VecDeque<streamed::Unread>,
    file: Option<Reading>,
    left: u64,
    moved: Arc<AtomicU64>,
}

/// A file that is read while it is sent.
struct Reading {
    chunks: Chunks,
    progress: Option<Progress>,
    sent: u64,
    size: u64,
}

enum Chunks {
    /// A thread of its own reads it.
    Disk(mpsc::Receiver<io::Result<Bytes>>),
    Stream(Streamed),
}

impl Upload {
    /// Opens the files on disk; fails if one of them is not the file that the form was created with.
    pub(crate) async fn new(form: &Form) -> io::Result<Self> {
        let stretches: VecDeque<Stretch> = form.stretches().collect();
        let on_disk: Vec<_> = stretches
            .iter()
            .filter_map(|stretch| match &stretch.content {
                Content::Path { path, stamp, .. } => Some((Arc::clone(path), *stamp)),
                Content::Bytes(_) | Content::Stream { .. } => None,
            })
            .collect();
        let streams = stretches.iter().filter_map(|stretch| match &stretch.content {
            Content::Stream { source, .. } => Some(streamed::Unread::of(source.clone())),
            Content::Bytes(_) | Content::Path { .. } => None,
        });
        let streams = streams.collect::<io::Result<_>>()?;
        let files = if on_disk.is_empty() {
            VecDeque::new()
        } else {
            let opened = move || on_disk.into_iter().map(|(path, stamp)| open(&path, stamp)).collect();
            tokio::task::spawn_blocking(opened)
                .await
                .unwrap_or_else(|panicked| Err(io::Error::other(panicked)))?
        };
        Ok(Self { stretches, files, streams, file: None, left: form.size(), moved: Arc::default() })
    }

    /// Counts the bytes that the connection has taken, to detect a stall.
    pub(crate) fn moved(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.moved)
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            if let Some(file) = &mut self.file {
                if let Some(chunk) = ready!(file.poll_chunk(cx)) {
                    return Poll::Ready(Some(chunk));
                }
                self.file = None;
            }
            let Some(Stretch { content, progress }) = self.stretches.pop_front() else {
                return Poll::Ready(None);
            };
            match content {
                Content::Bytes(bytes) => {
                    if let Some(progress) = progress {
                        progress(bytes.len() as u64, bytes.len() as u64);
                    }
                    return Poll::Ready(Some(Ok(bytes)));
                }
                Content::Path { size, stamp, .. } => {
                    let Some(file) = self.files.pop_front() else {
                        return Poll::Ready(Some(Err(changed())));
                    };
                    let chunks = Chunks::Disk(read(file, size, stamp));
                    self.file = Some(Reading { chunks, progress, sent: 0, size });
                }
                Content::Stream { size, .. } => {
                    let Some(stream) = self.streams.pop_front() else {
                        return Poll::Ready(Some(Err(changed())));
                    };
                    let chunks = Chunks::Stream(stream.begin(size));
                    self.file = Some(Reading { chunks, progress, sent: 0, size });
                }
            }
        }
    }
}

impl Reading {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let chunk = ready!(match &mut self.chunks {
            Chunks::Disk(chunks) => chunks.poll_recv(cx),
            Chunks::Stream(chunks) => chunks.poll_chunk(cx),
        });
        if let Some(Ok(bytes)) = &chunk {
            self.sent += bytes.len() as u64;
            if let Some(progress) = &self.progress {
                progress(self.sent, self.size);
            }
        }
        Poll::Ready(chunk)
    }
}

/// The file at a path, if it is this one.
fn open(path: &Path, stamp: Stamp) -> io::Result<fs::File> {
    let file = fs::File::open(path)?;
    if Stamp::of(&file.metadata()?) == stamp { Ok(file) } else { Err(changed()) }
}

fn changed() -> io::Error {
    io::Error::other("it is not the file that was opened, or has changed since")
}

/// Reads exactly this many bytes, on a thread for blocking work.
fn read(mut file: fs::File, size: u64, stamp: Stamp) -> mpsc::Receiver<io::Result<Bytes>> {
    let (sender, chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut left = size;
        while left > 0 {
            let chunk = next(&mut file, left, stamp);
            left = left.saturating_sub(CHUNK);
            let failed = chunk.is_err();
            // Without a receiver, the attempt has ended.
            if sender.blocking_send(chunk).is_err() || failed {
                return;
            }
        }
    });
    chunks
}

/// The next chunk; the last one only if the file is unchanged, since a truncated file would look complete.
fn next(file: &mut fs::File, left: u64, stamp: Stamp) -> io::Result<Bytes> {
    let wanted = left.min(CHUNK);
    let mut chunk = Vec::new();
    let read = Read::by_ref(file).take(wanted).read_to_end(&mut chunk)?;
    let unchanged = left > CHUNK || Stamp::of(&file.metadata()?) == stamp;
    if read as u64 == wanted && unchanged { Ok(Bytes::from(chunk)) } else { Err(changed()) }
}

/// A local file could not be read: the server is not involved.
#[derive(Debug)]
pub(crate) struct Unread(Arc<io::Error>);

impl Unread {
    /// The original error behind one of the HTTP library.
    pub(crate) fn in_causes(error: &(dyn Error + 'static)) -> Option<io::Error> {
        let Self(unread) = chain(error).find_map(|cause| cause.downcast_ref::<Self>())?;
        Some(io::Error::new(unread.kind(), unread.to_string()))
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Unread {}

impl Body for Upload {
    type Data = Bytes;
    type Error = Unread;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unread>>> {
        let chunk = ready!(self.poll_chunk(cx));
        if let Some(Ok(bytes)) = &chunk {
            let bytes = bytes.len() as u64;
            self.left = self.left.saturating_sub(bytes);
            self.moved.fetch_add(bytes, Ordering::Relaxed);
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data).map_err(|error| Unread(Arc::new(error)))))
    }

    fn is_end_stream(&self) -> bool {
        self.stretches.is_empty() && self.file.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn the_last_chunk_of_a_file_that_has_changed_is_not_sent() {
        let chunk = usize::try_from(CHUNK).unwrap();
        let mut disk = tempfile::NamedTempFile::new().unwrap();
        disk.write_all(&vec![b'a'; chunk + 10]).unwrap();
        let stamp = Stamp::of(&disk.as_file().metadata().unwrap());
        let mut file = disk.reopen().unwrap();
        assert_eq!(next(&mut file, CHUNK + 10, stamp).unwrap().len(), chunk);
        // The same size, at another time.
        disk.as_file().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert!(next(&mut file, 10, stamp).is_err());
        assert!(next(&mut disk.reopen().unwrap(), CHUNK, stamp).is_err());
    }

    #[test]
    fn a_chunk_of_a_file_that_has_become_shorter_is_not_sent() {
        let disk = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of(&disk.as_file().metadata().unwrap());
        assert!(next(&mut disk.reopen().unwrap(), CHUNK + 10, stamp).is_err());
    }
}
