//! Lists the documented examples and the calls that the reference site shows, so that a new one is tested without a word
//! of Rust.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use hire_gen::emit::{Options, emit};
use hire_gen::ir::Api;
use hire_gen::site;

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
    fs::write(out.join("examples.rs"), format!("through![{}]", list.join(", ")))?;
    println!("cargo::rerun-if-changed=site/schema");
    fs::write(out.join("calls.rs"), calls(&load(schema)?, "hire_api"))?;
    let zoo = load(Path::new("site/schema"))?;
    fs::write(out.join("zoo_calls.rs"), calls(&zoo, "crate::site::calls::zoo::api"))?;
    emit(&zoo, &Options::default()).write(&out.join("zoo")).map_err(io::Error::other)?;
    Ok(())
}

fn load(schema: &Path) -> io::Result<Api> {
    hire_gen::load(schema).map_err(|problems| io::Error::other(problems.to_string()))
}

/// A function for each endpoint, with the call that the site shows, and a list of all of them.
fn calls(api: &Api, root: &str) -> String {
    let options = site::Options { root: root.to_owned(), ..Default::default() };
    let (mut text, mut list) = (String::new(), String::new());
    for endpoint in &api.endpoints {
        let id = endpoint.id.to_string();
        let name = format!("call_{}", id.replace('.', "_"));
        let call = site::call(api, endpoint, &options);
        text += &format!("async fn {name}(client: &Client, user_token: &str) -> Sent {{\n{call}DONE\n}}\n");
        list += &format!("    ({id:?}, Box::pin({name}(client, user_token))),\n");
    }
    let all =
        "fn all<'a>(client: &'a Client, user_token: &'a str) -> Vec<(&'static str, Call<'a>)> {\n    vec![\n";
    format!("{text}\n{all}{list}    ]\n}}\n")
}

/// `hire/v1/talent/onboard_status.request.json` → `hire::v1::talent::onboard_status::Request`
fn example(schema: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(schema).ok()?.to_str()?.replace('\\', "/");
    let kinds = [(".request.json", "Request"), (".response.json", "Response")];
    let (stem, kind) =
        kinds.into_iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, kind)))?;
    Some(format!("{}::{kind}", stem.replace('/', "::")))
}
