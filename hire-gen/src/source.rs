//! The files of a schema, from a folder or from memory, and where in them something is.

mod folder;
mod layout;
mod tree;

use std::path::Path;
use std::sync::{Arc, OnceLock};

pub(crate) use self::layout::{Layout, layout};
pub(crate) use self::tree::parse;
pub use self::tree::{Entry, Node, NodeKind};
use crate::diag::Diagnostic;
use crate::span::Span;

/// The files of a schema, sorted by path. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Sources {
    folder: Arc<str>,
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
    lines: OnceLock<Vec<usize>>,
}

/// Where a stretch of text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Sources {
    /// Reads a folder: `*.yaml`, and `*.request.json` and `*.response.json` beside them.
    ///
    /// What cannot be read is remembered, and becomes a diagnostic when the schema is loaded, together with
    /// everything else that is wrong. Names that begin with a dot, `README.md` and `*.schema.json` are left alone.
    pub fn read(dir: &Path) -> Self {
        let (files, faults) = folder::read(dir);
        let folder = dir.display().to_string();
        let folder = if folder.is_empty() || folder.ends_with('/') { folder } else { format!("{folder}/") };
        Self { folder: folder.into(), files: files.into(), faults: faults.into() }
    }

    /// Takes texts by relative path with `/`.
    pub fn from_texts(texts: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let texts = texts.into_iter().map(|(path, text)| SourceFile::new(path.into(), text.into()));
        let mut files: Vec<SourceFile> = texts.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let faults = folder::faults_of(&files);
        Self { folder: "".into(), files: files.into(), faults: faults.into() }
    }

    /// Takes files by relative path with `/`, as [`read`](Self::read) would find them in a folder that people know by this
    /// name, such as `main:schema/`.
    #[cfg(all(feature = "cli", feature = "diff"))]
    pub(crate) fn from_files(folder: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let (files, faults) = folder::from_files(files);
        Self { folder: folder.into(), files: files.into(), faults: faults.into() }
    }

    /// Reads a text that is no part of a schema, such as a glossary.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not UTF-8.
    #[cfg(feature = "import")]
    pub fn read_text(path: &Path) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }

    /// Takes texts that are no schema, such as documentation pages.
    #[cfg(feature = "import")]
    pub(crate) fn plain(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files: Vec<SourceFile> =
            texts.into_iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { folder: "".into(), files: files.into(), faults: [].into() }
    }

    /// Reads documentation pages, given one by one or as folders of `*.md`: path and text of each, sorted.
    ///
    /// # Errors
    ///
    /// The first path that cannot be read, and why.
    #[cfg(feature = "import")]
    pub fn read_pages(
        paths: &[std::path::PathBuf],
    ) -> Result<Vec<(String, String)>, (std::path::PathBuf, std::io::Error)> {
        folder::pages(paths)
    }

    /// Every file, sorted by path; a [`Span`]'s `file` is an index into it.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The index of a file by its path.
    pub fn find(&self, path: &str) -> Option<u32> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        u32::try_from(index).ok()
    }

    /// A file by its index.
    pub fn file(&self, file: u32) -> Option<&SourceFile> {
        self.files.get(file as usize)
    }

    /// The path of a file.
    pub fn path(&self, file: u32) -> &str {
        self.file(file).map_or("", |file| &file.path)
    }

    /// The path of a file as a person finds it from where the folder was named: `schema/hire/v1/talent/get.yaml`.
    pub fn shown(&self, file: u32) -> String {
        format!("{}{}", self.folder, self.path(file))
    }

    /// Where a span begins.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).map_or(Position { line: 1, column: 1 }, |file| file.position(span.start))
    }

    /// What went wrong on the way here.
    pub(crate) fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }
}

impl SourceFile {
    pub(crate) fn new(path: String, text: String) -> Self {
        Self { path, text, lines: OnceLock::new() }
    }

    /// The line and column of a byte.
    pub fn position(&self, byte: u32) -> Position {
        let byte = (byte as usize).min(self.text.len());
        let line = self.lines().partition_point(|start| *start <= byte);
        let start = self.line_start(line);
        Position { line, column: 1 + self.text.get(start..byte).unwrap_or_default().chars().count() }
    }

    /// The offset of a line's first byte; lines count from 1.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.lines().get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// Found when the first diagnostic asks: a schema without any never pays for it.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect()
        })
    }
}
