//! Documentation pages → specs.
//!
//! ```text
//! text → page → rows → nest → PageDoc → draft → assemble → YAML
//! ```
//!
//! `docs/import.md` says how nesting is recovered and how well.

mod assemble;
mod condition;
mod describe;
mod doc;
mod draft;
pub mod drift;
mod glossary;
mod json;
mod nest;
mod page;
mod spelling;
mod table;
mod text;
mod wire_type;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub use describe::{Description, PageScope, Value};
pub use doc::{PageDoc, PageError, PageExample, PageField};
pub use glossary::Glossary;
pub use json::Shape;
pub use wire_type::{WireBase, WireType};

use self::draft::{Draft, Problem};
use crate::diag::{Code, Diagnostic, Diagnostics, Report, Severity};
use crate::ir::{Api, EndpointId};
use crate::source::{SourceFile, Sources};
use crate::span::Span;

/// Reads a documentation page. Any text is one; what is not there stays empty.
pub fn read_page(text: &str) -> PageDoc {
    PageDoc::read(text)
}

/// How to import.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Names for what the pages call in Chinese.
    pub glossary: &'a Glossary,
    /// Copies the texts of the pages, for private use; labels only where not.
    pub full: bool,
    /// Types that several endpoints have become files of their own.
    pub share: bool,
    /// The schema that the specs go into, whose shared types are used where they fit.
    pub there: Option<&'a Api>,
}

/// What became of pages.
#[derive(Debug)]
pub struct Imported {
    /// Relative path and text, sorted by path.
    pub files: Vec<(String, String)>,
    /// Which page each endpoint came from.
    pub endpoints: Vec<(EndpointId, String)>,
    /// What could not be read, with the pages' lines.
    pub report: Report,
}

/// Turns pages, given by name and text, into the files of a schema. `progress` hears how many pages have been read.
pub fn import(
    pages: &[(String, String)],
    options: &Options<'_>,
    progress: &mut dyn FnMut(usize),
) -> Imported {
    let sources = Sources::plain(pages.iter().cloned());
    let mut diagnostics = Diagnostics::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut endpoints: Vec<(EndpointId, String)> = Vec::new();
    let mut seen: BTreeMap<EndpointId, Span> = BTreeMap::new();
    for (index, (file, (draft, problems))) in
        sources.files().iter().zip(read(&sources, options, progress)).enumerate()
    {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        diagnostics.extend(problems.into_iter().map(|problem| diagnostic(index, problem)));
        let Some(draft) = draft else { continue };
        let at = Span { file: index, start: 0, end: 0 };
        if let Some(first) = seen.get(&draft.id) {
            let message = format!("this page describes `{}`, too", draft.id);
            let error = Diagnostic::error(Code::H405, at, message).note_at(*first, "first here");
            diagnostics
                .push(error.help("leave one of the two pages out, or write its spec under another name"));
            continue;
        }
        seen.insert(draft.id.clone(), at);
        endpoints.push((draft.id.clone(), file.path.clone()));
        drafts.push(draft);
    }
    leave_out(&mut drafts, &seen, &mut diagnostics);
    endpoints.retain(|(id, _)| drafts.iter().any(|draft| draft.id == *id));
    let files = assemble::files(&drafts, options.share, options.there);
    Imported { files, endpoints, report: diagnostics.finish(&sources) }
}

/// Drafts of all pages in their order, read side by side.
fn read(
    sources: &Sources,
    options: &Options<'_>,
    progress: &mut dyn FnMut(usize),
) -> Vec<(Option<Draft>, Vec<Problem>)> {
    let files = sources.files();
    let workers =
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len()).max(1);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut drafts: Vec<Option<(Option<Draft>, Vec<Problem>)>> = files.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some((at, file)) = next_of(files, next) {
                    let draft = draft::draft(&read_page(&file.text), options.glossary, options.full);
                    if sender.send((at, draft)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (done, (at, draft)) in receiver.iter().enumerate() {
            progress(done + 1);
            if let Some(slot) = drafts.get_mut(at) {
                *slot = Some(draft);
            }
        }
    });
    drafts.into_iter().map(Option::unwrap_or_default).collect()
}

fn next_of<'a>(files: &'a [SourceFile], next: &AtomicUsize) -> Option<(usize, &'a SourceFile)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|file| (at, file))
}

/// Takes out what `check` would refuse in spite of all corrections, and says so: an example, or a whole endpoint.
fn leave_out(drafts: &mut Vec<Draft>, pages: &BTreeMap<EndpointId, Span>, diagnostics: &mut Diagnostics) {
    // What is wrong with one may hide what is wrong with another.
    for _ in 0..=drafts.len() {
        let sources = Sources::from_texts(assemble::files(drafts, false, None));
        let Err(report) = crate::load_sources(&sources) else { return };
        let mut refused = BTreeSet::new();
        let mut helped = false;
        for found in report.diagnostics().iter().filter(|found| found.severity == Severity::Error) {
            let path = found.span.map_or("", |span| sources.path(span.file));
            let mut parts = path.split('.');
            let (stem, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let Some(draft) = drafts.iter_mut().find(|draft| draft.stem() == stem) else { continue };
            let at = pages.get(&draft.id).copied().unwrap_or_default();
            let slot = match kind {
                "request" => draft.request_example.take(),
                "response" => draft.response_example.take(),
                _ => {
                    if refused.insert(stem.to_owned()) {
                        let message = format!("the spec of this page would be refused: {}", found.message);
                        let help = "it was left out; correct the page, or write the spec by hand";
                        diagnostics.push(Diagnostic::error(Code::H401, at, message).help(help));
                    }
                    continue;
                }
            };
            if slot.is_some() {
                helped = true;
                let message =
                    format!("the example of the {kind} does not fit the page's own table: {}", found.message);
                let warning = Diagnostic::warning(Code::H404, at, message);
                diagnostics
                    .push(warning.help("it was left out; correct it by hand and save it beside the spec"));
            }
        }
        if refused.is_empty() && !helped {
            return;
        }
        drafts.retain(|draft| !refused.contains(&draft.stem()));
    }
}

fn diagnostic(file: u32, problem: Problem) -> Diagnostic {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { file, start: offset(problem.at.0), end: offset(problem.at.1) };
    let diagnostic = match problem.severity {
        Severity::Error => Diagnostic::error(problem.code, span, problem.message),
        Severity::Warning => Diagnostic::warning(problem.code, span, problem.message),
    };
    diagnostic.help(problem.help)
}
