//! Listens on loopback, on a separate thread.
//!
//! The thread separates the mock from its user's runtime: it can answer blocking clients, and tests that pause time.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_TYPE, HeaderValue, ORIGIN,
};
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use super::answer::Answer;
use super::connection::{SOCKET, upgrade};
use super::server::{Request, Server};

/// Largest JSON body, in bytes.
const MOST_JSON: usize = 16 << 20;
/// A body of this size is judged on a separate thread.
const LARGE: usize = 64 << 10;
/// Large bodies are judged one after the other, so that their memory does not add up.
static LARGE_ONES: Semaphore = Semaphore::const_new(1);
/// How long a body may take to arrive.
const LONGEST_BODY: Duration = Duration::from_secs(120);
/// Largest form, in bytes: Feishu accepts files of 300 MB, plus some overhead.
const MOST_FORM: usize = 301 << 20;

/// Serves until `stop` is dropped or sent. `ready` is called once, with the address or the error.
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
        // Both outcomes mean the same; open connections end with the runtime.
        let _ = stop.await;
    });
}

async fn accept(listener: TcpListener, server: Arc<Server>, latency: Duration) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely out of descriptors: some are freed when connections close.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it small answers wait for the acknowledgement of earlier ones; after an error they still arrive.
        let _ = stream.set_nodelay(true);
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(&server, request, latency));
            let mut http = hyper::server::conn::http1::Builder::new();
            let connection = http.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            let connection = connection.with_upgrades();
            // A client that disconnects or sends invalid HTTP has received its answer from hyper.
            let _ = connection.await;
        });
    }
}

async fn respond(
    server: &Arc<Server>,
    request: hyper::Request<Incoming>,
    latency: Duration,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.uri().path() == SOCKET {
        return Ok(upgrade(request, server.lines()));
    }
    let answer = if request.method() == Method::OPTIONS && request.headers().contains_key(ORIGIN) {
        Answer::text(204, "")
    } else {
        match tokio::time::timeout(LONGEST_BODY, read(request)).await {
            Ok(Ok(request)) => {
                if !latency.is_zero() {
                    tokio::time::sleep(latency).await;
                }
                judge(server, request).await
            }
            Ok(Err(answer)) => answer,
            Err(_) => Answer::text(408, "408 the body did not arrive in time"),
        }
    };
    Ok(response(answer))
}

/// Answers a request; a large one on a separate thread, so that others need not wait.
async fn judge(server: &Arc<Server>, request: Request) -> Answer {
    if request.body.len() < LARGE {
        return server.answer(&request, Instant::now());
    }
    // It is never closed.
    let _turn = LARGE_ONES.acquire().await;
    let server = Arc::clone(server);
    let answer = tokio::task::spawn_blocking(move || server.answer(&request, Instant::now())).await;
    answer.unwrap_or_else(|_| Answer::text(500, "500 the mock failed"))
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
        Err(_) => return Err(Answer::text(400, "400 the body is incomplete")),
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
    // Pages of the reference site may send requests; there is nothing to protect here.
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, x-mock-code"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "content-disposition, x-tt-logid"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}
