//! Specs → Api: settles every name, finds every type, and reads every literal by the type of its field.
//!
//! Nothing here stops at the first error, and declarations of a broken file are not reported as missing.

mod field;
mod scope;
mod text;

use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::source::{Entry, Sources};
use crate::read::span::Span;
use crate::read::spec::{
    BodySpec, EndpointSpec, Entries, ErrorSpec, EventSpec, PagingSpec, ResponseSpec, Spec, SpecFile,
    TokensSpec, ValueSpec,
};
use crate::resolve::ir::{
    Api, Base, BaseUrl, Endpoint, ErrorCode, Event, EventEnvelope, Example, Field, Home, Kind, Method,
    Paging, Quota, Safety,
};
use crate::resolve::ir::{Scope, Turn, Type, TypeId, Variant};
use crate::resolve::name;

use self::field::deprecated;
use self::scope::Types;

/// Resolves everything. Unresolvable parts are among the diagnostics, and left out.
pub(crate) fn lower(sources: &Sources, specs: &[SpecFile], diagnostics: &mut Diagnostics) -> Api {
    let types = Types::collect(sources, specs, diagnostics);
    let names = sources.paths().filter_map(scope::endpoint_id);
    let names = names.map(|id| id.to_string()).collect();
    let mut lower = Lower { sources, types: &types, names, diagnostics };
    let mut api = Api::default();
    for file in specs {
        match &file.spec {
            Spec::Api(spec) => {
                api.described = spec.described;
                api.base_urls = base_urls(&spec.base_urls, file.tree.get("base_urls"), file.tree.span);
                api.errors = lower.errors(&spec.errors, file.tree.get("errors"));
            }
            Spec::Endpoint(spec) => api.endpoints.extend(lower.endpoint(file, spec)),
            Spec::Event(spec) => api.events.extend(lower.event(file, spec)),
            Spec::Type(_) => {}
        }
    }
    api.types = types.declared().map(|declared| lower.type_(declared)).collect();
    api.endpoints.sort_by(|a, b| a.id.cmp(&b.id));
    api.events.sort_by(|a, b| a.id.cmp(&b.id));
    mark_directions(&mut api);
    api
}

struct Lower<'a> {
    sources: &'a Sources,
    types: &'a Types<'a>,
    /// Every endpoint, including those whose files are broken or unread.
    names: Vec<String>,
    diagnostics: &'a mut Diagnostics,
}

impl Lower<'_> {
    fn endpoint(&mut self, file: &SpecFile, spec: &EndpointSpec) -> Option<Endpoint> {
        let id = scope::endpoint_id(&file.path)?;
        let home = Home::Local(id.clone());
        let at = |key: &str| file.tree.get(key).map_or(file.tree.span, Entry::span);
        let section = |key: &str| file.tree.get(key).map(|entry| &entry.value);
        let quota = text::quota(&spec.quota, at("quota"), self.sources, self.diagnostics);
        let safety = match (&spec.safety, spec.method) {
            // Its errors have been reported; the rest of the endpoint is checked anyway.
            (Some(safety), _) => {
                text::safety(safety, at("safety"), self.diagnostics).unwrap_or(Safety::Unsafe)
            }
            (None, Method::Get) => Safety::Safe,
            (None, _) => Safety::Unsafe,
        };
        let own = id.to_string();
        let others = || self.names.iter().map(String::as_str).filter(|name| *name != own);
        let deprecated = deprecated(spec.deprecated.as_ref(), &file.tree, others, self.diagnostics);
        let path_params = self.fields(&home, &spec.path_params, section("path_params"));
        let query = self.fields(&home, &spec.query, section("query"));
        let headers = self.fields(&home, &spec.headers, section("headers"));
        let body = match (&spec.body, file.tree.get("body")) {
            (Some(BodySpec::Fields(fields)), _) => Some(self.fields(&home, fields, section("body"))),
            (Some(BodySpec::List(type_)), Some(entry)) => {
                let name = free_name(path_params.iter().chain(&query).chain(&headers));
                // A body is a list or an object: a program cannot leave it out.
                let list = self.whole(&home, &name, type_, entry);
                Some(vec![Field { required: true, ..list }])
            }
            _ => None,
        };
        let response = match (&spec.response, file.tree.get("response")) {
            (ResponseSpec::Fields(fields), _) => self.fields(&home, fields, section("response")),
            (ResponseSpec::List(type_), Some(entry)) => vec![self.whole(&home, LIST, type_, entry)],
            _ => Vec::new(),
        };
        Some(Endpoint {
            at: at("path"),
            method_at: at("method"),
            title_at: at("title"),
            doc_at: at("doc"),
            body_at: file.tree.get("body").map_or(file.tree.span, Entry::key_span),
            safety_at: at("safety"),
            response_at: file.tree.get("response").map_or(file.tree.span, Entry::key_span),
            title: spec.title.clone(),
            label: spec.label.clone(),
            doc: spec.doc.clone(),
            revised: spec.revised.clone(),
            about: spec.about.clone(),
            deprecated,
            method: spec.method,
            path: spec.path.clone(),
            base_urls: base_urls(&spec.base_urls, file.tree.get("base_urls"), file.tree.span),
            tokens: match &spec.tokens {
                TokensSpec::Nothing => Vec::new(),
                TokensSpec::Any(tokens) => tokens.clone(),
            },
            apps: spec.apps.clone(),
            scopes: scopes(&spec.scopes),
            field_scopes: scopes(&spec.field_scopes),
            quota: quota.unwrap_or(Quota::Special),
            safety,
            envelope: spec.envelope.unwrap_or(crate::resolve::ir::Envelope::Standard),
            paging: spec.paging.as_ref().map(|paging| self.paging(paging, file)),
            // A path cannot omit a parameter.
            path_params: path_params.into_iter().map(|field| Field { required: true, ..field }).collect(),
            query,
            headers,
            body,
            response,
            answers_file: matches!(spec.response, ResponseSpec::File),
            errors: self.errors(&spec.errors, file.tree.get("errors")),
            request_example: self.example(&file.path, "request"),
            response_example: self.example(&file.path, "response"),
            id,
        })
    }

    fn event(&mut self, file: &SpecFile, spec: &EventSpec) -> Option<Event> {
        let id = scope::event_id(&file.path)?;
        let home = Home::Event(id.clone());
        let at = |key: &str| file.tree.get(key).map_or(file.tree.span, Entry::span);
        let fields = self.fields(&home, &spec.fields, file.tree.get("fields").map(|entry| &entry.value));
        Some(Event {
            at: at("event_type"),
            doc_at: at("doc"),
            title: spec.title.clone(),
            label: spec.label.clone(),
            doc: spec.doc.clone(),
            revised: spec.revised.clone(),
            about: spec.about.clone(),
            event_type: spec.event_type.clone(),
            apps: spec.apps.clone(),
            scopes: scopes(&spec.scopes),
            field_scopes: scopes(&spec.field_scopes),
            envelope: spec.envelope.unwrap_or(EventEnvelope::V2),
            fields,
            example: self.example(&file.path, "event"),
            id,
        })
    }

    fn paging(&mut self, spec: &PagingSpec, file: &SpecFile) -> Paging {
        let entry = file.tree.get("paging");
        let at = entry.map_or(file.tree.span, Entry::span);
        let PagingSpec { items, token, next, offset, has_more, total } = spec.clone();
        let turn = match (token, next, offset) {
            (Some(token), Some(next), _) => Turn::Token { token, next },
            (_, _, Some(offset)) => {
                return Paging { at, items, has_more, turn: Turn::Offset { offset, total } };
            }
            _ => return Paging::usual(at, items),
        };
        if let Some(total) = entry.and_then(|entry| entry.get("total")) {
            let message = "`total` and `token` cannot be combined";
            let help = "delete it: with a token, the answer says which page is the last";
            self.diagnostics.push(Diagnostic::error(Code::H106, total.key_span, message).help(help));
        }
        Paging { at, items, has_more, turn }
    }

    /// The JSON file beside a spec's.
    fn example(&self, path: &str, which: &str) -> Option<Example> {
        let index = self.sources.find(&format!("{}.{which}.json", path.strip_suffix(".yaml")?))?;
        let text = self.sources.file(index)?.text.clone();
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Some(Example { at: Span { file: index, start: 0, end }, text })
    }

    fn errors(&mut self, errors: &Entries<ErrorSpec, i64>, at: Option<&Entry>) -> Vec<ErrorCode> {
        let nodes = at.map_or(&[][..], |entry| entry.value.entries());
        let mut list = Vec::with_capacity(errors.0.len());
        for ((code, spec), node) in errors.0.iter().zip(nodes) {
            if !name::is_upper_camel(&spec.name) {
                let at = node.get("name").map_or(node.key_span(), Entry::span);
                self.not_upper_camel(&spec.name, at);
            }
            list.push(ErrorCode {
                at: node.key_span(),
                code: *code,
                http: spec.http,
                name: spec.name.clone(),
                label: spec.label.clone(),
                advice: spec.advice.clone(),
            });
        }
        list
    }

    fn type_(&mut self, declared: &scope::Declared<'_>) -> Type {
        let kind = match (&declared.spec.fields, declared.spec.values.as_deref()) {
            (None, Some(values)) => Kind::Enum {
                int: declared.spec.enum_ == Some(crate::read::spec::EnumKind::Int),
                variants: self.variants(values, declared.node.get("values")),
            },
            (fields, _) => {
                let node = declared.node.get("fields").map(|entry| &entry.value);
                let fields = fields.as_ref().map(|fields| self.fields(&declared.home, fields, node));
                Kind::Object(fields.unwrap_or_default())
            }
        };
        let same_as = declared.spec.same_as.as_deref().and_then(|name| {
            let at = declared.node.get("same_as").map_or(declared.at, Entry::span);
            text::shared_type(name, at, self.diagnostics)
        });
        Type {
            at: declared.at,
            name: declared.name.clone(),
            home: declared.home.clone(),
            label: declared.spec.label.clone(),
            doc: declared.spec.doc.clone(),
            fix: declared.spec.fix.clone(),
            same_as,
            kind,
            in_request: false,
            in_response: false,
        }
    }

    fn variants(&mut self, values: &[ValueSpec], at: Option<&Entry>) -> Vec<Variant> {
        let nodes = at.map_or(&[][..], |entry| entry.value.items());
        let mut variants = Vec::with_capacity(values.len());
        for (spec, node) in values.iter().zip(nodes) {
            let name_at = node.get("name").map_or(node.span, Entry::span);
            if !name::is_upper_camel(&spec.name) {
                self.not_upper_camel(&spec.name, name_at);
            } else if let Some(why) = name::reserved_variant(&spec.name) {
                let message = format!("`{}` is reserved: {why}", spec.name);
                let error = Diagnostic::error(Code::H206, name_at, message);
                self.diagnostics.push(error.help("choose another name"));
            }
            let known = || values.iter().map(|value| value.name.as_str());
            variants.push(Variant {
                at: node.get("value").map_or(node.span, Entry::span),
                value: spec.value.clone(),
                name: spec.name.clone(),
                label: spec.label.clone(),
                doc: spec.doc.clone(),
                deprecated: deprecated(spec.deprecated.as_ref(), node, known, self.diagnostics),
                scopes: scopes(&spec.scopes),
            });
        }
        variants
    }

    #[track_caller]
    fn not_upper_camel(&mut self, name: &str, at: Span) {
        let message = format!("`{name}` is not `UpperCamelCase`");
        self.diagnostics.push(Diagnostic::error(Code::H204, at, message).help(scope::camel_help(name)));
    }
}

/// The name of a list that is a body or an answer.
const LIST: &str = "items";

/// The name of a body that is a list, beside these fields: `items`, or `items_2` where one of them has that name.
fn free_name<'f>(beside: impl Iterator<Item = &'f Field> + Clone) -> String {
    let is_free = |name: &String| !beside.clone().any(|field| field.wire == *name || field.ident == *name);
    let numbered = (2_u32..).map(|number| format!("{LIST}_{number}"));
    std::iter::once(LIST.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

fn base_urls(urls: &Entries<String>, at: Option<&Entry>, file: Span) -> Vec<BaseUrl> {
    let of = |region: &str| at.and_then(|urls| urls.get(region)).map_or(file, Entry::span);
    let urls = urls.0.iter();
    urls.map(|(region, url)| BaseUrl { at: of(region), region: region.clone(), url: url.clone() }).collect()
}

fn scopes(entries: &Entries<Option<String>>) -> Vec<Scope> {
    entries.0.iter().map(|(name, label)| Scope { name: name.clone(), label: label.clone() }).collect()
}

/// Marks the types that endpoints send, and that they or events return, including nested ones.
fn mark_directions(api: &mut Api) {
    let sent = |endpoint: &Endpoint| -> Vec<TypeId> { endpoint.sent().filter_map(target).collect() };
    let received =
        |endpoint: &Endpoint| -> Vec<TypeId> { endpoint.response.iter().filter_map(target).collect() };
    let requests = api.endpoints.iter().flat_map(sent).collect();
    let events = api.events.iter().flat_map(|event| event.fields.iter().filter_map(target));
    let responses = api.endpoints.iter().flat_map(received).chain(events).collect();
    for id in closure(api, requests) {
        if let Some(ty) = api.types.get_mut(id) {
            ty.in_request = true;
        }
    }
    for id in closure(api, responses) {
        if let Some(ty) = api.types.get_mut(id) {
            ty.in_response = true;
        }
    }
}

fn closure(api: &Api, mut open: Vec<TypeId>) -> Vec<usize> {
    let mut seen = vec![false; api.types.len()];
    let mut found = Vec::new();
    while let Some(TypeId(id)) = open.pop() {
        if let Some(seen @ false) = seen.get_mut(id) {
            *seen = true;
            found.push(id);
            if let Some(Kind::Object(fields)) = api.types.get(id).map(|ty| &ty.kind) {
                open.extend(fields.iter().filter_map(target));
            }
        }
    }
    found
}

/// The type that a field adds to requests or answers; an unusable field adds none.
fn target(field: &Field) -> Option<TypeId> {
    match field.ty.base {
        Base::Type(id) if field.unusable.is_none() => Some(id),
        _ => None,
    }
}
