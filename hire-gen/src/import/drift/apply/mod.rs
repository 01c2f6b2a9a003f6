//! Writes the changes of pages into the YAML, and keeps the rest of the file.

mod field;
mod head;
mod key;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use super::compare::literal;
use super::edit::{Editor, find};
use super::spec::{Spec, SpecId};
use super::{Change, Drift, What, leaf};
use crate::import::yaml::spelled;
use crate::read::source::{Entry, Node, Sources, parse};
use crate::read::span::Span;
use crate::resolve::ir::{Api, Field, Literal, TypeId};

/// The changes that were written, and those left for people.
#[derive(Debug, Default)]
pub struct Applied {
    /// Relative path and text of files that are different now, sorted by path.
    pub files: Vec<(String, String)>,
    /// How many changes were written; one of a shared object counts once.
    pub done: usize,
    /// The changes that were not written, and why.
    pub left: Vec<(SpecId, Change, &'static str)>,
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
        copied: BTreeMap::new(),
        done: BTreeSet::new(),
    };
    let mut applied = Applied::default();
    for endpoint in &drift.endpoints {
        writer.spec(SpecId::Endpoint(endpoint.id.clone()), &endpoint.changes, &mut applied);
    }
    for event in &drift.events {
        writer.spec(SpecId::Event(event.event_type.clone()), &event.changes, &mut applied);
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

const TWICE: &str = "reading the page twice gave different results";
const NOT_FOUND: &str = "its place in the file was not found";
const ONE_LINE: &str = "its neighbours are written on one line";

struct Writer<'a> {
    api: &'a Api,
    fresh: &'a Api,
    fresh_sources: &'a Sources,
    sources: &'a Sources,
    trees: BTreeMap<u32, Node>,
    editors: BTreeMap<u32, Editor<'a>>,
    new_files: BTreeMap<String, String>,
    /// The names of copied types on the page and here, by the file of the spec and whether they are shared.
    copied: BTreeMap<(u32, bool), BTreeMap<String, String>>,
    /// Changes of shared objects that were written already.
    done: BTreeSet<(TypeId, String, String)>,
}

impl<'a> Writer<'a> {
    fn spec(&mut self, id: SpecId, changes: &[Change], applied: &mut Applied) {
        let Some(old) = Spec::find(self.api, &id) else { return };
        let Some(new) = old.of(self.fresh) else { return };
        for change in changes {
            let key = change.owner.map(|owner| (owner, leaf(&change.at), format!("{:?}", change.what)));
            let done = if change.unsure {
                Err("the page does not show where the row belongs")
            } else if change.contested {
                Err("another endpoint or event has the same object, and its page does not show this")
            } else if key.as_ref().is_some_and(|key| self.done.contains(key)) {
                continue;
            } else {
                self.change(old, new, change)
            };
            match done {
                Ok(()) => {
                    applied.done += 1;
                    self.done.extend(key);
                }
                Err(why) => applied.left.push((id.clone(), change.clone(), why)),
            }
        }
        if let (Some(date), true) = (new.revised(), old.revised() != new.revised()) {
            // The date tells up to when the spec was compared, even if nothing else has changed.
            let _ = self.head(old, "revised", Some(date));
        }
    }

    fn change(&mut self, old: Spec<'a>, new: Spec<'a>, change: &Change) -> Done {
        match &change.what {
            What::Head(..) => self.head_changed(old, new, &change.at),
            What::ErrorAdded(_) => self.error_added(old, new, &change.at),
            What::ErrorRemoved => self.error_removed(old, &change.at),
            What::Key("http", _, Some(status)) if change.at.starts_with("errors.") => {
                self.error_status(old, &change.at, status)
            }
            What::FieldAdded(_) => self.field_added(old, new, change),
            What::FieldRemoved => self.field_removed(old, &change.at),
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
        let (_, entry) = find(&tree, field.at).ok_or(NOT_FOUND)?;
        edit(self.editor(field.at.file)?, entry);
        Ok(())
    }

    fn old_field(&self, old: Spec<'a>, at: &str) -> Result<&'a Field, &'static str> {
        old.field(self.api, at).ok_or("its place in the schema was not found")
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

fn spelled_literal(value: &Literal) -> String {
    match value {
        Literal::String(text) => spelled(text, true),
        Literal::List(items) => {
            format!("[{}]", items.iter().map(spelled_literal).collect::<Vec<_>>().join(", "))
        }
        other => literal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EndpointDrift, compare};
    use super::*;
    use crate::read::diag::Diagnostics;
    use crate::resolve::load_sources;

    const HEAD: &str = "title: T\ndoc: https://open.feishu.cn/document/x\nmethod: POST\npath: /open-apis/a/v1/b\ntokens: [tenant]\nquota: 1/s\n";

    /// The changes between an endpoint's spec and what the importer made of a page, both without their heads; the spec afterwards; and
    /// the reasons for what is left.
    fn drifted(old: &str, new: &str) -> (Vec<String>, String, Vec<&'static str>) {
        let schema = |spec: &str| {
            let api = ("api.yaml".to_owned(), "base_urls: {feishu: https://open.feishu.cn}\n".to_owned());
            Sources::from_texts([api, ("a/v1/b/c.yaml".to_owned(), format!("{HEAD}{spec}"))])
        };
        let (sources, fresh_sources) = (schema(old), schema(new));
        let load = |sources: &Sources| load_sources(sources).unwrap_or_else(|errors| panic!("{errors}")).0;
        let (api, fresh) = (load(&sources), load(&fresh_sources));
        let changes = compare::endpoint(&api, &api.endpoints[0], &fresh, &fresh.endpoints[0]);
        let endpoint = EndpointDrift {
            id: api.endpoints[0].id.clone(),
            page: String::new(),
            revised: (None, None),
            changes: changes.clone(),
        };
        let drift = Drift {
            endpoints: vec![endpoint],
            events: Vec::new(),
            report: Diagnostics::default().finish(&sources),
            listed: None,
            fresh,
            fresh_sources,
        };
        let applied = apply(&api, &sources, &drift);
        let text = applied.files.first().map_or(format!("{HEAD}{old}"), |(_, text)| text.clone());
        let text = text.strip_prefix(HEAD).unwrap().to_owned();
        load(&schema(&text));
        let changes = changes.iter().map(ToString::to_string).collect();
        (changes, text, applied.left.iter().map(|(_, _, why)| *why).collect())
    }

    const FORM: &str = "whether it has fields, is a list or is a file is for people to change";
    const ITEM: &str = "types:\n  Item:\n    fields:\n      name: string\n";

    #[test]
    fn a_section_in_another_form_is_one_change_for_people() {
        let fields = "  name: string\n  size: int\n";
        for (old, new, said) in [
            (
                format!("body:\n{fields}response: {{}}\n"),
                "body: string[]\nresponse: {}\n".to_owned(),
                "~ body: fields → a list of string",
            ),
            (
                format!("body: Item[]\nresponse: {{}}\n{ITEM}"),
                format!("body:\n{fields}response: {{}}\n"),
                "~ body: a list of object → fields",
            ),
            (
                "response: {}\n".to_owned(),
                "body: int[][]\nresponse: {}\n".to_owned(),
                "~ body: nothing → a list of int[]",
            ),
            (
                "body: int[]\nresponse: {}\n".to_owned(),
                "response: {}\n".to_owned(),
                "~ body: a list of int → nothing",
            ),
            (
                format!("response:\n{fields}"),
                format!("response: Item[]\n{ITEM}"),
                "~ response: fields → a list of object",
            ),
            (
                "response: string[]\n".to_owned(),
                format!("response:\n{fields}"),
                "~ response: a list of string → fields",
            ),
            (
                "response: string[]\n".to_owned(),
                "response: file\n".to_owned(),
                "~ response: a list of string → a file",
            ),
            (format!("response:\n{fields}"), "response: file\n".to_owned(), "~ response: fields → a file"),
            ("response: file\n".to_owned(), "response: {}\n".to_owned(), "~ response: a file → nothing"),
        ] {
            assert_eq!(drifted(&old, &new), (vec![said.to_owned()], old, vec![FORM]), "{new}");
        }
    }

    #[test]
    fn lists_are_compared_and_written_item_by_item() {
        let (old, new) = ("body: string[]  # IDs\nresponse: int[]\n", "body: int[]\nresponse: string[]\n");
        let (said, text, left) = drifted(old, new);
        assert_eq!(said, ["~ body: string[] → int[]", "~ response: int[] → string[]"]);
        assert_eq!((text.as_str(), left), ("body: int[]  # IDs\nresponse: string[]\n", Vec::new()));

        let item = |fields: &str, values: &str| {
            format!(
                "body: Item[]\nresponse: Item[]\ntypes:\n  Item:\n    fields:\n{fields}  Kind:\n    enum: int\n    values:\n{values}"
            )
        };
        let old = item(
            "      kind: Kind\n      name: {type: string, max_length: 5}\n      gone: int\n",
            "      - {value: 1, name: One}\n      - {value: 2, name: Two}\n",
        );
        let new = item(
            "      kind: Kind\n      name: {type: string, max_length: 9}\n      colour:\n        type: string\n",
            "      - {value: 1, name: One}\n      - {value: 3, name: Three}\n",
        );
        let (said, text, left) = drifted(&old, &new);
        let expected = [
            "+ body.kind = 3",
            "- body.kind = 2",
            "~ body.name max_length: 5 → 9",
            "+ body.colour: string",
            "- body.gone",
        ];
        assert_eq!(said.iter().map(|line| line.trim_end()).collect::<Vec<_>>(), expected);
        assert_eq!((text, left), (new, Vec::new()));

        let old = format!("body: Item[]\nresponse: {{}}\n{ITEM}");
        let (said, text, left) = drifted(&old, "body: string[]\nresponse: {}\n");
        assert_eq!(said, ["~ body: object[] → string[]"]);
        assert_eq!((text, left), (old, vec!["objects and enums are for people to exchange"]));
    }

    #[test]
    fn several_changes_at_one_place_are_all_written() {
        let old = "body:\n  a: string\n  b: {type: int}\nresponse: {}\nerrors:\n  1: {http: 400, name: One}\n  2: {http: 400, name: Two}\n";
        let new = "query:\n  q: int\n  r: int\nbody:\n  c:\n    type: K\n    required: true\n  a:\n    type: string[]\n    required: true\n    max_items: 3\nresponse:\n  x: int\n  z: K\ntypes:\n  K:\n    enum: int\n    values:\n      - {value: 1, name: One}\nerrors:\n  3: {http: 400, name: Three}\n";
        let (_, text, left) = drifted(old, new);
        let expected = "query:\n  q: int\n  r: int\n\nbody:\n  c:\n    type: K\n    required: true\n  a: {type: \"string[]\", required: true, max_items: 3}\nresponse:\n  x: int\n  z: K\ntypes:\n  K:\n    enum: int\n    values:\n      - {value: 1, name: One}\n\nerrors:\n  3: {http: 400, name: Three}\n";
        assert_eq!((text.as_str(), left), (expected, Vec::new()));
    }

    #[test]
    fn the_last_of_several_stays() {
        let old = "body:\n  a: string\n  b: int\nresponse: {}\nerrors:\n  1: {http: 400, name: One}\n  2: {http: 400, name: Two}\n";
        let (_, text, left) = drifted(old, "response: {}\n");
        assert_eq!(text, "body:\n  b: int\nresponse: {}\nerrors:\n  2: {http: 400, name: Two}\n");
        assert_eq!(left, ["it is the only field there", "it is the only error there"]);
    }
}
