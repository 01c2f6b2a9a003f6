//! The error type: opaque, with methods to inspect it.

pub(crate) mod cause;
mod shown;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::check::{Violation, Violations};
use crate::error::cause::Cause;
use crate::error::shown::one_line;
use crate::wire::envelope::{Detail, FieldViolation};
use crate::wire::headers::Headers;
use crate::wire::metadata::{Codes, ErrorCode, Metadata, Token};
use crate::wire::request::Endpoint;

/// Why a call failed, or why a client could not be built.
///
/// The text names the endpoint, the code and its meaning there, what to do, and the log ID for Feishu's support. It
/// never contains a body, a query, a path parameter or a token.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    endpoint: Option<&'static Metadata>,
    kind: Kind,
    status: Option<u16>,
    log_id: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    /// Whether an attempt before the last one may have been processed.
    earlier: bool,
    /// The request would be sent again if its stream were still unread.
    unrepeatable: bool,
    raw: Option<Arc<Raw>>,
}

#[derive(Clone)]
enum Kind {
    /// The client could not be built, or cannot be used like this.
    Config(String),
    /// Nothing was sent.
    Refused(Violations),
    /// Nothing was sent.
    NeedsOtherToken(Token),
    /// Nothing was sent: the endpoint's quota is used up for this long.
    Quota(Duration),
    /// Feishu answered with a code.
    Answered { code: i64, message: String, detail: Arc<Detail> },
    /// No token, and the reason.
    Token(Error),
    /// A token provider failed.
    Provider(Arc<dyn std::error::Error + Send + Sync>),
    /// A store is unreachable.
    Store(Arc<dyn std::error::Error + Send + Sync>),
    /// A middleware stopped the attempt, for this reason.
    Stopped(Arc<dyn std::error::Error + Send + Sync>),
    /// A long connection cannot be opened, for this reason.
    #[cfg(feature = "long-connection")]
    Connection(String),
    /// A user has to sign in again, for this reason.
    #[cfg(feature = "sign-in")]
    SignIn(&'static str, Option<Error>),
    /// The transport failed.
    Transport(Failure),
    /// A local file cannot be read while it is sent.
    Upload(Arc<std::io::Error>),
    /// The answer is not a valid one.
    Unreadable(String),
    /// A successful answer whose rest cannot be read.
    Processed(String),
    /// Redis failed.
    #[cfg(feature = "redis")]
    Redis(Arc<redis::RedisError>),
    /// A local file cannot be written.
    Disk(Arc<std::io::Error>),
    /// A download failed, for this reason.
    Download(&'static str),
    /// The pages of a list cannot be followed.
    Paging(&'static str),
}

/// How a transport failed, and why.
#[derive(Clone)]
struct Failure {
    how: Transport,
    cause: Cause,
    below: Arc<dyn std::error::Error + Send + Sync>,
    /// The environment names a proxy, which was not used.
    proxy_unused: bool,
}

/// The answer of a failure as received.
struct Raw {
    headers: Headers,
    body: Bytes,
}

/// How far a transport got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Nothing was sent.
    Connect,
    /// It took too long; the request may have been processed.
    Timeout,
    /// The connection broke; the request may have been processed.
    Broken,
}

impl Error {
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config(message.into()))
    }

    pub(crate) fn refused(violations: Violations) -> Self {
        Self::new(Kind::Refused(violations))
    }

    /// The endpoint does not accept this kind of token.
    pub(crate) fn needs_other_token(token: Token) -> Self {
        Self::new(Kind::NeedsOtherToken(token))
    }

    pub(crate) fn disk(cause: std::io::Error) -> Self {
        Self::new(Kind::Disk(Arc::new(cause)))
    }

    pub(crate) fn download(why: &'static str) -> Self {
        Self::new(Kind::Download(why))
    }

    pub(crate) fn paging(why: &'static str) -> Self {
        Self::new(Kind::Paging(why))
    }

    pub(crate) fn quota(wait: Duration) -> Self {
        Self::new(Kind::Quota(wait)).with_retry_after(Some(wait))
    }

    pub(crate) fn answered(code: i64, message: &str, detail: Detail) -> Self {
        let log_id = detail.log_id.clone();
        let mut error =
            Self::new(Kind::Answered { code, message: one_line(message), detail: Arc::new(detail) });
        error.0.log_id = log_id.map(|log_id| log_id.chars().take(LONGEST_LOG_ID).collect());
        error
    }

    /// Creates the error of your [`TokenProvider`](crate::TokenProvider) if it has no token. The cause is shown, so
    /// it must not contain secrets.
    pub fn no_token(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Provider(cause.into().into()))
    }

    /// Creates the error of your [`Middleware`](crate::Middleware) if it stops an attempt. The cause is shown, so it
    /// must not contain secrets or personal data.
    pub fn stopped(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Stopped(cause.into().into()))
    }

    /// The request would be sent again if its stream were still unread.
    pub(crate) fn with_unrepeatable(mut self) -> Self {
        self.0.unrepeatable = true;
        self
    }

    #[cfg(feature = "long-connection")]
    pub(crate) fn connection(why: impl Into<String>) -> Self {
        Self::new(Kind::Connection(why.into()))
    }

    /// Only the user can resolve it.
    #[cfg(feature = "sign-in")]
    pub(crate) fn sign_in_again(cause: Option<Self>) -> Self {
        Self::new(Kind::SignIn("the user has to sign in again", cause))
    }

    /// A sign-in that failed.
    #[cfg(feature = "sign-in")]
    pub(crate) fn sign_in_refused(why: &'static str) -> Self {
        Self::new(Kind::SignIn(why, None))
    }

    /// Creates the error of your store if it is unreachable. The cause is shown, so it must not contain secrets or
    /// personal data.
    pub fn no_store(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Store(cause.into().into()))
    }

    #[cfg(feature = "redis")]
    pub(crate) fn no_redis(cause: redis::RedisError) -> Self {
        Self::new(Kind::Redis(Arc::new(cause)))
    }

    pub(crate) fn token(cause: Self) -> Self {
        // One token may lead to another.
        if matches!(cause.0.kind, Kind::Token(_)) { cause } else { Self::new(Kind::Token(cause)) }
    }

    pub(crate) fn transport(how: Transport, below: impl std::error::Error + Send + Sync + 'static) -> Self {
        let cause = Cause::of(&below);
        Self::new(Kind::Transport(Failure { how, cause, below: Arc::new(below), proxy_unused: false }))
    }

    /// The environment names a proxy that the client does not use; it may be the only way out.
    pub(crate) fn with_unused_proxy(mut self, unused: bool) -> Self {
        if let Kind::Transport(failure) = &mut self.0.kind {
            failure.proxy_unused = unused;
        }
        self
    }

    pub(crate) fn upload(cause: std::io::Error) -> Self {
        Self::new(Kind::Upload(Arc::new(cause)))
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::new(Kind::Unreadable(what.into()))
    }

    /// The answer tells that the request was processed, but its rest cannot be read.
    pub(crate) fn processed(what: impl Into<String>) -> Self {
        Self::new(Kind::Processed(what.into()))
    }

    fn new(kind: Kind) -> Self {
        let inner = Inner {
            endpoint: None,
            kind,
            status: None,
            log_id: None,
            retry_after: None,
            attempts: 0,
            earlier: false,
            unrepeatable: false,
            raw: None,
        };
        Self(Box::new(inner))
    }

    pub(crate) fn with_endpoint(mut self, endpoint: &'static Metadata) -> Self {
        self.0.endpoint = Some(endpoint);
        self
    }

    pub(crate) fn with_status(mut self, status: u16, log_id: Option<&str>) -> Self {
        self.0.status = Some(status);
        if let Some(log_id) = log_id {
            self.0.log_id = Some(log_id.chars().take(LONGEST_LOG_ID).collect());
        }
        self
    }

    /// Adds the answer of the failure.
    pub(crate) fn with_answer(mut self, headers: Headers, body: impl Into<Bytes>) -> Self {
        self.0.raw = Some(Arc::new(Raw { headers, body: body.into() }));
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// Adds how often the request was sent, and whether it may have been processed before the last attempt.
    pub(crate) fn with_attempts(mut self, attempts: u32, earlier: bool) -> Self {
        self.0.attempts = attempts;
        self.0.earlier = earlier;
        self
    }

    #[cfg(test)]
    pub(crate) fn with_endpoint_for_test(self) -> Self {
        static METADATA: Metadata = Metadata::new("test.v1.a.b", crate::wire::metadata::Method::Get, "/");
        self.with_endpoint(&METADATA)
    }

    /// Returns how often the request was sent; 0 if it was not.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long Feishu asks to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the called endpoint; `None` if there was no call.
    pub fn endpoint(&self) -> Option<&'static Metadata> {
        self.0.endpoint
    }

    /// Returns the `code` of the answer, including one to a token request.
    pub fn code(&self) -> Option<i64> {
        match &self.0.kind {
            Kind::Answered { code, .. } => Some(*code),
            Kind::Token(cause) => cause.code(),
            #[cfg(feature = "sign-in")]
            Kind::SignIn(_, Some(cause)) => cause.code(),
            _ => None,
        }
    }

    /// Returns the code as an enum of the endpoint `E`; `None` if its page does not list the code, or if the error
    /// belongs to another endpoint.
    ///
    /// ```
    /// # #[cfg(feature = "hire-v1-talent")]
    /// # fn example(error: hire_api::Error) {
    /// use hire_api::hire::v1::talent::onboard_status::{Code, Request};
    ///
    /// match error.code_of::<Request>() {
    ///     Some(Code::ParameterError) => println!("look at what was sent: {error}"),
    ///     _ => println!("{error}"),
    /// }
    /// # }
    /// ```
    pub fn code_of<E: Endpoint>(&self) -> Option<E::Code> {
        let own = matches!(self.0.kind, Kind::Answered { .. });
        self.0.endpoint.filter(|endpoint| own && endpoint.name == E::METADATA.name)?;
        let code = self.code()?;
        E::Code::ALL.iter().find(|named| named.number() == code).copied()
    }

    /// The documented meaning of the code at this endpoint or at all endpoints.
    pub fn meaning(&self) -> Option<&'static ErrorCode> {
        let code = self.code()?;
        // A code has a meaning only together with its endpoint, unless it concerns the token.
        let own = match self.0.kind {
            Kind::Answered { .. } => self.0.endpoint.map_or(&[][..], |endpoint| endpoint.errors),
            _ => &[],
        };
        own.iter().chain(crate::ERRORS).find(|known| known.code == code)
    }

    /// Returns the English name of the code, such as `InvalidParameter`.
    pub fn name(&self) -> Option<&'static str> {
        self.meaning().map(|meaning| meaning.name)
    }

    /// Returns what to do about it.
    pub fn advice(&self) -> Option<&'static str> {
        self.meaning().map(|meaning| meaning.advice).filter(|advice| !advice.is_empty())
    }

    /// Returns the message that came with the code, shortened to one line. Do not depend on it.
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Answered { message, .. } => Some(message),
            Kind::Token(cause) => cause.message(),
            _ => None,
        }
    }

    /// Returns the log ID, for Feishu's support.
    pub fn log_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Token(cause) => cause.log_id(),
            _ => self.0.log_id.as_deref(),
        }
    }

    /// Returns the HTTP status of the answer.
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            Kind::Token(cause) => cause.status(),
            _ => self.0.status,
        }
    }

    /// Returns the body of the answer as received; `None` without an answer. It may contain personal data, so it is
    /// shown nowhere else.
    pub fn body(&self) -> Option<&[u8]> {
        self.raw().map(|raw| &*raw.body)
    }

    /// Returns the headers of the answer; `None` without an answer.
    pub fn headers(&self) -> Option<&Headers> {
        self.raw().map(|raw| &raw.headers)
    }

    fn raw(&self) -> Option<&Raw> {
        match &self.0.kind {
            Kind::Token(cause) => cause.raw(),
            _ => self.0.raw.as_deref(),
        }
    }

    /// Returns what was wrong with the request before it was sent.
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            Kind::Refused(violations) => &violations.0,
            _ => &[],
        }
    }

    /// Returns what Feishu found wrong with the fields of the request.
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.detail().map_or(&[], |detail| &detail.violations)
    }

    /// Returns the scopes that the app lacks, according to Feishu.
    pub fn missing_scopes(&self) -> &[String] {
        self.detail().map_or(&[], |detail| &detail.missing_scopes)
    }

    /// Returns the first of [`help_urls`](Self::help_urls).
    pub fn help_url(&self) -> Option<&str> {
        self.help_urls().first().map(String::as_str)
    }

    /// Returns the help addresses in the answer, such as the page where the app gets a missing scope.
    pub fn help_urls(&self) -> &[String] {
        self.detail().map_or(&[], |detail| &detail.help)
    }

    /// Returns the answer's sentence about its troubleshooter, which contains a link.
    pub fn troubleshooter(&self) -> Option<&str> {
        self.detail().and_then(|detail| detail.troubleshooter.as_deref())
    }

    /// Returns the answer's `details` as keys and values. They may repeat parts of the request, so `Display` and
    /// `Debug` omit them.
    pub fn details(&self) -> &[(String, String)] {
        self.detail().map_or(&[], |detail| &detail.details)
    }

    fn detail(&self) -> Option<&Detail> {
        match &self.0.kind {
            Kind::Answered { detail, .. } => Some(detail),
            Kind::Token(cause) => cause.detail(),
            _ => None,
        }
    }

    /// Whether the request was refused before it was sent.
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::NeedsOtherToken(_))
    }

    /// Returns whether the client has no token that Feishu accepts: the app's credentials are wrong, the token endpoint
    /// fails, or Feishu refuses the token and its replacement.
    pub fn is_token(&self) -> bool {
        match &self.0.kind {
            Kind::Token(_) => true,
            Kind::Answered { code, .. } => TOKEN_REFUSED.contains(code) || USER_TOKEN_REFUSED.contains(code),
            _ => false,
        }
    }

    /// Whether a user has to sign in, or to sign in again: the tokens have expired or were revoked, or the sign-in
    /// failed.
    #[cfg(feature = "sign-in")]
    pub fn needs_sign_in(&self) -> bool {
        match &self.0.kind {
            Kind::SignIn(..) => true,
            Kind::Token(cause) => cause.needs_sign_in(),
            _ => false,
        }
    }

    /// Whether the app lacks a scope.
    pub fn is_permission(&self) -> bool {
        matches!(self.code(), Some(99_991_672 | 99_991_676 | 99_991_679))
    }

    /// Whether the quota was exceeded; nothing was processed.
    pub fn is_rate_limited(&self) -> bool {
        self.is_throttled() && !self.0.earlier
    }

    /// Whether the last attempt exceeded the quota, whatever happened to earlier ones.
    pub(crate) fn is_throttled(&self) -> bool {
        self.code() == Some(99_991_400) || self.status() == Some(429)
    }

    /// Whether a quota is used up: calls of a second or a minute, by the client's count or Feishu's, or those of a
    /// month. Nothing was processed; [`retry_after`](Self::retry_after) returns how long to wait, if that is known.
    pub fn is_quota(&self) -> bool {
        matches!(self.0.kind, Kind::Quota(_)) || self.is_rate_limited() || self.code() == Some(99_991_403)
    }

    /// Whether there was no connection; nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.how() == Some(Transport::Connect)
    }

    /// Whether the server's certificate was rejected: it is not trusted, has expired, or belongs to another host.
    /// Nothing was sent, and the call is not repeated.
    pub fn is_certificate(&self) -> bool {
        self.failure().is_some_and(|failure| failure.cause.is_certificate())
    }

    /// Whether another attempt would fail in the same way.
    pub(crate) fn is_permanent(&self) -> bool {
        self.failure().is_some_and(|failure| failure.cause.is_permanent())
    }

    /// Whether the call timed out.
    pub fn is_timeout(&self) -> bool {
        self.how() == Some(Transport::Timeout)
    }

    /// Whether the request may have been processed although no answer confirms it: no readable answer came, or one
    /// that leaves it open, such as that of a system error. Check before you send it again: a second request may
    /// create a second record.
    pub fn is_ambiguous(&self) -> bool {
        let last = match &self.0.kind {
            Kind::Transport(failure) => failure.how != Transport::Connect,
            Kind::Unreadable(_) => self.0.endpoint.is_some() && !self.0.status.is_some_and(is_not_processed),
            Kind::Answered { code, .. } => is_transient(*code) && !self.is_throttled(),
            _ => false,
        };
        last || self.0.earlier && !self.is_processed()
    }

    /// Whether the answer confirms that the request was processed, but its rest cannot be read. Do not send it again:
    /// a second request creates a second record.
    pub fn is_processed(&self) -> bool {
        matches!(self.0.kind, Kind::Processed(_))
    }

    /// Whether the connection broke or no answer came in time.
    pub(crate) fn is_broken(&self) -> bool {
        self.how().is_some_and(|how| how != Transport::Connect)
    }

    pub(crate) fn how(&self) -> Option<Transport> {
        self.failure().map(|failure| failure.how)
    }

    fn failure(&self) -> Option<&Failure> {
        match &self.0.kind {
            Kind::Transport(failure) => Some(failure),
            Kind::Token(cause) => cause.failure(),
            _ => None,
        }
    }
}

/// The meaning of a status without an envelope: the request was refused on the way. Redirects are not followed.
fn is_not_processed(status: u16) -> bool {
    matches!(status, 300..=399 | 401 | 403 | 404 | 405 | 407 | 411 | 413 | 414 | 415 | 429)
}

/// In characters.
const LONGEST_LOG_ID: usize = 200;

/// Codes of an invalid token: the gateway refused the request before anything was processed.
pub(crate) const TOKEN_REFUSED: [i64; 5] = [99_991_663, 99_991_664, 99_991_665, 99_991_671, 20_013];

/// Codes with which Feishu asks to try again, and those of a conflict with another request.
const TRANSIENT: [i64; 16] = [
    1_500, 1_642, 1_663, 1_668, 2_200, 5_000, 10_101, 10_105, 55_001, 60_014, 96_201, 105_001, 1_002_001,
    1_002_218, 1_002_619, 1_002_631,
];

/// Whether a code leaves open if the request was processed.
pub(crate) fn is_transient(code: i64) -> bool {
    TRANSIENT.contains(&code)
}

/// An expired or revoked token of a user; another one may be valid.
pub(crate) const USER_TOKEN_OVER: [i64; 2] = [99_991_668, 99_991_677];

/// The same for a user's token, or for a missing one; only the caller can help.
const USER_TOKEN_REFUSED: [i64; 3] = [99_991_661, 99_991_668, 99_991_677];
