//! Properties of any text.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::signs::unescaped;
use super::*;
use crate::wire::read::{Read, from_slice};
use crate::wire::value::Json;
use crate::wire::write::to_vec;

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~é长\n\"\\\\]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c\"\\\\é]{0,3}", inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The result of serde_json for the same text.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array().map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[test]
fn names_values_and_fields_have_their_signs_between_them() {
    for text in [r#"{"a":1 "b":2}"#, r#"{"a":1;"b":2}"#, r#"{"a":1"b":2}"#, r#"[1 2]"#] {
        assert!(from_slice::<Json>(text.as_bytes()).is_err(), "{text}");
        assert!(from_slice::<BTreeMap<String, i64>>(text.as_bytes()).is_err(), "{text}");
    }
    for text in [r#"{"a"=1}"#, r#"{"a" 1}"#, r#"{"a"1}"#, r#"{"a",1}"#] {
        assert!(from_slice::<BTreeMap<String, i64>>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn an_entry_whose_name_or_value_does_not_fit_costs_no_other_entry() {
    let text = r#"{"\ud800": {"x": [1]}, "a": 1, "b": [2], "c": 3}"#;
    let read = from_slice::<BTreeMap<String, i64>>(text.as_bytes()).unwrap();
    assert_eq!(read.value, BTreeMap::from([("a".to_owned(), 1), ("c".to_owned(), 3)]));
    // The names of entries may be personal.
    let told = "expected names that are text; *: expected a whole number of 64 bits";
    assert_eq!(read.mismatches.to_string(), told);
}

#[test]
fn a_float_is_a_whole_number_while_it_has_all_digits() {
    let read = |text: &str| from_slice::<Vec<i64>>(format!("[{text}]").as_bytes()).unwrap().value;
    assert_eq!(read("9007199254740991.0"), [9_007_199_254_740_991]);
    assert!(read("9007199254740992.0").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_passed_over_and_kept_as_it_came(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let behind = format!(" {text} ,");
        let mut reader = Reader::new(behind.as_bytes());
        prop_assert_eq!(reader.raw().ok().flatten(), Some(text.as_str()));
        prop_assert_eq!(reader.peek(), Some(b','));
        if let Ok(kept) = from_slice::<Json>(text.as_bytes()) {
            prop_assert_eq!(kept.value.get(), text.as_str());
            prop_assert!(kept.mismatches.is_empty());
        } else {
            prop_assert!(value.is_null());
        }
    }

    #[test]
    fn texts_and_numbers_are_those_that_serde_json_reads_and_writes(value in json()) {
        let text = value.to_string();
        let texts = texts(&value).map(|wanted| {
            let read = from_slice::<Vec<String>>(text.as_bytes()).unwrap().value;
            // Numbers and flags come as texts.
            (wanted.iter().all(|text| read.contains(text)), wanted)
        });
        prop_assert!(texts.as_ref().is_none_or(|(all, _)| *all));
        if let Some((_, wanted)) = texts {
            prop_assert_eq!(to_vec(&wanted), serde_json::to_vec(&wanted).unwrap());
        }
        if let Some(number) = value.as_i64() {
            prop_assert_eq!(from_slice::<i64>(text.as_bytes()).unwrap().value, number);
            prop_assert_eq!(to_vec(&number), text.as_bytes());
        }
        if let Some(number) = value.as_f64() {
            prop_assert_eq!(from_slice::<f64>(text.as_bytes()).unwrap().value, number);
            prop_assert_eq!(to_vec(&number), serde_json::to_vec(&number).unwrap());
        }
        if let Some(fields) = value.as_object() {
            let read = from_slice::<BTreeMap<String, Json>>(text.as_bytes()).unwrap().value;
            let wanted: Vec<&String> = fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect();
            prop_assert_eq!(read.keys().collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(prop_oneof![
        prop::sample::select(b"{}[]:,\"\\ 019-.eEntu\xff".to_vec()), any::<u8>(),
    ], 0..64)) {
        let _ = from_slice::<Json>(&body);
        let _ = from_slice::<Vec<BTreeMap<String, i64>>>(&body);
        let _ = from_slice::<BTreeMap<String, Vec<String>>>(&body);
        // Everything that serde_json accepts is accepted here.
        if let Ok(list) = serde_json::from_slice::<Vec<i64>>(&body) {
            prop_assert_eq!(from_slice::<Vec<i64>>(&body).unwrap().value, list);
        }
        if let Ok(map) = serde_json::from_slice::<BTreeMap<String, String>>(&body) {
            prop_assert_eq!(from_slice::<BTreeMap<String, String>>(&body).unwrap().value, map);
        }
    }
}

#[test]
fn depth_is_bounded_and_what_nobody_needs_may_be_deeper() {
    #[derive(Debug)]
    struct Deep(#[expect(dead_code, reason = "it is there to be deep")] Vec<Deep>);

    impl Read for Deep {
        fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
            Ok(Vec::read(reader)?.map(Self))
        }
    }

    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(from_slice::<Deep>(nested(128).as_bytes()).unwrap().mismatches.is_empty());
    let deeper = from_slice::<Deep>(nested(100_000).as_bytes()).unwrap().mismatches;
    assert!(deeper.to_string().ends_with("expected at most 128 levels of objects and lists"));
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":[", "]}]")] {
        let text = format!("{}1{}", open.repeat(1_000_000), close.repeat(1_000_000));
        let mut reader = Reader::new(text.as_bytes());
        assert!(reader.skip().is_ok() && reader.at() == text.len());
    }
}

#[test]
fn what_is_broken_and_not_wanted_ends_where_its_parent_does() {
    for broken in ["{\"a\" [1}", "[{1]", "{]}", "[}]", "{a:b}", "[1 2 3]", "{\"a\":01,,:}", "'a'", "+1"] {
        let text = format!("{broken},\"next\"");
        let mut reader = Reader::new(text.as_bytes());
        assert!(reader.skip().is_ok(), "{broken}");
        assert_eq!(reader.at(), broken.len(), "{broken}");
    }
}

#[test]
fn memory_is_bounded_by_the_length_of_the_text() {
    let many = format!("[{}0]", "0,".repeat(3_000_000));
    assert!(from_slice::<Vec<i64>>(many.as_bytes()).is_ok());
    let error = from_slice::<Vec<[Option<String>; 60]>>(many.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "it would take far more memory than its size");
}

#[test]
fn short_texts_count_with_their_blocks_of_memory() {
    // Without these blocks, 900,000 texts would fit, too.
    for (count, fits) in [(300_000, true), (900_000, false), (3_000_000, false)] {
        let text = format!("[{}\"\"]", "\"a\",".repeat(count));
        let error = from_slice::<Vec<String>>(text.as_bytes()).err().map(|error| error.to_string());
        let expected = (!fits).then_some("it would take far more memory than its size");
        assert_eq!(error.as_deref(), expected, "{count}");
    }
}

#[test]
fn a_required_field_that_is_absent_is_a_mismatch() {
    let mut reader = Reader::new(b"{}");
    assert_eq!(reader.required("a", Some(1)), Some(1));
    assert_eq!((reader.mismatched(), reader.required::<i64>("a", None), reader.mismatched()), (0, None, 1));
}

#[test]
fn surrogates_are_texts_in_pairs_only() {
    for alone in [r"\ud800\ue000", r"\ud800\ud800", r"\ud800x", r"\udc00", r"\udbff\udbff", r"\ud800"] {
        assert_eq!(unescaped(alone), None, "{alone}");
    }
    let pairs = unescaped(r"\ud7ff\ue000\ud800\udc00\udbff\udfff");
    assert_eq!(pairs.as_deref(), Some("\u{d7ff}\u{e000}\u{10000}\u{10ffff}"));
}

/// As large as a struct of many fields, and never absent.
impl Read for [Option<String>; 60] {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        reader.skip()?;
        Ok(Some([const { None }; 60]))
    }
}

#[test]
fn each_character_is_written_as_serde_json_writes_it_whatever_stands_before_it() {
    for c in (0..0x100).filter_map(char::from_u32) {
        for before in ["", "1234567", "12345678"] {
            let text = format!("{before}{c}");
            assert_eq!(to_vec(&text), serde_json::to_vec(&text).unwrap(), "{}", c.escape_unicode());
        }
    }
}

#[test]
fn a_nullable_field_tells_null_from_a_value_that_does_not_fit() {
    for (text, expected) in [("7", Some(Some(7))), (" null", Some(None)), ("[]", None), ("\"a\"", None)] {
        let mut slot = None::<Option<i64>>;
        assert!(Reader::new(text.as_bytes()).nullable("a", &mut slot).is_ok());
        assert_eq!(slot, expected, "{text}");
    }
}
