//! The client: one send path for every endpoint, under a thin generic shell.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::check::Checks;
use crate::envelope::{Detail, Opened, open};
use crate::error::Error;
use crate::metadata::{Envelope, Method, Token};
use crate::request::{Draft, Endpoint, Prepared};
use crate::token::{Grant, Secret, Tokens};
use crate::transport::{Incoming, Outgoing, Settings, Transport};

/// Codes that say the token is no longer good: the gateway refused the request before anything was processed.
const TOKEN_REFUSED: [i64; 5] = [99_991_663, 99_991_664, 99_991_665, 99_991_671, 20_013];

/// A client for one app of one tenant. Cheap to clone; clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    app_id: String,
    app_secret: Secret,
    validation: bool,
    transport: Transport,
    tokens: Tokens,
}

impl Client {
    /// A client for a custom app (企业自建应用), by the ID and the secret that Feishu's developer console shows for it.
    pub fn builder(app_id: impl Into<String>, app_secret: impl AsRef<str>) -> ClientBuilder {
        ClientBuilder {
            app_id: app_id.into(),
            app_secret: Secret::new(app_secret.as_ref()),
            validation: true,
            settings: Settings {
                base_url: crate::FEISHU.to_owned(),
                timeout: Duration::from_secs(30),
                connect_timeout: Duration::from_secs(5),
                http: None,
            },
        }
    }

    /// Sends a request. The methods of the services do just this; it is for endpoints of your own.
    ///
    /// The request is checked and encoded at once; the future it returns holds nothing of it but the bytes.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call<E: Endpoint>(
        &self,
        request: &E,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        let prepared = self.prepare(request);
        let inner = Arc::clone(&self.inner);
        async move {
            let (opened, status, log_id) = inner.send(prepared?).await?;
            read(&opened)
                .map_err(|error| error.with_endpoint(E::METADATA).with_status(status, log_id.as_deref()))
        }
    }

    fn prepare<E: Endpoint>(&self, request: &E) -> Result<Prepared, Error> {
        let mut checks = Checks::new();
        if self.inner.validation {
            request.check(&mut checks);
        }
        let mut draft = Draft::new(E::METADATA);
        request.draft(&mut draft);
        let prepared = match (checks.finish(), draft.finish()) {
            (Ok(()), Ok(prepared)) => return Ok(prepared),
            (Err(mut wrong), Err(more)) => {
                wrong.0.extend(more.0);
                wrong
            }
            (Err(wrong), _) | (_, Err(wrong)) => wrong,
        };
        Err(Error::refused(prepared).with_endpoint(E::METADATA))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("app_id", &self.inner.app_id)
            .field("base_url", &self.inner.transport.base_url())
            .finish_non_exhaustive()
    }
}

fn read<T: DeserializeOwned>(opened: &Opened) -> Result<T, Error> {
    let data = opened.data.as_ref().map_or("{}", |data| data.get());
    serde_json::from_str(data).map_err(|error| {
        let what = error.to_string();
        Error::unreadable(format!("data{}{what}", if what.starts_with(['.', '[', ':']) { "" } else { ": " }))
    })
}

impl Inner {
    /// Sends a request, once more with another token where the first was refused, and gives a successful answer.
    async fn send(&self, prepared: Prepared) -> Result<(Opened, u16, Option<String>), Error> {
        let metadata = prepared.metadata;
        if !metadata.tokens.contains(&Token::Tenant) {
            return Err(Error::needs_other_token().with_endpoint(metadata));
        }
        let at = |error: Error| error.with_endpoint(metadata);
        let token = self.tokens.get(|| self.fetch_token()).await.map_err(at)?;
        let first = self.exchange(&prepared, &token).await.map_err(at);
        let refused = |error: &Error| error.code().is_some_and(|code| TOKEN_REFUSED.contains(&code));
        match first {
            Err(error) if refused(&error) => {
                let token = self.tokens.replace(&token, || self.fetch_token()).await.map_err(at)?;
                self.exchange(&prepared, &token).await.map_err(at)
            }
            other => other,
        }
    }

    async fn exchange(
        &self,
        prepared: &Prepared,
        token: &Secret,
    ) -> Result<(Opened, u16, Option<String>), Error> {
        let incoming = self
            .transport
            .send(Outgoing {
                method: prepared.metadata.method,
                path: &prepared.path,
                query: &prepared.query,
                token: Some(token),
                body: prepared.body.clone(),
                content_type: prepared.content_type.as_deref(),
            })
            .await?;
        let opened = unwrapped(&incoming, prepared.metadata.envelope, token)?;
        Ok((opened, incoming.status, incoming.log_id))
    }

    async fn fetch_token(&self) -> Result<Grant, Error> {
        let body = serde_json::json!({"app_id": self.app_id, "app_secret": self.app_secret.expose()});
        let incoming = self
            .transport
            .send(Outgoing {
                method: Method::Post,
                path: "/open-apis/auth/v3/tenant_access_token/internal",
                query: "",
                token: None,
                body: Some(body.to_string().into_bytes()),
                content_type: Some("application/json; charset=utf-8"),
            })
            .await?;
        unwrapped(&incoming, Envelope::Standard, &self.app_secret)?;
        let grant = serde_json::from_slice(&incoming.body).ok().and_then(|answer: Value| granted(&answer));
        grant.ok_or_else(|| {
            Error::unreadable("it holds no token").with_status(incoming.status, incoming.log_id.as_deref())
        })
    }
}

/// The token of an answer that is flat: it stands beside `code`.
fn granted(answer: &Value) -> Option<Grant> {
    let token = answer.get("tenant_access_token")?.as_str().filter(|token| !token.is_empty())?;
    let expire = answer.get("expire");
    let seconds =
        expire.and_then(|expire| expire.as_i64().or_else(|| expire.as_str()?.parse().ok())).unwrap_or(0);
    Some(Grant { token: Secret::new(token), life: Duration::from_secs(u64::try_from(seconds).unwrap_or(0)) })
}

/// An answer of success, or the error it is. What is secret is taken out of the message.
fn unwrapped(incoming: &Incoming, envelope: Envelope, secret: &Secret) -> Result<Opened, Error> {
    let success = (200..300).contains(&incoming.status);
    let at = |error: Error| error.with_status(incoming.status, incoming.log_id.as_deref());
    if envelope == Envelope::Bare && success {
        let data = serde_json::from_slice(&incoming.body)
            .map_err(|error| at(Error::unreadable(error.to_string())))?;
        return Ok(Opened { code: 0, message: String::new(), data: Some(data), detail: Detail::default() });
    }
    match open(&incoming.body) {
        Ok(opened) if opened.code == 0 && success => Ok(opened),
        Ok(opened) if opened.code == 0 => Err(at(Error::unreadable("its code is 0, its HTTP status is not"))),
        Ok(opened) => {
            let message = opened.message.replace(secret.expose(), "[hidden]");
            Err(at(Error::answered(opened.code, &message, opened.detail)))
        }
        Err(what) => Err(at(Error::unreadable(what))),
    }
}

/// Settles how a client connects.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    app_id: String,
    app_secret: Secret,
    validation: bool,
    settings: Settings,
}

impl ClientBuilder {
    /// Where Feishu is: [`FEISHU`](crate::FEISHU) where nothing is said, [`LARK`](crate::LARK), or another one. It has
    /// to be `https`, but for loopback.
    pub fn with_base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self
    }

    /// How long a request may take, its answer included; 30 seconds where nothing is said.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How long connecting may take; 5 seconds where nothing is said.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Whether lengths, ranges and conditions are checked before anything is sent; they are where nothing is said.
    /// What would lead to another path is refused in any case.
    pub fn with_validation(mut self, validation: bool) -> Self {
        self.validation = validation;
        self
    }

    /// Sends with a client of yours: its TLS, proxies and connection pool.
    ///
    /// Build it with `redirect::Policy::none()`, so that a token cannot be carried elsewhere, and with
    /// `retry::never()`, so that a record cannot be made twice.
    pub fn with_http_client(mut self, http: reqwest::Client) -> Self {
        self.settings.http = Some(http);
        self
    }

    /// The client. Nothing is sent before its first call.
    ///
    /// # Errors
    ///
    /// When an ID or a secret is empty, the base URL is not one, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let Self { app_id, app_secret, validation, settings } = self;
        if app_id.is_empty() || app_secret.expose().is_empty() {
            return Err(Error::config("the app's ID or its secret is empty"));
        }
        let transport = Transport::new(settings)?;
        let inner = Inner { app_id, app_secret, validation, transport, tokens: Tokens::default() };
        Ok(Client { inner: Arc::new(inner) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f26_odd_grants_are_clamped_or_refused() {
        let life =
            |text: &str| granted(&serde_json::from_str(text).unwrap()).map(|grant| grant.life.as_secs());
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
    fn x01_no_secret_is_shown() {
        let builder = Client::builder("cli_a", "canary");
        assert!(!format!("{builder:?}").contains("canary"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
    }
}
