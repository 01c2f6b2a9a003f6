//! `hire-gen generate`: the client as files, for who wants to read or commit them.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::resources::Resources;
use super::written::write;
use super::{Output, Schema, WRONG};
use crate::emit::{self, Options};

#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; `api.rs` is the root of what appears there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    resources: Resources,
    /// `Serialize` and `Deserialize` for every model, also in the direction the wire does not need
    #[arg(long)]
    roundtrip: bool,
    /// Write nothing; fail where a file would change
    #[arg(long)]
    check: bool,
}

impl Generate {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let resources = match self.resources.chosen(&api, output)? {
            Ok(resources) => resources,
            Err(code) => return Ok(code),
        };
        let options = Options { resources, roundtrip: self.roundtrip, inside_hire_api: false, format: true };
        let files = emit::emit(&api, &options);
        write(&files, &self.out, self.check, output)
    }
}
