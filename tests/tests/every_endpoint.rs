//! Calls every operation of the schema with its documented request through the client, against the mock, and compares
//! the result with the documented answer.

use std::future::Future;
use std::pin::Pin;

use hire_api::wire::Read;
use hire_api::{CallOptions, Client, Draft, Endpoint, Retry};
use hire_gen::mock::Mock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The answer as read by the client.
type Called<'a> = Pin<Box<dyn Future<Output = Result<Value, String>> + 'a>>;

/// A request from its documented body, and from its path and query.
fn from_json<T: DeserializeOwned>(body: &str, parameters: &[(&str, &str)]) -> T {
    let mut fields: Map<String, Value> = serde_json::from_str(body).unwrap();
    for (name, value) in parameters {
        let name = if fields.contains_key(*name) { format!("query.{name}") } else { (*name).to_owned() };
        fields.insert(name, serde_json::from_str(value).unwrap());
    }
    serde_json::from_value(fields.into()).unwrap_or_else(|error| panic!("{error}: {body} {parameters:?}"))
}

/// The request as sent.
fn sent<E: Endpoint>(request: &E) -> (String, String, Option<String>) {
    let mut draft = Draft::new(E::METADATA);
    request.draft(&mut draft);
    let prepared = draft.finish().unwrap();
    (prepared.path, prepared.query, prepared.body.map(|body| String::from_utf8(body.to_vec()).unwrap()))
}

/// A request stored as JSON is equal and sends the same.
fn is_kept<E: Endpoint + Serialize + DeserializeOwned + Read + PartialEq>(request: &E) {
    let text = serde_json::to_string(request).unwrap();
    let kept: E = serde_json::from_str(&text).unwrap();
    assert!(kept == *request, "{text}");
    assert_eq!(sent(&kept), sent(request));
    let reading = hire_api::wire::from_slice::<E>(text.as_bytes()).unwrap();
    assert!(reading.value == *request && reading.mismatches.is_empty(), "{text}: {}", reading.mismatches);
}

fn no_file_is_kept(request: &impl Serialize) {
    let error = serde_json::to_string(request).unwrap_err().to_string();
    assert!(error.contains("a request with a file cannot be stored"), "{error}");
}

async fn send<E: Endpoint>(client: &Client, request: &E, user: bool) -> Result<Value, String>
where
    E::Response: Serialize,
{
    let options = CallOptions::new();
    let options = if user { options.with_user_token("u-somebody") } else { options };
    let response = client.call_with(request, options).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(response).unwrap())
}

/// Documented requests that violate their own page, and the mock's problems with them.
const BROKEN: [(&str, &str); 1] =
    [("hire.v1.job.combined_update", "`job_attribute` must be one of `1`, `2`")];

/// Every number as a float: 1 and 1.0 are equal.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.iter().map(numbers).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), numbers(value))).collect(),
        other => other.clone(),
    }
}

/// An answer without the empty lists that the page lacks: an absent list is read as an empty one.
fn as_on(page: &Value, answer: &Value) -> Value {
    match (page, answer) {
        (Value::Object(page), Value::Object(answer)) => answer
            .iter()
            .filter(|(name, value)| {
                page.contains_key(*name) || value.as_array().is_none_or(|list| !list.is_empty())
            })
            .map(|(name, value)| (name.clone(), as_on(page.get(name).unwrap_or(&Value::Null), value)))
            .collect(),
        (Value::Array(page), Value::Array(answer)) if page.len() == answer.len() => {
            page.iter().zip(answer).map(|(page, answer)| as_on(page, answer)).collect()
        }
        _ => answer.clone(),
    }
}

/// Makes a call in its own frame: unoptimised, all of them in one frame overflow the stack of a thread.
#[inline(never)]
fn call<'a>(make: impl FnOnce() -> Called<'a>) -> Called<'a> {
    make()
}

#[tokio::test]
async fn every_operation_takes_its_documented_request_and_gives_its_documented_answer() {
    let api = hire_gen::load(hire_api::SCHEMA_DIR.as_ref()).unwrap_or_else(|problems| panic!("{problems}"));
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    let builder = Client::builder("cli_every", "secret").with_base_url(mock.url()).with_retry(Retry::never());
    let builder = builder.with_strict_answers(true);
    let client = &builder.build().unwrap();
    // Written by `build.rs`.
    let calls: Vec<(&str, Called<'_>)> = include!(concat!(env!("OUT_DIR"), "/every_endpoint.rs"));
    assert_eq!(calls.len(), api.endpoints.len());
    let (mut wrong, mut broken) = (Vec::new(), Vec::<&(&str, &str)>::new());
    for ((name, call), endpoint) in calls.into_iter().zip(&api.endpoints) {
        assert_eq!(name, endpoint.id.to_string());
        let answer = match call.await {
            Ok(answer) => answer,
            Err(error) => {
                let known = BROKEN.iter().find(|(broken, what)| *broken == name && error.contains(what));
                broken.extend(known);
                wrong.extend(known.is_none().then(|| format!("{name}: {error}")));
                continue;
            }
        };
        // If the page has no example, the mock creates one.
        let Some(example) = &endpoint.response_example else { continue };
        let example: Value = serde_json::from_str(&example.text).unwrap();
        let data = example.get("data").filter(|data| !data.is_null()).cloned();
        let data = data.unwrap_or(Value::Object(Map::new()));
        if numbers(&as_on(&data, &answer)) != numbers(&data) {
            wrong.push(format!("{name}: {answer} is not {data}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(broken, BROKEN.iter().collect::<Vec<_>>(), "a request that is no longer broken");
    assert_eq!((mock.requests().len(), mock.token_fetches()), (api.endpoints.len(), 1));
}
