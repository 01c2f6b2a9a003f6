//! Compiles hire-api once with every operator, condition, whole number and statement of its core behind a number, and
//! runs the tests with one change enabled at a time. A change that no test detects is a gap in the tests.
//!
//! `cargo run --release --manifest-path tests/mutants/Cargo.toml -- [--sample 300] [--seed 1] [--jobs 2] [--only PATH[:LINE],..]`

mod sites;
mod tree;
mod verdict;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Mutex;

use tree::Source;
use verdict::{Baseline, Verdict};

struct Options {
    sample: usize,
    seed: u64,
    jobs: usize,
    only: String,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options { sample: 300, seed: 1, jobs: 2, only: String::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--sample" => options.sample = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            "--jobs" => options.jobs = value.parse()?,
            "--only" => options.only = value,
            _ => {
                return Err(
                    format!("unknown option {name}: --sample, --seed, --jobs and --only are known").into()
                );
            }
        }
    }
    Ok(options)
}

/// Changes that no test can notice, each line `path: change in `source line` — reason`.
const EQUIVALENT: &str = include_str!("../equivalent.txt");

fn equivalent(source: &Source, mutant: &sites::Mutant, shown: &str) -> bool {
    let line = source.text.lines().nth(mutant.line - 1).unwrap_or_default().trim();
    let known = format!("{}: {shown} in `{line}` — ", source.path);
    EQUIVALENT.lines().any(|line| line.starts_with(&known))
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("no repository")?;
    let work =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into).join("mutants");
    let (copy, target) = (work.join("tree"), work.join("build"));
    let mut sources = tree::sources(root)?;
    let all: usize = sources.iter().map(|source| source.mutants.len()).sum();
    tree::copy(root, &copy, &sources)?;
    let (programs, left_out) = tree::build(&copy, &target, &mut sources)?;
    eprintln!("{all} changes, {left_out} of them do not compile");
    let baseline = Baseline::measure(&programs, &work.join("seen"))?;

    let mut drawn: Vec<(&Source, &sites::Mutant)> =
        sources.iter().flat_map(|source| source.mutants.iter().map(move |mutant| (source, mutant))).collect();
    drawn.retain(|(source, mutant)| {
        let place = format!("{}:{}", source.path, mutant.line);
        options.only.split(',').any(|only| place == only || source.path.contains(only))
    });
    fastrand::Rng::with_seed(options.seed).shuffle(&mut drawn);
    drawn.truncate(options.sample);

    let next = Mutex::new(drawn.into_iter());
    let verdicts: Mutex<Vec<(String, String, Verdict)>> = Mutex::default();
    std::thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let worker = || -> Result<(), String> {
            loop {
                // The lock is released before the tests run.
                let drawn = next.lock().map_err(|error| error.to_string())?.next();
                let Some((source, mutant)) = drawn else { break };
                let verdict = baseline.judge(&programs, mutant.number).map_err(|error| error.to_string())?;
                let shown = mutant.shown(&source.text);
                eprintln!("{}:{}: {shown}: {verdict:?}", source.path, mutant.line);
                let place = format!("{}:{}", source.path, mutant.line);
                let known = equivalent(source, mutant, &shown);
                let mut verdicts = verdicts.lock().map_err(|error| error.to_string())?;
                if !(known && matches!(verdict, Verdict::Missed | Verdict::Unreached)) {
                    verdicts.push((place, shown, verdict));
                }
            }
            Ok(())
        };
        let workers: Vec<_> = (0..options.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            worker.join().map_err(|_| "a worker panicked")??;
        }
        Ok(())
    })?;
    let mut verdicts = verdicts.into_inner()?;
    verdicts.sort_by(|a, b| a.0.cmp(&b.0));
    report(&verdicts);
    Ok(())
}

fn report(verdicts: &[(String, String, Verdict)]) {
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (place, _, verdict) in verdicts {
        let below = place.trim_start_matches("hire-api/src/");
        let row = table.entry(below.split('/').next().unwrap_or(below)).or_default();
        let column = match verdict {
            Verdict::Caught(_) => 0,
            Verdict::Hung => 1,
            Verdict::Missed => 2,
            Verdict::Unreached => 3,
        };
        row[column] += 1;
    }
    println!("| hire-api/src | caught | hung | missed | reached by no test |\n|---|---|---|---|---|");
    let mut sum = [0; 4];
    for (name, row) in &table {
        println!("| {name} | {} | {} | {} | {} |", row[0], row[1], row[2], row[3]);
        sum.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    println!("| all | {} | {} | {} | {} |\n", sum[0], sum[1], sum[2], sum[3]);
    println!("found: {:.1} %\n", 100.0 * (sum[0] + sum[1]) as f64 / verdicts.len().max(1) as f64);
    for (place, shown, verdict) in verdicts {
        if matches!(verdict, Verdict::Missed | Verdict::Unreached) {
            println!("- {place}: {shown}: {verdict:?}");
        }
    }
}
