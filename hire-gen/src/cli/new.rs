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
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Path of the endpoint, with `:name` for parameters
    #[arg(long, value_name = "PATH")]
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
        let (file, text) = match self.skeleton() {
            Ok(skeleton) => skeleton,
            Err((message, help)) => return output.usage(&message, help),
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

impl New {
    /// The file and its text, or what is wrong with the command.
    fn skeleton(&self) -> Result<(String, String), (String, &'static str)> {
        let parts: Vec<&str> = self.name.split('.').collect();
        let wrong = |what: &str| format!("`{}` is not the name of {what}", self.name);
        match (&parts[..], &self.event_type, (&self.method, &self.path)) {
            (&[service, version, resource, "events", event], Some(event_type), _) => {
                let file = format!("{service}/{version}/{resource}/events/{event}.yaml");
                Ok((file, skeleton_of_event(event_type, resource, event)))
            }
            (&[service, version, resource, action], None, (Some(method), Some(path))) => {
                let file = format!("{service}/{version}/{resource}/{action}.yaml");
                Ok((file, skeleton(&method.to_uppercase(), path, resource, action)))
            }
            (_, Some(_), _) => Err((
                wrong("an event"),
                "it has five parts, as in `hire.v1.application.events.stage_changed`",
            )),
            ([_, _, _, "events", _], None, (None, None)) => Err((
                format!("the event `{}` needs a type", self.name),
                "add `--event-type`, as in `--event-type hire.application.stage_changed_v1`",
            )),
            ([_, _, _, "events", _], None, _) => Err((
                format!("`{}` is the name of an event, which has no method and no path", self.name),
                "give its type instead, as in `--event-type hire.application.stage_changed_v1`",
            )),
            ([_, _, _, _], None, _) => Err((
                format!("the endpoint `{}` needs a method and a path", self.name),
                "add both, as in `--method GET --path /open-apis/hire/v1/talents/:talent_id`",
            )),
            (_, None, (None, None)) => Err((
                wrong("an endpoint or an event"),
                "an endpoint has four parts, as in `hire.v1.talent.get`; an event has five, as in \
                 `hire.v1.application.events.stage_changed`",
            )),
            (_, None, _) => Err((wrong("an endpoint"), "it has four parts, as in `hire.v1.talent.get`")),
        }
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
