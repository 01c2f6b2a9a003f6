//! The differences between the two versions of OpenAPI.
//!
//! 3.1 uses JSON Schema 2020-12. 3.0 has its own dialect, without `null`, `const`, `if` and siblings of `$ref`; it is
//! for generators that read nothing else.

use super::json::{Json, Object};

/// A version of OpenAPI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.1
    #[default]
    V3_1,
    /// 3.0
    V3_0,
}

impl Version {
    /// The version in the document. Every validator and generator accepts the first patch, but not every one later
    /// patches.
    pub(super) fn number(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.0",
            Self::V3_0 => "3.0.3",
        }
    }

    /// The schema, or `null`.
    pub(super) fn nullable(self, mut schema: Object) -> Object {
        // A type for anything includes `null`.
        if schema.is_empty() {
            return schema;
        }
        match (self, schema.get_mut("type")) {
            (Self::V3_1, Some(types)) => {
                *types = Json::List(vec![types.clone(), "null".into()]);
                schema
            }
            (Self::V3_1, None) => {
                let null = Object::new().with("type", "null");
                Object::new().with("anyOf", vec![schema, null])
            }
            (Self::V3_0, Some(_)) => schema.with("nullable", true),
            (Self::V3_0, None) => Object::new().with("allOf", vec![schema]).with("nullable", true),
        }
    }

    /// Extends a schema that may be a reference.
    pub(super) fn annotated(self, schema: Object, notes: Object) -> Object {
        if self == Self::V3_0 && schema.has("$ref") && !notes.is_empty() {
            return Object::new().with("allOf", vec![schema]).and(notes);
        }
        schema.and(notes)
    }

    /// The only allowed value.
    pub(super) fn constant(self, value: Json) -> Object {
        match self {
            Self::V3_1 => Object::new().with("const", value),
            Self::V3_0 => Object::new().with("enum", vec![value]),
        }
    }

    /// The pattern of a value.
    pub(super) fn example(self, value: Json) -> Object {
        match self {
            Self::V3_1 => Object::new().with("examples", vec![value]),
            Self::V3_0 => Object::new().with("example", value),
        }
    }

    /// A text with JSON inside.
    pub(super) fn json_inside(self) -> Object {
        match self {
            Self::V3_1 => Object::new().with("contentMediaType", "application/json"),
            Self::V3_0 => Object::new(),
        }
    }

    /// A file of a form. In 3.1 the media type expresses it; generators also need `type` and `format`, as in 3.0, and
    /// otherwise send text (oas3-gen) or fail.
    pub(super) fn file(self) -> Object {
        let file = Object::new().with("type", "string").with("format", "binary");
        match self {
            Self::V3_1 => file.with("contentMediaType", "application/octet-stream"),
            Self::V3_0 => file,
        }
    }

    /// One of these values, or one that Feishu adds later.
    ///
    /// An `enum` alone would make every later value an error, in validators and in generated clients. An `anyOf` with
    /// the bare type is correct, and generators turn it into an enum with a variant for other values (oas3-gen,
    /// openapi-typescript). Generators for 3.0 do not: progenitor writes a struct that reads neither. There it is the
    /// bare type, with the values in `x-extensible-enum`.
    pub(super) fn open_enum(self, bare: Object, values: Vec<Json>, names: Object) -> Object {
        match self {
            Self::V3_1 => {
                let known = bare.clone().with("enum", values).and(names);
                Object::new().with("anyOf", vec![known, bare])
            }
            Self::V3_0 => bare.with("x-extensible-enum", values).and(names),
        }
    }

    /// Whether a document can describe what its reader receives.
    pub(super) fn has_webhooks(self) -> bool {
        self == Self::V3_1
    }

    /// Whether a schema can use `if` and `then`.
    pub(super) fn has_conditions(self) -> bool {
        self == Self::V3_1
    }
}
