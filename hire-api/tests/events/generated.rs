//! Properties of any delivery and any order of events, with random inputs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use hire_api::event::{Begun, Delivery, EventStore, Events, MemoryStore, Webhook};
use hire_api::{Error, Json, StoreFuture};
use hire_gen::mock::{Push, PushedEvent, Sealed};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{KEY, TOKEN, push};

/// The keys of deliveries.
#[derive(Clone, Copy, Debug)]
struct Secured {
    sealed: bool,
    token: bool,
}

impl Secured {
    fn push(self) -> Push {
        if self.sealed { push().with_encrypt_key(KEY) } else { push() }
    }

    fn webhook(self, events: Events) -> Webhook {
        match self {
            Self { sealed: false, .. } => Webhook::unencrypted(events, TOKEN).unwrap(),
            Self { token: false, .. } => Webhook::new(events, KEY).unwrap(),
            Self { token: true, .. } => {
                Webhook::new(events, KEY).unwrap().with_verification_token(TOKEN).unwrap()
            }
        }
    }
}

fn secured() -> impl Strategy<Value = Secured> {
    any::<(bool, bool)>().prop_map(|(sealed, token)| Secured { sealed, token })
}

fn payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    // Names with a meaning in the envelope are ordinary names in a payload.
    let name = prop_oneof![
        ".{1,8}",
        prop::sample::select(vec!["type", "token", "schema", "header", "challenge", "event", "encrypt"])
            .prop_map(str::to_owned),
    ];
    prop::collection::btree_map(name, value, 0..6).prop_map(|map| map.into_iter().collect())
}

fn event() -> impl Strategy<Value = PushedEvent> {
    ("[a-z]{1,8}(\\.[a-z_]{1,8}){0,3}", payload(), any::<bool>()).prop_map(|(name, payload, old)| {
        let event = PushedEvent::new(format!("{name}_v1"), payload);
        if old { event.in_v1() } else { event }
    })
}

/// Payloads by the names of their events.
type Taken = Arc<Mutex<Vec<(String, Value)>>>;

fn taking(taken: &Taken) -> Events {
    let taken = Arc::clone(taken);
    Events::new().on_every(move |delivery: Delivery<Json>| {
        taken.lock().unwrap().push((delivery.header.event_type, delivery.raw.parse().unwrap()));
        async { Ok(()) }
    })
}

fn answer(webhook: &Webhook, headers: &[(String, String)], body: &[u8]) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let headers = headers.iter().map(|(name, value)| (name, value));
    let answer = runtime.block_on(webhook.answer(headers, body));
    (answer.status, answer.body)
}

fn spelled(name: &str, upper: &[bool]) -> String {
    let letters = name.chars().zip(upper.iter().cycle());
    letters.map(|(c, upper)| if *upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn e42_any_delivery_is_taken_without_loss_whatever_the_case_and_order_of_its_headers(
        secured in secured(), event in event(), upper in prop::collection::vec(any::<bool>(), 1..9), turn in 0..4_usize,
    ) {
        let taken = Taken::default();
        let webhook = secured.webhook(taking(&taken));
        let mut sealed = secured.push().sealed(&event);
        for (name, _) in &mut sealed.headers {
            *name = spelled(name, &upper);
        }
        let count = sealed.headers.len();
        sealed.headers.rotate_left(turn % count);
        let expected: Value = serde_json::from_str(&push().enveloped(&event)).unwrap();
        prop_assert_eq!(answer(&webhook, &sealed.headers, sealed.body.as_bytes()).0, 200);
        // A replay is recognised.
        prop_assert_eq!(answer(&webhook, &sealed.headers, sealed.body.as_bytes()).0, 200);
        let taken = taken.lock().unwrap();
        prop_assert_eq!(taken.as_slice(), &[(event.event_type().to_owned(), expected["event"].clone())]);
    }

    #[test]
    fn e43_no_altered_delivery_is_taken(
        token in any::<bool>(), event in event(), other in event(), how in 0..8_u8, at in any::<prop::sample::Index>(), bit in 0..8_u8,
    ) {
        let taken = Taken::default();
        let secured = Secured { sealed: true, token };
        let webhook = secured.webhook(taking(&taken));
        let good = secured.push().sealed(&event);
        let another = secured.push().sealed(&other);
        let (mut headers, mut body) = (good.headers.clone(), good.body.clone().into_bytes());
        let signed: Vec<usize> = (0..headers.len()).filter(|at| headers[*at].0.starts_with("X-Lark")).collect();
        let header = signed[at.index(signed.len())];
        match how {
            0 => {
                let at = at.index(body.len());
                body[at] ^= 1 << bit;
            }
            1 => body.truncate(at.index(body.len())),
            2 => body.insert(at.index(body.len() + 1), b' '),
            3 => body = another.body.into_bytes(),
            4 => drop(headers.remove(header)),
            5 => headers[header].1 = another.headers[header].1.clone() + "0",
            6 => {
                headers[header].1.pop();
            }
            // Decrypted, with its original signature.
            _ => body = push().enveloped(&event).into_bytes(),
        }
        prop_assert_eq!(answer(&webhook, &headers, &body), (401, r#"{"msg":"refused"}"#.to_owned()));
        prop_assert!(taken.lock().unwrap().is_empty());
    }
}

/// A store that is sometimes unavailable.
#[derive(Default)]
struct Shaky {
    inner: MemoryStore,
    away: AtomicBool,
}

impl Shaky {
    fn reach<'a, T: Send + 'a>(
        &'a self,
        done: impl FnOnce(&'a MemoryStore) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        if self.away.load(Ordering::SeqCst) {
            return Box::pin(async { Err(Error::no_store("away")) });
        }
        done(&self.inner)
    }
}

impl EventStore for Shaky {
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun> {
        self.reach(|inner| inner.begin(event, claim, lease))
    }

    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()> {
        self.reach(|inner| inner.renew(event, claim, lease))
    }

    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()> {
        self.reach(|inner| inner.finish(event, keep))
    }

    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()> {
        self.reach(|inner| inner.release(event, claim))
    }
}

/// The state of one event.
#[derive(Default)]
struct Known {
    /// Running handlers.
    running: usize,
    succeeded: usize,
    answered: bool,
    /// Started after Feishu received its success.
    after_answer: bool,
    /// Started after it had succeeded.
    again: bool,
    /// Started while another one was running.
    twice: bool,
}

#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<BTreeMap<String, Known>>>);

impl Ledger {
    fn of<T>(&self, id: &str, look: impl FnOnce(&mut Known) -> T) -> T {
        look(self.0.lock().unwrap().entry(id.to_owned()).or_default())
    }

    /// Handles for a random time, possibly longer than a lease; then fails, panics or succeeds.
    fn events(&self, store: &Arc<Shaky>) -> Events {
        let ledger = self.clone();
        let events = Events::new().on_every(move |delivery: Delivery<Json>| {
            let (ledger, id) = (ledger.clone(), delivery.header.event_id);
            async move {
                ledger.of(&id, |known| {
                    known.after_answer |= known.answered;
                    known.again |= known.succeeded > 0;
                    known.twice |= known.running > 0;
                    known.running += 1;
                });
                let end = Ended(ledger.clone(), id.clone());
                tokio::time::sleep(Duration::from_millis(fastrand::u64(0..25_000) >> fastrand::u32(0..12)))
                    .await;
                match fastrand::u8(0..6) {
                    0 => return Err("no luck".into()),
                    1 => panic!("as the test wants it"),
                    _ => {}
                }
                drop(end);
                ledger.of(&id, |known| known.succeeded += 1);
                Ok(())
            }
        });
        // Observers may be as broken as handlers.
        events
            .with_store(Arc::clone(store))
            .with_observer(|_| assert!(fastrand::u8(0..20) > 0, "as the test wants it"))
    }
}

/// However a handler ends, it is no longer running.
struct Ended(Ledger, String);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.of(&self.1, |known| known.running -= 1);
    }
}

/// Delivers as Feishu does: until the answer is 200, at most five times, and sometimes once more. Some connections
/// break while the answer is pending.
async fn feishu(workers: &[Webhook], event: &PushedEvent, ledger: &Ledger) {
    for wait in [0, 15, 5 * 60, 60 * 60, 6 * 60 * 60, 60] {
        tokio::time::sleep(Duration::from_secs(wait)).await;
        let copies = (0..1 + usize::from(fastrand::u8(0..8) == 0)).map(|_| {
            let Sealed { headers, body, .. } = push().with_encrypt_key(KEY).sealed(event);
            let worker = workers[fastrand::usize(..workers.len())].clone();
            let patience = if fastrand::u8(0..5) == 0 { fastrand::u64(0..3_000) } else { 3_000 };
            async move {
                let answer = worker.answer(headers, body.as_bytes());
                let answer = tokio::time::timeout(Duration::from_millis(patience), answer).await;
                answer.is_ok_and(|answer| answer.status == 200)
            }
        });
        if join_all(copies).await.contains(&true) {
            ledger.of(event.id(), |known| known.answered = true);
            if fastrand::bool() {
                return;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn e44_no_event_is_handled_again_after_success_whatever_happens_meanwhile() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    fastrand::seed(seed);
    for outages in [false, true].repeat(10) {
        let (ledger, store) = (Ledger::default(), Arc::new(Shaky::default()));
        let workers = [(); 3].map(|()| Webhook::new(ledger.events(&store), KEY).unwrap());
        let events: Vec<_> = (0..40).map(|_| PushedEvent::new("hire.talent.deleted_v1", json!({}))).collect();
        let weather = async {
            loop {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(0..60_000))).await;
                store.away.store(outages && fastrand::bool(), Ordering::SeqCst);
            }
        };
        let delivered = join_all(events.iter().map(|event| feishu(&workers, event, &ledger)));
        tokio::select! {
            _ = delivered => {}
            () = weather => {}
        }
        let start = Instant::now();
        store.away.store(false, Ordering::SeqCst);
        while ledger.0.lock().unwrap().values().any(|known| known.running > 0) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(start.elapsed() < Duration::from_secs(60), "a handler never ends");
        }
        let known = ledger.0.lock().unwrap();
        for (id, known) in known.iter() {
            assert!(
                !known.answered || known.succeeded > 0,
                "{id}: Feishu was told of a success that never was"
            );
            assert!(!known.after_answer, "{id}: handled again after Feishu was told of its success");
            // While the store is unavailable, a claim can expire, and another worker then takes the event; otherwise
            // never.
            assert!(outages || !known.twice, "{id}: two handlers at once");
            assert!(outages || known.succeeded <= 1, "{id}: handled {} times", known.succeeded);
            assert!(outages || !known.again, "{id}: handled again after success");
        }
        assert!(
            known.values().filter(|known| known.succeeded > 0).count() > 20,
            "hardly anything was handled"
        );
    }
}
