//! Deliveries by HTTP: verifies the sender and answers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::envelope::{Arrived, Content, Opened, read};
use super::handlers::Events;
use super::seal::{EncryptKey, equal};
use super::work::take;
use crate::clock;
use crate::error::Error;
use crate::secret::Secret;
use crate::wire::value::Json;

/// Receives events at your own address.
///
/// It is a function of headers and bytes, so any HTTP server can call it; with the feature `axum`, `route` is a ready
/// handler. It needs tokio, which runs the handlers of events as tasks.
///
/// ```
/// # async fn example() -> Result<(), hire_api::Error> {
/// use hire_api::event::{Events, Webhook};
///
/// let webhook = Webhook::new(Events::new(), "the Encrypt Key of the developer console")?;
/// // For each POST to your address, with the body as it came:
/// let headers = [("X-Lark-Signature", "..")];
/// let answer = webhook.answer(headers, b"{}").await;
/// assert_eq!(answer.status, 401);
/// # Ok(())
/// # }
/// ```
///
/// Cheap to clone.
#[derive(Clone)]
#[must_use]
pub struct Webhook {
    events: Arc<Events>,
    key: Option<Arc<EncryptKey>>,
    token: Option<Secret>,
    max_bytes: usize,
    tolerance: Option<Duration>,
}

/// A thousand times larger than any documented event.
const MAX_BYTES: usize = 1024 * 1024;

impl Webhook {
    /// Accepts only deliveries that are encrypted and signed with this Encrypt Key.
    ///
    /// # Errors
    ///
    /// If the key is empty: anybody could sign with it.
    pub fn new(events: impl Into<Arc<Events>>, encrypt_key: impl AsRef<str>) -> Result<Self, Error> {
        let key = nonempty(encrypt_key.as_ref(), "the Encrypt Key is empty")?;
        let key = Some(Arc::new(EncryptKey::new(key)));
        Ok(Self { events: events.into(), key, token: None, max_bytes: MAX_BYTES, tolerance: None })
    }

    /// Accepts deliveries with this Verification Token, in plain text and unsigned, for an app without an Encrypt
    /// Key. An Encrypt Key is safer.
    ///
    /// # Errors
    ///
    /// If the token is empty: anybody could send it.
    pub fn unencrypted(
        events: impl Into<Arc<Events>>,
        verification_token: impl AsRef<str>,
    ) -> Result<Self, Error> {
        let webhook =
            Self { events: events.into(), key: None, token: None, max_bytes: MAX_BYTES, tolerance: None };
        webhook.with_verification_token(verification_token)
    }

    /// Additionally requires this Verification Token.
    ///
    /// # Errors
    ///
    /// If the token is empty.
    pub fn with_verification_token(mut self, token: impl AsRef<str>) -> Result<Self, Error> {
        self.token = Some(Secret::new(nonempty(token.as_ref(), "the Verification Token is empty")?));
        Ok(self)
    }

    /// Sets the largest body. Defaults to 1 MiB.
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Refuses deliveries that were signed longer ago, or will be later, than this. By default the time is not
    /// checked, since an event is handled once anyway; an hour is a cautious value. Requires an Encrypt Key and a
    /// correct clock.
    pub fn with_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// Returns the largest body, in bytes.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Answers a POST with these headers, whose names may be in any case, and this body, **as received**: the
    /// signature covers its bytes.
    ///
    /// It takes at most 2.8 seconds; handlers continue after that.
    pub async fn answer<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> WebhookAnswer {
        let opened = self.open(&Signature::of(headers), body, clock::since_epoch());
        match opened {
            Ok(Content::AddressCheck { challenge }) => {
                WebhookAnswer::new(200, &json!({ "challenge": challenge }))
            }
            Ok(Content::Event(arrived)) => self.take(arrived).await,
            Err(refused) => refused.answer(),
        }
    }

    async fn take(&self, arrived: Arrived) -> WebhookAnswer {
        match take(&self.events, arrived).await {
            true => WebhookAnswer::new(200, &json!({ "msg": "success" })),
            false => WebhookAnswer::new(500, &json!({ "msg": "not handled" })),
        }
    }

    /// Verifies the sender and reads the body. Every failure has the same answer.
    pub(super) fn open(&self, signature: &Signature, body: &[u8], now: Duration) -> Result<Content, Refused> {
        if body.len() > self.max_bytes {
            return Err(Refused::TooLarge);
        }
        let (opened, signed) = match &self.key {
            Some(key) => {
                // First of all, so that it costs the same whatever the body is.
                let signed = signature.is_by(key, body);
                (unseal(key, body), signed)
            }
            None => (read(body), true),
        };
        let Some(Opened { token, content }) = opened else { return Err(Refused::Unknown) };
        if let Some(expected) = &self.token {
            let token = token.as_ref().map_or("", Secret::expose);
            if !equal(expected.expose().as_bytes(), token.as_bytes()) {
                return Err(Refused::Unknown);
            }
        }
        // Address checks come without a signature.
        if matches!(content, Content::AddressCheck { .. }) {
            return Ok(content);
        }
        if !signed {
            return Err(Refused::Unknown);
        }
        let far_off = |tolerance| signature.age(now).is_none_or(|age| age > tolerance);
        match self.tolerance.filter(|_| self.key.is_some()) {
            Some(tolerance) if far_off(tolerance) => Err(Refused::FarOff),
            _ => Ok(content),
        }
    }
}

/// Reads an encrypted body. A wrongly encrypted one is read like any other, and refused only then.
fn unseal(key: &EncryptKey, body: &[u8]) -> Option<Opened> {
    let fields: BTreeMap<String, Json> = serde_json::from_slice(body).ok()?;
    let sealed = fields.get("encrypt")?.parse::<String>().ok()?;
    let unsealed = key.open(&sealed)?;
    let opened = read(&unsealed.text);
    opened.filter(|_| unsealed.intact.into())
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("events", &self.events).finish_non_exhaustive()
    }
}

fn nonempty<'a>(text: &'a str, wrong: &str) -> Result<&'a str, Error> {
    if text.is_empty() { Err(Error::config(wrong)) } else { Ok(text) }
}

/// Why a delivery was refused. A sender that is not Feishu learns nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooLarge,
    Unknown,
    FarOff,
}

impl Refused {
    fn answer(self) -> WebhookAnswer {
        #[cfg(feature = "tracing")]
        match self {
            Self::TooLarge => tracing::warn!("a delivery is too large"),
            Self::Unknown => tracing::warn!("a delivery was refused: it has another key or token"),
            Self::FarOff => tracing::warn!("a delivery was refused: its time is too far from now"),
        }
        match self {
            Self::TooLarge => WebhookAnswer::new(413, &json!({ "msg": "too large" })),
            Self::Unknown | Self::FarOff => WebhookAnswer::new(401, &json!({ "msg": "refused" })),
        }
    }
}

/// The headers that prove the sender.
#[derive(Default)]
pub(super) struct Signature {
    timestamp: Option<Vec<u8>>,
    nonce: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Signature {
    pub(super) fn of<N: AsRef<str>, V: AsRef<[u8]>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut found = Self::default();
        for (name, value) in headers {
            let slot = match name.as_ref() {
                name if name.eq_ignore_ascii_case("X-Lark-Request-Timestamp") => &mut found.timestamp,
                name if name.eq_ignore_ascii_case("X-Lark-Request-Nonce") => &mut found.nonce,
                name if name.eq_ignore_ascii_case("X-Lark-Signature") => &mut found.signature,
                _ => continue,
            };
            *slot = Some(value.as_ref().to_vec());
        }
        found
    }

    fn is_by(&self, key: &EncryptKey, body: &[u8]) -> bool {
        let Self { timestamp: Some(timestamp), nonce: Some(nonce), signature: Some(signature) } = self else {
            return false;
        };
        key.signs(timestamp, nonce, body, signature)
    }

    /// The distance of the signed time from now.
    fn age(&self, now: Duration) -> Option<Duration> {
        let seconds = std::str::from_utf8(self.timestamp.as_ref()?).ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds).abs_diff(now))
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookAnswer {
    /// The HTTP status: 200 on success.
    pub status: u16,
    /// JSON.
    pub body: String,
}

impl WebhookAnswer {
    fn new(status: u16, body: &serde_json::Value) -> Self {
        Self { status, body: body.to_string() }
    }

    #[cfg(feature = "axum")]
    pub(super) fn too_large() -> Self {
        Refused::TooLarge.answer()
    }

    /// Returns the content type of the body.
    pub const CONTENT_TYPE: &'static str = "application/json; charset=utf-8";
}
