//! Unknown values of enums.

use std::fmt;

/// A number that this version of an enum does not know.
///
/// Only reading creates one, so that no match can depend on it: use the enum's `as_int`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnrecognizedInt(i64);

impl UnrecognizedInt {
    /// The number as received.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Debug for UnrecognizedInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that this version of an enum does not know.
///
/// Only reading creates one, so that no match can depend on it: use the enum's `as_str`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnrecognizedString(Box<str>);

impl UnrecognizedString {
    /// The text as received.
    pub fn get(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnrecognizedString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[doc(hidden)]
pub const fn unrecognized_int(value: i64) -> UnrecognizedInt {
    UnrecognizedInt(value)
}

#[doc(hidden)]
pub fn unrecognized_string(value: &str) -> UnrecognizedString {
    UnrecognizedString(value.into())
}
