//! The compiler decides what breaks: for every pair, a program that uses the whole old version is compiled against the
//! new one. It must compile exactly if the diff reports no break in Rust.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hire_gen::diff::{Impact, Kind, diff};
use hire_gen::ir::Api;
use hire_gen::rust::{Options, emit};
use serde_json::Value;

use super::{cases, edits, folder, program};

/// A program of the old version on the code of the new one.
struct Trial {
    name: String,
    old: Api,
    new: Api,
    /// The verdict of the diff.
    breaks: bool,
}

#[test]
fn the_compiler_agrees_on_what_breaks() {
    let mut trials = Vec::new();
    for (name, old, new) in cases() {
        // Base URLs become constants only inside hire-api, which no test crate is.
        if name != "base_urls" {
            trials.push(trial(&format!("{name}_itself"), &old, &old));
            trials.push(trial(&format!("{name}_back"), &new, &old));
            trials.push(trial(&name, &old, &new));
        }
    }
    let broken = run("diff", &trials);
    assert!(broken > 40 && trials.len() - broken > 50, "{broken} of {}", trials.len());
}

#[test]
#[ignore = "takes ten minutes: every edit of the golden schema is compiled"]
fn the_compiler_agrees_on_every_edit() {
    let texts = edits::read(&folder("golden/schema"), "");
    let old = edits::load(&texts).unwrap();
    let mut trials = vec![trial("itself", &old, &old)];
    for (number, (_, texts)) in edits::edits(&texts).into_iter().enumerate() {
        let new = edits::load(&texts).filter(|new| edits::emitted(new) != edits::emitted(&old));
        // The compiler cannot detect swapped arguments of one type.
        let new = new.filter(|new| !exchanges_arguments(&old, new));
        trials.extend(new.map(|new| trial(&format!("edit_{number}"), &old, &new)));
    }
    let broken = run("edits", &trials);
    assert!(broken > 100, "{broken} of {}", trials.len());
}

/// Compiles all of them, and returns how many break as expected.
fn run(folder: &str, trials: &[Trial]) -> usize {
    let dir = crate_dir(folder);
    for trial in trials {
        write(&dir, &trial.name, &trial.old, &trial.new);
    }
    let failed = failed(&dir);
    let mut wrong = String::new();
    for trial in trials {
        let fails = failed.contains(&trial.name);
        if fails != trial.breaks {
            let said = diff(&trial.old, &trial.new).to_text(false);
            let compiles = if fails { "does not compile" } else { "compiles" };
            wrong += &format!("{} {compiles}, and the diff says:\n{said}\n", trial.name);
        }
    }
    assert!(wrong.is_empty(), "in {}:\n{wrong}", dir.display());
    failed.len()
}

fn exchanges_arguments(old: &Api, new: &Api) -> bool {
    diff(old, new).changes.iter().any(|change| change.kind == Kind::ArgumentOrder)
}

fn trial(name: &str, old: &Api, new: &Api) -> Trial {
    let changes = diff(old, new).changes;
    let breaks = changes.iter().any(|change| change.impact == Impact::Breaking && change.rust);
    Trial { name: name.to_owned(), old: old.clone(), new: new.clone(), breaks }
}

/// A separate empty crate with this workspace's versions of all dependencies, so that nothing is downloaded.
fn crate_dir(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if dir.join("src").exists() {
        fs::remove_dir_all(dir.join("src")).unwrap();
    }
    fs::create_dir_all(&dir).unwrap();
    let hire_api = root.join("hire-api").display().to_string().replace('\\', "/");
    let manifest = format!(
        "[package]\nname = \"diff\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         hire-api = {{ path = \"{hire_api}\", default-features = false, features = [\"derive\", \"events\"] }}\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    dir
}

/// A binary: the code of `new`, and in each file a program that uses the same file of `old`.
fn write(dir: &Path, name: &str, old: &Api, new: &Api) {
    let options = Options { format: true, events: true, ..Options::default() };
    let bin = dir.join("src/bin").join(name);
    let mut files: Vec<(String, String)> =
        emit(new, &options).iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    for (path, text) in emit(old, &options).iter() {
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, file)) => file.push_str(&program::uses(text)),
            // A missing module takes its contents with it.
            None => files[0].1 += &format!("compile_error!(\"{path} is gone\");\n"),
        }
    }
    for (path, text) in files {
        let file = bin.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    fs::write(bin.join("main.rs"), "#[path = \"api.rs\"]\nmod api;\nfn main() {}\n").unwrap();
}

/// The binaries that do not compile.
fn failed(dir: &Path) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--keep-going",
            "--bins",
            "--message-format=json",
            "--target-dir",
            "../diff/target",
        ])
        .current_dir(dir)
        .output()
        .unwrap();
    let messages: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let done = messages.iter().any(|message| message["reason"] == "build-finished");
    let checked = messages.iter().any(|message| message["target"]["name"] == "hire_api");
    assert!(done && checked, "{}", String::from_utf8_lossy(&output.stderr));
    let errors = messages.iter().filter(|message| message["message"]["level"] == "error");
    errors.map(|message| message["target"]["name"].as_str().unwrap().to_owned()).collect()
}
