//! Rules about endpoints: addresses, sections, paging, keys.

use std::collections::BTreeMap;

use super::at_field;
use super::headers::texts;
use crate::read::advice::width::folded;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::literal::is_segment;
use crate::read::span::Span;
use crate::resolve::ir::{
    Api, Base, BaseUrl, Endpoint, Envelope, Field, Format, Kind, Method, Safety, Variant,
};

/// A path consists of segments after a `/`, each a word or a `:name`; a trailing slash is part of it.
pub(super) fn path_is_a_path(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let path = endpoint.path.as_str();
    let error = |message: String, help: &str| Diagnostic::error(Code::H301, endpoint.at, message).help(help);
    if path.contains("://") || path.starts_with("//") {
        let help = "leave the origin out: it is the client's base URL";
        return diagnostics.push(error("the path contains an origin".to_owned(), help));
    }
    let Some(inner) = path.strip_prefix('/') else {
        let help = narrow(path, is_path).unwrap_or_else(|| "begin it with `/`".to_owned());
        return diagnostics.push(error(format!("`{path}` does not begin with `/`"), &help));
    };
    if let Some(bad) = path.chars().find(|c| !is_of_path(*c)) {
        let help = match bad {
            '?' => "parameters belong under `query:`",
            '{' | '}' => "a path parameter is written `:name`",
            _ => "a path consists of ASCII letters, digits, `_`, `-`, `.` and `~` between slashes",
        };
        let help = narrow(path, is_path).unwrap_or_else(|| help.to_owned());
        return diagnostics.push(error(format!("`{path}` has a `{}`", bad.escape_debug()), &help));
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

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/:_-.~".contains(c)
}

/// Whether a corrected path consists of the right characters.
fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(is_of_path)
}

/// Every `:name` has exactly one parameter, and vice versa.
pub(super) fn path_and_parameters_agree(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    // The parameters of a wrong path are not certain.
    if diagnostics.has_error_at(endpoint.at) {
        return;
    }
    let in_path: Vec<&str> =
        endpoint.path.split('/').filter_map(|segment| segment.strip_prefix(':')).collect();
    for (i, name) in in_path.iter().enumerate() {
        if in_path.iter().take(i).any(|earlier| earlier == name) {
            let message = format!("`:{name}` is repeated in the path");
            diagnostics.push(Diagnostic::error(Code::H302, endpoint.at, message).help("rename one of them"));
        } else if !endpoint.path_params.iter().any(|field| field.wire == *name) {
            let message = format!("`:{name}` is not declared");
            let declared = endpoint.path_params.iter().map(|field| field.wire.as_str());
            let mut diagnostic = Diagnostic::error(Code::H302, endpoint.at, message);
            diagnostic = match crate::read::diag::nearest(name, declared) {
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

/// The page has an address.
pub(super) fn page_is_an_address(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    address(&endpoint.doc, endpoint.doc_at, diagnostics);
}

/// An error unless this is the address of a page.
pub(super) fn address(doc: &str, at: Span, diagnostics: &mut Diagnostics) {
    if !is_address(doc) {
        let message = format!("`{doc}` is not the address of a page");
        let help = narrow(doc, is_address).unwrap_or_else(|| "write `doc: https://..`".to_owned());
        diagnostics.push(Diagnostic::error(Code::H316, at, message).help(help));
    }
}

fn is_address(doc: &str) -> bool {
    let address = doc.strip_prefix("https://").unwrap_or_default();
    !address.is_empty() && !address.contains([' ', '<', '>', '"', '`', '\\'])
}

/// The remedy for full-width characters, if the text is valid without them.
fn narrow(text: &str, is_valid: impl Fn(&str) -> bool) -> Option<String> {
    folded(text).filter(|narrow| is_valid(narrow)).map(|narrow| format!("did you mean `{narrow}`?"))
}

/// Addresses contain text: no objects, no lists in the path, no lists of lists in the query.
pub(super) fn parameters_fit_into_an_address(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for field in &endpoint.path_params {
        let fits = matches!(field.ty.base, Base::String | Base::Int) || is_enum(api, field);
        if !fits || is_custom(field) || field.ty.list > 0 || field.ty.is_map() {
            let message = format!("the path parameter `{}` is not a single text or number", field.wire);
            diagnostics.push(at_field(Code::H312, field, message, "make it a `string`, an `int` or an enum"));
        } else if let Some(text) = texts(field, variants(api, field)).find(|text| !is_segment(text)) {
            let message = format!("the path parameter `{}` has the value {text:?}", field.wire);
            let help = "a segment of a path is not empty, not `.` or `..`, and has no control characters";
            diagnostics.push(at_field(Code::H312, field, message, help));
        }
    }
    for field in &endpoint.query {
        let fits = !matches!(field.ty.base, Base::Json | Base::File | Base::Type(_)) || is_enum(api, field);
        if !fits || is_custom(field) || field.ty.list > 1 || field.ty.is_map() {
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

/// `null` is a JSON value, so only a body can contain it; an answer may contain it anywhere.
pub(super) fn null_stands_in_bodies(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let form = endpoint.body.iter().flatten().filter(|_| endpoint.is_multipart());
    let no_json = endpoint.path_params.iter().chain(&endpoint.query).chain(&endpoint.headers).chain(form);
    super::types::no_null(no_json.chain(&endpoint.response), diagnostics);
}

/// The value of a custom field has its own form, which only a body can contain.
fn is_custom(field: &Field) -> bool {
    field.format == Some(Format::CustomValue)
}

fn is_enum(api: &Api, field: &Field) -> bool {
    !variants(api, field).is_empty()
}

/// The values of the field's enum; none if its type is another one.
fn variants<'a>(api: &'a Api, field: &Field) -> &'a [Variant] {
    let Base::Type(id) = field.ty.base else { return &[] };
    match api.type_(id).map(|ty| &ty.kind) {
        Some(Kind::Enum { variants, .. }) => variants,
        Some(Kind::Object(_)) | None => &[],
    }
}

/// A file is a part of a form. The other parts are text; a list becomes several parts with one name.
pub(super) fn files_stand_alone(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    // A list of files is an error of its own.
    if endpoint.response_list().is_none() {
        super::types::no_files(&endpoint.response, diagnostics);
    }
    if !endpoint.is_multipart() || endpoint.body_list().is_some() {
        return;
    }
    // A client sends a form because of its files.
    let mut files = endpoint.body.iter().flatten().filter(|field| field.ty.base == Base::File);
    if let Some(file) = files.clone().next().filter(|_| files.all(|file| file.unusable.is_some())) {
        let message = format!("`{}` makes the body a form, but no file of it can be sent", file.wire);
        diagnostics.push(at_field(
            Code::H311,
            file,
            message,
            "delete `unusable` of one file, or delete the files",
        ));
    }
    for field in endpoint.body.iter().flatten() {
        let scalar = !matches!(field.ty.base, Base::Json | Base::Type(_)) || is_enum(api, field);
        if !scalar || is_custom(field) || field.ty.list > 1 || field.ty.is_map() {
            let message = format!("`{}` cannot be a part of a form", field.wire);
            let help =
                "next to a `file`, every field is a text, a number, an enum, a file or a list of those";
            diagnostics.push(at_field(Code::H311, field, message, help));
        }
    }
}

/// An answer that is a file has no envelope and no fields.
pub(super) fn file_answers_have_no_fields(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    if !endpoint.answers_file {
        return;
    }
    let mut say = |key: &str| {
        let message = format!("`response: file` and `{key}`");
        let help = format!("a file has none: delete `{key}`");
        diagnostics.push(Diagnostic::error(Code::H306, endpoint.response_at, message).help(help));
    };
    if !endpoint.envelope.has_data() {
        say("envelope");
    }
    if endpoint.paging.is_some() {
        say("paging");
    }
}

/// A body or an answer without fields is a list, of anything except files.
pub(super) fn whole_sections_are_lists(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let whole = [("body", endpoint.body_list()), ("response", endpoint.response_list())];
    let resolved =
        whole.into_iter().filter_map(|(key, list)| Some((key, list.filter(|list| !list.unresolved)?)));
    for (key, list) in resolved {
        if list.ty.list == 0 || list.ty.is_map() {
            let message = format!("`{key}` is neither fields nor a list");
            let help = "write its fields, or a list of a type, such as `Item[]`";
            diagnostics.push(at_field(Code::H202, list, message, help));
        } else if list.ty.base == Base::File {
            let message = format!("`{key}` is a list of files");
            diagnostics.push(at_field(Code::H311, list, message, "a `file` is a field of `body:`"));
        }
    }
}

/// In a flat answer, the envelope's own fields are beside those of the answer.
pub(super) fn flat_answers_leave_the_envelope_alone(
    _: &Api,
    endpoint: &Endpoint,
    diagnostics: &mut Diagnostics,
) {
    let flat = endpoint.envelope == Envelope::Flat;
    for field in endpoint.response.iter().filter(|field| flat && ["code", "msg"].contains(&&*field.wire)) {
        let message = format!("`{}` belongs to the envelope, which a flat answer contains", field.wire);
        diagnostics.push(at_field(Code::H306, field, message, "delete it, or write `envelope: bare`"));
    }
}

/// A list has nothing beside it: no code, and nothing that turns pages.
pub(super) fn list_answers_stand_alone(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    if endpoint.response_list().is_none() {
        return;
    }
    if endpoint.envelope == Envelope::Flat {
        let message = "a list, and `envelope: flat`, which has fields beside `code`";
        let error = Diagnostic::error(Code::H306, endpoint.response_at, message);
        diagnostics.push(error.help("write `envelope: bare` where the answer is nothing but the list"));
    }
    if let Some(paging) = &endpoint.paging {
        let message = "`paging` of an answer that is a list, which has no fields that turn pages";
        let error = Diagnostic::error(Code::H306, paging.at, message);
        diagnostics.push(error.note_at(endpoint.response_at, "the list is here").help("delete `paging`"));
    }
}

/// Some proxies drop the body of a GET or a DELETE. A few of Feishu's endpoints have one anyway, as their documented
/// examples show.
pub(super) fn body_is_read(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let method = endpoint.method.as_str();
    match &endpoint.body {
        Some(body) if body.is_empty() => {
            let message = "`body:` has no fields".to_owned();
            let help = "leave `body:` out if the endpoint has none";
            diagnostics.push(Diagnostic::error(Code::H313, endpoint.body_at, message).help(help));
        }
        Some(_)
            if matches!(endpoint.method, Method::Get | Method::Delete)
                && endpoint.request_example.is_none() =>
        {
            let message = format!("a {method} with a body, but without an example");
            let help = "look at the page again: its parameters may belong under `query:`; if it shows a body, save that beside the spec";
            diagnostics.push(Diagnostic::warning(Code::H313, endpoint.body_at, message).help(help));
        }
        _ => {}
    }
}

/// `keyed(x)` names one text or number that identifies a call, in the query or in a JSON body.
pub(super) fn key_is_a_field(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let Safety::Keyed(key) = &endpoint.safety else { return };
    let error = |code: Code, message: String| Diagnostic::error(code, endpoint.safety_at, message);
    let in_json = endpoint.body.iter().flatten().filter(|_| !endpoint.is_multipart());
    let seen: Vec<&Field> = endpoint.query.iter().chain(in_json).filter(|field| field.wire == *key).collect();
    let (field, other) = match seen.as_slice() {
        [] if endpoint.sent().any(|field| field.wire == *key) => {
            let message = format!(
                "`{key}` is a parameter of the path, a header or a part of a form, which cannot be a key"
            );
            let help = "write `safety: idempotent` or `safety: unsafe`";
            return diagnostics.push(error(Code::H306, message).help(help));
        }
        [] => {
            let message = format!("`safety: keyed({key})` names no field of the request");
            let known = endpoint.sent().map(|field| field.wire.as_str());
            return diagnostics.push(error(Code::H208, message).suggest(key, known));
        }
        [field, rest @ ..] => (*field, rest.first()),
    };
    if let Some(other) = other {
        let message = format!("`safety: keyed({key})` could be the `{key}` of the query or that of the body");
        let error =
            error(Code::H306, message).note_at(field.at, "one here").note_at(other.at, "the other here");
        return diagnostics.push(error.help("write `safety: idempotent` or `safety: unsafe`"));
    }
    let single = field.ty.list == 0 && !field.ty.is_map();
    let fits = matches!(field.ty.base, Base::String | Base::Int) || is_enum(api, field);
    if field.unusable.is_some() || field.limits.fixed.is_some() || field.nullable || !single || !fits {
        let message = format!("`{key}` cannot distinguish two calls");
        let help = "a key is one text or number that the caller chooses";
        diagnostics.push(error(Code::H306, message).note_at(field.at, "declared here").help(help));
    }
}

/// Pages never state what an answer always contains, so nothing in it is required.
pub(super) fn response_requires_nothing(_: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for field in endpoint.response.iter().filter(|field| field.required || field.required_when.is_some()) {
        let message = format!("`{}` is in a response, which has no required fields", field.wire);
        diagnostics.push(at_field(Code::H306, field, message, "delete `required`"));
    }
}

/// Two endpoints are never the same call.
pub(super) fn paths_differ(api: &Api, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<(&str, String), &Endpoint> = BTreeMap::new();
    for endpoint in &api.endpoints {
        // A wrong method was replaced by another one.
        if diagnostics.has_error_at(endpoint.method_at) {
            continue;
        }
        // The name of a parameter does not matter on the wire.
        let segments =
            endpoint.path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
        let path = segments.collect::<Vec<_>>().join("/");
        if let Some(first) = seen.insert((endpoint.method.as_str(), path), endpoint) {
            let message = format!("`{}` and `{}` are the same call", first.id, endpoint.id);
            let diagnostic =
                Diagnostic::error(Code::H303, endpoint.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("delete one of them, or correct its path"));
        }
    }
}

/// An endpoint on another host has base URLs for existing regions.
pub(super) fn base_urls_have_regions(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    // An `api.yaml` that cannot be read has regions that nobody knows.
    if api.base_urls.is_empty() && diagnostics.has_errors() {
        return;
    }
    for BaseUrl { at, region, .. } in &endpoint.base_urls {
        if !api.base_urls.iter().any(|base| base.region == *region) {
            let message = format!("there is no region `{region}` in `api.yaml`");
            let known = api.base_urls.iter().map(|base| base.region.as_str());
            diagnostics.push(Diagnostic::error(Code::H208, *at, message).suggest(region, known));
        }
    }
}

/// A base URL is exactly `https://host`.
pub(super) fn base_urls_are_origins(api: &Api, diagnostics: &mut Diagnostics) {
    let own = api.endpoints.iter().flat_map(|endpoint| &endpoint.base_urls);
    for BaseUrl { at, region, url } in api.base_urls.iter().chain(own) {
        let fits = is_origin(url);
        if !fits || crate::resolve::name::field(region).as_deref() != Some(region) {
            let message = match fits {
                true => format!("the region `{region}` must be a `snake_case` name"),
                false => format!("the base URL `{region}: {url}` must be an https origin without a path"),
            };
            let diagnostic = Diagnostic::error(Code::H316, *at, message);
            let help = narrow(url, is_origin);
            let help = help.unwrap_or_else(|| "write it as in `feishu: https://open.feishu.cn`".to_owned());
            diagnostics.push(diagnostic.help(help));
        }
    }
}

fn is_origin(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
}
