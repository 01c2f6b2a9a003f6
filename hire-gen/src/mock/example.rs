//! The answers of an endpoint to valid requests.

use hyper::body::Bytes;
use serde_json::{Map, Value, json};

use crate::resolve::ir::{Api, Base, Endpoint, Envelope, Field, Kind, Literal, Paging, Turn, TypeId};

/// The answers of one endpoint.
#[derive(Debug)]
pub(super) struct Examples {
    /// The documented example, verbatim, or a value built from the examples of the fields; the bytes of a file if the
    /// answer is one.
    pub(super) answer: Bytes,
    /// The same without a next page, for requests after the first page: documented examples tend to report more pages,
    /// so following them would never end. If pages are requested by offset, the page is empty.
    pub(super) last_page: Option<Bytes>,
}

impl Examples {
    pub(super) fn new(api: &Api, endpoint: &Endpoint) -> Self {
        if endpoint.answers_file {
            let bytes = format!("a file of {}\n", endpoint.id);
            return Self { answer: bytes.into(), last_page: None };
        }
        let text = match &endpoint.response_example {
            Some(example) => example.text.clone(),
            None => {
                let open = &mut Vec::new();
                let data = match endpoint.response_list() {
                    Some(list) => value(api, list, open).unwrap_or_else(|| Value::Array(Vec::new())),
                    None => Value::Object(object(api, &endpoint.response, open)),
                };
                enveloped(endpoint.envelope, data).to_string()
            }
        };
        let last_page =
            endpoint.paging.as_ref().and_then(|paging| last_page(endpoint.envelope, paging, &text));
        Self { answer: text.into(), last_page: last_page.map(Bytes::from) }
    }
}

fn enveloped(envelope: Envelope, data: Value) -> Value {
    match envelope {
        Envelope::Standard => json!({ "code": 0, "msg": "success", "data": data }),
        Envelope::Message => json!({ "code": 0, "message": "success", "data": data }),
        Envelope::Flat => {
            let mut answer = data;
            if let Value::Object(members) = &mut answer {
                members.insert("code".to_owned(), json!(0));
                members.insert("msg".to_owned(), json!("success"));
            }
            answer
        }
        Envelope::Bare => data,
    }
}

fn last_page(envelope: Envelope, paging: &Paging, text: &str) -> Option<String> {
    let mut answer: Value = serde_json::from_str(text).ok()?;
    let data = if envelope.has_data() { answer.get_mut("data")? } else { &mut answer };
    if let Some(has_more) = &paging.has_more {
        put(data, has_more, Value::Bool(false))?;
    }
    match &paging.turn {
        Turn::Token { next, .. } => put(data, next, Value::String(String::new()))?,
        Turn::Offset { .. } => put(data, &paging.items, Value::Array(Vec::new()))?,
    }
    Some(answer.to_string())
}

/// Sets a value at a dotted path; `None` if something other than an object is on the way.
fn put(data: &mut Value, path: &str, value: Value) -> Option<()> {
    let Some((name, rest)) = path.split_once('.') else {
        data.as_object_mut()?.insert(path.to_owned(), value);
        return Some(());
    };
    let inner = data.as_object_mut()?.entry(name).or_insert_with(|| Value::Object(Map::new()));
    put(inner, rest, value)
}

/// Fields without an example are left out, since an answer requires none. `open` contains the objects around this one,
/// so that recursion ends.
fn object(api: &Api, fields: &[Field], open: &mut Vec<TypeId>) -> Map<String, Value> {
    let usable = fields.iter().filter(|field| field.unusable.is_none());
    usable.filter_map(|field| Some((field.wire.clone(), value(api, field, open)?))).collect()
}

fn value(api: &Api, field: &Field, open: &mut Vec<TypeId>) -> Option<Value> {
    let (value, mut dimensions) = match (&field.example, field.ty.base) {
        (Some(Literal::List(items)), _) => {
            (Value::Array(items.iter().map(|item| literal(field.ty.base, item)).collect()), 1)
        }
        (Some(example), base) => (literal(base, example), 0),
        (None, Base::Type(id)) => (declared(api, id, open)?, 0),
        (None, _) => return None,
    };
    if field.ty.is_map() {
        return None;
    }
    let mut value = value;
    while dimensions < field.ty.list {
        value = Value::Array(vec![value]);
        dimensions += 1;
    }
    Some(value)
}

fn declared(api: &Api, id: TypeId, open: &mut Vec<TypeId>) -> Option<Value> {
    match &api.type_(id)?.kind {
        Kind::Object(_) if open.contains(&id) => None,
        Kind::Object(fields) => {
            open.push(id);
            let object = object(api, fields, open);
            open.pop();
            Some(Value::Object(object))
        }
        Kind::Enum { variants, .. } => variants.first().map(|variant| plain(&variant.value)),
    }
}

/// An example converted to the type of its field: pages write the ID `1` for `"1"`.
fn literal(base: Base, example: &Literal) -> Value {
    match (base, plain(example)) {
        (Base::String, Value::Number(number)) => Value::String(number.to_string()),
        (Base::String, Value::Bool(flag)) => Value::String(flag.to_string()),
        (_, value) => value,
    }
}

fn plain(literal: &Literal) -> Value {
    match literal {
        Literal::String(text) => json!(text),
        Literal::Int(number) => json!(number),
        Literal::Float(number) => json!(number),
        Literal::Bool(flag) => json!(flag),
        Literal::List(items) => items.iter().map(plain).collect(),
    }
}
