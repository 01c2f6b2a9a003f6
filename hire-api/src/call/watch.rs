//! Observes calls: enough for logs and metrics, and nothing secret or personal.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::wire::metadata::Metadata;
use crate::wire::mismatch::Mismatches;

/// Receives every attempt of every call of a client. It runs on the task of the call, so it should only count or
/// record.
pub trait Observer: Send + Sync + 'static {
    /// Called after every attempt, answered or not.
    fn attempted(&self, attempt: &Attempt<'_>);

    /// Called when a call begins to wait for more than a second.
    fn waits(&self, wait: &Wait<'_>) {
        let _ = wait;
    }

    /// Called for notices that concern no single call.
    fn noticed(&self, notice: &Notice<'_>) {
        let _ = notice;
    }
}

/// A wait of more than a second, reported when it begins.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Wait<'a> {
    /// The endpoint to be called.
    pub endpoint: &'a Metadata,
    /// Why the call waits.
    pub reason: WaitReason,
    /// The expected wait: shorter if earlier calls give up, longer if Feishu asks for a pause meanwhile.
    pub length: Duration,
}

impl fmt::Debug for Wait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, reason, length } = self;
        f.debug_struct("Wait")
            .field("endpoint", &endpoint.name)
            .field("reason", reason)
            .field("length", length)
            .finish()
    }
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// The endpoint's quota is used up.
    Quota,
    /// The answer to another call of this endpoint asked to wait.
    Asked,
    /// The request is repeated after this wait.
    Retry,
}

/// A notice that concerns no single call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A new token was fetched.
    TokenFetched,
    /// Fetching a token failed. Calls continue as long as the old one is valid.
    TokenFailed(&'a Error),
    /// An answer does not fit its schema at these places, which are absent from it. The request was processed.
    Mismatched {
        /// The called endpoint.
        endpoint: &'static Metadata,
        /// The places, and what was expected there.
        mismatches: &'a Mismatches,
    },
    /// Redis does not answer: this worker continues alone, with its share of the quotas.
    #[cfg(feature = "redis")]
    Alone(&'a Error),
    /// Redis answers again: the workers count together.
    #[cfg(feature = "redis")]
    Together,
    /// The clock of Redis was set: calls may wait for one more window, since the times of the last calls are unknown.
    #[cfg(feature = "redis")]
    ClockSet,
}

/// The observer of a client.
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

    pub(crate) fn waits(&self, wait: &Wait<'_>) {
        #[cfg(feature = "tracing")]
        trace_wait(wait);
        if let Some(observer) = &self.0 {
            observer.waits(wait);
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
    /// The called endpoint.
    pub endpoint: &'static Metadata,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// From sending to the end of the answer.
    pub took: Duration,
    /// The time that the call has waited for the endpoint's quota so far.
    pub queued: Duration,
    /// HTTP status of the answer, if there is one.
    pub status: Option<u16>,
    /// `code` of the answer: 0 is success; `None` without an answer.
    pub code: Option<i64>,
    /// Log ID, for Feishu's support.
    pub log_id: Option<&'a str>,
    /// When the request is repeated; `None` if the call ended with this attempt.
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

/// Reports the same as an event of `tracing`.
#[cfg(feature = "tracing")]
fn trace(attempt: &Attempt<'_>) {
    let Attempt { endpoint, number, took, queued, status, code, log_id, again_in } = attempt;
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
fn trace_wait(wait: &Wait<'_>) {
    let Wait { endpoint, reason, length } = wait;
    tracing::info!(endpoint = endpoint.name, ?reason, length_ms = millis(*length), "a call waits");
}

#[cfg(feature = "tracing")]
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(feature = "tracing")]
fn trace_notice(notice: Notice<'_>) {
    match notice {
        Notice::TokenFetched => tracing::debug!("a new token"),
        Notice::TokenFailed(error) => tracing::warn!(%error, "no new token"),
        Notice::Mismatched { endpoint, mismatches } => tracing::warn!(
            endpoint = endpoint.name,
            count = mismatches.count(),
            %mismatches,
            "parts of an answer do not fit its schema"
        ),
        #[cfg(feature = "redis")]
        Notice::Alone(error) => {
            tracing::warn!(%error, "Redis is unreachable: continuing alone, with a share of the quotas");
        }
        #[cfg(feature = "redis")]
        Notice::Together => tracing::warn!("Redis answers again: counting together with the other workers"),
        #[cfg(feature = "redis")]
        Notice::ClockSet => tracing::warn!("the clock of Redis was set: calls may wait for one more window"),
    }
}
