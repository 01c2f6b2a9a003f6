//! Reads a request into JSON values, by the types of the schema.

use percent_encoding::percent_decode;
use serde_json::{Map, Number, Value};

use super::form;
use crate::resolve::ir::{Api, Base, Endpoint, Field, Kind};
use crate::validate::{Problem, Sent, whole_body};

/// Name and value, in the order of the request, decoded.
pub(super) type Pairs = Vec<(String, String)>;

/// The most values of a JSON body. Each takes up to a kilobyte of memory, whatever its size in the request.
const MOST_VALUES: usize = 150_000;

/// Reads the whole request. The problems are those of an unreadable body; [`validate`](crate::validate::validate)
/// finds the rest.
pub(super) fn read(
    api: &Api,
    endpoint: &Endpoint,
    path: &Pairs,
    query: &Pairs,
    headers: &Pairs,
    content_type: Option<&str>,
    body: &[u8],
) -> (Sent, Vec<Problem>) {
    let (body, problems) = match body_value(api, endpoint, content_type, body) {
        Ok(body) => (body, Vec::new()),
        Err(problem) => (None, vec![problem]),
    };
    let path = by_name(api, &endpoint.path_params, path);
    let query = by_name(api, &endpoint.query, query);
    let headers = headers_by_name(api, &endpoint.headers, headers);
    (Sent { path, query, headers, body }, problems)
}

/// The endpoint's own headers under their schema names; in a request the names are in lower case.
fn headers_by_name(api: &Api, fields: &[Field], headers: &Pairs) -> Map<String, Value> {
    let own = fields.iter().flat_map(|field| {
        let of_field = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&field.wire));
        of_field.map(|(_, value)| (field.wire.clone(), value.clone()))
    });
    by_name(api, fields, &own.collect())
}

/// The pairs of a query in form encoding: `+` is a space.
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
        let boundary = boundary.ok_or_else(|| whole_body("must have its `boundary` in the content type"))?;
        let parts = form::parse(boundary, body).map_err(whole_body)?;
        return Ok(Some(form_value(api, endpoint, parts)));
    }
    // Feishu accepts JSON without a content type; its own SDK for Python sends none.
    let utf_8 = parameter(parameters, "charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if !matches!(media.as_str(), "" | "application/json") || !utf_8 {
        return Err(whole_body("must come with the content type `application/json; charset=utf-8`"));
    }
    if values(body) > MOST_VALUES {
        return Err(whole_body(format!(
            "contains more than {MOST_VALUES} values, the most that the mock reads"
        )));
    }
    // serde's message contains the place and the expected value, never the value itself.
    serde_json::from_slice(body).map(Some).map_err(|error| whole_body(format!("is not JSON: {error}")))
}

/// The number of values in JSON: one, and one more after each comma and each opening bracket.
fn values(json: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

fn form_value(api: &Api, endpoint: &Endpoint, parts: Vec<form::Part>) -> Value {
    let fields = endpoint.body.as_deref().unwrap_or_default();
    let mut object = Map::new();
    let mut texts = Pairs::new();
    for part in parts {
        let field = fields.iter().find(|field| field.wire == part.name);
        let is_file = field.is_some_and(|field| field.ty.base == Base::File);
        let list = field.is_some_and(|field| field.ty.list > 0);
        if is_file || part.file_name.is_some() {
            let about = serde_json::json!({ "file_name": part.file_name, "bytes": part.content.len() });
            put(&mut object, part.name, about, list);
        } else {
            texts.push((part.name, String::from_utf8_lossy(part.content).into_owned()));
        }
    }
    object.extend(by_name(api, fields, &texts));
    Value::Object(object)
}

/// Pairs as an object: repeated names, and lists in the schema, become lists.
fn by_name(api: &Api, fields: &[Field], pairs: &Pairs) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, text) in pairs {
        let field = fields.iter().find(|field| field.wire == *name);
        let value =
            field.map_or_else(|| Value::String(text.clone()), |field| typed(api, field.ty.base, text));
        let is_list = field.is_some_and(|field| field.ty.list > 0);
        put(&mut object, name.clone(), value, is_list);
    }
    object
}

/// Adds a value: repeated names, and lists in the schema, become lists.
fn put(object: &mut Map<String, Value>, name: String, value: Value, is_list: bool) {
    match object.get_mut(&name) {
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => {
            object.insert(name, if is_list { Value::Array(vec![value]) } else { value });
        }
    }
}

/// Text as a value of this type; it stays text if it is not one, and the checks report it.
fn typed(api: &Api, base: Base, text: &str) -> Value {
    let int = || text.parse::<i64>().ok().map(Value::from);
    let typed = match base {
        Base::Int => int(),
        Base::Float => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        Base::Bool => flag(text).map(Value::Bool),
        Base::Json => serde_json::from_str(text).ok(),
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => int(),
            _ => None,
        },
        Base::String | Base::File => None,
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Feishu's own SDK for Python sends `True` and `False`.
fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

/// The media type in lower case, and its parameters.
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
    fn flags_are_read_as_sdks_write_them() {
        for (text, value) in [("true", Some(true)), ("False", Some(false)), ("TRUE", None), ("1", None)] {
            assert_eq!(flag(text), value, "{text}");
        }
    }

    #[test]
    fn values_are_counted_outside_of_strings() {
        for (json, count) in [("1", 1), (r#"{"a,[{": ",[\",{"}"#, 2), (r#"[1,[2,{"a":3}]]"#, 6)] {
            assert_eq!(values(json.as_bytes()), count, "{json}");
        }
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
