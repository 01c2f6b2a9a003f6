//! The derives and `hire-gen check` agree: whatever a derive refuses, `check` refuses first, with its line in the YAML,
//! or the emitter never writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::{code, files, root};

/// Why generated code is never refused by this error.
enum Twin {
    /// This function of hire-gen refuses the schema: file below `hire-gen/src`, and name.
    Check(&'static str, &'static str),
    /// The emitter never writes it, whatever the schema contains, for this reason.
    Written(&'static str),
}

use Twin::{Check, Written};

/// File and function of hire-macros, the number of errors it reports, and their equivalents in hire-gen.
const TWINS: &[(&str, &str, usize, &[Twin])] = &[
    ("ast", "fields", 3, &[Written("structs with named fields, without generics")]),
    (
        "ast",
        "section",
        1,
        &[Written("one section for each field"), Check("resolve/check/endpoint.rs", "files_stand_alone")],
    ),
    ("ast", "required_when", 3, &[Written("conditions, and a `reason`")]),
    (
        "ast",
        "condition",
        5,
        &[Written("the four tests with their values"), Check("read/grammar/shape.rs", "value")],
    ),
    ("attr", "read", 1, &[Written("attributes that parse")]),
    ("attr", "flag", 1, &[Written("flags alone")]),
    (
        "attr",
        "literal",
        1,
        &[Written("literals behind `=`"), Check("resolve/check/field.rs", "fixed_is_one_value")],
    ),
    ("attr", "text", 1, &[Written("strings where strings are due")]),
    ("attr", "count", 1, &[Check("read/grammar/shape.rs", "scalar")]),
    ("attr", "path", 1, &[Written("`Response` and `Code`")]),
    ("attr", "list", 1, &[Written("lists in parentheses")]),
    ("attr", "unique", 2, &[Written("each key once, and none that is unknown")]),
    ("attr", "entries", 1, &[Written("keys with values")]),
    ("attr", "strings", 2, &[Written("scopes as strings")]),
    ("attr", "words", 1, &[Check("read/grammar/shape.rs", "word")]),
    ("home", "take", 1, &[Check("rust/hire_api.rs", "new")]),
    ("check", "objects", 1, &[Written("`body` for requests of endpoints, and for their answers")]),
    (
        "check",
        "a_whole_body_is_a_list",
        2,
        &[Check("resolve/check/endpoint.rs", "whole_sections_are_lists"), Written("nothing beside a list")],
    ),
    (
        "check",
        "only_received",
        1,
        &[Written("limits of what is sent only"), Check("resolve/check/types.rs", "directions_agree")],
    ),
    (
        "check",
        "wire_names_differ",
        1,
        &[
            Check("read/source/tree.rs", "duplicates"),
            Check("resolve/check/headers.rs", "headers_can_be_sent"),
        ],
    ),
    (
        "check",
        "limits_fit_types",
        7,
        &[
            Check("resolve/check/field.rs", "limits_fit_type"),
            Check("resolve/check/field.rs", "format_fits_type"),
        ],
    ),
    ("check", "limits_leave_room", 2, &[Check("resolve/check/field.rs", "limits_leave_room")]),
    (
        "check",
        "fixed_is_required",
        1,
        &[
            Check("resolve/check/field.rs", "keys_agree"),
            Check("resolve/check/field.rs", "fixed_is_one_value"),
        ],
    ),
    ("check", "conditions_are_for_optional_fields", 2, &[Check("resolve/check/field.rs", "keys_agree")]),
    (
        "check",
        "conditions_name_siblings",
        6,
        &[
            Check("resolve/lower/field.rs", "required_when"),
            Check("resolve/lower/field.rs", "test"),
            Check("resolve/check/condition.rs", "conditions_can_hold"),
        ],
    ),
    ("check", "null_stands_in_bodies", 1, &[Check("resolve/check/endpoint.rs", "null_stands_in_bodies")]),
    ("check", "setters_have_names", 2, &[Check("resolve/check/names.rs", "names_differ")]),
    (
        "check",
        "nothing_is_required",
        1,
        &[
            Check("resolve/check/endpoint.rs", "response_requires_nothing"),
            Check("resolve/check/types.rs", "directions_agree"),
        ],
    ),
    (
        "endpoint",
        "attributes",
        3,
        &[Written("`name`, `method`, `path` and `response`"), Check("read/grammar/shape.rs", "word")],
    ),
    ("endpoint", "quota", 1, &[Check("resolve/lower/text.rs", "quota")]),
    (
        "endpoint",
        "safety",
        2,
        &[Check("resolve/lower/text.rs", "safety"), Check("resolve/check/endpoint.rs", "key_is_a_field")],
    ),
    ("endpoint", "base_url", 1, &[Check("resolve/check/endpoint.rs", "base_urls_are_origins")]),
    ("endpoint", "envelope", 1, &[Check("read/grammar/shape.rs", "word")]),
    ("endpoint", "error_code", 2, &[Check("read/grammar/shape.rs", "scalar")]),
    (
        "endpoint",
        "path_and_fields_agree",
        3,
        &[
            Check("resolve/check/endpoint.rs", "path_is_a_path"),
            Check("resolve/check/endpoint.rs", "path_and_parameters_agree"),
        ],
    ),
    (
        "endpoint",
        "parameters_are_values",
        3,
        &[
            Check("resolve/check/endpoint.rs", "parameters_fit_into_an_address"),
            Check("resolve/check/headers.rs", "value_is_text"),
        ],
    ),
    ("event", "name", 2, &[Written("`name`"), Check("resolve/check/event.rs", "type_is_a_type")]),
    ("event", "envelope", 1, &[Check("read/grammar/shape.rs", "word")]),
    ("model", "derive", 1, &[Written("`request`, `response` or both")]),
    ("open_enum", "repr", 2, &[Written("`int` or `string`")]),
    (
        "open_enum",
        "variants",
        3,
        &[Written("`Unrecognized`, once and last"), Check("resolve/lower/mod.rs", "variants")],
    ),
    ("open_enum", "keeps_a_value", 1, &[Written("the type that the kind of enum has")]),
    ("open_enum", "named", 4, &[Check("resolve/check/types.rs", "enum_values_differ")]),
    ("open_enum", "values_differ", 1, &[Check("resolve/check/types.rs", "enum_values_differ")]),
];

/// How many errors each function of hire-macros reports, by file and name.
fn refusals() -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for (path, text) in files(&["hire-macros/src"], ".rs") {
        let file = path.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if file == "ctxt" {
            continue;
        }
        let mut function = String::new();
        for line in code(&text).lines() {
            let line = line.trim_start().trim_start_matches("pub(crate) ");
            if let Some(rest) = line.strip_prefix("fn ") {
                function = rest.split(['(', '<']).next().unwrap().to_owned();
            }
            let errors = line.matches(".error(").count() + line.matches(".push(error)").count();
            if errors > 0 {
                *found.entry((file.clone(), function.clone())).or_insert(0) += errors;
            }
        }
    }
    found
}

#[test]
fn whatever_a_derive_refuses_check_refuses_first() {
    let listed: BTreeMap<(String, String), usize> = TWINS
        .iter()
        .map(|(file, function, errors, _)| (((*file).to_owned(), (*function).to_owned()), *errors))
        .collect();
    assert_eq!(
        refusals(),
        listed,
        "a rule of hire-macros came, went or changed: look for its twin in hire-gen"
    );
    let of = files(&["hire-gen/src"], ".rs");
    for (file, function, _, twins) in TWINS {
        assert!(!twins.is_empty(), "{file}::{function} has no twin");
        for twin in *twins {
            match twin {
                Check(path, name) => {
                    let (_, text) = of.iter().find(|(known, _)| known.ends_with(path)).unwrap();
                    assert!(
                        code(text).contains(&format!("fn {name}")),
                        "{path} has no `{name}`, twin of {file}::{function}"
                    );
                }
                Written(why) => assert!(!why.is_empty()),
            }
        }
    }
}

/// A service is a method beside those of `Client`, so `check` refuses their names. hire-gen cannot depend on hire-api,
/// so it contains a list.
#[test]
fn no_service_is_called_like_a_method_of_the_client() {
    let mut methods = BTreeSet::new();
    let client = files(&["hire-api/src/client", "hire-api/src/redis"], ".rs");
    for (_, text) in client.iter().filter(|(path, _)| !path.ends_with("blocking.rs")) {
        for (_, rest) in
            text.match_indices("\nimpl Client {\n").map(|(at, start)| text.split_at(at + start.len()))
        {
            let block = rest.split("\n}\n").next().unwrap();
            let public = block.lines().filter_map(|line| {
                line.strip_prefix("    pub fn ").or_else(|| line.strip_prefix("    pub async fn "))
            });
            methods.extend(public.map(|line| line.split(['(', '<']).next().unwrap().to_owned()));
        }
    }
    assert!(methods.contains("items") && methods.contains("download"), "{methods:?}");
    let names = fs::read_to_string(root().join("hire-gen/src/resolve/name.rs")).unwrap();
    let (_, rule) = names.split_once("fn reserved_service").unwrap();
    let (_, list) = rule.split_once("\"api\" =>").unwrap();
    let (list, _) = list.split_once("`Client` has a method").unwrap();
    let listed: BTreeSet<String> = list.split('"').skip(3).step_by(2).map(str::to_owned).collect();
    let listed: BTreeSet<String> = listed.into_iter().filter(|name| !name.is_empty()).collect();
    assert_eq!(listed, methods);
}
