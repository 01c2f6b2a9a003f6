//! The targets: properties of any bytes. libFuzzer runs them from `fuzz_targets/`, and `main.rs` runs them on stable.

use std::sync::LazyLock;

use hire_gen::import::{Glossary, Options, import};

/// A property of any bytes, and inputs to begin with.
pub struct Target {
    /// As `cargo fuzz` calls it.
    pub name: &'static str,
    /// Panics if the property does not hold.
    pub run: fn(&[u8]),
    /// Files and folders below the root of the repository.
    pub seeds: &'static [&'static str],
}

/// Every target, by name.
pub const TARGETS: [Target; 7] = [
    Target {
        name: "answer",
        run: hire_api::fuzzing::answer,
        seeds: &["schema/hire/v1", "tests/golden/openapi"],
    },
    Target { name: "frames", run: hire_api::fuzzing::frames, seeds: &[] },
    Target { name: "import_page", run: import_page, seeds: &["tests/import"] },
    Target { name: "reader", run: hire_api::fuzzing::reader, seeds: &["schema/hire", "schema/contact"] },
    Target { name: "reset", run: reset, seeds: &[] },
    Target { name: "webhook", run: hire_api::fuzzing::webhook, seeds: &["schema/hire/v1"] },
    Target { name: "writer", run: hire_api::fuzzing::writer, seeds: &["schema/hire/v1/talent"] },
];

static GLOSSARY: LazyLock<Glossary> =
    LazyLock::new(|| Glossary::embedded().unwrap_or_else(|_| panic!("the glossary is broken")));

/// Any bytes as a documentation page: `check` accepts the resulting schema.
pub fn import_page(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let options = Options { glossary: &GLOSSARY, full: false, share: true, there: None };
    let done = import(&[("page.md".to_owned(), text)], &options, &mut |_| ());
    if !done.files.is_empty() {
        assert!(hire_gen::load_sources(&done.sources()).is_ok());
    }
}

/// Any texts, one per line, as the headers with the reset time of a quota: every wait ends.
pub fn reset(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    hire_api::fuzzing::reset(&text.lines().collect::<Vec<_>>());
}
