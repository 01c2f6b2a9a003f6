//! Changes to a YAML text that keep everything else: comments, order, quotes, blank lines.

use std::collections::BTreeMap;

use crate::import::yaml::spelled;
use crate::read::source::{Entry, Node, NodeKind};
use crate::read::span::Span;

/// A text and its changes; offsets are those of the original text.
pub(super) struct Editor<'a> {
    text: &'a str,
    edits: Vec<(usize, usize, String)>,
    /// Fields in the short form, by the place of their type: the type and the keys that are added.
    short: BTreeMap<(usize, usize), (String, Vec<String>)>,
    /// Empty mappings that get entries, by their place: the indentation and the lines.
    filled: BTreeMap<(usize, usize), (usize, String)>,
    /// New sections, by where they go and their place in the usual order.
    sections: BTreeMap<(usize, usize), Section>,
    /// Mappings and lists that entries are added to or taken from, and how many entries they have.
    counts: BTreeMap<Span, usize>,
}

/// A section that the text lacks.
struct Section {
    name: String,
    lines: String,
    /// It is the last one.
    last: bool,
}

impl<'a> Editor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            edits: Vec::new(),
            short: BTreeMap::new(),
            filled: BTreeMap::new(),
            sections: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// The text with all changes; of two that overlap the first one counts.
    pub(super) fn finish(mut self) -> String {
        for ((start, end), (ty, keys)) in std::mem::take(&mut self.short) {
            let text = match keys.as_slice() {
                [] => ty,
                keys => format!("{{type: {}, {}}}", in_braces(&ty), keys.join(", ")),
            };
            self.put(start, end, text);
        }
        for ((start, end), (indent, lines)) in std::mem::take(&mut self.filled) {
            let start = self.text.get(..start).unwrap_or_default().trim_end_matches(' ').len();
            self.put(start, end, format!("\n{}", indented(&lines, indent).trim_end()));
        }
        for ((at, _), Section { name, lines, last }) in std::mem::take(&mut self.sections) {
            let text = format!("{name}:\n{}", indented(&lines, 2));
            self.put_lines(at, if last { format!("\n{text}") } else { format!("{text}\n") });
        }
        // Stable: what is put at one place stays in its order, and before what is taken away there.
        self.edits.sort_by_key(|(start, end, _)| (*start, *end > *start));
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (start, end, text) in &self.edits {
            if *start < at {
                continue;
            }
            out.push_str(self.text.get(at..*start).unwrap_or_default());
            out.push_str(text);
            at = *end;
        }
        out.push_str(self.text.get(at..).unwrap_or_default());
        out
    }

    fn put(&mut self, start: usize, end: usize, text: impl Into<String>) {
        self.edits.push((start, end, text.into()));
    }

    /// Gives a field or another mapping a key on one line, or a new value for one.
    pub(super) fn set(&mut self, owner: &Entry, key: &str, value: &str) {
        if let Some(entry) = owner.get(key) {
            if is_block(self.text, &entry.value) {
                let (start, end) = self.lines_of(entry);
                let indent = self.indent(entry.key_span.start as usize);
                return self.put(start, end, format!("{}{key}: {value}\n", " ".repeat(indent)));
            }
            let (start, end) = self.trimmed(entry.value.span);
            return self.put(start, end, value);
        }
        match &owner.value.kind {
            NodeKind::Mapping(entries) => {
                let Some(first) = entries.first() else { return };
                if is_block(self.text, &owner.value) {
                    let (_, end) = self.lines_of(first);
                    let indent = self.indent(first.key_span.start as usize);
                    self.put(end, end, format!("{}{key}: {value}\n", " ".repeat(indent)));
                } else {
                    let (_, end) = self.trimmed(first.value.span);
                    self.put(end, end, format!(", {key}: {value}"));
                }
            }
            // The short form, whose whole value is its type.
            _ => self.short(owner).1.push(format!("{key}: {value}")),
        }
    }

    /// Gives a field another type, or a section that is a list.
    pub(super) fn set_type(&mut self, field: &Entry, ty: &str) {
        match &field.value.kind {
            NodeKind::Mapping(_) if is_block(self.text, &field.value) => self.set(field, "type", ty),
            NodeKind::Mapping(_) => self.set(field, "type", &in_braces(ty)),
            _ => ty.clone_into(&mut self.short(field).0),
        }
    }

    fn short(&mut self, field: &Entry) -> &mut (String, Vec<String>) {
        let (start, end) = self.trimmed(field.value.span);
        let ty = self.text.get(start..end).unwrap_or_default();
        self.short.entry((start, end)).or_insert_with(|| (ty.to_owned(), Vec::new()))
    }

    /// Takes a key away.
    pub(super) fn unset(&mut self, owner: &Entry, key: &str) {
        if let Some(entry) = owner.get(key) {
            self.remove(&owner.value, entry);
        }
    }

    /// Takes an entry out of a mapping, unless it is the last one.
    pub(super) fn remove(&mut self, mapping: &Node, entry: &Entry) -> bool {
        let count = self.count(mapping);
        if *count < 2 {
            return false;
        }
        *count -= 1;
        if is_block(self.text, mapping) {
            let (start, end) = self.lines_of(entry);
            self.put(start, end, "");
            return true;
        }
        let entries = mapping.entries();
        let at = entries.iter().position(|other| other.key_span == entry.key_span).unwrap_or(0);
        let before = at.checked_sub(1).and_then(|before| entries.get(before));
        match (before, entries.get(at + 1)) {
            (Some(before), _) => {
                let (_, start) = self.trimmed(before.value.span);
                let (_, end) = self.trimmed(entry.value.span);
                self.put(start, end, "");
            }
            (None, Some(next)) => self.put(entry.key_span.start as usize, next.key_span.start as usize, ""),
            (None, None) => {
                let (_, end) = self.trimmed(entry.value.span);
                self.put(entry.key_span.start as usize, end, "");
            }
        }
        true
    }

    /// How many entries or items there are after the changes so far.
    fn count(&mut self, node: &Node) -> &mut usize {
        self.counts.entry(node.span).or_insert(node.entries().len() + node.items().len())
    }

    /// Adds lines to the mapping that an entry has; see `insert`. It may be empty.
    pub(super) fn add(&mut self, entry: &Entry, after: Option<&Entry>, lines: &str) -> bool {
        match &entry.value.kind {
            NodeKind::Mapping(entries) if entries.is_empty() => {
                let indent = self.indent(entry.key_span.start as usize) + 2;
                let place = self.trimmed(entry.value.span);
                self.filled.entry(place).or_insert((indent, String::new())).1.push_str(lines);
                true
            }
            _ => self.insert(&entry.value, after, lines),
        }
    }

    /// Adds lines, indented from nothing, to a mapping in block form: behind `after`, or before everything else.
    pub(super) fn insert(&mut self, mapping: &Node, after: Option<&Entry>, lines: &str) -> bool {
        let Some(first) = mapping.entries().first() else { return false };
        if !is_block(self.text, mapping) {
            return false;
        }
        *self.count(mapping) += 1;
        let indent = self.indent(first.key_span.start as usize);
        let at = match after {
            Some(entry) => self.lines_of(entry).1,
            None => self.line_start(first.key_span.start as usize),
        };
        self.put_lines(at, indented(lines, indent));
        true
    }

    /// Adds an item to a list in block form, behind the item `after` of it, or before everything else.
    pub(super) fn insert_item(&mut self, list: &Node, after: Option<usize>, item: &str) -> bool {
        let Some(first) = list.items().first() else { return false };
        if !is_block(self.text, list) {
            return false;
        }
        *self.count(list) += 1;
        let dash = |node: &Node| self.line_start(node.span.start as usize);
        let indent = self.indent(first.span.start as usize);
        let at = match after.and_then(|after| list.items().get(after)) {
            Some(node) => self.block_end(dash(node), indent, false),
            None => dash(first),
        };
        self.put_lines(at, format!("{}- {item}\n", " ".repeat(indent)));
        true
    }

    /// Takes an item out of a list in block form, unless it is the last one.
    pub(super) fn remove_item(&mut self, list: &Node, at: usize) -> bool {
        let more = *self.count(list) > 1;
        let Some(item) = list.items().get(at).filter(|_| more && is_block(self.text, list)) else {
            return false;
        };
        *self.count(list) -= 1;
        let start = self.line_start(item.span.start as usize);
        let end = self.block_end(start, self.indent(start), false);
        self.put(start, end, "");
        true
    }

    /// Adds lines to a section that the text lacks; `order`: of all sections.
    pub(super) fn add_to_section(&mut self, root: &Node, order: &[&str], name: &str, lines: &str) {
        let rank = order.iter().position(|known| *known == name).unwrap_or(order.len());
        let later = order.get(rank + 1..).unwrap_or_default();
        let next = root.entries().iter().find(|entry| later.contains(&entry.key.as_str()));
        let at = next.map_or(self.text.len(), |entry| self.above_comments(entry.key_span.start as usize));
        let section = Section { name: name.to_owned(), lines: String::new(), last: next.is_none() };
        self.sections.entry((at, rank)).or_insert(section).lines.push_str(lines);
    }

    /// The line of a key, or of the first of the comments directly above it.
    fn above_comments(&self, key: usize) -> usize {
        let mut at = self.line_start(key);
        while let Some(before) = at.checked_sub(1) {
            let start = self.line_start(before);
            if !self.text.get(start..before).is_some_and(|line| line.starts_with('#')) {
                break;
            }
            at = start;
        }
        at
    }

    fn put_lines(&mut self, at: usize, lines: String) {
        let unfinished = at > 0 && !self.text.get(..at).unwrap_or_default().ends_with('\n');
        self.put(at, at, if unfinished { format!("\n{lines}") } else { lines });
    }

    /// The lines of an entry in block form, from its key to the end of its value.
    fn lines_of(&self, entry: &Entry) -> (usize, usize) {
        let start = self.line_start(entry.key_span.start as usize);
        let dashed = matches!(entry.value.kind, NodeKind::Sequence(_));
        (start, self.block_end(start, self.indent(start), dashed))
    }

    /// Where the lines end that are deeper than `indent`; `dashed`: items may stand as deep as their key.
    fn block_end(&self, line: usize, indent: usize, dashed: bool) -> usize {
        let mut end = self.line_end(line);
        let mut at = end;
        while at < self.text.len() {
            let next = self.line_end(at);
            let text = self.text.get(at..next).unwrap_or_default();
            let depth = text.len() - text.trim_start_matches(' ').len();
            let body = text.trim();
            if body.is_empty() {
                at = next;
                continue;
            }
            if depth > indent || dashed && depth == indent && body.starts_with("- ") {
                end = next;
                at = next;
            } else {
                break;
            }
        }
        end
    }

    fn trimmed(&self, span: Span) -> (usize, usize) {
        let (start, end) = (span.start as usize, span.end as usize);
        let text = self.text.get(start..end).unwrap_or_default();
        (start, start + text.trim_end().len())
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text
            .get(at..)
            .and_then(|after| after.find('\n'))
            .map_or(self.text.len(), |newline| at + newline + 1)
    }

    fn indent(&self, at: usize) -> usize {
        let line = self.text.get(self.line_start(at)..).unwrap_or_default();
        line.len() - line.trim_start_matches(' ').len()
    }
}

/// Whether a mapping or a list has a line for each of its parts.
fn is_block(text: &str, node: &Node) -> bool {
    let container = matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_));
    let first = text.get(node.span.start as usize..).and_then(|rest| rest.chars().next());
    container && !matches!(first, Some('{' | '['))
}

/// A type as braces can hold it: brackets have to be quoted there.
fn in_braces(ty: &str) -> String {
    if ty.starts_with(['"', '\'']) { ty.to_owned() } else { spelled(ty, true) }
}

fn indented(lines: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    lines
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{blanks}{line}\n") })
        .collect()
}

/// The mapping and the entry whose key is at a place.
pub(super) fn find(node: &Node, key: Span) -> Option<(&Node, &Entry)> {
    for entry in node.entries() {
        if entry.key_span == key {
            return Some((node, entry));
        }
        if let Some(found) = find(&entry.value, key) {
            return Some(found);
        }
    }
    node.items().iter().find_map(|item| find(item, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::source::parse;

    const TEXT: &str = "# first\na:\n  x: {type: int, label: X}  # about x\n  # before y\n  y:\n    type: string\n    label: Y\n\n  z: bool\nvalues:\n  - {value: 1}\n  - value: 2\n    name: B\nend: 1\n";

    fn edited(edit: impl Fn(&mut Editor<'_>, &Node)) -> String {
        let tree = parse(0, TEXT, &mut Vec::new()).unwrap();
        let mut editor = Editor::new(TEXT);
        edit(&mut editor, &tree);
        let text = editor.finish();
        assert!(parse(0, &text, &mut Vec::new()).is_some(), "{text}");
        text
    }

    fn field<'a>(tree: &'a Node, name: &str) -> &'a Entry {
        tree.get("a").unwrap().get(name).unwrap()
    }

    #[test]
    fn keys_are_set_in_every_form_of_a_field() {
        let text = edited(|editor, tree| {
            editor.set(field(tree, "x"), "maximum", "5");
            editor.set(field(tree, "x"), "label", "XX");
            editor.set(field(tree, "y"), "required", "true");
            editor.set(field(tree, "y"), "label", "YY");
            editor.set(field(tree, "z"), "required", "true");
        });
        let expected = TEXT
            .replace("{type: int, label: X}", "{type: int, maximum: 5, label: XX}")
            .replace(
                "    type: string\n    label: Y\n",
                "    type: string\n    required: true\n    label: YY\n",
            )
            .replace("z: bool", "z: {type: bool, required: true}");
        assert_eq!(text, expected);
    }

    #[test]
    fn keys_and_fields_are_taken_out_without_their_neighbours() {
        let text = edited(|editor, tree| {
            editor.unset(field(tree, "x"), "label");
            editor.remove(&tree.get("a").unwrap().value, field(tree, "y"));
        });
        let expected = TEXT.replace(", label: X", "").replace("  y:\n    type: string\n    label: Y\n", "");
        assert_eq!(text, expected);
    }

    #[test]
    fn fields_and_values_are_put_where_they_belong() {
        let text = edited(|editor, tree| {
            let a = &tree.get("a").unwrap().value;
            assert!(editor.insert(a, Some(field(tree, "y")), "new:\n  type: int\n"));
            assert!(editor.insert(a, None, "first: int\n"));
            let values = &tree.get("values").unwrap().value;
            assert!(editor.insert_item(values, Some(1), "{value: 3}"));
            assert!(editor.remove_item(values, 0));
            editor.add_to_section(tree, &["more", "end"], "more", "q: 1\n");
            editor.add_to_section(tree, &["more", "end"], "more", "r: 2\n");
        });
        let expected = TEXT
            .replace("    label: Y\n", "    label: Y\n  new:\n    type: int\n")
            .replace("a:\n", "a:\n  first: int\n")
            .replace("  - {value: 1}\n", "")
            .replace("    name: B\n", "    name: B\n  - {value: 3}\nmore:\n  q: 1\n  r: 2\n\n");
        assert_eq!(text, expected);
    }
}
