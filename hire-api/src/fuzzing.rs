//! What must hold of everything that comes over the wire. The fuzz targets in `fuzz/` drive it with what libFuzzer makes
//! up, unit tests with what proptest does.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::envelope::{Detail, open};
use crate::error::Error;
use crate::metadata::{Envelope, Metadata, Method};
use crate::retry::{self, Retry};
use crate::send::unwrapped;
use crate::token::Secret;
use crate::transport::{Headers, Incoming};

static ENDPOINT: Metadata = Metadata::new("test.v1.item.get", Method::Get, "/open-apis/items");

/// The token of every call here.
pub const TOKEN: &str = "t-that-nothing-shows";

/// No error from the wire is longer, in characters. Each text in it is cut off at 300, and there are two dozen at most.
const LONGEST_ERROR: usize = 8_000;
/// The same where the answer is none: a sentence, and nothing of the answer.
const LONGEST_UNREADABLE: usize = 200;

/// Any bytes as an answer.
///
/// # Panics
///
/// When something does not hold.
pub fn answer(body: &[u8]) {
    agrees(body);
    for (status, envelope) in
        [(200, Envelope::Standard), (500, Envelope::Standard), (200, Envelope::Bare), (500, Envelope::Bare)]
    {
        let incoming =
            Incoming { status, log_id: None, headers: Headers::default(), reset: None, body: body.to_vec() };
        match unwrapped(&incoming, envelope, &[&Secret::new(TOKEN)]) {
            Ok(opened) => assert!(opened.code == 0 && status == 200, "{} of HTTP {status}", opened.code),
            Err(error) => {
                is_presentable(&error);
                is_presentable(&error.with_endpoint(&ENDPOINT));
            }
        }
    }
}

/// What is read here is what a reader of any JSON finds in it.
fn agrees(body: &[u8]) {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    match (open(body), value) {
        (Ok(opened), Some(value)) => {
            assert_eq!(value.get("code").and_then(Value::as_i64), Some(opened.code));
            let data = opened.data.map(|data| serde_json::from_str::<Value>(data.get()).ok());
            let data = data.map_or(Some(Value::Null), |data| data);
            assert_eq!(Some(value.get("data").cloned().unwrap_or_default()), data);
        }
        (Err(what), Some(value)) => {
            let has_code = value.get("code").is_some_and(Value::is_i64);
            assert!(!has_code || what.contains("twice"), "refused an envelope: {what}");
        }
        // Passing over a value, and keeping its text, is possible where reading it is not: a number like 1e999.
        (_, None) => {}
    }
}

/// One text that can be logged, whatever it is about.
fn is_presentable(error: &Error) {
    let about_token = Error::token(error.clone());
    for text in [error.to_string(), format!("{error:?}"), about_token.to_string()] {
        let broken =
            |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!text.contains(broken), "not one line: {text:?}");
        assert!(!text.contains(TOKEN), "shows a token: {text}");
        assert!(text.chars().count() <= LONGEST_ERROR, "of {} characters", text.chars().count());
        // Of an answer that is none, nothing is shown: what comes in other alphabets would be seen here.
        let unreadable = error.code().is_none();
        assert!(
            !unreadable || text.is_ascii() && text.len() <= LONGEST_UNREADABLE,
            "shows the answer: {text}"
        );
    }
    let message = error.message().unwrap_or_default();
    assert!(!message.contains(char::is_control) && message.chars().count() <= 300, "{message:?}");
    // What is asked of an error does not panic either.
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

/// Any texts as the headers that say when a quota is free again.
///
/// # Panics
///
/// When something does not hold.
pub fn reset(values: &[&str]) {
    let reset = retry::reset(values.iter().copied());
    let each = values.iter().map(|value| retry::reset(std::iter::once(*value)));
    assert_eq!(reset, each.max().flatten(), "not the longest of {values:?}");

    let error = Error::answered(99_991_400, "", Detail::default()).with_retry_after(reset);
    is_presentable(&error);
    let default = Retry::new();
    let endless = default.with_longest_wait(Duration::MAX).with_deadline(Duration::MAX);
    for retry in [default, endless, endless.with_base(Duration::MAX).with_throttled_base(Duration::MAX)] {
        for chance in [0.0, 0.5, 1.0] {
            let waited = retry.wait(&error, false, 1, Duration::ZERO, chance);
            let Some((wait, _)) = waited else { continue };
            // A float has not all nanoseconds of a long wait.
            let asked = reset.unwrap_or_default().saturating_sub(Duration::from_micros(1));
            assert!(wait >= asked && wait < retry.deadline(), "{wait:?} for {values:?}");
            assert!(Instant::now().checked_add(wait).is_some(), "no clock shows when {wait:?} are over");
        }
    }
}
