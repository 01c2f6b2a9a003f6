//! The rules of ARCHITECTURE.md that a program can check.

#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/twins.rs"]
mod twins;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The path below the root, with `/`, and the text of every file with this ending below these folders.
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

/// Text without comments and without unit tests.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Files, except the allowed ones, whose code contains one of these words.
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
fn rule_3_generated_code_has_no_control_flow() {
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
fn rule_4_only_source_files_and_out_dir_touch_the_disk() {
    let of = files(&["hire-gen/src"], ".rs");
    let may = ["/read/source/", "/rust/files.rs", "/rust/out_dir.rs", "/main.rs"];
    assert_eq!(offenders(&of, &["std::fs", "fs::"], &may), Vec::<String>::new());
}

#[test]
fn rule_4_spec_knows_no_rust_names_emit_no_yaml_and_check_no_tokens() {
    let of = files(&["hire-gen/src/read/spec"], ".rs");
    assert_eq!(offenders(&of, &["resolve::name", "proc_macro2"], &[]), Vec::<String>::new());
    let of = files(&["hire-gen/src/rust"], ".rs");
    assert_eq!(
        offenders(&of, &["read::spec", "read::source", "serde_yaml"], &["/files.rs", "/out_dir.rs"]),
        Vec::<String>::new()
    );
    let of: Vec<_> =
        sources().into_iter().filter(|(path, _)| path.starts_with("hire-gen/src/resolve/check")).collect();
    assert_eq!(offenders(&of, &["proc_macro2", "quote!"], &[]), Vec::<String>::new());
}

#[test]
fn rule_5_nothing_outside_the_schema_reaches_the_output() {
    let of = files(&["hire-gen/src"], ".rs");
    let words = ["HashMap", "HashSet", "SystemTime", "Instant", "env::", "current_dir", "canonicalize"];
    // The mock is a server: it has a clock and connections, and writes no output. The state of a folder is only compared.
    let may = ["/mock/", "/cli/", "/main.rs", "/out_dir.rs", "/source/state.rs"];
    assert_eq!(offenders(&of, &words, &may), Vec::<String>::new());
}

#[test]
fn rule_7_only_transport_says_reqwest_and_no_feature_of_it_is_enabled() {
    let of = files(&["hire-api/src"], ".rs");
    assert_eq!(offenders(&of, &["reqwest"], &["/transport/", "/builder.rs"]), Vec::<String>::new());
    let (_, builder) = of.iter().find(|(path, _)| path.ends_with("/builder.rs")).unwrap();
    assert!(code(builder).split("mod tests").next().unwrap().matches("reqwest::").count() <= 1);
    // Cargo enables features for the whole program: another TLS would affect every crate in it.
    let manifests: Vec<String> = ["Cargo.toml", "hire-api/Cargo.toml"]
        .iter()
        .map(|path| std::fs::read_to_string(root().join(path)).unwrap())
        .collect();
    assert!(manifests[0].contains("\nreqwest = { version = \"0.13\", default-features = false }\n"));
    for enables in ["\"reqwest/", "\"reqwest?/"] {
        assert!(!manifests[1].contains(enables), "hire-api enables a feature of reqwest");
    }
    let line = manifests[1].lines().filter(|line| line.starts_with("reqwest = ")).collect::<Vec<_>>();
    assert_eq!(line, ["reqwest = [\"dep:reqwest\"]", "reqwest = { workspace = true, optional = true }"]);
}

#[test]
fn f29_the_client_reads_no_clock_that_can_be_set() {
    let of = files(&["hire-api/src"], ".rs");
    // Dates of other machines and data that outlives the process need the time of day; a file's time is only compared.
    let may = ["/clock.rs", "/wire/form.rs"];
    assert_eq!(offenders(&of, &["SystemTime", "UNIX_EPOCH"], &may), Vec::<String>::new());
    // A gateway's `Retry-After` may be a date, and such answers have no other time.
    let may = ["/clock.rs", "/event/webhook.rs", "/sign_in/", "/transport/mod.rs"];
    assert_eq!(offenders(&of, &["clock::"], &may), Vec::<String>::new());
}

#[test]
fn x18_the_generator_knows_no_network_no_programs_and_no_environment() {
    let of = files(&["hire-gen/src"], ".rs");
    let words = ["std::net", "process::Command", "env::var"];
    // The mock is a server on loopback; a build script reads variables that tell it where to write; the command line
    // checks the terminal for colours and runs git.
    let may = ["/mock/", "/cli/mock.rs", "/cli/diff/revision.rs", "/out_dir.rs", "/main.rs"];
    assert_eq!(offenders(&of, &words, &may), Vec::<String>::new());
}

#[test]
fn x19_nothing_from_the_wire_can_make_generated_code_panic() {
    let api = hire_gen::load(&root().join("schema")).unwrap_or_else(|problems| panic!("{problems}"));
    let options = hire_gen::rust::Options::default();
    for (path, text) in hire_gen::rust::emit(&api, &options).iter() {
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
    let (schema, manifest) = (root().join("schema"), root().join("hire-api/Cargo.toml"));
    let (schema, manifest) = (schema.display().to_string(), manifest.display().to_string());
    let command = ["hire-gen", "features", "--schema", &schema, "--manifest", &manifest];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = hire_gen::cli::run(command, &mut out, &mut err, false).unwrap();
    assert_eq!(code, 0, "{}{}", String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
}

#[test]
fn every_allow_has_its_reason() {
    for (path, text) in sources() {
        for (at, _) in text.match_indices("#[allow(").chain(text.match_indices("#[expect(")) {
            let attribute = text[at..].split("]\n").next().unwrap();
            // Code that a macro writes into other crates is not explained there.
            let generated = path.starts_with("hire-macros/");
            assert!(generated || attribute.contains("reason"), "{path}: {attribute}]");
        }
    }
}
