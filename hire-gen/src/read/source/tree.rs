//! YAML with positions, for diagnostics only: serde_yaml reads the contents.
//!
//! Everything that makes a file misleading is refused here: duplicate keys, anchors, aliases, tags, merge keys,
//! several documents. The parser returns one event at a time and nothing here recurses, so the limits stop a hostile
//! file early.

use super::hidden;
use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::read::advice::yaml::{self, Remedy};
use crate::read::diag::{Code, Diagnostic};
use crate::read::span::Span;

/// Levels of mappings and sequences in one file.
const DEPTH: usize = 32;
/// Scalars, sequences and mappings in one file, keys included.
const NODES: usize = 100_000;

/// A value of a YAML file, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The place.
    pub span: Span,
    /// The contents.
    pub kind: NodeKind,
}

/// The kind of a [`Node`].
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text, a number, a truth value or null.
    Scalar {
        /// Without quotes and escapes.
        text: String,
        /// Unquoted in the file, so it may be something other than text.
        plain: bool,
    },
    /// `[a, b]`
    Sequence(Vec<Node>),
    /// `{a: b}`, in the order of the file.
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Whether the key is unquoted.
    pub key_plain: bool,
    /// The place of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Returns the entry of a mapping; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// Returns the entries of a mapping, in the order of the file; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a sequence; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl Entry {
    /// The entry of the value.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.value.get(key)
    }

    /// Where the value is.
    pub fn span(&self) -> Span {
        self.value.span
    }

    /// Where the key is.
    pub fn key_span(&self) -> Span {
        self.key_span
    }
}

/// Parses a file. `None` if there is no useful tree; the diagnostics contain the reason.
pub(crate) fn parse(file: u32, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let before = diagnostics.len();
    let mut builder = Builder {
        text,
        file,
        offsets: Offsets::new(text),
        nodes: 0,
        open: Vec::new(),
        root: None,
        diagnostics,
    };
    builder.run();
    let root = builder.root.take();
    if root.is_none() && diagnostics.len() == before {
        let span = Span { file, start: 0, end: 0 };
        let help = "write the spec, or delete the file";
        diagnostics.push(Diagnostic::error(Code::H005, span, "the file is empty").help(help));
    }
    if diagnostics.len() == before { root } else { None }
}

/// An open sequence or mapping.
enum Open {
    Sequence { start: u32, items: Vec<Node> },
    Mapping { start: u32, entries: Vec<Entry>, key: Option<(String, bool, Span)> },
}

struct Builder<'a, 'd> {
    text: &'a str,
    file: u32,
    offsets: Offsets,
    nodes: usize,
    open: Vec<Open>,
    root: Option<Node>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a> Builder<'a, '_> {
    fn run(&mut self) {
        let mut parser = Parser::new_from_str(self.text);
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok((event, span)) => (event, self.span(span.start.index(), span.end.index())),
                Err(error) => return self.broken(&error),
            };
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
            }
            if documents > 1 {
                let help = "a file is one document: split it";
                return self.error(Code::H008, span, "a second document begins here", help);
            }
            if !self.event(event, span) {
                return;
            }
        }
    }

    /// Takes one event; `false` ends parsing.
    fn event(&mut self, event: Event<'a>, span: Span) -> bool {
        let (anchor, tagged) = match &event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            Event::Alias(_) => {
                self.error(
                    Code::H007,
                    span,
                    "an alias is not allowed here",
                    "write the value in place, or declare a type",
                );
                return false;
            }
            _ => (0, false),
        };
        if tagged {
            self.error(
                Code::H007,
                span,
                "a tag is not allowed here",
                "delete the tag; quote the value if it must be text",
            );
        }
        if anchor != 0 {
            self.error(
                Code::H007,
                span,
                "an anchor is not allowed here",
                "delete it, and write the values in place",
            );
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                let span = self.trimmed(span, plain);
                self.characters(&text, span);
                return self.scalar(text.into_owned(), plain, span);
            }
            Event::SequenceStart(..) => {
                return self.enter(span, Open::Sequence { start: span.start, items: Vec::new() });
            }
            Event::MappingStart(..) => {
                return self.enter(span, Open::Mapping { start: span.start, entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
            _ => {}
        }
        true
    }

    fn scalar(&mut self, text: String, plain: bool, span: Span) -> bool {
        if !self.count(span) {
            return false;
        }
        if let Some(Open::Mapping { key: key @ None, .. }) = self.open.last_mut() {
            if plain && text == "<<" {
                self.error(
                    Code::H007,
                    span,
                    "a merge key is not allowed here",
                    "write the fields in place, or declare a type",
                );
                return false;
            }
            *key = Some((text, plain, span));
            return true;
        }
        self.add(Node { span, kind: NodeKind::Scalar { text, plain } });
        true
    }

    fn enter(&mut self, span: Span, open: Open) -> bool {
        if let Some(Open::Mapping { key: None, .. }) = self.open.last() {
            self.error(Code::H009, span, "a key must be text", "write a name before the `:`");
            return false;
        }
        if self.open.len() >= DEPTH {
            self.too_deep(span);
            return false;
        }
        self.open.push(open);
        self.count(span)
    }

    fn leave(&mut self, end: Span) {
        let node = match self.open.pop() {
            Some(Open::Sequence { start, items }) => {
                let last = items.last().map(|item| item.span.end);
                Node { span: self.extent(start, last, end), kind: NodeKind::Sequence(items) }
            }
            Some(Open::Mapping { start, entries, .. }) => {
                self.duplicates(&entries);
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end));
                Node { span: self.extent(start, last, end), kind: NodeKind::Mapping(entries) }
            }
            None => return,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => {
                if let Some((key, key_plain, key_span)) = key.take() {
                    entries.push(Entry { key, key_plain, key_span, value: node });
                }
            }
            None => self.root = Some(node),
        }
    }

    /// Sorts instead of hashing, so that nothing depends on a seed and 10,000 keys stay cheap.
    fn duplicates(&mut self, entries: &[Entry]) {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let twice = sorted.windows(2).filter_map(|pair| match pair {
            [first, second] if first.key == second.key => Some((*first, *second)),
            _ => None,
        });
        let mut twice: Vec<(&Entry, &Entry)> = twice.collect();
        twice.sort_by_key(|(_, second)| second.key_span.start);
        let Some((first, second)) = twice.first() else { return };
        let message = match twice.len() {
            1 => format!("the key `{}` is repeated", second.key),
            count => format!("the key `{}` and {} more are repeated", second.key, count - 1),
        };
        let help = match twice.len() {
            1 => "delete one of them",
            _ => {
                "is a line above this one indented too far or too little? Otherwise delete the repeated keys"
            }
        };
        let error = Diagnostic::error(Code::H006, second.key_span, message);
        self.diagnostics.push(error.note_at(first.key_span, "first here").help(help));
    }

    /// Control characters and those that change the direction of text make a file appear different from its contents.
    fn characters(&mut self, text: &str, span: Span) {
        if let Some(c) = text.chars().find(|c| hidden::in_text(*c)) {
            self.error(Code::H010, span, &hidden::message(c), "delete it");
        }
    }

    fn count(&mut self, span: Span) -> bool {
        self.nodes += 1;
        if self.nodes > NODES {
            let help = "split the file: types that several endpoints share go under `types/`";
            self.error(Code::H004, span, &format!("more than {NODES} values in one file"), help);
        }
        self.nodes <= NODES
    }

    fn broken(&mut self, error: &saphyr_parser::ScanError) {
        let at = self.offsets.byte(error.marker().index()).min(self.text.len());
        let rest = self.text.get(at..).unwrap_or_default();
        let width = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        let span = Span { file: self.file, start: narrow(at), end: narrow(at + width) };
        if rest.starts_with('*') {
            return self.error(
                Code::H007,
                span,
                "an alias is not allowed here",
                "write the value in place; quote text that begins with `*`",
            );
        }
        let info = error.info();
        if info.contains("tab")
            && let Some(span) = self.tab(at)
        {
            let help = "indent with spaces, not tabs";
            return self.error(Code::H005, span, "this is not YAML: a tab in the indentation", help);
        }
        if info.contains("recursion limit") {
            return self.too_deep(span);
        }
        let help = if rest.starts_with('\t') || info.contains("tabs") {
            "indent with spaces, not tabs"
        } else {
            "check indentation, quotes and brackets here and on the line before"
        };
        let message = format!("this is not YAML: {info}");
        match yaml::remedy(self.text, at, info) {
            Some(Remedy { help, at: None }) => self.error(Code::H005, span, &message, &help),
            Some(Remedy { help, at: Some(at) }) => {
                let span = Span { start: narrow(at.start), end: narrow(at.end), ..span };
                self.error(Code::H005, span, "this is not YAML: a key without `: `", &help);
            }
            None => self.error(Code::H005, span, &message, help),
        }
    }

    /// The first tab that indents a line, from the line of this byte on: the parser notices it late or early.
    fn tab(&self, at: usize) -> Option<Span> {
        let mut start = self.text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        for line in self.text.get(start..)?.split_inclusive('\n').take(3) {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..indent).and_then(|blanks| blanks.find('\t')) {
                let start = narrow(start + tab);
                return Some(Span { file: self.file, start, end: start + 1 });
            }
            start += line.len();
        }
        None
    }

    fn too_deep(&mut self, span: Span) {
        let help = "declare a type for the inner part";
        self.error(Code::H004, span, &format!("nested deeper than {DEPTH} levels"), help);
    }

    #[track_caller]
    fn error(&mut self, code: Code, span: Span, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(code, span, message).help(help));
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: narrow(self.offsets.byte(start)), end: narrow(self.offsets.byte(end)) }
    }

    /// The parser extends some scalars over the following spaces and lines.
    fn trimmed(&self, span: Span, plain: bool) -> Span {
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let kept =
            if plain || text.ends_with(char::is_whitespace) { text.trim_end().len() } else { text.len() };
        Span { end: span.start + narrow(kept), ..span }
    }

    /// From the start to the end of the last item, or to the closing bracket.
    fn extent(&self, start: u32, last: Option<u32>, end: Span) -> Span {
        let flow = matches!(self.text.as_bytes().get(start as usize), Some(b'[' | b'{'));
        let end = if flow { end.end } else { last.unwrap_or(start) };
        Span { file: self.file, start, end: end.max(start) }
    }
}

/// A file is smaller than `u32::MAX` by the cap on its size.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Character index → byte offset: the parser counts characters. Empty if they are equal.
struct Offsets {
    table: Vec<u32>,
}

impl Offsets {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { table: Vec::new() };
        }
        let starts = text.char_indices().map(|(at, _)| narrow(at));
        Self { table: starts.chain([narrow(text.len())]).collect() }
    }

    fn byte(&self, character: usize) -> usize {
        match self.table.last() {
            None => character,
            Some(end) => *self.table.get(character).unwrap_or(end) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Node {
        let mut diagnostics = Vec::new();
        let node = parse(0, text, &mut diagnostics);
        assert_eq!(diagnostics, [], "{text}");
        node.unwrap()
    }

    fn refused(text: &str) -> Vec<(Code, u32)> {
        let mut diagnostics = Vec::new();
        assert_eq!(parse(0, text, &mut diagnostics), None);
        diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.span.unwrap().start)).collect()
    }

    fn at(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    #[test]
    fn spans_are_bytes_though_the_parser_counts_characters() {
        let text = "label: 更新人才  # 注释\n操作类型: '入职'\nnext: {键: [值, \"乙\"]}\r\nlast: >-\n  一\n  二\nend: 完\n";
        let root = parsed(text);
        assert_eq!(at(text, root.get("label").unwrap().span()), "更新人才");
        assert_eq!(at(text, root.get("操作类型").unwrap().key_span()), "操作类型");
        assert_eq!(at(text, root.get("操作类型").unwrap().span()), "'入职'");
        let list = root.get("next").unwrap().get("键").unwrap();
        assert_eq!(at(text, list.span()), "[值, \"乙\"]");
        assert_eq!(at(text, list.value.items()[1].span), "\"乙\"");
        assert_eq!(root.get("last").unwrap().value.text(), Some("一 二"));
        assert_eq!(at(text, root.get("end").unwrap().span()), "完");
        assert_eq!(at(text, root.span), text.trim_end());
    }

    #[test]
    fn a_block_mapping_ends_with_its_last_value() {
        let text = "a:\n  b: 1\n  c:\n    - x\n    - y\n\n\nd:\n";
        let root = parsed(text);
        assert_eq!(at(text, root.get("a").unwrap().span()), "b: 1\n  c:\n    - x\n    - y");
        assert_eq!(at(text, root.get("a").unwrap().get("c").unwrap().span()), "- x\n    - y");
        assert_eq!(at(text, root.get("d").unwrap().span()), "");
    }

    #[test]
    fn quoted_is_not_plain() {
        let root = parsed("a: no\nb: 'no'\n\"c\": |\n  no\n");
        let plain =
            |key| matches!(root.get(key).unwrap().value.kind, NodeKind::Scalar { plain, .. } if plain);
        assert_eq!((plain("a"), plain("b"), plain("c")), (true, false, false));
        assert!(!root.entries()[2].key_plain);
    }

    #[test]
    fn what_makes_a_file_say_something_else_is_refused_at_its_place() {
        assert_eq!(refused("a: 1\nb: 2\na: 3\n"), [(Code::H006, 10)]);
        assert_eq!(refused("a: 1\n'a': 3\n"), [(Code::H006, 5)]);
        assert_eq!(refused("a: &x 1\nb: *x\n"), [(Code::H007, 3), (Code::H007, 11)]);
        assert_eq!(refused("a: *x\n"), [(Code::H007, 3)]);
        assert_eq!(refused("a: !!python/object x\n"), [(Code::H007, 3)]);
        assert_eq!(refused("a: !include ../../etc/passwd\n"), [(Code::H007, 3)]);
        assert_eq!(refused("<<: {a: 1}\n"), [(Code::H007, 0)]);
        assert_eq!(refused("a: 1\n---\nb: 1\n"), [(Code::H008, 5)]);
        assert_eq!(refused("? [a]\n: 1\n"), [(Code::H009, 2)]);
        assert_eq!(refused("a: \"x\\u202Ey\"\n"), [(Code::H010, 3)]);
        assert_eq!(refused("a: \"x\\u0000y\"\n"), [(Code::H010, 3)]);
        assert_eq!(refused(""), [(Code::H005, 0)]);
        assert_eq!(refused("# only a comment\n"), [(Code::H005, 0)]);
    }

    #[test]
    fn hostile_files_end_at_the_caps() {
        let nested = "[".repeat(10_000);
        assert_eq!(refused(&nested)[0].0, Code::H004);
        assert_eq!(refused(&"[".repeat(33)), [(Code::H004, 32)]);
        let nested = "{a: ".repeat(10_000);
        assert_eq!(refused(&nested)[0].0, Code::H004);
        let nested: String = (0..10_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        assert_eq!(refused(&nested)[0].0, Code::H004);
        let many = "- x\n".repeat(100_000);
        assert_eq!(refused(&many), [(Code::H004, 4 * 99_999 + 2)]);
        let laughs: String = (1..9).map(|n| format!("a{n}: &a{n} [*a{0},*a{0},*a{0}]\n", n - 1)).collect();
        assert_eq!(refused(&format!("a0: &a0 lol\n{laughs}"))[0].0, Code::H007);
    }
}
