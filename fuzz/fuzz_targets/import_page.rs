//! Any bytes as a documentation page: nothing panics, and what comes out is a schema that `check` accepts.
//!
//! `cargo +nightly fuzz run import_page tests/import` begins with the pages of the tests. The same property runs on
//! stable, over spoiled pages, in `tests/tests/import.rs`.

#![no_main]

use hire_gen::import::{Glossary, Options, import};
use hire_gen::source::Sources;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(glossary) = Glossary::embedded() else { panic!("the glossary is broken") };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let options = Options { glossary: &glossary, full: false, share: true, there: None };
    let done = import(&[("page.md".to_owned(), text)], &options, &mut |_| ());
    if !done.files.is_empty() {
        assert!(hire_gen::load_sources(&Sources::from_texts(done.files)).is_ok());
    }
});
