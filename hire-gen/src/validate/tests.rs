//! Each kind of problem, and its path.

use serde_json::{Map, Value, json};

use super::*;
use crate::read::span::Span;
use crate::resolve::ir::{
    Base, Condition, Endpoint, EndpointId, Envelope, Field, Format, Home, Kind, Limits, Literal, Method,
    Number, Quota, RequiredWhen, Safety, Shape, Test, TestValue, Token, Type, TypeId, Variant,
};

const LINE: Base = Base::Type(TypeId(0));
const KIND: Base = Base::Type(TypeId(1));
const COLOUR: Base = Base::Type(TypeId(2));

fn field(wire: &str, base: Base) -> Field {
    Field {
        at: Span::default(),
        keys: Vec::new(),
        wire: wire.to_owned(),
        ident: wire.to_owned(),
        ty: Shape { base, list: 0, maps: 0 },
        required: false,
        required_when: None,
        default: None,
        example: None,
        limits: Limits::default(),
        format: None,
        label: None,
        doc: None,
        deprecated: None,
        unusable: None,
        sensitive: false,
        nullable: false,
        replaces: false,
        scopes: Vec::new(),
        fix: None,
        review: None,
        unresolved: false,
        whole: false,
    }
}

fn list(wire: &str, base: Base, dimensions: u8) -> Field {
    Field { ty: Shape { base, list: dimensions, maps: 0 }, ..field(wire, base) }
}

fn limited(field: Field, limits: Limits) -> Field {
    Field { limits, ..field }
}

fn when(field: Field, conditions: Vec<(&str, Test)>) -> Field {
    let conditions = conditions
        .into_iter()
        .map(|(field, test)| Condition {
            at: Span::default(),
            field: field.to_owned(),
            ident: field.to_owned(),
            test,
        })
        .collect();
    Field { required_when: Some(RequiredWhen::All(conditions)), ..field }
}

fn enumeration(name: &str, int: bool, values: Vec<Literal>) -> Type {
    let variants = values
        .into_iter()
        .map(|value| Variant {
            at: Span::default(),
            value,
            name: "Some".to_owned(),
            label: None,
            doc: None,
            deprecated: None,
            scopes: Vec::new(),
        })
        .collect();
    declared(name, Kind::Enum { int, variants })
}

fn declared(name: &str, kind: Kind) -> Type {
    let home = Home::Shared { service: "shop".into(), version: "v1".into() };
    let at = Span::default();
    Type {
        at,
        name: name.into(),
        home,
        label: None,
        doc: None,
        fix: None,
        same_as: None,
        kind,
        in_request: true,
        in_response: false,
    }
}

fn api() -> Api {
    let line = vec![
        Field { required: true, ..field("sku", Base::String) },
        limited(field("count", Base::Int), Limits { minimum: Some(Number::Int(1)), ..Limits::default() }),
        list("parts", LINE, 1),
        Field { unusable: Some("the page says so".into()), ..field("id", Base::String) },
    ];
    Api {
        described: false,
        types: vec![
            declared("Line", Kind::Object(line)),
            enumeration("Kind", true, vec![Literal::Int(1), Literal::Int(-1)]),
            enumeration("Colour", false, vec![Literal::String("red".into())]),
        ],
        ..Api::default()
    }
}

fn endpoint(body: Vec<Field>) -> Endpoint {
    let id = EndpointId {
        service: "shop".into(),
        version: "v1".into(),
        resource: "order".into(),
        action: "create".into(),
    };
    Endpoint {
        id,
        at: Span::default(),
        title_at: Span::default(),
        doc_at: Span::default(),
        body_at: Span::default(),
        response_at: Span::default(),
        method_at: Span::default(),
        safety_at: Span::default(),
        title: String::new(),
        label: None,
        doc: String::new(),
        revised: None,
        about: None,
        method: Method::Post,
        path: "/orders/:order_id".into(),
        tokens: vec![Token::Tenant],
        apps: Vec::new(),
        scopes: Vec::new(),
        field_scopes: Vec::new(),
        quota: Quota::Special,
        safety: Safety::Unsafe,
        envelope: Envelope::Standard,
        base_urls: Vec::new(),
        deprecated: None,
        paging: None,
        path_params: vec![Field { required: true, ..field("order_id", Base::String) }],
        headers: Vec::new(),
        query: vec![field("kind", KIND), list("tag", Base::Int, 1)],
        body: Some(body),
        response: Vec::new(),
        answers_file: false,
        errors: Vec::new(),
        request_example: None,
        response_example: None,
    }
}

/// `path message` of each problem with a body.
fn wrong(fields: Vec<Field>, body: Value) -> Vec<String> {
    said(&problems(fields, body))
}

fn problems(fields: Vec<Field>, body: Value) -> Vec<Problem> {
    let sent = Sent { path: path(), body: Some(body), ..Sent::default() };
    validate(&api(), &endpoint(fields), &sent, Unknown::Refused)
}

fn path() -> Map<String, Value> {
    [("order_id".to_owned(), json!("7"))].into_iter().collect()
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.path, problem.message)).collect()
}

#[test]
fn what_fits_is_no_problem() {
    let fields = vec![
        Field { required: true, ..field("text", Base::String) },
        field("float", Base::Float),
        field("flag", Base::Bool),
        field("any", Base::Json),
        list("lines", LINE, 1),
        list("grid", Base::Int, 2),
        Field { ty: Shape { base: Base::Int, list: 0, maps: 1 }, ..field("map", Base::Int) },
        field("kind", KIND),
        field("unset", LINE),
    ];
    let body = json!({
        "text": "", "float": 3, "flag": false, "any": [null, {}], "grid": [[1], []], "map": {"a": 1}, "kind": -1,
        "lines": [{"sku": "x", "count": 1, "parts": [{"sku": "y"}]}],
    });
    assert_eq!(wrong(fields, body), Vec::<String>::new());
}

#[test]
fn every_problem_is_found_and_said_with_its_path() {
    let fields = vec![
        Field { required: true, ..field("title", Base::String) },
        list("lines", LINE, 1),
        field("kind", KIND),
    ];
    let body = json!({
        "kind": 5,
        "lines": [{"sku": "x"}, {"count": 0, "parts": [{"sku": 1}, {"sku": "z", "id": "9"}]}],
    });
    assert_eq!(
        wrong(fields, body),
        [
            "title is required",
            "lines[1].sku is required",
            "lines[1].count must be at least 1",
            "lines[1].parts[0].sku must be a string, not a number",
            "lines[1].parts[1].id must not be sent: the page says so",
            "kind must be one of `1`, `-1`",
        ]
    );
}

#[test]
fn each_type_refuses_the_others() {
    let fields = || {
        vec![
            field("text", Base::String),
            field("int", Base::Int),
            field("float", Base::Float),
            field("flag", Base::Bool),
            list("list", Base::String, 1),
            Field { ty: Shape { base: Base::String, list: 0, maps: 1 }, ..field("map", Base::String) },
            field("line", LINE),
            field("kind", KIND),
            field("colour", COLOUR),
        ]
    };
    let body = json!({
        "text": 1, "int": "1", "float": "1", "flag": 1, "list": "x", "map": [], "line": [], "kind": "1", "colour": 1,
    });
    let expected = [
        "text must be a string, not a number",
        "int must be an int, not a string",
        "float must be a number, not a string",
        "flag must be a bool, not a number",
        "list must be a list, not a string",
        "map must be an object, not a list",
        "line must be an object, not a list",
        "kind must be an int, not a string",
        "colour must be a string, not a number",
    ];
    assert_eq!(wrong(fields(), body), expected);
    assert_eq!(wrong(fields(), json!({ "int": 1.5 })), ["int must be a whole number of 64 bits"]);
    assert_eq!(wrong(fields(), json!({ "int": u64::MAX })), ["int must be a whole number of 64 bits"]);
    assert_eq!(wrong(fields(), json!({ "list": ["x", null] })), ["list[1] must be a string, not null"]);
    assert_eq!(wrong(fields(), json!({ "map": {"k": 1} })), ["map.k must be a string, not a number"]);
    assert_eq!(wrong(fields(), json!({ "kind": 1.5 })), ["kind must be one of `1`, `-1`"]);
    assert_eq!(wrong(fields(), json!([])), ["$ must be a JSON object"]);
}

#[test]
fn lengths_are_counted_in_characters() {
    let limits = || Limits { min_length: Some(2), max_length: Some(3), ..Limits::default() };
    let name =
        |text: &str| wrong(vec![limited(field("name", Base::String), limits())], json!({ "name": text }));
    assert_eq!(name("人才库"), Vec::<String>::new());
    assert_eq!(name("人才库们"), ["name must have at most 3 characters, not 4"]);
    assert_eq!(name("人"), ["name must have at least 2 characters, not 1"]);
}

#[test]
fn items_are_counted_in_the_outer_list_and_texts_measured_in_each() {
    let limits = Limits { min_items: Some(1), max_items: Some(2), max_length: Some(1), ..Limits::default() };
    let names = |value: Value| {
        wrong(vec![limited(list("names", Base::String, 2), limits.clone())], json!({ "names": value }))
    };
    assert_eq!(names(json!([["a", "b", "c"], []])), Vec::<String>::new());
    assert_eq!(names(json!([])), ["names must have at least 1 item, not 0"]);
    assert_eq!(names(json!([[], [], []])), ["names must have at most 2 items, not 3"]);
    assert_eq!(names(json!([[], ["a", "bb"]])), ["names[1][1] must have at most 1 character, not 2"]);
}

#[test]
fn ranges_include_both_ends_and_ints_compare_exactly() {
    let limits = Limits {
        minimum: Some(Number::Int(-3)),
        maximum: Some(Number::Int(i64::MAX - 1)),
        ..Limits::default()
    };
    let int = |value: i64| wrong(vec![limited(field("n", Base::Int), limits.clone())], json!({ "n": value }));
    assert_eq!(int(-3), Vec::<String>::new());
    assert_eq!(int(i64::MAX - 1), Vec::<String>::new());
    assert_eq!(int(i64::MAX), [format!("n must be at most {}", i64::MAX - 1)]);
    assert_eq!(int(-4), ["n must be at least -3"]);
    let limits = Limits { maximum: Some(Number::Float(0.5)), ..Limits::default() };
    let float =
        |value: f64| wrong(vec![limited(field("n", Base::Float), limits.clone())], json!({ "n": value }));
    assert_eq!(float(0.5), Vec::<String>::new());
    assert_eq!(float(0.51), ["n must be at most 0.5"]);
}

#[test]
fn a_fixed_value_is_the_only_one() {
    let limits = Limits { fixed: Some(Literal::Int(-1)), ..Limits::default() };
    let kind =
        |value: Value| wrong(vec![limited(field("kind", KIND), limits.clone())], json!({ "kind": value }));
    assert_eq!(kind(json!(-1)), Vec::<String>::new());
    assert_eq!(kind(json!(1)), ["kind must be `-1`"]);
    // One mistake is reported once.
    assert_eq!(kind(json!(5)), ["kind must be one of `1`, `-1`"]);
}

#[test]
fn a_pattern_holds_for_the_whole_string() {
    let limits = Limits { pattern: Some("a|b+".into()), ..Limits::default() };
    let text = |value: &str| {
        wrong(vec![limited(field("text", Base::String), limits.clone())], json!({ "text": value }))
    };
    assert_eq!(text("bb"), Vec::<String>::new());
    assert_eq!(text("ab"), ["text must match `a|b+`"]);
    assert_eq!(text("bb\n"), ["text must match `a|b+`"]);
    // A pattern that cannot be run here accepts everything.
    let limits = Limits { pattern: Some("(?=x)y".into()), ..Limits::default() };
    let found = wrong(vec![limited(field("text", Base::String), limits)], json!({ "text": "x" }));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn formats_are_checked() {
    let text = |format, value: &str| {
        let fields = vec![Field { format: Some(format), ..field("at", Base::String) }];
        wrong(fields, json!({ "at": value })).is_empty()
    };
    assert!(text(Format::Ms, "1676548784889") && text(Format::Ms, "-1") && text(Format::S, "0"));
    assert!(!text(Format::Ms, "+5") && !text(Format::S, "1676548784889000000") && !text(Format::S, "-"));
    assert!(!text(Format::Ms, "2024-01-01") && !text(Format::Ms, "") && !text(Format::S, "1.5"));
    assert!(
        text(Format::Date, "2024-02-29")
            && text(Format::Date, "2000-02-29")
            && text(Format::Date, "2024-12-31")
    );
    let dates = [
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "24-01-01",
        "2024-1-1",
    ];
    for date in dates.into_iter().chain(["2024-01-01T", "+024-01-01", "2024/01/01", ""]) {
        assert!(!text(Format::Date, date), "{date}");
    }
    assert!(text(Format::Json, "[\"1\"]") && !text(Format::Json, "[") && !text(Format::Json, ""));
    assert!(text(Format::CustomValue, "anything"));
}

#[test]
fn a_condition_is_checked_for_every_kind_of_test() {
    let is = |values: &[i64]| {
        let values =
            values.iter().map(|value| TestValue { value: Literal::Int(*value), name: Some("Some".into()) });
        Test::Is(values.collect())
    };
    let contains = Test::Contains(TestValue { value: Literal::String("x".into()), name: None });
    let fields = || {
        vec![
            field("kind", KIND),
            list("options", Base::String, 1),
            when(field("a", Base::String), vec![("kind", is(&[1, -1]))]),
            when(field("b", Base::String), vec![("options", contains.clone())]),
            when(field("c", Base::String), vec![("options", Test::Present), ("kind", Test::Absent)]),
        ]
    };
    assert_eq!(wrong(fields(), json!({})), Vec::<String>::new());
    assert_eq!(
        wrong(fields(), json!({ "kind": 1 })),
        ["a is required when `kind` is `1` (Some) or `-1` (Some)"]
    );
    assert_eq!(wrong(fields(), json!({ "kind": 1, "a": "" })), Vec::<String>::new());
    assert_eq!(
        wrong(fields(), json!({ "options": ["w", "x"], "kind": null })),
        [
            "kind must not be null; leave it out",
            "b is required when `options` contains `x`",
            "c is required when `options` is set and `kind` is not set",
        ]
    );
    assert_eq!(wrong(fields(), json!({ "options": ["w"], "kind": 1, "a": "" })), Vec::<String>::new());
}

#[test]
fn a_condition_sees_its_own_section() {
    let sent = Sent {
        path: path(),
        query: [("kind".to_owned(), json!(1))].into_iter().collect(),
        ..Sent::default()
    };
    let one = TestValue { value: Literal::Int(1), name: None };
    let endpoint = endpoint(vec![when(field("reason", Base::String), vec![("kind", Test::Is(vec![one]))])]);
    let found = validate(&api(), &endpoint, &sent, Unknown::Ignored);
    assert_eq!(found, []);
    let body = [("kind".to_owned(), json!(1))].into_iter().collect::<Map<_, _>>();
    let found = validate(&api(), &endpoint, &Sent { body: Some(body.into()), ..sent }, Unknown::Ignored);
    assert_eq!(said(&found), ["reason is required when `kind` is `1`"]);
}

#[test]
fn unknown_fields_are_refused_or_passed_over() {
    let fields = || vec![field("title", Base::String), field("line", LINE)];
    let body = json!({ "titel": "x", "line": {"sku": "y", "extra": 1} });
    assert_eq!(
        wrong(fields(), body.clone()),
        ["line.extra is not in the schema", "titel is not in the schema; did you mean `title`?"]
    );
    let sent = Sent { path: path(), body: Some(body), ..Sent::default() };
    assert_eq!(validate(&api(), &endpoint(fields()), &sent, Unknown::Ignored), []);
}

#[test]
fn null_is_no_value_but_where_anything_is() {
    let fields = || {
        vec![
            Field { required: true, ..field("title", Base::String) },
            field("line", LINE),
            Field { required: true, ..field("any", Base::Json) },
            field("anything", Base::Json),
        ]
    };
    let body = json!({ "title": null, "line": null, "any": null, "anything": null });
    assert_eq!(wrong(fields(), body), ["title is required", "line must not be null; leave it out"]);
    let body = json!({ "title": "x", "line": null, "any": null });
    let sent = Sent { path: path(), body: Some(body), ..Sent::default() };
    assert_eq!(validate(&api(), &endpoint(fields()), &sent, Unknown::Ignored), []);
}

#[test]
fn path_and_query_are_checked_like_a_body() {
    let query = json!({ "kind": "x", "tag": [1, "y"], "page": "1" });
    let sent = Sent { query: query.as_object().unwrap().clone(), ..Sent::default() };
    let found = validate(&api(), &endpoint(Vec::new()), &sent, Unknown::Refused);
    assert_eq!(
        said(&found),
        [
            "order_id is required",
            "kind must be an int, not a string",
            "tag[1] must be an int, not a string",
            "page is not in the schema",
        ]
    );
}

#[test]
fn sensitive_values_and_free_text_are_not_repeated() {
    let short = Limits { maximum: Some(Number::Int(1)), max_length: Some(1), ..Limits::default() };
    let fields = vec![
        limited(field("open", Base::Int), short.clone()),
        field("colour", COLOUR),
        limited(field("text", Base::String), short.clone()),
        Field { sensitive: true, ..limited(field("secret", Base::Int), short) },
        Field { sensitive: true, ..field("line", LINE) },
        field("kind", KIND),
    ];
    let body = json!({
        "open": 41, "colour": "blue", "text": "42", "secret": 43, "line": {"sku": "", "count": -44}, "kind": 45,
    });
    let values: Vec<(String, Option<String>)> =
        problems(fields, body).into_iter().map(|problem| (problem.path, problem.value)).collect();
    let expected = [
        ("open", Some("41")),
        ("colour", Some("blue")),
        ("text", None),
        ("secret", None),
        ("line.count", None),
        ("kind", Some("45")),
    ];
    assert_eq!(values, expected.map(|(path, value)| (path.to_owned(), value.map(str::to_owned))));
}
