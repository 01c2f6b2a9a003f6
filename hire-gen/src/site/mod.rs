//! A static reference site of a schema.
//!
//! Every page is complete without a script; scripts add the search, the dark theme, the list of resources and the
//! scope planner. Nothing is fetched from elsewhere, so the site works from a folder and from a server. It is written
//! in English and in Chinese, one below the other; each page links to the same page in the other language.

mod changes;
mod code;
mod endpoint;
mod errors;
mod event;
mod facts;
mod field;
mod html;
mod layout;
mod link;
mod overview;
mod planner;
mod prose;
mod receivers;
mod resource;
mod samples;
mod search;
mod type_page;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::resolve::ir::{Api, Base, Endpoint, Event, Field, Home, Kind, Type, TypeId};
use crate::rust::files::Files;
pub use changes::{Changes, Line};
use html::Html;
pub use link::Link;
pub use words::Language;

/// Options of the site.
#[derive(Clone, Debug)]
pub struct Options {
    /// The title, shown at the top of every page.
    pub title: String,
    /// The path of the generated code: a crate such as `hire_api`, or a module.
    pub root: String,
    /// The language of the pages at the root; the others are in a subfolder.
    pub language: Language,
    /// The changes since an earlier version, on their own page; `None` omits the page.
    pub changes: Option<Changes>,
    /// Further links in the list of pages.
    pub links: Vec<Link>,
}

/// The default title; on Chinese pages it is Chinese.
const TITLE: &str = "API reference";

impl Default for Options {
    fn default() -> Self {
        Self {
            title: TITLE.to_owned(),
            root: "hire_api".to_owned(),
            language: Language::En,
            changes: None,
            links: Vec::new(),
        }
    }
}

/// Returns every file of the site; start with `index.html`.
pub fn site(api: &Api, options: &Options) -> Files {
    let mut cx = Context::new(api, options);
    let mut files = Files::site();
    for (name, text) in [
        ("assets/site.css", include_str!("assets/site.css")),
        ("assets/theme.js", include_str!("assets/theme.js")),
        ("assets/site.js", include_str!("assets/site.js")),
        ("assets/search.js", include_str!("assets/search.js")),
        ("assets/try.js", include_str!("assets/try.js")),
        ("assets/scopes.js", include_str!("assets/scopes.js")),
        ("assets/icon.svg", include_str!("assets/icon.svg")),
    ] {
        files.add_text(name.to_owned(), text);
    }
    files.add_text("assets/index.js".to_owned(), &search::index(&cx));
    files.add_text("assets/nav.js".to_owned(), &layout::everything(&cx));
    pages(&cx, "", &mut files);
    cx.language = options.language.other();
    cx.nested = true;
    pages(&cx, &format!("{}/", cx.language.tag()), &mut files);
    files
}

/// Every page in one language, in the folder of that language.
fn pages(cx: &Context<'_>, folder: &str, files: &mut Files) {
    let mut page = |path: String, html: Html| files.add_text(format!("{folder}{path}"), &html.into_string());
    page(link::INDEX.to_owned(), overview::page(cx));
    page(link::SCOPES.to_owned(), planner::page(cx));
    page(link::ERRORS.to_owned(), errors::page(cx));
    if let Some(changes) = &cx.options.changes {
        page(link::CHANGES.to_owned(), changes::page(cx, changes));
    }
    for group in cx.groups.values() {
        for resource in group.resources.values() {
            page(resource.page.clone(), resource::page(cx, resource));
            for endpoint in &resource.endpoints {
                page(link::endpoint(endpoint), endpoint::page(cx, endpoint));
            }
            for event in &resource.events {
                page(link::event(event), event::page(cx, event));
            }
        }
        if let Some(first) = group.types.first() {
            page(link::types(first), type_page::list(cx, &group.types));
        }
        for ty in &group.types {
            page(link::type_(ty), type_page::page(cx, ty));
        }
    }
}

/// The context of every page.
struct Context<'a> {
    api: &'a Api,
    options: &'a Options,
    /// The language of the page.
    language: Language,
    /// Whether the page is in the folder of the other language.
    nested: bool,
    /// By service and version.
    groups: BTreeMap<(&'a str, &'a str), Group<'a>>,
    /// By name, to link names in texts.
    endpoints: BTreeMap<String, &'a Endpoint>,
    /// The same for events.
    events: BTreeMap<&'a str, &'a Event>,
    /// Who uses a type, directly or through other types.
    users: BTreeMap<TypeId, Users<'a>>,
}

/// The endpoints and events that use a type.
#[derive(Default)]
struct Users<'a> {
    endpoints: Vec<&'a Endpoint>,
    events: Vec<&'a Event>,
}

/// The contents of a version of a service.
#[derive(Default)]
struct Group<'a> {
    resources: BTreeMap<&'a str, Resource<'a>>,
    /// Shared types.
    types: Vec<&'a Type>,
}

/// The contents of a resource.
struct Resource<'a> {
    service: &'a str,
    version: &'a str,
    name: &'a str,
    /// The path of its page.
    page: String,
    endpoints: Vec<&'a Endpoint>,
    events: Vec<&'a Event>,
}

impl Resource<'_> {
    /// Its name for people, in both languages, since the schema has no Chinese one: `Job process`.
    fn title(&self) -> String {
        let words = self.name.replace('_', " ");
        let mut rest = words.chars();
        rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
    }
}

impl<'a> Group<'a> {
    fn resource(&mut self, service: &'a str, version: &'a str, name: &'a str) -> &mut Resource<'a> {
        self.resources.entry(name).or_insert_with(|| Resource {
            service,
            version,
            name,
            page: link::resource(service, version, name),
            endpoints: Vec::new(),
            events: Vec::new(),
        })
    }
}

impl<'a> Context<'a> {
    fn new(api: &'a Api, options: &'a Options) -> Self {
        let mut groups: BTreeMap<(&str, &str), Group<'_>> = BTreeMap::new();
        let mut users: BTreeMap<TypeId, Users<'_>> = BTreeMap::new();
        for endpoint in &api.endpoints {
            let id = &endpoint.id;
            let group = groups.entry((&id.service, &id.version)).or_default();
            group.resource(&id.service, &id.version, &id.resource).endpoints.push(endpoint);
            for id in reached(api, sections(endpoint).into_iter().flat_map(|(_, fields)| fields)) {
                users.entry(id).or_default().endpoints.push(endpoint);
            }
        }
        for event in &api.events {
            let id = &event.id;
            let group = groups.entry((&id.service, &id.version)).or_default();
            group.resource(&id.service, &id.version, &id.resource).events.push(event);
            for id in reached(api, &event.fields) {
                users.entry(id).or_default().events.push(event);
            }
        }
        for ty in &api.types {
            if let Home::Shared { service, version } = &ty.home {
                groups.entry((service, version)).or_default().types.push(ty);
            }
        }
        let endpoints = api.endpoints.iter().map(|endpoint| (endpoint.id.to_string(), endpoint)).collect();
        let events = api.events.iter().map(|event| (event.event_type.as_str(), event)).collect();
        Self { api, options, language: options.language, nested: false, groups, endpoints, events, users }
    }

    /// The title of the site.
    fn site_title(&self) -> &str {
        if self.options.title == TITLE { self.say("API reference") } else { &self.options.title }
    }

    /// A text of the site in the language of the page.
    fn say(&self, english: &'static str) -> &'static str {
        self.language.say(english)
    }

    /// The title of an operation or an event in the language of the page, if the schema has one.
    fn title<'t>(&self, title: &'t str, label: Option<&'t str>) -> &'t str {
        label.filter(|_| self.language == Language::Zh).unwrap_or(title)
    }

    /// `2 fields`, in the language of the page.
    fn counted(&self, count: usize, noun: &'static str) -> String {
        self.language.counted(count, noun)
    }

    fn type_of(&self, field: &Field) -> Option<(TypeId, &'a Type)> {
        let Base::Type(id) = field.ty.base else { return None };
        Some((id, self.api.type_(id)?))
    }

    /// Who uses a shared type.
    fn users(&self, ty: &Type) -> Option<&Users<'a>> {
        let id = self.api.types.iter().position(|one| one.home == ty.home && one.name == ty.name)?;
        self.users.get(&TypeId(id))
    }

    /// `3 operations, 1 event`, without zeros.
    fn counted_both(&self, operations: usize, events: usize) -> String {
        let both = [(operations, "operation"), (events, "event")];
        let some = both.into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, noun)| self.counted(count, noun)).collect::<Vec<_>>().join(self.say(", "))
    }
}

/// The sections of an endpoint, each with the prefix of its anchors.
fn sections(endpoint: &Endpoint) -> [(&'static str, &[Field]); 5] {
    [
        ("path", &endpoint.path_params),
        ("query", &endpoint.query),
        ("header", &endpoint.headers),
        ("body", endpoint.body.as_deref().unwrap_or_default()),
        ("data", &endpoint.response),
    ]
}

/// The types of these fields, and their types.
fn reached<'a>(api: &Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<TypeId> {
    let target = |field: &Field| if let Base::Type(id) = field.ty.base { Some(id) } else { None };
    let mut found = BTreeSet::new();
    let mut open: Vec<TypeId> = fields.into_iter().filter_map(target).collect();
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
