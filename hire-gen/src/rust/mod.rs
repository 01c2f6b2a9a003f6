//! Api → Rust: declarations, attributes, docs and calls, as tokens.
//!
//! Nothing here can fail and nothing here reads YAML: `check` has refused all errors. Text of the schema reaches the
//! output only as literals and `#[doc]`.

pub mod call;
mod client;
pub(crate) mod docs;
mod endpoint;
mod event;
#[cfg(feature = "stage")]
mod expand;
pub(crate) mod features;
pub(crate) mod files;
mod gate;
mod hire_api;
mod model;
pub mod out_dir;
mod paging;
mod print;
mod rust_type;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub use self::docs::reason;
pub use self::hire_api::HireApi;
#[cfg(feature = "diff")]
pub(crate) use self::{
    docs::{app, token},
    endpoint::safety,
    rust_type::spelled,
};
use crate::resolve::ir::{Api, Base, Endpoint, Event, Field, Home, Kind, TypeId};
use crate::resolve::name;
use crate::rust::files::Files;
use crate::rust::gate::Gate;

/// Options of generation.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these resources, such as `hire-v1-talent`; `None` for all.
    pub resources: Option<BTreeSet<String>>,
    /// `Serialize` and `Deserialize` for every model, in both directions.
    pub serde: bool,
    /// The output is hire-api itself: methods are added to its `Client`; other crates get a trait.
    pub inside_hire_api: bool,
    /// Also generate events; hire-api needs its feature `events`.
    pub events: bool,
    /// The path of hire-api if it is not `::hire_api`: a renamed dependency or a re-export.
    pub hire_api: Option<HireApi>,
    /// Format the output for people; needs the feature `format`.
    pub format: bool,
    /// The output is the published source of hire-api: Cargo features are conditions on items, and the derives are
    /// expanded. Requires `features`, and the feature `stage` of this crate.
    #[doc(hidden)]
    pub staged: bool,
    /// Cargo features that each stand for a resource: the documentation names the one that an item needs, or `full` if
    /// the resource has none.
    pub features: Option<BTreeSet<String>>,
}

/// Returns the feature of an endpoint's resource: `hire-v1-talent`.
pub fn resource_feature(endpoint: &Endpoint) -> String {
    let id = &endpoint.id;
    format!("{}-{}-{}", id.service, id.version, id.resource)
}

/// Returns the feature of an event's resource.
pub fn event_feature(event: &Event) -> String {
    let id = &event.id;
    format!("{}-{}-{}", id.service, id.version, id.resource)
}

/// Returns the feature of every resource, including those with only events.
pub fn features(api: &Api) -> BTreeSet<String> {
    api.endpoints.iter().map(resource_feature).chain(api.events.iter().map(event_feature)).collect()
}

/// Returns every file of the output; `api.rs` is the root.
pub fn emit(api: &Api, options: &Options) -> Files {
    let wanted = |feature: String| options.resources.as_ref().is_none_or(|only| only.contains(&feature));
    let endpoints: Vec<&Endpoint> =
        api.endpoints.iter().filter(|endpoint| wanted(resource_feature(endpoint))).collect();
    let events = api.events.iter().filter(|event| options.events && wanted(event_feature(event)));
    let events: Vec<&Event> = events.collect();
    let cx = Context::new(api, options, &endpoints, &events);
    let mut files = Files::new(options);
    for &endpoint in &endpoints {
        let id = &endpoint.id;
        let path = [&id.service, &id.version, &id.resource, &id.action].map(|part| name::module(part));
        files.add(format!("{}.rs", path.join("/")), endpoint::file(&cx, endpoint));
    }
    for &event in &events {
        let id = &event.id;
        let [service, version, resource, stem] =
            [&id.service, &id.version, &id.resource, &id.event].map(|part| name::module(part));
        files.add(format!("{service}/{version}/{resource}/events/{stem}.rs"), event::file(&cx, event));
    }
    for ((service, version), types) in cx.shared_types() {
        let items = types.iter().flat_map(|&id| {
            let cfg = cx.gate(id).cfg(options);
            model::item(&cx, id).map(|item| quote!(#cfg #item))
        });
        let items = items.collect();
        files.add(format!("{}/{}/types.rs", name::module(service), name::module(version)), items);
    }
    client::files(&cx, &endpoints, &events, &mut files);
    files
}

/// The context of every part of the emitter.
struct Context<'a> {
    api: &'a Api,
    options: &'a Options,
    /// The types to emit, in the order of their files.
    types: BTreeMap<&'a Home, Vec<TypeId>>,
    /// The emitted types that the emitted endpoints send. Other endpoints do not count, so the output does not depend
    /// on which files were read.
    sent: BTreeSet<TypeId>,
    /// The emitted types that answers and events contain.
    received: BTreeSet<TypeId>,
    /// The gate of each type.
    gates: BTreeMap<TypeId, Gate>,
    /// The emitted endpoints by name, with the path of each from the root.
    paths: BTreeMap<String, String>,
}

impl<'a> Context<'a> {
    fn new(api: &'a Api, options: &'a Options, endpoints: &[&Endpoint], events: &[&Event]) -> Self {
        let mut types: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let sent = reachable(api, endpoints.iter().flat_map(|endpoint| endpoint.sent()));
        let answers = endpoints.iter().flat_map(|endpoint| &endpoint.response);
        let received = reachable(api, answers.chain(events.iter().flat_map(|event| &event.fields)));
        for &id in sent.union(&received) {
            if let Some(ty) = api.type_(id) {
                types.entry(&ty.home).or_default().push(id);
            }
        }
        let paths = endpoints.iter().map(|endpoint| {
            let id = &endpoint.id;
            let path = [&id.service, &id.version, &id.resource, &id.action].map(|part| name::module(part));
            (id.to_string(), path.join("::"))
        });
        let gates = if options.staged { gate::types(api, endpoints, events) } else { BTreeMap::new() };
        Self { api, options, types, sent, received, gates, paths: paths.collect() }
    }

    /// The path of an endpoint or a type that a text names, from the module of a home.
    fn link(&self, home: &Home, name: &str) -> Option<String> {
        let up = match home {
            Home::Event(_) => 5,
            Home::Local(_) => 4,
            Home::Shared { .. } => 3,
        };
        if let Some(path) = self.paths.get(name) {
            return Some(format!("{}{path}", "super::".repeat(up)));
        }
        let has = |home: &Home| {
            let mut types = self.types.get(home).into_iter().flatten();
            types.any(|id| self.api.type_(*id).is_some_and(|ty| ty.name == name))
        };
        if has(home) {
            return Some(name.to_owned());
        }
        let (service, version) = match home {
            Home::Event(id) => (&id.service, &id.version),
            Home::Local(id) => (&id.service, &id.version),
            Home::Shared { .. } => return None,
        };
        let shared = Home::Shared { service: service.clone(), version: version.clone() };
        has(&shared).then(|| format!("{}types::{name}", "super::".repeat(up - 2)))
    }

    /// The derive with this name.
    fn derive(&self, name: &str) -> TokenStream {
        let derive = ident(name);
        match name {
            // The derives of hire-api are behind a feature.
            _ if self.options.inside_hire_api => quote!(::hire_macros::#derive),
            "Event" => quote!(::hire_api::event::#derive),
            _ => quote!(::hire_api::#derive),
        }
    }

    /// The gate of a type.
    fn gate(&self, id: TypeId) -> Gate {
        self.gates.get(&id).cloned().unwrap_or_default()
    }

    /// `crate = ".."` for a derive, if hire-api has another path.
    fn hire_api(&self) -> Option<TokenStream> {
        self.options.hire_api.as_ref().map(HireApi::attribute)
    }

    /// Types to emit that this place declares.
    fn types_of(&self, home: &Home) -> &[TypeId] {
        self.types.get(home).map_or(&[], Vec::as_slice)
    }

    /// Types to emit that endpoints share, by service and version.
    fn shared_types(&self) -> BTreeMap<(&'a str, &'a str), &[TypeId]> {
        let shared = self.types.iter().filter_map(|(home, types)| match home {
            Home::Shared { service, version } => {
                Some(((service.as_str(), version.as_str()), types.as_slice()))
            }
            Home::Local(_) | Home::Event(_) => None,
        });
        shared.collect()
    }
}

/// The types of these fields, and their types.
pub(crate) fn reachable<'a>(api: &Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<TypeId> = fields.into_iter().filter_map(target).collect();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(object_fields(api, id).iter().filter_map(target));
        }
    }
    found
}

/// The type of a field, unless the field is not generated.
pub(crate) fn target(field: &Field) -> Option<TypeId> {
    match field.ty.base {
        Base::Type(id) if field.unusable.is_none() => Some(id),
        _ => None,
    }
}

/// The fields of an object; none of an enum.
pub(crate) fn object_fields(api: &Api, id: TypeId) -> &[Field] {
    match api.type_(id).map(|ty| &ty.kind) {
        Some(Kind::Object(fields)) => fields,
        _ => &[],
    }
}

/// An identifier of the output; `name` and `check` have settled the schema's names.
fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Items of a file, one after the other.
type Items = Vec<TokenStream>;
