//! What the two versions of OpenAPI say differently.
//!
//! 3.1 speaks JSON Schema 2020-12. 3.0 has a dialect of its own, without `null`, `const`, `if` and siblings of `$ref`;
//! it is for the generators that read nothing else.

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
    /// As a document says it. Every validator and generator takes the first patch, and not every one those after it.
    pub(super) fn number(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.0",
            Self::V3_0 => "3.0.3",
        }
    }

    /// The schema, or `null`.
    pub(super) fn nullable(self, mut schema: Object) -> Object {
        // What holds anything holds `null`.
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

    /// Says more about a schema that may be a reference.
    pub(super) fn annotated(self, schema: Object, notes: Object) -> Object {
        if self == Self::V3_0 && schema.has("$ref") && !notes.is_empty() {
            return Object::new().with("allOf", vec![schema]).and(notes);
        }
        schema.and(notes)
    }

    /// The only value allowed.
    pub(super) fn constant(self, value: Json) -> Object {
        match self {
            Self::V3_1 => Object::new().with("const", value),
            Self::V3_0 => Object::new().with("enum", vec![value]),
        }
    }

    /// What a value may look like.
    pub(super) fn example(self, value: Json) -> Object {
        match self {
            Self::V3_1 => Object::new().with("examples", vec![value]),
            Self::V3_0 => Object::new().with("example", value),
        }
    }

    /// A text that holds JSON.
    pub(super) fn json_inside(self) -> Object {
        match self {
            Self::V3_1 => Object::new().with("contentMediaType", "application/json"),
            Self::V3_0 => Object::new(),
        }
    }

    /// A file of a form. In 3.1 the media type says so; generators look for `type` and `format`, as 3.0 has them, and
    /// without them some send text (oas3-gen) or know no type at all.
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
    /// the bare type beside it is true to the wire, and generators make it an enum with a variant for the rest
    /// (oas3-gen, openapi-typescript). Those of 3.0 do not: progenitor writes a struct that reads neither. So there it
    /// is the bare type, and the values stand beside it, as `x-extensible-enum`.
    pub(super) fn open_enum(self, bare: Object, values: Vec<Json>, names: Object) -> Object {
        match self {
            Self::V3_1 => {
                let known = bare.clone().with("enum", values).and(names);
                Object::new().with("anyOf", vec![known, bare])
            }
            Self::V3_0 => bare.with("x-extensible-enum", values).and(names),
        }
    }

    /// Whether a schema can say `if` and `then`.
    pub(super) fn has_conditions(self) -> bool {
        self == Self::V3_1
    }
}
