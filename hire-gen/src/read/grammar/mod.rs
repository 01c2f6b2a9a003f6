//! The schema language as data: every mapping, its keys, their values, and a sentence about each.
//!
//! Three things come from this table alone: the refusals of [`shape`], the JSON Schemas for editors
//! ([`json_schema`](crate::read::json_schema)), and the structure of [`spec`](crate::read::spec), which a test
//! compares with it.

mod advice;
mod scalar;
mod shape;

pub(crate) use self::advice::misplaced;
pub(crate) use self::scalar::{Scalar, scalar};
pub(crate) use self::shape::check;
use crate::read::advice::quota;
use crate::read::words::{App, EnumKind, Envelope, EventEnvelope, Format, Method, Token, Words};

/// The kind of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text on one line.
    Line,
    /// Text on one line in a certain form.
    Form(&'static Form),
    /// Text.
    Text,
    /// Text, or nothing if the page has none.
    MaybeText,
    /// `true` or `false`.
    Flag,
    /// A non-negative whole number.
    Count,
    /// 100 to 599.
    Status,
    /// A number.
    Number,
    /// Text, a number, `true`, `false` or a list of them.
    Literal,
    /// A whole number or text.
    EnumValue,
    /// `YYYY-MM-DD`
    Date,
    /// One of these.
    Word(fn() -> Vec<&'static str>),
    /// `[a, b]`, at least one.
    List(&'static Kind),
    /// Names to values.
    Map(Key, &'static Kind),
    /// A mapping with known keys.
    Mapping(&'static Shape),
    /// The kind of these that matches the value.
    Either(&'static [Kind]),
}

/// The keys of a [`Kind::Map`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Text.
    Name,
    /// `UpperCamelCase`
    Type,
    /// A whole number.
    Code,
}

/// The form of a text, for editors: `check` reads it and reports more.
#[derive(Debug)]
pub(crate) struct Form {
    /// A regular expression that every text accepted by `check` matches.
    pub(crate) pattern: &'static str,
    /// The completions of an editor.
    pub(crate) examples: &'static [&'static str],
    /// Names the expected form in an error.
    pub(crate) says: &'static str,
    /// The remedy for a number in its place, if quotes would not help.
    pub(crate) help: Option<fn(&str) -> String>,
}

const ONE_LINE: &str = "one line of text";

static TYPE: Form = Form {
    pattern: r"^(map<)*(string|int|float|bool|json|file|([a-z][a-z0-9_]*\.)*[A-Z][A-Za-z0-9]*)(\[\]|>)*$",
    examples: &["string", "int", "float", "bool", "json", "file", "string[]", "map<string>"],
    says: "a type such as `string`",
    help: None,
};
static LIST: Form = Form {
    pattern: r"^(string|int|float|bool|json|[A-Z][A-Za-z0-9]*)(\[\])+$",
    examples: &["string[]", "Item[]"],
    says: "the type of a list, such as `Item[]`",
    help: None,
};
static QUOTA: Form = Form {
    pattern: r"^(special|0*[1-9][0-9]*/min(, 0*[1-9][0-9]*/s)?|0*[1-9][0-9]*/s(, 0*[1-9][0-9]*/min)?)$",
    examples: &["20/min", "50/s", "1000/min, 50/s", "special"],
    says: "a quota such as `20/min`",
    help: Some(quota::help),
};
static SAFETY: Form = Form {
    pattern: r"^(safe|idempotent|unsafe|keyed\(.+\))$",
    examples: &["safe", "idempotent", "unsafe", "keyed(external_id)"],
    says: "a safety such as `idempotent`",
    help: None,
};
static PATH: Form = Form {
    pattern: r"^(/:?[A-Za-z0-9_.~-]+)+/?$",
    examples: &["/open-apis/"],
    says: "a path such as `/open-apis/hire/v1/talents`",
    help: None,
};
static PAGE: Form = Form {
    pattern: r#"^https://[^ <>"`\\]+$"#,
    examples: &["https://open.feishu.cn/document/"],
    says: ONE_LINE,
    help: None,
};
static ORIGIN: Form = Form {
    pattern: r"^https://[A-Za-z0-9.:-]+$",
    examples: &["https://open.feishu.cn"],
    says: ONE_LINE,
    help: None,
};
static SHARED: Form = Form {
    pattern: r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.types\.[A-Z][A-Za-z0-9]*$",
    examples: &["hire.v1.types.UserIdType"],
    says: ONE_LINE,
    help: None,
};
static LIST_NAME: Form = Form {
    pattern: r"^[^\n]*\S[^\n]*$",
    examples: &[],
    says: "the name of a list in `response`",
    help: None,
};
pub(crate) static UPPER_CAMEL: Form =
    Form { pattern: "^[A-Z][A-Za-z0-9]*$", examples: &[], says: ONE_LINE, help: None };
static SNAKE: Form =
    Form { pattern: "^(_+[a-z0-9]|[a-z])[a-z0-9_]*$", examples: &[], says: ONE_LINE, help: None };

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Including its article: `an endpoint`.
    pub(crate) name: &'static str,
    /// One sentence.
    pub(crate) says: &'static str,
    /// In the usual order.
    pub(crate) keys: &'static [KeySpec],
    /// Exactly one of these sets of keys is required, if there are any.
    pub(crate) forms: &'static [&'static [&'static str]],
}

/// A key of a [`Shape`].
#[derive(Debug)]
pub(crate) struct KeySpec {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// One sentence.
    pub(crate) says: &'static str,
}

const fn must(name: &'static str, kind: Kind, says: &'static str) -> KeySpec {
    KeySpec { name, kind, required: true, says }
}

const fn may(name: &'static str, kind: Kind, says: &'static str) -> KeySpec {
    KeySpec { name, kind, required: false, says }
}

const FIELDS: Kind = Kind::Map(Key::Name, &FIELD);
const FIELD: Kind = Kind::Either(&[Kind::Form(&TYPE), Kind::Mapping(&FIELD_SHAPE)]);
const SCOPES: Kind = Kind::Map(Key::Name, &Kind::MaybeText);
const ERRORS: Kind = Kind::Map(Key::Code, &Kind::Mapping(&ERROR_SHAPE));
const TOKENS: Kind = Kind::Either(&[Kind::List(&Kind::Word(Token::list)), Kind::Word(|| vec!["none"])]);
const DEPRECATED: Kind = Kind::Either(&[Kind::Flag, Kind::Text, Kind::Mapping(&USE_SHAPE)]);
const REQUIRED_WHEN: Kind = Kind::Either(&[Kind::Text, Kind::Map(Key::Name, &CONDITION)]);
const CONDITION: Kind = Kind::Either(&[Kind::Literal, Kind::Mapping(&TEST_SHAPE)]);

/// `api.yaml`
pub(crate) static API_SHAPE: Shape = Shape {
    name: "`api.yaml`",
    says: "Settings shared by all endpoints.",
    keys: &[
        may(
            "described",
            Kind::Flag,
            "`true`: everything has an English text, and `check` warns if one is missing.",
        ),
        may(
            "base_urls",
            Kind::Map(Key::Name, &Kind::Form(&ORIGIN)),
            "Region name and origin, such as `https://open.feishu.cn`.",
        ),
        may("errors", ERRORS, "Error codes that every endpoint may answer, by code."),
    ],
    forms: &[],
};

/// `<service>/<version>/<resource>/<action>.yaml`
pub(crate) static ENDPOINT_SHAPE: Shape = Shape {
    name: "an endpoint",
    says: "One method and path of the service; the file's path is its name.",
    keys: &[
        must(
            "title",
            Kind::Line,
            "One English line in your own words: the first line of the method's documentation.",
        ),
        may("label", Kind::Text, "The page's title."),
        must("doc", Kind::Form(&PAGE), "Address of the page."),
        may("revised", Kind::Date, "The page's date (最后更新于); omitted if the page has none."),
        may("about", Kind::Text, "What callers need to know, in English and in your own words."),
        may("deprecated", DEPRECATED, "`true`, a sentence, or `{use: hire.v2.talent.get}`."),
        must("method", Kind::Word(Method::list), "The HTTP method."),
        must("path", Kind::Form(&PATH), "Path after the origin, with `:name` for each path parameter."),
        may(
            "base_urls",
            Kind::Map(Key::Name, &Kind::Form(&ORIGIN)),
            "Origins that replace those of `api.yaml`, by region, for an endpoint on another host.",
        ),
        must(
            "tokens",
            TOKENS,
            "Accepted access tokens (the page's row Authorization); `none` if it is called without one.",
        ),
        may("apps", Kind::List(&Kind::Word(App::list)), "Apps that may call it (支持的应用类型)."),
        may("scopes", SCOPES, "Scopes, one of which suffices (权限要求), with the page's labels."),
        may(
            "field_scopes",
            SCOPES,
            "Scopes without which some fields of the answer are empty (字段权限要求).",
        ),
        must(
            "quota",
            Kind::Form(&QUOTA),
            "How often it may be called (频率限制): `20/min`, `50/s`, `1000/min, 50/s`, or `special`.",
        ),
        may(
            "safety",
            Kind::Form(&SAFETY),
            "Whether it may be sent twice: `safe`, `idempotent`, `keyed(<field>)` or `unsafe`.",
        ),
        may(
            "envelope",
            Kind::Word(Envelope::list),
            "Envelope of the answer: `code`, `msg`, `data` by default; in `flat` the fields are beside `code`.",
        ),
        may(
            "paging",
            Kind::Either(&[Kind::Form(&LIST_NAME), Kind::Mapping(&PAGING_SHAPE)]),
            "The list in `response` that is split into pages, or a mapping if the paging fields have other names.",
        ),
        may("path_params", FIELDS, "One field for each `:name` in `path`, always required."),
        may("query", FIELDS, "Query parameters; a list is sent as a repeated key."),
        may(
            "headers",
            FIELDS,
            "The endpoint's own HTTP headers, each a string, a number, a bool or an enum.",
        ),
        may(
            "body",
            Kind::Either(&[FIELDS, Kind::Form(&LIST)]),
            "The JSON body; with a `file` among its fields it is sent as multipart/form-data. Or a list, such as `Item[]`.",
        ),
        may(
            "response",
            Kind::Either(&[FIELDS, Kind::Word(|| vec!["file"]), Kind::Form(&LIST)]),
            "The fields of `data` (响应体), never required; or a list, such as `Item[]`; or `file`.",
        ),
        may(
            "types",
            Kind::Map(Key::Type, &Kind::Mapping(&TYPE_SHAPE)),
            "Types that only this endpoint uses.",
        ),
        may("errors", ERRORS, "The page's error table (错误码), by code."),
    ],
    forms: &[],
};

/// `<service>/<version>/<resource>/events/<event>.yaml`
pub(crate) static EVENT_SHAPE: Shape = Shape {
    name: "an event",
    says: "An event that Feishu sends; the file's path is its name.",
    keys: &[
        must(
            "title",
            Kind::Line,
            "One English line in your own words: the first line of the event's documentation.",
        ),
        may("label", Kind::Text, "The page's title."),
        must("doc", Kind::Line, "Address of the page."),
        may("revised", Kind::Date, "The page's date (最后更新于); omitted if the page has none."),
        may("about", Kind::Text, "What receivers need to know, in English and in your own words."),
        must(
            "event_type",
            Kind::Line,
            "Feishu's name for it (事件类型), such as `hire.application.stage_changed_v1`.",
        ),
        may("apps", Kind::List(&Kind::Word(App::list)), "Apps that may subscribe to it (支持的应用类型)."),
        may("scopes", SCOPES, "Scopes, one of which suffices (权限要求), with the page's labels."),
        may("field_scopes", SCOPES, "Scopes without which some fields are empty (字段权限要求)."),
        may(
            "envelope",
            Kind::Word(EventEnvelope::list),
            "The envelope; `v2`, the default, is `schema`, `header` and `event`.",
        ),
        may("fields", FIELDS, "The fields of `event`, never required."),
        may("types", Kind::Map(Key::Name, &Kind::Mapping(&TYPE_SHAPE)), "Types that only this event uses."),
    ],
    forms: &[],
};

static PAGING_SHAPE: Shape = Shape {
    name: "a paging",
    says: "The fields for paging, by `token` and `next` or by `offset`; dots lead to nested fields.",
    keys: &[
        must("items", Kind::Line, "The list in `response` that is split into pages."),
        may("token", Kind::Line, "The field of the request that takes the token of a page."),
        may("next", Kind::Line, "The field of `response` with the token of the next page."),
        may("offset", Kind::Line, "The field of the request that takes the number of items to skip."),
        may("has_more", Kind::Line, "The field of `response` that says whether there is a next page."),
        may("total", Kind::Line, "The field of `response` with the number of all items; for `offset`."),
    ],
    forms: &[&["token", "next"], &["offset"]],
};

/// A shared type's file, or a local type.
pub(crate) static TYPE_SHAPE: Shape = Shape {
    name: "a type",
    says: "An object (`fields`) or an enum (`enum` and `values`).",
    keys: &[
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "One English sentence in your own words."),
        may("fields", FIELDS, "The fields of an object, by wire name."),
        may("enum", Kind::Word(EnumKind::list), "The kind of an enum's values."),
        may(
            "values",
            Kind::List(&Kind::Mapping(&VALUE_SHAPE)),
            "The values of an enum (可选值有); unknown ones are kept, too.",
        ),
        may(
            "fix",
            Kind::Text,
            "The reason for a difference from the page or its examples, if the page is wrong.",
        ),
        may(
            "same_as",
            Kind::Form(&SHARED),
            "The same type in hire-api, such as `hire.v1.types.UserIdType`, which is used in Rust instead of a generated one.",
        ),
    ],
    forms: &[&["fields"], &["enum", "values"]],
};

static FIELD_SHAPE: Shape = Shape {
    name: "a field",
    says: "A parameter, or a field of an object.",
    keys: &[
        must(
            "type",
            Kind::Form(&TYPE),
            "`string`, `int`, `float`, `bool`, `json`, `file` or the name of a type; `T[]`, `map<T>`.",
        ),
        may("required", Kind::Flag, "`true` in a request (必填): a program without it does not compile."),
        may("required_when", REQUIRED_WHEN, "Required under a condition on its siblings, or a sentence."),
        may(
            "default",
            Kind::Literal,
            "The value that Feishu assumes if the field is not sent (默认值); documentation, never sent.",
        ),
        may("example", Kind::Literal, "The page's example (示例值)."),
        may("minimum", Kind::Number, "Smallest value of a number."),
        may("maximum", Kind::Number, "Greatest value of a number."),
        may("min_length", Kind::Count, "Fewest characters of a string."),
        may("max_length", Kind::Count, "Most characters of a string."),
        may("min_items", Kind::Count, "Fewest items of a list."),
        may("max_items", Kind::Count, "Most items of a list."),
        may("max_bytes", Kind::Count, "Most bytes of a file."),
        may("pattern", Kind::Line, "A regular expression that the whole string must match (正则校验)."),
        may("fixed", Kind::Literal, "The only allowed value; always sent."),
        may("format", Kind::Word(Format::list), "The contents of a string or an int."),
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "One English sentence in your own words."),
        may("deprecated", DEPRECATED, "`true`, a sentence, or `{use: other_field}`."),
        may("unusable", Kind::Text, "Why it must not be used; it is not generated."),
        may("sensitive", Kind::Flag, "`true`: a person's data or a secret; `Debug` hides it."),
        may(
            "nullable",
            Kind::Flag,
            "`true` in a JSON body: `null` may be sent, which differs from leaving the field out.",
        ),
        may("replaces", Kind::Flag, "`true`: on this update the list replaces what is stored."),
        may("scopes", SCOPES, "Scopes without which this field stays empty, with their labels."),
        may("rust", Kind::Form(&SNAKE), "The Rust name, if the wire name is not valid in Rust or collides."),
        may("fix", Kind::Text, "The reason for a difference from the page, if the page is wrong."),
        may("review", Kind::Text, "A doubt for a person to resolve; `check` warns until it is deleted."),
    ],
    forms: &[],
};

static VALUE_SHAPE: Shape = Shape {
    name: "a value of an enum",
    says: "One value of an enum.",
    keys: &[
        must("value", Kind::EnumValue, "As sent."),
        must("name", Kind::Form(&UPPER_CAMEL), "English `UpperCamelCase` name."),
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "One English sentence in your own words."),
        may("deprecated", DEPRECATED, "`true`, a sentence, or `{use: OtherValue}`."),
        may("scopes", SCOPES, "Scopes that this value needs, with their labels."),
    ],
    forms: &[],
};

static ERROR_SHAPE: Shape = Shape {
    name: "an error code",
    says: "One row of an error table.",
    keys: &[
        must("http", Kind::Status, "HTTP status (HTTP状态码)."),
        must("name", Kind::Form(&UPPER_CAMEL), "English `UpperCamelCase` name."),
        may("label", Kind::Text, "The page's description."),
        may("advice", Kind::Text, "What to do about it (排查建议), in English and in your own words."),
    ],
    forms: &[],
};

static USE_SHAPE: Shape = Shape {
    name: "a replacement",
    says: "A replacement for something deprecated.",
    keys: &[must("use", Kind::Line, "Name of the replacement.")],
    forms: &[],
};

static TEST_SHAPE: Shape = Shape {
    name: "a condition",
    says: "A condition on a sibling: one of `contains`, `any` and `present`.",
    keys: &[
        may("contains", Kind::Literal, "The list contains this."),
        may("any", Kind::List(&Kind::Literal), "Its value is one of these."),
        may("present", Kind::Flag, "`true`: it is set; `false`: it is not set."),
    ],
    forms: &[&["contains"], &["any"], &["present"]],
};

/// Every mapping, in the order of the mirrors that the test of `spec` compares them with.
#[cfg(test)]
pub(crate) static SHAPES: [&Shape; 10] = [
    &API_SHAPE,
    &ENDPOINT_SHAPE,
    &EVENT_SHAPE,
    &PAGING_SHAPE,
    &TYPE_SHAPE,
    &FIELD_SHAPE,
    &VALUE_SHAPE,
    &ERROR_SHAPE,
    &USE_SHAPE,
    &TEST_SHAPE,
];
