//! Every event is handled, and never again after success, whatever happens in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hire_api::event::{Begun, EventStore, Events, MemoryStore, Outcome};
use hire_api::{Error, StoreFuture};
use tokio::time::Instant;

use super::{Seen, sealed, stage_changed, status, webhook};

/// Fails this many times, then succeeds.
fn failing(times: u32, seen: &Seen, panics: bool) -> Events {
    let (left, seen) = (AtomicU32::new(times), seen.clone());
    Events::new().on_every(move |_| {
        let fails = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        assert!(!(fails && panics), "as the test wants it");
        seen.note(if fails { "failed" } else { "handled" });
        async move { if fails { Err("no luck".into()) } else { Ok(()) } }
    })
}

#[tokio::test]
async fn e09_a_failure_or_a_panic_is_answered_500_and_the_next_delivery_is_handled() {
    for panics in [false, true] {
        let seen = Seen::default();
        let webhook = webhook(failing(2, &seen, panics));
        let delivery = sealed().sealed(&stage_changed());
        for expected in [500, 500, 200, 200] {
            assert_eq!(status(&webhook, &delivery).await, expected);
        }
        let handled = seen.all().into_iter().filter(|what| what == "handled").count();
        assert_eq!(handled, 1);
    }
}

#[tokio::test]
async fn e10_five_deliveries_to_three_workers_are_handled_once() {
    let (seen, store) = (Seen::default(), Arc::new(MemoryStore::new()));
    let workers = [0, 1, 2].map(|_| webhook(seen.events().with_store(Arc::clone(&store))));
    let event = stage_changed();
    let deliveries: Vec<_> = (0..5).map(|_| sealed().sealed(&event)).collect();
    let all = deliveries.iter().zip(workers.iter().cycle());
    let answers = futures_util::future::join_all(all.map(|(sealed, worker)| status(worker, sealed))).await;
    assert!(answers.contains(&200));
    assert_eq!(status(&workers[0], &deliveries[0]).await, 200);
    assert_eq!(seen.all(), [event.id()]);
}

#[tokio::test(start_paused = true)]
async fn e10_what_dies_with_its_worker_is_handled_by_another() {
    let (seen, store) = (Seen::default(), Arc::new(MemoryStore::new()));
    // The claim of a dead worker.
    let event = stage_changed();
    let key = format!("cli_mock {} {}", event.event_type(), event.id());
    store.begin(&key, "dead", Duration::from_secs(10)).await.unwrap();
    let webhook = webhook(seen.events().with_store(Arc::clone(&store)));
    assert_eq!(status(&webhook, &sealed().sealed(&event)).await, 500);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(status(&webhook, &sealed().sealed(&event)).await, 200);
    assert_eq!(seen.all(), [event.id()]);
}

#[tokio::test(start_paused = true)]
async fn e12_a_slow_handler_is_told_and_goes_on_after_the_answer() {
    let (seen, notices) = (Seen::default(), Seen::default());
    let (note, told) = (seen.clone(), notices.clone());
    let events = Events::new()
        .on_every(move |_| {
            let note = note.clone();
            async move {
                // Longer than a lease: the claim is renewed.
                tokio::time::sleep(Duration::from_secs(25)).await;
                note.note("handled");
                Ok(())
            }
        })
        .with_observer(move |notice| told.note(format!("{:?}", notice.outcome)));
    let events = Arc::new(events);
    let webhook = hire_api::event::Webhook::new(Arc::clone(&events), super::KEY).unwrap();
    let (start, delivery) = (Instant::now(), sealed().sealed(&stage_changed()));
    assert_eq!(status(&webhook, &delivery).await, 500);
    assert_eq!(start.elapsed(), Duration::from_millis(2_800));
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(status(&webhook, &delivery).await, 500);
    events.idle().await;
    assert_eq!(start.elapsed(), Duration::from_secs(25));
    assert_eq!(status(&webhook, &delivery).await, 200);
    assert_eq!(seen.all(), ["handled"]);
    assert_eq!(notices.all(), ["Slow", "InWork", "Handled", "Repeated"]);
}

#[tokio::test(start_paused = true)]
async fn e13_answered_first_an_event_is_handled_then_and_again_after_a_failure() {
    let seen = Seen::default();
    let events = Arc::new(failing(2, &seen, false).with_answer_first());
    let webhook = hire_api::event::Webhook::new(Arc::clone(&events), super::KEY).unwrap();
    let (start, delivery) = (Instant::now(), sealed().sealed(&stage_changed()));
    assert_eq!(status(&webhook, &delivery).await, 200);
    assert_eq!(start.elapsed(), Duration::ZERO);
    events.idle().await;
    assert_eq!(start.elapsed(), Duration::from_secs(15 + 5 * 60));
    assert_eq!(seen.all(), ["failed", "failed", "handled"]);
    assert_eq!(status(&webhook, &delivery).await, 200);
    assert_eq!(seen.all().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn e14_a_handler_outlives_the_connection_that_brought_its_event() {
    let (seen, note) = (Seen::default(), Seen::default());
    let inner = seen.clone();
    let events = Events::new().on_every(move |_| {
        let inner = inner.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            inner.note("handled");
            Ok(())
        }
    });
    let webhook = webhook(events);
    let delivery = sealed().sealed(&stage_changed());
    let answer = tokio::time::timeout(Duration::from_millis(500), status(&webhook, &delivery)).await;
    assert!(answer.is_err());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(seen.all(), ["handled"]);
    assert_eq!(status(&webhook, &delivery).await, 200);
    drop(note);
}

/// A store that is temporarily unavailable.
#[derive(Default)]
struct Shaky {
    inner: MemoryStore,
    away: std::sync::atomic::AtomicBool,
}

impl Shaky {
    fn reach<T: Send + 'static>(&self, value: T) -> StoreFuture<'_, T> {
        let away = self.away.load(Ordering::SeqCst);
        Box::pin(async move { if away { Err(Error::no_store("away")) } else { Ok(value) } })
    }
}

impl EventStore for Shaky {
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun> {
        Box::pin(async move {
            self.reach(()).await?;
            self.inner.begin(event, claim, lease).await
        })
    }

    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.reach(()).await?;
            self.inner.renew(event, claim, lease).await
        })
    }

    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.reach(()).await?;
            self.inner.finish(event, keep).await
        })
    }

    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.reach(()).await?;
            self.inner.release(event, claim).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn e17_without_its_store_nothing_is_handled_and_what_was_done_is_told_later() {
    let (seen, store) = (Seen::default(), Arc::new(Shaky::default()));
    let (note, away) = (seen.clone(), Arc::clone(&store));
    let events = Events::new()
        .on_every(move |_| {
            note.note("handled");
            // It becomes unavailable while the handler runs.
            away.away.store(true, Ordering::SeqCst);
            async { Ok(()) }
        })
        .with_store(Arc::clone(&store));
    let webhook = webhook(events);
    let (first, second) = (sealed().sealed(&stage_changed()), sealed().sealed(&stage_changed()));
    assert_eq!(status(&webhook, &first).await, 500);
    assert_eq!(status(&webhook, &second).await, 500);
    assert_eq!(seen.all(), ["handled"]);
    // Longer than a lease: only the completed work prevents a second handling.
    tokio::time::sleep(Duration::from_secs(60)).await;
    store.away.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(status(&webhook, &first).await, 200);
    assert_eq!(seen.all(), ["handled"]);
}

#[tokio::test(start_paused = true)]
async fn e18_more_than_may_be_in_work_is_delivered_again() {
    let notices = Seen::default();
    let told = notices.clone();
    let events = Events::new()
        .on_every(|_| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(())
        })
        .with_most_in_work(1)
        .with_observer(move |notice| {
            if let Outcome::NoRoom = notice.outcome {
                told.note("no room");
            }
        });
    let webhook = webhook(events);
    let (first, second) = (sealed().sealed(&stage_changed()), sealed().sealed(&stage_changed()));
    let both = futures_util::future::join(status(&webhook, &first), status(&webhook, &second)).await;
    assert_eq!(both, (200, 500));
    assert_eq!(status(&webhook, &second).await, 200);
    assert_eq!(notices.all(), ["no room"]);
}
