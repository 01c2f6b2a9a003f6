//! Builds the published packages: the generated client as source files, the schema as real files, and manifests without
//! the parts that only this repository needs.

mod manifest;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::read::source::Sources;
use crate::resolve::ir::Api;
use crate::rust::{self, Options, features};

/// The packages, in the order of publishing, and the folders of each that are published.
const PACKAGES: [(&str, &[&str]); 3] =
    [("hire-macros", &["src"]), ("hire-gen", &["src", "glossary"]), (HIRE_API, &["src"])];
const HIRE_API: &str = "hire-api";
/// The files beside the sources of each package.
const NOTICES: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// How the root of hire-api includes the output of its build script, and how it includes the same as a source file.
const FROM_BUILD_SCRIPT: &str = "include!(concat!(env!(\"OUT_DIR\"), \"/api.rs\"));";
const FROM_SOURCE: &str = "include!(\"generated/api.rs\");";

/// Path and text of every file of the packages, in their own workspace. `root` is the folder of this repository, and
/// `api` its schema.
///
/// # Errors
///
/// If a file is missing or not text, or lacks a part that has to be replaced.
pub fn staged(root: &Path, schema: &Path, api: &Api) -> Result<Vec<(String, String)>, Failure> {
    let mut files = vec![
        ("Cargo.toml".to_owned(), manifest::workspace(&text(&root.join("Cargo.toml"))?, &names())?),
        ("Cargo.lock".to_owned(), text(&root.join("Cargo.lock"))?),
    ];
    for (package, folders) in PACKAGES {
        let folder = root.join(package);
        let manifest = text(&folder.join("Cargo.toml"))?;
        for notice in NOTICES {
            files.push((format!("{package}/{notice}"), text(&root.join(notice))?));
        }
        for published in folders {
            let texts = Sources::read_texts(&folder.join(published)).map_err(Failure::unreadable)?;
            files.extend(
                texts.into_iter().map(|(path, text)| (format!("{package}/{published}/{path}"), text)),
            );
        }
        if package == HIRE_API {
            files.extend(generated(api, &manifest));
            let texts = Sources::read_texts(schema).map_err(Failure::unreadable)?;
            files.extend(texts.into_iter().map(|(path, text)| (format!("{package}/schema/{path}"), text)));
        }
        files.push((format!("{package}/Cargo.toml"), manifest::package(package, &manifest)?));
    }
    for (path, text) in &mut files {
        // Line ends of a checkout may depend on the machine; those of a package must not.
        if text.contains('\r') {
            *text = text.replace("\r\n", "\n");
        }
        if path == "hire-api/src/lib.rs" {
            *text = from_source(text)?;
        }
    }
    files.sort();
    Ok(files)
}

/// The packages, in the order of publishing.
pub fn names() -> [&'static str; 3] {
    PACKAGES.map(|(name, _)| name)
}

/// The client of every resource, each behind its feature.
fn generated(api: &Api, manifest: &str) -> Vec<(String, String)> {
    let options = Options {
        serde: true,
        inside_hire_api: true,
        events: true,
        format: true,
        staged: true,
        features: Some(features::declared(manifest)),
        ..Options::default()
    };
    let files = rust::emit(api, &options);
    let path = |path: &str| format!("{HIRE_API}/src/generated/{path}");
    files.iter().map(|(name, text)| (path(name), text.to_owned())).collect()
}

/// The root of hire-api without its build script.
fn from_source(lib: &str) -> Result<String, Failure> {
    match lib.matches(FROM_BUILD_SCRIPT).count() {
        1 => Ok(lib.replace(FROM_BUILD_SCRIPT, FROM_SOURCE)),
        found => Err(Failure(format!(
            "`hire-api/src/lib.rs` has {found} lines `{FROM_BUILD_SCRIPT}`: expected one, which the package replaces by `{FROM_SOURCE}`"
        ))),
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    Sources::read_text(path).map_err(|error| Failure::unreadable((path.to_owned(), error)))
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    fn unreadable((path, error): (PathBuf, io::Error)) -> Self {
        Self(format!("`{}` cannot be read: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_takes_in_its_client_in_another_way_is_refused() {
        assert_eq!(
            from_source(&format!("a\n{FROM_BUILD_SCRIPT}\nb")).unwrap(),
            format!("a\n{FROM_SOURCE}\nb")
        );
        for lib in ["", &format!("{FROM_BUILD_SCRIPT}{FROM_BUILD_SCRIPT}")] {
            from_source(lib).unwrap_err();
        }
    }
}
