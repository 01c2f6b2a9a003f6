//! The resolved API: plain data, every name settled, every type found.
//!
//! `lower` builds it, `check` judges it, everything else only reads it. Order is the
//! order of the files and of what they say, so that the same schema always gives the same bytes.

use crate::span::Span;

/// Everything a schema folder says.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// One for each region.
    pub base_urls: Vec<BaseUrl>,
    /// Error codes that every endpoint may answer.
    pub errors: Vec<ErrorCode>,
    /// Sorted by id.
    pub endpoints: Vec<Endpoint>,
    /// Shared types sorted by home and name, then local ones in the order of their endpoints and files.
    pub types: Vec<Type>,
}

impl Api {
    /// The type behind a reference.
    pub fn type_(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.0)
    }

    /// The endpoint called `name`, as in `hire.v1.talent.onboard_status`.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.id.to_string() == name)
    }
}

/// Where a region's servers are.
#[derive(Clone, Debug)]
pub struct BaseUrl {
    /// Its address.
    pub at: Span,
    /// `feishu`
    pub region: String,
    /// `https://open.feishu.cn`
    pub url: String,
}

/// The path of an endpoint's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndpointId {
    /// `hire`
    pub service: String,
    /// `v1`
    pub version: String,
    /// `talent`
    pub resource: String,
    /// `onboard_status`
    pub action: String,
}

impl std::fmt::Display for EndpointId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.{}", self.service, self.version, self.resource, self.action)
    }
}

/// One method and path.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its name.
    pub id: EndpointId,
    /// The value of its `path`.
    pub at: Span,
    /// The value of its `doc`.
    pub doc_at: Span,
    /// Its `body` key.
    pub body_at: Span,
    /// The value of its `safety`.
    pub safety_at: Span,
    /// English title.
    pub title: String,
    /// The page's title.
    pub label: Option<String>,
    /// Address of the page.
    pub doc: String,
    /// The page's date, `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// What a caller has to know.
    pub about: Option<String>,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: Method,
    /// As written: `/open-apis/hire/v1/talents/:talent_id/onboard_status`.
    pub path: String,
    /// Access tokens it takes.
    pub tokens: Vec<Token>,
    /// Apps that may call it.
    pub apps: Vec<App>,
    /// Any one of these suffices.
    pub scopes: Vec<Scope>,
    /// Without these, some fields of the answer stay empty.
    pub field_scopes: Vec<Scope>,
    /// How often it may be called.
    pub quota: Quota,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// What the answer is wrapped in.
    pub envelope: Envelope,
    /// Wire name of the list that its pages hold, dotted where it is nested.
    pub paging: Option<Paging>,
    /// In the order of the file.
    pub path_params: Vec<Field>,
    /// In the order of the file.
    pub query: Vec<Field>,
    /// `None` where the endpoint takes no body.
    pub body: Option<Vec<Field>>,
    /// Fields of `data`.
    pub response: Vec<Field>,
    /// As on the page.
    pub errors: Vec<ErrorCode>,
    /// Documented example of the body, verbatim.
    pub request_example: Option<Example>,
    /// Documented example of the answer, envelope included, verbatim.
    pub response_example: Option<Example>,
}

impl Endpoint {
    /// Whether the body is multipart/form-data: it is as soon as one of its fields is a file.
    pub fn is_multipart(&self) -> bool {
        self.body.iter().flatten().any(|field| field.ty.base == Base::File)
    }
}

/// A JSON file beside an endpoint's.
#[derive(Clone, Debug)]
pub struct Example {
    /// The whole file.
    pub at: Span,
    /// Its text.
    pub text: String,
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
    /// As sent.
    pub fn as_str(self) -> &'static str {
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
pub enum App {
    /// Built by a company for itself.
    Custom,
    /// Sold in the app store.
    Store,
}

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `hire:talent`
    pub name: String,
    /// The page's label.
    pub label: Option<String>,
}

/// How often an endpoint may be called, per app and tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Both windows hold where both are given; at least one is.
    Windows {
        /// Calls a second.
        per_second: Option<u32>,
        /// Calls a minute.
        per_minute: Option<u32>,
    },
    /// The page says to ask.
    Special,
}

/// As the schema writes it: `1000/min, 50/s`.
impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Windows { per_second, per_minute } = self else { return f.write_str("special") };
        let windows =
            [per_minute.map(|calls| format!("{calls}/min")), per_second.map(|calls| format!("{calls}/s"))];
        f.write_str(&windows.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// Whether a request may be sent twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// It only reads.
    Safe,
    /// Twice is as good as once.
    Idempotent,
    /// As long as the field (its wire name) is set.
    Keyed(String),
    /// A second one may do harm.
    Unsafe,
}

/// What an answer is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `code`, `msg`, `data`
    Standard,
    /// `code`, `message`, `data`
    Message,
    /// Nothing.
    Bare,
}

/// Where pages hold their items.
#[derive(Clone, Debug)]
pub struct Paging {
    /// Its line.
    pub at: Span,
    /// Wire name of the list, dotted where it is nested.
    pub items: String,
}

/// A code of an error table.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// Its line.
    pub at: Span,
    /// `code` in the body.
    pub code: i64,
    /// HTTP status it comes with.
    pub http: u16,
    /// English `UpperCamelCase` name.
    pub name: String,
    /// The page's description.
    pub label: Option<String>,
    /// What to do about it.
    pub advice: Option<String>,
}

/// Index into [`Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// One field of a section or an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its key.
    pub at: Span,
    /// Its name on the wire.
    pub wire: String,
    /// Its name in Rust, without `r#`.
    pub ident: String,
    /// Its type.
    pub ty: Shape,
    /// A request cannot be built without it.
    pub required: bool,
    /// It must be there under a condition.
    pub required_when: Option<RequiredWhen>,
    /// What Feishu takes when it is not sent.
    pub default: Option<Literal>,
    /// The page's example.
    pub example: Option<Literal>,
    /// What its value must obey.
    pub limits: Limits,
    /// What a string or an int holds.
    pub format: Option<Format>,
    /// The page's label.
    pub label: Option<String>,
    /// Our sentence.
    pub doc: Option<String>,
    /// Why not to use it any more; `Some("")` where the page gives no reason.
    pub deprecated: Option<String>,
    /// Why it must not be used at all: it is not generated.
    pub unusable: Option<String>,
    /// A person's data or a secret.
    pub sensitive: bool,
    /// On an update the list replaces what is stored.
    pub replaces: bool,
    /// Scopes without which it stays empty.
    pub scopes: Vec<Scope>,
    /// Why it differs from the page.
    pub fix: Option<String>,
    /// What a person has to look at.
    pub review: Option<String>,
}

/// A type as a field uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What is in the lists or the map.
    pub base: Base,
    /// List dimensions.
    pub list: u8,
    /// A map from strings to `base`; never together with `list`.
    pub map: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Int,
    /// A number.
    Float,
    /// `true` or `false`.
    Bool,
    /// Anything.
    Json,
    /// A part of a multipart body.
    File,
    /// An object or an enum.
    Type(TypeId),
}

impl Base {
    /// The schema's word for it; `None` for an object or an enum, which has a name.
    pub fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Json => "json",
            Self::File => "file",
            Self::Type(_) => return None,
        })
    }
}

/// What a value must obey. `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Smallest number.
    pub minimum: Option<Number>,
    /// Greatest number.
    pub maximum: Option<Number>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Fewest items.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
    /// Most bytes of a file.
    pub max_bytes: Option<u64>,
    /// Regular expression.
    pub pattern: Option<String>,
    /// The only value.
    pub fixed: Option<Literal>,
}

/// A number of the schema.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Any other finite one.
    Float(f64),
}

/// A value of the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text.
    String(String),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Several.
    List(Vec<Literal>),
}

/// What a string or an int holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Milliseconds since 1970.
    Ms,
    /// Seconds since 1970.
    S,
    /// `YYYY-MM-DD`
    Date,
    /// JSON inside a string.
    Json,
    /// A custom field's value.
    CustomValue,
}

/// When a field must be there.
#[derive(Clone, Debug)]
pub enum RequiredWhen {
    /// All of these hold.
    All(Vec<Condition>),
    /// A sentence for people.
    Text(String),
}

/// Something about a sibling.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Where it is said.
    pub at: Span,
    /// Wire name of the sibling.
    pub field: String,
    /// What must hold of it.
    pub test: Test,
}

/// What must hold of a sibling. An enum value is settled: `value` is what goes over the wire, `name` what people read.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is one of these.
    Is(Vec<TestValue>),
    /// The list holds this.
    Contains(TestValue),
    /// It is set.
    Present,
    /// It is not.
    Absent,
}

/// A value a sibling is compared with.
#[derive(Clone, Debug)]
pub struct TestValue {
    /// As sent.
    pub value: Literal,
    /// Name of the enum value, where it is one.
    pub name: Option<String>,
}

/// An object or an enum.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name's line.
    pub at: Span,
    /// `UpperCamelCase`.
    pub name: String,
    /// Whose it is.
    pub home: Home,
    /// The page's label.
    pub label: Option<String>,
    /// Our sentence.
    pub doc: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Some endpoint sends it.
    pub in_request: bool,
    /// Some endpoint answers with it.
    pub in_response: bool,
}

/// Where a type is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// `<service>/<version>/types/<name>.yaml`
    Shared {
        /// `hire`
        service: String,
        /// `v1`
        version: String,
    },
    /// `types:` of one endpoint.
    Local(EndpointId),
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Fields by name.
    Object(Vec<Field>),
    /// Named values.
    Enum {
        /// Values are ints; strings if not.
        int: bool,
        /// In the order of the file.
        variants: Vec<Variant>,
    },
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its line.
    pub at: Span,
    /// As sent: `Literal::Int` or `Literal::String`.
    pub value: Literal,
    /// `UpperCamelCase`.
    pub name: String,
    /// The page's label.
    pub label: Option<String>,
    /// Our sentence.
    pub doc: Option<String>,
    /// As for a field.
    pub deprecated: Option<String>,
    /// Scopes this value needs.
    pub scopes: Vec<Scope>,
}
