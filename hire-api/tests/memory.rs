//! Whatever a server answers, a call takes at most a constant amount of memory plus eight bytes for each byte of the
//! answer.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a test ends with a panic, and says what it measures; fields are there to be filled"
)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use hire_api::{Client, Endpoint, Json, Millis, Model, Quotas, Retry};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The constant part: what `wire::reader` allows every answer, and buffers.
const CONSTANT: usize = 56 * 1024 * 1024;
/// Plus this for each received byte.
const SHARE: usize = 8;

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.get", method = "GET", path = "/open-apis/records", safety = "safe")]
#[hire(response = Record)]
struct Get {}

/// A wide struct: an empty object of it takes a hundred times the bytes of `{}`.
#[derive(Clone, Default, Model)]
#[hire(response)]
struct Record {
    id: Option<String>,
    names: Vec<String>,
    numbers: Vec<i64>,
    flags: Vec<bool>,
    times: Vec<Millis>,
    lists: Vec<Vec<i64>>,
    any: Option<Json>,
    all: Vec<Json>,
    items: Vec<Record>,
    map: BTreeMap<String, Record>,
    texts: BTreeMap<String, String>,
    inner: Option<Box<Record>>,
    a1: Option<String>,
    a2: Option<String>,
    a3: Option<String>,
    a4: Option<String>,
    a5: Option<String>,
    a6: Option<String>,
    a7: Option<String>,
    a8: Option<String>,
}

/// A server that answers every call with the contents of the mutex, in pieces no larger than a buffer.
fn server() -> (String, Arc<Mutex<Arc<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(Mutex::new(Arc::new(String::new())));
    let here = Arc::clone(&answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let here = Arc::clone(&here);
            thread::spawn(move || connection(stream.unwrap(), &here));
        }
    });
    (url, answer)
}

fn connection(mut stream: TcpStream, answer: &Mutex<Arc<String>>) {
    let mut buffer = vec![0; 1 << 16];
    let token = Arc::new(r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#.to_owned());
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
        let body =
            if head.contains("/auth/") { Arc::clone(&token) } else { Arc::clone(&*answer.lock().unwrap()) };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).is_err() {
            return;
        }
    }
}

/// This piece repeated up to this many bytes, with commas between.
fn many(piece: &str, bytes: usize) -> String {
    let count = bytes / (piece.len() + 1);
    let mut all = String::with_capacity(bytes + piece.len());
    for index in 0..count.max(1) {
        all += if index == 0 { "" } else { "," };
        all += piece;
    }
    all
}

/// The same with a number in place of each `#`.
fn numbered(piece: &str, bytes: usize) -> String {
    let mut all = String::with_capacity(bytes + 64);
    let mut index = 0;
    while all.len() < bytes {
        all += if index == 0 { "" } else { "," };
        all += &piece.replace('#', &index.to_string());
        index += 1;
    }
    all
}

/// Answers of about this length that take the most memory, by name.
fn answers(bytes: usize) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    let data = |data: String| format!("{{\"code\":0,\"data\":{{{data}}}}}");
    let pieces = [
        ("names", "\"\""),
        ("names", "\"a\""),
        ("names", "\"\\n\""),
        ("names", "1"),
        ("names", "[]"),
        ("numbers", "0"),
        ("numbers", "\"\""),
        ("numbers", "\"x\""),
        ("flags", "1"),
        ("times", "0"),
        ("times", "\"-\""),
        ("lists", "[]"),
        ("lists", "[0]"),
        ("lists", "{}"),
        ("all", "0"),
        ("all", "[]"),
        ("items", "{}"),
        ("items", "[]"),
        ("items", "0"),
        ("items", "{\"a1\":\"\"}"),
        ("items", "{\"a1\":\"x\"}"),
        ("items", "{\"id\":[]}"),
        ("items", "{\"items\":[{}]}"),
        ("items", "{\"map\":{\"\":{}}}"),
        ("items", "{\"inner\":{}}"),
        ("items", "{\"numbers\":[0]}"),
        ("items", "{\"inner\":{\"inner\":{\"inner\":{}}}}"),
    ];
    for (field, piece) in pieces {
        let list = data(format!("\"{field}\":[{}]", many(piece, bytes)));
        answers.push((format!("{field} of {piece}"), list));
    }
    for (field, piece) in [
        ("map", "\"#\":{}"),
        ("texts", "\"#\":\"\""),
        ("texts", "\"#\":0"),
        ("map", "\"#\":{\"map\":{\"\":{}}}"),
    ] {
        answers.push((
            format!("{field} of {piece}"),
            data(format!("\"{field}\":{{{}}}", numbered(piece, bytes))),
        ));
    }
    answers.push(("a field again and again".to_owned(), data(many("\"names\":[\"a\",\"a\"]", bytes))));
    answers.push(("a text again and again".to_owned(), data(many("\"id\":\"aaaaaaaa\"", bytes))));
    answers.push(("an unknown field".to_owned(), data(numbered("\"x#\":[{}]", bytes))));
    answers.push(("one long text".to_owned(), data(format!("\"id\":\"{}\"", "x".repeat(bytes)))));
    answers.push(("one escaped text".to_owned(), data(format!("\"id\":\"{}\"", "\\n".repeat(bytes / 2)))));
    answers.push(("one long number".to_owned(), data(format!("\"id\":{}", "9".repeat(bytes)))));
    answers.push(("any JSON".to_owned(), data(format!("\"any\":[{}]", many("{}", bytes)))));
    for (open, close) in
        [("{\"inner\":", "}"), ("{\"items\":[", "]}"), ("{\"map\":{\"a\":", "}}"), ("{\"lists\":[", "]}")]
    {
        let depth = bytes / (open.len() + close.len());
        let nested = format!("{}{}", open.repeat(depth), close.repeat(depth));
        answers.push((format!("{open} inside of itself"), format!("{{\"code\":0,\"data\":{nested}}}")));
    }
    answers.push((
        "data again and again".to_owned(),
        format!("{{\"code\":0,{}}}", many("\"data\":{\"numbers\":[0,0]}", bytes)),
    ));
    answers.push(("a long message".to_owned(), format!("{{\"code\":1,\"msg\":\"{}\"}}", "x".repeat(bytes))));
    let error = |error: String| format!("{{\"code\":1,\"msg\":\"m\",\"error\":{{{error}}}}}");
    for (list, piece) in [
        ("field_violations", "{\"field\":\"a\",\"description\":\"b\"}"),
        ("field_violations", "{}"),
        ("permission_violations", "{\"subject\":\"hire:x\"}"),
        ("permission_violations", "{}"),
        ("helps", "{\"url\":\"u\",\"description\":\"d\"}"),
        ("details", "{\"key\":\"k\",\"value\":\"v\"}"),
    ] {
        answers.push((format!("{list} of {piece}"), error(format!("\"{list}\":[{}]", many(piece, bytes)))));
    }
    answers.push(("no JSON".to_owned(), "x".repeat(bytes)));
    answers.push(("brackets".to_owned(), format!("{{\"code\":0,\"data\":{}", "[".repeat(bytes))));
    answers
}

#[test]
#[ignore = "minutes: `cargo test --release -p hire-api --test memory -- --ignored --nocapture`"]
fn a_call_takes_no_more_than_a_constant_and_eight_bytes_for_each_byte_received() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (url, answer) = server();
    let builder = Client::builder("cli_memory", "secret").with_base_url(&url).with_quotas(Quotas::Ignore);
    let client = builder.with_retry(Retry::never()).build().unwrap();
    // The connection and the token exist before anything is measured.
    *answer.lock().unwrap() = Arc::new(r#"{"code":0,"data":{}}"#.to_owned());
    runtime.block_on(client.call(&Get {})).unwrap();

    let mut most = (0, String::new());
    for bytes in [100, 100_000, 6_000_000] {
        for (name, body) in answers(bytes) {
            let received = body.len();
            *answer.lock().unwrap() = Arc::new(body);
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let outcome = runtime.block_on(client.call(&Get {}));
            let taken = MEMORY.peak_usage() - before;
            drop(outcome);
            let allowed = CONSTANT + SHARE * received;
            assert!(taken <= allowed, "{name}: {taken} bytes for {received}, and {allowed} are allowed");
            let share = taken.saturating_sub(CONSTANT) * 100 / received;
            if bytes > 1_000_000 && share >= most.0 {
                most = (share, format!("{name}: {taken} bytes for {received}"));
            }
        }
    }
    println!("the most beyond the constant: {}", most.1);
}
