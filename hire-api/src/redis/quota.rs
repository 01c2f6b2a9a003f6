//! The slots of all workers of an app.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::RedisError;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{Redis, Tenant};
use crate::call::quota::{Later, Limits, MINUTE, Route, Slot, Windows};
use crate::call::sharing::{Slots, Waiting};
use crate::call::watch::{Notice, Watch};
use crate::error::Error;

/// Counts together with the other workers, and alone while Redis is unreachable.
pub(super) struct SharedLimits(Arc<Shared>);

struct Shared {
    redis: Redis,
    tenant: Tenant,
    watch: Watch,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The life of the data in Redis that this worker has seen; empty before the first.
    life: String,
    /// The number of workers when Redis was last reachable; 0 before that.
    workers: u32,
    /// The last seen time of Redis's clock.
    clock: Option<Clock>,
    /// Whether the clock was set since, and Redis has not been told yet.
    set: bool,
    /// Since when Redis is unreachable.
    away: Option<Away>,
    /// How many calls this worker has made alone, and how many of them the others know.
    alone: u64,
    told: u64,
    /// When it last made a call alone.
    alone_at: Option<Instant>,
}

/// A time of the server's clock, in microseconds, and the interval of our clock that contains it.
#[derive(Clone, Copy)]
struct Clock {
    time: u64,
    after: Instant,
    before: Instant,
}

#[derive(Clone, Copy)]
struct Away {
    since: Instant,
    /// Redis is not asked again before this time.
    until: Instant,
}

/// How often Redis is asked while it is unreachable.
const PATIENCE: Duration = Duration::from_millis(500);
/// An answer that took longer than the margin of the windows is useless.
const STALE: Duration = Duration::from_millis(40);
/// This many of them in a row count as unreachable.
const MOST_STALE: u32 = 3;
/// Two clocks may differ by this much, plus a thousandth of the time, before one of them counts as set.
const DRIFT: Duration = Duration::from_secs(1);

impl Slots for SharedLimits {
    fn take<'a>(
        &'a self,
        route: Route,
        windows: Windows,
        own: &'a Limits,
    ) -> Waiting<'a, Result<Slot, Later>> {
        Box::pin(self.take_slot(route, windows, own))
    }

    fn give_back(&self, route: Route, slot: &Slot) {
        if let Some(name) = &slot.shared {
            Arc::clone(&self.0).give_back(route, name.clone());
        }
    }

    fn sent_late(&self, route: Route, slot: &Slot) {
        if let Some(name) = &slot.shared {
            Arc::clone(&self.0).sent_late(route, name.clone());
        }
    }

    fn pause(&self, route: Route, wait: Duration) -> Waiting<'_, ()> {
        Box::pin(self.0.pause_all(route, wait))
    }
}

/// A slot that was taken in Redis. It is returned unless somebody keeps it.
struct Lent {
    shared: Arc<Shared>,
    route: Route,
    /// Its time, by the clock of Redis.
    name: Option<String>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            Arc::clone(&self.shared).give_back(self.route, name);
        }
    }
}

/// The answer of Redis.
enum Said {
    Taken(Lent),
    Later {
        wait: Duration,
        asked: bool,
    },
    /// Its clock was set, or its answer took implausibly long.
    Nothing,
}

impl SharedLimits {
    pub(super) fn new(redis: Redis, tenant: Tenant, watch: Watch) -> Self {
        Self(Arc::new(Shared { redis, tenant, watch, state: Mutex::default() }))
    }

    async fn take_slot(&self, route: Route, windows: Windows, own: &Limits) -> Result<Slot, Later> {
        for _ in 0..MOST_STALE {
            let known = self.0.lock().away.is_none_or(|away| Instant::now() >= away.until);
            if !known {
                break;
            }
            match self.ask(route, windows).await {
                Ok(Said::Taken(mut lent)) => {
                    let slot = Slot { at: Instant::now(), shared: lent.name.take() };
                    own.note(route, windows, &slot);
                    return Ok(slot);
                }
                Ok(Said::Later { wait, asked }) => {
                    return Err(Later { at: Instant::now() + wait, asked, sooner: None });
                }
                Ok(Said::Nothing) => {}
                Err(error) => {
                    self.0.left_alone(&Error::no_redis(error));
                    break;
                }
            }
        }
        self.0.take_alone(route, windows, own)
    }

    /// Asks on a separate task, which handles the answer even if the caller is gone by then.
    async fn ask(&self, route: Route, windows: Windows) -> Result<Said, RedisError> {
        let (sender, answer) = oneshot::channel();
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move {
            // A slot in an answer that nobody takes is returned automatically.
            let _ = sender.send(shared.ask(route, windows).await);
        });
        answer.await.unwrap_or(Ok(Said::Nothing))
    }
}

impl Shared {
    async fn pause_all(&self, route: Route, wait: Duration) {
        let keys = [self.key(route, "paused")];
        let arguments = [wait.as_micros().to_string()];
        let paused: Result<i64, _> = self.redis.run(&self.redis.scripts.pause, &keys, &arguments).await;
        if let Err(error) = paused {
            self.left_alone(&Error::no_redis(error));
        }
    }

    fn give_back(self: Arc<Self>, route: Route, name: String) {
        // Without a runtime nothing can be returned; the slot expires with its window.
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            let keys = [self.key(route, "calls")];
            // A failure loses only a slot.
            let _: Result<i64, _> = self.redis.run(&self.redis.scripts.give_back, &keys, &[name]).await;
        });
    }

    fn sent_late(self: Arc<Self>, route: Route, name: String) {
        // The connection runs on a runtime.
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            let keys = [self.key(route, "calls")];
            let arguments = [name, MINUTE.as_micros().to_string()];
            // After a failure the call counts from when its slot was taken.
            let _: Result<i64, _> = self.redis.run(&self.redis.scripts.sent_late, &keys, &arguments).await;
        });
    }

    async fn ask(self: &Arc<Self>, route: Route, windows: Windows) -> Result<Said, RedisError> {
        let keys = [
            self.key(route, "calls"),
            self.key(route, "paused"),
            self.redis.key(&self.tenant, "life"),
            self.redis.key(&self.tenant, "unknown"),
            self.redis.key(&self.tenant, "workers"),
        ];
        let asked = Instant::now();
        let (alone, arguments) = self.arguments(asked, windows);
        let (taken, wait, paused, life, workers, time): (u8, u64, u8, String, u32, u64) =
            self.redis.run(&self.redis.scripts.slot, &keys, &arguments).await?;
        let clock = Clock { time, after: asked, before: Instant::now() };
        let lent =
            (taken == 1).then(|| Lent { shared: Arc::clone(self), route, name: Some(time.to_string()) });
        let set = self.heard(clock, life, workers, alone);
        Ok(match lent {
            // Earlier counts are not where they should be: return the slot.
            _ if set => Said::Nothing,
            Some(_) if clock.before - clock.after > STALE => Said::Nothing,
            Some(lent) => Said::Taken(lent),
            None => Said::Later { wait: Duration::from_micros(wait), asked: paused == 1 },
        })
    }

    fn arguments(&self, now: Instant, windows: Windows) -> (u64, [String; 8]) {
        let state = self.lock();
        let Windows([(second, second_long), (minute, minute_long)]) = windows;
        let [second, minute] = [second, minute].map(|calls| calls.unwrap_or(0).to_string());
        let [second_long, minute_long] = [second_long, minute_long].map(|long| long.as_micros().to_string());
        let untold = state.alone_at.filter(|_| state.alone != state.told);
        let ago =
            untold.map_or("-1".to_owned(), |at| now.saturating_duration_since(at).as_micros().to_string());
        let set = u8::from(state.set).to_string();
        let worker = self.redis.worker.to_string();
        (state.alone, [second, minute, second_long, minute_long, worker, state.life.clone(), ago, set])
    }

    /// Records the answer of Redis; returns whether its clock was set since the last one.
    fn heard(&self, clock: Clock, life: String, workers: u32, alone: u64) -> bool {
        let (back, set) = {
            let mut state = self.lock();
            let set = state.clock.is_some_and(|before| before.was_set(clock));
            state.clock = Some(clock);
            state.set = set;
            // Redis begins a new life when it learns about the clock; this is the life that it has to know then.
            state.life = life;
            state.workers = workers;
            state.told = state.told.max(alone);
            (state.away.take().is_some(), set)
        };
        if back {
            self.watch.notice(Notice::Together);
        }
        if set {
            self.watch.notice(Notice::ClockSet);
        }
        set
    }

    fn left_alone(&self, error: &Error) {
        let now = Instant::now();
        let new = {
            let mut state = self.lock();
            let since = state.away.map_or(now, |away| away.since);
            state.away.replace(Away { since, until: now + PATIENCE }).is_none()
        };
        if new {
            self.watch.notice(Notice::Alone(error));
        }
    }

    /// This worker's share, once the calls of the others have left the windows.
    fn take_alone(&self, route: Route, windows: Windows, own: &Limits) -> Result<Slot, Later> {
        let now = Instant::now();
        let mut state = self.lock();
        let sooner = Some(now + PATIENCE);
        // By then the earlier and current slots of others have expired. A worker that was always alone need not wait.
        let since = state.away.map_or(now, |away| away.since);
        let free = windows.bounds().map(|(_, window)| since + window).max().filter(|_| state.workers > 0);
        if let Some(at) = free.filter(|free| *free > now) {
            return Err(Later { at, asked: false, sooner });
        }
        let taken = own.take(route, windows.shared_by(state.workers), now);
        if let Ok(slot) = &taken {
            state.alone += 1;
            state.alone_at = Some(slot.at);
        }
        taken.map_err(|later| Later { sooner, ..later })
    }

    fn key(&self, route: Route, what: &str) -> String {
        let path: Vec<&str> = route.segments().collect();
        self.redis.key(&self.tenant, &format!("{what}:{} {}", route.method(), path.join("/")))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held, and its contents are complete at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock {
    /// Whether this clock, which advanced by `later`, was set in between: no interval of our time explains the
    /// difference.
    fn was_set(self, later: Self) -> bool {
        let micros = |time: Duration| i128::try_from(time.as_micros()).unwrap_or(i128::MAX);
        let went = i128::from(later.time) - i128::from(self.time);
        let longest = later.before.saturating_duration_since(self.after);
        let shortest = later.after.saturating_duration_since(self.before);
        let drift = micros(DRIFT + longest / 1000);
        went < micros(shortest) - drift || went > micros(longest) + drift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_was_set_where_no_time_of_ours_explains_what_it_shows() {
        let start = Instant::now();
        let clock = |time: u64, after: u64, before: u64| Clock {
            time: time * 1000,
            after: start + Duration::from_millis(after),
            before: start + Duration::from_millis(before),
        };
        let first = clock(10_000_000, 0, 10);
        for (later, set) in [
            (clock(10_000_500, 500, 501), false),
            // This process stalled for an hour while the answer came.
            (clock(10_000_500, 500, 3_600_000), false),
            (clock(13_599_000, 500, 3_600_000), false),
            (clock(13_600_500, 500, 501), true),
            (clock(6_400_500, 500, 501), true),
            (clock(9_998_000, 500, 501), true),
            // A slightly wrong clock over a day.
            (clock(96_400_000, 86_380_000, 86_380_001), false),
        ] {
            assert_eq!(first.was_set(later), set, "{}", later.time);
        }
    }
}
