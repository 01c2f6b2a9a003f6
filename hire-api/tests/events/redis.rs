//! Three workers that share a Redis, which is restarted, and workers that crash: every event is handled, and never
//! again after Feishu received a success.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use hire_api::Redis;
use hire_api::event::{Begun, EventStore, Events, Webhook};
use hire_gen::mock::{PushedEvent, Sealed};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::{KEY, sealed};

/// A persistent Redis on loopback.
struct Server {
    port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

impl Server {
    /// `None`, with a message, if there is no `redis-server`.
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        match launch(port, folder.path()) {
            Ok(process) => Some(Self { port, folder, process }),
            Err(error) => {
                println!("skipped: `redis-server` cannot be started: {error}");
                None
            }
        }
    }

    fn restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = launch(self.port, self.folder.path()).unwrap();
    }

    fn redis(&self) -> Redis {
        Redis::new(&format!("redis://127.0.0.1:{}/", self.port)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(port: u16, folder: &Path) -> std::io::Result<Child> {
    let port_text = port.to_string();
    let process = Command::new("redis-server")
        .args(["--port", &port_text, "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder)
        .stdout(Stdio::null())
        .spawn()?;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(process)
}

#[tokio::test]
async fn e21_what_redis_remembers_survives_it() {
    let Some(mut server) = Server::start() else { return };
    let (redis, lease, keep) = (server.redis(), Duration::from_millis(300), Duration::from_secs(60));
    assert_eq!(redis.begin("a", "1", lease).await.unwrap(), Begun::Claimed);
    assert_eq!(redis.begin("a", "2", lease).await.unwrap(), Begun::InWork);
    redis.release("a", "2").await.unwrap();
    assert_eq!(redis.begin("a", "2", lease).await.unwrap(), Begun::InWork);
    redis.renew("a", "1", Duration::from_secs(60)).await.unwrap();
    tokio::time::sleep(lease * 2).await;
    redis.renew("a", "2", lease).await.unwrap();
    assert_eq!(redis.begin("a", "2", lease).await.unwrap(), Begun::InWork);
    redis.release("a", "1").await.unwrap();
    assert_eq!(redis.begin("a", "2", lease).await.unwrap(), Begun::Claimed);
    tokio::time::sleep(lease * 2).await;
    assert_eq!(redis.begin("a", "3", lease).await.unwrap(), Begun::Claimed);
    redis.finish("a", keep).await.unwrap();
    redis.renew("a", "3", lease).await.unwrap();
    // A running handler gets its expired claim back, unless another worker has it now.
    assert_eq!(redis.begin("b", "1", lease).await.unwrap(), Begun::Claimed);
    tokio::time::sleep(lease * 2).await;
    redis.renew("b", "1", Duration::from_secs(60)).await.unwrap();
    assert_eq!(redis.begin("b", "2", lease).await.unwrap(), Begun::InWork);
    server.restart();
    let begun = loop {
        // The first command after a restart finds a broken connection.
        if let Ok(begun) = redis.begin("a", "4", lease).await {
            break begun;
        }
    };
    assert_eq!(begun, Begun::Done);
}

#[test]
fn e22_every_event_of_a_thousand_is_handled_and_none_again_after_success() {
    deliver(1_000);
}

#[test]
#[ignore = "takes some minutes; docs/reliability.md has the command"]
fn e22_every_event_of_ten_thousand_is_handled_and_none_again_after_success() {
    deliver(10_000);
}

/// The state of all events, as seen by workers and senders.
#[derive(Default)]
struct Ledger {
    /// How often each was handled completely.
    handled: Mutex<BTreeMap<String, usize>>,
    /// Events answered with 200.
    answered: Mutex<BTreeSet<String>>,
    /// Handling started after an answer with 200.
    again: AtomicUsize,
    crashed: Mutex<BTreeSet<String>>,
}

struct Worker {
    runtime: Runtime,
    webhook: Webhook,
}

impl Worker {
    fn new(number: usize, redis: Redis, ledger: &Arc<Ledger>, crash: &mpsc::Sender<usize>) -> Self {
        let (ledger, crash) = (Arc::clone(ledger), crash.clone());
        let events = Events::new().with_store(redis).on_every(move |delivery| {
            let (ledger, crash) = (Arc::clone(&ledger), crash.clone());
            async move {
                let id = delivery.header.event_id;
                if ledger.answered.lock().unwrap().contains(&id) {
                    ledger.again.fetch_add(1, Ordering::SeqCst);
                }
                let event: usize = id.parse()?;
                if event % 50 == 25 && ledger.crashed.lock().unwrap().insert(id.clone()) {
                    crash.send(number)?;
                    std::future::pending::<()>().await;
                }
                if event.is_multiple_of(10) {
                    tokio::time::sleep(Duration::from_millis(3_100)).await;
                }
                *ledger.handled.lock().unwrap().entry(id).or_default() += 1;
                Ok(())
            }
        });
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { runtime, webhook: Webhook::new(events, KEY).unwrap() }
    }
}

/// Feishu repeats for seven hours, this test for seven minutes.
const PATIENCE: usize = 600;

type Workers = Arc<Mutex<Vec<Worker>>>;

fn deliver(count: usize) {
    let Some(mut server) = Server::start() else { return };
    let ledger = Arc::new(Ledger::default());
    let (crash, crashes) = mpsc::channel();
    let worker = |number| Worker::new(number, server.redis(), &ledger, &crash);
    let workers: Workers = Arc::new(Mutex::new((0..3).map(worker).collect()));
    let sender = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let gate = Arc::new(tokio::sync::Semaphore::new(200));
    let deliveries: Vec<_> = (0..count)
        .map(|event| {
            let (workers, ledger, gate) = (Arc::clone(&workers), Arc::clone(&ledger), Arc::clone(&gate));
            sender.spawn(async move {
                let _one = gate.acquire().await.unwrap();
                one(event, &workers, &ledger).await
            })
        })
        .collect();
    let (mut restarted, mut memory) = (false, 0);
    while deliveries.iter().any(|delivery| !delivery.is_finished()) {
        if let Ok(number) = crashes.recv_timeout(Duration::from_millis(20)) {
            let fresh = Worker::new(number, server.redis(), &ledger, &crash);
            let dead = std::mem::replace(&mut workers.lock().unwrap()[number], fresh);
            // All its work ends here.
            dead.runtime.shutdown_background();
        }
        let answered = ledger.answered.lock().unwrap().len();
        if !restarted && answered > count / 3 {
            restarted = true;
            memory = resident();
            server.restart();
        }
    }
    let delivered = deliveries.into_iter().map(|delivery| sender.block_on(delivery).unwrap());
    let lost = delivered.filter(|delivered| !delivered).count();
    let handled = ledger.handled.lock().unwrap();
    let grown = resident().saturating_sub(memory);
    println!("{count} events, {} crashes, +{grown} KiB", ledger.crashed.lock().unwrap().len());
    assert!(restarted);
    assert_eq!((lost, handled.len(), ledger.again.load(Ordering::SeqCst)), (0, count, 0));
    assert!(grown < 64 * 1024, "{grown} KiB more");
}

/// Delivers an event until it is answered with 200, and sometimes once more.
async fn one(event: usize, workers: &Workers, ledger: &Ledger) -> bool {
    let pushed = PushedEvent::new("hire.offer.status_changed_v1", json!({})).with_id(event.to_string());
    for attempt in 0..PATIENCE {
        if post((event + attempt) % 3, sealed().sealed(&pushed), workers).await == Some(200) {
            ledger.answered.lock().unwrap().insert(event.to_string());
            return !event.is_multiple_of(7) || again(event, workers, &pushed).await;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    false
}

/// Feishu may deliver an event again although it was answered.
async fn again(event: usize, workers: &Workers, pushed: &PushedEvent) -> bool {
    for attempt in 0..PATIENCE {
        if post((event + attempt + 1) % 3, sealed().sealed(pushed), workers).await == Some(200) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    false
}

/// The answer of a worker; `None` if it crashed.
async fn post(worker: usize, sealed: Sealed, workers: &Workers) -> Option<u16> {
    let answering = {
        let workers = workers.lock().unwrap();
        let (runtime, webhook) = (workers[worker].runtime.handle(), workers[worker].webhook.clone());
        runtime.spawn(async move { webhook.answer(sealed.headers, sealed.body.as_bytes()).await.status })
    };
    answering.await.ok()
}

/// In KiB; 0 if the system does not report it.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
