//! The one error: opaque, with questions to ask it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::check::{Violation, Violations};
use crate::envelope::Detail;
use crate::metadata::{Codes, ErrorCode, Metadata, Token};
use crate::request::Endpoint;
use crate::retry;

/// Why a call failed, or why a client could not be built.
///
/// It names the endpoint, the code, what that means there, what to do and the log id that Feishu's support asks for. It
/// never shows a body, a query, a path parameter or a token.
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
    /// An attempt before the last one may have been processed.
    earlier: bool,
}

#[derive(Clone)]
enum Kind {
    /// The client could not be built, or cannot be used like that.
    Config(String),
    /// Nothing was sent.
    Refused(Violations),
    /// Nothing was sent.
    NeedsOtherToken(Token),
    /// Nothing was sent: the endpoint's quota is used up for this long.
    Quota(Duration),
    /// Feishu answered with a code.
    Answered { code: i64, message: String, detail: Arc<Detail> },
    /// No token, and why.
    Token(Error),
    /// A provider of tokens has none.
    Provider(Arc<dyn std::error::Error + Send + Sync>),
    /// The transport failed.
    Transport(Transport, Arc<dyn std::error::Error + Send + Sync>),
    /// An answer that is none.
    Unreadable(String),
    /// Redis does not do what it should.
    #[cfg(feature = "redis")]
    Redis(Arc<redis::RedisError>),
    /// A file here that cannot be written.
    Disk(Arc<std::io::Error>),
    /// A download that is none: why.
    Download(&'static str),
    /// Pages that cannot be followed.
    Paging(&'static str),
}

/// How far a transport came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Nothing was sent.
    Connect,
    /// It took too long; the request may have been processed.
    Timeout,
    /// It broke; the request may have been processed.
    Broken,
}

/// What Feishu says is wrong with a field. Values are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Which field.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config(message.into()))
    }

    pub(crate) fn refused(violations: Violations) -> Self {
        Self::new(Kind::Refused(violations))
    }

    /// The endpoint does not take this kind of token.
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
        error.0.log_id = log_id;
        error
    }

    /// What a [`TokenProvider`](crate::TokenProvider) of yours gives where it has no token. The cause is shown: it must
    /// not hold what is secret.
    pub fn no_token(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Provider(cause.into().into()))
    }

    #[cfg(feature = "redis")]
    pub(crate) fn no_redis(cause: redis::RedisError) -> Self {
        Self::new(Kind::Redis(Arc::new(cause)))
    }

    pub(crate) fn token(cause: Self) -> Self {
        Self::new(Kind::Token(cause))
    }

    pub(crate) fn transport(how: Transport, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(Kind::Transport(how, Arc::new(cause)))
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::new(Kind::Unreadable(what.into()))
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
            self.0.log_id = Some(log_id.to_owned());
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// How often the request was sent, and whether it may have been processed before the last time.
    pub(crate) fn with_attempts(mut self, attempts: u32, earlier: bool) -> Self {
        self.0.attempts = attempts;
        self.0.earlier = earlier;
        self
    }

    #[cfg(test)]
    pub(crate) fn with_endpoint_for_test(self) -> Self {
        static METADATA: Metadata = Metadata::new("test.v1.a.b", crate::metadata::Method::Get, "/");
        self.with_endpoint(&METADATA)
    }

    /// How often the request was sent; 0 where it was not.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long Feishu asks to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The endpoint that was called; `None` where it did not come to a call.
    pub fn endpoint(&self) -> Option<&'static Metadata> {
        self.0.endpoint
    }

    /// The `code` of the answer, also of one to the request for a token.
    pub fn code(&self) -> Option<i64> {
        match &self.0.kind {
            Kind::Answered { code, .. } => Some(*code),
            Kind::Token(cause) => cause.code(),
            _ => None,
        }
    }

    /// The code as the endpoint of `E` names it; `None` where its page does not list the code, and where the error is
    /// another endpoint's.
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

    /// What the code means at this endpoint, or at all of them, where the documentation says.
    pub fn meaning(&self) -> Option<&'static ErrorCode> {
        let code = self.code()?;
        // A code means something together with its endpoint, unless it is about the token.
        let own = match self.0.kind {
            Kind::Answered { .. } => self.0.endpoint.map_or(&[][..], |endpoint| endpoint.errors),
            _ => &[],
        };
        own.iter().chain(crate::ERRORS).find(|known| known.code == code)
    }

    /// English name of the code, such as `InvalidParameter`.
    pub fn name(&self) -> Option<&'static str> {
        self.meaning().map(|meaning| meaning.name)
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<&'static str> {
        self.meaning().map(|meaning| meaning.advice).filter(|advice| !advice.is_empty())
    }

    /// The message that came with the code, shortened to one line. Do not depend on it.
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Answered { message, .. } => Some(message),
            Kind::Token(cause) => cause.message(),
            _ => None,
        }
    }

    /// Feishu's name for the call, for its support.
    pub fn log_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Token(cause) => cause.log_id(),
            _ => self.0.log_id.as_deref(),
        }
    }

    /// HTTP status of the answer.
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            Kind::Token(cause) => cause.status(),
            _ => self.0.status,
        }
    }

    /// What was wrong with the request before it was sent.
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            Kind::Refused(violations) => &violations.0,
            _ => &[],
        }
    }

    /// What Feishu found wrong with the request's fields.
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.detail().map_or(&[], |detail| &detail.violations)
    }

    /// The scopes of which Feishu says that the app lacks them.
    pub fn missing_scopes(&self) -> &[String] {
        self.detail().map_or(&[], |detail| &detail.missing_scopes)
    }

    /// Where Feishu says help is.
    pub fn help_url(&self) -> Option<&str> {
        self.detail().and_then(|detail| detail.help.as_deref())
    }

    fn detail(&self) -> Option<&Detail> {
        match &self.0.kind {
            Kind::Answered { detail, .. } => Some(detail),
            Kind::Token(cause) => cause.detail(),
            _ => None,
        }
    }

    /// The request was refused before anything was sent.
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::NeedsOtherToken(_))
    }

    /// There is no token, since the app's credentials are wrong or the token endpoint is out of order; or Feishu refuses
    /// the token, also the one that replaced it.
    pub fn is_token(&self) -> bool {
        match &self.0.kind {
            Kind::Token(_) => true,
            Kind::Answered { code, .. } => TOKEN_REFUSED.contains(code) || USER_TOKEN_REFUSED.contains(code),
            _ => false,
        }
    }

    /// The app lacks a scope.
    pub fn is_permission(&self) -> bool {
        matches!(self.code(), Some(99_991_672 | 99_991_676 | 99_991_679))
    }

    /// Called too often; nothing was processed.
    pub fn is_rate_limited(&self) -> bool {
        self.code() == Some(99_991_400) || self.status() == Some(429)
    }

    /// A quota is used up: calls of a second or a minute, by the client's own count or by Feishu's, or those of a month.
    /// Nothing was processed; [`retry_after`](Self::retry_after) says how long to wait, where that is known.
    pub fn is_quota(&self) -> bool {
        matches!(self.0.kind, Kind::Quota(_)) || self.is_rate_limited() || self.code() == Some(99_991_403)
    }

    /// No connection; nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.how() == Some(Transport::Connect)
    }

    /// It took too long.
    pub fn is_timeout(&self) -> bool {
        self.how() == Some(Transport::Timeout)
    }

    /// The request may have been processed although no answer says so: none came that can be read, or one that leaves it
    /// open, such as that of a system error. Look before you send it again: a second one may
    /// make a second record.
    pub fn is_ambiguous(&self) -> bool {
        let last = match &self.0.kind {
            Kind::Transport(how, _) => *how != Transport::Connect,
            Kind::Unreadable(_) => self.0.endpoint.is_some(),
            Kind::Answered { code, .. } => retry::is_transient(*code),
            _ => false,
        };
        last || self.0.earlier
    }

    /// The connection broke, or no answer came in time.
    pub(crate) fn is_broken(&self) -> bool {
        self.how().is_some_and(|how| how != Transport::Connect)
    }

    fn how(&self) -> Option<Transport> {
        match &self.0.kind {
            Kind::Transport(how, _) => Some(*how),
            Kind::Token(cause) => cause.how(),
            _ => None,
        }
    }
}

/// Codes that say the token is no longer good: the gateway refused the request before anything was processed.
pub(crate) const TOKEN_REFUSED: [i64; 5] = [99_991_663, 99_991_664, 99_991_665, 99_991_671, 20_013];

/// The same of a user's token, or of none; nothing but the caller can do something about it.
const USER_TOKEN_REFUSED: [i64; 3] = [99_991_661, 99_991_668, 99_991_677];

/// In characters.
const LONGEST_MESSAGE: usize = 300;
/// An answer may find fault with each of many thousand fields.
const MOST_VIOLATIONS: usize = 10;

/// Text of a server as one line that a terminal can show.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if breaks_lines(c) { ' ' } else { c }).take(LONGEST_MESSAGE).collect()
}

/// Also what only Unicode takes for the end of a line, and what turns the order of the text after it around.
fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(endpoint) = self.0.endpoint {
            write!(f, "{}: ", endpoint.name)?;
        }
        match &self.0.kind {
            Kind::Config(message) => f.write_str(message)?,
            Kind::Refused(violations) => write!(f, "refused before it was sent\n{violations}")?,
            Kind::NeedsOtherToken(Token::User) => f.write_str("takes no user access token")?,
            Kind::NeedsOtherToken(_) => {
                f.write_str("takes no tenant access token; give the call one that it takes")?;
            }
            Kind::Quota(wait) => {
                write!(f, "its quota is used up for {} ms; nothing was sent", wait.as_millis())?;
            }
            Kind::Answered { code, message, detail } => {
                let name = self.name().map(|name| format!(" {name}")).unwrap_or_default();
                write!(f, "{code}{name}: {message}")?;
                for FieldViolation { field, description } in detail.violations.iter().take(MOST_VIOLATIONS) {
                    write!(f, "; {}: {}", one_line(field), one_line(description))?;
                }
                if let Some(more @ 1..) = detail.violations.len().checked_sub(MOST_VIOLATIONS) {
                    write!(f, "; and {more} more")?;
                }
                if !detail.missing_scopes.is_empty() {
                    write!(f, "; missing scopes: {}", one_line(&detail.missing_scopes.join(", ")))?;
                }
            }
            Kind::Token(cause) => write!(f, "no access token: {cause}")?,
            Kind::Provider(cause) => write!(f, "{cause}")?,
            Kind::Transport(Transport::Connect, _) => f.write_str("cannot connect; nothing was sent")?,
            Kind::Transport(Transport::Timeout, _) => {
                f.write_str("no answer in time; it may have been processed")?;
            }
            Kind::Transport(Transport::Broken, _) => {
                f.write_str("the connection broke; it may have been processed")?;
            }
            Kind::Unreadable(what) => write!(f, "cannot read the answer: {what}")?,
            #[cfg(feature = "redis")]
            Kind::Redis(cause) => write!(f, "Redis: {}", cause.category())?,
            Kind::Disk(cause) => write!(f, "cannot write the file: {cause}")?,
            Kind::Download(why) => write!(f, "cannot download the file: {why}")?,
            Kind::Paging(why) => write!(f, "cannot go on to the next page: {why}")?,
        }
        if matches!(self.0.kind, Kind::Token(_)) {
            return Ok(());
        }
        if let Some(advice) = self.advice() {
            write!(f, " ({advice})")?;
        }
        if let Some(status) = self.0.status {
            write!(f, " [HTTP {status}]")?;
        }
        if self.0.attempts > 1 {
            write!(f, " [attempt {}]", self.0.attempts)?;
        }
        if let Some(log_id) = &self.0.log_id {
            write!(f, " [log id {}]", one_line(log_id))?;
        }
        match self.0.endpoint {
            Some(endpoint) if !endpoint.doc.is_empty() => write!(f, "\nsee {}", endpoint.doc),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Token(cause) => Some(cause),
            #[cfg(feature = "redis")]
            Kind::Redis(cause) => Some(&**cause),
            Kind::Disk(cause) => Some(&**cause),
            Kind::Provider(cause) | Kind::Transport(_, cause) => Some(&**cause),
            _ => None,
        }
    }
}
