//! New fields, and the types they bring.

use std::collections::{BTreeMap, BTreeSet};

use super::{Done, Writer, field_at, fields_at, is_visible};
use crate::import::drift::{Change, compare};
use crate::read::span::Span;
use crate::resolve::ir::{Base, Endpoint, Field, Home, Kind};

impl<'a> Writer<'a> {
    pub(super) fn field_added(&mut self, old: &'a Endpoint, new: &'a Endpoint, change: &Change) -> Done {
        let lost = "reading the page twice gave different results";
        let page = field_at(self.fresh, new, &change.at).ok_or(lost)?;
        let (around, _) = change.at.rsplit_once('.').ok_or(lost)?;
        let siblings = fields_at(self.fresh, new, around).ok_or(lost)?;
        let home = change.owner.and_then(|owner| self.api.type_(owner)).map(|ty| &ty.home);
        let shared = matches!(home, Some(Home::Shared { .. }));
        let mut names = BTreeMap::new();
        self.types_needed(old, page, shared, &mut names)?;
        let lines = renamed(&self.fresh_lines(page.at)?, &names);
        let (file, mapping) = match change.owner {
            Some(owner) => {
                let ty = self.api.type_(owner).ok_or(lost)?;
                let declaration = self.declaration(ty.at)?;
                (ty.at.file, declaration.get("fields").map(|entry| entry.value.clone()))
            }
            None => {
                let tree = self.tree(old.at.file)?;
                (old.at.file, tree.get(around).map(|entry| entry.value.clone()))
            }
        };
        let Some(mapping) = mapping.filter(|mapping| !mapping.entries().is_empty()) else {
            let sections = ["path_params", "query", "headers", "body", "response", "types", "errors"];
            let later = sections
                .iter()
                .position(|section| *section == around)
                .map_or(&sections[..0], |at| sections.get(at + 1..).unwrap_or_default());
            let tree = self.tree(file)?.clone();
            let text = format!("{around}:\n{}", indent(&lines));
            if tree.get(around).is_some() {
                return Err("the section is not written on separate lines");
            }
            self.editor(file)?.add_section(&tree, later, &text);
            return Ok(());
        };
        let before = siblings.iter().take_while(|field| field.wire != page.wire);
        let after = before.filter_map(|field| mapping.get(&field.wire)).last();
        if self.editor(file)?.insert(&mapping, after, &lines) {
            Ok(())
        } else {
            Err("the object is not written on separate lines")
        }
    }

    /// Copies the types that a new field needs; `names`: what they are called here.
    fn types_needed(
        &mut self,
        old: &Endpoint,
        field: &Field,
        shared: bool,
        names: &mut BTreeMap<String, String>,
    ) -> Done {
        let Base::Type(id) = field.ty.base else { return Ok(()) };
        let ty = self.fresh.type_(id).ok_or("reading the page twice gave different results")?;
        if names.contains_key(&ty.name) {
            return Ok(());
        }
        let same =
            |known: &&crate::resolve::ir::Type| known.name == ty.name && is_visible(&known.home, &old.id);
        let taken = self.api.types.iter().find(same);
        if taken.is_some_and(|known| compare::same_type(self.api, known, self.fresh, ty)) {
            return Ok(());
        }
        let visible: BTreeSet<&str> = self
            .api
            .types
            .iter()
            .filter(|known| is_visible(&known.home, &old.id))
            .map(|known| known.name.as_str())
            .collect();
        let own = crate::import::spelling::camel(&old.id.resource).unwrap_or_default();
        let spellings = std::iter::once(ty.name.clone())
            .chain(std::iter::once(format!("{own}{}", ty.name)))
            .chain((2..).map(|n| format!("{}{n}", ty.name)));
        let free =
            |name: &String| !visible.contains(name.as_str()) && !names.values().any(|used| used == name);
        let name = spellings.into_iter().find(free).unwrap_or_else(|| ty.name.clone());
        names.insert(ty.name.clone(), name.clone());
        if let Kind::Object(fields) = &ty.kind {
            for field in fields {
                self.types_needed(old, field, shared, names)?;
            }
        }
        let declaration = renamed(&self.fresh_lines(ty.at)?, names);
        if shared {
            let id = &old.id;
            let path = format!(
                "{}/{}/types/{}.yaml",
                id.service,
                id.version,
                crate::import::assemble::file_stem(&name)
            );
            let body: String = declaration
                .lines()
                .skip(1)
                .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
                .collect();
            self.new_files
                .insert(path, format!("# yaml-language-server: $schema=../../../type.schema.json\n{body}"));
            return Ok(());
        }
        let tree = self.tree(old.at.file)?.clone();
        let editor = self.editor(old.at.file)?;
        match tree.get("types").filter(|types| !types.value.entries().is_empty()) {
            Some(types) => {
                if !editor.insert(&types.value, types.value.entries().last(), &declaration) {
                    return Err("`types:` is not written on separate lines");
                }
            }
            None => editor.add_section(&tree, &["errors"], &format!("types:\n{}", indent(&declaration))),
        }
        Ok(())
    }

    /// The lines of an entry of the imported spec, indented from nothing.
    fn fresh_lines(&self, at: Span) -> Result<String, &'static str> {
        let lost = "reading the page twice gave different results";
        let text = &self.fresh_sources.file(at.file).ok_or(lost)?.text;
        let start = text
            .get(..at.start as usize)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |newline| newline + 1);
        let rest = text.get(start..).ok_or(lost)?;
        let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut lines = rest.lines();
        let first = lines.next().ok_or(lost)?;
        let indent = depth(first);
        let inside = lines.take_while(|line| depth(line) > indent && !line.trim().is_empty());
        Ok(std::iter::once(first)
            .chain(inside)
            .map(|line| format!("{}\n", line.get(indent..).unwrap_or_default()))
            .collect())
    }
}

/// Lines with the names of types exchanged: they stand behind `type:`, and before the colon of a declaration.
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

fn indent(lines: &str) -> String {
    lines.lines().map(|line| format!("  {line}\n")).collect()
}
