//! The Api as an OpenAPI document.
//!
//! ```text
//! Api → schema, operation, response → json → JSON or YAML
//! ```
//!
//! [docs/openapi.md](https://github.com/hire-api/hire-api/blob/main/docs/openapi.md) says what was chosen, and why.

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

use std::collections::{BTreeMap, BTreeSet};

use self::json::{Json, Object};
use self::name::Direction;
use self::schema::Context;
pub use self::version::Version;
use crate::emit::resource_feature;
use crate::ir::{Api, Base, Endpoint, Envelope, Field, Kind, Token, TypeId};

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these resources, as `hire-v1-talent`; all where `None`.
    pub resources: Option<BTreeSet<String>>,
    /// Which OpenAPI.
    pub version: Version,
}

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    root: Object,
    /// Operations in it.
    pub operations: usize,
    /// Schemas among its components.
    pub schemas: usize,
}

impl Document {
    /// As JSON, with an indentation of two and a line break at the end.
    pub fn to_json(&self) -> String {
        // Plain data with text for keys always serializes.
        serde_json::to_string_pretty(&self.root).unwrap_or_default() + "\n"
    }

    /// As YAML.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(&self.root).unwrap_or_default()
    }
}

/// Describes the endpoints and every type they need. The same schema gives the same document.
pub fn openapi(api: &Api, options: &Options) -> Document {
    let endpoints: Vec<&Endpoint> = api
        .endpoints
        .iter()
        .filter(|e| options.resources.as_ref().is_none_or(|only| only.contains(&resource_feature(e))))
        .collect();
    let cx = Context { api, version: options.version };
    let schemas = schemas(cx, &endpoints);
    let count = schemas.len();
    let components = Object::new()
        .with("schemas", schemas)
        .with("responses", response::components(api))
        .with("headers", response::headers())
        .filled("securitySchemes", security_schemes(&endpoints));
    let servers = api
        .base_urls
        .iter()
        .map(|base| Object::new().with("url", &base.url).with("description", text::title(&base.region)));
    let root = Object::new()
        .with("openapi", options.version.number())
        .with("info", info(&endpoints))
        .filled("servers", servers.collect::<Vec<_>>())
        .with("tags", tags(&endpoints))
        .with("paths", operation::paths(cx, &endpoints))
        .with("components", components)
        .with("x-tagGroups", tag_groups(&endpoints));
    Document { root, operations: endpoints.len(), schemas: count }
}

fn info(endpoints: &[&Endpoint]) -> Object {
    let services: BTreeSet<String> =
        endpoints.iter().map(|endpoint| format!("{} {}", endpoint.id.service, endpoint.id.version)).collect();
    let services: Vec<String> = services.into_iter().collect();
    // A schema has no version of its own; the newest of its pages says how old it is.
    let newest = endpoints.iter().filter_map(|endpoint| endpoint.revised.as_deref()).max();
    Object::new()
        .with("title", format!("Feishu: {}", services.join(", ")))
        .with("version", newest.unwrap_or("undated"))
        .with("description", text::ABOUT)
}

/// The resources, by service and version.
fn by_service<'a>(endpoints: &[&'a Endpoint]) -> BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, String>> {
    let mut services: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for endpoint in endpoints {
        let id = &endpoint.id;
        let resources = services.entry((id.service.as_str(), id.version.as_str())).or_default();
        resources.insert(id.resource.as_str(), name::tag(id));
    }
    services
}

fn tags(endpoints: &[&Endpoint]) -> Vec<Object> {
    let mut tags = Vec::new();
    for ((service, version), resources) in by_service(endpoints) {
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

/// How documentation pages lay the tags out.
fn tag_groups(endpoints: &[&Endpoint]) -> Vec<Object> {
    let group = |((service, version), resources): ((&str, &str), BTreeMap<&str, String>)| {
        let name = format!("{} {version}", text::title(service));
        Object::new().with("name", name).with("tags", resources.into_values().collect::<Vec<_>>())
    };
    by_service(endpoints).into_iter().map(group).collect()
}

fn security_schemes(endpoints: &[&Endpoint]) -> Object {
    let used = |token: &Token| endpoints.iter().any(|endpoint| endpoint.tokens.contains(token));
    let tokens = [Token::Tenant, Token::User, Token::App].into_iter().filter(used);
    tokens.map(operation::security_scheme).collect()
}

/// Every schema by its name: bodies and answers of the endpoints, and the types these need, in the direction they need.
fn schemas(cx: Context<'_>, endpoints: &[&Endpoint]) -> BTreeMap<String, Object> {
    let mut schemas = BTreeMap::from([(envelope::FAILURE.to_owned(), envelope::failure(cx))]);
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for endpoint in endpoints {
        sent.extend(endpoint.path_params.iter().chain(&endpoint.query).chain(endpoint.body.iter().flatten()));
        received.extend(&endpoint.response);
        schemas.extend(bodies(cx, endpoint));
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
        bodies.push((name::request(id), cx.object(body, Direction::Sent)));
    }
    let data = cx.object(&endpoint.response, Direction::Received);
    if endpoint.envelope == Envelope::Bare {
        bodies.push((name::response(id), data));
        return bodies;
    }
    let has_data = data.has("properties");
    let reference = has_data.then(|| Object::new().with("$ref", name::schema_reference(&name::data(id))));
    bodies.push((name::response(id), envelope::envelope(cx, endpoint, reference)));
    bodies.extend(has_data.then(|| (name::data(id), data)));
    bodies
}

/// The types of these fields, and those that these need.
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
