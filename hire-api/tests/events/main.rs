//! Receiving events: which are accepted, which are refused, and that each is handled once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, and says what it skips"
)]

#[cfg(feature = "axum")]
mod axum;
mod generated;
mod once;
#[cfg(feature = "redis")]
mod redis;
mod vectors;
mod webhook;

use std::sync::{Arc, Mutex};

use hire_api::event::{Delivery, Event, EventMetadata, Events, Webhook, WebhookAnswer};
use hire_api::{Json, Model};
use hire_gen::mock::{Push, PushedEvent, Sealed};
use serde_json::json;

const KEY: &str = "an-encrypt-key";
const TOKEN: &str = "a-verification-token";

#[derive(Clone, Model)]
#[hire(response)]
struct StageChanged {
    application_id: Option<String>,
    update_time: Option<i64>,
}

impl Event for StageChanged {
    const METADATA: &'static EventMetadata = &EventMetadata::new("hire.application.stage_changed_v1");
}

fn push() -> Push {
    Push::to("http://127.0.0.1/").unwrap().with_verification_token(TOKEN)
}

fn sealed() -> Push {
    push().with_encrypt_key(KEY)
}

fn stage_changed() -> PushedEvent {
    let payload = json!({"application_id": "6891470273284114702", "update_time": 1652806656258_i64, "new": {"a": [1.50]}});
    PushedEvent::new("hire.application.stage_changed_v1", payload)
}

fn webhook(events: Events) -> Webhook {
    Webhook::new(events, KEY).unwrap()
}

async fn send(webhook: &Webhook, sealed: &Sealed) -> WebhookAnswer {
    webhook.answer(sealed.headers.iter().map(|(name, value)| (name, value)), sealed.body.as_bytes()).await
}

async fn status(webhook: &Webhook, sealed: &Sealed) -> u16 {
    send(webhook, sealed).await.status
}

/// The events that handlers have seen, in order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// Events that are recorded by their ID.
    fn events(&self) -> Events {
        let seen = self.clone();
        Events::new().on_every(move |delivery: Delivery<Json>| {
            seen.note(delivery.header.event_id);
            async { Ok(()) }
        })
    }
}
