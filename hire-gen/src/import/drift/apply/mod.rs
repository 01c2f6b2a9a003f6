//! Writes what pages say by now into the YAML, and leaves the rest of the file alone.

mod field;

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{literal, word};
use super::edit::{Editor, find};
use super::{Change, Drift, EndpointDrift, What, leaf};
use crate::import::yaml::{Yaml, spelled};
use crate::read::source::{Entry, Node, Sources, parse};
use crate::read::span::Span;
use crate::resolve::ir::{
    Api, Base, Endpoint, EndpointId, Field, Home, Kind, Literal, Number, RequiredWhen, Test, TypeId,
};

/// What was written, and what is left for people.
#[derive(Debug, Default)]
pub struct Applied {
    /// Relative path and text of files that are different now, sorted by path.
    pub files: Vec<(String, String)>,
    /// How many changes were written.
    pub done: usize,
    /// What was not, and why.
    pub left: Vec<(EndpointId, Change, &'static str)>,
}

/// Writes the changes of `drift` into the texts of the schema that it was found against.
pub fn apply(api: &Api, sources: &Sources, drift: &Drift) -> Applied {
    let mut writer = Writer {
        api,
        fresh: &drift.fresh,
        fresh_sources: &drift.fresh_sources,
        sources,
        trees: BTreeMap::new(),
        editors: BTreeMap::new(),
        new_files: BTreeMap::new(),
        done: BTreeSet::new(),
    };
    let mut applied = Applied::default();
    for endpoint in &drift.endpoints {
        writer.endpoint(endpoint, &mut applied);
    }
    let mut files: BTreeMap<String, String> = writer.new_files;
    for (file, editor) in writer.editors {
        let text = editor.finish();
        if sources.file(file).is_some_and(|old| old.text != text) {
            files.insert(sources.path(file).to_owned(), text);
        }
    }
    applied.files = files.into_iter().collect();
    applied
}

type Done = Result<(), &'static str>;

/// Values of an enum and their names.
type Values = Vec<(Literal, String)>;

struct Writer<'a> {
    api: &'a Api,
    fresh: &'a Api,
    fresh_sources: &'a Sources,
    sources: &'a Sources,
    trees: BTreeMap<u32, Node>,
    editors: BTreeMap<u32, Editor<'a>>,
    new_files: BTreeMap<String, String>,
    /// Changes of shared objects that were written for another endpoint.
    done: BTreeSet<(TypeId, String, String)>,
}

impl<'a> Writer<'a> {
    fn endpoint(&mut self, drift: &EndpointDrift, applied: &mut Applied) {
        let api = self.api;
        let Some(old) = api.endpoints.iter().find(|endpoint| endpoint.id == drift.id) else { return };
        let call = super::call(old);
        let Some(new) = self.fresh.endpoints.iter().find(|endpoint| super::call(endpoint) == call) else {
            return;
        };
        for change in &drift.changes {
            let key = change.owner.map(|owner| (owner, leaf(&change.at), format!("{:?}", change.what)));
            let done = if change.unsure {
                Err("the page does not show where the row belongs")
            } else if change.contested {
                Err("another endpoint has the same object, and its page does not show this")
            } else if key.as_ref().is_some_and(|key| self.done.contains(key)) {
                Ok(())
            } else {
                self.change(old, new, change)
            };
            match done {
                Ok(()) => {
                    applied.done += 1;
                    self.done.extend(key);
                }
                Err(why) => applied.left.push((drift.id.clone(), change.clone(), why)),
            }
        }
        if let (Some(date), true) = (&new.revised, old.revised != new.revised) {
            // The date says up to where the spec was compared, also where nothing else has changed.
            self.head(old, "revised", date);
        }
    }

    fn change(&mut self, old: &'a Endpoint, new: &'a Endpoint, change: &Change) -> Done {
        match &change.what {
            What::Head(..) => self.head_change(old, new, &change.at),
            What::ErrorAdded(_) => self.error_added(old, new, &change.at),
            What::ErrorRemoved => self.error_removed(old, &change.at),
            What::Key("http", _, Some(status)) if change.at.starts_with("errors.") => {
                self.error_status(old, &change.at, status)
            }
            What::FieldAdded(_) => self.field_added(old, new, change),
            What::FieldRemoved => {
                let field = self.old_field(old, &change.at)?;
                let file = field.at.file;
                let tree = self.tree(file)?.clone();
                let (mapping, entry) = find(&tree, field.at).ok_or("its place in the file was not found")?;
                if mapping.entries().len() == 1 {
                    return Err("it is the only field there");
                }
                self.editor(file)?.remove(mapping, entry);
                Ok(())
            }
            What::Type(..) => self.type_changed(old, new, &change.at),
            What::Key(key, _, value) => self.key_changed(old, new, &change.at, key, value.as_deref()),
            What::ValueAdded(value, _) => self.value_added(new, change, value),
            What::ValueRemoved(value) => self.value_removed(change, value),
            What::FixIsOld => {
                let field = self.old_field(old, &change.at)?;
                self.edit_field(field, |editor, entry| editor.unset(entry, "fix"))
            }
        }
    }

    fn head(&mut self, endpoint: &Endpoint, key: &str, value: &str) -> bool {
        let file = endpoint.at.file;
        let Ok(tree) = self.tree(file).cloned() else { return false };
        let after = ["revised", "doc"].iter().find_map(|known| tree.get(known));
        let Ok(editor) = self.editor(file) else { return false };
        match tree.get(key) {
            Some(_) => editor.set(&whole(&tree), key, value),
            None => return editor.insert(&tree, after, &format!("{key}: {value}\n")),
        }
        true
    }

    fn head_change(&mut self, old: &Endpoint, new: &Endpoint, key: &str) -> Done {
        let words = |words: Vec<String>| format!("[{}]", words.join(", "));
        let value = match key {
            "quota" => new.quota.to_string(),
            "tokens" => words(new.tokens.iter().map(|token| word(*token)).collect()),
            "apps" => words(new.apps.iter().map(|app| word(*app)).collect()),
            "label" => spelled(new.label.as_deref().unwrap_or_default(), false),
            "deprecated" => match new.deprecated.as_deref() {
                Some(reason) if !reason.is_empty() => spelled(reason, false),
                _ => "true".to_owned(),
            },
            "scopes" | "field_scopes" => {
                let scopes = if key == "scopes" { &new.scopes } else { &new.field_scopes };
                let entries = scopes
                    .iter()
                    .map(|scope| (scope.name.clone(), Yaml::text(scope.label.clone().unwrap_or_default())));
                let mut text = String::new();
                crate::import::yaml::write(
                    &[(key.to_owned(), Yaml::Inline(entries.collect()))],
                    0,
                    &mut text,
                );
                text.trim_end().split_once(": ").map_or(String::new(), |(_, value)| value.to_owned())
            }
            _ => return Err("where it is, what it answers and how it pages is for people to change"),
        };
        if self.head(old, key, &value) { Ok(()) } else { Err("its place in the file was not found") }
    }

    fn error_added(&mut self, old: &Endpoint, new: &Endpoint, at: &str) -> Done {
        let code: i64 = leaf(at).parse().map_err(|_| "its code is not a number")?;
        let error = new
            .errors
            .iter()
            .find(|error| error.code == code)
            .ok_or("reading the page twice gave different results")?;
        let taken = old.errors.iter().any(|known| known.name == error.name);
        let name = if taken { format!("{}{code}", error.name) } else { error.name.clone() };
        let mut entry =
            vec![("http".to_owned(), Yaml::plain(error.http)), ("name".to_owned(), Yaml::text(name))];
        entry.extend(error.label.as_ref().map(|label| ("label".to_owned(), Yaml::text(label.as_str()))));
        let mut line = String::new();
        crate::import::yaml::write(&[("code".to_owned(), Yaml::Inline(entry))], 0, &mut line);
        let line = line.replacen("code", &code.to_string(), 1);
        let file = old.at.file;
        let tree = self.tree(file)?.clone();
        let editor = self.editor(file)?;
        match tree.get("errors") {
            Some(errors) => {
                let before = errors
                    .value
                    .entries()
                    .iter()
                    .rfind(|entry| entry.key.parse::<i64>().is_ok_and(|known| known < code));
                if editor.insert(&errors.value, before, &line) {
                    Ok(())
                } else {
                    Err("`errors:` is not written on separate lines")
                }
            }
            None => {
                editor.add_section(&tree, &[], &format!("errors:\n  {line}"));
                Ok(())
            }
        }
    }

    fn error_removed(&mut self, old: &Endpoint, at: &str) -> Done {
        let tree = self.tree(old.at.file)?.clone();
        let errors = tree.get("errors").ok_or("`errors:` was not found")?;
        let entry = errors.get(&leaf(at)).ok_or("its place in the file was not found")?;
        if errors.value.entries().len() == 1 {
            return Err("it is the only error there");
        }
        self.editor(old.at.file)?.remove(&errors.value, entry);
        Ok(())
    }

    fn error_status(&mut self, old: &Endpoint, at: &str, status: &str) -> Done {
        let tree = self.tree(old.at.file)?.clone();
        let entry = tree
            .get("errors")
            .and_then(|errors| errors.get(&leaf(at)))
            .ok_or("its place in the file was not found")?;
        self.editor(old.at.file)?.set(entry, "http", status);
        Ok(())
    }

    fn type_changed(&mut self, old: &'a Endpoint, new: &'a Endpoint, at: &str) -> Done {
        let (was, is) = (
            self.old_field(old, at)?,
            field_at(self.fresh, new, at).ok_or("reading the page twice gave different results")?,
        );
        let base = scalar(is.ty.base).ok_or("objects and enums are for people to exchange")?;
        scalar(was.ty.base).ok_or("objects and enums are for people to exchange")?;
        let text = is.ty.written(base);
        self.edit_field(was, |editor, entry| {
            if entry.value.entries().is_empty() {
                editor.set_value(entry, &text);
            } else {
                editor.set(entry, "type", &text);
            }
        })
    }

    fn key_changed(
        &mut self,
        old: &'a Endpoint,
        new: &'a Endpoint,
        at: &str,
        key: &str,
        value: Option<&str>,
    ) -> Done {
        let field = self.old_field(old, at)?;
        if value.is_none() {
            return self.edit_field(field, |editor, entry| editor.unset(entry, key));
        }
        let page = field_at(self.fresh, new, at).ok_or("reading the page twice gave different results")?;
        let value = self.key_value(old, at, page, key).ok_or("it cannot be written on one line")?;
        let unset: &[&str] = match key {
            // What is required has no default and no condition, and what must not be used is not deprecated besides.
            "required" => &["default", "required_when"],
            "unusable" => &["deprecated", "required"],
            _ => &[],
        };
        self.edit_field(field, |editor, entry| {
            unset.iter().for_each(|other| editor.unset(entry, other));
            editor.set(entry, key, &value);
        })
    }

    /// The value of a key as the schema writes it.
    fn key_value(&self, old: &Endpoint, at: &str, page: &Field, key: &str) -> Option<String> {
        let limits = &page.limits;
        let number = |number: Option<Number>| {
            number.map(|number| match number {
                Number::Int(n) => n.to_string(),
                Number::Float(n) => n.to_string(),
            })
        };
        let count = |count: Option<u64>| count.map(|count| count.to_string());
        match key {
            "required" | "replaces" | "nullable" => Some("true".to_owned()),
            "deprecated" => Some("true".to_owned()),
            "unusable" => page.unusable.as_deref().map(|reason| spelled(reason, true)),
            "format" => Some(word(page.format?)),
            "default" => page.default.as_ref().map(spelled_literal),
            "fixed" => limits.fixed.as_ref().map(spelled_literal),
            "minimum" => number(limits.minimum),
            "maximum" => number(limits.maximum),
            "min_length" => count(limits.min_length),
            "max_length" => count(limits.max_length),
            "min_items" => count(limits.min_items),
            "max_items" => count(limits.max_items),
            "pattern" => limits.pattern.as_deref().map(|pattern| spelled(pattern, true)),
            "required_when" => self.condition(old, at, page.required_when.as_ref()?),
            _ => None,
        }
    }

    /// A condition with the names that the schema has for values.
    fn condition(&self, old: &Endpoint, at: &str, when: &RequiredWhen) -> Option<String> {
        let RequiredWhen::All(conditions) = when else { return None };
        let around = at.rsplit_once('.').map_or("", |(around, _)| around);
        let named = |field: &str, value: &Literal| {
            let sibling = field_at(self.api, old, &format!("{around}.{field}"));
            let ty = sibling.and_then(|sibling| match sibling.ty.base {
                Base::Type(id) => self.api.type_(id),
                _ => None,
            });
            match ty.map(|ty| &ty.kind) {
                Some(Kind::Enum { variants, .. }) => variants
                    .iter()
                    .find(|variant| variant.value == *value)
                    .map(|variant| variant.name.clone()),
                _ => Some(spelled_literal(value)),
            }
        };
        let mut parts = Vec::new();
        for condition in conditions {
            let test = match &condition.test {
                Test::Is(values) => match values.as_slice() {
                    [value] => named(&condition.field, &value.value)?,
                    _ => return None,
                },
                Test::Contains(value) => format!("{{contains: {}}}", named(&condition.field, &value.value)?),
                Test::Present => "{present: true}".to_owned(),
                Test::Absent => "{present: false}".to_owned(),
            };
            parts.push(format!("{}: {test}", condition.field));
        }
        Some(format!("{{{}}}", parts.join(", ")))
    }

    fn value_added(&mut self, new: &'a Endpoint, change: &Change, value: &str) -> Done {
        let lost = "reading the page twice gave different results";
        let page = field_at(self.fresh, new, &change.at).ok_or(lost)?;
        let Base::Type(id) = page.ty.base else { return Err(lost) };
        let Some(Kind::Enum { variants: page, .. }) = self.fresh.type_(id).map(|ty| &ty.kind) else {
            return Err(lost);
        };
        let at = page.iter().position(|variant| literal(&variant.value) == value).ok_or(lost)?;
        let variant = page.get(at).ok_or(lost)?;
        let (list, known) = self.values(change)?;
        let after = page
            .iter()
            .take(at)
            .rev()
            .find_map(|before| known.iter().position(|known| known.0 == before.value));
        let taken = known.iter().any(|(_, name)| *name == variant.name);
        let name = if taken {
            format!("{}{}", variant.name, value.replace('-', "Minus"))
        } else {
            variant.name.clone()
        };
        let mut item =
            format!("{{value: {}, name: {}", spelled_literal(&variant.value), spelled(&name, true));
        if let Some(label) = &variant.label {
            item.push_str(&format!(", label: {}", spelled(label, true)));
        }
        item.push('}');
        let file = list.span.file;
        let after = after.or_else(|| known.len().checked_sub(1).filter(|_| at > 0));
        if self.editor(file)?.insert_item(&list, after, &item) {
            Ok(())
        } else {
            Err("`values:` is not written on separate lines")
        }
    }

    fn value_removed(&mut self, change: &Change, value: &str) -> Done {
        let (list, known) = self.values(change)?;
        let at = known
            .iter()
            .position(|(known, _)| literal(known) == value)
            .ok_or("its place in the file was not found")?;
        if self.editor(list.span.file)?.remove_item(&list, at) {
            Ok(())
        } else {
            Err("it is the only value, or `values:` is not written on separate lines")
        }
    }

    /// The list of an enum's values in its file, and what they are.
    fn values(&mut self, change: &Change) -> Result<(Node, Values), &'static str> {
        let lost = "its place in the file was not found";
        let ty = change.owner.and_then(|owner| self.api.type_(owner)).ok_or(lost)?;
        let Kind::Enum { variants, .. } = &ty.kind else { return Err(lost) };
        let known = variants.iter().map(|variant| (variant.value.clone(), variant.name.clone())).collect();
        let declaration = self.declaration(ty.at)?;
        let list = declaration.get("values").ok_or(lost)?.value.clone();
        Ok((list, known))
    }

    /// The mapping of a type, in a file of its own or under `types:`.
    fn declaration(&mut self, at: Span) -> Result<Node, &'static str> {
        let tree = self.tree(at.file)?;
        match find(tree, at) {
            Some((_, entry)) => Ok(entry.value.clone()),
            None => Ok(tree.clone()),
        }
    }

    fn edit_field(&mut self, field: &Field, edit: impl Fn(&mut Editor<'a>, &Entry)) -> Done {
        let tree = self.tree(field.at.file)?.clone();
        let (_, entry) = find(&tree, field.at).ok_or("its place in the file was not found")?;
        edit(self.editor(field.at.file)?, entry);
        Ok(())
    }

    fn old_field(&self, old: &'a Endpoint, at: &str) -> Result<&'a Field, &'static str> {
        field_at(self.api, old, at).ok_or("its place in the schema was not found")
    }

    fn tree(&mut self, file: u32) -> Result<&Node, &'static str> {
        if !self.trees.contains_key(&file) {
            let text = &self.sources.file(file).ok_or("its file was not found")?.text;
            let tree = parse(file, text, &mut Vec::new()).ok_or("its file cannot be read")?;
            self.trees.insert(file, tree);
        }
        self.trees.get(&file).ok_or("its file was not found")
    }

    fn editor(&mut self, file: u32) -> Result<&mut Editor<'a>, &'static str> {
        let sources = self.sources;
        let text = &sources.file(file).ok_or("its file was not found")?.text;
        Ok(self.editors.entry(file).or_insert_with(|| Editor::new(text)))
    }
}

/// The whole file as if it were the value of a key.
fn whole(tree: &Node) -> Entry {
    Entry { key: String::new(), key_plain: true, key_span: tree.span, value: tree.clone() }
}

fn is_visible(home: &Home, id: &EndpointId) -> bool {
    match home {
        Home::Local(local) => local == id,
        Home::Event(_) => false,
        Home::Shared { service, version } => *service == id.service && *version == id.version,
    }
}

/// The word for a type that can be exchanged for another on one line.
fn scalar(base: Base) -> Option<&'static str> {
    base.word().filter(|_| base != Base::File)
}

fn spelled_literal(value: &Literal) -> String {
    match value {
        Literal::String(text) => spelled(text, true),
        Literal::List(items) => {
            format!("[{}]", items.iter().map(spelled_literal).collect::<Vec<_>>().join(", "))
        }
        other => literal(other),
    }
}

/// `body.education_list.degree` → the field.
fn field_at<'a>(api: &'a Api, endpoint: &'a Endpoint, path: &str) -> Option<&'a Field> {
    let (around, name) = path.rsplit_once('.')?;
    fields_at(api, endpoint, around)?.iter().find(|field| field.wire == name)
}

fn fields_at<'a>(api: &'a Api, endpoint: &'a Endpoint, path: &str) -> Option<&'a [Field]> {
    let mut steps = path.split('.');
    let mut fields: &[Field] = match steps.next()? {
        "path_params" => &endpoint.path_params,
        "query" => &endpoint.query,
        "headers" => &endpoint.headers,
        "body" => endpoint.body.as_deref()?,
        "response" => &endpoint.response,
        _ => return None,
    };
    for step in steps {
        let field = fields.iter().find(|field| field.wire == step)?;
        let Base::Type(id) = field.ty.base else { return None };
        let Kind::Object(inner) = &api.type_(id)?.kind else { return None };
        fields = inner;
    }
    Some(fields)
}
