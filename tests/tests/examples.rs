//! Every documented example fits the generated types and survives reading and writing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hire_api::Endpoint;
use hire_api::wire::{self, Read, Write};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// Reads an answer with the client's reader and with serde, and compares both with the page; returns the differences.
fn response<T: Read + Write + Serialize + DeserializeOwned + PartialEq>(
    name: &str,
) -> (String, Option<String>) {
    let whole: Value = serde_json::from_str(&example(name)).unwrap();
    // In an answer without data, nothing else matters.
    let data = whole.get("data").filter(|data| !data.is_null()).cloned().unwrap_or(Value::Object(Map::new()));
    let text = data.to_string();
    let different = match (wire::from_slice::<T>(text.as_bytes()), serde_json::from_str::<T>(&text)) {
        (Ok(read), Ok(parsed)) => {
            let fits = read.mismatches.is_empty().then_some(());
            let odd = fits.map_or_else(|| Some(read.mismatches.to_string()), |()| None);
            odd.or_else(|| (read.value != parsed).then(|| "serde reads it differently".to_owned()))
                .or_else(|| both_ways(&read.value, &data))
        }
        (Err(error), _) => Some(error.to_string()),
        (_, Err(error)) => Some(error.to_string()),
    };
    (name.to_owned(), different)
}

/// The same for the body of a request; its path and query come from elsewhere.
fn request<E>(name: &str, parameters: &[(&str, &str)]) -> (String, Option<String>)
where
    E: Endpoint + Read + Write + Serialize + DeserializeOwned + PartialEq,
{
    let body: Map<String, Value> = serde_json::from_str(&example(name)).unwrap();
    let mut whole = body.clone();
    for (parameter, value) in parameters {
        whole.insert((*parameter).to_owned(), serde_json::from_str(value).unwrap());
    }
    let text = Value::from(whole).to_string();
    let different = match (wire::from_slice::<E>(text.as_bytes()), serde_json::from_str::<E>(&text)) {
        (Ok(read), Ok(parsed)) if read.value == parsed && read.mismatches.is_empty() => {
            difference(&body.into(), &serde_json::from_slice(&wire::to_vec(&parsed)).unwrap(), "$")
        }
        (Ok(read), Ok(_)) => Some(format!("serde reads it differently: {}", read.mismatches)),
        (Err(error), _) => Some(error.to_string()),
        (_, Err(error)) => Some(error.to_string()),
    };
    (name.to_owned(), different)
}

fn example(name: &str) -> String {
    fs::read_to_string(schema().join(name)).unwrap()
}

/// Compares the output of the client's writer and of serde with the page; both must write the same bytes.
fn both_ways<T: Write + Serialize>(value: &T, page: &Value) -> Option<String> {
    let (written, serialized) = (wire::to_string(value), serde_json::to_string(value).unwrap());
    if written != serialized {
        return Some(format!("written as {written}, by serde as {serialized}"));
    }
    difference(page, &serde_json::from_str(&written).unwrap(), "data")
}

/// The path and kind of the first difference of two values.
fn difference(page: &Value, ours: &Value, at: &str) -> Option<String> {
    match (page, ours) {
        (Value::Object(page), Value::Object(ours)) => {
            let known = page.keys().chain(ours.keys().filter(|key| !page.contains_key(*key)));
            known.clone().find_map(|key| match (page.get(key), ours.get(key)) {
                (Some(page), Some(ours)) => difference(page, ours, &format!("{at}.{key}")),
                (Some(_), None) => Some(format!("{at}.{key} is lost")),
                // A list that an answer lacks is read as an empty one.
                (None, Some(Value::Array(list))) if list.is_empty() && at.starts_with("data") => None,
                _ => Some(format!("{at}.{key} is new")),
            })
        }
        (Value::Array(page), Value::Array(ours)) if page.len() == ours.len() => page
            .iter()
            .zip(ours)
            .enumerate()
            .find_map(|(index, (page, ours))| difference(page, ours, &format!("{at}[{index}]"))),
        (page, ours) if page == ours => None,
        // 1 and 1.0 are equal.
        (Value::Number(page), Value::Number(ours)) if page.as_f64() == ours.as_f64() => None,
        (page, ours) => Some(format!("{at} is {page} on the page, {ours} here")),
    }
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
    // Written by `build.rs`.
    let read: Vec<(String, Option<String>)> = include!(concat!(env!("OUT_DIR"), "/examples.rs"));
    let different: Vec<String> =
        read.iter().filter_map(|(name, what)| Some(format!("{name}: {}", what.as_ref()?))).collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
    let read: BTreeSet<String> = read.into_iter().map(|(name, _)| name).collect();
    assert!(!read.is_empty());
    assert_eq!(read, all_examples(), "examples that went through against those in schema/");
}
