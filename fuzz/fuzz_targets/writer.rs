//! Values made from any bytes: they are written as serde_json writes them, and read back unchanged.
//!
//! `cargo +nightly fuzz run --features libfuzzer writer` runs it. `hire-api/src/wire/fuzzing.rs` defines the properties
//! and has unit tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_api::fuzzing::writer(bytes));
