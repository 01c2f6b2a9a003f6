//! What is sent again, when, and how often.

use super::*;

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
async fn f33_a_system_error_is_repeated_where_that_is_safe_and_only_there() {
    let busy = || Reply::status(500, r#"{"code":1002001,"msg":"system error"}"#);
    let (answer, calls) = get([busy(), busy(), Reply::ok(OK)]).await;
    assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 3));
    let (error, calls) = refused([busy(), Reply::ok(OK)]).await;
    assert_eq!((error.code(), calls), (Some(1_002_001), 1));
    assert!(error.is_ambiguous(), "{error}");
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
async fn l08_a_server_that_is_down_is_not_buried_by_retries() {
    let server = Server::start((0..400).map(|_| Reply::status(503, "down")));
    let client = client(&server);
    for _ in 0..300 {
        let error = client.call(&Get::new("r1")).await.err().unwrap();
        assert!(!error.to_string().contains("stream"), "{error}");
    }
    assert!(server.calls() <= 300 + 500 / 14, "{}", server.calls());
}

#[tokio::test]
async fn attempts_that_lead_to_a_success_are_no_burden() {
    // Fifty attempts of this kind would cost more than the whole budget.
    let server =
        Server::start((0..100).map(|n| if n % 2 == 0 { Reply::status(502, "") } else { Reply::ok(OK) }));
    let client = client(&server);
    for n in 0..50 {
        assert!(client.call(&Get::new("r1")).await.is_ok(), "{n}");
    }
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
    let soon = CallOptions::new().with_retry(quick().with_deadline(Duration::from_millis(300)));
    let started = std::time::Instant::now();
    let server = Server::start([told("5")]);
    let error = client(&server).call_with(&Get::new("r1"), soon.clone()).await.err().unwrap();
    assert!(error.is_rate_limited(), "{error}");
    let server = Server::start([Reply::stall("HTTP/1.1 200 OK\r\n")]);
    let error = client(&server).call_with(&Get::new("r1"), soon).await.err().unwrap();
    assert!(error.is_timeout(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

/// A refusal that states how long to wait.
fn told(seconds: &str) -> Reply {
    Reply::status(429, r#"{"code":99991400,"msg":"no"}"#).with_header("x-ogw-ratelimit-reset", seconds)
}

#[tokio::test]
async fn however_many_are_told_to_wait_all_of_them_get_through() {
    let refused = (0..300).map(|_| told("0.5"));
    let server = Server::start(refused.chain((0..300).map(|_| Reply::ok(OK))));
    let client = client(&server);
    let calls: Vec<_> = (0..300).map(|_| tokio::spawn(client.call(&Get::new("r1")))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert!(server.calls() <= 600, "{}", server.calls());
}

#[tokio::test]
async fn a_server_says_by_retry_after_when_it_takes_calls_again() {
    let date = |second: u32| format!("Sun, 06 Nov 1994 08:49:{second:02} GMT");
    for status in [429, 503] {
        for after in ["1".to_owned(), date(38)] {
            let busy = Reply::status(status, "<html>busy</html>").with_header("retry-after", &after);
            let busy = busy.with_header("date", &date(37));
            let started = std::time::Instant::now();
            let (answer, calls) = get([busy, Reply::ok(OK)]).await;
            assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 2));
            assert!(started.elapsed() >= Duration::from_secs(1), "{status} {after}: {:?}", started.elapsed());
        }
    }
    // A caller that must not repeat it gets the time, too.
    let busy = Reply::status(503, "busy").with_header("retry-after", "4");
    let (error, calls) = refused([busy]).await;
    assert_eq!((error.retry_after(), calls), (Some(Duration::from_secs(4)), 1), "{error}");
    // In other answers the header has no known meaning.
    let moved = Reply::status(500, r#"{"code":1002053,"msg":"no"}"#).with_header("retry-after", "4");
    let (error, _) = refused([moved.with_header("x-ogw-ratelimit-reset", "7")]).await;
    assert_eq!(error.retry_after(), None, "{error}");
}
