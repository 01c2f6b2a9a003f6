//! Files → specs: reads a schema folder with positions, and reports malformed files.

pub(crate) mod advice;
pub mod diag;
#[cfg(feature = "cli")]
pub mod explain;
pub(crate) mod grammar;
pub mod json_schema;
pub mod literal;
#[cfg(feature = "render")]
pub mod render;
pub mod report;
pub mod source;
pub mod span;
pub mod spec;
pub mod words;
