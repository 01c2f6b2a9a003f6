//! The bytes of a file that comes from a stream: exactly as many as promised, or an error before the last one is sent.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::wire::form::{Chunks, Source};

/// A stream that nobody has read from. Dropping it returns it to its source, so that another attempt can send it.
pub(super) struct Unread {
    source: Source,
    chunks: Own,
}

/// Not shared: the lock is never contended and only makes the contents `Sync`.
struct Own(Mutex<Option<Chunks>>);

impl Own {
    fn get_mut(&mut self) -> &mut Option<Chunks> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unread {
    /// Fails if an earlier attempt has read from it.
    pub(super) fn of(source: Source) -> io::Result<Self> {
        let chunks = source.take().ok_or_else(|| {
            io::Error::other("it is a stream, which an earlier attempt has read: build the request again")
        })?;
        Ok(Self { source, chunks: Own(Mutex::new(Some(chunks))) })
    }

    /// Takes the stream; nobody else can read it after that.
    pub(super) fn begin(mut self, size: u64) -> Streamed {
        let chunks = Own(Mutex::new(self.chunks.get_mut().take()));
        Streamed { chunks, left: size, ahead: None }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(chunks) = self.chunks.get_mut().take() {
            self.source.put_back(chunks);
        }
    }
}

/// A stream that is being sent. Each chunk is held back until the next one or the end arrives: a stream that is too
/// long must not look complete to the receiver.
pub(super) struct Streamed {
    /// `None` at the end.
    chunks: Own,
    left: u64,
    ahead: Option<Bytes>,
}

impl Streamed {
    pub(super) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        while let Some(chunks) = self.chunks.get_mut() {
            let failure = match ready!(chunks.as_mut().poll_next(cx)) {
                Some(Ok(bytes)) if bytes.is_empty() => continue,
                Some(Ok(bytes)) => match self.left.checked_sub(bytes.len() as u64) {
                    Some(left) => {
                        self.left = left;
                        match self.ahead.replace(bytes) {
                            Some(before) => return Poll::Ready(Some(Ok(before))),
                            None => continue,
                        }
                    }
                    None => io::Error::other("the stream has more bytes than was said"),
                },
                Some(Err(error)) => error,
                None if self.left > 0 => io::Error::other("the stream has fewer bytes than was said"),
                None => {
                    *self.chunks.get_mut() = None;
                    continue;
                }
            };
            (*self.chunks.get_mut(), self.ahead) = (None, None);
            return Poll::Ready(Some(Err(failure)));
        }
        Poll::Ready(self.ahead.take().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn nothing_comes_after_a_failure() {
        let chunks = [Ok(Bytes::from("ab")), Ok(Bytes::from("cd")), Ok(Bytes::from("ef"))];
        let chunks: Chunks = Box::pin(futures_util::stream::iter(chunks));
        let mut streamed = Streamed { chunks: Own(Mutex::new(Some(chunks))), left: 3, ahead: None };
        let mut poll = || streamed.poll_chunk(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(poll(), Poll::Ready(Some(Err(_)))));
        assert!(matches!(poll(), Poll::Ready(None)));
    }
}
