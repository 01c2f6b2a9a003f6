//! Documented examples, in their order, where they are valid: a document with an invalid example is wrong, and pages
//! contradict themselves.

use serde_json::{Map, Value};

use super::json::Json;
use super::text;
use crate::ir::{Api, Base, Endpoint, Envelope, Example, Field, Kind, Shape};
use crate::validate::{Unknown, validate_body, validate_value};

/// What a page shows.
pub(super) enum Documented {
    /// Nothing.
    Nothing,
    /// What the schema takes.
    Valid(Json),
    /// What the schema refuses, and why, for people.
    Refused(String),
}

/// The body of a request.
pub(super) fn request(api: &Api, endpoint: &Endpoint) -> Documented {
    documented(endpoint.request_example.as_ref(), |body| {
        let problems = validate_body(api, endpoint, body, Unknown::Refused);
        problems.into_iter().map(|problem| format!("`{}` {}", problem.path, problem.message)).collect()
    })
}

/// An answer. Its types have been checked when the schema was loaded, but for what any reader passes over.
pub(super) fn response(api: &Api, endpoint: &Endpoint) -> Documented {
    documented(endpoint.response_example.as_ref(), |answer| {
        let data = if endpoint.envelope == Envelope::Bare { Some(answer) } else { answer.get("data") };
        let empty = data.is_some_and(|data| is_empty_list(api, &endpoint.response, data));
        if empty { vec!["it has `[]` in place of an object".to_owned()] } else { Vec::new() }
    })
}

/// Whether a body has to be sent: for a field that is required, or for one of two where neither is there.
pub(super) fn needs_body(api: &Api, endpoint: &Endpoint) -> bool {
    let nothing = Value::Object(Map::new());
    !validate_body(api, endpoint, &nothing, Unknown::Refused).is_empty()
}

/// Whether the schema takes this in place of the field's value.
pub(super) fn is_valid(api: &Api, field: &Field, value: &Json) -> bool {
    let value = serde_json::to_value(value);
    value.is_ok_and(|value| validate_value(api, field, &value, Unknown::Refused).is_empty())
}

fn documented(example: Option<&Example>, judge: impl FnOnce(&Value) -> Vec<String>) -> Documented {
    let Some(text) = example.map(|example| example.text.as_str()) else { return Documented::Nothing };
    // Twice, because the value that is shown keeps its order.
    let (Ok(shown), Ok(judged)) = (serde_json::from_str(text), serde_json::from_str(text)) else {
        return Documented::Nothing;
    };
    match judge(&judged).as_slice() {
        [] => Documented::Valid(shown),
        problems => Documented::Refused(text::refused(problems)),
    }
}

/// Whether `[]` stands for an object without fields, here or further inside, as it does in some of Feishu's answers.
fn is_empty_list(api: &Api, fields: &[Field], value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        object => fields
            .iter()
            .any(|field| object.get(&field.wire).is_some_and(|value| has_empty_list(api, field.ty, value))),
    }
}

fn has_empty_list(api: &Api, ty: Shape, value: &Value) -> bool {
    if ty.list > 0 {
        let inner = Shape { list: ty.list - 1, ..ty };
        return value.as_array().into_iter().flatten().any(|item| has_empty_list(api, inner, item));
    }
    if ty.map {
        let inner = Shape { map: false, ..ty };
        return value.as_object().into_iter().flatten().any(|(_, item)| has_empty_list(api, inner, item));
    }
    let Base::Type(id) = ty.base else { return false };
    match api.type_(id).map(|ty| &ty.kind) {
        Some(Kind::Object(fields)) => is_empty_list(api, fields, value),
        _ => false,
    }
}
