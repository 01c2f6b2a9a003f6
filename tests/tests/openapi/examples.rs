//! Examples and defaults are valid in the document that shows them.

use serde_json::{Value, json};

use super::{Schemas, document, load, loaded, operation, small};

/// Documented examples that violate their own page, and the document's text in their place.
const REFUSED: [(&str, &str, &str); 1] =
    [("hire.v1.job.combined_update", "Request", "`job_attribute` must be one of `1`, `2`")];

#[test]
fn every_documented_example_is_shown_and_valid_or_named_with_what_is_wrong_with_it() {
    let api = load("../schema");
    let document = document(&api);
    let mut schemas = Schemas::new(&document);
    let (mut shown, mut refused) = (0, Vec::new());
    for endpoint in &api.endpoints {
        let operation = operation(&document, endpoint);
        let places = [
            ("Request", &endpoint.request_example, &operation["requestBody"]),
            ("Response", &endpoint.response_example, &operation["responses"]["200"]),
        ];
        for (what, example, place) in places {
            let Some(example) = example else { continue };
            let value: Value = serde_json::from_str(&example.text).unwrap();
            let found = &place["content"]["application/json"]["example"];
            match schemas.component(&format!("{}.{what}", endpoint.id), &value) {
                Ok(()) => {
                    assert_eq!(*found, value, "{} {what}", endpoint.id);
                    shown += 1;
                }
                Err(why) => {
                    assert!(found.is_null(), "{} {what} is shown: {why}", endpoint.id);
                    let about = place["description"].as_str().unwrap_or_default().to_owned();
                    refused.push((endpoint.id.to_string(), what, about));
                }
            }
        }
    }
    assert!(shown > 250, "{shown} examples were checked");
    assert_eq!(refused.len(), REFUSED.len(), "{refused:#?}");
    for ((id, what, about), (known, direction, why)) in refused.iter().zip(REFUSED) {
        assert_eq!((id.as_str(), *what), (known, direction));
        assert!(about.contains(why), "{about}");
    }
}

#[test]
fn an_example_is_left_out_for_whatever_its_schema_refuses() {
    let endpoint = "title: Do\ndoc: https://zoo.example/do\ntokens: [tenant]\nquota: 5/s\nmethod: POST\npath: /zoo/do\n\
                    body:\n  code: {type: string, pattern: '[a-z]+'}\n  at: {type: string, format: ms}\n\
                    response:\n  cats: {type: 'Cat[]'}\n  by_name: {type: map<Cat>}\n\
                    types:\n  Cat:\n    fields:\n      owner: {type: Owner}\n  Owner:\n    fields:\n      name: string\n";
    let shown = |request: &Value, data: &Value| {
        let answer = json!({"code": 0, "msg": "", "data": data});
        let files = [
            ("yaml", endpoint.to_owned()),
            ("request.json", request.to_string()),
            ("response.json", answer.to_string()),
        ];
        let api = loaded(files.map(|(ending, text)| (format!("zoo/v1/animal/do.{ending}"), text)));
        let document = document(&api);
        let operation = operation(&document, &api.endpoints[0]);
        [&operation["requestBody"], &operation["responses"]["200"]].map(|place| {
            let example = &place["content"]["application/json"]["example"];
            assert_eq!(example.is_null(), place["description"].to_string().contains("is omitted"), "{place}");
            !example.is_null()
        })
    };
    let (request, data) =
        (json!({"code": "a", "at": "1"}), json!({"cats": [{"owner": {"name": "a"}}], "by_name": {}}));

    assert_eq!(shown(&request, &data), [true, true]);
    assert_eq!(shown(&json!({"at": "now"}), &data), [false, true]);
    for data in
        [json!([]), json!({"cats": [{"owner": []}]}), json!({"by_name": {"a": {}, "b": {"owner": []}}})]
    {
        assert_eq!(shown(&request, &data), [true, false], "{data}");
    }
}

#[test]
fn examples_of_fields_are_for_sending_only_where_they_can_be_sent() {
    let api = small(
        "method: POST\npath: /zoo/do\n\
         body:\n  at: {type: string, format: ms, example: yesterday}\n  fixed: {type: int, required: true, fixed: 2, example: 3}\n\
         \x20 list: {type: 'string[]', format: date, example: '2026-02-29'}\n  good: {type: 'string[]', example: a}\n\
         \x20 usual: {type: string, pattern: 'a+', default: b}\n",
    );
    let document = document(&api);
    let fields = &document["components"]["schemas"]["zoo.v1.animal.do.Request"]["properties"];
    for name in ["at", "fixed", "list", "usual"] {
        assert!(fields[name]["examples"].is_null() && fields[name]["default"].is_null(), "{name}");
    }
    assert_eq!(fields["good"]["examples"], json!([["a"]]));
}

/// Every example and default in a document, with the pointer of the schema that must accept it.
fn literals(value: &Value, pointer: &str, found: &mut Vec<(String, Value)>) {
    let Value::Object(members) = value else {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            literals(item, &format!("{pointer}/{index}"), found);
        }
        return;
    };
    if let (Some(example), true) = (members.get("example"), members.contains_key("schema")) {
        found.push((format!("{pointer}/schema"), example.clone()));
    }
    let listed = members.get("examples").and_then(Value::as_array).into_iter().flatten();
    found.extend(listed.map(|example| (pointer.to_owned(), example.clone())));
    found.extend(members.get("default").map(|default| (pointer.to_owned(), default.clone())));
    for (name, member) in
        members.iter().filter(|(name, _)| !["example", "examples", "default"].contains(&name.as_str()))
    {
        let name = name.replace('~', "~0").replace('/', "~1");
        literals(member, &format!("{pointer}/{name}"), found);
    }
}

#[test]
fn examples_and_defaults_of_fields_are_valid() {
    for schema in ["golden/schema", "../schema"] {
        let document = document(&load(schema));
        let (mut schemas, mut found) = (Schemas::new(&document), Vec::new());
        literals(&document, "", &mut found);
        assert!(!found.is_empty());
        for (pointer, value) in found {
            let encoded = pointer.replace('{', "%7B").replace('}', "%7D").replace('中', "%E4%B8%AD");
            schemas.judge(&encoded, &value).unwrap();
        }
    }
}
