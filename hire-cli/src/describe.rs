//! An operation as JSON: its request, its answer and its errors.

use hire_gen::ir::{Api, Base, Endpoint, Field, Kind, Literal, Number, Quota, RequiredWhen, Safety, Type};
use serde_json::{Map, Value, json};

/// The depth to which nested objects are described; deeper ones are only named.
const DEPTH: usize = 6;

/// A line about an operation.
pub(crate) fn summary(endpoint: &Endpoint) -> Value {
    json!({
        "name": endpoint.id.to_string(),
        "title": endpoint.title,
        "label": endpoint.label,
        "reads_only": endpoint.safety == Safety::Safe,
    })
}

/// Everything about an operation.
pub(crate) fn describe(api: &Api, endpoint: &Endpoint) -> Value {
    let fields = |fields: &[Field]| object(api, fields, &mut Vec::new());
    let list = |list: &Field| one(api, list, &mut Vec::new());
    let errors = endpoint.errors.iter().map(|error| {
        json!({ "code": error.code, "name": error.name, "label": error.label, "advice": error.advice })
    });
    let mut all = json!({
        "name": endpoint.id.to_string(),
        "title": endpoint.title,
        "label": endpoint.label,
        "about": endpoint.about,
        "method": endpoint.method.as_str(),
        "path": endpoint.path,
        "documentation": endpoint.doc,
        "tokens": endpoint.tokens.iter().map(|token| format!("{token:?}").to_lowercase()).collect::<Vec<_>>(),
        "scopes_any_of": endpoint.scopes.iter().map(|scope| &scope.name).collect::<Vec<_>>(),
        "quota": quota(endpoint.quota),
        "safe_to_repeat": safety(&endpoint.safety),
        "path_parameters": fields(&endpoint.path_params),
        "query": fields(&endpoint.query),
        "headers": fields(&endpoint.headers),
        "body": endpoint.body.as_deref().filter(|_| endpoint.body_list().is_none()).map(fields),
        "body_list": endpoint.body_list().map(list),
        "answer": if endpoint.response_list().is_none() { fields(&endpoint.response) } else { Value::Null },
        "answer_list": endpoint.response_list().map(list),
        "errors": errors.collect::<Vec<_>>(),
    });
    if let Some(paging) = &endpoint.paging {
        add(&mut all, "pages_of", paging.items.as_str().into());
    }
    for (key, example) in
        [("request_example", &endpoint.request_example), ("answer_example", &endpoint.response_example)]
    {
        if let Some(example) = example {
            let shown = serde_json::from_str(&example.text).unwrap_or_else(|_| example.text.as_str().into());
            add(&mut all, key, shown);
        }
    }
    without_nothing(all)
}

fn object(api: &Api, fields: &[Field], inside: &mut Vec<String>) -> Value {
    let usable = fields.iter().filter(|field| field.unusable.is_none());
    usable.map(|field| (field.wire.clone(), one(api, field, inside))).collect::<Map<_, _>>().into()
}

fn one(api: &Api, field: &Field, inside: &mut Vec<String>) -> Value {
    let limits = &field.limits;
    let number = |limit: Option<Number>| {
        limit.map(|limit| match limit {
            Number::Int(number) => Value::from(number),
            Number::Float(number) => Value::from(number),
        })
    };
    let mut all = json!({
        "type": type_name(api, field),
        "required": field.required.then_some(true),
        "required_when": field.required_when.as_ref().map(when),
        "about": field.doc,
        "label": field.label,
        "format": field.format.map(|format| format!("{format:?}").to_lowercase()),
        "default": field.default.as_ref().map(plain),
        "always": limits.fixed.as_ref().map(plain),
        "minimum": number(limits.minimum),
        "maximum": number(limits.maximum),
        "min_length": limits.min_length,
        "max_length": limits.max_length,
        "min_items": limits.min_items,
        "max_items": limits.max_items,
        "pattern": limits.pattern,
        "deprecated": field.deprecated,
        "personal_or_secret": field.sensitive.then_some(true),
        "may_be_null": field.nullable.then_some(true),
        "replaces_stored_list": field.replaces.then_some(true),
    });
    if let Some(Type { kind, name, .. }) = declared(api, field) {
        match kind {
            Kind::Enum { variants, .. } => {
                let values = variants
                    .iter()
                    .map(|one| json!({ "value": plain(&one.value), "name": one.name, "label": one.label }));
                add(&mut all, "values", values.collect());
            }
            Kind::Object(fields) if inside.len() < DEPTH && !inside.contains(name) => {
                inside.push(name.clone());
                add(&mut all, "fields", object(api, fields, inside));
                inside.pop();
            }
            Kind::Object(_) => add(&mut all, "same_as", name.as_str().into()),
        }
    }
    all
}

/// Adds a member to an object.
fn add(object: &mut Value, key: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

fn declared<'a>(api: &'a Api, field: &Field) -> Option<&'a Type> {
    let Base::Type(id) = field.ty.base else { return None };
    api.type_(id)
}

fn type_name(api: &Api, field: &Field) -> String {
    let base = match (field.ty.base.word(), declared(api, field)) {
        (Some(word), _) => word.to_owned(),
        (None, Some(Type { kind: Kind::Enum { int, .. }, .. })) => {
            if *int {
                "int".to_owned()
            } else {
                "string".to_owned()
            }
        }
        (None, _) => "object".to_owned(),
    };
    field.ty.written(&base)
}

fn when(condition: &RequiredWhen) -> String {
    match condition {
        RequiredWhen::All(conditions) => hire_gen::rust::reason(conditions),
        RequiredWhen::Text(text) => text.clone(),
    }
}

fn quota(quota: Quota) -> String {
    quota.to_string()
}

fn safety(safety: &Safety) -> String {
    match safety {
        Safety::Safe => "yes: it only reads".to_owned(),
        Safety::Idempotent => "yes".to_owned(),
        Safety::Keyed(field) => format!("yes, if `{field}` is set"),
        Safety::Unsafe => "no: it may act twice".to_owned(),
    }
}

/// A literal as JSON.
pub(crate) fn plain(literal: &Literal) -> Value {
    match literal {
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Int(number) => Value::from(*number),
        Literal::Float(number) => Value::from(*number),
        Literal::Bool(flag) => Value::from(*flag),
        Literal::List(items) => items.iter().map(plain).collect(),
    }
}

/// Removes empty members.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let said = members.into_iter().filter(|(_, value)| !matches!(value, Value::Null));
            said.map(|(key, value)| (key, without_nothing(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_nothing).collect(),
        other => other,
    }
}

/// An answer with personal data and secrets hidden, as the schema marks them.
pub(crate) fn redacted(api: &Api, endpoint: &Endpoint, mut body: Value) -> Value {
    let data = if endpoint.envelope.has_data() { body.get_mut("data") } else { Some(&mut body) };
    if let Some(data) = data {
        match endpoint.response_list() {
            Some(list) => hide_inside(api, list, data),
            None => hide(api, &endpoint.response, data),
        }
    }
    body
}

fn hide(api: &Api, fields: &[Field], value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(api, fields, item)),
        Value::Object(members) => {
            for field in fields {
                let Some(value) = members.get_mut(&field.wire).filter(|value| !value.is_null()) else {
                    continue;
                };
                if field.sensitive {
                    *value = "[hidden]".into();
                } else {
                    hide_inside(api, field, value);
                }
            }
        }
        _ => {}
    }
}

/// The same of a field's value.
fn hide_inside(api: &Api, field: &Field, value: &mut Value) {
    if let Some(Type { kind: Kind::Object(inner), .. }) = declared(api, field) {
        hide_each(api, field.ty.maps, inner, value);
    }
}

fn hide_each(api: &Api, maps: u8, fields: &[Field], value: &mut Value) {
    match (maps, value.as_object_mut()) {
        (1.., Some(members)) => {
            members.values_mut().for_each(|value| hide_each(api, maps - 1, fields, value));
        }
        _ => hide(api, fields, value),
    }
}

/// The same for items of pages.
pub(crate) fn redacted_items(api: &Api, endpoint: &Endpoint, items: Vec<Value>) -> Vec<Value> {
    let Some(paging) = &endpoint.paging else { return items };
    // The items in their place, so that the schema of the answer applies.
    let mut data = Value::Array(items);
    for name in paging.items.rsplit('.') {
        data = json!({ name: data });
    }
    hide(api, &endpoint.response, &mut data);
    let found = paging.items.split('.').try_fold(&data, |value, name| value.get(name));
    found.and_then(Value::as_array).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_hidden_in_lists_without_an_object_around_them() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/shapes/schema");
        let api = hire_gen::load(&folder).unwrap_or_else(|problems| panic!("{problems}"));
        let endpoint = api.endpoint("shop.v1.member.import").unwrap();
        let answer =
            |name: &str| json!({ "code": 0, "data": [{ "id": "m-1", "name": name }, 7, { "name": null }] });
        assert_eq!(redacted(&api, endpoint, answer("Ada")), answer("[hidden]"));
    }
}
