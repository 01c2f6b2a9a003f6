//! Any bytes as the text of a model: nothing panics, and JSON is read as serde_json reads it.
//!
//! `cargo +nightly fuzz run --features libfuzzer reader` runs it. `hire-api/src/wire/fuzzing.rs` defines the
//! properties; its unit tests check them with documented examples.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_api::fuzzing::reader(bytes));
