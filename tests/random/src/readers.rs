//! Runs every reader on a schema: each must end, and its output must be complete.

use std::time::{Duration, Instant};

use hire_gen::diff::diff;
use hire_gen::ir::Api;
use hire_gen::openapi::{Options, Version, openapi};
use hire_gen::outline::outline;
use hire_gen::site::site;
use hire_gen::validate::{Unknown, validate_body};
use serde_json::{Value, json};

use crate::random::Random;
use crate::value;

/// A hundred endpoints take a second or two in a debug build; exponential growth in a reader would never end.
const SOON: Duration = Duration::from_secs(300);
/// Bytes of output per endpoint.
const MUCH: usize = 4_000_000;

/// Runs them all.
pub fn run(api: &Api) {
    let begun = Instant::now();
    let mut size = 0;
    for endpoint in &api.endpoints {
        for text in [outline(api, endpoint), hire_gen::call::statements(api, endpoint, "hire_api")] {
            is_printable("an outline or a call", &text);
            size += text.len();
        }
    }
    let site = site(api, &hire_gen::site::Options::default());
    for (path, text) in site.iter() {
        size += text.len();
        if path.ends_with(".html") {
            is_harmless(path, text);
        }
    }
    for version in [Version::V3_1, Version::V3_0] {
        let document = openapi(api, &Options { version, ..Options::default() });
        let (json, yaml) = (document.to_json(), document.to_yaml());
        let _: Value = serde_json::from_str(&json).unwrap();
        is_printable("the document", &json);
        is_printable("the document", &yaml);
        size += json.len() + yaml.len();
    }
    let same = diff(api, api);
    assert!(same.changes.is_empty(), "a schema differs from itself: {}", same.to_text(false));
    assert!(size <= MUCH * api.endpoints.len().max(1), "{size} bytes");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

/// No text of the schema becomes markup on a page: texts that attempt it contain names that begin with `zz`.
pub fn is_harmless(path: &str, page: &str) {
    is_printable(path, page);
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (tag, behind) = tag(rest);
        let attributes = tag.iter().map(|word| word.to_ascii_lowercase());
        let wrong = attributes.clone().zip(attributes.skip(1)).find(|(name, word)| {
            // `content` is the text of a `meta`, never an address.
            let address = name != "content";
            word.starts_with("zz") || word.starts_with("on") || (word.starts_with("=javascript:") && address)
        });
        assert!(
            !tag.first().is_some_and(|name| name.to_ascii_lowercase().starts_with("zz")),
            "{path} has {tag:?}"
        );
        assert!(wrong.is_none(), "{path} has {wrong:?} in {tag:?}");
        rest = behind;
        if tag.first().is_some_and(|name| name == "script")
            && let Some(end) = rest.find("</script")
        {
            rest = &rest[end..];
        }
    }
}

/// The name of a tag, the names of its attributes, their values after `=`, and the rest.
fn tag(text: &str) -> (Vec<String>, &str) {
    let mut words = Vec::new();
    if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return (words, text);
    }
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        match rest.chars().next() {
            None => return (words, rest),
            Some('>') => return (words, &rest[1..]),
            Some('=') => {
                let value = rest[1..].trim_start();
                let (value, behind) = match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((value, "")),
                    _ => value
                        .split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
                };
                words.push(format!("={}", value.trim_start()));
                rest = behind;
            }
            Some(_) => {
                let end = rest[1..]
                    .find(|c: char| c.is_whitespace() || "/>=".contains(c))
                    .map_or(rest.len(), |end| end + 1);
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
        }
    }
}

/// Text contains nothing that a terminal or an editor acts on.
pub fn is_printable(what: &str, text: &str) {
    let odd = text.chars().find(|c| {
        c.is_control() && !matches!(c, '\n' | '\t' | '\r')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    });
    assert!(odd.is_none(), "{what} has {odd:?}: {}", text.escape_debug());
}

/// Replaces a value, removes a field, or adds one.
fn spoil(random: &mut Random, value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() && random.percent(85) => {
            let name = fields.keys().nth(random.below(fields.len())).cloned().unwrap_or_default();
            match (random.below(4), fields.get_mut(&name)) {
                (0, _) => drop(fields.remove(&name)),
                (1, _) => drop(fields.insert("unknown".to_owned(), json!(1))),
                (_, Some(inner)) => spoil(random, inner),
                (_, None) => {}
            }
        }
        Value::Array(items) if !items.is_empty() && random.percent(85) => {
            let at = random.below(items.len());
            spoil(random, &mut items[at]);
        }
        other => {
            *other = random
                .pick(&[
                    json!(null),
                    json!(true),
                    json!(7),
                    json!(1.5),
                    json!("x"),
                    json!(""),
                    json!([]),
                    json!({}),
                ])
                .clone();
        }
    }
}

/// The document's validator compares numbers as floats.
fn exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_none_or(|number| number.unsigned_abs() <= 1 << 53),
        Value::Array(items) => items.iter().all(exact),
        Value::Object(fields) => fields.values().all(exact),
        _ => true,
    }
}

/// How often a document judged a body like `validate`, and accepted it.
pub fn compare(random: &mut Random, api: &Api, requests: usize) -> (usize, usize) {
    let document = openapi(api, &Options::default()).to_json();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.enable_content_assertions();
    compiler.add_resource("https://openapi.example/", document).unwrap();
    let mut schemas = boon::Schemas::new();
    let (mut same, mut taken) = (0, 0);
    for endpoint in
        api.endpoints.iter().filter(|endpoint| endpoint.body.is_some() && !endpoint.is_multipart())
    {
        let at = format!("https://openapi.example/#/components/schemas/{}.Request", endpoint.id);
        let schema = match compiler.compile(&at, &mut schemas) {
            Ok(schema) => schema,
            Err(error) => {
                // The validator has no look-ahead.
                assert!(format!("{error:?}").contains("(?="), "{}: {error:#}", endpoint.id);
                continue;
            }
        };
        for _ in 0..requests {
            let Some(request) = value::request(random, api, endpoint) else { continue };
            let Some(mut body) = request.sent.body else { continue };
            if random.percent(40) {
                spoil(random, &mut body);
            }
            if !exact(&body) {
                continue;
            }
            let problems = validate_body(api, endpoint, &body, Unknown::Refused);
            let judged = schemas.validate(&body, schema);
            assert_eq!(
                judged.is_ok(),
                problems.is_empty(),
                "{}: {body}\nvalidate: {problems:?}\ndocument: {judged:?}",
                endpoint.id
            );
            same += 1;
            taken += usize::from(problems.is_empty());
        }
    }
    (same, taken)
}
