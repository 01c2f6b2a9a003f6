//! Reads what a request carried into JSON values, by the types of the schema.

use percent_encoding::percent_decode;
use serde_json::{Map, Number, Value};

use super::form;
use crate::ir::{Api, Base, Endpoint, Field, Kind};
use crate::validate::{Problem, Sent, whole_body};

/// Name and value, in the order of the request, decoded.
pub(super) type Pairs = Vec<(String, String)>;

/// Reads all of it. Problems are those of a body that cannot be read; the rest is for
/// [`validate`](crate::validate::validate).
pub(super) fn read(
    api: &Api,
    endpoint: &Endpoint,
    path: &Pairs,
    query: &Pairs,
    content_type: Option<&str>,
    body: &[u8],
) -> (Sent, Vec<Problem>) {
    let (body, problems) = match body_value(api, endpoint, content_type, body) {
        Ok(body) => (body, Vec::new()),
        Err(problem) => (None, vec![problem]),
    };
    let path = by_name(api, &endpoint.path_params, path);
    let query = by_name(api, &endpoint.query, query);
    (Sent { path, query, body }, problems)
}

/// The pairs of a query, as forms encode them: `+` is a space.
pub(super) fn pairs(query: &str) -> Pairs {
    let decoded = |text: &str| {
        let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
        percent_decode(&bytes).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn body_value(
    api: &Api,
    endpoint: &Endpoint,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Option<Value>, Problem> {
    if body.is_empty() {
        return Ok(None);
    }
    let (media, parameters) = media_type(content_type.unwrap_or_default());
    if endpoint.is_multipart() {
        if media != "multipart/form-data" {
            return Err(whole_body("must come with the content type `multipart/form-data`"));
        }
        let boundary = parameter(parameters, "boundary");
        let boundary = boundary.ok_or_else(|| whole_body("must name its `boundary` in the content type"))?;
        let parts = form::parse(boundary, body).map_err(whole_body)?;
        return Ok(Some(form_value(api, endpoint, parts)));
    }
    let utf_8 = parameter(parameters, "charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if media != "application/json" || !utf_8 {
        return Err(whole_body("must come with the content type `application/json; charset=utf-8`"));
    }
    // serde's message says where, and what was expected, and never what stands there.
    serde_json::from_slice(body).map(Some).map_err(|error| whole_body(format!("is not JSON: {error}")))
}

fn form_value(api: &Api, endpoint: &Endpoint, parts: Vec<form::Part>) -> Value {
    let fields = endpoint.body.as_deref().unwrap_or_default();
    let mut object = Map::new();
    let mut texts = Pairs::new();
    for part in parts {
        let is_file = fields.iter().any(|field| field.wire == part.name && field.ty.base == Base::File);
        if is_file || part.file_name.is_some() {
            let about = serde_json::json!({ "file_name": part.file_name, "bytes": part.content.len() });
            object.insert(part.name, about);
        } else {
            texts.push((part.name, String::from_utf8_lossy(part.content).into_owned()));
        }
    }
    object.extend(by_name(api, fields, &texts));
    Value::Object(object)
}

/// Pairs as an object: what is sent twice, or is a list in the schema, becomes a list.
fn by_name(api: &Api, fields: &[Field], pairs: &Pairs) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, text) in pairs {
        let field = fields.iter().find(|field| field.wire == *name);
        let value =
            field.map_or_else(|| Value::String(text.clone()), |field| typed(api, field.ty.base, text));
        let is_list = field.is_some_and(|field| field.ty.list > 0);
        match object.get_mut(name) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                object.insert(name.clone(), if is_list { Value::Array(vec![value]) } else { value });
            }
        }
    }
    object
}

/// Text as a value of this type; still text where it is none, for the checks to find.
fn typed(api: &Api, base: Base, text: &str) -> Value {
    let int = || text.parse::<i64>().ok().map(Value::from);
    let typed = match base {
        Base::Int => int(),
        Base::Float => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        Base::Bool => text.parse::<bool>().ok().map(Value::Bool),
        Base::Json => serde_json::from_str(text).ok(),
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => int(),
            _ => None,
        },
        Base::String | Base::File => None,
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The media type in lower case, and what stands behind it.
fn media_type(header: &str) -> (String, &str) {
    let (media, parameters) = header.split_once(';').unwrap_or((header, ""));
    (media.trim().to_ascii_lowercase(), parameters)
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let pairs = parameters.split(';').filter_map(|pair| pair.split_once('='));
    let mut values =
        pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    values.next().map(|value| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_as_a_form() {
        let decoded = pairs("a=1&b=x%26y%3D%23&c=%E4%BA%BA+%2B&a=2&&d");
        let expected = [("a", "1"), ("b", "x&y=#"), ("c", "人 +"), ("a", "2"), ("d", "")];
        assert_eq!(decoded, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(pairs(""), Pairs::new());
    }

    #[test]
    fn a_content_type_is_read_with_its_parameters() {
        let (media, rest) = media_type("Multipart/Form-Data; charset=UTF-8; Boundary=\"a b\"");
        assert_eq!(media, "multipart/form-data");
        assert_eq!(parameter(rest, "boundary"), Some("a b"));
        assert_eq!(parameter(rest, "charset"), Some("UTF-8"));
        assert_eq!(parameter(rest, "name"), None);
    }
}
