//! The events of the schema, compared with their pages in `HIRE_DOCS_DIR` and with the generated payloads.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hire_api::event::{Event, EventMetadata, Events, Outcome, Webhook};
use hire_api::wire::{Write, from_slice, to_string};
use hire_gen::import::drift::{coverage, drift};
use hire_gen::import::{Glossary, Options, import};
use hire_gen::ir::{self, Api, App, Base, Field, Kind, Literal, Scope};
use hire_gen::mock::{Push, PushedEvent};
use hire_gen::source::Sources;
use serde_json::{Value, json};

fn api() -> Api {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    hire_gen::load(&schema).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The contents of the pages, read from their explicit nesting; `None` without pages.
fn truth() -> Option<Vec<Value>> {
    let Some(docs) = std::env::var_os("HIRE_DOCS_DIR").map(PathBuf::from) else {
        println!("skipped: HIRE_DOCS_DIR is not set to the folder of the documentation pages");
        return None;
    };
    let text = std::fs::read_to_string(docs.join("../events/truth.json")).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn specs_say_what_the_pages_say() {
    let Some(truth) = truth() else { return };
    let api = api();
    for page in &truth {
        let name = text(page, "event_type");
        let event = api.event(name).unwrap_or_else(|| panic!("`{name}` has no spec"));
        assert_eq!(facts(event), page_facts(page), "{name}");
        let payload = list(page, "body").iter().find(|field| text(field, "name") == "event").unwrap();
        let (mut ours, mut theirs) = (String::new(), String::new());
        tree(&api, &event.fields, 0, &mut ours);
        page_tree(list(payload, "fields"), 0, &mut theirs);
        // The page lists these values in prose, which `truth.json` omits.
        let ours = ours.replace(r#"usage_list int[] ["1", "2"]"#, "usage_list int[] []");
        assert_eq!(ours, theirs, "{name}");
        let example: Value = serde_json::from_str(&event.example.as_ref().unwrap().text).unwrap();
        assert_eq!(example, page["example"], "{name}");
    }
    assert_eq!(truth.len(), 17);
}

#[test]
fn pages_are_imported_as_they_are() {
    let Some(truth) = truth() else { return };
    let committed = api();
    let docs = PathBuf::from(std::env::var_os("HIRE_DOCS_DIR").unwrap());
    for dialect in ["../events", "../portal"] {
        let pages = Sources::read_pages(&[docs.join(dialect)]).unwrap();
        let pages: Vec<_> = pages.into_iter().filter(|(name, _)| of_truth(name)).collect();
        let glossary = Glossary::embedded().unwrap();
        let options = Options { glossary: &glossary, full: false, share: true, there: None };
        let imported = import(&pages, &options, &mut |_| ());
        assert_eq!(imported.report.errors(), 0, "{}", imported.report);
        assert_eq!(imported.events.len(), truth.len(), "{dialect}");
        let (api, _) = hire_gen::load_sources(&imported.sources()).unwrap();
        for page in &truth {
            let name = text(page, "event_type");
            let event = api.event(name).unwrap_or_else(|| panic!("`{name}` was not imported"));
            let reviewed = committed.event(name).unwrap();
            assert_eq!(event.id, reviewed.id);
            let (mut ours, mut theirs) = (facts(event), page_facts(page));
            if dialect == "../portal" {
                // These copies are older than `truth.json`.
                ours["revised"].take();
                theirs["revised"].take();
            }
            assert_eq!(ours, theirs, "{dialect}: {name}");
            let (mut ours, mut theirs) = (String::new(), String::new());
            tree(&api, &event.fields, 0, &mut ours);
            tree(&committed, &reviewed.fields, 0, &mut theirs);
            assert_eq!(ours, theirs, "{dialect}: {name}");
            let example: Value = serde_json::from_str(&event.example.as_ref().unwrap().text).unwrap();
            assert_eq!(example, page["example"], "{dialect}: {name}");
        }
    }
}

/// Whether `truth.json` contains the event of a page: those of Hire and of employee types.
fn of_truth(name: &str) -> bool {
    ["hire-v1/", "contact-v3/employee_type_enum/"].iter().any(|part| name.contains(part))
        && name.contains("/events/")
}

fn facts(event: &ir::Event) -> Value {
    let scopes =
        |scopes: &[Scope]| scopes.iter().map(|scope| json!([scope.name, scope.label])).collect::<Vec<_>>();
    let app = |app: &App| if *app == App::Custom { "custom" } else { "isv" };
    let id = &event.id;
    json!({
        "title": event.label,
        "page": event.doc.strip_prefix("https://open.feishu.cn/document"),
        "revised": event.revised,
        "apps": event.apps.iter().map(app).collect::<Vec<_>>(),
        "scopes": scopes(&event.scopes),
        "field_scopes": scopes(&event.field_scopes),
        "identity": {"project": id.service, "version": id.version, "resource": id.resource, "event": id.event},
    })
}

fn page_facts(page: &Value) -> Value {
    let scopes = |key: &str| {
        list(page, key).iter().map(|scope| json!([scope["name"], scope["label"]])).collect::<Vec<_>>()
    };
    let days = text(page, "page_updated_ms").parse::<i64>().unwrap() / 86_400_000;
    json!({
        "title": page["title"],
        "page": page["page"],
        "revised": day(days),
        "apps": page["apps"],
        "scopes": scopes("scopes_any_of"),
        "field_scopes": scopes("field_scopes"),
        "identity": page["portal_identity"],
    })
}

/// A date from the number of days since 1970, by counting.
fn day(mut days: i64) -> String {
    let (mut year, mut month) = (1970, 1);
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if days < length {
            return format!("{year:04}-{month:02}-{:02}", days + 1);
        }
        days -= length;
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// A line for each field: name, type on the wire, values of an enum, scopes.
fn tree(api: &Api, fields: &[Field], depth: usize, out: &mut String) {
    for field in fields {
        let kind = match field.ty.base {
            Base::Type(id) => api.type_(id).map(|ty| &ty.kind),
            _ => None,
        };
        let base = match kind {
            Some(Kind::Object(_)) => "object",
            Some(Kind::Enum { int, .. }) => {
                if *int {
                    "int"
                } else {
                    "string"
                }
            }
            None => field.ty.base.word().unwrap(),
        };
        let list = "[]".repeat(usize::from(field.ty.list));
        let values: Vec<String> = match kind {
            Some(Kind::Enum { variants, .. }) => variants.iter().map(|value| spelled(&value.value)).collect(),
            _ => Vec::new(),
        };
        let scopes: Vec<&str> = field.scopes.iter().map(|scope| scope.name.as_str()).collect();
        writeln!(out, "{}{} {base}{list} {values:?} {scopes:?}", "  ".repeat(depth), field.wire).unwrap();
        if let Some(Kind::Object(fields)) = kind {
            tree(api, fields, depth + 1, out);
        }
    }
}

fn spelled(literal: &Literal) -> String {
    match literal {
        Literal::Int(number) => number.to_string(),
        Literal::String(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn page_tree(fields: &[Value], depth: usize, out: &mut String) {
    for field in fields {
        let (inner, ty) = (list(field, "fields"), text(field, "type"));
        let base = if inner.is_empty() { ty.trim_end_matches("[]") } else { "object" };
        let dimensions = if ty.ends_with("[]") { "[]" } else { "" };
        let values: Vec<&str> = list(field, "enum").iter().map(|value| text(value, "value")).collect();
        let scopes: Vec<&str> =
            list(field, "field_scopes").iter().map(|scope| scope.as_str().unwrap()).collect();
        let name = text(field, "name");
        writeln!(out, "{}{name} {base}{dimensions} {values:?} {scopes:?}", "  ".repeat(depth)).unwrap();
        page_tree(inner, depth + 1, out);
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {value}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The JSON that a payload reads and writes.
struct Payload {
    metadata: &'static EventMetadata,
    through: fn(&Value) -> Value,
}

fn payload<E: Event + Write>() -> Payload {
    let through = |event: &Value| {
        let typed: E = read(event);
        serde_json::from_str(&to_string(&typed)).unwrap()
    };
    Payload { metadata: E::METADATA, through }
}

/// Through text, as on the wire.
fn read<E: Event>(event: &Value) -> E {
    from_slice(event.to_string().as_bytes()).unwrap().value
}

/// Written by `build.rs`.
fn payloads() -> Vec<Payload> {
    include!(concat!(env!("OUT_DIR"), "/every_event.rs")).into()
}

/// Fractions of zero become whole numbers: `100` and `100.0` are equal.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

#[test]
fn documented_payloads_come_back_equal() {
    let api = api();
    for (event, Payload { metadata, through }) in api.events.iter().zip(payloads()) {
        let example =
            event.example.as_ref().unwrap_or_else(|| panic!("`{}` has no example", event.event_type));
        let example: Value = serde_json::from_str(&example.text).unwrap();
        let back = through(&example["event"]);
        assert!(same(&example["event"], &back), "{}: {} became {back}", metadata.name, example["event"]);
    }
}

#[test]
fn payloads_know_what_their_specs_say() {
    let api = api();
    let names = |scopes: &[Scope]| scopes.iter().map(|scope| scope.name.clone()).collect::<Vec<_>>();
    assert_eq!(hire_api::EVENTS.len(), api.events.len());
    for ((event, payload), listed) in api.events.iter().zip(payloads()).zip(hire_api::EVENTS) {
        let metadata = payload.metadata;
        assert!(std::ptr::eq(metadata, *listed) || metadata.name == listed.name);
        assert_eq!(
            (metadata.name, metadata.title, metadata.doc),
            (&*event.event_type, &*event.title, &*event.doc)
        );
        assert_eq!(metadata.scopes, names(&event.scopes));
        assert_eq!(metadata.field_scopes, names(&event.field_scopes));
        assert_eq!(metadata.apps.len(), event.apps.len());
        assert_eq!(format!("{:?}", metadata.envelope), format!("{:?}", event.envelope));
    }
}

#[test]
fn what_is_odd_costs_no_payload() {
    use hire_api::hire::v1::talent::events::TagSubscription;

    let odd = json!({
        "talent_id": null,
        "type": 99,
        "lock_status": "odd",
        "tag": {"id": "1", "name": null, "later": [1, 2]},
        "application_stage": {"type": 1, "new": {}},
        "later": "unknown",
    });
    let event: TagSubscription = read(&odd);
    assert_eq!(event.talent_id, None);
    assert_eq!(event.type_.map(|kind| kind.as_int()), Some(99));
    assert_eq!(event.tag.unwrap().id.as_deref(), Some("1"));
}

#[test]
fn personal_data_of_a_payload_is_hidden() {
    use hire_api::hire::v1::eco_background_check::events::Created;

    let example = api().event("hire.eco_background_check.created_v1").unwrap().example.clone().unwrap();
    let example: Value = serde_json::from_str(&example.text).unwrap();
    let event: Created = read(&example["event"]);
    let shown = format!("{event:?}");
    for personal in ["王二", "18900001111", "xxx@abc.vom", "Ming", "Lee", "高阶候选人", "这是一些额外信息"]
    {
        assert!(!shown.contains(personal), "{shown}");
    }
    assert!(shown.contains("6931286400470354183"), "{shown}");
}

#[test]
fn every_resource_of_the_twelve_hire_events_is_here() {
    let api = api();
    let hire: BTreeSet<&str> = api
        .events
        .iter()
        .map(|event| event.event_type.as_str())
        .filter(|name| name.starts_with("hire."))
        .collect();
    let employee = api.events.iter().filter(|event| event.id.resource == "employee_type_enum").count();
    assert_eq!((hire.len(), employee), (12, 5), "{hire:?}");
}

/// Written by `build.rs`: the handler that the site and the documentation show, by the name of its event.
#[expect(clippy::let_and_return, reason = "the shown handler names its handlers, as a program would")]
fn handlers() -> Vec<(&'static str, Events)> {
    include!(concat!(env!("OUT_DIR"), "/handlers.rs")).into()
}

#[tokio::test]
async fn handlers_that_are_shown_handle_what_the_page_shows() {
    let api = api();
    let push = Push::to("http://127.0.0.1/").unwrap().with_encrypt_key("key");
    let handlers = handlers();
    assert_eq!(handlers.len(), api.events.len());
    for (name, events) in handlers {
        let handled = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&handled);
        let events = events.with_observer(move |notice| {
            if let Outcome::Handled = notice.outcome {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        let sealed = push.sealed(&PushedEvent::documented(&api, name).unwrap());
        let answer =
            Webhook::new(events, "key").unwrap().answer(sealed.headers, sealed.body.as_bytes()).await;
        assert_eq!((answer.status, handled.load(Ordering::SeqCst)), (200, 1), "{name}");
    }
}

#[test]
fn pages_that_agree_have_no_drift_and_a_row_that_goes_is_told() {
    if truth().is_none() {
        return;
    }
    let (api, glossary) = (api(), Glossary::embedded().unwrap());
    let docs = PathBuf::from(std::env::var_os("HIRE_DOCS_DIR").unwrap());
    let pages = Sources::read_pages(&[docs.join("../events")]).unwrap();
    let pages: Vec<_> = pages.into_iter().filter(|(name, _)| of_truth(name)).collect();
    let changes = |pages: &[(String, String)]| {
        let found = drift(&api, pages, &glossary);
        let changes = found.events.iter().flat_map(|one| one.changes.iter().map(move |change| (one, change)));
        let lines: Vec<String> =
            changes.map(|(one, change)| format!("{}: {change}", one.event_type)).collect();
        (found.events.len(), lines)
    };
    assert_eq!(changes(&pages), (17, Vec::new()));
    let covered = coverage(&api, &pages);
    assert_eq!(
        (covered.events_covered, covered.events_without_spec.len(), covered.no_endpoint.len()),
        (17, 0, 0)
    );
    // One row of each payload is removed, and one scope is renamed.
    for (name, text) in &pages {
        let lines: Vec<&str> = text.lines().collect();
        let payload = lines.iter().position(|line| line.starts_with("| `event` ")).unwrap();
        let row = payload + 1;
        let field = lines[row].split('`').nth(1).unwrap();
        // Its nested fields are removed with it.
        let inner = lines[row + 1..].iter().take_while(|line| line.starts_with("| &nbsp;&nbsp;&nbsp;&nbsp;"));
        let without = [&lines[..row], &lines[row + 1 + inner.count()..]].concat();
        // The example keeps its fields.
        let without = without.join("\n");
        let (before, example) = without.split_once("```json\n").unwrap();
        let (example, after) = example.split_once("```").unwrap();
        let mut example: Value = serde_json::from_str(example).unwrap();
        example["event"].as_object_mut().unwrap().remove(field).unwrap();
        let (_, said) = changes(&[(name.clone(), format!("{before}```json\n{example}\n```{after}"))]);
        assert!(said.iter().any(|line| line.contains(&format!("- fields.{field}"))), "{name}: {said:?}");
        let renamed = text.replacen("| `hire:", "| `hired:", 1).replacen("| `contact:", "| `contacts:", 1);
        let (_, said) = changes(&[(name.clone(), renamed)]);
        assert!(said.iter().any(|line| line.contains(": ~ scopes: ")), "{name}: {said:?}");
    }
}
