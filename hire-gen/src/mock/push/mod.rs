//! Delivers events as Feishu does: encrypted, signed, and repeated if the answer is not 200.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use hire_gen::mock::{Push, PushedEvent};
//!
//! let push = Push::to("http://127.0.0.1:8080/events")?.with_encrypt_key("the app's key");
//! push.check_address().await?;
//! let payload = serde_json::json!({"offer_id": "7016605170635213100"});
//! let attempts = push.deliver(&PushedEvent::new("hire.offer.status_changed_v1", payload)).await;
//! println!("answered {:?}", attempts.last());
//! # Ok(())
//! # }
//! ```

mod documented;
mod post;
mod seal;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use self::post::Target;

/// Feishu repeats a delivery after these times.
const AGAIN: [Duration; 4] = [
    Duration::from_secs(15),
    Duration::from_secs(5 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(6 * 60 * 60),
];
/// How long Feishu waits for the answer to an event.
const WAIT: Duration = Duration::from_secs(3);
/// How long Feishu waits during an address check.
const WAIT_FOR_CHECK: Duration = Duration::from_secs(1);

/// An event to deliver.
#[derive(Clone, Debug)]
pub struct PushedEvent {
    event_id: String,
    event_type: String,
    payload: Value,
    v1: bool,
}

impl PushedEvent {
    /// Creates an event in the envelope 2.0, with this object as `event` and its own ID.
    pub fn new(event_type: impl Into<String>, payload: Value) -> Self {
        Self { event_id: random_hex(), event_type: event_type.into(), payload, v1: false }
    }

    /// Creates an event in the envelope 1.0.
    #[must_use]
    pub fn in_v1(self) -> Self {
        Self { v1: true, ..self }
    }

    /// Sets the ID, `uuid` in the envelope 1.0.
    #[must_use]
    pub fn with_id(self, event_id: impl Into<String>) -> Self {
        Self { event_id: event_id.into(), ..self }
    }

    /// Returns the ID.
    pub fn id(&self) -> &str {
        &self.event_id
    }

    /// Returns the name of the event.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }
}

/// Delivers events to an address, for one app in one tenant.
#[derive(Clone)]
#[must_use]
pub struct Push {
    target: Target,
    encrypt_key: Option<String>,
    token: String,
    app_id: String,
    tenant_key: String,
    again: Vec<Duration>,
    parts: usize,
}

/// A delivery as sent over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed {
    /// Names and values of the headers.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: String,
}

/// The outcome of one delivery attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The HTTP status of the answer; 200 is the only success.
    Answered(u16),
    /// No answer in time, or no connection.
    Unanswered,
}

/// Why nothing can be pushed to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotPush(String);

impl CannotPush {
    #[cfg(feature = "cli")]
    pub(crate) fn new(why: String) -> Self {
        Self(why)
    }
}

impl fmt::Display for CannotPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotPush {}

impl Push {
    /// Creates a sender for an address such as `http://127.0.0.1:8080/events`.
    ///
    /// # Errors
    ///
    /// If it is not an `http` address.
    pub fn to(url: &str) -> Result<Self, CannotPush> {
        Ok(Self {
            target: Target::new(url).map_err(|what| CannotPush(format!("`{url}` {what}")))?,
            encrypt_key: None,
            token: "mock-verification-token".to_owned(),
            app_id: "cli_mock".to_owned(),
            tenant_key: "mock-tenant".to_owned(),
            again: AGAIN.to_vec(),
            parts: 1,
        })
    }

    /// Encrypts and signs with this key.
    pub fn with_encrypt_key(mut self, key: impl Into<String>) -> Self {
        self.encrypt_key = Some(key.into());
        self
    }

    /// Sets the Verification Token in every body. Defaults to `mock-verification-token`.
    pub fn with_verification_token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Sets the app and the tenant of events. Defaults to `cli_mock` and `mock-tenant`.
    pub fn with_app(mut self, app_id: impl Into<String>, tenant_key: impl Into<String>) -> Self {
        (self.app_id, self.tenant_key) = (app_id.into(), tenant_key.into());
        self
    }

    /// Sets when deliveries are repeated. Defaults to Feishu's 15 seconds, 5 minutes, 1 hour and 6 hours.
    pub fn with_redelivery(mut self, after: impl Into<Vec<Duration>>) -> Self {
        self.again = after.into();
        self
    }

    /// Splits each event on a long connection into this many parts, and sends the last one first.
    pub fn with_parts(mut self, parts: usize) -> Self {
        self.parts = parts;
        self
    }

    /// Checks the address as the developer console does on saving. The request is encrypted if there is a key, and
    /// never signed.
    ///
    /// # Errors
    ///
    /// If the answer is not 200 with the challenge within a second.
    pub async fn check_address(&self) -> Result<(), CannotPush> {
        let challenge = random_hex();
        let sealed = self.sealed_check(&challenge);
        let wrong = |what: &str| Err(CannotPush(format!("the check of the address failed: {what}")));
        let posted = self.target.post(&sealed);
        match tokio::time::timeout(WAIT_FOR_CHECK, posted).await {
            Err(_) => wrong("no answer within a second"),
            Ok(None) => wrong("no answer"),
            Ok(Some((200, body))) => {
                let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                if answer.get("challenge").and_then(Value::as_str) == Some(&challenge) {
                    Ok(())
                } else {
                    wrong("the answer does not contain the challenge")
                }
            }
            Ok(Some((status, _))) => wrong(&format!("HTTP {status}")),
        }
    }

    /// Delivers an event until the answer is 200, or as often as Feishu would. Returns the outcome of each attempt.
    pub async fn deliver(&self, event: &PushedEvent) -> Vec<Delivered> {
        self.patiently(async || self.deliver_once(event).await).await
    }

    pub(crate) async fn patiently(&self, deliver: impl AsyncFn() -> Delivered) -> Vec<Delivered> {
        let mut attempts = vec![deliver().await];
        for wait in &self.again {
            if attempts.last() == Some(&Delivered::Answered(200)) {
                break;
            }
            tokio::time::sleep(*wait).await;
            attempts.push(deliver().await);
        }
        attempts
    }

    pub(super) fn parts(&self) -> usize {
        self.parts
    }

    /// Delivers an event once, whatever the answer is.
    pub async fn deliver_once(&self, event: &PushedEvent) -> Delivered {
        match tokio::time::timeout(WAIT, self.target.post(&self.sealed(event))).await {
            Ok(Some((status, _))) => Delivered::Answered(status),
            Ok(None) | Err(_) => Delivered::Unanswered,
        }
    }

    /// An event in its envelope, as sent over a long connection.
    pub fn enveloped(&self, event: &PushedEvent) -> String {
        let PushedEvent { event_id, event_type, payload, v1 } = event;
        let Self { token, app_id, tenant_key, .. } = self;
        let now = since_epoch();
        if !v1 {
            let create_time = now.as_millis().to_string();
            let header = json!({"event_id": event_id, "event_type": event_type, "create_time": create_time,
                "token": token, "app_id": app_id, "tenant_key": tenant_key});
            return json!({"schema": "2.0", "header": header, "event": payload}).to_string();
        }
        let mut event = payload.clone();
        if let Some(event) = event.as_object_mut() {
            event.insert("type".to_owned(), json!(event_type));
            event.insert("app_id".to_owned(), json!(app_id));
            // A ticket belongs to the app, not to a tenant.
            if event_type != "app_ticket" {
                event.insert("tenant_key".to_owned(), json!(tenant_key));
            }
        }
        let ts = format!("{}.{:07}", now.as_secs(), now.subsec_nanos() / 100);
        json!({"ts": ts, "uuid": event_id, "token": token, "type": "event_callback", "event": event})
            .to_string()
    }

    /// A delivery of an event, with its own signature.
    pub fn sealed(&self, event: &PushedEvent) -> Sealed {
        let mut sealed = self.seal(&self.enveloped(event));
        if let Some(key) = &self.encrypt_key {
            let (timestamp, nonce) = (since_epoch().as_secs().to_string(), random_hex());
            let signature = seal::sign(&timestamp, &nonce, key, &sealed.body);
            for (name, value) in [
                ("X-Lark-Request-Timestamp", timestamp),
                ("X-Lark-Request-Nonce", nonce),
                ("X-Lark-Signature", signature),
            ] {
                sealed.headers.push((name.to_owned(), value));
            }
        }
        sealed
    }

    /// An address check with this challenge.
    pub fn sealed_check(&self, challenge: &str) -> Sealed {
        let check = json!({"challenge": challenge, "token": self.token, "type": "url_verification"});
        self.seal(&check.to_string())
    }

    fn seal(&self, text: &str) -> Sealed {
        let headers = vec![("Content-Type".to_owned(), "application/json;charset=utf-8".to_owned())];
        let body = match &self.encrypt_key {
            Some(key) => json!({ "encrypt": seal::seal(text, key) }).to_string(),
            None => text.to_owned(),
        };
        Sealed { headers, body }
    }
}

impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

pub(super) fn random_hex() -> String {
    seal::random().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
