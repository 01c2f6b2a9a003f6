//! Opens connections: directly or through a proxy, with or without encryption.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::header::HeaderValue;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::tls::{self, Duplex, Tls};
use crate::error::Error as SetupError;

type BoxError = Box<dyn Error + Send + Sync>;
type Opening = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

/// A connection that is silent for this long is probed, and again after each such interval.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;

/// Opens connections for one client.
#[derive(Clone)]
pub(crate) struct Connector {
    direct: Direct,
    proxies: Arc<Matcher>,
    within: Duration,
}

/// Opens connections without a proxy, or to one.
#[derive(Clone)]
struct Direct {
    tcp: HttpConnector,
    /// The error if TLS cannot be set up; only encrypted connections fail with it.
    tls: Result<Tls, SetupError>,
}

impl Connector {
    /// Opening a connection takes at most `within`, including name lookup, proxy and encryption.
    pub(super) fn new(tls: Result<Tls, SetupError>, proxies: Matcher, within: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(within));
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_keepalive_retries(Some(PROBES));
        Self { direct: Direct { tcp, tls }, proxies: Arc::new(proxies), within }
    }

    /// The proxy's credentials for a request that is sent to a proxy. A tunnelled request has none.
    pub(super) fn proxy_authorization(&self, to: &Uri) -> Option<HeaderValue> {
        if to.scheme_str() != Some("http") {
            return None;
        }
        let mut value = self.proxies.intercept(to)?.basic_auth()?.clone();
        value.set_sensitive(true);
        Some(value)
    }

    /// Opens a connection to the host of an address.
    ///
    /// # Errors
    ///
    /// If it cannot be opened in time.
    pub(crate) async fn open(self, to: Uri) -> Result<Stream, BoxError> {
        let late = |_| Box::new(io::Error::new(io::ErrorKind::TimedOut, "connecting timed out")) as BoxError;
        tokio::time::timeout(self.within, self.opened(to)).await.map_err(late)?
    }

    /// The same for a WebSocket, whose address begins with `wss` or `ws`. An unencrypted one bypasses proxies.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    #[cfg(feature = "long-connection")]
    pub(super) async fn open_socket(mut self, to: Uri) -> Result<Box<dyn Duplex>, BoxError> {
        let encrypted = to.scheme_str() == Some("wss");
        let authority = to.authority().ok_or("the address has no host")?.as_str();
        let scheme = if encrypted { "https" } else { "http" };
        let to = Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build()?;
        if !encrypted {
            self.proxies = Arc::new(Matcher::builder().build());
        }
        Ok(self.open(to).await?.io.into_inner())
    }

    async fn opened(self, to: Uri) -> Result<Stream, BoxError> {
        let Self { mut direct, proxies, .. } = self;
        let Some(proxy) = proxies.intercept(&to) else { return direct.call(to).await };
        if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
            return Err("a proxy is used over `http` or `https`, not over `socks`".into());
        }
        if to.scheme_str() != Some("https") {
            let stream = direct.call(proxy.uri().clone()).await?;
            return Ok(Stream { proxied: true, ..stream });
        }
        let tls = direct.tls.clone();
        let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        let host = to.host().unwrap_or_default().to_owned();
        let through = tunnel.call(to).await?;
        Ok(Stream::new(tls::encrypt(&tls?, &host, through.io.into_inner()).await?))
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Opening;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Opening {
        Box::pin(self.clone().open(to))
    }
}

impl Service<Uri> for Direct {
    type Response = Stream;
    type Error = BoxError;
    type Future = Opening;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Opening {
        let encrypted = to.scheme_str() == Some("https");
        let (tls, host) = (self.tls.clone(), to.host().unwrap_or_default().to_owned());
        let connecting = self.tcp.call(to);
        Box::pin(async move {
            let tcp = connecting.await?.into_inner();
            Ok(Stream::new(if encrypted { tls::encrypt(&tls?, &host, tcp).await? } else { Box::new(tcp) }))
        })
    }
}

/// An open connection.
pub(crate) struct Stream {
    io: TokioIo<Box<dyn Duplex>>,
    /// Whether it leads to a proxy that receives complete requests.
    proxied: bool,
}

impl Stream {
    fn new(io: Box<dyn Duplex>) -> Self {
        Self { io: TokioIo::new(io), proxied: false }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feishu reads the requests that go through a tunnel, not the proxy.
    #[test]
    fn the_credentials_of_a_proxy_go_to_the_proxy_only() {
        let proxies = Matcher::builder().all("http://user:password@proxy.example:3128").build();
        let connector = Connector::new(tls::settled(&[], None), proxies, Duration::from_secs(1));
        let of = |url: &str| connector.proxy_authorization(&url.parse().unwrap());
        assert!(of("http://10.0.0.5/a").unwrap().is_sensitive());
        assert_eq!(of("https://open.feishu.cn/a"), None);
    }
}
