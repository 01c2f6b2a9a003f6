//! Rules about endpoints: addresses, sections, paging, keys.

use std::collections::BTreeMap;

use super::{at_field, request_fields};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ir::{Api, Base, BaseUrl, Endpoint, Field, Kind, Method, Safety};

/// A path is segments behind a `/`, each a word or a `:name`; a slash at the end belongs to it.
pub(super) fn path_is_a_path(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let path = endpoint.path.as_str();
    let error = |message: String, help: &str| Diagnostic::error(Code::H301, endpoint.at, message).help(help);
    if path.contains("://") || path.starts_with("//") {
        let help = "leave the origin out: it is the client's base URL";
        return diagnostics.push(error(format!("`{path}` has an origin"), help));
    }
    let Some(inner) = path.strip_prefix('/') else {
        return diagnostics.push(error(format!("`{path}` does not begin with `/`"), "put a `/` before it"));
    };
    if let Some(bad) = path.chars().find(|c| !(c.is_ascii_alphanumeric() || "/:_-.~".contains(*c))) {
        let help = match bad {
            '?' => "parameters belong under `query:`",
            '{' | '}' => "a path parameter is written `:name`",
            _ => "a path is ASCII letters, digits, `_`, `-`, `.` and `~` between slashes",
        };
        return diagnostics.push(error(format!("`{path}` has a `{}`", bad.escape_debug()), help));
    }
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    for segment in inner.split('/') {
        let name = segment.strip_prefix(':').unwrap_or(segment);
        if matches!(segment, "" | "." | "..") || name.is_empty() || name.contains(':') {
            let help = "every segment is a word or a `:name`";
            diagnostics.push(error(format!("`{path}` has the segment `{segment}`"), help));
        }
    }
}

/// Every `:name` has its parameter, and every parameter its `:name`, once.
pub(super) fn path_and_parameters_agree(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let in_path: Vec<&str> =
        endpoint.path.split('/').filter_map(|segment| segment.strip_prefix(':')).collect();
    for (i, name) in in_path.iter().enumerate() {
        if in_path.iter().take(i).any(|earlier| earlier == name) {
            let message = format!("`:{name}` stands in the path twice");
            diagnostics
                .push(Diagnostic::error(Code::H302, endpoint.at, message).help("rename one of the two"));
        } else if !endpoint.path_params.iter().any(|field| field.wire == *name) {
            let message = format!("`:{name}` is not declared");
            let declared = endpoint.path_params.iter().map(|field| field.wire.as_str());
            let mut diagnostic = Diagnostic::error(Code::H302, endpoint.at, message);
            diagnostic = match crate::diag::nearest(name, declared) {
                Some(near) => diagnostic.help(format!("did you mean `:{near}`?")),
                None => diagnostic.help(format!("add `{name}: string` under `path_params:`")),
            };
            diagnostics.push(diagnostic);
        }
    }
    for field in &endpoint.path_params {
        if !in_path.contains(&field.wire.as_str()) {
            let message = format!("`{}` is not in the path", field.wire);
            let help = format!("write `:{}` into `path:`, or declare it elsewhere", field.wire);
            diagnostics.push(Diagnostic::error(Code::H302, field.at, message).help(help));
        }
    }
}

/// The page can be opened.
pub(super) fn page_is_an_address(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let address = endpoint.doc.strip_prefix("https://").unwrap_or_default();
    if address.is_empty() || address.contains([' ', '<', '>', '"', '`', '\\']) {
        let message = format!("`{}` is not the address of a page", endpoint.doc);
        let diagnostic = Diagnostic::error(Code::H316, endpoint.doc_at, message);
        diagnostics.push(diagnostic.help("write `doc: https://..`"));
    }
}

/// What stands in an address is text: no objects, no lists in the path, no lists of lists in the query.
pub(super) fn parameters_fit_into_an_address(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for field in &endpoint.path_params {
        let fits = matches!(field.ty.base, Base::String | Base::Int) || is_enum(api, field);
        if !fits || field.ty.list > 0 || field.ty.map {
            let message = format!("the path parameter `{}` is not a single text or number", field.wire);
            diagnostics.push(at_field(Code::H312, field, message, "make it a `string`, an `int` or an enum"));
        }
    }
    for field in &endpoint.query {
        let fits = !matches!(field.ty.base, Base::Json | Base::File | Base::Type(_)) || is_enum(api, field);
        if !fits || field.ty.list > 1 || field.ty.map {
            let message =
                format!("the query parameter `{}` is neither a single value nor a list of them", field.wire);
            diagnostics.push(at_field(
                Code::H312,
                field,
                message,
                "make it a scalar, an enum or a list of those",
            ));
        }
    }
}

fn is_enum(api: &Api, field: &Field) -> bool {
    let Base::Type(id) = field.ty.base else { return false };
    matches!(api.type_(id).map(|ty| &ty.kind), Some(Kind::Enum { .. }))
}

/// A file is a part of a form; the other parts are text.
pub(super) fn files_stand_alone(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    super::types::no_files(&endpoint.response, diagnostics);
    if !endpoint.is_multipart() {
        return;
    }
    for field in endpoint.body.iter().flatten() {
        let scalar = !matches!(field.ty.base, Base::Json | Base::Type(_)) || is_enum(api, field);
        if !scalar || field.ty.list > 0 || field.ty.map {
            let message = format!("`{}` cannot be a part of a form", field.wire);
            let help = "beside a `file`, every field is a single text, number or enum";
            diagnostics.push(at_field(Code::H311, field, message, help));
        }
    }
}

/// Some proxies drop the body of a GET or a DELETE; a few of Feishu's endpoints have one all the same.
pub(super) fn body_is_read(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let method = endpoint.method.as_str();
    match &endpoint.body {
        Some(body) if body.is_empty() => {
            let message = "`body:` has no field".to_owned();
            let help = "leave `body:` out where the endpoint takes none";
            diagnostics.push(Diagnostic::error(Code::H313, endpoint.body_at, message).help(help));
        }
        Some(_) if matches!(endpoint.method, Method::Get | Method::Delete) => {
            let message = format!("a {method} with a body");
            let help = "look at the page again: its parameters may belong under `query:`";
            diagnostics.push(Diagnostic::warning(Code::H313, endpoint.body_at, message).help(help));
        }
        _ => {}
    }
}

/// Who pages needs a token to go on, a size, and a word that there is more.
pub(super) fn pages_can_be_followed(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let Some(paging) = &endpoint.paging else { return };
    let sent: Vec<&Field> = endpoint.query.iter().chain(endpoint.body.iter().flatten()).collect();
    let missing = |name: &str, section: &str| {
        let message = format!("pages need `{name}` in {section}");
        Diagnostic::error(Code::H310, paging.at, message).help("add it, or leave `paging:` out")
    };
    let is = |field: &Field, base: Base| field.ty.base == base && field.ty.list == 0 && !field.ty.map;
    for name in ["page_token", "page_size"] {
        if !sent.iter().any(|field| field.wire == name) {
            diagnostics.push(missing(name, "the query or the body"));
        }
    }
    for (name, base) in [("page_token", Base::String), ("has_more", Base::Bool)] {
        match endpoint.response.iter().find(|field| field.wire == name) {
            None => diagnostics.push(missing(name, "the response")),
            Some(field) if !is(field, base) => {
                let message =
                    format!("`{name}` of the response is of a type that pages cannot be followed by");
                let help = "make `page_token` a `string` and `has_more` a `bool`, or leave `paging:` out";
                diagnostics.push(at_field(Code::H310, field, message, help));
            }
            Some(_) => {}
        }
    }
    if let Some(field) = sent.iter().find(|field| field.wire == "page_token")
        && (!is(field, Base::String) || field.required)
    {
        let message = "the first page has no `page_token`, and the others have one as text".to_owned();
        diagnostics.push(at_field(Code::H310, field, message, "make it an optional `string`"));
    }
    if !list_at(api, &endpoint.response, &paging.items) {
        let message = format!("`{}` is not a list of the response", paging.items);
        let lists =
            endpoint.response.iter().filter(|field| field.ty.list > 0).map(|field| field.wire.as_str());
        diagnostics.push(Diagnostic::error(Code::H310, paging.at, message).suggest(&paging.items, lists));
    }
}

fn list_at(api: &Api, fields: &[Field], path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = fields.iter().find(|field| field.wire == name) else { return false };
    match (rest, field.ty.base) {
        (None, _) => field.ty.list == 1,
        (Some(rest), Base::Type(id)) if field.ty.list == 0 => {
            api.type_(id).is_some_and(|ty| list_at(api, super::types::fields(ty), rest))
        }
        _ => false,
    }
}

/// `keyed(x)` names a field of the request.
pub(super) fn key_is_a_field(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let Safety::Keyed(key) = &endpoint.safety else { return };
    if !request_fields(endpoint).any(|field| field.wire == *key) {
        let message = format!("`safety: keyed({key})` names no field of the request");
        let diagnostic = Diagnostic::error(Code::H208, endpoint.safety_at, message);
        diagnostics.push(diagnostic.suggest(key, request_fields(endpoint).map(|field| field.wire.as_str())));
    }
}

/// Pages never say what an answer always has, so nothing in one is required.
pub(super) fn response_requires_nothing(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for field in endpoint.response.iter().filter(|field| field.required || field.required_when.is_some()) {
        let message = format!("`{}` is in a response, where nothing is required", field.wire);
        diagnostics.push(at_field(Code::H306, field, message, "delete `required`"));
    }
}

/// Two endpoints are never the same call.
pub(super) fn paths_differ(api: &Api, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<(&str, String), &Endpoint> = BTreeMap::new();
    for endpoint in &api.endpoints {
        // A parameter's name makes no difference on the wire.
        let segments =
            endpoint.path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
        let path = segments.collect::<Vec<_>>().join("/");
        if let Some(first) = seen.insert((endpoint.method.as_str(), path), endpoint) {
            let message = format!("`{}` and `{}` are the same call", first.id, endpoint.id);
            let diagnostic =
                Diagnostic::error(Code::H303, endpoint.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("delete one of the two, or correct its path"));
        }
    }
}

/// A base URL is `https://host` and nothing else.
pub(super) fn base_urls_are_origins(api: &Api, diagnostics: &mut Diagnostics) {
    for BaseUrl { at, region, url } in &api.base_urls {
        let host = url.strip_prefix("https://").unwrap_or_default();
        let fits = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
        if !fits || crate::name::field(region).as_deref() != Some(region) {
            let message = format!("the base URL `{region}: {url}` is not a name and an origin");
            let diagnostic = Diagnostic::error(Code::H316, *at, message);
            diagnostics.push(diagnostic.help("write it as in `feishu: https://open.feishu.cn`"));
        }
    }
}
