//! Assembles events that arrive in several frames, in any order.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::frame::Frame;

/// The most parts of an event, and the most bytes in total.
const MOST_PARTS: usize = 256;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The most events that wait for parts, and for how long: Feishu delivers them again.
const MOST_EVENTS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(10);

/// Events with missing parts.
#[derive(Default)]
pub(super) struct Parts(BTreeMap<String, Waiting>);

struct Waiting {
    since: Instant,
    parts: Vec<Option<Vec<u8>>>,
}

impl Parts {
    /// Returns the payload of an event if this frame completes it.
    pub(super) fn add(&mut self, frame: &Frame, now: Instant) -> Option<Vec<u8>> {
        let sum = frame.number("sum").unwrap_or(1).max(1);
        if sum == 1 {
            return Some(frame.payload().to_vec());
        }
        self.0.retain(|_, waiting| now.saturating_duration_since(waiting.since) < PATIENCE);
        let (id, seq) = (frame.value("message_id")?, frame.number("seq")?);
        if sum > MOST_PARTS || seq >= sum {
            return None;
        }
        if !self.0.contains_key(id) && self.0.len() >= MOST_EVENTS {
            let oldest = self.0.iter().min_by_key(|(_, waiting)| waiting.since)?.0.clone();
            self.0.remove(&oldest);
        }
        let waiting = self.0.entry(id.to_owned());
        let waiting = waiting.or_insert_with(|| Waiting { since: now, parts: vec![None; sum] });
        // All parts must agree; a repeated part replaces the earlier one.
        let agrees = waiting.parts.len() == sum;
        if let Some(part) = waiting.parts.get_mut(seq).filter(|_| agrees) {
            *part = Some(frame.payload().to_vec());
        }
        if !agrees || waiting.parts.iter().flatten().map(Vec::len).sum::<usize>() > MOST_BYTES {
            self.0.remove(id);
            return None;
        }
        if waiting.parts.iter().any(Option::is_none) {
            return None;
        }
        // A cut may fall inside a character: only the whole becomes text.
        self.0.remove(id).map(|waiting| waiting.parts.into_iter().flatten().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Pair;
    use super::*;

    fn part(id: &str, sum: usize, seq: usize, payload: &[u8]) -> Frame {
        let pairs = [("message_id", id.to_owned()), ("sum", sum.to_string()), ("seq", seq.to_string())];
        let headers = pairs.map(|(key, value)| Pair { key: key.to_owned(), value }).to_vec();
        Frame { method: 1, headers, payload: Some(payload.to_vec()), ..Frame::default() }
    }

    #[test]
    fn e31_parts_come_together_in_any_order_and_may_be_empty_or_come_twice() {
        let now = Instant::now();
        let text = "长连接 and more".as_bytes();
        let pieces = [&text[..1], &text[1..4], &[][..], &text[4..]];
        for shift in 0..4 {
            let mut parts = Parts::default();
            let mut order: Vec<usize> = (0..4).map(|at| (at + shift) % 4).collect();
            order.insert(1, order[0]);
            let whole: Vec<_> =
                order.iter().filter_map(|at| parts.add(&part("a", 4, *at, pieces[*at]), now)).collect();
            assert_eq!(whole, [text.to_vec()], "{shift}");
            assert!(parts.0.is_empty());
        }
    }

    #[test]
    fn e31_what_does_not_fit_together_is_dropped_and_memory_is_bounded() {
        let now = Instant::now();
        let mut parts = Parts::default();
        assert!(parts.add(&part("a", 2, 2, b"x"), now).is_none());
        assert!(parts.add(&part("a", 100_000, 0, b"x"), now).is_none());
        assert!(parts.0.is_empty());
        assert!(parts.add(&part("a", 2, 0, b"x"), now).is_none());
        assert!(parts.add(&part("a", 3, 1, b"x"), now).is_none());
        assert!(parts.0.is_empty());
        for event in 0..1_000 {
            assert!(parts.add(&part(&event.to_string(), 2, 0, b"x"), now).is_none());
        }
        assert_eq!(parts.0.len(), MOST_EVENTS);
        let large = vec![0; MOST_BYTES / 2 + 1];
        let mut parts = Parts::default();
        assert!(parts.add(&part("a", 3, 0, &large), now).is_none());
        assert!(parts.add(&part("a", 3, 1, &large), now).is_none());
        assert!(parts.0.is_empty());
        assert!(parts.add(&part("a", 2, 0, b"x"), now).is_none());
        assert!(parts.add(&part("a", 2, 1, b"y"), now + PATIENCE).is_none());
    }
}
