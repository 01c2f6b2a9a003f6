//! The real binary: exit codes, what goes where, and a reader that leaves early.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test ends with a panic")]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn hire_gen(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hire-gen"));
    command.current_dir(dir).args(arguments);
    command
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn run(dir: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    said(&hire_gen(dir, arguments).output().unwrap())
}

fn schema(endpoints: usize, extra: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("schema/zoo/v1/animal");
    fs::create_dir_all(&folder).unwrap();
    for number in 0..endpoints {
        let text = format!(
            "title: Get animal {number}\ndoc: https://zoo.example/{number}\nmethod: GET\npath: /zoo/v1/a{number}\n\
             tokens: [tenant]\nquota: 50/s\nresponse:\n  name: {{type: string, label: 名字}}\n{extra}"
        );
        fs::write(folder.join(format!("get_{number}.yaml")), text).unwrap();
    }
    dir
}

#[test]
fn a_good_schema_is_one_line_on_standard_output() {
    let dir = schema(2, "");
    let fine = (Some(0), "2 endpoints, 0 types: no problem\n".to_owned(), String::new());
    assert_eq!(run(dir.path(), &["check"]), fine);
    assert_eq!(
        run(Path::new("/"), &["check", "--schema", dir.path().join("schema").to_str().unwrap()]),
        fine
    );
}

#[test]
fn a_bad_schema_is_told_on_standard_error_and_exits_1() {
    let dir = schema(2, "boddy: {}\n");
    let (code, out, err) = run(dir.path(), &["check"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("schema/zoo/v1/animal/get_0.yaml:9:1"), "{err}");
    assert!(err.contains("did you mean `body`?"), "{err}");
    assert!(err.ends_with("2 errors in 2 files\n"), "{err}");
    assert!(!err.contains('\u{1b}'), "colours belong to terminals only");
    for command in [&["show"][..], &["generate", "--out", "out"]] {
        assert_eq!(run(dir.path(), command), (Some(1), String::new(), err.clone()));
    }
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_command_that_makes_no_sense_exits_2() {
    let dir = schema(1, "");
    for command in
        [&["chekc"][..], &["generate"], &[], &["show", "zoo.v1.animal.got_0"], &["show", "no/such.yaml"]]
    {
        let (code, out, err) = run(dir.path(), command);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{command:?}");
        assert!(!err.is_empty());
    }
    let (_, _, err) = run(dir.path(), &["show", "get_0"]);
    assert!(err.contains("did you mean `zoo.v1.animal.get_0`?"), "{err}");
    let (code, out, _) = run(dir.path(), &["--help"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("json-schema"), "{out}");
}

#[test]
fn an_endpoint_is_shown_by_name_and_by_file() {
    let dir = schema(1, "");
    let by_name = run(dir.path(), &["show", "zoo.v1.animal.get_0"]);
    assert_eq!(by_name.0, Some(0), "{}", by_name.2);
    assert!(by_name.1.starts_with("zoo.v1.animal.get_0: Get animal 0\n"), "{}", by_name.1);
    let file = dir.path().join("schema/zoo/v1/animal/get_0.yaml");
    for file in ["schema/zoo/v1/animal/get_0.yaml", "zoo/v1/animal/get_0.yaml", file.to_str().unwrap()] {
        assert_eq!(run(dir.path(), &["show", file]), by_name, "{file}");
    }
    let outline = run(dir.path(), &["show", "zoo.v1.animal.get_0", "--format", "outline"]);
    assert_eq!(outline.1, "GET /zoo/v1/a0\ndata.name\tstring\toptional\n");
    let (_, rust, _) = run(dir.path(), &["show", "zoo.v1.animal.get_0", "--format", "rust"]);
    assert!(rust.contains("pub struct Request"), "{rust}");
}

#[test]
fn generated_files_are_compared_without_being_written() {
    let dir = schema(1, "");
    let (code, _, err) = run(dir.path(), &["generate", "--out", "out", "--check"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("zoo/v1/animal/get_0.rs would change"), "{err}");
    assert!(!dir.path().join("out").exists());
    assert_eq!(run(dir.path(), &["generate", "--out", "out"]).0, Some(0));
    assert_eq!(run(dir.path(), &["generate", "--out", "out", "--check"]).0, Some(0));
    let (code, _, err) = run(dir.path(), &["generate", "--out", "out", "--resource", "zoo-v1-plant"]);
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn json_schemas_are_printed_or_written() {
    let dir = tempfile::tempdir().unwrap();
    let (code, out, _) = run(dir.path(), &["json-schema"]);
    assert_eq!((code, out.matches("\"$schema\"").count()), (Some(0), 4));
    assert_eq!(run(dir.path(), &["json-schema", "--out", "made/here"]).0, Some(0));
    let written = fs::read_to_string(dir.path().join("made/here/endpoint.schema.json")).unwrap();
    assert!(out.contains(&written));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    // More than a pipe holds, so that writing goes on after the reader has left.
    let dir = schema(1, &format!("about: {}\n", "x".repeat(1024 * 1024)));
    let mut child = hire_gen(dir.path(), &["show", "zoo.v1.animal.get_0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let (code, _, err) = said(&child.wait_with_output().unwrap());
    assert_eq!((code, err.as_str()), (Some(0), ""));
}

#[cfg(feature = "diff")]
#[test]
fn without_git_a_revision_is_an_error_that_says_so() {
    let dir = schema(1, "");
    let output = hire_gen(dir.path(), &["diff", "main"]).env("PATH", "").output().unwrap();
    let (code, out, err) = said(&output);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.starts_with("error: `git` cannot be run: "), "{err}");
    assert!(err.ends_with("\n  help: install git, or pass two folders\n"), "{err}");
    let output = hire_gen(dir.path(), &["diff", "schema"]).env("PATH", "").output().unwrap();
    assert_eq!(said(&output), (Some(0), "nothing has changed\n".to_owned(), String::new()));
}

/// Answers every request with 200 and notes its body, of which the check of the address is answered as it wants.
fn receiver(requests: usize) -> (u16, std::sync::mpsc::Receiver<String>) {
    use std::io::Write;

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(requests) {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let body = loop {
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).unwrap();
                request.extend(bytes.iter().take(read));
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.to_lowercase();
                let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                if body.len() >= length.parse().unwrap() {
                    break body.to_owned();
                }
            };
            // The check holds the challenge, and an answer may hold more.
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
            tell.send(body).unwrap();
        }
    });
    (port, told)
}

#[test]
fn events_are_delivered_with_given_payloads_in_the_envelopes_of_their_pages() {
    let dir = schema(1, "");
    let events = dir.path().join("schema/zoo/v1/animal/events");
    fs::create_dir_all(&events).unwrap();
    let spec = "title: Fed\ndoc: https://zoo.example/fed\nevent_type: animal_fed\nenvelope: v1\n";
    fs::write(events.join("fed.yaml"), spec).unwrap();
    fs::write(dir.path().join("fed.json"), r#"{"food": "hay", "kilograms": 1.50}"#).unwrap();
    fs::write(dir.path().join("list.json"), "[1]").unwrap();
    let (port, told) = receiver(3);
    let url = format!("http://127.0.0.1:{port}/events");
    let arguments =
        ["mock", "--events", &url, "--payload", "animal_fed=fed.json", "--payload", "zoo.born_v1=fed.json"];
    let mut child =
        hire_gen(dir.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let bodies: Vec<String> =
        (0..3).map(|_| told.recv_timeout(std::time::Duration::from_secs(60)).unwrap_or_default()).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bodies.iter().any(|body| body.contains("url_verification")), "{bodies:?}");
    let with =
        |known: &str| bodies.iter().any(|body| body.contains(known) && body.contains(r#""food":"hay""#));
    assert!(with(r#""type":"animal_fed""#) && with(r#""event_type":"zoo.born_v1""#), "{bodies:?}");
    for (payload, what) in [
        ("animal_fed=list.json", "is not an object"),
        ("animal_fed=none.json", "cannot be read"),
        ("animal_fed=schema", "cannot be read"),
        ("animal_fed", "expected `<event>=<file>`"),
    ] {
        let (code, out, err) = run(dir.path(), &["mock", "--events", &url, "--payload", payload]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{payload}");
        assert!(err.contains(what), "{payload}: {err}");
    }
}
