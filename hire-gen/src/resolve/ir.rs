//! The resolved API as plain data: every name is settled, every type found.
//!
//! `lower` builds it, `check` checks it, everything else only reads it. Its order is that of the files and their
//! contents, so the same schema always gives the same bytes.

pub use super::paging::{Paging, Turn};
pub use crate::read::literal::{Literal, Number};
use crate::read::span::Span;
pub use crate::read::words::{App, Envelope, EventEnvelope, Format, Method, Token};

/// The contents of a schema folder.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// Whether every item needs an English text; `check` warns about missing ones.
    pub described: bool,
    /// One per region.
    pub base_urls: Vec<BaseUrl>,
    /// Error codes that every endpoint may answer.
    pub errors: Vec<ErrorCode>,
    /// Sorted by id.
    pub endpoints: Vec<Endpoint>,
    /// Sorted by id.
    pub events: Vec<Event>,
    /// Shared types sorted by home and name, then local ones in the order of their endpoints, events and files.
    pub types: Vec<Type>,
}

impl Api {
    /// Returns the type of a reference.
    pub fn type_(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.0)
    }

    /// Returns the endpoint with this name, such as `hire.v1.talent.onboard_status`.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.id.to_string() == name)
    }

    /// The field at a dotted path, after the fields that contain it: objects, not lists or maps.
    pub fn fields_at<'a>(&'a self, fields: &'a [Field], path: &str) -> Option<Vec<&'a Field>> {
        let mut here = fields;
        let mut found: Vec<&Field> = Vec::new();
        for name in path.split('.') {
            if let Some(outer) = found.last() {
                let Base::Type(id) = outer.ty.base else { return None };
                let Kind::Object(inner) = &self.type_(id)?.kind else { return None };
                here = Some(inner.as_slice()).filter(|_| outer.ty.list == 0 && !outer.ty.is_map())?;
            }
            found.push(here.iter().find(|field| field.wire == name)?);
        }
        Some(found)
    }

    /// The event with this type, such as `hire.application.stage_changed_v1`, or with this ID.
    pub fn event(&self, name: &str) -> Option<&Event> {
        let of_type = self.events.iter().find(|event| event.event_type == name);
        of_type.or_else(|| self.events.iter().find(|event| event.id.to_string() == name))
    }
}

/// The servers of a region.
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

/// The path of an event's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId {
    /// `hire`
    pub service: String,
    /// `v1`
    pub version: String,
    /// `application`
    pub resource: String,
    /// `stage_changed`
    pub event: String,
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.events.{}", self.service, self.version, self.resource, self.event)
    }
}

/// An event that Feishu sends.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// The value of its `event_type`.
    pub at: Span,
    /// The value of its `doc`.
    pub doc_at: Span,
    /// English title.
    pub title: String,
    /// The page's title.
    pub label: Option<String>,
    /// Address of the page.
    pub doc: String,
    /// The page's date, `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// What receivers need to know.
    pub about: Option<String>,
    /// Feishu's name of the event: `hire.application.stage_changed_v1`.
    pub event_type: String,
    /// Apps that may subscribe to it.
    pub apps: Vec<App>,
    /// Scopes, one of which suffices to subscribe.
    pub scopes: Vec<Scope>,
    /// Scopes without which some fields are empty.
    pub field_scopes: Vec<Scope>,
    /// The envelope.
    pub envelope: EventEnvelope,
    /// Fields of `event`, as the page lists them.
    pub fields: Vec<Field>,
    /// Documented body, envelope included, verbatim.
    pub example: Option<Example>,
}

/// One method and path.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its name.
    pub id: EndpointId,
    /// The value of its `path`.
    pub at: Span,
    /// The value of its `method`.
    pub method_at: Span,
    /// Where its title is.
    pub title_at: Span,
    /// The value of its `doc`.
    pub doc_at: Span,
    /// Its `body` key.
    pub body_at: Span,
    /// The value of its `safety`.
    pub safety_at: Span,
    /// Its `response` key.
    pub response_at: Span,
    /// English title.
    pub title: String,
    /// The page's title.
    pub label: Option<String>,
    /// Address of the page.
    pub doc: String,
    /// The page's date, `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// What callers need to know.
    pub about: Option<String>,
    /// Why it is deprecated; `Some("")` if the page gives no reason.
    pub deprecated: Option<String>,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: Method,
    /// As written: `/open-apis/hire/v1/talents/:talent_id/onboard_status`.
    pub path: String,
    /// Base URLs that replace those of the schema, by region.
    pub base_urls: Vec<BaseUrl>,
    /// Accepted access tokens; empty if it is called without a token.
    pub tokens: Vec<Token>,
    /// Apps that may call it.
    pub apps: Vec<App>,
    /// Scopes, one of which suffices.
    pub scopes: Vec<Scope>,
    /// Scopes without which some fields of the answer are empty.
    pub field_scopes: Vec<Scope>,
    /// How often it may be called.
    pub quota: Quota,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// The envelope of the answer.
    pub envelope: Envelope,
    /// How its answer is divided into pages.
    pub paging: Option<Paging>,
    /// In the order of the file.
    pub path_params: Vec<Field>,
    /// In the order of the file.
    pub query: Vec<Field>,
    /// Its own HTTP headers, in the order of the file.
    pub headers: Vec<Field>,
    /// `None` if the endpoint has no body.
    pub body: Option<Vec<Field>>,
    /// Fields of `data`.
    pub response: Vec<Field>,
    /// Whether the answer is a file; then `response` is empty.
    pub answers_file: bool,
    /// As on the page.
    pub errors: Vec<ErrorCode>,
    /// Documented example of the body, verbatim.
    pub request_example: Option<Example>,
    /// Documented example of the answer, envelope included, verbatim.
    pub response_example: Option<Example>,
}

impl Endpoint {
    /// Every field of the request: one struct in Rust.
    pub fn sent(&self) -> impl Iterator<Item = &Field> {
        self.path_params.iter().chain(&self.query).chain(&self.headers).chain(self.body.iter().flatten())
    }

    /// The body's list, if the body is a list instead of an object.
    pub fn body_list(&self) -> Option<&Field> {
        self.body.iter().flatten().find(|field| field.whole)
    }

    /// The answer's list, if the answer is a list instead of an object.
    pub fn response_list(&self) -> Option<&Field> {
        self.response.iter().find(|field| field.whole)
    }

    /// Whether the body is multipart/form-data, which any file among its fields requires.
    pub fn is_multipart(&self) -> bool {
        self.body.iter().flatten().any(|field| field.ty.base == Base::File)
    }
}

/// A JSON file beside the spec of an endpoint or an event.
#[derive(Clone, Debug)]
pub struct Example {
    /// The whole file.
    pub at: Span,
    /// Its text.
    pub text: String,
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
    /// Both windows apply if both are given; at least one is.
    Windows {
        /// Calls a second.
        per_second: Option<u32>,
        /// Calls a minute.
        per_minute: Option<u32>,
    },
    /// The page gives no numbers and refers to support.
    Special,
}

/// Returns the spelling of the schema: `1000/min, 50/s`.
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
    /// Repeating has no further effect.
    Idempotent,
    /// Repeating has no further effect if this field (its wire name) is set.
    Keyed(String),
    /// Repeating may do harm.
    Unsafe,
}

/// A code of an error table.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// Its line.
    pub at: Span,
    /// `code` in the body.
    pub code: i64,
    /// HTTP status.
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
    /// The places of keys that a rule may refuse, such as `max_length`.
    pub keys: Vec<(&'static str, Span)>,
    /// Its wire name.
    pub wire: String,
    /// Its name in Rust, without `r#`.
    pub ident: String,
    /// Its type.
    pub ty: Shape,
    /// Whether a request requires it.
    pub required: bool,
    /// The condition under which it is required.
    pub required_when: Option<RequiredWhen>,
    /// The value that Feishu assumes if it is not sent.
    pub default: Option<Literal>,
    /// The page's example.
    pub example: Option<Literal>,
    /// The limits of its value.
    pub limits: Limits,
    /// The contents of a string or an int.
    pub format: Option<Format>,
    /// The page's label.
    pub label: Option<String>,
    /// Our sentence.
    pub doc: Option<String>,
    /// Why it is deprecated; `Some("")` if the page gives no reason.
    pub deprecated: Option<String>,
    /// Why it must not be used; then it is not generated.
    pub unusable: Option<String>,
    /// Personal data or a secret.
    pub sensitive: bool,
    /// `null` may be sent, which differs from leaving the field out.
    pub nullable: bool,
    /// On an update the list replaces what is stored.
    pub replaces: bool,
    /// Scopes without which it is empty.
    pub scopes: Vec<Scope>,
    /// The reason for a difference from the page.
    pub fix: Option<String>,
    /// A question for a person.
    pub review: Option<String>,
    /// Whether its type was not found. That is an error of its own, so nothing else about its contents is reported.
    pub unresolved: bool,
    /// It is the body or the answer as a whole, a list, and the only field of its section. Its wire name is not sent.
    pub whole: bool,
}

impl Field {
    /// Returns the place of one of its keys, or of its name if it has no such key.
    pub fn key(&self, key: &str) -> Span {
        self.keys.iter().find(|(name, _)| *name == key).map_or(self.at, |(_, at)| *at)
    }

    /// The method that sends `null` for it, if it is `nullable`: `_x` has `clear_x`.
    pub fn clear_method(&self) -> String {
        format!("clear_{}", self.ident.trim_start_matches('_'))
    }
}

/// A type as a field uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The type inside lists or the map.
    pub base: Base,
    /// List dimensions.
    pub list: u8,
    /// Maps from strings around the lists: `map<map<T[]>>` has two.
    pub maps: u8,
}

impl Shape {
    /// Whether it is a map from strings.
    pub fn is_map(self) -> bool {
        self.maps > 0
    }

    /// Whether it is one value, and neither a list nor a map.
    pub fn is_single(self) -> bool {
        self.list == 0 && self.maps == 0
    }

    /// As the schema writes it, around the name of the base: `map<string[]>`.
    pub fn written(self, base: &str) -> String {
        let (maps, lists) = (usize::from(self.maps), usize::from(self.list));
        format!("{}{base}{}{}", "map<".repeat(maps), "[]".repeat(lists), ">".repeat(maps))
    }
}

/// The innermost type of a field.
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
    /// Returns the word of the schema; `None` for an object or an enum, which has a name.
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

/// Limits of a value. `None` means no limit.
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

/// When a field is required.
#[derive(Clone, Debug)]
pub enum RequiredWhen {
    /// If all of these hold.
    All(Vec<Condition>),
    /// A sentence for people.
    Text(String),
}

/// A condition on a sibling.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its place.
    pub at: Span,
    /// Wire name of the sibling, which is in the same section or object.
    pub field: String,
    /// The sibling's name in Rust, without `r#`.
    pub ident: String,
    /// The test.
    pub test: Test,
}

/// A test on a sibling. Enum values are resolved: `value` is the wire value, `name` is for people.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is one of these values.
    Is(Vec<TestValue>),
    /// The list contains this value.
    Contains(TestValue),
    /// It is set.
    Present,
    /// It is not set.
    Absent,
}

/// A value that a sibling is compared with.
#[derive(Clone, Debug)]
pub struct TestValue {
    /// As sent.
    pub value: Literal,
    /// Name of the enum value, if it is one.
    pub name: Option<String>,
}

/// An object or an enum.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name's line.
    pub at: Span,
    /// `UpperCamelCase`.
    pub name: String,
    /// Its owner.
    pub home: Home,
    /// The page's label.
    pub label: Option<String>,
    /// Our sentence.
    pub doc: Option<String>,
    /// The reason for a difference from the page or from an example.
    pub fix: Option<String>,
    /// The type of hire-api that replaces it in Rust: `hire.v1.types.UserIdType`.
    pub same_as: Option<SharedType>,
    /// Its kind and contents.
    pub kind: Kind,
    /// Whether some endpoint sends it.
    pub in_request: bool,
    /// Whether some endpoint answers with it, or some event contains it.
    pub in_response: bool,
}

/// A type that endpoints of a service and a version share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedType {
    /// `hire`
    pub service: String,
    /// `v1`
    pub version: String,
    /// `UserIdType`
    pub name: String,
}

impl std::fmt::Display for SharedType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.types.{}", self.service, self.version, self.name)
    }
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
    /// `types:` of one event.
    Event(EventId),
}

/// The kind of a type.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Fields by name.
    Object(Vec<Field>),
    /// Named values.
    Enum {
        /// Whether values are ints rather than strings.
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
    /// Scopes that this value needs.
    pub scopes: Vec<Scope>,
}
