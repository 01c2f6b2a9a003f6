//! Runs the tests with one change enabled, and reports whether one of them failed.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::tree::Program;

/// The result of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// This program, or test, failed.
    Caught(String),
    /// The tests timed out.
    Hung,
    /// Every test passed.
    Missed,
    /// No test reaches it.
    Unreached,
}

/// Which tests reach which change, and how long each program takes without a change.
pub struct Baseline {
    took: Vec<Duration>,
    /// For each program, the names of the threads that reach a change: a test's own, or another.
    reached: Vec<BTreeMap<usize, BTreeSet<String>>>,
}

enum Run {
    Passed,
    Failed,
    Hung,
}

fn run(
    program: &Program,
    arguments: &[&str],
    variable: (&str, &str),
    limit: Duration,
) -> Result<Run, Box<dyn Error>> {
    let mut command = Command::new(&program.path);
    command.args(arguments).env(variable.0, variable.1).current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder).env_remove("RUST_BACKTRACE");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let (told, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if told.send(line).is_err() {
                return;
            }
        }
    });
    let until = Instant::now() + limit;
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) if line.starts_with("test ") && line.ends_with("FAILED") => {
                return stop(child, Run::Failed);
            }
            Ok(_) => {}
            Err(mpsc::RecvTimeoutError::Timeout) => return stop(child, Run::Hung),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(if child.wait()?.success() { Run::Passed } else { Run::Failed })
}

fn stop(mut child: Child, run: Run) -> Result<Run, Box<dyn Error>> {
    child.kill()?;
    child.wait()?;
    Ok(run)
}

impl Baseline {
    /// Runs everything without a change; fails if a test fails.
    pub fn measure(programs: &[Program], notes: &Path) -> Result<Self, Box<dyn Error>> {
        let (mut took, mut reached) = (Vec::new(), Vec::new());
        for program in programs {
            let _ = fs::remove_file(notes);
            let started = Instant::now();
            // Recording takes time itself.
            let none = ("HIRE_MUTANT", "");
            let recorded = ("HIRE_MUTANTS_SEEN", &*notes.to_string_lossy());
            for (variable, is_timed) in [(none, true), (recorded, false)] {
                if !matches!(run(program, &[], variable, Duration::from_secs(1200))?, Run::Passed) {
                    return Err(format!("{} fails without a change", program.name).into());
                }
                if is_timed {
                    took.push(started.elapsed());
                }
            }
            let mut seen: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
            for line in fs::read_to_string(notes).unwrap_or_default().lines() {
                if let Some((number, name)) = line.split_once('\t') {
                    seen.entry(number.parse()?).or_default().insert(name.to_owned());
                }
            }
            eprintln!("{}: {:.1?}, reaches {} changes", program.name, started.elapsed(), seen.len());
            reached.push(seen);
        }
        Ok(Self { took, reached })
    }

    /// First the tests whose own thread reaches the change, then every program that reaches it.
    pub fn judge(&self, programs: &[Program], number: usize) -> Result<Verdict, Box<dyn Error>> {
        let variable = number.to_string();
        let reached = |at: usize| self.reached.get(at).and_then(|seen| seen.get(&number));
        // A whole program can take longer while another one runs beside it; a few of its tests cannot.
        let limit = |at: usize, whole: bool| {
            let took = self.took.get(at).copied().unwrap_or_default();
            took * if whole { 3 } else { 1 } + Duration::from_secs(30)
        };
        if (0..programs.len()).all(|at| reached(at).is_none()) {
            return Ok(Verdict::Unreached);
        }
        for whole in [false, true] {
            for (at, program) in programs.iter().enumerate() {
                let Some(names) = reached(at) else { continue };
                let own =
                    names.iter().filter(|name| name.contains("::") || name.contains('_')).map(String::as_str);
                let mut arguments: Vec<&str> = if whole { Vec::new() } else { own.take(40).collect() };
                if !whole && arguments.is_empty() {
                    continue;
                }
                if !whole {
                    arguments.push("--exact");
                }
                match run(program, &arguments, ("HIRE_MUTANT", &variable), limit(at, whole))? {
                    Run::Failed => return Ok(Verdict::Caught(program.name.clone())),
                    Run::Hung => return Ok(Verdict::Hung),
                    Run::Passed => {}
                }
            }
        }
        Ok(Verdict::Missed)
    }
}
