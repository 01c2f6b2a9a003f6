//! Any texts, one in a line, as the headers that say when a quota is free again: nothing panics, and every wait ends.
//!
//! `cargo +nightly fuzz run reset` runs it. What must hold stands in `hire-api/src/fuzzing.rs`; a unit test in
//! `hire-api/src/retry.rs` holds it on stable.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    hire_api::fuzzing::reset(&text.lines().collect::<Vec<_>>());
});
