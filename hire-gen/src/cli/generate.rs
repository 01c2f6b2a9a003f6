//! `hire-gen generate`: writes the client as files, to read or commit.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::resources::Resources;
use super::written::write;
use super::{Output, Schema, WRONG};
use crate::rust::{self, HireApi, Options};

#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; `api.rs` is the root file
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    resources: Resources,
    /// `Serialize` and `Deserialize` for every model, in both directions
    #[arg(long)]
    serde: bool,
    /// Also generate events; hire-api needs its feature `events`
    #[arg(long)]
    events: bool,
    /// Path of hire-api if it is renamed or re-exported, such as `corp_sdk::hire_api`
    #[arg(long = "crate", value_name = "PATH", value_parser = HireApi::new)]
    hire_api: Option<HireApi>,
    /// Write nothing; fail if a file would change
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
        let Self { serde, events, hire_api, out, check, .. } = self;
        let options = Options { resources, serde, events, hire_api, format: true, ..Options::default() };
        let files = rust::emit(&api, &options);
        write(&files, &out, check, output)
    }
}
