//! The schema against a list of operations: which are new, gone, moved, or were changed later than their specs.

use std::collections::{BTreeMap, BTreeSet};

use super::call;
use crate::import::{Listed, Listing, spelling};
use crate::resolve::ir::{Api, Endpoint, EndpointId};

/// The differences between a list and the schema.
#[derive(Clone, Debug, Default)]
pub struct ListDrift {
    /// Operations without a spec, of services that the schema has.
    pub new: Vec<Listed>,
    /// Endpoints that the list lacks, of services that it has.
    pub gone: Vec<EndpointId>,
    /// Endpoints that are at another address by now.
    pub moved: Vec<(EndpointId, Listed)>,
    /// Endpoints whose pages were changed after their specs were made: the date of the spec, and that of the list.
    pub later: Vec<(EndpointId, String, String)>,
    /// Operations of the list, each counted once.
    pub listed: usize,
    /// Operations with a spec.
    pub covered: usize,
    /// Operations with a spec, of which the list or the spec has no date.
    pub undated: usize,
    /// Operations of services that the schema lacks, by service.
    pub elsewhere: BTreeMap<String, usize>,
    /// Entries that have no method.
    pub unread: Vec<String>,
}

impl ListDrift {
    /// How many things have changed.
    pub fn changes(&self) -> usize {
        self.new.len() + self.gone.len() + self.moved.len() + self.later.len()
    }
}

/// Compares a schema with lists of operations. Of entries for one call, the one with the latest date counts.
pub(super) fn compare(api: &Api, lists: &[Listing]) -> ListDrift {
    let mut drift = ListDrift::default();
    let mut calls: BTreeMap<(String, String), &Listed> = BTreeMap::new();
    for listing in lists {
        drift.unread.extend(listing.unread.iter().cloned());
        for operation in &listing.operations {
            let known = calls.entry(key(&operation.method, &operation.path)).or_insert(operation);
            if known.updated < operation.updated {
                *known = operation;
            }
        }
    }
    drift.listed = calls.len();
    let services: BTreeSet<String> = calls.values().map(|operation| service(&operation.path)).collect();
    let mut missing = Vec::new();
    for endpoint in &api.endpoints {
        let (method, path) = call(endpoint);
        let Some(operation) = calls.remove(&(method.to_owned(), path)) else {
            missing.push(endpoint);
            continue;
        };
        drift.covered += 1;
        match (&endpoint.revised, &operation.updated) {
            (Some(old), Some(new)) if old < new => {
                drift.later.push((endpoint.id.clone(), old.clone(), new.clone()));
            }
            (Some(_), Some(_)) => {}
            _ => drift.undated += 1,
        }
    }
    for endpoint in missing {
        match moved(endpoint, &calls) {
            Some(key) => {
                let operation = calls.remove(&key).cloned().unwrap_or_default();
                drift.moved.push((endpoint.id.clone(), operation));
            }
            None if services.contains(&service(&endpoint.path)) => drift.gone.push(endpoint.id.clone()),
            None => {}
        }
    }
    let ours: BTreeSet<String> = api.endpoints.iter().map(|endpoint| service(&endpoint.path)).collect();
    for operation in calls.into_values() {
        let service = service(&operation.path);
        if ours.contains(&service) {
            drift.new.push(operation.clone());
        } else {
            *drift.elsewhere.entry(service).or_default() += 1;
        }
    }
    drift
}

/// The new address of an endpoint: the only one without a spec that has its name or, in a list without names, its title.
fn moved(endpoint: &Endpoint, calls: &BTreeMap<(String, String), &Listed>) -> Option<(String, String)> {
    let same = |operation: &Listed| match operation.identity.as_ref().and_then(spelling::official) {
        Some(id) => id == endpoint.id,
        None => {
            operation.title.is_some()
                && operation.title == endpoint.label
                && service(&operation.path) == service(&endpoint.path)
        }
    };
    let mut found = calls.iter().filter(|(_, operation)| same(operation));
    match (found.next(), found.next()) {
        (Some((key, _)), None) => Some(key.clone()),
        _ => None,
    }
}

/// Method and path, in which a parameter's name makes no difference.
pub(super) fn key(method: &str, path: &str) -> (String, String) {
    let segments = path.split('/').map(|segment| if segment.starts_with([':', '{']) { ":" } else { segment });
    (method.to_owned(), segments.collect::<Vec<_>>().join("/"))
}

/// `hire` of `/open-apis/hire/v1/talents`.
fn service(path: &str) -> String {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty() && *segment != "open-apis");
    segments.next().unwrap_or_default().to_owned()
}
