//! Api → Rust: declarations, attributes, docs and calls, as tokens.
//!
//! Nothing here can fail and nothing here reads YAML: whatever could be wrong was refused by `check`. Text of the
//! schema reaches the output as literals and `#[doc]` only.

mod client;
pub(crate) mod docs;
mod endpoint;
mod model;
mod rust_type;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};

#[cfg(any(feature = "diff", feature = "site"))]
pub(crate) use self::endpoint::reason;
#[cfg(feature = "diff")]
pub(crate) use self::{
    docs::{app, token},
    endpoint::safety,
    rust_type::spelled,
};
use crate::files::Files;
use crate::ir::{Api, Base, Endpoint, Field, Home, Kind, TypeId};
use crate::name;

/// What to generate.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these resources, as `hire-v1-talent`; all where `None`.
    pub resources: Option<BTreeSet<String>>,
    /// `Serialize` and `Deserialize` for every model, also in the direction the wire does not need.
    pub roundtrip: bool,
    /// The output is hire-api itself: methods go onto its `Client`, where other crates get a trait.
    pub inside_hire_api: bool,
    /// Formatted for people; needs the feature `format`.
    pub format: bool,
}

/// The feature that stands for an endpoint's resource: `hire-v1-talent`.
pub fn resource_feature(endpoint: &Endpoint) -> String {
    let id = &endpoint.id;
    format!("{}-{}-{}", id.service, id.version, id.resource)
}

/// Every file of the output, `api.rs` being the root that the others hang below.
pub fn emit(api: &Api, options: &Options) -> Files {
    let endpoints: Vec<&Endpoint> = api
        .endpoints
        .iter()
        .filter(|e| options.resources.as_ref().is_none_or(|only| only.contains(&resource_feature(e))))
        .collect();
    let cx = Context::new(api, options, &endpoints);
    let mut files = Files::new(options.format);
    for &endpoint in &endpoints {
        let id = &endpoint.id;
        let path = [&id.service, &id.version, &id.resource, &id.action].map(|part| name::module(part));
        files.add(format!("{}.rs", path.join("/")), endpoint::file(&cx, endpoint));
    }
    for ((service, version), types) in cx.shared_types() {
        let items = types.iter().flat_map(|&id| model::item(&cx, id)).collect();
        files.add(format!("{}/{}/types.rs", name::module(service), name::module(version)), items);
    }
    client::files(&cx, &endpoints, &mut files);
    files
}

/// What every part of the emitter looks at.
struct Context<'a> {
    api: &'a Api,
    options: &'a Options,
    /// The types to emit, in the order of their files.
    types: BTreeMap<&'a Home, Vec<TypeId>>,
}

impl<'a> Context<'a> {
    fn new(api: &'a Api, options: &'a Options, endpoints: &[&Endpoint]) -> Self {
        let mut types: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for id in reachable(api, endpoints.iter().flat_map(|endpoint| sections(endpoint))) {
            if let Some(ty) = api.type_(id) {
                types.entry(&ty.home).or_default().push(id);
            }
        }
        Self { api, options, types }
    }

    /// Types to emit that one endpoint declares.
    fn local_types(&self, endpoint: &Endpoint) -> &[TypeId] {
        self.types.get(&Home::Local(endpoint.id.clone())).map_or(&[], Vec::as_slice)
    }

    /// Types to emit that endpoints share, by service and version.
    fn shared_types(&self) -> BTreeMap<(&'a str, &'a str), &[TypeId]> {
        let shared = self.types.iter().filter_map(|(home, types)| match home {
            Home::Shared { service, version } => {
                Some(((service.as_str(), version.as_str()), types.as_slice()))
            }
            Home::Local(_) => None,
        });
        shared.collect()
    }
}

/// The types that these fields need, and those that these need.
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

/// Every field of an endpoint, section by section.
fn sections(endpoint: &Endpoint) -> impl Iterator<Item = &Field> {
    let sent = endpoint.path_params.iter().chain(&endpoint.query);
    sent.chain(endpoint.body.iter().flatten()).chain(&endpoint.response)
}

/// The type a field refers to, unless the field is never generated.
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

/// An identifier of the output; the schema's names were settled by `name` and judged by `check`.
fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Items of a file, one after the other.
type Items = Vec<TokenStream>;
