//! Handles one delivery, from its claim to its end.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::delivery::Header;
use super::envelope::Arrived;
use super::handlers::{Events, KEEP};
use super::once::Begun;
use super::watch::{EventNotice, Outcome};
use crate::error::Error;

/// How long a claim lasts without being renewed: less than the 15 seconds after which Feishu delivers again.
const LEASE: Duration = Duration::from_secs(10);
/// Feishu waits for 3 seconds, including transit.
const SLOW: Duration = Duration::from_millis(2_500);
const LATE: Duration = Duration::from_millis(2_800);
/// After an early answer, a failed handler is repeated after these times, as Feishu would deliver.
const AGAIN: [Duration; 4] = [
    Duration::from_secs(15),
    Duration::from_secs(5 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(6 * 60 * 60),
];
/// Between two attempts to tell the store that an event is done.
const STORE_AGAIN: Duration = Duration::from_millis(250);
const STORE_AGAIN_AT_MOST: Duration = Duration::from_secs(1);

/// An event that is in work here.
struct Work {
    events: Arc<Events>,
    arrived: Arrived,
    key: String,
    claim: String,
    since: Instant,
    /// Held until the end.
    _room: OwnedSemaphorePermit,
}

/// Handles an event; returns whether Feishu may forget it.
///
/// The work continues if nobody waits for this any longer: a broken connection must not stop a handler half-way.
pub(super) async fn take(events: &Arc<Events>, arrived: Arrived) -> bool {
    let since = Instant::now();
    let notice = |header: &Header, outcome: Outcome<'_>| {
        events.watch.notice(&EventNotice { header, outcome, took: since.elapsed() });
    };
    let Ok(room) = Arc::clone(&events.room).try_acquire_owned() else {
        notice(&arrived.header, Outcome::NoRoom);
        return false;
    };
    let (key, claim) = (key(&arrived.header), format!("{:032x}", fastrand::u128(..)));
    // Without an ID it cannot be recognised.
    if !arrived.header.event_id.is_empty() {
        match tokio::time::timeout(SLOW, events.store.begin(&key, &claim, LEASE)).await {
            Ok(Ok(Begun::Claimed)) => {}
            Ok(Ok(Begun::Done)) => {
                notice(&arrived.header, Outcome::Repeated);
                return true;
            }
            // Its worker may still die; after a success Feishu would not deliver the event again.
            Ok(Ok(Begun::InWork)) => {
                notice(&arrived.header, Outcome::InWork);
                return false;
            }
            Ok(Err(error)) => {
                notice(&arrived.header, Outcome::NoStore(&error));
                return false;
            }
            Err(_) => {
                let error = Error::no_store("no answer in time");
                notice(&arrived.header, Outcome::NoStore(&error));
                return false;
            }
        }
    }
    let header = arrived.header.clone();
    let work = Work { events: Arc::clone(events), arrived, key, claim, since, _room: room };
    let mut work = tokio::spawn(work.run());
    if events.answer_first {
        return true;
    }
    // A task that panics or ends with its runtime has not succeeded.
    if let Ok(ended) = tokio::time::timeout_at(since + SLOW, &mut work).await {
        return ended.unwrap_or(false);
    }
    notice(&header, Outcome::Slow);
    match tokio::time::timeout_at(since + LATE, work).await {
        Ok(ended) => ended.unwrap_or(false),
        Err(_) => false,
    }
}

/// The ID of an event. Feishu's is unique; type and app are added in case an example is sent again and again.
fn key(header: &Header) -> String {
    format!("{} {} {}", header.app_id, header.event_type, header.event_id)
}

impl Work {
    /// Handles the event and returns whether that succeeded.
    async fn run(self) -> bool {
        let mut again = AGAIN.into_iter().filter(|_| self.events.answer_first);
        loop {
            if self.claimed(self.handle()).await {
                self.finish().await;
                return true;
            }
            let Some(wait) = again.next() else { break };
            self.claimed(tokio::time::sleep(wait)).await;
        }
        if self.is_claimed() {
            // If that fails, the lease ends by itself.
            drop(self.events.store.release(&self.key, &self.claim).await);
        }
        false
    }

    /// Runs the handlers; a panic counts as a failure.
    async fn handle(&self) -> bool {
        let handled = AssertUnwindSafe(self.events.handle(&self.arrived)).catch_unwind().await;
        let outcome = match &handled {
            Ok(Ok(true)) => Outcome::Handled,
            Ok(Ok(false)) => Outcome::Dropped,
            Ok(Err(error)) => Outcome::Failed(error),
            Err(_) => Outcome::Panicked,
        };
        self.notice(outcome);
        matches!(handled, Ok(Ok(_)))
    }

    /// Waits for something and keeps the claim meanwhile, as long as the store answers.
    async fn claimed<T>(&self, what: impl Future<Output = T>) -> T {
        match select(pin!(what), pin!(self.keep_claim())).await {
            Either::Left((what, _)) => what,
            Either::Right((never, _)) => match never {},
        }
    }

    async fn keep_claim(&self) -> Infallible {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            if !self.is_claimed() {
                continue;
            }
            if let Err(error) = self.events.store.renew(&self.key, &self.claim, LEASE).await {
                self.notice(Outcome::NoStore(&error));
            }
        }
    }

    /// Tells the store that the event is done, until it succeeds: otherwise it would be handled again.
    async fn finish(&self) {
        if !self.is_claimed() {
            return;
        }
        let (start, mut wait) = (Instant::now(), STORE_AGAIN);
        while let Err(error) = self.events.store.finish(&self.key, KEEP).await {
            self.notice(Outcome::NoStore(&error));
            if start.elapsed() >= KEEP {
                return;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(STORE_AGAIN_AT_MOST);
        }
    }

    fn is_claimed(&self) -> bool {
        !self.arrived.header.event_id.is_empty()
    }

    fn notice(&self, outcome: Outcome<'_>) {
        let took = self.since.elapsed();
        self.events.watch.notice(&EventNotice { header: &self.arrived.header, outcome, took });
    }
}
