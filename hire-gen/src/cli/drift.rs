//! `hire-gen drift` and `hire-gen coverage`: the schema against freshly saved pages.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{FINE, Form, Output, Schema, WRONG, counted, found};
use crate::import::Glossary;
use crate::import::drift::{self, Applied, Change, EndpointDrift};
use crate::source::Sources;

#[derive(Args)]
pub(super) struct Drift {
    #[command(flatten)]
    schema: Schema,
    /// Folder of freshly saved pages
    #[arg(value_name = "DOCS_DIR")]
    docs: PathBuf,
    /// Write what has changed into the YAML
    #[arg(long)]
    apply: bool,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Args)]
pub(super) struct Coverage {
    #[command(flatten)]
    schema: Schema,
    /// Folder of saved pages
    #[arg(value_name = "DOCS_DIR")]
    docs: PathBuf,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Drift {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let sources = Sources::read(&self.schema.dir);
        let api = match crate::load_sources(&sources) {
            Ok((api, _)) => api,
            Err(errors) => {
                output.report(&errors)?;
                writeln!(output.err, "{}", found(&errors))?;
                return Ok(WRONG);
            }
        };
        let Some(pages) = pages(&self.docs, output)? else { return Ok(super::USAGE) };
        let glossary = match Glossary::embedded() {
            Ok(glossary) => glossary,
            Err(message) => return output.usage(&message, "the glossary that comes with hire-gen is broken"),
        };
        let drift = drift::drift(&api, &pages, &glossary);
        output.report(&drift.report)?;
        let applied = self.apply.then(|| drift::apply(&api, &sources, &drift));
        if let Some(applied) = &applied
            && !self.write(&sources, applied, output)?
        {
            return Ok(WRONG);
        }
        match self.format {
            Form::Text => self.say(&drift.endpoints, applied.as_ref(), output)?,
            Form::Json => json_out(&drift.endpoints, applied.as_ref(), output)?,
        }
        let open = match &applied {
            Some(applied) => applied.left.len(),
            None => drift.endpoints.iter().map(|drift| drift.changes.len()).sum(),
        };
        Ok(if open == 0 { FINE } else { WRONG })
    }

    /// Writes the files, unless the schema would be wrong with them.
    fn write(&self, sources: &Sources, applied: &Applied, output: &mut Output<'_>) -> io::Result<bool> {
        let mut texts: BTreeMap<String, String> =
            sources.files().iter().map(|file| (file.path.clone(), file.text.clone())).collect();
        texts.extend(applied.files.iter().cloned());
        if let Err(errors) = crate::load_sources(&Sources::from_texts(texts)) {
            output.report(&errors)?;
            writeln!(
                output.err,
                "{}\n  help: nothing was written; make these changes by hand",
                found(&errors)
            )?;
            return Ok(false);
        }
        if let Err(error) = crate::files::write_specs(&self.schema.dir, &applied.files, true) {
            writeln!(output.err, "error: {error}")?;
            return Ok(false);
        }
        Ok(true)
    }

    fn say(
        &self,
        endpoints: &[EndpointDrift],
        applied: Option<&Applied>,
        output: &mut Output<'_>,
    ) -> io::Result<()> {
        for drift in endpoints.iter().filter(|drift| !drift.changes.is_empty()) {
            let date = |date: &Option<String>| date.clone().unwrap_or_else(|| "no date".to_owned());
            writeln!(output.out, "{} ({} → {})", drift.id, date(&drift.revised.0), date(&drift.revised.1))?;
            for change in &drift.changes {
                writeln!(output.out, "  {change}")?;
            }
        }
        let changed = endpoints.iter().filter(|drift| !drift.changes.is_empty()).count();
        let changes = endpoints.iter().map(|drift| drift.changes.len()).sum();
        writeln!(
            output.out,
            "{} compared: {} in {changed} of them",
            counted(endpoints.len(), "endpoint"),
            counted(changes, "change")
        )?;
        let Some(applied) = applied else { return Ok(()) };
        writeln!(
            output.out,
            "{} written into {}",
            counted(applied.done, "change"),
            counted(applied.files.len(), "file")
        )?;
        for (id, change, why) in &applied.left {
            writeln!(output.out, "left: {id}: {change}: {why}")?;
        }
        Ok(())
    }
}

impl Coverage {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let Some(pages) = pages(&self.docs, output)? else { return Ok(super::USAGE) };
        let coverage = drift::coverage(&api, &pages);
        if self.format == Form::Json {
            let value = json!({
                "covered": coverage.covered,
                "without_spec": coverage.without_spec.iter().map(|(method, path, page)| json!({"method": method, "path": path, "page": page})).collect::<Vec<_>>(),
                "without_page": coverage.without_page.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "pages_without_endpoint": coverage.no_endpoint,
            });
            writeln!(output.out, "{value:#}")?;
            return Ok(FINE);
        }
        for (method, path, page) in &coverage.without_spec {
            writeln!(output.out, "no spec: {method} {path} ({page})")?;
        }
        for id in &coverage.without_page {
            writeln!(output.out, "no page: {id}")?;
        }
        for page in &coverage.no_endpoint {
            writeln!(output.out, "no endpoint: {page}")?;
        }
        let documented = coverage.covered + coverage.without_spec.len();
        writeln!(
            output.out,
            "{} of {} have a spec",
            coverage.covered,
            counted(documented, "documented endpoint")
        )?;
        Ok(FINE)
    }
}

fn json_out(
    endpoints: &[EndpointDrift],
    applied: Option<&Applied>,
    output: &mut Output<'_>,
) -> io::Result<()> {
    let change = |change: &Change| json!({"at": change.at, "kind": change.kind(), "contested": change.contested, "unsure": change.unsure, "text": change.to_string()});
    let endpoints: Vec<_> = endpoints
        .iter()
        .filter(|drift| !drift.changes.is_empty())
        .map(|drift| {
            json!({
                "endpoint": drift.id.to_string(),
                "page": drift.page,
                "spec_revised": drift.revised.0,
                "page_revised": drift.revised.1,
                "changes": drift.changes.iter().map(change).collect::<Vec<_>>(),
            })
        })
        .collect();
    let applied = applied.map(|applied| {
        let left = applied
            .left
            .iter()
            .map(|(id, left, why)| json!({"endpoint": id.to_string(), "change": change(left), "why": why}));
        json!({
            "done": applied.done,
            "files": applied.files.iter().map(|(path, _)| path).collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
        })
    });
    writeln!(output.out, "{:#}", json!({"endpoints": endpoints, "applied": applied}))
}

/// The pages of a folder, or `None` after it has been said why there are none.
fn pages(docs: &Path, output: &mut Output<'_>) -> io::Result<Option<Vec<(String, String)>>> {
    let help = "give a folder that holds pages as `*.md`";
    match Sources::read_pages(&[docs.to_owned()]) {
        Ok(pages) if pages.is_empty() => {
            output.usage(&format!("there is no page in `{}`", docs.display()), help)?;
            Ok(None)
        }
        Ok(pages) => Ok(Some(pages)),
        Err((path, error)) => {
            output.usage(&format!("`{}` cannot be read: {error}", path.display()), help)?;
            Ok(None)
        }
    }
}
