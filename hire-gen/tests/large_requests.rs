//! Requests of 14 MB to the mock as a program: each is answered within seconds and below 200 MB, and others are served meanwhile.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends with a panic, and says what it measures"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SIZE: usize = 14_000_000;
/// Debug builds on a machine that does other things; a quadratic step would take hours.
const LONGEST: Duration = Duration::from_secs(60);
const MOST_MEMORY: u64 = 200_000; // kB
const LONGEST_ANSWER: usize = 200_000;

struct Mock {
    process: Child,
    address: String,
    token: String,
}

impl Mock {
    fn start() -> Self {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        let mut process = Command::new(env!("CARGO_BIN_EXE_hire-gen"))
            .args(["mock", "--schema"])
            .arg(schema)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut url = String::new();
        lines.read_line(&mut url).unwrap();
        // The mock prints a line for each request.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let address = url.trim().trim_start_matches("http://").to_owned();
        let mut mock = Self { process, address, token: String::new() };
        let app = br#"{"app_id": "cli_large", "app_secret": "secret"}"#;
        let (_, answer) =
            mock.post("/open-apis/auth/v3/tenant_access_token/internal", "application/json", app);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        mock.token = answer["tenant_access_token"].as_str().unwrap().to_owned();
        mock
    }

    /// The status and the body of the answer.
    fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A server that has refused a body need not read all of it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.get(9..12).unwrap().parse().unwrap(), body.to_owned())
    }

    /// The most memory that the process had at a time, in kB; `None` on systems that do not say.
    fn peak(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// `item` as often as it fits, between `before` and `after`.
fn filled(before: &str, item: impl Fn(usize) -> String, after: &str) -> Vec<u8> {
    let mut body = before.to_owned();
    for index in 0.. {
        let next = item(index);
        if body.len() + next.len() + after.len() > SIZE {
            break;
        }
        body.push_str(&next);
    }
    body.push_str(after);
    body.into_bytes()
}

/// Bodies by what is large about them: every kind of value, many and long, shallow and deep, right and wrong.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let mut bodies = Vec::new();
    let units = [
        ("text", "x".to_owned()),
        ("escapes", "\\u4e00".to_owned()),
        ("quotes", "\\\"".to_owned()),
        ("characters", "简".to_owned()),
    ];
    for (name, unit) in units {
        let (before, after) = (r#"{"basic_info":{"name":""#, r#""}}"#);
        bodies.push((format!("one value of {name}"), filled(before, |_| unit.clone(), after)));
        let text = unit.repeat(SIZE / 140 / unit.len());
        let items = |index: usize| format!(r#"{}"{text}""#, if index == 0 { "" } else { "," });
        bodies.push((format!("long items of {name}"), filled(r#"{"folder_id_list":["#, items, "]}")));
        let fields = |index: usize| format!(r#"{}"{text}{index}":1"#, if index == 0 { "" } else { "," });
        bodies.push((format!("long names of {name}"), filled("{", fields, "}")));
    }
    for value in ["1", "null", "{}", "[]", "\"\"", "-1.5e300", "true", r#"{"school":"x"}"#, r#"{"schol":{}}"#]
    {
        // Below the most values that are read, at it, and beyond; blanks are the rest.
        for width in [300, 95, 0] {
            let item =
                |index: usize| format!("{}{value}{}", if index == 0 { "" } else { "," }, " ".repeat(width));
            for list in ["education_list", "unknown"] {
                let before = format!(r#"{{"{list}":["#);
                bodies.push((format!("{value} in {list}, {width} blanks"), filled(&before, item, "]}")));
            }
        }
    }
    let fields = |index: usize| format!(r#"{}"field_{index:060}":"v""#, if index == 0 { "" } else { "," });
    bodies.push(("many fields".to_owned(), filled("{", fields, "}")));
    bodies.push(("a long number".to_owned(), filled(r#"{"basic_info":"#, |_| "1".to_owned(), "}")));
    bodies.push(("deep lists".to_owned(), filled("", |_| "[".to_owned(), "")));
    bodies.push(("deep objects".to_owned(), filled("", |_| r#"{"a":"#.to_owned(), "")));
    bodies.push(("blanks".to_owned(), filled("{", |_| " ".to_owned(), "}")));
    bodies.push(("no UTF-8".to_owned(), vec![0xff; SIZE]));
    bodies
}

#[test]
fn a_large_request_is_answered_within_seconds_and_200_mb_while_others_are_served() {
    let mock = Mock::start();
    let note = br#"{"talent_id": "1", "content": "text"}"#;
    let mut wrong = Vec::new();
    let mut judge = |name: &str, path: &str, content_type: &str, body: &[u8]| {
        let begun = Instant::now();
        let done = AtomicBool::new(false);
        let ((status, answer), others) = std::thread::scope(|scope| {
            let others = scope.spawn(|| {
                let mut served = 0;
                while !done.load(Ordering::Relaxed) {
                    let (status, _) = mock.post("/open-apis/hire/v1/notes", "application/json", note);
                    assert_eq!(status, 200);
                    served += 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                served
            });
            let answer = mock.post(path, content_type, body);
            done.store(true, Ordering::Relaxed);
            (answer, others.join().unwrap())
        });
        let (took, peak) = (begun.elapsed(), mock.peak());
        println!("{name}: {status}, {} bytes, {took:.1?}, {others} others, peak {peak:?} kB", answer.len());
        let fits =
            took < LONGEST && peak.is_none_or(|peak| peak <= MOST_MEMORY) && answer.len() <= LONGEST_ANSWER;
        if !fits || !matches!(status, 200 | 400) || others == 0 {
            wrong.push(format!(
                "{name}: {status}, {} bytes, {took:?}, {others} others, {peak:?} kB",
                answer.len()
            ));
        }
    };
    for (name, body) in bodies() {
        judge(&name, "/open-apis/hire/v1/talents/combined_create", "application/json", &body);
    }
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let form = filled("", |_| part.to_owned(), "--b--");
    judge("a form of many parts", "/open-apis/hire/v1/attachments", "multipart/form-data; boundary=b", &form);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
