//! Shows models: fields that are set and not sensitive.

use std::fmt::{self, Debug};

/// Shown instead of hidden values.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub struct Hidden;

impl Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A field for [`debug`]; unset fields are not shown.
#[doc(hidden)]
pub fn field<T: Debug>(value: &Option<T>) -> Option<&dyn Debug> {
    value.as_ref().map(|value| value as &dyn Debug)
}

/// A field for [`debug`] whose value is hidden.
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
