//! Whether a failed request is sent again, and after how long. No I/O: what happened and chance are parameters.
//!
//! The code in the body decides and not the HTTP status, since some permanent errors come with HTTP 500. A request
//! that must not be sent twice is sent again only where it is certain that nothing was processed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::metadata::Safety;

/// How often and how patiently a client sends a request again.
///
/// ```
/// use std::time::Duration;
///
/// let retry = hire_api::Retry::new().with_attempts(5).with_deadline(Duration::from_secs(120));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Retry {
    attempts: u32,
    deadline: Duration,
    base: Duration,
    throttled: Duration,
    longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl Retry {
    /// Three attempts within a minute.
    pub const fn new() -> Self {
        Self {
            attempts: 3,
            deadline: Duration::from_secs(60),
            base: Duration::from_millis(50),
            throttled: Duration::from_secs(1),
            longest: Duration::from_secs(60),
        }
    }

    /// One attempt: every failure is the caller's to handle. A refused token is still replaced once.
    pub const fn never() -> Self {
        Self { attempts: 1, ..Self::new() }
    }

    /// How often a request is sent at most, the first time included; 0 is 1.
    pub const fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// How long a call may take with all its attempts and the waits between them.
    pub const fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The first wait after a failed connection or a busy server is up to this long; each further one up to twice as
    /// long, and 20 seconds at most.
    pub const fn with_base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// The first wait after a call too many, where Feishu does not say how long; each further one twice as long.
    pub const fn with_throttled_base(self, base: Duration) -> Self {
        Self { throttled: base, ..self }
    }

    /// The longest wait that Feishu may ask for, a year at most; what asks for more is an error at once.
    pub const fn with_longest_wait(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    pub(crate) const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// How long to wait before the next attempt; `None` where there is none. `sent` counts the attempts so far,
    /// `elapsed` the time since the first, and `chance` is from 0 to 1.
    pub(crate) fn wait(
        &self,
        error: &Error,
        repeatable: bool,
        sent: u32,
        elapsed: Duration,
        chance: f64,
    ) -> Option<(Duration, Reason)> {
        let reason = reason(error)?;
        let allowed = repeatable || reason != Reason::Transient;
        if sent >= self.attempts || !allowed {
            return None;
        }
        let doublings = sent.saturating_sub(1).min(20);
        let wait = match (reason, error.retry_after()) {
            (Reason::Throttled, Some(reset)) if reset > self.longest.min(LONGEST_RESET) => return None,
            // Up to a tenth more, so that many callers do not come back at once.
            (Reason::Throttled, Some(reset)) => {
                reset.max(self.base.min(LONGEST_BACKOFF)).mul_f64(1.0 + chance / 10.0)
            }
            (Reason::Throttled, None) => {
                let full = self.throttled.saturating_mul(1 << doublings).min(LONGEST_BACKOFF);
                full.mul_f64(0.5 + chance / 2.0)
            }
            _ => self.base.saturating_mul(1 << doublings).min(LONGEST_BACKOFF).mul_f64(chance),
        };
        (elapsed.saturating_add(wait) < self.deadline).then_some((wait, reason))
    }
}

const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// A header that asks for more is wrong, whatever the caller allows; and no clock goes on for as long as one can ask for.
const LONGEST_RESET: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Why something may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No connection: nothing was sent.
    NotSent,
    /// Called too often: nothing was processed.
    Throttled,
    /// It may or may not have been processed, and may go well the next time.
    Transient,
}

/// Codes by which Feishu asks to try again, and those of a conflict with another request.
const TRANSIENT: [i64; 16] = [
    1_500, 1_642, 1_663, 1_668, 2_200, 5_000, 10_101, 10_105, 55_001, 60_014, 96_201, 105_001, 1_002_001,
    1_002_218, 1_002_619, 1_002_631,
];

/// Whether a code leaves open if the request was processed.
pub(crate) fn is_transient(code: i64) -> bool {
    TRANSIENT.contains(&code)
}

fn reason(error: &Error) -> Option<Reason> {
    if error.is_token() || error.is_refused() {
        return None;
    }
    if error.is_connect() {
        return Some(Reason::NotSent);
    }
    if error.is_rate_limited() {
        return Some(Reason::Throttled);
    }
    let busy = match error.code() {
        Some(code) => is_transient(code),
        // A proxy's page says by its status that the service is away; any other page is no answer at all.
        None => error.is_broken() || matches!(error.status(), Some(500 | 502..=504)),
    };
    busy.then_some(Reason::Transient)
}

/// Whether a request may be processed twice; `keyed`: the field that makes it so is set.
pub(crate) fn is_repeatable(safety: Safety, keyed: impl FnOnce(&str) -> bool) -> bool {
    match safety {
        Safety::Safe | Safety::Idempotent => true,
        Safety::Keyed(field) => keyed(field),
        Safety::Unsafe => false,
    }
}

/// What a client may spend on sending again, so that its retries do not bury a server that is down.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }
}

impl Budget {
    const FULL: u32 = 500;

    const fn cost(reason: Reason) -> u32 {
        match reason {
            Reason::Throttled => 5,
            Reason::NotSent | Reason::Transient => 14,
        }
    }

    /// Takes what an attempt costs; false where there is not enough left.
    pub(crate) fn take(&self, reason: Reason) -> bool {
        let cost = Self::cost(reason);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    /// A call went well: the last attempt's cost comes back, or a little where the first one did.
    pub(crate) fn succeeded(&self, last: Option<Reason>) {
        let more = last.map_or(1, Self::cost);
        let refill = |left: u32| Some(left.saturating_add(more).min(Self::FULL));
        // It never fails: the closure always has an answer.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, refill);
    }
}

/// The longest of the waits that headers ask for, in seconds; what is no number asks for nothing.
pub(crate) fn reset<'a>(values: impl Iterator<Item = &'a str>) -> Option<Duration> {
    let seconds = values.filter_map(|value| value.trim().parse::<f64>().ok()).filter(|n| n.is_finite());
    // What is negative asks for no wait; what no duration can hold, for the longest.
    let wait = |seconds: f64| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    seconds.map(wait).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::envelope::Detail;
    use crate::error::Transport;
    use crate::fuzzing;

    fn answered(code: i64, status: u16) -> Error {
        Error::answered(code, "", Detail::default()).with_status(status, None)
    }

    fn broken(how: Transport) -> Error {
        Error::transport(how, std::fmt::Error)
    }

    fn waits(error: &Error, repeatable: bool) -> bool {
        Retry::new().wait(error, repeatable, 1, Duration::ZERO, 0.5).is_some()
    }

    #[test]
    fn what_may_have_been_processed_is_never_repeated_unless_that_is_safe() {
        for error in [
            broken(Transport::Broken),
            broken(Transport::Timeout),
            answered(1_002_001, 500),
            answered(1_002_001, 200),
            Error::unreadable("html").with_status(502, None).with_endpoint_for_test(),
        ] {
            assert!(waits(&error, true), "{error}");
            assert!(!waits(&error, false), "{error}");
        }
    }

    #[test]
    fn what_was_not_processed_is_repeated_whatever_it_is() {
        for error in [
            broken(Transport::Connect),
            answered(99_991_400, 200),
            answered(99_991_400, 400),
            answered(7, 429),
        ] {
            assert!(waits(&error, true) && waits(&error, false), "{error}");
        }
    }

    #[test]
    fn f32_what_is_permanent_is_not_repeated() {
        for error in [
            answered(1_002_053, 500),
            answered(1_002_002, 400),
            answered(99_991_403, 400),
            answered(99_991_672, 400),
            Error::unreadable("html").with_status(200, None).with_endpoint_for_test(),
            Error::unreadable("text").with_status(404, None).with_endpoint_for_test(),
            Error::token(broken(Transport::Connect)),
        ] {
            assert!(!waits(&error, true), "{error}");
        }
    }

    #[test]
    fn f17_odd_resets_are_clamped() {
        let of = |values: &[&str]| reset(values.iter().copied());
        assert_eq!(of(&["2"]), Some(Duration::from_secs(2)));
        assert_eq!(of(&["0"]), Some(Duration::ZERO));
        assert_eq!(of(&["-1"]), Some(Duration::ZERO));
        assert_eq!(of(&["1.5"]), Some(Duration::from_millis(1500)));
        assert_eq!(of(&["3", "7", "x"]), Some(Duration::from_secs(7)));
        assert_eq!(of(&["1e300"]), Some(Duration::MAX));
        for none in [&[][..], &["abc"], &[""], &["NaN"], &["inf"]] {
            assert_eq!(of(none), None);
        }
        let wait = |reset| {
            let error = answered(99_991_400, 429).with_retry_after(Some(reset));
            Retry::new().wait(&error, false, 1, Duration::ZERO, 0.0).map(|(wait, _)| wait)
        };
        assert_eq!(wait(Duration::from_secs(2)), Some(Duration::from_secs(2)));
        assert_eq!(wait(Duration::ZERO), Some(Duration::from_millis(50)));
        assert_eq!(wait(Duration::MAX), None);
        let endless = Retry::new().with_longest_wait(Duration::MAX).with_deadline(Duration::MAX);
        let error = answered(99_991_400, 429).with_retry_after(Some(Duration::MAX));
        assert_eq!(endless.wait(&error, false, 1, Duration::ZERO, 1.0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn f17_any_headers_ask_for_a_wait_that_ends(
            values in prop::collection::vec(
                prop_oneof![
                    any::<u64>().prop_map(|seconds| seconds.to_string()),
                    any::<f64>().prop_map(|seconds| seconds.to_string()),
                    "[ +-]?[0-9]{0,20}[.]?[0-9]{0,12}(e[+-]?[0-9]{1,3})? ?",
                    "[+-]?(inf|infinity|nan|NaN|0x1|1_0)",
                    "\\PC{0,8}",
                ],
                0..4,
            ),
        ) {
            fuzzing::reset(&values.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    #[test]
    fn waits_double_and_end_with_the_attempts_and_the_deadline() {
        let error = answered(1_002_001, 500);
        let wait = |sent, elapsed| Retry::new().with_attempts(9).wait(&error, true, sent, elapsed, 1.0);
        let millis: Vec<u128> =
            (1..9).filter_map(|sent| wait(sent, Duration::ZERO)).map(|(wait, _)| wait.as_millis()).collect();
        assert_eq!(millis, [50, 100, 200, 400, 800, 1600, 3200, 6400]);
        assert!(wait(9, Duration::ZERO).is_none());
        assert!(wait(1, Duration::from_secs(60)).is_none());
        assert!(Retry::never().wait(&error, true, 1, Duration::ZERO, 0.0).is_none());
    }

    #[test]
    fn l08_retries_of_a_server_that_is_down_end_with_the_budget() {
        let budget = Budget::default();
        let mut sends = 0;
        for _ in 0..1000 {
            sends += 1;
            for _ in 0..2 {
                if !budget.take(Reason::Transient) {
                    break;
                }
                sends += 1;
            }
        }
        assert!(sends <= 1040, "{sends}");
        budget.succeeded(None);
        assert!(!budget.take(Reason::Transient));
    }
}
