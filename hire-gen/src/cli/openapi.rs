//! `hire-gen openapi`: writes the schema as an OpenAPI document.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::resources::Resources;
use super::{FINE, Output, Schema, WRONG, counted};
use crate::openapi::{self, Options, Version};
use crate::rust::files::replace;

#[derive(Args)]
pub(super) struct OpenApi {
    #[command(flatten)]
    schema: Schema,
    /// File to write; defaults to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    resources: Resources,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Version of OpenAPI; 3.0 can express less, for generators that need it
    #[arg(long = "openapi", value_enum, default_value_t = Dialect::V3_1, value_name = "VERSION")]
    version: Dialect,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

#[derive(Clone, Copy, ValueEnum)]
enum Dialect {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.0")]
    V3_0,
}

impl OpenApi {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let resources = match self.resources.chosen(&api, output)? {
            Ok(resources) => resources,
            Err(code) => return Ok(code),
        };
        let version = match self.version {
            Dialect::V3_1 => Version::V3_1,
            Dialect::V3_0 => Version::V3_0,
        };
        let document = openapi::openapi(&api, &Options { resources, version });
        let text = match self.format {
            Format::Json => document.to_json(),
            Format::Yaml => document.to_yaml(),
        };
        let Some(out) = &self.out else {
            output.out.write_all(text.as_bytes())?;
            return Ok(FINE);
        };
        if let Err(error) = replace(out, &text) {
            writeln!(output.err, "error: {error}")?;
            return Ok(WRONG);
        }
        let (operations, schemas) =
            (counted(document.operations, "operation"), counted(document.schemas, "schema"));
        let webhooks = if document.webhooks == 0 {
            String::new()
        } else {
            format!("{}, ", counted(document.webhooks, "webhook"))
        };
        writeln!(output.out, "`{}`: {operations}, {webhooks}{schemas}", out.display())?;
        Ok(FINE)
    }
}
