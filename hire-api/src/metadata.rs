//! What there is to know about an endpoint without calling it.

/// What there is to know about an endpoint, as its page says it.
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
    /// Access tokens it takes.
    pub tokens: &'static [Token],
    /// Apps that may call it.
    pub apps: &'static [App],
    /// Any one of these suffices.
    pub scopes: &'static [&'static str],
    /// Without these, some fields of the answer stay empty.
    pub field_scopes: &'static [&'static str],
    /// How often it may be called.
    pub quota: Quota,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// What the answer is wrapped in.
    pub envelope: Envelope,
    /// Wire name of the list that its pages hold, dotted where it is nested.
    pub paging: Option<&'static str>,
    /// Codes the page lists.
    pub errors: &'static [ErrorCode],
}

impl Metadata {
    /// An endpoint of which nothing else is known: it takes a tenant access token and must not be sent twice.
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
        }
    }

    /// With a title and the address of its page.
    #[must_use]
    pub const fn with_page(self, title: &'static str, doc: &'static str) -> Self {
        Self { title, doc, ..self }
    }

    /// With the tokens and apps it takes.
    #[must_use]
    pub const fn with_callers(self, tokens: &'static [Token], apps: &'static [App]) -> Self {
        Self { tokens, apps, ..self }
    }

    /// With the scopes it needs, and those that some fields of its answer need.
    #[must_use]
    pub const fn with_scopes(
        self,
        scopes: &'static [&'static str],
        field_scopes: &'static [&'static str],
    ) -> Self {
        Self { scopes, field_scopes, ..self }
    }

    /// With how often it may be called, and whether the same request may be sent twice.
    #[must_use]
    pub const fn with_use(self, quota: Quota, safety: Safety) -> Self {
        Self { quota, safety, ..self }
    }

    /// With what its answer is wrapped in, and the list that its pages hold.
    #[must_use]
    pub const fn with_answer(self, envelope: Envelope, paging: Option<&'static str>) -> Self {
        Self { envelope, paging, ..self }
    }

    /// With the codes its page lists.
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
    /// Built by a company for itself.
    Custom,
    /// Sold in the app store.
    Store,
}

/// How often an endpoint may be called, per app and tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quota {
    /// Both windows hold where both are given.
    Windows {
        /// Calls a second.
        per_second: Option<u32>,
        /// Calls a minute.
        per_minute: Option<u32>,
    },
    /// The page says to ask.
    Special,
}

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// It only reads.
    Safe,
    /// Twice is as good as once.
    Idempotent,
    /// Twice is as good as once as long as this field (its wire name) is set.
    Keyed(&'static str),
    /// A second one may do harm.
    Unsafe,
}

/// What an answer is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Envelope {
    /// `code`, `msg`, `data`
    Standard,
    /// `code`, `message`, `data`
    Message,
    /// Nothing.
    Bare,
}

/// A code of an error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// `code` in the body.
    pub code: i64,
    /// HTTP status it comes with, as the page says.
    pub http: u16,
    /// English name, `UpperCamelCase`.
    pub name: &'static str,
    /// The page's description; empty where it gives none.
    pub label: &'static str,
    /// What to do about it; empty where nothing is known.
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

/// The codes that one endpoint answers with, by name. Generated as `Code` beside its `Request`.
///
/// One code can mean different things at different endpoints, so each has a type of its own; see
/// [`Error::code_of`](crate::Error::code_of).
pub trait Codes: Copy + 'static {
    /// Every code the page lists, in its order.
    const ALL: &'static [Self];

    /// `code` in the body.
    fn number(self) -> i64;
}

/// For an endpoint whose page lists no codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCodes {}

impl Codes for NoCodes {
    const ALL: &'static [Self] = &[];

    fn number(self) -> i64 {
        match self {}
    }
}

/// Two windows; zero is none.
#[doc(hidden)]
pub const fn quota(per_second: u32, per_minute: u32) -> Quota {
    const fn window(calls: u32) -> Option<u32> {
        if calls == 0 { None } else { Some(calls) }
    }
    Quota::Windows { per_second: window(per_second), per_minute: window(per_minute) }
}
