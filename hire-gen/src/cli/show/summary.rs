//! An endpoint or an event as text.

use std::collections::BTreeSet;

use crate::resolve::ir::{
    Api, Base, Endpoint, Event, Field, Format, Kind, Literal, RequiredWhen, Safety, Scope, Shape, Type,
    TypeId, Variant,
};
use crate::rust::docs;

/// Everything about one event.
pub(super) fn event(api: &Api, event: &Event) -> String {
    let mut text = format!("{}: {}\n", event.event_type, event.title);
    for line in event.about.iter().flat_map(|about| about.lines()) {
        text += &format!("  {line}\n");
    }
    text += "\n";
    let apps = event.apps.iter().map(|app| format!("{app:?}").to_lowercase());
    let facts = [
        ("page", event.doc.clone()),
        ("revised", event.revised.clone().unwrap_or_default()),
        ("spec", event.id.to_string()),
        ("apps", apps.collect::<Vec<_>>().join(", ")),
        ("scopes", names(&event.scopes)),
        ("field scopes", names(&event.field_scopes)),
        ("envelope", event.envelope.as_str().to_owned()),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        text += &format!("  {name:13} {value}\n");
    }
    let mut types = Vec::new();
    if !event.fields.is_empty() {
        text += &format!("\nevent\n{}", fields(api, &event.fields));
        reach(api, &event.fields, &mut types);
    }
    for ty in types.iter().filter_map(|id| api.type_(*id)) {
        text += &format!("\n{}\n", type_(api, ty));
    }
    text
}

/// Everything about one endpoint.
pub(super) fn endpoint(api: &Api, endpoint: &Endpoint) -> String {
    let mut text = format!("{}: {}\n", endpoint.id, endpoint.title);
    for line in endpoint.about.iter().flat_map(|about| about.lines()) {
        text += &format!("  {line}\n");
    }
    text += &format!("\n  {} {}\n", endpoint.method.as_str(), endpoint.path);
    for (name, value) in facts(endpoint) {
        text += &format!("  {name:13} {value}\n");
    }
    let mut types = Vec::new();
    let body = endpoint.body.as_deref().unwrap_or_default();
    let sections = [
        ("path", &*endpoint.path_params),
        ("query", &*endpoint.query),
        ("headers", &*endpoint.headers),
        ("body", body),
        ("response", &*endpoint.response),
    ];
    for (name, section) in sections.iter().filter(|(_, section)| !section.is_empty()) {
        let list = if section.iter().any(|field| field.whole) { ": a list" } else { "" };
        text += &format!("\n{name}{list}\n{}", fields(api, section));
        reach(api, section, &mut types);
    }
    if endpoint.answers_file {
        text += "\nresponse\n  a file\n";
    }
    for ty in types.iter().filter_map(|id| api.type_(*id)) {
        text += &format!("\n{}\n", type_(api, ty));
    }
    if !endpoint.errors.is_empty() {
        text += "\nerrors\n";
    }
    for error in &endpoint.errors {
        let advice = error.advice.as_deref().unwrap_or_default();
        let line = format!("  {} {} {}  {advice}", error.code, error.http, error.name);
        text += &format!("{}\n", line.trim_end());
    }
    text
}

fn facts(endpoint: &Endpoint) -> Vec<(&'static str, String)> {
    let base_urls: Vec<&str> = endpoint.base_urls.iter().map(|base| base.url.as_str()).collect();
    let facts = [
        ("page", endpoint.doc.clone()),
        ("revised", endpoint.revised.clone().unwrap_or_default()),
        ("deprecated", deprecated(endpoint)),
        ("host", base_urls.join(", ")),
        ("tokens", tokens(endpoint)),
        (
            "apps",
            endpoint.apps.iter().map(|app| format!("{app:?}").to_lowercase()).collect::<Vec<_>>().join(", "),
        ),
        ("scopes", names(&endpoint.scopes)),
        ("field scopes", names(&endpoint.field_scopes)),
        ("quota", endpoint.quota.to_string()),
        ("safety", safety(&endpoint.safety)),
        ("pages of", endpoint.paging.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn deprecated(endpoint: &Endpoint) -> String {
    match endpoint.deprecated.as_deref() {
        None => String::new(),
        Some("") => "yes".to_owned(),
        Some(reason) => reason.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn tokens(endpoint: &Endpoint) -> String {
    let names: Vec<String> =
        endpoint.tokens.iter().map(|token| format!("{token:?}").to_lowercase()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn names(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn safety(safety: &Safety) -> String {
    match safety {
        Safety::Safe => "safe".to_owned(),
        Safety::Idempotent => "idempotent".to_owned(),
        Safety::Keyed(field) => format!("safe while `{field}` is set"),
        Safety::Unsafe => "unsafe".to_owned(),
    }
}

fn fields(api: &Api, fields: &[Field]) -> String {
    let types: Vec<String> = fields.iter().map(|field| shape(api, field.ty)).collect();
    let name_width = fields.iter().map(|field| field.wire.chars().count()).max().unwrap_or_default();
    let type_width = types.iter().map(String::len).max().unwrap_or_default();
    let lines = fields.iter().zip(&types).map(|(field, ty)| {
        let line =
            format!("  {:name_width$}  {ty:type_width$}  {:8}  {}", field.wire, need(field), remarks(field));
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

fn need(field: &Field) -> &'static str {
    match &field.required_when {
        _ if field.unusable.is_some() => "unusable",
        _ if field.required => "required",
        Some(RequiredWhen::All(_) | RequiredWhen::Text(_)) => "when",
        None => "",
    }
}

fn remarks(field: &Field) -> String {
    let limits = &field.limits;
    let format = field.format.map(|format| match format {
        Format::Ms => "Milliseconds since 1970.",
        Format::S => "Seconds since 1970.",
        Format::Date => "YYYY-MM-DD.",
        Format::Json => "JSON as text.",
        Format::CustomValue => "A custom field's value.",
    });
    let parts = [
        field.label.clone(),
        field.doc.clone(),
        format.map(str::to_owned),
        field.required_when.as_ref().map(docs::required_when),
        limits.fixed.as_ref().map(|value| format!("Always {}.", literal(value))),
        field.default.as_ref().map(|value| format!("Defaults to {}.", literal(value))),
        field.deprecated.as_ref().map(|reason| format!("Deprecated. {reason}").trim_end().to_owned()),
        field.unusable.clone(),
        field.fix.as_ref().map(|fix| format!("Differs from the page: {fix}")),
    ];
    let mut text = String::new();
    for part in parts.into_iter().flatten() {
        if !text.is_empty() {
            text += if text.ends_with(['.', '。']) { " " } else { "; " };
        }
        text += &part.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::String(text) => format!("{text:?}"),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Bool(value) => value.to_string(),
        Literal::List(items) => {
            format!("[{}]", items.iter().map(self::literal).collect::<Vec<_>>().join(", "))
        }
    }
}

fn shape(api: &Api, shape: Shape) -> String {
    let base = match shape.base {
        Base::String => "string",
        Base::Int => "int",
        Base::Float => "float",
        Base::Bool => "bool",
        Base::Json => "json",
        Base::File => "file",
        Base::Type(id) => api.type_(id).map_or("", |ty| &ty.name),
    };
    shape.written(base)
}

fn type_(api: &Api, ty: &Type) -> String {
    let doc = ty.doc.as_deref().or(ty.label.as_deref()).unwrap_or_default();
    let head = format!("{}  {doc}", ty.name);
    let inside = match &ty.kind {
        Kind::Object(inside) => fields(api, inside),
        Kind::Enum { variants, .. } => values(variants),
    };
    format!("{}\n{}", head.trim_end(), inside.trim_end_matches('\n'))
}

fn values(variants: &[Variant]) -> String {
    let values: Vec<String> = variants.iter().map(|variant| literal(&variant.value)).collect();
    let value_width = values.iter().map(|value| value.chars().count()).max().unwrap_or_default();
    let name_width = variants.iter().map(|variant| variant.name.len()).max().unwrap_or_default();
    let lines = variants.iter().zip(&values).map(|(Variant { name, label, .. }, value)| {
        let line =
            format!("  {value:value_width$}  {name:name_width$}  {}", label.as_deref().unwrap_or_default());
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

/// The types of these fields and their types, each once, in the order of first use.
fn reach(api: &Api, fields: &[Field], found: &mut Vec<TypeId>) {
    let mut known: BTreeSet<TypeId> = found.iter().copied().collect();
    let targets = |fields: &[Field]| -> Vec<TypeId> {
        let ids = fields
            .iter()
            .filter_map(|field| if let Base::Type(id) = field.ty.base { Some(id) } else { None });
        ids.collect()
    };
    let mut open = targets(fields);
    open.reverse();
    while let Some(id) = open.pop() {
        if !known.insert(id) {
            continue;
        }
        found.push(id);
        if let Some(Type { kind: Kind::Object(inside), .. }) = api.type_(id) {
            open.extend(targets(inside).into_iter().rev());
        }
    }
}
