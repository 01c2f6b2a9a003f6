//! Deserialization beyond serde's derive: ordered mappings, literals, and values with two forms.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    BodySpec, ConditionSpec, DeprecatedSpec, Entries, FieldSpec, PagingSpec, RequiredWhenSpec, ResponseSpec,
    TokensSpec,
};
use crate::read::literal::{Literal, Number};
use crate::read::words::Token;

impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Deserialize<'de> for Entries<V, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<V, K>(PhantomData<(V, K)>);

        impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Visitor<'de> for InOrder<V, K> {
            type Value = Entries<V, K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

impl<'de> Deserialize<'de> for FieldSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TypeOrMapping;

        impl<'de> Visitor<'de> for TypeOrMapping {
            type Value = FieldSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type or a mapping")
            }

            fn visit_str<E: Error>(self, type_: &str) -> Result<FieldSpec, E> {
                FieldSpec::deserialize(serde::de::value::MapDeserializer::new([("type", type_)].into_iter()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldSpec, A::Error> {
                // The inherent function of the derive (`remote = "Self"`), not this one.
                FieldSpec::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_any(TypeOrMapping)
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match LiteralOr::<NoMapping>::deserialize(deserializer)? {
            LiteralOr::Literal(literal) => Ok(literal),
            LiteralOr::Mapping(never) => match never {},
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Literal::deserialize(deserializer)? {
            Literal::Int(value) => Ok(Self::Int(value)),
            Literal::Float(value) if value.is_finite() => Ok(Self::Float(value)),
            _ => Err(Error::custom("expected a number")),
        }
    }
}

/// A literal, or the alternative mapping of a key.
enum LiteralOr<M> {
    Literal(Literal),
    Mapping(M),
}

/// For keys without a mapping.
enum NoMapping {}

impl<'de> Deserialize<'de> for NoMapping {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(Error::custom("expected a literal, found a mapping"))
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for LiteralOr<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<M>(PhantomData<M>);

        impl<'de, M: Deserialize<'de>> Visitor<'de> for Either<M> {
            type Value = LiteralOr<M>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, `true`, `false`, a list of them, or a mapping")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(LiteralOr::Literal(Literal::Bool(value)))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(LiteralOr::Literal(Literal::Int(value)))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                i64::try_from(value).map(|value| LiteralOr::Literal(Literal::Int(value))).map_err(E::custom)
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(LiteralOr::Literal(Literal::Float(value)))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
                Ok(LiteralOr::Literal(Literal::String(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(LiteralOr::Literal(Literal::List(items)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                M::deserialize(MapAccessDeserializer::new(map)).map(LiteralOr::Mapping)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<'de> Deserialize<'de> for BodySpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrFields;

        impl<'de> Visitor<'de> for ListOrFields {
            type Value = BodySpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the type of a list, or fields")
            }

            fn visit_str<E: Error>(self, type_: &str) -> Result<BodySpec, E> {
                Ok(BodySpec::List(type_.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BodySpec, A::Error> {
                Entries::deserialize(MapAccessDeserializer::new(map)).map(BodySpec::Fields)
            }
        }

        deserializer.deserialize_any(ListOrFields)
    }
}

impl<'de> Deserialize<'de> for ResponseSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FileOrBody;

        impl<'de> Visitor<'de> for FileOrBody {
            type Value = ResponseSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`file`, the type of a list, or fields")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ResponseSpec, E> {
                Ok(match text {
                    "file" => ResponseSpec::File,
                    type_ => ResponseSpec::List(type_.to_owned()),
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ResponseSpec, A::Error> {
                Entries::deserialize(MapAccessDeserializer::new(map)).map(ResponseSpec::Fields)
            }
        }

        deserializer.deserialize_any(FileOrBody)
    }
}

impl<'de> Deserialize<'de> for PagingSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrMapping;

        impl<'de> Visitor<'de> for ListOrMapping {
            type Value = PagingSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of the response or a mapping")
            }

            fn visit_str<E: Error>(self, items: &str) -> Result<PagingSpec, E> {
                let map = serde::de::value::MapDeserializer::new([("items", items)].into_iter());
                PagingSpec::deserialize(map)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PagingSpec, A::Error> {
                // The inherent function of the derive, as for a field.
                PagingSpec::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_any(ListOrMapping)
    }
}

impl<'de> Deserialize<'de> for TokensSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NoneOrList;

        impl<'de> Visitor<'de> for NoneOrList {
            type Value = TokensSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`none` or a list of tokens")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<TokensSpec, E> {
                if word == "none" { Ok(TokensSpec::Nothing) } else { Err(E::custom("expected `none`")) }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TokensSpec, A::Error> {
                let mut tokens = Vec::new();
                while let Some(token) = seq.next_element::<Token>()? {
                    tokens.push(token);
                }
                Ok(TokensSpec::Any(tokens))
            }
        }

        deserializer.deserialize_any(NoneOrList)
    }
}

/// `{use: other_field}`
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseSpec {
    #[serde(rename = "use")]
    use_: String,
}

impl<'de> Deserialize<'de> for DeprecatedSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match LiteralOr::<UseSpec>::deserialize(deserializer)? {
            LiteralOr::Literal(Literal::Bool(flag)) => Ok(Self::Flag(flag)),
            LiteralOr::Literal(Literal::String(reason)) => Ok(Self::Because(reason)),
            LiteralOr::Literal(_) => Err(Error::custom("expected `true`, a sentence or a mapping")),
            LiteralOr::Mapping(mapping) => Ok(Self::Use(mapping.use_)),
        }
    }
}

impl<'de> Deserialize<'de> for RequiredWhenSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match LiteralOr::deserialize(deserializer)? {
            LiteralOr::Literal(Literal::String(text)) => Ok(Self::Text(text)),
            LiteralOr::Literal(_) => Err(Error::custom("expected conditions or a sentence")),
            LiteralOr::Mapping(conditions) => Ok(Self::All(conditions)),
        }
    }
}

/// The long form of a condition.
#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TestSpec {
    Contains(Literal),
    Any(Vec<Literal>),
    Present(bool),
}

impl<'de> Deserialize<'de> for ConditionSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match LiteralOr::<TestSpec>::deserialize(deserializer)? {
            LiteralOr::Literal(literal) => Self::Is(literal),
            LiteralOr::Mapping(TestSpec::Contains(literal)) => Self::Contains(literal),
            LiteralOr::Mapping(TestSpec::Any(literals)) => Self::Any(literals),
            LiteralOr::Mapping(TestSpec::Present(present)) => Self::Present(present),
        })
    }
}
