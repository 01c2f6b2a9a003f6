//! Schema files: reading a folder, and YAML with positions.

use std::path::Path;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::span::Span;

/// The files of a schema, sorted by path. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Sources {
    files: Arc<[SourceFile]>,
    faults: Arc<[Diagnostic]>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Where a stretch of text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A value of a YAML file, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text, a number, a truth value or nothing at all.
    Scalar {
        /// Without quotes, escapes undone.
        text: String,
        /// Without quotes in the file, so that it may be something else than text.
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
    /// Whether the key stands without quotes.
    pub key_plain: bool,
    /// Where the key is.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entry of a mapping; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping, in the order of the file; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl Entry {
    /// The entry of the value.
    pub fn get(&self, key: &str) -> Option<&Entry> {
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

impl Sources {
    /// Reads a folder. What cannot be read becomes a diagnostic when the schema is loaded.
    pub fn read(dir: &Path) -> Self {
        let _ = dir;
        Self { files: Arc::new([]), faults: Arc::new([]) }
    }

    /// Takes texts by relative path with `/`.
    pub fn from_texts(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files: Vec<SourceFile> =
            texts.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files: files.into(), faults: Arc::new([]) }
    }

    /// Every file, sorted by path; a [`Span`]'s `file` is an index into it.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// What went wrong on the way here.
    pub(crate) fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }

    /// The path of a file.
    pub fn path(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |file| &file.path)
    }

    /// Where a span begins.
    pub fn position(&self, span: Span) -> Position {
        let text = self.files.get(span.file as usize).map_or("", |file| &file.text);
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = 1 + before.get(line_start..).unwrap_or_default().chars().count();
        Position { line, column }
    }
}
