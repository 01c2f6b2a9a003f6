//! The reference site: it contains the whole schema, every link works, no text of a page becomes markup, and the calls
//! that it shows work.

mod site {
    pub mod browser;
    pub mod calls;
    pub mod devtools;
    pub mod hostile;
    pub mod markup;
    pub mod planned;
    pub mod searched;
    pub mod tried;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hire_gen::ir::{Api, Kind, Literal};
use hire_gen::site::Options;
use serde_json::Value;
use site::markup::Page;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(schema: &Path) -> Api {
    hire_gen::load(schema).unwrap_or_else(|problems| panic!("{problems}"))
}

fn committed() -> Api {
    load(&here().join("../schema"))
}

fn golden() -> Api {
    load(&here().join("golden/schema"))
}

/// All documented endpoints, if `HIRE_DOCS_DIR` has their pages.
fn documented() -> Option<Api> {
    static API: OnceLock<Option<Api>> = OnceLock::new();
    let api = API.get_or_init(|| {
        let pages = PathBuf::from(std::env::var_os("HIRE_DOCS_DIR")?).join("b");
        let dir = tempfile::tempdir().unwrap();
        let (_, said, _) =
            hire_gen(&["import", pages.to_str().unwrap(), "--out", dir.path().to_str().unwrap()]);
        assert!(said.contains(" endpoints in "), "{said}");
        fs::copy(here().join("../schema/api.yaml"), dir.path().join("api.yaml")).unwrap();
        Some(load(dir.path()))
    });
    if api.is_none() {
        println!("skipped: HIRE_DOCS_DIR is not set to a folder of documentation pages");
    }
    api.clone()
}

fn schemas() -> Vec<Api> {
    [golden(), committed()].into_iter().chain(documented()).collect()
}

/// The site's files.
fn files(api: &Api) -> BTreeMap<String, String> {
    let files = hire_gen::site::site(api, &Options::default());
    files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// The site's pages.
fn pages(files: &BTreeMap<String, String>) -> BTreeMap<String, Page> {
    let pages = files.iter().filter(|(path, _)| path.ends_with(".html"));
    pages.map(|(path, text)| (path.clone(), Page::read(path, text))).collect()
}

/// A folder with some files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// The result of `hire-gen`: exit code, standard output, standard error.
fn hire_gen(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["hire-gen"].iter().chain(arguments);
    let code = hire_gen::cli::run(arguments, &mut out, &mut err, false).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_site_of_a_schema_is_these_files() {
    let assets = [
        "icon.svg",
        "index.js",
        "nav.js",
        "scopes.js",
        "search.js",
        "site.css",
        "site.js",
        "theme.js",
        "try.js",
    ];
    let pages = [
        "errors.html",
        "index.html",
        "scopes.html",
        "shop/v1/order.html",
        "shop/v1/order/attach.html",
        "shop/v1/order/create.html",
        "shop/v1/order/events/paid.html",
        "shop/v1/order/list.html",
        "shop/v1/stock.html",
        "shop/v1/stock/events/moved.html",
        "shop/v1/type.html",
        "shop/v1/type/events/move.html",
        "shop/v1/type/move.html",
        "shop/v1/types.html",
        "shop/v1/types/Address.html",
        "shop/v1/types/IdType.html",
    ];
    let assets = assets.map(|name| format!("assets/{name}"));
    let chinese = pages.map(|path| format!("zh/{path}"));
    let expected: Vec<String> = assets.into_iter().chain(pages.map(str::to_owned)).chain(chinese).collect();
    assert_eq!(files(&golden()).into_keys().collect::<Vec<_>>(), expected);
}

#[test]
fn pages_are_well_formed_and_every_link_leads_somewhere() {
    for api in schemas() {
        let files = files(&api);
        let pages = pages(&files);
        let anchors: BTreeMap<&String, BTreeSet<&str>> = pages
            .iter()
            .map(|(path, page)| {
                let ids = page.all("id");
                let different: BTreeSet<&str> = ids.iter().copied().collect();
                assert_eq!(ids.len(), different.len(), "{path}: an id stands there twice");
                (path, different)
            })
            .collect();
        for (path, page) in &pages {
            for target in page.all("href").into_iter().chain(page.all("src")) {
                if target.starts_with("https://") || target.starts_with("http://") {
                    continue;
                }
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let file = if file.is_empty() { path.clone() } else { resolved(path, file) };
                assert!(files.contains_key(&file), "{path}: {target}: no such file");
                // These are not anchors but the selection of the planner.
                let planned = file.ends_with("scopes.html") && anchor.contains('=');
                assert!(
                    anchor.is_empty() || planned || anchors[&file].contains(anchor),
                    "{path}: {target}: no such anchor"
                );
            }
            for attribute in ["aria-controls", "for", "aria-labelledby"] {
                for id in page.all(attribute) {
                    assert!(anchors[path].contains(id), "{path}: {attribute}={id}");
                }
            }
        }
    }
}

/// `../../a/b.html` as seen from `x/y/z.html`.
fn resolved(from: &str, target: &str) -> String {
    let mut folder: Vec<&str> = from.split('/').collect();
    folder.pop();
    for step in target.split('/') {
        match step {
            ".." => assert!(folder.pop().is_some(), "{from}: {target} leaves the site"),
            step => folder.push(step),
        }
    }
    folder.join("/")
}

#[test]
fn everything_of_the_schema_has_its_place() {
    for api in schemas() {
        let files = files(&api);
        let pages = pages(&files);
        for endpoint in &api.endpoints {
            let path = format!("{}.html", endpoint.id.to_string().replace('.', "/"));
            let page = &pages[&path];
            let ids: BTreeSet<&str> = page.all("id").into_iter().collect();
            for row in hire_gen::outline::outline(&api, endpoint).lines().skip(1) {
                let field = row.split('\t').next().unwrap().replace("[]", "").replace("{}", "");
                // A name with a dot resembles a path step; a golden field has one.
                let anchor = field.replace("self.check", "self~2e~check");
                assert!(ids.contains(anchor.as_str()), "{path}: {anchor}");
            }
            for error in &endpoint.errors {
                let anchor = format!("error.{}", error.code.to_string().replace('-', "~2d~"));
                assert!(ids.contains(anchor.as_str()), "{path}: {anchor}");
                assert!(pages["errors.html"].text.contains(&error.code.to_string()));
            }
            let advice = endpoint.errors.iter().filter_map(|error| error.advice.as_deref());
            let said = [&endpoint.label, &endpoint.about, &endpoint.revised].into_iter().flatten();
            let scopes = endpoint.scopes.iter().chain(&endpoint.field_scopes);
            let scopes =
                scopes.flat_map(|scope| [Some(scope.name.as_str()), scope.label.as_deref()]).flatten();
            let all = said.map(String::as_str).chain([endpoint.title.as_str(), &endpoint.path]);
            for text in all.chain(scopes).chain(advice) {
                assert!(squeezed(&page.text).contains(&squeezed(text)), "{path}: {text}");
            }
        }
        for event in &api.events {
            let path = format!("{}.html", event.id.to_string().replace('.', "/"));
            let ids: BTreeSet<&str> = pages[&path].all("id").into_iter().collect();
            for field in &event.fields {
                assert!(ids.contains(format!("event.{}", field.wire).as_str()), "{path}: {}", field.wire);
            }
            let scopes = event.scopes.iter().chain(&event.field_scopes);
            let scopes =
                scopes.flat_map(|scope| [Some(scope.name.as_str()), scope.label.as_deref()]).flatten();
            let said = [&event.label, &event.about, &event.revised].into_iter().flatten();
            let fields = event.fields.iter().flat_map(|field| [&field.label, &field.doc]).flatten();
            let all = said.chain(fields).map(String::as_str).chain([&*event.title, &*event.event_type]);
            for page in [&pages[&path], &pages[&format!("zh/{path}")]] {
                for text in all.clone().chain(scopes.clone()) {
                    assert!(squeezed(&page.text).contains(&squeezed(text)), "{path}: {text}");
                }
            }
        }
        for ty in &api.types {
            let path = match &ty.home {
                hire_gen::ir::Home::Shared { service, version } => {
                    format!("{service}/{version}/types/{}.html", ty.name)
                }
                hire_gen::ir::Home::Local(id) => format!("{}.html", id.to_string().replace('.', "/")),
                hire_gen::ir::Home::Event(id) => format!("{}.html", id.to_string().replace('.', "/")),
            };
            let text = squeezed(&pages[&path].text);
            let rows: Vec<String> = match &ty.kind {
                Kind::Object(fields) => fields
                    .iter()
                    .flat_map(|field| [Some(field.wire.clone()), field.label.clone(), field.doc.clone()])
                    .flatten()
                    .collect(),
                Kind::Enum { variants, .. } => variants
                    .iter()
                    .flat_map(|one| {
                        [
                            Some(one.name.clone()),
                            one.label.clone(),
                            one.doc.clone(),
                            Some(spelled(&one.value)),
                        ]
                    })
                    .flatten()
                    .collect(),
            };
            for row in rows {
                assert!(text.contains(&squeezed(&row)), "{path}: {row}");
            }
        }
    }
}

#[test]
fn what_a_key_of_the_schema_says_is_said_in_words() {
    let pages = pages(&files(&golden()));
    for (page, said) in [
        (
            "shop/v1/order/create.html",
            &[
                "Yes, if external_id is set: then nothing is created twice.",
                "1,000 calls a minute and 50 a second",
                "tenant_access_token or user_access_token",
                "custom apps, store apps",
                "Any one of these is enough: shop:order 更新订单 shop:order:write 写订单",
                "Some fields stay empty without these: shop:price:readonly 获取价格",
                "docs.example, revised 2026-01-31",
                "user_id_type IdType · string 用户 ID 类型",
                "Default \"open_id\"",
                "Needs contact:user.employee_id:readonly 获取用户 user ID",
                "external_id string",
                "Length 1 to 64 characters",
                "kind Kind · int required",
                "Value Name Meaning 1 Parcel 包裹 2 Pickup 自提 -1 Other 其他 deprecated use a parcel",
                "shipped_at string required when When it left. Required when kind is Parcel (1) Format milliseconds since",
                "picked_up_by string required when sensitive",
                "Required when kind is Pickup (2) or Other (-1)",
                "Required when when it is somebody's birthday",
                "Range 0 to 0.5",
                "Always 2",
                "Format a date, YYYY-MM-DD Example \"2026-02-28\"",
                "lines Line[] replaces What is bought. Size 1 to 100 items Replaces the list replaces the stored one",
                "grid Cell[][]",
                "Differs from the page the table says a flat list and the example a list of lists",
                "the value of a custom field",
                "notes map<string>",
                "old_title string deprecated What people saw. Deprecated use title",
                "id string unusable ID of the order. Unusable the page says not to use it",
                "parts Line[] What it is made of. The same as Line, above: it contains itself.",
                "Empty without shop:price:readonly 获取价格",
                "1002001 HTTP 500 SystemError 系统错误 Try again | later.",
            ][..],
        ),
        (
            "shop/v1/order/list.html",
            &["Pages contain items; while has_more is true", "Yes: it only reads.", "Special; see"],
        ),
        (
            "shop/v1/order/attach.html",
            &["Body multipart/form-data", "No: a second call may repeat the effect"],
        ),
        (
            "shop/v1/type/move.html",
            &["self.check string Has a dot. In Rust self_check", "中文 string Is Chinese. In Rust chinese"],
        ),
        (
            "shop/v1/order/events/paid.html",
            &[
                "Any one of these is enough: shop:order 更新订单 shop:order:readonly 获取订单",
                "Some fields stay empty without these: contact:user.employee_id:readonly",
                "way Way · int 支付方式",
                "1 Card 银行卡 2 Cash 现金",
                "legacy string deprecated Not used any more.",
                "internal json unusable",
                "delivery.event.order_id",
                "data[\"order_id\"]",
            ],
        ),
        (
            "shop/v1/stock/events/moved.html",
            &[
                "EVENT stock_moved",
                "1.0: uuid, ts, event",
                "register_p1_customized_event",
                "print(event.uuid",
            ],
        ),
        ("shop/v1/stock.html", &["1 event, behind the Cargo feature shop-v1-stock."]),
        (
            "shop/v1/types/IdType.html",
            &["enum of strings", "in requests", "hire_api::shop::v1::types::IdType", "Used by 1 operation"],
        ),
        ("errors.html", &["99991400 HTTP 429 RateLimited 请求频率超限 Wait and send it again."]),
    ] {
        let text = squeezed(&pages[page].text);
        for sentence in said {
            assert!(text.contains(&squeezed(sentence)), "{page}: {sentence}");
        }
    }
}

#[test]
fn an_event_has_a_page_with_what_its_receiver_has_to_know() {
    let pages = pages(&files(&committed()));
    let said = [
        "hire v1 / application / events / stage_changed",
        "EVENT hire.application.stage_changed_v1",
        "Apps custom apps, store apps",
        "Scopes hire:application:readonly 获取投递信息 Plan the scopes of an app",
        "Delivery envelope 2.0: schema, header, event",
        "Payload fields of event",
        "update_time int 投递阶段变更时间戳 When it moved. Format milliseconds since 1970-01-01 UTC",
        "Grant the app one of the scopes above.",
        "Events::new().on(|delivery: Delivery<events::StageChanged>| async move {",
        ".register_p2_customized_event(\"hire.application.stage_changed_v1\", handle)",
        "\"hire.application.stage_changed_v1\": async (data) => {",
        "\"event_type\": \"hire.application.stage_changed_v1\"",
    ];
    let text = squeezed(&pages["hire/v1/application/events/stage_changed.html"].text);
    for sentence in said {
        assert!(text.contains(&squeezed(sentence)), "{sentence}");
    }
    let chinese = squeezed(&pages["zh/hire/v1/application/events/stage_changed.html"].text);
    assert!(chinese.contains("事件内容event中的字段") && chinese.contains("投递阶段变更"), "{chinese}");
    // A resource with only events, and the lists of everything.
    let resource = squeezed(&pages["hire/v1/eco_exam.html"].text);
    assert!(resource.contains("hire.eco_exam.created_v1"), "{resource}");
    let overview = squeezed(&pages["index.html"].text);
    assert!(overview.contains("18events") && overview.contains("hire.talent.deleted_v1"));
}

fn spelled(value: &Literal) -> String {
    match value {
        Literal::Int(number) => number.to_string(),
        Literal::String(text) => Value::from(text.as_str()).to_string(),
        _ => panic!("no value of an enum"),
    }
}

/// Without spaces and without the back-ticks around code.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
}

#[test]
fn the_search_finds_everything_and_nothing_that_is_not_there() {
    for api in schemas() {
        let files = files(&api);
        let pages = pages(&files);
        let index = index(&files);
        let count = |key: &str| index[key].as_array().unwrap().len();
        assert_eq!(count("operations"), api.endpoints.len());
        assert_eq!(count("events"), api.events.len());
        let shared = |ty: &&hire_gen::ir::Type| matches!(ty.home, hire_gen::ir::Home::Shared { .. });
        assert_eq!(count("types"), api.types.iter().filter(shared).count());
        let page =
            |row: &Value| index["pages"][row[0].as_u64().unwrap() as usize][0].as_str().unwrap().to_owned();
        for key in ["fields", "values", "errors"] {
            for row in index[key].as_array().unwrap() {
                let ids = pages[&page(row)].all("id");
                assert!(ids.contains(&row[1].as_str().unwrap()), "{key}: {row}");
            }
        }
        // Each field is found on its own page: that of its endpoint or of its type.
        let found: BTreeSet<(String, String)> = index["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (page(row), row[1].as_str().unwrap().to_owned()))
            .collect();
        for endpoint in &api.endpoints {
            let path = format!("{}.html", endpoint.id.to_string().replace('.', "/"));
            for field in &endpoint.response {
                let anchor = format!("data.{}", field.wire);
                assert!(found.contains(&(path.clone(), anchor.clone())), "{path}: {anchor}");
            }
        }
        for event in &api.events {
            let path = format!("{}.html", event.id.to_string().replace('.', "/"));
            for field in &event.fields {
                let anchor = format!("event.{}", field.wire);
                assert!(found.contains(&(path.clone(), anchor.clone())), "{path}: {anchor}");
            }
        }
        for ty in api.types.iter().filter(shared) {
            let (Kind::Object(fields), hire_gen::ir::Home::Shared { service, version }) =
                (&ty.kind, &ty.home)
            else {
                continue;
            };
            for field in fields {
                let path = format!("{service}/{version}/types/{}.html", ty.name);
                assert!(
                    found.contains(&(path.clone(), format!("field.{}", field.wire))),
                    "{path}: {}",
                    field.wire
                );
            }
        }
    }
}

fn index(files: &BTreeMap<String, String>) -> Value {
    let script = files["assets/index.js"].lines().nth(1).unwrap();
    serde_json::from_str(script.strip_prefix("hireIndex(").unwrap().strip_suffix(");").unwrap()).unwrap()
}

#[test]
fn the_same_schema_is_the_same_site_and_only_what_changed_is_written() {
    let schema = here().join("golden/schema");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("site");
    let run = |more: &[&str]| {
        let arguments = ["docs", "--schema", schema.to_str().unwrap(), "--out", out.to_str().unwrap()];
        hire_gen(&[&arguments[..], more].concat())
    };
    let (code, _, err) = run(&["--check"]);
    assert_eq!((code, out.exists()), (1, false), "{err}");
    let (code, said, _) = run(&[]);
    assert_eq!(code, 0);
    assert!(said.contains("41 files in ") && said.contains("41 written, 0 removed"), "{said}");
    assert!(said.contains("index.html` in a browser"), "{said}");
    let before = fs::metadata(out.join("index.html")).unwrap().modified().unwrap();
    let (_, said, _) = run(&[]);
    assert!(said.contains(": 0 written, 0 removed"), "{said}");
    assert_eq!(fs::metadata(out.join("index.html")).unwrap().modified().unwrap(), before);
    assert_eq!(run(&["--check"]).0, 0);

    // Leftovers of an earlier run are removed; files of other origin stay.
    fs::write(out.join("old.html"), fs::read(out.join("index.html")).unwrap()).unwrap();
    fs::write(out.join("mine.html"), "<!doctype html>\n<p>mine").unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let (_, said, _) = run(&[]);
    assert!(said.contains(": 0 written, 1 removed"), "{said}");
    assert!(
        !out.join("old.html").exists() && out.join("mine.html").exists() && out.join("notes.txt").exists()
    );

    // Nothing is written if a file in the way was written by hand.
    fs::write(out.join("scopes.html"), "mine").unwrap();
    fs::remove_file(out.join("index.html")).unwrap();
    let (code, _, err) = run(&[]);
    assert!(code == 1 && err.contains("scopes.html` was not generated by hire-gen"), "{err}");
    assert!(!out.join("index.html").exists());
}

#[test]
fn a_command_that_makes_no_sense_exits_2_and_a_bad_schema_1() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("site");
    let out = out.to_str().unwrap();
    assert_eq!(hire_gen(&["docs"]).0, 2);
    let (code, _, err) = hire_gen(&["docs", "--out", out, "--crate", "my crate"]);
    assert!(code == 2 && err.contains("expected a path such as `hire_api`"), "{err}");
    let bad = folder(&[("api.yaml", "base_urls: {}\nerorrs: {}\n")]);
    let (code, said, err) = hire_gen(&["docs", "--out", out, "--schema", bad.path().to_str().unwrap()]);
    assert!(code == 1 && said.is_empty() && err.contains("did you mean `errors`?"), "{err}");
    assert!(!Path::new(out).exists());
}

#[test]
fn titles_and_crates_are_as_they_were_given() {
    let options =
        Options { title: "Shop <API>".to_owned(), root: "my_shop::api".to_owned(), ..Options::default() };
    let files = hire_gen::site::site(&golden(), &options);
    let (_, page) = files.iter().find(|(path, _)| *path == "shop/v1/order/create.html").unwrap();
    let page = Page::read("create.html", page);
    assert!(page.text.contains("Create an order · shop.v1.order.create · Shop <API>"));
    assert!(page.text.contains("use my_shop::api::shop::v1::order::create::"));
    assert!(page.text.contains("my_shop::api::shop(&client).v1().order()"), "{}", page.text);
}

#[test]
fn further_links_are_on_every_page_and_lead_where_they_say() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    let schema = format!("{}/golden/schema", env!("CARGO_MANIFEST_DIR"));
    let run = |link: &str| {
        hire_gen(&[
            "docs",
            "--out",
            out,
            "--schema",
            &schema,
            "--link",
            "Source=https://x.example/?a&b",
            "--link",
            link,
        ])
    };
    let (code, _, err) = run("OpenAPI=files/openapi.json");
    assert_eq!(code, 0, "{err}");
    for (page, url) in [
        ("index.html", "files/openapi.json"),
        ("shop/v1/order/create.html", "../../../files/openapi.json"),
        ("zh/index.html", "../files/openapi.json"),
        ("zh/shop/v1/order/create.html", "../../../../files/openapi.json"),
    ] {
        let text = fs::read_to_string(dir.path().join(page)).unwrap();
        assert!(text.contains(&format!("<a href=\"{url}\">OpenAPI</a>")), "{page}");
        assert!(text.contains("<a href=\"https://x.example/?a&amp;b\">Source</a>"), "{page}");
    }
    for link in ["Source", "=x", "A=", "A=javascript:alert(1)", "A=//x.example", "A=/x", "A=\"x"] {
        let (code, _, err) = run(link);
        assert!(code == 2 && err.contains("expected `Name=https://..`"), "{link}: {err}");
    }
}

#[test]
fn even_a_schema_without_endpoints_is_a_site() {
    let dir = folder(&[("api.yaml", "base_urls:\n  zoo: https://zoo.example\nerrors: {}\n")]);
    let files = files(&load(dir.path()));
    assert!(pages(&files)["index.html"].text.contains("0 operations, 0 shared types"));
}

/// A site on disk, for a browser.
fn on_disk(api: &Api) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    hire_gen::site::site(api, &Options::default()).write(dir.path()).unwrap();
    let root = dir.path().to_owned();
    (dir, root)
}
