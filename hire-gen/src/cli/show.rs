//! `hire-gen show`: what the schema says, for people and for scripts.

use std::io;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{FINE, Output, Schema, WRONG};
use crate::emit::{self, Options};
use crate::ir::{Api, Endpoint};

mod json;
mod summary;

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    schema: Schema,
    /// An endpoint such as `hire.v1.talent.get`, or its file; without one, all endpoints are listed
    #[arg(value_name = "OPERATION|FILE")]
    endpoint: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Summary)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// Everything, laid out for reading
    Summary,
    /// One tab-separated line for each field: path, wire type, required or optional
    Outline,
    /// Everything, for programs: an object with the keys of the schema language; a list of them for all endpoints
    Json,
    /// The Rust code that is generated
    Rust,
}

impl Show {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let Some(wanted) = &self.endpoint else {
            output.out.write_all(self.all(&api).as_bytes())?;
            return Ok(FINE);
        };
        let name = self.name(wanted);
        let Some(endpoint) = api.endpoint(&name) else {
            return output
                .usage(&format!("there is no endpoint `{name}` in the schema"), &nearest(&api, &name));
        };
        output.out.write_all(self.one(&api, endpoint).as_bytes())?;
        Ok(FINE)
    }

    fn all(&self, api: &Api) -> String {
        match self.format {
            Format::Summary => summary::list(api),
            Format::Json => format!("{:#}\n", json::all(api)),
            _ => api.endpoints.iter().map(|endpoint| self.one(api, endpoint)).collect::<Vec<_>>().join("\n"),
        }
    }

    fn one(&self, api: &Api, endpoint: &Endpoint) -> String {
        match self.format {
            Format::Summary => summary::endpoint(api, endpoint),
            Format::Outline => crate::outline::outline(api, endpoint),
            Format::Json => format!("{:#}\n", json::endpoint(api, endpoint)),
            Format::Rust => rust(api, endpoint),
        }
    }

    /// `schema/hire/v1/talent/get.yaml`, also as an absolute path or from inside the folder → `hire.v1.talent.get`.
    fn name(&self, wanted: &str) -> String {
        let Some(stem) = wanted.strip_suffix(".yaml") else { return wanted.to_owned() };
        let canonical = |path: &Path| path.canonicalize().ok();
        let inside = canonical(Path::new(wanted)).zip(canonical(&self.schema.dir));
        let relative = inside.and_then(|(file, dir)| Some(file.strip_prefix(dir).ok()?.with_extension("")));
        let relative = relative.as_deref().unwrap_or(Path::new(stem));
        relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join(".")
    }
}

pub(super) fn nearest(api: &Api, name: &str) -> String {
    let names = api.endpoints.iter().map(|endpoint| endpoint.id.to_string());
    // Somebody who knows the action only should not have to spell the rest.
    let near = names.max_by(|a, b| likeness(a, name).total_cmp(&likeness(b, name)));
    near.map_or("the schema has no endpoint".to_owned(), |near| {
        format!("did you mean `{near}`? `hire-gen show` lists all of them")
    })
}

fn likeness(known: &str, name: &str) -> f64 {
    let ends = if known.ends_with(name) { 1.0 } else { 0.0 };
    strsim::jaro_winkler(known, name) + ends
}

fn rust(api: &Api, endpoint: &Endpoint) -> String {
    let resources = Some([emit::resource_feature(endpoint)].into());
    let files = emit::emit(api, &Options { resources, format: true, ..Options::default() });
    let path = format!("{}.rs", endpoint.id.to_string().replace('.', "/"));
    files.iter().find(|(known, _)| *known == path).map(|(_, text)| text.to_owned()).unwrap_or_default()
}
