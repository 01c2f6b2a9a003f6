//! The schema as written: a one-to-one mirror of the files, without Rust names.
//!
//! Mappings keep the order of the file ([`Entries`]), which is also the order of the file's [`Node`], so that both
//! can be walked in parallel for positions.

#![expect(missing_docs, reason = "the fields are the keys of the language, described once, in `grammar`")]

mod files;
mod mend;
mod read;

pub(crate) use files::read_specs;

use crate::read::literal::{Literal, Number};
use crate::read::source::Node;
pub use crate::read::words::EnumKind;
use crate::read::words::{App, Envelope, EventEnvelope, Format, Method, Token};

/// A well-formed file of the schema.
#[derive(Debug)]
pub struct SpecFile {
    /// Its index among the sources.
    pub file: u32,
    /// Relative path with `/`.
    pub path: String,
    /// For positions.
    pub tree: Node,
    /// The contents.
    pub spec: Spec,
    /// Types of an endpoint that could not be read, as already reported.
    pub broken: Vec<String>,
}

/// The contents of a file.
#[derive(Debug)]
pub enum Spec {
    /// `api.yaml`
    Api(ApiSpec),
    /// `<service>/<version>/<resource>/<action>.yaml`
    Endpoint(Box<EndpointSpec>),
    /// `<service>/<version>/<resource>/events/<event>.yaml`
    Event(Box<EventSpec>),
    /// `<service>/<version>/types/<name>.yaml`
    Type(TypeSpec),
}

/// A mapping in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<V, K = String>(pub Vec<(K, V)>);

impl<V, K> Default for Entries<V, K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// `api.yaml`
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiSpec {
    #[serde(default)]
    pub described: bool,
    pub base_urls: Entries<String>,
    #[serde(default)]
    pub errors: Entries<ErrorSpec, i64>,
}

/// One endpoint.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSpec {
    pub title: String,
    pub label: Option<String>,
    pub doc: String,
    pub revised: Option<String>,
    pub about: Option<String>,
    pub deprecated: Option<DeprecatedSpec>,
    pub method: Method,
    pub path: String,
    #[serde(default)]
    pub base_urls: Entries<String>,
    pub tokens: TokensSpec,
    #[serde(default)]
    pub apps: Vec<App>,
    #[serde(default)]
    pub scopes: Entries<Option<String>>,
    #[serde(default)]
    pub field_scopes: Entries<Option<String>>,
    pub quota: String,
    pub safety: Option<String>,
    pub envelope: Option<Envelope>,
    pub paging: Option<PagingSpec>,
    #[serde(default)]
    pub path_params: Entries<FieldSpec>,
    #[serde(default)]
    pub query: Entries<FieldSpec>,
    #[serde(default)]
    pub headers: Entries<FieldSpec>,
    pub body: Option<BodySpec>,
    #[serde(default)]
    pub response: ResponseSpec,
    #[serde(default)]
    pub types: Entries<TypeSpec>,
    #[serde(default)]
    pub errors: Entries<ErrorSpec, i64>,
}

/// One event.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    pub title: String,
    pub label: Option<String>,
    pub doc: String,
    pub revised: Option<String>,
    pub about: Option<String>,
    pub event_type: String,
    #[serde(default)]
    pub apps: Vec<App>,
    #[serde(default)]
    pub scopes: Entries<Option<String>>,
    #[serde(default)]
    pub field_scopes: Entries<Option<String>>,
    pub envelope: Option<EventEnvelope>,
    #[serde(default)]
    pub fields: Entries<FieldSpec>,
    #[serde(default)]
    pub types: Entries<TypeSpec>,
}

/// A type, shared or local: an object if it has `fields`, an enum if it has `enum` and `values`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSpec {
    pub label: Option<String>,
    pub doc: Option<String>,
    pub fields: Option<Entries<FieldSpec>>,
    #[serde(rename = "enum")]
    pub enum_: Option<EnumKind>,
    pub values: Option<Vec<ValueSpec>>,
    pub fix: Option<String>,
    pub same_as: Option<String>,
}

/// A field; the short form `name: string` has only a type.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct FieldSpec {
    #[serde(rename = "type")]
    pub type_: String,
    #[serde(default)]
    pub required: bool,
    pub required_when: Option<RequiredWhenSpec>,
    pub default: Option<Literal>,
    pub example: Option<Literal>,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub max_bytes: Option<u64>,
    pub pattern: Option<String>,
    pub fixed: Option<Literal>,
    pub format: Option<Format>,
    pub label: Option<String>,
    pub doc: Option<String>,
    pub deprecated: Option<DeprecatedSpec>,
    pub unusable: Option<String>,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(default)]
    pub nullable: bool,
    #[serde(default)]
    pub replaces: bool,
    #[serde(default)]
    pub scopes: Entries<Option<String>>,
    pub rust: Option<String>,
    pub fix: Option<String>,
    pub review: Option<String>,
}

/// Value of an enum.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueSpec {
    pub value: Literal,
    pub name: String,
    pub label: Option<String>,
    pub doc: Option<String>,
    pub deprecated: Option<DeprecatedSpec>,
    #[serde(default)]
    pub scopes: Entries<Option<String>>,
}

/// Row of an error table.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorSpec {
    pub http: u16,
    pub name: String,
    pub label: Option<String>,
    pub advice: Option<String>,
}

/// `body:`
#[derive(Debug)]
pub enum BodySpec {
    /// The fields of an object.
    Fields(Entries<FieldSpec>),
    /// The type of a list, such as `Item[]`.
    List(String),
}

/// `response:`
#[derive(Debug)]
pub enum ResponseSpec {
    /// The fields of `data`.
    Fields(Entries<FieldSpec>),
    /// The type of a list, such as `Item[]`.
    List(String),
    /// `file`
    File,
}

impl Default for ResponseSpec {
    fn default() -> Self {
        Self::Fields(Entries::default())
    }
}

/// `paging:`; the short form names nothing but the list.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct PagingSpec {
    pub items: String,
    pub token: Option<String>,
    pub next: Option<String>,
    pub offset: Option<String>,
    pub has_more: Option<String>,
    pub total: Option<String>,
}

/// `tokens:`
#[derive(Clone, Debug, PartialEq)]
pub enum TokensSpec {
    /// `none`
    Nothing,
    /// `[tenant, user]`
    Any(Vec<Token>),
}

/// `deprecated:`
#[derive(Clone, Debug, PartialEq)]
pub enum DeprecatedSpec {
    /// `true`, or `false`, which has no effect.
    Flag(bool),
    /// A sentence.
    Because(String),
    /// `{use: other_field}`
    Use(String),
}

/// `required_when:`
#[derive(Clone, Debug, PartialEq)]
pub enum RequiredWhenSpec {
    /// A sentence.
    Text(String),
    /// Sibling → condition; all must hold.
    All(Entries<ConditionSpec>),
}

/// A condition on a sibling.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionSpec {
    /// A value: an enum value by name, or a literal.
    Is(Literal),
    /// `{contains: Interview}`
    Contains(Literal),
    /// `{any: [A, B]}`
    Any(Vec<Literal>),
    /// `{present: false}`
    Present(bool),
}

#[cfg(test)]
mod tests {
    use serde::de::value::Error;
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

    use super::*;
    use crate::read::grammar::{SHAPES, Shape};

    /// Records the fields that a mirror asks for, and returns nothing for them.
    struct Asked(Vec<&'static str>);

    impl<'de> Deserializer<'de> for &mut Asked {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("not a struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0 = fields.to_vec();
            Err(Error::custom("noted"))
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            variants: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0 = variants.to_vec();
            Err(Error::custom("noted"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
        }
    }

    fn fields_of<T>(read: impl FnOnce(&mut Asked) -> Result<T, Error>) -> Vec<&'static str> {
        let mut asked = Asked(Vec::new());
        assert!(read(&mut asked).is_err());
        asked.0
    }

    #[test]
    fn the_mirror_holds_what_the_grammar_allows() {
        let mirrors = [
            fields_of(|asked| ApiSpec::deserialize(asked)),
            fields_of(|asked| EndpointSpec::deserialize(asked)),
            fields_of(|asked| EventSpec::deserialize(asked)),
            fields_of(|asked| PagingSpec::deserialize(asked)),
            fields_of(|asked| TypeSpec::deserialize(asked)),
            fields_of(|asked| FieldSpec::deserialize(asked)),
            fields_of(|asked| ValueSpec::deserialize(asked)),
            fields_of(|asked| ErrorSpec::deserialize(asked)),
            fields_of(|asked| read::UseSpec::deserialize(asked)),
            fields_of(|asked| read::TestSpec::deserialize(asked)),
        ];
        let keys = |shape: &Shape| shape.keys.iter().map(|key| key.name).collect::<Vec<_>>();
        assert_eq!(mirrors.to_vec(), SHAPES.map(keys).to_vec());
    }

    #[test]
    fn values_with_two_forms_are_read() {
        let fields: Entries<FieldSpec> = serde_yaml::from_str(
            "a: string\nb: {type: 'int[]', required_when: {kind: Onboard, n: -1, options: {contains: 2}, \
             x: {any: [A, 1]}, y: {present: false}}, deprecated: {use: c}, example: [1, 0.5, yes, true]}\n\
             c: {type: map<T>, required_when: Only on Sundays., deprecated: true, scopes: {hire:talent: , a: 标签}}\n",
        )
        .unwrap();
        let [(a, short), (_, b), (_, c)] = fields.0.as_slice() else { panic!("{fields:?}") };
        assert_eq!((a.as_str(), short.type_.as_str(), short.required), ("a", "string", false));
        let conditions = [
            ("kind", ConditionSpec::Is(Literal::String("Onboard".into()))),
            ("n", ConditionSpec::Is(Literal::Int(-1))),
            ("options", ConditionSpec::Contains(Literal::Int(2))),
            ("x", ConditionSpec::Any(vec![Literal::String("A".into()), Literal::Int(1)])),
            ("y", ConditionSpec::Present(false)),
        ];
        let conditions = conditions.map(|(field, condition)| (field.to_owned(), condition)).to_vec();
        assert_eq!(b.required_when, Some(RequiredWhenSpec::All(Entries(conditions))));
        assert_eq!(b.deprecated, Some(DeprecatedSpec::Use("c".into())));
        let example =
            [Literal::Int(1), Literal::Float(0.5), Literal::String("yes".into()), Literal::Bool(true)];
        assert_eq!(b.example, Some(Literal::List(example.to_vec())));
        assert_eq!(c.required_when, Some(RequiredWhenSpec::Text("Only on Sundays.".into())));
        assert_eq!(c.deprecated, Some(DeprecatedSpec::Flag(true)));
        assert_eq!(c.scopes.0, [("hire:talent".to_owned(), None), ("a".to_owned(), Some("标签".to_owned()))]);
    }
}
