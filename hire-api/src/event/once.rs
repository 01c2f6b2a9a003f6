//! Handles an event once, however often Feishu delivers it: a store of the events that are in work or done.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::call::sharing::StoreFuture;

/// Remembers which events are in work and which are done, for one worker or several.
///
/// An event in work belongs to a claim, a unique text. A claim lasts for its lease and is renewed while the event is
/// handled, so that an event whose worker died is handled again.
///
/// # Errors
///
/// Every method fails if the store is unreachable; [`Error::no_store`](crate::Error::no_store) creates the error. An
/// event that cannot be claimed is not handled, and Feishu delivers it again.
pub trait EventStore: Send + Sync + 'static {
    /// Claims an event, unless it is done or has another valid claim.
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun>;

    /// Renews a claim for another lease. A claim that has expired or was lost is restored, since its handler still
    /// runs, unless the event has another valid claim or is done.
    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()>;

    /// Marks the event as done, whoever has claimed it, for the time `keep`.
    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()>;

    /// Releases a claim: the event can be claimed at once.
    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()>;
}

/// The result of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The claim succeeded.
    Claimed,
    /// Another claim is valid.
    InWork,
    /// The event is done.
    Done,
}

impl<T: EventStore + ?Sized> EventStore for Arc<T> {
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun> {
        (**self).begin(event, claim, lease)
    }

    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()> {
        (**self).renew(event, claim, lease)
    }

    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()> {
        (**self).finish(event, keep)
    }

    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()> {
        (**self).release(event, claim)
    }
}

/// Remembers events in the memory of this process.
///
/// It is enough for one worker that may, after a restart, handle a repeated delivery again.
pub struct MemoryStore {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    /// The done events, oldest first, and how long each is remembered.
    done: VecDeque<(Instant, String)>,
}

enum Entry {
    InWork { claim: String, until: Instant },
    Done,
}

/// A busy tenant sends a few events a second; this is three a second for eight hours.
const MOST: usize = 100_000;

impl MemoryStore {
    /// Creates an empty store for the last 100,000 events.
    pub fn new() -> Self {
        Self { most: MOST, state: Mutex::default() }
    }

    /// Sets how many events are remembered; the oldest are forgotten first.
    #[must_use]
    pub fn with_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held, and its contents are complete at every step.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.forget(self.most, Instant::now());
        state
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("most", &self.most).finish_non_exhaustive()
    }
}

impl State {
    fn forget(&mut self, most: usize, now: Instant) {
        while let Some((until, _)) = self.done.front()
            && (*until <= now || self.done.len() > most)
        {
            if let Some((_, event)) = self.done.pop_front() {
                self.entries.remove(&event);
            }
        }
    }

    fn begin(&mut self, event: &str, claim: &str, until: Instant, now: Instant) -> Begun {
        match self.entries.get(event) {
            Some(Entry::Done) => return Begun::Done,
            Some(Entry::InWork { claim: by, until }) if *until > now && by != claim => return Begun::InWork,
            _ => {}
        }
        self.entries.insert(event.to_owned(), Entry::InWork { claim: claim.to_owned(), until });
        Begun::Claimed
    }

    fn is_claimed(&self, event: &str, by: &str) -> bool {
        matches!(self.entries.get(event), Some(Entry::InWork { claim, .. }) if claim == by)
    }
}

impl EventStore for MemoryStore {
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun> {
        let now = Instant::now();
        let begun = self.state().begin(event, claim, now + lease, now);
        Box::pin(async move { Ok(begun) })
    }

    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()> {
        let now = Instant::now();
        self.state().begin(event, claim, now + lease, now);
        Box::pin(async { Ok(()) })
    }

    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()> {
        let mut state = self.state();
        if !matches!(state.entries.insert(event.to_owned(), Entry::Done), Some(Entry::Done)) {
            state.done.push_back((Instant::now() + keep, event.to_owned()));
        }
        Box::pin(async { Ok(()) })
    }

    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()> {
        let mut state = self.state();
        if state.is_claimed(event, claim) {
            state.entries.remove(event);
        }
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(10);
    const KEEP: Duration = Duration::from_secs(8 * 60 * 60);

    #[tokio::test(start_paused = true)]
    async fn e10_a_claim_ends_with_its_lease_and_what_is_done_stays_done() {
        let store = MemoryStore::new();
        assert_eq!(store.begin("a", "1", LEASE).await.unwrap(), Begun::Claimed);
        assert_eq!(store.begin("a", "2", LEASE).await.unwrap(), Begun::InWork);
        tokio::time::advance(LEASE / 2).await;
        store.renew("a", "1", LEASE).await.unwrap();
        tokio::time::advance(LEASE / 2).await;
        assert_eq!(store.begin("a", "2", LEASE).await.unwrap(), Begun::InWork);
        tokio::time::advance(LEASE / 2).await;
        assert_eq!(store.begin("a", "2", LEASE).await.unwrap(), Begun::Claimed);
        // The first worker was only slow: its claim is lost and must not release the second one's.
        store.renew("a", "1", LEASE).await.unwrap();
        store.release("a", "1").await.unwrap();
        assert_eq!(store.begin("a", "3", LEASE).await.unwrap(), Begun::InWork);
        store.finish("a", KEEP).await.unwrap();
        tokio::time::advance(KEEP - Duration::from_secs(1)).await;
        assert_eq!(store.begin("a", "4", LEASE).await.unwrap(), Begun::Done);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(store.begin("a", "4", LEASE).await.unwrap(), Begun::Claimed);
    }

    #[tokio::test(start_paused = true)]
    async fn e11_memory_is_bounded() {
        let store = MemoryStore::new().with_most(100);
        for event in 0..10_000 {
            let event = event.to_string();
            store.begin(&event, "c", LEASE).await.unwrap();
            store.finish(&event, KEEP).await.unwrap();
            store.finish(&event, KEEP).await.unwrap();
        }
        let held = {
            let state = store.state();
            state.entries.len().max(state.done.len())
        };
        assert!(held <= 100, "{held}");
        assert_eq!(store.begin("9999", "c", LEASE).await.unwrap(), Begun::Done);
    }
}
