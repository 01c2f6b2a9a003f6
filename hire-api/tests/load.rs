//! Load tests that take minutes or are meaningful only in release:
//! `cargo test --release -p hire-api --test load -- --ignored --nocapture --test-threads 1`. docs/reliability.md has
//! the results.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends with a panic, and says what it measures"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hire_api::{Client, Endpoint, File, Model, Quotas};

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.get", method = "GET", path = "/open-apis/records/:id", safety = "safe")]
#[hire(response = Record)]
struct Get {
    #[hire(path)]
    id: String,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.attach", method = "POST", path = "/open-apis/records/attach", response = Record)]
struct Attach {
    #[hire(multipart)]
    content: File,
}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Record {
    id: Option<String>,
}

const ANSWER: &str = r#"{"code":0,"msg":"ok","data":{"id":"1"}}"#;

/// A server that answers immediately; tokens live for this many seconds.
fn server(life: u64) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let fetches = Arc::new(AtomicUsize::new(0));
    let here = Arc::clone(&fetches);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let fetches = Arc::clone(&here);
            thread::spawn(move || connection(stream.unwrap(), life, &fetches));
        }
    });
    (url, fetches)
}

fn connection(mut stream: TcpStream, life: u64, fetches: &AtomicUsize) {
    stream.set_nodelay(true).unwrap();
    let (mut buffer, mut head) = (vec![0; 1 << 16], Vec::new());
    loop {
        let Ok(read @ 1..) = stream.read(&mut buffer) else { return };
        head.extend_from_slice(&buffer[..read]);
        let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&head[..end]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut left = length.map_or(0, |length| length.parse::<usize>().unwrap());
        left -= head.len() - end - 4;
        while left > 0 {
            let Ok(read @ 1..) = stream.read(&mut buffer) else { return };
            left -= read;
        }
        let token = text.contains("/auth/").then(|| {
            let number = fetches.fetch_add(1, Ordering::Relaxed);
            format!(r#"{{"code":0,"tenant_access_token":"t-{number}","expire":{life}}}"#)
        });
        let body = token.as_deref().unwrap_or(ANSWER);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
        head.clear();
    }
}

fn client(url: &str) -> Client {
    let builder = Client::builder("cli_load", "secret").with_base_url(url);
    builder.with_quotas(Quotas::Ignore).build().unwrap()
}

/// The memory of this process, in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// This many calls, by 32 tasks.
async fn calls(client: &Client, count: usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let client = client.clone();
        tasks.spawn(async move {
            for _ in 0..count / 32 {
                let record = client.call(&Get::new("r1")).await.unwrap();
                assert!(record.id.is_some());
            }
        });
    }
    tasks.join_all().await;
}

/// The median and the 99th percentile.
fn quantiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1e6;
    (at(50), at(99))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, for release; docs/reliability.md has the command"]
async fn l05_calls_a_second_and_what_a_call_adds_to_one_by_hand() {
    // The hand-written client needs a provider, although it uses plain HTTP here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (url, _) = server(7200);
    let (client, http) = (client(&url), by_hand());
    calls(&client, 3_200).await;
    let started = Instant::now();
    calls(&client, 64_000).await;
    println!("{:.0} calls a second by 32 tasks", 64_000.0 / started.elapsed().as_secs_f64());
    let address = format!("{url}/open-apis/records/r1");
    let (mut ours, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..20_000 {
        let started = Instant::now();
        client.call(&Get::new("r1")).await.unwrap();
        ours.push(started.elapsed());
        let started = Instant::now();
        let answer = http.get(&address).bearer_auth("t-0").send().await.unwrap().bytes().await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["data"]["id"], "1");
        by_hand.push(started.elapsed());
    }
    let ((half, most), (half_by_hand, most_by_hand)) = (quantiles(ours), quantiles(by_hand));
    println!("median {half:.0} µs, by hand {half_by_hand:.0} µs: {:.3}", half / half_by_hand);
    println!("99 of 100 within {most:.0} µs, by hand {most_by_hand:.0} µs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, for release; docs/reliability.md has the command"]
async fn l06_a_million_calls_over_many_tokens_leave_nothing_behind() {
    // Renewed after half of its life.
    let (url, fetches) = server(3);
    let client = client(&url);
    calls(&client, 100_000).await;
    let (memory, files, started) = (resident(), open_files(), Instant::now());
    calls(&client, 1_000_000).await;
    let (grown, tokens) = (resident() - memory, fetches.load(Ordering::Relaxed));
    println!(
        "{:.0} s, {tokens} tokens, {grown:+.1} MiB, {files} files before, {} after",
        started.elapsed().as_secs_f64(),
        open_files()
    );
    assert!(grown < 16.0 && tokens >= 12 && open_files() <= files + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "300 MiB, for release; docs/reliability.md has the command"]
async fn l10_a_large_file_is_never_held_whole() {
    let (url, _) = server(7200);
    let client = client(&url);
    client.call(&Get::new("r1")).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(300 << 20).unwrap();
    let before = resident();
    let most = Arc::new(std::sync::Mutex::new(0.0_f64));
    let here = Arc::clone(&most);
    let file = File::open(file.path()).unwrap().on_progress(move |_, _| {
        let mut most = here.lock().unwrap();
        *most = most.max(resident());
    });
    let started = Instant::now();
    client.call(&Attach::new(file)).await.unwrap();
    let grown = *most.lock().unwrap() - before;
    println!("300 MiB in {:.1} s, {grown:+.1} MiB of memory", started.elapsed().as_secs_f64());
    assert!(grown < 32.0);
}

/// The same precautions by hand: no proxies, and a timeout.
fn by_hand() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
}
