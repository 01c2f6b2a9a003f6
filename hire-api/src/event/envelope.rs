//! Opens the envelope: version 2.0, version 1.0, or an address check.

use std::collections::BTreeMap;

use serde_json::Value;

use super::delivery::Header;
use super::metadata::EventEnvelope;
use crate::secret::Secret;
use crate::wire::value::Json;

/// The contents of a body.
pub(super) enum Content {
    /// Feishu checks whether this address answers.
    AddressCheck { challenge: String },
    /// An event.
    Event(Arrived),
}

/// An event that no handler has seen yet.
pub(super) struct Arrived {
    pub(super) header: Header,
    pub(super) raw: Json,
}

/// A body, and the token that should prove its sender.
pub(super) struct Opened {
    pub(super) token: Option<Secret>,
    pub(super) content: Content,
}

type Fields = BTreeMap<String, Json>;

/// Reads a plain-text body; `None` if it is none of the three.
pub(super) fn read(body: &[u8]) -> Option<Opened> {
    let mut fields: Fields = serde_json::from_slice(body).ok()?;
    // Only the envelope 1.0 has its token and a type at the top; the payload of 2.0 may have fields with these names.
    if fields.contains_key("schema") {
        let header: Fields = fields.get("header")?.parse().ok()?;
        let event = fields.remove("event")?;
        return arrived(&header, &header, "event_id", "event_type", "create_time", EventEnvelope::V2, event);
    }
    if text(&fields, "type") == "url_verification" {
        let token = token(&fields);
        let challenge = fields.get("challenge")?.parse().ok()?;
        return Some(Opened { token, content: Content::AddressCheck { challenge } });
    }
    let event = fields.remove("event")?;
    let payload: Fields = event.parse().ok()?;
    arrived(&fields, &payload, "uuid", "type", "ts", EventEnvelope::V1, event)
}

fn arrived(
    outer: &Fields,
    inner: &Fields,
    id: &str,
    name: &str,
    time: &str,
    envelope: EventEnvelope,
    raw: Json,
) -> Option<Opened> {
    let header = Header {
        event_id: text(outer, id),
        event_type: text(inner, name),
        create_time: text(outer, time),
        app_id: text(inner, "app_id"),
        tenant_key: text(inner, "tenant_key"),
        envelope,
    };
    if header.event_type.is_empty() {
        return None;
    }
    Some(Opened { token: token(outer), content: Content::Event(Arrived { header, raw }) })
}

fn token(fields: &Fields) -> Option<Secret> {
    Some(Secret::new(&fields.get("token")?.parse::<String>().ok()?))
}

/// A text, or a number as text; empty if there is neither.
fn text(fields: &Fields, name: &str) -> String {
    match fields.get(name).and_then(|value| value.parse().ok()) {
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(body: &str) -> Option<Arrived> {
        match read(body.as_bytes())?.content {
            Content::Event(arrived) => Some(arrived),
            Content::AddressCheck { .. } => None,
        }
    }

    #[test]
    fn e07_both_envelopes_are_read() {
        let v2 = event(
            r#"{"schema":"2.0","header":{"event_id":"e","event_type":"hire.talent.tag_subscription_v1","create_time":"1",
                "token":"t","app_id":"cli_a","tenant_key":"k"},"event":{"type":3,"token":"no","app_id":"other"}}"#,
        );
        let v2 = v2.unwrap();
        assert_eq!(v2.header.event_type, "hire.talent.tag_subscription_v1");
        assert_eq!((v2.header.app_id.as_str(), v2.header.envelope), ("cli_a", EventEnvelope::V2));
        let v1 = event(
            r#"{"ts":"1502199207.7171419","uuid":"u","token":"t","type":"event_callback",
                "event":{"app_id":"cli_b","type":"app_ticket","app_ticket":"secret"}}"#,
        );
        let v1 = v1.unwrap();
        assert_eq!((v1.header.event_id.as_str(), v1.header.event_type.as_str()), ("u", "app_ticket"));
        assert_eq!((v1.header.app_id.as_str(), v1.header.tenant_key.as_str()), ("cli_b", ""));
    }

    #[test]
    fn e07_what_is_no_envelope_is_refused() {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"type":"url_verification"}"#,
            r#"{"type":"url_verification","challenge":5}"#,
            r#"{"schema":"2.0","event":{}}"#,
            r#"{"schema":"2.0","header":{"event_type":"a"}}"#,
            r#"{"schema":"2.0","header":{"event_id":"a"},"event":{}}"#,
            r#"{"uuid":"u","event":{}}"#,
            r#"{"uuid":"u","event":"x"}"#,
        ] {
            assert!(read(body.as_bytes()).is_none(), "{body}");
        }
    }
}
