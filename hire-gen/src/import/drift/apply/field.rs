//! Fields that come and go, and the types they bring.

use std::collections::BTreeMap;

use super::{Done, NOT_FOUND, ONE_LINE, TWICE, Writer};
use crate::import::drift::edit::find;
use crate::import::drift::spec::Spec;
use crate::import::drift::{Change, compare};
use crate::read::span::Span;
use crate::resolve::ir::{Base, Field, Home, Kind};

impl<'a> Writer<'a> {
    pub(super) fn field_added(&mut self, old: Spec<'a>, new: Spec<'a>, change: &Change) -> Done {
        let page = new.field(self.fresh, &change.at).ok_or(TWICE)?;
        let (around, _) = change.at.rsplit_once('.').ok_or(TWICE)?;
        let siblings = new.fields(self.fresh, around).ok_or(TWICE)?;
        let owner = change.owner.and_then(|owner| self.api.type_(owner));
        let shared = owner.is_some_and(|ty| matches!(ty.home, Home::Shared { .. }));
        let names = self.types_needed(old, page, shared)?;
        let lines = renamed(&self.fresh_lines(page.at)?, &names);
        let (file, entry) = match owner {
            Some(ty) => {
                let declaration = self.declaration(ty.at)?;
                (ty.at.file, Some(declaration.get("fields").ok_or(NOT_FOUND)?.clone()))
            }
            None => (old.file(), self.tree(old.file())?.get(around).cloned()),
        };
        let Some(entry) = entry else {
            let tree = self.tree(file)?.clone();
            self.editor(file)?.add_to_section(&tree, &old.keys(), around, &lines);
            return Ok(());
        };
        let before = siblings.iter().take_while(|field| field.wire != page.wire);
        let after = before.filter_map(|field| entry.get(&field.wire)).last();
        if self.editor(file)?.add(&entry, after, &lines) { Ok(()) } else { Err(ONE_LINE) }
    }

    pub(super) fn field_removed(&mut self, old: Spec<'a>, at: &str) -> Done {
        let field = self.old_field(old, at)?;
        let file = field.at.file;
        let tree = self.tree(file)?.clone();
        let (mapping, entry) = find(&tree, field.at).ok_or(NOT_FOUND)?;
        if self.editor(file)?.remove(mapping, entry) { Ok(()) } else { Err("it is the only field there") }
    }

    /// Copies the types that a new field needs; returns the names on the page and here of all that were copied.
    fn types_needed(
        &mut self,
        old: Spec<'a>,
        field: &Field,
        shared: bool,
    ) -> Result<BTreeMap<String, String>, &'static str> {
        let mut names = self.copied.remove(&(old.file(), shared)).unwrap_or_default();
        let done = self.copy_types(old, field, shared, &mut names);
        self.copied.insert((old.file(), shared), names.clone());
        done.map(|()| names)
    }

    fn copy_types(
        &mut self,
        old: Spec<'a>,
        field: &Field,
        shared: bool,
        names: &mut BTreeMap<String, String>,
    ) -> Done {
        let Base::Type(id) = field.ty.base else { return Ok(()) };
        let ty = self.fresh.type_(id).ok_or(TWICE)?;
        if names.contains_key(&ty.name) {
            return Ok(());
        }
        let mut visible = self.api.types.iter().filter(|known| is_visible(&known.home, old, shared));
        if let Some(known) = visible.find(|known| known.name == ty.name)
            && compare::same_type(self.api, known, self.fresh, ty)
        {
            return Ok(());
        }
        let name = self.free_name(old, &ty.name, shared, names);
        names.insert(ty.name.clone(), name.clone());
        if let Kind::Object(fields) = &ty.kind {
            for field in fields {
                self.copy_types(old, field, shared, names)?;
            }
        }
        let declaration = renamed(&self.fresh_lines(ty.at)?, names);
        if shared {
            let (service, version) = old.version();
            let stem = crate::import::assemble::file_stem(&name);
            let body: String = declaration
                .lines()
                .skip(1)
                .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
                .collect();
            self.new_files.insert(
                format!("{service}/{version}/types/{stem}.yaml"),
                format!("# yaml-language-server: $schema=../../../type.schema.json\n{body}"),
            );
            return Ok(());
        }
        let tree = self.tree(old.file())?.clone();
        let editor = self.editor(old.file())?;
        let Some(types) = tree.get("types") else {
            editor.add_to_section(&tree, &old.keys(), "types", &declaration);
            return Ok(());
        };
        if editor.add(types, types.value.entries().last(), &declaration) { Ok(()) } else { Err(ONE_LINE) }
    }

    /// A name for a copied type that is not taken yet.
    fn free_name(&self, old: Spec<'a>, name: &str, shared: bool, names: &BTreeMap<String, String>) -> String {
        let of_others =
            self.copied.iter().filter(|((file, theirs), _)| shared || *theirs || *file == old.file());
        let copied = |name: &str| of_others.clone().any(|(_, names)| names.values().any(|used| used == name));
        let is_free = |name: &String| {
            let mut types = self.api.types.iter();
            !types.any(|known| known.name == *name && is_taken(&known.home, old, shared))
                && !names.values().any(|used| used == name)
                && !copied(name)
        };
        let own = crate::import::spelling::camel(old.resource()).unwrap_or_default();
        let spellings = [name.to_owned(), format!("{own}{name}")];
        let mut spellings = spellings.into_iter().chain((2..).map(|n| format!("{name}{n}")));
        spellings.find(is_free).unwrap_or_else(|| name.to_owned())
    }

    /// The lines of an entry of the imported spec, indented from nothing.
    fn fresh_lines(&self, at: Span) -> Result<String, &'static str> {
        let text = &self.fresh_sources.file(at.file).ok_or(TWICE)?.text;
        let start = text
            .get(..at.start as usize)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |newline| newline + 1);
        let rest = text.get(start..).ok_or(TWICE)?;
        let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut lines = rest.lines();
        let first = lines.next().ok_or(TWICE)?;
        let indent = depth(first);
        let inside = lines.take_while(|line| depth(line) > indent && !line.trim().is_empty());
        Ok(std::iter::once(first)
            .chain(inside)
            .map(|line| format!("{}\n", line.get(indent..).unwrap_or_default()))
            .collect())
    }
}

/// Lines with the names of types exchanged: those after `type:`, and those before the colon of a declaration.
fn renamed(lines: &str, names: &BTreeMap<String, String>) -> String {
    let line = |line: &str| {
        for (from, to) in names {
            if let Some(rest) = line.strip_prefix(from.as_str()).filter(|rest| rest.starts_with(':')) {
                return format!("{to}{rest}\n");
            }
            if let Some((key, value)) = line.split_once(": ") {
                let bare = value.trim_end_matches("[]").trim_start_matches("map<").trim_end_matches('>');
                if bare == from
                    && (key.trim() == "type"
                        || !key.starts_with(' ')
                        || key.trim_start().len() + 4 >= key.len())
                {
                    return format!("{key}: {}\n", value.replacen(from.as_str(), to, 1));
                }
            }
        }
        format!("{line}\n")
    };
    lines.lines().map(line).collect()
}

/// Whether a type can be used: a shared type uses shared ones only.
fn is_visible(home: &Home, spec: Spec<'_>, shared: bool) -> bool {
    match home {
        Home::Shared { service, version } => spec.version() == (service, version),
        own => !shared && *own == spec.home(),
    }
}

/// Whether another type cannot have the name of one: a shared type has it alone in its version.
fn is_taken(home: &Home, spec: Spec<'_>, shared: bool) -> bool {
    let version = match home {
        Home::Local(id) => (id.service.as_str(), id.version.as_str()),
        Home::Event(id) => (id.service.as_str(), id.version.as_str()),
        Home::Shared { .. } => return is_visible(home, spec, shared),
    };
    *home == spec.home() || shared && version == spec.version()
}
