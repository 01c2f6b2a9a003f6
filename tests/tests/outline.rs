//! The fields of an endpoint as lines, compared with the goldens and with the documentation pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::ir::{Api, Base, Endpoint, Field, Kind};
use hire_gen::outline::outline;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn load(schema: &str) -> Api {
    hire_gen::load(&folder(schema)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Compares texts with the files of a folder, or writes them there with `BLESS=1`.
fn compare(goldens: &BTreeMap<String, String>) {
    let folder = folder("golden/outline");
    let on_disk = || -> BTreeSet<String> {
        let entries = fs::read_dir(&folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    if std::env::var_os("BLESS").is_some() {
        for stale in on_disk().iter().filter(|name| name.ends_with(".txt") && !goldens.contains_key(*name)) {
            fs::remove_file(folder.join(stale)).unwrap();
        }
        for (name, text) in goldens {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in goldens {
        let golden = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(text, &golden, "golden/outline/{name} is different; BLESS=1 writes it");
    }
    let known: BTreeSet<String> = goldens.keys().cloned().collect();
    assert_eq!(on_disk(), known, "files of golden/outline/ against the endpoints of golden/schema/");
}

#[test]
fn outlines_are_the_goldens() {
    let api = load("golden/schema");
    let outlines =
        api.endpoints.iter().map(|endpoint| (format!("{}.txt", endpoint.id), outline(&api, endpoint)));
    compare(&outlines.collect());
}

/// The contents of a field's line, without its place.
#[derive(Debug, PartialEq)]
struct Said {
    list: usize,
    wire_type: String,
    required: bool,
}

/// Fields in document order, by their path without list marks, so that a list inside a differing list keeps its path.
type Fields = Vec<(String, Said)>;

fn fields_of_outline(text: &str) -> Fields {
    let lines = text.lines().skip(1);
    let field = |line: &str| {
        let [path, wire_type, required] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let list = path.len() - path.trim_end_matches("[]").len();
        let said = Said { list: list / 2, wire_type: wire_type.to_owned(), required: required == "required" };
        (path.replace("[]", ""), said)
    };
    lines.map(field).collect()
}

fn fields_of_page(page: &Value) -> Fields {
    let mut fields = Vec::new();
    for (section, of) in [("path", "path_params"), ("query", "query_params"), ("body", "body")] {
        walk_page(&page[of], section, &mut fields);
    }
    let mut response = page["response"].as_array().into_iter().flatten();
    if let Some(data) = response.find(|field| field["name"] == "data") {
        walk_page(&data["children"], "data", &mut fields);
    }
    fields
}

fn walk_page(list: &Value, prefix: &str, fields: &mut Fields) {
    for field in list.as_array().into_iter().flatten() {
        let path = format!("{prefix}.{}", field["name"].as_str().unwrap());
        let wire_type = match field["children"].is_array() {
            true => "object",
            false => match field["type"].as_str().unwrap().trim_end_matches("[]") {
                "boolean" => "bool",
                "number(float)" => "float",
                word => word,
            },
        };
        // A page has no such column if there is no choice.
        let required = prefix == "path" || field["required"] == true;
        let list = usize::try_from(field["list"].as_u64().unwrap()).unwrap();
        fields.push((path.clone(), Said { list, wire_type: wire_type.to_owned(), required }));
        walk_page(&field["children"], &path, fields);
    }
}

/// The documented reason for every difference, by the path of its field.
fn fixes(api: &Api, endpoint: &Endpoint) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let body = endpoint.body.as_deref().unwrap_or_default();
    let sections = [
        ("path", &endpoint.path_params[..]),
        ("query", &endpoint.query),
        ("body", body),
        ("data", &endpoint.response),
    ];
    for (section, fields) in sections {
        walk_fixes(api, fields, section, &mut found);
    }
    found
}

fn walk_fixes(api: &Api, fields: &[Field], prefix: &str, found: &mut BTreeMap<String, String>) {
    for field in fields {
        let path = format!("{prefix}.{}", field.wire);
        if let Base::Type(id) = field.ty.base
            && let Kind::Object(fields) = &api.type_(id).unwrap().kind
        {
            walk_fixes(api, fields, &path, found);
        }
        found.extend(field.fix.clone().map(|reason| (path, reason)));
    }
}

/// Every page of the documentation, by its method and path.
fn pages(docs: &Path) -> BTreeMap<String, Value> {
    let mut open = vec![docs.join("truth")];
    let mut found = BTreeMap::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let page: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let url = page["url"].as_str().unwrap().trim_start_matches("https://open.feishu.cn");
            found.insert(format!("{} {url}", page["method"].as_str().unwrap()), page);
        }
    }
    found
}

/// The differences between an outline and a page, one line each, in the order of the outline.
fn differences(ours: &Fields, page: &Fields) -> Vec<(String, String)> {
    let find = |fields: &Fields, path: &str| fields.iter().position(|(other, _)| other == path);
    let mut found = Vec::new();
    for (path, said) in ours {
        match find(page, path).map(|at| &page[at].1) {
            None => found.push((path.clone(), "not in the page's table".to_owned())),
            Some(page) if page != said => found.push((path.clone(), format!("{said:?}; the page: {page:?}"))),
            Some(_) => {}
        }
    }
    let missing = page.iter().filter(|(path, _)| find(ours, path).is_none());
    found.extend(missing.map(|(path, _)| (path.clone(), "missing".to_owned())));
    let order = |of: &Fields, other: &Fields| -> Vec<String> {
        of.iter().map(|(path, _)| path.clone()).filter(|path| find(other, path).is_some()).collect()
    };
    assert_eq!(order(ours, page), order(page, ours), "the order of the page");
    found
}

/// Their pages are historic and not in the folder of their service.
const HISTORIC: [&str; 2] = ["hire.v1.application_interview.list", "hire.v1.job_manager.get"];

#[test]
fn outlines_are_the_pages_except_where_a_fix_stands() {
    let Some(docs) = std::env::var_os("HIRE_DOCS_DIR") else {
        println!("skipped: HIRE_DOCS_DIR is not set to the folder of the documentation pages");
        return;
    };
    let (api, pages) = (load("../schema"), pages(Path::new(&docs)));
    let mut found = 0;
    let current = |endpoint: &&Endpoint| !HISTORIC.contains(&endpoint.id.to_string().as_str());
    for endpoint in api.endpoints.iter().filter(current) {
        let head = format!("{} {}", endpoint.method.as_str(), endpoint.path);
        let page = pages.get(&head).unwrap_or_else(|| panic!("no page says {head}"));
        let text = outline(&api, endpoint);
        assert_eq!(text.lines().next(), Some(head.as_str()), "the first line of an outline");
        let fixes = fixes(&api, endpoint);
        for (path, what) in differences(&fields_of_outline(&text), &fields_of_page(page)) {
            let reason =
                fixes.get(&path).unwrap_or_else(|| panic!("{}: {path}: {what}, and no `fix`", endpoint.id));
            println!("{}: {path}: {what}; {reason}", endpoint.id);
            found += 1;
        }
    }
    // On create and on update: `value` in nine lists of custom fields, and `children` of a module. Two in Contact, one in its search.
    assert_eq!(found, 2 * (9 + 1) + 3, "differences, printed above");
}
