//! An event as handlers receive it.

use std::fmt;
use std::time::Duration;

use super::metadata::EventEnvelope;
use crate::wire::mismatch::Mismatches;
use crate::wire::read::Read;
use crate::wire::value::Json;

/// One event: its metadata in `header`, its payload in `event`.
///
/// The two are separate because payloads have fields of the same names.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery<E> {
    /// Metadata that every event has.
    pub header: Header,
    /// The typed payload; [`Json`] for a handler of untyped events.
    pub event: E,
    /// The parts of the payload that do not fit its type; they are absent from `event`.
    pub mismatches: Mismatches,
    /// The payload as received, with every digit and every unknown field. `Debug` hides it, since it contains
    /// personal data.
    pub raw: Json,
}

impl<E> Delivery<E> {
    /// Returns a payload field that its type does not have, by its wire name; `None` if it is absent, `null` or of
    /// another type.
    pub fn field<T: Read>(&self, name: &str) -> Option<T> {
        self.raw.field(name)
    }
}

impl<E> fmt::Debug for Delivery<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An untyped payload would show everything; a typed one hides what it must.
        f.debug_struct("Delivery").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Metadata that every event has. The token that proves the sender is left out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Header {
    /// Feishu's ID of this event, the same in every redelivery: `event_id`, or `uuid` in the envelope 1.0.
    pub event_id: String,
    /// `hire.application.stage_changed_v1`
    pub event_type: String,
    /// When it was sent, as received: milliseconds, sometimes microseconds; seconds with a fraction in the envelope
    /// 1.0.
    pub create_time: String,
    /// The receiving app; empty if Feishu does not send it.
    pub app_id: String,
    /// The tenant of the event; empty if Feishu does not send it.
    pub tenant_key: String,
    /// The envelope of the payload.
    pub envelope: EventEnvelope,
}

impl Header {
    /// Returns when it was sent, since 1970; `None` if the time cannot be read. Pages document milliseconds; some
    /// events have microseconds, and the envelope 1.0 has seconds.
    pub fn sent(&self) -> Option<Duration> {
        if let Some((seconds, fraction)) = self.create_time.split_once('.') {
            let nanos = format!("{fraction:0<9.9}").parse().ok()?;
            return Some(Duration::new(seconds.parse().ok()?, nanos));
        }
        let number: u64 = self.create_time.parse().ok()?;
        Some(match self.create_time.len() {
            ..=10 => Duration::from_secs(number),
            11..=13 => Duration::from_millis(number),
            _ => Duration::from_micros(number),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e07_times_are_read_by_their_size() {
        let sent = |create_time: &str| {
            let header = Header {
                event_id: String::new(),
                event_type: String::new(),
                create_time: create_time.to_owned(),
                app_id: String::new(),
                tenant_key: String::new(),
                envelope: EventEnvelope::V2,
            };
            header.sent().map(|sent| sent.as_micros())
        };
        assert_eq!(sent("1608725989000"), Some(1_608_725_989_000_000));
        assert_eq!(sent("1603977298000001"), Some(1_603_977_298_000_001));
        assert_eq!(sent("1502199207.7171419"), Some(1_502_199_207_717_141));
        assert_eq!(sent("1502199207"), Some(1_502_199_207_000_000));
        for odd in ["", ".", "x", "1.x", "-1", "99999999999999999999999", "1.1234567890123"] {
            assert!(sent(odd).is_none() || odd.starts_with("1.1"), "{odd}");
        }
    }
}
