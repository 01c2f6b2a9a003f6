//! The Api as an OpenAPI document.
//!
//! ```text
//! Api → schema, operation, response → json → JSON or YAML
//! ```
//!
//! [docs/openapi.md](https://github.com/hire-api/hire-api/blob/main/docs/openapi.md) explains the choices.

mod condition;
mod envelope;
mod example;
mod json;
mod name;
mod operation;
mod response;
mod schema;
mod text;
mod version;
mod webhook;

use std::collections::{BTreeMap, BTreeSet};

use self::json::{Json, Object};
use self::name::Direction;
use self::schema::Context;
pub use self::version::Version;
use crate::resolve::ir::{Api, Base, Endpoint, Envelope, Event, Field, Kind, Token, TypeId};
use crate::rust::{event_feature, resource_feature};

/// Options of a document.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these resources, such as `hire-v1-talent`; `None` for all.
    pub resources: Option<BTreeSet<String>>,
    /// The version of OpenAPI.
    pub version: Version,
}

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    root: Object,
    /// The number of operations.
    pub operations: usize,
    /// The number of webhooks.
    pub webhooks: usize,
    /// The number of schemas among the components.
    pub schemas: usize,
}

impl Document {
    /// Returns the document as JSON, with an indentation of two and a final line break.
    pub fn to_json(&self) -> String {
        // Plain data with text keys always serializes.
        serde_json::to_string_pretty(&self.root).unwrap_or_default() + "\n"
    }

    /// Returns the document as YAML.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(&self.root).unwrap_or_default()
    }
}

/// Describes the endpoints, in 3.1 also the events, and every type they need. The same schema gives the same
/// document.
pub fn openapi(api: &Api, options: &Options) -> Document {
    let wanted = |feature: String| options.resources.as_ref().is_none_or(|only| only.contains(&feature));
    let endpoints: Vec<&Endpoint> =
        api.endpoints.iter().filter(|endpoint| wanted(resource_feature(endpoint))).collect();
    let told = options.version.has_webhooks();
    let events: Vec<&Event> =
        api.events.iter().filter(|event| told && wanted(event_feature(event))).collect();
    let cx = Context { api, version: options.version };
    let schemas = schemas(cx, &endpoints, &events);
    let count = schemas.len();
    let components = Object::new()
        .with("schemas", schemas)
        .with("responses", response::components(api))
        .with("headers", response::headers())
        .filled("securitySchemes", security_schemes(&endpoints));
    let root = Object::new()
        .with("openapi", options.version.number())
        .with("info", info(&endpoints))
        .filled("servers", operation::servers(&api.base_urls))
        .with("tags", tags(&endpoints, &events))
        .with("paths", operation::paths(cx, &endpoints))
        .filled("webhooks", webhook::webhooks(cx, &events))
        .with("components", components)
        .with("x-tagGroups", tag_groups(&endpoints, &events));
    Document { root, operations: endpoints.len(), webhooks: events.len(), schemas: count }
}

fn info(endpoints: &[&Endpoint]) -> Object {
    let services: BTreeSet<String> =
        endpoints.iter().map(|endpoint| format!("{} {}", endpoint.id.service, endpoint.id.version)).collect();
    let services: Vec<String> = services.into_iter().collect();
    // A schema has no version; the date of its newest page shows its age.
    let newest = endpoints.iter().filter_map(|endpoint| endpoint.revised.as_deref()).max();
    Object::new()
        .with("title", format!("Feishu: {}", services.join(", ")))
        .with("version", newest.unwrap_or("undated"))
        .with("description", text::ABOUT)
}

/// The resources, by service and version.
fn by_service<'a>(
    endpoints: &[&'a Endpoint],
    events: &[&'a Event],
) -> BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, String>> {
    let mut services: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for endpoint in endpoints {
        let id = &endpoint.id;
        let resources = services.entry((id.service.as_str(), id.version.as_str())).or_default();
        resources.insert(id.resource.as_str(), name::tag(id));
    }
    for event in events {
        let id = &event.id;
        let resources = services.entry((id.service.as_str(), id.version.as_str())).or_default();
        resources.insert(id.resource.as_str(), name::event_tag(id));
    }
    services
}

fn tags(endpoints: &[&Endpoint], events: &[&Event]) -> Vec<Object> {
    let mut tags = Vec::new();
    for ((service, version), resources) in by_service(endpoints, events) {
        for (resource, tag) in resources {
            let (service, resource) = (text::title(service), text::title(resource));
            let about = format!("{service} {version}: {}", resource.to_lowercase());
            tags.push(
                Object::new().with("name", tag).with("x-displayName", resource).with("description", about),
            );
        }
    }
    tags
}

/// The layout of tags for documentation pages.
fn tag_groups(endpoints: &[&Endpoint], events: &[&Event]) -> Vec<Object> {
    let group = |((service, version), resources): ((&str, &str), BTreeMap<&str, String>)| {
        let name = format!("{} {version}", text::title(service));
        Object::new().with("name", name).with("tags", resources.into_values().collect::<Vec<_>>())
    };
    by_service(endpoints, events).into_iter().map(group).collect()
}

fn security_schemes(endpoints: &[&Endpoint]) -> Object {
    let used = |token: &Token| endpoints.iter().any(|endpoint| endpoint.tokens.contains(token));
    let tokens = [Token::Tenant, Token::User, Token::App].into_iter().filter(used);
    tokens.map(operation::security_scheme).collect()
}

/// Every schema by its name: bodies and answers of the endpoints, and their types, in the direction they need.
fn schemas(cx: Context<'_>, endpoints: &[&Endpoint], events: &[&Event]) -> BTreeMap<String, Object> {
    let mut schemas = BTreeMap::from([(envelope::FAILURE.to_owned(), envelope::failure(cx))]);
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for endpoint in endpoints {
        sent.extend(endpoint.sent());
        received.extend(&endpoint.response);
        schemas.extend(bodies(cx, endpoint));
    }
    for event in events {
        received.extend(&event.fields);
        schemas.extend(webhook::schemas(cx, event));
    }
    for (direction, fields) in [(Direction::Sent, sent), (Direction::Received, received)] {
        for ty in reachable(cx.api, fields).into_iter().filter_map(|id| cx.api.type_(id)) {
            schemas.insert(name::type_(ty, direction), cx.type_(ty, direction));
        }
    }
    schemas
}

/// What goes over the wire, as a whole.
fn bodies(cx: Context<'_>, endpoint: &Endpoint) -> Vec<(String, Object)> {
    let id = &endpoint.id;
    let mut bodies = Vec::new();
    if let Some(body) = &endpoint.body {
        let schema = cx.section(endpoint.body_list(), body, Direction::Sent);
        bodies.push((name::request(id), schema));
    }
    if endpoint.answers_file {
        return bodies;
    }
    let list = endpoint.response_list();
    let data = cx.section(list, &endpoint.response, Direction::Received);
    match endpoint.envelope {
        Envelope::Standard | Envelope::Message => {}
        Envelope::Flat => {
            bodies.push((name::response(id), envelope::flat(cx, data)));
            return bodies;
        }
        Envelope::Bare => {
            bodies.push((name::response(id), data));
            return bodies;
        }
    }
    let has_data = list.is_some() || data.has("properties");
    let reference = has_data.then(|| Object::new().with("$ref", name::schema_reference(&name::data(id))));
    bodies.push((name::response(id), envelope::envelope(cx, endpoint, reference)));
    bodies.extend(has_data.then(|| (name::data(id), data)));
    bodies
}

/// The types of these fields, and their types.
fn reachable<'a>(api: &'a Api, mut open: Vec<&'a Field>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    while let Some(field) = open.pop() {
        let Base::Type(id) = field.ty.base else { continue };
        if field.unusable.is_none()
            && found.insert(id)
            && let Some(Kind::Object(fields)) = api.type_(id).map(|ty| &ty.kind)
        {
            open.extend(fields);
        }
    }
    found
}

impl From<BTreeMap<String, Object>> for Json {
    fn from(map: BTreeMap<String, Object>) -> Self {
        map.into_iter().collect::<Object>().into()
    }
}
