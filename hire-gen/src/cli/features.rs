//! `hire-gen features`: a Cargo feature for each resource.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::{FINE, Output, Schema, WRONG, counted};
use crate::read::source::Sources;
use crate::rust::{features, files};

#[derive(Args)]
pub(super) struct Features {
    #[command(flatten)]
    schema: Schema,
    /// The manifest with the features
    #[arg(long, value_name = "FILE", default_value = "hire-api/Cargo.toml")]
    manifest: PathBuf,
    /// Update the manifest; otherwise only report what is missing
    #[arg(long)]
    write: bool,
}

impl Features {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let shown = self.manifest.display();
        let old = match Sources::read_text(&self.manifest) {
            Ok(text) => text.replace("\r\n", "\n"),
            Err(error) => {
                return output.usage(
                    &format!("`{shown}` cannot be read: {error}"),
                    "name the manifest with `--manifest`",
                );
            }
        };
        let resources = features(&api);
        let new = match features::updated(&old, &resources) {
            Ok(new) => new,
            Err(lacks) => {
                return output.usage(&format!("`{shown}` has no line {lacks}"), "add it under `[features]`");
            }
        };
        if old == new {
            writeln!(output.out, "{}: up to date", counted(resources.len(), "resource"))?;
            return Ok(FINE);
        }
        let (before, after) = (features::declared(&old), features::declared(&new));
        for name in after.difference(&before) {
            writeln!(output.out, "+ {name}")?;
        }
        for name in before.difference(&after) {
            writeln!(output.out, "- {name}")?;
        }
        if !self.write {
            writeln!(output.err, "error: `{shown}` is not up to date\n  help: `hire-gen features --write`")?;
            return Ok(WRONG);
        }
        if let Err(error) = files::replace(&self.manifest, &new) {
            writeln!(output.err, "error: {error}")?;
            return Ok(WRONG);
        }
        writeln!(output.out, "{}: `{shown}` written", counted(resources.len(), "resource"))?;
        Ok(FINE)
    }
}
