//! Everything the contract lists, on private types and fields.

#![deny(warnings)]

use std::collections::BTreeMap;

use hire_api::{Check, Checks, Draft, Endpoint, File, Json, Millis, Model, OpenEnum, Seconds, UnrecognizedString};

#[derive(Clone, PartialEq, OpenEnum)]
#[hire(string, serde)]
enum Kind {
    #[hire(value = "a", label = "甲")]
    A,
    #[hire(value = "b")]
    #[deprecated(note = "use `A`")]
    B,
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedString),
}

#[derive(Clone, PartialEq, Model)]
#[hire(request, response, serde)]
struct Tree {
    kind: Option<Kind>,
    left: Option<Box<Tree>>,
    r#type: Option<String>,
    #[deprecated(note = "use `kind`")]
    old: Option<i64>,
}

#[derive(Clone, PartialEq, Endpoint)]
#[hire(name = "test.v1.all.set", method = "PUT", path = "/all/:id", response = Tree, title = "All", doc = "https://a.example")]
#[hire(tokens(tenant, user, app), apps(custom, store), scopes("a"), field_scopes("b"), quota = "1000/min, 50/s")]
#[hire(safety = "keyed(key)", envelope = "message", paging = "items", serde)]
#[hire(error(code = -1, http = 400, name = "Minus", label = "负", advice = "Add two."))]
struct SetAll {
    #[hire(path)]
    id: String,
    #[hire(query, rename = "kind[]")]
    kinds: Option<Vec<Kind>>,
    #[hire(sensitive, min_length = 1, max_length = 3)]
    key: String,
    #[hire(minimum = -1, maximum = 1)]
    number: i64,
    #[hire(minimum = 0.5)]
    float: Option<f64>,
    #[hire(min_items = 1, max_items = 2)]
    grid: Vec<Vec<Tree>>,
    map: Option<BTreeMap<String, Tree>>,
    #[hire(fixed = "a")]
    fixed_kind: Kind,
    #[hire(fixed = -2)]
    fixed_number: i64,
    #[hire(fixed = true)]
    fixed_flag: bool,
    #[hire(date)]
    day: Option<String>,
    #[hire(json)]
    plan: Option<String>,
    from: Option<Millis>,
    to: Option<Seconds>,
    any: Option<Json>,
    tags: Option<Vec<String>>,
    #[hire(required_when(is(fixed_kind, "a", "b"), contains(tags, "x"), absent(any), present(to), reason = "all is so"))]
    note: Option<String>,
}

#[derive(Clone, PartialEq, Endpoint)]
#[hire(name = "test.v1.file.send", method = "POST", path = "/files", response = Tree)]
struct SendFile {
    #[hire(multipart)]
    content: File,
    name: Option<String>,
}

#[derive(Clone, PartialEq, Endpoint)]
#[hire(name = "test.v1.tree.plant", method = "POST", path = "/trees", response = Planted, serde)]
struct Plant {
    #[hire(query)]
    items: Option<i64>,
    #[hire(body, rename = "trees", min_items = 1)]
    list: Vec<Tree>,
}

#[derive(Clone, PartialEq, Default, Model)]
#[hire(response, serde)]
struct Planted {
    #[hire(body, sensitive)]
    trees: Vec<Vec<Tree>>,
}

fn main() {
    assert!(Kind::from("a") == Kind::A && Kind::from("a".to_owned()) == Kind::A);
    assert_eq!(Kind::from("c".to_owned()).as_str(), "c");
    let request = SetAll::new("1", "key", 1, [vec![], vec![]])
        .kinds([Kind::A])
        .float(1.0)
        .map(BTreeMap::new())
        .day("2024-02-29")
        .from(1)
        .to("2")
        .tags(["x"])
        .any(serde_json::json!({"x": 1}));
    let wrong = |request: &SetAll| {
        let mut checks = Checks::new();
        request.check(&mut checks);
        checks.finish().err().map_or(0, |violations| violations.0.len())
    };
    assert_eq!(wrong(&request), 0);
    let mut request = request;
    request.any = None;
    request.number = 2;
    request.key = "long".to_owned();
    request.fixed_number = 3;
    assert_eq!(wrong(&request), 4);
    assert!(!format!("{request:?}").contains("long"));
    let text = serde_json::to_string(&request).unwrap();
    let again: SetAll = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    let mut draft = Draft::new(SetAll::METADATA);
    request.draft(&mut draft);
    assert_eq!(draft.finish().unwrap().query, "kind%5B%5D=a");

    let mut draft = Draft::new(SendFile::METADATA);
    SendFile::new(File::new("a.pdf", "x")).name("a").draft(&mut draft);
    assert!(draft.finish().unwrap().content_type.unwrap().starts_with("multipart/form-data"));
    lists();
    assert_eq!(Kind::KNOWN.len(), 2);
}

/// A body and an answer that are lists; with serde a request is an object all the same.
fn lists() {
    let tree = || Tree::new().kind(Kind::A);
    let request = Plant::new([tree(), tree()]).items(2);
    let mut draft = Draft::new(Plant::METADATA);
    request.draft(&mut draft);
    let prepared = draft.finish().unwrap();
    assert_eq!(prepared.query, "items=2");
    assert_eq!(prepared.body.unwrap(), r#"[{"kind":"a"},{"kind":"a"}]"#);
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(text, r#"{"items":2,"trees":[{"kind":"a"},{"kind":"a"}]}"#);
    assert!(serde_json::from_str::<Plant>(&text).unwrap() == request);
    let mut checks = Checks::new();
    Plant::new([]).check(&mut checks);
    assert_eq!(checks.finish().unwrap_err().0[0].path, "trees");

    let text = r#"[[{"kind":"a"}],[]]"#;
    let answer = hire_api::wire::from_slice::<Planted>(text.as_bytes()).unwrap().value;
    assert!(answer.trees == [vec![tree()], vec![]]);
    assert_eq!(format!("{answer:?}"), "Planted { trees: [hidden] }");
    assert_eq!(hire_api::wire::to_string(&answer), text);
    assert_eq!(serde_json::to_string(&answer).unwrap(), text);
    assert!(serde_json::from_str::<Planted>(text).unwrap() == answer);
    let read = hire_api::wire::from_slice::<Planted>(br#"[[{"kind":[]}],7]"#).unwrap();
    assert_eq!(read.mismatches.count(), 2, "{}", read.mismatches);
    assert!(hire_api::wire::from_slice::<Planted>(br#"{"trees": []}"#).is_err());
    assert!(hire_api::wire::from_slice::<Planted>(b"null").unwrap().value == Planted::default());
}
