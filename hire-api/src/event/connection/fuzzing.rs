//! Properties of every message of a long connection.

use tokio::time::Instant;

use super::frame::Frame;
use super::parts::Parts;

/// Any bytes as messages; the first byte of each is its length.
pub(in crate::event) fn frames(mut bytes: &[u8]) {
    let (mut parts, now) = (Parts::default(), Instant::now());
    while let Some((length, rest)) = bytes.split_first() {
        let (message, rest) = rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]));
        bytes = rest;
        let Some(frame) = Frame::read(message) else { continue };
        assert_eq!(Frame::read(&frame.write()), Some(frame.clone()));
        let whole = parts.add(&frame, now);
        assert!(whole.is_none_or(|whole| whole.len() <= 64 << 10), "more came out than went in");
        assert!(Frame::read(&frame.answer(true, 1).write()).is_some());
    }
}
