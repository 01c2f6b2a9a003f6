//! The importer against the specs that were written by hand, and against real pages.

use std::path::{Path, PathBuf};

use hire_gen::import::Glossary;
use hire_gen::import::drift::drift;
use hire_gen::source::Sources;

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// The folder of the pages, where there is one.
fn docs() -> Option<PathBuf> {
    let docs = std::env::var_os("HIRE_DOCS_DIR").map(PathBuf::from);
    if docs.is_none() {
        println!("skipped: HIRE_DOCS_DIR is not set to the folder of the documentation pages");
    }
    docs
}

fn pages(folder: &Path) -> Vec<(String, String)> {
    Sources::read_pages(&[folder.to_owned()]).unwrap()
}

#[test]
fn seed_pages_become_the_specs_that_were_written_by_hand() {
    let Some(docs) = docs() else { return };
    let api = hire_gen::load(&schema()).unwrap();
    let found = drift(&api, &pages(&docs.join("../seeds")), &Glossary::embedded().unwrap());
    let drifts: Vec<String> = found
        .endpoints
        .iter()
        .flat_map(|drift| drift.changes.iter().map(move |change| format!("{}: {change}", drift.id)))
        .collect();
    assert_eq!(found.endpoints.len(), 5);
    assert_eq!(drifts, Vec::<String>::new());
}
