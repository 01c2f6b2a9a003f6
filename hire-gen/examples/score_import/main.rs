//! Scores the importer against pages whose true trees are known.
//!
//! `cargo run --release -p hire-gen --features import --example score_import -- DIR` with `DIR/{a,b,c,p}/**/*.md` and
//! `DIR/truth/**/*.json`. `--misses` lists every difference. `--without-examples` removes the examples from the pages
//! first, and `--without-keys N` removes N % of their keys, to show how the importer reads poor pages. `--half 0` and
//! `--half 1` score one half of the pages, so that rules found on one half can be tested on the other. `--trees` skips
//! the specs and the count of placeholder names, which takes a fraction of the time; `--dialect a` reads one dialect only.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is the output")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use hire_gen::import::{PageDoc, PageField, WireBase, WireType, read_pages};
use serde_json::Value;

mod names;
mod poor;
mod spec;

/// The dialects; each is a folder.
const DIALECTS: [&str; 4] = ["a", "b", "c", "p"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let dir = &arguments.dir;
    let truths = arguments.half(files(&dir.join("truth"), "json")?);
    let mut classes: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    println!("| | a | b | c | p |\n|---|---|---|---|---|");
    let mut scores = Vec::new();
    let mut names = names::Names::default();
    for (column, dialect) in DIALECTS.into_iter().enumerate() {
        let mut score = Score::default();
        let mut pages = Vec::new();
        for truth in &truths {
            let relative = truth.strip_prefix(dir.join("truth"))?.with_extension("md");
            let Ok(text) = fs::read_to_string(dir.join(dialect).join(&relative)) else { continue };
            let truth: Value = serde_json::from_str(&fs::read_to_string(truth)?)?;
            if arguments.dialect.as_deref().is_some_and(|only| only != dialect) {
                continue;
            }
            pages.push((relative, arguments.poor(&text), truth));
        }
        let texts: Vec<&str> = pages.iter().map(|(_, text, _)| text.as_str()).collect();
        let started = Instant::now();
        let docs = read_pages(&texts);
        score.time += started.elapsed();
        let specs = if arguments.trees { None } else { Some(spec::specs(&texts)?) };
        for (at, ((relative, _, truth), doc)) in pages.iter().zip(&docs).enumerate() {
            let mut misses = compare(doc, truth, &mut score);
            if let Some(specs) = &specs {
                spec::compare(specs.get(&at), doc, truth, &mut misses);
                // Names hardly depend on the dialect.
                if let Some(spec) = specs.get(&at).filter(|_| dialect == "a") {
                    names.add(spec, arguments.list);
                }
            }
            score.pages += 1;
            score.trees += usize::from(!misses.iter().any(|miss| miss.tree));
            score.exact += usize::from(misses.is_empty());
            for miss in misses {
                if let Some(count) = classes.entry(miss.class.clone()).or_default().get_mut(column) {
                    *count += 1;
                }
                if arguments.list {
                    eprintln!("{dialect} {}: {}: {}", relative.display(), miss.class, miss.text);
                }
            }
        }
        scores.push(score);
    }
    row("pages", &scores, |score| score.pages.to_string());
    row("trees exact (path, type, list dimensions, required)", &scores, |score| score.of_pages(score.trees));
    row("pages exact (attributes, too)", &scores, |score| score.of_pages(score.exact));
    row("fields", &scores, |score| score.fields.to_string());
    row("fields right in every attribute", &scores, |score| percent(score.right, score.fields));
    row("rows marked as not certain", &scores, |score| score.unsure.to_string());
    row("of these, wrong", &scores, |score| score.unsure_wrong.to_string());
    row("rows in the wrong place, neither marked nor inside one that is", &scores, |score| {
        score.silent.to_string()
    });
    row("milliseconds a page", &scores, |score| {
        format!("{:.2}", score.time.as_secs_f64() * 1e3 / score.pages as f64)
    });
    println!("\n| misses | a | b | c | p |\n|---|---|---|---|---|");
    for (class, [a, b, c, p]) in classes {
        println!("| {class} | {a} | {b} | {c} | {p} |");
    }
    if !arguments.trees {
        names.print();
    }
    Ok(())
}

/// The options of a run.
struct Arguments {
    dir: PathBuf,
    list: bool,
    trees: bool,
    dialect: Option<String>,
    without_examples: bool,
    without_keys: Option<u64>,
    half: Option<usize>,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut arguments: Vec<String> = env::args().skip(1).collect();
        let mut flag = |name: &str| {
            arguments.iter().position(|argument| argument == name).map(|at| arguments.remove(at)).is_some()
        };
        let (list, without_examples) = (flag("--misses"), flag("--without-examples"));
        let trees = flag("--trees");
        let mut option = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.remove(at);
            (at < arguments.len()).then(|| arguments.remove(at))
        };
        let dialect = option("--dialect");
        let mut number = |name: &str| option(name)?.parse::<u64>().ok();
        let (without_keys, half) = (number("--without-keys"), number("--half"));
        let dir = arguments
            .first()
            .ok_or("usage: score_import DIR [--misses] [--half 0|1] [--without-examples]")?;
        let half = half.map(usize::try_from).transpose()?;
        Ok(Self { dir: PathBuf::from(dir), list, trees, dialect, without_examples, without_keys, half })
    }

    fn half(&self, mut truths: Vec<PathBuf>) -> Vec<PathBuf> {
        let mut at = 0;
        truths.retain(|_| {
            at += 1;
            self.half.is_none_or(|half| at % 2 == half)
        });
        truths
    }

    fn poor(&self, text: &str) -> String {
        match self.without_keys {
            _ if self.without_examples => poor::without_examples(text),
            Some(share) => poor::without_keys(text, share),
            None => text.to_owned(),
        }
    }
}

#[derive(Default)]
struct Score {
    pages: usize,
    trees: usize,
    exact: usize,
    fields: usize,
    right: usize,
    unsure: usize,
    unsure_wrong: usize,
    silent: usize,
    time: Duration,
}

impl Score {
    fn of_pages(&self, count: usize) -> String {
        format!("{count} ({})", percent(count, self.pages))
    }
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.2} %", part as f64 * 100.0 / whole.max(1) as f64)
}

fn row(name: &str, scores: &[Score], cell: impl Fn(&Score) -> String) {
    let cells: Vec<String> = scores.iter().map(cell).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

/// A difference; `tree`: whether it concerns path, type, dimensions or required.
pub(crate) struct Miss {
    class: String,
    tree: bool,
    text: String,
}

fn compare(doc: &PageDoc, truth: &Value, score: &mut Score) -> Vec<Miss> {
    let mut misses = Vec::new();
    let mut facts = |class: &str, ours: String, theirs: String| {
        if ours != theirs {
            misses.push(Miss { class: class.to_owned(), tree: false, text: format!("{ours} / {theirs}") });
        }
    };
    let text = |key: &str| truth.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    facts("method", doc.method.clone(), text("method"));
    // Old pages show the query in the address; it is not part of the path.
    facts("url", doc.url.clone(), text("url").split('?').next().unwrap_or_default().to_owned());
    facts("quota", doc.quota.clone().unwrap_or_default(), text("rate_limit"));
    facts("title", doc.title.clone(), text("title"));
    let names = |key: &str| {
        let scopes = truth.get(key).and_then(Value::as_array).into_iter().flatten();
        // The reference keeps remarks inside of labels; the importer leaves them out.
        let label =
            |scope| string(scope, "label").split("> **Tip**").next().unwrap_or_default().trim().to_owned();
        let scopes = scopes.map(|scope| format!("{}={}", string(scope, "scope"), label(scope)));
        scopes.collect::<Vec<_>>().join(" ")
    };
    let ours = |scopes: &[hire_gen::import::PageScope]| {
        scopes.iter().map(|scope| format!("{}={}", scope.name, scope.label)).collect::<Vec<_>>().join(" ")
    };
    facts("scopes", ours(&doc.scopes), names("scopes"));
    facts("field scopes", ours(&doc.field_scopes), names("field_scopes"));
    let apps = truth.get("app_types").and_then(Value::as_array).into_iter().flatten();
    let apps = apps.filter_map(Value::as_str).map(|app| if app == "isv" { "store" } else { app });
    facts("apps", doc.apps.join(" "), apps.collect::<Vec<_>>().join(" "));
    let errors = truth.get("errors").and_then(Value::as_array).into_iter().flatten();
    let errors = errors.filter_map(|error| {
        string(error, "code").parse::<i64>().ok().map(|code| format!("{}:{code}", string(error, "http")))
    });
    let our_errors = doc.errors.iter().map(|error| {
        format!("{}:{}", error.status.map(|status| status.to_string()).unwrap_or_default(), error.code)
    });
    facts("errors", our_errors.collect::<Vec<_>>().join(" "), errors.collect::<Vec<_>>().join(" "));
    for (ours, theirs) in
        [(&doc.request_example, "request_example"), (&doc.response_example, "response_example")]
    {
        let ours = ours.as_ref().and_then(hire_gen::import::PageExample::json);
        let ours = ours.and_then(|(json, _)| serde_json::from_str::<Value>(&json).ok());
        facts(
            "example",
            ours.map_or("null".to_owned(), |value| value.to_string()),
            truth.get(theirs).map_or("null".to_owned(), ToString::to_string),
        );
    }
    let body = doc.body.clone().unwrap_or_default();
    for (section, ours) in [
        ("path_params", &doc.path_params),
        ("query_params", &doc.query),
        ("body", &body),
        ("response", &doc.response),
    ] {
        let theirs = truth.get(section).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut flat = Vec::new();
        flatten(ours, section, false, &mut flat);
        let mut known = Vec::new();
        flatten_truth(theirs, section, &mut known);
        score.fields += known.len();
        for (path, field, marked) in &flat {
            let right_place = known.iter().any(|(known, _)| known == path);
            score.unsure += usize::from(field.unsure);
            score.unsure_wrong += usize::from(field.unsure && !right_place);
            score.silent += usize::from(!marked && !right_place);
        }
        let ours: BTreeMap<&str, &PageField> =
            flat.iter().map(|(path, field, _)| (path.as_str(), *field)).collect();
        for (path, theirs) in &known {
            let before = misses.len();
            match ours.get(path.as_str()) {
                Some(ours) => compare_field(section, path, ours, theirs, &mut misses),
                None => {
                    let text = format!("{path}, which is at {}", elsewhere(path, &flat, &known));
                    misses.push(Miss { class: "place".to_owned(), tree: true, text });
                }
            }
            score.right += usize::from(misses.len() == before);
        }
        if flat.len() != known.len() {
            misses.push(Miss {
                class: "rows".to_owned(),
                tree: true,
                text: format!("{section}: {} / {}", flat.len(), known.len()),
            });
        }
    }
    misses
}

/// Where the importer placed a row instead, and whether it marks the place as uncertain.
fn elsewhere(path: &str, ours: &[(String, &PageField, bool)], known: &[(String, &Value)]) -> String {
    let name = path.rsplit('.').next();
    let wrong = |at: &str| !known.iter().any(|(known, _)| known == at);
    let found = ours.iter().find(|(at, ..)| at.rsplit('.').next() == name && wrong(at));
    found.map_or("no place".to_owned(), |(at, _, marked)| {
        let mark = if *marked { "marked" } else { "not marked" };
        format!("{at} ({mark})")
    })
}

fn compare_field(section: &str, path: &str, ours: &PageField, theirs: &Value, misses: &mut Vec<Miss>) {
    let mut differ = |class: &str, tree: bool, ours: String, theirs: String| {
        if ours != theirs {
            misses.push(Miss { class: class.to_owned(), tree, text: format!("{path}: {ours} / {theirs}") });
        }
    };
    let ty = WireType::read(string(theirs, "type"));
    // A table without a column for types has `-` in the reference.
    let untyped = string(theirs, "type") == "-" && matches!(ours.ty.base, WireBase::Json);
    // Its place decides whether `file` is a file or the name of an object.
    let file = ty.base == WireBase::File && ours.ty.base == WireBase::Object(Some("file".to_owned()));
    if !untyped && !file {
        differ("type", true, format!("{:?}", ours.ty.base), format!("{:?}", ty.base));
    }
    let list = theirs.get("list").and_then(Value::as_u64).unwrap_or(0);
    differ("list dimensions", true, ours.ty.list.to_string(), list.to_string());
    if section != "path_params" {
        let required = theirs.get("required").and_then(Value::as_bool).unwrap_or(false);
        differ("required", true, ours.required.to_string(), required.to_string());
    }
    let values = |key: &str| {
        let values = theirs.get(key).and_then(Value::as_array).into_iter().flatten();
        // `true（默认值）` is a value with a remark.
        let bare = |value: &str| value.split('（').next().unwrap_or_default().to_owned();
        values.map(|value| bare(string(value, "value"))).collect::<Vec<_>>().join(" ")
    };
    let our_values = |values: &[hire_gen::import::Value]| {
        values.iter().map(|value| value.value.clone()).collect::<Vec<_>>().join(" ")
    };
    differ("enum values", false, our_values(&ours.about.values), values("enum"));
    differ("open values", false, our_values(&ours.about.open_values), values("soft_enum"));
    for (key, ours) in limits(ours) {
        let theirs = theirs.get("constraints").and_then(|limits| limits.get(key));
        let number = |limit: &Value| limit.as_f64().map(|limit| limit.to_string());
        let theirs = theirs.map(|limit| {
            number(limit).unwrap_or_else(|| limit.as_str().map_or_else(|| limit.to_string(), str::to_owned))
        });
        differ(key, false, ours.unwrap_or_default(), theirs.unwrap_or_default());
    }
    let condition = theirs.get("required_if").and_then(Value::as_str);
    differ("condition", false, ours.condition().is_some().to_string(), condition.is_some().to_string());
}

fn limits(field: &PageField) -> [(&'static str, Option<String>); 8] {
    let about = &field.about;
    let items = field.ty.list > 0 && !about.counts_characters;
    let count = |count: Option<u64>, counted: bool| count.filter(|_| counted).map(|count| count.to_string());
    [
        ("min", about.minimum.map(|limit| limit.to_string())),
        ("max", about.maximum.map(|limit| limit.to_string())),
        ("min_items", count(about.min_length, items)),
        ("max_items", count(about.max_length, items)),
        ("min_len", count(about.min_length, !items)),
        ("max_len", count(about.max_length, !items)),
        ("pattern", about.pattern.clone()),
        ("fixed", about.fixed.clone()),
    ]
}

/// Path, field, and whether the field or one around it is marked as uncertain.
fn flatten<'a>(
    fields: &'a [PageField],
    prefix: &str,
    marked: bool,
    flat: &mut Vec<(String, &'a PageField, bool)>,
) {
    for field in fields {
        let path = format!("{prefix}.{}", field.name);
        let marked = marked || field.unsure;
        flat.push((path.clone(), field, marked));
        flatten(&field.fields, &path, marked, flat);
    }
}

fn flatten_truth<'a>(fields: &'a [Value], prefix: &str, flat: &mut Vec<(String, &'a Value)>) {
    for field in fields {
        let path = format!("{prefix}.{}", string(field, "name"));
        flat.push((path.clone(), field));
        let inner = field.get("children").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        flatten_truth(inner, &path, flat);
    }
}

pub(crate) fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn files(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|is| is == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
