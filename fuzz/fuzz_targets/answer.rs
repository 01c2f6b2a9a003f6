//! Any bytes as the body of an answer: nothing panics, exactly its contents are read, and an error is a single text.
//!
//! `cargo +nightly fuzz run --features libfuzzer answer` runs it. `hire-api/src/fuzzing.rs` defines the properties;
//! unit tests in `hire-api/src/wire/envelope.rs` check them on stable, with damaged envelopes.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_api::fuzzing::answer(bytes));
