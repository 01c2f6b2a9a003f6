//! Tokens: fetched once, replaced once, never mixed up.

use super::*;

#[tokio::test]
async fn f22_a_token_endpoint_that_gives_the_refused_token_again_ends_the_call() {
    let same = r#"{"code":0,"msg":"ok","tenant_access_token":"t-server-same","expire":7200}"#;
    let refusal = || Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
    let server = Server::with_token(same, [refusal(), refusal(), Reply::ok(OK)]);
    let error = client(&server).call(&request()).await.err().unwrap();
    assert!(error.is_token(), "{error}");
    assert_eq!((server.calls(), server.fetches()), (1, 2));
    shows_nothing(&error);
}

#[tokio::test]
async fn f24_a_token_endpoint_that_is_down_for_a_moment_is_asked_again() {
    let server = Server::start([Reply::ok(OK)]);
    server.fail_tokens([Reply::status(500, "no"), Reply::status(503, "no")]);
    client(&server).call(&request()).await.unwrap();
    assert_eq!((server.calls(), server.fetches()), (1, 3));
}

#[tokio::test]
async fn f21_a_refused_token_is_replaced_once_and_the_request_resent() {
    for status in [200, 400, 401] {
        let refusal = Reply::status(status, r#"{"code":99991663,"msg":"Invalid access token"}"#);
        let server = Server::start([refusal, Reply::ok(OK)]);
        let record = client(&server).call(&request()).await.unwrap();
        assert_eq!(record.id.as_deref(), Some("1"));
        assert_eq!((server.calls(), server.fetches()), (2, 2));
    }
}

#[tokio::test]
async fn f21_a_token_refused_twice_is_an_error() {
    let refusal = || Reply::status(400, r#"{"code":99991663,"msg":"Invalid access token t-server-2"}"#);
    let replies = [Reply::status(400, r#"{"code":99991663,"msg":"no"}"#), refusal(), Reply::ok(OK)];
    let (error, calls) = refused(replies).await;
    assert_eq!((calls, error.code()), (2, Some(99_991_663)));
}

#[tokio::test]
async fn f26_odd_answers_of_the_token_endpoint_are_errors_and_nothing_is_sent() {
    for answer in [
        r#"{"code":10015,"msg":"app secret invalid canary-7f3a-secret"}"#,
        r#"{"code":0,"msg":"ok"}"#,
        r#"{"code":0,"msg":"ok","tenant_access_token":""}"#,
        r#"{"code":0,"msg":"ok","tenant_access_token":7}"#,
        "no json",
    ] {
        let server = Server::with_token(answer, [Reply::ok(OK)]);
        let error = client(&server).call(&request()).await.err().unwrap();
        assert!(error.is_token() && !error.is_ambiguous(), "{error}");
        assert_eq!(server.calls(), 0);
        shows_nothing(&error);
    }
}

#[tokio::test]
async fn l01_many_calls_on_a_cold_client_fetch_one_token() {
    let server = Server::start((0..200).map(|_| Reply::ok(OK)));
    let client = client(&server);
    let calls: Vec<_> = (0..200).map(|_| tokio::spawn(client.call(&request()))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((server.calls(), server.fetches()), (200, 1));
}

#[tokio::test]
async fn x14_clients_do_not_share_tokens() {
    let (one, other) = (Server::start([Reply::ok(OK)]), Server::start([Reply::ok(OK)]));
    client(&one).call(&request()).await.unwrap();
    client(&other).call(&request()).await.unwrap();
    assert_eq!((one.fetches(), other.fetches()), (1, 1));
}

#[tokio::test]
async fn an_endpoint_for_users_is_refused_before_anything_is_sent() {
    let server = Server::start([Reply::ok(OK)]);
    let error = client(&server).call(&ForUsers::new()).await.err().unwrap();
    assert!(error.is_refused(), "{error}");
    assert_eq!((server.calls(), server.fetches()), (0, 0));
}

#[tokio::test]
async fn a_user_token_is_sent_as_it_is_and_never_replaced() {
    let refusal = Reply::status(400, r#"{"code":99991677,"msg":"expired u-canary-7f3a"}"#);
    let invalid = Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
    let server = Server::start([Reply::ok(OK), refusal, invalid]);
    let client = client(&server);
    let options = || CallOptions::new().with_user_token("u-canary-7f3a");
    assert!(!format!("{:?}", options()).contains(CANARY));
    client.call_with(&ForUsers::new(), options()).await.unwrap();
    assert_eq!(server.tokens(), ["Bearer u-canary-7f3a"]);
    for code in [99_991_677, 99_991_663] {
        let error = client.call_with(&ForUsers::new(), options()).await.err().unwrap();
        assert_eq!(error.code(), Some(code));
        shows_nothing(&error);
    }
    assert_eq!((server.calls(), server.fetches()), (3, 0));
    let error = client.call_with(&Get::new("r1"), options()).await.err().unwrap();
    assert!(error.is_refused(), "{error}");
}

#[tokio::test]
async fn the_client_fetches_an_app_token_for_an_endpoint_that_accepts_no_other() {
    let granted = |token: &str| {
        Reply::ok(&format!(
            r#"{{"code":0,"app_access_token":"{token}","tenant_access_token":"t-0","expire":7200}}"#
        ))
    };
    let refused = Reply::status(400, r#"{"code":99991664,"msg":"expired"}"#);
    let server =
        Server::start([granted("a-1"), Reply::ok(OK), Reply::ok(OK), refused, granted("a-2"), Reply::ok(OK)]);
    let client = client(&server);
    for _ in 0..3 {
        client.call(&ForApps::new()).await.unwrap();
    }
    let path = "/open-apis/auth/v3/app_access_token/internal";
    let targets: Vec<String> = server.requests().into_iter().map(|(target, _)| target).collect();
    let ticket = "/open-apis/ticket";
    assert_eq!(targets, [path, ticket, ticket, ticket, path, ticket]);
    assert_eq!(server.tokens(), ["", "Bearer a-1", "Bearer a-1", "Bearer a-1", "", "Bearer a-2"]);
    assert_eq!(server.fetches(), 0, "no tenant access token is needed");
}

#[tokio::test]
async fn an_endpoint_for_app_tokens_takes_the_one_it_is_given() {
    struct Mine;
    impl hire_api::TokenProvider for Mine {
        fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> hire_api::TokenFuture<'a> {
            Box::pin(async { Ok(hire_api::AccessToken::new("t-mine", Duration::from_secs(7200))) })
        }
    }
    let server = Server::start([Reply::ok(OK)]);
    let client = builder(&server).with_token_provider(Mine).build().unwrap();
    let options = || CallOptions::new().with_app_token("a-canary-7f3a");
    assert!(!format!("{:?}", options()).contains(CANARY));
    client.call_with(&ForApps::new(), options()).await.unwrap();
    assert_eq!((server.tokens(), server.fetches()), (vec!["Bearer a-canary-7f3a".to_owned()], 0));
    for (error, text) in [
        (client.call(&ForApps::new()).await, "tenant access token"),
        (
            client.call_with(&ForApps::new(), CallOptions::new().with_user_token("u")).await,
            "user access token",
        ),
    ] {
        let error = error.err().unwrap();
        assert!(error.is_refused() && error.to_string().contains(text), "{error}");
    }
    let error = client.call_with(&Get::new("r1"), options()).await.err().unwrap();
    assert!(error.to_string().contains("app access token"), "{error}");
    assert_eq!(server.calls(), 1);
}
