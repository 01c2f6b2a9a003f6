//! Text that holds something else: a time, or any JSON.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::check::{Check, Checks};
use crate::model::Read;
use crate::param::Param;
use crate::scalar::{Scalar, scalar};

macro_rules! time {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        ///
        /// Made from a number or from text. What came from Feishu is kept as it came, because it sends placeholders
        /// such as `-` here, too: [`get`](Self::get) has nothing then.
        #[derive(Clone, PartialEq, Eq, Hash)]
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
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
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                scalar(deserializer)
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

#[derive(Clone, PartialEq, Eq, Hash)]
enum Time {
    Number(i64),
    Text(Box<str>),
}

impl Time {
    fn from_text(text: &str) -> Self {
        // `+1` and `01` are numbers that would not be written as they came.
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::Number(number),
            _ => Self::Text(text.into()),
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

/// Any JSON, kept as it came, every digit of it.
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// From something that serializes.
    ///
    /// # Errors
    ///
    /// When it does not fit into JSON.
    pub fn new(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// Its text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads it into a type.
    ///
    /// # Errors
    ///
    /// When it does not fit the type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // The text of a `Value` is JSON; `null` stands for what cannot happen.
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

#[diagnostic::do_not_recommend]
impl<'de> Read<'de> for Json {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_or_stay_as_they_came() {
        assert_eq!(Millis::from("1676548784889").get(), Some(1_676_548_784_889));
        for text in ["-", "", "1990-01", "01", "+1", "9223372036854775808"] {
            let time = Millis::from(text);
            assert_eq!((time.get(), time.to_string().as_str()), (None, text));
        }
    }

    #[test]
    fn json_keeps_every_digit() {
        let text = r#"{"a":12345678901234567890123.000,"a":2}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert_eq!(Json::from(serde_json::json!([1])).parse::<Vec<i64>>().unwrap(), [1]);
    }
}
