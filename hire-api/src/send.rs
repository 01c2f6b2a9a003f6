//! The one send path: token, quota, attempt, and again where that is allowed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::client::{Answer, CallOptions};
use crate::envelope::{Detail, Opened, open};
use crate::error::{Error, TOKEN_REFUSED, Transport as How};
use crate::limit::{Limits, Quotas};
use crate::metadata::{Envelope, Metadata, Token};
use crate::provider::TokenProvider;
use crate::request::Prepared;
use crate::retry::{Budget, Reason, Retry, is_repeatable};
#[cfg(feature = "redis")]
use crate::shared::{Redis, SharedLimits, SharedTokens, Tenant};
use crate::token::{Secret, Tokens};
use crate::transport::{Incoming, Outbound, Outgoing, Transport};
use crate::watch::{Attempt, Watch};

/// An answer of success, and what came beside it.
pub(crate) struct Delivered {
    pub(crate) opened: Opened,
    pub(crate) incoming: Incoming,
}

impl Delivered {
    pub(crate) fn blame(&self, error: Error, endpoint: &'static Metadata) -> Error {
        error.with_endpoint(endpoint).with_status(self.incoming.status, self.incoming.log_id.as_deref())
    }

    pub(crate) fn with_data<T>(self, data: T) -> Answer<T> {
        let Incoming { status, log_id, headers, body, .. } = self.incoming;
        Answer { data, status, message: self.opened.message, log_id, headers, body }
    }
}

/// What is settled for a client, or for the clients of all tenants of a store app.
pub(crate) struct Settled {
    pub(crate) app_id: String,
    pub(crate) validation: bool,
    pub(crate) transport: Transport,
    pub(crate) retry: Retry,
    pub(crate) budget: Budget,
    pub(crate) quotas: Quotas,
    pub(crate) watch: Watch,
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<Redis>,
}

/// Everything that the clones of a client share.
pub(crate) struct Sender {
    pub(crate) settled: Arc<Settled>,
    tokens: Arc<Tokens>,
    limits: Limits,
    #[cfg(feature = "redis")]
    shared: Option<SharedLimits>,
}

impl Sender {
    /// For one tenant, with tokens and quotas of its own; a custom app has but one.
    #[cfg(not(feature = "redis"))]
    pub(crate) fn new(settled: Arc<Settled>, _tenant_key: &str, provider: impl TokenProvider) -> Self {
        let tokens = Tokens::new(provider, settled.watch.clone());
        Self { settled, tokens, limits: Limits::default() }
    }

    /// The same; several workers may share both.
    #[cfg(feature = "redis")]
    pub(crate) fn new(settled: Arc<Settled>, tenant_key: &str, provider: impl TokenProvider) -> Self {
        let (limits, watch) = (Limits::default(), settled.watch.clone());
        let Some(redis) = settled.redis.clone() else {
            let tokens = Tokens::new(provider, watch);
            return Self { settled, tokens, limits, shared: None };
        };
        let tenant = Tenant::new(settled.transport.base_url(), &settled.app_id, tenant_key);
        let shared = Some(SharedLimits::new(redis.clone(), tenant.clone(), watch.clone()));
        let tokens = Tokens::new(SharedTokens { redis, tenant, watch: watch.clone(), provider }, watch);
        Self { settled, tokens, limits, shared }
    }

    /// Sends a request, again where that is allowed and likely to help, and gives a successful answer.
    pub(crate) async fn send(&self, prepared: Prepared, options: CallOptions) -> Result<Delivered, Error> {
        #[cfg(feature = "tracing")]
        let span = tracing::debug_span!("call", endpoint = prepared.metadata.name);
        let delivery = self.deliver(prepared, options);
        #[cfg(feature = "tracing")]
        let delivery = tracing::Instrument::instrument(delivery, span);
        delivery.await
    }

    async fn deliver(&self, prepared: Prepared, options: CallOptions) -> Result<Delivered, Error> {
        let metadata = prepared.metadata;
        let CallOptions { retry, user_token } = options;
        let retry = retry.unwrap_or(self.settled.retry);
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
                    self.settled.watch.attempt(
                        &attempt.answered(answer.incoming.status, answer.incoming.log_id.as_deref()),
                    );
                    self.settled.budget.succeeded(last);
                    return Ok(answer);
                }
                Err(error) => at(error, &call),
            };
            let refused = error.code().is_some_and(|code| TOKEN_REFUSED.contains(&code));
            if refused && !replaced {
                replaced = true;
                self.settled.watch.attempt(&attempt.failed(&error, Some(Duration::ZERO)));
                token = self.token(Some(&token), call.left()).await.map_err(|error| at(error, &call))?;
                continue;
            }
            let wait = retry.wait(&error, repeatable, call.sent, call.elapsed(), fastrand::f64());
            let wait = wait.filter(|(_, reason)| self.settled.budget.take(*reason));
            self.settled.watch.attempt(&attempt.failed(&error, wait.map(|(wait, _)| wait)));
            let Some((wait, reason)) = wait else { return Err(error) };
            if reason == Reason::Throttled {
                self.limits.pause(metadata, Instant::now() + wait);
                #[cfg(feature = "redis")]
                if let Some(shared) = &self.shared {
                    shared.pause(metadata, wait).await;
                }
            }
            call.earlier = error.is_ambiguous();
            last = Some(reason);
            tokio::time::sleep(wait).await;
            if user_token.is_none() {
                token = self.token(None, call.left()).await.map_err(|error| at(error, &call))?;
            }
        }
    }

    /// Waits for a slot of the endpoint's quota, and says how long that took.
    async fn queue(&self, metadata: &'static Metadata) -> Result<Duration, Error> {
        let now = Instant::now();
        let most = match self.settled.quotas {
            Quotas::Wait => None,
            Quotas::WaitUpTo(most) => Some(most),
            Quotas::Ignore => return Ok(Duration::ZERO),
        };
        let slot = self.slot(metadata, now, most).await.map_err(Error::quota)?;
        if slot > now {
            tokio::time::sleep_until(slot).await;
        }
        Ok(now.elapsed())
    }

    #[cfg_attr(not(feature = "redis"), expect(clippy::unused_async, reason = "Redis is asked"))]
    async fn slot(
        &self,
        metadata: &'static Metadata,
        now: Instant,
        most: Option<Duration>,
    ) -> Result<Instant, Duration> {
        #[cfg(feature = "redis")]
        if let Some(shared) = &self.shared {
            return shared.take(metadata, most, &self.limits).await;
        }
        self.limits.take(metadata, now, most)
    }

    /// A token, or another one than that which was refused.
    async fn token(&self, refused: Option<&Secret>, within: Duration) -> Result<Secret, Error> {
        let token = async {
            match refused {
                Some(refused) => self.tokens.replace(refused).await,
                None => self.tokens.get().await,
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
        let body = match (&prepared.form, &prepared.body) {
            (Some(form), _) => Outbound::Form(form),
            (None, Some(bytes)) => Outbound::Bytes(bytes.clone()),
            (None, None) => Outbound::None,
        };
        let incoming = self
            .settled
            .transport
            .send(Outgoing {
                method: prepared.metadata.method,
                path: &prepared.path,
                query: &prepared.query,
                token: Some(token),
                body,
                content_type: prepared.content_type.as_deref(),
                within,
            })
            .await?;
        let opened = unwrapped(&incoming, prepared.metadata.envelope, &[token])?;
        Ok(Delivered { opened, incoming })
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

/// An answer of success, or the error it is. What is secret is taken out of the message and of what comes with it.
pub(crate) fn unwrapped(
    incoming: &Incoming,
    envelope: Envelope,
    secrets: &[&Secret],
) -> Result<Opened, Error> {
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
        Ok(mut opened) => {
            for text in std::iter::once(&mut opened.message).chain(opened.detail.texts()) {
                for secret in secrets.iter().map(|secret| secret.expose()) {
                    // An empty one is found between all characters.
                    if !secret.is_empty() && text.contains(secret) {
                        *text = text.replace(secret, "[hidden]");
                    }
                }
            }
            Err(at(Error::answered(opened.code, &opened.message, opened.detail)))
        }
        Err(what) => Err(at(Error::unreadable(what))),
    }
}
