//! A copy of the repository with every change of hire-api, built.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sites::{Mutant, What, find, splice};

/// The changed folders and files of `hire-api/src`.
pub const CHANGED: [&str; 6] = ["call", "wire", "check", "file", "transport", "error"];

const FEATURES: &str = "tracing,blocking,redis,axum,sign-in,long-connection,serde";

/// The commands for building and testing, as in `.ci/run`.
const API: [&str; 18] = [
    "-p",
    "hire-api",
    "--features",
    FEATURES,
    "--lib",
    "--test",
    "client",
    "--test",
    "blocking",
    "--test",
    "redis",
    "--test",
    "events",
    "--test",
    "sign_in",
    "--test",
    "long_connection",
    "--test",
];
const API_LAST: &str = "import_talents";
const ACROSS: [&str; 10] = [
    "-p",
    "hire-tests",
    "--test",
    "examples",
    "--test",
    "odd_answers",
    "--test",
    "shapes",
    "--test",
    "every_endpoint",
];

/// The module that changed code asks: which change is enabled, and which were reached.
const MUTANTS_RS: &str = r#"//! Which change is on.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

static ON: LazyLock<Option<u32>> = LazyLock::new(|| std::env::var("HIRE_MUTANT").ok()?.parse().ok());
static SEEN: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let path = std::env::var_os("HIRE_MUTANTS_SEEN")?;
    Some(Mutex::new(File::options().append(true).create(true).open(path).ok()?))
});

thread_local! {
    static KNOWN: RefCell<HashSet<u32>> = RefCell::default();
}

pub(crate) fn on(number: u32) -> bool {
    if let Some(seen) = &*SEEN {
        let is_new = KNOWN.try_with(|known| known.borrow_mut().insert(number)).unwrap_or(true);
        if let (true, Ok(mut file)) = (is_new, seen.lock()) {
            let name = std::thread::current().name().unwrap_or_default().to_owned();
            let _ = file.write_all(format!("{number}\t{name}\n").as_bytes());
        }
    }
    *ON == Some(number)
}
"#;

/// A file of hire-api and its changes.
pub struct Source {
    /// Below the repository, with `/`.
    pub path: String,
    pub text: String,
    pub mutants: Vec<Mutant>,
}

/// A test program of the changed crate.
pub struct Program {
    pub name: String,
    pub path: PathBuf,
    pub folder: PathBuf,
}

/// Finds every change.
pub fn sources(root: &Path) -> Result<Vec<Source>, Box<dyn Error>> {
    let (mut sources, mut next) = (Vec::new(), 0);
    for path in tracked(root)? {
        let below = path.strip_prefix("hire-api/src/").unwrap_or_default();
        let first = below.split(['/', '.']).next().unwrap_or_default();
        let is_test = path.contains("fuzzing") || path.ends_with("/tests.rs");
        if !path.ends_with(".rs") || !CHANGED.contains(&first) || is_test {
            continue;
        }
        let text = fs::read_to_string(root.join(&path))?;
        let mutants = find(&text, next).map_err(|error| format!("{path}: {error}"))?;
        next += mutants.len();
        sources.push(Source { path, text, mutants });
    }
    Ok(sources)
}

fn tracked(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let out = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output()?;
    let text = String::from_utf8(out.stdout)?;
    Ok(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn write_if_other(path: &Path, text: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Copies the repository, except for the changed files.
pub fn copy(root: &Path, tree: &Path, sources: &[Source]) -> Result<(), Box<dyn Error>> {
    let changed: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    for path in tracked(root)? {
        let (from, to) = (root.join(&path), tree.join(&path));
        if from.is_symlink() {
            if !to.is_symlink() {
                std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
            }
        } else if path == "hire-api/src/lib.rs" {
            let text = fs::read_to_string(&from)?;
            // The attributes and documentation of a crate come first.
            let at = text.find("\nmod ").ok_or("hire-api/src/lib.rs has no module")?;
            let (head, tail) = text.split_at(at);
            write_if_other(&to, format!("{head}\nmod mutants;{tail}").as_bytes())?;
        } else if from.is_file() && !changed.contains(path.as_str()) {
            write_if_other(&to, &fs::read(&from)?)?;
        }
    }
    Ok(write_if_other(&tree.join("hire-api/src/mutants.rs"), MUTANTS_RS.as_bytes())?)
}

fn api() -> Vec<&'static str> {
    API.into_iter().chain([API_LAST]).collect()
}

/// Writes the changes, drops those that do not compile, and builds the tests. Returns how many were dropped.
pub fn build(
    tree: &Path,
    target: &Path,
    sources: &mut [Source],
) -> Result<(Vec<Program>, usize), Box<dyn Error>> {
    let mut left_out = 0;
    loop {
        let mut places: BTreeMap<&str, Vec<(usize, Range<usize>)>> = BTreeMap::new();
        for source in &*sources {
            let (text, at) = splice(&source.text, &source.mutants);
            write_if_other(&tree.join(&source.path), text.as_bytes())?;
            places.insert(&source.path, at);
        }
        let deleted = sources.iter().flat_map(|source| &source.mutants);
        let deleted =
            deleted.filter(|mutant| mutant.what == What::Deleted).map(|mutant| mutant.number).collect();
        let mut wrong = BTreeSet::new();
        let library: [&[&str]; 2] =
            [&["-p", "hire-api", "--features", FEATURES, "--lib"], &["-p", "hire-tests"]];
        for what in library {
            let messages = cargo(tree, target, "check", what)?;
            for error in messages.iter().filter(|message| level(message) == Some("error")) {
                wrong.extend(blamed(error, &places, &deleted));
                if wrong.is_empty() && !error["message"]["spans"].as_array().is_some_and(Vec::is_empty) {
                    return Err(format!("no change is to blame for: {}", error["message"]["rendered"]).into());
                }
            }
            if !wrong.is_empty() {
                break;
            }
        }
        if wrong.is_empty() {
            break;
        }
        eprintln!("{} changes do not compile", wrong.len());
        left_out += wrong.len();
        for source in &mut *sources {
            source.mutants.retain(|mutant| !wrong.contains(&mutant.number));
        }
    }
    let mut programs = Vec::new();
    for what in [&api()[..], &ACROSS] {
        let what: Vec<&str> = what.iter().copied().chain(["--no-run"]).collect();
        for message in cargo(tree, target, "test", &what)? {
            let Some(path) = message["executable"].as_str().filter(|_| message["profile"]["test"] == true)
            else {
                continue;
            };
            let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
            programs.push(Program {
                name: message["target"]["name"].as_str().unwrap_or_default().to_owned(),
                path: path.into(),
                folder: manifest.parent().unwrap_or(tree).to_owned(),
            });
        }
    }
    if programs.is_empty() {
        return Err("the tests of the changed crate do not compile".into());
    }
    Ok((programs, left_out))
}

fn cargo(tree: &Path, target: &Path, verb: &str, what: &[&str]) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut command = Command::new("cargo");
    command.args([verb, "--locked", "--message-format=json"]).args(what).current_dir(tree);
    command.env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0").stderr(Stdio::null());
    // The tests run hundreds of times.
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "0");
    let out = command.output()?;
    let lines = out.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.map(serde_json::from_slice).collect::<Result<_, _>>()?)
}

fn level(message: &Value) -> Option<&str> {
    message["message"]["level"].as_str()
}

/// The innermost changes that contain an error; if an error contains changes, those inside it; otherwise the deleted
/// statement that is nearest to it.
fn blamed(
    error: &Value,
    places: &BTreeMap<&str, Vec<(usize, Range<usize>)>>,
    deleted: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    let (mut found, mut nearest) = (BTreeSet::new(), Vec::new());
    let spans = error["message"]["spans"].as_array().into_iter().flatten();
    for span in spans {
        let Some(places) = span["file_name"].as_str().and_then(|path| places.get(path)) else { continue };
        let number =
            |key: &str| span[key].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or_default();
        let (start, end) = (number("byte_start"), number("byte_end"));
        let around = places.iter().filter(|(_, place)| place.start <= start && end <= place.end);
        let least = around.clone().map(|(_, place)| place.len()).min();
        let innermost = around.filter(|(_, place)| Some(place.len()) == least).map(|(number, _)| *number);
        let before = found.len();
        found.extend(innermost);
        if found.len() == before {
            let inside = places.iter().filter(|(_, place)| start <= place.start && place.end <= end);
            found.extend(inside.map(|(number, _)| *number));
        }
        let apart = |place: &Range<usize>| place.start.abs_diff(end).min(start.abs_diff(place.end));
        nearest.extend(places.iter().map(|(number, place)| (apart(place), *number)));
    }
    // A deleted `return` no longer leaves a loop, or a deleted `.await` no longer consumes a future.
    if found.is_empty() {
        nearest.retain(|(_, number)| deleted.contains(number));
        found.extend(nearest.into_iter().min().map(|(_, number)| number));
    }
    found
}
