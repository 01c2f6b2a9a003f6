//! Every documented example fits the generated types, and nothing of it is lost on the way through them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// Parses the examples of one endpoint into its types and compares what these serialize to; the files it has read.
fn through<Request, Response>(endpoint: &str) -> Vec<String>
where
    Request: Serialize + DeserializeOwned,
    Response: Serialize + DeserializeOwned,
{
    let stem = endpoint.replace("::", "/");
    let mut read = Vec::new();
    let mut example = |kind: &str| -> Option<Value> {
        let name = format!("{stem}.{kind}.json");
        let text = fs::read_to_string(schema().join(&name)).ok()?;
        read.push(name);
        Some(serde_json::from_str(&text).unwrap())
    };
    if let Some(request) = example("request") {
        assert_eq!(again::<Request>(&request), request, "{endpoint}, request");
    }
    if let Some(response) = example("response") {
        assert_eq!(again::<Response>(&response["data"]), response["data"], "{endpoint}, response");
    }
    read
}

fn again<T: Serialize + DeserializeOwned>(value: &Value) -> Value {
    // By way of text, as on the wire.
    let typed: T = serde_json::from_str(&value.to_string()).unwrap();
    serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap()
}

macro_rules! through {
    ($($service:ident::$version:ident::$resource:ident::$action:ident),* $(,)?) => {
        [$({
            use hire_api::$service::$version::$resource::$action::{Request, Response};
            let name = concat!(
                stringify!($service), "::", stringify!($version), "::", stringify!($resource), "::", stringify!($action),
            );
            through::<Request, Response>(name)
        }),*]
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
    // Written by `build.rs`: `through![hire::v1::talent::onboard_status, ..]`.
    let read = include!(concat!(env!("OUT_DIR"), "/examples.rs"));
    let read: BTreeSet<String> = read.into_iter().flatten().collect();
    assert!(!read.is_empty());
    assert_eq!(read, all_examples(), "examples that went through against those in schema/");
}
