//! One POST over plain HTTP.

use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Sealed;

/// The most bytes of an answer.
const MOST: usize = 64 << 10;

/// An address to deliver to.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Including the port.
    authority: String,
    path: String,
}

impl Target {
    /// Parses an address; the error completes a sentence about it.
    pub(super) fn new(url: &str) -> Result<Self, &'static str> {
        let uri: hyper::Uri = url.parse().map_err(|_| "is not an address")?;
        if uri.scheme_str() != Some("http") {
            return Err("must be an `http` address: the mock stays on this machine");
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or("has no host")?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self { authority: format!("{host}:{}", uri.port_u16().unwrap_or(80)), path: path.to_owned() })
    }

    /// Status and body of the answer; `None` without an answer.
    pub(super) async fn post(&self, sealed: &Sealed) -> Option<(u16, Bytes)> {
        let stream = TcpStream::connect(&self.authority).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        // The sender sees errors of the connection.
        let connection = tokio::spawn(async move { drop(connection.await) });
        let mut request = Request::post(&self.path).header(HOST, &self.authority);
        for (name, value) in &sealed.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(sealed.body.clone()))).ok()?;
        let answer = sender.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MOST).collect().await.map(Collected::to_bytes);
        connection.abort();
        Some((status, body.unwrap_or_default()))
    }
}
