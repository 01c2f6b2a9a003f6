//! The planner of scopes in a real browser.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::browser::{Site, WIDE, browser};
use crate::{committed, documented, folder, load};

#[test]
fn the_planner_says_which_scopes_an_app_needs() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    site.go("scopes.html");
    assert_eq!(site.tab.text("document.querySelector('#plan h2').textContent"), "Nothing chosen");
    // Filtering by a label, a scope or a path; selected items stay selected.
    let shown = "[...document.querySelectorAll('#operations label:not([hidden]) input')].map((one) => one.value).join(' ')";
    for (text, found) in [
        ("创建备注", "hire.v1.note.create"),
        ("hire:attachment", "hire.v1.attachment.create hire.v1.attachment.get hire.v1.attachment.preview"),
        ("talents/:talent_id/tag", "hire.v1.talent.tag"),
        ("stage_changed", "hire.application.stage_changed_v1"),
        ("获取人才信息 talent.list", "hire.v1.talent.list"),
    ] {
        site.tab.eval("document.getElementById('filter').value = ''");
        site.tab.click("#filter");
        site.tab.type_text(text);
        assert_eq!(site.tab.text(shown), found, "{text}");
    }
    site.tab.click("#operations label:not([hidden])");
    assert_eq!(site.place(), "scopes.html#ops=hire.v1.talent.list");
    let wanted =
        "[...document.querySelectorAll('#plan .wanted > code')].map((one) => one.textContent).join(' ')";
    assert_eq!(site.tab.text(wanted), "hire:talent:readonly contact:user.employee_id:readonly");
    // Also with the keyboard.
    site.tab.eval("document.getElementById('filter').value = ''; document.getElementById('filter').dispatchEvent(new Event('input'))");
    site.tab.eval("document.querySelector('#operations [value=\"hire.v1.talent.tag\"]').focus()");
    site.tab.key(" ");
    let place = site.place();
    assert!(place.ends_with("#ops=hire.v1.talent.list,hire.v1.talent.tag"), "{place}");
    assert!(site.tab.text(wanted).starts_with("hire:talent "), "now something is written");
    let chosen = "document.querySelectorAll('#operations :checked').length";
    // Another person opens the link.
    site.go("index.html");
    site.go(&place);
    assert_eq!(site.tab.eval(chosen), json!(2));
    assert!(site.tab.text(wanted).starts_with("hire:talent "));
    site.picture("scopes");
    site.tab.command(
        "Browser.grantPermissions",
        json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
    );
    for (button, copied) in [
        (1, "hire:talent\n".to_owned()),
        (2, "hire:talent\ncontact:user.employee_id:readonly\n".to_owned()),
        (3, format!("{}{place}", site.root)),
    ] {
        let button = format!("#plan .do button:nth-child({button})");
        site.tab.click(&button);
        site.tab.until(&format!("document.querySelector('{button}').textContent === 'Copied'"));
        assert_eq!(site.tab.text("navigator.clipboard.readText()"), copied);
    }
    site.tab.click("#none");
    assert_eq!((site.tab.eval(chosen), site.place()), (json!(0), "scopes.html".to_owned()));
    // A scope on an endpoint's page leads to its operations.
    site.go("hire/v1/note/create.html");
    site.tab.click(".scopes a");
    site.tab.loaded();
    assert_eq!(
        site.tab.text(shown),
        "hire.v1.note.create hire.v1.note.delete hire.v1.note.get hire.v1.note.list hire.v1.note.patch"
    );
    site.tab.click("#all");
    assert_eq!(site.tab.eval(chosen), json!(5));
    site.close();
}

#[test]
fn the_page_and_the_library_plan_the_same_scopes() {
    let Some(browser) = browser() else { return };
    let mut below = numbers();
    let dir = tangled(&mut below);
    for api in [committed(), load(dir.path())] {
        let events = api.events.iter().map(|event| event.event_type.clone());
        let names = api.endpoints.iter().map(|endpoint| endpoint.id.to_string());
        let names: Vec<String> = names.chain(events).collect();
        let mut choices: Vec<Vec<&str>> = names.iter().map(|name| vec![name.as_str()]).collect();
        choices.push(names.iter().map(String::as_str).collect());
        for _ in 0..150 {
            let many = 2 + below(12);
            choices.push((0..many).map(|_| names[below(names.len() as u64)].as_str()).collect());
        }
        let mut site = Site::open(&api, &browser);
        site.go("scopes.html");
        let plans = site.tab.eval(&format!("{}.map(hirePlan)", json!(choices)));
        let mut sizes = BTreeSet::new();
        for (choice, found) in choices.iter().zip(plans.as_array().unwrap()) {
            let plan = hire_gen::scopes::plan(&api, choice).unwrap();
            let scopes: Vec<Value> =
                plan.scopes.iter().map(|one| json!([one.scope.name, one.operations])).collect();
            let fields: Vec<Value> =
                plan.field_scopes.iter().map(|one| json!([one.scope.name, one.fields])).collect();
            let expected =
                json!({"scopes": scopes, "fieldScopes": fields, "free": plan.free, "exact": plan.exact});
            assert_eq!(*found, expected, "{choice:?}");
            sizes.insert(plan.scopes.len());
        }
        assert!(sizes.len() > 3, "{sizes:?}");
        site.close();
    }
}

/// Numbers below a limit, the same in every run.
fn numbers() -> impl FnMut(u64) -> usize {
    let mut state = 11u64;
    move |limit| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % limit) as usize
    }
}

/// A schema with overlapping scopes, so that the search has work to do.
fn tangled(below: &mut impl FnMut(u64) -> usize) -> tempfile::TempDir {
    let scope = |number: usize| {
        if number.is_multiple_of(3) {
            format!("zoo:s{number:02}")
        } else {
            format!("zoo:s{number:02}:readonly")
        }
    };
    let mut files =
        vec![("api.yaml".to_owned(), "base_urls:\n  zoo: https://zoo.example\nerrors: {}\n".to_owned())];
    for number in 0..40 {
        let scopes: BTreeSet<String> = (0..2 + below(3)).map(|_| scope(below(18))).collect();
        let scopes: Vec<String> = scopes.into_iter().map(|scope| format!("\"{scope}\": 动物")).collect();
        let needed = format!("{{\"{}\": a, \"{}\": b}}", scope(below(9)), scope(9 + below(9)));
        let text = format!(
            "title: Do {number}\ndoc: https://zoo.example/{number}\nmethod: GET\npath: /{number}\ntokens: [tenant]\n\
             quota: 5/s\nscopes: {{{}}}\nresponse:\n  name: {{type: string, scopes: {needed}}}\n",
            scopes.join(", ")
        );
        files.push((format!("zoo/v1/animal/do_{number}.yaml"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    folder(&files)
}

#[test]
fn all_documented_endpoints_together_are_searched_and_planned() {
    let Some((browser, api)) = browser().zip(documented()) else { return };
    let mut site = Site::open(&api, &browser);
    // The times are informational: `--nocapture` shows them.
    let within = |what: &str, milliseconds: f64| println!("{what}: {milliseconds:.0} ms");

    let longest = api.endpoints.iter().max_by_key(|one| hire_gen::outline::outline(&api, one).len()).unwrap();
    let longest = format!("{}.html", longest.id.to_string().replace('.', "/"));
    let loaded = "performance.getEntriesByType('navigation')[0].loadEventStart";
    for (what, path) in [
        ("the longest page", longest.as_str()),
        ("the overview", "index.html"),
        ("the errors", "errors.html"),
        ("the planner", "scopes.html"),
    ] {
        site.go(path);
        within(what, site.tab.eval(loaded).as_f64().unwrap());
    }
    let everything = "(() => { const begun = performance.now(); document.getElementById('all').click(); return performance.now() - begun; })()";
    within("planning everything", site.tab.eval(everything).as_f64().unwrap());
    assert_eq!(
        site.tab.eval("document.querySelectorAll('#operations :checked').length"),
        json!(api.endpoints.len())
    );

    site.go("index.html");
    site.tab.key("/");
    site.tab.until("document.getElementById('index')");
    site.tab.type_text("t");
    site.tab.until("document.querySelectorAll('#results li').length > 0");
    let typing = "(() => { const input = document.getElementById('search'); let most = 0; \
                  for (const text of ['i', 'id', 'talent', 'talent id', '人', '人才', '1002001', 'zzz']) { \
                  const begun = performance.now(); input.value = text; input.dispatchEvent(new Event('input')); \
                  most = Math.max(most, performance.now() - begun); } return most; })()";
    within("a letter of a search", site.tab.eval(typing).as_f64().unwrap());
    site.tab.resize(360, 740, true);
    for path in crate::files(&api).into_keys().filter(|path| path.ends_with(".html")).step_by(7) {
        site.go(&path);
        site.tab.eval("for (const one of document.querySelectorAll('details')) one.open = true");
        assert_eq!(site.tab.eval(WIDE), json!([]), "{path}");
    }
    site.close();
}
