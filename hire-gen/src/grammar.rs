//! The schema language as data: every mapping, its keys, what each takes, and one sentence about it.
//!
//! Three things come from here and from nowhere else: what [`shape`] refuses, the JSON Schemas that editors read
//! ([`json_schema`](crate::json_schema)), and what [`spec`](crate::spec) may hold, since a test compares the two.

mod scalar;
mod shape;

pub(crate) use self::scalar::{Scalar, scalar};
pub(crate) use self::shape::check;
use crate::ir::{App, Envelope, Format, Method, Token};
use crate::spec::{EnumKind, Words};

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text on one line.
    Line,
    /// Text.
    Text,
    /// Text, or nothing where the page says nothing.
    MaybeText,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
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
    /// Whichever of these looks like what is there.
    Either(&'static [Kind]),
}

/// What the keys of a [`Kind::Map`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Text.
    Name,
    /// A whole number.
    Code,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// With its article: `an endpoint`.
    pub(crate) name: &'static str,
    /// One sentence.
    pub(crate) says: &'static str,
    /// In the order in which people write them.
    pub(crate) keys: &'static [KeySpec],
    /// Exactly one of these sets of keys must be there, where there are any.
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
const FIELD: Kind = Kind::Either(&[Kind::Line, Kind::Mapping(&FIELD_SHAPE)]);
const SCOPES: Kind = Kind::Map(Key::Name, &Kind::MaybeText);
const ERRORS: Kind = Kind::Map(Key::Code, &Kind::Mapping(&ERROR_SHAPE));
const DEPRECATED: Kind = Kind::Either(&[Kind::Flag, Kind::Text, Kind::Mapping(&USE_SHAPE)]);
const REQUIRED_WHEN: Kind = Kind::Either(&[Kind::Text, Kind::Map(Key::Name, &CONDITION)]);
const CONDITION: Kind = Kind::Either(&[Kind::Literal, Kind::Mapping(&TEST_SHAPE)]);

/// `api.yaml`
pub(crate) static API_SHAPE: Shape = Shape {
    name: "an api",
    says: "What all endpoints have in common.",
    keys: &[
        may(
            "base_urls",
            Kind::Map(Key::Name, &Kind::Line),
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
        must("title", Kind::Line, "English, ours, one line: the first line of the method's documentation."),
        may("label", Kind::Text, "The page's title."),
        must("doc", Kind::Line, "Address of the page."),
        may("revised", Kind::Date, "The page's date; left out where the page has none."),
        may("about", Kind::Text, "English, ours: what a caller has to know."),
        must("method", Kind::Word(Method::list), "The HTTP method."),
        must("path", Kind::Line, "Path behind the origin, with `:name` for each path parameter."),
        must("tokens", Kind::List(&Kind::Word(Token::list)), "Which access tokens it takes."),
        may("apps", Kind::List(&Kind::Word(App::list)), "Which apps may call it."),
        may("scopes", SCOPES, "Any one of these scopes suffices; the page's label stays beside it."),
        may("field_scopes", SCOPES, "Without these scopes, some fields of the answer stay empty."),
        must(
            "quota",
            Kind::Line,
            "How often it may be called: `20/min`, `50/s`, `1000/min, 50/s`, or `special`.",
        ),
        may(
            "safety",
            Kind::Line,
            "May it be sent twice? `safe`, `idempotent`, `keyed(<field>)` or `unsafe`.",
        ),
        may(
            "envelope",
            Kind::Word(Envelope::list),
            "What the answer is wrapped in; `standard` is `code`, `msg`, `data`.",
        ),
        may("paging", Kind::Line, "The list in `response` that its pages hold."),
        may("path_params", FIELDS, "One field for each `:name` in `path`, always required."),
        may("query", FIELDS, "Parameters behind the `?`; a list is sent as a repeated key."),
        may(
            "body",
            FIELDS,
            "The JSON body; with a `file` among its fields it is sent as multipart/form-data.",
        ),
        may("response", FIELDS, "The fields of `data`; none is ever required."),
        may(
            "types",
            Kind::Map(Key::Name, &Kind::Mapping(&TYPE_SHAPE)),
            "Types that only this endpoint uses.",
        ),
        may("errors", ERRORS, "The page's error table, by code."),
    ],
    forms: &[],
};

/// A shared type's file, or a local type.
pub(crate) static TYPE_SHAPE: Shape = Shape {
    name: "a type",
    says: "An object (`fields`) or an enum (`enum` and `values`).",
    keys: &[
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "English, ours, one sentence."),
        may("fields", FIELDS, "The fields of an object, by their names on the wire."),
        may("enum", Kind::Word(EnumKind::list), "What the values of an enum are."),
        may(
            "values",
            Kind::List(&Kind::Mapping(&VALUE_SHAPE)),
            "The values of an enum; others are kept, too.",
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
            Kind::Line,
            "`string`, `int`, `float`, `bool`, `json`, `file` or the name of a type; `T[]`, `map<T>`.",
        ),
        may("required", Kind::Flag, "`true` in a request: leaving it out does not compile."),
        may("required_when", REQUIRED_WHEN, "Required under a condition on its siblings, or a sentence."),
        may(
            "default",
            Kind::Literal,
            "What Feishu takes when the field is not sent; documentation, never sent.",
        ),
        may("example", Kind::Literal, "The page's example."),
        may("minimum", Kind::Number, "Smallest value of a number."),
        may("maximum", Kind::Number, "Greatest value of a number."),
        may("min_length", Kind::Count, "Fewest characters of a string."),
        may("max_length", Kind::Count, "Most characters of a string."),
        may("min_items", Kind::Count, "Fewest items of a list."),
        may("max_items", Kind::Count, "Most items of a list."),
        may("max_bytes", Kind::Count, "Most bytes of a file."),
        may("pattern", Kind::Line, "A regular expression that the string must match as a whole."),
        may("fixed", Kind::Literal, "The only value allowed; sent without being asked for."),
        may("format", Kind::Word(Format::list), "What a string or an int holds."),
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "English, ours, one sentence."),
        may("deprecated", DEPRECATED, "`true`, a sentence, or `{use: other_field}`."),
        may("unusable", Kind::Text, "Why it must not be used: it is never generated."),
        may("sensitive", Kind::Flag, "`true`: a person's data or a secret; `Debug` hides it."),
        may("replaces", Kind::Flag, "`true`: on this update the list replaces what is stored."),
        may("scopes", SCOPES, "Scopes without which this field stays empty, with their labels."),
        may("rust", Kind::Line, "The Rust name, where the wire name will not do or collides."),
        may("fix", Kind::Text, "Why this differs from the page, where the page is wrong."),
        may("review", Kind::Text, "What a person has to look at; `check` warns until this is deleted."),
    ],
    forms: &[],
};

static VALUE_SHAPE: Shape = Shape {
    name: "a value of an enum",
    says: "One value of an enum.",
    keys: &[
        must("value", Kind::EnumValue, "As sent."),
        must("name", Kind::Line, "English `UpperCamelCase` name."),
        may("label", Kind::Text, "The page's label."),
        may("doc", Kind::Text, "English, ours, one sentence."),
        may("deprecated", DEPRECATED, "`true`, a sentence, or `{use: OtherValue}`."),
        may("scopes", SCOPES, "Scopes this value needs, with their labels."),
    ],
    forms: &[],
};

static ERROR_SHAPE: Shape = Shape {
    name: "an error code",
    says: "One row of an error table.",
    keys: &[
        must("http", Kind::Status, "HTTP status it comes with."),
        must("name", Kind::Line, "English `UpperCamelCase` name."),
        may("label", Kind::Text, "The page's description."),
        may("advice", Kind::Text, "English, ours: what to do about it."),
    ],
    forms: &[],
};

static USE_SHAPE: Shape = Shape {
    name: "a replacement",
    says: "What to use in place of something deprecated.",
    keys: &[must("use", Kind::Line, "Name of what to use.")],
    forms: &[],
};

static TEST_SHAPE: Shape = Shape {
    name: "a condition",
    says: "What must hold of a sibling: one of `contains`, `any` and `present`.",
    keys: &[
        may("contains", Kind::Literal, "The list holds this."),
        may("any", Kind::List(&Kind::Literal), "It is one of these."),
        may("present", Kind::Flag, "`true`: it is set; `false`: it is not."),
    ],
    forms: &[&["contains"], &["any"], &["present"]],
};

/// Every mapping, in the order of the mirrors that the test of `spec` compares them with.
#[cfg(test)]
pub(crate) static SHAPES: [&Shape; 8] = [
    &API_SHAPE,
    &ENDPOINT_SHAPE,
    &TYPE_SHAPE,
    &FIELD_SHAPE,
    &VALUE_SHAPE,
    &ERROR_SHAPE,
    &USE_SHAPE,
    &TEST_SHAPE,
];
