//! Reads a schema folder: finds its files, and reports those that are not text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::Location;
use std::path::{Path, PathBuf};

use super::file::SourceFile;
use super::layout::EVENTS;
use crate::read::diag::{Code, Diagnostic};
use crate::read::span::Span;

/// The most bytes of a file: a hundred times the largest page.
const FILE: u64 = 4 * 1024 * 1024;
/// `<service>/<version>/<resource>/<file>`; only events are one level deeper.
const LEVELS: usize = 4;

/// A file, or why it is not one.
struct Found {
    path: String,
    text: String,
    fault: Option<Fault>,
}

struct Fault {
    code: Code,
    at: usize,
    message: String,
    help: &'static str,
    found_at: &'static Location<'static>,
}

impl Fault {
    #[track_caller]
    fn new(code: Code, message: impl Into<String>, help: &'static str) -> Self {
        Self { code, at: 0, message: message.into(), help, found_at: Location::caller() }
    }

    /// With the file's number.
    fn diagnostic(self, file: usize) -> Diagnostic {
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        let span = Span { file: u32::try_from(file).unwrap_or(u32::MAX), start: at, end: at };
        let found_at = self.found_at;
        Diagnostic { found_at, ..Diagnostic::error(self.code, span, self.message).help(self.help) }
    }
}

/// The paths below a folder; no file has been read yet.
pub(crate) struct Listing {
    entries: Vec<Listed>,
    /// Why the folder itself could not be listed.
    fault: Option<Diagnostic>,
}

/// A path below the folder, and its place on disk, or the reason why it is not a file.
struct Listed {
    path: String,
    on_disk: Result<PathBuf, Fault>,
}

impl Listing {
    pub(crate) fn new(dir: &Path) -> Self {
        let mut entries = Vec::new();
        // The folder itself may be a symbolic link; below it none is followed, so that nothing outside is read.
        let fault = walk(dir, "", &mut entries).err().map(|error| {
            let message = format!("the schema folder `{}` cannot be read: {error}", dir.display());
            let nowhere = Diagnostic::error(Code::H001, Span::default(), message).nowhere();
            nowhere.help("pass the folder that contains `api.yaml` with `--schema`")
        });
        Self { entries, fault }
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.path.as_str())
    }

    /// Returns the files sorted by path, their errors, and the paths that were not wanted and stay unread.
    pub(crate) fn read(
        self,
        wanted: impl Fn(&str) -> bool,
    ) -> (Vec<SourceFile>, Vec<Diagnostic>, Vec<String>) {
        let (wanted, unread): (Vec<_>, Vec<_>) =
            self.entries.into_iter().partition(|entry| wanted(&entry.path));
        let found = wanted.into_iter().map(|Listed { path, on_disk }| match on_disk {
            Ok(on_disk) => file(&on_disk, path),
            Err(fault) => refused(path, fault),
        });
        let (files, faults) = sorted(found.collect());
        let diagnostics = self.fault.into_iter().chain(faults).collect();
        (files, diagnostics, unread.into_iter().map(|entry| entry.path).collect())
    }
}

/// The same for files outside a folder.
#[cfg(all(feature = "cli", feature = "diff"))]
pub(crate) fn from_files(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let hidden = |path: &str| path.split('/').any(|name| name.starts_with('.'));
    let files = files.into_iter().filter(|(path, _)| !hidden(path) && !is_ignored(path));
    sorted(files.map(|(path, bytes)| contents(path, bytes)).collect())
}

fn sorted(mut found: Vec<Found>) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    for (index, Found { path, text, fault }) in found.into_iter().enumerate() {
        diagnostics.extend(fault.map(|fault| fault.diagnostic(index)));
        files.push(SourceFile::new(path, text));
    }
    (files, diagnostics)
}

/// The documentation pages among files and below folders: every `*.md` and `*.json`, its path as given, sorted.
#[cfg(feature = "import")]
pub(crate) fn pages(paths: &[PathBuf]) -> Result<Vec<(String, String)>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = paths.to_vec();
    while let Some(path) = open.pop() {
        let given = paths.contains(&path);
        let wrong = |error| (path.clone(), error);
        let kind = if given { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
        let kind = kind.map_err(wrong)?;
        if kind.is_dir() {
            for entry in fs::read_dir(&path).map_err(wrong)? {
                open.push(entry.map_err(wrong)?.path());
            }
        } else if kind.is_file() && (given || is_page(&path)) {
            if kind.len() > FILE {
                return Err(wrong(io::Error::other("it is larger than any page")));
            }
            let text = fs::read(&path).map_err(wrong)?;
            found.push((path.display().to_string(), page_text(&text)));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Every file below a folder, by relative path with `/`, sorted. Links are refused: they lead to another file on
/// another machine.
#[cfg(feature = "stage")]
pub(crate) fn texts(dir: &Path) -> Result<Vec<(String, String)>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    while let Some((path, name)) = open.pop() {
        let wrong = |error| (path.clone(), error);
        let kind = fs::symlink_metadata(&path).map_err(wrong)?;
        if kind.is_dir() {
            for entry in fs::read_dir(&path).map_err(wrong)? {
                let entry = entry.map_err(wrong)?;
                let Ok(inner) = entry.file_name().into_string() else {
                    return Err((entry.path(), io::Error::other("its name is not UTF-8")));
                };
                let above = if name.is_empty() { String::new() } else { format!("{name}/") };
                if !inner.starts_with('.') {
                    open.push((entry.path(), format!("{above}{inner}")));
                }
            }
        } else if kind.is_file() {
            found.push((name, fs::read_to_string(&path).map_err(wrong)?));
        } else {
            return Err(wrong(io::Error::other("it is a symbolic link, and a package has real files")));
        }
    }
    found.sort();
    Ok(found)
}

/// UTF-8, or UTF-16 with its mark. Invalid bytes must not lose the rest of a page.
#[cfg(feature = "import")]
fn page_text(bytes: &[u8]) -> String {
    let word: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(bytes).into_owned(),
    };
    let pairs = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    String::from_utf16_lossy(&pairs.map(word).collect::<Vec<u16>>())
}

/// Markdown, or the portal's JSON.
#[cfg(feature = "import")]
fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md" || extension == "json")
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<Listed>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy().replace(char::is_control, "\u{fffd}"));
        if name.to_string_lossy().starts_with('.') || is_ignored(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        let level = path.split('/').count();
        if kind.is_dir() && (level < LEVELS || level == LEVELS && name == EVENTS) {
            if let Err(error) = walk(&entry.path(), &format!("{path}/"), found) {
                found.push(Listed { path, on_disk: Err(unreadable(&error)) });
            }
        } else if kind.is_dir() {
            let help = "a schema is `<service>/<version>/<resource>/<action>.yaml` and \
                        `<service>/<version>/<resource>/events/<event>.yaml`";
            let fault = Fault::new(Code::H002, "a folder nested too deep", help);
            found.push(Listed { path, on_disk: Err(fault) });
        } else if kind.is_file() {
            found.push(Listed { path, on_disk: Ok(entry.path()) });
        } else {
            let message = "neither a file nor a folder; symbolic links are not followed";
            let fault = Fault::new(Code::H002, message, "put the file itself here");
            found.push(Listed { path, on_disk: Err(fault) });
        }
    }
    Ok(())
}

/// Files that people and `hire-gen json-schema` put beside the schema.
fn is_ignored(path: &str) -> bool {
    path.rsplit('/').next() == Some("README.md") || path.ends_with(".schema.json")
}

fn refused(path: String, fault: Fault) -> Found {
    Found { path, text: String::new(), fault: Some(fault) }
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::new(Code::H001, format!("cannot be read: {error}"), "check its permissions")
}

fn file(on_disk: &Path, path: String) -> Found {
    let mut bytes = Vec::new();
    if let Err(error) = File::open(on_disk).and_then(|file| file.take(FILE + 1).read_to_end(&mut bytes)) {
        return refused(path, unreadable(&error));
    }
    contents(path, bytes)
}

fn contents(path: String, bytes: Vec<u8>) -> Found {
    if bytes.len() as u64 > FILE {
        let message = format!("larger than {} MiB", FILE / 1024 / 1024);
        return refused(
            path,
            Fault::new(Code::H004, message, "split it: a spec describes one endpoint or one type"),
        );
    }
    match text(bytes) {
        Ok(text) => Found { path, text, fault: None },
        Err((text, fault)) => Found { path, text, fault: Some(fault) },
    }
}

/// UTF-8 without a byte order mark and without NUL; otherwise as much of it as can be shown.
fn text(bytes: Vec<u8>) -> Result<String, (String, Fault)> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err((String::new(), Fault::new(Code::H003, "this is UTF-16", "save the file as UTF-8")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let fault = Fault::new(Code::H003, "the byte here is not UTF-8", "save the file as UTF-8");
        (String::from_utf8_lossy(error.as_bytes()).into_owned(), Fault { at, ..fault })
    })?;
    match refused_character(&text) {
        // The mark itself would only confuse the renderer.
        Some(fault) => Err((text.trim_start_matches('\u{feff}').to_owned(), fault)),
        None => Ok(text),
    }
}

fn refused_character(text: &str) -> Option<Fault> {
    if text.starts_with('\u{feff}') {
        return Some(Fault::new(Code::H003, "a byte order mark", "save the file as UTF-8 without one"));
    }
    let at = text.find('\0')?;
    Some(Fault { at, ..Fault::new(Code::H003, "a NUL character", "delete it") })
}

/// The same for texts in memory.
pub(crate) fn faults_of(files: &[SourceFile]) -> Vec<Diagnostic> {
    let faults = files.iter().map(|file| refused_character(&file.text)).enumerate();
    faults.filter_map(|(index, fault)| Some(fault?.diagnostic(index))).collect()
}

#[cfg(all(test, feature = "import"))]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_in_utf_16_too() {
        let units = || "\u{feff}# 页".encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            assert_eq!(page_text(&bytes), "\u{feff}# 页");
        }
        assert_eq!(page_text(b"a\xffb"), "a\u{fffd}b");
    }
}
