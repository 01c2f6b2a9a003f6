//! Any bytes as messages of a long connection: nothing panics, a written frame is read back unchanged, and memory is
//! bounded.
//!
//! `cargo +nightly fuzz run --features libfuzzer frames` runs it. `hire-api/src/event/fuzzing.rs` defines the
//! properties; its unit tests check them on stable.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_api::fuzzing::frames(bytes));
