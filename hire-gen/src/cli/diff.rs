//! `hire-gen diff`: compares two versions of the schema.

use std::io;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{FINE, Output, Schema, WRONG, counted};
use crate::diff::{Impact, diff};
use crate::read::source::Sources;
use crate::resolve::ir::Api;

mod revision;

use self::revision::Failure;

#[derive(Args)]
pub(super) struct Diff {
    /// The old version: a schema folder, or a git revision such as `main`, `HEAD~3` or `v1.2.0`
    #[arg(value_name = "OLD")]
    old: String,
    /// The new version, as a folder or a revision; defaults to the folder of `--schema`
    #[arg(value_name = "NEW")]
    new: Option<String>,
    #[command(flatten)]
    schema: Schema,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if a change has this weight or a greater one
    #[arg(long, value_enum, value_name = "IMPACT")]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs; docs/diff.md describes the keys
    Json,
    /// For a changelog or a pull request
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
enum Deny {
    /// Programs have to be changed, or are refused
    Breaking,
    /// The same calls have another effect
    Behaviour,
    /// Something was added
    Additive,
    /// Only documentation changed
    Documentation,
}

impl Deny {
    fn impact(self) -> Impact {
        match self {
            Self::Breaking => Impact::Breaking,
            Self::Behaviour => Impact::Behaviour,
            Self::Additive => Impact::Additive,
            Self::Documentation => Impact::Documentation,
        }
    }
}

impl Diff {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let old = self.sources(&self.old);
        let new = match &self.new {
            Some(new) => self.sources(new),
            None => Ok(Sources::read(&self.schema.folder())),
        };
        let (old, new) = match (old, new) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(failure), _) | (_, Err(failure)) => return said(&failure, output),
        };
        // `check` shows warnings; here they would appear twice.
        let Some((old, _)) = output.load(&old)? else { return Ok(WRONG) };
        let Some((new, _)) = output.load(&new)? else { return Ok(WRONG) };
        let diff = diff(&old, &new);
        match self.format {
            Format::Text => output.out.write_all(diff.to_text(output.colour).as_bytes())?,
            Format::Json => writeln!(output.out, "{:#}", diff.to_json())?,
            Format::Markdown => output.out.write_all(diff.to_markdown().as_bytes())?,
        }
        let Some(denied) = self.deny.map(Deny::impact) else { return Ok(FINE) };
        let count = diff.changes.iter().filter(|change| change.impact >= denied).count();
        if count == 0 {
            return Ok(FINE);
        }
        let denied = denied.as_str();
        writeln!(output.err, "error: {} denied by `--deny {denied}`", counted(count, "change"))?;
        Ok(WRONG)
    }

    fn sources(&self, version: &str) -> Result<Sources, Failure> {
        sources(version, &self.schema.folder())
    }
}

/// The folder of that name if there is one, otherwise the revision.
fn sources(version: &str, schema: &Path) -> Result<Sources, Failure> {
    if Path::new(version).is_dir() {
        Ok(Sources::read(Path::new(version)))
    } else {
        revision::read(version, schema)
    }
}

/// An earlier version of a schema folder; `Err` is the exit code, after a message.
pub(super) fn earlier(version: &str, schema: &Path, output: &mut Output<'_>) -> io::Result<Result<Api, u8>> {
    match sources(version, schema) {
        Err(failure) => said(&failure, output).map(Err),
        Ok(sources) => Ok(output.load(&sources)?.map(|(api, _)| api).ok_or(WRONG)),
    }
}

fn said(failure: &Failure, output: &mut Output<'_>) -> io::Result<u8> {
    let code = output.usage(&failure.message, failure.help)?;
    Ok(if failure.is_usage { code } else { WRONG })
}
