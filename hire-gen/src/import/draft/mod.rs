//! A page → a spec that is not yet text.

mod deprecation;
mod distinct;
mod event;
mod field;
mod keys;
mod known;
mod literal;
mod paging;
mod safety;
mod title;
mod types;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) use self::types::{DraftKind, DraftType, DraftValue};
use super::doc::{PageDoc, PageError, PageExample, PageField};
use super::foreign::Foreign;
use super::glossary::Glossary;
use super::json::Shape;
use super::scope::PageScope;
use super::spelling;
use super::text::{DEPRECATED_MARKS, label, unmarked};
use super::yaml::Yaml;
use crate::read::diag::{Code, Severity};
use crate::resolve::ir::EndpointId;
use crate::resolve::name::placeholder_title;

/// A spec before its types have names.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) id: EndpointId,
    /// Method and path, in which all parameters are called alike.
    pub(super) call: String,
    /// When the page was last changed.
    pub(super) revised: Option<String>,
    /// It is an event: its name takes the place of the action, and its fields are the response.
    pub(super) of_event: bool,
    /// The keys above the sections.
    pub(super) head: Vec<(String, Yaml)>,
    pub(super) path_params: Vec<DraftField>,
    pub(super) query: Vec<DraftField>,
    pub(super) headers: Vec<DraftField>,
    pub(super) body: Option<Vec<DraftField>>,
    pub(super) response: Vec<DraftField>,
    pub(super) answer: Answer,
    /// In the order of their first use.
    pub(super) types: Vec<DraftType>,
    pub(super) errors: Vec<(String, Yaml)>,
    pub(super) request_example: Option<String>,
    pub(super) response_example: Option<String>,
}

/// The kind of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answer {
    /// An object with fields.
    Fields,
    /// The list that is the only field of the response.
    List,
    /// A file, without fields.
    File,
}

impl Draft {
    /// The path of its file without its ending.
    pub(super) fn stem(&self) -> String {
        let EndpointId { service, version, resource, action } = &self.id;
        let events = if self.of_event { "events/" } else { "" };
        format!("{service}/{version}/{resource}/{events}{action}")
    }
}

/// A field of a spec.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DraftField {
    pub(super) name: String,
    pub(super) base: DraftBase,
    pub(super) list: u8,
    pub(super) maps: u8,
    /// Everything behind `type`, in the order in which people write it.
    pub(super) keys: Vec<(String, Yaml)>,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DraftBase {
    /// `string`, `int`..
    Scalar(&'static str),
    /// An index into the draft's types.
    Type(usize),
}

/// Something that could not be read, or contradicts itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    /// Offsets on the page.
    pub(super) at: (usize, usize),
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// The remedy of a contradiction.
const LOOK: &str = "the spec has a `fix` with this reason; check it";

/// Turns one page into a draft; `None` if it describes no endpoint, which is among the problems.
pub(super) fn draft(doc: &PageDoc, glossary: &Glossary, full: bool) -> (Option<Draft>, Vec<Problem>) {
    let (service, types, problems) = (String::new(), Vec::new(), Vec::new());
    let mut drafter = Drafter { doc, glossary, full, service, types, problems };
    let draft = match &doc.event_type {
        Some(event_type) => drafter.event(event_type),
        None => drafter.endpoint(),
    };
    (draft, drafter.problems)
}

struct Drafter<'a> {
    doc: &'a PageDoc,
    glossary: &'a Glossary,
    /// Texts of the page are copied, for private use.
    full: bool,
    /// Of the endpoint, once it is known.
    service: String,
    types: Vec<DraftType>,
    problems: Vec<Problem>,
}

impl Drafter<'_> {
    fn endpoint(&mut self) -> Option<Draft> {
        let doc = self.doc;
        let path = spelling::path(&doc.url);
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&doc.method.as_str());
        let Some(id) = spelling::endpoint_id(doc, &path).filter(|_| known) else {
            let (message, help) = doc.foreign.unwrap_or(Foreign::Guide).message();
            self.problem((0, 0), Code::H401, Severity::Error, message, help);
            return None;
        };
        if let Some(at) = doc.second {
            let message = "this page describes a second endpoint";
            let help = "split the page, one part per `HTTP URL`, and import both";
            self.problem(at, Code::H401, Severity::Error, message, help);
            return None;
        }
        self.service.clone_from(&id.service);
        self.unread();
        let mut path_params = self.path_params(&path);
        let mut query = self.fields(&doc.query, Place::sent("query"), None);
        let mut headers = self.fields(&doc.headers, Place::sent("headers"), None);
        let body = doc.body.as_ref().filter(|body| !body.is_empty());
        let mut body = body.map(|body| self.fields(body, Place::sent("body"), doc.seen[0].as_ref()));
        if let (None, Some(Shape::Object(_))) = (&body, &doc.seen[0]) {
            body = Some(self.fields(&[], Place::sent("body"), doc.seen[0].as_ref()))
                .filter(|body| !body.is_empty());
        }
        let (envelope, data, shape) = data(doc);
        if doc.response.iter().any(|field| field.name == "data") {
            for row in doc.response.iter().filter(|row| row.name != "data" && !is_envelope(&row.name)) {
                self.problem(
                    row.at,
                    Code::H403,
                    Severity::Warning,
                    format!("`{}` is beside `data`, which the language does not support", row.name),
                    "find its place, and add it to the spec by hand",
                );
            }
        }
        self.keyed_by_data("body", doc.seen[0].as_ref(), doc.request_example.as_ref());
        self.keyed_by_data("answer", shape.as_ref(), doc.response_example.as_ref());
        let response = self.fields(&data, Place::received(), shape.as_ref());
        let paging = paging::paging(&self.types, &query, body.as_deref().unwrap_or_default(), &response);
        let of_body = body.as_deref_mut().unwrap_or_default();
        distinct::of_request([&mut path_params, &mut query, &mut headers, of_body]);
        distinct::of_types(&mut self.types);
        Some(Draft {
            head: self.head(&id, &path, envelope, paging),
            call: call(&doc.method, &path),
            revised: doc.revised.clone(),
            id,
            of_event: false,
            path_params,
            query,
            headers,
            body,
            response,
            answer: match doc.answers_file {
                true => Answer::File,
                false if is_list(doc) => Answer::List,
                false => Answer::Fields,
            },
            types: std::mem::take(&mut self.types),
            errors: self.errors(),
            request_example: self.example(doc.request_example.as_ref()),
            response_example: self.example(doc.response_example.as_ref()),
        })
    }

    /// Reports a body or an answer without fields of its own: the keys of its example are data.
    fn keyed_by_data(&mut self, section: &str, shape: Option<&Shape>, example: Option<&PageExample>) {
        if let (Some(Shape::Map(_)), Some(example)) = (shape, example) {
            self.problem(
                (example.start, example.start),
                Code::H404,
                Severity::Warning,
                format!(
                    "the {section} is an object whose keys are data, which the language does not support"
                ),
                "the fields of the spec are not in it; remove the spec, and use `call_untyped`",
            );
        }
    }

    fn unread(&mut self) {
        let doc = self.doc;
        for at in &doc.unread {
            self.problem(
                *at,
                Code::H402,
                Severity::Warning,
                "this line does not belong to a readable table",
                "add its contents to the spec by hand",
            );
        }
        for at in &doc.beside {
            self.problem(
                *at,
                Code::H402,
                Severity::Warning,
                "another table below the same heading does not continue the first one, and was left out",
                "if its rows are fields of the endpoint, add them to the first table, or to the spec by hand",
            );
        }
    }

    fn head(
        &mut self,
        id: &EndpointId,
        path: &str,
        envelope: Option<&str>,
        paging: Option<Yaml>,
    ) -> Vec<(String, Yaml)> {
        let doc = self.doc;
        let mut head = Vec::new();
        let mut put = |key: &str, value: Yaml| head.push((key.to_owned(), value));
        put(
            "title",
            Yaml::text(
                self.glossary
                    .title(&doc.title)
                    .or_else(|| title::of(&id.resource, &id.action))
                    .or_else(|| self.glossary.title_by_words(&doc.title))
                    .unwrap_or_else(|| placeholder_title(&id.resource, &id.action)),
            ),
        );
        if !doc.title.is_empty() {
            put("label", Yaml::text(doc.title.as_str()));
        }
        put("doc", Yaml::text(spelling::address(doc)));
        if let Some(revised) = &doc.revised {
            put("revised", Yaml::plain(revised));
        }
        let page = doc.about.iter().map(|line| unmarked(line)).collect::<Vec<_>>().join(" ");
        let ours = self.glossary.about(&id.to_string()).unwrap_or_default();
        let about = if self.full { page.as_str() } else { ours };
        if !about.is_empty() {
            put("about", Yaml::text(about));
        }
        if let Some(deprecated) = deprecation::of_page(&doc.about) {
            put("deprecated", deprecated);
        }
        put("method", Yaml::text(doc.method.as_str()));
        put("path", Yaml::text(path));
        if let Some(host) = spelling::own_host(&doc.url) {
            put("base_urls", Yaml::Inline(vec![("feishu".to_owned(), Yaml::text(host))]));
        }
        let tokens = words(if doc.tokens.is_empty() { &["tenant"] } else { &doc.tokens });
        let by_secret = doc.tokens.is_empty() && takes_secret(doc);
        put("tokens", if by_secret { Yaml::text("none") } else { tokens });
        if !doc.apps.is_empty() {
            put("apps", words(&doc.apps));
        }
        if !doc.scopes.is_empty() {
            put("scopes", scopes(&doc.scopes));
        }
        if !doc.field_scopes.is_empty() {
            put("field_scopes", scopes(&doc.field_scopes));
        }
        let quota = doc.quota.as_deref().and_then(spelling::quota);
        put("quota", Yaml::text(quota.as_deref().unwrap_or("special")));
        if let Some(safety) = safety::safety(doc, &id.action) {
            put("safety", Yaml::text(safety));
        }
        if let Some(envelope) = envelope {
            put("envelope", Yaml::text(envelope));
        }
        if let Some(paging) = paging {
            put("paging", paging);
        }
        self.gaps(quota.is_none(), by_secret);
        head
    }

    /// Reports the parts of an endpoint that this page lacks.
    fn gaps(&mut self, no_quota: bool, by_secret: bool) {
        let doc = self.doc;
        if no_quota {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page has no readable rate limit (频率限制)",
                "the spec has `quota: special`; correct it if you know better",
            );
        }
        if doc.address.is_none() {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page does not contain its address",
                "write it after `doc:` in the spec",
            );
        }
        if doc.response.is_empty() && doc.response_example.is_none() && !doc.answers_file {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page shows neither fields (响应体) nor an example of the answer",
                "add the fields of `response`; write `response: file` if the answer is a file",
            );
        }
        if doc.tokens.is_empty() && !by_secret {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page does not show the accepted access token (请求头, Authorization)",
                "the spec has `tokens: [tenant]`; correct it if you know better",
            );
        }
    }

    /// The page's table, and further parameters of the address.
    fn path_params(&mut self, path: &str) -> Vec<DraftField> {
        let names: Vec<&str> = path.split('/').filter_map(|segment| segment.strip_prefix(':')).collect();
        let doc = self.doc;
        let mut fields = Vec::new();
        for name in names {
            match doc.path_params.iter().find(|field| field.name == name) {
                Some(field) => {
                    fields.extend(self.fields(std::slice::from_ref(field), Place::sent("path"), None));
                }
                None => {
                    let keys = vec![(
                        "fix".to_owned(),
                        Yaml::text("The page's table lacks it; its address has it."),
                    )];
                    fields.push(DraftField {
                        name: name.to_owned(),
                        base: DraftBase::Scalar("string"),
                        list: 0,
                        maps: 0,
                        keys,
                    });
                }
            }
        }
        fields
    }

    fn errors(&mut self) -> Vec<(String, Yaml)> {
        let mut errors: BTreeMap<i64, Yaml> = BTreeMap::new();
        let mut names: BTreeMap<String, i64> = BTreeMap::new();
        let doc = self.doc;
        for PageError { status, code, label, advice } in &doc.errors {
            if errors.contains_key(code) {
                continue;
            }
            let mut name =
                self.glossary.error(label).unwrap_or_else(|| format!("Error{}", code.unsigned_abs()));
            if names.contains_key(&name) {
                name = format!("{name}{}", code.unsigned_abs());
            }
            names.insert(name.clone(), *code);
            let page = unmarked(&advice.replace('\n', " "));
            let ours = self.glossary.advice(&name, label).unwrap_or_default().to_owned();
            let advice = if self.full { page } else { ours };
            let status = status.filter(|status| (100..600).contains(status)).unwrap_or(400);
            let mut entry =
                vec![("http".to_owned(), Yaml::plain(status)), ("name".to_owned(), Yaml::text(name))];
            if let Some(label) = short(label) {
                entry.push(("label".to_owned(), Yaml::text(label)));
            }
            if !advice.is_empty() {
                entry.push(("advice".to_owned(), Yaml::text(advice)));
            }
            errors.insert(*code, Yaml::Inline(entry));
        }
        errors.into_iter().map(|(code, error)| (code.to_string(), error)).collect()
    }

    fn example(&mut self, example: Option<&PageExample>) -> Option<String> {
        let PageExample { text, start } = example?;
        let json = example?.json();
        let (message, help) = match json {
            Some((json, false)) => return Some(format!("{}\n", json.trim_end())),
            Some(_) => {
                ("the example was not JSON and is repaired", "compare the file beside the spec with the page")
            }
            None => (
                "the example is not JSON",
                "it was read as far as possible, and left out; correct it by hand and save it beside the spec",
            ),
        };
        let end = text.find('\n').unwrap_or(text.len());
        self.problem((*start, start + end), Code::H404, Severity::Warning, message, help);
        json.map(|(json, _)| format!("{}\n", json.trim_end()))
    }

    fn problem(
        &mut self,
        at: (usize, usize),
        code: Code,
        severity: Severity,
        message: impl Into<String>,
        help: &'static str,
    ) {
        self.problems.push(Problem { at, code, severity, message: message.into(), help });
    }
}

/// `GET /open-apis/hire/v1/talents/:`: what two pages of one endpoint have in common.
fn call(method: &str, path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

/// Whether a row at the top of an answer belongs to its envelope.
fn is_envelope(name: &str) -> bool {
    matches!(name, "code" | "msg" | "message" | "error" | "log_id")
}

/// The envelope of the answer, the fields inside, and their shape in the example.
fn data(doc: &PageDoc) -> (Option<&'static str>, Cow<'_, [PageField]>, Option<Shape>) {
    let named = |name: &str| doc.response.iter().find(|field| field.name == name);
    let shape = doc.seen[1].as_ref();
    let shown = |name: &str| shape.and_then(|shape| shape.get(name));
    if named("code").is_none() && shown("code").is_none() && !doc.response.is_empty() {
        return (Some("bare"), Cow::Borrowed(&doc.response), shape.cloned());
    }
    let envelope = (named("message").is_some() && named("msg").is_none()).then_some("message");
    let beside =
        |name: &str| !doc.unwrapped && !is_envelope(name) && shown("data").is_none() && shown(name).is_some();
    let no_example = shape.is_none_or(|shape| shape.keys().is_empty()) && named("code").is_some();
    let own = || doc.response.iter().filter(|field| !matches!(field.name.as_str(), "code" | "msg"));
    let is_flat = own().any(|field| beside(&field.name) || no_example && !is_envelope(&field.name));
    if named("data").is_none() && is_flat {
        let shape = shape.map(|shape| {
            let keys = shape.keys().iter().filter(|(key, _)| !matches!(key.as_str(), "code" | "msg"));
            Shape::Object(keys.cloned().collect())
        });
        return (Some("flat"), Cow::Owned(own().cloned().collect()), shape);
    }
    match named("data") {
        Some(data) if is_list(doc) => {
            let shape = shown("data").map(|list| Shape::Object(vec![("data".to_owned(), list.clone())]));
            (envelope, Cow::Borrowed(std::slice::from_ref(data)), shape)
        }
        Some(data) => (envelope, Cow::Borrowed(&data.fields), shown("data").cloned()),
        None => {
            let inside = doc.response.iter().filter(|field| !is_envelope(&field.name)).cloned().collect();
            let shape = shape.map(|shape| {
                let keys = shape.keys().iter().filter(|(key, _)| !is_envelope(key));
                Shape::Object(keys.cloned().collect())
            });
            (envelope, Cow::Owned(inside), shape)
        }
    }
}

/// Whether the answer is a list, and no object around it.
fn is_list(doc: &PageDoc) -> bool {
    doc.response.iter().any(|field| field.name == "data" && field.ty.list > 0 && field.ty.maps == 0)
}

/// Whether the request itself authenticates the caller, because the answer is a token.
fn takes_secret(doc: &PageDoc) -> bool {
    let sent = doc.query.iter().chain(doc.body.iter().flatten());
    let mut names = sent.map(|field| field.name.as_str());
    names.any(|name| name.ends_with("_secret") || name.ends_with("_access_token"))
}

/// The place of fields.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    /// They are sent.
    sent: bool,
    /// `path`, `query`, `body`, `data`.
    section: &'static str,
    /// The page's name of the object they are in.
    owner: &'a str,
    /// Of the objects around, for limits on depth.
    depth: usize,
}

impl Place<'_> {
    fn sent(section: &'static str) -> Self {
        Self { sent: true, section, owner: "", depth: 0 }
    }

    fn received() -> Self {
        Self { sent: false, section: "data", owner: "", depth: 0 }
    }
}

fn words(words: &[&str]) -> Yaml {
    Yaml::List(words.iter().map(|word| Yaml::text(*word)).collect())
}

/// Scopes with their labels, each once.
pub(super) fn scopes(scopes: &[PageScope]) -> Yaml {
    let mut entries: Vec<(String, Yaml)> = Vec::new();
    for PageScope { name, label } in scopes {
        if !entries.iter().any(|(known, _)| known == name) {
            entries.push((name.clone(), Yaml::text(label.as_str())));
        }
    }
    Yaml::Block(entries)
}

/// A label that stays a label: one line without what cannot be shown.
fn short(text: &str) -> Option<String> {
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let label = label(&text)?;
    let bare = DEPRECATED_MARKS.iter().fold(label.clone(), |label, mark| label.replace(mark, ""));
    Some(if bare.trim().is_empty() { label } else { bare.trim().to_owned() })
}

/// Characters that change how text is shown.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
