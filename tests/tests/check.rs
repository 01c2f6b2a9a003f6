//! `hire-gen check`: its messages and places for common mistakes, and its options.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc;
use std::{fs, thread};

use serde_json::{Value, json};

const HEAD: &str = "title: Feed an animal\ndoc: https://zoo.example/feed\nmethod: POST\npath: /zoo/v1/animals/feed\ntokens: [tenant]\nquota: 20/min\n";

struct Schema {
    dir: tempfile::TempDir,
}

struct Said {
    code: u8,
    out: String,
    err: String,
}

impl Schema {
    /// A schema with this endpoint only.
    fn of(feed: &str) -> Self {
        let schema = Self { dir: tempfile::tempdir().unwrap() };
        schema.put("api.yaml", "base_urls: {zoo: \"https://zoo.example\"}\n");
        schema.put("zoo/v1/animal/feed.yaml", feed);
        schema
    }

    fn put(&self, path: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn check(&self, arguments: &[&str]) -> Said {
        run(&[&["check", "--schema", self.dir.path().to_str().unwrap()], arguments].concat())
    }

    /// Code, line, column, underlined text and advice of every diagnostic.
    fn found(&self) -> Vec<(String, u64, u64, String)> {
        let said: Value = serde_json::from_str(&self.check(&["--format", "json"]).out).unwrap();
        let all = said["diagnostics"].as_array().unwrap().iter().map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            let place = |key: &str| one["place"][key].as_u64().unwrap_or_default();
            (text("code"), place("line"), place("column"), text("help"))
        });
        all.collect()
    }
}

fn run(arguments: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("hire-gen").chain(arguments.iter().copied());
    let code = hire_gen::cli::run(arguments, &mut out, &mut err, false).unwrap();
    Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn advice(feed: &str) -> Vec<String> {
    Schema::of(feed).found().into_iter().map(|(.., help)| help).collect()
}

#[test]
fn characters_of_another_keyboard_are_named_with_their_column() {
    let right_before = format!("{HEAD}body:\n");
    for (text, character, column) in [
        (format!("{right_before}  food： {{type: string}}\n"), "`：` (U+FF1A)", 7),
        (format!("{right_before}  food: {{type: string，doc: A.}}\n"), "`，` (U+FF0C)", 22),
        (format!("{right_before}  food:\n    type：string\n"), "`：` (U+FF1A)", 9),
        (format!("{right_before}  \u{3000}food: {{type: string}}\n"), "U+3000", 3),
        (format!("{right_before}  food:\u{a0}string\n"), "U+00A0", 8),
        (format!("{HEAD}apps: [custom， store]\n"), "`，` (U+FF0C)", 14),
        (HEAD.replace("method:", "method："), "`：` (U+FF1A)", 7),
        (format!("{right_before}  food: {{type: string, doc: “A: b”}}\n"), "`“` (U+201C)", 29),
    ] {
        let advice = advice(&text);
        let expected = format!("{character} in column {column} is not");
        assert!(advice.iter().any(|help| help.contains(&expected)), "{text}\n{expected}\n{advice:?}");
    }
    // Full-width punctuation in Chinese text is correct.
    let feed = format!("{HEAD}label: 更新（人才），其他：无\nbody:\n  food: sting\n");
    assert_eq!(advice(&feed), ["did you mean `string`?"]);
}

#[test]
fn words_of_the_pages_are_known() {
    for (line, help) in [
        ("body: {a: boolean}", "did you mean `bool`?"),
        ("body: {a: number}", "did you mean `int` or `float`?"),
        ("body: {a: integer}", "did you mean `int`?"),
        ("body: {a: list<string>}", "a list is written `string[]`"),
        ("body: {a: object}", "declare it under `types:`"),
        ("body: {a: {type: json, fields: {b: string}}}", "declare it under `types:`"),
        ("body: {a: {b: {type: string}, type: string}}", "is this line indented too far?"),
        ("food: {type: string}", "is this line indented too little?"),
        ("apps: [isv]", "did you mean `store`?"),
    ] {
        let advice = advice(&format!("{HEAD}{line}\n"));
        assert!(advice.iter().any(|one| one.contains(help)), "{line}: {advice:?}");
    }
    let tokens = advice(&HEAD.replace("[tenant]", "[tenant_access_token]"));
    assert_eq!(tokens, ["did you mean `tenant`?"]);
}

#[test]
fn the_key_that_is_wrong_is_underlined() {
    let feed = format!("{HEAD}body:\n  a:\n    type: string\n    doc: A.\n    max_length: 5\n");
    for (key, code) in [
        ("minimum: 3", "H304"),
        ("format: custom_value", "H304"),
        ("min_length: 6", "H305"),
        ("example: abcdefgh", "H317"),
        ("review: look", "H319"),
    ] {
        let found = Schema::of(&format!("{feed}    {key}\n")).found();
        let at: Vec<(&str, u64)> = found.iter().map(|(code, line, ..)| (code.as_str(), *line)).collect();
        // A custom value has no characters to count, so its limit is wrong, too.
        assert!(at.contains(&(code, if key.starts_with("format") { 11 } else { 12 })), "{key}: {found:?}");
    }
    let tab = Schema::of(&format!("{HEAD}body:\n\ta: string\n")).found();
    assert_eq!((tab[0].1, tab[0].2), (8, 1), "{tab:?}");
    let twice =
        format!("{HEAD}body:\n  a:\n    type: string\n    doc: A.\n    b:\n    type: int\n    doc: B.\n");
    let twice = Schema::of(&twice).found();
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(twice[0].3.contains("indented too far"), "{twice:?}");
}

#[test]
fn a_warning_that_follows_from_an_error_is_held_back() {
    let types = "body: {kind: Kind}\ntypes: {Kind: {enum: int, values: [{value: 1, name: A}]}}\n";
    let quota = Schema::of(&format!("{}{types}", HEAD.replace("20/min", "100/m")));
    assert_eq!(quota.found().iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["H209"]);
    let typo = Schema::of(&format!("{HEAD}{}", types.replace("kind: Kind", "kind: Kin")));
    assert_eq!(typo.found().iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["H201"]);
    let unused = Schema::of(&format!("{HEAD}{}", types.replace("kind: Kind", "kind: int")));
    assert_eq!(unused.found().iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["H315"]);
    // A wrong quota does not hide other errors of its endpoint.
    let both = Schema::of(&format!("{}body: {{a: sting}}\n", HEAD.replace("20/min", "100/m")));
    assert_eq!(both.found().iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["H209", "H201"]);
}

#[test]
fn a_contradiction_can_be_acknowledged_with_its_reason() {
    let feed = |fix: &str| {
        let schema = Schema::of(&format!(
            "{HEAD}body: {{kind: Kind}}\ntypes:\n  Kind:\n    enum: int\n{fix}    values: [{{value: 1, name: A}}]\n"
        ));
        schema.put("zoo/v1/animal/feed.request.json", "{\"kind\": 7}\n");
        schema.found().into_iter().map(|one| one.0).collect::<Vec<_>>()
    };
    assert_eq!(feed(""), ["H314"]);
    assert_eq!(feed("    fix: The example shows 7, which no table lists.\n"), [""; 0]);
}

#[test]
fn a_described_schema_is_warned_once_for_a_file_and_any_schema_of_placeholders() {
    let bare =
        Schema::of(&format!("{HEAD}body: {{a: string, b: string, c: string, d: string, e: string}}\n"));
    assert_eq!(bare.found(), []);
    bare.put("api.yaml", "described: true\nbase_urls: {zoo: \"https://zoo.example\"}\n");
    let said = bare.check(&[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("warning[H330]: 6 texts are missing, or not in English"), "{}", said.err);
    assert!(said.err.contains("and 2 more"), "{}", said.err);
    assert_eq!(bare.found().len(), 1);
    let new = ["new", "zoo.v1.animal.get", "--method", "GET", "--path", "/zoo/:id", "--out"];
    let dir = bare.dir.path().to_str().unwrap();
    bare.put("api.yaml", "base_urls: {zoo: \"https://zoo.example\"}\n");
    assert_eq!(run(&[&new[..], &[dir]].concat()).code, 0);
    let codes: Vec<String> = bare.found().into_iter().map(|one| one.0).collect();
    assert_eq!(codes, ["H320", "H320", "H320"], "title, address and text of the skeleton");
    bare.put("zoo/v1/animal/get.yaml", "title: another\n");
    let there = run(&[&new[..], &[dir]].concat());
    assert!(there.code == 1 && there.err.contains("`--force`"), "{}", there.err);
    assert_eq!(run(&[&new[..], &[dir, "--force"]].concat()).code, 0);
}

#[test]
fn files_are_asked_about_one_by_one_and_programs_are_answered() {
    let schema = Schema::of(&format!("{HEAD}body: {{a: sting}}\n"));
    let good = schema.put("zoo/v1/animal/get.yaml", &HEAD.replace("feed", "get"));
    let bad = schema.dir.path().join("zoo/v1/animal/feed.yaml");
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    assert_eq!(schema.check(&[]).code, 1);
    let said = schema.check(&[good]);
    assert_eq!((said.code, said.out.as_str()), (0, "1 file: no problem\n"));
    assert_eq!(schema.check(&[good, bad]).code, 1);
    // A file is checked in its own schema, wherever the command runs.
    assert_eq!(run(&["check", good]).code, 0);
    assert_eq!(run(&["check", bad]).code, 1);
    assert_eq!(run(&["show", bad]).code, 1);
    fs::remove_file(bad).unwrap();
    let shown = run(&["show", good]);
    assert!(shown.code == 0 && shown.out.starts_with("zoo.v1.animal.get: "), "{}{}", shown.out, shown.err);
    schema.put("zoo/v1/animal/feed.yaml", &format!("{HEAD}body: {{a: sting}}\n"));
    let folder = schema.dir.path().join("zoo").display().to_string();
    assert_eq!(run(&["check", &folder]).code, 1);
    let elsewhere = schema.check(&["/"]);
    assert_eq!(elsewhere.code, 2, "{}", elsewhere.err);
    let json: Value = serde_json::from_str(&schema.check(&["--format", "json"]).out).unwrap();
    assert_eq!((json["errors"].as_u64(), json["warnings"].as_u64()), (Some(1), Some(0)));
    let one = &json["diagnostics"][0];
    assert_eq!((one["code"].as_str(), one["severity"].as_str()), (Some("H201"), Some("error")));
    assert_eq!((one["place"]["line"].as_u64(), one["place"]["column"].as_u64()), (Some(7), Some(11)));
    assert!(one["place"]["file"].as_str().unwrap().ends_with("zoo/v1/animal/feed.yaml"));
    let annotation = schema.check(&["--format", "github"]).out;
    assert!(annotation.starts_with("::error file="), "{annotation}");
    let rest = "zoo/v1/animal/feed.yaml,line=7,endLine=7,col=11,title=H201::there is no type `sting`%0Ahelp: did you mean `string`?\n";
    assert!(annotation.ends_with(rest), "{annotation}");
    let sarif: Value = serde_json::from_str(&schema.check(&["--format", "sarif"]).out).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "H201");
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("H201"), &json!("error")));
    assert_eq!(result["message"]["text"], "there is no type `sting`\nhelp: did you mean `string`?");
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("zoo/v1/animal/feed.yaml"));
    let region = json!({"startLine": 7, "startColumn": 11, "endLine": 7, "endColumn": 16});
    assert_eq!(place["region"], region);
}

/// Sends each report; cannot be written if nobody listens any more.
struct Reports(mpsc::Sender<String>, Vec<u8>);

impl Write for Reports {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let report = String::from_utf8(std::mem::take(&mut self.1)).unwrap();
        self.0.send(report).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_watched_schema_is_checked_again_after_every_change_until_nobody_listens() {
    let schema = Schema::of(&format!("{HEAD}body: {{a: {{type: string}}}}\n"));
    let folder = schema.dir.path().to_str().unwrap().to_owned();
    let (reports, heard) = mpsc::channel();
    let checking = thread::spawn(move || {
        let arguments = ["hire-gen", "check", "--watch", "--format", "github", "--schema", &folder];
        hire_gen::cli::run(arguments, &mut Reports(reports, Vec::new()), &mut io::sink(), false)
    });
    assert!(heard.recv().unwrap().contains("no problem"));
    let feed = schema.put("zoo/v1/animal/feed.yaml", &format!("{HEAD}body: {{a: {{type: sting}}}}\n"));
    assert!(heard.recv().unwrap().contains("title=H201"));
    fs::rename(&feed, feed.with_file_name("eat.yaml")).unwrap();
    assert!(heard.recv().unwrap().contains("eat.yaml"));
    drop(heard);
    schema.put("zoo/v1/animal/sleep.yaml", HEAD);
    assert_eq!(checking.join().unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn errors_of_later_stages_are_said_together_with_those_of_earlier_ones() {
    for (feed, codes) in [
        // An unknown key, an unknown word, and an undeclared type.
        (
            format!("{}requird: 1\nbody: {{a: sting}}\n", HEAD.replace("[tenant]", "[tennant]")),
            ["H104", "H101", "H201"].as_slice(),
        ),
        (
            format!("{HEAD}body:\n  a: {{type: string, requird: true}}\n  b: {{type: string, minimum: 1}}\n"),
            &["H101", "H304"],
        ),
        (
            format!("{HEAD}body: {{a: Kind, b: sting}}\ntypes: {{Kind: {{enum: int, values: []}}}}\n"),
            &["H201", "H103"],
        ),
        (HEAD.replace("title: Feed an animal\n", "").replace("path: /", "path: "), &["H102", "H301"]),
        // Consequences of an error are not reported: these refer to something already wrong.
        (
            format!(
                "{HEAD}safety: keyed(a)\npaging: items\nbody:\n  a: {{typ: string}}\n  b: {{type: string, required_when: {{a: x}}}}\nresponse: {{items: {{typ: x}}}}\n"
            ),
            &["H101", "H101"],
        ),
    ] {
        let found = Schema::of(&feed).found();
        let said: Vec<&str> = found.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(said, codes, "{feed}");
    }
}

/// YAML as JSON Schema sees it.
fn as_json(value: &serde_yaml::Value) -> Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Sequence(items) => items.iter().map(as_json).collect(),
        Yaml::Mapping(entries) => {
            let key = |key: &Yaml| key.as_str().map_or_else(|| as_json(key).to_string(), str::to_owned);
            Value::Object(entries.iter().map(|(name, value)| (key(name), as_json(value))).collect())
        }
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

#[test]
fn the_json_schemas_take_every_spec_that_check_takes() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compiler = boon::Compiler::new();
    let mut compiled = boon::Schemas::new();
    let mut taken = 0;
    for folder in ["../schema", "golden/schema", "site/schema", "consumer/schema"] {
        for file in hire_gen::source::Sources::read(&root.join(folder)).files() {
            if !file.path.ends_with(".yaml") {
                continue;
            }
            // As in an editor, or by the location of the file.
            let named = file.text.lines().next().and_then(|line| line.split_once("$schema="));
            let name = match named {
                Some((_, path)) => path.rsplit('/').next().unwrap().trim().trim_end_matches(".schema.json"),
                None if file.path == "api.yaml" => "api",
                None if file.path.contains("/types/") => "type",
                None if file.path.contains("/events/") => "event",
                None => "endpoint",
            };
            let schema = root.join(format!("../schema/{name}.schema.json"));
            let schema = compiler.compile(schema.to_str().unwrap(), &mut compiled).unwrap();
            let spec = as_json(&serde_yaml::from_str(&file.text).unwrap());
            compiled.validate(&spec, schema).unwrap_or_else(|error| panic!("{}: {error}", file.path));
            taken += 1;
        }
    }
    assert!(taken > 300, "{taken}");
}
