//! `hire-gen generate`: the client as files, for who wants to read or commit them.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use clap::Args;

use super::written::write;
use super::{Output, Schema, WRONG};
use crate::emit::{self, Options};
use crate::ir::Api;

#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; `api.rs` is the root of what appears there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only this resource, such as `hire-v1-talent`; may be given several times
    #[arg(long = "resource", value_name = "RESOURCE")]
    resources: Vec<String>,
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
        if let Some(resource) = self.unknown_resource(&api) {
            return output.usage(
                &format!("no endpoint of the schema is in the resource `{resource}`"),
                "`hire-gen show` lists the endpoints; `hire.v1.talent.get` is in `hire-v1-talent`",
            );
        }
        let resources: BTreeSet<String> = self.resources.iter().cloned().collect();
        let options = Options {
            resources: (!resources.is_empty()).then_some(resources),
            roundtrip: self.roundtrip,
            inside_hire_api: false,
            format: true,
        };
        let files = emit::emit(&api, &options);
        write(&files, &self.out, self.check, output)
    }

    fn unknown_resource(&self, api: &Api) -> Option<&String> {
        let known: BTreeSet<String> = api.endpoints.iter().map(emit::resource_feature).collect();
        self.resources.iter().find(|resource| !known.contains(*resource))
    }
}
