//! `hire-gen diff`: what a version of the schema changes against another.

use std::io;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{FINE, Output, Schema, WRONG, counted};
use crate::diff::{Impact, diff};
use crate::source::Sources;

mod revision;

use self::revision::Failure;

#[derive(Args)]
pub(super) struct Diff {
    /// What to compare with: a folder of a schema, or a git revision such as `main`, `HEAD~3` or `v1.2.0`
    #[arg(value_name = "OLD")]
    old: String,
    /// The version to be judged, as a folder or a revision; without it, the folder of `--schema` as it is now
    #[arg(value_name = "NEW")]
    new: Option<String>,
    #[command(flatten)]
    schema: Schema,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 where a change is of this weight or a greater one
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
    /// The same calls do something else
    Behaviour,
    /// There is more than before
    Additive,
    /// Only what people read is different
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
            None => Ok(Sources::read(&self.schema.dir)),
        };
        let (old, new) = match (old, new) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(failure), _) | (_, Err(failure)) => return said(&failure, output),
        };
        // Warnings are for `check`; here they would stand twice.
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

    /// A folder where there is one of that name, else a revision.
    fn sources(&self, version: &str) -> Result<Sources, Failure> {
        if Path::new(version).is_dir() {
            return Ok(Sources::read(Path::new(version)));
        }
        revision::read(version, &self.schema.dir)
    }
}

fn said(failure: &Failure, output: &mut Output<'_>) -> io::Result<u8> {
    let code = output.usage(&failure.message, failure.help)?;
    Ok(if failure.is_usage { code } else { WRONG })
}
