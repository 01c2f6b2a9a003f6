//! Waiting for a slot: in order, visible to observers, and without a trace of callers that give up.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::select;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::call::quota::{Later, Limits, Place, Quotas, Route, Slot, Windows};
use crate::call::sharing::Slots;
use crate::call::watch::{Wait, WaitReason, Watch};
use crate::transport::Heard;
use crate::wire::metadata::Metadata;

/// The queues of calls that wait for slots.
#[derive(Clone)]
pub(crate) struct Queue(Arc<Inner>);

struct Inner {
    quotas: Quotas,
    watch: Watch,
    limits: Limits,
    shared: Option<Arc<dyn Slots>>,
}

/// A slot is taken again if its call comes later than this; the windows have less room.
const LATE: Duration = Duration::from_millis(40);

impl Queue {
    pub(crate) fn new(quotas: Quotas, watch: Watch, shared: Option<Arc<dyn Slots>>) -> Self {
        Self(Arc::new(Inner { quotas, watch, limits: Limits::default(), shared }))
    }

    /// Waits for a slot and takes it for a call that is sent at once. If the wait would be longer than the call
    /// allows, returns its length.
    pub(crate) async fn slot(&self, endpoint: &'static Metadata) -> Result<Reserved, Duration> {
        let started = Instant::now();
        loop {
            let reserved = self.wait(endpoint, started).await?;
            if reserved.slot.as_ref().is_none_or(|slot| slot.at.elapsed() <= LATE) {
                return Ok(reserved);
            }
        }
    }

    async fn wait(&self, endpoint: &'static Metadata, started: Instant) -> Result<Reserved, Duration> {
        let inner = &self.0;
        let (route, windows, now) = (Route::new(endpoint), inner.quotas.windows(endpoint), Instant::now());
        let later = match inner.limits.queued(route, windows, now) {
            Some(later) => later,
            None => match inner.take(route, windows).await {
                Ok(slot) => return Ok(Reserved { queue: self.clone(), endpoint, slot: Some(slot) }),
                Err(later) => later,
            },
        };
        let wait = later.at.saturating_duration_since(now);
        let longest = inner.quotas.longest().map(|longest| longest.saturating_sub(started.elapsed()));
        if longest.is_some_and(|longest| wait > longest) {
            return Err(wait);
        }
        // A caller that holds the future of a call without polling it must not block the queue.
        let mut waiting = Task(tokio::spawn(self.clone().in_line(endpoint, windows, later)));
        let waited = match longest {
            None => (&mut waiting.0).await,
            Some(longest) => tokio::time::timeout(longest, &mut waiting.0)
                .await
                .map_err(|_elapsed| wait.max(Duration::from_millis(1)))?,
        };
        match waited {
            Ok(reserved) => Ok(reserved),
            // The runtime ends: whether or not anything is sent, nobody waits for it.
            Err(_) => Ok(self.clone().in_line(endpoint, windows, later).await),
        }
    }

    async fn in_line(self, endpoint: &'static Metadata, windows: Windows, later: Later) -> Reserved {
        let (route, inner) = (Route::new(endpoint), &*self.0);
        let place = inner.limits.join(route);
        let mut told = Told { watch: &inner.watch, endpoint, until: Instant::now() };
        told.of(later);
        let first = Arc::clone(&place.first);
        let _first = first.lock().await;
        loop {
            if let Some(slot) = inner.step(route, windows, &place, &mut told).await {
                drop(place);
                return Reserved { queue: self.clone(), endpoint, slot: Some(slot) };
            }
        }
    }

    /// Returns a slot whose call was not sent.
    pub(crate) fn give_back(&self, endpoint: &'static Metadata, slot: Option<Slot>) {
        let Some(slot) = slot else { return };
        let route = Route::new(endpoint);
        self.0.limits.give_back(route, &slot);
        if let Some(shared) = &self.0.shared {
            shared.give_back(route, &slot);
        }
    }

    /// Feishu has refused a call of this endpoint and asks to wait: this applies to all callers.
    pub(crate) async fn pause(&self, endpoint: &'static Metadata, wait: Duration) {
        let route = Route::new(endpoint);
        self.0.limits.pause(route, Instant::now() + wait);
        if let Some(shared) = &self.0.shared {
            shared.pause(route, wait).await;
        }
    }
}

impl Inner {
    /// Takes a slot, or waits until there may be one.
    async fn step(
        &self,
        route: Route,
        windows: Windows,
        place: &Place<'_>,
        told: &mut Told<'_>,
    ) -> Option<Slot> {
        let mut given_back = pin!(place.given_back.notified());
        given_back.as_mut().enable();
        match self.take(route, windows).await {
            Ok(slot) => Some(slot),
            Err(later) => {
                told.of(later);
                let until = later.sooner.map_or(later.at, |sooner| sooner.min(later.at));
                select(pin!(tokio::time::sleep_until(until)), given_back).await;
                None
            }
        }
    }

    async fn take(&self, route: Route, windows: Windows) -> Result<Slot, Later> {
        match &self.shared {
            Some(shared) => shared.take(route, windows, &self.limits).await,
            None => self.limits.take(route, windows, Instant::now()),
        }
    }
}

/// A task that ends together with its waiter.
pub(crate) struct Task<T>(pub(crate) JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A slot that is returned unless it is used.
pub(crate) struct Reserved {
    queue: Queue,
    endpoint: &'static Metadata,
    slot: Option<Slot>,
}

impl Reserved {
    /// The call is sent as soon as there is a connection for it.
    pub(crate) fn sending(mut self) -> Sending {
        let stage = match self.slot.take() {
            Some(slot) if slot.shared.is_some() => Stage::Shared(slot),
            Some(slot) if self.queue.0.limits.connects(Route::new(self.endpoint), &slot) => Stage::Connects,
            _ => Stage::Sent(None),
        };
        Sending(Arc::new(Sent {
            queue: self.queue.clone(),
            endpoint: self.endpoint,
            stage: Mutex::new(stage),
        }))
    }
}

/// A call is counted again, by all workers that share a count, if its connection takes longer than this.
const ON_TIME: Duration = Duration::from_millis(10);

/// A call that is being sent. Its slot counts from when a connection takes it, and goes back if none does.
pub(crate) struct Sending(Arc<Sent>);

/// Is notified when a connection takes the call.
pub(crate) struct Sent {
    queue: Queue,
    endpoint: &'static Metadata,
    stage: Mutex<Stage>,
}

enum Stage {
    Connects,
    /// Several workers count it together, from when it was taken.
    Shared(Slot),
    Sent(Option<Slot>),
    Back,
}

impl Sending {
    pub(crate) fn hears(&self) -> Arc<dyn Heard> {
        Arc::clone(&self.0) as Arc<dyn Heard>
    }

    /// Nothing was sent, whatever the connection has reported.
    pub(crate) fn not_sent(&self) {
        self.0.go_back(true);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.go_back(false);
    }
}

impl Sent {
    /// Gives the slot back unless the call was sent; or `anyway`.
    fn go_back(&self, anyway: bool) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *stage {
            Stage::Connects => self.queue.0.limits.unsent(Route::new(self.endpoint)),
            Stage::Shared(slot) => {
                let slot = Slot { at: slot.at, shared: slot.shared.take() };
                self.queue.give_back(self.endpoint, Some(slot));
            }
            Stage::Sent(slot) if anyway => self.queue.give_back(self.endpoint, slot.take()),
            Stage::Sent(_) | Stage::Back => return,
        }
        *stage = Stage::Back;
    }
}

impl Heard for Sent {
    fn taken(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let (inner, route, now) = (&*self.queue.0, Route::new(self.endpoint), Instant::now());
        let windows = inner.quotas.windows(self.endpoint);
        let mut shared = None;
        match &mut *stage {
            Stage::Connects => inner.limits.sent(route, windows, now),
            Stage::Shared(slot) => {
                if let Some(slots) = inner.shared.as_ref().filter(|_| slot.at.elapsed() > ON_TIME) {
                    slots.sent_late(route, slot);
                    inner.limits.count(route, windows, now);
                }
                shared = slot.shared.take();
            }
            // The caller gave up at the same moment.
            Stage::Back => inner.limits.count(route, windows, now),
            Stage::Sent(_) => return,
        }
        *stage = Stage::Sent(Some(Slot { at: now, shared }));
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.queue.give_back(self.endpoint, self.slot.take());
    }
}

/// Only waits longer than this are reported.
pub(crate) const WORTH_TELLING: Duration = Duration::from_secs(1);

/// The part of a wait that was reported.
struct Told<'a> {
    watch: &'a Watch,
    endpoint: &'static Metadata,
    until: Instant,
}

impl Told<'_> {
    /// Reports a wait that is longer than the reported one.
    fn of(&mut self, later: Later) {
        if later.at.saturating_duration_since(self.until) > WORTH_TELLING {
            let reason = if later.asked { WaitReason::Asked } else { WaitReason::Quota };
            let length = later.at.saturating_duration_since(Instant::now());
            self.watch.waits(&Wait { endpoint: self.endpoint, reason, length });
            self.until = later.at;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::call::sharing::Waiting;
    use crate::call::watch::{Attempt, Observer};
    use crate::wire::metadata::{Method, Quota, Safety, quota};

    impl Reserved {
        /// The call is sent.
        fn used(mut self) -> Option<Slot> {
            self.slot.take()
        }
    }

    const fn endpoint(quota: Quota) -> Metadata {
        Metadata::new("test.v1.a.b", Method::Get, "/open-apis/a/:id").with_use(quota, Safety::Safe)
    }

    static ENDPOINTS: [Metadata; 5] = [
        endpoint(quota(1, 0)),
        endpoint(quota(3, 0)),
        endpoint(quota(0, 4)),
        endpoint(quota(2, 5)),
        endpoint(Quota::Special),
    ];

    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// A caller arrives, gives up after this many milliseconds, and may find that nothing can be sent.
        Call { patience: Option<u64>, sent: bool },
        /// Time passes.
        Pass(u64),
        /// The process stalls.
        Stop(u64),
        /// Feishu asks to wait.
        Pause(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (prop::option::of(0..4000_u64), prop::bool::weighted(0.8))
                .prop_map(|(patience, sent)| Step::Call { patience, sent }),
            2 => (1..1500_u64).prop_map(Step::Pass),
            1 => (1..200_000_u64).prop_map(Step::Stop),
            1 => (1..5000_u64).prop_map(Step::Pause),
        ]
    }

    /// When each call was sent, in milliseconds from the beginning; `None` if it was not. Calls in `without` are not
    /// made.
    async fn run(
        endpoint: &'static Metadata,
        quotas: Quotas,
        steps: &[Step],
        without: &BTreeSet<usize>,
    ) -> (Vec<Option<u64>>, Vec<(u64, u64)>) {
        let queue = Queue::new(quotas, Watch::default(), None);
        let start = Instant::now();
        let since = move || u64::try_from(start.elapsed().as_millis()).unwrap();
        let (sent_at, mut pauses) = (Arc::new(Mutex::new(vec![None; steps.len()])), Vec::new());
        let mut calls = tokio::task::JoinSet::new();
        for (number, step) in steps.iter().enumerate() {
            match *step {
                Step::Call { patience, sent } if !without.contains(&number) => {
                    let (queue, sent_at) = (queue.clone(), Arc::clone(&sent_at));
                    calls.spawn(async move {
                        let patience = Duration::from_millis(patience.unwrap_or(u64::MAX >> 20));
                        match tokio::time::timeout(patience, queue.slot(endpoint)).await {
                            Ok(Ok(slot)) if sent => {
                                slot.used();
                                sent_at.lock().unwrap()[number] = Some(since());
                            }
                            _ => {}
                        }
                    });
                }
                Step::Call { .. } => {}
                Step::Pass(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
                Step::Stop(millis) => tokio::time::advance(Duration::from_millis(millis)).await,
                Step::Pause(millis) => {
                    pauses.push((since(), since() + millis));
                    queue.pause(endpoint, Duration::from_millis(millis)).await;
                }
            }
            // Everybody does everything that can be done now.
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
        }
        calls.join_all().await;
        let sent_at = sent_at.lock().unwrap().clone();
        (sent_at, pauses)
    }

    fn densest(times: &[u64], window: u64) -> usize {
        (0..times.len())
            .map(|first| times[first..].iter().take_while(|time| **time < times[first] + window).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is cancelled, and however long the process stalls.
        #[test]
        fn whoever_gives_up_leaves_nothing_behind_and_no_slot_is_stale(
            endpoint in prop::sample::select(ENDPOINTS.iter().collect::<Vec<_>>()),
            ignore in prop::bool::weighted(0.1),
            steps in prop::collection::vec(step(), 1..40),
        ) {
            let quotas = if ignore { Quotas::Ignore } else { Quotas::Wait };
            let simulated = |without: BTreeSet<usize>| {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
                runtime.unwrap().block_on(run(endpoint, quotas, &steps, &without))
            };
            let (sent_at, pauses) = simulated(BTreeSet::new());
            let times: Vec<u64> = sent_at.iter().flatten().copied().collect();
            prop_assert!(times.is_sorted(), "nobody is overtaken: {:?}", times);
            for (window, length) in quotas.windows(endpoint).0.into_iter().zip([1000, 60_000]) {
                let calls = window.0.map_or(usize::MAX, |calls| calls as usize);
                prop_assert!(densest(&times, length) <= calls, "{:?}", times);
            }
            for (from, until) in pauses {
                prop_assert!(!times.iter().any(|time| (from + 1..until).contains(time)), "{:?} {:?}", times, (from, until));
            }
            let gave_up: BTreeSet<usize> =
                sent_at.iter().enumerate().filter(|(_, at)| at.is_none()).map(|(number, _)| number).collect();
            let (without, _) = simulated(gave_up);
            for (with, without) in sent_at.iter().zip(without) {
                // A timer may be a millisecond late.
                prop_assert!(with.is_none_or(|with| without.is_some_and(|without| with <= without + 2)));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Connections take their time, each another one; some calls never get one, and some are given up meanwhile.
        #[test]
        fn connections_that_take_long_bring_no_two_windows_closer(
            endpoint in prop::sample::select(ENDPOINTS.iter().collect::<Vec<_>>()),
            calls in prop::collection::vec((0..400_u64, 0..4000_u64, 0..8_u8), 1..40),
        ) {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            let times = runtime.block_on(async {
                let queue = Queue::new(Quotas::Wait, Watch::default(), None);
                let (start, sent_at) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
                let mut tasks = tokio::task::JoinSet::new();
                for (pause, connects, fate) in calls {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    let (queue, sent_at) = (queue.clone(), Arc::clone(&sent_at));
                    tasks.spawn(async move {
                        let sending = queue.slot(endpoint).await.unwrap().sending();
                        let hears = sending.hears();
                        tokio::time::sleep(Duration::from_millis(if fate < 4 { connects } else { 0 })).await;
                        match fate {
                            // No connection; given up; given up in the moment in which it is sent.
                            0 => return sending.not_sent(),
                            1 => return drop(sending),
                            2 => drop(sending),
                            _ => {}
                        }
                        hears.taken();
                        sent_at.lock().unwrap().push(u64::try_from(start.elapsed().as_millis()).unwrap());
                    });
                }
                tasks.join_all().await;
                sent_at.lock().unwrap().clone()
            });
            let given_up_late = Quotas::Wait.windows(endpoint).0.into_iter().zip([1000, 60_000]);
            for (window, length) in given_up_late {
                let calls = window.0.map_or(usize::MAX, |calls| calls as usize);
                prop_assert!(densest(&times, length) <= calls, "{:?}", times);
            }
        }
    }

    /// Writes down reasons and lengths of waits.
    #[derive(Clone, Default)]
    struct Notes(Arc<Mutex<Vec<(WaitReason, u128)>>>);

    impl Observer for Notes {
        fn attempted(&self, _: &Attempt<'_>) {}

        fn waits(&self, wait: &Wait<'_>) {
            self.0.lock().unwrap().push((wait.reason, wait.length.as_millis()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn long_waits_are_told_when_they_begin_and_too_long_ones_refused() {
        let four_a_minute = &ENDPOINTS[2];
        let notes = Notes::default();
        let watch = Watch(Some(Arc::new(notes.clone())));
        let queue = Queue::new(Quotas::WaitUpTo(Duration::from_secs(61)), watch, None);
        for _ in 0..4 {
            queue.slot(four_a_minute).await.unwrap().used();
        }
        assert!(notes.0.lock().unwrap().is_empty(), "nobody waits");
        let impatient = tokio::time::timeout(Duration::from_millis(100), queue.slot(four_a_minute));
        assert!(impatient.await.is_err());
        assert_eq!(*notes.0.lock().unwrap(), [(WaitReason::Quota, 60_500)]);
        queue.pause(four_a_minute, Duration::from_secs(62)).await;
        let refused = queue.slot(four_a_minute).await.map(Reserved::used);
        assert_eq!(refused, Err(Duration::from_secs(62)));
        tokio::time::sleep(Duration::from_secs(2)).await;
        queue.slot(four_a_minute).await.unwrap().used();
        assert_eq!(notes.0.lock().unwrap()[1..], [(WaitReason::Asked, 60_000)]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_may_not_wait_at_all_is_told_to_wait_for_at_least_a_millisecond() {
        let queue = Queue::new(Quotas::WaitUpTo(Duration::ZERO), Watch::default(), None);
        let endpoint = &ENDPOINTS[1];
        // A slot is free, but another caller is the first in the queue.
        let place = queue.0.limits.join(Route::new(endpoint));
        let first = Arc::clone(&place.first).lock_owned().await;
        let refused = queue.slot(endpoint).await.map(Reserved::used);
        assert_eq!(refused, Err(Duration::from_millis(1)));
        drop((first, place));
        assert!(queue.slot(endpoint).await.is_ok());
    }

    /// A count of several workers, in which a slot is always free. Records what happens to its slots.
    #[derive(Default)]
    struct Together(Mutex<Vec<&'static str>>);

    impl Slots for Together {
        fn take<'a>(
            &'a self,
            route: Route,
            windows: Windows,
            own: &'a Limits,
        ) -> Waiting<'a, Result<Slot, Later>> {
            Box::pin(async move {
                let slot = Slot { at: Instant::now(), shared: Some("name".to_owned()) };
                own.count(route, windows, slot.at);
                Ok(slot)
            })
        }

        fn give_back(&self, _: Route, slot: &Slot) {
            assert_eq!(slot.shared.as_deref(), Some("name"));
            self.0.lock().unwrap().push("returned");
        }

        fn sent_late(&self, _: Route, slot: &Slot) {
            assert_eq!(slot.shared.as_deref(), Some("name"));
            self.0.lock().unwrap().push("counted again");
        }

        fn pause(&self, _: Route, _: Duration) -> Waiting<'_, ()> {
            Box::pin(async {})
        }
    }

    #[tokio::test(start_paused = true)]
    async fn workers_that_count_together_hear_of_calls_that_are_sent_late_or_not_at_all() {
        let (together, endpoint) = (Arc::new(Together::default()), &ENDPOINTS[1]);
        let queue = Queue::new(Quotas::Wait, Watch::default(), Some(Arc::clone(&together) as Arc<dyn Slots>));
        let told = || std::mem::take(&mut *together.0.lock().unwrap());
        // The connection takes longer than a window; it is there at once; there is none, whatever it said before; the
        // caller gives up.
        let sending = queue.slot(endpoint).await.unwrap().sending();
        tokio::time::sleep(Duration::from_secs(2)).await;
        sending.hears().taken();
        drop(sending);
        assert_eq!(told(), ["counted again"]);
        let sending = queue.slot(endpoint).await.unwrap().sending();
        sending.hears().taken();
        drop(sending);
        assert_eq!(told(), [""; 0]);
        let sending = queue.slot(endpoint).await.unwrap().sending();
        sending.hears().taken();
        sending.not_sent();
        drop(sending);
        assert_eq!(told(), ["returned"]);
        drop(queue.slot(endpoint).await.unwrap().sending());
        assert_eq!(told(), ["returned"]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_not_polled_holds_up_nobody_and_is_not_sent_late() {
        let queue = Queue::new(Quotas::Wait, Watch::default(), None);
        let endpoint = &ENDPOINTS[1];
        for _ in 0..3 {
            queue.slot(endpoint).await.unwrap().used();
        }
        let mut still = Box::pin(queue.slot(endpoint));
        // It waits, and then nobody polls it any more.
        assert!(tokio::time::timeout(Duration::from_millis(100), still.as_mut()).await.is_err());
        for _ in 0..5 {
            tokio::time::timeout(Duration::from_secs(3), queue.slot(endpoint)).await.unwrap().unwrap().used();
        }
        let before = Instant::now();
        let slot = still.await.unwrap().used().unwrap();
        assert!(slot.at >= before, "what was free then is not free now");
    }
}
