//! Properties of every text that is read and every value that is written, compared with serde_json. The fuzz targets in
//! `fuzz/` run them with libFuzzer's inputs, unit tests with those of proptest.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::read::from_slice;
use super::value::{Json, Millis};
use super::write::to_vec;

/// The deepest nesting of objects and lists that is read.
const DEEPEST: usize = 128;
/// Below this, a float represents every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A model with every kind of field.
#[derive(Clone, Default, PartialEq, hire_macros::Model)]
#[hire(request, response)]
struct Node {
    text: Option<String>,
    number: Option<i64>,
    float: Option<f64>,
    flag: Option<bool>,
    any: Option<Json>,
    inner: Option<Box<Node>>,
    texts: Vec<String>,
    list: Vec<Node>,
    map: BTreeMap<String, Node>,
}

/// Any bytes as the text of a model: JSON is read as serde_json reads it, and the result survives writing and reading.
///
/// # Panics
///
/// If a property does not hold.
pub fn reader(bytes: &[u8]) {
    let read = from_slice::<Node>(bytes);
    let Ok(raw) = serde_json::from_slice::<&RawValue>(bytes) else { return };
    let Ok(expected) = node(raw.get(), 0) else { return };
    let is_nothing = ["null", "\"\""].contains(&raw.get());
    match (read, expected) {
        (Ok(read), expected) => {
            assert!(expected.is_some() || is_nothing, "read something that is not an object");
            assert!(read.value == expected.unwrap_or_default(), "read a different value");
            let written = to_vec(&read.value);
            assert!(serde_json::from_slice::<&RawValue>(&written).is_ok(), "wrote no JSON");
            let again = from_slice::<Node>(&written);
            assert!(again.is_ok_and(|again| again.value == read.value), "wrote something else than was read");
        }
        (Err(error), expected) => assert!(expected.is_none() && !is_nothing, "refused what fits: {error}"),
    }
}

/// Values made from any bytes: they are written as serde_json writes them, and survive writing and reading.
///
/// # Panics
///
/// If a property does not hold.
pub fn writer(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let texts: Vec<String> = whole.split('\n').map(str::to_owned).collect();
    assert_eq!(to_vec(&texts), serde_json::to_vec(&texts).unwrap_or_default());
    let (mut list, mut map) = (Vec::new(), BTreeMap::new());
    for (chunk, text) in bytes.chunks(8).zip(texts.iter().cycle()) {
        let mut word = [0; 8];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        let (number, float) = (i64::from_le_bytes(word), f64::from_le_bytes(word));
        assert_eq!(to_vec(&number), serde_json::to_vec(&number).unwrap_or_default());
        assert_eq!(to_vec(&Millis::from(number)), format!("\"{number}\"").as_bytes());
        let float = Some(float).filter(|float| float.is_finite());
        if let Some(float) = float {
            assert_eq!(to_vec(&float), serde_json::to_vec(&float).unwrap_or_default());
        }
        let node = Node {
            text: Some(text.clone()).filter(|_| word[0] % 3 > 0),
            number: Some(number).filter(|_| word[1] % 3 > 0),
            float,
            flag: Some(word[2] % 2 > 0).filter(|_| word[2] % 3 > 0),
            any: serde_json::from_str::<Json>(text).ok().filter(|any| any.get() != "null"),
            inner: None,
            texts: texts.iter().take(usize::from(word[3] % 4)).cloned().collect(),
            list: Vec::new(),
            map: BTreeMap::new(),
        };
        map.insert(text.clone(), node.clone());
        list.push(node);
    }
    let whole = Node { inner: list.first().cloned().map(Box::new), list, map, ..Node::default() };
    let written = to_vec(&whole);
    assert!(serde_json::from_slice::<&RawValue>(&written).is_ok(), "wrote no JSON");
    let read = from_slice::<Node>(&written);
    assert!(read.is_ok_and(|read| read.mismatches.is_empty() && read.value == whole), "lost something");
}

/// The names and values of an object in order, including repeated ones.
struct Pairs(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// A value; `None` for an absent one, or for one that serde_json cannot represent: a name that is not text.
type Expected<T> = Result<Option<T>, serde_json::Error>;

/// A value as an object; `[]` also counts as one.
fn pairs(raw: &str, depth: usize) -> Expected<Vec<(String, Box<RawValue>)>> {
    match raw.as_bytes() {
        [b'{', ..] if depth < DEEPEST => serde_json::from_str::<Pairs>(raw).map(|pairs| Some(pairs.0)),
        [b'[', inner @ .., b']'] if inner.trim_ascii().is_empty() => Ok(Some(Vec::new())),
        _ => Ok(None),
    }
}

fn items<T>(raw: &str, depth: usize, read: impl Fn(&str) -> Expected<T>) -> Expected<Vec<T>> {
    let items: Vec<Box<RawValue>> = match raw.as_bytes() {
        [b'[', ..] if depth < DEEPEST => serde_json::from_str(raw)?,
        [b'{', inner @ .., b'}'] if inner.trim_ascii().is_empty() => Vec::new(),
        _ => return Ok(None),
    };
    let items = items.iter().map(|item| read(item.get()));
    Ok(Some(items.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
}

fn node(raw: &str, depth: usize) -> Expected<Node> {
    let Some(pairs) = pairs(raw, depth)? else { return Ok(None) };
    let (mut node, depth) = (Node::default(), depth + 1);
    for (name, value) in pairs {
        let raw = value.get();
        match name.as_str() {
            "text" => set(&mut node.text, text(raw)),
            "number" => set(&mut node.number, number(raw)),
            "float" => set(&mut node.float, float(raw)),
            "flag" => set(&mut node.flag, flag(raw)),
            "any" => set(&mut node.any, serde_json::from_str::<Json>(raw).ok().filter(|_| raw != "null")),
            "inner" => set(&mut node.inner, self::node(raw, depth)?.map(Box::new)),
            "texts" => node.texts = items(raw, depth, |raw| Ok(text(raw)))?.unwrap_or(node.texts),
            "list" => node.list = items(raw, depth, |raw| self::node(raw, depth + 1))?.unwrap_or(node.list),
            "map" => {
                let Some(pairs) = self::pairs(raw, depth)? else { continue };
                node.map = BTreeMap::new();
                for (key, value) in pairs {
                    if let Some(value) = self::node(value.get(), depth + 1)? {
                        node.map.insert(key, value);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Some(node))
}

/// A repeated name overrides the first, unless it is empty.
fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}

fn text(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'-' | b'0'..=b'9' | b't' | b'f') => Some(raw.to_owned()),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and an i64 holds it")]
fn number(raw: &str) -> Option<i64> {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw)?.parse().ok(),
        Some(b'-' | b'0'..=b'9') => raw.parse().ok().or_else(|| {
            let float: f64 = raw.parse().ok()?;
            (float.fract() == 0.0 && float.abs() < EXACT).then_some(float as i64)
        }),
        _ => None,
    }
}

fn float(raw: &str) -> Option<f64> {
    let is_flag = matches!(raw, "true" | "false");
    text(raw).filter(|_| !is_flag)?.parse().ok().filter(|float: &f64| float.is_finite())
}

fn flag(raw: &str) -> Option<bool> {
    match text(raw)?.as_str() {
        "0" => Some(false),
        "1" => Some(true),
        text => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// Pieces of nodes, odd values, and invalid text for both.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let names = ["text", "number", "float", "flag", "any", "inner", "texts", "list", "map", "x"];
        let names = prop::sample::select(names.to_vec()).prop_map(|name| format!("\"{name}\":"));
        let values = [
            "\"\"",
            "\"a\\n\"",
            "\"1\"",
            "\"+1\"",
            "\"inf\"",
            "\"\\ud800\"",
            "0",
            "-0",
            "1",
            "1.50",
            "1e3",
            "9007199254740993",
            "9223372036854775808",
            "1e999",
            "true",
            "null",
            "[]",
            "{}",
            "[ ]",
            "[1,\"2\",null]",
        ];
        let signs = ["{", "}", "[", "]", ",", ",", " ", "\"", "\\", "\u{fffd}"];
        prop_oneof![
            4 => names.prop_map(String::into_bytes),
            4 => prop::sample::select(values.to_vec()).prop_map(|value| value.as_bytes().to_vec()),
            4 => prop::sample::select(signs.to_vec()).prop_map(|sign| sign.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..3),
        ]
    }

    /// A value for a name of a node, valid or odd.
    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "\"[ -!#-\\[\\]-~é]{0,6}\"",
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>()
                .prop_filter("JSON has no other", |float| float.is_finite())
                .prop_map(|float| format!("{float:e}")),
            prop::sample::select(vec!["true", "false", "null", "\"\"", "\"1\"", "[]", "{}", "1e999", "1.50"])
                .prop_map(str::to_owned),
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            let names = ["text", "number", "float", "flag", "any", "inner", "texts", "list", "map", "other"];
            let entry = (prop::sample::select(names.to_vec()), inner.clone());
            let entry = entry.prop_map(|(name, value)| format!("\"{name}\": {value}"));
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(entry, 0..7).prop_map(|entries| format!("{{{}}}", entries.join(" , "))),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_object_is_read_as_serde_json_sees_it(value in value()) {
            reader(value.as_bytes());
        }

        #[test]
        fn any_pieces_are_read_as_serde_json_sees_them(pieces in prop::collection::vec(piece(), 0..14)) {
            let mut text = pieces.concat();
            reader(&text);
            text.insert(0, b'{');
            text.push(b'}');
            reader(&text);
        }

        #[test]
        fn any_values_are_written_as_serde_json_writes_them(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            writer(&bytes);
        }
    }

    #[test]
    fn documented_examples_are_read_as_serde_json_sees_them() {
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")];
        let mut examples = 0;
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read_to_string(&path).unwrap();
                reader(text.as_bytes());
                writer(text.as_bytes());
                // The values of every name that a node has.
                reader(
                    format!(r#"{{"any":{text},"text":{text},"list":[{text}],"map":{{"a":{text}}}}}"#)
                        .as_bytes(),
                );
                examples += 1;
            }
        }
        assert!(examples > 300, "only {examples} examples");
    }

    #[test]
    fn what_is_deeper_than_is_read_is_absent() {
        for depth in [126, 127, 128, 129, 200] {
            reader(
                format!("{}{{\"number\":1}}{}", "{\"inner\":".repeat(depth), "}".repeat(depth)).as_bytes(),
            );
            reader(format!("{}{}", "{\"list\":[".repeat(depth / 2), "]}".repeat(depth / 2)).as_bytes());
        }
    }
}
