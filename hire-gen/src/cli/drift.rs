//! `hire-gen drift` and `hire-gen coverage`: the schema against freshly saved pages and lists of operations.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{FINE, Form, Output, Schema, WRONG, counted, found};
use crate::import::Glossary;
use crate::import::Listed;
use crate::import::drift::{self, Applied, Change, ListDrift, SpecId};
use crate::read::source::Sources;

#[derive(Args)]
pub(super) struct Drift {
    #[command(flatten)]
    schema: Schema,
    /// Folder of freshly saved pages, or a list of operations: the explorer's catalogue or the list of server APIs, as JSON or CSV
    #[arg(value_name = "DOCS_DIR")]
    docs: PathBuf,
    /// Write the changes into the YAML
    #[arg(long)]
    apply: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Args)]
pub(super) struct Coverage {
    #[command(flatten)]
    schema: Schema,
    /// Folder of saved pages, or a list of operations, as JSON or CSV
    #[arg(value_name = "DOCS_DIR")]
    docs: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Drift {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let sources = Sources::read(&self.schema.folder());
        let api = match crate::resolve::load_sources(&sources) {
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
            Err(message) => return output.usage(&message, "the built-in glossary is broken"),
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
            Form::Text => say(&drift, applied.as_ref(), output)?,
            Form::Json => json_out(&drift, applied.as_ref(), output)?,
        }
        let of_pages = match &applied {
            Some(applied) => applied.left.len(),
            None => {
                let of_endpoints = drift.endpoints.iter().map(|drift| drift.changes.len());
                of_endpoints.chain(drift.events.iter().map(|drift| drift.changes.len())).sum()
            }
        };
        let of_lists = drift.listed.as_ref().map_or(0, ListDrift::changes);
        Ok(if of_pages + of_lists == 0 { FINE } else { WRONG })
    }

    /// Writes the files, unless the schema would become invalid.
    fn write(&self, sources: &Sources, applied: &Applied, output: &mut Output<'_>) -> io::Result<bool> {
        let mut texts: BTreeMap<String, String> =
            sources.files().iter().map(|file| (file.path.clone(), file.text.clone())).collect();
        texts.extend(applied.files.iter().cloned());
        if let Err(errors) = crate::resolve::load_sources(&Sources::from_texts(texts)) {
            output.report(&errors)?;
            writeln!(
                output.err,
                "{}\n  help: nothing was written; make these changes by hand",
                found(&errors)
            )?;
            return Ok(false);
        }
        if let Err(error) = crate::rust::files::write_specs(&self.schema.folder(), &applied.files, true) {
            writeln!(output.err, "error: {error}")?;
            return Ok(false);
        }
        Ok(true)
    }
}

/// The name, dates and changes of an endpoint or an event.
type Row<'a> = (String, &'a (Option<String>, Option<String>), &'a [Change]);

fn say(drift: &drift::Drift, applied: Option<&Applied>, output: &mut Output<'_>) -> io::Result<()> {
    if let Some(listed) = &drift.listed {
        say_listed(listed, output)?;
        if drift.endpoints.is_empty() && drift.events.is_empty() {
            return Ok(());
        }
    }
    let endpoints: Vec<Row<'_>> = drift
        .endpoints
        .iter()
        .map(|drift| (drift.id.to_string(), &drift.revised, drift.changes.as_slice()))
        .collect();
    let events: Vec<Row<'_>> = drift
        .events
        .iter()
        .map(|drift| (drift.event_type.clone(), &drift.revised, drift.changes.as_slice()))
        .collect();
    for (name, revised, changes) in endpoints.iter().chain(&events) {
        if changes.is_empty() {
            continue;
        }
        let date = |date: &Option<String>| date.clone().unwrap_or_else(|| "no date".to_owned());
        writeln!(output.out, "{name} ({} → {})", date(&revised.0), date(&revised.1))?;
        for change in *changes {
            writeln!(output.out, "  {change}")?;
        }
    }
    for (rows, noun) in [(&endpoints, "endpoint"), (&events, "event")] {
        // Most folders of pages are about endpoints.
        if rows.is_empty() && noun == "event" {
            continue;
        }
        let changed = rows.iter().filter(|(.., changes)| !changes.is_empty()).count();
        let changes = rows.iter().map(|(.., changes)| changes.len()).sum();
        writeln!(
            output.out,
            "{} compared: {} in {changed} of them",
            counted(rows.len(), noun),
            counted(changes, "change")
        )?;
    }
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
                "events_covered": coverage.events_covered,
                "events_without_spec": coverage.events_without_spec.iter().map(|(name, page)| json!({"event": name, "page": page})).collect::<Vec<_>>(),
                "events_without_page": coverage.events_without_page.iter().map(ToString::to_string).collect::<Vec<_>>(),
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
        for (name, page) in &coverage.events_without_spec {
            writeln!(output.out, "no spec: {name} ({page})")?;
        }
        for id in &coverage.events_without_page {
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
        let documented = coverage.events_covered + coverage.events_without_spec.len();
        if documented > 0 {
            writeln!(
                output.out,
                "{} of {} have a spec",
                coverage.events_covered,
                counted(documented, "documented event")
            )?;
        }
        Ok(FINE)
    }
}

fn say_listed(listed: &ListDrift, output: &mut Output<'_>) -> io::Result<()> {
    for operation in &listed.new {
        writeln!(output.out, "new: {}", listed_as(operation))?;
    }
    for id in &listed.gone {
        writeln!(output.out, "gone: {id}")?;
    }
    for (id, operation) in &listed.moved {
        writeln!(output.out, "moved: {id} to {}", listed_as(operation))?;
    }
    for (id, old, new) in &listed.later {
        writeln!(output.out, "dated later: {id} ({old} → {new})")?;
    }
    for path in &listed.unread {
        writeln!(output.out, "skipped: it has no method: {path}")?;
    }
    let ListDrift { new, gone, moved, later, elsewhere, .. } = listed;
    write!(
        output.out,
        "{} listed, {} with a spec: {} new, {} gone, {} moved, {} dated later",
        counted(listed.listed, "operation"),
        listed.covered,
        new.len(),
        gone.len(),
        moved.len(),
        later.len()
    )?;
    if listed.undated > 0 {
        write!(output.out, "; {} without a date on either side", listed.undated)?;
    }
    if !elsewhere.is_empty() {
        let operations: usize = elsewhere.values().sum();
        write!(output.out, "; {operations} of {} without a spec", counted(elsewhere.len(), "other service"))?;
    }
    writeln!(output.out)
}

/// `GET /open-apis/hire/v1/talents/:talent_id (获取人才信息)`
fn listed_as(operation: &Listed) -> String {
    let title = operation.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    format!("{} {}{title}", operation.method, operation.path)
}

fn listed_json(listed: &ListDrift) -> serde_json::Value {
    let entry = |operation: &Listed| json!({"method": operation.method, "path": operation.path, "title": operation.title, "updated": operation.updated});
    json!({
        "operations": listed.listed,
        "covered": listed.covered,
        "new": listed.new.iter().map(entry).collect::<Vec<_>>(),
        "gone": listed.gone.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "moved": listed.moved.iter().map(|(id, to)| json!({"endpoint": id.to_string(), "to": entry(to)})).collect::<Vec<_>>(),
        "dated_later": listed.later.iter().map(|(id, old, new)| json!({"endpoint": id.to_string(), "spec_revised": old, "listed": new})).collect::<Vec<_>>(),
        "undated": listed.undated,
        "other_services": listed.elsewhere,
        "not_read": listed.unread,
    })
}

fn json_out(drift: &drift::Drift, applied: Option<&Applied>, output: &mut Output<'_>) -> io::Result<()> {
    let change = |change: &Change| json!({"at": change.at, "kind": change.kind(), "contested": change.contested, "unsure": change.unsure, "text": change.to_string()});
    let row = |of: &str,
               name: String,
               page: &str,
               revised: &(Option<String>, Option<String>),
               changes: &[Change]| {
        json!({
            of: name,
            "page": page,
            "spec_revised": revised.0,
            "page_revised": revised.1,
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
        })
    };
    let endpoints = drift.endpoints.iter().filter(|drift| !drift.changes.is_empty());
    let endpoints = endpoints
        .map(|drift| row("endpoint", drift.id.to_string(), &drift.page, &drift.revised, &drift.changes));
    let events = drift.events.iter().filter(|drift| !drift.changes.is_empty());
    let events = events
        .map(|drift| row("event", drift.event_type.clone(), &drift.page, &drift.revised, &drift.changes));
    let applied = applied.map(|applied| {
        let left = applied.left.iter().map(|(id, left, why)| {
            let of = match id {
                SpecId::Endpoint(_) => "endpoint",
                SpecId::Event(_) => "event",
            };
            json!({of: id.to_string(), "change": change(left), "why": why})
        });
        json!({
            "done": applied.done,
            "files": applied.files.iter().map(|(path, _)| path).collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
        })
    });
    let (endpoints, events): (Vec<_>, Vec<_>) = (endpoints.collect(), events.collect());
    let listed = drift.listed.as_ref().map(listed_json);
    writeln!(
        output.out,
        "{:#}",
        json!({"endpoints": endpoints, "events": events, "applied": applied, "listed": listed})
    )
}

/// The pages of a folder, or `None` after reporting why there are none.
fn pages(docs: &Path, output: &mut Output<'_>) -> io::Result<Option<Vec<(String, String)>>> {
    let help = "pass a folder that contains pages as `*.md`, or a list of operations as `*.json` or `*.csv`";
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
