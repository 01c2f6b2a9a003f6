//! Properties of everything that comes over the wire. The fuzz targets in `fuzz/` run them with libFuzzer's inputs,
//! unit tests with those of proptest.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::call::outcome::unwrapped;
use crate::call::retry::Retry;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::Incoming;
use crate::wire::envelope::{Detail, open};
use crate::wire::headers::Headers;
use crate::wire::metadata::{Envelope, Metadata, Method};
use crate::wire::reset::reset as wait_of;

#[cfg(feature = "long-connection")]
pub use crate::event::fuzzing::frames;
#[cfg(feature = "events")]
pub use crate::event::fuzzing::webhook;
pub use crate::wire::fuzzing::{reader, writer};

static ENDPOINT: Metadata = Metadata::new("test.v1.item.get", Method::Get, "/open-apis/items");

/// The token of every call in this module.
pub const TOKEN: &str = "t-that-nothing-shows";

/// The longest possible error from the wire, in characters: at most two dozen texts, each cut off at 300.
const LONGEST_ERROR: usize = 8_000;
/// The same for an answer that is not valid: a sentence without any text of the answer.
const LONGEST_UNREADABLE: usize = 200;

/// Any bytes as an answer.
///
/// # Panics
///
/// If a property does not hold.
pub fn answer(body: &[u8]) {
    agrees(body);
    for (status, envelope) in
        [(200, Envelope::Standard), (500, Envelope::Standard), (200, Envelope::Bare), (500, Envelope::Bare)]
    {
        let incoming = Incoming {
            status,
            log_id: None,
            headers: Headers::default(),
            reset: None,
            away: None,
            body: body.to_vec().into(),
            flow: None,
        };
        match unwrapped(&incoming, envelope, &[&Secret::new(TOKEN)]) {
            Ok(opened) => assert!(opened.code == 0 && status == 200, "{} of HTTP {status}", opened.code),
            Err(error) => {
                is_presentable(&error);
                is_presentable(&error.with_endpoint(&ENDPOINT));
            }
        }
    }
}

/// The result equals that of a reader for any JSON, as far as names are not repeated.
fn agrees(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    match open(body) {
        Ok(opened) => {
            let code = value.get("code");
            let text = code.and_then(Value::as_str).and_then(|code| code.parse().ok());
            let float = code.and_then(Value::as_f64).filter(|code| code.fract() == 0.0);
            let same = code.and_then(Value::as_i64).or(text) == Some(opened.code) || float.is_some();
            assert!(same, "{} is not {code:?}", opened.code);
            let data = opened.data.map(|place| body.get(place).map(serde_json::from_slice::<Value>));
            let data = data.map_or(Some(Value::Null), |data| data?.ok());
            let once = opened.mismatches.is_empty();
            assert!(!once || data == Some(value.get("data").cloned().unwrap_or_default()));
        }
        Err(what) => {
            let has_code = value.get("code").is_some_and(Value::is_i64);
            assert!(!has_code || what.contains("twice"), "refused an envelope: {what}");
        }
    }
}

/// A single text that can be logged.
fn is_presentable(error: &Error) {
    let about_token = Error::token(error.clone());
    for text in [error.to_string(), format!("{error:?}"), about_token.to_string()] {
        let broken =
            |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!text.contains(broken), "not one line: {text:?}");
        assert!(!text.contains(TOKEN), "shows a token: {text}");
        assert!(text.chars().count() <= LONGEST_ERROR, "of {} characters", text.chars().count());
        // Nothing of an invalid answer is shown: characters of other alphabets would be visible here.
        let unreadable = error.code().is_none();
        assert!(
            !unreadable || text.is_ascii() && text.len() <= LONGEST_UNREADABLE,
            "shows the answer: {text}"
        );
    }
    let message = error.message().unwrap_or_default();
    assert!(!message.contains(char::is_control) && message.chars().count() <= 300, "{message:?}");
    // Inspecting an error does not panic either.
    let _ = (
        error.name(),
        error.advice(),
        error.log_id(),
        error.help_url(),
        error.is_quota(),
        error.is_ambiguous(),
    );
    assert_eq!(error.field_violations(), about_token.field_violations());
    assert_eq!(error.missing_scopes(), about_token.missing_scopes());
}

/// Any texts as the headers with the reset time of a quota.
///
/// # Panics
///
/// If a property does not hold.
pub fn reset(values: &[&str]) {
    let reset = wait_of(values.iter().copied());
    let each = values.iter().map(|value| wait_of(std::iter::once(*value)));
    assert_eq!(reset, each.max().flatten(), "not the longest of {values:?}");

    let error = Error::answered(99_991_400, "", Detail::default()).with_retry_after(reset);
    is_presentable(&error);
    let default = Retry::new();
    let endless = default.with_longest_wait(Duration::MAX).with_deadline(Duration::MAX);
    for retry in [default, endless, endless.with_base(Duration::MAX).with_throttled_base(Duration::MAX)] {
        for chance in [0.0, 0.5, 1.0] {
            let again = retry.again(&error, false, 1, Duration::ZERO, chance);
            let Some(wait) = again.map(|again| again.wait) else { continue };
            // A float cannot represent all nanoseconds of a long wait.
            let asked = reset.unwrap_or_default().saturating_sub(Duration::from_micros(1));
            assert!(wait >= asked && wait < retry.deadline(), "{wait:?} for {values:?}");
            assert!(Instant::now().checked_add(wait).is_some(), "no clock shows when {wait:?} are over");
        }
    }
}
