//! Listens on loopback, on a thread of its own.
//!
//! The thread keeps the mock apart from its user's runtime: it answers blocking clients, and tests that pause time.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::Answer;
use super::server::{Request, Server};

/// Largest JSON body, in bytes.
const MOST_JSON: usize = 16 << 20;
/// Largest form, in bytes: Feishu takes files of 300 MB, and there is a little around each.
const MOST_FORM: usize = 301 << 20;

/// Serves until `stop` is dropped or sent. `ready` is called once, with the address or with why there is none.
pub(super) fn serve(
    server: &Arc<Server>,
    port: u16,
    latency: Duration,
    stop: oneshot::Receiver<()>,
    ready: impl FnOnce(io::Result<SocketAddr>),
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ready(Err(error)),
    };
    runtime.block_on(async {
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let (listener, address) = match listening.and_then(|listener| Ok((listener.local_addr()?, listener)))
        {
            Ok((address, listener)) => (listener, address),
            Err(error) => return ready(Err(error)),
        };
        tokio::spawn(accept(listener, Arc::clone(server), latency));
        ready(Ok(address));
        // Both ways of ending mean the same; what is still open goes down with the runtime.
        let _ = stop.await;
    });
}

async fn accept(listener: TcpListener, server: Arc<Server>, latency: Duration) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: some come back when connections close.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it small answers wait for the acknowledgement of the ones before; with an error they still arrive.
        let _ = stream.set_nodelay(true);
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(&server, request, latency));
            let mut http = hyper::server::conn::http1::Builder::new();
            let connection = http.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            // A client that breaks off or speaks no HTTP has had its answer from hyper; nobody else is concerned.
            let _ = connection.await;
        });
    }
}

async fn respond(
    server: &Server,
    request: hyper::Request<Incoming>,
    latency: Duration,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = match read(request).await {
        Ok(request) => {
            if !latency.is_zero() {
                tokio::time::sleep(latency).await;
            }
            server.answer(&request, Instant::now())
        }
        Err(answer) => answer,
    };
    Ok(response(answer))
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, Answer> {
    let (head, body) = request.into_parts();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let is_form =
        head.headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"multipart/"));
    let most = if is_form { MOST_FORM } else { MOST_JSON };
    let body = match Limited::new(body, most).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Answer::text(413, "413 request entity too large"));
        }
        Err(_) => return Err(Answer::text(400, "400 the body broke off")),
    };
    Ok(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    })
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}
