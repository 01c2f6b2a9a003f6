//! `drift` and `apply`: each folder of `drift/` has a schema and pages that differ from it, the changes, and the files as they are afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::import::Glossary;
use hire_gen::import::drift::{Change, Drift, apply, drift};
use hire_gen::ir::Api;
use hire_gen::source::Sources;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("drift").join(name)
}

/// Compares a text with a file, or writes it there with `BLESS=1`.
fn golden(path: &Path, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(text, expected, "{} is different; BLESS=1 writes it", path.display());
}

fn load(sources: &Sources) -> Api {
    hire_gen::load_sources(sources).unwrap_or_else(|problems| panic!("{problems}")).0
}

/// Everything that has changed, by the name of the endpoint or the event.
fn changes(drift: &Drift) -> Vec<(String, &[Change])> {
    let endpoints = drift.endpoints.iter().map(|one| (one.id.to_string(), one.changes.as_slice()));
    let events = drift.events.iter().map(|one| (one.event_type.clone(), one.changes.as_slice()));
    endpoints.chain(events).filter(|(_, changes)| !changes.is_empty()).collect()
}

/// Applies the pages of a folder to its schema, and compares again.
fn written(name: &str) {
    let folder = folder(name);
    let sources = Sources::read(&folder.join("schema"));
    let api = load(&sources);
    let pages = Sources::read_pages(&[folder.join("pages")]).unwrap();
    let glossary = Glossary::embedded().unwrap();
    let found = drift(&api, &pages, &glossary);
    let applied = apply(&api, &sources, &found);
    let mut report = String::new();
    for (name, changes) in changes(&found) {
        report.push_str(&format!("{name}\n"));
        report.extend(changes.iter().map(|change| format!("  {change}\n")));
    }
    report.extend(applied.left.iter().map(|(id, change, why)| format!("left: {id}: {change}: {why}\n")));
    report.push_str(&format!("{} written\n", applied.done));
    golden(&folder.join("changes.txt"), &report);
    for (path, text) in &applied.files {
        golden(&folder.join("expected").join(path), text);
    }
    let expected = Sources::read(&folder.join("expected"));
    let mut paths: Vec<&str> = expected.files().iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(applied.files.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), paths);
    let mut texts: BTreeMap<String, String> =
        sources.files().iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    texts.extend(applied.files);
    let api = load(&Sources::from_texts(texts));
    let again = drift(&api, &pages, &glossary);
    let left: Vec<(String, String)> = changes(&again)
        .iter()
        .flat_map(|(id, changes)| changes.iter().map(|change| (id.clone(), change.to_string())))
        .collect();
    let expected: Vec<(String, String)> =
        applied.left.iter().map(|(id, change, _)| (id.to_string(), change.to_string())).collect();
    assert_eq!(left, expected, "what was written is no drift any more");
}

#[test]
fn changes_of_endpoints_are_written_and_nothing_else_is() {
    written("endpoints");
}

#[test]
fn changes_of_events_are_written_and_shared_objects_once() {
    written("events");
}

#[test]
fn a_list_or_a_file_in_place_of_fields_is_one_change_for_people() {
    written("lists");
}
