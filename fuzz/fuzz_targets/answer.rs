//! Any bytes as the body of an answer: nothing panics, what is read is what stands there, and an error is one text that
//! can be logged.
//!
//! `cargo +nightly fuzz run answer` runs it. What must hold stands in `hire-api/src/fuzzing.rs`; unit tests in
//! `hire-api/src/envelope.rs` hold it on stable, over envelopes that were spoiled.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| hire_api::fuzzing::answer(body));
