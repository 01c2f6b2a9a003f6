//! Examples and defaults are valid by the document that shows them.

use serde_json::Value;

use super::{Schemas, document, load, operation};

#[test]
fn every_documented_example_is_valid() {
    let api = load("../schema");
    let document = document(&api);
    let mut schemas = Schemas::new(&document);
    let mut found = 0;
    for endpoint in &api.endpoints {
        let examples = [("Request", &endpoint.request_example), ("Response", &endpoint.response_example)];
        for (what, example) in examples {
            let Some(example) = example else { continue };
            let value = serde_json::from_str(&example.text).unwrap();
            schemas.component(&format!("{}.{what}", endpoint.id), &value).unwrap();
            let operation = operation(&document, endpoint);
            let shown = match what {
                "Request" => &operation["requestBody"]["content"]["application/json"]["example"],
                _ => &operation["responses"]["200"]["content"]["application/json"]["example"],
            };
            assert_eq!(*shown, value, "{}", endpoint.id);
            found += 1;
        }
    }
    assert!(found > 40, "{found} examples were checked");
}

/// Every example and default in a document beside the pointer of the schema that must take it.
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
