//! `hire-gen show --format json`: an endpoint for programs, as goldens, and against the outline.

use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::outline::outline;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn show(schema: &str, endpoint: Option<&str>) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let schema = folder(schema).display().to_string();
    let arguments = ["hire-gen", "show", "--schema", &schema, "--format", "json"];
    let code = hire_gen::cli::run(arguments.into_iter().chain(endpoint), &mut out, &mut err, false).unwrap();
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    String::from_utf8(out).unwrap()
}

#[test]
fn endpoints_for_programs_are_the_goldens() {
    let mut names = Vec::new();
    for endpoint in hire_gen::load(&folder("golden/schema")).unwrap().endpoints {
        let text = show("golden/schema", Some(&endpoint.id.to_string()));
        let name = format!("{}.json", endpoint.id);
        let path = folder("golden/json").join(&name);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, golden, "golden/json/{name} is different; BLESS=1 writes it");
        names.push(name);
    }
    let entries = fs::read_dir(folder("golden/json")).unwrap();
    let mut on_disk: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    on_disk.sort();
    assert_eq!(on_disk, names, "files of golden/json/ against the endpoints of golden/schema/");
}

/// The lines of an outline for these fields.
fn lines(fields: &Value, prefix: &str, found: &mut Vec<String>) {
    for field in fields.as_array().into_iter().flatten() {
        let text = |key: &str| field[key].as_str().unwrap().to_owned();
        let map = if field["map"] == true { "{}" } else { "" };
        let list = "[]".repeat(usize::try_from(field["list"].as_u64().unwrap()).unwrap());
        let path = format!("{prefix}.{}{map}{list}", text("name"));
        let required = if field["required"] == true { "required" } else { "optional" };
        found.push(format!("{path}\t{}\t{required}", text("type")));
        lines(&field["fields"], &path, found);
    }
}

#[test]
fn every_line_of_every_outline_is_there_for_programs() {
    let api = hire_gen::load(&folder("../schema")).unwrap_or_else(|problems| panic!("{problems}"));
    let shown: Vec<Value> = serde_json::from_str(&show("../schema", None)).unwrap();
    assert_eq!(shown.len(), api.endpoints.len());
    for (endpoint, shown) in api.endpoints.iter().zip(&shown) {
        let text = |key: &str| shown[key].as_str().unwrap();
        let mut found = vec![format!("{} {}", text("method"), text("path"))];
        let sections = [("path", "path_params"), ("query", "query"), ("body", "body"), ("data", "response")];
        for (section, key) in sections {
            lines(&shown[key], section, &mut found);
        }
        assert_eq!(outline(&api, endpoint).lines().collect::<Vec<_>>(), found, "{}", endpoint.id);
    }
}
