//! Options of one call, and its answer.

use std::fmt;

use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

use crate::call::provider::TokenProvider;
use crate::call::retry::Retry;
use crate::secret::Secret;
use crate::wire::headers::{Extra, Headers};
use crate::wire::metadata::Token;
use crate::wire::mismatch::Mismatches;

/// Options of one call. `Debug` hides its token.
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) retry: Option<Retry>,
    pub(crate) caller: Caller,
    pub(crate) timeout: Option<Duration>,
    pub(crate) validation: Option<bool>,
    pub(crate) headers: Extra,
}

/// Whose token a call uses.
#[derive(Clone, Default)]
pub(crate) enum Caller {
    /// No token: the endpoint takes none.
    Nobody,
    /// The app's own token, for its tenant or, if the endpoint accepts no such token, for itself.
    #[default]
    App,
    /// A token of this kind from the caller; only the caller can get another one.
    Given(Token, Secret),
    /// A user's token from a store that can renew it.
    User(Arc<dyn TokenProvider>),
}

impl CallOptions {
    /// Options that leave everything to the client.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the retries of this request.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the longest time of one attempt, including its answer.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets whether lengths, ranges and conditions are checked before this request is sent.
    pub fn with_validation(mut self, validation: bool) -> Self {
        self.validation = Some(validation);
        self
    }

    /// Adds a header to this request, such as `traceparent` or `user-agent`. It overrides a header of the client with
    /// the same name. A reserved header, such as `Authorization`, makes the call fail.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// Calls on behalf of a user, with a user access token from your own sign-in. The client never replaces the
    /// token: if Feishu refuses it, the call fails and your program has to get a new one.
    pub fn with_user_token(mut self, token: impl AsRef<str>) -> Self {
        self.caller = Caller::Given(Token::User, Secret::new(token.as_ref()));
        self
    }

    /// Calls with an app access token of your own, for a client with a [`TokenProvider`]; any other client fetches one
    /// for endpoints that accept no tenant access token. The client never replaces the token: if Feishu refuses it, the
    /// call fails and your program has to get a new one.
    pub fn with_app_token(mut self, token: impl AsRef<str>) -> Self {
        self.caller = Caller::Given(Token::App, Secret::new(token.as_ref()));
        self
    }

    /// Uses this user's token, unless the options name another one.
    pub(crate) fn by_default(mut self, user: Option<&Arc<dyn TokenProvider>>) -> Self {
        if let (Caller::App, Some(user)) = (&self.caller, user) {
            self.caller = Caller::User(Arc::clone(user));
        }
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions").field("retry", &self.retry).finish_non_exhaustive()
    }
}

/// A successful answer with its data, envelope and headers.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer<T> {
    /// Contents of `data`.
    pub data: T,
    /// The parts that do not fit the schema; they are absent from `data`.
    pub mismatches: Mismatches,
    /// HTTP status.
    pub status: u16,
    /// `msg` of the envelope. Do not depend on it.
    pub message: String,
    /// Log ID, for Feishu's support.
    pub log_id: Option<String>,
    /// The HTTP headers.
    pub headers: Headers,
    /// The whole body as received, including the envelope.
    pub body: Bytes,
}

/// Hides the data, which may be personal.
impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("log_id", &self.log_id)
            .finish_non_exhaustive()
    }
}
