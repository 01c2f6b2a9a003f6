//! The request of the Rust sample in curl, Python and Node.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::resolve::ir::{Api, Endpoint, Field, Kind, Literal, Token, Type};
use crate::rust::call::sample::{self, Members, Sample};

/// Everything except the characters that never need an escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The uploaded file of the samples.
const FILE: &str = "resume.pdf";

/// A request as sent over the wire, without the token.
pub(super) struct Call<'a> {
    endpoint: &'a Endpoint,
    base: &'a str,
    path: String,
    /// Names and values, in the order of the schema.
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Body,
}

enum Body {
    None,
    Json(Value),
    Form(Vec<(String, Part)>),
}

enum Part {
    Text(String),
    File,
}

impl<'a> Call<'a> {
    pub(super) fn new(api: &'a Api, endpoint: &'a Endpoint) -> Self {
        let members = sample::request(api, endpoint);
        let within = |fields: &'a [Field]| Object { api, fields, members: &members }.values();
        let mut path = endpoint.path.clone();
        for (field, value) in within(&endpoint.path_params) {
            let text = utf8_percent_encode(&plain(&value), ESCAPED).to_string();
            path = path.replace(&format!(":{}", field.wire), &text);
        }
        let query = within(&endpoint.query).into_iter().flat_map(|(field, value)| {
            let values = if let Value::Array(items) = value { items } else { vec![value] };
            values.into_iter().map(|value| (field.wire.clone(), plain(&value)))
        });
        let headers =
            within(&endpoint.headers).into_iter().map(|(field, value)| (field.wire.clone(), plain(&value)));
        let base = endpoint.base_urls.first().or(api.base_urls.first()).map_or("", |base| &base.url);
        let body = endpoint.body.as_deref().map_or(Body::None, |fields| {
            let values = within(fields);
            if endpoint.body_list().is_some() {
                let list = values.into_iter().next().map(|(_, list)| list);
                return Body::Json(list.unwrap_or_else(|| json!([])));
            }
            if !endpoint.is_multipart() {
                return Body::Json(
                    values.into_iter().map(|(field, value)| (field.wire.clone(), value)).collect(),
                );
            }
            let part = |(field, value): (&Field, Value)| {
                let part = if value.is_null() { Part::File } else { Part::Text(plain(&value)) };
                (field.wire.clone(), part)
            };
            Body::Form(values.into_iter().map(part).collect())
        });
        Self { endpoint, base, path, query: query.collect(), headers: headers.collect(), body }
    }

    /// The request as data, for a script that sends it.
    pub(super) fn data(&self) -> Value {
        let (body, form) = match &self.body {
            Body::None => (Value::Null, Value::Null),
            Body::Json(body) => (body.clone(), Value::Null),
            Body::Form(parts) => {
                let part = |(name, part): &(String, Part)| match part {
                    Part::Text(text) => json!([name, text]),
                    Part::File => json!([name, null]),
                };
                (Value::Null, parts.iter().map(part).collect())
            }
        };
        json!({
            "method": self.endpoint.method.as_str(),
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "body": body,
            "form": form,
            "token": self.token().map(|token| token == "user_access_token"),
        })
    }

    /// The variable with the token, if the operation takes one.
    fn token(&self) -> Option<&'static str> {
        let tokens = &self.endpoint.tokens;
        let only_user = !tokens.is_empty() && tokens.iter().all(|token| *token == Token::User);
        (!tokens.is_empty()).then_some(if only_user { "user_access_token" } else { "tenant_access_token" })
    }

    fn url(&self, with_query: bool) -> String {
        let escape = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let pairs = self.query.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let mark = if with_query && !query.is_empty() { "?" } else { "" };
        format!("{}{}{mark}{}", self.base, self.path, if with_query { &query } else { "" })
    }

    /// For a shell; the token is in the environment.
    pub(super) fn curl(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut lines =
            vec![format!("curl -X {} {}", self.endpoint.method.as_str(), quoted(&self.url(true)))];
        if let Some(token) = self.token() {
            lines.push(format!("-H \"Authorization: Bearer ${}\"", token.to_uppercase()));
        }
        lines.extend(
            self.headers.iter().map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))),
        );
        match &self.body {
            Body::None => {}
            Body::Json(body) => {
                lines.push("-H 'Content-Type: application/json; charset=utf-8'".to_owned());
                lines.push(format!("-d {}", quoted(&pretty(body))));
            }
            Body::Form(parts) => lines.extend(parts.iter().map(|(name, part)| match part {
                Part::Text(text) => format!("--form-string {}", quoted(&format!("{name}={text}"))),
                Part::File => format!("-F {}", quoted(&format!("{name}=@{FILE}"))),
            })),
        }
        lines.join(" \\\n  ") + "\n"
    }

    /// For Python 3 with the package `requests`.
    pub(super) fn python(&self) -> String {
        let mut lines = vec![format!("    {},", Value::from(self.url(false)))];
        let token = self.token().map(|token| format!("\"Authorization\": f\"Bearer {{{token}}}\""));
        let own = self.headers.iter().map(|(name, value)| format!("{}: {}", json!(name), json!(value)));
        let headers: Vec<String> = token.into_iter().chain(own).collect();
        if !headers.is_empty() {
            lines.push(format!("    headers={{{}}},", headers.join(", ")));
        }
        if !self.query.is_empty() {
            let pairs = self.query.iter().map(|(name, value)| format!("({}, {})", json!(name), json!(value)));
            lines.push(format!("    params=[{}],", pairs.collect::<Vec<_>>().join(", ")));
        }
        match &self.body {
            Body::None => {}
            Body::Json(body) => lines.push(format!("    json={},", python(body, 1))),
            Body::Form(parts) => {
                let list = |wanted: fn(&Part) -> Option<String>| {
                    let found = parts
                        .iter()
                        .filter_map(|(name, part)| Some(format!("{}: {}", json!(name), wanted(part)?)));
                    found.collect::<Vec<_>>().join(", ")
                };
                let texts =
                    list(
                        |part| if let Part::Text(text) = part { Some(json!(text).to_string()) } else { None },
                    );
                let files = list(|part| {
                    if let Part::File = part { Some(format!("open(\"{FILE}\", \"rb\")")) } else { None }
                });
                lines.extend((!texts.is_empty()).then(|| format!("    data={{{texts}}},")));
                lines.push(format!("    files={{{files}}},"));
            }
        }
        let method = self.endpoint.method.as_str().to_lowercase();
        let lines = lines.join("\n");
        format!(
            "import requests\n\nanswer = requests.{method}(\n{lines}\n    timeout=30,\n)\nprint(answer.json())\n"
        )
    }

    /// For Node 20 or later.
    pub(super) fn node(&self) -> String {
        let mut before = String::new();
        let mut headers: Vec<String> = Vec::new();
        headers.extend(self.token().map(|token| format!("Authorization: `Bearer ${{{token}}}`")));
        headers.extend(self.headers.iter().map(|(name, value)| format!("{}: {}", json!(name), json!(value))));
        let mut options = vec![format!("  method: \"{}\",", self.endpoint.method.as_str())];
        let mut sent = None;
        match &self.body {
            Body::None => {}
            Body::Json(body) => {
                headers.push("\"Content-Type\": \"application/json; charset=utf-8\"".to_owned());
                sent = Some(format!("  body: JSON.stringify({}),", indented(&pretty(body))));
            }
            Body::Form(parts) => {
                before += "import { openAsBlob } from \"node:fs\";\n\nconst form = new FormData();\n";
                for (name, part) in parts {
                    before += &match part {
                        Part::Text(text) => format!("form.set({}, {});\n", json!(name), json!(text)),
                        Part::File => {
                            format!("form.set({}, await openAsBlob(\"{FILE}\"), \"{FILE}\");\n", json!(name))
                        }
                    };
                }
                sent = Some("  body: form,".to_owned());
            }
        }
        if !headers.is_empty() {
            options.push(format!("  headers: {{ {} }},", headers.join(", ")));
        }
        options.extend(sent);
        let (url, options) = (Value::from(self.url(true)), options.join("\n"));
        format!(
            "{before}const answer = await fetch({url}, {{\n{options}\n}});\nconsole.log(await answer.json());\n"
        )
    }
}

/// The fields of a section or of a type, and the sample values of some of them.
struct Object<'a, 'm> {
    api: &'a Api,
    fields: &'a [Field],
    members: &'m Members<'a>,
}

impl<'a> Object<'a, '_> {
    /// Values by field. The client adds constant ones; in samples they are written out.
    fn values(&self) -> Vec<(&'a Field, Value)> {
        let value = |field: &'a Field| {
            if field.required
                && let Some(fixed) = &field.limits.fixed
            {
                return Some(literal(fixed));
            }
            let (_, sample) = self.members.iter().find(|(known, _)| std::ptr::eq(*known, field))?;
            Some(self.value(sample))
        };
        self.fields.iter().filter_map(|field| Some((field, value(field)?))).collect()
    }

    fn value(&self, sample: &Sample<'a>) -> Value {
        match sample {
            Sample::Object(id, members) => {
                let Some(Type { kind: Kind::Object(fields), .. }) = self.api.type_(*id) else {
                    return json!({});
                };
                let object = Object { api: self.api, fields, members };
                object.values().into_iter().map(|(field, value)| (field.wire.clone(), value)).collect()
            }
            Sample::List(items) => items.iter().map(|item| self.value(item)).collect(),
            // A thousand items would hide the call: the first ones show the form.
            Sample::Repeated(item, _) => vec![self.value(item); sample::REPEATED].into(),
            Sample::Map(None) => json!({}),
            Sample::Map(Some((key, value))) => {
                Value::Object(Map::from_iter([(key.clone(), self.value(value))]))
            }
            Sample::Filler(_) => Value::from("x".repeat(sample::FILLED)),
            Sample::Variant(_, variant) => literal(&variant.value),
            Sample::Text(text) => Value::from(text.as_str()),
            Sample::Time(time) => Value::from(time.to_string()),
            Sample::Int(number) => Value::from(*number),
            Sample::Float(number) => Value::from(*number),
            Sample::Bool(flag) => Value::from(*flag),
            Sample::Json(text) => serde_json::from_str(text).unwrap_or_default(),
            Sample::File => Value::Null,
        }
    }
}

fn literal(literal: &Literal) -> Value {
    sample::plain(literal)
}

/// A value in a path, a query or a form.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Indents the lines after the first by two spaces.
fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

/// JSON as Python writes it, indented by four spaces per level.
fn python(value: &Value, level: usize) -> String {
    let (inner, outer) = ("    ".repeat(level + 1), "    ".repeat(level));
    let block = |open: char, lines: Vec<String>, close: char| {
        let lines: String = lines.into_iter().map(|line| format!("{inner}{line},\n")).collect();
        format!("{open}\n{lines}{outer}{close}")
    };
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) if !items.is_empty() => {
            block('[', items.iter().map(|item| python(item, level + 1)).collect(), ']')
        }
        Value::Object(members) if !members.is_empty() => {
            let lines =
                members.iter().map(|(key, value)| format!("{}: {}", json!(key), python(value, level + 1)));
            block('{', lines.collect(), '}')
        }
        other => other.to_string(),
    }
}
