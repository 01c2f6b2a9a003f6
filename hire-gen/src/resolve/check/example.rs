//! Compares the documented examples with the schema: the types must accept them.

use serde_json::{Map, Value};

use super::field::violated;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::source::{Node, parse};
use crate::read::span::Span;
use crate::resolve::ir::{
    Api, Base, Endpoint, Envelope, Event, EventEnvelope, Example, Field, Kind, Limits, Literal, Shape,
};

/// The body of the page's example can be built and sent.
pub(super) fn request_fits(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let Some(example) = &endpoint.request_example else { return };
    let Ok(value) = serde_json::from_str::<Value>(&example.text) else { return };
    let mut reader = Reader::new(api, example, true, diagnostics);
    match (&endpoint.body, endpoint.body_list()) {
        (_, Some(list)) => reader.whole(list, &value),
        (Some(body), None) => reader.object(body, &value),
        (None, None) => {
            reader.error("the endpoint has no body".to_owned(), "delete the example, or add `body:`");
        }
    }
}

/// The answer of the page's example can be read.
pub(super) fn response_fits(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let Some(example) = &endpoint.response_example else { return };
    let Ok(value) = serde_json::from_str::<Value>(&example.text) else { return };
    let mut reader = Reader::new(api, example, false, diagnostics);
    if endpoint.answers_file {
        return reader.error("the endpoint answers with a file".to_owned(), "delete the example");
    }
    if !endpoint.envelope.has_code() {
        return reader.answer(endpoint, &value);
    }
    if value.get("code").and_then(Value::as_i64) != Some(0) {
        reader.error(
            "the example is not an answer with `code` 0".to_owned(),
            "copy the page's example with its envelope",
        );
    }
    if !endpoint.envelope.has_data() {
        return reader.object(&endpoint.response, &without_envelope(endpoint.envelope, value));
    }
    match value.get("data") {
        None | Some(Value::Null) => {}
        Some(data) => {
            reader.path.push(Step::Key("data".to_owned()));
            reader.answer(endpoint, data);
        }
    }
}

/// The event of the page's example is this one, and can be read.
pub(super) fn event_fits(api: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    let Some(example) = &event.example else { return };
    let Ok(value) = serde_json::from_str::<Value>(&example.text) else { return };
    let mut reader = Reader::new(api, example, false, diagnostics);
    let (type_at, step) = match event.envelope {
        EventEnvelope::V1 => ("/event/type", "event"),
        EventEnvelope::V2 => ("/header/event_type", "header"),
    };
    if value.pointer(type_at).and_then(Value::as_str) != Some(event.event_type.as_str()) {
        let message = format!("the example has no `{}` in its `{step}`", event.event_type);
        reader.error(
            message,
            "copy the page's example with its envelope, or correct `event_type` or `envelope`",
        );
    }
    match value.get("event") {
        Some(inner) => {
            reader.path.push(Step::Key("event".to_owned()));
            reader.object(&event.fields, inner);
        }
        None if event.fields.is_empty() => {}
        None => {
            reader
                .error("the example has no `event`".to_owned(), "copy the page's example with its envelope");
        }
    }
}

/// The fields of an answer beside its `code`.
fn without_envelope(envelope: Envelope, mut answer: Value) -> Value {
    if let Value::Object(members) = &mut answer {
        members.retain(|name, _| name != "code" && name != envelope.message());
    }
    answer
}

enum Step {
    Key(String),
    Index(usize),
}

struct Reader<'a> {
    api: &'a Api,
    example: &'a Example,
    /// For sent values: required fields must be present, and limits apply.
    request: bool,
    path: Vec<Step>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Reader<'a> {
    fn new(api: &'a Api, example: &'a Example, request: bool, diagnostics: &'a mut Diagnostics) -> Self {
        Self { api, example, request, path: Vec::new(), diagnostics }
    }

    /// What an endpoint answers with, out of its envelope.
    fn answer(&mut self, endpoint: &Endpoint, value: &Value) {
        match endpoint.response_list() {
            Some(list) => self.whole(list, value),
            None => self.object(&endpoint.response, value),
        }
    }

    /// A list without an object around it.
    fn whole(&mut self, list: &Field, value: &Value) {
        if !list.unresolved {
            self.field(list, list.ty, value);
        }
    }

    fn object(&mut self, fields: &[Field], value: &Value) {
        // For an empty value, Feishu also writes `[]` or `null` instead of an object.
        let empty = !self.request && (value.is_null() || value.as_array().is_some_and(Vec::is_empty));
        let Value::Object(members) = value else {
            if !empty {
                self.error(format!("{} is not an object", self.here()), "correct the example, or the type");
            }
            return;
        };
        for (name, value) in members {
            self.path.push(Step::Key(name.clone()));
            match fields.iter().find(|field| field.wire == *name) {
                Some(field) if field.unusable.is_some() => {
                    let message = format!("{} is `unusable`, but the example uses it", self.here());
                    self.error(message, "delete `unusable`, or the field from the example");
                }
                Some(field) if field.unresolved => {}
                Some(field) => self.field(field, field.ty, value),
                None => {
                    let message = format!("{} is not in the schema", self.here());
                    self.error(message, "add the field, with `fix: <reason>` if the page's table lacks it");
                }
            }
            self.path.pop();
        }
        if self.request {
            self.required(fields, members);
        }
    }

    fn required(&mut self, fields: &[Field], members: &Map<String, Value>) {
        for field in fields.iter().filter(|field| field.required && !members.contains_key(&field.wire)) {
            let message = format!("`{}` is required, but {} has none", field.wire, self.here());
            self.error(message, "delete `required`, or add the field to the example");
        }
    }

    fn field(&mut self, field: &Field, ty: Shape, value: &Value) {
        let may_be_null = !self.request || field.nullable && ty == field.ty;
        if value.is_null() && may_be_null {
            return;
        }
        if ty.is_map() {
            let Value::Object(members) = value else { return self.wrong_type("a map") };
            for (name, member) in members {
                self.path.push(Step::Key(name.clone()));
                self.field(field, Shape { maps: ty.maps - 1, ..ty }, member);
                self.path.pop();
            }
        } else if ty.list > 0 {
            let Value::Array(items) = value else { return self.wrong_type("a list") };
            if ty == field.ty {
                self.limits(field, &Literal::List(vec![Literal::Bool(true); items.len()]));
            }
            for (index, item) in items.iter().enumerate() {
                self.path.push(Step::Index(index));
                self.field(field, Shape { list: ty.list - 1, ..ty }, item);
                self.path.pop();
            }
        } else {
            self.scalar(field, ty.base, value);
        }
    }

    fn scalar(&mut self, field: &Field, base: Base, value: &Value) {
        match (base, value) {
            (Base::String, Value::String(text)) => self.limits(field, &Literal::String(text.clone())),
            (Base::Int, Value::Number(n)) if n.is_i64() => {
                self.limits(field, &Literal::Int(n.as_i64().unwrap_or_default()));
            }
            (Base::Float, Value::Number(n)) => {
                self.limits(field, &Literal::Float(n.as_f64().unwrap_or_default()));
            }
            (Base::Bool, Value::Bool(_)) | (Base::Json, _) => {}
            (Base::Type(id), value) => match self.api.type_(id).map(|ty| (&ty.kind, &ty.fix)) {
                Some((Kind::Object(fields), _)) => self.object(fields, value),
                Some((Kind::Enum { int, variants }, fix)) => {
                    let literal = match value {
                        Value::Number(n) if *int => n.as_i64().map(Literal::Int),
                        Value::String(text) if !*int => Some(Literal::String(text.clone())),
                        _ => None,
                    };
                    let Some(literal) = literal else {
                        return self.wrong_type(if *int { "a whole number" } else { "a string" });
                    };
                    if fix.is_none() && !variants.iter().any(|variant| variant.value == literal) {
                        let message = format!("{} has a value that its enum lacks", self.here());
                        let warning = Diagnostic::warning(Code::H314, self.span(), message);
                        let help = "add the value, where the page documents it; where the example is wrong, say so at the enum: \
                                    `fix: <reason>`";
                        self.diagnostics.push(warning.help(help));
                    }
                }
                None => {}
            },
            (Base::String, _) => self.wrong_type("a string"),
            (Base::Int, _) => self.wrong_type("a whole number"),
            (Base::Float, _) => self.wrong_type("a number"),
            (Base::Bool, _) => self.wrong_type("`true` or `false`"),
            (Base::File, _) => self.wrong_type("a file"),
        }
    }

    /// The client would refuse to send a value that violates a limit.
    fn limits(&mut self, field: &Field, literal: &Literal) {
        let limits = Limits { fixed: None, ..field.limits.clone() };
        if let Some(broken) = violated(literal, &limits).filter(|_| self.request) {
            let message = format!("{} violates its `{broken}`", self.here());
            self.error(message, "correct the limit, with `fix: <reason>`, or the example");
        }
    }

    #[track_caller]
    fn wrong_type(&mut self, expected: &str) {
        let message = format!("{} is not {expected}", self.here());
        self.error(
            message,
            "correct the type, with `fix: <reason>` if the page's table is wrong, or the example",
        );
    }

    #[track_caller]
    fn error(&mut self, message: String, help: &str) {
        let diagnostic = Diagnostic::error(Code::H318, self.span(), message).help(help);
        self.diagnostics.push(diagnostic);
    }

    /// `education_list[0].school`, as the checks of the client spell it.
    fn here(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(name) if path.is_empty() => path.push_str(name),
                Step::Key(name) => path.push_str(&format!(".{name}")),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        if path.is_empty() { "the example".to_owned() } else { format!("`{path}`") }
    }

    /// The position of the path in the file. JSON is YAML, so the YAML reader finds it; otherwise the whole file.
    fn span(&self) -> Span {
        let Some(root) = parse(self.example.at.file, &self.example.text, &mut Vec::new()) else {
            return self.example.at;
        };
        let mut at = (&root, root.span);
        for step in &self.path {
            let next = match step {
                Step::Key(name) => at.0.get(name).map(|entry| (&entry.value, entry.key_span)),
                Step::Index(index) => at.0.items().get(*index).map(|item: &Node| (item, item.span)),
            };
            let Some(next) = next else { break };
            at = next;
        }
        // The first byte of an object or a list suffices.
        if self.path.is_empty() { Span { end: at.1.start + 1, ..at.1 } } else { at.1 }
    }
}
