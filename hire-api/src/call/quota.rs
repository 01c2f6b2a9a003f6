//! Keeps calls within the documented quotas of an endpoint, exactly and for both windows. No I/O: time is a
//! parameter.
//!
//! A limiter that refills evenly, like the available crates, lets up to twice its burst through a moving window;
//! Feishu counts the calls of any second and of any minute. The times of the last calls are therefore kept: at most
//! 1,000 per endpoint.
//!
//! Nobody reserves a time ahead. A call takes its slot when it is sent, and only if a slot is free then. A call that
//! gives up therefore leaves nothing behind, and no slot can be stale after the process stalled.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::wire::metadata::{Metadata, Quota};

/// The client's behaviour if an endpoint's quota is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quotas {
    /// Waits as long as necessary; the wait does not count against the call's deadline.
    #[default]
    Wait,
    /// Waits up to this long, and refuses the call if that is not enough; zero refuses at once.
    WaitUpTo(Duration),
    /// Sends anyway. A wait that Feishu requests still applies.
    Ignore,
}

impl Quotas {
    /// The longest wait that a call accepts; `None` if it waits as long as necessary.
    pub(crate) fn longest(self) -> Option<Duration> {
        match self {
            Self::WaitUpTo(longest) => Some(longest),
            Self::Wait | Self::Ignore => None,
        }
    }

    /// The windows that apply to a call of this endpoint.
    pub(crate) fn windows(self, endpoint: &Metadata) -> Windows {
        let quota = if self == Self::Ignore { Quota::Special } else { endpoint.quota };
        let (per_second, per_minute) = match quota {
            Quota::Windows { per_second, per_minute } => (per_second, per_minute),
            Quota::Special => (None, None),
        };
        Windows([(per_second, SECOND), (per_minute, MINUTE)])
    }
}

/// The number of calls in each window; `None` if unlimited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Windows(pub(crate) [(Option<u32>, Duration); 2]);

impl Windows {
    /// Calls and length of the limited windows.
    pub(crate) fn bounds(self) -> impl Iterator<Item = (usize, Duration)> {
        self.0.into_iter().filter_map(|(calls, window)| Some((calls?.max(1) as usize, window)))
    }

    fn most(self) -> usize {
        self.bounds().map(|(calls, _)| calls).max().unwrap_or(0)
    }

    /// One worker's share of the windows.
    #[cfg(feature = "redis")]
    pub(crate) fn shared_by(self, workers: u32) -> Self {
        Self(self.0.map(|(calls, window)| (calls.map(|calls| (calls / workers.max(1)).max(1)), window)))
    }
}

/// Longer than the documented windows, so that calls with different latencies do not meet in one.
pub(crate) const SECOND: Duration = Duration::from_millis(1050);
pub(crate) const MINUTE: Duration = Duration::from_millis(60_500);

/// An endpoint as Feishu counts it: two declarations of the same method and path are one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route(&'static Metadata);

impl Route {
    pub(crate) fn new(endpoint: &'static Metadata) -> Self {
        Self(endpoint)
    }

    /// A path without the names of its parameters.
    pub(crate) fn segments(self) -> impl Iterator<Item = &'static str> {
        self.0.path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment })
    }

    pub(crate) fn method(self) -> &'static str {
        self.0.method.as_str()
    }
}

impl Ord for Route {
    fn cmp(&self, other: &Self) -> Ordering {
        if std::ptr::eq(self.0, other.0) {
            return Ordering::Equal;
        }
        self.method().cmp(other.method()).then_with(|| self.segments().cmp(other.segments()))
    }
}

impl PartialOrd for Route {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Route {}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

/// A counted call that may be sent now.
#[derive(Debug, PartialEq)]
pub(crate) struct Slot {
    pub(crate) at: Instant,
    /// Its name if several workers count together.
    pub(crate) shared: Option<String>,
}

impl Slot {
    pub(crate) fn at(at: Instant) -> Self {
        Self { at, shared: None }
    }
}

/// No slot is free before this time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Later {
    pub(crate) at: Instant,
    /// Whether Feishu asked to wait; otherwise the quota is used up.
    pub(crate) asked: bool,
    /// When to look again.
    pub(crate) sooner: Option<Instant>,
}

/// The calls of each endpoint, for one app in one tenant.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    endpoints: Mutex<BTreeMap<Route, Calls>>,
}

#[derive(Debug, Default)]
struct Calls {
    /// When the last calls were sent, in order.
    times: VecDeque<Instant>,
    /// How many have a slot and no connection yet: each will be sent now or later.
    unsent: usize,
    /// How many of them are kept: as many as the largest window seen takes.
    most: usize,
    /// Feishu asked to wait until this time.
    paused: Option<Instant>,
    lines: Vec<Line>,
    /// Wakes the first callers in the queues when a slot is returned.
    given_back: Arc<Notify>,
}

/// The waiting callers, one queue per runtime: a runtime that stalls does not delay the others.
#[derive(Debug)]
struct Line {
    runtime: Option<Id>,
    waiting: usize,
    /// Held by the first in the queue. It is fair, and a caller that gives up leaves it.
    first: Arc<tokio::sync::Mutex<()>>,
}

impl Limits {
    /// When a caller that arrives now would be sent, if others wait already; `None` if nobody does.
    pub(crate) fn queued(&self, route: Route, windows: Windows, now: Instant) -> Option<Later> {
        let endpoints = self.lock();
        let calls = endpoints.get(&route)?;
        let waiting = calls.waiting();
        (waiting > 0).then(|| calls.later(windows, now, waiting))
    }

    /// Takes a slot if one is free now, for the first in the queue.
    pub(crate) fn take(&self, route: Route, windows: Windows, now: Instant) -> Result<Slot, Later> {
        let mut endpoints = self.lock();
        if windows.most() == 0 && !endpoints.contains_key(&route) {
            return Ok(Slot::at(now));
        }
        let calls = endpoints.entry(route).or_default();
        // Another thread may have read its clock a little later and arrive first.
        let now = calls.times.back().map_or(now, |last| now.max(*last));
        let later = calls.later(windows, now, 0);
        if later.at > now {
            return Err(later);
        }
        calls.add(now, windows);
        Ok(Slot::at(now))
    }

    /// The call of a slot waits for its connection. Until it is [`sent`](Self::sent), or is not, it counts as one of now.
    /// `false` if the slot is not counted at all.
    pub(crate) fn connects(&self, route: Route, slot: &Slot) -> bool {
        let mut endpoints = self.lock();
        let Some(calls) = endpoints.get_mut(&route).filter(|calls| calls.times.contains(&slot.at)) else {
            return false;
        };
        calls.unsent += 1;
        calls.forget(slot)
    }

    /// A connection has taken the call now.
    pub(crate) fn sent(&self, route: Route, windows: Windows, now: Instant) {
        if let Some(calls) = self.lock().get_mut(&route) {
            calls.unsent = calls.unsent.saturating_sub(1);
            calls.add(now, windows);
        }
    }

    /// No connection has taken the call, and none will.
    pub(crate) fn unsent(&self, route: Route) {
        if let Some(calls) = self.lock().get_mut(&route) {
            calls.unsent = calls.unsent.saturating_sub(1);
            calls.given_back.notify_waiters();
        }
    }

    /// A connection has taken a call of which nobody expected it any more.
    pub(crate) fn count(&self, route: Route, windows: Windows, now: Instant) {
        if windows.most() > 0 {
            self.lock().entry(route).or_default().add(now, windows);
        }
    }

    /// Gives back a slot whose call was not sent.
    pub(crate) fn give_back(&self, route: Route, slot: &Slot) {
        if let Some(calls) = self.lock().get_mut(&route)
            && calls.forget(slot)
        {
            calls.given_back.notify_waiters();
        }
    }

    /// Records a slot that was taken elsewhere.
    #[cfg(feature = "redis")]
    pub(crate) fn note(&self, route: Route, windows: Windows, slot: &Slot) {
        self.count(route, windows, slot.at);
    }

    /// Feishu has refused a call of this endpoint and asks to wait: this applies to all callers.
    pub(crate) fn pause(&self, route: Route, until: Instant) {
        let mut endpoints = self.lock();
        let calls = endpoints.entry(route).or_default();
        calls.paused = calls.paused.max(Some(until));
    }

    /// Joins the queue of this runtime.
    pub(crate) fn join(&self, route: Route) -> Place<'_> {
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        let mut endpoints = self.lock();
        let Calls { lines, given_back, .. } = endpoints.entry(route).or_default();
        let first = match lines.iter_mut().find(|line| line.runtime == runtime) {
            Some(line) => {
                line.waiting += 1;
                Arc::clone(&line.first)
            }
            None => {
                let first = Arc::default();
                lines.push(Line { runtime, waiting: 1, first: Arc::clone(&first) });
                first
            }
        };
        Place { limits: self, route, first, given_back: Arc::clone(given_back) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Route, Calls>> {
        // Nothing panics while the lock is held, and its contents are complete at every step.
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a queue; dropping it leaves the queue.
pub(crate) struct Place<'a> {
    limits: &'a Limits,
    route: Route,
    pub(crate) first: Arc<tokio::sync::Mutex<()>>,
    pub(crate) given_back: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(calls) = self.limits.lock().get_mut(&self.route) {
            let own = |line: &Line| Arc::ptr_eq(&line.first, &self.first);
            calls.lines.iter_mut().filter(|line| own(line)).for_each(|line| line.waiting -= 1);
            calls.lines.retain(|line| line.waiting > 0);
        }
    }
}

impl Calls {
    fn waiting(&self) -> usize {
        self.lines.iter().map(|line| line.waiting).sum()
    }

    /// When a caller with this many callers before it is sent.
    fn later(&self, windows: Windows, now: Instant, before: usize) -> Later {
        let paused = self.paused.filter(|paused| *paused > now);
        let from = paused.unwrap_or(now);
        let free = |(calls, window): (usize, Duration)| {
            let rounds = u32::try_from(before / calls).unwrap_or(u32::MAX);
            // Of each round one call was made this long before; where there were fewer, there is room now.
            let taken = self.times.len() + self.unsent;
            let earlier = (taken + before % calls).checked_sub(calls).filter(|at| *at < taken);
            // Those that have no connection yet are not sent before now.
            let time = earlier.map(|at| self.times.get(at).copied().unwrap_or(now));
            let slot = time.map_or(from, |time| from.max(time + window));
            slot.checked_add(window.saturating_mul(rounds)).unwrap_or(slot)
        };
        let at = windows.bounds().map(free).fold(from, Instant::max);
        Later { at, asked: paused == Some(at), sooner: None }
    }

    /// Whether it was there.
    fn forget(&mut self, slot: &Slot) -> bool {
        let at = self.times.iter().rposition(|time| *time == slot.at);
        at.and_then(|at| self.times.remove(at)).is_some()
    }

    fn add(&mut self, at: Instant, windows: Windows) {
        self.most = self.most.max(windows.most());
        // A slot that was taken elsewhere may be older.
        let after = self.times.iter().rposition(|time| *time <= at).map_or(0, |before| before + 1);
        self.times.insert(after, at);
        while self.times.len() > self.most {
            self.times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::metadata::{Method, Safety, quota};

    static TIER_4: Metadata =
        Metadata::new("test.v1.a.b", Method::Get, "/open-apis/a/:id").with_use(quota(50, 1000), Safety::Safe);
    static OTHER: Metadata =
        Metadata::new("test.v1.a.c", Method::Get, "/open-apis/a").with_use(quota(0, 20), Safety::Safe);
    static SPECIAL: Metadata = Metadata::new("test.v1.a.d", Method::Get, "/open-apis/d");
    /// The same endpoint as the first one, declared elsewhere.
    static AGAIN: Metadata = Metadata::new("own.b", Method::Get, "/open-apis/a/:name");

    fn take(limits: &Limits, endpoint: &'static Metadata, now: Instant) -> Result<Instant, Duration> {
        let taken = limits.take(Route::new(endpoint), Quotas::Wait.windows(endpoint), now);
        taken.map(|slot| slot.at).map_err(|later| later.at - now)
    }

    /// The most calls in any interval of this length.
    fn densest(times: &[Instant], window: Duration) -> usize {
        let within =
            |first: usize| times[first..].iter().take_while(|time| **time < times[first] + window).count();
        (0..times.len()).map(within).max().unwrap_or(0)
    }

    #[cfg(feature = "redis")]
    #[test]
    fn a_share_is_a_part_of_each_window_and_at_least_one_call() {
        let all = Quotas::Wait.windows(&TIER_4);
        let most = |workers: u32| all.shared_by(workers).most();
        assert_eq!([0, 1, 3, 2000].map(most), [1000, 1000, 333, 1]);
    }

    #[test]
    fn whoever_leaves_the_queue_leaves_nothing_behind() {
        let limits = Limits::default();
        let route = Route::new(&TIER_4);
        let places = [(); 3].map(|()| limits.join(route));
        assert_eq!(limits.lock().get(&route).map(|calls| calls.lines.len()), Some(1));
        drop(places);
        assert_eq!(limits.lock().get(&route).map(|calls| calls.lines.len()), Some(0));
    }

    #[test]
    fn l07_no_window_ever_holds_more_than_its_quota() {
        let limits = Limits::default();
        let start = Instant::now();
        // 200 calls a second for three minutes.
        let slots: Vec<Instant> = (0..200 * 180)
            .filter_map(|n| take(&limits, &TIER_4, start + Duration::from_millis(5 * n)).ok())
            .collect();
        assert!(densest(&slots, Duration::from_secs(1)) <= 50);
        assert!(densest(&slots, Duration::from_secs(60)) <= 1000);
        assert!(slots.len() > 2900, "the quota is used: {}", slots.len());
    }

    #[test]
    fn endpoints_have_quotas_of_their_own_and_special_ones_none() {
        let limits = Limits::default();
        let now = Instant::now();
        for _ in 0..20 {
            assert_eq!(take(&limits, &OTHER, now), Ok(now));
        }
        assert_eq!(take(&limits, &OTHER, now), Err(MINUTE));
        assert_eq!(take(&limits, &TIER_4, now), Ok(now));
        for _ in 0..5000 {
            assert_eq!(take(&limits, &SPECIAL, now), Ok(now));
        }
        // Refused calls have taken no slot.
        for _ in 0..20 {
            assert_eq!(take(&limits, &OTHER, now + MINUTE), Ok(now + MINUTE));
        }
    }

    #[test]
    fn two_declarations_of_one_endpoint_are_counted_as_one() {
        let limits = Limits::default();
        let now = Instant::now();
        assert_eq!(take(&limits, &TIER_4, now), Ok(now));
        for _ in 0..49 {
            assert_eq!(take(&limits, &AGAIN, now), Ok(now));
        }
        assert_eq!(take(&limits, &TIER_4, now), Err(SECOND));
        limits.pause(Route::new(&AGAIN), now + MINUTE);
        assert_eq!(take(&limits, &TIER_4, now + SECOND), Err(MINUTE - SECOND));
        assert_ne!(Route::new(&TIER_4), Route::new(&OTHER));
    }

    #[test]
    fn a_pause_holds_for_all_callers_of_any_quota_and_ends() {
        for endpoint in [&TIER_4, &OTHER, &SPECIAL] {
            for quotas in [Quotas::Wait, Quotas::WaitUpTo(MINUTE), Quotas::Ignore] {
                let limits = Limits::default();
                let (route, windows, now) = (Route::new(endpoint), quotas.windows(endpoint), Instant::now());
                let until = now + Duration::from_secs(3);
                limits.pause(route, until);
                limits.pause(route, now + Duration::from_secs(1));
                let later = Later { at: until, asked: true, sooner: None };
                assert_eq!(limits.take(route, windows, now), Err(later));
                assert_eq!(limits.take(route, windows, until), Ok(Slot::at(until)));
            }
        }
    }

    #[test]
    fn a_slot_that_is_given_back_is_free_again() {
        let limits = Limits::default();
        let (route, now) = (Route::new(&OTHER), Instant::now());
        for _ in 0..3 {
            let slots: Vec<Slot> =
                (0..20).map(|_| limits.take(route, Quotas::Wait.windows(&OTHER), now).unwrap()).collect();
            assert!(take(&limits, &OTHER, now).is_err());
            slots.iter().for_each(|slot| limits.give_back(route, slot));
        }
    }

    #[test]
    fn the_wait_of_each_in_line_is_known() {
        let limits = Limits::default();
        let (route, windows, now) = (Route::new(&TIER_4), Quotas::Wait.windows(&TIER_4), Instant::now());
        assert_eq!(limits.queued(route, windows, now), None);
        for _ in 0..50 {
            assert_eq!(take(&limits, &TIER_4, now), Ok(now));
        }
        let places: Vec<Place<'_>> = (0..2000).map(|_| limits.join(route)).collect();
        let wait = |limits: &Limits| limits.queued(route, windows, now).map(|later| later.at - now);
        // 50 were sent; 19 rounds of 50 are left in this minute, and 1,000 more go in the next one.
        assert_eq!(wait(&limits), Some(2 * MINUTE));
        drop(places.into_iter().skip(120).collect::<Vec<_>>());
        assert_eq!(wait(&limits), None, "whoever leaves is not counted");
        let _places: Vec<Place<'_>> = (0..120).map(|_| limits.join(route)).collect();
        assert_eq!(wait(&limits), Some(3 * SECOND));
    }
}
