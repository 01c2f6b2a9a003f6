//! `hire-gen import`, `drift` and `coverage` as commands: what they print, write, refuse and exit with.

use std::fs;
use std::path::{Path, PathBuf};

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

fn folder(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).display().to_string()
}

/// A copy of the schema that the pages of a folder of `drift/` differ from.
fn schema(of: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    copy(Path::new(&folder(&format!("drift/{of}/schema"))), dir.path());
    let path = dir.path().display().to_string();
    (dir, path)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push(path.strip_prefix(dir).unwrap().to_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn one_page_goes_to_standard_output_and_what_is_wrong_with_it_to_standard_error() {
    let said = run(&["import", &folder("import/table_against_example.md")]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("# shop/v1/order/split.yaml\n"), "{}", said.out);
    assert!(
        said.out.contains("fix: The page's table has a whole number; its example has a string."),
        "{}",
        said.out
    );
    assert!(
        said.err.contains("warning[H404]") && said.err.contains("table_against_example.md:31:1"),
        "{}",
        said.err
    );
}

#[test]
fn a_page_without_an_endpoint_is_an_error() {
    let said = run(&["import", &folder("import/no_endpoint.md")]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("error[H401]"), "{}", said.err);
}

#[test]
fn several_pages_need_a_folder_to_go_to() {
    let said = run(&["import", &folder("import/old_table.md"), &folder("import/br_tags.md")]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.err,
        "error: 2 pages cannot go to standard output together\n  help: pass `--out schema` to write files\n"
    );
}

#[test]
fn a_page_that_is_not_there_is_named() {
    let said = run(&["import", "no/such/page.md"]);
    assert_eq!(said.code, 2);
    assert!(said.err.starts_with("error: `no/such/page.md` cannot be read: "), "{}", said.err);
}

#[test]
fn files_land_where_they_belong_and_shared_types_are_shared() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let said = run(&["import", &folder("drift/endpoints/pages"), "--out", &out]);
    assert_eq!(said.code, 0, "{}", said.err);
    let files: Vec<String> = below(dir.path()).iter().map(|path| path.display().to_string()).collect();
    let expected = [
        "shop/v1/order/create.request.json",
        "shop/v1/order/create.response.json",
        "shop/v1/order/create.yaml",
        "shop/v1/shop/get.response.json",
        "shop/v1/shop/get.yaml",
    ];
    assert_eq!(files, expected, "the two pages disagree about `order_line`, so each spec has its own");
    let pages = tempfile::tempdir().unwrap();
    for resource in ["shop", "kiosk"] {
        let text = fs::read_to_string(folder("drift/endpoints/pages/get.md")).unwrap();
        let text = text
            .replace("shop/get", &format!("{resource}/get"))
            .replace("/shops/", &format!("/{resource}s/"));
        fs::write(pages.path().join(format!("{resource}.md")), text).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let to = out.path().display().to_string();
    let said = run(&["import", &pages.path().display().to_string(), "--out", &to]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = fs::read_to_string(out.path().join("shop/v1/types/order_line.yaml")).unwrap();
    assert!(line.contains("colour:"), "{line}");
    assert!(
        fs::read_to_string(out.path().join("shop/v1/kiosk/get.yaml")).unwrap().contains("type: OrderLine\n")
    );
}

#[test]
fn a_spec_that_is_there_is_never_overwritten_without_force() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let page = folder("import/line_breaks_in_cells.md");
    assert_eq!(run(&["import", &page, "--out", &out]).code, 0);
    let again = run(&["import", &page, "--out", &out]);
    assert!(again.out.contains("0 of 3 files written"), "{}", again.out);
    let spec = dir.path().join("shop/v1/order/create.yaml");
    let edited = fs::read_to_string(&spec).unwrap().replace("quota: 20/s", "quota: 30/s");
    fs::write(&spec, &edited).unwrap();
    let refused = run(&["import", &page, "--out", &out]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("exists and differs; `--force` overwrites it"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&spec).unwrap(), edited);
    assert_eq!(run(&["import", &page, "--out", &out, "--force"]).code, 0);
    assert!(fs::read_to_string(&spec).unwrap().contains("quota: 20/s"));
}

#[test]
fn h405_of_two_pages_of_an_endpoint_the_newer_is_taken() {
    let pages = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(folder("import/line_breaks_in_cells.md")).unwrap();
    // The older one comes first in alphabetical order.
    let revised = text.lines().find(|line| line.starts_with("last_remote_update:")).unwrap_or_default();
    assert!(!revised.is_empty(), "the page has a date");
    let older = text.replace(revised, "last_remote_update: 2001-01-01");
    fs::write(pages.path().join("a_history.md"), &older).unwrap();
    fs::write(pages.path().join("now.md"), &text).unwrap();
    let out = tempfile::tempdir().unwrap();
    let from = pages.path().display().to_string();
    let said = run(&["import", &from, "--out", &out.path().join("schema").display().to_string()]);
    assert_eq!(said.code, 0, "{}", said.out);
    let path = folder("import/two_pages.stderr");
    let err = said.err.replace(&from, "pages");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &err).unwrap();
    }
    assert_eq!(err, fs::read_to_string(&path).unwrap(), "BLESS=1 writes {path}");
    let spec = fs::read_to_string(out.path().join("schema/shop/v1/order/create.yaml")).unwrap();
    assert!(!spec.contains("2001-01-01"), "the newer page was taken");
}

#[test]
fn more_names_come_from_a_glossary_of_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    let glossary = dir.path().join("glossary.yaml");
    let page = folder("import/conditions_and_states.md");
    fs::write(&glossary, "titles: {更改店铺: Change a shop}\nvalues: {直营: DirectlyRun}\n").unwrap();
    let said = run(&["import", &page, "--glossary", &glossary.display().to_string()]);
    assert_eq!(said.code, 0, "{}", said.err);
    for line in
        ["title: Change a shop\n", "required_when: {kind: DirectlyRun}\n", "name: DirectlyRun, label: 直营"]
    {
        assert!(said.out.contains(line), "{line}\n{}", said.out);
    }
    fs::write(&glossary, "values: {直营: not a name}\n").unwrap();
    let said = run(&["import", &page, "--glossary", &glossary.display().to_string()]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("`not a name` is not an `UpperCamelCase` name for a value"), "{}", said.err);
}

#[test]
fn texts_are_taken_only_when_asked_for() {
    let page = folder("import/conditions_and_states.md");
    let label = run(&["import", &page]).out;
    let full = run(&["import", &page, "--describe", "full"]).out;
    assert!(!label.contains("店铺已开业") && !label.contains("doc: 店主"), "{label}");
    assert!(full.contains("doc: 店主，当店铺类型为直营时必填"), "{full}");
}

#[test]
fn drift_says_what_has_changed_and_writes_it_when_asked_to() {
    let (dir, schema) = schema("endpoints");
    let pages = folder("drift/endpoints/pages");
    let before = fs::read_to_string(dir.path().join("shop/v1/order/create.yaml")).unwrap();
    let said = run(&["drift", "--schema", &schema, &pages]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("shop.v1.order.create (2025-01-01 → 2026-01-02)\n  ~ quota: 10/s → 20/s\n"),
        "{}",
        said.out
    );
    assert_eq!(fs::read_to_string(dir.path().join("shop/v1/order/create.yaml")).unwrap(), before);
    let said = run(&["drift", "--schema", &schema, &pages, "--apply"]);
    assert!(said.out.contains("written into 2 files"), "{}", said.out);
    assert!(said.out.contains("left: shop.v1.order.create: + body.goods.deliver_to"), "{}", said.out);
    let after = fs::read_to_string(dir.path().join("shop/v1/order/create.yaml")).unwrap();
    let expected = fs::read_to_string(folder("drift/endpoints/expected/shop/v1/order/create.yaml")).unwrap();
    assert_eq!(after, expected);
    assert_eq!(run(&["check", "--schema", &schema]).code, 0);
}

#[test]
fn drift_writes_events_and_says_what_it_leaves() {
    let (dir, schema) = schema("events");
    let pages = folder("drift/events/pages");
    let before = run(&["drift", "--schema", &schema, &pages]);
    assert_eq!(before.code, 1);
    assert!(before.out.contains("6 events compared: 45 changes in 5 of them\n"), "{}", before.out);
    let said = run(&["drift", "--schema", &schema, &pages, "--apply"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("35 changes written into 10 files\n"), "{}", said.out);
    assert!(said.out.contains("left: shop.order.changed_v1: ~ envelope: v1 → v2: "), "{}", said.out);
    let spec = "shop/v1/order/events/changed.yaml";
    let expected = fs::read_to_string(folder("drift/events/expected") + "/" + spec).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join(spec)).unwrap(), expected);
    assert_eq!(run(&["check", "--schema", &schema]).code, 0);
    let again = run(&["drift", "--schema", &schema, &pages, "--apply", "--format", "json"]);
    let value: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&value["applied"]["done"], &value["applied"]["files"]), (&0.into(), &serde_json::json!([])));
    let left = value["applied"]["left"].as_array().unwrap();
    let of: Vec<&Value> = left.iter().map(|left| &left["event"]).collect();
    assert_eq!(of.len(), 6);
    assert!(
        of.iter().all(|name| *name == "shop.cart.moved_v1" || *name == "shop.order.changed_v1"),
        "{of:?}"
    );
    assert_eq!(left[3]["change"]["at"], "envelope");
}

#[test]
fn drift_of_a_schema_that_agrees_exits_with_0() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let page = folder("import/br_tags.md");
    assert_eq!(run(&["import", &page, "--out", &out]).code, 0);
    let said = run(&["drift", "--schema", &out, &page]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "1 endpoint compared: 0 changes in 0 of them\n"),
        "{}",
        said.err
    );
}

#[test]
fn drift_and_coverage_speak_to_programs() {
    let (_dir, schema) = schema("endpoints");
    let said = run(&["drift", "--schema", &schema, &folder("drift/endpoints/pages"), "--format", "json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["endpoints"][0]["endpoint"], "shop.v1.order.create");
    assert_eq!(value["endpoints"][0]["changes"][0]["kind"], "head");
    assert_eq!(value["endpoints"][0]["changes"][0]["at"], "quota");
    assert!(value["applied"].is_null());
    let said = run(&["coverage", "--schema", &schema, &folder("import"), "--format", "json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["covered"], 1);
    assert_eq!(value["without_page"], serde_json::json!(["shop.v1.shop.get"]));
    assert!(
        value["without_spec"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["path"] == "/open-apis/shop/v1/reports")
    );
}

#[test]
fn coverage_names_what_is_missing_on_either_side() {
    let (_dir, schema) = schema("endpoints");
    let said = run(&["coverage", "--schema", &schema, &folder("import")]);
    assert_eq!(said.code, 0);
    for line in ["no spec: GET /open-apis/shop/v1/reports (", "no page: shop.v1.shop.get\n", "no endpoint: "]
    {
        assert!(said.out.contains(line), "{line}\n{}", said.out);
    }
    assert!(said.out.ends_with("1 of 25 documented endpoints have a spec\n"), "{}", said.out);
}

/// An entry of the explorer's catalogue.
fn listed(resource: &str, action: &str, method: &str, path: &str, title: &str) -> Value {
    serde_json::json!({"name": title, "type": 2, "apiSummary": {
        "apiIdentity": {"project": "shop", "version": "v1", "resource": resource, "apiName": action},
        "httpMethod": method, "apiPath": path, "fullPath": "/document/x", "supportAppTypes": ["custom"],
    }})
}

#[test]
fn drift_of_a_catalogue_says_what_is_new_gone_and_moved() {
    let (_dir, schema) = schema("endpoints");
    let lists = tempfile::tempdir().unwrap();
    let list = lists.path().join("catalog.json").display().to_string();
    let catalogue = serde_json::json!({"data": [{"name": "店铺", "children": [
        listed("order", "create", "PUT", "/open-apis/shop/v1/new_orders", "建立订单"),
        listed("order", "cancel", "POST", "/open-apis/shop/v1/orders/:id/cancel", "取消订单"),
        listed("menu", "list", "GET", "/open-apis/kitchen/v1/menus", "菜单"),
    ]}]});
    fs::write(&list, catalogue.to_string()).unwrap();
    let said = run(&["drift", "--schema", &schema, &list]);
    assert_eq!(
        said.out,
        "new: POST /open-apis/shop/v1/orders/:id/cancel (取消订单)\n\
         gone: shop.v1.shop.get\n\
         moved: shop.v1.order.create to PUT /open-apis/shop/v1/new_orders (建立订单)\n\
         3 operations listed, 0 with a spec: 1 new, 1 gone, 1 moved, 0 dated later; 1 of 1 other service without a spec\n"
    );
    assert_eq!(said.code, 1, "{}", said.err);
    let said = run(&["coverage", "--schema", &schema, &list]);
    assert!(said.out.contains("no spec: GET /open-apis/kitchen/v1/menus ("), "{}", said.out);
}

#[test]
fn drift_of_a_list_with_dates_says_what_was_changed_later() {
    let (_dir, schema) = schema("endpoints");
    let lists = tempfile::tempdir().unwrap();
    let list = lists.path().join("apis.csv").display().to_string();
    let head = "name,url,updateTime\n";
    let (create, get) =
        ("建立订单,POST:/open-apis/shop/v1/orders", "取店铺,GET:/open-apis/shop/v1/shops/:id");
    fs::write(&list, format!("{head}{create},1735689600000\n{get},2026-01-02 03:04:05\n")).unwrap();
    let said = run(&["drift", "--schema", &schema, &list]);
    let fine = "2 operations listed, 2 with a spec: 0 new, 0 gone, 0 moved, 0 dated later\n";
    assert_eq!((said.code, said.out.as_str()), (0, fine), "{}", said.err);
    fs::write(&list, format!("{head}{create},1735776000000\n{get},2026-01-02 03:04:05\n")).unwrap();
    let said = run(&["drift", "--schema", &schema, &list, "--format", "json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said.code, 1, "{}", said.err);
    let later = serde_json::json!([{"endpoint": "shop.v1.order.create", "spec_revised": "2025-01-01", "listed": "2025-01-02"}]);
    assert_eq!(value["listed"]["dated_later"], later);
}

#[test]
fn a_new_schema_knows_the_region_of_the_hosts_that_its_specs_name() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let said = run(&["import", &folder("import/answer_is_a_file.md"), "--out", &out]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = run(&["check", "--schema", &out]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}
