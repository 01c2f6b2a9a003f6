//! The program as users run it, against a mock server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends with a panic")]

use hire_gen::ir::Endpoint;

/// Exit code, standard output, standard error.
fn hire(arguments: &[&str]) -> (u8, String, String) {
    hire_with(&[], "", arguments)
}

/// The same with environment variables and standard input.
fn hire_with(environment: &[(&str, &str)], input: &str, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["hire"].iter().chain(arguments);
    let variable = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let code = hire_cli::run(arguments, &variable, &mut input.as_bytes(), &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A mock of a schema, on its own runtime.
fn mock(schema: &std::path::Path) -> hire_gen::mock::Mock {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(hire_gen::mock::Mock::start(schema)).unwrap()
}

/// The committed schema.
fn endpoints() -> Vec<Endpoint> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    hire_gen::load(&folder).unwrap_or_else(|report| panic!("{report}")).endpoints
}

/// Arguments for the parts of an operation besides its documented body.
fn needed(endpoint: &Endpoint, file: &str) -> Vec<String> {
    let name = |field: &hire_gen::ir::Field| field.wire.clone();
    let mut arguments: Vec<String> =
        endpoint.path_params.iter().map(|field| format!("path.{}=1", name(field))).collect();
    for field in endpoint.query.iter().filter(|field| field.required && field.unusable.is_none()) {
        let example = field.example.as_ref().or(field.default.as_ref()).map(|value| match value {
            hire_gen::ir::Literal::String(text) => text.clone(),
            hire_gen::ir::Literal::Int(number) => number.to_string(),
            hire_gen::ir::Literal::List(values) => {
                let texts = values.iter().map(|value| match value {
                    hire_gen::ir::Literal::String(text) => text.as_str(),
                    other => panic!("{}: {other:?}", field.wire),
                });
                serde_json::json!(texts.collect::<Vec<_>>()).to_string()
            }
            other => panic!("{}: {other:?}", field.wire),
        });
        arguments.push(format!("query.{}={}", name(field), example.unwrap_or_else(|| "1".to_owned())));
    }
    if endpoint.is_multipart() {
        for field in endpoint.body.iter().flatten().filter(|field| field.required) {
            let is_file = field.ty.base == hire_gen::ir::Base::File;
            arguments.push(if is_file {
                format!("body.{}=@{file}", field.wire)
            } else {
                format!("body.{}=1", field.wire)
            });
        }
    }
    arguments
}

/// The page's example has a value that its table does not list.
const CONTRADICTORY: [&str; 1] = ["hire.v1.job.combined_update"];

#[test]
fn every_operation_is_called_with_its_documented_example() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("resume.pdf");
    std::fs::write(&file, b"%PDF-1.7").unwrap();
    let mock = mock(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema"));
    let environment = [
        ("FEISHU_APP_ID", "cli_test"),
        ("FEISHU_APP_SECRET", "secret"),
        ("FEISHU_USER_ACCESS_TOKEN", "u-test"),
    ];
    let mut wrong = Vec::new();
    for endpoint in endpoints() {
        let name = endpoint.id.to_string();
        let mut arguments =
            vec!["call".to_owned(), name.clone(), "--base-url".to_owned(), mock.url().to_owned()];
        if endpoint.request_example.is_some() && !endpoint.is_multipart() {
            arguments.push("--example".to_owned());
        }
        arguments.extend(needed(&endpoint, &file.to_string_lossy()));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let dry_run: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
        let (code, out, err) = hire_with(&environment, "", &dry_run);
        if CONTRADICTORY.contains(&name.as_str()) {
            assert!(code == 2 && err.contains("job_attribute: must be one of"), "{name}: {err}");
            continue;
        }
        if code != 0 || !out.starts_with(endpoint.method.as_str()) {
            wrong.push(format!("{name}: {err}"));
        }
        let (code, out, err) = hire_with(&environment, "", &arguments);
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
        let documented =
            endpoint.response_example.as_ref().map(|one| serde_json::from_str(&one.text).unwrap());
        if code != 0 || answer["code"] != 0 || documented.is_some_and(|one: serde_json::Value| one != answer)
        {
            wrong.push(format!("{name}: {err}{out}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_call_prints_the_answer_and_a_refusal_names_the_field() {
    let (code, out, err) = hire(&["call", "hire.v1.note.create", "talent_id=1", "content=text", "--mock"]);
    assert_eq!(code, 0, "{err}");
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["code"], 0);

    let (code, out, err) = hire(&["call", "note.create", "content=text", "--mock"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("nothing was sent") && err.contains("talent_id: is required"), "{err}");
    for (arguments, said) in [
        (&["call", "note.crete"][..], "did you mean `hire.v1.note.create`?"),
        (&["call", "note.create", "talentid=1"], "did you mean `talent_id`?"),
        (&["call", "note.create", "talent_id"], "`talent_id` is not `field=value`"),
        (&["call", "talent.combined_create", "basic_info.nme=1"], "did you mean `name`?"),
        (&["call", "note.create", "talent_id=1", "content=x"], "`FEISHU_APP_ID` is not set"),
    ] {
        let (code, _, err) = hire(arguments);
        assert!(code == 2 && err.contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn each_refusal_names_the_field_and_the_remedy() {
    let create = "talent.combined_create";
    let mut wrong = Vec::new();
    for (arguments, said) in [
        // Names.
        (&["call", "hire.v1.talent.get"][..], "talent_id: is required"),
        (&["call", "talent.get"], "`talent.get` is ambiguous: hire.v1.talent.get, hire.v2.talent.get"),
        (&["call", "get"], "`get` is ambiguous: contact.v3."),
        (&["call", "nothing.like.this"], "`hire list` shows them all"),
        (&["call", "note.create", "Talent_ID=1"], "did you mean `talent_id`?"),
        (&["call", "note.create", "query.talent_id=1"], "`talent_id` is in the body, not in the query"),
        (&["call", "note.create", "xyz=1"], "its fields are "),
        (&["call", create, "basic_info.name.first=1"], "`name` has no fields"),
        (&["call", create, "education_list.school=1"], "`education_list` is not an object; write it as JSON"),
        // Types.
        (
            &["call", create, "basic_info.name=x", "basic_info.gender=Mail"],
            "basic_info.gender: must be an int",
        ),
        (
            &["call", create, "basic_info.name=x", "education_list=[1]"],
            "education_list[0]: must be an object",
        ),
        (&["call", create, "basic_info=x"], "basic_info: must be an object, not a string"),
        (&["call", "talent_tag.list", "include_inactive=maybe"], "include_inactive: must be a bool"),
        (&["call", "talent_tag.list", "page_size=many"], "page_size: must be an int"),
        // Bodies.
        (
            &["call", "note.create", "--body", "{\"talent_id\": 1}"],
            "talent_id: must be a string, not a number",
        ),
        (&["call", "note.create", "--body", "{"], "the body is not JSON"),
        (&["call", "note.create", "--body", "[]"], "must be a JSON object"),
        (&["call", "note.create", "--body", "-"], "the body is not JSON"),
        (&["call", "note.create", "--body", "@nowhere.json"], "`nowhere.json`: "),
        (&["call", "note.create", "--body", "{}", "--example"], "cannot be used with"),
        (&["call", "hire.v1.talent.get", "--body", "{}"], "takes no body"),
        // Files, pages and users.
        (&["call", "attachment.create", "content=resume.pdf"], "write `content=@path`"),
        (&["call", "attachment.create", "content=@nowhere.pdf", "--mock"], "`nowhere.pdf`: "),
        (
            &["call", "note.create", "talent_id=1", "content=x", "--all-pages", "--mock"],
            "does not answer in pages",
        ),
        (&["call", "note.create", "talent_id=1", "content=x", "--as-user"], "leave out `--as-user`"),
        (&["call", "note.create", "talent_id=1", "content=x"], "`FEISHU_APP_ID` is not set: "),
        (
            &["call", "note.create", "talent_id=1", "content=x", "--base-url", "example.com", "--dry-run"],
            "the base URL",
        ),
    ] {
        let (code, out, err) = hire(arguments);
        if code != 2 || !out.is_empty() || !err.contains(said) {
            wrong.push(format!("{arguments:?}: {code} {out}{err}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn standard_input_is_a_body_and_a_token_comes_from_the_environment() {
    let mock = mock(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema"));
    let body = r#"{"talent_id": "1"}"#;
    let call = ["call", "note.create", "--body", "-", "content=from a field"];
    let (code, out, err) = hire_with(&[], body, &[&call[..], &["--dry-run"]].concat());
    assert!(code == 0 && out.contains("\"talent_id\": \"1\"") && out.contains("from a field"), "{out}{err}");

    let call = [&call[..], &["--base-url", mock.url()]].concat();
    let token = [("FEISHU_TENANT_ACCESS_TOKEN", "t-unknown")];
    let (code, out, err) = hire_with(&token, body, &call);
    assert!(code == 1 && out.is_empty() && err.contains("FEISHU_TENANT_ACCESS_TOKEN"), "{code} {out}{err}");
    assert!(!err.contains("t-unknown"), "{err}");
    assert_eq!(mock.token_fetches(), 0);
}

#[test]
fn an_answer_that_is_a_file_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("schema");
    let resource = schema.join("zoo/v1/photo");
    std::fs::create_dir_all(&resource).unwrap();
    std::fs::write(schema.join("api.yaml"), "base_urls: {zoo: \"https://zoo.example\"}\n").unwrap();
    let spec = "title: Get a photo\ndoc: https://zoo.example/photo\nmethod: GET\npath: /zoo/v1/photos/:photo_id\n\
                tokens: [tenant]\nquota: 50/s\npath_params:\n  photo_id: string\nresponse: file\n";
    std::fs::write(resource.join("get.yaml"), spec).unwrap();
    let (schema, target) = (schema.to_str().unwrap(), folder.path().join("photo.jpg"));
    let call = ["call", "photo.get", "photo_id=1", "--mock", "--schema", schema];
    let (code, out, err) = hire(&call);
    assert!(code == 2 && out.is_empty() && err.contains("--out PATH"), "{code} {out}{err}");
    let (code, out, err) = hire(&[&call[..], &["--out", target.to_str().unwrap()]].concat());
    assert!(code == 0 && out.is_empty(), "{code} {out}{err}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "a file of zoo.v1.photo.get\n");

    let target = folder.path().join("note.json");
    let call =
        ["call", "note.create", "talent_id=1", "content=x", "--mock", "--out", target.to_str().unwrap()];
    let (code, out, err) = hire(&call);
    assert!(code == 0 && out.is_empty(), "{code} {out}{err}");
    let answer: serde_json::Value = serde_json::from_slice(&std::fs::read(&target).unwrap()).unwrap();
    assert_eq!(answer["code"], 0);
}

#[test]
fn enums_take_names_lists_take_items_and_objects_take_their_fields() {
    let (code, out, err) = hire(&[
        "call",
        "talent.combined_create",
        "basic_info.name=张三",
        "basic_info.gender=Male",
        "folder_id_list=1",
        "folder_id_list=2",
        "education_list=[{\"school\": \"x\"}]",
        "--dry-run",
    ]);
    assert_eq!(code, 0, "{err}");
    let (_, body) = out.split_once("\n\n").unwrap();
    let expected = serde_json::json!({
        "basic_info": {"name": "张三", "gender": 1},
        "folder_id_list": ["1", "2"],
        "education_list": [{"school": "x"}],
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap(), expected);
}

#[test]
fn operations_are_found_described_and_completed() {
    let (_, out, _) = hire(&["list", "resume", "evaluations"]);
    assert!(out.starts_with("hire.v1.evaluation.list "), "{out}");
    let (_, out, _) = hire(&["describe", "hire.v1.note.create"]);
    let described: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(described["body"]["talent_id"]["required"], true);
    assert_eq!(described["method"], "POST");
    let (_, out, _) = hire(&["completions", "bash"]);
    assert!(out.contains("hire.v1.talent.combined_create"));
}

/// Operations whose bodies and answers are lists.
#[test]
fn lists_are_sent_and_answered_without_an_object_around_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/shapes/schema");
    let schema = folder.to_str().unwrap();
    let call = |arguments: &[&str]| hire(&[&["call"], arguments, &["--schema", schema]].concat());
    let shown = |arguments: &[&str]| {
        let (code, out, err) = call(&[arguments, &["--dry-run"]].concat());
        assert_eq!(code, 0, "{err}");
        let (_, body) = out.split_once("\n\n").unwrap();
        serde_json::from_str::<serde_json::Value>(body).unwrap()
    };
    let import = "shop.v1.member.import";
    let guests = serde_json::json!([{"name": "Ada"}, {"name": "Bob"}]);
    assert_eq!(shown(&[import, &format!("items_2={guests}")]), guests);
    assert_eq!(
        shown(&[import, r#"items_2={"name": "Ada"}"#, r#"items_2={"name": "Bob"}"#, "items=2"]),
        guests
    );
    assert_eq!(shown(&[import, "--body", &guests.to_string()]), guests);
    assert_eq!(shown(&[import, "items_2=[]"]), serde_json::json!([]));
    assert_eq!(shown(&["shop.v1.member.labels", "body.items=a", "items=b"]), serde_json::json!(["a", "b"]));
    assert_eq!(shown(&[import, "--example"])[1]["name"], "Bob");

    for (arguments, problem) in [
        (&[import][..], "$: must be a JSON list"),
        (&[import, "--body", "{}"], "$: must be a JSON list"),
        (&[import, r#"items_2={"name": "Alexander"}"#], "items_2[0].name: must have at most 5 characters"),
    ] {
        let (code, _, err) = call(arguments);
        assert!(code != 0 && err.contains(problem), "{err}");
    }

    let (code, out, err) = call(&[import, "--example", "--mock", "--format", "table"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.lines().count() == 3 && out.contains("m-2"), "{out}");
    let (code, out, err) = call(&["shop.v1.member.labels", "items=a", "--mock"]);
    assert_eq!(code, 0, "{err}");
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer[0][0]["word"], "kind");

    let (code, out, err) = hire(&["describe", import, "--schema", schema]);
    assert_eq!(code, 0, "{err}");
    let said: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&said["body_list"]["type"], &said["answer_list"]["type"]),
        (&"object[]".into(), &"object[]".into())
    );
    assert_eq!(said["body_list"]["fields"]["name"]["max_length"], 5);
    assert!(said.get("body").is_none() && said.get("answer").is_none(), "{said}");
}
