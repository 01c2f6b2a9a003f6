//! Text that contains something else: a time, or any JSON.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::check::{Check, Checks};
use crate::wire::param::Param;
use crate::wire::read::{self, Read};
use crate::wire::reader::{Reader, Stop};
use crate::wire::scalar::{Scalar, read_scalars};
use crate::wire::write::{self, Write};

macro_rules! time {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        ///
        /// Created from a number or from text. Received values are kept as received, because Feishu also sends
        /// placeholders such as `-`: [`get`](Self::get) returns `None` then.
        ///
        /// In order, numbers come before text.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Time);

        impl $name {
            #[doc = concat!("The ", $unit, ", where it is a number.")]
            pub fn get(&self) -> Option<i64> {
                match &self.0 {
                    Time::Number(number) => Some(*number),
                    Time::Text(_) => None,
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(Time::Number(number))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Time::from_text(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Check for $name {
            fn check(&self, checks: &mut Checks) {
                if self.get().is_none() {
                    checks.report_here(concat!("must be ", $unit, " as a number"));
                }
            }
        }

        impl Param for $name {
            fn each(&self, take: &mut dyn FnMut(&str)) {
                take(&self.to_string());
            }
        }

        impl Write for $name {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }

        impl Scalar for $name {
            const EXPECTED: &'static str = $unit;

            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }

            fn from_int(number: i64) -> Option<Self> {
                Some(Self::from(number))
            }

            fn from_number(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }
    };
}

time!(
    /// Milliseconds since 1970-01-01 UTC, as Feishu writes them: digits in a string.
    Millis,
    "milliseconds since 1970"
);

time!(
    /// Seconds since 1970-01-01 UTC, as Feishu writes them: digits in a string.
    Seconds,
    "seconds since 1970"
);

read_scalars!(Millis Seconds);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Time {
    Number(i64),
    Text(Box<str>),
}

impl Time {
    fn from_text(text: &str) -> Self {
        // `+1` and `01` are numbers that would not be written as received.
        let plain = match text.strip_prefix('-').unwrap_or(text).as_bytes() {
            [b'0'] => text == "0",
            [b'1'..=b'9', ..] => true,
            _ => false,
        };
        match text.parse() {
            Ok(number) if plain => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }

    /// In quotation marks.
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(number) => {
                out.push(b'"');
                write::int(*number, out);
                out.push(b'"');
            }
            Self::Text(text) => write::text(text, out),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Any JSON, kept as received with every digit.
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// Creates it from a value that serializes.
    ///
    /// # Errors
    ///
    /// If the value does not fit into JSON.
    pub fn new(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// Returns its text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads it as the client reads answers.
    ///
    /// # Errors
    ///
    /// If it is something else entirely.
    pub fn read<T: Read>(&self) -> Result<read::Reading<T>, read::Unreadable> {
        read::from_slice(self.get().as_bytes())
    }

    /// Reads a field, if this is an object; `None` if it is not, or if the field is absent or does not fit.
    pub fn field<T: Read>(&self, name: &str) -> Option<T> {
        let mut reader = Reader::new(self.get().as_bytes());
        let mut object = reader.object().ok()??;
        while let Some(found) = reader.next_name(&mut object).ok()? {
            if found == name {
                return T::read(&mut reader).ok()?;
            }
            reader.skip().ok()?;
        }
        None
    }

    /// Reads it with serde.
    ///
    /// # Errors
    ///
    /// If it does not fit the type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // The text of a `Value` is JSON; `null` replaces the impossible case.
        Self(RawValue::from_string(value.to_string()).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl Check for Json {
    fn check(&self, _: &mut Checks) {}
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

impl Write for Json {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.get().as_bytes());
    }
}

#[diagnostic::do_not_recommend]
impl Read for Json {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        let text = reader.raw()?;
        if text == Some("null") {
            return Ok(None);
        }
        // The library decides what is JSON.
        let value = text.and_then(|text| serde_json::from_str::<Box<RawValue>>(text).ok());
        match &value {
            Some(value) => reader.charge_block(value.get().len())?,
            None => reader.mismatch("JSON"),
        }
        Ok(value.map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_or_stay_as_they_came() {
        for (text, number) in [("1676548784889", 1_676_548_784_889), ("0", 0), ("-7", -7)] {
            assert_eq!(Millis::from(text), Millis::from(number));
        }
        for text in ["-0", "-", "", "1990-01", "01", "+1", "9223372036854775808"] {
            let time = Millis::from(text);
            assert_eq!((time.get(), time.to_string().as_str()), (None, text));
        }
    }

    #[test]
    fn times_are_in_order() {
        let mut times = [Millis::from("-"), Millis::from("10"), Millis::from(-1), Millis::from(9)];
        times.sort();
        assert_eq!(times.map(|time| time.to_string()), ["-1", "9", "10", "-"]);
    }

    #[test]
    fn json_keeps_every_digit() {
        let text = r#"{"a":12345678901234567890123.000,"a":2}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert_eq!(Json::from(serde_json::json!([1])).parse::<Vec<i64>>().unwrap(), [1]);
    }
}
