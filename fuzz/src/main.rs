//! Runs the targets on stable, without coverage feedback: it damages, cuts and combines seeds repeatedly.
//!
//! `fuzz/run.sh SECONDS [TARGET..]` gives each target (all by default) this many seconds, on as many at once as there
//! are processors. An input that breaks a target is kept in `artifacts/`; pass its path in place of the target's name, as in
//! `reader-0123456789abcdef`, to run it again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use fastrand::Rng;
use hire_fuzz::{TARGETS, Target};

/// Bytes of an input; the default of libFuzzer.
const LONGEST: usize = 4096;
/// Changes to one input.
const CHANGES: usize = 8;

/// Pieces with a meaning in JSON, headers and pages.
const WORDS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "1.50",
    "9223372036854775808",
    "\"code\":",
    "\"data\":",
    "\"msg\":",
    "\"error\":",
    "\"text\":",
    "\"number\":",
    "\"inner\":{",
    "\"list\":[",
    "\"map\":{",
    "\"any\":",
    "\"flag\":",
    "\"event\":",
    "\"header\":",
    "\"encrypt\":",
    "\"challenge\":",
    "\u{202e}",
    "\u{0}",
    "\n",
    "\n| ",
    " |",
    "\n### ",
    "```",
    "<md-tag>",
];

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(seconds) = arguments.next().and_then(|seconds| seconds.parse().ok()) else {
        eprintln!("error: expected seconds for each target, then names of targets or files of artifacts");
        return ExitCode::from(2);
    };
    let chosen: Vec<String> = arguments.collect();
    let unknown = chosen.iter().find(|name| !TARGETS.iter().any(|target| is(target, name)));
    if let Some(unknown) = unknown {
        eprintln!("error: there is no target `{unknown}`");
        return ExitCode::from(2);
    }
    let jobs = TARGETS.iter().flat_map(|target| {
        let named = chosen.iter().filter(|name| is(target, name)).map(String::as_str);
        named.chain(chosen.is_empty().then_some(target.name)).map(move |name| (target, name))
    });
    let jobs = Mutex::new(jobs);
    let next = || jobs.lock().ok()?.next();
    let work = || {
        let mut held = true;
        while let Some((target, name)) = next() {
            held &= match fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(name)) {
                Ok(input) => survives(target, &input),
                Err(_) => fuzz(target, Duration::from_secs(seconds)),
            };
        }
        held
    };
    let held = thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().all(|worker| worker.join().unwrap_or(false))
    });
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether a name belongs to the target, or to one of its artifacts.
fn is(target: &Target, name: &str) -> bool {
    name.strip_prefix(target.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Runs a target for this long, always with the same inputs in the same order.
fn fuzz(target: &Target, time: Duration) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = target.seeds.iter().map(|seed| root.join("..").join(seed)).collect();
    folders.push(root.join("corpus").join(target.name));
    let seeds = seeds(folders);
    let mut rng = Rng::with_seed(target.name.bytes().fold(7, |seed, byte| seed * 31 + u64::from(byte)));
    let (begun, mut runs) = (Instant::now(), 0_u64);
    for seed in &seeds {
        if !survives(target, seed) {
            return false;
        }
    }
    while begun.elapsed() < time {
        if !survives(target, &input(&mut rng, &seeds)) {
            return false;
        }
        runs += 1;
    }
    println!("{}: {} seeds and {runs} inputs in {} s", target.name, seeds.len(), time.as_secs());
    true
}

/// Runs a target on an input, and keeps the input if it breaks the target.
fn survives(target: &Target, input: &[u8]) -> bool {
    if catch_unwind(|| (target.run)(input)).is_ok() {
        return true;
    }
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let name = format!("{}-{:016x}", target.name, hasher.finish());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
    let kept = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(&name), input));
    match kept {
        Ok(()) => eprintln!("{} does not hold; the input is `fuzz/artifacts/{name}`", target.name),
        Err(error) => eprintln!("{} does not hold, and the input cannot be kept: {error}", target.name),
    }
    false
}

/// Every file that is not too long, in the same order on every machine.
fn seeds(mut open: Vec<PathBuf>) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => paths.push(path),
        }
    }
    paths.sort();
    let texts = paths.iter().filter_map(|path| fs::read(path).ok());
    texts.filter(|text| text.len() <= 4 * LONGEST).collect()
}

/// A seed, or nothing, with some changes.
fn input(rng: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = rng.choice(seeds).filter(|_| rng.u8(..) > 16).cloned().unwrap_or_default();
    for _ in 0..=rng.usize(..CHANGES) {
        change(rng, &mut input, seeds);
    }
    input.truncate(LONGEST);
    input
}

fn change(rng: &mut Rng, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let at = rng.usize(..=input.len());
    let end = (at + rng.usize(..=32)).min(input.len());
    match rng.u8(..7) {
        0 => drop(input.drain(at..end)),
        1 => {
            let word = WORDS[rng.usize(..WORDS.len())];
            input.splice(at..at, word.bytes());
        }
        2 => {
            let word = WORDS[rng.usize(..WORDS.len())];
            input.splice(at..end, word.bytes());
        }
        3 => {
            let bytes: Vec<u8> = (0..rng.usize(1..9)).map(|_| rng.u8(..)).collect();
            input.splice(at..end, bytes);
        }
        4 => {
            let again = input[at..end].to_vec();
            input.splice(at..at, again.repeat(rng.usize(1..4)));
        }
        5 => input.truncate(at),
        _ => {
            if let Some(other) = rng.choice(seeds) {
                let from = rng.usize(..=other.len());
                let to = (from + rng.usize(..=256)).min(other.len());
                input.splice(at..end, other[from..to].iter().copied());
            }
        }
    }
}
