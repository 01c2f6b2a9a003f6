//! Matches endpoints and types of two versions, and finds the users of a type.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Change, SharedType, Subject, Use};
use crate::outline;
use crate::resolve::ir::{Api, Endpoint, EndpointId, Event, EventId, Field, Home, Kind, Type, TypeId};
use crate::rust::{object_fields, reachable, target};

/// One side of the comparison.
pub(super) struct Version<'a> {
    pub(super) api: &'a Api,
    /// The generated types.
    types: BTreeMap<(&'a Home, &'a str), TypeId>,
    /// Where an endpoint uses its own types.
    places: BTreeMap<TypeId, Vec<String>>,
}

impl<'a> Version<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let fields = api.endpoints.iter().flat_map(|endpoint| sent(endpoint).chain(&endpoint.response));
        let types = reachable(api, fields.chain(api.events.iter().flat_map(|event| &event.fields)));
        let types = types.into_iter().filter_map(|id| Some((api.type_(id)?, id)));
        Self {
            api,
            types: types.map(|(ty, id)| ((&ty.home, ty.name.as_str()), id)).collect(),
            places: places(api),
        }
    }

    /// In the order of their IDs: shared ones by name, then local ones as declared.
    pub(super) fn types(&self) -> impl Iterator<Item = (TypeId, &'a Type)> {
        let ids: BTreeSet<TypeId> = self.types.values().copied().collect();
        ids.into_iter().filter_map(|id| Some((id, self.api.type_(id)?)))
    }

    /// Where the declaring endpoint or event uses the type; empty for a shared type.
    pub(super) fn places(&self, id: TypeId) -> &[String] {
        self.places.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// What is sent: one struct in Rust.
pub(super) fn sent(endpoint: &Endpoint) -> impl Iterator<Item = &Field> {
    endpoint.sent()
}

/// Every use of a local type of an endpoint or an event; each type is entered once, at its first use.
fn places(api: &Api) -> BTreeMap<TypeId, Vec<String>> {
    let mut places: BTreeMap<TypeId, Vec<String>> = BTreeMap::new();
    for endpoint in &api.endpoints {
        let body = endpoint.body.as_deref().unwrap_or_default();
        let sections = [
            ("path", &*endpoint.path_params),
            ("query", &*endpoint.query),
            ("headers", &*endpoint.headers),
            ("body", body),
            ("response", &*endpoint.response),
        ];
        note_places(api, &sections, &mut places);
    }
    for event in &api.events {
        note_places(api, &[("event", &*event.fields)], &mut places);
    }
    places
}

fn note_places(api: &Api, sections: &[(&str, &[Field])], places: &mut BTreeMap<TypeId, Vec<String>>) {
    let mut open: VecDeque<(String, &[Field])> =
        sections.iter().map(|(name, fields)| ((*name).to_owned(), *fields)).collect();
    while let Some((prefix, fields)) = open.pop_front() {
        for field in fields {
            let Some(id) = target(field) else { continue };
            if matches!(api.type_(id), None | Some(Type { home: Home::Shared { .. }, .. })) {
                continue;
            }
            let path = outline::path(&prefix, field);
            let known = places.entry(id).or_default();
            if known.is_empty() {
                open.push_back((path.clone(), object_fields(api, id)));
            }
            known.push(path);
        }
    }
}

/// How two types are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// One type.
    Same,
    /// One type with another name or in another place.
    Renamed,
    /// Two types.
    Different,
}

/// The matches.
pub(super) struct Pairs {
    /// Indices of the endpoints in both versions, in the order of the new one.
    pub(super) endpoints: Vec<(usize, usize)>,
    /// Indices of the events in both versions, in the order of the new one.
    pub(super) events: Vec<(usize, usize)>,
    /// Names of the same endpoint.
    ids: BTreeMap<EndpointId, EndpointId>,
    /// Names of the same event.
    event_ids: BTreeMap<EventId, EventId>,
    same: BTreeMap<TypeId, TypeId>,
    /// New types with the old type of the same name in the same place.
    known: BTreeSet<TypeId>,
    renamed: BTreeSet<(TypeId, TypeId)>,
    /// Types to compare, and all that were queued before.
    open: VecDeque<(TypeId, TypeId)>,
    seen: BTreeSet<(TypeId, TypeId)>,
}

impl Pairs {
    pub(super) fn new(old: &Version<'_>, new: &Version<'_>) -> Self {
        let endpoints = endpoints(old.api, new.api);
        let ids = endpoints.iter().filter_map(|&(a, b)| {
            Some((old.api.endpoints.get(a)?.id.clone(), new.api.endpoints.get(b)?.id.clone()))
        });
        let events = events(old.api, new.api);
        let event_ids = events.iter().filter_map(|&(a, b)| {
            Some((old.api.events.get(a)?.id.clone(), new.api.events.get(b)?.id.clone()))
        });
        let mut pairs = Self {
            ids: ids.collect(),
            event_ids: event_ids.collect(),
            endpoints,
            events,
            same: BTreeMap::new(),
            known: BTreeSet::new(),
            renamed: BTreeSet::new(),
            open: VecDeque::new(),
            seen: BTreeSet::new(),
        };
        for (id, ty) in old.types() {
            if let Some(counterpart) = new.types.get(&(&pairs.home(&ty.home), ty.name.as_str())) {
                pairs.same.insert(id, *counterpart);
                pairs.known.insert(*counterpart);
                pairs.compare_later(id, *counterpart);
            }
        }
        pairs
    }

    /// The home of an old type by its new name.
    pub(super) fn home(&self, old: &Home) -> Home {
        match old {
            Home::Local(id) => Home::Local(self.id(id).unwrap_or(id).clone()),
            Home::Event(id) => Home::Event(self.event_ids.get(id).unwrap_or(id).clone()),
            Home::Shared { .. } => old.clone(),
        }
    }

    /// The new name of an old endpoint; `None` if it is gone.
    pub(super) fn id(&self, old: &EndpointId) -> Option<&EndpointId> {
        self.ids.get(old)
    }

    /// The types of endpoints and events that are in both versions.
    pub(super) fn used_in_both(
        &self,
        old: &Version<'_>,
        new: &Version<'_>,
    ) -> (BTreeSet<TypeId>, BTreeSet<TypeId>) {
        type Indices<'a> = &'a mut dyn Iterator<Item = usize>;
        let used = |api: &Api, endpoints: Indices<'_>, events: Indices<'_>| {
            let endpoints = endpoints.filter_map(|index| api.endpoints.get(index));
            let events = events.filter_map(|index| api.events.get(index));
            let fields = endpoints.flat_map(|endpoint| sent(endpoint).chain(&endpoint.response));
            reachable(api, fields.chain(events.flat_map(|event| &event.fields)))
        };
        (
            used(
                old.api,
                &mut self.endpoints.iter().map(|(old, _)| *old),
                &mut self.events.iter().map(|(old, _)| *old),
            ),
            used(
                new.api,
                &mut self.endpoints.iter().map(|(_, new)| *new),
                &mut self.events.iter().map(|(_, new)| *new),
            ),
        )
    }

    /// How a field's old type is related to its new one. Renamed types are compared later.
    pub(super) fn relate(&mut self, old: &Version<'_>, new: &Version<'_>, a: TypeId, b: TypeId) -> Relation {
        if self.same.get(&a) == Some(&b) {
            return Relation::Same;
        }
        // A type that still exists was not renamed: the field now has another type.
        if self.same.contains_key(&a) || !alike(old.api, new.api, a, b) {
            return Relation::Different;
        }
        self.renamed.insert((a, b));
        self.compare_later(a, b);
        Relation::Renamed
    }

    pub(super) fn next(&mut self) -> Option<(TypeId, TypeId)> {
        self.open.pop_front()
    }

    pub(super) fn is_renamed(&self, a: TypeId, b: TypeId) -> bool {
        self.renamed.contains(&(a, b))
    }

    /// Whether a new type existed before under this name.
    pub(super) fn is_known(&self, new: TypeId) -> bool {
        self.known.contains(&new)
    }

    /// Whether an old type no longer exists under any name.
    pub(super) fn is_gone(&self, old: TypeId) -> bool {
        !self.same.contains_key(&old) && !self.renamed.iter().any(|(a, _)| *a == old)
    }

    /// Whether a new type did not exist before under any name.
    pub(super) fn is_new(&self, new: TypeId) -> bool {
        !self.known.contains(&new) && !self.renamed.iter().any(|(_, b)| *b == new)
    }

    fn compare_later(&mut self, a: TypeId, b: TypeId) {
        if self.seen.insert((a, b)) {
            self.open.push_back((a, b));
        }
    }
}

/// Matches endpoints by name, then by method and path.
fn endpoints(old: &Api, new: &Api) -> Vec<(usize, usize)> {
    let index = |api: &Api| -> BTreeMap<EndpointId, usize> {
        api.endpoints.iter().enumerate().map(|(index, endpoint)| (endpoint.id.clone(), index)).collect()
    };
    let (by_id, new_ids) = (index(old), index(new));
    let left = old.endpoints.iter().enumerate().filter(|(_, endpoint)| !new_ids.contains_key(&endpoint.id));
    let by_call: BTreeMap<_, usize> = left.map(|(index, endpoint)| (call(endpoint), index)).collect();
    let found =
        |endpoint: &Endpoint| by_id.get(&endpoint.id).or_else(|| by_call.get(&call(endpoint))).copied();
    new.endpoints.iter().enumerate().filter_map(|(index, endpoint)| Some((found(endpoint)?, index))).collect()
}

/// Matches events by name, then by type.
fn events(old: &Api, new: &Api) -> Vec<(usize, usize)> {
    let named = |api: &Api, id: &EventId| api.events.iter().position(|event| event.id == *id);
    let left = |event: &Event| named(new, &event.id).is_none();
    let found = |event: &Event| {
        let of_type = |known: &Event| left(known) && known.event_type == event.event_type;
        named(old, &event.id).or_else(|| old.events.iter().position(of_type))
    };
    new.events.iter().enumerate().filter_map(|(index, event)| Some((found(event)?, index))).collect()
}

fn call(endpoint: &Endpoint) -> (&str, String) {
    (endpoint.method.as_str(), unnamed(&endpoint.path))
}

/// A path without the names of its parameters.
pub(super) fn unnamed(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Whether one type may be the other renamed: they share at least half of the smaller one's members.
fn alike(old: &Api, new: &Api, a: TypeId, b: TypeId) -> bool {
    let (Some(a), Some(b)) = (old.type_(a), new.type_(b)) else { return false };
    let common = match (&a.kind, &b.kind) {
        (Kind::Object(a), Kind::Object(b)) => {
            a.iter().filter(|field| b.iter().any(|other| other.wire == field.wire)).count()
        }
        (Kind::Enum { int: x, variants: a }, Kind::Enum { int: y, variants: b }) if x == y => {
            a.iter().filter(|variant| b.iter().any(|other| other.value == variant.value)).count()
        }
        _ => return false,
    };
    let size = |kind: &Kind| match kind {
        Kind::Object(fields) => fields.len(),
        Kind::Enum { variants, .. } => variants.len(),
    };
    common * 2 >= size(&a.kind).min(size(&b.kind))
}

/// The changed shared types, with the endpoints and events that use them in either version.
pub(super) fn shared_types(
    old: &Version<'_>,
    new: &Version<'_>,
    pairs: &Pairs,
    changes: &[Change],
) -> Vec<SharedType> {
    let named = changes.iter().filter_map(|change| match &change.subject {
        Subject::SharedType(name) => Some(name.as_str()),
        Subject::Api | Subject::Endpoint(_) | Subject::Event(_) => None,
    });
    let names: BTreeSet<&str> = named.collect();
    let mut users: BTreeMap<&str, BTreeMap<Subject, (bool, bool)>> = BTreeMap::new();
    for version in [old, new] {
        for endpoint in &version.api.endpoints {
            let id = pairs.id(&endpoint.id).filter(|_| std::ptr::eq(version, old)).unwrap_or(&endpoint.id);
            let sent = shared_names(version.api, sent(endpoint));
            let received = shared_names(version.api, &endpoint.response);
            for name in names.iter().filter(|name| sent.contains(**name) || received.contains(**name)) {
                let user = Subject::Endpoint(id.clone());
                let seen = users.entry(name).or_default().entry(user).or_default();
                seen.0 |= sent.contains(*name);
                seen.1 |= received.contains(*name);
            }
        }
        for event in &version.api.events {
            let id = pairs.event_ids.get(&event.id).filter(|_| std::ptr::eq(version, old));
            let received = shared_names(version.api, &event.fields);
            for name in names.iter().filter(|name| received.contains(**name)) {
                let user = Subject::Event(id.unwrap_or(&event.id).clone());
                users.entry(name).or_default().entry(user).or_default().1 = true;
            }
        }
    }
    let mut used_by = |name: &str| {
        let users = users.remove(name).unwrap_or_default().into_iter();
        users.map(|(user, (sent, received))| Use { user, sent, received }).collect()
    };
    names.iter().map(|name| SharedType { name: (*name).to_owned(), used_by: used_by(name) }).collect()
}

fn shared_names<'a>(api: &Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<String> {
    let types = reachable(api, fields).into_iter().filter_map(|id| api.type_(id));
    let names = types.filter_map(|ty| match &ty.home {
        Home::Shared { service, version } => Some(format!("{service}.{version}.types.{}", ty.name)),
        Home::Local(_) | Home::Event(_) => None,
    });
    names.collect()
}
