//! Compares two endpoints or events: names and texts are ignored, everything on the wire counts.

use std::collections::BTreeSet;

use super::{Change, What};
use crate::read::words::Words;
use crate::resolve::ir::{
    Api, Base, Endpoint, Event, Field, Kind, Literal, Number, RequiredWhen, Scope, Test, TypeId, Variant,
};

/// Everything that differs, in the order of the page.
pub(super) fn endpoint(api: &Api, old: &Endpoint, fresh: &Api, new: &Endpoint) -> Vec<Change> {
    let mut comparison = Comparison::new(api, fresh);
    let sent = new.path_params.iter().chain(&new.query).chain(new.body.iter().flatten());
    comparison.unsure = unsure(fresh, sent.chain(&new.response));
    comparison.head(old, new);
    let sections = [
        ("path_params", &old.path_params, &new.path_params),
        ("query", &old.query, &new.query),
        ("headers", &old.headers, &new.headers),
    ];
    for (section, old, new) in sections {
        comparison.fields(section, None, old, new, false);
    }
    comparison.form("body", Form::of_body(old), Form::of_body(new), false);
    comparison.form("response", Form::of_response(old), Form::of_response(new), true);
    comparison.errors(old, new);
    comparison.changes
}

/// The same for two events.
pub(super) fn event(api: &Api, old: &Event, fresh: &Api, new: &Event) -> Vec<Change> {
    let mut comparison = Comparison::new(api, fresh);
    comparison.unsure = unsure(fresh, &new.fields);
    comparison.pairs([
        ("apps", words(&old.apps), words(&new.apps)),
        ("scopes", scopes(&old.scopes), scopes(&new.scopes)),
        ("field_scopes", scopes(&old.field_scopes), scopes(&new.field_scopes)),
        ("envelope", word(old.envelope), word(new.envelope)),
        ("label", old.label.clone().unwrap_or_default(), new.label.clone().unwrap_or_default()),
    ]);
    comparison.fields("fields", None, &old.fields, &new.fields, true);
    comparison.changes
}

/// Whether a key of a field is compared in requests only.
pub(super) fn is_only_sent(key: &str) -> bool {
    !matches!(key, "format" | "default" | "deprecated" | "unusable")
}

/// Whether two types are the same on the wire.
pub(super) fn same_type(
    api: &Api,
    old: &crate::resolve::ir::Type,
    fresh: &Api,
    new: &crate::resolve::ir::Type,
) -> bool {
    let mut comparison = Comparison::new(api, fresh);
    match (&old.kind, &new.kind) {
        (Kind::Object(old), Kind::Object(new)) => comparison.fields("", None, old, new, false),
        (Kind::Enum { variants: old, int: a }, Kind::Enum { variants: new, int: b }) if a == b => {
            comparison.values("", TypeId(0), old, new);
        }
        _ => return false,
    }
    comparison.changes.is_empty()
}

/// Wire names of the rows of a page that wait for review because of their place.
fn unsure<'a>(fresh: &'a Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Field> = fields.into_iter().collect();
    while let Some(field) = open.pop() {
        if field.review.as_deref().is_some_and(|review| review.contains("its place")) {
            names.insert(field.wire.clone());
        }
        if let Base::Type(id) = field.ty.base
            && seen.insert(id)
            && let Some(Kind::Object(fields)) = fresh.type_(id).map(|ty| &ty.kind)
        {
            open.extend(fields);
        }
    }
    names
}

/// The form of a body or an answer.
#[derive(Clone, Copy)]
enum Form<'a> {
    Fields(&'a [Field]),
    List(&'a Field),
    File,
}

impl<'a> Form<'a> {
    fn of_body(endpoint: &'a Endpoint) -> Self {
        let fields = endpoint.body.as_deref().unwrap_or_default();
        endpoint.body_list().map_or(Self::Fields(fields), Self::List)
    }

    fn of_response(endpoint: &'a Endpoint) -> Self {
        match endpoint.response_list() {
            _ if endpoint.answers_file => Self::File,
            Some(list) => Self::List(list),
            None => Self::Fields(&endpoint.response),
        }
    }
}

struct Comparison<'a> {
    api: &'a Api,
    fresh: &'a Api,
    changes: Vec<Change>,
    /// Pairs of objects that were compared already: each difference is reported once.
    seen: BTreeSet<(TypeId, TypeId)>,
    /// Wire names of rows whose place on the page is not certain.
    unsure: BTreeSet<String>,
}

impl<'a> Comparison<'a> {
    fn new(api: &'a Api, fresh: &'a Api) -> Self {
        Self { api, fresh, changes: Vec::new(), seen: BTreeSet::new(), unsure: BTreeSet::new() }
    }

    fn push(&mut self, at: impl Into<String>, what: What, owner: Option<TypeId>) {
        let at = at.into();
        let moves = matches!(what, What::FieldAdded(_) | What::FieldRemoved);
        let unsure = moves && self.unsure.contains(&super::leaf(&at));
        self.changes.push(Change { at, what, owner, contested: false, unsure });
    }

    fn head(&mut self, old: &Endpoint, new: &Endpoint) {
        self.pairs([
            ("quota", old.quota.to_string(), new.quota.to_string()),
            ("tokens", words(&old.tokens), words(&new.tokens)),
            ("apps", words(&old.apps), words(&new.apps)),
            ("scopes", scopes(&old.scopes), scopes(&new.scopes)),
            ("field_scopes", scopes(&old.field_scopes), scopes(&new.field_scopes)),
            ("paging", paging(old), paging(new)),
            ("envelope", word(old.envelope), word(new.envelope)),
            ("label", old.label.clone().unwrap_or_default(), new.label.clone().unwrap_or_default()),
            ("base_urls", hosts(old), hosts(new)),
        ]);
        // If a page has no notice, people may have found one elsewhere.
        if let (None, Some(reason)) = (&old.deprecated, &new.deprecated) {
            let reason = if reason.is_empty() { "true" } else { reason };
            self.push("deprecated", What::Head("not".to_owned(), reason.to_owned()), None);
        }
    }

    /// Keys of the whole with their values on both sides.
    fn pairs<const N: usize>(&mut self, pairs: [(&str, String, String); N]) {
        let said = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
        for (key, old, new) in pairs {
            if old != new {
                self.push(key, What::Head(said(old), said(new)), None);
            }
        }
    }

    /// A body or an answer. One in another form is one change: its parts have nothing to be compared with.
    fn form(&mut self, section: &str, old: Form<'_>, new: Form<'_>, received: bool) {
        match (old, new) {
            (Form::Fields(old), Form::Fields(new)) => self.fields(section, None, old, new, received),
            (Form::List(old), Form::List(new)) => self.field(section, None, old, new, received),
            (Form::File, Form::File) => {}
            (old, new) => {
                let what = What::Head(self.form_text(self.api, old), self.form_text(self.fresh, new));
                self.push(section, what, None);
            }
        }
    }

    fn form_text(&self, api: &Api, form: Form<'_>) -> String {
        match form {
            Form::Fields([]) => "nothing".to_owned(),
            Form::Fields(_) => "fields".to_owned(),
            Form::List(list) => {
                let text = self.type_text(api, list);
                format!("a list of {}", text.strip_suffix("[]").unwrap_or(&text))
            }
            Form::File => "a file".to_owned(),
        }
    }

    fn errors(&mut self, old: &Endpoint, new: &Endpoint) {
        for error in &new.errors {
            let at = format!("errors.{}", error.code);
            match old.errors.iter().find(|known| known.code == error.code) {
                None => self.push(at, What::ErrorAdded(error.label.clone().unwrap_or_default()), None),
                Some(known) if known.http != error.http => {
                    let what = What::Key("http", Some(known.http.to_string()), Some(error.http.to_string()));
                    self.push(at, what, None);
                }
                Some(_) => {}
            }
        }
        for error in
            old.errors.iter().filter(|error| !new.errors.iter().any(|known| known.code == error.code))
        {
            self.push(format!("errors.{}", error.code), What::ErrorRemoved, None);
        }
    }

    fn fields(&mut self, prefix: &str, owner: Option<TypeId>, old: &[Field], new: &[Field], received: bool) {
        for field in new {
            let at = format!("{prefix}.{}", field.wire);
            match old.iter().find(|known| known.wire == field.wire) {
                Some(known) => self.field(&at, owner, known, field, received),
                None => {
                    let ty = self.type_text(self.fresh, field);
                    self.push(at, What::FieldAdded(ty), owner);
                }
            }
        }
        for field in old.iter().filter(|field| field.fix.is_none()) {
            if !new.iter().any(|known| known.wire == field.wire) {
                self.push(format!("{prefix}.{}", field.wire), What::FieldRemoved, owner);
            }
        }
    }

    fn field(&mut self, at: &str, owner: Option<TypeId>, old: &Field, new: &Field, received: bool) {
        let before = self.changes.len();
        let (old_type, new_type) = (self.type_text(self.api, old), self.type_text(self.fresh, new));
        if old_type != new_type {
            self.push(at, What::Type(old_type, new_type), owner);
        }
        self.keys(at, owner, old, new, received);
        if old.fix.is_some() {
            // The schema gives the reason for the difference.
            let differs = self.changes.len() > before || new.fix.is_some();
            self.changes.truncate(before);
            if !differs && self.agrees_throughout(old, new) {
                self.push(at, What::FixIsOld, owner);
            }
        }
        self.inside(at, old, new, received);
    }

    /// Whether a field's type has nothing left that differs: only then is its `fix` old.
    fn agrees_throughout(&self, old: &Field, new: &Field) -> bool {
        let mut inner = Comparison::new(self.api, self.fresh);
        inner.inside("", old, new, true);
        let example = old.example.is_some() == new.example.is_some();
        inner.changes.is_empty() && example
    }

    fn keys(&mut self, at: &str, owner: Option<TypeId>, old: &Field, new: &Field, received: bool) {
        let flag = |set: bool| set.then(|| "true".to_owned());
        let count = |count: Option<u64>| count.map(|count| count.to_string());
        let number = |number: Option<Number>| {
            number.map(|number| match number {
                Number::Int(n) => n.to_string(),
                Number::Float(n) => n.to_string(),
            })
        };
        let mut pairs = vec![
            ("format", old.format.map(word), new.format.map(word)),
            ("default", old.default.as_ref().map(literal), new.default.as_ref().map(literal)),
            ("deprecated", flag(old.deprecated.is_some()), flag(new.deprecated.is_some())),
            ("unusable", flag(old.unusable.is_some()), flag(new.unusable.is_some())),
        ];
        if !received {
            pairs.extend([
                ("fixed", old.limits.fixed.as_ref().map(literal), new.limits.fixed.as_ref().map(literal)),
                ("required", flag(old.required), flag(new.required)),
                (
                    "required_when",
                    old.required_when.as_ref().map(condition),
                    new.required_when.as_ref().map(condition),
                ),
                ("minimum", number(old.limits.minimum), number(new.limits.minimum)),
                ("maximum", number(old.limits.maximum), number(new.limits.maximum)),
                ("min_length", count(old.limits.min_length), count(new.limits.min_length)),
                ("max_length", count(old.limits.max_length), count(new.limits.max_length)),
                ("min_items", count(old.limits.min_items), count(new.limits.min_items)),
                ("max_items", count(old.limits.max_items), count(new.limits.max_items)),
                ("pattern", old.limits.pattern.clone(), new.limits.pattern.clone()),
                ("nullable", flag(old.nullable), flag(new.nullable)),
                ("replaces", flag(old.replaces), flag(new.replaces)),
            ]);
        }
        for (key, old_value, new_value) in pairs {
            // Manual additions stay: a page never mentions that a value is spelled in a special way, that a
            // condition set elsewhere holds, or that something may be used after all.
            let known_better = new_value.is_none()
                && matches!(key, "format" | "required_when" | "deprecated" | "unusable" | "nullable");
            let unread = key == "required_when"
                && (new.review.is_some() || matches!(old.required_when, Some(RequiredWhen::Text(_))));
            if old_value != new_value && !known_better && !unread {
                self.push(at, What::Key(key, old_value, new_value), owner);
            }
        }
    }

    /// The fields of an object, the values of an enum.
    fn inside(&mut self, at: &str, old: &Field, new: &Field, received: bool) {
        let (Base::Type(old_id), Base::Type(new_id)) = (old.ty.base, new.ty.base) else { return };
        let (Some(old_type), Some(new_type)) = (self.api.type_(old_id), self.fresh.type_(new_id)) else {
            return;
        };
        if !self.seen.insert((old_id, new_id)) {
            return;
        }
        match (&old_type.kind, &new_type.kind) {
            (Kind::Object(old), Kind::Object(new)) => self.fields(at, Some(old_id), old, new, received),
            (Kind::Enum { variants: old, .. }, Kind::Enum { variants: new, .. }) => {
                self.values(at, old_id, old, new);
            }
            _ => {}
        }
    }

    fn values(&mut self, at: &str, owner: TypeId, old: &[Variant], new: &[Variant]) {
        for value in new.iter().filter(|value| !old.iter().any(|known| known.value == value.value)) {
            let what = What::ValueAdded(literal(&value.value), value.label.clone().unwrap_or_default());
            self.push(at, what, Some(owner));
        }
        for value in old.iter().filter(|value| !new.iter().any(|known| known.value == value.value)) {
            self.push(at, What::ValueRemoved(literal(&value.value)), Some(owner));
        }
    }

    /// The form on the wire, without the names of types.
    fn type_text(&self, api: &Api, field: &Field) -> String {
        let named = |id| match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => "int enum",
            Some(Kind::Enum { int: false, .. }) => "string enum",
            _ => "object",
        };
        let base = match field.ty.base {
            Base::Type(id) => named(id),
            base => base.word().unwrap_or_default(),
        };
        let maps = "map of ".repeat(field.ty.maps.into());
        format!("{maps}{base}{}", "[]".repeat(usize::from(field.ty.list)))
    }
}

fn words<W: Words + PartialEq + Copy>(meanings: &[W]) -> String {
    meanings.iter().map(|meaning| word(*meaning)).collect::<Vec<_>>().join(", ")
}

fn scopes(scopes: &[Scope]) -> String {
    let mut names: Vec<&str> = scopes.iter().map(|scope| scope.name.as_str()).collect();
    names.sort_unstable();
    names.join(", ")
}

fn hosts(endpoint: &Endpoint) -> String {
    let mut hosts: Vec<String> =
        endpoint.base_urls.iter().map(|base| format!("{}: {}", base.region, base.url)).collect();
    hosts.sort();
    hosts.join(", ")
}

fn paging(endpoint: &Endpoint) -> String {
    endpoint.paging.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// The word of the schema for one of a few things.
pub(super) fn word<W: Words + PartialEq>(meaning: W) -> String {
    W::WORDS.iter().find(|(_, known)| *known == meaning).map_or(String::new(), |(word, _)| (*word).to_owned())
}

/// A literal as text, which tells 1 and "1" apart no more than a page does.
pub(super) fn literal(value: &Literal) -> String {
    match value {
        Literal::String(text) => text.clone(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
    }
}

/// A condition by values, so that names make no difference.
fn condition(when: &RequiredWhen) -> String {
    match when {
        RequiredWhen::Text(_) => "a sentence".to_owned(),
        RequiredWhen::All(conditions) => {
            let all = conditions.iter().map(|condition| {
                let test = match &condition.test {
                    Test::Is(values) => {
                        values.iter().map(|value| literal(&value.value)).collect::<Vec<_>>().join("|")
                    }
                    Test::Contains(value) => format!("contains {}", literal(&value.value)),
                    Test::Present => "present".to_owned(),
                    Test::Absent => "absent".to_owned(),
                };
                format!("{} {test}", condition.field)
            });
            all.collect::<Vec<_>>().join(", ")
        }
    }
}
