//! What a page says → a spec that is not yet text.

mod field;
mod keys;
mod literal;
mod types;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) use self::types::{DraftKind, DraftType, DraftValue};
use super::describe::PageScope;
use super::doc::{PageDoc, PageError, PageField};
use super::glossary::Glossary;
use super::json::Shape;
use super::spelling;
use super::text::{label, unmarked};
use super::yaml::Yaml;
use crate::diag::{Code, Severity};
use crate::ir::EndpointId;

/// A spec before its types have names.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) id: EndpointId,
    /// The keys above the sections.
    pub(super) head: Vec<(String, Yaml)>,
    pub(super) path_params: Vec<DraftField>,
    pub(super) query: Vec<DraftField>,
    pub(super) body: Option<Vec<DraftField>>,
    pub(super) response: Vec<DraftField>,
    /// In the order of their first use.
    pub(super) types: Vec<DraftType>,
    pub(super) errors: Vec<(String, Yaml)>,
    pub(super) request_example: Option<String>,
    pub(super) response_example: Option<String>,
}

impl Draft {
    /// The path of its file without its ending.
    pub(super) fn stem(&self) -> String {
        let EndpointId { service, version, resource, action } = &self.id;
        format!("{service}/{version}/{resource}/{action}")
    }
}

/// A field of a spec.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DraftField {
    pub(super) name: String,
    pub(super) base: DraftBase,
    pub(super) list: u8,
    pub(super) map: bool,
    /// Everything behind `type`, in the order in which people write it.
    pub(super) keys: Vec<(String, Yaml)>,
}

/// What a field holds.
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

/// What to do about a contradiction.
const LOOK: &str = "the spec has a `fix` with this reason; look whether it is right";

/// Turns one page into a draft; `None` where it describes no endpoint, which is among the problems.
pub(super) fn draft(doc: &PageDoc, glossary: &Glossary, full: bool) -> (Option<Draft>, Vec<Problem>) {
    let (service, types, problems) = (String::new(), Vec::new(), Vec::new());
    let mut drafter = Drafter { doc, glossary, full, service, types, problems };
    let draft = drafter.endpoint();
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
            self.problem(
                (0, 0),
                Code::H401,
                Severity::Error,
                "the page has no method and address of an endpoint",
                "give the page of an endpoint: a table with `HTTP URL` and `HTTP Method`",
            );
            return None;
        };
        self.service.clone_from(&id.service);
        for at in &doc.unread {
            self.problem(
                *at,
                Code::H402,
                Severity::Warning,
                "this line belongs to no table that can be read",
                "add what it says to the spec by hand",
            );
        }
        let path_params = self.path_params(&path);
        let query = self.fields(&doc.query, Place::sent("query"), None);
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
                    format!("`{}` stands beside `data`, where the language has no place for it", row.name),
                    "look where it belongs, and add it to the spec by hand",
                );
            }
        }
        let response = self.fields(&data, Place::received(), shape.as_ref());
        let paging = self.paging(&query, body.as_deref(), &response);
        Some(Draft {
            head: self.head(&id, &path, envelope, paging),
            id,
            path_params,
            query,
            body,
            response,
            types: std::mem::take(&mut self.types),
            errors: self.errors(),
            request_example: self
                .example(doc.request_example.as_ref().map(|example| (&example.text, example.start))),
            response_example: self
                .example(doc.response_example.as_ref().map(|example| (&example.text, example.start))),
        })
    }

    fn head(
        &mut self,
        id: &EndpointId,
        path: &str,
        envelope: Option<&str>,
        paging: Option<String>,
    ) -> Vec<(String, Yaml)> {
        let doc = self.doc;
        let mut head = Vec::new();
        let mut put = |key: &str, value: Yaml| head.push((key.to_owned(), value));
        put("title", Yaml::text(self.glossary.title(&doc.title).unwrap_or_else(|| spelling::title(id))));
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
        put("method", Yaml::text(doc.method.as_str()));
        put("path", Yaml::text(path));
        put("tokens", words(if doc.tokens.is_empty() { &["tenant"] } else { &doc.tokens }));
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
        if let Some(safety) = safety(doc, &id.action) {
            put("safety", Yaml::text(safety));
        }
        if let Some(envelope) = envelope {
            put("envelope", Yaml::text(envelope));
        }
        if let Some(list) = paging {
            put("paging", Yaml::text(list));
        }
        if quota.is_none() {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page has no rate limit that can be read",
                "it was taken for `quota: special`; correct it where you know better",
            );
        }
        if doc.address.is_none() {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page does not say its address",
                "write it behind `doc:` in the spec",
            );
        }
        if doc.tokens.is_empty() {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page does not say which access token is taken",
                "it was taken for `tokens: [tenant]`; correct it where you know better",
            );
        }
        head
    }

    /// The list that pages hold, dotted where it stands in an object.
    fn paging(
        &self,
        query: &[DraftField],
        body: Option<&[DraftField]>,
        response: &[DraftField],
    ) -> Option<String> {
        let asked = |name: &str| query.iter().chain(body.unwrap_or_default()).any(|field| field.name == name);
        let given = |name: &str| response.iter().any(|field| field.name == name);
        if !(asked("page_token") && asked("page_size") && given("page_token") && given("has_more")) {
            return None;
        }
        let inner = |field: &DraftField| {
            let DraftBase::Type(at) = field.base else { return None };
            match self.types.get(at).map(|ty| &ty.kind) {
                Some(DraftKind::Object(fields)) if field.list == 0 => {
                    Some(format!("{}.{}", field.name, the_list(fields)?))
                }
                _ => None,
            }
        };
        the_list(response).map(str::to_owned).or_else(|| {
            let mut nested = response.iter().filter_map(inner);
            nested.next().filter(|_| nested.next().is_none())
        })
    }

    /// The page's table, and what the address has beyond it.
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
                        map: false,
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
            let ours = self.glossary.advice(&name).unwrap_or_default().to_owned();
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

    fn example(&mut self, example: Option<(&String, usize)>) -> Option<String> {
        let (text, start) = example?;
        if serde_json::from_str::<serde_json::Value>(text).is_ok() {
            return Some(format!("{}\n", text.trim_end()));
        }
        let end = text.find('\n').unwrap_or(text.len());
        self.problem(
            (start, start + end),
            Code::H404,
            Severity::Warning,
            "the example is not JSON",
            "it was read as far as possible, and left out; correct it by hand and save it beside the spec",
        );
        None
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

/// Whether a row at the top of an answer belongs to its envelope.
fn is_envelope(name: &str) -> bool {
    matches!(name, "code" | "msg" | "message" | "error" | "log_id")
}

/// How the answer is wrapped, the fields inside, and what the example has there.
fn data(doc: &PageDoc) -> (Option<&'static str>, Cow<'_, [PageField]>, Option<Shape>) {
    let named = |name: &str| doc.response.iter().find(|field| field.name == name);
    let shape = doc.seen[1].as_ref();
    let shown = |name: &str| shape.and_then(|shape| shape.get(name));
    if named("code").is_none() && shown("code").is_none() && !doc.response.is_empty() {
        return (Some("bare"), Cow::Borrowed(&doc.response), shape.cloned());
    }
    let envelope = (named("message").is_some() && named("msg").is_none()).then_some("message");
    match named("data") {
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

/// Where fields stand.
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

/// The list among these fields: `items`, or the only one.
fn the_list(fields: &[DraftField]) -> Option<&str> {
    let lists = || fields.iter().filter(|field| field.list == 1).map(|field| field.name.as_str());
    lists().find(|name| *name == "items").or_else(|| lists().next().filter(|_| lists().count() == 1))
}

/// What the page says of sending a request twice, where that is not what its method says.
fn safety(doc: &PageDoc, action: &str) -> Option<String> {
    let reads = ["search", "query", "get", "list"];
    let scoped = |scope: &PageScope| scope.name.ends_with(":readonly");
    match doc.method.as_str() {
        "PUT" | "DELETE" => Some("idempotent".to_owned()),
        // What a scope for reading suffices for, and is called so, changes nothing.
        "POST" if doc.scopes.iter().any(scoped) && action.split('_').any(|word| reads.contains(&word)) => {
            Some("safe".to_owned())
        }
        "POST" => {
            let mut rows = doc.query.iter().chain(doc.body.iter().flatten());
            let key = rows.find(|row| row.about.text.iter().any(|text| text.contains("幂等")))?;
            Some(format!("keyed({})", key.name))
        }
        _ => None,
    }
}

/// A label that stays a label: one line without what cannot be shown.
fn short(text: &str) -> Option<String> {
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let label = label(&text)?;
    let bare = DEPRECATED_MARKS.iter().fold(label.clone(), |label, mark| label.replace(mark, ""));
    Some(if bare.trim().is_empty() { label } else { bare.trim().to_owned() })
}

/// What a label ends in where what it stands for is deprecated, which the spec says elsewhere.
pub(super) const DEPRECATED_MARKS: [&str; 8] =
    ["（已废弃）", "（废弃）", "(已废弃)", "(废弃)", "（已弃用）", "（弃用）", "（已下线）", "【已废弃】"];

/// Characters that change how text is shown.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
