//! The schema language as a table: every key, with sensible and odd values.
//!
//! A new key of the language is added here only; a test compares the table with the JSON Schemas.

use serde_json::{Value, json};

use crate::random::Random;
use crate::words::{ENGLISH, LINES, PATTERNS, TEXTS};

/// The context of a new field.
pub struct Place<'a> {
    /// `string`, `Kind`, without lists and maps.
    pub base: &'a str,
    /// Whether the field is a list.
    pub list: bool,
    /// Visible enums, with the names of their values.
    pub enums: &'a [(String, Vec<String>)],
    /// Wire names of the fields beside it.
    pub siblings: &'a [String],
    /// Whether the field is sent.
    pub sent: bool,
    /// Names of other endpoints.
    pub endpoints: &'a [String],
}

/// A key, the percentage of fields that have it, and its value.
type Key = (&'static str, usize, fn(&mut Random, &Place<'_>) -> Value);

/// Every key of a field except `type`, which depends on the place.
pub const FIELD: &[Key] = &[
    ("required", 30, |random, place| json!(place.sent && random.percent(90))),
    ("required_when", 12, condition),
    ("default", 10, literal),
    ("example", 25, literal),
    ("minimum", 15, number),
    ("maximum", 15, |random, place| match number(random, place) {
        Value::Number(number) if number.is_i64() => json!(number.as_i64().unwrap().saturating_add(20)),
        other => other,
    }),
    ("min_length", 12, |random, _| json!(*random.pick(&[0, 1, 2, 3, 3000]))),
    ("max_length", 15, |random, _| json!(*random.pick(&[0_i64, 1, 3, 8, 9_000_000_000, i64::MAX]))),
    ("min_items", 12, |random, _| json!(*random.pick(&[0, 1, 2, 30]))),
    ("max_items", 15, |random, _| json!(*random.pick(&[1_i64, 2, 40, i64::MAX]))),
    ("max_bytes", 10, |random, _| json!(*random.pick(&[1_i64, 5, 1000, 5_000_000_000]))),
    ("pattern", 8, |random, _| json!(random.pick(PATTERNS).0)),
    ("fixed", 8, literal),
    ("format", 20, |random, _| json!(random.pick(&["ms", "s", "date", "json", "custom_value"]))),
    ("label", 20, text),
    ("doc", 30, text),
    ("deprecated", 8, |random, place| match random.below(3) {
        0 => json!(true),
        1 => text(random, place),
        _ if place.siblings.is_empty() => json!(false),
        _ => json!({"use": random.pick(place.siblings)}),
    }),
    ("unusable", 4, text),
    ("sensitive", 8, |random, _| json!(random.percent(80))),
    ("nullable", 10, |random, _| json!(random.percent(80))),
    ("replaces", 8, |random, _| json!(random.percent(80))),
    ("scopes", 8, scopes),
    ("rust", 5, |random, _| json!(random.pick(ENGLISH))),
    ("fix", 8, text),
    ("review", 2, text),
];

/// Every key of an endpoint that is not a section, a path or a method.
pub const ENDPOINT: &[Key] = &[
    ("label", 30, text),
    ("revised", 30, |random, _| json!(random.pick(&["2025-06-04", "2024-02-29"]))),
    ("about", 40, text),
    ("deprecated", 10, |random, place| match random.below(3) {
        0 => json!(true),
        1 if !place.endpoints.is_empty() => json!({"use": random.pick(place.endpoints)}),
        _ => text(random, place),
    }),
    ("base_urls", 8, |random, _| {
        let region = random.pick(&["zoo", "sea", "moon"]);
        json!({*region: random.pick(&["https://www.zoo.example", "https://x.example:8443", "https://x.example/a"])})
    }),
    ("apps", 30, apps),
    ("scopes", 30, scopes),
    ("field_scopes", 20, scopes),
    ("safety", 40, |random, place| match random.below(5) {
        0 => json!("safe"),
        1 => json!("idempotent"),
        2 => json!("unsafe"),
        _ if place.siblings.is_empty() => json!("unsafe"),
        _ => json!(format!("keyed({})", random.pick(place.siblings))),
    }),
    ("envelope", 20, |random, _| json!(random.pick(&["standard", "message", "flat", "bare"]))),
    ("errors", 40, errors),
];

/// Keys of an endpoint that the schema builder writes itself.
pub const BUILT: &[&str] = &[
    "title",
    "doc",
    "method",
    "path",
    "tokens",
    "quota",
    "path_params",
    "query",
    "headers",
    "body",
    "response",
    "types",
    "paging",
];

/// Every key of an event that is not a section.
pub const EVENT: &[Key] = &[
    ("label", 30, text),
    ("revised", 30, |random, _| json!(random.pick(&["2025-06-04", "2024-02-29"]))),
    ("about", 40, text),
    ("apps", 30, apps),
    ("scopes", 30, scopes),
    ("field_scopes", 20, scopes),
    ("envelope", 30, |random, _| json!(random.pick(&["v1", "v2"]))),
];

/// Keys of an event that the schema builder writes itself.
pub const EVENT_BUILT: &[&str] = &["title", "doc", "event_type", "fields", "types"];

/// Every key of `api.yaml`.
pub const API: &[Key] = &[
    ("described", 30, |random, _| json!(random.percent(50))),
    ("base_urls", 70, |random, _| {
        let mut regions = serde_json::Map::new();
        for region in ["zoo", "sea", "type", "endpoints", "schema_dir", "errors", "a1", "V1"] {
            if region == "zoo" || random.percent(20) {
                regions.insert(
                    region.to_owned(),
                    json!(format!("https://{}.example", region.replace('_', "-"))),
                );
            }
        }
        Value::Object(regions)
    }),
    ("errors", 50, errors),
];

/// Every key of a type except its contents.
pub const TYPE: &[Key] = &[("label", 30, text), ("doc", 30, text), ("fix", 20, text)];

/// Keys of a type that the schema builder writes itself.
pub const TYPE_BUILT: &[&str] = &["fields", "enum", "values", "same_as"];

/// Every key of an enum's value that is not the value.
pub const VALUE: &[Key] = &[
    ("label", 30, text),
    ("doc", 30, text),
    ("deprecated", 20, |random, place| match random.below(3) {
        0 => json!(true),
        1 if !place.siblings.is_empty() => json!({"use": random.pick(place.siblings)}),
        _ => text(random, place),
    }),
    ("scopes", 15, scopes),
];

/// Keys of an enum's value that the schema builder writes itself.
pub const VALUE_BUILT: &[&str] = &["value", "name"];

/// Every optional key of an error code.
pub const ERROR: &[Key] = &[("label", 50, text), ("advice", 50, text)];

/// The required keys of an error code.
pub const ERROR_BUILT: &[&str] = &["http", "name"];

/// Keys with their values, as often as the table requires.
pub fn keys(random: &mut Random, table: &[Key], place: &Place<'_>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (key, percent, value) in table {
        if random.percent(*percent) {
            found.push(((*key).to_owned(), value(random, place)));
        }
    }
    found
}

fn text(random: &mut Random, _: &Place<'_>) -> Value {
    json!(random.pick(TEXTS))
}

fn apps(random: &mut Random, _: &Place<'_>) -> Value {
    json!(random.pick(&[&["custom"][..], &["store"], &["custom", "store"], &["custom", "custom"]]))
}

fn errors(random: &mut Random, place: &Place<'_>) -> Value {
    let mut errors = serde_json::Map::new();
    for number in 0..i64::try_from(random.below(4)).unwrap() {
        let code = match random.below(6) {
            0 => number,
            1 => -number,
            2 => i64::MAX - number,
            _ => i64::try_from(random.below(3)).unwrap() * 1_000_000_007 + number,
        };
        let name = random.pick(&[
            "NotFound",
            "None",
            "Ok",
            "Err",
            "Error",
            "ALL",
            "Default",
            "Self1",
            "Self",
            "RateLimited",
            "Code",
            "Some",
            "Request",
            "AB",
            "Ab",
        ]);
        let mut error = json!({"http": random.pick(&[200, 400, 429, 500, 100, 599]), "name": name});
        for (key, value) in keys(random, ERROR, place) {
            error[key] = value;
        }
        errors.insert(code.to_string(), error);
    }
    Value::Object(errors)
}

fn scopes(random: &mut Random, place: &Place<'_>) -> Value {
    let mut scopes = serde_json::Map::new();
    for _ in 0..1 + random.below(2) {
        let name = random.pick(&[
            "zoo:animal",
            "zoo:animal:readonly",
            "contact:user.id:readonly",
            "a b",
            "`x`",
            "范围",
        ]);
        let label = if random.percent(50) { text(random, place) } else { Value::Null };
        scopes.insert((*name).to_owned(), label);
    }
    Value::Object(scopes)
}

fn number(random: &mut Random, place: &Place<'_>) -> Value {
    match (place.base, random.below(8)) {
        ("float", 0) => json!(-0.5),
        ("float", 1) => json!(1.5e300),
        (_, 2) => json!(i64::MIN),
        (_, 3) => json!(i64::MAX),
        (_, 4) => json!(0.25),
        (_, n) => json!(i64::try_from(n).unwrap() - 5),
    }
}

/// A value that the type usually has.
fn literal(random: &mut Random, place: &Place<'_>) -> Value {
    if place.list && random.percent(80) {
        let items = 1 + random.below(3);
        return (0..items).map(|_| scalar(random, place)).collect();
    }
    scalar(random, place)
}

fn scalar(random: &mut Random, place: &Place<'_>) -> Value {
    let base = if random.percent(5) { "int" } else { place.base };
    match base {
        "string" => match random.below(4) {
            0 => json!(random.pick(LINES)),
            1 => json!("2026-02-28"),
            2 => json!("1676548784889"),
            _ => json!(random.pick(PATTERNS).1),
        },
        "int" => json!(*random.pick(&[0, 1, -3, 7, i64::MAX, i64::MIN])),
        "float" => match random.below(3) {
            0 => json!(3),
            1 => json!(-2.5),
            _ => json!(1e21),
        },
        "bool" => json!(random.percent(50)),
        "json" => random.pick(&[json!(1), json!("x"), json!(true)]).clone(),
        name => match place.enums.iter().find(|(known, _)| known == name) {
            Some((_, values)) if !values.is_empty() && random.percent(80) => json!(random.pick(values)),
            // The wire value.
            _ => random.pick(&[json!("x"), json!(0), json!(7)]).clone(),
        },
    }
}

fn condition(random: &mut Random, place: &Place<'_>) -> Value {
    if random.percent(15) || place.siblings.is_empty() {
        return text(random, place);
    }
    let mut conditions = serde_json::Map::new();
    for _ in 0..1 + random.below(2) {
        let sibling = random.pick(place.siblings).clone();
        let any_base = *random.pick(&["string", "int", "bool", "float"]);
        let names: Vec<&str> = place.enums.iter().map(|(name, _)| name.as_str()).collect();
        let base = if random.percent(30) && !names.is_empty() { *random.pick(&names) } else { any_base };
        let other = Place { base, list: false, ..*place };
        let test = match random.below(5) {
            0 => json!({"present": true}),
            1 => json!({"present": false}),
            2 => json!({"contains": scalar(random, &other)}),
            3 => json!({"any": [scalar(random, &other), scalar(random, &other)]}),
            _ => scalar(random, &other),
        };
        conditions.insert(sibling, test);
    }
    Value::Object(conditions)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The keys that the JSON Schema has for a mapping.
    fn documented(file: &str, mapping: &str) -> BTreeSet<String> {
        let schemas = hire_gen::json_schema::json_schemas();
        let (_, text) = schemas.iter().find(|(name, _)| name.starts_with(file)).unwrap();
        let schema: Value = serde_json::from_str(text).unwrap();
        let mapping = schema["$defs"][mapping]["properties"].as_object().unwrap();
        mapping.keys().cloned().collect()
    }

    #[test]
    fn the_tables_have_every_key_of_the_language() {
        let cases: &[(&str, &str, &[Key], &[&str])] = &[
            ("endpoint", "field", FIELD, &["type"]),
            ("endpoint", "endpoint", ENDPOINT, BUILT),
            ("event", "event", EVENT, EVENT_BUILT),
            ("api", "api", API, &[]),
            ("type", "type", TYPE, TYPE_BUILT),
            ("endpoint", "value_of_an_enum", VALUE, VALUE_BUILT),
            ("endpoint", "error_code", ERROR, ERROR_BUILT),
        ];
        for (file, mapping, table, built) in cases {
            let drawn: BTreeSet<String> =
                table.iter().map(|(key, ..)| *key).chain(built.iter().copied()).map(str::to_owned).collect();
            assert_eq!(drawn, documented(file, mapping), "{mapping}");
        }
    }
}
