//! Types and fields as schemas, one per direction.
//!
//! Requests must follow the schema: required fields, limits, conditions, listed values, and no unknown fields, which
//! Feishu silently drops. Answers are described as they come: any field may be absent or `null`, there may be other
//! fields, enums may have new values, and limits do not apply.

use super::condition;
use super::example;
use super::json::{Json, Object};
use super::name::{self, Direction, schema_reference};
use super::text;
use super::version::Version;
use crate::resolve::ir::{Api, Base, Field, Format, Kind, Limits, Literal, Type, Variant};

/// The context of every part of the document.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) api: &'a Api,
    pub(super) version: Version,
}

impl Context<'_> {
    /// The component of a type.
    pub(super) fn type_(self, ty: &Type, direction: Direction) -> Object {
        let about = Object::new().filled("description", text::type_(ty));
        let schema = match &ty.kind {
            Kind::Object(fields) => about.and(self.object(fields, direction)),
            Kind::Enum { int, variants } => about.and(self.enumeration(*int, variants, direction)),
        };
        schema.with("x-rust", name::rust_type(ty))
    }

    /// A body or an answer: a list, or an object with these fields.
    pub(super) fn section(self, list: Option<&Field>, fields: &[Field], direction: Direction) -> Object {
        match list {
            Some(list) => {
                self.value(list, direction).filled("description", self.description(list, direction))
            }
            None => self.object(fields, direction),
        }
    }

    /// An object with these fields, except unusable ones.
    pub(super) fn object(self, fields: &[Field], direction: Direction) -> Object {
        let used = || fields.iter().filter(|field| field.unusable.is_none());
        let properties: Object =
            used().map(|field| (field.wire.as_str(), self.property(field, direction))).collect();
        let object = Object::new().with("type", "object");
        if direction == Direction::Received {
            return object.filled("properties", properties);
        }
        let required: Vec<&str> =
            used().filter(|field| field.required).map(|field| field.wire.as_str()).collect();
        let rules = if self.version.has_conditions() { condition::rules(fields) } else { Vec::new() };
        object
            .filled("required", required)
            .filled("properties", properties)
            .with("additionalProperties", false)
            .filled("allOf", rules)
    }

    /// A field as a member of an object.
    fn property(self, field: &Field, direction: Direction) -> Object {
        let mut schema = self.value(field, direction);
        if direction == Direction::Received || field.nullable {
            schema = self.version.nullable(schema);
        }
        let notes = Object::new()
            .filled("description", self.description(field, direction))
            .flag("deprecated", field.deprecated.is_some())
            .maybe("default", self.default(field).filter(|_| direction == Direction::Sent))
            .and(self.example(field, direction).map_or(Object::new(), |value| self.version.example(value)))
            .and(extensions(field, direction == Direction::Sent && self.version.has_conditions()));
        self.version.annotated(schema, notes)
    }

    /// The contents of a field, without its description.
    pub(super) fn value(self, field: &Field, direction: Direction) -> Object {
        let limits = Limits::default();
        let limits = if direction == Direction::Sent { &field.limits } else { &limits };
        let scalar = self.scalar(field, limits, direction);
        let mut schema = match &limits.fixed {
            Some(fixed) => self.version.annotated(scalar, self.version.constant(fixed.into())),
            None => scalar,
        };
        for dimension in 1..=field.ty.list {
            schema = Object::new().with("type", "array").with("items", schema);
            // The limits apply to the field's own list; inner lists have none.
            if dimension == field.ty.list {
                schema = schema.maybe("minItems", limits.min_items).maybe("maxItems", limits.max_items);
            }
        }
        for _ in 0..field.ty.maps {
            schema = Object::new().with("type", "object").with("additionalProperties", schema);
        }
        schema
    }

    fn scalar(self, field: &Field, limits: &Limits, direction: Direction) -> Object {
        let typed = |name: &str| Object::new().with("type", name);
        let range = |schema: Object| schema.maybe("minimum", limits.minimum).maybe("maximum", limits.maximum);
        match field.ty.base {
            Base::String => self.string(field.format, limits, direction),
            Base::Int => range(typed("integer").with("format", "int64")),
            Base::Float => range(typed("number").with("format", "double")),
            Base::Bool => typed("boolean"),
            Base::Json => Object::new(),
            Base::File => self.version.file().maybe("x-max-bytes", limits.max_bytes),
            Base::Type(id) => match self.api.type_(id) {
                Some(ty) => Object::new().with("$ref", schema_reference(&name::type_(ty, direction))),
                None => Object::new(),
            },
        }
    }

    fn string(self, format: Option<Format>, limits: &Limits, direction: Direction) -> Object {
        let schema = Object::new()
            .with("type", "string")
            .maybe("minLength", limits.min_length)
            .maybe("maxLength", limits.max_length);
        // Patterns of the schema match the whole text, those of JSON Schema any part of it.
        let pattern = limits.pattern.as_ref().map(|pattern| format!("^(?:{pattern})$"));
        if direction == Direction::Received {
            // Feishu also puts other texts into times and dates, such as `-` for "until now".
            return schema;
        }
        let (schema, of_format) = match format {
            Some(Format::Ms | Format::S) => (schema, Some(TIME)),
            Some(Format::Date) => (schema.with("format", "date"), None),
            Some(Format::Json) => (schema.and(self.version.json_inside()), Some(JSON)),
            Some(Format::CustomValue) | None => (schema, None),
        };
        match (pattern, of_format) {
            (Some(pattern), Some(of_format)) => {
                let of_format = Object::new().with("pattern", of_format);
                schema.with("pattern", pattern).with("allOf", vec![of_format])
            }
            (Some(pattern), None) => schema.with("pattern", pattern),
            (None, of_format) => schema.maybe("pattern", of_format),
        }
    }

    fn enumeration(self, int: bool, variants: &[Variant], direction: Direction) -> Object {
        let bare = match int {
            true => Object::new().with("type", "integer").with("format", "int64"),
            false => Object::new().with("type", "string"),
        };
        let values: Vec<Json> = variants.iter().map(|variant| (&variant.value).into()).collect();
        let names: Vec<&String> = variants.iter().map(|variant| &variant.name).collect();
        let descriptions: Vec<String> = variants.iter().map(text::variant).collect();
        let names = Object::new().with("x-enum-varnames", names).with("x-enum-descriptions", descriptions);
        match direction {
            Direction::Sent => bare.with("enum", values).and(names),
            Direction::Received => self.version.open_enum(bare, values, names),
        }
    }

    /// Everything about a field that no keyword expresses.
    pub(super) fn description(self, field: &Field, direction: Direction) -> String {
        let default = if self.default(field).is_none() { field.default.as_ref() } else { None };
        text::field(field, direction, default)
    }

    /// Feishu's default, if it could be sent: a `default` that its own schema refuses makes a document invalid, so
    /// only the description mentions it.
    pub(super) fn default(self, field: &Field) -> Option<Json> {
        let default = field.default.as_ref()?.into();
        example::is_valid(self.api, field, &default).then_some(default)
    }

    /// The page's example in the shape of the field: pages show one element for a list. Pages also show values that
    /// their tables do not have; such a value appears only in answers.
    pub(super) fn example(self, field: &Field, direction: Direction) -> Option<Json> {
        let example = field.example.as_ref()?;
        let depth = if field.ty.list == 0 { 0 } else { depth(example) };
        let shaped = (depth..field.ty.list).fold(example.into(), |value, _| Json::List(vec![value]));
        (direction == Direction::Received || example::is_valid(self.api, field, &shaped)).then_some(shaped)
    }
}

/// Milliseconds or seconds as text. Eighteen digits are past the year 30,000,000, and fit into 64 bits.
const TIME: &str = "^-?[0-9]{1,18}$";

/// A pattern that all JSON matches, and some other texts, since no pattern counts brackets. The media type of the
/// content adds the rest, for validators that look inside.
const JSON: &str = concat!(
    r#"^[ \t\r\n]*([{\["][\s\S]*[}\]"]|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"#,
    r"|true|false|null)[ \t\r\n]*$"
);

fn depth(literal: &Literal) -> u8 {
    match literal {
        Literal::List(items) => 1 + items.first().map_or(0, depth),
        _ => 0,
    }
}

/// The facts about a field that no OpenAPI keyword expresses.
pub(super) fn extensions(field: &Field, conditions_said: bool) -> Object {
    let renamed = (field.ident != field.wire).then_some(&field.ident);
    Object::new()
        .maybe("x-format", field.format.map(text::format_word))
        .and(condition::extension(field, conditions_said))
        .flag("x-sensitive", field.sensitive)
        .flag("x-replaces", field.replaces)
        .filled("x-scopes", text::scopes(&field.scopes))
        .maybe("x-rust", renamed)
}
