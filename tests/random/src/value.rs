//! Random requests, valid and nearly valid: as Rust, and as sent over the wire.

use hire_gen::ir::{
    Api, Base, Endpoint, Envelope, Event, Field, Format, Home, Kind, Literal, Number, TypeId,
};
use hire_gen::validate::{Sent, Unknown, validate_body};
use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::words::PATTERNS;

/// A request of one endpoint.
pub struct Request {
    /// An expression of its type, in a crate with the generated code in its module `api`.
    pub rust: String,
    /// The received request, with name and size in place of a file.
    pub sent: Sent,
    /// Its query or its form has an empty list, which the client refuses because nothing would be sent.
    pub unsendable: bool,
}

/// The deepest nesting of objects.
const DEPTH: usize = 3;
/// The most values of a request.
const VALUES: usize = 400;

/// The most bytes of a query, before they are escaped; an address has at most 64 KiB.
const QUERY: usize = 16 * 1024;

/// A request; `None` if it would be too large.
pub fn request(random: &mut Random, api: &Api, endpoint: &Endpoint) -> Option<Request> {
    let mut maker =
        Maker { random, api, module: module(endpoint), open: Vec::new(), left: VALUES, unsendable: false };
    let mut members = Vec::new();
    let mut sent = Sent {
        path: maker.fields(&endpoint.path_params, Section::Path, &mut members)?,
        query: maker.fields(&endpoint.query, Section::Query, &mut members)?,
        headers: maker.fields(&endpoint.headers, Section::Header, &mut members)?,
        body: None,
    };
    if Value::from(sent.query.clone()).to_string().len() > QUERY {
        return None;
    }
    if let Some(body) = &endpoint.body {
        let section = if endpoint.is_multipart() { Section::Form } else { Section::Json };
        let body_is_sent = body.iter().any(|field| field.unusable.is_none());
        let object = maker.fields(body, section, &mut members)?;
        sent.body = body_is_sent.then(|| whole(endpoint.body_list(), object));
    }
    let unsendable = maker.unsendable;
    let rust = format!("{}::Request {{ {} }}", module(endpoint), members.join(", "));
    Some(Request { rust, sent, unsendable })
}

/// A body and an answer as a page might show them, with the ending of their file, and whether they must be accepted.
pub fn examples(random: &mut Random, api: &Api, endpoint: &Endpoint) -> Vec<(&'static str, Value, bool)> {
    let mut examples = Vec::new();
    let mut maker = |fields: &[Field]| {
        let mut maker = Maker {
            random: &mut *random,
            api,
            module: module(endpoint),
            open: Vec::new(),
            left: VALUES,
            unsendable: false,
        };
        maker.fields(fields, Section::Json, &mut Vec::new())
    };
    if let Some(body) = endpoint.body.as_ref().filter(|_| !endpoint.is_multipart())
        && let Some(body) = maker(body).map(|body| whole(endpoint.body_list(), body))
    {
        let valid = validate_body(api, endpoint, &body, Unknown::Refused).is_empty();
        examples.push(("request", body, valid));
    }
    if let Some(data) = maker(&endpoint.response).filter(|_| !endpoint.answers_file) {
        let mut data = whole(endpoint.response_list(), data);
        let answer = match endpoint.envelope {
            Envelope::Standard => json!({"code": 0, "msg": "success", "data": data}),
            Envelope::Message => json!({"code": 0, "message": "success", "data": data}),
            Envelope::Flat => {
                data["code"] = json!(0);
                data["msg"] = json!("success");
                data
            }
            Envelope::Bare => data,
        };
        examples.push(("response", answer, false));
    }
    examples
}

/// A payload of an event; `None` if it would be too large.
pub fn payload(random: &mut Random, api: &Api, event: &Event) -> Option<Value> {
    let mut maker =
        Maker { random, api, module: String::new(), open: Vec::new(), left: VALUES, unsendable: false };
    maker.fields(&event.fields, Section::Json, &mut Vec::new()).map(Value::Object)
}

/// A body or an answer with these members: the only one of them where it is a list.
fn whole(list: Option<&Field>, mut members: Map<String, Value>) -> Value {
    match list {
        Some(list) => members.remove(&list.wire).unwrap_or_else(|| json!([])),
        None => Value::Object(members),
    }
}

/// The path of an endpoint's code.
pub fn module(endpoint: &Endpoint) -> String {
    format!("crate::api::{}", path(endpoint).join("::"))
}

/// The names of its modules, which are also those of its methods.
pub fn path(endpoint: &Endpoint) -> [String; 4] {
    let id = &endpoint.id;
    [&id.service, &id.version, &id.resource, &id.action].map(|part| name(part))
}

/// The path of an event's payload.
pub fn payload_type(event: &Event) -> String {
    let id = &event.id;
    let [service, version, resource] = [&id.service, &id.version, &id.resource].map(|part| name(part));
    let words = id.event.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    let words: String = words.collect();
    let underscore = if words == "Self" { "_" } else { "" };
    format!("crate::api::{service}::{version}::{resource}::events::{words}{underscore}")
}

/// A keyword gets an underscore.
fn name(stem: &str) -> String {
    const KEYWORDS: &[&str] =
        &["async", "box", "crate", "gen", "mod", "self", "static", "super", "true", "try", "type"];
    if KEYWORDS.contains(&stem) { format!("{stem}_") } else { stem.to_owned() }
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Path,
    Query,
    Header,
    Json,
    Form,
}

struct Maker<'a> {
    random: &'a mut Random,
    api: &'a Api,
    module: String,
    open: Vec<TypeId>,
    left: usize,
    unsendable: bool,
}

impl Maker<'_> {
    fn fields(
        &mut self,
        fields: &[Field],
        section: Section,
        members: &mut Vec<String>,
    ) -> Option<Map<String, Value>> {
        let mut object = Map::new();
        for field in fields.iter().filter(|field| field.unusable.is_none()) {
            let present = field.required || self.open.len() < DEPTH && self.random.percent(60);
            if !present {
                members.push(format!("{}: None", field.ident));
                continue;
            }
            let ident = &field.ident;
            if field.nullable && self.random.percent(30) {
                members.push(format!("{ident}: Some(None)"));
                object.insert(field.wire.clone(), Value::Null);
                continue;
            }
            let (rust, value) = self.field(field, section)?;
            members.push(match (field.required, field.nullable) {
                (true, _) => format!("{ident}: {rust}"),
                (false, false) => format!("{ident}: Some({rust})"),
                (false, true) => format!("{ident}: Some(Some({rust}))"),
            });
            // A query or a form cannot contain an empty list.
            let repeated = matches!(section, Section::Query | Section::Form);
            let nothing = repeated && value.as_array().is_some_and(Vec::is_empty);
            self.unsendable |= nothing;
            if !nothing {
                object.insert(field.wire.clone(), value);
            }
        }
        Some(object)
    }

    fn field(&mut self, field: &Field, section: Section) -> Option<(String, Value)> {
        let (mut rust, mut value) = self.list(field, field.ty.list, section)?;
        for _ in 0..field.ty.maps {
            rust = format!("std::collections::BTreeMap::from([(\"k y\".to_owned(), {rust})])");
            value = json!({"k y": value});
        }
        if field.ty.is_map() {
            return Some((rust, value));
        }
        let boxed = field.ty.list == 0 && self.is_boxed(field);
        Some((if boxed { format!("Box::new({rust})") } else { rust }, value))
    }

    fn list(&mut self, field: &Field, dimensions: u8, section: Section) -> Option<(String, Value)> {
        if dimensions == 0 {
            return self.one(field, section);
        }
        let count = if dimensions == field.ty.list {
            self.near(field.limits.min_items, field.limits.max_items)?
        } else {
            self.random.below(3)
        };
        let inside = self.open.len() > DEPTH;
        let count = if inside { 0 } else { count };
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.list(field, dimensions - 1, section)?);
        }
        let (rust, values): (Vec<String>, Vec<Value>) = items.into_iter().unzip();
        Some((format!("vec![{}]", rust.join(", ")), Value::Array(values)))
    }

    /// A count at or next to one of the limits; `None` if it is too large.
    fn near(&mut self, least: Option<u64>, most: Option<u64>) -> Option<usize> {
        let least = usize::try_from(least.unwrap_or(0)).ok()?;
        let most = usize::try_from(most.unwrap_or(u64::MAX)).unwrap_or(usize::MAX).min(least + 10);
        let around = [least, least + 1, most, most + 1, most.saturating_sub(1), least.saturating_sub(1)];
        let count = if self.random.percent(60) {
            least + self.random.below(most - least + 1)
        } else {
            *self.random.pick(&around)
        };
        (count <= 4000).then_some(count)
    }

    fn one(&mut self, field: &Field, section: Section) -> Option<(String, Value)> {
        self.left = self.left.checked_sub(1)?;
        if let Some(fixed) = field.limits.fixed.clone().filter(|_| self.random.percent(90)) {
            return self.literal(field, &fixed);
        }
        Some(match field.ty.base {
            Base::String => self.text(field, section)?,
            Base::Int => {
                let number = self.int(field);
                (format!("{number}_i64").replace("-9223372036854775808_i64", "i64::MIN"), json!(number))
            }
            Base::Float => {
                let number = self.float(field);
                (format!("{number:?}_f64"), json!(number))
            }
            Base::Bool => {
                let flag = self.random.percent(50);
                (flag.to_string(), json!(flag))
            }
            Base::Json => {
                let value =
                    self.random.pick(&[json!({"a": [1, "x"]}), json!([]), json!("x"), json!(1)]).clone();
                (format!("hire_api::Json::from(serde_json::json!({value}))"), value)
            }
            Base::File => {
                let most = usize::try_from(field.limits.max_bytes.unwrap_or(100)).unwrap_or(100).min(100);
                let size = self.random.below(most + 1);
                (
                    format!("hire_api::File::new(\"a b.pdf\", vec![7_u8; {size}])"),
                    json!({"file_name": "a b.pdf", "bytes": size}),
                )
            }
            Base::Type(id) => return self.declared(id),
        })
    }

    fn declared(&mut self, id: TypeId) -> Option<(String, Value)> {
        let api = self.api;
        let ty = api.type_(id)?;
        let path = match &ty.home {
            Home::Shared { service, version } => {
                format!("crate::api::{}::{}::types::{}", name(service), name(version), ty.name)
            }
            // Only the JSON of an event is needed.
            Home::Event(_) => String::new(),
            Home::Local(_) => format!("{}::{}", self.module, ty.name),
        };
        match &ty.kind {
            Kind::Enum { variants, .. } => {
                let variant = self.random.pick(variants);
                Some((format!("{path}::{}", variant.name), plain(&variant.value)))
            }
            Kind::Object(fields) => {
                if self.open.len() > 12 {
                    return None;
                }
                self.open.push(id);
                let mut members = Vec::new();
                let object = self.fields(fields, Section::Json, &mut members);
                self.open.pop();
                Some((format!("{path} {{ {} }}", members.join(", ")), Value::Object(object?)))
            }
        }
    }

    fn literal(&mut self, field: &Field, literal: &Literal) -> Option<(String, Value)> {
        Some(match (field.ty.base, literal) {
            (_, Literal::String(text)) if field.ty.base == Base::String => {
                (format!("{text:?}.to_owned()"), json!(text))
            }
            (Base::Float, Literal::Int(number)) => (format!("{number}_i64 as f64"), json!(*number as f64)),
            (Base::Float, Literal::Float(number)) => (format!("{number:?}_f64"), json!(number)),
            (Base::Int, Literal::Int(number)) => {
                (format!("{number}_i64").replace("-9223372036854775808_i64", "i64::MIN"), json!(number))
            }
            (Base::Bool, Literal::Bool(flag)) => (flag.to_string(), json!(flag)),
            (Base::Type(id), value) => {
                let (rust, _) = self.declared(id)?;
                let (path, _) = rust.rsplit_once("::")?;
                match value {
                    Literal::String(text) => (format!("{path}::from({text:?})"), json!(text)),
                    Literal::Int(number) => (format!("{path}::from({number}_i64)"), json!(number)),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    fn text(&mut self, field: &Field, section: Section) -> Option<(String, Value)> {
        match field.format {
            Some(format @ (Format::Ms | Format::S)) => {
                let number = *self.random.pick(&[0_i64, -1, 1_676_548_784_889]);
                let ty = if format == Format::Ms { "Millis" } else { "Seconds" };
                return Some((format!("hire_api::{ty}::from({number}_i64)"), json!(number.to_string())));
            }
            Some(Format::CustomValue) => {
                return Some(("hire_api::CustomValue::from(\"x\")".to_owned(), json!("x")));
            }
            _ => {}
        }
        let sample = field.limits.pattern.as_ref().and_then(|pattern| {
            PATTERNS.iter().find(|(known, _)| known == pattern).map(|(_, sample)| (*sample).to_owned())
        });
        let text = match (sample, field.format) {
            (Some(sample), _) => sample,
            (_, Some(Format::Date)) => {
                (*self.random.pick(&["2024-02-29", "2023-02-29", "2026-1-1"])).to_owned()
            }
            (_, Some(Format::Json)) => (*self.random.pick(&["{\"a\": 1}", "0", "{", ""])).to_owned(),
            _ => {
                let count = self.near(field.limits.min_length, field.limits.max_length)?;
                let count = if section == Section::Path { count.max(1) } else { count };
                let letter = *self.random.pick(&['x', '中', '"', '\\', '+', '%', '&', '😀', '/']);
                std::iter::repeat_n(letter, count).collect()
            }
        };
        Some((format!("{text:?}.to_owned()"), json!(text)))
    }

    fn int(&mut self, field: &Field) -> i64 {
        let edge = |limit: Option<Number>, otherwise| match limit {
            Some(Number::Int(number)) => number,
            _ => otherwise,
        };
        let (least, most) = (edge(field.limits.minimum, -5), edge(field.limits.maximum, 5));
        let around = [least, most, least.saturating_sub(1), most.saturating_add(1), least.saturating_add(1)];
        *self.random.pick(&around)
    }

    fn float(&mut self, field: &Field) -> f64 {
        let edge = |limit: Option<Number>, otherwise| limit.map_or(otherwise, Number::as_f64);
        let (least, most) = (edge(field.limits.minimum, -5.5), edge(field.limits.maximum, 5.5));
        let around = [least, most, least - 0.5, most + 0.5, least / 2.0 + most / 2.0];
        *self.random.pick(&around)
    }

    /// Decided as in the emitter: whether a value would contain one of its own struct.
    fn is_boxed(&self, field: &Field) -> bool {
        let (Some(owner), Base::Type(id)) = (self.open.last(), field.ty.base) else { return false };
        let mut open = vec![id];
        let mut seen = Vec::new();
        while let Some(id) = open.pop() {
            if id == *owner {
                return true;
            }
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if let Some(Kind::Object(fields)) = self.api.type_(id).map(|ty| &ty.kind) {
                let held = fields
                    .iter()
                    .filter(|field| field.ty.list == 0 && !field.ty.is_map() && field.unusable.is_none());
                open.extend(held.filter_map(|field| match field.ty.base {
                    Base::Type(id) => Some(id),
                    _ => None,
                }));
            }
        }
        false
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
