//! Calls in general: checked first, with or without a spec.

use super::*;

#[tokio::test]
async fn what_is_wrong_is_told_before_anything_is_sent_unless_validation_is_off() {
    let server = Server::start([Reply::ok(OK)]);
    let long = Create::new("", "x".repeat(21));
    let error = client(&server).call(&long).await.err().unwrap();
    let paths: Vec<&str> = error.violations().iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["name", "id"]);
    assert!(error.is_refused() && !error.is_ambiguous());
    assert_eq!(server.fetches(), 0);

    let builder = Client::builder("cli_test", "secret").with_base_url(server.url()).with_validation(false);
    let client = builder.build().unwrap();
    assert!(
        client.call(&long).await.err().unwrap().is_refused(),
        "a path that leads elsewhere is always refused"
    );
    client.call(&Create::new("1", "x".repeat(21))).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_without_a_spec_goes_the_same_way() {
    static OTHER: Metadata = Metadata::new("other.v1.thing.get", Method::Get, "/open-apis/things/:id")
        .with_use(Quota::Special, Safety::Safe);
    let answer = Reply::ok(r#"{"code":0,"msg":"fine","data":{"big":12345678901234567890}}"#);
    let server = Server::start([Reply::close(), answer.with_header("x-tt-logid", "log-2")]);
    let mut draft = Draft::new(&OTHER);
    draft.path("id", &"a/b".to_owned());
    draft.query("q", &"1&2".to_owned());
    let client = client(&server);
    let answer = client.call_untyped(draft, CallOptions::new()).await.unwrap();
    assert_eq!(answer.data.get(), r#"{"big":12345678901234567890}"#);
    assert_eq!(
        (answer.status, answer.message.as_str(), answer.log_id.as_deref()),
        (200, "fine", Some("log-2"))
    );
    assert_eq!(
        (server.calls(), server.fetches(), server.queries().last().unwrap().as_str()),
        (2, 1, "q=1%262")
    );
    let mut elsewhere = Draft::new(&OTHER);
    elsewhere.path("id", &"..".to_owned());
    let error = client.call_untyped(elsewhere, CallOptions::new()).await.err().unwrap();
    assert!(error.is_refused(), "{error}");
}

#[tokio::test]
async fn what_came_beside_the_data_can_be_had() {
    let server = Server::start([Reply::ok(OK).with_header("x-request-id", "log-3")]);
    let answer = client(&server).answer(&Get::new("r1"), CallOptions::new()).await.unwrap();
    assert_eq!((answer.data.id.as_deref(), answer.log_id.as_deref()), (Some("1"), Some("log-3")));
    assert_eq!(
        (answer.headers.get("X-Request-Id"), answer.body.to_vec()),
        (Some("log-3"), OK.as_bytes().to_vec())
    );
    assert_eq!(answer.headers.iter().count(), 2);
}

#[tokio::test]
async fn a_future_needs_neither_the_request_nor_the_client() {
    fn free<T: Send + 'static>(value: T) -> T {
        value
    }
    let server = Server::start([Reply::ok(OK)]);
    let call = free(client(&server).call(&request()));
    tokio::spawn(call).await.unwrap().unwrap();
}
