//! The example `import_talents` against a server with every kind of fault, and with interrupted runs: every row becomes
//! one talent or is reported with a reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends with a panic"
)]

#[path = "../examples/import_talents/import.rs"]
mod import;
#[path = "../examples/import_talents/journal.rs"]
mod journal;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hire_api::{Client, Quotas, Retry, Stop};
use import::{Failure, Row, Settings, Tally};
use journal::Journal;
use serde_json::{Value, json};

/// Feishu on a bad day.
#[derive(Clone, Default)]
struct Feishu(Arc<Mutex<Day>>);

struct Day {
    chance: fastrand::Rng,
    /// How often a talent was created, by email.
    talents: BTreeMap<String, usize>,
    tokens: usize,
}

impl Default for Day {
    fn default() -> Self {
        Self { chance: fastrand::Rng::with_seed(7), talents: BTreeMap::new(), tokens: 0 }
    }
}

/// The fate of a request.
#[derive(Clone, Copy)]
enum Fate {
    Good,
    /// The connection breaks: before the request is processed, after, or during.
    LostBefore,
    LostAfter,
    LostMeanwhile,
    /// A system error, and whether the request was processed.
    Broken(bool),
    TooOften,
    TokenRefused,
}

impl Day {
    fn fate(&mut self) -> Fate {
        match self.chance.u32(0..1000) {
            0..20 => Fate::LostBefore,
            20..40 => Fate::LostAfter,
            40..45 => Fate::LostMeanwhile,
            45..55 => Fate::Broken(false),
            55..60 => Fate::Broken(true),
            60..110 => Fate::TooOften,
            110..120 => Fate::TokenRefused,
            _ => Fate::Good,
        }
    }

    fn create(&mut self, email: &str) -> Value {
        *self.talents.entry(email.to_owned()).or_default() += 1;
        json!({"talent_id": email})
    }
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
        while let Some((path, body)) = read(&mut stream) {
            let answer = self.answer(&path, &body);
            let Some((status, head, answer)) = answer else { return };
            let answer = answer.to_string();
            let head = format!("HTTP/1.1 {status} X\r\n{head}content-length: {}\r\n\r\n", answer.len());
            // The client may be gone.
            let _ = stream.write_all(format!("{head}{answer}").as_bytes());
        }
    }

    /// Status, headers and body; `None` if the connection breaks.
    fn answer(&self, path: &str, body: &Value) -> Option<(u16, &'static str, Value)> {
        let mut day = self.0.lock().unwrap();
        let ok = |data: Value| Some((200, "", json!({"code": 0, "msg": "ok", "data": data})));
        if path.contains("/auth/") {
            day.tokens += 1;
            return Some((
                200,
                "",
                json!({"code": 0, "tenant_access_token": format!("t-{}", day.tokens), "expire": 7200}),
            ));
        }
        let fate = day.fate();
        if path.ends_with("/batch_get_id") {
            let email = body["email_list"][0].as_str().unwrap();
            let found: Vec<Value> = day
                .talents
                .keys()
                .filter(|known| *known == email)
                .map(|id| json!({"talent_id": id}))
                .collect();
            return match fate {
                Fate::LostBefore | Fate::LostAfter => None,
                _ => ok(json!({"talent_list": found})),
            };
        }
        let email = body["basic_info"]["email"].as_str().unwrap();
        if email.starts_with("bad") {
            return Some((400, "", json!({"code": 1_002_002, "msg": "no"})));
        }
        match fate {
            Fate::Good => ok(day.create(email)),
            Fate::LostBefore => None,
            Fate::LostAfter => {
                day.create(email);
                None
            }
            Fate::LostMeanwhile => {
                let (here, email) = (self.clone(), email.to_owned());
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    here.0.lock().unwrap().create(&email);
                });
                None
            }
            Fate::Broken(processed) => {
                if processed {
                    day.create(email);
                }
                Some((500, "", json!({"code": 1_002_001, "msg": "system error"})))
            }
            Fate::TooOften => {
                Some((429, "x-ogw-ratelimit-reset: 0.01\r\n", json!({"code": 99_991_400, "msg": "slowly"})))
            }
            Fate::TokenRefused => Some((400, "", json!({"code": 99_991_663, "msg": "no"}))),
        }
    }
}

/// Path and body of a request; `None` at the end.
fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    Some((head.split(' ').nth(1).unwrap().to_owned(), serde_json::from_slice(&body).unwrap()))
}

fn rows(good: usize, bad: usize) -> Vec<Row> {
    let row = |kind: &str, number: usize| Row {
        key: format!("{kind}-{number}"),
        name: "候选人".to_owned(),
        email: format!("{kind}-{number}@mail.example"),
        mobile: String::new(),
    };
    (0..good).map(|number| row("good", number)).chain((0..bad).map(|number| row("bad", number))).collect()
}

fn client(url: &str) -> Client {
    let retry = Retry::new().with_base(Duration::from_millis(1)).with_attempts(10);
    let builder = Client::builder("cli_test", "secret").with_base_url(url).with_retry(retry);
    // With the quota of the spec this test would take ten minutes; tests/client/quotas.rs covers it.
    builder.with_quotas(Quotas::Ignore).build().unwrap()
}

async fn run(client: &Client, rows: &[Row], journal: &Path) -> (Tally, Vec<Failure>) {
    let (stop, patience) = (Stop::new(), Duration::from_millis(100));
    let settings = Settings { concurrency: 32, patience, stop: &stop };
    import::import(client, rows.to_vec(), Journal::open(journal).unwrap(), settings, |_| ()).await.unwrap()
}

/// Imports as often as necessary, and interrupts the first runs.
async fn through(good: usize, bad: usize, cuts: usize) {
    let (feishu, folder, rows) = (Feishu::default(), tempfile::tempdir().unwrap(), rows(good, bad));
    let (url, journal) = (feishu.start(), folder.path().join("talents.journal"));
    import::check(&rows).unwrap();
    for cut in 1..=cuts {
        let (url, rows, journal) = (url.clone(), rows.clone(), journal.clone());
        let task = tokio::spawn(async move { run(&client(&url), &rows, &journal).await });
        while !task.is_finished() && feishu.0.lock().unwrap().talents.len() < cut * good / (cuts + 1) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        task.abort();
        // The journal is released when the task ends.
        let _ = task.await;
        // Requests in transit arrive.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut refused = 0;
    loop {
        let (tally, failures) = run(&client(&url), &rows, &journal).await;
        assert_eq!(tally.all(), good + bad, "{tally:?}");
        assert_eq!(failures.len(), tally.refused + tally.in_doubt);
        refused += tally.refused;
        if tally.in_doubt == 0 {
            break;
        }
    }
    let day = feishu.0.lock().unwrap();
    let twice: Vec<_> = day.talents.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "made twice: {twice:?}");
    assert_eq!(day.talents.len(), good, "lost");
    assert!(refused <= bad);
    if cuts == 0 {
        assert_eq!(refused, bad);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_rows_become_ten_thousand_talents_on_a_bad_day() {
    through(9_900, 100, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_that_are_cut_off_lose_nothing_and_make_nothing_twice() {
    through(2_000, 20, 5).await;
}

#[tokio::test]
async fn an_app_without_the_scope_stops_at_once_and_no_row_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some((path, _)) = read(&mut stream) {
                    let answer = match path.contains("/auth/") {
                        true => r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#,
                        false => r#"{"code":99991672,"msg":"no scope"}"#,
                    };
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
                    stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
                }
            });
        }
    });
    let (folder, rows) = (tempfile::tempdir().unwrap(), rows(1000, 0));
    let journal = folder.path().join("talents.journal");
    let (tally, _) = run(&client(&url), &rows, &journal).await;
    assert!(tally.in_doubt <= 64 && tally.left >= 936, "{tally:?}");
    assert_eq!((tally.refused, tally.created), (0, 0));
}

#[test]
fn a_journal_forgets_only_the_line_that_was_cut_off_and_serves_one_run() {
    use journal::State;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talents.journal");
    let mut journal = Journal::open(&path).unwrap();
    journal.note("1", State::Started).unwrap();
    journal.note("1", State::Done { talent_id: Some("7".to_owned()) }).unwrap();
    journal.note("2", State::Started).unwrap();
    assert!(Journal::open(&path).err().unwrap().to_string().contains("another run"));
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    let mut journal = Journal::open(&path).unwrap();
    assert_eq!(
        (journal.state("1"), journal.state("2")),
        (Some(&State::Done { talent_id: Some("7".to_owned()) }), None)
    );
    journal.note("3", State::Refused).unwrap();
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    assert_eq!((journal.state("2"), journal.state("3")), (None, Some(&State::Refused)));
    drop(journal);
    std::fs::write(&path, "{}\n").unwrap();
    assert!(Journal::open(&path).err().unwrap().to_string().contains("line 1"));
}

#[test]
fn two_rows_with_one_key_are_refused() {
    let mut rows = rows(3, 0);
    rows[2].key = "good-0".to_owned();
    assert_eq!(import::check(&rows).unwrap_err(), "lines 2 and 4 have the same `key`: good-0");
    rows[2].key.clear();
    assert_eq!(import::check(&rows).unwrap_err(), "line 4 has no `key`");
}
