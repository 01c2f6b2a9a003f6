//! Reads endpoint specs in YAML and writes a typed Rust client.

pub mod diag;
mod grammar;
pub mod ir;
pub mod json_schema;
#[cfg(feature = "render")]
pub mod render;
pub mod source;
pub mod span;
pub mod spec;
