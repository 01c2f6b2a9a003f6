//! Values without parts, read from whatever JSON has for them: nothing is lost, and nothing is shown.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use crate::model::{Read, unexpected};

/// A value without parts, read from what JSON has for it: text, a number, a flag. The derive of an enum writes it.
#[doc(hidden)]
pub trait Scalar: Sized {
    /// As in "expected a string".
    const EXPECTED: &'static str;

    /// From text.
    fn from_text(text: &str) -> Option<Self>;

    /// From text that can be kept.
    fn from_owned_text(text: String) -> Option<Self> {
        Self::from_text(&text)
    }

    /// From a whole number.
    fn from_int(number: i64) -> Option<Self>;

    /// From any other number.
    fn from_float(_: f64) -> Option<Self> {
        None
    }

    /// From a flag.
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
}

/// Reads a scalar.
#[doc(hidden)]
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
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            // Text keeps what no i64 holds.
            Err(_) => self.visit_string(number.to_string()),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::from_float(number).ok_or_else(|| unexpected(&self))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag).ok_or_else(|| unexpected(&self))
    }
}

macro_rules! read_scalars {
    ($($ty:ty)*) => {$(#[diagnostic::do_not_recommend]
    impl<'de> Read<'de> for $ty {
        fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            scalar(deserializer)
        }
    })*};
}

read_scalars!(String i64 f64 bool crate::Millis crate::Seconds crate::CustomValue);

/// Beyond this, a float no longer has every whole number, and the digits that came are lost.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Scalar for String {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn from_owned_text(text: String) -> Option<Self> {
        Some(text)
    }

    fn from_int(number: i64) -> Option<Self> {
        Some(number.to_string())
    }

    fn from_float(number: f64) -> Option<Self> {
        (number.abs() < EXACT).then(|| number.to_string())
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag.to_string())
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number of 64 bits";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_int(number: i64) -> Option<Self> {
        Some(number)
    }

    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and an i64 holds it")]
    fn from_float(number: f64) -> Option<Self> {
        (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as Self)
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }

    #[expect(clippy::cast_precision_loss, reason = "the schema says that this is a float")]
    fn from_int(number: i64) -> Option<Self> {
        Some(number as Self)
    }

    fn from_float(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_int(number: i64) -> Option<Self> {
        match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'de> Read<'de>>(text: &str) -> Result<T, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        T::read(&mut deserializer).map_err(|error| error.to_string())
    }

    #[test]
    fn f41_numbers_and_strings_stand_for_each_other_and_nothing_is_lost() {
        assert_eq!(read("\"12\""), Ok(12_i64));
        assert_eq!(read("1e3"), Ok(1000_i64));
        assert_eq!(read("6930815272790114324"), Ok("6930815272790114324".to_owned()));
        assert_eq!(read("18446744073709551615"), Ok("18446744073709551615".to_owned()));
        for refused in ["9223372036854775808", "\"-\"", "1.5", "1e300", "\"\""] {
            assert!(read::<i64>(refused).is_err(), "{refused}");
        }
        // More digits than a float has.
        assert!(read::<String>("123456789012345678901234567890").is_err());
    }
}
