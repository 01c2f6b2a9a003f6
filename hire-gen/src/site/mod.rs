//! A static reference of a schema, for people who would rather look than read.
//!
//! Every page is whole without a script; scripts add the search, the switch for dark pages and the scope planner. Nothing
//! is fetched from anywhere, so the site works from a folder as well as from a server.

mod code;
mod endpoint;
mod errors;
mod facts;
mod field;
mod html;
mod layout;
mod link;
mod overview;
mod planner;
mod prose;
mod resource;
mod search;
mod type_page;

use std::collections::{BTreeMap, BTreeSet};

use crate::files::Files;
use crate::ir::{Api, Base, Endpoint, Field, Home, Kind, Type, TypeId};
use html::Html;

/// How to write the site.
#[derive(Clone, Debug)]
pub struct Options {
    /// What stands above every page.
    pub title: String,
    /// The path to the generated code: a crate such as `hire_api`, or a module.
    pub root: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { title: "API reference".to_owned(), root: "hire_api".to_owned() }
    }
}

/// Every file of the site; `index.html` is where to begin.
pub fn site(api: &Api, options: &Options) -> Files {
    let cx = Context::new(api, options);
    let mut files = Files::site();
    for (name, text) in [
        ("assets/site.css", include_str!("assets/site.css")),
        ("assets/theme.js", include_str!("assets/theme.js")),
        ("assets/site.js", include_str!("assets/site.js")),
        ("assets/scopes.js", include_str!("assets/scopes.js")),
        ("assets/icon.svg", include_str!("assets/icon.svg")),
    ] {
        files.add_text(name.to_owned(), text);
    }
    files.add_text("assets/index.js".to_owned(), &search::index(&cx));
    let mut page = |path: String, html: Html| files.add_text(path, &html.into_string());
    page(link::INDEX.to_owned(), overview::page(&cx));
    page(link::SCOPES.to_owned(), planner::page(&cx));
    page(link::ERRORS.to_owned(), errors::page(&cx));
    for group in cx.groups.values() {
        for endpoints in group.resources.values() {
            page(link::resource(endpoints), resource::page(&cx, endpoints));
            for endpoint in endpoints {
                page(link::endpoint(endpoint), endpoint::page(&cx, endpoint));
            }
        }
        if let Some(first) = group.types.first() {
            page(link::types(first), type_page::list(&cx, &group.types));
        }
        for ty in &group.types {
            page(link::type_(ty), type_page::page(&cx, ty));
        }
    }
    files
}

/// What every page looks at.
struct Context<'a> {
    api: &'a Api,
    options: &'a Options,
    /// By service and version.
    groups: BTreeMap<(&'a str, &'a str), Group<'a>>,
    /// By name, to make links of names in texts.
    endpoints: BTreeMap<String, &'a Endpoint>,
    /// The endpoints that use a type, directly or through other types.
    users: BTreeMap<TypeId, Vec<&'a Endpoint>>,
}

/// What a version of a service has.
#[derive(Default)]
struct Group<'a> {
    resources: BTreeMap<&'a str, Vec<&'a Endpoint>>,
    /// Shared types.
    types: Vec<&'a Type>,
}

impl<'a> Context<'a> {
    fn new(api: &'a Api, options: &'a Options) -> Self {
        let mut groups: BTreeMap<(&str, &str), Group<'_>> = BTreeMap::new();
        let mut users: BTreeMap<TypeId, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &api.endpoints {
            let group = groups.entry((&endpoint.id.service, &endpoint.id.version)).or_default();
            group.resources.entry(&endpoint.id.resource).or_default().push(endpoint);
            for id in reached(api, endpoint) {
                users.entry(id).or_default().push(endpoint);
            }
        }
        for ty in &api.types {
            if let Home::Shared { service, version } = &ty.home {
                groups.entry((service, version)).or_default().types.push(ty);
            }
        }
        let endpoints = api.endpoints.iter().map(|endpoint| (endpoint.id.to_string(), endpoint)).collect();
        Self { api, options, groups, endpoints, users }
    }

    fn type_of(&self, field: &Field) -> Option<(TypeId, &'a Type)> {
        let Base::Type(id) = field.ty.base else { return None };
        Some((id, self.api.type_(id)?))
    }

    /// The endpoints that use a shared type.
    fn users(&self, ty: &Type) -> &[&'a Endpoint] {
        let id = self.api.types.iter().position(|one| one.home == ty.home && one.name == ty.name);
        id.and_then(|id| self.users.get(&TypeId(id))).map_or(&[], Vec::as_slice)
    }
}

/// The sections of an endpoint, each with the prefix of its anchors.
fn sections(endpoint: &Endpoint) -> [(&'static str, &[Field]); 4] {
    [
        ("path", &endpoint.path_params),
        ("query", &endpoint.query),
        ("body", endpoint.body.as_deref().unwrap_or_default()),
        ("data", &endpoint.response),
    ]
}

/// The types behind an endpoint's fields, and those behind theirs.
fn reached(api: &Api, endpoint: &Endpoint) -> BTreeSet<TypeId> {
    let target = |field: &Field| if let Base::Type(id) = field.ty.base { Some(id) } else { None };
    let mut found = BTreeSet::new();
    let mut open: Vec<TypeId> =
        sections(endpoint).iter().flat_map(|(_, fields)| fields.iter().filter_map(target)).collect();
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        if let Some(Kind::Object(fields)) = api.type_(id).map(|ty| &ty.kind) {
            open.extend(fields.iter().filter_map(target));
        }
    }
    found
}
