//! Observes events: enough for logs and metrics, and nothing secret or personal.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::delivery::Header;
use crate::error::Error;

/// Why a handler failed. `?` converts any error.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// The outcome of a delivery.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventNotice<'a> {
    /// The event.
    pub header: &'a Header,
    /// The outcome.
    pub outcome: Outcome<'a>,
    /// Time since the delivery arrived.
    pub took: Duration,
}

/// What happened to a delivery.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// Its handlers succeeded.
    Handled,
    /// It has no handler.
    Dropped,
    /// It was done before.
    Repeated,
    /// Another delivery of it is in work.
    InWork,
    /// Too many events are in work.
    NoRoom,
    /// A handler failed. The error is your own and may contain personal data.
    Failed(&'a HandlerError),
    /// A handler panicked.
    Panicked,
    /// The event has been in work for 2.5 seconds; Feishu waits for 3. The outcome follows.
    Slow,
    /// The store does not answer.
    NoStore(&'a Error),
}

/// The observer of events.
#[derive(Clone, Default)]
pub(super) struct EventWatch(pub(super) Option<Arc<Observe>>);

type Observe = dyn Fn(&EventNotice<'_>) + Send + Sync;

impl EventWatch {
    pub(super) fn notice(&self, notice: &EventNotice<'_>) {
        #[cfg(feature = "tracing")]
        trace(notice);
        if let Some(observer) = &self.0 {
            // A panic of the observer must not leave a handled event undone. The panic hook has reported it.
            let _ = catch_unwind(AssertUnwindSafe(|| observer(notice)));
        }
    }
}

#[cfg(feature = "tracing")]
fn trace(notice: &EventNotice<'_>) {
    let Header { event_id, event_type, .. } = notice.header;
    let took_ms = u64::try_from(notice.took.as_millis()).unwrap_or(u64::MAX);
    match notice.outcome {
        Outcome::Handled => tracing::debug!(event_id, event_type, took_ms, "an event was handled"),
        Outcome::Dropped => tracing::debug!(event_id, event_type, "an event has no handler"),
        Outcome::Repeated => tracing::debug!(event_id, event_type, "an event was done before"),
        Outcome::InWork => tracing::debug!(event_id, event_type, "an event is in work already"),
        Outcome::NoRoom => tracing::warn!(event_id, event_type, "too many events are in work"),
        // A handler's error may be personal.
        Outcome::Failed(_) => tracing::warn!(event_id, event_type, took_ms, "a handler failed"),
        Outcome::Panicked => tracing::error!(event_id, event_type, took_ms, "a handler panicked"),
        Outcome::Slow => tracing::warn!(event_id, event_type, took_ms, "a handler is slow"),
        Outcome::NoStore(error) => {
            tracing::error!(event_id, event_type, %error, "the store of events does not answer");
        }
    }
}
