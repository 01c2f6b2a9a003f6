//! `hire-gen show`: shows the contents of the schema, for people and for scripts.

use std::io;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{FINE, Output, Schema, WRONG, folder, list};
use crate::read::source::Sources;
use crate::resolve::ir::{Api, Endpoint, Event};
use crate::rust::{self, Options};

mod json;
mod summary;

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    schema: Schema,
    /// An endpoint such as `hire.v1.talent.get`, an event such as `hire.talent.deleted_v1`, or the file of one;
    /// without it, lists everything
    #[arg(value_name = "OPERATION|FILE")]
    endpoint: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Summary)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// Purpose, request and answer, for reading; limits and examples are in `json`
    Summary,
    /// One tab-separated line per field: path, wire type, required or optional
    Outline,
    /// Everything, for programs: an object with the keys of the schema language, or a list of all endpoints
    Json,
    /// The generated Rust code
    Rust,
}

impl Show {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let file = self.endpoint.as_deref().filter(|wanted| wanted.ends_with(".yaml")).map(Path::new);
        let folder = file.map_or_else(|| self.schema.folder(), |file| self.schema.folder_of(file));
        let Some((api, _)) = output.load(&Sources::read(&folder))? else { return Ok(WRONG) };
        let Some(wanted) = &self.endpoint else {
            output.out.write_all(self.all(&api).as_bytes())?;
            return Ok(FINE);
        };
        let name = name(&folder, wanted);
        let text = match (api.endpoint(&name), api.event(&name)) {
            (Some(endpoint), _) => self.one(&api, endpoint),
            (None, Some(event)) => self.event(&api, event),
            (None, None) => {
                let (message, help) = unknown(&api, &name);
                return output.usage(&message, &help);
            }
        };
        output.out.write_all(text.as_bytes())?;
        Ok(FINE)
    }

    fn all(&self, api: &Api) -> String {
        match self.format {
            Format::Summary => {
                let endpoints: Vec<&Endpoint> = api.endpoints.iter().collect();
                let events: Vec<&Event> = api.events.iter().collect();
                format!("{}\n{}", list::endpoints(&endpoints), list::events(&events))
            }
            Format::Json => format!("{:#}\n", json::all(api)),
            _ => {
                let endpoints = api.endpoints.iter().map(|endpoint| self.one(api, endpoint));
                let events = api.events.iter().map(|event| self.event(api, event));
                endpoints.chain(events).collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn one(&self, api: &Api, endpoint: &Endpoint) -> String {
        match self.format {
            Format::Summary => summary::endpoint(api, endpoint),
            Format::Outline => crate::outline::outline(api, endpoint),
            Format::Json => format!("{:#}\n", json::endpoint(api, endpoint)),
            Format::Rust => generated(api, rust::resource_feature(endpoint), &endpoint.id.to_string()),
        }
    }

    fn event(&self, api: &Api, event: &Event) -> String {
        match self.format {
            Format::Summary => summary::event(api, event),
            Format::Outline => crate::outline::event(api, event),
            Format::Json => format!("{:#}\n", json::event(api, event)),
            Format::Rust => generated(api, rust::event_feature(event), &event.id.to_string()),
        }
    }
}

/// `schema/hire/v1/talent/get.yaml`, also as an absolute path or from inside the folder → `hire.v1.talent.get`.
fn name(folder: &Path, wanted: &str) -> String {
    let Some(stem) = wanted.strip_suffix(".yaml") else { return wanted.to_owned() };
    match folder::inside(folder, Path::new(wanted)) {
        Some(path) => path.trim_end_matches(".yaml").replace('/', "."),
        None => stem.replace(['/', '\\'], "."),
    }
}

/// Why there is nothing to show, and the remedy: a resource has operations.
fn unknown(api: &Api, name: &str) -> (String, String) {
    let operations = list::operations(api, name);
    if operations.is_empty() {
        let message = format!("there is no endpoint and no event `{name}` in the schema");
        return (message, nearest(api, name));
    }
    let message = format!("`{name}` is a resource, not an endpoint or an event");
    (message, format!("show one of {}", operations.join(", ")))
}

/// The most similar endpoint, event or resource.
pub(super) fn nearest(api: &Api, name: &str) -> String {
    let names = api.endpoints.iter().map(|endpoint| endpoint.id.to_string());
    let names = names.chain(api.events.iter().map(|event| event.event_type.clone()));
    let names = names.chain(list::resources(api));
    // The action alone is enough if it is unambiguous.
    let near = names.max_by(|a, b| likeness(a, name).total_cmp(&likeness(b, name)));
    near.map_or("the schema is empty".to_owned(), |near| {
        format!("did you mean `{near}`? `hire-gen list` lists all of them")
    })
}

fn likeness(known: &str, name: &str) -> f64 {
    let ends = if known.ends_with(name) { 1.0 } else { 0.0 };
    strsim::jaro_winkler(known, name) + ends
}

/// The generated file of an endpoint or an event.
fn generated(api: &Api, feature: String, id: &str) -> String {
    let resources = Some([feature].into());
    let files = rust::emit(api, &Options { resources, events: true, format: true, ..Options::default() });
    let path = format!("{}.rs", id.replace('.', "/"));
    files.iter().find(|(known, _)| *known == path).map(|(_, text)| text.to_owned()).unwrap_or_default()
}
