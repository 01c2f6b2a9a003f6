//! Any bytes as a documentation page: nothing panics, and `check` accepts the resulting schema.
//!
//! `cargo +nightly fuzz run --features libfuzzer import_page` runs it; pass `tests/import` to begin with the pages of
//! the tests. `tests/tests/import.rs` checks the same property with damaged pages.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hire_fuzz::import_page(bytes));
