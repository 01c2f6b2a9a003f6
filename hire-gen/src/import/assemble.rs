//! Drafts → files: which types endpoints share, what each is called, and the text.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Answer, Draft, DraftBase, DraftField, DraftKind, DraftType, DraftValue};
use super::spelling::camel;
use super::yaml::{Yaml, write};
use crate::resolve::ir::{Api, Base, Field, Home, Kind};
use crate::resolve::name::type_from_stem;

/// A type of all drafts together.
struct Global {
    ty: DraftType,
    /// Drafts that use it, by index.
    users: BTreeSet<usize>,
    /// Its scope: service and version.
    scope: (String, String),
    name: String,
    shared: bool,
    /// A file of the schema has it already.
    there: bool,
}

/// Writes the files of drafts. `share`: a type that several endpoints have becomes a file of its own. `there` is the
/// schema that the files go into.
pub(super) fn files(drafts: &[Draft], share: bool, there: Option<&Api>) -> Vec<(String, String)> {
    let mut types = Types { all: Vec::new(), by_name: BTreeMap::new(), of_draft: Vec::new() };
    for (index, draft) in drafts.iter().enumerate() {
        types.collect(index, draft);
    }
    types.name(drafts, share, there);
    let mut files = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let stem = draft.stem();
        files.push((format!("{stem}.yaml"), types.endpoint(index, draft)));
        // Blanks around an example are the page's layout.
        let file = |ending: &str, text: &str| (format!("{stem}.{ending}.json"), format!("{}\n", text.trim()));
        files.extend(draft.request_example.as_deref().map(|text| file("request", text)));
        let received = if draft.of_event { "event" } else { "response" };
        files.extend(draft.response_example.as_deref().map(|text| file(received, text)));
    }
    for global in types.all.iter().filter(|global| global.shared && !global.there && !global.users.is_empty())
    {
        let (service, version) = &global.scope;
        let mut text = String::from("# yaml-language-server: $schema=../../../type.schema.json\n");
        write(&types.declaration(&global.ty), 0, &mut text);
        files.push((format!("{service}/{version}/types/{}.yaml", file_stem(&global.name)), text));
    }
    files.sort();
    files
}

struct Types {
    all: Vec<Global>,
    /// Which of `all` have a name and the same scope.
    by_name: BTreeMap<(String, String, String), Vec<usize>>,
    /// For each draft, which of `all` its own types are.
    of_draft: Vec<Vec<usize>>,
}

impl Types {
    /// Adds the types of a draft that its fields reach, each shape once for all drafts.
    fn collect(&mut self, index: usize, draft: &Draft) {
        let scope = (draft.id.service.clone(), draft.id.version.clone());
        let used = reachable(draft);
        let mut known = Vec::with_capacity(draft.types.len());
        for (at, ty) in draft.types.iter().enumerate() {
            // The types that a type refers to were added before it.
            let ty = DraftType { kind: refer(&ty.kind, &known), ..ty.clone() };
            if !used.contains(&at) {
                known.push(usize::MAX);
                continue;
            }
            let name = ty.wanted.first().cloned().unwrap_or_default();
            let alike = self.by_name.entry((scope.0.clone(), scope.1.clone(), name)).or_default();
            let found =
                alike.iter().copied().find(|at| self.all.get(*at).is_some_and(|global| global.ty.is(&ty)));
            let at = match found {
                Some(at) => at,
                None => {
                    let global = Global {
                        ty: ty.clone(),
                        users: BTreeSet::new(),
                        scope: scope.clone(),
                        name: String::new(),
                        shared: false,
                        there: false,
                    };
                    alike.push(self.all.len());
                    self.all.push(global);
                    self.all.len() - 1
                }
            };
            if let Some(global) = self.all.get_mut(at) {
                global.users.insert(index);
                global.ty.join(&ty);
            }
            known.push(at);
        }
        self.of_draft.push(known);
    }

    fn name(&mut self, drafts: &[Draft], share: bool, there: Option<&Api>) {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        order.sort_by_key(|at| {
            (std::cmp::Reverse(self.all.get(*at).map_or(0, |global| global.users.len())), *at)
        });
        // Names of each scope that every endpoint sees, and those of single endpoints.
        let mut shared: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        // The payload of an event has the name of its file.
        let payloads = drafts.iter().enumerate().filter(|(_, draft)| draft.of_event);
        let mut local: BTreeMap<usize, BTreeSet<String>> =
            payloads.map(|(at, draft)| (at, BTreeSet::from([type_from_stem(&draft.id.action)]))).collect();
        for ty in there.iter().flat_map(|api| &api.types) {
            if let Home::Shared { service, version } = &ty.home {
                shared.entry((service.clone(), version.clone())).or_default().insert(ty.name.clone());
            }
        }
        let received: BTreeSet<String> = self
            .all
            .iter()
            .filter(|global| !global.ty.sent)
            .filter_map(|global| global.ty.wanted.first().cloned())
            .collect();
        let mut keep = |types: &mut Self, at: usize, wide: bool| {
            let Some(global) = types.all.get(at) else { return };
            let candidates = candidates(global, drafts, &received);
            let existing =
                there.and_then(|api| candidates.iter().find(|name| types.is_there(api, at, name)).cloned());
            let taken = |name: &String| {
                shared.get(&global.scope).is_some_and(|names| names.contains(name))
                    || global
                        .users
                        .iter()
                        .any(|user| local.get(user).is_some_and(|names| names.contains(name)))
            };
            let numbered = (2..).map(|n| format!("{}{n}", candidates.first().map_or("Item", String::as_str)));
            let name = existing
                .clone()
                .or_else(|| candidates.iter().cloned().chain(numbered).find(|name| !taken(name)));
            let Some(name) = name else { return };
            if wide {
                shared.entry(global.scope.clone()).or_default().insert(name.clone());
            } else {
                for user in &global.users {
                    local.entry(*user).or_default().insert(name.clone());
                }
            }
            if let Some(global) = types.all.get_mut(at) {
                global.there = existing.is_some();
                global.shared = wide || global.there;
                global.name = name;
            }
        };
        let wide =
            |types: &Self, at: usize| share && types.all.get(at).is_some_and(|global| global.users.len() > 1);
        for at in order.iter().filter(|at| wide(self, **at)).copied().collect::<Vec<_>>() {
            keep(self, at, true);
        }
        for at in (0..self.all.len()).filter(|at| !wide(self, *at)).collect::<Vec<_>>() {
            keep(self, at, false);
        }
    }

    /// Whether the schema has a shared type of this name with these very fields or values.
    fn is_there(&self, api: &Api, at: usize, name: &str) -> bool {
        let Some(global) = self.all.get(at) else { return false };
        let (service, version) = &global.scope;
        let home = Home::Shared { service: service.clone(), version: version.clone() };
        let Some(ty) = api.types.iter().find(|ty| ty.home == home && ty.name == name) else { return false };
        match (&global.ty.kind, &ty.kind) {
            (DraftKind::Enum { int, values }, Kind::Enum { int: known, variants }) => {
                let spelled = |literal: &crate::resolve::ir::Literal| match literal {
                    crate::resolve::ir::Literal::Int(n) => n.to_string(),
                    crate::resolve::ir::Literal::String(text) => text.clone(),
                    _ => String::new(),
                };
                int == known
                    && values
                        .iter()
                        .map(|value| value.value.clone())
                        .eq(variants.iter().map(|variant| spelled(&variant.value)))
            }
            (DraftKind::Object(fields), Kind::Object(known)) => {
                fields.len() == known.len()
                    && fields.iter().zip(known).all(|(field, known)| self.is_same_field(api, field, known))
            }
            _ => false,
        }
    }

    fn is_same_field(&self, api: &Api, field: &DraftField, known: &Field) -> bool {
        let required = field.keys.iter().any(|(key, _)| key == "required");
        let base = match (&field.base, known.ty.base) {
            (DraftBase::Scalar(word), base) => Some(*word) == base.word(),
            (DraftBase::Type(at), Base::Type(id)) => api.type_(id).is_some_and(|ty| {
                self.all.get(*at).is_some_and(|global| global.there && global.name == ty.name)
            }),
            _ => false,
        };
        base && (field.name.as_str(), field.list, field.maps, required)
            == (known.wire.as_str(), known.ty.list, known.ty.maps, known.required)
    }

    fn endpoint(&self, index: usize, draft: &Draft) -> String {
        let (schema, received) = if draft.of_event {
            ("../../../../event.schema.json", "fields")
        } else {
            ("../../../endpoint.schema.json", "response")
        };
        let mut text = format!("# yaml-language-server: $schema={schema}\n");
        write(&draft.head, 0, &mut text);
        let known = self.of_draft.get(index).map_or(&[][..], Vec::as_slice);
        let sections = [
            ("path_params", Some(&draft.path_params).filter(|fields| !fields.is_empty())),
            ("query", Some(&draft.query).filter(|fields| !fields.is_empty())),
            ("headers", Some(&draft.headers).filter(|fields| !fields.is_empty())),
            ("body", draft.body.as_ref()),
            (
                received,
                Some(&draft.response).filter(|fields| draft.answer == Answer::Fields && !fields.is_empty()),
            ),
        ];
        let whole = match (draft.answer, draft.response.first()) {
            (Answer::File, _) => Some("file".to_owned()),
            (Answer::List, Some(list)) => Some(self.type_text(&refer_field(list, known))),
            _ => None,
        };
        if let Some(whole) = whole {
            write(&[("response".to_owned(), Yaml::text(whole))], 0, &mut text);
        }
        for (section, fields) in sections {
            let Some(fields) = fields else { continue };
            let fields: Vec<DraftField> = fields.iter().map(|field| refer_field(field, known)).collect();
            text.push('\n');
            write(&[(section.to_owned(), Yaml::Block(self.fields(&fields)))], 0, &mut text);
        }
        let mut own: Vec<(usize, &Global)> = Vec::new();
        for at in order(draft).into_iter().filter_map(|at| known.get(at).copied()) {
            if let Some(global) = self.all.get(at).filter(|global| !global.shared)
                && !own.iter().any(|(known, _)| *known == at)
            {
                own.push((at, global));
            }
        }
        if !own.is_empty() {
            let types = own
                .iter()
                .map(|(_, global)| (global.name.clone(), Yaml::Block(self.declaration(&global.ty))));
            text.push('\n');
            write(&[("types".to_owned(), Yaml::Block(types.collect()))], 0, &mut text);
        }
        if !draft.errors.is_empty() {
            text.push_str("\nerrors:\n");
            for (code, error) in &draft.errors {
                let mut line = String::new();
                write(&[("code".to_owned(), error.clone())], 2, &mut line);
                // A code is the one key that is a number.
                text.push_str(&line.replacen("code", code, 1));
            }
        }
        text
    }

    fn declaration(&self, ty: &DraftType) -> Vec<(String, Yaml)> {
        let mut entries = Vec::new();
        let texts = [("label", &ty.label), ("doc", &ty.doc)];
        entries.extend(
            texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Yaml::text(text.as_deref()?)))),
        );
        match &ty.kind {
            DraftKind::Object(fields) => {
                entries.push(("fields".to_owned(), Yaml::Block(self.fields(fields))));
            }
            DraftKind::Enum { int, values } => {
                entries.push(("enum".to_owned(), Yaml::text(if *int { "int" } else { "string" })));
                entries.push((
                    "values".to_owned(),
                    Yaml::Items(values.iter().map(|value| variant(value, *int)).collect()),
                ));
            }
        }
        entries
    }

    fn type_text(&self, field: &DraftField) -> String {
        let base = match &field.base {
            DraftBase::Scalar(word) => *word,
            DraftBase::Type(at) => self.all.get(*at).map_or("json", |global| global.name.as_str()),
        };
        let maps = usize::from(field.maps);
        format!("{}{base}{}{}", "map<".repeat(maps), "[]".repeat(field.list.into()), ">".repeat(maps))
    }

    fn fields(&self, fields: &[DraftField]) -> Vec<(String, Yaml)> {
        let fields = fields.iter().map(|field| {
            let text = self.type_text(field);
            let entry = if field.keys.is_empty() {
                Yaml::text(text)
            } else {
                let mut keys = vec![("type".to_owned(), Yaml::text(text))];
                keys.extend(field.keys.iter().cloned());
                Yaml::Block(keys)
            };
            (field.name.clone(), entry)
        });
        fields.collect()
    }
}

/// Names for a type, the best first.
fn candidates(global: &Global, drafts: &[Draft], received: &BTreeSet<String>) -> Vec<String> {
    let mut names = global.ty.wanted.clone();
    if global.ty.sent && names.first().is_some_and(|name| received.contains(name)) {
        names = names.iter().map(|name| format!("{name}Input")).collect();
    }
    let first = names.first().cloned().unwrap_or_default();
    if let Some(id) = global.users.iter().next().and_then(|user| drafts.get(*user)).map(|draft| &draft.id) {
        let words = [id.resource.clone(), format!("{}_{}", id.resource, id.action)];
        names.extend(words.iter().filter_map(|words| camel(words)).map(|words| format!("{words}{first}")));
    }
    names
}

fn variant(value: &DraftValue, int: bool) -> Yaml {
    let spelled = if int { Yaml::plain(&value.value) } else { Yaml::text(value.value.as_str()) };
    let mut entries =
        vec![("value".to_owned(), spelled), ("name".to_owned(), Yaml::text(value.name.as_str()))];
    entries.extend(value.keys.iter().cloned());
    Yaml::Inline(entries)
}

/// The same kind with its types numbered as those of all drafts.
fn refer(kind: &DraftKind, known: &[usize]) -> DraftKind {
    match kind {
        DraftKind::Object(fields) => {
            DraftKind::Object(fields.iter().map(|field| refer_field(field, known)).collect())
        }
        other => other.clone(),
    }
}

fn refer_field(field: &DraftField, known: &[usize]) -> DraftField {
    let base = match field.base {
        DraftBase::Type(at) => DraftBase::Type(known.get(at).copied().unwrap_or(usize::MAX)),
        DraftBase::Scalar(word) => DraftBase::Scalar(word),
    };
    DraftField { base, ..field.clone() }
}

fn sections(draft: &Draft) -> impl Iterator<Item = &DraftField> {
    let sent = draft.path_params.iter().chain(&draft.query).chain(&draft.headers);
    sent.chain(draft.body.iter().flatten()).chain(&draft.response)
}

fn reachable(draft: &Draft) -> BTreeSet<usize> {
    order(draft).into_iter().collect()
}

/// The types of a draft in the order in which a reader comes to them.
fn order(draft: &Draft) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&DraftField> = sections(draft).collect();
    open.reverse();
    while let Some(field) = open.pop() {
        let DraftBase::Type(at) = field.base else { continue };
        if seen.insert(at) {
            order.push(at);
            if let Some(DraftKind::Object(fields)) = draft.types.get(at).map(|ty| &ty.kind) {
                open.extend(fields.iter().rev());
            }
        }
    }
    order
}

/// `TalentGender` → `talent_gender`
pub(super) fn file_stem(name: &str) -> String {
    let mut stem = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !stem.is_empty() {
            stem.push('_');
        }
        stem.push(c.to_ascii_lowercase());
    }
    stem
}
