//! Texts of a page that attempt to be markup, and scripts from elsewhere.

use serde_json::Value;

use super::markup::{Page, Tag};
use crate::{files, folder, golden, index, load, pages};

/// Texts that attempt to be markup.
const HOSTILE: [&str; 6] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' autofocus onfocus=alert(1) '",
    "--><svg onload=alert(1)><!--",
    "&lt;b&gt; &#60;script&#62; ]]> {{7*7}} ${alert(1)} \\u003cscript\\u003e",
];

/// A schema with `text` in every place that allows it.
fn saying(text: &str) -> tempfile::TempDir {
    let text = Value::from(text).to_string();
    let endpoint = [
        "title: T\nlabel: T\ndoc: https://zoo.example/get\nrevised: 2026-01-31\nabout: T\nmethod: POST\n",
        "path: /zoo/v1/animals/:animal_id\ntokens: [tenant]\nquota: 50/s\nscopes: {T: T}\nfield_scopes: {T: T}\n",
        "path_params:\n  animal_id: {type: string, label: T, doc: T, example: T}\n",
        "query:\n  kind: {type: Kind, label: T, doc: T}\n",
        "body:\n  T: {type: string, rust: text, label: T, doc: T, default: T, required_when: T, deprecated: T, fix: T}\n",
        "  gone: {type: string, unusable: T}\n  always: {type: string, required: true, fixed: T}\n  owner: {type: Owner, label: T}\n",
        "  must: {type: string, required: true, example: T}\n  coded: {type: string, pattern: '<b>&\"'}\n",
        "response:\n  name: {type: string, scopes: {T: T}, label: T}\n  owner: {type: Owner}\n",
        "types:\n  Kind: {label: T, doc: T, enum: string, values: [{value: T, name: One, label: T, doc: T, deprecated: T, scopes: {T: T}}]}\n",
        "errors:\n  1: {http: 400, name: Wrong, label: T, advice: T}\n",
    ];
    let endpoint = endpoint.concat().replace(" T", &format!(" {text}")).replace("{T:", &format!("{{{text}:"));
    let owner = format!(
        "label: {text}\ndoc: {text}\nfields:\n  name: {{type: string, label: {text}, doc: {text}}}\n"
    );
    let example = format!("{{\"must\": {text}, \"always\": {text}, {text}: {text}}}");
    let event = [
        "title: T\nlabel: T\ndoc: https://zoo.example/moved\nrevised: 2026-01-31\nabout: T\nevent_type: zoo.animal.moved_v1\n",
        "apps: [custom]\nscopes: {T: T}\nfield_scopes: {T: T}\nfields:\n  T: {type: string, rust: text, label: T, doc: T}\n",
        "  kind: {type: Kind, label: T}\ntypes:\n",
        "  Kind: {label: T, doc: T, enum: string, values: [{value: T, name: One, label: T, doc: T}]}\n",
    ];
    let event = event.concat().replace(" T", &format!(" {text}")).replace("{T:", &format!("{{{text}:"));
    let delivery = format!(
        "{{\"schema\": \"2.0\", \"header\": {{\"event_type\": \"zoo.animal.moved_v1\"}}, \"event\": {{{text}: {text}}}}}"
    );
    let answer = format!("{{\"code\": 0, \"msg\": {text}, \"data\": {{\"name\": {text}}}}}");
    folder(&[
        (
            "api.yaml",
            &format!(
                "base_urls:\n  zoo: https://zoo.example\nerrors:\n  9: {{http: 429, name: Slow, label: {text}, advice: {text}}}\n"
            ),
        ),
        ("zoo/v1/animal/get.yaml", &endpoint),
        ("zoo/v1/animal/get.request.json", &example),
        ("zoo/v1/animal/get.response.json", &answer),
        ("zoo/v1/types/owner.yaml", &owner),
        ("zoo/v1/animal/events/moved.yaml", &event),
        ("zoo/v1/animal/events/moved.event.json", &delivery),
    ])
}

fn skeleton(tag: &Tag) -> String {
    format!("{} {}", tag.name, tag.attributes.keys().cloned().collect::<Vec<_>>().join(" "))
}

#[test]
fn no_text_of_a_page_becomes_markup() {
    let of = |text: &str| files(&load(saying(text).path()));
    let harmless = pages(&of("harmless"));
    for text in HOSTILE {
        let files = of(text);
        let pages = pages(&files);
        for (path, page) in &pages {
            // The same tags with the same attributes, whatever their contents are.
            let skeleton = |page: &Page| page.tags.iter().map(skeleton).collect::<Vec<_>>().join("\n");
            let harmless = harmless.get(path).unwrap_or_else(|| panic!("{text}: {path}"));
            assert!(skeleton(page) == skeleton(harmless), "{text}: {path} is made of other elements");
        }
        let page = &pages["zoo/v1/animal/get.html"];
        assert!(page.text.matches(text).count() > 20, "{text} is shown as it is");
        let page = &pages["zoo/v1/animal/events/moved.html"];
        assert!(page.text.matches(text).count() > 8, "{text} is shown as it is");
        for script in pages.values().flat_map(|page| &page.scripts) {
            assert!(!script.contains('<'), "{text}: {script}");
        }
        let found = index(&files)["operations"][0].to_string();
        assert!(
            !files["assets/index.js"].contains(['<', '>']) && found.contains(&Value::from(text).to_string())
        );
    }
}

#[test]
fn pages_run_nothing_but_the_sites_own_scripts() {
    let files = files(&golden());
    for (path, page) in pages(&files) {
        let policy = page.tags.iter().find(|tag| tag.attributes.contains_key("http-equiv")).unwrap();
        let policy = &policy.attributes["content"];
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{path}"
        );
        let connects = policy.split("connect-src ").nth(1);
        assert!(connects.is_none_or(|to| to == "http://127.0.0.1:* http://localhost:*"), "{path}: {policy}");
        for Tag { name, attributes } in &page.tags {
            assert!(
                !attributes.keys().any(|key| key.starts_with("on") || key == "style"),
                "{path}: <{name}>"
            );
            assert!(!["style", "iframe", "object", "embed"].contains(&name.as_str()), "{path}: <{name}>");
            // No form is submitted: a script reads its values.
            assert!(name != "form" || !attributes.contains_key("action"), "{path}");
        }
        let data = page.tags.iter().filter(|tag| tag.name == "script" && !tag.attributes.contains_key("src"));
        assert!(data.into_iter().all(|tag| tag.attributes["type"] == "application/json"), "{path}");
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".js") || path.ends_with(".css")) {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "Function(",
            "fetch(",
            "XMLHttp",
            "import(",
            "WebSocket",
            "http:",
            "https:",
            "url(",
            "@import",
            "sendBeacon",
        ] {
            // Only pages with a form send requests, and their policy allows only this machine.
            let tries = path == "assets/try.js" && word == "fetch(";
            assert!(!text.contains(word) || path == "assets/index.js" || tries, "{path}: {word}");
        }
    }
    let size: usize = [
        "assets/site.css",
        "assets/theme.js",
        "assets/site.js",
        "assets/search.js",
        "assets/scopes.js",
        "assets/try.js",
    ]
    .iter()
    .map(|path| files[*path].len())
    .sum();
    assert!(size < 60_000, "styles and scripts are {size} bytes");
}
