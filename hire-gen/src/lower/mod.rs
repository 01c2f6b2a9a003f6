//! Specs → Api: every name settled, every type found, every literal read as what its field holds.
//!
//! Nothing here stops at the first error, and what a broken file would have declared is not missed twice.

mod field;
mod scope;
mod text;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ir::{
    Api, Base, BaseUrl, Endpoint, ErrorCode, Example, Field, Home, Kind, Method, Paging, Safety,
};
use crate::ir::{Scope, Type, TypeId, Variant};
use crate::name;
use crate::source::{Entry, Sources};
use crate::span::Span;
use crate::spec::{EndpointSpec, Entries, ErrorSpec, Spec, SpecFile, ValueSpec};

use self::scope::Types;

/// Resolves everything. Whatever could not be resolved is among the diagnostics, and left out.
pub(crate) fn lower(sources: &Sources, specs: &[SpecFile], diagnostics: &mut Diagnostics) -> Api {
    let types = Types::collect(sources, specs, diagnostics);
    let mut lower = Lower { sources, types: &types, diagnostics };
    let mut api = Api::default();
    for file in specs {
        match &file.spec {
            Spec::Api(spec) => {
                api.base_urls = base_urls(&spec.base_urls, file.tree.get("base_urls"), file.tree.span);
                api.errors = lower.errors(&spec.errors, file.tree.get("errors"));
            }
            Spec::Endpoint(spec) => api.endpoints.extend(lower.endpoint(file, spec)),
            Spec::Type(_) => {}
        }
    }
    api.types = types.declared().map(|declared| lower.type_(declared)).collect();
    api.endpoints.sort_by(|a, b| a.id.cmp(&b.id));
    mark_directions(&mut api);
    api
}

struct Lower<'a> {
    sources: &'a Sources,
    types: &'a Types<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Lower<'_> {
    fn endpoint(&mut self, file: &SpecFile, spec: &EndpointSpec) -> Option<Endpoint> {
        let id = scope::endpoint_id(&file.path)?;
        let home = Home::Local(id.clone());
        let at = |key: &str| file.tree.get(key).map_or(file.tree.span, Entry::span);
        let section = |key: &str| file.tree.get(key).map(|entry| &entry.value);
        let quota = text::quota(&spec.quota, at("quota"), self.diagnostics);
        let safety = match (&spec.safety, spec.method) {
            (Some(safety), _) => text::safety(safety, at("safety"), self.diagnostics)?,
            (None, Method::Get) => Safety::Safe,
            (None, _) => Safety::Unsafe,
        };
        let path_params = self.fields(&home, &spec.path_params, section("path_params"));
        let query = self.fields(&home, &spec.query, section("query"));
        let body = spec.body.as_ref().map(|body| self.fields(&home, body, section("body")));
        Some(Endpoint {
            at: at("path"),
            doc_at: at("doc"),
            body_at: file.tree.get("body").map_or(file.tree.span, Entry::key_span),
            safety_at: at("safety"),
            title: spec.title.clone(),
            label: spec.label.clone(),
            doc: spec.doc.clone(),
            revised: spec.revised.clone(),
            about: spec.about.clone(),
            method: spec.method,
            path: spec.path.clone(),
            tokens: spec.tokens.clone(),
            apps: spec.apps.clone(),
            scopes: scopes(&spec.scopes),
            field_scopes: scopes(&spec.field_scopes),
            quota: quota?,
            safety,
            envelope: spec.envelope.unwrap_or(crate::ir::Envelope::Standard),
            paging: spec.paging.clone().map(|items| Paging { at: at("paging"), items }),
            // A path has no room for a parameter that is not there.
            path_params: path_params.into_iter().map(|field| Field { required: true, ..field }).collect(),
            query,
            body,
            response: self.fields(&home, &spec.response, section("response")),
            errors: self.errors(&spec.errors, file.tree.get("errors")),
            request_example: self.example(&file.path, "request"),
            response_example: self.example(&file.path, "response"),
            id,
        })
    }

    /// The JSON file beside an endpoint's.
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
                int: declared.spec.enum_ == Some(crate::spec::EnumKind::Int),
                variants: self.variants(values, declared.node.get("values")),
            },
            (fields, _) => {
                let node = declared.node.get("fields").map(|entry| &entry.value);
                let fields = fields.as_ref().map(|fields| self.fields(&declared.home, fields, node));
                Kind::Object(fields.unwrap_or_default())
            }
        };
        Type {
            at: declared.at,
            name: declared.name.clone(),
            home: declared.home.clone(),
            label: declared.spec.label.clone(),
            doc: declared.spec.doc.clone(),
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
                self.reserved(&spec.name, name_at, why);
            }
            let known = || values.iter().map(|value| value.name.as_str());
            variants.push(Variant {
                at: node.get("value").map_or(node.span, Entry::span),
                value: spec.value.clone(),
                name: spec.name.clone(),
                label: spec.label.clone(),
                doc: spec.doc.clone(),
                deprecated: self.deprecated(spec.deprecated.as_ref(), node, known),
                scopes: scopes(&spec.scopes),
            });
        }
        variants
    }

    fn not_upper_camel(&mut self, name: &str, at: Span) {
        let message = format!("`{name}` is not `UpperCamelCase`");
        let help = "write an English name of ASCII letters and digits, an upper-case letter first";
        self.diagnostics.push(Diagnostic::error(Code::H204, at, message).help(help));
    }

    fn reserved(&mut self, name: &str, at: Span, why: &str) {
        let message = format!("`{name}` is taken: {why}");
        self.diagnostics.push(Diagnostic::error(Code::H206, at, message).help("choose another name"));
    }
}

fn base_urls(urls: &Entries<String>, at: Option<&Entry>, file: Span) -> Vec<BaseUrl> {
    let of = |region: &str| at.and_then(|urls| urls.get(region)).map_or(file, Entry::span);
    let urls = urls.0.iter();
    urls.map(|(region, url)| BaseUrl { at: of(region), region: region.clone(), url: url.clone() }).collect()
}

fn scopes(entries: &Entries<Option<String>>) -> Vec<Scope> {
    entries.0.iter().map(|(name, label)| Scope { name: name.clone(), label: label.clone() }).collect()
}

/// Marks which types endpoints send and which they receive, those inside others included.
fn mark_directions(api: &mut Api) {
    let sent = |endpoint: &Endpoint| -> Vec<TypeId> {
        let fields = endpoint.path_params.iter().chain(&endpoint.query).chain(endpoint.body.iter().flatten());
        fields.filter_map(target).collect()
    };
    let received =
        |endpoint: &Endpoint| -> Vec<TypeId> { endpoint.response.iter().filter_map(target).collect() };
    let requests = api.endpoints.iter().flat_map(sent).collect();
    let responses = api.endpoints.iter().flat_map(received).collect();
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

/// The type that a field brings into what is sent or received; an unusable field brings none.
fn target(field: &Field) -> Option<TypeId> {
    match field.ty.base {
        Base::Type(id) if field.unusable.is_none() => Some(id),
        _ => None,
    }
}
