//! The files of a schema, from a folder or from memory, and positions in them.

mod file;
mod folder;
pub(crate) mod hidden;
mod layout;
mod odd;
#[cfg(feature = "cli")]
mod state;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

pub use self::file::SourceFile;
pub(crate) use self::layout::{EVENTS, Layout, is_lower_snake_case, layout};
use self::layout::{Place, place};
pub(crate) use self::odd::odd_near;
#[cfg(feature = "cli")]
pub(crate) use self::state::FolderState;
pub(crate) use self::tree::parse;
pub use self::tree::{Entry, Node, NodeKind};
use crate::read::diag::Diagnostic;
use crate::read::span::{Position, Span};

/// The files of a schema, sorted by path. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Sources {
    folder: Arc<str>,
    files: Arc<[SourceFile]>,
    faults: Arc<[Diagnostic]>,
    unread: Arc<[String]>,
}

impl Sources {
    /// Reads a folder: `*.yaml`, and `*.request.json`, `*.response.json` and `*.event.json` beside them.
    ///
    /// Unreadable files become diagnostics when the schema is loaded, together with all other errors. Names that
    /// begin with a dot, `README.md` and `*.schema.json` are ignored.
    pub fn read(dir: &Path) -> Self {
        Self::read_some(dir, folder::Listing::new(dir), |_| true)
    }

    /// Lists a folder, and reads only `api.yaml`, the resources that `choose` selects, and the types of their versions.
    ///
    /// `choose` receives every resource, named like `hire-v1-talent`. Files outside resources are always read, so that
    /// misplaced files are found.
    ///
    /// # Errors
    ///
    /// The errors of `choose`.
    pub(crate) fn read_resources<E>(
        dir: &Path,
        choose: impl FnOnce(BTreeSet<String>) -> Result<BTreeSet<String>, E>,
    ) -> Result<(Self, BTreeSet<String>), E> {
        let listing = folder::Listing::new(dir);
        let specs = listing.paths().filter(|path| path.ends_with(".yaml"));
        let resources = specs.filter_map(|path| match place(path) {
            Place::Resource(feature) => Some(feature),
            Place::Types(_) | Place::Elsewhere => None,
        });
        let resources = choose(resources.collect())?;
        let versions: BTreeSet<&str> =
            resources.iter().filter_map(|name| Some(name.rsplit_once('-')?.0)).collect();
        let sources = Self::read_some(dir, listing, |path| match place(path) {
            Place::Resource(resource) => resources.contains(&resource),
            Place::Types(version) => versions.contains(version.as_str()),
            Place::Elsewhere => true,
        });
        Ok((sources, resources))
    }

    fn read_some(dir: &Path, listing: folder::Listing, wanted: impl Fn(&str) -> bool) -> Self {
        let (files, faults, unread) = listing.read(wanted);
        let folder = dir.display().to_string();
        let folder = if folder.is_empty() || folder.ends_with('/') { folder } else { format!("{folder}/") };
        Self { folder: folder.into(), files: files.into(), faults: faults.into(), unread: unread.into() }
    }

    /// The remedy for a character of another keyboard in this place.
    pub(crate) fn odd_at(&self, at: Span) -> Option<String> {
        let odd = odd_near(&self.file(at.file)?.text, at.start as usize)?;
        (at.start as usize..at.end as usize).contains(&odd.at).then(|| odd.help())
    }

    /// Creates sources from texts by relative path with `/`.
    pub fn from_texts(texts: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let texts = texts.into_iter().map(|(path, text)| SourceFile::new(path.into(), text.into()));
        let mut files: Vec<SourceFile> = texts.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let faults = folder::faults_of(&files);
        Self { folder: "".into(), files: files.into(), faults: faults.into(), unread: [].into() }
    }

    /// Creates sources from files by relative path with `/`, as [`read`](Self::read) would find them in a folder with
    /// this display name, such as `main:schema/`.
    #[cfg(all(feature = "cli", feature = "diff"))]
    pub(crate) fn from_files(folder: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let (files, faults) = folder::from_files(files);
        Self { folder: folder.into(), files: files.into(), faults: faults.into(), unread: [].into() }
    }

    /// Reads a text that is not part of a schema, such as a glossary.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is not UTF-8.
    #[cfg(feature = "import")]
    pub fn read_text(path: &Path) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }

    /// Reads every file below a folder: the relative path with `/` and the text of each, sorted. Names that begin with
    /// a dot are ignored.
    ///
    /// # Errors
    ///
    /// The first path that cannot be read or is a symbolic link, and why.
    #[cfg(feature = "stage")]
    pub(crate) fn read_texts(
        dir: &Path,
    ) -> Result<Vec<(String, String)>, (std::path::PathBuf, std::io::Error)> {
        folder::texts(dir)
    }

    /// Creates sources from texts outside a schema, such as documentation pages.
    #[cfg(feature = "import")]
    pub(crate) fn plain(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files: Vec<SourceFile> =
            texts.into_iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { folder: "".into(), files: files.into(), faults: [].into(), unread: [].into() }
    }

    /// Reads documentation pages, given one by one or as folders of `*.md` and `*.json`: path and text of each,
    /// sorted.
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

    /// Returns every file, sorted by path; a [`Span`]'s `file` is an index into it.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Returns the index of a file by its path.
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

    /// The path of a file, relative to where the folder was named: `schema/hire/v1/talent/get.yaml`.
    pub fn shown(&self, file: u32) -> String {
        format!("{}{}", self.folder, self.path(file))
    }

    /// Returns the beginning of a span.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).map_or(Position { line: 1, column: 1 }, |file| file.position(span.start))
    }

    /// The errors of reading.
    pub(crate) fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }

    /// The path of every file, including unread ones.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str()).chain(self.unread.iter().map(String::as_str))
    }
}
