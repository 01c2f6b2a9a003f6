//! Every part of the schema is in the document.

use std::collections::BTreeSet;

use hire_gen::ir::{Api, Base, Field, Kind};
use serde_json::Value;

use super::{document, load, operation};

/// Finds the part of a document for a part of the schema.
struct Lookup<'a> {
    api: &'a Api,
    document: &'a Value,
    fields: usize,
}

impl Lookup<'_> {
    /// The target of a schema's reference, through `null` and lists.
    fn inside<'v>(&'v self, mut schema: &'v Value) -> &'v Value {
        loop {
            if let Some(pointer) = schema["$ref"].as_str() {
                schema = self.document.pointer(pointer.trim_start_matches('#')).unwrap();
            } else if let Some(first) = schema["anyOf"].get(0).filter(|one| !one["enum"].is_array()) {
                schema = first;
            } else if !schema["items"].is_null() {
                schema = &schema["items"];
            } else if schema["additionalProperties"].is_object() {
                schema = &schema["additionalProperties"];
            } else {
                return schema;
            }
        }
    }

    fn fields(&mut self, fields: &[Field], schema: &Value, open: &mut Vec<usize>) {
        let object = self.inside(schema).clone();
        for field in fields {
            let property = &object["properties"][&field.wire];
            assert_eq!(property.is_null(), field.unusable.is_some(), "{} in {object}", field.wire);
            if field.unusable.is_none() {
                self.field(field, property, open);
            }
        }
    }

    fn field(&mut self, field: &Field, schema: &Value, open: &mut Vec<usize>) {
        self.fields += 1;
        let inside = self.inside(schema).clone();
        let Base::Type(id) = field.ty.base else { return };
        let ty = self.api.type_(id).unwrap();
        assert!(inside["x-rust"].as_str().unwrap().ends_with(&format!("::{}", ty.name)), "{inside}");
        match &ty.kind {
            Kind::Enum { variants, .. } => {
                let listed = if inside["enum"].is_array() { &inside } else { &inside["anyOf"][0] };
                let count = |key: &str| listed[key].as_array().map(Vec::len);
                for key in ["enum", "x-enum-varnames", "x-enum-descriptions"] {
                    assert_eq!(count(key), Some(variants.len()), "{}: {key}", ty.name);
                }
            }
            Kind::Object(fields) if !open.contains(&id.0) => {
                open.push(id.0);
                self.fields(fields, &inside, open);
                open.pop();
            }
            Kind::Object(_) => {}
        }
    }
}

#[test]
fn every_endpoint_field_type_and_error_of_the_schema_is_there() {
    let api = load("../schema");
    let document = document(&api);
    let mut lookup = Lookup { api: &api, document: &document, fields: 0 };
    for endpoint in &api.endpoints {
        let operation = operation(&document, endpoint);
        assert_eq!(operation["operationId"], endpoint.id.to_string());
        for (place, fields) in
            [("path", &endpoint.path_params), ("query", &endpoint.query), ("header", &endpoint.headers)]
        {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters: Vec<&Value> = parameters.filter(|one| one["in"] == place).collect();
            let used: Vec<&Field> = fields.iter().filter(|field| field.unusable.is_none()).collect();
            assert_eq!(parameters.len(), used.len(), "{} {place}", endpoint.id);
            for (field, parameter) in used.into_iter().zip(parameters) {
                assert!(place == "path" || parameter["name"] == field.wire, "{parameter}");
                lookup.field(field, &parameter["schema"], &mut Vec::new());
            }
        }
        let content = operation["requestBody"]["content"].as_object();
        assert_eq!(content.is_some(), endpoint.body.is_some());
        let schema = content.and_then(|content| content.values().next()).map(|media| &media["schema"]);
        if let (Some(body), Some(schema)) = (&endpoint.body, schema) {
            lookup.fields(body, schema, &mut Vec::new());
        }
        let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let data = lookup.inside(answer)["properties"]["data"].clone();
        lookup.fields(&endpoint.response, &data, &mut Vec::new());
        for error in &endpoint.errors {
            let codes = operation["responses"][error.http.to_string()]["x-error-codes"].as_array().unwrap();
            assert!(codes.iter().any(|one| one["code"] == error.code && one["name"] == error.name));
        }
    }
    assert!(lookup.fields > 1000, "{} fields were looked up", lookup.fields);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let described: BTreeSet<&str> = schemas.values().filter_map(|schema| schema["x-rust"].as_str()).collect();
    assert_eq!(described.len(), api.types.len(), "types in the document against types of the schema");
}
