//! The coverage in README.md and docs/coverage.md, and the comparison of specs with the SDK, tested with a made-up
//! SDK.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hire_gen::ir::{Api, Endpoint};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn api() -> Api {
    hire_gen::load(&root().join("schema")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Compares the text between the marks of a file with `wanted`, or writes it with `BLESS=1`.
fn hold(file: &str, wanted: &str) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- covered:begin -->\n", "<!-- covered:end -->");
    let (head, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{file} has no {begin}"));
    let (found, tail) = rest.split_once(end).unwrap_or_else(|| panic!("{file} has no {end}"));
    let wanted = format!("\n{wanted}\n");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{head}{begin}{wanted}{end}{tail}")).unwrap();
        return;
    }
    assert_eq!(found, wanted, "{file} does not say what the schema has; BLESS=1 writes it");
}

/// `hire-v1-talent` to its endpoints, sorted.
fn by_feature(api: &Api) -> BTreeMap<String, Vec<&Endpoint>> {
    let mut found: BTreeMap<String, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in &api.endpoints {
        let id = &endpoint.id;
        let feature = format!("{}-{}-{}", id.service, id.version, id.resource);
        found.entry(feature).or_default().push(endpoint);
    }
    found
}

#[test]
fn the_readme_counts_the_endpoints_of_every_feature() {
    let api = api();
    let features = by_feature(&api);
    let mut text = format!(
        "<details>\n<summary>{} endpoints of {} resources</summary>\n\n| resource | endpoints | feature |\n|---|---|---|\n",
        api.endpoints.len(),
        features.len(),
    );
    for (feature, endpoints) in &features {
        writeln!(text, "| {} | {} | `{feature}` |", feature.replace('-', "."), endpoints.len()).unwrap();
    }
    hold("README.md", &format!("{text}\n</details>\n"));
}

#[test]
fn the_list_of_endpoints_is_that_of_the_schema() {
    let api = api();
    let mut text =
        "| resource | action | method and path | quota | page |\n|---|---|---|---|---|\n".to_owned();
    for (feature, endpoints) in &by_feature(&api) {
        let mut resource = feature.replace('-', ".");
        for endpoint in endpoints {
            let (action, method, path) = (&endpoint.id.action, endpoint.method.as_str(), &endpoint.path);
            let (quota, title, page) = (endpoint.quota, &endpoint.title, &endpoint.doc);
            writeln!(text, "| {resource} | {action} | `{method} {path}` | {quota} | [{title}]({page}) |")
                .unwrap();
            resource.clear();
        }
    }
    hold("docs/coverage.md", &text);
}

/// `check` reports everything that a contribution needs, so no test is required to find out.
#[test]
fn check_has_nothing_to_say_of_the_schema() {
    let sources = hire_gen::source::Sources::read(&root().join("schema"));
    let (api, report) = hire_gen::load_sources(&sources).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(api.described, "schema/api.yaml has to say `described: true`");
    assert!(report.diagnostics().is_empty(), "{report}");
}

/// The output of `compare.py` for the made-up SDK, with these verdicts and this page for the result.
struct Compared {
    code: Option<i32>,
    out: String,
    err: String,
    page: String,
}

fn compare(python: &str, verdicts: &str, page: &str, bless: bool) -> Compared {
    compare_with(python, &root().join("tests/coverage/sample/now"), verdicts, page, bless)
}

fn compare_with(python: &str, sdk: &Path, verdicts: &str, page: &str, bless: bool) -> Compared {
    let dir = tempfile::tempdir().unwrap();
    let (coverage, here) = (root().join("tests/coverage"), |name: &str| dir.path().join(name));
    let sample = coverage.join("sample");
    let (mut spec, mut err) = (Vec::new(), Vec::new());
    let schema = sample.join("schema").display().to_string();
    let show = ["hire-gen", "show", "--schema", &schema, "--format", "json"];
    let code = hire_gen::cli::run(show, &mut spec, &mut err, false).unwrap();
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    fs::write(here("spec.json"), spec).unwrap();
    fs::write(here("verdicts.toml"), verdicts).unwrap();
    fs::write(here("page.md"), page).unwrap();
    let mut command = Command::new(python);
    command.arg("-B").arg(coverage.join("compare.py")).current_dir(dir.path()).env_remove("BLESS");
    command.args([
        "--spec",
        "spec.json",
        "--verdicts",
        "verdicts.toml",
        "--report",
        "page.md",
        "--whole",
        "zoo",
    ]);
    command.arg("--sdk").arg(sdk).arg("--before").arg(sample.join("before"));
    command.args(["--versions", "2.0", "1.0"]);
    if bless {
        command.env("BLESS", "1");
    }
    let said = command.output().unwrap_or_else(|problem| panic!("{python}: {problem}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let page = fs::read_to_string(here("page.md")).unwrap();
    Compared { code: said.status.code(), out: text(said.stdout), err: text(said.stderr), page }
}

/// The interpreter, and the verdicts of the made-up SDK; `None` if it is not set.
fn sample() -> Option<(String, String)> {
    let Ok(python) = std::env::var("HIRE_PYTHON") else {
        println!("skipped: HIRE_PYTHON is not set to a Python of 3.11 or later");
        return None;
    };
    Some((python, fs::read_to_string(root().join("tests/coverage/sample/verdicts.toml")).unwrap()))
}

const EMPTY: &str = "# Ours\n\n<!-- sdk:begin -->\n<!-- sdk:end -->\n\nAlso ours.\n";

#[test]
fn every_difference_from_a_made_up_sdk_is_reported_with_its_verdict() {
    let Some((python, verdicts)) = sample() else { return };
    let said = compare(&python, &verdicts, EMPTY, true);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let path = root().join("tests/coverage/sample/report.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &said.page).unwrap();
    }
    assert_eq!(said.page, fs::read_to_string(&path).unwrap(), "sample/report.md; BLESS=1 writes it");
    let again = compare(&python, &verdicts, &said.page, false);
    assert_eq!((again.code, again.err.as_str()), (Some(0), ""), "what it wrote is what it wants");
    assert!(again.out.contains("each with its verdict"), "{}", again.out);
}

#[test]
fn a_plain_comparison_writes_nothing_and_fails_for_another_page() {
    let Some((python, verdicts)) = sample() else { return };
    let said = compare(&python, &verdicts, EMPTY, false);
    assert_eq!((said.code, said.page.as_str()), (Some(1), EMPTY));
    assert!(said.err.contains("BLESS=1 writes it"), "{}", said.err);
    let said = compare(&python, &verdicts, "# No marks\n", true);
    assert_eq!((said.code, said.page.as_str()), (Some(1), "# No marks\n"));
    assert!(said.err.contains("has no section"), "{}", said.err);
}

/// A change to the verdicts, and the resulting message.
const WRONG_VERDICTS: [(&str, &str, &str); 17] = [
    (
        r#""query.limit", "#,
        "",
        "query.limit`: only in the spec (`int` in the spec); no verdict says who is right",
    ),
    (r#", "body.grid""#, "", "body.grid`: type (`float[][]` in the spec, `int[][]` in the SDK); no verdict"),
    (r#", "data.halls.floor""#, "", "data.halls.floor`: only in the SDK (`int` in the SDK); no verdict"),
    (
        r#""query.sort""#,
        "",
        "`zoo.v1.animal.feed query.sort`: only in the SDK (`string` in the SDK; new); no verdict says who is right",
    ),
    (
        r#""query.sort""#,
        r#""query.sort", "query.page""#,
        "`zoo.v1.animal.feed query.page`: verdict 1 has it, and nothing is different there",
    ),
    (
        r#""body.weight""#,
        r#""body.weight", "query.sort""#,
        "`zoo.v1.animal.feed query.sort`: verdicts 1 and 2 both have it",
    ),
    (
        r#"["new"]"#,
        r#"["new", "shared"]"#,
        "verdict 1 claims `shared` (the SDK has the field at another place",
    ),
    (
        r#"["new"]"#,
        r#"["new", "example"]"#,
        "verdict 1 claims `example` (the documented example has the page's",
    ),
    (r#"["type"]"#, "[\"type\"]\nevidence = [\"new\"]", "verdict 2 claims `new` (the release before agrees"),
    (r#"["only in the SDK"]"#, r#"["tokens"]"#, "verdict 1 is about tokens; this is only in the SDK"),
    (
        r#""both""#,
        r#""nobody""#,
        "verdict 2: `right` is one of page, example, SDK, both, undecided, not `nobody`",
    ),
    (r#"["type"]"#, r#"["typo"]"#, "verdict 2: `typo` is none of the kinds address, tokens, type"),
    (r#"["new"]"#, r#"["news"]"#, "verdict 1: `news` is none of shared, new, example"),
    (r#"right = "both""#, r#"left = "both""#, "verdict 2: `left` is no key of a verdict"),
    (r#"right = "both""#, "", "verdict 2: `right` is missing"),
    (r#""Newer than the page.""#, r#""""#, "verdict 1: `reason` is empty or of the wrong type"),
    (r#"right = "both""#, "right = ", "`verdicts.toml` is no TOML"),
];

#[test]
fn a_verdict_that_does_not_fit_is_refused() {
    let Some((python, verdicts)) = sample() else { return };
    for (from, to, message) in WRONG_VERDICTS {
        assert!(verdicts.contains(from), "{from}");
        let said = compare(&python, &verdicts.replacen(from, to, 1), EMPTY, true);
        assert_eq!((said.code, said.page.as_str()), (Some(1), EMPTY), "{from} to {to}: {}", said.err);
        assert!(said.err.contains(message), "{from} to {to}: {}", said.err);
    }
}

/// A copy of the made-up SDK with one changed file.
fn spoilt(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let (dir, now) = (tempfile::tempdir().unwrap(), root().join("tests/coverage/sample/now"));
    for folder in ["api/zoo/v1/model", "api/park/v1/model"] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
        for entry in fs::read_dir(now.join(folder)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), dir.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    let path = dir.path().join("api/zoo/v1/model").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    fs::write(&path, text.replace(from, to)).unwrap();
    dir
}

/// A file of the made-up SDK, a change to it, and the resulting message.
const OTHER_FORMS: [(&str, &str, &str, &str); 7] = [
    (
        "meal.py",
        ": str",
        ": Food",
        "`body.meals.food` of `POST /open-apis/zoo/v1/animals/:/feed` has the unknown type `Food`",
    ),
    ("meal.py", ": str", ": Tuple[str]", "has the unknown type `Tuple[str]`"),
    ("list_animal_response.py", ": ListAnimal", ": Li)st", "`list_animal_response.py` is no Python"),
    (
        "list_animal_response.py",
        ": ListAnimalResponseBody",
        ": List[Animal]",
        "`data` of `GET /open-apis/zoo/v1/animals` is",
    ),
    ("delete_animal_request.py", ".uri =", ".address =", "`DeleteAnimalRequest` in"),
    (
        "delete_animal_request.py",
        ".paths[",
        ".headers[",
        "`animal_id` of `DeleteAnimalRequest` goes neither into",
    ),
    (
        "delete_animal_request.py",
        "DELETE",
        "GET",
        "`GET /open-apis/zoo/v1/animals/:animal_id endpoint`: only in the SDK",
    ),
];

#[test]
fn an_sdk_that_is_written_in_another_way_is_refused_and_not_half_read() {
    let Some((python, verdicts)) = sample() else { return };
    for (file, from, to, message) in OTHER_FORMS {
        let sdk = spoilt(file, from, to);
        let said = compare_with(&python, sdk.path(), &verdicts, EMPTY, true);
        assert_eq!((said.code, said.page.as_str()), (Some(1), EMPTY), "{file}: {from} to {to}: {}", said.err);
        assert!(said.err.contains(message), "{file}: {from} to {to}: {}", said.err);
    }
    let missing = tempfile::tempdir().unwrap();
    let said = compare_with(&python, missing.path(), &verdicts, EMPTY, true);
    assert!(said.code == Some(1) && said.err.contains("has no models of `park`"), "{}", said.err);
}
