//! Documented examples, in their order, if they are valid: an invalid example makes a document wrong, and some pages
//! contradict themselves.

use serde_json::{Map, Value};

use super::json::Json;
use super::text;
use crate::resolve::ir::{Api, Base, Endpoint, Event, Example, Field, Kind, Shape};
use crate::validate::{Unknown, validate_body, validate_value};

/// An example on a page.
pub(super) enum Documented {
    /// Nothing.
    Nothing,
    /// The schema accepts it.
    Valid(Json),
    /// The schema refuses it, for this reason.
    Refused(String),
}

/// The body of a request.
pub(super) fn request(api: &Api, endpoint: &Endpoint) -> Documented {
    documented(endpoint.request_example.as_ref(), |body| {
        let problems = validate_body(api, endpoint, body, Unknown::Refused);
        problems.into_iter().map(|problem| format!("`{}` {}", problem.path, problem.message)).collect()
    })
}

/// An answer. Its types were checked when the schema was loaded, except for leniently read values.
pub(super) fn response(api: &Api, endpoint: &Endpoint) -> Documented {
    documented(endpoint.response_example.as_ref(), |answer| {
        let data = if endpoint.envelope.has_data() { answer.get("data") } else { Some(answer) };
        let empty = data.is_some_and(|data| match endpoint.response_list() {
            Some(list) => has_empty_list(api, list.ty, data),
            None => is_empty_list(api, &endpoint.response, data),
        });
        if empty { vec!["it has `[]` instead of an object".to_owned()] } else { Vec::new() }
    })
}

/// A delivered event.
pub(super) fn event(api: &Api, event: &Event) -> Documented {
    documented(event.example.as_ref(), |delivery| {
        let empty = delivery.get("event").is_some_and(|payload| is_empty_list(api, &event.fields, payload));
        if empty { vec!["it has `[]` instead of an object".to_owned()] } else { Vec::new() }
    })
}

/// Whether a body has to be sent: because of a required field, or of two fields of which one is required.
pub(super) fn needs_body(api: &Api, endpoint: &Endpoint) -> bool {
    let nothing = Value::Object(Map::new());
    !validate_body(api, endpoint, &nothing, Unknown::Refused).is_empty()
}

/// Whether the schema accepts this as the field's value.
pub(super) fn is_valid(api: &Api, field: &Field, value: &Json) -> bool {
    let value = serde_json::to_value(value);
    value.is_ok_and(|value| validate_value(api, field, &value, Unknown::Refused).is_empty())
}

fn documented(example: Option<&Example>, judge: impl FnOnce(&Value) -> Vec<String>) -> Documented {
    let Some(text) = example.map(|example| example.text.as_str()) else { return Documented::Nothing };
    // Parsed twice, because the shown value keeps its order.
    let (Ok(shown), Ok(judged)) = (serde_json::from_str(text), serde_json::from_str(text)) else {
        return Documented::Nothing;
    };
    match judge(&judged).as_slice() {
        [] => Documented::Valid(shown),
        problems => Documented::Refused(text::refused(problems)),
    }
}

/// Whether `[]` replaces an object without fields, here or further inside, as in some of Feishu's answers.
fn is_empty_list(api: &Api, fields: &[Field], value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        object => fields
            .iter()
            .any(|field| object.get(&field.wire).is_some_and(|value| has_empty_list(api, field.ty, value))),
    }
}

fn has_empty_list(api: &Api, ty: Shape, value: &Value) -> bool {
    if ty.is_map() {
        let inner = Shape { maps: ty.maps - 1, ..ty };
        return value.as_object().into_iter().flatten().any(|(_, item)| has_empty_list(api, inner, item));
    }
    if ty.list > 0 {
        let inner = Shape { list: ty.list - 1, ..ty };
        return value.as_array().into_iter().flatten().any(|item| has_empty_list(api, inner, item));
    }
    let Base::Type(id) = ty.base else { return false };
    match api.type_(id).map(|ty| &ty.kind) {
        Some(Kind::Object(fields)) => is_empty_list(api, fields, value),
        _ => false,
    }
}
