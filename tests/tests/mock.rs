//! The mock and the client, which read the schema independently, compared with each other.

use hire_api::contact::v3::employee_type_enum::update as employee_type;
use hire_api::contact::v3::types::{EnumStatus, I18nContent};
use hire_api::hire::v1::talent::{combined_create, onboard_status};
use hire_api::hire::v1::types::{CustomField, Gender};
use hire_api::{Client, Endpoint, Error, Retry};
use hire_gen::mock::Mock;
use serde_json::{Value, json};

const CREATE: &str = "hire.v1.talent.combined_create";

async fn mock() -> Mock {
    Mock::start(hire_api::SCHEMA_DIR).await.unwrap()
}

/// Without validation, so that wrong requests reach the mock, and with one attempt, so that its answer is visible.
fn client(mock: &Mock) -> Client {
    let builder = Client::builder("cli_mock", "secret").with_base_url(mock.url());
    builder.with_validation(false).with_retry(Retry::never()).build().unwrap()
}

fn create() -> combined_create::Request {
    combined_create::Request::new(combined_create::BasicInfo::new("张三").gender(Gender::Male))
}

async fn call(mock: &Mock, request: combined_create::Request) -> Result<combined_create::Response, Error> {
    client(mock).hire().v1().talent().combined_create(request).await
}

/// The mock's problems with a body that the client refuses to build.
async fn refusal(mock: &Mock, body: Value) -> Value {
    let (status, text) = authorized(mock, "/open-apis/hire/v1/talents/combined_create", &body).await;
    assert_eq!(status, 400, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["code"], 1_002_002);
    answer["error"]["field_violations"].clone()
}

/// A POST over a bare socket, with a token.
async fn authorized(mock: &Mock, path: &str, body: &Value) -> (u16, String) {
    let token = post(mock, TOKEN, "", &json!({"app_id": "cli_mock", "app_secret": "secret"})).await.1;
    let token: Value = serde_json::from_str(&token).unwrap();
    let header = format!("authorization: Bearer {}\r\n", token["tenant_access_token"].as_str().unwrap());
    post(mock, path, &header, body).await
}

const TOKEN: &str = "/open-apis/auth/v3/tenant_access_token/internal";

async fn post(mock: &Mock, path: &str, headers: &str, body: &Value) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let body = body.to_string();
    let mut stream = tokio::net::TcpStream::connect(mock.address()).await.unwrap();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n");
    let request = format!("{head}{headers}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn the_documented_examples_are_answered_with_their_documented_answers() {
    let mock = mock().await;
    let answer = call(&mock, create()).await.unwrap();
    assert_eq!(answer.talent_id.as_deref(), Some("7021471300428613932"));
    let example = include_str!("../../schema/hire/v1/talent/combined_create.request.json");
    let (status, _) = authorized(
        &mock,
        "/open-apis/hire/v1/talents/combined_create",
        &serde_json::from_str(example).unwrap(),
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_wrong_type_an_unknown_enum_value_and_a_missing_field_are_answered_as_feishu_does() {
    let mock = mock().await;
    let body = json!({
        "basic_info": {"gender": 99, "mobile": 182},
        "education_list": [{"customized_data": [{"value": ["x"]}]}],
        "career_lst": [],
    });
    let violations = refusal(&mock, body).await;
    let fields: Vec<&str> =
        violations.as_array().unwrap().iter().map(|violation| violation["field"].as_str().unwrap()).collect();
    let expected = [
        "basic_info.name",
        "basic_info.mobile",
        "basic_info.gender",
        "education_list[0].customized_data[0].value",
        "career_lst",
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn what_the_client_would_refuse_the_mock_refuses_at_the_same_place() {
    let mock = mock().await;
    let checked = Client::builder("cli_mock", "secret").with_base_url(mock.url()).build().unwrap();
    let talents = onboard_status::Request::new("1", onboard_status::OnboardOperation::Offboard);
    let long = I18nContent::new().locale("zh_cn").value("专".repeat(101));
    let rename = employee_type::Request::new("1", "", EnumStatus::Active).i18n_content([long]);

    let ours = checked.hire().v1().talent().onboard_status(talents.clone()).await.unwrap_err();
    let theirs = client(&mock).hire().v1().talent().onboard_status(talents).await.unwrap_err();
    assert_eq!(ours.violations()[0].path, theirs.field_violations()[0].field);

    let ours = checked.contact().v3().employee_type_enum().update(rename.clone()).await.unwrap_err();
    let theirs = client(&mock).contact().v3().employee_type_enum().update(rename).await.unwrap_err();
    let ours: Vec<&str> = ours.violations().iter().map(|violation| violation.path.as_str()).collect();
    let theirs: Vec<&str> =
        theirs.field_violations().iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!((&ours, ours.len()), (&theirs, 2));
}

#[tokio::test]
async fn it_answers_with_any_documented_error_as_long_as_it_is_told_to() {
    let mock = mock().await;
    for code in <combined_create::Request as Endpoint>::METADATA.errors {
        mock.answer(CREATE, code.code).unwrap();
        let error = call(&mock, create()).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (Some(code.code), Some(code.http)));
        assert_eq!(error.name(), Some(code.name));
    }
    mock.answer_normally(CREATE).unwrap();
    mock.answer_once(CREATE, 99_991_400).unwrap();
    assert!(call(&mock, create()).await.unwrap_err().is_rate_limited());
    call(&mock, create()).await.unwrap();
    mock.answer_once(CREATE, 99_991_400).unwrap();
    let patient = Client::builder("cli_mock", "secret").with_base_url(mock.url()).build().unwrap();
    patient.hire().v1().talent().combined_create(create()).await.unwrap();
    assert!(mock.answer(CREATE, 7).is_err());
    assert!(mock.answer("hire.v1.talent.nothing", 1_002_001).is_err());
}

#[tokio::test]
async fn f21_a_revoked_token_costs_one_fetch_and_no_call_fails() {
    let mock = mock().await;
    let client = client(&mock);
    client.hire().v1().talent().combined_create(create()).await.unwrap();
    mock.revoke_tokens();
    client.hire().v1().talent().combined_create(create()).await.unwrap();
    assert_eq!(mock.token_fetches(), 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_answered() {
    let mock = mock().await;
    let (_, answer) = post(&mock, "/open-apis/hire/v1/talents/combined_create", "", &json!({})).await;
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["code"], 99_991_661);
}

#[tokio::test]
async fn x01_neither_side_shows_what_is_personal() {
    let mock = mock().await;
    let secret = CustomField::new().object_id("1").value("canary");
    let request = combined_create::Request::new(
        combined_create::BasicInfo::new("canary").email("canary@x").customized_data([secret]),
    );
    assert!(!format!("{request:?}").contains("canary"));
    call(&mock, request).await.unwrap();
    assert!(!format!("{:?}", mock.requests()).contains("canary"));
    let violations = refusal(&mock, json!({"basic_info": {"name": {"canary": 1}, "email": 7}})).await;
    assert!(!violations.to_string().contains("canary"));
}
