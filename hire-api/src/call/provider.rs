//! The source of a client's tokens.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;

use crate::call::outcome::unwrapped;
use crate::call::retry::Retry;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Incoming, Outbound, Outgoing, Transport};
use crate::wire::metadata::{Envelope, Method};

/// The time limit for fetching a token, including all attempts.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// Provides tenant access tokens that do not come from Feishu directly, such as those of your own token service.
///
/// The client caches tokens, asks once for any number of waiters, renews in the background and pauses after a
/// failure; a provider only has to fetch. A provider that panics, or takes longer than 10 seconds, has failed.
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
    /// Returns a valid token. `refused` is the token that Feishu has refused, if any; it must not be returned again.
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a>;
}

impl<P: TokenProvider + ?Sized> TokenProvider for std::sync::Arc<P> {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        (**self).fetch(refused)
    }
}

/// The return type of [`TokenProvider::fetch`]: a boxed future, so that providers can be of any type.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send + 'a>>;

/// A tenant access token and its remaining validity. `Debug` hides it.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) token: Secret,
    /// The remaining validity.
    pub(crate) life: Duration,
}

impl AccessToken {
    /// Creates a token that is valid for this long from now on.
    pub fn new(token: impl AsRef<str>, life: Duration) -> Self {
        Self { token: Secret::new(token.as_ref()), life }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("life", &self.life).finish_non_exhaustive()
    }
}

/// Fetches tokens from Feishu for a custom app (企业自建应用).
#[derive(Clone)]
pub(crate) struct CustomApp {
    pub(crate) app_id: String,
    pub(crate) app_secret: Secret,
    pub(crate) transport: Transport,
}

/// Fetches the app access tokens of a custom app; `CustomApp` itself fetches its tenant access tokens.
pub(crate) struct CustomAppTokens(pub(crate) CustomApp);

impl CustomApp {
    async fn ask(&self, path: &str, field: &str) -> Result<AccessToken, Error> {
        let body = serde_json::json!({"app_id": self.app_id, "app_secret": self.app_secret.expose()});
        let ask = Ask { path, body: body.to_string(), secrets: &[&self.app_secret] };
        granted(&ask.patiently(&self.transport).await?, field)
    }
}

impl TokenProvider for CustomApp {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(self.ask("/open-apis/auth/v3/tenant_access_token/internal", "tenant_access_token"))
    }
}

impl TokenProvider for CustomAppTokens {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(self.0.ask("/open-apis/auth/v3/app_access_token/internal", "app_access_token"))
    }
}

/// A request to one of the token endpoints. Their answers are flat: the token is beside `code`.
pub(crate) struct Ask<'a> {
    pub(crate) path: &'a str,
    pub(crate) body: String,
    /// Values that must not be shown if the answer repeats them.
    pub(crate) secrets: &'a [&'a Secret],
}

impl Ask<'_> {
    /// Asks again if the endpoint fails temporarily.
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
            match retry.again(&error, true, sent, started.elapsed(), fastrand::f64()) {
                Some(again) => tokio::time::sleep(again.wait).await,
                None => return Err(error),
            }
        }
    }

    pub(crate) async fn once(&self, transport: &Transport, within: Duration) -> Result<Incoming, Error> {
        let outgoing = Outgoing {
            base_urls: &[],
            file: false,
            method: Method::Post,
            path: self.path,
            query: "",
            token: None,
            body: Outbound::Bytes(self.body.clone().into()),
            content_type: Some("application/json; charset=utf-8"),
            within,
            timeout: None,
            headers: None,
            own: &[],
            heard: None,
        };
        let incoming = transport.send(outgoing).await?;
        match unwrapped(&incoming, Envelope::Standard, self.secrets) {
            Ok(_) => Ok(incoming),
            Err(error) => Err(error.with_answer(incoming.headers, incoming.body)),
        }
    }
}

/// The token in a flat answer.
pub(crate) fn granted(incoming: &Incoming, field: &str) -> Result<AccessToken, Error> {
    let answer = serde_json::from_slice(&incoming.body).ok();
    answer.and_then(|answer| token(&answer, field)).ok_or_else(|| {
        Error::unreadable("it contains no token").with_status(incoming.status, incoming.log_id.as_deref())
    })
}

/// The lifetime of a token if the answer does not give one.
const UNKNOWN_LIFE: Duration = Duration::from_secs(10 * 60);

fn token(answer: &Value, field: &str) -> Option<AccessToken> {
    let token = answer.get(field)?.as_str().filter(|token| !token.is_empty())?;
    let expire = answer.get("expire");
    let seconds = expire.and_then(|expire| expire.as_f64().or_else(|| expire.as_str()?.trim().parse().ok()));
    // Without a validity the token is used for a while; it is replaced as soon as it is refused.
    let life =
        seconds.map_or(UNKNOWN_LIFE, |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
    Some(AccessToken::new(token, life))
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
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":7199.5}"#), Some(7199));
        assert_eq!(life(r#"{"tenant_access_token":"t","expire":" 7200 "}"#), Some(7200));
        // No token lives longer than two hours; see `Tokens`.
        assert!(life(r#"{"tenant_access_token":"t","expire":9223372036854775808}"#) > Some(7200));
        for unknown in ["", r#","expire":"""#, r#","expire":null"#, r#","expire":"soon""#] {
            assert_eq!(life(&format!(r#"{{"tenant_access_token":"t"{unknown}}}"#)), Some(600), "{unknown}");
        }
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
