//! Conditions on items, if every resource is generated and Cargo features select among them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::{Options, event_feature, reachable, resource_feature};
use crate::resolve::ir::{Api, Endpoint, Event, TypeId};

/// The resources that an item belongs to: those whose endpoints need it, and those whose events need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gate {
    endpoints: BTreeSet<String>,
    events: BTreeSet<String>,
}

impl Gate {
    /// The gate of the items of these endpoints and events.
    pub(super) fn of(endpoints: &[&Endpoint], events: &[&Event]) -> Self {
        Self {
            endpoints: endpoints.iter().map(|endpoint| resource_feature(endpoint)).collect(),
            events: events.iter().map(|event| event_feature(event)).collect(),
        }
    }

    /// Any of these gates.
    pub(super) fn any<'g>(gates: impl IntoIterator<Item = &'g Self>) -> Self {
        let mut all = Self::default();
        for gate in gates {
            all.endpoints.extend(gate.endpoints.iter().cloned());
            all.events.extend(gate.events.iter().cloned());
        }
        all
    }

    /// The gate of the endpoints alone.
    pub(super) fn called(&self) -> Self {
        Self { endpoints: self.endpoints.clone(), events: BTreeSet::new() }
    }

    /// Whether any endpoint needs the item.
    pub(super) fn is_called(&self) -> bool {
        !self.endpoints.is_empty()
    }

    /// `#[cfg(..)]`, if features are conditions. A resource without its own feature is part of `full`.
    pub(super) fn cfg(&self, options: &Options) -> Option<TokenStream> {
        let declared = options.features.as_ref().filter(|_| options.staged)?;
        let of = |resources: &BTreeSet<String>| -> BTreeSet<String> {
            let own = |name: &String| if declared.contains(name) { name.clone() } else { "full".to_owned() };
            resources.iter().map(own).collect()
        };
        let endpoints = of(&self.endpoints);
        let mut conditions: Vec<TokenStream> =
            endpoints.iter().map(|feature| quote!(feature = #feature)).collect();
        let events = of(&self.events).difference(&endpoints).cloned().collect::<Vec<_>>();
        let events: Vec<TokenStream> = events.iter().map(|feature| quote!(feature = #feature)).collect();
        if let Some(any) = any(events) {
            conditions.push(quote!(all(feature = "events", #any)));
        }
        any(conditions).map(|condition| quote!(#[cfg(#condition)]))
    }
}

fn any(conditions: Vec<TokenStream>) -> Option<TokenStream> {
    match conditions.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(quote!(any(#(#several),*))),
    }
}

/// The gate of every type that these endpoints and events use.
pub(super) fn types(api: &Api, endpoints: &[&Endpoint], events: &[&Event]) -> BTreeMap<TypeId, Gate> {
    let mut gates: BTreeMap<TypeId, Gate> = BTreeMap::new();
    for &endpoint in endpoints {
        for id in reachable(api, endpoint.sent().chain(&endpoint.response)) {
            gates.entry(id).or_default().endpoints.insert(resource_feature(endpoint));
        }
    }
    for &event in events {
        for id in reachable(api, &event.fields) {
            gates.entry(id).or_default().events.insert(event_feature(event));
        }
    }
    gates
}
