//! The client against a server that misbehaves, row by row of what networks and servers do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends with a panic"
)]

mod server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt;
use hire_api::{
    Attempt, CallOptions, Client, Draft, Endpoint, Error, Metadata, Method, Model, Observer, Page, Paged,
    Quota, Quotas, Retry, Safety,
};
use server::{Reply, Server};

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.create", method = "POST", path = "/open-apis/records/:id", response = Record)]
#[hire(error(code = 1002053, http = 500, name = "AlreadyThere", advice = "Look at it first."))]
struct Create {
    #[hire(path)]
    id: String,
    #[hire(query)]
    email: Option<String>,
    #[hire(sensitive, max_length = 20)]
    name: String,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.get", method = "GET", path = "/open-apis/records/:id", safety = "safe")]
#[hire(response = Record)]
struct Get {
    #[hire(path)]
    id: String,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.list", method = "GET", path = "/open-apis/records", safety = "safe")]
#[hire(quota = "20/s", response = Record)]
struct List {}

#[derive(Clone, Default, Endpoint)]
#[hire(name = "test.v1.record.search", method = "GET", path = "/open-apis/records", safety = "safe")]
#[hire(response = Found, paging = "items")]
struct Search {
    #[hire(query)]
    page_token: Option<String>,
}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Found {
    items: Vec<String>,
    has_more: Option<bool>,
    page_token: Option<String>,
}

impl Paged for Search {
    type Item = String;

    fn at_page(self, page_token: String) -> Self {
        self.page_token(page_token)
    }

    fn page(response: Found) -> Page<String> {
        Page::new(response.items, response.has_more, response.page_token)
    }
}

/// A page with these items, and a token for the next one where there is one.
fn page(items: &[&str], next: Option<&str>) -> Reply {
    let next = next.map_or("false".to_owned(), |token| format!(r#"true,"page_token":"{token}""#));
    Reply::ok(&format!(r#"{{"code":0,"data":{{"items":{items:?},"has_more":{next}}}}}"#))
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.import", method = "POST", path = "/open-apis/records")]
#[hire(safety = "keyed(external_id)", response = Record)]
struct Import {
    external_id: Option<String>,
}

#[derive(Clone, Endpoint)]
#[hire(
    name = "test.v1.record.delete",
    method = "DELETE",
    path = "/open-apis/records/:id",
    safety = "idempotent"
)]
#[hire(response = Record)]
struct Delete {
    #[hire(path)]
    id: String,
}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Record {
    id: Option<String>,
    count: Option<i64>,
    tags: Vec<String>,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.todo.list", method = "GET", path = "/open-apis/todos", response = Record, tokens(user))]
struct ForUsers {}

const CANARY: &str = "canary-7f3a";
const OK: &str = r#"{"code":0,"msg":"ok","data":{"id":"1"}}"#;

fn client(server: &Server) -> Client {
    Client::builder("cli_test", format!("{CANARY}-secret"))
        .with_base_url(server.url())
        .with_timeout(Duration::from_secs(2))
        .with_retry(quick())
        .build()
        .unwrap()
}

/// The usual attempts, without the usual waits.
fn quick() -> Retry {
    Retry::new().with_base(Duration::from_millis(2)).with_throttled_base(Duration::from_millis(10))
}

/// One call of an endpoint that may be called twice.
async fn get(replies: impl IntoIterator<Item = Reply>) -> (Result<Record, Error>, usize) {
    let server = Server::start(replies);
    let answer = client(&server).call(&Get::new("r1")).await;
    if let Err(error) = &answer {
        shows_nothing(error);
    }
    (answer, server.calls())
}

fn request() -> Create {
    Create::new("r1", format!("{CANARY}-name")).email(format!("{CANARY}@mail.example"))
}

/// One call to a server that replies to it with these, one after the other; and how often the endpoint was reached.
async fn call(replies: impl IntoIterator<Item = Reply>) -> (Result<Record, Error>, usize) {
    let server = Server::start(replies);
    let answer = client(&server).call(&request()).await;
    if let Err(error) = &answer {
        shows_nothing(error);
    }
    (answer, server.calls())
}

async fn refused(replies: impl IntoIterator<Item = Reply>) -> (Error, usize) {
    let (answer, calls) = call(replies).await;
    (answer.expect_err("an error"), calls)
}

/// No secret, no token, no body, no query, in nothing that an error shows, its causes included.
fn shows_nothing(error: &Error) {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY) && !shown.contains("t-server"), "{shown}");
        cause = error.source();
    }
}

#[tokio::test]
async fn f01_a_refused_connection_is_an_error_and_nothing_was_sent() {
    let server = Server::start([]);
    let client = client(&server);
    server.stop();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
    shows_nothing(&error);
}

#[tokio::test]
async fn f05_to_f11_a_broken_answer_is_ambiguous_and_the_request_is_not_sent_again() {
    for reply in [
        Reply::close(),
        Reply::raw("HTTP/1.1 200 O"),
        Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":0}"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cod"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ] {
        let (error, calls) = refused([reply, Reply::ok(OK)]).await;
        assert!(error.is_ambiguous() && !error.is_timeout(), "{error}");
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn f06_a_kept_connection_that_closed_does_not_send_twice() {
    let server = Server::start([Reply::ok(OK), Reply::close(), Reply::ok(OK)]);
    let client = client(&server);
    client.call(&request()).await.unwrap();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn f13_a_stalled_answer_ends_with_the_timeout() {
    let (error, calls) = refused([Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")]).await;
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn f05_to_f11_f34_what_may_be_repeated_is_repeated() {
    for reply in [
        || Reply::close(),
        || Reply::raw("HTTP/1.1 200 O"),
        || Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":0}"),
        || Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cod"),
        || Reply::status(502, "<html>canary-7f3a</html>"),
        || Reply::status(503, ""),
        || Reply::status(504, "busy"),
    ] {
        let (answer, calls) = get([reply(), reply(), Reply::ok(OK)]).await;
        assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 3));
        let (answer, calls) = get([reply(), reply(), reply(), Reply::ok(OK)]).await;
        let error = answer.err().unwrap();
        assert_eq!((error.attempts(), calls), (3, 3), "{error}");
        assert!(error.is_ambiguous(), "{error}");
    }
}

#[tokio::test]
async fn f15_f18_f19_f21_throttling_is_waited_out_whatever_the_status_and_the_endpoint() {
    for status in [200, 400, 429] {
        let busy = || {
            let reply = Reply::status(status, r#"{"code":99991400,"msg":"too often"}"#);
            reply.with_header("x-ogw-ratelimit-reset", "0.2")
        };
        let started = std::time::Instant::now();
        let (answer, calls) = call([busy(), Reply::ok(OK)]).await;
        assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 2));
        assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
        let (error, calls) = refused([busy(), busy(), busy(), Reply::ok(OK)]).await;
        assert!(error.is_rate_limited() && !error.is_ambiguous(), "{error}");
        assert_eq!((error.retry_after(), calls), (Some(Duration::from_millis(200)), 3));
    }
}

#[tokio::test]
async fn f16_throttling_without_a_header_waits_all_the_same() {
    let started = std::time::Instant::now();
    let (answer, calls) = call([Reply::status(429, "slow down"), Reply::ok(OK)]).await;
    assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 2));
    assert!(started.elapsed() >= Duration::from_millis(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn f17_a_reset_that_is_too_far_away_is_an_error_at_once() {
    for value in ["1e9", "61", "99999999999999999999999"] {
        let reply =
            Reply::status(429, r#"{"code":99991400,"msg":"no"}"#).with_header("x-ogw-ratelimit-reset", value);
        let (error, calls) = refused([reply, Reply::ok(OK)]).await;
        assert!(error.is_rate_limited() && error.retry_after().unwrap() > Duration::from_secs(60), "{error}");
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn f20_a_used_up_month_is_not_waited_for() {
    let (error, calls) =
        refused([Reply::status(400, r#"{"code":99991403,"msg":"quota"}"#), Reply::ok(OK)]).await;
    assert!(!error.is_rate_limited(), "{error}");
    assert_eq!((error.name(), calls), (Some("MonthlyQuotaUsedUp"), 1));
}

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
async fn f33_a_system_error_is_repeated_where_that_is_safe_and_only_there() {
    let busy = || Reply::status(500, r#"{"code":1002001,"msg":"system error"}"#);
    let (answer, calls) = get([busy(), busy(), Reply::ok(OK)]).await;
    assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 3));
    let (error, calls) = refused([busy(), Reply::ok(OK)]).await;
    assert_eq!((error.code(), calls), (Some(1_002_001), 1));
}

#[tokio::test]
async fn f32_a_permanent_error_is_not_repeated_although_its_status_is_500() {
    let (answer, calls) =
        get([Reply::status(500, r#"{"code":1002053,"msg":"exists"}"#), Reply::ok(OK)]).await;
    assert_eq!((answer.err().unwrap().code(), calls), (Some(1_002_053), 1));
}

#[tokio::test]
async fn a_key_makes_a_request_repeatable_and_its_absence_does_not() {
    for (key, expected) in [(Some("k1"), 2), (None, 1)] {
        let server = Server::start([Reply::close(), Reply::ok(OK)]);
        let request = key.map_or_else(Import::new, |key| Import::new().external_id(key));
        let answer = client(&server).call(&request).await;
        assert_eq!((answer.is_ok(), server.calls()), (key.is_some(), expected));
    }
}

#[tokio::test]
async fn a_repeated_delete_that_finds_nothing_is_ambiguous() {
    let missing = Reply::status(400, r#"{"code":1002010,"msg":"not there"}"#);
    let server = Server::start([Reply::close(), missing]);
    let error = client(&server).call(&Delete::new("r1")).await.err().unwrap();
    assert_eq!((error.code(), error.attempts(), server.calls()), (Some(1_002_010), 2, 2));
    assert!(error.is_ambiguous(), "the first attempt may have deleted it");
}

#[tokio::test]
async fn l07_calls_wait_for_their_quota_and_other_endpoints_do_not() {
    let server = Server::start((0..43).map(|_| Reply::ok(OK)));
    let client = client(&server);
    let started = std::time::Instant::now();
    let calls: Vec<_> = (0..42).map(|_| tokio::spawn(client.call(&List::new()))).collect();
    client.call(&Get::new("r1")).await.unwrap();
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_used_up_quota_is_refused_or_ignored_where_that_was_asked_for() {
    for (quotas, expected) in [(Quotas::WaitUpTo(Duration::from_millis(10)), 20), (Quotas::Ignore, 25)] {
        let server = Server::start((0..25).map(|_| Reply::ok(OK)));
        let builder = Client::builder("cli_test", "secret").with_base_url(server.url()).with_quotas(quotas);
        let client = builder.build().unwrap();
        let calls: Vec<_> = (0..25).map(|_| tokio::spawn(client.call(&List::new()))).collect();
        let mut done = 0;
        for call in calls {
            match call.await.unwrap() {
                Ok(_) => done += 1,
                Err(error) => {
                    assert!(error.is_quota() && !error.is_ambiguous() && error.attempts() == 0, "{error}");
                    assert!(error.retry_after().unwrap() > Duration::from_millis(500), "{error}");
                }
            }
        }
        assert_eq!((done, server.calls()), (expected, expected));
    }
}

#[tokio::test]
async fn a_cancelled_call_leaves_token_and_quota_usable() {
    let server = Server::start((0..200).map(|_| Reply::ok(OK)));
    let client = client(&server);
    for step in 0..100_u64 {
        let call = client.call(&Get::new("r1"));
        drop(tokio::time::timeout(Duration::from_micros(step * 20), call).await);
    }
    client.call(&Get::new("r1")).await.unwrap();
    assert!(server.fetches() <= 101);
}

#[tokio::test]
async fn l09_pages_are_followed_to_the_end() {
    let replies = [page(&["a", "b"], Some("1")), page(&[], Some("=+/&")), page(&["c"], None)];
    let server = Server::start(replies);
    let client = client(&server);
    let mut items = client.items(Search::new());
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.unwrap());
    }
    assert_eq!((found.join(""), server.calls()), ("abc".to_owned(), 3));
    assert!(items.next().await.is_none());
    assert_eq!(server.queries(), ["", "page_token=1", "page_token=%3D%2B%2F%26"]);
}

#[tokio::test]
async fn l09_many_pages_are_a_stream() {
    let count = 2_000;
    let server =
        Server::start((0..count).map(|n| page(&["x"], (n + 1 < count).then(|| n.to_string()).as_deref())));
    let client = client(&server);
    let items = client.items(Search::new()).into_stream();
    assert_eq!(items.try_fold(0, |sum, _| async move { Ok(sum + 1) }).await.unwrap(), count);
}

#[tokio::test]
async fn f46_pages_that_cannot_be_followed_end_with_an_error() {
    let nowhere =
        [r#"{"code":0,"data":{"has_more":true}}"#, r#"{"code":0,"data":{"has_more":true,"page_token":""}}"#];
    for body in nowhere {
        let server = Server::start([Reply::ok(body), Reply::ok(body)]);
        let client = client(&server);
        let mut pages = client.pages(Search::new());
        let error = pages.next().await.unwrap().err().unwrap();
        assert!(error.to_string().contains("and not where"), "{error}");
        assert!(pages.next().await.is_none());
        assert_eq!(server.calls(), 1);
    }
    for circle in 1..9 {
        let server = Server::start((0..100).map(|n| page(&["x"], Some(&(n % circle).to_string()))));
        let client = client(&server);
        let mut pages = client.pages(Search::new());
        let error = loop {
            match pages.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("the circle of {circle} was not found"),
            }
        };
        assert!(error.to_string().contains("in a circle"), "{error}");
        assert!(server.calls() <= 1 + 3 * circle, "{} for a circle of {circle}", server.calls());
    }
}

#[tokio::test]
async fn f46_after_an_error_the_same_page_can_be_asked_for_again() {
    let expired = Reply::status(400, r#"{"code":40040,"msg":"page token expired"}"#);
    let server = Server::start([page(&["a"], Some("p2")), expired, page(&["b"], None), page(&["b"], None)]);
    let client = client(&server);
    let mut pages = client.pages(Search::new());
    assert_eq!(pages.resume_token(), None);
    pages.next().await.unwrap().unwrap();
    let token = pages.resume_token().unwrap().to_owned();
    assert_eq!(pages.next().await.unwrap().err().unwrap().code(), Some(40_040));
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["b"]);
    assert!(pages.next().await.is_none() && pages.resume_token().is_none());
    let mut later = client.pages(Search::new()).from_token(token);
    assert_eq!(later.next().await.unwrap().unwrap().items, ["b"]);
    assert_eq!(server.queries(), ["", "page_token=p2", "page_token=p2", "page_token=p2"]);
}

#[tokio::test]
async fn l08_a_server_that_is_down_is_not_buried_by_retries() {
    let server = Server::start((0..400).map(|_| Reply::status(503, "down")));
    let client = client(&server);
    for _ in 0..300 {
        assert!(client.call(&Get::new("r1")).await.is_err());
    }
    assert!(server.calls() <= 300 + 500 / 14, "{}", server.calls());
}

#[tokio::test]
async fn options_of_a_call_go_before_those_of_the_client() {
    let server = Server::start([Reply::close(), Reply::ok(OK)]);
    let options = CallOptions::new().with_retry(Retry::never());
    let error = client(&server).call_with(&Get::new("r1"), options).await.err().unwrap();
    assert_eq!((error.attempts(), server.calls()), (1, 1), "{error}");
}

#[tokio::test]
async fn a_deadline_ends_waits_and_attempts() {
    let busy =
        Reply::status(429, r#"{"code":99991400,"msg":"no"}"#).with_header("x-ogw-ratelimit-reset", "5");
    let server = Server::start([busy, Reply::stall("HTTP/1.1 200 OK\r\n")]);
    let client = client(&server);
    let soon = CallOptions::new().with_retry(quick().with_deadline(Duration::from_millis(300)));
    let started = std::time::Instant::now();
    let error = client.call_with(&Get::new("r1"), soon.clone()).await.err().unwrap();
    assert!(error.is_rate_limited(), "{error}");
    let error = client.call_with(&Get::new("r1"), soon).await.err().unwrap();
    assert!(error.is_timeout(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
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
async fn f31_f32_a_code_is_an_error_whatever_the_status() {
    for status in [200, 400, 500] {
        let answer = r#"{"code":1002053,"msg":"exists","error":{"log_id":"20240101","field_violations":
            [{"field":"name","value":"canary-7f3a-name","description":"taken"}]}}"#;
        let (error, calls) = refused([Reply::status(status, answer)]).await;
        assert_eq!((error.code(), error.name()), (Some(1_002_053), Some("AlreadyThere")));
        assert_eq!((error.status(), error.advice()), (Some(status), Some("Look at it first.")));
        assert_eq!(error.log_id(), Some("20240101"));
        assert_eq!(error.field_violations()[0].description, "taken");
        assert!(!error.is_ambiguous());
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn f34_to_f38_what_is_not_an_envelope_is_an_error() {
    for (status, body) in [
        (502, "<html>canary-7f3a</html>"),
        (200, "<html>log in, canary-7f3a</html>"),
        (404, "404 page not found"),
        (200, ""),
        (200, "{}"),
        (200, r#"{"code":0,"data":{"id":"1"}"#),
        (200, r#"{"code":0} canary-7f3a"#),
        (200, r#"{"code":5,"code":0,"data":{"id":"1"}}"#),
        (500, r#"{"code":0,"data":{"id":"1"}}"#),
        (200, r#"{"code":0,"data":{"count":"canary-7f3a"}}"#),
        (200, r#"{"code":0,"data":["canary-7f3a"]}"#),
        (200, r#"{"code":0,"data":{"count":9223372036854775808}}"#),
    ] {
        let (error, calls) = refused([Reply::status(status, body)]).await;
        assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
        assert!(error.is_ambiguous(), "{error}");
    }
}

#[tokio::test]
async fn f37_an_answer_of_another_shape_is_told_with_its_place() {
    let (error, _) = refused([Reply::ok(r#"{"code":0,"data":{"tags":["a",["b"]]}}"#)]).await;
    assert!(error.to_string().contains("data.tags[1]: "), "{error}");
}

#[tokio::test]
async fn f39_f40_missing_null_and_unknown_parts_are_fine() {
    for body in [
        r#"{"code":0}"#,
        r#"{"code":0,"data":null}"#,
        r#"{"code":0,"data":{}}"#,
        r#"{"code":0,"data":[]}"#,
        r#"{"code":0,"msg":7,"data":{"id":null,"tags":null,"new":{"a":[1]}},"more":true}"#,
    ] {
        let record = call([Reply::ok(body)]).await.0.unwrap();
        assert_eq!((record.id, record.count, record.tags.len()), (None, None, 0));
    }
}

#[tokio::test]
async fn f44_an_endless_answer_is_cut_off() {
    let (error, _) = refused([Reply::endless()]).await;
    assert!(error.to_string().contains("more than"), "{error}");
}

#[tokio::test]
async fn f45_garbage_in_place_of_http_is_an_error() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    for reply in [Reply::raw("\0\0\0\0\r\n\r\n"), Reply::raw("SSH-2.0-x\r\n"), Reply::raw(&long)] {
        let (error, calls) = refused([reply]).await;
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(calls, 1);
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
async fn x10_redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([Reply::ok(OK)]);
        let location = format!("{}/open-apis/records/r1", elsewhere.url());
        let (error, calls) = refused([Reply::redirect(status, &location), Reply::ok(OK)]).await;
        assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
        assert_eq!((elsewhere.calls(), elsewhere.fetches()), (0, 0));
    }
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

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn attempted(&self, attempt: &Attempt<'_>) {
        let Attempt { number, status, code, log_id, again_in, .. } = attempt;
        let line = format!(
            "{} {number} {status:?} {code:?} {log_id:?} {}",
            attempt.endpoint.name,
            again_in.is_some()
        );
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn every_attempt_can_be_watched() {
    let busy = Reply::status(500, r#"{"code":1002001,"msg":"busy"}"#).with_header("x-tt-logid", "log-1");
    let server = Server::start([busy, Reply::close(), Reply::ok(OK)]);
    let notes = Notes::default();
    let builder = Client::builder("cli_test", format!("{CANARY}-secret")).with_base_url(server.url());
    let client = builder.with_retry(quick()).with_observer(notes.clone()).build().unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    let expected = [
        r#"test.v1.record.get 1 Some(500) Some(1002001) Some("log-1") true"#,
        "test.v1.record.get 2 None None None true",
        "test.v1.record.get 3 Some(200) Some(0) None false",
    ];
    assert_eq!(*notes.0.lock().unwrap(), expected);
}

/// Everything that this thread logs, at every level, the HTTP library's own words included.
#[cfg(feature = "tracing")]
#[test]
fn x01_nothing_secret_or_personal_is_logged_at_any_level() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for reply in [
                Reply::ok(OK),
                Reply::close(),
                Reply::status(400, r#"{"code":1002002,"msg":"hush-9c1 is taken"}"#),
                Reply::status(400, r#"{"code":99991663,"msg":"t-server-1"}"#),
                Reply::status(502, "<html>canary-7f3a</html>"),
            ] {
                drop(call([reply, Reply::ok(OK)]).await);
            }
        });
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("endpoint=\"test.v1.record.create\""), "{log}");
    for secret in [CANARY, "t-server", "hush-9c1"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
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
