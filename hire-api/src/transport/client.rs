//! The HTTP client: this crate's own, over hyper, or a `reqwest::Client` of the program.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

use super::body::Body;
use super::connect::Connect;
use super::connector::Connector;
use super::runtime::PerRuntime;
use super::upload::Unread;
use crate::error::{Error, Transport as How};

/// A request that is complete except for what the client adds.
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

type Hyper = legacy::Client<Connector, Body>;

/// Sends requests. It follows no redirects, which could leak a token or send a body twice, and does not retry.
#[derive(Clone)]
pub(super) enum Http {
    /// One per runtime, since each runtime drives its own connections.
    Own(Arc<Own>),
    #[cfg(feature = "reqwest")]
    Given(reqwest::Client),
}

/// The parts of this crate's own clients.
pub(super) struct Own {
    clients: PerRuntime<Hyper>,
    connector: Connector,
    idle: Option<Duration>,
    most_idle: Option<usize>,
}

/// How long an idle connection stays open.
const IDLE: Duration = Duration::from_secs(90);

impl Http {
    pub(super) fn own(connect: &Connect, encrypted: bool) -> Result<Self, Error> {
        let Connect { idle, most_idle, .. } = *connect;
        let connector = connect.connector(encrypted)?;
        Ok(Self::Own(Arc::new(Own { clients: PerRuntime::default(), connector, idle, most_idle })))
    }

    pub(super) async fn execute(&self, sent: Sent) -> Result<Response, Error> {
        match self {
            Self::Own(own) => own.execute(sent).await,
            #[cfg(feature = "reqwest")]
            Self::Given(http) => given(http, sent).await,
        }
    }

    /// The connector of this client. A client of the program has its own and does not expose it.
    #[cfg(feature = "long-connection")]
    pub(super) fn connector(&self) -> Result<Connector, Error> {
        match self {
            Self::Own(own) => Ok(own.connector.clone()),
            #[cfg(feature = "reqwest")]
            Self::Given(_) => Err(Error::config("your own HTTP client cannot open long connections")),
        }
    }
}

impl Own {
    fn client(&self) -> Hyper {
        let Ok(client) = self.clients.get(|| {
            let mut builder = legacy::Client::builder(TokioExecutor::new());
            builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new());
            builder.pool_idle_timeout(self.idle.unwrap_or(IDLE));
            if let Some(most) = self.most_idle {
                builder.pool_max_idle_per_host(most);
            }
            Ok::<_, Infallible>(builder.build(self.connector.clone()))
        });
        client
    }

    async fn execute(&self, sent: Sent) -> Result<Response, Error> {
        let Sent { method, url, headers, body } = sent;
        let uri: Uri = url
            .as_str()
            .parse()
            .map_err(|error| Error::config(format!("the address is not valid for HTTP: {error}")))?;
        let proxy_authorization = self.connector.proxy_authorization(&uri);
        let mut request = Request::new(body);
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        let agent = concat!("hire-api/", env!("CARGO_PKG_VERSION"));
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(agent));
        if let Some(value) = proxy_authorization {
            headers.insert(PROXY_AUTHORIZATION, value);
        }
        let response = self.client().request(request).await.map_err(|error| {
            let is_connect = error.is_connect();
            failed(error, is_connect)
        })?;
        Ok(Response::Own(response))
    }
}

#[cfg(feature = "reqwest")]
async fn given(http: &reqwest::Client, sent: Sent) -> Result<Response, Error> {
    let Sent { method, url, headers, body } = sent;
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers;
    if let Some(body) = body.unless_empty() {
        *request.body_mut() = Some(reqwest::Body::wrap(body));
    }
    http.execute(request).await.map(Response::Given).map_err(|error| {
        let is_connect = error.is_connect();
        failed(error.without_url(), is_connect)
    })
}

/// An answer whose headers have arrived.
pub(super) enum Response {
    Own(http::Response<Incoming>),
    #[cfg(feature = "reqwest")]
    Given(reqwest::Response),
}

impl Response {
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Own(response) => response.status().as_u16(),
            #[cfg(feature = "reqwest")]
            Self::Given(response) => response.status().as_u16(),
        }
    }

    pub(super) fn version(&self) -> Version {
        match self {
            Self::Own(response) => response.version(),
            #[cfg(feature = "reqwest")]
            Self::Given(response) => response.version(),
        }
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        match self {
            Self::Own(response) => response.headers(),
            #[cfg(feature = "reqwest")]
            Self::Given(response) => response.headers(),
        }
    }

    pub(super) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(match self {
            Self::Own(response) => response.headers_mut(),
            #[cfg(feature = "reqwest")]
            Self::Given(response) => response.headers_mut(),
        })
    }

    /// The address that answered, if it can differ from the requested one: a client of the program may follow
    /// redirects.
    pub(super) fn url(&self) -> Option<&Url> {
        match self {
            Self::Own(_) => None,
            #[cfg(feature = "reqwest")]
            Self::Given(response) => Some(response.url()),
        }
    }

    /// In bytes, if the server announces it.
    pub(super) fn content_length(&self) -> Option<u64> {
        match self {
            Self::Own(response) => response.body().size_hint().exact(),
            #[cfg(feature = "reqwest")]
            Self::Given(response) => response.content_length(),
        }
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Own(response) => {
                while let Some(frame) = response.body_mut().frame().await {
                    let frame = frame.map_err(|error| failed(error, false))?;
                    // Other frames are trailers.
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
                Ok(None)
            }
            #[cfg(feature = "reqwest")]
            Self::Given(response) => {
                response.chunk().await.map_err(|error| failed(error.without_url(), false))
            }
        }
    }
}

/// Messages of the library are used without the address, which could contain personal data.
fn failed(error: impl std::error::Error + Send + Sync + 'static, connecting: bool) -> Error {
    // A local read error is not the server's fault.
    if let Some(unread) = Unread::in_causes(&error) {
        return Error::upload(unread);
    }
    let how = if connecting { How::Connect } else { timeout_or_broken(&error) };
    Error::transport(how, error)
}

/// A client of the program may have its own timeout.
fn timeout_or_broken(error: &(dyn std::error::Error + 'static)) -> How {
    #[cfg(feature = "reqwest")]
    if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout) {
        return How::Timeout;
    }
    let _ = error;
    How::Broken
}
