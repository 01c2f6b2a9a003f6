//! How models are written, read and shown: everything that would otherwise repeat in each of them.
//!
//! Reading is lenient where Feishu is: absent and `null` are the same, unknown fields are passed over, and a number
//! may come as a string. No message shows a value, because it may be a person's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The fields of an object that is being written. It keeps the first error, so that the derive need not look at each.
#[doc(hidden)]
#[derive(Debug)]
pub struct Entries<M: SerializeMap>(Result<M, M::Error>);

impl<M: SerializeMap> Entries<M> {
    /// An object without fields yet.
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

    /// Writes a field that is sent where it is set.
    pub fn optional<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// The object, or what went wrong first.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.0?.end()
    }
}

/// In place of what `Debug` does not show.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub struct Hidden;

impl Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A field for [`debug`]; what is not set is not shown.
#[doc(hidden)]
pub fn field<T: Debug>(value: &Option<T>) -> Option<&dyn Debug> {
    value.as_ref().map(|value| value as &dyn Debug)
}

/// A field for [`debug`] whose value is not shown.
#[doc(hidden)]
pub fn hidden<T>(value: &Option<T>) -> Option<&dyn Debug> {
    value.as_ref().map(|_| &Hidden as &dyn Debug)
}

/// Shows a struct.
#[doc(hidden)]
pub fn debug(f: &mut fmt::Formatter<'_>, name: &str, fields: &[(&str, Option<&dyn Debug>)]) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    for (name, value) in fields {
        if let Some(value) = value {
            shown.field(name, value);
        }
    }
    shown.finish()
}

/// A value as Feishu sends it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an answer",
    note = "derive `hire_api::Model`"
)]
#[doc(hidden)]
pub trait Read<'de>: Sized {
    /// Reads one.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A struct that is read field by field. The derive of a model writes it.
#[doc(hidden)]
pub trait ReadModel<'de>: Sized {
    /// Reads its fields.
    fn read_fields<A: MapAccess<'de>>(fields: &mut Fields<A>) -> Result<Self, A::Error>;
}

/// What is in a request that was read and is not in its body.
#[doc(hidden)]
pub trait Blank {
    /// An empty one.
    fn blank() -> Self;
}

impl<T: Default> Blank for T {
    fn blank() -> Self {
        T::default()
    }
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
    pub fn value<T: Read<'de>>(&mut self, name: &'static str, slot: &mut Option<T>) -> Result<(), A::Error> {
        match self.0.next_value_seed(Seed::<Option<T>>(PhantomData)) {
            Ok(value) => {
                *slot = value;
                Ok(())
            }
            Err(error) => Err(inside(format_args!(".{name}"), &error)),
        }
    }

    /// Passes over the value of an unknown field.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }

    /// A field that has to be there.
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

/// Adds a step to the path of an error: messages begin with where they happened, `.list[3].name: expected a string`.
#[cold]
fn inside<E: Error>(step: fmt::Arguments<'_>, error: &impl Display) -> E {
    let message = error.to_string();
    let between = if message.starts_with(['.', '[', ':']) { "" } else { ": " };
    E::custom(format_args!("{step}{between}{message}"))
}

struct Seed<T>(PhantomData<T>);

impl<'de, T: Read<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// The methods of a visitor for what was not expected; those of serde would show the value.
macro_rules! nothing_else {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method<E: Error>(self, _: $ty) -> Result<Self::Value, E> {
            Err(unexpected(&self))
        }
    )*};
}

#[cold]
pub(crate) fn unexpected<'de, E: Error>(visitor: &impl Visitor<'de>) -> E {
    struct Expected<'a, V>(&'a V);

    impl<'de, V: Visitor<'de>> Display for Expected<'_, V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    }

    E::custom(format_args!(": expected {}", Expected(visitor)))
}

#[diagnostic::do_not_recommend]
impl<'de, T: Read<'de>> Read<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional(PhantomData))
    }
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: Read<'de>> Visitor<'de> for Optional<T> {
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
        T::read(deserializer).map(Some)
    }
}

#[diagnostic::do_not_recommend]
impl<'de, T: Read<'de>> Read<'de> for Box<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self::new)
    }
}

#[diagnostic::do_not_recommend]
impl<'de, T: Read<'de>> Read<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Read<'de>> Visitor<'de> for List<T> {
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
impl<'de, T: Read<'de>> Read<'de> for BTreeMap<String, T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Map(PhantomData))
    }
}

struct Map<T>(PhantomData<T>);

impl<'de, T: Read<'de>> Visitor<'de> for Map<T> {
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
pub fn object<'de, T: ReadModel<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: ReadModel<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::read_fields(&mut Fields(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        empty(items, &self)?;
        let nothing = std::iter::empty::<(&str, &str)>();
        T::read_fields(&mut Fields(MapDeserializer::new(nothing)))
    }

    nothing_else!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'de> Read<'de>>(text: &str) -> Result<T, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        T::read(&mut deserializer).map_err(|error| error.to_string())
    }

    #[test]
    fn f40_lists_may_be_null_and_have_nulls() {
        assert_eq!(read("null"), Ok(None::<Vec<String>>));
        assert_eq!(read("[\"a\", null]"), Ok(vec!["a".to_owned()]));
        assert_eq!(read("[]"), Ok(BTreeMap::<String, i64>::new()));
    }

    #[test]
    fn messages_say_where_and_never_show_what() {
        let error = read::<Vec<Vec<i64>>>("[[1], [2, \"secret\"]]").unwrap_err();
        assert_eq!(error, "[1][1]: expected a whole number of 64 bits at line 1 column 18");
        for text in ["\"secret\"", "12345", "{\"secret\": 1}", "true", "1.2345"] {
            let error = read::<Vec<String>>(text).unwrap_err();
            assert!(!error.contains("secret") && !error.contains("2345"), "{error}");
        }
    }
}
