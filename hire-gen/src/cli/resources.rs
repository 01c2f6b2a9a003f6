//! `--resource`: selects a part of the schema.

use std::collections::BTreeSet;
use std::io;

use clap::Args;

use super::Output;
use crate::resolve::ir::Api;
use crate::rust;

#[derive(Args)]
pub(super) struct Resources {
    /// Only this resource, such as `hire-v1-talent`; may be repeated
    #[arg(long = "resource", value_name = "RESOURCE")]
    resources: Vec<String>,
}

impl Resources {
    /// The selected resources, or `None` for all. An exit code after reporting an unknown one.
    pub(super) fn chosen(
        &self,
        api: &Api,
        output: &mut Output<'_>,
    ) -> io::Result<Result<Option<BTreeSet<String>>, u8>> {
        let known = rust::features(api);
        if let Some(resource) = self.resources.iter().find(|resource| !known.contains(*resource)) {
            let message = format!("nothing of the schema is in the resource `{resource}`");
            let help = "`hire-gen list` lists the endpoints; `hire.v1.talent.get` is in `hire-v1-talent`";
            return output.usage(&message, help).map(Err);
        }
        let chosen: BTreeSet<String> = self.resources.iter().cloned().collect();
        Ok(Ok((!chosen.is_empty()).then_some(chosen)))
    }
}
