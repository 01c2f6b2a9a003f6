//! The walls of ARCHITECTURE.md that a program can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Path below the root, with `/`, and text of every file with this ending below these folders.
fn files(folders: &[&str], ending: &str) -> Vec<(String, String)> {
    let root = root();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() && !path.is_symlink() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {ending} below {folders:?}");
    found
}

fn sources() -> Vec<(String, String)> {
    files(&["hire-gen/src", "hire-macros/src", "hire-api/src"], ".rs")
}

/// Text without comments and without what stands in its unit tests.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Files, other than those that may, whose code has one of these words.
fn offenders(of: &[(String, String)], words: &[&str], may: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in of {
        if may.iter().any(|may| path.contains(may)) {
            continue;
        }
        let code = code(text);
        found.extend(words.iter().filter(|word| code.contains(**word)).map(|word| format!("{path}: {word}")));
    }
    found
}

#[test]
fn every_file_says_what_it_is_and_is_one_concern() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} does not begin with its one line of purpose");
        let lines = text.lines().count();
        assert!(lines <= 600, "{path} has {lines} lines: split it");
        let name = path.rsplit('/').next().unwrap();
        assert!(
            !["utils.rs", "helpers.rs", "common.rs"].contains(&name),
            "{path}: name it after its concern"
        );
    }
}

#[test]
fn wall_3_generated_code_has_no_control_flow() {
    for (path, text) in files(&["tests/golden/rust"], ".rs") {
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for word in [" if ", " match ", " loop ", " while ", " for ", ".await"] {
            // `impl X for Y` is the one `for` that is not a loop.
            let found =
                code.match_indices(word).any(|(at, _)| word != " for " || !code[..at].contains("impl "));
            assert!(!found, "{path} has `{}`", word.trim());
        }
    }
}

#[test]
fn wall_4_only_source_files_and_out_dir_touch_the_disk() {
    let of = files(&["hire-gen/src"], ".rs");
    let may = ["/source", "/files.rs", "/out_dir.rs", "/main.rs"];
    assert_eq!(offenders(&of, &["std::fs", "fs::"], &may), Vec::<String>::new());
}

#[test]
fn wall_4_spec_knows_no_rust_names_emit_no_yaml_and_check_no_tokens() {
    let of = files(&["hire-gen/src/spec.rs"], ".rs");
    assert_eq!(offenders(&of, &["crate::name", "proc_macro2"], &[]), Vec::<String>::new());
    let of = files(&["hire-gen/src/emit"], ".rs");
    assert_eq!(offenders(&of, &["crate::spec", "crate::source", "serde_yaml"], &[]), Vec::<String>::new());
    let of: Vec<_> =
        sources().into_iter().filter(|(path, _)| path.starts_with("hire-gen/src/check")).collect();
    assert_eq!(offenders(&of, &["proc_macro2", "quote!"], &[]), Vec::<String>::new());
}

#[test]
fn wall_5_nothing_outside_the_schema_reaches_the_output() {
    let of = files(&["hire-gen/src"], ".rs");
    let words = ["HashMap", "HashSet", "SystemTime", "Instant", "env::", "current_dir", "canonicalize"];
    // The mock is a server: it has a clock and connections, and writes no output.
    assert_eq!(offenders(&of, &words, &["/mock/", "/cli/", "/main.rs", "/out_dir.rs"]), Vec::<String>::new());
}

#[test]
fn wall_7_only_transport_says_reqwest() {
    let of = files(&["hire-api/src"], ".rs");
    assert_eq!(offenders(&of, &["reqwest"], &["/transport/", "/builder.rs"]), Vec::<String>::new());
    let (_, builder) = of.iter().find(|(path, _)| path.ends_with("/builder.rs")).unwrap();
    assert!(
        code(builder).matches("reqwest").count() <= 1,
        "builder.rs may name reqwest in one constructor only"
    );
}

#[test]
fn f29_the_client_reads_no_clock_that_can_be_set() {
    let of = files(&["hire-api/src"], ".rs");
    assert_eq!(offenders(&of, &["SystemTime", "UNIX_EPOCH"], &[]), Vec::<String>::new());
}

#[test]
fn x07_no_caller_can_set_a_header() {
    let of = files(&["hire-api/src"], ".rs");
    let words = ["fn header(", "fn headers(", "fn with_header"];
    let may = ["/transport/"];
    assert_eq!(offenders(&of, &words, &may), Vec::<String>::new());
}

#[test]
fn x18_the_generator_knows_no_network_no_programs_and_no_environment() {
    let of = files(&["hire-gen/src"], ".rs");
    let words = ["std::net", "process::Command", "env::var"];
    // The mock is a server on loopback; a build script is told by variables where to write, a terminal whether it has
    // colours; git knows what a revision holds.
    let may = ["/mock/", "/cli/mock.rs", "/cli/diff/revision.rs", "/out_dir.rs", "/main.rs"];
    assert_eq!(offenders(&of, &words, &may), Vec::<String>::new());
}

#[test]
fn x19_nothing_from_the_wire_can_make_generated_code_panic() {
    let api = hire_gen::load(&root().join("schema")).unwrap_or_else(|problems| panic!("{problems}"));
    let options = hire_gen::emit::Options::default();
    for (path, text) in hire_gen::emit::emit(&api, &options).iter() {
        let code = code(text);
        for word in
            ["unwrap()", "expect(", "panic!", "unreachable!", "todo!", "unsafe {", "unsafe fn", "assert!"]
        {
            assert!(!code.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn every_resource_has_its_feature_and_every_feature_its_resource() {
    let root = root();
    let mut resources = BTreeSet::new();
    for (path, _) in files(&["schema"], ".yaml") {
        if let [_, service, version, resource, _] = path.split('/').collect::<Vec<_>>()[..]
            && resource != "types"
        {
            resources.insert(format!("{service}-{version}-{resource}"));
        }
    }
    let manifest = fs::read_to_string(root.join("hire-api/Cargo.toml")).unwrap();
    let features: BTreeSet<String> = manifest
        .lines()
        .filter_map(|line| line.strip_suffix(" = []"))
        .filter(|name| name.matches('-').count() == 2)
        .map(str::to_owned)
        .collect();
    assert_eq!(features, resources, "features of hire-api/Cargo.toml against the folders of schema/");
    let (_, full) = manifest.split_once("\nfull = [").unwrap();
    let (full, _) = full.split_once(']').unwrap();
    for resource in &resources {
        assert!(full.contains(&format!("\"{resource}\"")), "`full` leaves out `{resource}`");
    }
}

#[test]
fn every_allow_has_its_reason() {
    for (path, text) in sources() {
        for (at, _) in text.match_indices("#[allow(").chain(text.match_indices("#[expect(")) {
            let attribute = text[at..].split("]\n").next().unwrap();
            // Code that a macro writes into other crates is not ours to explain there.
            let generated = path.starts_with("hire-macros/");
            assert!(generated || attribute.contains("reason"), "{path}: {attribute}]");
        }
    }
}
