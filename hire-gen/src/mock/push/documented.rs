//! Documented events, and events with custom payloads in their documented envelopes.

use serde_json::Value;

use super::{CannotPush, PushedEvent};
use crate::read::words::EventEnvelope;
use crate::resolve::ir::Api;

impl PushedEvent {
    /// Creates the documented example of an event, by its name, with its own ID.
    ///
    /// # Errors
    ///
    /// If the schema has no such event, or its page has no example.
    pub fn documented(api: &Api, name: &str) -> Result<Self, CannotPush> {
        let event = api.event(name).ok_or_else(|| {
            let names: Vec<&str> = api.events.iter().map(|event| event.event_type.as_str()).collect();
            CannotPush(format!("there is no event `{name}`; the schema has {}", names.join(", ")))
        })?;
        let example = event.example.as_ref();
        let body: Option<Value> = example.and_then(|example| serde_json::from_str(&example.text).ok());
        let payload = body.and_then(|mut body| Some(body.get_mut("event")?.take()));
        let payload = payload.ok_or_else(|| CannotPush(format!("`{name}` has no documented example")))?;
        Self::given(api, name, payload)
    }

    /// An event with this payload, in the envelope of its spec; 2.0 for an unknown event.
    ///
    /// # Errors
    ///
    /// If the payload is not an object.
    pub fn given(api: &Api, name: &str, payload: Value) -> Result<Self, CannotPush> {
        if !payload.is_object() {
            return Err(CannotPush(format!("the payload of `{name}` is not an object")));
        }
        let event = api.event(name);
        let pushed = Self::new(event.map_or(name, |event| &event.event_type), payload);
        Ok(match event.map(|event| event.envelope) {
            Some(EventEnvelope::V1) => pushed.in_v1(),
            _ => pushed,
        })
    }
}
