//! Keys of the whole endpoint or event, and errors.

use super::{Done, NOT_FOUND, ONE_LINE, TWICE, Writer};
use crate::import::drift::compare::word;
use crate::import::drift::edit::Editor;
use crate::import::drift::leaf;
use crate::import::drift::spec::Spec;
use crate::import::yaml::{Yaml, spelled, write};
use crate::read::source::{Entry, Node};
use crate::read::words::Words;
use crate::resolve::ir::{Endpoint, Scope};

impl<'a> Writer<'a> {
    pub(super) fn head_changed(&mut self, old: Spec<'a>, new: Spec<'a>, key: &str) -> Done {
        let value = match (key, new) {
            ("apps", _) => words(new.apps()),
            ("label", _) => new.label().map(|label| spelled(label, false)),
            ("scopes" | "field_scopes", _) => return self.scopes(old, key, new.scopes(key)),
            ("quota", Spec::Endpoint(new)) => Some(new.quota.to_string()),
            ("tokens", Spec::Endpoint(new)) => Some(words(&new.tokens).unwrap_or_else(|| "none".to_owned())),
            ("deprecated", Spec::Endpoint(Endpoint { deprecated: Some(reason), .. }))
                if !reason.is_empty() =>
            {
                Some(spelled(reason, false))
            }
            ("deprecated", _) => Some("true".to_owned()),
            ("body" | "response", _) => {
                return Err("whether it has fields, is a list or is a file is for people to change");
            }
            _ => return Err("addresses, envelopes and paging are for people to change"),
        };
        self.head(old, key, value.as_deref())
    }

    /// Gives a key of the file a value on one line, or takes it away.
    pub(super) fn head(&mut self, old: Spec<'a>, key: &str, value: Option<&str>) -> Done {
        let tree = self.tree(old.file())?.clone();
        let editor = self.editor(old.file())?;
        match value {
            None => editor.unset(&whole(&tree), key),
            Some(value) if tree.get(key).is_some() => editor.set(&whole(&tree), key, value),
            Some(value) => return add_key(editor, &tree, old, key, &format!("{key}: {value}\n")),
        }
        Ok(())
    }

    /// Scopes that stay keep their lines.
    fn scopes(&mut self, old: Spec<'a>, key: &str, scopes: &[Scope]) -> Done {
        let tree = self.tree(old.file())?.clone();
        let editor = self.editor(old.file())?;
        let entry = |scope: &Scope| (scope.name.clone(), Yaml::text(scope.label.clone().unwrap_or_default()));
        let stays = |known: &Entry| scopes.iter().any(|scope| scope.name == known.key);
        if let Some(known) = tree.get(key)
            && known.value.entries().iter().any(stays)
        {
            let entries = known.value.entries();
            for scope in scopes.iter().filter(|scope| known.get(&scope.name).is_none()) {
                let mut line = String::new();
                write(&[entry(scope)], 0, &mut line);
                if !editor.insert(&known.value, entries.last(), &line) {
                    return Err(ONE_LINE);
                }
            }
            for gone in entries.iter().filter(|known| !stays(known)) {
                editor.remove(&known.value, gone);
            }
            return Ok(());
        }
        editor.unset(&whole(&tree), key);
        if scopes.is_empty() {
            return Ok(());
        }
        let mut lines = String::new();
        write(&[(key.to_owned(), Yaml::Block(scopes.iter().map(entry).collect()))], 0, &mut lines);
        add_key(editor, &tree, old, key, &lines)
    }

    pub(super) fn error_added(&mut self, old: Spec<'a>, new: Spec<'a>, at: &str) -> Done {
        let code: i64 = leaf(at).parse().map_err(|_| "its code is not a number")?;
        let error = new.errors().iter().find(|error| error.code == code).ok_or(TWICE)?;
        let taken = old.errors().iter().any(|known| known.name == error.name);
        let name = if taken { format!("{}{code}", error.name) } else { error.name.clone() };
        let mut entry =
            vec![("http".to_owned(), Yaml::plain(error.http)), ("name".to_owned(), Yaml::text(name))];
        entry.extend(error.label.as_ref().map(|label| ("label".to_owned(), Yaml::text(label.as_str()))));
        let mut line = String::new();
        write(&[("code".to_owned(), Yaml::Inline(entry))], 0, &mut line);
        let line = line.replacen("code", &code.to_string(), 1);
        let tree = self.tree(old.file())?.clone();
        let editor = self.editor(old.file())?;
        let Some(errors) = tree.get("errors") else {
            editor.add_to_section(&tree, &old.keys(), "errors", &line);
            return Ok(());
        };
        let entries = errors.value.entries();
        let before = entries.iter().rfind(|entry| entry.key.parse::<i64>().is_ok_and(|known| known < code));
        if editor.add(errors, before, &line) { Ok(()) } else { Err(ONE_LINE) }
    }

    pub(super) fn error_removed(&mut self, old: Spec<'a>, at: &str) -> Done {
        let tree = self.tree(old.file())?.clone();
        let errors = tree.get("errors").ok_or(NOT_FOUND)?;
        let entry = errors.get(&leaf(at)).ok_or(NOT_FOUND)?;
        let removed = self.editor(old.file())?.remove(&errors.value, entry);
        if removed { Ok(()) } else { Err("it is the only error there") }
    }

    pub(super) fn error_status(&mut self, old: Spec<'a>, at: &str, status: &str) -> Done {
        let tree = self.tree(old.file())?.clone();
        let entry = tree.get("errors").and_then(|errors| errors.get(&leaf(at))).ok_or(NOT_FOUND)?;
        self.editor(old.file())?.set(entry, "http", status);
        Ok(())
    }
}

/// Adds the lines of a key that the file lacks behind those that usually come before it.
fn add_key(editor: &mut Editor<'_>, tree: &Node, old: Spec<'_>, key: &str, lines: &str) -> Done {
    let keys = old.keys();
    let before = keys.iter().take_while(|known| **known != key);
    let after = before.filter_map(|known| tree.get(known)).last();
    if editor.insert(tree, after, lines) { Ok(()) } else { Err(NOT_FOUND) }
}

/// The whole file as if it were the value of a key.
fn whole(tree: &Node) -> Entry {
    Entry { key: String::new(), key_plain: true, key_span: tree.span, value: tree.clone() }
}

/// `[custom, store]`; `None` if there is none.
fn words<W: Words + PartialEq + Copy>(meanings: &[W]) -> Option<String> {
    let words: Vec<String> = meanings.iter().map(|meaning| word(*meaning)).collect();
    (!words.is_empty()).then(|| format!("[{}]", words.join(", ")))
}
