//! Where a client's tokens come from.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;

use crate::error::Error;
use crate::metadata::{Envelope, Method};
use crate::retry::Retry;
use crate::send::unwrapped;
use crate::token::{DEADLINE, Secret};
use crate::transport::{Incoming, Outbound, Outgoing, Transport};

/// Gives a client its tenant access tokens, where they do not come from Feishu itself: from a service of yours, say.
///
/// The client caches what it gets, asks once for any number of waiters, renews in the background, and rests after a
/// failure; a provider only has to fetch. One that panics, or takes longer than 10 seconds, has failed.
///
/// ```
/// use std::time::Duration;
///
/// use hire_api::{AccessToken, Error, TokenFuture, TokenProvider};
///
/// struct FromVault;
///
/// impl TokenProvider for FromVault {
///     fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
///         Box::pin(async move {
///             let (token, seconds) = ask_the_vault(refused).await.map_err(Error::no_token)?;
///             Ok(AccessToken::new(token, Duration::from_secs(seconds)))
///         })
///     }
/// }
/// # async fn ask_the_vault(_: Option<&str>) -> Result<(String, u64), std::io::Error> { Ok((String::new(), 0)) }
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// A token that is valid. Where Feishu has refused one it is given here: it must not be given out again.
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a>;
}

impl<P: TokenProvider + ?Sized> TokenProvider for std::sync::Arc<P> {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        (**self).fetch(refused)
    }
}

/// What [`TokenProvider::fetch`] returns: a boxed future, so that providers can be of any type.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send + 'a>>;

/// A tenant access token, and how long it is valid. Nothing shows it.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) token: Secret,
    /// What is left of it.
    pub(crate) life: Duration,
}

impl AccessToken {
    /// A token that is valid for this long from now on.
    pub fn new(token: impl AsRef<str>, life: Duration) -> Self {
        Self { token: Secret::new(token.as_ref()), life }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("life", &self.life).finish_non_exhaustive()
    }
}

/// Asks Feishu, for an app that a company has built for itself.
pub(crate) struct CustomApp {
    pub(crate) app_id: String,
    pub(crate) app_secret: Secret,
    pub(crate) transport: Transport,
}

impl TokenProvider for CustomApp {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        let body = serde_json::json!({"app_id": self.app_id, "app_secret": self.app_secret.expose()});
        let path = "/open-apis/auth/v3/tenant_access_token/internal";
        Box::pin(async move {
            let ask = Ask { path, body: body.to_string(), secrets: &[&self.app_secret] };
            granted(&ask.patiently(&self.transport).await?, "tenant_access_token")
        })
    }
}

/// A request to one of the endpoints that give out tokens. Their answers are flat: the token stands beside `code`.
pub(crate) struct Ask<'a> {
    pub(crate) path: &'a str,
    pub(crate) body: String,
    /// Must not be shown where the answer repeats them.
    pub(crate) secrets: &'a [&'a Secret],
}

impl Ask<'_> {
    /// Asks again where the endpoint is out of order for a moment.
    pub(crate) async fn patiently(&self, transport: &Transport) -> Result<Incoming, Error> {
        let retry = Retry::new().with_base(Duration::from_millis(200)).with_deadline(DEADLINE);
        let started = tokio::time::Instant::now();
        let mut sent = 0;
        loop {
            sent += 1;
            let error = match self.once(transport, DEADLINE.saturating_sub(started.elapsed())).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match retry.wait(&error, true, sent, started.elapsed(), fastrand::f64()) {
                Some((wait, _)) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    pub(crate) async fn once(&self, transport: &Transport, within: Duration) -> Result<Incoming, Error> {
        let outgoing = Outgoing {
            method: Method::Post,
            path: self.path,
            query: "",
            token: None,
            body: Outbound::Bytes(self.body.clone().into_bytes()),
            content_type: Some("application/json; charset=utf-8"),
            within,
        };
        let incoming = transport.send(outgoing).await?;
        unwrapped(&incoming, Envelope::Standard, self.secrets)?;
        Ok(incoming)
    }
}

/// The token of an answer that is flat.
pub(crate) fn granted(incoming: &Incoming, field: &str) -> Result<AccessToken, Error> {
    let answer = serde_json::from_slice(&incoming.body).ok();
    answer.and_then(|answer| token(&answer, field)).ok_or_else(|| {
        Error::unreadable("it holds no token").with_status(incoming.status, incoming.log_id.as_deref())
    })
}

fn token(answer: &Value, field: &str) -> Option<AccessToken> {
    let token = answer.get(field)?.as_str().filter(|token| !token.is_empty())?;
    let expire = answer.get("expire");
    let seconds =
        expire.and_then(|expire| expire.as_i64().or_else(|| expire.as_str()?.parse().ok())).unwrap_or(0);
    Some(AccessToken::new(token, Duration::from_secs(u64::try_from(seconds).unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f26_odd_grants_are_clamped_or_refused() {
        let life = |text: &str| {
            token(&serde_json::from_str(text).unwrap(), "tenant_access_token")
                .map(|grant| grant.life.as_secs())
        };
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":7200}"#), Some(7200));
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":"7200"}"#), Some(7200));
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":-1}"#), Some(0));
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":9223372036854775808}"#), Some(0));
        assert_eq!(life(r#"{"tenant_access_token":"t"}"#), Some(0));
        assert_eq!(life(r#"{"tenant_access_token":"","expire":7200}"#), None);
        assert_eq!(life(r#"{"expire":7200}"#), None);
        assert_eq!(life(r#"[]"#), None);
    }

    #[test]
    fn x01_a_token_is_shown_by_nothing() {
        let token = AccessToken::new("t-canary", Duration::from_secs(1));
        assert!(!format!("{token:?}").contains("canary"));
    }
}
