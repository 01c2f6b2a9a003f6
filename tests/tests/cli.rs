//! `hire-gen list`, `scopes`, `new`, `explain` and `completions`: what they print, write, refuse and exit with.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hire_gen::diag::Code;
use hire_gen::explain::explain;
use hire_gen::source::Sources;
use serde_json::Value;

struct Said {
    code: u8,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("hire-gen").chain(arguments.iter().copied());
    let code = hire_gen::cli::run(arguments, &mut out, &mut err, false).unwrap();
    Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn golden() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/schema").display().to_string()
}

#[test]
fn endpoints_are_listed_by_what_they_are() {
    let list = |arguments: &[&str]| {
        let said = run(&[&["list", "--schema", &golden()], arguments].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let names = said.out.lines().skip(1).map(|line| line.split(' ').next().unwrap().to_owned());
        (names.collect::<Vec<_>>(), said.err)
    };
    let (all, count) = list(&[]);
    assert_eq!(
        all,
        ["shop.v1.order.attach", "shop.v1.order.create", "shop.v1.order.list", "shop.v1.type.move"]
    );
    assert_eq!(count, "4 endpoints\n");
    assert_eq!(list(&["--resource", "v1.type"]).0, ["shop.v1.type.move"]);
    assert_eq!(list(&["--resource", "shop.v1.type", "--resource", "order"]).0, all);
    assert_eq!(list(&["--method", "get"]).0, ["shop.v1.order.list"]);
    let (found, count) = list(&["--search", "CREATE"]);
    assert_eq!((found, count.as_str()), (vec!["shop.v1.order.create".to_owned()], "1 endpoint of 4\n"));
    assert_eq!(list(&["--search", "nothing like this"]).0, [""; 0]);
    for (option, value, help) in [
        ("--resource", "typ", "did you mean `type`?"),
        ("--resource", "shop", "expected one of order, stock, type"),
        ("--resource", "", "expected one of order, stock, type"),
        ("--method", "PUTT", "did you mean `PUT`?"),
        ("--method", "FETCH", "expected one of GET, POST, PUT, PATCH, DELETE"),
        ("--quota", "100/m", "did you mean `100/min`?"),
        ("--quota", "100/day", "per minute or per second"),
    ] {
        let said = run(&["list", "--schema", &golden(), option, value]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{value}");
        assert!(said.err.contains(help), "{value}: {}", said.err);
    }
}

#[test]
fn events_are_listed_shown_and_planned_for_like_endpoints() {
    let events = |arguments: &[&str]| {
        let said = run(&[&["list", "--events", "--schema", &golden()], arguments].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let names = said.out.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(events(&[]), ["shop.order.paid_v1", "stock_moved", "shop.type.move_v1"]);
    assert_eq!(events(&["--resource", "stock"]), ["stock_moved"]);
    assert_eq!(events(&["--search", "PAID"]), ["shop.order.paid_v1"]);
    let json = run(&["list", "--events", "--schema", &golden(), "--format", "json"]);
    let list: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(list[0]["event_type"], "shop.order.paid_v1");
    assert_eq!(list[1]["envelope"], "v1");
    for name in ["shop.order.paid_v1", "shop.v1.order.events.paid"] {
        let shown = run(&["show", name, "--schema", &golden(), "--format", "json"]);
        let event: Value = serde_json::from_str(&shown.out).unwrap();
        assert_eq!(event["fields"][0]["name"], "order_id", "{name}");
    }
    let plan = run(&["scopes", "shop.order.paid_v1", "shop.v1.order.create", "--schema", &golden()]);
    assert_eq!(plan.out.lines().next(), Some("1 scope for 1 endpoint and 1 event"), "{}", plan.out);
    assert!(plan.out.contains("  shop.order.paid_v1\n"), "{}", plan.out);
    // A resource with only events.
    let plan = run(&["scopes", "stock", "--schema", &golden()]);
    assert_eq!((plan.code, plan.out.contains("  stock_moved\n")), (0, true), "{}", plan.err);
}

#[test]
fn a_search_ignores_accents() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema").display().to_string();
    for text in ["resume evaluation", "Résumé Evaluation"] {
        let said = run(&["list", "--schema", &schema, "--search", text]);
        assert!(said.out.contains("hire.v1.evaluation.list "), "{}{}", said.out, said.err);
    }
}

#[test]
fn windows_of_a_quota_are_found_in_any_order() {
    let list = |quota: &str| run(&["list", "--schema", &golden(), "--quota", quota]).out.lines().count();
    assert_eq!(list("50/s, 1000/min"), list("1000/min,50/s"));
    assert!(list("1000/min,50/s") > 1);
    assert_eq!(list("50/s"), 1, "the head alone");
}

#[test]
fn the_list_for_programs_has_scopes_and_safety() {
    let said = run(&["list", "--schema", &golden(), "--search", "order.create", "--format", "json"]);
    let list: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(list[0]["name"], "shop.v1.order.create");
    assert_eq!(list[0]["scopes"], serde_json::json!(["shop:order", "shop:order:write"]));
    assert!(list[0]["safety"].is_string() && list[0]["quota"].is_string());
}

#[test]
fn scopes_are_those_that_endpoints_and_resources_need() {
    let scopes = |arguments: &[&str]| run(&[&["scopes", "--schema", &golden()], arguments].concat());
    let said = scopes(&["order", "shop.v1.type.move"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/scopes.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&expected, &said.out).unwrap();
    }
    assert_eq!(said.out, fs::read_to_string(expected).unwrap());

    let said = scopes(&["shop.v1.order.create", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(plan["endpoints"], serde_json::json!(["shop.v1.order.create"]));
    assert_eq!(plan["scopes"][0]["endpoints"], plan["endpoints"]);
    assert_eq!(plan["exact"], true);

    let said = scopes(&["shop.v1.order.craete"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("did you mean `shop.v1.order.create`?"), "{}", said.err);
    assert_eq!(scopes(&[]).code, 2);
}

#[test]
fn a_resource_is_no_operation_but_has_some() {
    let said = run(&["show", "shop.v1.order", "--schema", &golden()]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("`shop.v1.order` is a resource, not an endpoint or an event"), "{}", said.err);
    assert!(said.err.contains("show one of shop.v1.order.attach, shop.v1.order.create"), "{}", said.err);
    for command in ["show", "scopes"] {
        let said = run(&[command, "shop.v1.orders", "--schema", &golden()]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("did you mean `shop.v1.order`?"), "{command}: {}", said.err);
    }
}

#[test]
fn a_new_spec_is_a_schema_and_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let new = |method: &str| {
        let path = "/zoo/v1/animals/:animal_id/feed";
        run(&["new", "zoo.v1.animal.feed", "--method", method, "--path", path, "--out", &out])
    };
    let said = new("post");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.trim().ends_with("feed.yaml"), "{}", said.out);
    assert_eq!(run(&["check", "--schema", &out]).code, 0);
    let again = new("PUT");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("exists and differs"), "{}", again.err);
    assert!(
        std::fs::read_to_string(dir.path().join("zoo/v1/animal/feed.yaml")).unwrap().contains("method: POST")
    );
    for (name, path, what) in [
        ("zoo.v1.animal", "/a", "four parts"),
        ("zoo.v1.Animal.get", "/a", "H002"),
        ("zoo.v1.animal.get", "a", "H301"),
        ("../../x.v1.animal.get", "/a", "four parts"),
        ("zoo.v1.a/b.get", "/a", "H002"),
    ] {
        let said = run(&["new", name, "--method", "GET", "--path", path, "--out", &out]);
        assert_eq!(said.code, 2, "{name}: {}", said.out);
        assert!(said.err.contains(what), "{name}: {}", said.err);
    }
    let event = |name: &str, of: &str| run(&["new", name, "--event-type", of, "--out", &out]);
    let said = event("zoo.v1.animal.events.born", "zoo.animal.born_v1");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.trim().ends_with("zoo/v1/animal/events/born.yaml"), "{}", said.out);
    assert_eq!(run(&["check", "--schema", &out]).code, 0);
    assert!(run(&["list", "--events", "--schema", &out]).out.contains("zoo.animal.born_v1"));
    assert_eq!(event("zoo.v1.animal.events.born", "zoo.animal.born_v2").code, 1);
    for (name, what) in [("zoo.v1.animal.born", "five parts"), ("zoo.v1.animal.events.Born", "H002")] {
        let said = event(name, "zoo.animal.fed_v1");
        assert_eq!(said.code, 2, "{name}: {}", said.out);
        assert!(said.err.contains(what), "{name}: {}", said.err);
    }
    for (arguments, what) in [
        (&["zoo.v1.animal.events.fed"][..], "the event `zoo.v1.animal.events.fed` needs a type"),
        (&["zoo.v1.animal.events.fed", "--method", "GET", "--path", "/a"], "has no method and no path"),
        (&["zoo.v1.animal.feed"], "the endpoint `zoo.v1.animal.feed` needs a method and a path"),
        (&["zoo.v1.animal.feed", "--method", "GET"], "needs a method and a path"),
        (&["Bad"], "`Bad` is not the name of an endpoint or an event"),
    ] {
        let said = run(&[&["new"], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.err.contains(what), "{arguments:?}: {}", said.err);
    }
    let said = run(&["new", "zoo.v1.animal.get", "--method", "FETCH", "--path", "/a"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("H104"), "{}", said.err);
}

/// A small schema, into which examples of `explain` go.
const AROUND: [(&str, &str); 3] = [
    ("api.yaml", "base_urls:\n  zoo: https://zoo.example\n"),
    (
        "zoo/v1/animal/get.yaml",
        "title: Get an animal\ndoc: https://zoo.example/get\nmethod: GET\npath: /zoo/v1/animals/:animal_id\n\
         tokens: [tenant]\nquota: special\npath_params:\n  animal_id: string\nresponse:\n  animal: Animal\n",
    ),
    ("zoo/v1/types/animal.yaml", "doc: An animal.\nfields:\n  name: string\n"),
];

/// The codes that a fragment of an endpoint produces, together with lines that it omits.
fn codes_of(fragment: &str) -> Vec<&'static str> {
    let head = [
        ("title", "title: Feed an animal\n"),
        ("doc", "doc: https://zoo.example/feed\n"),
        ("method", "method: POST\n"),
        ("path", "path: /zoo/v1/animals\n"),
        ("tokens", "tokens: [tenant]\n"),
        ("quota", "quota: 20/min\n"),
    ];
    let missing =
        head.iter().filter(|(key, _)| !fragment.lines().any(|line| line.starts_with(&format!("{key}:"))));
    let text: String = missing.map(|(_, line)| *line).chain([fragment]).collect();
    let mut files: BTreeMap<String, String> =
        AROUND.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.insert("zoo/v1/animal/feed.yaml".to_owned(), text);
    let report = match hire_gen::load_sources(&Sources::from_texts(files)) {
        Ok((_, warnings)) => warnings,
        Err(errors) => errors,
    };
    report.diagnostics().iter().map(|found| found.code.as_str()).collect()
}

/// The contents of a fence of this kind.
fn fence<'a>(text: &'a str, kind: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("```yaml {kind}\n"))?;
    rest.split_once("```").map(|(fragment, _)| fragment)
}

#[test]
fn examples_of_explanations_are_wrong_and_right_as_they_say() {
    let (mut shown, mut bad) = (0, Vec::new());
    for code in Code::ALL {
        let text = explain(*code);
        let Some(wrong) = fence(text, "wrong") else { continue };
        let name = code.as_str();
        let right = fence(text, "right").unwrap();
        if !codes_of(wrong).contains(&name) || !codes_of(right).is_empty() {
            bad.push((name, codes_of(wrong), codes_of(right)));
        }
        shown += 1;
    }
    assert!(bad.is_empty(), "code, what the wrong example gives, what the right one gives: {bad:?}");
    assert!(shown >= 40, "{shown}");
}

#[test]
fn a_code_is_explained_and_one_that_is_none_is_refused() {
    let said = run(&["explain", "h309"]);
    assert!(said.code == 0 && said.out.starts_with("H309: a type that requires itself\n\n"), "{}", said.out);
    let all = run(&["explain"]);
    assert_eq!(all.out.lines().count(), Code::ALL.len());
    let json: Value = serde_json::from_str(&run(&["explain", "101", "--format", "json"]).out).unwrap();
    assert_eq!((json[0]["code"].as_str(), json.as_array().unwrap().len()), (Some("H101"), 1));
    let said = run(&["explain", "1002001"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no code `1002001`"), "{}", said.err);
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = run(&["completions", shell]);
        assert_eq!(said.code, 0);
        for command in ["check", "list", "scopes", "explain", "import", "completions"] {
            assert!(said.out.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(run(&["completions", "cmd"]).code, 2);
}
