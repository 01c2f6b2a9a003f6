//! The importer, compared with our own pages, one for each trap; with hand-written specs; with real pages from
//! `HIRE_DOCS_DIR`; and with files that are not pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::import::drift::drift;
use hire_gen::import::{Glossary, Imported, Options, PageField, import, read_page};
use hire_gen::outline::outline;
use hire_gen::rust::{self, emit};
use hire_gen::source::Sources;
use proptest::prelude::*;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The folder of the real pages, if there is one.
fn docs() -> Option<PathBuf> {
    let docs = std::env::var_os("HIRE_DOCS_DIR").map(PathBuf::from);
    if docs.is_none() {
        println!("skipped: HIRE_DOCS_DIR is not set to the folder of the documentation pages");
    }
    docs
}

/// The pages below a folder, by their path in it.
fn pages(folder: &Path) -> Vec<(String, String)> {
    let pages = Sources::read_pages(&[folder.to_owned()]).unwrap();
    let inside = |path: &str| Path::new(path).strip_prefix(folder).unwrap().display().to_string();
    pages.into_iter().map(|(path, text)| (inside(&path), text)).collect()
}

fn imported(pages: &[(String, String)], share: bool) -> Imported {
    let glossary = Glossary::embedded().unwrap();
    import(pages, &Options { glossary: &glossary, full: false, share, there: None }, &mut |_| ())
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

#[test]
fn pages_of_our_own_become_the_specs_beside_them() {
    let folder = folder("import");
    let pages = pages(&folder);
    assert!(pages.len() > 9, "{}", pages.len());
    for page in &pages {
        let done = imported(std::slice::from_ref(page), false);
        let spec = done.files.iter().find(|(path, _)| path.ends_with(".yaml"));
        let spec = spec.map_or(String::new(), |(path, text)| format!("# {path}\n{text}"));
        let at = folder.join(&page.0);
        golden(&at.with_extension("yaml"), &spec);
        golden(&at.with_extension("stderr"), &done.report.to_string());
        if !done.files.is_empty() {
            let accepted = hire_gen::load_sources(&done.sources());
            let (_, warnings) = accepted.unwrap_or_else(|problems| panic!("{}: {problems}", page.0));
            golden(&at.with_extension("check"), &warnings.to_string());
        }
    }
}

#[test]
fn trailing_blanks_that_an_editor_took_away_make_no_difference() {
    let read = |name: &str| fs::read_to_string(folder("import").join(name)).unwrap();
    assert_eq!(read("line_breaks_in_cells.yaml"), read("line_breaks_lost.yaml"));
    assert_ne!(read("line_breaks_in_cells.md"), read("line_breaks_lost.md"));
}

/// Editors and downloads change the first bytes of a page and its line ends, but not its contents. Two spaces after
/// every line are Markdown's line break, and then the marks of continued lines in a cell are missing.
#[test]
fn byte_order_marks_and_ends_of_lines_make_no_difference() {
    let ends: [fn(&str) -> String; 5] = [
        |text| format!("\u{feff}{text}"),
        |text| text.replace('\n', "\r\n"),
        |text| text.replace('\n', " \n"),
        |text| text.replace('\n', "  \n"),
        |text| format!("\u{feff}{}", text.replace('\n', "  \r\n")),
    ];
    for (path, text) in pages(&folder("import")) {
        let expected = imported(&[(path.clone(), text.clone())], false).files;
        for (index, end) in ends.iter().enumerate() {
            let found = imported(&[(path.clone(), end(&text))], false).files;
            assert_eq!(found, expected, "{path}, {index}");
        }
    }
}

#[test]
fn what_was_imported_is_not_drift() {
    let pages: Vec<_> =
        pages(&folder("import")).into_iter().filter(|(path, _)| path != "line_breaks_lost.md").collect();
    let (api, _) = hire_gen::load_sources(&imported(&pages, true).sources()).unwrap();
    let found = drift(&api, &pages, &Glossary::embedded().unwrap());
    assert_eq!(found.endpoints.len(), api.endpoints.len());
    let changes: Vec<String> =
        found.endpoints.iter().flat_map(|drift| &drift.changes).map(ToString::to_string).collect();
    assert_eq!(changes, Vec::<String>::new());
}

#[test]
fn seed_pages_become_the_specs_that_were_written_by_hand() {
    let Some(docs) = docs() else { return };
    let api = hire_gen::load(&folder("../schema")).unwrap();
    let found = drift(&api, &pages(&docs.join("../seeds")), &Glossary::embedded().unwrap());
    let changes = |drift: &hire_gen::import::drift::EndpointDrift| {
        drift.changes.iter().map(|change| format!("{}: {change}", drift.id)).collect::<Vec<_>>()
    };
    let drifts: Vec<String> = found.endpoints.iter().flat_map(changes).collect();
    assert_eq!(found.endpoints.len(), 5);
    assert_eq!(drifts, Vec::<String>::new());
}

/// `METHOD path` → the lines of its outline, without the parts that only Rust needs.
fn truth(value: &Value) -> (String, Vec<String>) {
    fn lines(fields: &Value, prefix: &str, out: &mut Vec<String>) {
        for field in fields.as_array().into_iter().flatten() {
            let list = "[]".repeat(usize::try_from(field["list"].as_u64().unwrap()).unwrap());
            let path = format!("{prefix}.{}{list}", field["name"].as_str().unwrap());
            let required = field["required"].as_bool().unwrap_or(prefix == "path");
            out.push(format!("{path}\t{}", if required { "required" } else { "optional" }));
            lines(&field["children"], &path, out);
        }
    }
    let mut out = Vec::new();
    lines(&value["path_params"], "path", &mut out);
    lines(&value["query_params"], "query", &mut out);
    lines(&value["body"], "body", &mut out);
    for field in value["response"].as_array().into_iter().flatten() {
        if field["name"] == "data" {
            lines(&field["children"], "data", &mut out);
        }
    }
    let path = value["url"].as_str().unwrap().replace("https://open.feishu.cn", "");
    (format!("{} {path}", value["method"].as_str().unwrap()), out)
}

#[test]
fn real_pages_become_specs_with_their_true_trees() {
    let Some(docs) = docs() else { return };
    let truths = Sources::read_pages(&truth_files(&docs.join("truth"))).unwrap();
    let truths: BTreeMap<String, Vec<String>> =
        truths.iter().map(|(_, text)| truth(&serde_json::from_str(text).unwrap())).collect();
    for dialect in ["a", "b"] {
        let done = imported(&pages(&docs.join(dialect)), true);
        assert_eq!(done.report.errors(), 0, "{dialect}");
        let (api, report) = hire_gen::load_sources(&done.sources()).unwrap();
        let placeholders = report.diagnostics().iter().filter(|found| found.code.as_str() == "H320");
        assert_eq!(placeholders.count(), 0, "the glossary covers these pages");
        let mut differ = BTreeSet::new();
        for endpoint in &api.endpoints {
            let text = outline(&api, endpoint);
            let mut lines = text.lines();
            let call = lines.next().unwrap().to_owned();
            let lines = lines.map(|line| {
                let parts: Vec<&str> = line.split('\t').collect();
                format!("{}\t{}", parts[0], parts[2])
            });
            if truths.get(&call) != Some(&lines.collect()) {
                differ.insert(call);
            }
        }
        assert_eq!(api.endpoints.len(), truths.len(), "{dialect}");
        let expected = [
            // The example corrects the table, and the field has a `fix`.
            "GET /open-apis/search/v1/user",
            "POST /open-apis/hire/v1/talents/combined_create",
            "POST /open-apis/hire/v1/talents/combined_update",
        ];
        assert_eq!(differ.into_iter().collect::<Vec<_>>(), expected, "{dialect}");
    }
}

#[test]
#[ignore = "compiles 247 endpoints, half a minute: `cargo test -p hire-tests --test import -- --ignored`"]
fn specs_of_real_pages_compile_under_denied_warnings() {
    let Some(docs) = docs() else { return };
    let done = imported(&pages(&docs.join("a")), true);
    let (api, _) = hire_gen::load_sources(&done.sources()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let code = emit(&api, &rust::Options { serde: true, format: true, ..rust::Options::default() });
    code.write(&dir.path().join("src/generated")).unwrap();
    let manifest = format!(
        "[package]\nname = \"imported\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         hire-api = {{ path = {:?}, default-features = false, features = [\"derive\", \"serde\"] }}\n",
        folder("../hire-api")
    );
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    let root = "#![deny(warnings)]\n#[path = \"generated/api.rs\"]\npub mod api;\n";
    fs::write(dir.path().join("src/lib.rs"), root).unwrap();
    fs::copy(folder("../Cargo.lock"), dir.path().join("Cargo.lock")).unwrap();
    let checked = std::process::Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet"])
        .current_dir(dir.path())
        .env("CARGO_TARGET_DIR", dir.path().join("target"))
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

fn truth_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(truth_files(&path)) } else { found.push(path) }
    }
    found
}

/// Pages to damage: our own, and a few real ones if available.
fn victims() -> Vec<String> {
    let mut texts: Vec<String> = pages(&folder("import")).into_iter().map(|(_, text)| text).collect();
    if let Some(docs) = std::env::var_os("HIRE_DOCS_DIR") {
        let real = pages(&PathBuf::from(docs).join("b"));
        texts.extend(real.into_iter().step_by(25).map(|(_, text)| text));
    }
    texts
}

/// The names of all rows, except those of the envelope.
fn names(fields: &[PageField], out: &mut BTreeSet<String>) {
    for field in fields {
        out.insert(field.name.clone());
        names(&field.fields, out);
    }
}

/// Imports a text that may not be a page. `check` must accept the output, and every row must be in the output or in the
/// report.
fn survive(text: &str) -> Result<(), TestCaseError> {
    let doc = read_page(text);
    prop_assert!(doc.response.len() <= text.lines().count());
    let done = imported(&[("page.md".to_owned(), text.to_owned())], true);
    let accepted = hire_gen::load_sources(&done.sources());
    prop_assert!(accepted.is_ok() || done.files.is_empty(), "{:?}\n{:#?}", accepted.err(), done.files);
    if done.files.is_empty() {
        prop_assert!(done.report.errors() > 0, "no spec, and no word about it");
        return Ok(());
    }
    let mut rows = BTreeSet::new();
    names(&doc.query, &mut rows);
    names(doc.body.as_deref().unwrap_or_default(), &mut rows);
    doc.response.iter().filter(|field| field.name == "data").for_each(|data| names(&data.fields, &mut rows));
    let said = format!("{}{:?}", done.report, done.files);
    let lost: Vec<&String> = rows.iter().filter(|name| !said.contains(name.as_str())).collect();
    let unnamed = done.report.to_string().contains("no valid field name");
    prop_assert!(lost.is_empty() || unnamed, "{lost:?}\n{said}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_cut_off_anywhere_are_read(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let victims = victims();
        let text: Vec<char> = which.get(&victims).chars().collect();
        let cut: String = text[..at.index(text.len())].iter().collect();
        survive(&cut)?;
    }

    #[test]
    fn pages_with_lines_in_any_order_are_read(which in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let victims = victims();
        let mut lines: Vec<&str> = which.get(&victims).lines().collect();
        let mut state = seed | 1;
        for at in (1..lines.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            lines.swap(at, usize::try_from(state % (at as u64 + 1)).unwrap());
        }
        survive(&lines.join("\n"))?;
    }

    #[test]
    fn pages_with_random_pieces_are_read(
        which in any::<prop::sample::Index>(),
        pieces in prop::collection::vec((any::<prop::sample::Index>(), "(\\PC|[|`*\\[\\](){}<>:：\\-\\\\#&~ \n]){0,12}"), 1..12),
    ) {
        let victims = victims();
        let mut text: Vec<char> = which.get(&victims).chars().collect();
        for (at, piece) in pieces {
            let at = at.index(text.len());
            let end = (at + piece.len() / 2).min(text.len());
            text.splice(at..end, piece.chars());
        }
        survive(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn what_is_no_page_is_read(text in "(\\PC|[|\n#`-]){0,400}") {
        survive(&text)?;
    }
}
