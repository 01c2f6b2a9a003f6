//! Several workers of one app against a real Redis: one token, one count of calls, nothing lost.
//!
//! Each test starts its own `redis-server` on loopback; without one on this machine, it prints a message and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends with a panic, and says what it leaves out"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hire_api::{Client, Endpoint, Model, Notice, Observer, Redis, Retry};

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.second.get", method = "GET", path = "/open-apis/second", safety = "safe")]
#[hire(quota = "20/s", response = Nothing)]
struct Second {}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.minute.get", method = "GET", path = "/open-apis/minute", safety = "safe")]
#[hire(quota = "1000/min, 50/s", response = Nothing)]
struct Minute {}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Nothing {}

/// A Redis server that ends with the test.
struct Server {
    port: u16,
    process: Child,
    /// The file with the error of its clock.
    clock: Option<tempfile::TempDir>,
}

impl Server {
    /// `None`, with a message, if there is no `redis-server`.
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        match Self::launch(port, None) {
            Ok(process) => Some(Self { port, process, clock: None }),
            Err(error) => {
                println!("skipped: `redis-server` cannot be started: {error}");
                None
            }
        }
    }

    /// A server whose clock can be set; `None`, with a message, if this machine has no compiler for that.
    fn with_clock() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/redis/clock.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", source, "-o"]).arg(folder.path().join("clock.so"));
        if !compiler.status().is_ok_and(|status| status.success()) {
            println!("skipped: `cc` cannot compile {source}");
            return None;
        }
        std::fs::write(folder.path().join("clock"), "0").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        match Self::launch(port, Some(folder.path())) {
            Ok(process) => Some(Self { port, process, clock: Some(folder) }),
            Err(error) => {
                println!("skipped: `redis-server` cannot be started: {error}");
                None
            }
        }
    }

    fn set_clock(&self, seconds: i64) {
        std::fs::write(self.clock.as_ref().unwrap().path().join("clock"), seconds.to_string()).unwrap();
    }

    fn launch(port: u16, clock: Option<&Path>) -> std::io::Result<Child> {
        let port_text = port.to_string();
        let mut command = Command::new("redis-server");
        if let Some(folder) = clock {
            command.env("LD_PRELOAD", folder.join("clock.so")).env("CLOCK_FILE", folder.join("clock"));
        }
        let process = command
            .args(["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()?;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
        Ok(process)
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn restart(&mut self) {
        self.process = Self::launch(self.port, None).unwrap();
    }

    fn address(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A stub of Feishu: when calls arrived, and how many tokens were fetched.
#[derive(Clone, Default)]
struct Feishu {
    calls: Arc<Mutex<Vec<Instant>>>,
    fetches: Arc<Mutex<usize>>,
    /// Refused tokens.
    refused: Arc<Mutex<Vec<String>>>,
    /// The next call is told to wait this many seconds.
    busy: Arc<Mutex<Option<u64>>>,
}

impl Feishu {
    fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let here = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let here = here.clone();
                thread::spawn(move || here.connection(stream.unwrap()));
            }
        });
        url
    }

    fn connection(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            bytes.extend_from_slice(&buffer[..read]);
            // Requests are small here, and clients wait for the answer before they send another one.
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let complete = text.contains("\r\n\r\n") && (!text.starts_with("POST") || text.ends_with('}'));
            if !complete {
                continue;
            }
            bytes.clear();
            let busy = if text.starts_with("POST") { None } else { self.busy.lock().unwrap().take() };
            let (status, body) = match busy {
                Some(seconds) => (
                    format!("429 Too Many Requests\r\nx-ogw-ratelimit-reset: {seconds}"),
                    r#"{"code":99991400,"msg":"request trigger frequency limit"}"#.to_owned(),
                ),
                None => ("200 OK".to_owned(), self.answer(&text)),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    }

    fn answer(&self, request: &str) -> String {
        if request.starts_with("POST") {
            let number = {
                let mut fetches = self.fetches.lock().unwrap();
                *fetches += 1;
                *fetches
            };
            // Long enough for every worker to request one.
            thread::sleep(Duration::from_millis(100));
            return format!(r#"{{"code":0,"msg":"ok","tenant_access_token":"t-{number}","expire":7200}}"#);
        }
        let refused = self.refused.lock().unwrap();
        if refused.iter().any(|token| request.contains(&format!("Bearer {token}\r\n"))) {
            return r#"{"code":99991663,"msg":"no"}"#.to_owned();
        }
        drop(refused);
        self.calls.lock().unwrap().push(Instant::now());
        r#"{"code":0,"msg":"ok","data":{}}"#.to_owned()
    }

    fn fetches(&self) -> usize {
        *self.fetches.lock().unwrap()
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// The most calls in any span of this length.
    fn densest(&self, window: Duration) -> usize {
        let mut times = self.calls.lock().unwrap().clone();
        times.sort_unstable();
        let within =
            |first: usize| times[first..].iter().take_while(|time| **time < times[first] + window).count();
        (0..times.len()).map(within).max().unwrap_or(0)
    }
}

fn builder(url: &str, redis: &str) -> hire_api::ClientBuilder {
    let retry = Retry::new().with_deadline(Duration::from_secs(60));
    let builder = Client::builder("cli_test", "secret").with_base_url(url).with_retry(retry);
    builder.with_redis(Redis::new(redis).unwrap())
}

const TASKS: usize = 50;

/// One worker: a separate process, which the tests below start.
#[tokio::test]
#[ignore = "started by other tests"]
async fn worker() {
    let setting = |name: &str| std::env::var(name);
    let (Ok(url), Ok(redis), Ok(calls)) = (setting("TEST_URL"), setting("TEST_REDIS"), setting("TEST_CALLS"))
    else {
        return;
    };
    let (client, calls) = (builder(&url, &redis).build().unwrap(), calls.parse::<usize>().unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            for _ in 0..calls {
                match std::env::var_os("TEST_MINUTE") {
                    Some(_) => client.call(&Minute::new()).await.unwrap(),
                    None => client.call(&Second::new()).await.unwrap(),
                };
            }
        });
    }
    tasks.join_all().await;
}

/// Four workers of 50 tasks; each task makes this many calls.
fn workers(url: &str, redis: &str, calls: usize, minute: bool) -> Vec<Child> {
    let worker = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "worker", "--ignored", "--quiet"]);
        command.env("TEST_URL", url).env("TEST_REDIS", redis).env("TEST_CALLS", calls.to_string());
        if minute {
            command.env("TEST_MINUTE", "1");
        }
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    (0..4).map(|_| worker()).collect()
}

fn done(workers: Vec<Child>) {
    for mut worker in workers {
        assert!(worker.wait().unwrap().success(), "a worker has lost a call");
    }
}

#[test]
fn four_workers_fetch_one_token_and_never_call_too_often() {
    let Some(redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let workers = workers(&feishu.start(), &redis.address(), 1, false);
    done(workers);
    assert_eq!((feishu.calls(), feishu.fetches()), (4 * TASKS, 1));
    assert!(feishu.densest(Duration::from_secs(1)) <= 20, "{}", feishu.densest(Duration::from_secs(1)));
}

#[test]
fn nothing_is_lost_and_no_window_is_overrun_while_redis_is_restarted() {
    let Some(mut redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let workers = workers(&feishu.start(), &redis.address(), 1, false);
    while feishu.calls() < 30 {
        thread::sleep(Duration::from_millis(10));
    }
    redis.stop();
    thread::sleep(Duration::from_secs(5));
    let alone = feishu.calls();
    redis.restart();
    done(workers);
    assert_eq!((feishu.calls(), feishu.fetches()), (4 * TASKS, 1));
    assert!(alone > 30, "calls go on without Redis");
    assert!(feishu.densest(Duration::from_secs(1)) <= 20, "{}", feishu.densest(Duration::from_secs(1)));
}

#[test]
#[ignore = "takes over a minute: `cargo test -p hire-api --features redis --test redis -- --ignored both_windows`"]
fn both_windows_hold_for_four_workers_and_through_a_restart() {
    let Some(mut redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let workers = workers(&feishu.start(), &redis.address(), 6, true);
    while feishu.calls() < 200 {
        thread::sleep(Duration::from_millis(10));
    }
    redis.stop();
    thread::sleep(Duration::from_secs(2));
    redis.restart();
    done(workers);
    assert_eq!((feishu.calls(), feishu.fetches()), (6 * 4 * TASKS, 1));
    assert!(feishu.densest(Duration::from_secs(1)) <= 50, "{}", feishu.densest(Duration::from_secs(1)));
    assert!(feishu.densest(Duration::from_secs(60)) <= 1000, "{}", feishu.densest(Duration::from_secs(60)));
}

#[tokio::test]
async fn workers_that_are_refused_the_same_token_fetch_one_other() {
    let Some(redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let url = feishu.start();
    let clients: Vec<Client> = (0..4).map(|_| builder(&url, &redis.address()).build().unwrap()).collect();
    for client in &clients {
        client.call(&Second::new()).await.unwrap();
    }
    assert_eq!(feishu.fetches(), 1);
    feishu.refused.lock().unwrap().push("t-1".to_owned());
    let tasks: tokio::task::JoinSet<_> = clients
        .into_iter()
        .map(|client| async move { client.call(&Second::new()).await.map(drop) })
        .collect();
    assert!(tasks.join_all().await.into_iter().all(|call| call.is_ok()));
    assert_eq!(feishu.fetches(), 2);
}

/// Records all notices.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<&'static str>>>);

impl Observer for Notes {
    fn attempted(&self, _: &hire_api::Attempt<'_>) {}

    fn noticed(&self, notice: &Notice<'_>) {
        self.0.lock().unwrap().push(match notice {
            Notice::Alone(error) => {
                assert!(error.to_string().starts_with("Redis: "), "{error}");
                "alone"
            }
            Notice::Together => "together",
            Notice::ClockSet => "clock",
            _ => "token",
        });
    }
}

#[tokio::test]
async fn a_worker_goes_on_without_redis_says_so_and_comes_back() {
    let Some(mut redis) = Server::start() else { return };
    redis.stop();
    let (feishu, notes) = (Feishu::default(), Notes::default());
    let client = builder(&feishu.start(), &redis.address()).with_observer(notes.clone()).build().unwrap();
    client.call(&Second::new()).await.unwrap();
    client.call(&Second::new()).await.unwrap();
    assert_eq!(
        *notes.0.lock().unwrap(),
        ["alone", "token", "alone"],
        "once for the token, once for the calls"
    );
    redis.restart();
    let restarted = Instant::now();
    while notes.0.lock().unwrap().last() != Some(&"together") {
        assert!(restarted.elapsed() < Duration::from_secs(10), "{:?}", notes.0.lock().unwrap());
        client.call(&Second::new()).await.unwrap();
    }
    assert_eq!(feishu.fetches(), 1);
}

#[tokio::test]
async fn what_redis_holds_of_one_app_tenant_or_server_is_no_other_ones() {
    let Some(redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let url = feishu.start();
    let app = |id: &str| {
        let builder = Client::builder(id, "secret").with_base_url(url.clone());
        builder.with_redis(Redis::new(&redis.address()).unwrap()).build().unwrap()
    };
    for (calls, id) in ["cli_one", "cli_two", "cli_one"].into_iter().enumerate() {
        app(id).call(&Second::new()).await.unwrap();
        assert_eq!(feishu.fetches(), (calls + 1).min(2));
    }
    let elsewhere = Feishu::default();
    builder(&elsewhere.start(), &redis.address()).build().unwrap().call(&Second::new()).await.unwrap();
    assert_eq!(elsewhere.fetches(), 1);
}

#[tokio::test]
async fn whoever_gives_up_waiting_holds_up_no_worker() {
    let Some(redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let url = feishu.start();
    let [one, other] = [(); 2].map(|()| builder(&url, &redis.address()).build().unwrap());
    one.call(&Second::new()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for _ in 0..20 {
        one.call(&Second::new()).await.unwrap();
    }
    // When they give up, some wait for Redis and most of them in the queue.
    for wait in 0..200_u64 {
        let patience = Duration::from_micros(wait * 20);
        drop(tokio::time::timeout(patience, one.call(&Second::new())).await);
        drop(tokio::time::timeout(patience, other.call(&Second::new())).await);
    }
    let given_up = Instant::now();
    // Twenty a second: behind 400 others, this one would be sent after 20 seconds.
    other.call(&Second::new()).await.unwrap();
    assert!(given_up.elapsed() < Duration::from_secs(8), "{:?}", given_up.elapsed());
    assert!(feishu.densest(Duration::from_secs(1)) <= 20, "{}", feishu.densest(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_wait_that_feishu_asks_for_binds_all_workers() {
    let Some(redis) = Server::start() else { return };
    let feishu = Feishu::default();
    let url = feishu.start();
    let [one, other] = [(); 2].map(|()| builder(&url, &redis.address()).build().unwrap());
    other.call(&Second::new()).await.unwrap();
    *feishu.busy.lock().unwrap() = Some(3);
    let asked = Instant::now();
    let told = tokio::spawn(async move { one.call(&Second::new()).await.map(drop) });
    while feishu.busy.lock().unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    other.call(&Second::new()).await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(2900), "{:?}", asked.elapsed());
    told.await.unwrap().unwrap();
    // Other endpoints do not wait.
    let asked = Instant::now();
    other.call(&Minute::new()).await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_clock_that_is_set_costs_one_window_and_no_quota() {
    for seconds in [-3600, 3600] {
        let Some(redis) = Server::with_clock() else { return };
        let (feishu, notes) = (Feishu::default(), Notes::default());
        let url = feishu.start();
        let observed = builder(&url, &redis.address()).with_observer(notes.clone()).build().unwrap();
        let other = builder(&url, &redis.address()).build().unwrap();
        for _ in 0..15 {
            observed.call(&Second::new()).await.unwrap();
            other.call(&Minute::new()).await.unwrap();
        }
        redis.set_clock(seconds);
        let set = Instant::now();
        for _ in 0..10 {
            observed.call(&Second::new()).await.unwrap();
            other.call(&Second::new()).await.unwrap();
        }
        assert!(set.elapsed() < Duration::from_secs(15), "{seconds} s: {:?}", set.elapsed());
        assert!(notes.0.lock().unwrap().contains(&"clock"), "{:?}", notes.0.lock().unwrap());
        let calls = feishu.calls.lock().unwrap().len();
        assert_eq!(calls, 50);
        // Each endpoint has its own count: 15 calls at once, and 20 a second of this one.
        let since_set: Vec<Instant> =
            feishu.calls.lock().unwrap().iter().copied().filter(|at| *at >= set).collect();
        assert!(since_set[0] - set >= Duration::from_millis(900), "it is not known when the last ones were");
    }
}

#[test]
fn the_address_of_redis_is_not_shown() {
    let redis = Redis::new("redis://user:canary@127.0.0.1:1/").unwrap();
    assert!(!format!("{redis:?}").contains("canary"));
    let error = Redis::new("nonsense://user:canary@127.0.0.1:1/").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}
