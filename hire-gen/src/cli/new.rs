//! `hire-gen new`: the skeleton of a spec, where there is no page to import.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::{FINE, Output, USAGE, WRONG};
use crate::source::Sources;

#[derive(Args)]
pub(super) struct New {
    /// Name of the endpoint: `<service>.<version>.<resource>.<action>`
    #[arg(value_name = "NAME")]
    name: String,
    /// Its method
    #[arg(long, value_name = "METHOD")]
    method: String,
    /// Its path, with `:name` for parameters
    #[arg(long, value_name = "PATH")]
    path: String,
    /// Folder of a schema to write into; without it, the skeleton goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl New {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let parts: Vec<&str> = self.name.split('.').collect();
        let [service, version, resource, action] = parts[..] else {
            let message = format!("`{}` is no name of an endpoint", self.name);
            return output.usage(&message, "it has four parts, as in `hire.v1.talent.get`");
        };
        let file = format!("{service}/{version}/{resource}/{action}.yaml");
        let text = skeleton(&self.method.to_uppercase(), &self.path, resource, action);
        // What is written is a schema, as far as it goes.
        let alone = [("api.yaml".to_owned(), String::new()), (file.clone(), text.clone())];
        let alone = Sources::from_texts(alone.into_iter().filter(|(_, text)| !text.is_empty()));
        if let Err(errors) = crate::load_sources(&alone) {
            output.report(&errors)?;
            return Ok(USAGE);
        }
        let Some(dir) = self.out else {
            output.out.write_all(text.as_bytes())?;
            return Ok(FINE);
        };
        if let Err(error) = crate::files::write_specs(&dir, &[(file.clone(), text)], false) {
            writeln!(output.err, "error: {error}")?;
            return Ok(WRONG);
        }
        writeln!(output.out, "{}", dir.join(file).display())?;
        Ok(FINE)
    }
}

fn skeleton(method: &str, path: &str, resource: &str, action: &str) -> String {
    let words = |text: &str| text.replace('_', " ");
    let title = format!("{} ({})", words(action), words(resource));
    let mut letters = title.chars();
    let title: String =
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
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
        text += "safety: unsafe  # may it be sent twice? safe, idempotent, keyed(<field>), unsafe\n";
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
