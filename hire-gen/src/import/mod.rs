//! Documentation pages → specs.
//!
//! ```text
//! text → page → rows → nest → PageDoc → draft → assemble → YAML
//! ```
//!
//! `docs/import.md` explains how nesting is recovered and how well.

mod agree;
mod answer;
mod assemble;
mod compose;
mod condition;
mod describe;
mod doc;
mod draft;
pub mod drift;
mod event;
mod evidence;
mod foreign;
mod glossary;
mod json;
mod line;
mod listing;
mod nest;
mod page;
mod portal;
mod repair;
mod rows;
mod saved;
mod scope;
mod spelling;
mod table;
mod tag;
mod text;
mod values;
mod wire_type;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub use describe::Description;
pub use doc::{PageDoc, PageError, PageExample, PageField};
pub use glossary::Glossary;
pub use json::Shape;
pub use listing::{Listed, Listing};
pub use portal::Identity;
pub use scope::PageScope;
pub use values::Value;
pub use wire_type::{WireBase, WireType};

use self::draft::{Draft, Problem};
use self::evidence::Evidence;
use crate::read::diag::{Code, Diagnostic, Diagnostics, Severity};
use crate::read::report::Report;
use crate::read::source::Sources;
use crate::read::span::Span;
use crate::resolve::ir::{Api, EndpointId};

/// Reads a documentation page. Any text is accepted; missing parts stay empty.
pub fn read_page(text: &str) -> PageDoc {
    PageDoc::read(&line::normal(text))
}

/// Reads documentation pages together: pages with the same type are evidence for each other.
pub fn read_pages(texts: &[&str]) -> Vec<PageDoc> {
    documents(texts, Evidence::default(), &mut |_| ())
}

/// Options of an import.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Names for Chinese labels.
    pub glossary: &'a Glossary,
    /// Copies the texts of the pages, for private use; otherwise only labels.
    pub full: bool,
    /// Writes types of several endpoints to their own files.
    pub share: bool,
    /// The schema that the specs go into; its shared types are used if they fit.
    pub there: Option<&'a Api>,
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    /// Relative path and text, sorted by path.
    pub files: Vec<(String, String)>,
    /// The page of each endpoint.
    pub endpoints: Vec<(EndpointId, String)>,
    /// The page of each event, by the path of its spec without its ending.
    pub events: Vec<(String, String)>,
    /// The diagnostics, with lines of the pages.
    pub report: Report,
}

impl Imported {
    /// The files as a schema of their own, with the region that an endpoint on another host names.
    pub fn sources(&self) -> Sources {
        with_regions(self.files.clone())
    }
}

/// Turns pages, given by name and text, into the files of a schema. `progress` receives the number of pages read so
/// far.
pub fn import(
    pages: &[(String, String)],
    options: &Options<'_>,
    progress: &mut dyn FnMut(usize),
) -> Imported {
    let pages = pages.iter().map(|(name, file)| {
        let text = saved::text(file);
        (name.clone(), line::normal(&text).into_owned())
    });
    let sources = Sources::plain(pages);
    let mut diagnostics = Diagnostics::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut endpoints: Vec<(EndpointId, String)> = Vec::new();
    let mut events: Vec<(String, String)> = Vec::new();
    let mut found: Vec<(Draft, Span)> = Vec::new();
    for (index, (draft, problems)) in read(&sources, options, progress).into_iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        diagnostics.extend(problems.into_iter().map(|problem| diagnostic(index, problem)));
        let Some(draft) = draft else { continue };
        found.push((draft, Span { file: index, start: 0, end: 0 }));
    }
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (draft, at) in named(newest(found, &mut diagnostics)) {
        let page = sources.path(at.file).to_owned();
        if draft.of_event {
            events.push((draft.stem(), page));
        } else {
            endpoints.push((draft.id.clone(), page));
        }
        seen.insert(draft.stem(), at);
        drafts.push(draft);
    }
    leave_out(&mut drafts, &seen, &mut diagnostics);
    endpoints.retain(|(id, _)| drafts.iter().any(|draft| !draft.of_event && draft.id == *id));
    events.retain(|(stem, _)| drafts.iter().any(|draft| draft.stem() == *stem));
    let files = assemble::files(&drafts, options.share, options.there);
    Imported { files, endpoints, events, report: diagnostics.finish(&sources) }
}

/// The newest of the pages that describe one call; diagnostics name the others.
fn newest(found: Vec<(Draft, Span)>, diagnostics: &mut Diagnostics) -> Vec<(Draft, Span)> {
    let mut kept: Vec<(Draft, Span)> = Vec::new();
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for (draft, at) in found {
        let Some(before) = calls.get(&draft.call).and_then(|index| kept.get_mut(*index)) else {
            calls.insert(draft.call.clone(), kept.len());
            kept.push((draft, at));
            continue;
        };
        let mut older = (draft, at);
        if before.0.revised < older.0.revised {
            std::mem::swap(before, &mut older);
        }
        let message = format!("another page also describes `{}` and is not older", older.0.call);
        let warning =
            Diagnostic::warning(Code::H405, older.1, message).note_at(before.1, "this page is used");
        diagnostics
            .push(warning.help("leave the older page out, or delete the newer one to import this one"));
    }
    kept
}

/// Calls with the same name, or with that of a client method, get their method in it; if that is not enough, and for
/// events, a number.
fn named(mut drafts: Vec<(Draft, Span)>) -> Vec<(Draft, Span)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (draft, _) in &drafts {
        *counts.entry(draft.stem()).or_default() += 1;
    }
    let mut taken: BTreeSet<String> =
        counts.iter().filter(|(_, count)| **count == 1).map(|(stem, _)| stem.clone()).collect();
    for (draft, _) in &mut drafts {
        let reserved = !draft.of_event && crate::resolve::name::reserved_method(&draft.id.action).is_some();
        if !reserved && counts.get(&draft.stem()).is_none_or(|count| *count == 1) {
            continue;
        }
        let method = draft.call.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        let action = match draft.of_event {
            true => draft.id.action.clone(),
            false => format!("{method}_{}", draft.id.action),
        };
        let numbered = (2..).map(|n| format!("{action}_{n}"));
        for action in std::iter::once(action.clone()).chain(numbered) {
            draft.id.action = action;
            if taken.insert(draft.stem()) {
                break;
            }
        }
    }
    drafts
}

/// Drafts of all pages in their order.
fn read(
    sources: &Sources,
    options: &Options<'_>,
    progress: &mut dyn FnMut(usize),
) -> Vec<(Option<Draft>, Vec<Problem>)> {
    let texts: Vec<&str> = sources.files().iter().map(|file| file.text.as_str()).collect();
    let mut evidence = Evidence::default();
    if let Some(api) = options.there {
        evidence.add_schema(api);
    }
    let docs = documents(&texts, evidence, progress);
    side_by_side(&docs, |doc| draft::draft(doc, options.glossary, options.full), &mut |_| ())
}

/// Reads pages, then those again that other pages contradict or can help.
fn documents(texts: &[&str], mut evidence: Evidence, progress: &mut dyn FnMut(usize)) -> Vec<PageDoc> {
    let docs = side_by_side(texts, |text| PageDoc::read(text), progress);
    if docs.iter().all(PageDoc::is_shown) {
        return docs;
    }
    docs.iter().for_each(|doc| evidence.add_page(doc));
    let pages: Vec<(&str, PageDoc)> = texts.iter().copied().zip(docs).collect();
    let again = |(text, doc): &(&str, PageDoc)| {
        if doc.is_shown() {
            return None;
        }
        let templates = evidence.templates(doc);
        (doc.is_unsure() || doc.contradicts(&templates)).then(|| PageDoc::read_with(text, &templates))
    };
    let better = side_by_side(&pages, again, &mut |_| ());
    let docs = pages.into_iter().zip(better).map(|((_, doc), better)| better.unwrap_or(doc));
    let mut docs: Vec<PageDoc> = docs.collect();
    agree::agree(texts, &mut docs, &evidence);
    docs
}

/// Runs a function on all of these on all cores; the results are in order.
fn side_by_side<T: Sync, R: Default + Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    progress: &mut dyn FnMut(usize),
) -> Vec<R> {
    let workers =
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(items.len()).max(1);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<R> = items.iter().map(|_| R::default()).collect();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((at, item)) = next_of(items, next) {
                    if sender.send((at, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (done, (at, result)) in receiver.iter().enumerate() {
            progress(done + 1);
            if let Some(slot) = results.get_mut(at) {
                *slot = result;
            }
        }
    });
    results
}

fn next_of<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}

/// The `api.yaml` of a schema that has none, with the region that an endpoint on another host names.
pub(crate) const REGIONS: &str = "base_urls:\n  feishu: https://open.feishu.cn\n";

/// Files as a schema of their own.
fn with_regions(files: Vec<(String, String)>) -> Sources {
    Sources::from_texts(files.into_iter().chain([("api.yaml".to_owned(), REGIONS.to_owned())]))
}

/// Removes and reports everything that `check` would refuse in spite of all corrections: an example, or a whole
/// endpoint.
fn leave_out(drafts: &mut Vec<Draft>, pages: &BTreeMap<String, Span>, diagnostics: &mut Diagnostics) {
    // An error of one may hide an error of another.
    for _ in 0..=drafts.len() {
        let sources = with_regions(assemble::files(drafts, false, None));
        let Err(report) = crate::resolve::load_sources(&sources) else { return };
        let mut refused = BTreeSet::new();
        let mut helped = false;
        for found in report.diagnostics().iter().filter(|found| found.severity == Severity::Error) {
            let path = found.span.map_or("", |span| sources.path(span.file));
            let mut parts = path.split('.');
            let (stem, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let Some(draft) = drafts.iter_mut().find(|draft| draft.stem() == stem) else { continue };
            let at = pages.get(&draft.stem()).copied().unwrap_or_default();
            let slot = match kind {
                "request" => draft.request_example.take(),
                "response" | "event" => draft.response_example.take(),
                _ => {
                    if refused.insert(stem.to_owned()) {
                        let message = format!("the spec of this page is invalid: {}", found.message);
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
