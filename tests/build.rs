//! Lists the documented examples, so that a new one is tested without a word of Rust.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let schema = Path::new("../schema");
    println!("cargo::rerun-if-changed={}", schema.display());
    let mut examples = BTreeSet::new();
    let mut open = vec![schema.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                examples.extend(example(schema, &path));
            }
        }
    }
    let list: Vec<String> = examples.into_iter().collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("examples.rs"), format!("through![{}]", list.join(", ")))
}

/// `hire/v1/talent/onboard_status.request.json` → `hire::v1::talent::onboard_status::Request`
fn example(schema: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(schema).ok()?.to_str()?.replace('\\', "/");
    let kinds = [(".request.json", "Request"), (".response.json", "Response")];
    let (stem, kind) =
        kinds.into_iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, kind)))?;
    Some(format!("{}::{kind}", stem.replace('/', "::")))
}
