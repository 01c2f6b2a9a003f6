//! Compares pages with the schema.

mod apply;
mod compare;
mod edit;
mod listed;
mod spec;

use std::collections::BTreeMap;
use std::fmt;

pub use self::apply::{Applied, apply};
pub use self::listed::ListDrift;
use self::spec::Spec;
pub use self::spec::SpecId;
use super::{Glossary, Listing, Options, import};
use crate::read::diag::Code;
use crate::read::report::Report;
use crate::read::source::Sources;
use crate::resolve::ir::{Api, Endpoint, EndpointId, Event, EventId, TypeId};

/// The changes of one endpoint.
#[derive(Clone, Debug)]
pub struct EndpointDrift {
    /// The endpoint.
    pub id: EndpointId,
    /// The page.
    pub page: String,
    /// The date in the spec, and the page's.
    pub revised: (Option<String>, Option<String>),
    /// In the order of the page.
    pub changes: Vec<Change>,
}

/// The changes of one event.
#[derive(Clone, Debug)]
pub struct EventDrift {
    /// Its name: `hire.application.stage_changed_v1`.
    pub event_type: String,
    /// The page.
    pub page: String,
    /// The date in the spec, and the page's.
    pub revised: (Option<String>, Option<String>),
    /// In the order of the page.
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Change {
    /// The path: `body.education_list.degree`, `quota`, `errors.1002001`.
    pub at: String,
    /// The kind.
    pub what: What,
    /// The object of the schema that contains the field, if it is not a section of an endpoint.
    pub(crate) owner: Option<TypeId>,
    /// Another endpoint or event uses the same object, and its page does not show this.
    pub contested: bool,
    /// The page does not clearly show the place of the row, so this may not be a change.
    pub unsure: bool,
}

/// The kinds of differences.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The page has a field that the schema lacks, with its type on the page.
    FieldAdded(String),
    /// The schema has a field that the page lacks.
    FieldRemoved,
    /// The field has another type.
    Type(String, String),
    /// A key of the field: the key, the schema's value, the page's value.
    Key(&'static str, Option<String>, Option<String>),
    /// The page has a value that the enum lacks, with its label.
    ValueAdded(String, String),
    /// The enum has a value that the page lacks.
    ValueRemoved(String),
    /// An error code that the schema lacks, with its label.
    ErrorAdded(String),
    /// An error code that the page lacks.
    ErrorRemoved,
    /// A key of the endpoint or the event, or the form of a body or an answer: the schema's value and the page's.
    Head(String, String),
    /// The schema gives a reason for a difference from the page that no longer exists.
    FixIsOld,
}

impl Change {
    /// A word for programs: `field-added`.
    pub fn kind(&self) -> &'static str {
        match self.what {
            What::FieldAdded(_) => "field-added",
            What::FieldRemoved => "field-removed",
            What::Type(..) => "type",
            What::Key(..) => "key",
            What::ValueAdded(..) => "value-added",
            What::ValueRemoved(_) => "value-removed",
            What::ErrorAdded(_) => "error-added",
            What::ErrorRemoved => "error-removed",
            What::Head(..) => "head",
            What::FixIsOld => "fix-is-old",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let at = &self.at;
        match &self.what {
            What::FieldAdded(ty) => write!(f, "+ {at}: {ty}")?,
            What::FieldRemoved => write!(f, "- {at}")?,
            What::Type(old, new) => write!(f, "~ {at}: {old} → {new}")?,
            What::Key(key, old, new) => write!(f, "~ {at} {key}: {} → {}", none(old), none(new))?,
            What::ValueAdded(value, label) => write!(f, "+ {at} = {value} {label}")?,
            What::ValueRemoved(value) => write!(f, "- {at} = {value}")?,
            What::ErrorAdded(label) => write!(f, "+ {at} {label}")?,
            What::ErrorRemoved => write!(f, "- {at}")?,
            What::Head(old, new) => write!(f, "~ {at}: {old} → {new}")?,
            What::FixIsOld => write!(f, "= {at}: the page agrees now; delete its `fix`")?,
        }
        let contested = if self.contested { " (another page disagrees)" } else { "" };
        write!(f, "{contested}{}", if self.unsure { " (its place on the page is uncertain)" } else { "" })
    }
}

/// The result of comparing the schema with pages.
pub struct Drift {
    /// Endpoints with a page, in the order of the schema, including unchanged ones.
    pub endpoints: Vec<EndpointDrift>,
    /// Events with a page, in the order of the schema, including unchanged ones.
    pub events: Vec<EventDrift>,
    /// The parts of the pages that could not be read. Their contradictions are known and left out.
    pub report: Report,
    /// The result for lists of operations among the pages; `None` if there are none.
    pub listed: Option<ListDrift>,
    /// The pages as a schema of their own, from which changes are taken over.
    pub(crate) fresh: Api,
    pub(crate) fresh_sources: Sources,
}

/// Compares a schema with pages and lists of operations, given by name and text. Pages without a spec, and specs without a page,
/// do not count; operations of a list without a spec do.
pub fn drift(api: &Api, pages: &[(String, String)], glossary: &Glossary) -> Drift {
    let (lists, pages) = lists(pages);
    let imported = import(&pages, &Options { glossary, full: false, share: false, there: None }, &mut |_| ());
    let fresh_sources = imported.sources();
    let fresh = match crate::resolve::load_sources(&fresh_sources) {
        Ok((fresh, _)) => fresh,
        // A test checks that the importer's output is accepted; anything else has no changes to show.
        Err(_) => Api::default(),
    };
    let pages: BTreeMap<&EndpointId, &String> =
        imported.endpoints.iter().map(|(id, page)| (id, page)).collect();
    let by_call: BTreeMap<(&str, String), &Endpoint> =
        fresh.endpoints.iter().map(|endpoint| (call(endpoint), endpoint)).collect();
    let mut endpoints = Vec::new();
    for old in &api.endpoints {
        let Some(new) = by_call.get(&call(old)) else { continue };
        endpoints.push(EndpointDrift {
            id: old.id.clone(),
            page: pages.get(&new.id).map_or(String::new(), |page| (*page).clone()),
            revised: (old.revised.clone(), new.revised.clone()),
            changes: compare::endpoint(api, old, &fresh, new),
        });
    }
    let event_pages: BTreeMap<&str, &String> =
        imported.events.iter().map(|(stem, page)| (stem.as_str(), page)).collect();
    let events = api.events.iter().filter_map(|old| {
        let new = fresh.event(&old.event_type)?;
        let stem = new.id.to_string().replace('.', "/");
        Some(EventDrift {
            event_type: old.event_type.clone(),
            page: event_pages.get(stem.as_str()).map_or(String::new(), |page| (*page).clone()),
            revised: (old.revised.clone(), new.revised.clone()),
            changes: compare::event(api, old, &fresh, new),
        })
    });
    let mut events: Vec<EventDrift> = events.collect();
    contest(api, &mut endpoints, &mut events);
    let listed = (!lists.is_empty()).then(|| listed::compare(api, &lists));
    Drift {
        endpoints,
        events,
        listed,
        report: imported.report.only(|found| found.code != Code::H404),
        fresh,
        fresh_sources,
    }
}

/// Splits lists of operations from pages.
fn lists(files: &[(String, String)]) -> (Vec<Listing>, Vec<(String, String)>) {
    let mut lists = Vec::new();
    let mut pages = Vec::new();
    for (name, text) in files {
        match Listing::read(text) {
            Some(listing) => lists.push(listing),
            None => pages.push((name.clone(), text.clone())),
        }
    }
    (lists, pages)
}

/// Method and path, without the names of parameters.
fn call(endpoint: &Endpoint) -> (&str, String) {
    let (_, path) = listed::key("", &endpoint.path);
    (endpoint.method.as_str(), path)
}

/// Marks the changes of shared objects that not all pages have.
fn contest(api: &Api, endpoints: &mut [EndpointDrift], events: &mut [EventDrift]) {
    let of_endpoints =
        endpoints.iter_mut().map(|drift| (SpecId::Endpoint(drift.id.clone()), &mut drift.changes));
    let of_events =
        events.iter_mut().map(|drift| (SpecId::Event(drift.event_type.clone()), &mut drift.changes));
    let mut all: Vec<(SpecId, &mut Vec<Change>)> = of_endpoints.chain(of_events).collect();
    let said_of = |change: &Change| Some((change.owner?, leaf(&change.at), change.what.clone()));
    let said: Vec<Vec<_>> =
        all.iter().map(|(_, changes)| changes.iter().filter_map(said_of).collect()).collect();
    // The types in requests and elsewhere, with the changes on the page of each endpoint and event that uses them.
    let mut senders: BTreeMap<TypeId, Vec<&[_]>> = BTreeMap::new();
    let mut receivers = senders.clone();
    for ((id, _), said) in all.iter().zip(&said) {
        let Some(spec) = Spec::find(api, id) else { continue };
        for id in spec.sent_types(api) {
            senders.entry(id).or_default().push(said);
        }
        for id in spec.received_types(api) {
            receivers.entry(id).or_default().push(said);
        }
    }
    for change in all.iter_mut().flat_map(|(_, changes)| changes.iter_mut()) {
        let Some(one) = said_of(change) else { continue };
        let agree = |pages: Option<&Vec<&[_]>>| pages.into_iter().flatten().all(|said| said.contains(&one));
        let is_received = !matches!(change.what, What::Key(key, ..) if compare::is_only_sent(key));
        let contested = !agree(senders.get(&one.0)) || is_received && !agree(receivers.get(&one.0));
        change.contested = contested;
    }
}

/// The last step of a path.
pub(crate) fn leaf(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).to_owned()
}

/// Which endpoints and events pages describe, and which the schema has.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Method, path and page of endpoints without a spec.
    pub without_spec: Vec<(String, String, String)>,
    /// Endpoints of the schema without a page.
    pub without_page: Vec<EndpointId>,
    /// Endpoints with both.
    pub covered: usize,
    /// Name and page of events without a spec.
    pub events_without_spec: Vec<(String, String)>,
    /// Events of the schema without a page.
    pub events_without_page: Vec<EventId>,
    /// Events with both.
    pub events_covered: usize,
    /// Pages that describe neither an endpoint nor an event.
    pub no_endpoint: Vec<String>,
}

/// Compares which endpoints and events exist. A list of operations counts as the pages of all of them.
pub fn coverage(api: &Api, pages: &[(String, String)]) -> Coverage {
    let mut calls: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    let mut events: BTreeMap<String, String> = BTreeMap::new();
    let mut no_endpoint = Vec::new();
    for (page, text) in pages {
        if let Some(listing) = Listing::read(text) {
            for operation in listing.operations {
                let key = listed::key(&operation.method, &operation.path);
                calls.entry(key).or_insert((operation.path, page.clone()));
            }
            no_endpoint.extend(listing.unread.iter().map(|path| format!("{path} in {page}")));
            continue;
        }
        let doc = super::read_page(text);
        if let Some(event_type) = doc.event_type {
            events.entry(event_type).or_insert(page.clone());
            continue;
        }
        let path = super::spelling::path(&doc.url);
        if doc.method.is_empty() || path.is_empty() {
            no_endpoint.push(page.clone());
            continue;
        }
        calls.entry(listed::key(&doc.method, &path)).or_insert((path, page.clone()));
    }
    let mut without_page = Vec::new();
    let mut covered = 0;
    for endpoint in &api.endpoints {
        let (method, path) = call(endpoint);
        match calls.remove(&(method.to_owned(), path)) {
            Some(_) => covered += 1,
            None => without_page.push(endpoint.id.clone()),
        }
    }
    let without_spec = calls.into_iter().map(|((method, _), (path, page))| (method, path, page)).collect();
    let (with_page, without): (Vec<&Event>, Vec<&Event>) =
        api.events.iter().partition(|event| events.contains_key(&event.event_type));
    events.retain(|event_type, _| api.event(event_type).is_none());
    Coverage {
        without_spec,
        without_page,
        covered,
        events_without_spec: events.into_iter().collect(),
        events_without_page: without.into_iter().map(|event| event.id.clone()).collect(),
        events_covered: with_page.len(),
        no_endpoint,
    }
}
