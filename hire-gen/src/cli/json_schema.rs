//! `hire-gen json-schema`: the JSON Schemas of the language, for editors.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::{FINE, Output, WRONG};
use crate::read::json_schema::json_schemas;
use crate::rust::files::replace;

#[derive(Args)]
pub(super) struct JsonSchema {
    /// Write `<mapping>.schema.json` files into this folder instead of printing
    /// them
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl JsonSchema {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        for (name, text) in json_schemas() {
            let Some(dir) = &self.out else {
                output.out.write_all(text.as_bytes())?;
                continue;
            };
            let path = dir.join(name);
            if let Err(error) = replace(&path, &text) {
                writeln!(output.err, "error: {error}")?;
                return Ok(WRONG);
            }
            writeln!(output.out, "{}", path.display())?;
        }
        Ok(FINE)
    }
}
