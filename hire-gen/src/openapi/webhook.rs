//! Events as webhooks: deliveries to a receiver, including the envelope. OpenAPI 3.0 cannot express them.

use super::example::Documented;
use super::json::Object;
use super::name::{self, Direction, schema_reference};
use super::schema::Context;
use super::{example, text};
use crate::resolve::ir::{Event, EventEnvelope};
use crate::rust::docs;

/// Every webhook by the type of its event.
pub(super) fn webhooks(cx: Context<'_>, events: &[&Event]) -> Object {
    let post = |event: &&Event| (event.event_type.clone(), Object::new().with("post", operation(cx, event)));
    events.iter().map(post).collect()
}

fn operation(cx: Context<'_>, event: &Event) -> Object {
    let page = event.label.as_deref().unwrap_or(&event.title);
    let page = Object::new().with("description", page).with("url", &event.doc);
    let schema = Object::new().with("$ref", schema_reference(&name::delivery(&event.id)));
    let content = Object::new().with("schema", schema);
    let (content, about) = match example::event(cx.api, event) {
        Documented::Nothing => (content, String::new()),
        Documented::Valid(example) => (content.with("example", example), String::new()),
        Documented::Refused(why) => (content, why),
    };
    let body = Object::new()
        .filled("description", about)
        .with("required", true)
        .with("content", Object::new().with("application/json", content));
    let fine =
        Object::new().with("description", "Received. Feishu repeats the delivery after any other answer.");
    Object::new()
        .with("tags", vec![name::event_tag(&event.id)])
        .with("summary", &event.title)
        .filled("description", text::event(event))
        .with("externalDocs", page)
        .with("operationId", event.id.to_string())
        .with("requestBody", body)
        .with("responses", Object::new().with("200", fine))
        .filled("x-apps", event.apps.iter().map(|app| docs::app(*app)).collect::<Vec<_>>())
        .filled("x-scopes", text::scopes(&event.scopes))
        .filled("x-field-scopes", text::scopes(&event.field_scopes))
        .maybe("x-revised", event.revised.as_ref())
        .with("x-rust", name::rust_event(&event.id))
}

/// The components of an event: the delivery, and its `event`.
pub(super) fn schemas(cx: Context<'_>, event: &Event) -> [(String, Object); 2] {
    let text = |about: &str| Object::new().with("type", "string").with("description", about);
    let payload = Object::new().with("$ref", schema_reference(&name::payload(&event.id)));
    let this =
        Object::new().with("type", "string").and(cx.version.constant(event.event_type.as_str().into()));
    let properties = match event.envelope {
        EventEnvelope::V1 => Object::new()
            .with("uuid", text("The same in every redelivery."))
            .with("token", text("The verification token of the app."))
            .with("ts", text("When it was sent, in seconds with a fraction."))
            .with("type", text("`event_callback`."))
            .with("event", payload),
        EventEnvelope::V2 => {
            let header = Object::new()
                .with("event_id", text("The same in every redelivery."))
                .with("event_type", this)
                .with("create_time", text("When it was sent, in milliseconds."))
                .with("token", text("The verification token of the app."))
                .with("app_id", text("The receiving app."))
                .with("tenant_key", text("The tenant of the event."));
            let header = Object::new().with("type", "object").with("properties", header);
            let version = Object::new().with("type", "string").and(cx.version.constant("2.0".into()));
            Object::new().with("schema", version).with("header", header).with("event", payload)
        }
    };
    let delivery = Object::new().with("type", "object").with("properties", properties);
    [
        (name::delivery(&event.id), delivery),
        (name::payload(&event.id), cx.object(&event.fields, Direction::Received)),
    ]
}
