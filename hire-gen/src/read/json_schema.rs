//! The grammar as JSON Schemas (draft 2020-12), for completion and checks in editors.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::read::grammar::{
    API_SHAPE, ENDPOINT_SHAPE, EVENT_SHAPE, Key, Kind, Shape, TYPE_SHAPE, UPPER_CAMEL,
};

/// File name and text of each schema, in order.
pub fn json_schemas() -> [(&'static str, String); 4] {
    [
        ("api.schema.json", text(&API_SHAPE)),
        ("endpoint.schema.json", text(&ENDPOINT_SHAPE)),
        ("event.schema.json", text(&EVENT_SHAPE)),
        ("type.schema.json", text(&TYPE_SHAPE)),
    ]
}

fn text(root: &'static Shape) -> String {
    let mut shapes = Vec::new();
    collect(root, &mut shapes);
    let definitions = shapes.iter().map(|shape| (definition(shape), Schema::of_shape(shape))).collect();
    let schema = Schema {
        schema: Some("https://json-schema.org/draft/2020-12/schema"),
        title: Some(definition(root)),
        reference: Some(reference(root)),
        definitions: Map(definitions),
        ..Schema::default()
    };
    // Plain data with text keys always serializes.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Every mapping that can be reached, each once, in the order of the grammar.
fn collect(shape: &'static Shape, shapes: &mut Vec<&'static Shape>) {
    if shapes.iter().any(|known| known.name == shape.name) {
        return;
    }
    shapes.push(shape);
    for key in shape.keys {
        collect_kind(&key.kind, shapes);
    }
}

fn collect_kind(kind: &'static Kind, shapes: &mut Vec<&'static Shape>) {
    match kind {
        Kind::Mapping(shape) => collect(shape, shapes),
        Kind::List(inner) | Kind::Map(_, inner) => collect_kind(inner, shapes),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| collect_kind(kind, shapes)),
        _ => {}
    }
}

/// `an endpoint` → `endpoint`, `` `api.yaml` `` → `api`
fn definition(shape: &Shape) -> String {
    let name = shape.name.trim_matches('`').trim_end_matches(".yaml");
    let name = name.strip_prefix("an ").or_else(|| name.strip_prefix("a ")).unwrap_or(name);
    name.replace(' ', "_")
}

fn reference(shape: &Shape) -> String {
    format!("#/$defs/{}", definition(shape))
}

/// The subset of JSON Schema that the grammar needs, in output order.
#[derive(Default, serde::Serialize)]
struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "<[_]>::is_empty", serialize_with = "one_or_many")]
    types: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    words: Vec<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    examples: &'static [&'static str],
    #[serde(rename = "anyOf", skip_serializing_if = "Vec::is_empty")]
    any_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Schema>>,
    #[serde(rename = "minItems", skip_serializing_if = "Option::is_none")]
    min_items: Option<u32>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    properties: Map<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<Box<Schema>>,
    #[serde(rename = "propertyNames", skip_serializing_if = "Option::is_none")]
    property_names: Option<Box<Schema>>,
    #[serde(rename = "additionalProperties", skip_serializing_if = "Option::is_none")]
    additional: Option<Additional>,
    #[serde(rename = "$defs", skip_serializing_if = "Map::is_empty")]
    definitions: Map<Schema>,
}

fn one_or_many<S: Serializer>(types: &&'static [&'static str], serializer: S) -> Result<S::Ok, S::Error> {
    match types {
        [one] => one.serialize(serializer),
        many => many.serialize(serializer),
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Additional {
    No(bool),
    Of(Box<Schema>),
}

/// A JSON object in the order of its items; a map of serde_json may sort them, depending on the features of the
/// build.
#[derive(Default)]
struct Map<V>(Vec<(String, V)>);

impl<V> Map<V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Schema {
    fn of_shape(shape: &'static Shape) -> Self {
        let properties = shape
            .keys
            .iter()
            .map(|key| (key.name.to_owned(), Self { description: Some(key.says), ..Self::of(&key.kind) }));
        Self {
            description: Some(shape.says),
            types: &["object"],
            any_of: shape.forms.iter().map(|form| Self::of_form(shape, form)).collect(),
            properties: Map(properties.collect()),
            required: shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect(),
            additional: Some(Additional::No(false)),
            ..Self::default()
        }
    }

    /// All keys have this form.
    fn of_form(shape: &Shape, form: &[&'static str]) -> Self {
        let others = shape.forms.iter().copied().flatten().filter(|key| !form.contains(key));
        let others = others.map(|key| Self { required: vec![key], ..Self::default() }).collect();
        let not = Self { any_of: others, ..Self::default() };
        Self { required: form.to_vec(), not: Some(Box::new(not)), ..Self::default() }
    }

    fn of(kind: &'static Kind) -> Self {
        let typed = |types| Self { types, ..Self::default() };
        match kind {
            Kind::Line => Self { pattern: Some(r"^[^\n]*\S[^\n]*$"), ..typed(&["string"]) },
            Kind::Form(form) => {
                Self { pattern: Some(form.pattern), examples: form.examples, ..typed(&["string"]) }
            }
            Kind::Text => Self { pattern: Some(r"\S"), ..typed(&["string"]) },
            Kind::MaybeText => typed(&["string", "null"]),
            Kind::Flag => typed(&["boolean"]),
            Kind::Count => Self { minimum: Some(0), ..typed(&["integer"]) },
            Kind::Status => Self { minimum: Some(100), maximum: Some(599), ..typed(&["integer"]) },
            Kind::Number => typed(&["number"]),
            // One of two, so that an editor offers a value and not the beginning of a list.
            Kind::Literal => {
                let value = typed(&["string", "number", "boolean"]);
                let items = typed(&["string", "number", "boolean", "array"]);
                let list = Self { items: Some(Box::new(items)), ..typed(&["array"]) };
                Self { any_of: vec![value, list], ..Self::default() }
            }
            Kind::EnumValue => typed(&["integer", "string"]),
            Kind::Date => Self { format: Some("date"), ..typed(&["string"]) },
            Kind::Word(words) => Self { words: words(), ..Self::default() },
            Kind::List(inner) => {
                Self { items: Some(Box::new(Self::of(inner))), min_items: Some(1), ..typed(&["array"]) }
            }
            Kind::Map(key, inner) => Self {
                property_names: match key {
                    Key::Name => None,
                    Key::Type => Some(UPPER_CAMEL.pattern),
                    Key::Code => Some("^(0|-?[1-9][0-9]*)$"),
                }
                .map(|pattern| Box::new(Self { pattern: Some(pattern), ..Self::default() })),
                additional: Some(Additional::Of(Box::new(Self::of(inner)))),
                ..typed(&["object"])
            },
            Kind::Mapping(shape) => Self { reference: Some(reference(shape)), ..Self::default() },
            Kind::Either(kinds) => Self { any_of: kinds.iter().map(Self::of).collect(), ..Self::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `BLESS=1` writes them.
    #[test]
    fn the_committed_schemas_are_what_the_grammar_says() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        for (name, text) in super::json_schemas() {
            let path = dir.join(name);
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(committed, text, "run `cargo hire-gen json-schema --out schema`");
        }
    }
}
