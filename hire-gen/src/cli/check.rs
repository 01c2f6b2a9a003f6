//! `hire-gen check`: reports every error of the schema at once.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{FINE, Output, Schema, WRONG, counted, folder, found, sarif, watch};
use crate::read::diag::Diagnostic;
use crate::read::report::Report;
use crate::read::source::Sources;
use crate::read::span::Span;
use crate::resolve::ir::Api;

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    schema: Schema,
    /// Only report problems in these files or folders; a file elsewhere is checked as part of its own schema
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Check again whenever a file of the schema changes, until interrupted
    #[arg(long)]
    watch: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Annotations of the lines of a pull request, for GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
}

impl Check {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let folder = match self.files.first() {
            Some(file) => self.schema.folder_of(file),
            None => self.schema.folder(),
        };
        let mut wanted = BTreeSet::new();
        for file in &self.files {
            match folder::inside(&folder, file) {
                Some(path) => wanted.insert(path),
                None => {
                    let message = format!("`{}` is not in the schema `{}`", file.display(), folder.display());
                    return output
                        .usage(&message, "pass files of one schema, and its folder with `--schema`");
                }
            };
        }
        let report = |output: &mut Output<'_>| self.report(&folder, &wanted, output);
        if self.watch { watch::repeat(&folder, output, report) } else { report(output) }
    }

    fn report(&self, folder: &Path, wanted: &BTreeSet<String>, output: &mut Output<'_>) -> io::Result<u8> {
        let sources = Sources::read(folder);
        let (size, report) = match crate::resolve::load_sources(&sources) {
            Ok((api, report)) => (Some(size(&api)), report),
            Err(report) => (None, report),
        };
        let is_wanted = |diagnostic: &Diagnostic| {
            let path = diagnostic.span.map(|span| sources.path(span.file));
            wanted.is_empty() || path.is_none_or(|path| wanted.iter().any(|one| is_of(path, one)))
        };
        let report = report.only(is_wanted);
        let code = if report.errors() > 0 { WRONG } else { FINE };
        match self.format {
            Format::Text => output.report(&report)?,
            Format::Github => output.out.write_all(annotations(&report).as_bytes())?,
            Format::Json => {
                output.json(&json(&report))?;
                return Ok(code);
            }
            Format::Sarif => {
                output.json(&sarif::document(&report))?;
                return Ok(code);
            }
        }
        let problems = if report.diagnostics().is_empty() { "no problem".to_owned() } else { found(&report) };
        match size {
            _ if code == WRONG => writeln!(output.err, "{problems}")?,
            Some(size) if wanted.is_empty() => writeln!(output.out, "{size}: {problems}")?,
            _ => writeln!(output.out, "{}: {problems}", counted(wanted.len(), "file"))?,
        }
        Ok(code)
    }
}

/// `249 endpoints, 18 events, 660 types`
fn size(api: &Api) -> String {
    let events = (!api.events.is_empty()).then(|| counted(api.events.len(), "event"));
    let parts =
        [Some(counted(api.endpoints.len(), "endpoint")), events, Some(counted(api.types.len(), "type"))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whether a path is the wanted one, below it, or an example of it.
fn is_of(path: &str, wanted: &str) -> bool {
    let below = |whole: &str| path.strip_prefix(whole).is_some_and(|rest| rest.starts_with(['/', '.']));
    wanted.is_empty() || path == wanted || below(wanted) || wanted.strip_suffix(".yaml").is_some_and(below)
}

/// One workflow command per diagnostic.
fn annotations(report: &Report) -> String {
    let sources = report.sources();
    let line = |one: &Diagnostic| {
        let place = one.span.map(|span| {
            let (start, end) = (sources.position(span), sources.position(Span { start: span.end, ..span }));
            let file = escaped(&sources.shown(span.file)).replace(':', "%3A").replace(',', "%2C");
            format!("file={file},line={},endLine={},col={},", start.line, end.line, start.column)
        });
        let help = one.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let (severity, code) = (one.severity.as_str(), one.code.as_str());
        let message = escaped(&format!("{}{help}", one.message));
        format!("::{severity} {}title={code}::{message}\n", place.unwrap_or_default())
    };
    report.diagnostics().iter().map(line).collect()
}

/// Text as GitHub reads it in a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn json(report: &Report) -> Value {
    let place = |span: Span| {
        let sources = report.sources();
        let (start, end) = (sources.position(span), sources.position(Span { start: span.end, ..span }));
        json!({
            "file": sources.shown(span.file),
            "line": start.line,
            "column": start.column,
            "end_line": end.line,
            "end_column": end.column,
        })
    };
    let diagnostics = report.diagnostics().iter().map(|one| {
        let notes = one.notes.iter().map(|(span, note)| json!({"message": note, "place": span.map(place)}));
        json!({
            "code": one.code.as_str(),
            "severity": one.severity.as_str(),
            "message": one.message,
            "place": one.span.map(place),
            "label": one.label,
            "notes": notes.collect::<Vec<_>>(),
            "help": one.help,
        })
    });
    json!({
        "errors": report.errors(),
        "warnings": report.warnings(),
        "diagnostics": diagnostics.collect::<Vec<_>>(),
    })
}
