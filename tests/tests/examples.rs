//! Every documented example fits the generated types, and nothing of it is lost on the way through them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// Parses an example into its type and compares what that serializes to; the name of its file, and what is different.
fn through<T: Serialize + DeserializeOwned>(example: &str) -> (String, Option<String>) {
    let (stem, kind) = example.rsplit_once("::").unwrap();
    let name = format!("{}.{}.json", stem.replace("::", "/"), kind.to_lowercase());
    let text = fs::read_to_string(schema().join(&name)).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let value = if kind == "Response" { &whole["data"] } else { &whole };
    // What an answer without data holds is nothing.
    let value = if value.is_null() { &Value::Object(Map::new()) } else { value };
    let different = match serde_json::from_str::<T>(&value.to_string()) {
        Ok(typed) => difference(value, &again(&typed), "data"),
        Err(error) => Some(error.to_string()),
    };
    (name, different)
}

/// Where two values differ first, and how.
fn difference(page: &Value, ours: &Value, at: &str) -> Option<String> {
    match (page, ours) {
        (Value::Object(page), Value::Object(ours)) => {
            let known = page.keys().chain(ours.keys().filter(|key| !page.contains_key(*key)));
            known.clone().find_map(|key| match (page.get(key), ours.get(key)) {
                (Some(page), Some(ours)) => difference(page, ours, &format!("{at}.{key}")),
                (Some(_), None) => Some(format!("{at}.{key} is lost")),
                _ => Some(format!("{at}.{key} is new")),
            })
        }
        (Value::Array(page), Value::Array(ours)) if page.len() == ours.len() => page
            .iter()
            .zip(ours)
            .enumerate()
            .find_map(|(index, (page, ours))| difference(page, ours, &format!("{at}[{index}]"))),
        (page, ours) if page == ours => None,
        // 1 and 1.0 are one number.
        (Value::Number(page), Value::Number(ours)) if page.as_f64() == ours.as_f64() => None,
        (page, ours) => Some(format!("{at} is {page} on the page, {ours} here")),
    }
}

/// By way of text, as on the wire.
fn again<T: Serialize>(typed: &T) -> Value {
    serde_json::from_str(&serde_json::to_string(typed).unwrap()).unwrap()
}

macro_rules! through {
    ($($service:ident::$version:ident::$resource:ident::$action:ident::$kind:ident),* $(,)?) => {
        [$(through::<hire_api::$service::$version::$resource::$action::$kind>(concat!(
            stringify!($service), "::", stringify!($version), "::", stringify!($resource), "::",
            stringify!($action), "::", stringify!($kind),
        ))),*]
    };
}

/// The names of all example files below `schema/`.
fn all_examples() -> BTreeSet<String> {
    let (root, mut open, mut found) = (schema(), vec![schema()], BTreeSet::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            found.extend(
                Some(name).filter(|name| name.ends_with(".request.json") || name.ends_with(".response.json")),
            );
        }
    }
    found
}

#[test]
fn documented_examples_come_back_equal() {
    // Written by `build.rs`: `through![hire::v1::talent::onboard_status::Request, ..]`.
    let read = include!(concat!(env!("OUT_DIR"), "/examples.rs"));
    let different: Vec<String> =
        read.iter().filter_map(|(name, what)| Some(format!("{name}: {}", what.as_ref()?))).collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
    let read: BTreeSet<String> = read.into_iter().map(|(name, _)| name).collect();
    assert!(!read.is_empty());
    assert_eq!(read, all_examples(), "examples that went through against those in schema/");
}
