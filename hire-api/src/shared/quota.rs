//! The slots of all workers of an app.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::RedisError;
use tokio::time::Instant;

use super::{Redis, Tenant};
use crate::error::Error;
use crate::limit::{Limits, MINUTE, SECOND};
use crate::metadata::{Metadata, Quota};
use crate::watch::{Notice, Watch};

/// Counts with the other workers, and alone where Redis is away.
pub(crate) struct SharedLimits {
    redis: Redis,
    tenant: Tenant,
    watch: Watch,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The life of the data in Redis that this worker has seen.
    life: String,
    /// How many workers there were when Redis was last there; 0 before it ever was.
    workers: u32,
    /// The last slot of all workers, as far as this one knows.
    last: Option<Instant>,
    /// The last slot that this worker has taken.
    own: Option<Instant>,
    /// Since Redis is away.
    away: Option<Away>,
    /// How many calls this worker has made alone, and how many of them the others know of.
    alone: u64,
    told: u64,
}

#[derive(Clone, Copy)]
struct Away {
    since: Instant,
    /// Redis is not asked again before.
    until: Instant,
}

/// How often Redis is asked while it is away.
const PATIENCE: Duration = Duration::from_millis(500);
/// An answer that was longer on its way than the windows have room for is of no use.
const STALE: Duration = Duration::from_millis(40);
/// How far ahead a worker that is alone takes slots: not far, since it may soon count with the others again.
const AHEAD: Duration = Duration::from_millis(200);

impl SharedLimits {
    pub(crate) fn new(redis: Redis, tenant: Tenant, watch: Watch) -> Self {
        Self { redis, tenant, watch, state: Mutex::default() }
    }

    /// Takes the next slot of an endpoint and says when it is; or how long it would take, where that is longer than
    /// `most`, and takes none.
    pub(crate) async fn take(
        &self,
        endpoint: &'static Metadata,
        most: Option<Duration>,
        own: &Limits,
    ) -> Result<Instant, Duration> {
        let Quota::Windows { per_second, per_minute } = endpoint.quota else { return Ok(Instant::now()) };
        let started = Instant::now();
        loop {
            let left = most.map(|most| most.saturating_sub(started.elapsed()));
            let known = self.lock().away.is_none_or(|away| Instant::now() >= away.until);
            if known {
                match self.ask(endpoint, [per_second, per_minute], left).await {
                    Ok(Some(answer)) => {
                        if let Ok(slot) = answer {
                            own.note(endpoint, slot);
                        }
                        return answer;
                    }
                    // Its answer came too late; the slot is lost.
                    Ok(None) => continue,
                    Err(error) => self.left_alone(&Error::no_redis(error)),
                }
            }
            match self.take_alone(endpoint, left, own) {
                Err(wait) if left.is_none_or(|left| wait <= left) => {
                    tokio::time::sleep(wait.min(PATIENCE)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Feishu has refused a call of this endpoint and asks to wait: all workers do.
    pub(crate) async fn pause(&self, endpoint: &'static Metadata, wait: Duration) {
        let keys = [self.key(endpoint, "paused")];
        let arguments = [wait.as_micros().to_string()];
        let paused: Result<i64, _> = self.redis.run(&self.redis.scripts.pause, &keys, &arguments).await;
        if let Err(error) = paused {
            self.left_alone(&Error::no_redis(error));
        }
    }

    /// What Redis says; `None` where it took too long to be true.
    async fn ask(
        &self,
        endpoint: &'static Metadata,
        quota: [Option<u32>; 2],
        most: Option<Duration>,
    ) -> Result<Option<Result<Instant, Duration>>, RedisError> {
        let keys = [
            self.key(endpoint, "calls"),
            self.key(endpoint, "paused"),
            self.redis.key(&self.tenant, "life"),
            self.redis.key(&self.tenant, "unknown"),
            self.redis.key(&self.tenant, "workers"),
        ];
        let asked = Instant::now();
        let (alone, arguments) = {
            let state = self.lock();
            let [second, minute] = quota.map(|calls| calls.unwrap_or(0).to_string());
            let ahead = state.own.map_or(0, |own| own.saturating_duration_since(asked).as_micros());
            let ahead = if state.alone == state.told { "-1".to_owned() } else { ahead.to_string() };
            let most = most.map_or("-1".to_owned(), |most| most.as_micros().to_string());
            let windows = [SECOND, MINUTE].map(|window| window.as_micros().to_string());
            let [second_long, minute_long] = windows;
            let worker = self.redis.worker.to_string();
            let life = state.life.clone();
            (state.alone, [second, minute, second_long, minute_long, most, worker, life, ahead])
        };
        let (wait, taken, life, workers, last): (u64, u8, String, u32, u64) =
            self.redis.run(&self.redis.scripts.slot, &keys, &arguments).await?;
        let now = Instant::now();
        self.heard(now, life, workers, Duration::from_micros(last), alone);
        let wait = Duration::from_micros(wait);
        if taken == 0 {
            return Ok(Some(Err(wait)));
        }
        if asked.elapsed() > STALE {
            return Ok(None);
        }
        let mut state = self.lock();
        state.own = state.own.max(Some(now + wait));
        Ok(Some(Ok(now + wait)))
    }

    fn heard(&self, now: Instant, life: String, workers: u32, last: Duration, alone: u64) {
        let back = {
            let mut state = self.lock();
            state.life = life;
            state.workers = workers;
            state.last = state.last.max(Some(now + last));
            state.told = state.told.max(alone);
            state.away.take().is_some()
        };
        if back {
            self.watch.notice(Notice::Together);
        }
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
    fn take_alone(
        &self,
        endpoint: &'static Metadata,
        most: Option<Duration>,
        own: &Limits,
    ) -> Result<Instant, Duration> {
        let now = Instant::now();
        let mut state = self.lock();
        let since = state.away.map_or(now, |away| away.since);
        // What others have taken before, or may be taking now, is over then. Who was always alone need not wait.
        let free = state.last.map(|last| last.max(since));
        let horizon = most.map_or(AHEAD, |most| most.min(AHEAD));
        let slot = own.take_share(endpoint, now, Some(horizon), state.workers.max(1), free)?;
        state.alone += 1;
        state.own = state.own.max(Some(slot));
        Ok(slot)
    }

    fn key(&self, endpoint: &Metadata, what: &str) -> String {
        self.redis.key(&self.tenant, &format!("{what}:{}", endpoint.name))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, and what it holds is whole at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
