//! An endpoint or an event for programs: everything in its spec, with types expanded in place.
//!
//! Keys are those of the schema language. A field always has `name`, `type`, `list` (dimensions), `map` and
//! `required`; other keys are present if the schema has them. `type` is the wire type: a word of the language, or
//! `object` with `fields`. `type_name` is the name of an object or an enum; an object inside itself is not expanded
//! again. `body` and `response` are lists of fields; one that is a list itself is the field that represents it, whose `name` is
//! not sent.

use serde_json::{Map, Value, json};

use crate::cli::list;
use crate::resolve::ir::{
    Api, App, Base, BaseUrl, Condition, Endpoint, Envelope, ErrorCode, Event, Example, Field, Format, Kind,
    Limits, Literal, Number, RequiredWhen, Scope, Test, TestValue, Token, TypeId, Variant,
};

/// A list of all endpoints.
pub(super) fn all(api: &Api) -> Value {
    api.endpoints.iter().map(|endpoint| self::endpoint(api, endpoint)).collect()
}

/// The keys of `hire-gen list --events`, and the rest.
pub(super) fn event(api: &Api, event: &Event) -> Value {
    let mut object = list::event(event);
    let rest = [
        ("revised", json!(event.revised)),
        ("about", json!(event.about)),
        ("fields", fields(api, &event.fields, &[])),
        ("example", example(event.example.as_ref())),
    ];
    object.extend(rest.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(object)
}

/// The keys of `hire-gen list`, and the rest.
pub(super) fn endpoint(api: &Api, endpoint: &Endpoint) -> Value {
    let mut object = list::entry(endpoint);
    let section = |fields: &[Field]| match fields {
        [list] if list.whole => field(api, list, &[]),
        fields => self::fields(api, fields, &[]),
    };
    let rest = [
        ("revised", json!(endpoint.revised)),
        ("about", json!(endpoint.about)),
        ("tokens", endpoint.tokens.iter().map(|one| token(*one)).collect()),
        ("apps", endpoint.apps.iter().map(|one| app(*one)).collect()),
        ("base_urls", base_urls(&endpoint.base_urls)),
        ("envelope", envelope(endpoint.envelope).into()),
        ("path_params", section(&endpoint.path_params)),
        ("query", section(&endpoint.query)),
        ("headers", section(&endpoint.headers)),
        ("body", endpoint.body.as_deref().map_or(Value::Null, section)),
        ("response", if endpoint.answers_file { "file".into() } else { section(&endpoint.response) }),
        ("errors", endpoint.errors.iter().map(error).collect()),
        ("request_example", example(endpoint.request_example.as_ref())),
        ("response_example", example(endpoint.response_example.as_ref())),
    ];
    object.extend(rest.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(object)
}

/// Origins by region.
fn base_urls(urls: &[BaseUrl]) -> Value {
    urls.iter().map(|BaseUrl { region, url, .. }| (region.clone(), json!(url))).collect()
}

fn token(token: Token) -> &'static str {
    match token {
        Token::Tenant => "tenant",
        Token::User => "user",
        Token::App => "app",
    }
}

fn app(app: App) -> &'static str {
    match app {
        App::Custom => "custom",
        App::Store => "store",
    }
}

fn envelope(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::Standard => "standard",
        Envelope::Message => "message",
        Envelope::Flat => "flat",
        Envelope::Bare => "bare",
    }
}

fn error(error: &ErrorCode) -> Value {
    json!({
        "code": error.code,
        "http": error.http,
        "name": error.name,
        "label": error.label,
        "advice": error.advice,
    })
}

/// `check` has already parsed it as JSON, so the fallback never applies.
fn example(example: Option<&Example>) -> Value {
    example.map_or(Value::Null, |example| serde_json::from_str(&example.text).unwrap_or_default())
}

/// `open` contains the types around these fields.
fn fields(api: &Api, fields: &[Field], open: &[TypeId]) -> Value {
    fields.iter().map(|one| field(api, one, open)).collect()
}

fn field(api: &Api, field: &Field, open: &[TypeId]) -> Value {
    let mut object = Map::new();
    let mut say = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    say("name", json!(field.wire));
    say("list", json!(field.ty.list));
    say("map", json!(field.ty.is_map()));
    if field.ty.maps > 1 {
        say("maps", json!(field.ty.maps));
    }
    say("required", json!(field.required));
    if let Base::Type(id) = field.ty.base
        && let Some(ty) = api.type_(id)
    {
        say("type_name", json!(ty.name));
        match &ty.kind {
            Kind::Object(inside) if !open.contains(&id) => {
                say("fields", fields(api, inside, &[open, &[id]].concat()));
            }
            Kind::Object(_) => {}
            Kind::Enum { variants, .. } => say("values", variants.iter().map(value).collect()),
        }
    }
    say("type", wire_type(api, field.ty.base).into());
    for (key, value) in remarks(field).into_iter().chain(limits(&field.limits)) {
        if !value.is_null() {
            say(key, value);
        }
    }
    Value::Object(object)
}

fn wire_type(api: &Api, base: Base) -> &'static str {
    match base {
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => "int",
            Some(Kind::Enum { int: false, .. }) => "string",
            Some(Kind::Object(_)) | None => "object",
        },
        base => base.word().unwrap_or_default(),
    }
}

/// `null` means an absent key.
fn remarks(field: &Field) -> [(&'static str, Value); 14] {
    let flag = |set: bool| if set { Value::Bool(true) } else { Value::Null };
    [
        ("required_when", field.required_when.as_ref().map_or(Value::Null, required_when)),
        ("default", field.default.as_ref().map_or(Value::Null, literal)),
        ("example", field.example.as_ref().map_or(Value::Null, literal)),
        ("format", json!(field.format.map(format))),
        ("label", json!(field.label)),
        ("doc", json!(field.doc)),
        ("deprecated", json!(field.deprecated)),
        ("unusable", json!(field.unusable)),
        ("sensitive", flag(field.sensitive)),
        ("nullable", flag(field.nullable)),
        ("replaces", flag(field.replaces)),
        ("scopes", scopes(&field.scopes)),
        ("fix", json!(field.fix)),
        ("review", json!(field.review)),
    ]
}

fn limits(limits: &Limits) -> [(&'static str, Value); 9] {
    let number = |number: Option<Number>| match number {
        Some(Number::Int(value)) => json!(value),
        Some(Number::Float(value)) => json!(value),
        None => Value::Null,
    };
    [
        ("minimum", number(limits.minimum)),
        ("maximum", number(limits.maximum)),
        ("min_length", json!(limits.min_length)),
        ("max_length", json!(limits.max_length)),
        ("min_items", json!(limits.min_items)),
        ("max_items", json!(limits.max_items)),
        ("max_bytes", json!(limits.max_bytes)),
        ("pattern", json!(limits.pattern)),
        ("fixed", limits.fixed.as_ref().map_or(Value::Null, literal)),
    ]
}

fn format(format: Format) -> &'static str {
    match format {
        Format::Ms => "ms",
        Format::S => "s",
        Format::Date => "date",
        Format::Json => "json",
        Format::CustomValue => "custom_value",
    }
}

/// A sentence, or the conditions that must all hold, with wire values.
fn required_when(when: &RequiredWhen) -> Value {
    match when {
        RequiredWhen::Text(text) => json!(text),
        RequiredWhen::All(conditions) => conditions.iter().map(condition).collect(),
    }
}

fn condition(condition: &Condition) -> Value {
    let field = &condition.field;
    let value = |value: &TestValue| literal(&value.value);
    match &condition.test {
        Test::Is(values) => json!({ "field": field, "any": values.iter().map(value).collect::<Value>() }),
        Test::Contains(one) => json!({ "field": field, "contains": value(one) }),
        Test::Present => json!({ "field": field, "present": true }),
        Test::Absent => json!({ "field": field, "present": false }),
    }
}

fn value(variant: &Variant) -> Value {
    let said = [
        ("value", literal(&variant.value)),
        ("name", json!(variant.name)),
        ("label", json!(variant.label)),
        ("doc", json!(variant.doc)),
        ("deprecated", json!(variant.deprecated)),
        ("scopes", scopes(&variant.scopes)),
    ];
    said.into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn scopes(scopes: &[Scope]) -> Value {
    if scopes.is_empty() { Value::Null } else { scopes.iter().map(|scope| json!(scope.name)).collect() }
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::String(text) => json!(text),
        Literal::Int(value) => json!(value),
        Literal::Float(value) => json!(value),
        Literal::Bool(value) => json!(value),
        Literal::List(items) => items.iter().map(self::literal).collect(),
    }
}
