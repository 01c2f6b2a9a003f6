//! Puts the schema into the program, so that it runs without a copy of the repository.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let schema = manifest.join("../schema");
    let mut files = Vec::new();
    collect(&schema, &mut files)?;
    files.sort();
    let mut list = "&[\n".to_owned();
    for file in &files {
        let name: Vec<_> =
            file.strip_prefix(&schema).into_iter().flatten().map(|part| part.to_string_lossy()).collect();
        let _ = writeln!(list, "({:?}, include_str!({:?})),", name.join("/"), file);
        println!("cargo::rerun-if-changed={}", file.display());
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("schema.rs"), list)
}

/// Specs and examples below a folder. A folder is watched, too, so that a new file is noticed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_spec =
            [".yaml", ".request.json", ".response.json", ".event.json"].iter().any(|end| name.ends_with(end));
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_spec && !name.starts_with('.') {
            files.push(path);
        }
    }
    Ok(())
}
