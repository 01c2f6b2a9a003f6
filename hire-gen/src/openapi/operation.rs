//! Endpoints as operations: parameters, body, security and extensions.

use std::collections::BTreeMap;

use super::example::{self, Documented};
use super::json::{Json, Object};
use super::name::{self, Direction, schema_reference};
use super::response::responses;
use super::schema::{Context, extensions};
use super::text;
use crate::resolve::ir::{Api, BaseUrl, Endpoint, Field, Quota, Safety, Token, Turn};
use crate::rust::docs;

/// Every path with its operations, in the order of the endpoints.
pub(super) fn paths(cx: Context<'_>, endpoints: &[&Endpoint]) -> Object {
    // By shape: the endpoint whose spelling is used, and its operations.
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut paths: Vec<(&Endpoint, Vec<(String, Object)>)> = Vec::new();
    for &endpoint in endpoints {
        let place = *places.entry(name::path_shape(&endpoint.path)).or_insert(paths.len());
        if place == paths.len() {
            paths.push((endpoint, Vec::new()));
        }
        if let Some((written, operations)) = paths.get_mut(place) {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            operations.push((method, operation(cx, endpoint, &written.path)));
        }
    }
    let path = |(written, operations): (&Endpoint, Vec<(String, Object)>)| {
        (name::path(&written.path), operations.into_iter().collect::<Object>())
    };
    paths.into_iter().map(path).collect()
}

/// Name and definition of a token's security scheme.
pub(super) fn security_scheme(token: Token) -> (&'static str, Object) {
    let (name, about) = match token {
        Token::Tenant => (
            "tenant_access_token",
            "What an app may do in a tenant. It begins with `t-` and lives for two hours; a custom app gets it from \
             `POST /open-apis/auth/v3/tenant_access_token/internal`.",
        ),
        Token::User => (
            "user_access_token",
            "Acts on behalf of a user. It begins with `u-`, or is a JWT; users grant it by signing in.",
        ),
        Token::App => (
            "app_access_token",
            "What an app may do as itself. It begins with `a-` or `t-`; a custom app gets it from \
             `POST /open-apis/auth/v3/app_access_token/internal`.",
        ),
    };
    let scheme = Object::new().with("type", "http").with("scheme", "bearer").with("description", about);
    (name, scheme)
}

/// An operation at a path, whose parameters may have other names than the endpoint's.
fn operation(cx: Context<'_>, endpoint: &Endpoint, path: &str) -> Object {
    let page = endpoint.label.as_deref().unwrap_or(&endpoint.title);
    let page = Object::new().with("description", page).with("url", &endpoint.doc);
    let security =
        endpoint.tokens.iter().map(|token| Object::new().with(security_scheme(*token).0, Vec::<Json>::new()));
    Object::new()
        .with("tags", vec![name::tag(&endpoint.id)])
        .with("summary", &endpoint.title)
        .filled("description", text::endpoint(endpoint))
        .with("externalDocs", page)
        .with("operationId", endpoint.id.to_string())
        .flag("deprecated", endpoint.deprecated.is_some())
        .filled("servers", servers(&endpoint.base_urls))
        .filled("parameters", parameters(cx, endpoint, path))
        .filled("requestBody", request_body(cx.api, endpoint))
        .with("responses", responses(cx, endpoint))
        .with("security", security.collect::<Vec<_>>())
        .and(facts(cx.api, endpoint))
}

/// The servers of a document.
pub(super) fn servers(base_urls: &[BaseUrl]) -> Vec<Object> {
    let server =
        |base: &BaseUrl| Object::new().with("url", &base.url).with("description", text::title(&base.region));
    base_urls.iter().map(server).collect()
}

fn parameters(cx: Context<'_>, endpoint: &Endpoint, path: &str) -> Vec<Object> {
    let in_path = endpoint.path_params.iter().map(|field| {
        let name = name::parameter(&field.wire, &endpoint.path, path);
        let mut schema = cx.value(field, Direction::Sent);
        // An empty segment would be another path.
        if field.limits.min_length.is_none() && !schema.has("$ref") && schema.is("type", "string") {
            schema = schema.with("minLength", 1_u64);
        }
        parameter(cx, field, name, "path", matching(schema, SEGMENT))
    });
    let used = endpoint.query.iter().filter(|field| field.unusable.is_none());
    let in_query = used.map(|field| {
        let default = Object::new().maybe("default", cx.default(field));
        let schema = cx.version.annotated(cx.value(field, Direction::Sent), default);
        parameter(cx, field, &field.wire, "query", schema)
    });
    let in_header = endpoint.headers.iter().filter(|field| field.unusable.is_none()).map(|field| {
        let default = Object::new().maybe("default", cx.default(field));
        let schema = matching(cx.value(field, Direction::Sent), HEADER);
        parameter(cx, field, &field.wire, "header", cx.version.annotated(schema, default))
    });
    in_path.chain(in_query).chain(in_header).collect()
}

/// The text of a header is visible ASCII on one line, without spaces at its ends.
const HEADER: &str = "^[!-~]([ -~]*[!-~])?$";
/// A segment of a path has no control characters.
const SEGMENT: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// A schema whose texts match a pattern, beside its own.
fn matching(schema: Object, pattern: &str) -> Object {
    let text = Object::new().with("pattern", pattern);
    match schema.is("type", "string") {
        true if schema.has("pattern") && schema.has("allOf") => {
            Object::new().with("allOf", vec![schema, text])
        }
        true if schema.has("pattern") => schema.with("allOf", vec![text]),
        true => schema.and(text),
        false => schema,
    }
}

fn parameter(cx: Context<'_>, field: &Field, name: &str, place: &str, schema: Object) -> Object {
    // The default, stated explicitly: a list is a repeated key.
    let list = (field.ty.list > 0).then(|| Object::new().with("style", "form").with("explode", true));
    Object::new()
        .with("name", name)
        .with("in", place)
        .filled("description", cx.description(field, Direction::Sent))
        .flag("required", field.required)
        .flag("deprecated", field.deprecated.is_some())
        .and(list.unwrap_or_default())
        .with("schema", schema)
        .maybe("example", cx.example(field, Direction::Sent))
        .and(extensions(field, false))
}

fn request_body(api: &Api, endpoint: &Endpoint) -> Object {
    if endpoint.body.is_none() {
        return Object::new();
    }
    let media = if endpoint.is_multipart() { "multipart/form-data" } else { "application/json" };
    let schema = Object::new().with("$ref", schema_reference(&name::request(&endpoint.id)));
    let content = Object::new().with("schema", schema);
    let (content, about) = match example::request(api, endpoint) {
        Documented::Nothing => (content, String::new()),
        Documented::Valid(example) => (content.with("example", example), String::new()),
        Documented::Refused(why) => (content, why),
    };
    Object::new()
        .filled("description", about)
        .flag("required", example::needs_body(api, endpoint))
        .with("content", Object::new().with(media, content))
}

/// Facts about an endpoint that no OpenAPI keyword expresses.
fn facts(api: &Api, endpoint: &Endpoint) -> Object {
    Object::new()
        .filled("x-apps", endpoint.apps.iter().map(|app| docs::app(*app)).collect::<Vec<_>>())
        .filled("x-scopes", text::scopes(&endpoint.scopes))
        .filled("x-field-scopes", text::scopes(&endpoint.field_scopes))
        .with("x-quota", quota(endpoint.quota))
        .with("x-safety", safety(&endpoint.safety))
        .filled("x-paging", paging(api, endpoint))
        .maybe("x-revised", endpoint.revised.as_ref())
        .with("x-rust", name::rust_module(&endpoint.id))
}

fn quota(quota: Quota) -> Object {
    match quota {
        Quota::Windows { per_second, per_minute } => {
            Object::new().maybe("per_minute", per_minute).maybe("per_second", per_second)
        }
        Quota::Special => Object::new().with("special", true),
    }
}

fn safety(safety: &Safety) -> Object {
    let kind = |kind: &str| Object::new().with("kind", kind);
    match safety {
        Safety::Safe => kind("safe"),
        Safety::Idempotent => kind("idempotent"),
        Safety::Keyed(key) => kind("keyed").with("key", key),
        Safety::Unsafe => kind("unsafe"),
    }
}

/// The fields that request pages and contain them; nested fields have dots.
fn paging(api: &Api, endpoint: &Endpoint) -> Object {
    let Some(paging) = &endpoint.paging else { return Object::new() };
    let in_query = endpoint.query.iter().any(|field| field.wire == paging.asked());
    let data = if endpoint.envelope.has_data() { "data." } else { "" };
    let received = |name: &String| format!("{data}{name}");
    // The page size is beside the field that requests a page.
    let size =
        paging.asked().rsplit_once('.').map_or("page_size".to_owned(), |(of, _)| format!("{of}.page_size"));
    let mut sections = [&endpoint.query, endpoint.body.as_deref().unwrap_or_default()].into_iter();
    let size = Some(size).filter(|size| sections.any(|fields| api.fields_at(fields, size).is_some()));
    let asked = Object::new().with("in", if in_query { "query" } else { "body" });
    let (asked, next, total) = match &paging.turn {
        Turn::Token { token, next } => (asked.with("page_token", token), Some(received(next)), None),
        Turn::Offset { offset, total } => (asked.with("offset", offset), None, total.as_ref().map(received)),
    };
    asked
        .maybe("page_size", size)
        .with("items", received(&paging.items))
        .maybe("next_page_token", next)
        .maybe("has_more", paging.has_more.as_ref().map(received))
        .maybe("total", total)
}
