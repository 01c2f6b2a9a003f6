//! The command line: arguments in, text and an exit code out. It writes to what it is given and prints nothing itself.

mod check;
mod diff;
mod docs;
mod drift;
mod explain;
mod generate;
mod import;
mod json_schema;
mod list;
mod mock;
mod new;
mod openapi;
mod resources;
mod scopes;
mod show;
mod written;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::diag::Report;
use crate::ir::Api;
use crate::source::Sources;

/// Everything is fine.
const FINE: u8 = 0;
/// The schema is wrong, or the output cannot be written.
const WRONG: u8 = 1;
/// The command makes no sense.
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
    Check(Schema),
    /// Write the Rust client as files
    Generate(generate::Generate),
    /// List the endpoints
    List(list::List),
    /// Say what the schema says: list the endpoints, or describe one
    Show(show::Show),
    /// Say which scopes an app must ask for, so that it may call these endpoints
    Scopes(scopes::Scopes),
    /// Write the skeleton of a spec, where there is no page to import
    New(new::New),
    /// Say at length what a diagnostic means
    Explain(explain::Explain),
    /// Write a script by which a shell completes commands and options
    Completions {
        /// For which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the JSON Schemas of the language, by which editors complete and check specs
    JsonSchema(json_schema::JsonSchema),
    /// Say what a version of the schema changes for callers: what breaks, what is new, what only reads differently
    Diff(diff::Diff),
    /// Write the schema as an OpenAPI document
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    /// Turn documentation pages into specs
    Import(import::Import),
    /// Compare the schema with freshly saved pages: what has Feishu changed?
    Drift(drift::Drift),
    /// List documented endpoints without a spec, and specs without a page
    Coverage(drift::Coverage),
    /// Serve the schema on loopback, checking requests and answering with the documented examples
    Mock(mock::Serve),
    /// Write a reference site, for people who would rather look than read
    Docs(docs::Docs),
}

/// Which schema to read.
#[derive(Args)]
struct Schema {
    /// Folder of the schema
    #[arg(long = "schema", value_name = "DIR", default_value = "schema")]
    dir: PathBuf,
}

/// For whom output is.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Where text goes.
struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    colour: bool,
}

/// Runs a command line and returns the exit code: 0 fine, 1 the schema is wrong or the output cannot be written, 2 the
/// command makes no sense. `colour` allows escape sequences.
///
/// # Errors
///
/// When `out` or `err` cannot be written, such as a pipe whose reader has gone.
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
            Self::Check(schema) => check::run(&schema, output),
            Self::Generate(generate) => generate.run(output),
            Self::List(list) => list.run(output),
            Self::Show(show) => show.run(output),
            Self::Scopes(scopes) => scopes.run(output),
            Self::New(new) => new.run(output),
            Self::Explain(explain) => explain.run(output),
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
        }
    }
}

/// Help and the version are answers, not mistakes.
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
    /// The Api, or `None` after everything that is wrong has been said. Warnings are for who asks: `hire-gen check`.
    fn load(&self, output: &mut Output<'_>) -> io::Result<Option<Api>> {
        Ok(output.load(&Sources::read(&self.dir))?.map(|(api, _)| api))
    }
}

impl Output<'_> {
    /// The Api and its warnings, or `None` after everything that is wrong has been said.
    fn load(&mut self, sources: &Sources) -> io::Result<Option<(Api, Report)>> {
        match crate::load_sources(sources) {
            Ok(loaded) => Ok(Some(loaded)),
            Err(errors) => {
                self.report(&errors)?;
                writeln!(self.err, "{}", found(&errors))?;
                Ok(None)
            }
        }
    }

    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.err.write_all(crate::render::render(report, self.colour).as_bytes())
    }

    fn json(&mut self, value: &impl serde::Serialize) -> io::Result<u8> {
        serde_json::to_writer_pretty(&mut *self.out, value)?;
        writeln!(self.out)?;
        Ok(FINE)
    }

    /// Something is wrong with the command, though it could be read.
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
