//! What pages say by now against what the schema says.

mod apply;
mod compare;
mod edit;

use std::collections::BTreeMap;
use std::fmt;

pub use self::apply::{Applied, apply};
use super::{Glossary, Options, import};
use crate::diag::{Code, Report};
use crate::ir::{Api, Endpoint, EndpointId, TypeId};
use crate::source::Sources;

/// What has changed for one endpoint.
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

/// One difference.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where: `body.education_list.degree`, `quota`, `errors.1002001`.
    pub at: String,
    /// What.
    pub what: What,
    /// The object of the schema that the field is in, where it is no section of an endpoint.
    pub(crate) owner: Option<TypeId>,
    /// Another endpoint uses the same object, and its page does not say this.
    pub contested: bool,
    /// The page does not show for certain where the row belongs, so that this may be no change at all.
    pub unsure: bool,
}

/// The kinds of differences.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The page has a field that the schema has not; its type as the page says it.
    FieldAdded(String),
    /// The schema has a field that the page has not.
    FieldRemoved,
    /// The field's type is another.
    Type(String, String),
    /// Something that the field says: the key, what the schema has, what the page has.
    Key(&'static str, Option<String>, Option<String>),
    /// The page has a value that the enum has not; its label.
    ValueAdded(String, String),
    /// The enum has a value that the page has not.
    ValueRemoved(String),
    /// An error code that the schema has not; its label.
    ErrorAdded(String),
    /// An error code that the page has not.
    ErrorRemoved,
    /// Something that the endpoint says: what the schema has, what the page has.
    Head(String, String),
    /// The schema says why it differs from the page, and does not differ any more.
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
            What::FixIsOld => write!(f, "= {at}: the page agrees by now; its `fix` can go")?,
        }
        let contested = if self.contested { " (another endpoint's page disagrees)" } else { "" };
        write!(f, "{contested}{}", if self.unsure { " (where the page has it is not certain)" } else { "" })
    }
}

/// The schema against pages.
pub struct Drift {
    /// Endpoints with a page, in the order of the schema; those without a change, too.
    pub endpoints: Vec<EndpointDrift>,
    /// What could not be read of the pages. Where they contradict themselves is no news and left out.
    pub report: Report,
    /// The pages as a schema of their own, from which changes are taken over.
    pub(crate) fresh: Api,
    pub(crate) fresh_sources: Sources,
}

/// Compares a schema with pages, given by name and text. Pages without a spec, and specs without a page, do not count.
pub fn drift(api: &Api, pages: &[(String, String)], glossary: &Glossary) -> Drift {
    let imported = import(pages, &Options { glossary, full: false, share: false, there: None }, &mut |_| ());
    let fresh_sources = Sources::from_texts(imported.files);
    let fresh = match crate::load_sources(&fresh_sources) {
        Ok((fresh, _)) => fresh,
        // The importer's own output is accepted by a test; whatever is not, has no changes to show.
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
    contest(api, &mut endpoints);
    Drift { endpoints, report: imported.report.only(|found| found.code != Code::H404), fresh, fresh_sources }
}

/// Method and path, in which a parameter's name makes no difference.
fn call(endpoint: &Endpoint) -> (&str, String) {
    let segments =
        endpoint.path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    (endpoint.method.as_str(), segments.collect::<Vec<_>>().join("/"))
}

/// Marks the changes of shared objects that not all pages call for.
fn contest(api: &Api, endpoints: &mut [EndpointDrift]) {
    let mut users: BTreeMap<TypeId, Vec<EndpointId>> = BTreeMap::new();
    for drift in endpoints.iter() {
        for id in compare::types_of(api, &drift.id) {
            users.entry(id).or_default().push(drift.id.clone());
        }
    }
    let said: Vec<(EndpointId, Vec<_>)> = endpoints
        .iter()
        .map(|drift| {
            let changes = drift
                .changes
                .iter()
                .filter_map(|change| Some((change.owner?, leaf(&change.at), change.what.clone())));
            (drift.id.clone(), changes.collect())
        })
        .collect();
    for change in endpoints.iter_mut().flat_map(|drift| &mut drift.changes) {
        let Some(owner) = change.owner else { continue };
        let key = (owner, leaf(&change.at), change.what.clone());
        let all = users.get(&owner).map_or(&[][..], Vec::as_slice);
        change.contested =
            !all.iter().all(|user| said.iter().any(|(id, changes)| id == user && changes.contains(&key)));
    }
}

/// The last step of a path.
pub(crate) fn leaf(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).to_owned()
}

/// Which endpoints pages describe, and which the schema has.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Method, path and page of endpoints without a spec.
    pub without_spec: Vec<(String, String, String)>,
    /// Endpoints of the schema without a page.
    pub without_page: Vec<EndpointId>,
    /// Endpoints with both.
    pub covered: usize,
    /// Pages that describe no endpoint.
    pub no_endpoint: Vec<String>,
}

/// Compares which endpoints there are.
pub fn coverage(api: &Api, pages: &[(String, String)]) -> Coverage {
    let mut calls: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    let mut no_endpoint = Vec::new();
    for (page, text) in pages {
        let doc = super::read_page(text);
        let path = super::spelling::path(&doc.url);
        if doc.method.is_empty() || path.is_empty() {
            no_endpoint.push(page.clone());
            continue;
        }
        let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
        let key = (doc.method.clone(), segments.collect::<Vec<_>>().join("/"));
        calls.entry(key).or_insert((path, page.clone()));
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
    Coverage { without_spec, without_page, covered, no_endpoint }
}
