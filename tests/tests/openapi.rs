//! The OpenAPI document: its contents, that it is reproducible, and that it accepts what the schema and the mock
//! accept.

#[path = "openapi/everything.rs"]
mod everything;
#[path = "openapi/examples.rs"]
mod examples;
#[path = "openapi/requests.rs"]
mod requests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::ir::{Api, Endpoint};
use hire_gen::openapi::{Options, Version, openapi};
use hire_gen::source::Sources;
use serde_json::{Value, json};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn load(schema: &str) -> Api {
    hire_gen::load(&folder(schema)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A schema with one endpoint, whose file has this ending.
fn small(endpoint: &str) -> Api {
    let head = "title: Do\ndoc: https://zoo.example/do\ntokens: [tenant]\nquota: 5/s\n";
    loaded([("zoo/v1/animal/do.yaml".to_owned(), format!("{head}{endpoint}"))])
}

fn loaded(texts: impl IntoIterator<Item = (String, String)>) -> Api {
    let loaded = hire_gen::load_sources(&Sources::from_texts(texts));
    loaded.unwrap_or_else(|problems| panic!("{problems}")).0
}

fn json_of(api: &Api, version: Version) -> String {
    openapi(api, &Options { version, ..Options::default() }).to_json()
}

fn document(api: &Api) -> Value {
    serde_json::from_str(&json_of(api, Version::V3_1)).unwrap()
}

/// Schemas of a document, compiled on demand.
struct Schemas {
    compiler: boon::Compiler,
    compiled: boon::Schemas,
}

impl Schemas {
    fn new(document: &Value) -> Self {
        let mut compiler = boon::Compiler::new();
        compiler.set_default_draft(boon::Draft::V2020_12);
        // In 2020-12, `format` and the contents of a text are annotations unless a validator is told to check them.
        compiler.enable_format_assertions();
        compiler.enable_content_assertions();
        compiler.add_resource("https://openapi.example/", document.clone()).unwrap();
        Self { compiler, compiled: boon::Schemas::new() }
    }

    /// The errors of a value against a schema, given by its pointer.
    fn judge(&mut self, pointer: &str, value: &Value) -> Result<(), String> {
        let place = format!("https://openapi.example/#{pointer}");
        let schema = self.compiler.compile(&place, &mut self.compiled).unwrap();
        self.compiled.validate(value, schema).map_err(|error| format!("{pointer}: {error}"))
    }

    fn component(&mut self, name: &str, value: &Value) -> Result<(), String> {
        self.judge(&format!("/components/schemas/{name}"), value)
    }
}

fn operation<'d>(document: &'d Value, endpoint: &Endpoint) -> &'d Value {
    let method = endpoint.method.as_str().to_lowercase();
    let operations = document["paths"].as_object().unwrap().values().map(|path| &path[&method]);
    let mut named = operations.filter(|operation| operation["operationId"] == endpoint.id.to_string());
    let found = named.next().unwrap_or_else(|| panic!("{} is not there", endpoint.id));
    assert!(named.next().is_none(), "{} is there twice", endpoint.id);
    found
}

#[test]
fn documents_are_the_goldens() {
    let api = load("golden/schema");
    for (name, version) in [("shop.json", Version::V3_1), ("shop-3.0.json", Version::V3_0)] {
        let (path, text) = (folder("golden/openapi").join(name), json_of(&api, version));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, golden, "golden/openapi/{name} is different; BLESS=1 writes it");
    }
}

#[test]
fn yaml_says_the_same_as_json() {
    for schema in ["golden/schema", "../schema"] {
        let document = openapi(&load(schema), &Options::default());
        let yaml: Value = serde_yaml::from_str(&document.to_yaml()).unwrap();
        assert_eq!(yaml, serde_json::from_str::<Value>(&document.to_json()).unwrap());
    }
}

#[test]
fn the_same_schema_gives_the_same_document_in_whatever_order_its_files_come() {
    let sources = Sources::read(&folder("../schema"));
    let texts: Vec<(String, String)> =
        sources.files().iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    let expected = json_of(&load("../schema"), Version::V3_1);
    for turn in [0, 1, 7, texts.len() / 2] {
        let mut shuffled = texts.clone();
        shuffled.rotate_left(turn);
        shuffled.reverse();
        assert!(json_of(&loaded(shuffled), Version::V3_1) == expected, "rotated by {turn}");
    }
}

#[test]
fn a_new_endpoint_renames_nothing() {
    let names = |document: &Value| -> BTreeSet<String> {
        document["components"]["schemas"].as_object().unwrap().keys().cloned().collect()
    };
    let (whole, mut resources) = (names(&document(&load("../schema"))), BTreeSet::new());
    let api = load("../schema");
    for endpoint in &api.endpoints {
        resources.insert(hire_gen::rust::resource_feature(endpoint));
    }
    for resource in resources {
        let options = Options { resources: Some([resource.clone()].into()), ..Options::default() };
        let part: Value = serde_json::from_str(&openapi(&api, &options).to_json()).unwrap();
        let part = names(&part);
        assert!(part.is_subset(&whole) && part.len() < whole.len(), "{resource}");
    }
}

#[test]
fn an_answer_may_lack_everything_and_hold_anything_new() {
    let mut schemas = Schemas::new(&document(&load("golden/schema")));
    let mut answer = |data: Value| {
        schemas.component("shop.v1.order.create.Response", &json!({"code": 0, "msg": null, "data": data}))
    };
    for data in [
        json!(null),
        json!({}),
        json!({"order_id": null, "total": null, "lines": null, "kind": null, "address": null}),
        json!({"kind": 12345, "of_no_schema": [1], "address": {"city": null, "more": {}}}),
        json!({"lines": [{"sku": null, "parent": {"parent": null}}, {}]}),
    ] {
        answer(data).unwrap();
    }
    assert!(answer(json!({"kind": "parcel"})).is_err(), "an enum keeps its type");
    assert!(answer(json!({"order_id": 1})).is_err());
    let failure = json!({"code": 1002001, "msg": "x", "error": {"log_id": "1", "helps": [{}]}, "more": 1});
    schemas.component("Failure", &failure).unwrap();
    assert!(schemas.component("Failure", &json!({"msg": "x"})).is_err());
}

#[test]
fn paths_that_differ_in_names_alone_are_one_and_a_slash_makes_two() {
    let endpoint = |method: &str, path: &str, parameter: &str| {
        format!(
            "title: Do\ndoc: https://zoo.example/do\ntokens: [tenant]\nquota: 5/s\nmethod: {method}\npath: {path}\n\
             path_params:\n  {parameter}: {{type: string, doc: Which one.}}\n"
        )
    };
    let api = loaded([
        ("zoo/v1/animal/get.yaml".to_owned(), endpoint("GET", "/zoo/:animal_id", "animal_id")),
        ("zoo/v1/animal/update.yaml".to_owned(), endpoint("PUT", "/zoo/:id", "id")),
        ("zoo/v1/animal/list.yaml".to_owned(), endpoint("GET", "/zoo/:id/", "id")),
    ]);
    let document = document(&api);

    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/zoo/{animal_id}", "/zoo/{id}/"]);
    let put = &document["paths"]["/zoo/{animal_id}"]["put"];
    assert_eq!(
        (&put["parameters"][0]["name"], &put["operationId"]),
        (&json!("animal_id"), &json!("zoo.v1.animal.update"))
    );
}

#[test]
fn envelopes_failures_and_defaults_are_what_the_schema_says() {
    let api = small(
        "method: GET\npath: /zoo/do\nenvelope: bare\n\
         query:\n  size: {type: int, maximum: 5, default: 20}\n  token: {type: string, default: a}\n\
         response:\n  name: string\n\
         errors:\n  7: {http: 200, name: Late, label: 迟}\n  8: {http: 500, name: Broken, advice: Wait.}\n",
    );
    let document = document(&api);
    let operation = operation(&document, &api.endpoints[0]);
    let answer = &document["components"]["schemas"]["zoo.v1.animal.do.Response"];
    assert!(answer["properties"]["name"].is_object() && answer["properties"]["data"].is_null());
    let responses = &operation["responses"];
    assert_eq!(responses["200"]["x-error-codes"], json!([{"code": 7, "name": "Late", "label": "迟"}]));
    assert_eq!(responses["500"]["x-error-codes"], json!([{"code": 8, "name": "Broken", "advice": "Wait."}]));
    // Feishu may accept more than a caller may send; then only the description mentions it.
    let [size, token] = [0, 1].map(|index| &operation["parameters"][index]);
    assert!(size["schema"]["default"].is_null() && size["description"].as_str().unwrap().contains("`20`"));
    assert_eq!(token["schema"]["default"], "a");
}
