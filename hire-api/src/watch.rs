//! What can be watched of calls: enough for logs and metrics, and nothing that is secret or personal.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::metadata::Metadata;

/// Hears of every attempt of every call of a client. It is called on the task of the call: it should only count or note.
pub trait Observer: Send + Sync + 'static {
    /// A request was sent, and answered or not.
    fn attempted(&self, attempt: &Attempt<'_>);

    /// Something happened that no single call is about.
    fn noticed(&self, notice: &Notice<'_>) {
        let _ = notice;
    }
}

/// Something that no single call is about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// There is a new token.
    TokenFetched,
    /// There is no new token. Calls go on as long as the old one is valid.
    TokenFailed(&'a Error),
    /// Redis does not answer: this worker goes on alone, with its share of the quotas.
    #[cfg(feature = "redis")]
    Alone(&'a Error),
    /// Redis answers again: the workers count together.
    #[cfg(feature = "redis")]
    Together,
}

/// Whoever watches a client.
#[derive(Clone, Default)]
pub(crate) struct Watch(pub(crate) Option<Arc<dyn Observer>>);

impl Watch {
    pub(crate) fn attempt(&self, attempt: &Attempt<'_>) {
        #[cfg(feature = "tracing")]
        trace(attempt);
        if let Some(observer) = &self.0 {
            observer.attempted(attempt);
        }
    }

    pub(crate) fn notice(&self, notice: Notice<'_>) {
        #[cfg(feature = "tracing")]
        trace_notice(notice);
        if let Some(observer) = &self.0 {
            observer.noticed(&notice);
        }
    }
}

/// One attempt of a call.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// What was called.
    pub endpoint: &'static Metadata,
    /// From 1.
    pub number: u32,
    /// From sending to the end of the answer.
    pub took: Duration,
    /// How long the call has waited for the endpoint's quota so far.
    pub queued: Duration,
    /// HTTP status of the answer, where there is one.
    pub status: Option<u16>,
    /// `code` of the answer: 0 is success; `None` where there is no answer.
    pub code: Option<i64>,
    /// Feishu's name for the call, for its support.
    pub log_id: Option<&'a str>,
    /// After how long the request is sent again; `None` where the call has ended with this attempt.
    pub again_in: Option<Duration>,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(endpoint: &'static Metadata, number: u32, took: Duration, queued: Duration) -> Self {
        Self { endpoint, number, took, queued, status: None, code: None, log_id: None, again_in: None }
    }

    pub(crate) fn answered(self, status: u16, log_id: Option<&'a str>) -> Self {
        Self { status: Some(status), code: Some(0), log_id, ..self }
    }

    pub(crate) fn failed(self, error: &'a Error, again_in: Option<Duration>) -> Self {
        Self { status: error.status(), code: error.code(), log_id: error.log_id(), again_in, ..self }
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, number, took, queued, status, code, log_id, again_in } = self;
        f.debug_struct("Attempt")
            .field("endpoint", &endpoint.name)
            .field("number", number)
            .field("took", took)
            .field("queued", queued)
            .field("status", status)
            .field("code", code)
            .field("log_id", log_id)
            .field("again_in", again_in)
            .finish()
    }
}

/// The same as an event of `tracing`.
#[cfg(feature = "tracing")]
fn trace(attempt: &Attempt<'_>) {
    let Attempt { endpoint, number, took, queued, status, code, log_id, again_in } = attempt;
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(
        endpoint = endpoint.name,
        attempt = number,
        took_ms = millis(*took),
        queued_ms = millis(*queued),
        status = *status,
        code = *code,
        log_id = *log_id,
        again_in_ms = again_in.map(millis),
        "call"
    );
}

#[cfg(feature = "tracing")]
fn trace_notice(notice: Notice<'_>) {
    match notice {
        Notice::TokenFetched => tracing::debug!("a new token"),
        Notice::TokenFailed(error) => tracing::warn!(%error, "no new token"),
        #[cfg(feature = "redis")]
        Notice::Alone(error) => tracing::warn!(%error, "alone, with a share of the quotas"),
        #[cfg(feature = "redis")]
        Notice::Together => tracing::warn!("together with the other workers again"),
    }
}
