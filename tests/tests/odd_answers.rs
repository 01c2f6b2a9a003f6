//! One odd value in an answer: whatever the value of any field is, the answer is read, everything else is as without
//! that field, and the place is reported.

use std::collections::BTreeSet;

use hire_api::wire::{self, Read};
use hire_gen::ir::{Api, Base, Field, Kind, TypeId};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An answer as read by its type and written again by serde, and the mismatches.
type Reader = fn(&str) -> Result<(Value, Vec<String>), String>;

fn read<T: Read + Serialize>(text: &str) -> Result<(Value, Vec<String>), String> {
    let reading = wire::from_slice::<T>(text.as_bytes()).map_err(|error| error.to_string())?;
    let places = reading.mismatches.iter().map(|mismatch| mismatch.place.clone()).collect();
    Ok((serde_json::to_value(reading.value).unwrap(), places))
}

/// Values that fit no field, or only some fields.
const ODD: [&str; 14] = [
    "\"\"",
    "\"x\"",
    "\"1\"",
    "\"0\"",
    "0",
    "1",
    "-1",
    "1.5",
    "true",
    "[]",
    "{}",
    "null",
    "18446744073709551616",
    "\"\\ud800\"",
];

/// Replaced by the odd value when the text is built.
const HERE: &str = "the odd value";

/// The path from an answer to one of its objects.
#[derive(Clone)]
struct Step {
    name: String,
    lists: usize,
    map: bool,
}

/// An object with a value for each of its fields; fields that are objects are empty.
fn full(api: &Api, fields: &[Field]) -> Map<String, Value> {
    let used = fields.iter().filter(|field| field.unusable.is_none());
    used.map(|field| (field.wire.clone(), fitting(api, field))).collect()
}

fn fitting(api: &Api, field: &Field) -> Value {
    let value = match field.ty.base {
        Base::String | Base::File => json!("text"),
        Base::Int => json!(7),
        Base::Float => json!(0.5),
        Base::Bool => json!(true),
        Base::Json => json!({"any": ["thing"]}),
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { int: true, .. }) => json!(1),
            Some(Kind::Enum { .. }) => json!("value"),
            _ => json!({}),
        },
    };
    wrapped(value, field.ty.list.into(), field.ty.is_map(), None)
}

/// Inside its lists and its map; next to another value in the innermost one.
fn wrapped(value: Value, lists: usize, map: bool, beside: Option<&Value>) -> Value {
    let mut value = if map { json!({ "key": value }) } else { value };
    for level in 0..lists {
        value = match beside.filter(|_| level == 0 && !map) {
            Some(other) => json!([other, value, other]),
            None => json!([value]),
        };
    }
    value
}

/// The answer that has an object at the end of a path.
fn answer(path: &[Step], object: Value, other: &Value) -> Value {
    path.iter().rev().enumerate().fold(object, |value, (outward, step)| {
        let beside = (outward == 0).then_some(other);
        json!({ step.name.clone(): wrapped(value, step.lists, step.map, beside) })
    })
}

/// The path of a field of the object at the end of a path.
fn place(path: &[Step], field: &str) -> (String, String) {
    let (mut place, mut pointer) = (String::new(), String::new());
    for (index, step) in path.iter().enumerate() {
        place += &step.name;
        pointer += &format!("/{}", step.name);
        for level in (0..step.lists).rev() {
            let among = usize::from(level == 0 && !step.map && index + 1 == path.len());
            place += &format!("[{among}]");
            pointer += &format!("/{among}");
        }
        if step.map {
            place += ".*";
            pointer += "/key";
        }
        place += ".";
    }
    (place + field, pointer)
}

/// Removes a field from an object, and returns its value.
fn take(answer: &mut Value, pointer: &str, field: &str) -> Value {
    let object = answer.pointer_mut(pointer).and_then(Value::as_object_mut);
    object.and_then(|object| object.remove(field)).unwrap_or_default()
}

/// Whether an odd value was read without loss.
fn is_lossless(read: &Value, odd: &str) -> bool {
    let text = odd.trim_matches('"');
    let number = |text: &str| text.parse::<f64>().ok();
    match read {
        Value::Bool(flag) => {
            [if *flag { "1" } else { "0" }, if *flag { "true" } else { "false" }].contains(&text)
        }
        Value::String(read) => read == text,
        Value::Number(read) => read.as_f64() == number(text),
        Value::Object(_) | Value::Array(_) => odd == "[]" || odd == "{}",
        Value::Null => true,
    }
}

/// Every kind of odd value for one object.
fn object(api: &Api, name: &str, read: Reader, path: &[Step], fields: &[Field], wrong: &mut Vec<String>) {
    let whole = full(api, fields);
    let other = Value::Object(whole.clone());
    for field in fields.iter().filter(|field| field.unusable.is_none()) {
        let (mut without, mut with) = (whole.clone(), whole.clone());
        without.remove(&field.wire);
        with.insert(field.wire.clone(), HERE.into());
        let (mut expected, _) = read(&answer(path, without.into(), &other).to_string()).unwrap();
        let (place, pointer) = place(path, &field.wire);
        take(&mut expected, &pointer, &field.wire);
        let text = answer(path, with.into(), &other).to_string();
        for odd in ODD {
            let text = text.replace(&format!("\"{HERE}\""), odd);
            let mut fails = |what: &str| wrong.push(format!("{name}: {place} = {odd}: {what}"));
            let (mut got, places) = match read(&text) {
                Ok(read) => read,
                Err(error) => {
                    fails(&error);
                    continue;
                }
            };
            let value = take(&mut got, &pointer, &field.wire);
            if got != expected {
                fails("something else is different");
            }
            let absent = [Value::Null, json!([]), json!({})].contains(&value);
            let nothing = ["null", "\"\"", "[]", "{}"].contains(&odd);
            let converted = is_lossless(&value, odd) && places.is_empty();
            if !absent && !converted {
                fails(&format!("read as {value}, {places:?}"));
            }
            if absent && !(places == [place.as_str()] || nothing && places.is_empty()) {
                fails(&format!("absent, and told at {places:?}"));
            }
        }
    }
    records(name, read, path, &other, wrong);
}

/// Items of a list that are not records are left out.
fn records(name: &str, read: Reader, path: &[Step], other: &Value, wrong: &mut Vec<String>) {
    let Some(Step { lists: 1.., map: false, .. }) = path.last() else { return };
    let (place, _) = place(path, "");
    let text = answer(path, HERE.into(), other).to_string();
    let here = format!("\"{HERE}\"");
    let (expected, _) = read(&text.replace(&format!("{here},"), "")).unwrap();
    for odd in ["\"text\"", "0", "1.5", "true", "[1]", "\"\\q\"", "null", "\"\""] {
        let (got, places) = read(&text.replace(&here, odd)).unwrap();
        let told =
            places == [place.trim_end_matches('.')] || ["null", "\"\""].contains(&odd) && places.is_empty();
        if got != expected || !told {
            wrong.push(format!("{name}: {place} {odd}: {places:?}"));
        }
    }
}

#[test]
fn no_odd_value_takes_anything_else_with_it() {
    let api = hire_gen::load(hire_api::SCHEMA_DIR.as_ref()).unwrap_or_else(|problems| panic!("{problems}"));
    // Written by `build.rs`: `[("hire.v1.talent.get", read::<..::Response>), ..]`.
    let readers: Vec<(&str, Reader)> = include!(concat!(env!("OUT_DIR"), "/responses.rs"));
    assert_eq!(readers.len(), api.endpoints.len());
    let (mut wrong, mut seen, mut fields) = (Vec::new(), BTreeSet::<TypeId>::new(), 0);
    for ((name, read), endpoint) in readers.into_iter().zip(&api.endpoints) {
        assert_eq!(name, endpoint.id.to_string());
        let mut open = vec![(Vec::<Step>::new(), endpoint.response.as_slice())];
        while let Some((path, own)) = open.pop() {
            object(&api, name, read, &path, own, &mut wrong);
            fields += own.len();
            for field in own.iter().filter(|field| field.unusable.is_none()) {
                let Base::Type(id) = field.ty.base else { continue };
                let Some(Kind::Object(inner)) = api.type_(id).map(|ty| &ty.kind) else { continue };
                // Each type is tested once, since it is read the same everywhere.
                if seen.insert(id) {
                    let step = Step {
                        name: field.wire.clone(),
                        lists: field.ty.list.into(),
                        map: field.ty.is_map(),
                    };
                    open.push(([path.as_slice(), &[step]].concat(), inner));
                }
            }
        }
    }
    assert!(fields > 1000, "{fields} fields");
    assert!(
        wrong.is_empty(),
        "{} of {fields} fields: {}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}
