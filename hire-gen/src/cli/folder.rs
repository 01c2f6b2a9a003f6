//! Finds the schema if no folder is named.

use std::path::{Path, PathBuf};

/// How many parent folders are searched.
const LEVELS: usize = 16;

/// The schema of the working folder: `schema` in it or in the nearest parent, or a parent that is a schema itself.
pub(super) fn here() -> PathBuf {
    let mut above = PathBuf::new();
    for _ in 0..LEVELS {
        let schema = above.join("schema");
        if is_schema(&schema) || above.as_os_str().is_empty() && schema.is_dir() {
            return schema;
        }
        if is_schema(&above) {
            return if above.as_os_str().is_empty() { ".".into() } else { above };
        }
        above.push("..");
    }
    "schema".into()
}

/// The schema of a file, by its location: the nearest parent with an `api.yaml`, or the folder from which the file is
/// `<service>/<version>/<resource>/<action>.yaml`.
pub(super) fn of(file: &Path) -> Option<PathBuf> {
    let file = file.canonicalize().ok()?;
    let mut above = file.ancestors().skip(1).take(LEVELS);
    above.find(|folder| is_schema(folder)).or_else(|| file.ancestors().nth(4)).map(Path::to_owned)
}

/// The path of a file from the folder of its schema.
pub(super) fn inside(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let parts = file.strip_prefix(folder).ok()?.components();
    Some(parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

fn is_schema(folder: &Path) -> bool {
    folder.join("api.yaml").is_file()
}
