//! Decides whether a failed request is repeated, and when. No I/O: the outcome and chance are parameters.
//!
//! The code in the body decides, not the HTTP status, since some permanent errors come with HTTP 500. A request that
//! must not be sent twice is repeated only if certainly nothing was processed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::{Error, is_transient};
use crate::wire::metadata::Safety;

/// How often a client repeats a request, and how long it waits.
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

    /// Makes one attempt: the caller handles every failure. A refused token is still replaced once.
    pub const fn never() -> Self {
        Self { attempts: 1, ..Self::new() }
    }

    /// Sets the largest number of attempts, including the first; 0 means 1.
    pub const fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Sets how long a call may take with all its attempts and the waits between them.
    pub const fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Sets the first wait after a failed connection or a busy server, at most; each further wait may be twice as
    /// long, up to 20 seconds.
    pub const fn with_base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// Sets the first wait after a call beyond the quota, if Feishu does not give one; each further wait is twice as
    /// long.
    pub const fn with_throttled_base(self, base: Duration) -> Self {
        Self { throttled: base, ..self }
    }

    /// Sets the longest wait that Feishu may request, at most a year; a longer request is an error at once.
    pub const fn with_longest_wait(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    pub(crate) const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The longest wait that an answer may request.
    pub(crate) fn longest(&self) -> Duration {
        self.longest.min(LONGEST_RESET)
    }

    /// How long to wait before the next attempt; `None` if there is none. `sent` counts the attempts so far,
    /// `elapsed` is the time since the first, and `chance` is from 0 to 1.
    pub(crate) fn again(
        &self,
        error: &Error,
        repeatable: bool,
        sent: u32,
        elapsed: Duration,
        chance: f64,
    ) -> Option<Again> {
        let reason = reason(error)?;
        let allowed = repeatable || reason != Reason::Transient;
        if sent >= self.attempts || !allowed {
            return None;
        }
        let doublings = sent.saturating_sub(1).min(20);
        let told = error.retry_after();
        let wait = match (told, reason) {
            (Some(told), _) if told > self.longest() => return None,
            // Up to a tenth more, so that many callers do not come back at once.
            (Some(told), _) => told.max(self.base.min(LONGEST_BACKOFF)).mul_f64(1.0 + chance / 10.0),
            (None, Reason::Throttled) => {
                let full = self.throttled.saturating_mul(1 << doublings).min(LONGEST_BACKOFF);
                full.mul_f64(0.5 + chance / 2.0)
            }
            (None, Reason::NotSent | Reason::Transient) => {
                self.base.saturating_mul(1 << doublings).min(LONGEST_BACKOFF).mul_f64(chance)
            }
        };
        let again = Again { wait, reason, told: told.is_some() };
        (elapsed.saturating_add(wait) < self.deadline).then_some(again)
    }
}

/// Another attempt that is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Again {
    pub(crate) wait: Duration,
    pub(crate) reason: Reason,
    /// Whether the answer requests the wait.
    pub(crate) told: bool,
}

const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// A header that asks for more is wrong, whatever the caller allows; and no clock can represent every requested time.
const LONGEST_RESET: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Why a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No connection: nothing was sent.
    NotSent,
    /// Over the quota: nothing was processed.
    Throttled,
    /// It may have been processed, and may succeed next time.
    Transient,
}

fn reason(error: &Error) -> Option<Reason> {
    if error.is_token() || error.is_refused() || error.is_permanent() {
        return None;
    }
    if error.is_connect() {
        return Some(Reason::NotSent);
    }
    if error.is_throttled() {
        return Some(Reason::Throttled);
    }
    let busy = match error.code() {
        Some(code) => is_transient(code),
        // The status of a proxy's page shows that the service is down; any other page is not an answer.
        None => error.is_broken() || matches!(error.status(), Some(500 | 502..=504)),
    };
    busy.then_some(Reason::Transient)
}

/// Whether a request may be processed twice; `keyed` is whether the field that makes it safe is set.
pub(crate) fn is_repeatable(safety: Safety, keyed: impl FnOnce(&str) -> bool) -> bool {
    match safety {
        Safety::Safe | Safety::Idempotent => true,
        Safety::Keyed(field) => keyed(field),
        Safety::Unsafe => false,
    }
}

/// The client's budget for retries, so that they do not overload a server that is down.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }
}

impl Budget {
    const FULL: u32 = 500;

    const fn cost(again: &Again) -> u32 {
        match again.reason {
            // The server asks to wait: waiting does not add to its load.
            _ if again.told => 0,
            Reason::Throttled => 5,
            Reason::NotSent | Reason::Transient => 14,
        }
    }

    /// Takes the cost of an attempt; `None` if the budget is too small.
    pub(crate) fn take(&self, again: &Again) -> Option<Spent<'_>> {
        let cost = Self::cost(again);
        let taken =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok();
        taken.then(|| Spent { budget: self, cost })
    }

    /// A call succeeded: returns the cost of the last attempt, or a little if it was the first one.
    pub(crate) fn succeeded(&self, last: Option<&Again>) {
        self.refill(last.map_or(1, Self::cost));
    }

    fn refill(&self, more: u32) {
        let refill = |left: u32| Some(left.saturating_add(more).min(Self::FULL));
        // It never fails: the closure always returns a value.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, refill);
    }
}

/// The cost of an attempt, returned if the attempt is not made.
#[derive(Debug)]
pub(crate) struct Spent<'a> {
    budget: &'a Budget,
    cost: u32,
}

impl Spent<'_> {
    /// Marks the attempt as made.
    pub(crate) fn used(mut self) {
        self.cost = 0;
    }
}

impl Drop for Spent<'_> {
    fn drop(&mut self) {
        self.budget.refill(self.cost);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Transport;
    use crate::fuzzing;
    use crate::wire::envelope::Detail;
    use crate::wire::reset::reset;

    fn answered(code: i64, status: u16) -> Error {
        Error::answered(code, "", Detail::default()).with_status(status, None)
    }

    fn broken(how: Transport) -> Error {
        Error::transport(how, std::fmt::Error)
    }

    fn waits(error: &Error, repeatable: bool) -> bool {
        Retry::new().again(error, repeatable, 1, Duration::ZERO, 0.5).is_some()
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
            Retry::new().again(&error, false, 1, Duration::ZERO, 0.0).map(|again| again.wait)
        };
        assert_eq!(wait(Duration::from_secs(2)), Some(Duration::from_secs(2)));
        assert_eq!(wait(Duration::ZERO), Some(Duration::from_millis(50)));
        assert_eq!(wait(Duration::MAX), None);
        let endless = Retry::new().with_longest_wait(Duration::MAX).with_deadline(Duration::MAX);
        let error = answered(99_991_400, 429).with_retry_after(Some(Duration::MAX));
        assert_eq!(endless.again(&error, false, 1, Duration::ZERO, 1.0), None);
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
        let wait = |sent, elapsed| Retry::new().with_attempts(9).again(&error, true, sent, elapsed, 1.0);
        let millis: Vec<u128> = (1..9)
            .filter_map(|sent| wait(sent, Duration::ZERO))
            .map(|again| again.wait.as_millis())
            .collect();
        assert_eq!(millis, [50, 100, 200, 400, 800, 1600, 3200, 6400]);
        assert!(wait(9, Duration::ZERO).is_none());
        assert!(wait(1, Duration::from_secs(60)).is_none());
        assert!(Retry::never().again(&error, true, 1, Duration::ZERO, 0.0).is_none());
    }

    #[test]
    fn l08_retries_of_a_server_that_is_down_end_with_the_budget() {
        let budget = Budget::default();
        let again = Again { wait: Duration::ZERO, reason: Reason::Transient, told: false };
        let mut sends = 0;
        for _ in 0..1000 {
            sends += 1;
            for _ in 0..2 {
                let Some(spent) = budget.take(&again) else { break };
                spent.used();
                sends += 1;
            }
        }
        assert!(sends <= 1040, "{sends}");
        budget.succeeded(None);
        assert!(budget.take(&again).is_none());
    }

    #[test]
    fn attempts_that_are_given_up_and_waits_that_were_asked_for_cost_nothing() {
        let budget = Budget::default();
        let again = |reason, told| Again { wait: Duration::ZERO, reason, told };
        for _ in 0..1000 {
            for reason in [Reason::NotSent, Reason::Throttled, Reason::Transient] {
                drop(budget.take(&again(reason, false)).unwrap());
                budget.take(&again(reason, true)).unwrap().used();
            }
        }
        assert_eq!(budget.0.load(Ordering::Relaxed), Budget::FULL);
        budget.take(&again(Reason::Throttled, false)).unwrap().used();
        assert_eq!(budget.0.load(Ordering::Relaxed), Budget::FULL - 5);
        budget.succeeded(Some(&again(Reason::Throttled, true)));
        assert_eq!(budget.0.load(Ordering::Relaxed), Budget::FULL - 5);
        budget.succeeded(Some(&again(Reason::Throttled, false)));
        assert_eq!(budget.0.load(Ordering::Relaxed), Budget::FULL);
    }

    #[test]
    fn waits_of_throttled_calls_double_and_half_of_each_is_random() {
        let retry = Retry::new().with_throttled_base(Duration::from_secs(1)).with_attempts(4);
        let error = answered(99_991_400, 429);
        for (sent, longest) in [(1, 1.0), (2, 2.0), (3, 4.0_f64)] {
            let waits = [0.0, 0.5, 1.0].map(|chance| {
                retry.again(&error, true, sent, Duration::ZERO, chance).unwrap().wait.as_secs_f64()
            });
            assert_eq!(waits, [longest / 2.0, longest * 0.75, longest], "{sent}");
        }
    }

    #[test]
    fn a_wait_that_was_asked_for_is_never_much_longer() {
        for (code, status) in [(99_991_400, 429), (99_991_400, 200), (1_500, 503)] {
            for told in [0.05, 1.0, 4.0, 59.0_f64] {
                for chance in [0.0, 0.5, 1.0] {
                    let error = answered(code, status).with_retry_after(Some(Duration::from_secs_f64(told)));
                    let retry = Retry::new().with_deadline(Duration::MAX);
                    let again = retry.again(&error, true, 1, Duration::ZERO, chance).unwrap();
                    assert!(again.told, "{error}");
                    assert!((told..=told * 1.1 + 1e-6).contains(&again.wait.as_secs_f64()), "{again:?}");
                }
            }
        }
    }
}
