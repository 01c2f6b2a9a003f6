//! The send path: takes a token and a slot of the quota, makes an attempt, and repeats it if that is allowed.

pub(crate) mod middleware;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod provider;
pub(crate) mod queue;
pub(crate) mod quota;
pub(crate) mod retry;
pub(crate) mod sharing;
pub(crate) mod token;
pub(crate) mod watch;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use crate::call::middleware::{Chain, Outbound as Departing};
use crate::call::options::{Answer, CallOptions, Caller};
use crate::call::outcome::{file, unwrapped};
use crate::call::provider::TokenProvider;
use crate::call::queue::{Queue, Reserved, Sending, WORTH_TELLING};
use crate::call::quota::Quotas;
use crate::call::retry::{Again, Budget, Retry, Spent, is_repeatable};
use crate::call::sharing::Sharing;
use crate::call::token::Tokens;
use crate::call::watch::{Attempt, Notice, Wait, WaitReason, Watch};
use crate::error::{Error, TOKEN_REFUSED, Transport as How, USER_TOKEN_OVER};
use crate::secret::Secret;
use crate::transport::{Incoming, Outbound, Outgoing, Transport};
use crate::wire::Mismatches;
use crate::wire::envelope::Opened;
use crate::wire::metadata::{Envelope, Metadata, Token};
use crate::wire::read::{Read, Reading, whole};
use crate::wire::request::Prepared;

/// A successful answer with its envelope and headers.
pub(crate) struct Delivered {
    pub(crate) opened: Opened,
    pub(crate) incoming: Incoming,
}

impl Delivered {
    /// Reads the data. The request was processed, even if the data cannot be read.
    pub(crate) fn data<T: Read>(
        &mut self,
        settled: &Settled,
        endpoint: &'static Metadata,
    ) -> Result<Reading<T>, Error> {
        let Self { opened, incoming } = self;
        let flow = incoming.flow.take();
        let processed = |why: String| {
            let Incoming { status, log_id, headers, body, .. } = &*incoming;
            let error = Error::processed(why).with_endpoint(endpoint).with_status(*status, log_id.as_deref());
            Err(error.with_answer(headers.clone(), body.clone()))
        };
        if let Some(why) = opened.broken {
            return processed(why.to_owned());
        }
        if let Some(flow) = flow {
            let file =
                T::of_file(Box::new(flow)).map(|value| Reading { value, mismatches: Mismatches::default() });
            return file.map_or_else(|| processed("it is a file".to_owned()), Ok);
        }
        let text = opened.data.clone().and_then(|place| incoming.body.get(place)).unwrap_or(b"null");
        let in_data = matches!(endpoint.envelope, Envelope::Standard | Envelope::Message);
        let name = in_data.then_some("data");
        let mut reading = match whole::<T>(text, name) {
            Ok(reading) => reading,
            Err(unreadable) => return processed(unreadable.to_string()),
        };
        if !opened.mismatches.is_empty() {
            reading.mismatches.append(std::mem::take(&mut opened.mismatches));
        }
        if !reading.mismatches.is_empty() {
            settled.watch.notice(Notice::Mismatched { endpoint, mismatches: &reading.mismatches });
            if settled.strict {
                return processed(reading.mismatches.to_string());
            }
        }
        Ok(reading)
    }

    /// Like the method above, but also returns the envelope and the headers.
    pub(crate) fn answer<T: Read>(
        mut self,
        settled: &Settled,
        endpoint: &'static Metadata,
    ) -> Result<Answer<T>, Error> {
        let Reading { value: data, mismatches } = self.data(settled, endpoint)?;
        let Incoming { status, log_id, headers, body, .. } = self.incoming;
        Ok(Answer { data, mismatches, status, message: self.opened.message, log_id, headers, body })
    }
}

/// A request on its way. Without the box, rustc would compile the client again in each crate that makes a call, since
/// it compiles the body of an `async fn` where its future is polled.
type Delivery<'a> = Pin<Box<dyn Future<Output = Result<Delivered, Error>> + Send + 'a>>;

/// Settings of a client, or of the clients of all tenants of a store app.
pub(crate) struct Settled {
    pub(crate) app_id: String,
    pub(crate) validation: bool,
    /// Whether fields that do not fit the schema are an error.
    pub(crate) strict: bool,
    pub(crate) transport: Transport,
    pub(crate) retry: Retry,
    pub(crate) budget: Budget,
    pub(crate) quotas: Quotas,
    pub(crate) watch: Watch,
    pub(crate) middleware: Chain,
    pub(crate) sharing: Option<Arc<dyn Sharing>>,
}

/// State that all clones of a client share.
pub(crate) struct Sender {
    pub(crate) settled: Arc<Settled>,
    tokens: Arc<Tokens>,
    /// The app access token, for endpoints that accept no tenant access token; none with a provider of tokens.
    app_tokens: Option<Arc<Tokens>>,
    queue: Queue,
}

impl Sender {
    /// State of one tenant, with its own tokens and quotas, which several workers may share; a custom app has only
    /// one.
    pub(crate) fn new(
        settled: Arc<Settled>,
        tenant_key: &str,
        provider: Arc<dyn TokenProvider>,
        app_tokens: Option<Arc<Tokens>>,
    ) -> Self {
        let watch = settled.watch.clone();
        let (provider, shared) = match &settled.sharing {
            Some(sharing) => {
                let base_url = settled.transport.base_url();
                let (provider, slots) =
                    sharing.share(base_url, &settled.app_id, tenant_key, &watch, provider);
                (provider, Some(slots))
            }
            None => (provider, None),
        };
        let queue = Queue::new(settled.quotas, watch.clone(), shared);
        Self { settled, tokens: Tokens::new(provider, watch), app_tokens, queue }
    }

    /// The app's tokens of the kind that an endpoint accepts; tenant access tokens if it accepts both.
    fn tokens_for(&self, metadata: &'static Metadata) -> (Token, &Arc<Tokens>) {
        match &self.app_tokens {
            Some(tokens)
                if metadata.tokens.contains(&Token::App) && !metadata.tokens.contains(&Token::Tenant) =>
            {
                (Token::App, tokens)
            }
            _ => (Token::Tenant, &self.tokens),
        }
    }

    /// Sends a request, repeats it if that is allowed and likely to help, and returns a successful answer.
    pub(crate) fn send(&self, prepared: Prepared, options: CallOptions) -> Delivery<'_> {
        #[cfg(feature = "tracing")]
        let span = tracing::debug_span!("call", endpoint = prepared.metadata.name);
        let delivery = self.deliver(prepared, options);
        #[cfg(feature = "tracing")]
        let delivery = tracing::Instrument::instrument(delivery, span);
        Box::pin(delivery)
    }

    async fn deliver(&self, prepared: Prepared, options: CallOptions) -> Result<Delivered, Error> {
        let metadata = prepared.metadata;
        let CallOptions { retry, caller, timeout, headers, .. } = options;
        let caller = if metadata.tokens.is_empty() { Caller::Nobody } else { caller };
        let headers = headers.checked().map_err(|what| Error::config(what).with_endpoint(metadata))?;
        let own = Own { timeout, headers };
        let retry = retry.unwrap_or(self.settled.retry);
        let takes = match caller {
            Caller::Nobody => None,
            Caller::App => Some(self.tokens_for(metadata).0),
            Caller::Given(token, _) => Some(token),
            Caller::User(_) => Some(Token::User),
        };
        if let Some(takes) = takes.filter(|takes| !metadata.tokens.contains(takes)) {
            return Err(Error::needs_other_token(takes).with_endpoint(metadata));
        }
        let repeatable = is_repeatable(metadata.safety, |field| prepared.has(field));
        let mut call =
            Call { retry, started: Instant::now(), queued: Duration::ZERO, sent: 0, earlier: false };
        let at =
            |error: Error, call: &Call| error.with_endpoint(metadata).with_attempts(call.sent, call.earlier);
        let mut replaced = matches!(caller, Caller::Nobody | Caller::Given(..));
        let (mut last, mut spent) = (None::<Again>, None::<Spent<'_>>);
        loop {
            let ready = self.ready(metadata, &caller, &mut call);
            let (token, slot) = ready.await.map_err(|error| at(error, &call))?;
            let passed = self.passed(&prepared, &own, slot, &mut call);
            let (own, slot) = passed.await.map_err(|error| at(error, &call))?;
            // From here on the attempt is made: nothing that it costs comes back.
            if let Some(spent) = spent.take() {
                spent.used();
            }
            let sending = slot.sending();
            call.sent += 1;
            let sent_at = Instant::now();
            let answer = self.exchange(&prepared, token.as_ref(), &own, sending, call.left()).await;
            let attempt = Attempt::new(metadata, call.sent, sent_at.elapsed(), call.queued);
            let error = match answer {
                Ok(answer) => {
                    self.settled.watch.attempt(
                        &attempt.answered(answer.incoming.status, answer.incoming.log_id.as_deref()),
                    );
                    self.settled.budget.succeeded(last.as_ref());
                    return Ok(answer);
                }
                Err(error) => at(error, &call),
            };
            let refused = error.code().is_some_and(|code| caller.is_refused(code)) && !replaced;
            let whole = prepared.is_whole();
            if refused && whole {
                replaced = true;
                self.settled.watch.attempt(&attempt.failed(&error, Some(Duration::ZERO)));
                let another = self.token(metadata, &caller, token.as_ref(), call.left()).await;
                another.map_err(|error| at(error, &call))?;
                continue;
            }
            let again = retry.again(&error, repeatable, call.sent, call.elapsed(), fastrand::f64());
            let error =
                if !whole && (refused || again.is_some()) { error.with_unrepeatable() } else { error };
            let again = again.filter(|_| whole);
            spent = again.as_ref().and_then(|again| self.settled.budget.take(again));
            let again = again.filter(|_| spent.is_some());
            self.settled.watch.attempt(&attempt.failed(&error, again.map(|again| again.wait)));
            if let Some(pause) = self.pause(&error, again.as_ref(), &retry) {
                self.queue.pause(metadata, pause).await;
            }
            let Some(again) = again else { return Err(error) };
            call.earlier = error.is_ambiguous();
            last = Some(again);
            if again.wait > WORTH_TELLING {
                let (reason, length) = (WaitReason::Retry, again.wait);
                self.settled.watch.waits(&Wait { endpoint: metadata, reason, length });
            }
            tokio::time::sleep(again.wait).await;
        }
    }

    /// The time for which no call of the endpoint is sent, whether or not this one is repeated.
    fn pause(&self, error: &Error, again: Option<&Again>, retry: &Retry) -> Option<Duration> {
        if again.is_some_and(|again| again.told) || error.is_throttled() {
            // A header that asks for more than the longest wait must not stop everybody.
            let longest = self.settled.retry.longest().max(retry.longest());
            return error.retry_after().map(|told| told.min(longest)).or(again.map(|again| again.wait));
        }
        None
    }

    /// A token and a slot, both valid now.
    async fn ready(
        &self,
        metadata: &'static Metadata,
        caller: &Caller,
        call: &mut Call,
    ) -> Result<(Option<Secret>, Reserved), Error> {
        let mut token = self.token(metadata, caller, None, call.left()).await?;
        let (mut slot, waited) = self.slot(metadata, call).await?;
        if waited > WORTH_TELLING {
            // The token may have expired meanwhile. If another one has to be fetched, the slot is stale.
            let asked = Instant::now();
            token = self.token(metadata, caller, None, call.left()).await?;
            if asked.elapsed() > NO_TIME {
                drop(slot);
                (slot, _) = self.slot(metadata, call).await?;
            }
        }
        Ok((token, slot))
    }

    /// An attempt that has passed through the client's middleware, with what that added, and a slot that is good now.
    async fn passed(
        &self,
        prepared: &Prepared,
        own: &Own,
        mut slot: Reserved,
        call: &mut Call,
    ) -> Result<(Own, Reserved), Error> {
        let mut own = Own { timeout: own.timeout, headers: own.headers.clone() };
        if self.settled.middleware.is_empty() {
            return Ok((own, slot));
        }
        let asked = Instant::now();
        let mut departing = Departing::new(prepared, call.sent + 1);
        let late = |_elapsed| Err(Error::stopped("it takes longer than the call may"));
        let passing = self.settled.middleware.pass(&mut departing);
        tokio::time::timeout(call.left(), passing).await.unwrap_or_else(late)?;
        own.headers = departing.headers(&own.headers)?;
        if asked.elapsed() > NO_TIME {
            drop(slot);
            (slot, _) = self.slot(prepared.metadata, call).await?;
        }
        Ok((own, slot))
    }

    /// A slot of the endpoint's quota, and how long the call waited for it.
    async fn slot(
        &self,
        metadata: &'static Metadata,
        call: &mut Call,
    ) -> Result<(Reserved, Duration), Error> {
        let asked = Instant::now();
        let slot = self.queue.slot(metadata).await.map_err(Error::quota)?;
        call.queued += asked.elapsed();
        Ok((slot, asked.elapsed()))
    }

    /// A token, different from the refused one.
    async fn token(
        &self,
        metadata: &'static Metadata,
        caller: &Caller,
        refused: Option<&Secret>,
        within: Duration,
    ) -> Result<Option<Secret>, Error> {
        // Usually there is one, and no timer is needed.
        let (_, tokens) = self.tokens_for(metadata);
        if let (Caller::App, None, Some(token)) = (caller, refused, tokens.held()) {
            return Ok(Some(token));
        }
        let token = async {
            match (caller, refused) {
                (Caller::Nobody, _) => return Ok(None),
                (Caller::App, Some(refused)) => tokens.replace(refused).await,
                (Caller::App, None) => tokens.get().await,
                (Caller::Given(_, token), _) => Ok(token.clone()),
                (Caller::User(user), refused) => {
                    let fetched = user.fetch(refused.map(Secret::expose)).await;
                    fetched.map(|fetched| fetched.token).map_err(Error::token)
                }
            }
            .map(Some)
        };
        let late = |late| Err(Error::token(Error::transport(How::Timeout, late)));
        tokio::time::timeout(within, token).await.unwrap_or_else(late)
    }

    /// One attempt. When it returns, the slot is used or returned.
    async fn exchange(
        &self,
        prepared: &Prepared,
        token: Option<&Secret>,
        own: &Own,
        sending: Sending,
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
                base_urls: prepared.metadata.base_urls,
                path: &prepared.path,
                query: &prepared.query,
                token,
                body,
                content_type: prepared.content_type.as_deref(),
                file: prepared.file,
                within,
                timeout: own.timeout,
                headers: Some(&own.headers),
                own: &prepared.headers,
                heard: Some(sending.hears()),
            })
            .await;
        if incoming.as_ref().is_err_and(Error::is_connect) {
            sending.not_sent();
        }
        let incoming = incoming?;
        let opened = match incoming.flow {
            Some(_) => file(&incoming, token.as_slice()),
            None => unwrapped(&incoming, prepared.metadata.envelope, token.as_slice()),
        };
        match opened {
            Ok(opened) => Ok(Delivered { opened, incoming }),
            Err(error) => Err(error.with_answer(incoming.headers, incoming.body)),
        }
    }
}

impl Caller {
    /// Whether a code means that the token has expired or was revoked, so that a new one can help.
    fn is_refused(&self, code: i64) -> bool {
        match self {
            Self::App => TOKEN_REFUSED.contains(&code),
            Self::Nobody | Self::Given(..) => false,
            Self::User(_) => USER_TOKEN_OVER.contains(&code),
        }
    }
}

/// Settings of one call.
struct Own {
    timeout: Option<Duration>,
    headers: HeaderMap,
}

/// A wait up to this long leaves a slot valid.
const NO_TIME: Duration = Duration::from_millis(10);

/// The progress of a call.
struct Call {
    retry: Retry,
    started: Instant,
    /// Time spent waiting for the quota, which does not count against the deadline.
    queued: Duration,
    /// How often the request was sent.
    sent: u32,
    /// Whether an attempt may have been processed.
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
