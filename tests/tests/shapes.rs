//! Language keys that other services' pages need: each in a small schema, through every reader, and called against its
//! mock. The generated code is stored beside it and compiled here under denied warnings.

#[deny(warnings)]
#[allow(dead_code, reason = "the tests below use a part of it")]
#[rustfmt::skip]
#[path = "../golden/shapes/rust/api.rs"]
mod api;
#[path = "shapes/calls.rs"]
mod calls;

use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::openapi::{self, openapi};
use hire_gen::outline::outline;
use hire_gen::rust::{Options, emit};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/shapes").join(name)
}

fn schema() -> hire_gen::ir::Api {
    hire_gen::load(&folder("schema")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Compares a text with a file, or writes it there with `BLESS=1`.
fn compare(name: &str, text: &str) {
    let path = folder(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, golden, "{name} is different; BLESS=1 writes it");
}

#[test]
fn the_rust_is_the_golden() {
    let files = emit(&schema(), &Options { format: true, ..Options::default() });
    if std::env::var_os("BLESS").is_some() {
        files.write(&folder("rust")).unwrap();
    }
    assert_eq!(files.compare(&folder("rust")).unwrap(), Vec::<String>::new(), "BLESS=1 writes them");
}

#[test]
fn other_readers_say_what_the_goldens_say() {
    let api = schema();
    compare("openapi.json", &openapi(&api, &openapi::Options::default()).to_json());
    compare("outline.txt", &api.endpoints.iter().map(|endpoint| outline(&api, endpoint)).collect::<String>());
    for (file, arguments) in
        [("show.json", &["show", "--format", "json"][..]), ("list.txt", &["list"]), ("check.txt", &["check"])]
    {
        let folder = folder("schema").display().to_string();
        let arguments = std::iter::once("hire-gen").chain(arguments.iter().copied());
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all = arguments.chain(["--schema", &folder]);
        assert_eq!(hire_gen::cli::run(all, &mut out, &mut err, false).unwrap(), 0);
        compare(file, &String::from_utf8(out).unwrap());
    }
    let mut summaries = String::new();
    for endpoint in &api.endpoints {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let (name, folder) = (endpoint.id.to_string(), folder("schema").display().to_string());
        hire_gen::cli::run(["hire-gen", "show", &name, "--schema", &folder], &mut out, &mut err, false)
            .unwrap();
        summaries += &String::from_utf8(out).unwrap();
    }
    compare("show.txt", &summaries);
}

/// The page of an operation whose body and answer are lists says so, and its samples send one.
#[test]
fn pages_and_samples_show_lists() {
    let site = hire_gen::site::site(&schema(), &hire_gen::site::Options::default());
    let page = |path: &str| site.iter().find(|(known, _)| *known == path).unwrap().1;
    let import = page("shop/v1/member/import.html");
    for said in
        ["The body is a list.", "The answer is a list.", "<small>data</small>", "\"body\":[{\"name\":\"Ada\""]
    {
        assert!(import.contains(said), "{said}: {import}");
    }
    assert!(page("zh/shop/v1/member/import.html").contains("请求体为列表。"));
    assert!(!page("shop/v1/member/groups.html").contains("is a list."));
}
