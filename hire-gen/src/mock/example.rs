//! What an endpoint answers when all is well.

use hyper::body::Bytes;
use serde_json::{Map, Value, json};

use crate::ir::{Api, Base, Endpoint, Envelope, Field, Kind, Literal, TypeId};

/// The answers of one endpoint.
#[derive(Debug)]
pub(super) struct Examples {
    /// The documented example, verbatim; a value built from the examples of the fields where the page has none.
    pub(super) answer: Bytes,
    /// The same, saying that no page follows, for whoever asks with a page token: documented examples tend to have
    /// `has_more: true`, and turning pages would never end.
    pub(super) last_page: Option<Bytes>,
}

impl Examples {
    pub(super) fn new(api: &Api, endpoint: &Endpoint) -> Self {
        let text = match &endpoint.response_example {
            Some(example) => example.text.clone(),
            None => {
                enveloped(endpoint.envelope, object(api, &endpoint.response, &mut Vec::new())).to_string()
            }
        };
        let last_page = endpoint.paging.as_ref().and_then(|_| last_page(endpoint.envelope, &text));
        Self { answer: text.into(), last_page: last_page.map(Bytes::from) }
    }
}

fn enveloped(envelope: Envelope, data: Map<String, Value>) -> Value {
    match envelope {
        Envelope::Standard => json!({ "code": 0, "msg": "success", "data": data }),
        Envelope::Message => json!({ "code": 0, "message": "success", "data": data }),
        Envelope::Bare => Value::Object(data),
    }
}

fn last_page(envelope: Envelope, text: &str) -> Option<String> {
    let mut answer: Value = serde_json::from_str(text).ok()?;
    let data = match envelope {
        Envelope::Bare => answer.as_object_mut()?,
        Envelope::Standard | Envelope::Message => answer.get_mut("data")?.as_object_mut()?,
    };
    data.insert("has_more".to_owned(), Value::Bool(false));
    data.insert("page_token".to_owned(), Value::String(String::new()));
    Some(answer.to_string())
}

/// Fields without an example are left out: in an answer none is required. `open` are the objects around this one, so
/// that a type that holds itself comes to an end.
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
    if field.ty.map {
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

/// An example in the type of its field: pages write the ID `1` for `"1"`.
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
