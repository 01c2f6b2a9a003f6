//! Keeps calls within the quotas that the pages give, per endpoint: both windows, exactly. No I/O: time is a parameter.
//!
//! A limiter that refills evenly, as the crates for it do, lets up to twice its burst through a window that moves;
//! Feishu counts the calls of any second and of any minute. So the times of the last calls are kept: at most 1,000 of
//! them for an endpoint.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::metadata::{Metadata, Quota};

/// What a client does when an endpoint's quota is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quotas {
    /// Waits as long as it takes; the wait does not count against the call's deadline.
    #[default]
    Wait,
    /// Waits up to this long, and refuses the call where that is not enough; zero refuses at once.
    WaitUpTo(Duration),
    /// Sends all the same. Feishu's refusal is still waited out.
    Ignore,
}

/// The calls of each endpoint, of one app in one tenant.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    endpoints: Mutex<BTreeMap<&'static str, Calls>>,
}

#[derive(Debug, Default)]
struct Calls {
    /// When the last ones were sent, or will be.
    times: VecDeque<Instant>,
    /// Feishu asked to wait until then.
    paused: Option<Instant>,
}

/// Longer than the windows of the pages, so that calls which travel at different speeds do not meet in one.
pub(crate) const SECOND: Duration = Duration::from_millis(1050);
pub(crate) const MINUTE: Duration = Duration::from_millis(60_500);

impl Limits {
    /// Takes the next slot of an endpoint and says when it is; or how long it would take, where that is longer than
    /// `most`, and takes none.
    pub(crate) fn take(
        &self,
        endpoint: &Metadata,
        now: Instant,
        most: Option<Duration>,
    ) -> Result<Instant, Duration> {
        let Quota::Windows { per_second, per_minute } = endpoint.quota else { return Ok(now) };
        self.within(endpoint, [per_second, per_minute], now, most, None)
    }

    fn within(
        &self,
        endpoint: &Metadata,
        [per_second, per_minute]: [Option<u32>; 2],
        now: Instant,
        most: Option<Duration>,
        not_before: Option<Instant>,
    ) -> Result<Instant, Duration> {
        let mut endpoints = self.lock();
        let calls = endpoints.entry(endpoint.name).or_default();
        let slot = calls.next(now, per_second, per_minute).max(not_before.unwrap_or(now));
        let wait = slot.saturating_duration_since(now);
        if most.is_some_and(|most| wait > most) {
            return Err(wait);
        }
        calls.add(slot, per_second, per_minute);
        Ok(slot)
    }

    /// The same for one of several workers, each with its share; and not before what others did until `free` is over.
    #[cfg(feature = "redis")]
    pub(crate) fn take_share(
        &self,
        endpoint: &Metadata,
        now: Instant,
        most: Option<Duration>,
        workers: u32,
        free: Option<Instant>,
    ) -> Result<Instant, Duration> {
        let Quota::Windows { per_second, per_minute } = endpoint.quota else { return Ok(now) };
        let share = |calls: Option<u32>| calls.map(|calls| (calls / workers).max(1));
        let windows = [(per_second, SECOND), (per_minute, MINUTE)];
        let over = windows.into_iter().filter_map(|(calls, window)| calls.and(Some(free? + window))).max();
        self.within(endpoint, [share(per_second), share(per_minute)], now, most, over)
    }

    /// Remembers a slot that was taken elsewhere.
    #[cfg(feature = "redis")]
    pub(crate) fn note(&self, endpoint: &Metadata, slot: Instant) {
        let Quota::Windows { per_second, per_minute } = endpoint.quota else { return };
        self.lock().entry(endpoint.name).or_default().add(slot, per_second, per_minute);
    }

    /// Feishu has refused a call of this endpoint and asks to wait: all callers do.
    pub(crate) fn pause(&self, endpoint: &Metadata, until: Instant) {
        let mut endpoints = self.lock();
        let calls = endpoints.entry(endpoint.name).or_default();
        calls.paused = Some(calls.paused.map_or(until, |paused| paused.max(until)));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Calls>> {
        // Nothing panics while it is held, and what it holds is whole at every step.
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn next(&self, now: Instant, per_second: Option<u32>, per_minute: Option<u32>) -> Instant {
        let last = self.times.back().copied().unwrap_or(now);
        let free = |count: Option<u32>, window: Duration| {
            let before = self.times.len().checked_sub(count? as usize)?;
            Some(*self.times.get(before)? + window)
        };
        // Slots are given out in order, so that nobody is overtaken.
        let bounds = [free(per_second, SECOND), free(per_minute, MINUTE), self.paused, Some(last)];
        bounds.into_iter().flatten().fold(now, Instant::max)
    }

    fn add(&mut self, slot: Instant, per_second: Option<u32>, per_minute: Option<u32>) {
        let most = per_second.into_iter().chain(per_minute).max().unwrap_or(0) as usize;
        self.times.push_back(slot);
        while self.times.len() > most {
            self.times.pop_front();
        }
        self.paused = self.paused.filter(|paused| *paused > slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Method, Safety, quota};

    static TIER_4: Metadata =
        Metadata::new("test.v1.a.list", Method::Get, "/a").with_use(quota(50, 1000), Safety::Safe);
    static OTHER: Metadata =
        Metadata::new("test.v1.b.list", Method::Get, "/b").with_use(quota(0, 20), Safety::Safe);
    static SPECIAL: Metadata = Metadata::new("test.v1.c.list", Method::Get, "/c");

    /// The most calls in any stretch of this length.
    fn densest(times: &[Instant], window: Duration) -> usize {
        let within =
            |first: usize| times[first..].iter().take_while(|time| **time < times[first] + window).count();
        (0..times.len()).map(within).max().unwrap_or(0)
    }

    #[test]
    fn l07_no_window_ever_holds_more_than_its_quota() {
        let limits = Limits::default();
        let start = Instant::now();
        // 200 calls a second are wanted for three minutes.
        let slots: Vec<Instant> = (0..200 * 180)
            .filter_map(|n| {
                limits.take(&TIER_4, start + Duration::from_millis(5 * n), Some(Duration::from_secs(1))).ok()
            })
            .collect();
        assert!(densest(&slots, Duration::from_secs(1)) <= 50);
        assert!(densest(&slots, Duration::from_secs(60)) <= 1000);
        assert!(slots.len() > 2900, "the quota is used: {}", slots.len());
        assert!(slots.is_sorted(), "nobody is overtaken");
    }

    #[test]
    fn endpoints_have_quotas_of_their_own_and_special_ones_none() {
        let limits = Limits::default();
        let now = Instant::now();
        for _ in 0..20 {
            assert_eq!(limits.take(&OTHER, now, None), Ok(now));
        }
        assert_eq!(limits.take(&OTHER, now, Some(Duration::from_secs(60))), Err(MINUTE));
        assert_eq!(limits.take(&TIER_4, now, None), Ok(now));
        for _ in 0..5000 {
            assert_eq!(limits.take(&SPECIAL, now, None), Ok(now));
        }
        // What was refused has taken no slot.
        assert_eq!(limits.take(&OTHER, now + MINUTE, Some(Duration::ZERO)), Ok(now + MINUTE));
    }

    #[test]
    fn a_pause_holds_for_all_callers_and_ends() {
        let limits = Limits::default();
        let now = Instant::now();
        let until = now + Duration::from_secs(3);
        limits.pause(&TIER_4, until);
        limits.pause(&TIER_4, now + Duration::from_secs(1));
        assert_eq!(limits.take(&TIER_4, now, None), Ok(until));
        assert_eq!(limits.take(&TIER_4, now, None), Ok(until));
        let later = now + Duration::from_secs(10);
        assert_eq!(limits.take(&TIER_4, later, None), Ok(later));
    }
}
