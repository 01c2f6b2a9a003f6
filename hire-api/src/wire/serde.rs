//! Serde for models, for queues, caches and configuration.
//!
//! The client itself does not use it. Here a value that does not fit is an error with its path. A request includes
//! its path and its query.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
pub use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::de::{DeserializeSeed, Error, IgnoredAny, SeqAccess, Visitor};
use serde::ser::SerializeMap;
pub use serde::ser::{Serialize, Serializer};

use crate::wire::custom_value::CustomValue;
use crate::wire::scalar::{EXACT, Scalar};
use crate::wire::value::{Json, Millis, Seconds};

/// The fields of an object being written. It keeps the first error, so that the derive need not check each field.
#[doc(hidden)]
#[derive(Debug)]
pub struct Entries<M: SerializeMap>(Result<M, M::Error>);

impl<M: SerializeMap> Entries<M> {
    /// Creates an object without fields.
    pub fn of<S: Serializer<SerializeMap = M, Ok = M::Ok, Error = M::Error>>(serializer: S) -> Self {
        Self(serializer.serialize_map(None))
    }

    /// Writes a field that is always sent.
    pub fn required<T: Serialize>(&mut self, name: &'static str, value: &T) {
        if let Ok(map) = &mut self.0
            && let Err(error) = map.serialize_entry(name, value)
        {
            self.0 = Err(error);
        }
    }

    /// Writes a field that is sent if it is set.
    pub fn optional<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// Returns the object, or the first error.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.0?.end()
    }
}

/// A value that serde reads as Feishu sends it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read by serde",
    note = "derive `hire_api::Model` with `#[hire(serde)]`"
)]
#[doc(hidden)]
pub trait Parse<'de>: Sized {
    /// Reads a value.
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A struct that is read field by field. Derived for models.
#[doc(hidden)]
pub trait ParseModel<'de>: Sized {
    /// Reads its fields.
    fn parse_fields<A: MapAccess<'de>>(fields: &mut Fields<A>) -> Result<Self, A::Error>;
}

/// The fields of an object, one after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fields<A>(A);

impl<'de, A: MapAccess<'de>> Fields<A> {
    /// The next name.
    pub fn name(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        self.0.next_key_seed(Name)
    }

    /// The value of the field whose name came last.
    pub fn value<T: Parse<'de>>(&mut self, name: &'static str, slot: &mut Option<T>) -> Result<(), A::Error> {
        match self.0.next_value_seed(Seed::<Option<T>>(PhantomData)) {
            Ok(value) => {
                *slot = value;
                Ok(())
            }
            Err(error) => Err(inside(format_args!(".{name}"), &error)),
        }
    }

    /// Reads a field for which `null` differs from being absent.
    pub fn nullable<T: Parse<'de>>(
        &mut self,
        name: &'static str,
        slot: &mut Option<Option<T>>,
    ) -> Result<(), A::Error> {
        let mut value = None;
        self.value(name, &mut value)?;
        *slot = Some(value);
        Ok(())
    }

    /// Skips the value of an unknown field.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }

    /// A required field.
    pub fn required<T>(&self, name: &'static str, slot: Option<T>) -> Result<T, A::Error> {
        slot.ok_or_else(|| A::Error::custom(format_args!(".{name}: expected a value")))
    }
}

/// The name of a field, borrowed where the text has it as it is.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Adds a step to the path of an error: messages begin with their path, `.list[3].name: expected a string`.
#[cold]
fn inside<E: Error>(step: fmt::Arguments<'_>, error: &impl Display) -> E {
    let message = error.to_string();
    let between = if message.starts_with(['.', '[', ':']) { "" } else { ": " };
    E::custom(format_args!("{step}{between}{message}"))
}

struct Seed<T>(PhantomData<T>);

impl<'de, T: Parse<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::parse(deserializer)
    }
}

/// The visitor methods for unexpected values; serde's own would show the value.
macro_rules! nothing_else {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method<E: Error>(self, _: $ty) -> Result<Self::Value, E> {
            Err(unexpected(&self))
        }
    )*};
}

#[cold]
fn unexpected<'de, E: Error>(visitor: &impl Visitor<'de>) -> E {
    struct Expected<'a, V>(&'a V);

    impl<'de, V: Visitor<'de>> Display for Expected<'_, V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    }

    E::custom(format_args!(": expected {}", Expected(visitor)))
}

#[diagnostic::do_not_recommend]
impl<'de, T: Parse<'de>> Parse<'de> for Option<T> {
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional(PhantomData))
    }
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: Parse<'de>> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::parse(deserializer).map(Some)
    }
}

#[diagnostic::do_not_recommend]
impl<'de, T: Parse<'de>> Parse<'de> for Box<T> {
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::parse(deserializer).map(Self::new)
    }
}

#[diagnostic::do_not_recommend]
impl<'de, T: Parse<'de>> Parse<'de> for Vec<T> {
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Parse<'de>> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        for index in 0_usize.. {
            match items.next_element_seed(Seed::<Option<T>>(PhantomData)) {
                Ok(Some(item)) => list.extend(item),
                Ok(None) => break,
                Err(error) => return Err(inside(format_args!("[{index}]"), &error)),
            }
        }
        Ok(list)
    }

    nothing_else!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

#[diagnostic::do_not_recommend]
impl<'de, T: Parse<'de>> Parse<'de> for BTreeMap<String, T> {
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Map(PhantomData))
    }
}

struct Map<T>(PhantomData<T>);

impl<'de, T: Parse<'de>> Visitor<'de> for Map<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = entries.next_key_seed(Name)? {
            match entries.next_value_seed(Seed::<Option<T>>(PhantomData)) {
                Ok(Some(value)) => drop(map.insert(key.into_owned(), value)),
                Ok(None) => {}
                // The key is data here, so it is not shown.
                Err(error) => return Err(inside(format_args!(".*"), &error)),
            }
        }
        Ok(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        empty(items, &self).map(|()| BTreeMap::new())
    }

    nothing_else!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

/// Some servers write an empty object as `[]`.
fn empty<'de, A: SeqAccess<'de>>(mut items: A, expected: &impl Visitor<'de>) -> Result<(), A::Error> {
    match items.next_element::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(unexpected(expected)),
    }
}

/// Reads a model.
#[doc(hidden)]
pub fn object<'de, T: ParseModel<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: ParseModel<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::parse_fields(&mut Fields(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        empty(items, &self)?;
        let nothing = std::iter::empty::<(&str, &str)>();
        T::parse_fields(&mut Fields(MapDeserializer::new(nothing)))
    }

    nothing_else!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

/// Reads a scalar.
pub fn scalar<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(One(PhantomData))
}

struct One<T>(PhantomData<T>);

impl<T: Scalar> Visitor<'_> for One<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| unexpected(&self))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        T::from_owned_text(text).ok_or_else(|| unexpected(&self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::from_int(number).ok_or_else(|| unexpected(&self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        let read = i64::try_from(number).map_or_else(|_| T::from_number(&number.to_string()), T::from_int);
        read.ok_or_else(|| unexpected(&self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        // A larger one has lost the received digits.
        let whole = number.abs() < EXACT || T::EXPECTED == <f64 as Scalar>::EXPECTED;
        let read = if whole { T::from_number(&number.to_string()) } else { None };
        read.ok_or_else(|| unexpected(&self))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag).ok_or_else(|| unexpected(&self))
    }
}

macro_rules! parse_scalars {
    ($($ty:ty)*) => {$(#[diagnostic::do_not_recommend]
    impl<'de> Parse<'de> for $ty {
        fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            scalar(deserializer)
        }
    })*};
}

parse_scalars!(String i64 f64 bool Millis Seconds CustomValue);

macro_rules! serde_scalars {
    ($($ty:ty, $self:ident, $text:expr;)*) => {$(
    impl Serialize for $ty {
        fn serialize<S: Serializer>(&$self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str($text)
        }
    }

    impl<'de> Deserialize<'de> for $ty {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            scalar(deserializer)
        }
    })*};
}

serde_scalars! {
    Millis, self, &self.to_string();
    Seconds, self, &self.to_string();
    CustomValue, self, self.as_str();
}

#[diagnostic::do_not_recommend]
impl<'de> Parse<'de> for Json {
    fn parse<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<T: for<'de> Parse<'de>>(text: &str) -> Result<T, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        T::parse(&mut deserializer).map_err(|error| error.to_string())
    }

    #[test]
    fn f40_lists_may_be_null_and_have_nulls() {
        assert_eq!(parse("null"), Ok(None::<Vec<String>>));
        assert_eq!(parse("[\"a\", null]"), Ok(vec!["a".to_owned()]));
        assert_eq!(parse("[]"), Ok(BTreeMap::<String, i64>::new()));
    }

    #[test]
    fn a_float_is_a_whole_number_while_it_has_all_digits() {
        for digits in ["0", "000", "0000000000000000000000"] {
            assert_eq!(
                parse(&format!("9007199254740991.{digits}")),
                Ok(9_007_199_254_740_991_i64),
                "{digits}"
            );
            assert!(parse::<i64>(&format!("9007199254740992.{digits}")).is_err());
            assert!(parse::<String>(&format!("9007199254740992.{digits}")).is_err());
        }
        assert_eq!(parse("9007199254740991.0"), Ok("9007199254740991".to_owned()));
        assert_eq!(parse("9007199254740992.0"), Ok(9_007_199_254_740_992.0_f64));
    }

    #[test]
    fn a_float_is_never_another_whole_number() {
        for bits in 1..63 {
            for _ in 0..500 {
                let (number, zeros) = (fastrand::i64(0..1 << bits), fastrand::usize(1..25));
                let read = parse::<i64>(&format!("{number}.{}", "0".repeat(zeros)));
                assert!(read.is_err() || read == Ok(number), "{number} {zeros} {read:?}");
                assert_eq!(read.is_ok(), number < 1 << 53, "{number} {zeros}");
            }
        }
    }

    #[test]
    fn a_float_is_the_same_after_it_was_written() {
        for _ in 0..20_000 {
            let float = f64::from_bits(fastrand::u64(..));
            if float.is_finite() {
                let text = serde_json::to_string(&float).unwrap();
                assert_eq!(parse(&text), Ok(float), "{text}");
            }
        }
    }

    #[test]
    fn messages_say_where_and_never_show_what() {
        let error = parse::<Vec<Vec<i64>>>("[[1], [2, \"secret\"]]").unwrap_err();
        assert_eq!(error, "[1][1]: expected a whole number of 64 bits at line 1 column 18");
        let error = parse::<Vec<BTreeMap<String, i64>>>("[{\"secret\": !}]").unwrap_err();
        assert_eq!(error, "[0].*: expected value at line 1 column 13");
        for text in ["\"secret\"", "12345", "{\"secret\": 1}", "true", "1.2345"] {
            let error = parse::<Vec<String>>(text).unwrap_err();
            assert!(!error.contains("secret") && !error.contains("2345"), "{error}");
        }
    }
}
