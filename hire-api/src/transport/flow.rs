//! A file in transit: checks that it is a file, and that it arrives fast enough.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::Version;
use http::header::TRANSFER_ENCODING;
use tokio::time::Instant;

use super::client::Response;
use super::{Incoming, head, late};
use crate::error::{Error, Transport as How};

/// An answer whose headers were read.
pub(crate) struct Flow {
    response: Response,
    timeout: Duration,
    /// Bytes that were read to recognise the contents.
    ahead: VecDeque<Bytes>,
    slowest: u64,
    /// How long the caller waited in this span, and how many bytes came.
    waited: Duration,
    arrived: u64,
    too_slow: bool,
}

/// In bytes per second.
const SLOWEST: u64 = 1024;

/// In bytes: more than any failure that comes instead of a file.
const LONGEST_FAILURE: usize = 64 << 10;

/// In bytes: enough to recognise a web page.
const START_OF_PAGE: usize = 14;

impl Flow {
    pub(super) fn new(response: Response, timeout: Duration) -> Self {
        let (ahead, waited) = (VecDeque::new(), Duration::ZERO);
        Self { response, timeout, ahead, slowest: SLOWEST, waited, arrived: 0, too_slow: false }
    }

    /// Sets the minimum speed, in bytes per second.
    pub(crate) fn with_slowest(self, slowest: u64) -> Self {
        Self { slowest, ..self }
    }

    /// Returns the answer that begins like this, or an error if it is not a file. JSON without the name of a file may
    /// be a failure instead of one: if it is short, it is read completely, as are such files.
    pub(crate) async fn into_incoming(mut self, page_expected: bool) -> Result<Incoming, Error> {
        if !self.tells_its_end() {
            return Err(self.no_file(
                "the server gives neither its length nor its end, so half of it would look complete",
            ));
        }
        let kind = self.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let named = self
            .header("content-disposition")
            .is_some_and(|how| how.to_ascii_lowercase().contains("filename"));
        let (mut whole, mut is_json) = (false, false);
        if !named {
            let (body, ended) = self.start(is_json_kind(kind)).await?;
            is_json = is_json_kind(kind)
                || matches!(kind, "" | "text/plain") && visible(&body).first() == Some(&b'{');
            whole = ended;
            let is_page = matches!(kind, "text/html" | "application/xhtml+xml") || is_page(&body);
            self.ahead.extend((!body.is_empty()).then(|| Bytes::from(body)));
            if is_page && !page_expected {
                return Err(self.no_file("it is a web page, such as one to sign in, not a file"));
            }
        }
        let mut head = head(self.status(), self.response.headers().clone());
        if whole && is_json {
            head.body = self.ahead.front().cloned().unwrap_or_default();
        }
        head.flow = Some(self);
        Ok(head)
    }

    /// The first bytes, as many as needed to recognise them, and whether they are all.
    async fn start(&mut self, is_json: bool) -> Result<(Vec<u8>, bool), Error> {
        let mut body = Vec::new();
        loop {
            let is_open = match visible(&body) {
                [] | [b'{', ..] => true,
                start @ [b'<', ..] => is_json || start.len() < START_OF_PAGE,
                _ => is_json,
            };
            if !is_open || body.len() > LONGEST_FAILURE {
                return Ok((body, false));
            }
            match self.chunk().await? {
                Some(bytes) => body.extend_from_slice(&bytes),
                None => return Ok((body, true)),
            }
        }
    }

    /// Whether a connection that closes early is noticed.
    fn tells_its_end(&self) -> bool {
        let encodings = self.response.headers().get_all(TRANSFER_ENCODING).iter();
        let chunked = encodings.filter_map(|encoding| encoding.to_str().ok()).any(|encoding| {
            encoding.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"))
        });
        chunked || self.response.content_length().is_some() || self.response.version() >= Version::HTTP_2
    }

    /// The error contains what was read.
    fn no_file(&self, why: &'static str) -> Error {
        let head = head(self.status(), self.response.headers().clone());
        let body: Vec<u8> = self.ahead.iter().flatten().copied().collect();
        Error::download(why).with_status(head.status, head.log_id.as_deref()).with_answer(head.headers, body)
    }

    /// The download was aborted because it is too slow.
    pub(crate) fn is_too_slow(&self) -> bool {
        self.too_slow
    }

    /// In bytes, if the server announces it.
    pub(crate) fn size(&self) -> Option<u64> {
        self.response.content_length()
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(bytes) = self.ahead.pop_front() {
            return Ok(Some(bytes));
        }
        let asked = Instant::now();
        let chunk = tokio::time::timeout(self.timeout, self.response.chunk()).await;
        let chunk = chunk.map_err(late)??;
        self.waited += asked.elapsed();
        self.arrived += chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
        if self.waited >= self.timeout && chunk.is_some() {
            let arrived = u128::from(self.arrived) * 1000;
            if arrived < u128::from(self.slowest) * self.waited.as_millis() {
                self.too_slow = true;
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the file comes too slowly");
                return Err(Error::transport(How::Timeout, slow));
            }
            (self.waited, self.arrived) = (Duration::ZERO, 0);
        }
        Ok(chunk)
    }
}

fn is_json_kind(kind: &str) -> bool {
    matches!(kind, "application/json" | "text/json") || kind.ends_with("+json")
}

/// Everything after white space and a byte order mark.
fn visible(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start()
}

fn is_page(body: &[u8]) -> bool {
    let starts =
        |with: &[u8]| visible(body).get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    starts(b"<!doctype html") || starts(b"<html")
}
