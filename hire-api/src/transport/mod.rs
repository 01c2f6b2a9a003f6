//! The only module that uses the HTTP libraries.

mod address;
mod body;
mod client;
mod connect;
mod connector;
mod flow;
mod runtime;
mod streamed;
mod tls;
pub(crate) mod upload;

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use tokio::time::error::Elapsed;
use url::Url;

use crate::clock;
use crate::error::{Error, Transport as How};
use crate::secret::Secret;
use crate::transport::upload::Upload;
use crate::wire::form::Form;
use crate::wire::headers::{Extra, Headers};
use crate::wire::metadata::Method;
use crate::wire::request::JSON;
use crate::wire::reset::{reset, retry_after};

pub(crate) use address::Address;
pub(crate) use connect::Connect;
pub(crate) use flow::Flow;
#[cfg(feature = "redis")]
pub(crate) use runtime::PerRuntime;
#[cfg(feature = "long-connection")]
pub(crate) use tls::Duplex;

pub(crate) use body::Heard;
use body::{Body, Taken};
use client::{Http, Response, Sent};

/// Larger than any honest answer.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

const LOG_ID: HeaderName = HeaderName::from_static("x-tt-logid");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESET: HeaderName = HeaderName::from_static("x-ogw-ratelimit-reset");

/// The target and the settings of a client.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    /// Whether `http` is allowed for hosts other than this machine.
    pub(crate) unencrypted: bool,
    pub(crate) timeout: Duration,
    pub(crate) connect: Connect,
    #[cfg(feature = "reqwest")]
    pub(crate) http: Option<reqwest::Client>,
    /// Hosts of files, besides Feishu's.
    pub(crate) download_hosts: Vec<String>,
    pub(crate) headers: Extra,
}

impl Settings {
    /// The default settings.
    pub(crate) fn new(base_url: String, timeout: Duration) -> Self {
        Self {
            base_url,
            unencrypted: false,
            timeout,
            connect: Connect::default(),
            #[cfg(feature = "reqwest")]
            http: None,
            download_hosts: Vec::new(),
            headers: Extra::default(),
        }
    }

    /// What is wrong with the base URL, whether or not plain `http` is allowed.
    pub(crate) fn check_base_url(&self) -> Result<(), Error> {
        address::base(&self.base_url, true).map(drop)
    }
}

/// Sends requests and receives answers. Clones share connections.
#[derive(Clone)]
pub(crate) struct Transport {
    http: Http,
    base_url: String,
    /// The same, parsed.
    base: Url,
    timeout: Duration,
    download_hosts: Vec<String>,
    /// Added to each request to the base URL.
    headers: HeaderMap,
    /// Whether the environment names a proxy, which is not used.
    proxy_unused: bool,
    #[cfg(feature = "sign-in")]
    unencrypted: bool,
}

/// A request that is ready.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    /// The endpoint's base URL for clients of certain base URLs.
    pub(crate) base_urls: &'a [(&'a str, &'a str)],
    /// Encoded.
    pub(crate) path: &'a str,
    /// Encoded.
    pub(crate) query: &'a str,
    pub(crate) token: Option<&'a Secret>,
    pub(crate) body: Outbound<'a>,
    pub(crate) content_type: Option<&'a str>,
    /// Whether the answer may be a file, which is not read here.
    pub(crate) file: bool,
    /// The remaining time of the whole call.
    pub(crate) within: Duration,
    /// For one attempt; `None` uses the client's timeout.
    pub(crate) timeout: Option<Duration>,
    /// They override the client's own.
    pub(crate) headers: Option<&'a HeaderMap>,
    /// Headers of the endpoint, which override all others.
    pub(crate) own: &'a [(&'static str, String)],
    /// Notified when a connection takes the request.
    pub(crate) heard: Option<Arc<dyn Heard>>,
}

/// The body of a request.
pub(crate) enum Outbound<'a> {
    None,
    Bytes(Bytes),
    /// It may be of any size and take any time, as long as it moves.
    Form(&'a Form),
}

/// An answer of any kind.
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) log_id: Option<String>,
    pub(crate) headers: Headers,
    /// How long Feishu asks to wait before the next call, if this one exceeded the quota.
    pub(crate) reset: Option<Duration>,
    /// How long a busy or unavailable server asks to wait.
    pub(crate) away: Option<Duration>,
    pub(crate) body: Bytes,
    /// A file instead of a body.
    pub(crate) flow: Option<Flow>,
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let base_url = address::base(&settings.base_url, settings.unencrypted)?;
        let base = Url::parse(&base_url)
            .map_err(|error| Error::config(format!("the base URL is wrong: {error}")))?;
        let headers = settings.headers.checked().map_err(Error::config)?;
        if let Some(host) = settings.download_hosts.iter().find(|host| !address::is_host(host)) {
            return Err(Error::config(format!("`{host}` is not the name of a host: give only the name")));
        }
        let (http, proxy_unused) = sender(&settings, &base_url)?;
        Ok(Self {
            http,
            base_url,
            base,
            timeout: settings.timeout,
            download_hosts: settings.download_hosts,
            headers,
            proxy_unused,
            #[cfg(feature = "sign-in")]
            unencrypted: settings.unencrypted,
        })
    }

    /// Sends a request once and waits for the headers of its answer.
    async fn execute(&self, sent: Sent) -> Result<Response, Error> {
        self.http.execute(sent).await.map_err(|error| error.with_unused_proxy(self.proxy_unused))
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The same connections with another base URL, without the client's headers.
    #[cfg(feature = "sign-in")]
    pub(crate) fn at(&self, base_url: &str) -> Result<Self, Error> {
        let base_url = address::base(base_url, self.unencrypted)?;
        let base = Url::parse(&base_url)
            .map_err(|error| Error::config(format!("the base URL is wrong: {error}")))?;
        Ok(Self { base_url, base, headers: HeaderMap::default(), ..self.clone() })
    }

    /// Sends a request once. Everything, including the answer, takes at most the timeout; a form may take longer, but
    /// no part of it stalls for that long.
    pub(crate) async fn send(&self, outgoing: Outgoing<'_>) -> Result<Incoming, Error> {
        let timeout = outgoing.timeout.unwrap_or(self.timeout);
        let (file, within) = (outgoing.file, timeout.min(outgoing.within));
        let upload = match outgoing.body {
            Outbound::Form(form) => Some(Upload::new(form).await.map_err(Error::upload)?),
            _ => None,
        };
        let (mut request, moved) = self.request(outgoing, upload)?;
        let (url, taken) = (request.url.clone(), request.body.taken());
        if file {
            unpacked(&mut request.headers);
            return self.fetch(request, within, timeout).await;
        }
        let sent = self.execute(request);
        let Some(moved) = moved else {
            let received = async { receive(sent.await?, &url).await };
            return tokio::time::timeout(within, received)
                .await
                .unwrap_or_else(|elapsed| Err(self.late(elapsed, &taken)));
        };
        let response = match select(pin!(sent), pin!(stands_still(&moved, timeout))).await {
            Either::Left((response, _)) => response?,
            Either::Right((elapsed, _)) => return Err(self.late(elapsed, &taken)),
        };
        tokio::time::timeout(timeout, receive(response, &url))
            .await
            .unwrap_or_else(|elapsed| Err(late(elapsed)))
    }

    /// Sends a request whose answer may be a file; for a file, only the headers are awaited.
    async fn fetch(&self, request: Sent, within: Duration, timeout: Duration) -> Result<Incoming, Error> {
        let (url, taken) = (request.url.clone(), request.body.taken());
        let response = tokio::time::timeout(within, self.execute(request)).await;
        let response = response.map_err(|elapsed| self.late(elapsed, &taken))??;
        is_from(&response, &url)?;
        if !(200..300).contains(&response.status()) {
            let received = tokio::time::timeout(timeout, receive(response, &url)).await;
            return received.unwrap_or_else(|elapsed| Err(late(elapsed)));
        }
        Flow::new(response, timeout).into_incoming(false).await
    }

    /// Fails if this transport does not open its connections itself; the error gives the reason.
    #[cfg(feature = "long-connection")]
    pub(crate) fn connects(&self) -> Result<(), Error> {
        self.http.connector().map(drop)
    }

    /// Opens a connection for a WebSocket as the client opens its own: through its proxy, with its trusted
    /// certificates. An unencrypted one may only lead to this machine.
    #[cfg(feature = "long-connection")]
    pub(crate) async fn connect(&self, to: &http::Uri) -> Result<Box<dyn Duplex>, Error> {
        let opened = self.http.connector()?.open_socket(to.clone()).await;
        opened.map_err(|below| {
            Error::transport(How::Connect, io::Error::other(below)).with_unused_proxy(self.proxy_unused)
        })
    }

    /// The request timed out. If no connection had taken it, nothing was sent.
    fn late(&self, elapsed: Elapsed, taken: &Taken) -> Error {
        if taken.is_set() {
            return late(elapsed);
        }
        Error::transport(How::Connect, io::Error::from(io::ErrorKind::TimedOut))
            .with_unused_proxy(self.proxy_unused)
    }

    /// An address that a file may be fetched from.
    pub(crate) fn address_of_file(&self, url: &str) -> Result<Address, Error> {
        Address::of_file(url, &self.base_url, &self.download_hosts)
    }

    /// Requests a file, without a token; its answer is read in pieces.
    pub(crate) async fn open(&self, address: &Address, more: &HeaderMap) -> Result<Flow, Error> {
        let (url, mut headers) = (address.0.clone(), more.clone());
        unpacked(&mut headers);
        let body = Body::whole(Bytes::new(), Taken::new(None));
        let taken = body.taken();
        let sent = self.execute(Sent { method: http::Method::GET, url, headers, body });
        let response = tokio::time::timeout(self.timeout, sent).await;
        let response = response.map_err(|elapsed| self.late(elapsed, &taken))??;
        // A client of the program may have followed a redirect.
        if let Some(url) = response.url().filter(|url| **url != address.0) {
            self.address_of_file(url.as_str())?;
        }
        Ok(Flow::new(response, self.timeout))
    }

    /// Also returns a counter of the form's bytes that the connection has taken.
    fn request(
        &self,
        outgoing: Outgoing<'_>,
        upload: Option<Upload>,
    ) -> Result<(Sent, Option<Arc<AtomicU64>>), Error> {
        let Outgoing { method, base_urls, path, query, token, body, content_type, heard, .. } = outgoing;
        let more = outgoing.headers;
        let elsewhere = address::elsewhere(&self.base_url, base_urls);
        let mut url = if elsewhere == self.base_url {
            self.base.clone()
        } else {
            Url::parse(elsewhere).map_err(|error| Error::config(format!("the address is wrong: {error}")))?
        };
        match url.path() {
            "/" => url.set_path(path),
            before => url.set_path(&format!("{}{path}", before.trim_end_matches('/'))),
        }
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let mut headers = self.headers.clone();
        if let Some(more) = more {
            headers.extend(more.clone());
        }
        for (name, value) in outgoing.own {
            let wrong = |_| Error::config(format!("the header `{name}` cannot be sent"));
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(()))?;
            let mut value = HeaderValue::from_str(value).map_err(|_| wrong(()))?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        if let Some(token) = token {
            let value = token
                .bearer()
                .ok_or_else(|| Error::config("the token has characters that headers do not allow"))?;
            headers.insert(AUTHORIZATION, value.clone());
        }
        if let Some(content_type) = content_type {
            let value = match content_type {
                JSON => Ok(HeaderValue::from_static(JSON)),
                other => HeaderValue::from_str(other),
            };
            headers.insert(CONTENT_TYPE, value.map_err(|_| Error::config("the content type is wrong"))?);
        }
        let moved = upload.as_ref().map(Upload::moved);
        let taken = Taken::new(heard);
        let body = match (upload, body) {
            (Some(upload), _) => Body::upload(upload, taken),
            (None, Outbound::Bytes(bytes)) => Body::whole(bytes, taken),
            (None, _) => Body::whole(Bytes::new(), taken),
        };
        Ok((Sent { method: verb(method), url, headers, body }, moved))
    }
}

/// The HTTP client, and whether the environment names a proxy that it does not use.
fn sender(settings: &Settings, base_url: &str) -> Result<(Http, bool), Error> {
    let connect = &settings.connect;
    #[cfg(feature = "reqwest")]
    if let Some(http) = &settings.http {
        if *connect != Connect::default() {
            return Err(Error::config(
                "how to connect is settled twice: an HTTP client of yours brings its own timeout, proxies, \
                 certificates and pool",
            ));
        }
        return Ok((Http::Given(http.clone()), false));
    }
    let encrypted = base_url.starts_with("https:");
    if encrypted && !tls::HAS_TLS {
        return Err(Error::config(
            "there is no TLS for `https`: the feature `rustls-ring` of hire-api brings it, or an HTTP client of yours \
             for `ClientBuilder::with_http_client`",
        ));
    }
    let unused =
        connect.proxy.is_none() && !connect.environment_proxies && connect::is_proxy_in_environment();
    Ok((Http::own(connect, encrypted)?, unused))
}

/// Requests a file without compression: its length would be that of the compressed one, and a client that decompresses
/// hides it.
fn unpacked(headers: &mut HeaderMap) {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
}

/// Reads a whole answer.
async fn receive(mut response: Response, url: &Url) -> Result<Incoming, Error> {
    is_from(&response, url)?;
    let headers = response.take_headers();
    let head = head(response.status(), headers);
    // Most answers are one piece, which is used without copying.
    let (mut first, mut body) = (Bytes::new(), Vec::new());
    while let Some(chunk) = response.chunk().await? {
        if first.is_empty() && body.is_empty() && chunk.len() <= LARGEST_ANSWER {
            first = chunk;
            continue;
        }
        if body.is_empty() {
            body = Vec::with_capacity((first.len() + chunk.len()) * 2);
            body.extend_from_slice(&first);
        }
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let error = Error::unreadable(format!("it has more than {LARGEST_ANSWER} bytes"));
            let error = error.with_status(head.status, head.log_id.as_deref());
            return Err(error.with_answer(head.headers, body));
        }
        body.extend_from_slice(&chunk);
    }
    let body = if body.is_empty() { first } else { Bytes::from(body) };
    Ok(Incoming { body, ..head })
}

/// Refuses an answer from another address.
fn is_from(response: &Response, url: &Url) -> Result<(), Error> {
    let Some(elsewhere) = response.url().filter(|from| *from != url) else { return Ok(()) };
    let host = elsewhere.host_str().unwrap_or_default();
    let what = format!(
        "it comes from another address, on `{host}`: the HTTP client that was handed over follows redirects, and may \
         have carried the request there; build it with `redirect::Policy::none()`"
    );
    Err(Error::unreadable(what).with_status(response.status(), None))
}

/// An answer without its body.
fn head(status: u16, headers: HeaderMap) -> Incoming {
    let headers = Headers(headers);
    let log_id = [LOG_ID, REQUEST_ID].iter().find_map(|name| headers.0.get(name)?.to_str().ok());
    let log_id = log_id.map(str::to_owned);
    let resets = headers.0.get_all(RESET).iter();
    let reset = reset(resets.filter_map(|value| value.to_str().ok()));
    // Gateways in front of Feishu follow the rules of HTTP.
    let away = headers.get("retry-after").filter(|_| matches!(status, 429 | 503));
    let away = away.and_then(|value| retry_after(value, headers.get("date"), clock::since_epoch));
    Incoming { status, log_id, headers, reset, away, body: Bytes::new(), flow: None }
}

/// Ends if nothing has moved for this long.
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

fn verb(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}

fn late(elapsed: Elapsed) -> Error {
    Error::transport(How::Timeout, elapsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x02_the_token_is_marked_as_sensitive_and_shown_by_nothing() {
        let settings = Settings::new("http://127.0.0.1:1".to_owned(), Duration::from_secs(1));
        let outgoing = Outgoing {
            method: Method::Get,
            base_urls: &[],
            path: "/a",
            query: "",
            token: Some(&Secret::new("t-canary")),
            body: Outbound::None,
            content_type: None,
            file: false,
            within: Duration::from_secs(1),
            timeout: None,
            headers: None,
            own: &[],
            heard: None,
        };
        let transport = Transport::new(settings).unwrap();
        let (request, _) = transport.request(outgoing, None).unwrap();
        assert!(request.headers[AUTHORIZATION].is_sensitive());
        assert!(!format!("{:?}", request.headers).contains("canary"));
    }
}
