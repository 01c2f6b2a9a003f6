//! Random schemas: everything that `check` accepts compiles, and means the same to every reader.

#![allow(clippy::unwrap_used, reason = "test code ends with a panic")]

pub mod consumer;
pub mod language;
pub mod random;
pub mod readers;
pub mod schema;
pub mod value;
pub mod words;
pub mod yaml;
