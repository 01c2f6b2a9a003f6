//! `hire-gen new`: writes the skeleton of a spec, for an endpoint without a page.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::{FINE, Output, USAGE, WRONG};
use crate::read::source::Sources;
use crate::resolve::name::placeholder_title;

#[derive(Args)]
pub(super) struct New {
    /// Name of the endpoint: `<service>.<version>.<resource>.<action>`; or of the event:
    /// `<service>.<version>.<resource>.events.<event>`
    #[arg(value_name = "NAME")]
    name: String,
    /// Method of the endpoint
    #[arg(long, value_name = "METHOD", required_unless_present = "event_type")]
    method: Option<String>,
    /// Path of the endpoint, with `:name` for parameters
    #[arg(long, value_name = "PATH", required_unless_present = "event_type")]
    path: Option<String>,
    /// Feishu's name for the event, as in `hire.application.stage_changed_v1`
    #[arg(long, value_name = "TYPE", conflicts_with_all = ["method", "path"])]
    event_type: Option<String>,
    /// Folder of a schema to write into; without it, the skeleton goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrite an existing spec
    #[arg(long)]
    force: bool,
}

impl New {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let parts: Vec<&str> = self.name.split('.').collect();
        let (file, text) = match (&parts[..], &self.event_type) {
            (&[service, version, resource, "events", event], Some(event_type)) => {
                let file = format!("{service}/{version}/{resource}/events/{event}.yaml");
                (file, skeleton_of_event(event_type, resource, event))
            }
            (&[service, version, resource, action], None) => {
                let (method, path) = (self.method.unwrap_or_default(), self.path.unwrap_or_default());
                let file = format!("{service}/{version}/{resource}/{action}.yaml");
                (file, skeleton(&method.to_uppercase(), &path, resource, action))
            }
            (_, Some(_)) => {
                let message = format!("`{}` is not the name of an event", self.name);
                let help = "it has five parts, as in `hire.v1.application.events.stage_changed`";
                return output.usage(&message, help);
            }
            (_, None) => {
                let message = format!("`{}` is not the name of an endpoint", self.name);
                return output.usage(&message, "it has four parts, as in `hire.v1.talent.get`");
            }
        };
        // The output is loaded as a schema to check it.
        let alone = [("api.yaml".to_owned(), String::new()), (file.clone(), text.clone())];
        let alone = Sources::from_texts(alone.into_iter().filter(|(_, text)| !text.is_empty()));
        if let Err(errors) = crate::resolve::load_sources(&alone) {
            output.report(&errors)?;
            return Ok(USAGE);
        }
        let Some(dir) = self.out else {
            output.out.write_all(text.as_bytes())?;
            return Ok(FINE);
        };
        if let Err(error) = crate::rust::files::write_specs(&dir, &[(file.clone(), text)], self.force) {
            writeln!(output.err, "error: {error}")?;
            return Ok(WRONG);
        }
        writeln!(output.out, "{}", dir.join(file).display())?;
        Ok(FINE)
    }
}

fn skeleton(method: &str, path: &str, resource: &str, action: &str) -> String {
    let title = placeholder_title(resource, action);
    let mut text = format!(
        "# yaml-language-server: $schema=../../../endpoint.schema.json\n\
         title: {title}  # what it does, in a few words\n\
         doc: https://example.com  # address of the documentation page\n\
         method: {method}\n\
         path: {path}\n\
         tokens: [tenant]\n\
         quota: special  # such as 20/min or 1000/min, 50/s\n"
    );
    if method != "GET" {
        text += "safety: unsafe  # whether it may be sent twice: safe, idempotent, keyed(<field>), unsafe\n";
    }
    let parameters: Vec<&str> = path.split('/').filter_map(|segment| segment.strip_prefix(':')).collect();
    if !parameters.is_empty() {
        text += "\npath_params:\n";
    }
    for name in parameters {
        text += &format!("  {name}:\n    type: string\n    doc: What it is.\n");
    }
    if method == "GET" || method == "DELETE" {
        text += "\n# query:\n#   page_size: {type: int, maximum: 100, doc: How many items a page has.}\n";
    } else {
        text += "\n# body:\n#   name: {type: string, required: true, doc: What it is.}\n";
    }
    text + "\n# response:\n#   id: {type: string, doc: What it is.}\n"
}

fn skeleton_of_event(event_type: &str, resource: &str, event: &str) -> String {
    let title = placeholder_title(resource, event);
    format!(
        "# yaml-language-server: $schema=../../../../event.schema.json\n\
         title: {title}  # what happened, in a few words\n\
         doc: https://example.com  # address of the documentation page\n\
         event_type: {event_type}\n\
         apps: [custom]\n\
         # scopes:\n#   hire:talent:readonly: What the page calls it.\n\
         \n# fields:\n#   id: {{type: string, doc: What it is.}}\n"
    )
}
