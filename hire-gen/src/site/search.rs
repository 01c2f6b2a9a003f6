//! The index of the search: a script with data only.

use std::collections::BTreeMap;

use pinyin::{Pinyin, ToPinyin as _};
use serde_json::{Value, json};

use super::html::script_safe;
use super::{Context, errors, field, link};
use crate::resolve::ir::{Base, Endpoint, Event, Field, Home, Kind, Type, TypeId, Variant};

/// `hireIndex({..})`, with a list for each kind of item. Pages are numbers in `pages`, anchors have no `#`, and
/// missing labels are empty.
///
/// - `pages`: place and title
/// - `operations`: page, method, path, name, title, label, the syllables of the label in pinyin
/// - `events`: page, name, title, label, the syllables of the label in pinyin
/// - `resources`: page, name, service and version, how many operations it has, and how many events
/// - `types`: page, name, label
/// - `scopes`: name, label, how many operations it serves, and how many events
/// - `errors`: page, anchor, code, name, label, how many operations answer with it
/// - `fields`: page, anchor, label; the anchor ends with the name
/// - `values`: page, anchor, value, name, label
pub(super) fn index(cx: &Context<'_>) -> String {
    let mut index =
        Index { cx, pages: Vec::new(), fields: Vec::new(), values: Vec::new(), inside: Vec::new() };
    let operations: Vec<Value> = cx.api.endpoints.iter().map(|endpoint| index.operation(endpoint)).collect();
    let events: Vec<Value> = cx.api.events.iter().map(|event| index.event(event)).collect();
    let shared: Vec<&Type> = cx.groups.values().flat_map(|group| group.types.iter().copied()).collect();
    let types: Vec<Value> = shared.into_iter().map(|ty| index.type_(ty)).collect();
    let resources = index.resources();
    let errors = index.errors();
    let index = json!({
        "pages": index.pages,
        "operations": operations,
        "events": events,
        "resources": resources,
        "types": types,
        "scopes": scopes(cx),
        "errors": errors,
        "fields": index.fields,
        "values": index.values,
    });
    format!("hireIndex({});\n", script_safe(&index.to_string()))
}

struct Index<'a> {
    cx: &'a Context<'a>,
    pages: Vec<Value>,
    fields: Vec<Value>,
    values: Vec<Value>,
    inside: Vec<TypeId>,
}

impl Index<'_> {
    fn page(&mut self, path: &str, title: &str) -> usize {
        self.pages.push(json!([path, title]));
        self.pages.len() - 1
    }

    fn operation(&mut self, endpoint: &Endpoint) -> Value {
        let page = self.page(&link::endpoint(endpoint), &endpoint.title);
        for (prefix, fields) in super::sections(endpoint) {
            self.inside(page, prefix, fields);
        }
        let label = endpoint.label.as_deref().unwrap_or_default();
        let (method, name) = (endpoint.method.as_str(), endpoint.id.to_string());
        json!([page, method, endpoint.path, name, endpoint.title, label, pinyin(label)])
    }

    fn event(&mut self, event: &Event) -> Value {
        let page = self.page(&link::event(event), &event.title);
        self.inside(page, "event", &event.fields);
        let label = event.label.as_deref().unwrap_or_default();
        json!([page, event.event_type, event.title, label, pinyin(label)])
    }

    fn resources(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        for resource in self.cx.groups.values().flat_map(|group| group.resources.values()) {
            let page = self.page(&resource.page, resource.name);
            let group = format!("{} {}", resource.service, resource.version);
            found.push(json!([page, resource.name, group, resource.endpoints.len(), resource.events.len()]));
        }
        found
    }

    fn type_(&mut self, ty: &Type) -> Value {
        let page = self.page(&link::type_(ty), &ty.name);
        match &ty.kind {
            Kind::Object(fields) => self.inside(page, "field", fields),
            Kind::Enum { variants, .. } => self.variants(page, None, variants),
        }
        json!([page, ty.name, ty.label.as_deref().unwrap_or_default()])
    }

    /// Fields, including those of types without their own page; the others are indexed there.
    fn inside(&mut self, page: usize, above: &str, fields: &[Field]) {
        for field in fields {
            let anchor = link::anchor(above, &field.wire);
            self.fields.push(json!([page, anchor, field.label.as_deref().unwrap_or_default()]));
            let Base::Type(id) = field.ty.base else { continue };
            let own = |ty: &&Type| !matches!(ty.home, Home::Shared { .. });
            let Some(ty) = self.cx.api.type_(id).filter(own) else { continue };
            match &ty.kind {
                Kind::Object(inner) if !self.inside.contains(&id) => {
                    self.inside.push(id);
                    self.inside(page, &anchor, inner);
                    self.inside.pop();
                }
                Kind::Enum { variants, .. } => self.variants(page, Some(&anchor), variants),
                Kind::Object(_) => {}
            }
        }
    }

    /// Values of an enum are rows of its page, or belong to the field with the enum.
    fn variants(&mut self, page: usize, held_by: Option<&str>, variants: &[Variant]) {
        for variant in variants {
            let wire = field::wire(&variant.value);
            let anchor = held_by.map_or_else(|| link::anchor("value", &wire), str::to_owned);
            self.values.push(json!([
                page,
                anchor,
                wire,
                variant.name,
                variant.label.as_deref().unwrap_or_default()
            ]));
        }
    }

    fn errors(&mut self) -> Vec<Value> {
        let page = self.page(link::ERRORS, "Errors");
        let mut found = Vec::new();
        for error in &self.cx.api.errors {
            let label = error.label.as_deref().unwrap_or_default();
            let all = self.cx.api.endpoints.len();
            found.push(json!([page, errors::anchor("common", error), error.code, error.name, label, all]));
        }
        for (error, endpoints) in errors::by_code(self.cx).into_values().flatten() {
            let label = error.label.as_deref().unwrap_or_default();
            let anchor = errors::anchor("code", error);
            found.push(json!([page, anchor, error.code, error.name, label, endpoints.len()]));
        }
        found
    }
}

/// The Chinese part of a text in pinyin without tones: `huo qu mian shi`.
fn pinyin(text: &str) -> String {
    let syllables: Vec<&str> = text.to_pinyin().flatten().map(Pinyin::plain).collect();
    syllables.join(" ")
}

fn scopes(cx: &Context<'_>) -> Vec<Value> {
    let mut found: BTreeMap<&str, (&str, [usize; 2])> = BTreeMap::new();
    let operations =
        cx.api.endpoints.iter().flat_map(|endpoint| &endpoint.scopes).map(|scope| (scope, [1, 0]));
    let events = cx.api.events.iter().flat_map(|event| &event.scopes).map(|scope| (scope, [0, 1]));
    for (scope, [operation, event]) in operations.chain(events) {
        let (label, [operations, events]) = found.entry(&scope.name).or_default();
        *operations += operation;
        *events += event;
        if label.is_empty() {
            *label = scope.label.as_deref().unwrap_or_default();
        }
    }
    found
        .iter()
        .map(|(name, (label, [operations, events]))| json!([name, label, operations, events]))
        .collect()
}
