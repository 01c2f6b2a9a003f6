//! Values without parts, read from any JSON spelling: nothing is lost, and nothing is shown.

use std::borrow::Cow;

use crate::wire::reader::{Reader, Stop, Token};

/// A value without parts, read from text, a number or a flag. Derived for enums.
///
/// An empty text that the type does not accept means no value.
#[doc(hidden)]
pub trait Scalar: Sized {
    /// For messages such as "expected a string".
    const EXPECTED: &'static str;

    /// From text.
    fn from_text(text: &str) -> Option<Self>;

    /// From text that can be kept.
    fn from_owned_text(text: String) -> Option<Self> {
        Self::from_text(&text)
    }

    /// From a whole number.
    fn from_int(number: i64) -> Option<Self>;

    /// From any other number, as it is written.
    fn from_number(_: &str) -> Option<Self> {
        None
    }

    /// From a flag.
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
}

/// Reads a scalar.
#[doc(hidden)]
pub fn scalar<T: Scalar>(reader: &mut Reader<'_>) -> Result<Option<T>, Stop> {
    let start = reader.at();
    let value = match reader.token()? {
        Token::Text(Cow::Borrowed(text)) => match T::from_text(text) {
            None if text.is_empty() => return Ok(None),
            value => value,
        },
        Token::Text(Cow::Owned(text)) => T::from_owned_text(text),
        Token::Int(number) => T::from_int(number),
        Token::Number(text) => T::from_number(text),
        Token::Bool(flag) => T::from_bool(flag),
        Token::Null => return Ok(None),
        Token::Other => None,
    };
    if value.is_none() {
        reader.mismatch(T::EXPECTED);
        reader.go_to(start);
        reader.skip()?;
    }
    Ok(value)
}

macro_rules! read_scalars {
    ($($ty:ty)*) => {$(#[diagnostic::do_not_recommend]
    impl $crate::wire::read::Read for $ty {
        fn read(
            reader: &mut $crate::wire::reader::Reader<'_>,
        ) -> Result<Option<Self>, $crate::wire::reader::Stop> {
            $crate::wire::scalar::scalar(reader)
        }
    })*};
}

pub(crate) use read_scalars;

read_scalars!(String i64 f64 bool);

/// Beyond this, a float cannot represent every whole number, and the received digits are lost.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

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

    fn from_number(text: &str) -> Option<Self> {
        Some(text.to_owned())
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
    fn from_number(text: &str) -> Option<Self> {
        let number: f64 = text.parse().ok()?;
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

    fn from_number(text: &str) -> Option<Self> {
        Self::from_text(text)
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "0" => Some(false),
            "1" => Some(true),
            text => text.parse().ok(),
        }
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
    use crate::wire::read::{Read, from_slice};

    fn read<T: Read>(text: &str) -> Result<T, String> {
        from_slice(text.as_bytes()).map(|read| read.value).map_err(|error| error.to_string())
    }

    #[test]
    fn f41_numbers_and_strings_stand_for_each_other_and_nothing_is_lost() {
        assert_eq!(read("\"12\""), Ok(12_i64));
        assert_eq!(read("1e3"), Ok(1000_i64));
        assert_eq!(read("-0"), Ok(0_i64));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read("\"1\""), Ok(true));
        for digits in
            ["6930815272790114324", "18446744073709551615", "123456789012345678901234567890", "1.50"]
        {
            assert_eq!(read(digits), Ok(digits.to_owned()));
        }
        for refused in ["9223372036854775808", "\"-\"", "1.5", "1e300", "\"\"", "01", "1.", ".5", "+1", "NaN"]
        {
            assert!(read::<i64>(refused).is_err(), "{refused}");
        }
        assert!(read::<f64>("1e999").is_err());
    }
}
