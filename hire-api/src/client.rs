//! The client: one send path for every endpoint, under a thin generic shell.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::check::Checks;
use crate::envelope::{Detail, Opened, open};
use crate::error::{Error, Transport as How};
use crate::limit::{Limits, Quotas};
use crate::metadata::{Envelope, Metadata, Method, Token};
use crate::page::{Items, Paged, Pages};
use crate::request::{Draft, Endpoint, Prepared};
use crate::retry::{Budget, Reason, Retry, is_repeatable};
use crate::token::{Grant, Secret, Tokens};
use crate::transport::{Incoming, Outgoing, Settings, Transport};
use crate::value::Json;
use crate::watch::{Attempt, Observer};

/// How long fetching a token may take with all its attempts.
const TOKEN_DEADLINE: Duration = Duration::from_secs(10);

/// An answer of success, and what came beside it.
struct Delivered {
    opened: Opened,
    status: u16,
    log_id: Option<String>,
}

impl Delivered {
    fn blame(&self, error: Error, endpoint: &'static Metadata) -> Error {
        error.with_endpoint(endpoint).with_status(self.status, self.log_id.as_deref())
    }

    fn with_data<T>(self, data: T) -> Answer<T> {
        Answer { data, status: self.status, message: self.opened.message, log_id: self.log_id }
    }
}

/// A successful answer, and what came beside its data.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer<T> {
    /// What `data` holds.
    pub data: T,
    /// HTTP status.
    pub status: u16,
    /// `msg` of the envelope. Do not depend on it.
    pub message: String,
    /// Feishu's name for the call, for its support.
    pub log_id: Option<String>,
}

/// The data may be a person's.
impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("log_id", &self.log_id)
            .finish_non_exhaustive()
    }
}

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
    retry: Retry,
    budget: Budget,
    quotas: Quotas,
    limits: Limits,
    observer: Option<Arc<dyn Observer>>,
}

impl Client {
    /// A client for a custom app (企业自建应用), by the ID and the secret that Feishu's developer console shows for it.
    pub fn builder(app_id: impl Into<String>, app_secret: impl AsRef<str>) -> ClientBuilder {
        ClientBuilder {
            app_id: app_id.into(),
            app_secret: Secret::new(app_secret.as_ref()),
            validation: true,
            retry: Retry::new(),
            quotas: Quotas::Wait,
            observer: None,
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
        self.call_with(request, CallOptions::new())
    }

    /// The same, with options for this call alone.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call_with<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        let answer = self.answer(request, options);
        async move { answer.await.map(|answer| answer.data) }
    }

    /// The same, with what came beside the data: status, message and log id.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn answer<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<E::Response>, Error>> + Send + use<E> {
        let prepared = self.prepare(request);
        let inner = Arc::clone(&self.inner);
        async move {
            let delivered = inner.send(prepared?, options).await?;
            let data = read(&delivered.opened).map_err(|error| delivered.blame(error, E::METADATA))?;
            Ok(delivered.with_data(data))
        }
    }

    /// Calls an endpoint that has no spec, with the same tokens, quotas and retries; what it answers stays JSON.
    ///
    /// ```no_run
    /// # async fn example(client: hire_api::Client) -> Result<(), hire_api::Error> {
    /// use hire_api::{CallOptions, Draft, Metadata, Method, Quota, Safety};
    ///
    /// static APPROVAL: Metadata =
    ///     Metadata::new("approval.v4.instance.get", Method::Get, "/open-apis/approval/v4/instances/:instance_id")
    ///         .with_use(Quota::Special, Safety::Safe);
    ///
    /// let mut draft = Draft::new(&APPROVAL);
    /// draft.path("instance_id", &"81D31358-93AF-92D6-7425-01A5D67C4E71".to_owned());
    /// draft.query("locale", &"zh-CN".to_owned());
    /// let answer = client.call_untyped(draft, CallOptions::new()).await?;
    /// # drop(answer);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call_untyped(
        &self,
        draft: Draft,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<Json>, Error>> + Send + use<> {
        let metadata = draft.metadata();
        let prepared = draft.finish().map_err(|wrong| Error::refused(wrong).with_endpoint(metadata));
        let inner = Arc::clone(&self.inner);
        async move {
            let delivered = inner.send(prepared?, options).await?;
            let data = read(&delivered.opened).map_err(|error| delivered.blame(error, metadata))?;
            Ok(delivered.with_data(data))
        }
    }

    /// The pages of a list, from the first one or from the one whose token the request has.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages::new(self.clone(), request)
    }

    /// The items of a list, page by page.
    ///
    /// ```no_run
    /// # async fn example<E: hire_api::Paged>(client: hire_api::Client, request: E) -> Result<(), hire_api::Error> {
    /// let mut items = client.items(request);
    /// while let Some(item) = items.next().await {
    ///     let item = item?;
    ///     # drop(item);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<E: Paged>(&self, request: E) -> Items<E> {
        Items::new(self.pages(request))
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
    /// Sends a request, again where that is allowed and likely to help, and gives a successful answer.
    async fn send(&self, prepared: Prepared, options: CallOptions) -> Result<Delivered, Error> {
        let metadata = prepared.metadata;
        let CallOptions { retry, user_token } = options;
        let retry = retry.unwrap_or(self.retry);
        let takes = if user_token.is_some() { Token::User } else { Token::Tenant };
        if !metadata.tokens.contains(&takes) {
            return Err(Error::needs_other_token(takes).with_endpoint(metadata));
        }
        let repeatable = is_repeatable(metadata.safety, |field| prepared.has(field));
        let mut call =
            Call { retry, started: Instant::now(), queued: Duration::ZERO, sent: 0, earlier: false };
        let at =
            |error: Error, call: &Call| error.with_endpoint(metadata).with_attempts(call.sent, call.earlier);
        // Nobody but the caller can get another user token.
        let (mut last, mut replaced) = (None, user_token.is_some());
        let mut token = match &user_token {
            Some(token) => token.clone(),
            None => self.token(None, call.left()).await.map_err(|error| at(error, &call))?,
        };
        loop {
            call.queued += self.queue(metadata).await.map_err(|error| at(error, &call))?;
            call.sent += 1;
            let sent_at = Instant::now();
            let answer = self.exchange(&prepared, &token, call.left()).await;
            let attempt = Attempt::new(metadata, call.sent, sent_at.elapsed(), call.queued);
            let error = match answer {
                Ok(answer) => {
                    self.watch(&attempt.answered(answer.status, answer.log_id.as_deref()));
                    self.budget.succeeded(last);
                    return Ok(answer);
                }
                Err(error) => at(error, &call),
            };
            let refused = error.code().is_some_and(|code| TOKEN_REFUSED.contains(&code));
            if refused && !replaced {
                replaced = true;
                self.watch(&attempt.failed(&error, Some(Duration::ZERO)));
                token = self.token(Some(&token), call.left()).await.map_err(|error| at(error, &call))?;
                continue;
            }
            let wait = retry.wait(&error, repeatable, call.sent, call.elapsed(), fastrand::f64());
            let wait = wait.filter(|(_, reason)| self.budget.take(*reason));
            self.watch(&attempt.failed(&error, wait.map(|(wait, _)| wait)));
            let Some((wait, reason)) = wait else { return Err(error) };
            if reason == Reason::Throttled {
                self.limits.pause(metadata, Instant::now() + wait);
            }
            call.earlier = error.is_ambiguous();
            last = Some(reason);
            tokio::time::sleep(wait).await;
            if user_token.is_none() {
                token = self.token(None, call.left()).await.map_err(|error| at(error, &call))?;
            }
        }
    }

    fn watch(&self, attempt: &Attempt<'_>) {
        #[cfg(feature = "tracing")]
        crate::watch::trace(attempt);
        if let Some(observer) = &self.observer {
            observer.attempted(attempt);
        }
    }

    /// Waits for a slot of the endpoint's quota, and says how long that took.
    async fn queue(&self, metadata: &'static Metadata) -> Result<Duration, Error> {
        let now = Instant::now();
        let most = match self.quotas {
            Quotas::Wait => None,
            Quotas::WaitUpTo(most) => Some(most),
            Quotas::Ignore => return Ok(Duration::ZERO),
        };
        let slot = self.limits.take(metadata, now, most).map_err(Error::quota)?;
        if slot > now {
            tokio::time::sleep_until(slot).await;
        }
        Ok(now.elapsed())
    }

    /// A token, or another one than that which was refused.
    async fn token(&self, refused: Option<&Secret>, within: Duration) -> Result<Secret, Error> {
        let token = async {
            match refused {
                Some(refused) => self.tokens.replace(refused, || self.fetch_token()).await,
                None => self.tokens.get(|| self.fetch_token()).await,
            }
        };
        let late = |late| Err(Error::token(Error::transport(How::Timeout, late)));
        tokio::time::timeout(within, token).await.unwrap_or_else(late)
    }

    async fn exchange(
        &self,
        prepared: &Prepared,
        token: &Secret,
        within: Duration,
    ) -> Result<Delivered, Error> {
        let incoming = self
            .transport
            .send(Outgoing {
                method: prepared.metadata.method,
                path: &prepared.path,
                query: &prepared.query,
                token: Some(token),
                body: prepared.body.clone(),
                content_type: prepared.content_type.as_deref(),
                within,
            })
            .await?;
        let opened = unwrapped(&incoming, prepared.metadata.envelope, token)?;
        Ok(Delivered { opened, status: incoming.status, log_id: incoming.log_id })
    }

    /// Asks for a token, again where the endpoint is out of order for a moment.
    async fn fetch_token(&self) -> Result<Grant, Error> {
        let retry = Retry::new().with_base(Duration::from_millis(200)).with_deadline(TOKEN_DEADLINE);
        let started = Instant::now();
        let mut sent = 0;
        loop {
            sent += 1;
            let error = match self.fetch_token_once(TOKEN_DEADLINE.saturating_sub(started.elapsed())).await {
                Ok(grant) => return Ok(grant),
                Err(error) => error,
            };
            match retry.wait(&error, true, sent, started.elapsed(), fastrand::f64()) {
                Some((wait, _)) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    async fn fetch_token_once(&self, within: Duration) -> Result<Grant, Error> {
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
                within,
            })
            .await?;
        unwrapped(&incoming, Envelope::Standard, &self.app_secret)?;
        let grant = serde_json::from_slice(&incoming.body).ok().and_then(|answer: Value| granted(&answer));
        grant.ok_or_else(|| {
            Error::unreadable("it holds no token").with_status(incoming.status, incoming.log_id.as_deref())
        })
    }
}

/// How far a call has come.
struct Call {
    retry: Retry,
    started: Instant,
    /// Time spent waiting for the quota, which does not count against the deadline.
    queued: Duration,
    /// How often the request was sent.
    sent: u32,
    /// An attempt may have been processed.
    earlier: bool,
}

impl Call {
    fn elapsed(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.queued)
    }

    fn left(&self) -> Duration {
        self.retry.deadline().saturating_sub(self.elapsed())
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
    let at = |error: Error| {
        error.with_status(incoming.status, incoming.log_id.as_deref()).with_retry_after(incoming.reset)
    };
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

/// Options of one call. Nothing shows its token.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CallOptions {
    retry: Option<Retry>,
    user_token: Option<Secret>,
}

impl CallOptions {
    /// As the client does it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often and how patiently this request is sent again.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Calls for a user, with the user access token that your sign-in got. It is never replaced: when Feishu refuses it,
    /// the error says so, and getting another one is yours.
    pub fn with_user_token(mut self, token: impl AsRef<str>) -> Self {
        self.user_token = Some(Secret::new(token.as_ref()));
        self
    }
}

/// Settles how a client connects.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    app_id: String,
    app_secret: Secret,
    validation: bool,
    retry: Retry,
    quotas: Quotas,
    observer: Option<Arc<dyn Observer>>,
    settings: Settings,
}

impl ClientBuilder {
    /// Where Feishu is: [`FEISHU`](crate::FEISHU) where nothing is said, [`LARK`](crate::LARK), or another one. It has
    /// to be `https`, but for loopback.
    pub fn with_base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self
    }

    /// How often and how patiently a request is sent again; [`Retry::new`] where nothing is said.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// What to do when an endpoint's quota is used up, as the specs give it; [`Quotas::Wait`] where nothing is said.
    /// Clones of a client share one count; clients that were built one by one do not.
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Tells this of every attempt, for metrics. With the feature `tracing`, each is an event at `DEBUG`, too.
    pub fn with_observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// How long one attempt may take, its answer included; 30 seconds where nothing is said.
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
        let Self { app_id, app_secret, validation, retry, quotas, observer, settings } = self;
        if app_id.is_empty() || app_secret.expose().is_empty() {
            return Err(Error::config("the app's ID or its secret is empty"));
        }
        let transport = Transport::new(settings)?;
        let (tokens, budget, limits) = (Tokens::default(), Budget::default(), Limits::default());
        let inner = Inner {
            app_id,
            app_secret,
            validation,
            transport,
            tokens,
            retry,
            budget,
            quotas,
            limits,
            observer,
        };
        Ok(Client { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("app_id", &self.app_id)
            .field("settings", &self.settings)
            .field("retry", &self.retry)
            .field("quotas", &self.quotas)
            .finish_non_exhaustive()
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
