//! The only place that knows the HTTP library.

mod address;

use std::convert::Infallible;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Url, redirect};
use tokio::time::error::Elapsed;

use crate::error::{Error, Transport as How};
use crate::file::Form;
use crate::metadata::Method;
use crate::retry;
use crate::token::Secret;
use crate::upload::Upload;

pub(crate) use address::Address;

/// Larger than any answer that is not an attack.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// How a client connects.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) http: Option<reqwest::Client>,
    /// Where files come from, beside Feishu's own hosts.
    pub(crate) download_hosts: Vec<String>,
}

/// Sends bytes and gets bytes. Clones share connections.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    base_url: String,
    timeout: Duration,
    download_hosts: Vec<String>,
}

/// A request that is ready.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    /// Encoded.
    pub(crate) path: &'a str,
    /// Encoded.
    pub(crate) query: &'a str,
    pub(crate) token: Option<&'a Secret>,
    pub(crate) body: Outbound<'a>,
    pub(crate) content_type: Option<&'a str>,
    /// What is left of the whole call's time.
    pub(crate) within: Duration,
}

/// The body of a request.
pub(crate) enum Outbound<'a> {
    None,
    Bytes(Vec<u8>),
    /// It may be as large as it likes, and take as long, as long as it moves.
    Form(&'a Form),
}

/// The headers of an answer.
#[derive(Clone, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    /// The value of a header, in any case; the first where there are several, `None` where it is no text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    /// Names, in lower case, and values. What is no text is left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }
}

/// A cookie is a secret: only names are shown.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// An answer, whatever it says.
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) log_id: Option<String>,
    pub(crate) headers: Headers,
    /// How long Feishu asks to wait before the next call.
    pub(crate) reset: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let Settings { base_url, timeout, connect_timeout, http, download_hosts } = settings;
        let base_url = address::base(&base_url)?;
        let http = match http {
            Some(http) => http,
            None => build(connect_timeout)?,
        };
        Ok(Self { http, base_url, timeout, download_hosts })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sends a request once. The whole of it, answer included, takes at most the timeout; with a form, no part of it
    /// stands still for that long.
    pub(crate) async fn send(&self, outgoing: Outgoing<'_>) -> Result<Incoming, Error> {
        let (request, moved) = self.request(outgoing)?;
        let sent = self.http.execute(request);
        let Some(moved) = moved else {
            return receive(sent.await.map_err(|error| failed(error, true))?).await;
        };
        let response = match select(pin!(sent), pin!(stands_still(&moved, self.timeout))).await {
            Either::Left((response, _)) => response.map_err(|error| failed(error, true))?,
            Either::Right((elapsed, _)) => return Err(late(elapsed)),
        };
        tokio::time::timeout(self.timeout, receive(response))
            .await
            .unwrap_or_else(|elapsed| Err(late(elapsed)))
    }

    /// An address that a file may be fetched from.
    pub(crate) fn address_of_file(&self, url: &str) -> Result<Address, Error> {
        Address::of_file(url, &self.base_url, &self.download_hosts)
    }

    /// Asks for a file, without a token; its answer is read piece by piece.
    pub(crate) async fn open(&self, address: &Address) -> Result<Flow, Error> {
        let request = reqwest::Request::new(reqwest::Method::GET, address.0.clone());
        let sent = tokio::time::timeout(self.timeout, self.http.execute(request)).await;
        let response = sent.map_err(late)?.map_err(|error| failed(error, true))?;
        Ok(Flow { response, timeout: self.timeout })
    }

    /// And what counts how much of a form the connection has taken.
    fn request(&self, outgoing: Outgoing<'_>) -> Result<(reqwest::Request, Option<Arc<AtomicU64>>), Error> {
        let Outgoing { method, path, query, token, body, content_type, within } = outgoing;
        let mut address = format!("{}{path}", self.base_url);
        if !query.is_empty() {
            address.push('?');
            address.push_str(query);
        }
        let url =
            Url::parse(&address).map_err(|error| Error::config(format!("the address is wrong: {error}")))?;
        let mut request = reqwest::Request::new(verb(method), url);
        let headers = request.headers_mut();
        if let Some(token) = token {
            let visible = token.expose().bytes().all(|byte| byte.is_ascii_graphic());
            let value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok();
            let mut value = value
                .filter(|_| visible)
                .ok_or_else(|| Error::config("the token has characters that no header takes"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(content_type) = content_type {
            let value = HeaderValue::from_str(content_type);
            headers.insert(CONTENT_TYPE, value.map_err(|_| Error::config("the content type is wrong"))?);
        }
        match body {
            Outbound::Form(form) => {
                let upload = Upload::new(form);
                let moved = upload.moved();
                *request.body_mut() = Some(reqwest::Body::wrap(upload));
                return Ok((request, Some(moved)));
            }
            Outbound::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            Outbound::None => {}
        }
        *request.timeout_mut() = Some(self.timeout.min(within));
        Ok((request, None))
    }
}

/// The whole of an answer.
async fn receive(mut response: reqwest::Response) -> Result<Incoming, Error> {
    let status = response.status().as_u16();
    let headers = Headers(std::mem::take(response.headers_mut()));
    let log_id = headers.get("x-tt-logid").or_else(|| headers.get("x-request-id")).map(str::to_owned);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(error, false))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let error = Error::unreadable(format!("it has more than {LARGEST_ANSWER} bytes"));
            return Err(error.with_status(status, log_id.as_deref()));
        }
        body.extend_from_slice(&chunk);
    }
    let resets = headers.0.get_all("x-ogw-ratelimit-reset").iter();
    let reset = retry::reset(resets.filter_map(|value| value.to_str().ok()));
    Ok(Incoming { status, log_id, headers, reset, body })
}

/// Ends when nothing has moved for this long.
async fn stands_still(moved: &AtomicU64, timeout: Duration) -> Elapsed {
    loop {
        let before = moved.load(Ordering::Relaxed);
        let late = tokio::time::timeout(timeout, std::future::pending::<Infallible>()).await;
        match late {
            Ok(never) => match never {},
            Err(late) if moved.load(Ordering::Relaxed) == before => return late,
            Err(_) => {}
        }
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// An answer of which only the headers are read.
pub(crate) struct Flow {
    response: reqwest::Response,
    timeout: Duration,
}

impl Flow {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = tokio::time::timeout(self.timeout, self.response.chunk()).await;
        chunk.map_err(late)?.map_err(|error| failed(error, false))
    }
}

fn late(elapsed: Elapsed) -> Error {
    Error::transport(How::Timeout, elapsed)
}

/// The library's message holds the address, and with it a person's data: it is taken out.
fn failed(error: reqwest::Error, sending: bool) -> Error {
    let how = if sending && error.is_connect() {
        How::Connect
    } else if error.is_timeout() {
        How::Timeout
    } else {
        How::Broken
    };
    Error::transport(how, error.without_url())
}

/// Without redirects, which could carry a token elsewhere or send a body twice; without proxies from the environment;
/// and without retries of its own.
fn build(connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("hire-api/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .no_proxy();
    let builder = with_tls(builder)?;
    builder.build().map_err(|error| Error::config(format!("the HTTP client cannot be built: {error}")))
}

/// TLS over ring for this client alone: no provider is installed for the whole process.
#[cfg(feature = "rustls-ring")]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    use rustls_platform_verifier::BuilderVerifierExt;

    let unusable = |error: rustls::Error| Error::config(format!("TLS cannot be set up: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(unusable)?
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(tls))
}

#[cfg(not(feature = "rustls-ring"))]
#[expect(clippy::unnecessary_wraps, reason = "with TLS it can fail")]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x02_the_token_is_marked_as_sensitive_and_shown_by_nothing() {
        let settings = Settings {
            base_url: "http://127.0.0.1:1".to_owned(),
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            http: None,
            download_hosts: Vec::new(),
        };
        let outgoing = Outgoing {
            method: Method::Get,
            path: "/a",
            query: "",
            token: Some(&Secret::new("t-canary")),
            body: Outbound::None,
            content_type: None,
            within: Duration::from_secs(1),
        };
        let (request, _) = Transport::new(settings).unwrap().request(outgoing).unwrap();
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert!(!format!("{request:?}").contains("canary"));
    }
}
