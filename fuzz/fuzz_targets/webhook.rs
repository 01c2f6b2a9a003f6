//! Any bytes as the body of a delivery: nothing panics, unsigned bytes are never accepted, and exactly their contents
//! are read.
//!
//! `cargo +nightly fuzz run --features libfuzzer webhook` runs it. `hire-api/src/event/fuzzing.rs` defines the
//! properties; its unit tests check them on stable.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_api::fuzzing::webhook(bytes));
