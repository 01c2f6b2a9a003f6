//! `hire-gen stage`: the packages as they are published.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{FINE, Output, Schema, WRONG, counted};
use crate::rust::files;
use crate::stage;

#[derive(Args)]
pub(super) struct Stage {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; it must be new or empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Stage {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let folder = self.schema.folder();
        // The packages are beside the schema.
        let root = folder.parent().filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let staged = match stage::staged(root, &folder, &api) {
            Ok(staged) => staged,
            Err(error) => {
                writeln!(output.err, "error: {error}\n  help: run it in the repository of hire-api")?;
                return Ok(WRONG);
            }
        };
        if let Err(error) = files::write_new(&self.out, &staged) {
            writeln!(output.err, "error: {error}")?;
            return Ok(WRONG);
        }
        let names = stage::names().map(|name| format!("`{name}`")).join(", ");
        let files = counted(staged.len(), "file");
        writeln!(
            output.out,
            "{names} in `{}`: {files}, ready for `cargo publish --workspace`",
            self.out.display()
        )?;
        Ok(FINE)
    }
}
