//! The command line: takes arguments, writes text to the given outputs, and returns an exit code.

mod check;
mod deliveries;
mod diff;
mod docs;
mod drift;
mod explain;
mod features;
mod folder;
mod generate;
mod import;
mod json_schema;
mod list;
mod mock;
mod new;
mod openapi;
mod resources;
mod sarif;
mod scopes;
mod show;
#[cfg(feature = "stage")]
mod stage;
mod watch;
mod written;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::read::report::Report;
use crate::read::source::Sources;
use crate::resolve::ir::Api;

/// Success.
const FINE: u8 = 0;
/// The schema is wrong, or the output cannot be written.
const WRONG: u8 = 1;
/// The command is invalid.
const USAGE: u8 = 2;

/// Reads endpoint specs in YAML and writes a typed Rust client.
#[derive(Parser)]
#[command(name = "hire-gen", bin_name = "hire-gen", version)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Report everything that is wrong with the schema
    Check(check::Check),
    /// Write the Rust client as files
    Generate(generate::Generate),
    /// List the endpoints
    List(list::List),
    /// Describe an endpoint, or list all of them
    Show(show::Show),
    /// List the fewest scopes that the given endpoints need
    Scopes(scopes::Scopes),
    /// Write the skeleton of a spec, for an endpoint without a page
    New(new::New),
    /// Explain a diagnostic in detail
    Explain(explain::Explain),
    /// Compare the Cargo features of hire-api with the resources of the schema, or update them
    Features(features::Features),
    /// Print a shell completion script
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the JSON Schemas of the language, for completion and checks in editors
    JsonSchema(json_schema::JsonSchema),
    /// Show what a version of the schema changes for callers: what breaks, what is new, and what only affects texts
    Diff(diff::Diff),
    /// Write the schema as an OpenAPI document
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    /// Turn documentation pages into specs
    Import(import::Import),
    /// Compare the schema with freshly saved pages
    Drift(drift::Drift),
    /// List documented endpoints without a spec, and specs without a page
    Coverage(drift::Coverage),
    /// Serve the schema on loopback, checking requests and answering with the documented examples
    Mock(mock::Serve),
    /// Write a reference site as HTML pages
    Docs(docs::Docs),
    /// Write the packages of this repository as they are published
    #[cfg(feature = "stage")]
    Stage(stage::Stage),
}

/// The schema to read.
#[derive(Args)]
struct Schema {
    /// Schema folder [default: `schema`, here or in the nearest parent folder]
    #[arg(long = "schema", value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Output formats.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The destination of text.
struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    colour: bool,
}

/// Runs a command line and returns the exit code: 0 on success, 1 if the schema is wrong or the output cannot be
/// written, 2 if the command is invalid. `colour` allows escape sequences.
///
/// # Errors
///
/// If `out` or `err` cannot be written, such as a closed pipe.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    colour: bool,
) -> io::Result<u8> {
    let mut output = Output { out, err, colour };
    match Command::try_parse_from(arguments) {
        Ok(Command { verb }) => verb.run(&mut output),
        Err(error) => usage(&error, &mut output),
    }
}

impl Verb {
    fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        match self {
            Self::Check(check) => check.run(output),
            Self::Generate(generate) => generate.run(output),
            Self::List(list) => list.run(output),
            Self::Show(show) => show.run(output),
            Self::Scopes(scopes) => scopes.run(output),
            Self::New(new) => new.run(output),
            Self::Explain(explain) => explain.run(output),
            Self::Features(features) => features.run(output),
            Self::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Command::command(), "hire-gen", &mut script);
                output.out.write_all(&script)?;
                Ok(FINE)
            }
            Self::JsonSchema(json_schema) => json_schema.run(output),
            Self::Diff(diff) => diff.run(output),
            Self::OpenApi(openapi) => openapi.run(output),
            Self::Import(import) => import.run(output),
            Self::Drift(drift) => drift.run(output),
            Self::Coverage(coverage) => coverage.run(output),
            Self::Mock(mock) => mock.run(output),
            Self::Docs(docs) => docs.run(output),
            #[cfg(feature = "stage")]
            Self::Stage(stage) => stage.run(output),
        }
    }
}

/// Help and the version are answers, not errors.
fn usage(error: &clap::Error, output: &mut Output<'_>) -> io::Result<u8> {
    let text = error.render();
    let text = if output.colour { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        output.err.write_all(text.as_bytes())?;
        return Ok(USAGE);
    }
    output.out.write_all(text.as_bytes())?;
    Ok(FINE)
}

impl Schema {
    /// The Api, or `None` after reporting every error. Only `hire-gen check` shows warnings.
    fn load(&self, output: &mut Output<'_>) -> io::Result<Option<Api>> {
        Ok(output.load(&Sources::read(&self.folder()))?.map(|(api, _)| api))
    }

    fn folder(&self) -> PathBuf {
        self.dir.clone().unwrap_or_else(folder::here)
    }

    /// The named schema, the schema of a file, or the schema of the working folder.
    fn folder_of(&self, file: &Path) -> PathBuf {
        let default = self.folder();
        match &self.dir {
            None if folder::inside(&default, file).is_none() => folder::of(file).unwrap_or(default),
            _ => default,
        }
    }
}

impl Output<'_> {
    /// The Api and its warnings, or `None` after reporting every error.
    fn load(&mut self, sources: &Sources) -> io::Result<Option<(Api, Report)>> {
        match crate::resolve::load_sources(sources) {
            Ok(loaded) => Ok(Some(loaded)),
            Err(errors) => {
                self.report(&errors)?;
                writeln!(self.err, "{}", found(&errors))?;
                Ok(None)
            }
        }
    }

    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.err.write_all(crate::read::render::render(report, self.colour).as_bytes())
    }

    fn json(&mut self, value: &impl serde::Serialize) -> io::Result<u8> {
        serde_json::to_writer_pretty(&mut *self.out, value)?;
        writeln!(self.out)?;
        Ok(FINE)
    }

    /// Reports a command that is well-formed but wrong.
    fn usage(&mut self, message: &str, help: &str) -> io::Result<u8> {
        writeln!(self.err, "error: {message}\n  help: {help}")?;
        Ok(USAGE)
    }
}

/// `2 errors and 1 warning in 2 files`
fn found(report: &Report) -> String {
    let mut files: Vec<_> = report.diagnostics().iter().filter_map(|one| Some(one.span?.file)).collect();
    files.dedup();
    let counts = [(report.errors(), "error"), (report.warnings(), "warning")];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun));
    let counts = counts.collect::<Vec<_>>().join(" and ");
    if files.is_empty() { counts } else { format!("{counts} in {}", counted(files.len(), "file")) }
}

/// `1 file`, `2 files`
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
