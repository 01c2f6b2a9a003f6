//! Events that Feishu pushes: types, handlers and receivers.
//!
//! An event is a payload with metadata, as an endpoint is a request with metadata. Generated payloads are beside the
//! endpoints of their resource.
//!
//! [`Events`] contains your handlers; a [`Webhook`] receives events by HTTP, with any server; with the feature
//! `long-connection`, a `LongConnection` receives them over a connection that the program opens itself.

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "long-connection")]
mod connection;
mod delivery;
mod envelope;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzzing;
mod handlers;
mod metadata;
mod once;
mod seal;
mod watch;
mod webhook;
mod work;

use crate::wire::read::{Read, Reading};
use crate::wire::value::Json;

#[cfg(feature = "long-connection")]
pub use connection::{ConnectionState, ConnectionStatus, LongConnection};
pub use delivery::{Delivery, Header};
pub use handlers::{Events, Handler};
#[cfg(feature = "derive")]
pub use hire_macros::Event;
pub use metadata::{EventEnvelope, EventMetadata};
pub use once::{Begun, EventStore, MemoryStore};
pub use watch::{EventNotice, HandlerError, Outcome};
pub use webhook::{Webhook, WebhookAnswer};

/// The payload of an event: the object `event` of its envelope. It is read like an answer.
pub trait Event: Read + Send + 'static {
    /// The documented metadata.
    const METADATA: &'static EventMetadata;
}

/// Reads a payload. The error gives the reason and shows nothing of the payload.
fn decode<E: Event>(payload: &Json) -> Result<Reading<E>, HandlerError> {
    payload.read().map_err(|error| format!("the payload does not fit its type: {error}").into())
}
