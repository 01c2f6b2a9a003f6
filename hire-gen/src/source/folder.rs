//! Reading a schema folder: which files belong to it, and what keeps one from being text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::diag::{Code, Diagnostic};
use crate::source::SourceFile;
use crate::span::Span;

/// Bytes in one file: a hundred times the largest page.
const FILE: u64 = 4 * 1024 * 1024;
/// `<service>/<version>/<resource>/<file>`
const LEVELS: usize = 4;

/// A file, or the reason why it is none.
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
}

impl Fault {
    fn new(code: Code, message: impl Into<String>, help: &'static str) -> Self {
        Self { code, at: 0, message: message.into(), help }
    }
}

/// All files below `dir` sorted by path, and what is wrong with them.
pub(crate) fn read(dir: &Path) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    // The folder itself may be a symbolic link; below it none is followed, so that nothing outside is read.
    if let Err(error) = walk(dir, "", &mut found) {
        let message = format!("the schema folder `{}` cannot be read: {error}", dir.display());
        let nowhere = Diagnostic::error(Code::H001, Span::default(), message).nowhere();
        diagnostics.push(nowhere.help("give the folder that holds `api.yaml` with `--schema`"));
    }
    let (files, faults) = sorted(found);
    diagnostics.extend(faults);
    (files, diagnostics)
}

/// The same of files that are in no folder.
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
        if let Some(Fault { code, at, message, help }) = fault {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { file: u32::try_from(index).unwrap_or(u32::MAX), start: at, end: at };
            diagnostics.push(Diagnostic::error(code, span, message).help(help));
        }
        files.push(SourceFile::new(path, text));
    }
    (files, diagnostics)
}

/// The documentation pages among files and below folders: every `*.md`, its path as given, sorted.
#[cfg(feature = "import")]
pub(crate) fn pages(
    paths: &[std::path::PathBuf],
) -> Result<Vec<(String, String)>, (std::path::PathBuf, io::Error)> {
    let mut found = Vec::new();
    let mut open: Vec<std::path::PathBuf> = paths.to_vec();
    while let Some(path) = open.pop() {
        let given = paths.contains(&path);
        let wrong = |error| (path.clone(), error);
        let kind = if given { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
        let kind = kind.map_err(wrong)?;
        if kind.is_dir() {
            for entry in fs::read_dir(&path).map_err(wrong)? {
                open.push(entry.map_err(wrong)?.path());
            }
        } else if kind.is_file() && (given || path.extension().is_some_and(|extension| extension == "md")) {
            if kind.len() > FILE {
                return Err(wrong(io::Error::other("it is larger than a page ever is")));
            }
            let text = fs::read(&path).map_err(wrong)?;
            // What is not UTF-8 is no reason to lose the rest of a page.
            found.push((path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<Found>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy().replace(char::is_control, "\u{fffd}"));
        if name.to_string_lossy().starts_with('.') || is_ignored(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() && path.split('/').count() < LEVELS {
            if let Err(error) = walk(&entry.path(), &format!("{path}/"), found) {
                found.push(refused(path, unreadable(&error)));
            }
        } else if kind.is_dir() {
            let help = "a schema is `<service>/<version>/<resource>/<action>.yaml`";
            found.push(refused(path, Fault::new(Code::H002, "a folder nested too deep", help)));
        } else if kind.is_file() {
            found.push(file(&entry.path(), path));
        } else {
            let message = "neither a file nor a folder; symbolic links are not followed";
            found.push(refused(path, Fault::new(Code::H002, message, "put the file itself here")));
        }
    }
    Ok(())
}

/// What people and `hire-gen json-schema` put beside the schema.
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
        // The mark itself would only confuse whoever draws the line.
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

/// The same for texts that never were on a disk.
pub(crate) fn faults_of(files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if let Some(Fault { code, at, message, help }) = refused_character(&file.text) {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { file: u32::try_from(index).unwrap_or(u32::MAX), start: at, end: at };
            diagnostics.push(Diagnostic::error(code, span, message).help(help));
        }
    }
    diagnostics
}
