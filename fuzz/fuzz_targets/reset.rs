//! Any texts, one per line, as the headers with the reset time of a quota: nothing panics, and every wait ends.
//!
//! `cargo +nightly fuzz run --features libfuzzer reset` runs it. `hire-api/src/fuzzing.rs` defines the properties; a
//! unit test in `hire-api/src/call/retry.rs` checks them on stable.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_fuzz::reset(bytes));
