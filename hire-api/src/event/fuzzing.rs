//! Properties of every received event. The fuzz targets in `fuzz/` run them with libFuzzer's inputs, unit tests with
//! those of proptest.

use std::time::Duration;

use serde_json::Value;

#[cfg(feature = "long-connection")]
use super::connection::fuzzing as connection;
use super::envelope::{Content, read};
use super::handlers::Events;
use super::seal::EncryptKey;
use super::webhook::{Signature, Webhook};

const KEY: &str = "an-encrypt-key";

/// Any bytes as the body of a delivery: unsigned bytes never become an event; from plain text, exactly its contents
/// are read.
///
/// # Panics
///
/// If a property does not hold.
pub fn webhook(body: &[u8]) {
    let Ok(webhook) = Webhook::new(Events::new(), KEY) else { return };
    let headers =
        [("X-Lark-Request-Timestamp", "1"), ("X-Lark-Request-Nonce", "2"), ("X-Lark-Signature", "3")];
    let opened = webhook.open(&Signature::of(headers), body, Duration::ZERO);
    assert!(!matches!(opened, Ok(Content::Event(_))), "an event that nobody signed was taken");
    if let Ok(text) = std::str::from_utf8(body) {
        drop(EncryptKey::new(KEY).open(text));
    }
    let value: Option<Value> = serde_json::from_slice(body).ok();
    match read(body).map(|opened| opened.content) {
        Some(Content::AddressCheck { challenge }) => {
            assert_eq!(
                value.and_then(|value| value.get("challenge")?.as_str().map(str::to_owned)),
                Some(challenge)
            );
        }
        Some(Content::Event(arrived)) => {
            assert!(!arrived.header.event_type.is_empty());
            // Keeping the text of a value is possible where reading it is not: a number like 1e999.
            if let Some(value) = value {
                assert_eq!(value.get("event"), serde_json::from_str(arrived.raw.get()).ok().as_ref());
            }
        }
        None => {}
    }
}

/// Any bytes as messages of a long connection, each as long as its first byte tells: a written frame is read back
/// unchanged, and the memory for incomplete events is bounded.
///
/// # Panics
///
/// If a property does not hold.
#[cfg(feature = "long-connection")]
pub fn frames(bytes: &[u8]) {
    connection::frames(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of the envelopes, and what breaks them.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let pieces = [
            r#""schema":"2.0","#,
            r#""header":{"event_type":"a"},"#,
            r#""event":{"type":3}"#,
            r#""type":"url_verification","#,
            r#""challenge":"c""#,
            r#""encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=""#,
            "{",
            "}",
            ",",
            "null",
            "1e999",
            "\\",
            "\u{fffd}",
            "\"",
        ];
        prop_oneof![
            8 => prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..4),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn e41_any_body_is_refused_or_read_as_it_stands(pieces in prop::collection::vec(piece(), 0..9)) {
            webhook(&pieces.concat());
        }

        #[cfg(feature = "long-connection")]
        #[test]
        fn e41_any_messages_are_frames_or_dropped(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            frames(&bytes);
        }
    }
}
