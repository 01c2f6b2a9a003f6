//! `field=value` arguments → the request, with the types of the schema.

use std::collections::BTreeMap;

use hire_gen::ir::{Api, Base, Endpoint, Field, Kind, Literal};
use hire_gen::validate::Sent;
use serde_json::{Map, Value};

/// A request in progress.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) sent: Sent,
    /// Paths of files to upload, by field.
    pub(crate) files: BTreeMap<String, String>,
}

/// Where a field is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Path,
    Query,
    Header,
    Body,
}

impl Request {
    /// The request of an operation with this body, if it has one. A list that nobody gave is not sent, and missed.
    pub(crate) fn with_body(endpoint: &Endpoint, body: Option<Value>) -> Result<Self, String> {
        let body = match (body, &endpoint.body) {
            (Some(_), None) => return Err(format!("`{}` takes no body", endpoint.id)),
            (None, Some(_)) if endpoint.body_list().is_none() => Some(Value::Object(Map::new())),
            (body, _) => body,
        };
        Ok(Self { sent: Sent { body, ..Sent::default() }, files: BTreeMap::new() })
    }

    /// Sets a field: `talent_id=1`, `basic_info.name=张三`, `body.type=2`, `content=@resume.pdf`.
    ///
    /// A list takes JSON, or one item per occurrence of its field. A body that is a list is set by its name: `items=[..]`.
    pub(crate) fn set(&mut self, api: &Api, endpoint: &Endpoint, argument: &str) -> Result<(), String> {
        let (name, text) =
            argument.split_once('=').ok_or_else(|| format!("`{argument}` is not `field=value`"))?;
        let (section, field, rest) = find(endpoint, name)?;
        if field.ty.base == Base::File {
            let path =
                text.strip_prefix('@').ok_or_else(|| format!("`{name}` is a file: write `{name}=@path`"))?;
            self.files.insert(field.wire.clone(), path.to_owned());
        }
        let mut whole = Map::new();
        let root = match section {
            Section::Body if field.whole => {
                whole.extend(self.sent.body.take().map(|body| (field.wire.clone(), body)));
                &mut whole
            }
            Section::Path => &mut self.sent.path,
            Section::Query => &mut self.sent.query,
            Section::Header => &mut self.sent.headers,
            Section::Body => {
                let body = self.sent.body.get_or_insert_with(|| Value::Object(Map::new()));
                body.as_object_mut().ok_or("the body is not a JSON object")?
            }
        };
        let put = put(api, root, field, &rest, text, name);
        if field.whole {
            self.sent.body = whole.remove(&field.wire);
        }
        put
    }
}

/// The field that an argument names, and the names inside it.
fn find<'a>(endpoint: &'a Endpoint, name: &str) -> Result<(Section, &'a Field, Vec<String>), String> {
    let sections = [
        (Section::Path, "path", endpoint.path_params.as_slice()),
        (Section::Query, "query", endpoint.query.as_slice()),
        (Section::Header, "header", endpoint.headers.as_slice()),
        (Section::Body, "body", endpoint.body.as_deref().unwrap_or_default()),
    ];
    let usable = |field: &&Field| field.unusable.is_none();
    let within = |fields: &'a [Field], name: &str| {
        let longest = fields.iter().filter(usable).filter(|field| {
            name.strip_prefix(field.wire.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let field = longest.max_by_key(|field| field.wire.len())?;
        let rest = name.get(field.wire.len()..).unwrap_or_default();
        let rest = rest.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        Some((field, rest))
    };
    // `query.query` is the field `query` in the query section: a single value has no fields.
    let holds = |field: &Field| field.ty.is_map() || matches!(field.ty.base, Base::Type(_) | Base::Json);
    let found: Vec<_> = sections
        .iter()
        .filter_map(|(section, _, fields)| within(fields, name).map(|(field, rest)| (*section, field, rest)))
        .collect();
    let of_section = sections.iter().any(|(_, word, fields)| {
        let rest = name.strip_prefix(word).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| within(fields, rest).is_some())
    });
    if let [(section, field, rest)] = found.as_slice()
        && (rest.is_empty() || holds(field) || !of_section)
    {
        return Ok((*section, field, rest.clone()));
    }
    for (section, word, fields) in sections {
        if let Some((field, rest)) =
            name.strip_prefix(word).and_then(|rest| within(fields, rest.strip_prefix('.')?))
        {
            return Ok((section, field, rest));
        }
    }
    let elsewhere =
        name.split_once('.').filter(|(word, _)| sections.iter().any(|(_, known, _)| known == word));
    if let Some((word, rest)) = elsewhere
        && let Some((_, there, _)) = sections.iter().find(|(_, _, fields)| within(fields, rest).is_some())
    {
        return Err(format!("`{rest}` is in the {there}, not in the {word}: write `{there}.{rest}`"));
    }
    if found.len() > 1 {
        return Err(format!(
            "`{name}` is in several parts of the request: write `path.{name}`, `query.{name}`, `header.{name}` or `body.{name}`"
        ));
    }
    let names = sections.iter().flat_map(|(_, _, fields)| fields.iter().filter(usable));
    let known: Vec<&str> = names.map(|field| field.wire.as_str()).collect();
    let nearest = known.iter().map(|known| (strsim::damerau_levenshtein(known, name), *known)).min();
    Err(match nearest {
        Some((distance, known)) if distance <= 1 + name.chars().count() / 4 => {
            format!("`{}` has no field `{name}`; did you mean `{known}`?", endpoint.id)
        }
        _ => format!("`{}` has no field `{name}`; its fields are {}", endpoint.id, known.join(", ")),
    })
}

fn put(
    api: &Api,
    object: &mut Map<String, Value>,
    field: &Field,
    rest: &[String],
    text: &str,
    argument: &str,
) -> Result<(), String> {
    let Some((next, after)) = rest.split_first() else {
        let value = value(api, field, text);
        match object.get_mut(&field.wire) {
            Some(Value::Array(items)) if field.ty.list == 1 && !value.is_array() => items.push(value),
            _ if field.ty.list == 1 && !value.is_array() => {
                object.insert(field.wire.clone(), Value::Array(vec![value]));
            }
            _ => {
                object.insert(field.wire.clone(), value);
            }
        }
        return Ok(());
    };
    let Base::Type(id) = field.ty.base else {
        return Err(format!("`{argument}`: `{}` has no fields", field.wire));
    };
    let Some(Kind::Object(fields)) = api.type_(id).map(|ty| &ty.kind).filter(|_| field.ty.list == 0) else {
        return Err(format!("`{argument}`: `{}` is not an object; write it as JSON", field.wire));
    };
    let inner = fields.iter().find(|field| field.wire == *next);
    let inner = inner.ok_or_else(|| {
        let near =
            fields.iter().map(|field| (strsim::damerau_levenshtein(&field.wire, next), &field.wire)).min();
        let near = near.filter(|(distance, _)| *distance <= 1 + next.chars().count() / 4);
        let hint = near.map_or_else(String::new, |(_, known)| format!("; did you mean `{known}`?"));
        format!("`{argument}`: `{}` has no field `{next}`{hint}", field.wire)
    })?;
    let slot = object.entry(field.wire.clone()).or_insert_with(|| Value::Object(Map::new()));
    let slot =
        slot.as_object_mut().ok_or_else(|| format!("`{argument}`: `{}` is not an object", field.wire))?;
    put(api, slot, inner, after, text, argument)
}

/// Text as a value of the field's type; text that does not fit stays text, for the checks to report.
fn value(api: &Api, field: &Field, text: &str) -> Value {
    let json = || serde_json::from_str::<Value>(text).ok();
    let as_text = || Value::String(text.to_owned());
    if field.ty.list > 0
        && let Some(list @ Value::Array(_)) = json()
    {
        return list;
    }
    match field.ty.base {
        Base::String | Base::File => as_text(),
        Base::Int => text.parse::<i64>().map_or_else(|_| as_text(), Value::from),
        Base::Float => text.parse::<f64>().map_or_else(|_| as_text(), Value::from),
        Base::Bool => text.parse::<bool>().map_or_else(|_| as_text(), Value::from),
        Base::Json => json().unwrap_or_else(as_text),
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { variants, .. }) => {
                // By name or by value.
                let wire = |literal: &Literal| match literal {
                    Literal::String(text) => Value::from(text.as_str()),
                    Literal::Int(number) => Value::from(*number),
                    _ => Value::Null,
                };
                let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let mut known = variants.iter().map(|variant| (variant.name.as_str(), wire(&variant.value)));
                known
                    .find(|(name, value)| *name == text || plain(value) == text)
                    .map_or_else(as_text, |(_, value)| value)
            }
            _ => json().unwrap_or_else(as_text),
        },
    }
}
