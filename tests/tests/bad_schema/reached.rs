//! Coverage of `check`: a row reaches each place of `hire-gen` that reports a problem of a schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use hire_gen::source::Sources;

/// File and line.
type Place = (String, u32);

/// The places that the rows of this process have reached.
static REACHED: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());

/// Records each diagnostic of a schema and the place that reports it.
pub fn note(schema: &Path) {
    let report = match hire_gen::load_sources(&Sources::read(schema)) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    let places =
        report.diagnostics().iter().map(|one| (one.found_at.file().replace('\\', "/"), one.found_at.line()));
    // The path begins in the workspace or with it, depending on how the compiler was called.
    let places =
        places.filter_map(|(file, line)| Some((file[file.find("hire-gen/src/")?..].to_owned(), line)));
    REACHED.lock().unwrap().extend(places);
}

/// The functions that create diagnostics. Each is `#[track_caller]`, so that each call is a place.
const MAKERS: &[&str] = &[
    "Diagnostic::error(",
    "Diagnostic::warning(",
    "Fault::new(",
    ".error(",
    ".misfit(",
    ".not_upper_camel(",
    ".wrong_type(",
    " at_field(",
    "(at_field(",
    "(taken(",
];

/// Places that no row can reach: the first turns faults of files into diagnostics, the second needs a user without
/// permission to read, the third an input on which two YAML parsers disagree, and none is known.
const OUT_OF_REACH: &[&str] = &[
    "Diagnostic { found_at, ..",
    "Fault::new(Code::H001, format!(\"cannot be read: {error}\")",
    ".help(\"write it in a simpler way, such as with quotes\")",
];

/// Every place in the code that reads and checks a schema, without its tests.
fn places() -> BTreeSet<Place> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open = vec![root.join("hire-gen/src/read"), root.join("hire-gen/src/resolve")];
    let mut places = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let file = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        // The body of a function that passes on its caller is not a place.
        let mut end: Option<String> = None;
        for (line, number) in code.lines().zip(1..) {
            if line.trim() == "#[track_caller]" {
                end = Some(line.replace("#[track_caller]", "}"));
            } else if end.as_deref() == Some(line) {
                end = None;
            } else if end.is_none()
                && MAKERS.iter().any(|maker| line.contains(maker))
                && !OUT_OF_REACH.iter().any(|known| line.contains(known))
            {
                places.insert((file.clone(), number));
            }
        }
    }
    places
}

#[test]
fn every_place_that_finds_something_wrong_is_reached() {
    super::ROWS.iter().chain(super::MADE).for_each(|row| row());
    let reached = REACHED.lock().unwrap().clone();
    let places = places();
    assert!(places.len() > 100, "the list of places is broken: {places:?}");
    let unreached: Vec<String> =
        places.difference(&reached).map(|(file, line)| format!("{file}:{line}")).collect();
    assert!(unreached.is_empty(), "no row of bad_schema/ reaches\n{}", unreached.join("\n"));
    let unknown: Vec<_> = reached.iter().filter(|(file, _)| !file.contains("/import/")).collect();
    let unknown: Vec<_> = unknown.into_iter().filter(|place| !places.contains(*place)).collect();
    assert!(unknown.is_empty(), "these make diagnostics and are not counted: {unknown:?}");
}
