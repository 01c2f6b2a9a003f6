//! Metadata of endpoints.

/// The documented metadata of an endpoint.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Metadata {
    /// `hire.v1.talent.onboard_status`
    pub name: &'static str,
    /// English title.
    pub title: &'static str,
    /// Address of the page.
    pub doc: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// With its parameters: `/open-apis/hire/v1/talents/:talent_id/onboard_status`.
    pub path: &'static str,
    /// Accepted access tokens; empty if it is called without a token.
    pub tokens: &'static [Token],
    /// Apps that may call it.
    pub apps: &'static [App],
    /// Scopes, one of which suffices.
    pub scopes: &'static [&'static str],
    /// Scopes without which some fields of the answer are empty.
    pub field_scopes: &'static [&'static str],
    /// How often it may be called.
    pub quota: Quota,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// The envelope of the answer.
    pub envelope: Envelope,
    /// Wire name of the list that has pages, with dots for a nested one.
    pub paging: Option<&'static str>,
    /// The documented codes.
    pub errors: &'static [ErrorCode],
    /// Base URLs of clients, and the endpoint's base URL for each. A client with another base URL, such as that of a
    /// test server, keeps its own.
    pub base_urls: &'static [(&'static str, &'static str)],
}

impl Metadata {
    /// Creates the metadata of an endpoint with defaults: it takes a tenant access token and must not be sent twice.
    pub const fn new(name: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            name,
            title: "",
            doc: "",
            method,
            path,
            tokens: &[Token::Tenant],
            apps: &[],
            scopes: &[],
            field_scopes: &[],
            quota: Quota::Special,
            safety: Safety::Unsafe,
            envelope: Envelope::Standard,
            paging: None,
            errors: &[],
            base_urls: &[],
        }
    }

    /// Adds a title and the address of the page.
    #[must_use]
    pub const fn with_page(self, title: &'static str, doc: &'static str) -> Self {
        Self { title, doc, ..self }
    }

    /// Sets the accepted tokens and apps.
    #[must_use]
    pub const fn with_callers(self, tokens: &'static [Token], apps: &'static [App]) -> Self {
        Self { tokens, apps, ..self }
    }

    /// Sets the scopes that it needs, and those that some fields of its answer need.
    #[must_use]
    pub const fn with_scopes(
        self,
        scopes: &'static [&'static str],
        field_scopes: &'static [&'static str],
    ) -> Self {
        Self { scopes, field_scopes, ..self }
    }

    /// Sets how often it may be called, and whether a request may be sent twice.
    #[must_use]
    pub const fn with_use(self, quota: Quota, safety: Safety) -> Self {
        Self { quota, safety, ..self }
    }

    /// Sets the envelope of its answer, and the list that has pages.
    #[must_use]
    pub const fn with_answer(self, envelope: Envelope, paging: Option<&'static str>) -> Self {
        Self { envelope, paging, ..self }
    }

    /// Sets base URLs that replace a client's base URL: pairs of origins such as `("https://open.feishu.cn",
    /// "https://www.feishu.cn")`. Tokens are sent there, too.
    #[must_use]
    pub const fn with_base_urls(self, base_urls: &'static [(&'static str, &'static str)]) -> Self {
        Self { base_urls, ..self }
    }

    /// Sets the documented codes.
    #[must_use]
    pub const fn with_errors(self, errors: &'static [ErrorCode]) -> Self {
        Self { errors, ..self }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// Returns the HTTP spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A kind of access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Token {
    /// `tenant_access_token`
    Tenant,
    /// `user_access_token`
    User,
    /// `app_access_token`
    App,
}

/// A kind of app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum App {
    /// An app that a company builds for itself.
    Custom,
    /// An app in the app store.
    Store,
}

/// How often an endpoint may be called, per app and tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quota {
    /// Both windows apply if both are given.
    Windows {
        /// Calls a second.
        per_second: Option<u32>,
        /// Calls a minute.
        per_minute: Option<u32>,
    },
    /// The page gives no numbers and refers to support.
    Special,
}

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// It only reads.
    Safe,
    /// Repeating has no further effect.
    Idempotent,
    /// Repeating has no further effect if this field (its wire name) is set.
    Keyed(&'static str),
    /// Repeating may do harm.
    Unsafe,
}

/// The envelope of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Envelope {
    /// `code`, `msg`, `data`
    Standard,
    /// `code`, `message`, `data`
    Message,
    /// `code`, `msg`, and the fields of the answer beside them
    Flat,
    /// Nothing.
    Bare,
}

/// A code of an error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// `code` in the body.
    pub code: i64,
    /// HTTP status according to the page.
    pub http: u16,
    /// English name, `UpperCamelCase`.
    pub name: &'static str,
    /// The page's description; empty if there is none.
    pub label: &'static str,
    /// What to do about it; empty if unknown.
    pub advice: &'static str,
}

impl ErrorCode {
    /// One row of an error table.
    pub const fn new(
        code: i64,
        http: u16,
        name: &'static str,
        label: &'static str,
        advice: &'static str,
    ) -> Self {
        Self { code, http, name, label, advice }
    }
}

/// The documented codes of one endpoint, by name. Generated as `Code` beside its `Request`.
///
/// A code can have different meanings at different endpoints, so each has its own type; see
/// [`Error::code_of`](crate::Error::code_of).
pub trait Codes: Copy + 'static {
    /// All documented codes, in the order of the page.
    const ALL: &'static [Self];

    /// `code` in the body.
    fn number(self) -> i64;
}

/// For an endpoint without documented codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCodes {}

impl Codes for NoCodes {
    const ALL: &'static [Self] = &[];

    fn number(self) -> i64 {
        match self {}
    }
}

/// Two windows; zero means none.
#[doc(hidden)]
pub const fn quota(per_second: u32, per_minute: u32) -> Quota {
    const fn window(calls: u32) -> Option<u32> {
        if calls == 0 { None } else { Some(calls) }
    }
    Quota::Windows { per_second: window(per_second), per_minute: window(per_minute) }
}
