//! JSON whose objects keep their order: output appears as it was built, and examples as documented.
//!
//! A map of serde_json sorts its keys or keeps their order, depending on the features of the build.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use crate::resolve::ir::{self, Literal};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Json>),
    Object(Object),
}

/// Names and values in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(Vec<(String, Json)>);

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a member.
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Adds a member if there is a value.
    pub(super) fn maybe(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a member unless it would be empty.
    pub(super) fn filled(self, name: &str, value: impl Into<Json>) -> Self {
        match value.into() {
            Json::List(items) if items.is_empty() => self,
            Json::Object(members) if members.is_empty() => self,
            Json::String(text) if text.is_empty() => self,
            value => self.with(name, value),
        }
    }

    /// Adds a flag if it is true.
    pub(super) fn flag(self, name: &str, up: bool) -> Self {
        self.maybe(name, up.then_some(true))
    }

    /// Adds all members of another.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Whether a member is this text.
    pub(super) fn is(&self, name: &str, text: &str) -> bool {
        self.0
            .iter()
            .any(|(known, value)| known == name && matches!(value, Json::String(known) if known == text))
    }

    /// The value of a member, to be changed.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<K: Into<String>, V: Into<Json>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The wire value of a literal.
impl From<&Literal> for Json {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::String(text) => text.as_str().into(),
            Literal::Int(number) => (*number).into(),
            Literal::Float(number) => (*number).into(),
            Literal::Bool(flag) => (*flag).into(),
            Literal::List(items) => Self::List(items.iter().map(Self::from).collect()),
        }
    }
}

impl From<ir::Number> for Json {
    fn from(number: ir::Number) -> Self {
        match number {
            ir::Number::Int(number) => number.into(),
            ir::Number::Float(number) => number.into(),
        }
    }
}

impl From<f64> for Json {
    /// The schema has only finite numbers.
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Self::Null, Self::Number)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! from {
    ($($type:ty => $make:expr),* $(,)?) => {$(
        impl From<$type> for Json {
            fn from(value: $type) -> Self {
                $make(value)
            }
        }
    )*};
}

from! {
    bool => Self::Bool,
    i64 => |number: i64| Self::Number(number.into()),
    u64 => |number: u64| Self::Number(number.into()),
    u32 => |number: u32| Self::Number(number.into()),
    String => Self::String,
    &str => |text: &str| Self::String(text.to_owned()),
    &String => |text: &String| Self::String(text.clone()),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => items.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Json, E> {
        Ok(flag.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Object::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            object = object.with(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_comes_out_in_its_order() {
        let text = r#"{"z":[1,-2,0.5,18446744073709551615],"a":{"y":null,"b":"中"},"m":true}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
    }
}
