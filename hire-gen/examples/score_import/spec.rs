//! The parts of a spec besides its fields, compared with the true page: tokens, host, envelope, multipart, paging,
//! safety.
//!
//! These rules read the true tree and share nothing with the importer.

use std::collections::BTreeMap;
use std::error::Error;

use hire_gen::import::{Glossary, Options, PageDoc, import};
use serde_json::Value;

use crate::{Miss, string};

/// The spec of every page that has one, each imported alone.
pub(crate) fn specs(pages: &[&str]) -> Result<BTreeMap<usize, Value>, Box<dyn Error>> {
    let glossary = Glossary::embedded()?;
    let options = Options { glossary: &glossary, full: false, share: false, there: None };
    let mut specs = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        let pages = [("page.md".to_owned(), (*page).to_owned())];
        let imported = import(&pages, &options, &mut |_| ());
        if let Some((_, text)) = imported.files.iter().find(|(path, _)| path.ends_with(".yaml")) {
            specs.insert(at, serde_yaml::from_str(text)?);
        }
    }
    Ok(specs)
}

pub(crate) fn compare(spec: Option<&Value>, doc: &PageDoc, truth: &Value, misses: &mut Vec<Miss>) {
    let mut differ = |class: &str, ours: String, theirs: String| {
        if ours != theirs {
            misses.push(Miss { class: class.to_owned(), tree: false, text: format!("{ours} / {theirs}") });
        }
    };
    let Some(spec) = spec else {
        return differ("refused", "no spec".to_owned(), "a spec".to_owned());
    };
    let documented = tokens(truth);
    if !documented.is_empty() {
        differ("tokens", words(spec, "tokens"), documented);
    }
    let default = |key: &str, default: &str| {
        Some(string(spec, key)).filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
    };
    let own = spec.get("base_urls").map_or("", |urls| string(urls, "feishu"));
    let own = own.strip_prefix("https://").unwrap_or("open.feishu.cn");
    differ("host", own.to_owned(), host(string(truth, "url")).to_owned());
    differ("envelope", default("envelope", "standard"), envelope(truth).to_owned());
    let file = spec.get("response").and_then(Value::as_str) == Some("file");
    differ("file", file.to_string(), is_file(truth).to_string());
    differ("multipart", is_multipart(spec).to_string(), wants_multipart(truth).to_string());
    let pages = !string(spec, "paging").is_empty() || spec.get("paging").is_some();
    differ("paging", pages.to_string(), has_pages(truth).to_string());
    let sent = || rows(truth, "body").iter().chain(rows(truth, "query_params"));
    let by_place = sent().any(|row| {
        let name = string(row, "name");
        ["index", "range", "offset"].iter().any(|word| name.split('_').any(|part| part == *word))
    });
    if by_place && matches!(doc.method.as_str(), "PUT" | "DELETE") {
        let safety = default("safety", "unsafe");
        differ("safety", (safety == "idempotent").to_string(), "false".to_owned());
    }
    if sent().any(|row| string(row, "name") == "client_token") && doc.method != "GET" {
        differ("safety", default("safety", "unsafe"), "keyed(client_token)".to_owned());
    }
}

fn rows<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn words(spec: &Value, key: &str) -> String {
    rows(spec, key).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

fn tokens(truth: &Value) -> String {
    let header = rows(truth, "headers").iter().find(|row| string(row, "name") == "Authorization");
    let text = header.map_or("", |row| string(row, "description"));
    let first = text.lines().next().unwrap_or_default();
    let kinds =
        ["tenant", "user", "app"].into_iter().filter(|kind| first.contains(&format!("{kind}_access_token")));
    kinds.collect::<Vec<_>>().join(" ")
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    if host.contains('.') { host } else { "open.feishu.cn" }
}

fn is_file(truth: &Value) -> bool {
    rows(truth, "response").is_empty() && truth.get("response_example").is_none_or(Value::is_null)
}

fn envelope(truth: &Value) -> &'static str {
    let names: Vec<&str> = rows(truth, "response").iter().map(|row| string(row, "name")).collect();
    let example = truth.get("response_example");
    let shown = |key: &str| example.and_then(|example| example.get(key)).is_some();
    if names.is_empty() && !shown("code") {
        return "standard";
    }
    if !names.contains(&"code") && !shown("code") {
        return "bare";
    }
    let of_envelope = ["code", "msg", "message", "error", "log_id", "data"];
    let beside = names.iter().filter(|name| !of_envelope.contains(name)).any(|name| shown(name));
    if !names.contains(&"data") && !shown("data") && beside {
        return "flat";
    }
    if names.contains(&"message") && !names.contains(&"msg") { "message" } else { "standard" }
}

fn is_multipart(spec: &Value) -> bool {
    let fields = spec.get("body").and_then(Value::as_object).into_iter().flatten();
    fields
        .map(|(_, field)| field.as_str().unwrap_or_else(|| string(field, "type")))
        .any(|ty| ty.starts_with("file"))
}

fn wants_multipart(truth: &Value) -> bool {
    let says = |row: &Value| row.to_string().contains("multipart/form-data");
    rows(truth, "headers").iter().any(says)
        || rows(truth, "body").iter().any(|row| string(row, "type").eq_ignore_ascii_case("file"))
}

/// Whether pages have tokens or are requested by a number of items.
fn has_pages(truth: &Value) -> bool {
    let query = rows(truth, "query_params");
    fn inner(rows: &[Value]) -> Vec<&[Value]> {
        rows.iter().filter(|row| single(row)).map(|row| self::rows(row, "children")).collect()
    }
    let body = rows(truth, "body");
    let asked = |name: &str, beside: &[&str]| {
        let has = |section: &&[Value], name: &str| {
            section.iter().any(|row| string(row, "name") == name && single(row))
        };
        let sections = [query, body].into_iter().chain(inner(body));
        sections.filter(|section| has(section, name) && beside.iter().any(|name| has(section, name))).count()
            == 1
    };
    let top = rows(truth, "response");
    let data =
        top.iter().find(|row| string(row, "name") == "data").map_or(top, |data| rows(data, "children"));
    let given = |name: &str| {
        let found = |section: &[Value]| section.iter().any(|row| string(row, "name") == name && single(row));
        found(data) || inner(data).into_iter().any(found)
    };
    let lists =
        |rows: &[Value]| rows.iter().filter(|row| row.get("list").and_then(Value::as_u64) == Some(1)).count();
    let listed = lists(data) == 1
        || lists(data) == 0 && inner(data).into_iter().filter(|rows| lists(rows) == 1).count() == 1;
    let by_token = asked("page_token", &["page_size"]) && (given("page_token") || given("next_page_token"));
    (by_token || asked("offset", &["limit", "count"])) && listed
}

/// Whether a row is neither a list nor a map.
fn single(row: &Value) -> bool {
    row.get("list").and_then(Value::as_u64).unwrap_or_default() == 0
        && row.get("map").and_then(Value::as_bool) != Some(true)
}
