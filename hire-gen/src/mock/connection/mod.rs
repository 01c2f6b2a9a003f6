//! The server side of the long connection: the address, the upgrade, and events in frames.

mod frame;
mod line;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::frame::{Frame, SERVICE};
use self::line::Order;
use super::push::{Delivered, random_hex};

pub(super) const ENDPOINT: &str = "/callback/ws/endpoint";
pub(super) const SOCKET: &str = "/ws";

/// How long Feishu waits for the answer to an event.
const WAIT: Duration = Duration::from_secs(3);

/// All connections of a mock, and its settings for them.
#[derive(Debug)]
pub(super) struct Lines {
    open: Vec<mpsc::UnboundedSender<Order>>,
    tickets: BTreeSet<String>,
    pace: Pace,
    endpoint_refuses: Option<i64>,
    upgrade_refuses: Option<(i64, Option<i64>)>,
    opened: u64,
}

/// What the mock tells clients, in seconds.
#[derive(Clone, Copy, Debug)]
struct Pace {
    first: u64,
    interval: u64,
    ping: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            tickets: BTreeSet::new(),
            pace: Pace { first: 0, interval: 1, ping: 90 },
            endpoint_refuses: None,
            upgrade_refuses: None,
            opened: 0,
        }
    }
}

impl Lines {
    /// The answer to a request for an address, on the requested host.
    pub(super) fn address(&mut self, body: &Value, host: &str) -> Value {
        let given = |name: &str| body.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        let refused = match self.endpoint_refuses {
            Some(code) => Some(code),
            None if !given("AppID") || !given("AppSecret") => Some(1_000_040_344),
            None => None,
        };
        if let Some(code) = refused {
            return json!({"code": code, "msg": "mock: refused", "data": {}});
        }
        let ticket = random_hex();
        let url = format!("ws://{host}{SOCKET}?device_id=7&service_id={SERVICE}&ticket={ticket}");
        self.tickets.insert(ticket);
        json!({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": self.config()}})
    }

    fn config(&self) -> Value {
        let Pace { first, interval, ping } = self.pace;
        json!({"ReconnectCount": -1, "ReconnectInterval": interval, "ReconnectNonce": first, "PingInterval": ping})
    }

    pub(super) fn set_pace(&mut self, first: u64, interval: u64, ping: u64) {
        self.pace = Pace { first, interval, ping };
    }

    pub(super) fn refuse(&mut self, code: Option<i64>) {
        self.endpoint_refuses = code;
    }

    pub(super) fn refuse_upgrades(&mut self, refusal: Option<(i64, Option<i64>)>) {
        self.upgrade_refuses = refusal;
    }

    pub(super) fn count(&mut self) -> usize {
        self.open.retain(|line| !line.is_closed());
        self.open.len()
    }

    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    pub(super) fn order(&mut self, order: impl Fn() -> Order) {
        self.open.retain(|line| line.send(order()).is_ok());
    }

    /// Opens a line, or refuses with headers.
    fn open(&mut self, query: &str) -> Result<mpsc::UnboundedReceiver<Order>, (i64, Option<i64>)> {
        if let Some(refusal) = self.upgrade_refuses {
            return Err(refusal);
        }
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let ticket = pairs.find(|(name, _)| *name == "ticket").map(|(_, ticket)| ticket);
        // Each is valid for one connection.
        if !ticket.is_some_and(|ticket| self.tickets.remove(ticket)) {
            return Err((514, None));
        }
        let (line, orders) = mpsc::unbounded_channel();
        self.open.push(line);
        self.opened += 1;
        Ok(orders)
    }

    /// Sends an event over one of the connections; returns a receiver for its answer.
    pub(super) fn send(&mut self, payload: &str, parts: usize) -> Option<oneshot::Receiver<u16>> {
        let count = self.count();
        let message_id = random_hex();
        let at = usize::from_str_radix(message_id.get(..4)?, 16).ok()?.checked_rem(count)?;
        let (answer, answered) = oneshot::channel();
        let frames = Frame::event(&message_id, payload.as_bytes(), parts);
        self.open.get(at)?.send(Order::Event { message_id, frames, answer }).ok()?;
        Some(answered)
    }
}

/// The outcome of an event.
pub(super) async fn answered(sent: Option<oneshot::Receiver<u16>>) -> Delivered {
    let Some(answer) = sent else { return Delivered::Unanswered };
    match tokio::time::timeout(WAIT, answer).await {
        Ok(Ok(code)) => Delivered::Answered(code),
        _ => Delivered::Unanswered,
    }
}

/// Answers the upgrade request and serves the connection from then on.
pub(super) fn upgrade(mut request: Request<Incoming>, lines: &Arc<Mutex<Lines>>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let Some(accept) = key.and_then(|key| key.parse().ok()) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    let lock = || lines.lock().unwrap_or_else(PoisonError::into_inner);
    let opened = lock().open(request.uri().query().unwrap_or_default());
    let headers = response.headers_mut();
    match opened {
        Ok(orders) => {
            let config = lock().config().to_string();
            let upgrade = hyper::upgrade::on(&mut request);
            tokio::spawn(line::serve(upgrade, orders, config));
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        }
        Err((status, code)) => {
            headers.insert(HeaderName::from_static("handshake-status"), status.into());
            if let Some(code) = code {
                headers.insert(HeaderName::from_static("handshake-autherrcode"), code.into());
            }
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
    }
    response
}

/// Sends a command to every connection.
pub(super) fn drop_all() -> Order {
    Order::Drop
}

/// The same for one.
pub(super) fn silence() -> Order {
    Order::Silence
}

/// The same with raw bytes.
pub(super) fn raw(bytes: &[u8]) -> Order {
    Order::Raw(bytes.to_vec())
}
