//! Every operation of the schema, through the client, against the mock: with its documented request, to its documented
//! answer.

use std::future::Future;
use std::pin::Pin;

use hire_api::{CallOptions, Client, Endpoint, Retry};
use hire_gen::mock::Mock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What the client made of the answer.
type Called<'a> = Pin<Box<dyn Future<Output = Result<Value, String>> + 'a>>;

fn parse<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn set<T: DeserializeOwned>(slot: &mut T, json: &str) {
    *slot = parse(json);
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

/// Documented requests that break what their own page says, and what the mock has against them.
const BROKEN: [(&str, &str); 1] =
    [("hire.v1.job.combined_update", "`job_attribute` must be one of `1`, `2`")];

/// Each number as a float: 1 and 1.0 are one.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.iter().map(numbers).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), numbers(value))).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn every_operation_takes_its_documented_request_and_gives_its_documented_answer() {
    let api = hire_gen::load(hire_api::SCHEMA_DIR.as_ref()).unwrap_or_else(|problems| panic!("{problems}"));
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    let builder = Client::builder("cli_every", "secret").with_base_url(mock.url()).with_retry(Retry::never());
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
        // Where the page has none, the mock makes one up.
        let Some(example) = &endpoint.response_example else { continue };
        let example: Value = serde_json::from_str(&example.text).unwrap();
        let data = example.get("data").filter(|data| !data.is_null()).cloned();
        let data = data.unwrap_or(Value::Object(Map::new()));
        if numbers(&answer) != numbers(&data) {
            wrong.push(format!("{name}: {answer} is not {data}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(broken, BROKEN.iter().collect::<Vec<_>>(), "a request that is no longer broken");
    assert_eq!((mock.requests().len(), mock.token_fetches()), (api.endpoints.len(), 1));
}
