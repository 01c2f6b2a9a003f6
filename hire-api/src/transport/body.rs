//! The body of a request, which records when a connection takes it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
#[cfg(feature = "reqwest")]
use http_body::Body as _;
use http_body::{Frame, SizeHint};
use http_body_util::Full;

use super::upload::{Unread, Upload};

/// The body of one attempt.
pub(super) struct Body {
    content: Content,
    taken: Taken,
}

enum Content {
    Whole(Full<Bytes>),
    Upload(Upload),
}

/// Notified when a connection takes a request. Called on the task of the connection, so it must not block.
pub(crate) trait Heard: Send + Sync {
    /// The request may arrive from now on.
    fn taken(&self);
}

/// Whether a connection has taken the request; before that, no part of it can have arrived.
#[derive(Clone)]
pub(super) struct Taken(Arc<(AtomicBool, Option<Arc<dyn Heard>>)>);

impl Taken {
    pub(super) fn new(heard: Option<Arc<dyn Heard>>) -> Self {
        Self(Arc::new((AtomicBool::new(false), heard)))
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }

    fn set(&self) {
        let (is_set, heard) = &*self.0;
        if !is_set.swap(true, Ordering::AcqRel)
            && let Some(heard) = heard
        {
            heard.taken();
        }
    }
}

impl Body {
    /// Empty bytes mean no body.
    pub(super) fn whole(bytes: Bytes, taken: Taken) -> Self {
        Self { content: Content::Whole(Full::new(bytes)), taken }
    }

    pub(super) fn upload(upload: Upload, taken: Taken) -> Self {
        Self { content: Content::Upload(upload), taken }
    }

    pub(super) fn taken(&self) -> Taken {
        self.taken.clone()
    }

    /// `None` for an empty body, which counts as taken: its client would never ask for it.
    #[cfg(feature = "reqwest")]
    pub(super) fn unless_empty(self) -> Option<Self> {
        if let Content::Whole(bytes) = &self.content
            && bytes.is_end_stream()
        {
            self.taken.set();
            return None;
        }
        Some(self)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Unread;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unread>>> {
        self.taken.set();
        match &mut self.content {
            Content::Whole(bytes) => Pin::new(bytes).poll_frame(cx).map_err(|never| match never {}),
            Content::Upload(upload) => Pin::new(upload).poll_frame(cx),
        }
    }

    // The connection calls this first when it writes the head; for a request without a body, it is the only call.
    fn is_end_stream(&self) -> bool {
        self.taken.set();
        match &self.content {
            Content::Whole(bytes) => bytes.is_end_stream(),
            Content::Upload(upload) => upload.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => bytes.size_hint(),
            Content::Upload(upload) => upload.size_hint(),
        }
    }
}
