//! A small server on loopback over bare sockets, which can misbehave in every way.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// The server's reply to one request.
pub(crate) struct Reply {
    reads: Reads,
    bytes: Vec<u8>,
    then: Then,
}

/// How much of a body the server reads before it replies.
#[derive(Clone, Copy)]
enum Reads {
    All,
    /// This many bytes.
    Some(usize),
    /// All of it, in pieces of this size every 20 ms.
    Slowly(usize),
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// Waits for the next request.
    Keep,
    Close,
    /// Resets the connection.
    Reset,
    /// Sends nothing more and keeps the connection open.
    Stall,
    /// Sends spaces forever.
    Flood,
    /// Sends the bytes one by one, at this interval.
    Dribble(Duration),
    /// The same for the body alone.
    Trickle(Duration),
}

impl Reply {
    pub(crate) fn ok(body: &str) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::bytes(status, body.as_bytes())
    }

    pub(crate) fn bytes(status: u16, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n");
        Self { reads: Reads::All, bytes: [head.as_bytes(), body].concat(), then: Then::Keep }
    }

    /// The same again.
    pub(crate) fn again(&self) -> Self {
        Self { reads: self.reads, bytes: self.bytes.clone(), then: self.then }
    }

    /// Reads only this much of the body first.
    pub(crate) fn after_reading(self, bytes: usize) -> Self {
        Self { reads: Reads::Some(bytes), ..self }
    }

    /// Reads the body first, in pieces of this size every 20 ms.
    pub(crate) fn reading_slowly(self, bytes: usize) -> Self {
        Self { reads: Reads::Slowly(bytes), ..self }
    }

    pub(crate) fn reset() -> Self {
        Self { then: Then::Reset, ..Self::raw("") }
    }

    /// With another header.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        let end = self.bytes.windows(2).position(|window| window == b"\r\n").unwrap();
        self.bytes.splice(end..end, format!("\r\n{name}: {value}").into_bytes());
        self
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        let head = format!("HTTP/1.1 {status} X\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        Self { reads: Reads::All, bytes: head.into_bytes(), then: Then::Keep }
    }

    /// These bytes, then the end.
    pub(crate) fn raw(bytes: &str) -> Self {
        Self { reads: Reads::All, bytes: bytes.as_bytes().to_vec(), then: Then::Close }
    }

    pub(crate) fn close() -> Self {
        Self::raw("")
    }

    /// The same; then the connection closes.
    pub(crate) fn closing(self) -> Self {
        Self { then: Then::Close, ..self }
    }

    /// The same; then nothing more is sent.
    pub(crate) fn stalling(self) -> Self {
        Self { then: Then::Stall, ..self }
    }

    /// A head and a part of the body.
    pub(crate) fn part(head: &str, body: &[u8]) -> Self {
        Self { reads: Reads::All, bytes: [head.as_bytes(), body].concat(), then: Then::Keep }
    }

    pub(crate) fn stall(bytes: &str) -> Self {
        Self { reads: Reads::All, bytes: bytes.as_bytes().to_vec(), then: Then::Stall }
    }

    pub(crate) fn endless() -> Self {
        Self::endless_with_status(200)
    }

    /// Byte by byte, at this interval.
    pub(crate) fn dribbling(self, pause: Duration) -> Self {
        Self { then: Then::Dribble(pause), ..self }
    }

    /// The body byte by byte, at this interval.
    pub(crate) fn trickling(self, pause: Duration) -> Self {
        Self { then: Then::Trickle(pause), ..self }
    }

    pub(crate) fn endless_with_status(status: u16) -> Self {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 1000000000\r\n\r\n");
        Self { reads: Reads::All, bytes: head.as_bytes().to_vec(), then: Then::Flood }
    }
}

/// Lives until the process ends or it is stopped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    token: Option<String>,
    /// Answers to the first token requests.
    first: Mutex<VecDeque<Reply>>,
    replies: Mutex<VecDeque<Reply>>,
    calls: AtomicUsize,
    /// Path and query, and body.
    requests: Mutex<Vec<(String, Vec<u8>)>>,
    tokens: Mutex<Vec<String>>,
    heads: Mutex<Vec<String>>,
    fetches: AtomicUsize,
    stopped: AtomicBool,
}

impl Server {
    /// Issues a new token for each token request, and sends these replies in order to all other requests.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::listen(None, 0, replies)
    }

    /// The same, on the port of a stopped server.
    pub(crate) fn again(port: u16, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::listen(None, port, replies)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Answers token requests with this.
    pub(crate) fn with_token(answer: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::listen(Some(answer.to_owned()), 0, replies)
    }

    fn listen(token: Option<String>, port: u16, replies: impl IntoIterator<Item = Reply>) -> Self {
        crate::watch::listen();
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            token,
            first: Mutex::new(VecDeque::new()),
            replies: Mutex::new(replies.into_iter().collect()),
            calls: AtomicUsize::new(0),
            requests: Mutex::new(Vec::new()),
            tokens: Mutex::new(Vec::new()),
            heads: Mutex::new(Vec::new()),
            fetches: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let here = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if here.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let here = Arc::clone(&here);
                thread::spawn(move || here.connection(stream.unwrap()));
            }
        });
        Self { address, shared }
    }

    /// Accepts no more connections.
    pub(crate) fn stop(self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it has to stop and closes its listener.
        drop(TcpStream::connect(self.address));
        while TcpStream::connect(self.address).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Answers the next token requests with these before it issues tokens.
    pub(crate) fn fail_tokens(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.first.lock().unwrap().extend(replies);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The number of requests, except token requests.
    pub(crate) fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    /// The queries of the requests as sent, except token requests.
    pub(crate) fn queries(&self) -> Vec<String> {
        let query = |target: String| target.split_once('?').map_or("", |(_, query)| query).to_owned();
        self.requests().into_iter().map(|(target, _)| query(target)).collect()
    }

    /// Path and query, and body, of the requests, except token requests.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        let requests = self.shared.requests.lock().unwrap();
        let text = |body: &Vec<u8>| String::from_utf8_lossy(body).into_owned();
        requests.iter().map(|(target, body)| (target.clone(), text(body))).collect()
    }

    /// The bodies of the requests as far as they were read, except token requests.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.shared.requests.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    /// The `Authorization` of the requests, except token requests.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.shared.tokens.lock().unwrap().clone()
    }

    /// The heads of the requests in lower case, except token requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.shared.heads.lock().unwrap().clone()
    }

    /// The number of token requests.
    pub(crate) fn fetches(&self) -> usize {
        self.shared.fetches.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn connection(&self, mut stream: TcpStream) {
        while let Some((first, length)) = read_head(&mut stream) {
            if first.contains("/tenant_access_token/") {
                read_body(&mut stream, length, Reads::All);
                let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
                let new = format!(
                    r#"{{"code":0,"msg":"ok","tenant_access_token":"t-server-{number}","expire":7200}}"#
                );
                let first = self.first.lock().unwrap().pop_front();
                let reply = first.unwrap_or_else(|| Reply::ok(self.token.as_deref().unwrap_or(&new)));
                if !reply.send(&mut stream) {
                    return;
                }
            } else {
                self.calls.fetch_add(1, Ordering::SeqCst);
                let bearer = first.lines().find_map(|line| line.strip_prefix("authorization: "));
                self.tokens.lock().unwrap().push(bearer.unwrap_or_default().to_owned());
                self.heads.lock().unwrap().push(first.to_ascii_lowercase());
                let target = first.split(' ').nth(1).unwrap_or_default();
                let reply = self.replies.lock().unwrap().pop_front().expect("a reply for every call");
                let body = read_body(&mut stream, length, reply.reads);
                self.requests.lock().unwrap().push((target.to_owned(), body));
                if !reply.send(&mut stream) {
                    return;
                }
            }
        }
    }
}

impl Reply {
    /// Whether the connection is still open.
    fn send(&self, stream: &mut TcpStream) -> bool {
        if let Then::Dribble(pause) | Then::Trickle(pause) = self.then {
            let body = self.bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4);
            let at_once = if matches!(self.then, Then::Trickle(_)) { body } else { 0 };
            let (head, rest) = self.bytes.split_at(at_once);
            if stream.write_all(head).is_err() {
                return false;
            }
            for byte in rest {
                thread::sleep(pause);
                if stream.write_all(&[*byte]).is_err() {
                    return false;
                }
            }
            return true;
        }
        // The client may be gone.
        let _ = stream.write_all(&self.bytes);
        match self.then {
            Then::Dribble(_) | Then::Trickle(_) => {}
            Then::Keep => return true,
            Then::Close => drop(stream.shutdown(Shutdown::Both)),
            Then::Reset => SockRef::from(&*stream).set_linger(Some(Duration::ZERO)).unwrap(),
            Then::Stall => thread::sleep(Duration::from_secs(5)),
            Then::Flood => while stream.write_all(&[b' '; 1 << 16]).is_ok() {},
        }
        false
    }
}

/// Head of a request and length of its body; `None` at the end.
fn read_head(stream: &mut TcpStream) -> Option<(String, usize)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |n| n.parse().unwrap());
    Some((head, length))
}

/// The received part of a body.
fn read_body(stream: &mut TcpStream, length: usize, reads: Reads) -> Vec<u8> {
    let (wanted, piece) = match reads {
        Reads::All => (length, length),
        Reads::Some(bytes) => (length.min(bytes), length.min(bytes)),
        Reads::Slowly(bytes) => (length, bytes),
    };
    let mut body = Vec::new();
    while body.len() < wanted {
        let mut next = vec![0; piece.min(wanted - body.len())];
        match stream.read(&mut next) {
            Ok(read @ 1..) => body.extend_from_slice(&next[..read]),
            _ => break,
        }
        if matches!(reads, Reads::Slowly(_)) {
            thread::sleep(Duration::from_millis(20));
        }
    }
    body
}
