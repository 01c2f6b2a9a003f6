//! A form on its way: read from memory and from disk a little at a time.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::file::{Content, Form, Progress, Stretch};

/// How much is read from disk at once. Two of these wait while one is sent.
const CHUNK: u64 = 256 * 1024;
const WAITING: usize = 2;

/// The body of one attempt.
pub(crate) struct Upload {
    stretches: VecDeque<Stretch>,
    file: Option<Reading>,
    left: u64,
    moved: Arc<AtomicU64>,
}

/// A file that a thread of its own reads.
struct Reading {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    progress: Option<Progress>,
    sent: u64,
    size: u64,
}

impl Upload {
    pub(crate) fn new(form: &Form) -> Self {
        let (stretches, moved) = (form.stretches().collect(), Arc::default());
        Self { stretches, file: None, left: form.size(), moved }
    }

    /// Counts what the connection has taken: where it stands still, nothing moves.
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
                Content::Path { path, size } => {
                    let chunks = read(move || std::fs::File::open(path), size);
                    self.file = Some(Reading { chunks, progress, sent: 0, size });
                }
            }
        }
    }
}

impl Reading {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let chunk = ready!(self.chunks.poll_recv(cx));
        if let Some(Ok(bytes)) = &chunk {
            self.sent += bytes.len() as u64;
            if let Some(progress) = &self.progress {
                progress(self.sent, self.size);
            }
        }
        Poll::Ready(chunk)
    }
}

/// Reads exactly this much, on a thread for such things.
fn read(
    open: impl FnOnce() -> io::Result<std::fs::File> + Send + 'static,
    size: u64,
) -> mpsc::Receiver<io::Result<Bytes>> {
    let (sender, chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let give = |chunk| sender.blocking_send(chunk).is_ok();
        let mut file = match open() {
            Ok(file) => file,
            Err(error) => {
                give(Err(error));
                return;
            }
        };
        let mut left = size;
        while left > 0 {
            let chunk = next(&mut file, left);
            left = left.saturating_sub(CHUNK);
            let failed = chunk.is_err();
            // Where nobody takes any more, the attempt has ended.
            if !give(chunk) || failed {
                return;
            }
        }
    });
    chunks
}

/// The next chunk; the last one only where the file ends with it, since what is cut off would look whole.
fn next(file: &mut std::fs::File, left: u64) -> io::Result<Bytes> {
    let wanted = left.min(CHUNK);
    let mut chunk = Vec::new();
    let read = Read::by_ref(file).take(wanted).read_to_end(&mut chunk)?;
    let ends = left > CHUNK || file.read(&mut [0])? == 0;
    if read as u64 == wanted && ends {
        Ok(Bytes::from(chunk))
    } else {
        Err(io::Error::other("the file has another size than when it was opened"))
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = ready!(self.poll_chunk(cx));
        if let Some(Ok(bytes)) = &chunk {
            let bytes = bytes.len() as u64;
            self.left = self.left.saturating_sub(bytes);
            self.moved.fetch_add(bytes, Ordering::Relaxed);
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.stretches.is_empty() && self.file.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
