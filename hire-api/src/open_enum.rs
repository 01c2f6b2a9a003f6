//! What an enum keeps of a value it does not know.

use std::fmt;

/// A number that this version of an enum has no name for.
///
/// Only reading makes one, so that a match cannot come to depend on it: use the enum's `as_int`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnrecognizedInt(i64);

impl UnrecognizedInt {
    /// As it came.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Debug for UnrecognizedInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that this version of an enum has no name for.
///
/// Only reading makes one, so that a match cannot come to depend on it: use the enum's `as_str`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnrecognizedString(Box<str>);

impl UnrecognizedString {
    /// As it came.
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
