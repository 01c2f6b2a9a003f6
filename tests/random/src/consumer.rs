//! A crate with the generated code of a schema, checked by the compiler or run against the mock server.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hire_gen::ir::{Api, Event, EventEnvelope, Token};
use hire_gen::mock::{Mock, Push, PushedEvent};
use hire_gen::rust::{Options, emit};
use hire_gen::validate::{Unknown, validate};
use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::readers::is_harmless;
use crate::value::{Request, path, payload, payload_type, request};

/// A separate crate with this workspace's versions of all dependencies, so that nothing is downloaded.
pub struct Consumer {
    dir: PathBuf,
    target: PathBuf,
}

/// The kind of token that a caller has to pass; the client gets tenant tokens itself.
fn given(tokens: &[Token]) -> &'static str {
    match tokens {
        [] => "none",
        tokens if tokens.contains(&Token::Tenant) => "tenant",
        tokens if tokens.contains(&Token::User) => "user",
        _ => "app",
    }
}

impl Consumer {
    /// In a folder below `scratch`; compiled dependencies stay in `target`.
    pub fn new(scratch: &Path, target: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let dir = scratch.join("consumer");
        fs::create_dir_all(dir.join("src")).unwrap();
        let hire_api = root.join("hire-api").display().to_string().replace('\\', "/");
        let manifest = format!(
            "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             hire-api = {{ path = \"{hire_api}\", default-features = false, features = [\"derive\", \"events\", \"serde\"] }}\n\
             serde = {{ version = \"1\", default-features = false }}\n\
             serde_json = \"1\"\n\
             tokio = {{ version = \"1\", features = [\"rt\"] }}\n\n[profile.dev]\ndebug = false\nincremental = false\n"
        );
        fs::write(dir.join("Cargo.toml"), manifest).unwrap();
        fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
        Self { dir, target: target.to_owned() }
    }

    /// Writes the generated code with all options, and a program that sends these requests.
    fn write(&self, api: &Api, main: &str) {
        let src = self.dir.join("src");
        fs::remove_dir_all(&src).unwrap();
        // A service may be called `main`.
        let generated = src.join("generated");
        emit(api, &Options { serde: true, events: true, ..Options::default() }).write(&generated).unwrap();
        fs::write(src.join("main.rs"), main).unwrap();
    }

    fn cargo(&self, command: &str, arguments: &[&str], rustdoc: &str) -> Result<(), String> {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .arg(command)
            .args(["--offline", "--quiet", "--target-dir"])
            .arg(&self.target)
            .args(arguments)
            .env("RUSTDOCFLAGS", rustdoc)
            .current_dir(&self.dir)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }

    /// Whether the generated code compiles without a warning.
    ///
    /// # Errors
    ///
    /// The output of the compiler.
    pub fn compiles(&self, api: &Api) -> Result<(), String> {
        self.write(api, &format!("{HEAD}fn main() {{}}\n"));
        self.cargo("check", &[], "")
    }

    /// Whether clippy accepts a program that keeps the generated code private and uses a single endpoint.
    ///
    /// # Errors
    ///
    /// The output of clippy.
    pub fn lints(&self, api: &Api) -> Result<(), String> {
        let used = path(api.endpoints.first().unwrap()).join("::");
        let main = format!(
            "//! A program.\n\nmod api {{\n    include!(\"generated/api.rs\");\n}}\n\nfn main() {{\n    \
             println!(\"{{}}\", size_of::<api::{used}::Request>());\n}}\n"
        );
        self.write(api, &main);
        self.cargo("clippy", &["--", "-D", "warnings", "-W", "clippy::pedantic"], "")
    }

    /// Whether rustdoc accepts the documentation without warnings.
    ///
    /// # Errors
    ///
    /// The output of rustdoc.
    pub fn documents(&self, api: &Api) -> Result<(), String> {
        self.write(api, &format!("{HEAD}fn main() {{}}\n"));
        self.cargo("doc", &["--no-deps"], "-D warnings -D rustdoc::all")?;
        let mut open = vec![self.target.join("doc/consumer/api")];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "html") {
                is_harmless(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
            }
        }
        Ok(())
    }

    /// Sends random requests of every endpoint to the mock server, and delivers random events to a webhook: the client
    /// must refuse what `validate` refuses, accepted requests must arrive unchanged, and handlers must receive payloads
    /// unchanged.
    ///
    /// # Errors
    ///
    /// The first difference, or the output of the compiler.
    pub fn exchanges(&self, random: &mut Random, api: &Api, times: usize) -> Result<Exchanged, String> {
        let mut cases: Vec<(usize, Request)> = Vec::new();
        let mut main = format!("{HEAD}{CALL}");
        let mut calls = String::new();
        for (index, endpoint) in api.endpoints.iter().enumerate() {
            let token = given(&endpoint.tokens);
            writeln!(main, "#[allow(deprecated)]\nasync fn e{index}(client: &hire_api::Client) {{").unwrap();
            for _ in 0..times {
                let Some(request) = request(random, api, endpoint) else { continue };
                let call = if endpoint.answers_file { "file" } else { "call" };
                writeln!(main, "    {call}(client, {}, {token:?}, {}).await;", cases.len(), request.rust)
                    .unwrap();
                cases.push((index, request));
            }
            // As documented.
            let [service, version, resource, action] = path(endpoint);
            writeln!(
                main,
                "    let _ = |request| crate::api::{service}(client).{version}().{resource}().{action}(request);\n}}"
            )
            .unwrap();
            writeln!(calls, "    e{index}(client).await;").unwrap();
        }
        let deliveries = deliveries(random, api, times);
        for (case, (event, payload)) in deliveries.iter().enumerate() {
            let pushed = PushedEvent::given(api, &event.event_type, payload.clone()).unwrap();
            let push = Push::to("http://localhost").unwrap().with_verification_token(TOKEN);
            let (ty, body) = (payload_type(event), push.enveloped(&pushed));
            writeln!(calls, "    deliver::<{ty}>({case}, {TOKEN:?}, {body:?}).await;").unwrap();
        }
        write!(main, "async fn all(client: &hire_api::Client) {{\n{calls}}}\n").unwrap();
        self.write(api, &main);
        self.cargo("build", &[], "")?;
        let (said, arrived) = self.run(api);
        let (arrived, refused) = compare(api, &cases, &said, arrived)?;
        compare_events(&deliveries, &said)?;
        Ok(Exchanged { arrived, refused, delivered: deliveries.len() })
    }

    fn run(&self, api: &Api) -> (String, Vec<hire_gen::mock::Recorded>) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mock = Mock::builder_for(api.clone()).start().await.unwrap();
            let url = mock.url().to_owned();
            let program = self.target.join("debug/consumer");
            let output =
                tokio::task::spawn_blocking(move || Command::new(program).arg(url).output().unwrap());
            let output = output.await.unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
            (said, mock.take_requests())
        })
    }
}

/// How many requests arrived, how many were refused, and how many events were delivered.
pub struct Exchanged {
    /// Requests that the mock server received.
    pub arrived: usize,
    /// Requests that the client and `validate` refused.
    pub refused: usize,
    /// Events whose handlers received what was sent.
    pub delivered: usize,
}

/// The Verification Token.
const TOKEN: &str = "v-x";

/// Random payloads of every event.
fn deliveries<'a>(random: &mut Random, api: &'a Api, times: usize) -> Vec<(&'a Event, Value)> {
    let events = api.events.iter().flat_map(|event| std::iter::repeat_n(event, times));
    events.filter_map(|event| Some((event, payload(random, api, event)?))).collect()
}

/// Lints that generated code must pass, but a program of random requests cannot.
const HEAD: &str =
    "//! Random endpoints.\n\n#[deny(warnings)]\n#[path = \"generated/api.rs\"]\npub mod api;\n";

const CALL: &str = "
async fn call<E: hire_api::Endpoint>(client: &hire_api::Client, case: usize, token: &str, request: E) {
    match client.answer(&request, options(token)).await {
        Ok(answer) if !answer.mismatches.is_empty() => println!(\"{case} misread {}\", line(&answer.mismatches)),
        Ok(_) => println!(\"{case} sent\"),
        Err(error) => say(case, &error),
    }
}

async fn file<E: hire_api::Endpoint>(client: &hire_api::Client, case: usize, token: &str, request: E) {
    match client.call_with(&request, options(token)).await {
        Ok(_) => println!(\"{case} sent\"),
        Err(error) => say(case, &error),
    }
}

async fn deliver<E: hire_api::event::Event + serde::Serialize>(case: usize, token: &str, body: &str) {
    let events = hire_api::event::Events::new().on(move |delivery: hire_api::event::Delivery<E>| async move {
        match delivery.mismatches.is_empty() {
            true => println!(\"event {case} read {}\", serde_json::to_string(&delivery.event).unwrap()),
            false => println!(\"event {case} misread {}\", line(&delivery.mismatches)),
        }
        Ok(())
    });
    let webhook = hire_api::event::Webhook::unencrypted(events, token).unwrap();
    let answer = webhook.answer([(\"Content-Type\", \"application/json\")], body.as_bytes()).await;
    println!(\"answer {case} {}\", answer.status);
}

fn options(token: &str) -> hire_api::CallOptions {
    let options = hire_api::CallOptions::new();
    match token {
        \"user\" => options.with_user_token(\"u-x\"),
        _ => options,
    }
}

fn say(case: usize, error: &hire_api::Error) {
    let what = if error.violations().is_empty() { \"failed\" } else { \"refused\" };
    println!(\"{case} {what} {}\", line(error));
}

fn line(value: &impl std::fmt::Debug) -> String {
    format!(\"{value:?}\").replace('\\n', \"; \")
}

fn main() {
    let url = std::env::args().nth(1).unwrap();
    let client = hire_api::Client::builder(\"cli_a\", \"secret\")
        .with_base_url(url)
        .with_quotas(hire_api::Quotas::Ignore)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(all(&client));
}
";

fn compare(
    api: &Api,
    cases: &[(usize, Request)],
    said: &str,
    arrived: Vec<hire_gen::mock::Recorded>,
) -> Result<(usize, usize), String> {
    let mut arrived = arrived.into_iter();
    let (mut taken, mut refused) = (0, 0);
    let lines: Vec<&str> =
        said.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).collect();
    if lines.len() != cases.len() {
        return Err(format!("{} requests, {} answers: {said}", cases.len(), lines.len()));
    }
    for ((index, request), line) in cases.iter().zip(lines) {
        let endpoint = &api.endpoints[*index];
        let problems = validate(api, endpoint, &request.sent, Unknown::Refused);
        let difference = |what: &str| {
            Err(format!(
                "{}: {what}\n{}\n{:?}\nclient: {line}\nvalidate: {problems:?}",
                endpoint.id, request.rust, request.sent
            ))
        };
        let client_refuses = line.contains(" refused ");
        if client_refuses != (request.unsendable || !problems.is_empty()) {
            return difference("the client and `validate` disagree");
        }
        if client_refuses {
            refused += 1;
            continue;
        }
        taken += 1;
        if line.contains(" misread ") {
            return difference("the client cannot read what the mock answers");
        }
        if !line.ends_with(" sent") {
            return difference("the mock refuses what the client sends");
        }
        let Some(arrived) = arrived.next() else { return difference("it did not arrive") };
        if arrived.endpoint.as_deref() != Some(&endpoint.id.to_string()) {
            return difference("another request arrived");
        }
        let body = arrived.body.clone().unwrap_or(Value::Null);
        let expected = request.sent.body.clone().unwrap_or(Value::Null);
        if !same(&body, &expected) {
            return difference(&format!("another body arrived: {body}"));
        }
        if pairs(&request.sent.query) != sorted(arrived.query.clone()) {
            return difference(&format!("another query arrived: {:?}", arrived.query));
        }
        let own = |(name, _): &(String, String)| {
            arrived.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let headers = pairs(&request.sent.headers).into_iter().all(|(name, value)| {
            own(&(name.clone(), String::new()))
                && sorted(arrived.headers.clone())
                    .iter()
                    .any(|(other, arrived)| other.eq_ignore_ascii_case(&name) && *arrived == value)
        });
        if !headers {
            return difference(&format!("other headers arrived: {:?}", arrived.headers));
        }
        if pairs(&request.sent.path) != sorted(arrived.path_params.clone()) {
            return difference(&format!("another path arrived: {:?}", arrived.path_params));
        }
    }
    Ok((taken, refused))
}

/// Each payload as its handler received it.
fn compare_events(deliveries: &[(&Event, Value)], said: &str) -> Result<(), String> {
    for (case, (event, sent)) in deliveries.iter().enumerate() {
        let said_of = |what: &str| {
            let start = format!("{what} {case} ");
            said.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or("nothing")
        };
        let received = said_of("event").strip_prefix("read ");
        let received: Option<Value> = received.and_then(|said| serde_json::from_str(said).ok());
        let whole = received.is_some_and(|received| {
            let mut sent = sent.clone();
            // The envelope 1.0 has these beside the payload's fields.
            for name in
                ["type", "app_id", "tenant_key"].iter().filter(|_| event.envelope == EventEnvelope::V1)
            {
                if let (Some(sent), Some(received)) = (sent.get_mut(*name), received.get(*name)) {
                    *sent = received.clone();
                }
            }
            same(&without_empty(sent), &without_empty(received))
        });
        if said_of("answer") != "200" || !whole {
            return Err(format!(
                "{}: {sent} was received as\n{}\nand answered with {}",
                event.event_type,
                said_of("event"),
                said_of("answer")
            ));
        }
    }
    Ok(())
}

/// Absent lists and maps are received as empty ones.
fn without_empty(value: Value) -> Value {
    let is_empty = |value: &Value| *value == json!([]) || *value == json!({});
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, without_empty(value)));
            members.filter(|(_, value)| !is_empty(value)).collect()
        }
        Value::Array(items) => items.into_iter().map(without_empty).collect(),
        other => other,
    }
}

/// `1.0` and `1` are equal.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn pairs(parameters: &Map<String, Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        let items = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        pairs.extend(items.iter().map(|item| (name.clone(), number_or_text(item))));
    }
    sorted(pairs)
}

fn number_or_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// By name and text; numbers in their shortest form.
fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    for (_, text) in &mut pairs {
        if let Some(number) = text.parse::<f64>().ok().filter(|_| text.contains(['.', 'e'])) {
            *text = number.to_string();
        }
    }
    pairs.sort();
    pairs
}
