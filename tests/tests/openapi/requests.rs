//! The document and the mock, which read the schema independently, accept and refuse the same requests.

use hire_gen::ir::{Api, Endpoint};
use hire_gen::validate::{Unknown, validate_body};
use serde_json::{Map, Value, json};

use super::{Schemas, document, load, small};

/// Bodies that differ from a valid one in one place: a value removed, added or replaced.
fn spoiled(body: &Value) -> Vec<Value> {
    let others =
        [json!(null), json!(""), json!("x"), json!(-7), json!(0.25), json!(true), json!([]), json!({})];
    let mut places = Vec::new();
    pointers(body, String::new(), &mut places);
    let mut bodies = vec![body.clone()];
    for place in &places {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut changed = body.clone();
            change(changed.pointer_mut(place).unwrap());
            changed
        };
        bodies.extend(others.iter().map(|other| with(&|value| *value = other.clone())));
        match body.pointer(place).unwrap() {
            Value::Object(members) => {
                bodies.push(with(&|value| value["of_no_schema"] = json!(1)));
                let without = |name| with(&|value| drop(value.as_object_mut().unwrap().remove(name)));
                bodies.extend(members.keys().map(|name| without(name.as_str())));
            }
            Value::Array(items) if !items.is_empty() => {
                let many = vec![items[0].clone(); 101];
                bodies.push(with(&|value| *value = Value::Array(many.clone())));
            }
            Value::String(text) => bodies.push(with(&|value| *value = json!(text.repeat(60)))),
            Value::Number(number) => {
                bodies.push(with(&|value| *value = json!(number.as_i64().unwrap_or(0) + 1000)))
            }
            _ => {}
        }
    }
    bodies
}

fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            pointers(value, format!("{at}/{name}"), found);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            pointers(value, format!("{at}/{index}"), found);
        }),
        _ => {}
    }
    found.push(at);
}

/// Compares the document's verdict on bodies with the mock's; returns how many both accept and refuse.
fn compare(api: &Api, endpoint: &Endpoint, bodies: impl IntoIterator<Item = Value>) -> (usize, usize) {
    let mut schemas = Schemas::new(&document(api));
    let (mut taken, mut refused) = (0, 0);
    for body in bodies {
        let problems = validate_body(api, endpoint, &body, Unknown::Refused);
        let judged = schemas.component(&format!("{}.Request", endpoint.id), &body);
        assert_eq!(judged.is_ok(), problems.is_empty(), "{body}\nmock: {problems:?}\ndocument: {judged:?}");
        if judged.is_ok() { taken += 1 } else { refused += 1 }
    }
    (taken, refused)
}

#[test]
fn documented_requests_and_their_spoiled_copies_are_judged_as_by_the_mock() {
    let api = load("../schema");
    let mut counts = (0, 0);
    for endpoint in &api.endpoints {
        let Some(example) = &endpoint.request_example else { continue };
        let body: Value = serde_json::from_str(&example.text).unwrap();
        let (taken, refused) = compare(&api, endpoint, spoiled(&body));
        assert!(taken > 0 && refused > 0, "{}", endpoint.id);
        counts = (counts.0 + taken, counts.1 + refused);
    }
    assert!(counts.0 > 300 && counts.1 > 1000, "{counts:?} taken and refused");
}

#[test]
fn everything_the_language_can_say_of_a_body_is_judged_as_by_the_mock() {
    let api = load("golden/schema");
    let endpoint = api.endpoint("shop.v1.order.create").unwrap();
    let body = json!({
        "external_id": "a", "title": "t", "kind": 1, "shipped_at": "1676548784889", "picked_up_by": "p", "gift": true,
        "discount": 0.5, "priority": 3, "version": 2, "day": "2026-02-28",
        "lines": [{"sku": "s", "count": 1, "parts": [{"sku": "t"}]}], "grid": [[{"value": "v"}], []],
        "notes": {"a": "b"}, "extra": [1], "old_title": "o",
    });
    let mut bodies = spoiled(&body);
    let pickup = json!({"title": "t", "kind": 2, "version": 2, "picked_up_by": "p"});
    bodies.extend(spoiled(&pickup));
    let days = ["2024-02-29", "2023-02-29", "2024-2-1", "2024-13-01"].map(|day| json!({"day": day}));
    let times = ["0", "-1", "1.5", "+1", "-"].map(|time| json!({"shipped_at": time}));
    let ranges =
        [json!({"discount": 0}), json!({"discount": 0.51}), json!({"priority": -3}), json!({"id": "1"})];
    for change in days.into_iter().chain(times).chain(ranges) {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        bodies.push(body);
    }
    let (taken, refused) = compare(&api, endpoint, bodies);
    assert!(taken > 20 && refused > 100, "{taken} taken, {refused} refused");
}

#[test]
fn every_kind_of_condition_is_judged_as_by_the_mock() {
    let api = small(
        "method: POST\npath: /zoo/do\n\
         body:\n  kind: {type: Kind}\n  list: {type: 'Kind[]'}\n  flag: bool\n\
         \x20 a: {type: string, required_when: {kind: {any: [Cat, Dog]}}}\n\
         \x20 b: {type: string, required_when: {list: {contains: Dog}}}\n\
         \x20 c: {type: string, required_when: {list: {present: true}, kind: {present: false}}}\n\
         \x20 d: {type: string, required_when: {flag: true, list: {present: false}, kind: {present: false}}}\n\
         \x20 e: {type: string, format: s}\n\
         types:\n  Kind:\n    enum: string\n    values: [{value: cat, name: Cat}, {value: dog, name: Dog}]\n",
    );
    let mut bodies = Vec::new();
    for kind in [json!({}), json!({"kind": "cat"}), json!({"kind": "dog"})] {
        for list in
            [json!({}), json!({"list": []}), json!({"list": ["cat"]}), json!({"list": ["cat", "dog"]})]
        {
            for more in [json!({}), json!({"flag": true}), json!({"flag": false}), json!({"e": "bb"})] {
                for set in 0..16 {
                    let letters = ["a", "b", "c", "d"].iter().enumerate();
                    let mut body: Map<String, Value> = letters
                        .filter(|(bit, _)| set & (1 << bit) != 0)
                        .map(|(_, name)| ((*name).to_owned(), json!("x")))
                        .collect();
                    for part in [&kind, &list, &more] {
                        body.extend(part.as_object().unwrap().clone());
                    }
                    bodies.push(Value::Object(body));
                }
            }
        }
    }
    let (taken, refused) = compare(&api, &api.endpoints[0], bodies);
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
}

#[test]
fn limits_are_those_of_the_outer_list_and_of_each_text_as_for_the_mock() {
    let api = small(
        "method: POST\npath: /zoo/do\n\
         body:\n  grid: {type: 'string[][]', min_items: 1, max_items: 2, min_length: 1, max_length: 2}\n\
         \x20 map: {type: map<int>, minimum: 1, maximum: 3}\n\
         \x20 kind: {type: Kind, required: true, fixed: Cat}\n\
         types:\n  Kind:\n    enum: string\n    values: [{value: cat, name: Cat}, {value: dog, name: Dog}]\n",
    );
    let mut bodies = spoiled(&json!({"kind": "cat", "grid": [["a"], []], "map": {"a": 1}}));
    bodies.push(json!({"kind": "dog"}));
    for grid in [json!([["a", "b", "c"]]), json!([[], [], []]), json!([["人才", "人才库"]])] {
        bodies.push(json!({"kind": "cat", "grid": grid}));
    }
    bodies.extend([0, 3, 4].map(|number| json!({"kind": "cat", "map": {"a": number, "b": 2}})));
    let (taken, refused) = compare(&api, &api.endpoints[0], bodies);
    assert!(taken > 5 && refused > 30, "{taken} taken, {refused} refused");
}

#[test]
fn json_as_text_looks_like_json_to_any_validator_and_is_json_to_one_that_looks_inside() {
    let texts =
        |format: &str| format!("method: POST\npath: /zoo/do\nbody:\n  text: {{type: string, {format}}}\n");
    let api = small(&texts("format: json"));
    let good = ["{}", " [1]\n", "\"\"", "-1.5e+7", "0", "true", "false", "null", "{\n\"a\": \"中\"}\r\n"];
    let bodies = |texts: &[&str]| texts.iter().map(|text| json!({"text": text})).collect::<Vec<_>>();
    let hidden = ["{\"a\"}", "[}", "\"a\"b\""];
    assert_eq!(compare(&api, &api.endpoints[0], bodies(&good)), (good.len(), 0));
    assert_eq!(compare(&api, &api.endpoints[0], bodies(&hidden)), (0, hidden.len()));

    // A validator that treats the media type of the content as an annotation uses the pattern.
    let mut document = document(&api);
    let field = &mut document["components"]["schemas"]["zoo.v1.animal.do.Request"]["properties"]["text"];
    assert_eq!(field["contentMediaType"].take(), "application/json");
    field.as_object_mut().unwrap().remove("contentMediaType");
    let mut schemas = Schemas::new(&document);
    let mut taken =
        |text: &str| schemas.component("zoo.v1.animal.do.Request", &json!({"text": text})).is_ok();
    assert!(good.iter().chain(&hidden).all(|text| taken(text)));
    assert!(
        ["", " ", "a", "{", "\"", "nul", "{}, ", "yes", "01", "1.2.3", "2026-01-01"]
            .iter()
            .all(|text| !taken(text))
    );

    // In addition to the field's own pattern.
    let api = small(&texts("format: json, pattern: '[0-9x]+'"));
    let (taken, refused) = compare(&api, &api.endpoints[0], bodies(&["12", "x", "{}", "1x"]));
    assert_eq!((taken, refused), (1, 3));
}

#[test]
fn a_body_may_be_left_out_where_an_empty_one_is_taken() {
    for (fields, required) in [
        ("a: string", json!(null)),
        ("a: {type: string, required: true}", json!(true)),
        ("a: {type: string, required_when: {b: {present: true}}}\n  b: string", json!(null)),
        ("a: {type: string, required_when: {b: {present: false}}}\n  b: string", json!(true)),
    ] {
        let api = small(&format!("method: POST\npath: /zoo/do\nbody:\n  {fields}\n"));
        let document = document(&api);
        assert_eq!(document["paths"]["/zoo/do"]["post"]["requestBody"]["required"], required, "{fields}");
        let empty = [json!({})];
        assert_eq!(compare(&api, &api.endpoints[0], empty).1 == 1, required == true, "{fields}");
    }
}
