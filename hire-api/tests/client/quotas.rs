//! Quotas: waiting, refusing or ignoring.

use super::*;

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
async fn a_call_that_is_answered_with_a_failure_counts() {
    let failure = || Reply::status(400, r#"{"code":1002001,"msg":"no"}"#);
    let server = Server::start((0..20).map(|_| failure()).chain([Reply::ok(OK)]));
    let client = builder(&server).with_retry(Retry::never()).build().unwrap();
    let started = std::time::Instant::now();
    for _ in 0..20 {
        client.call(&List::new()).await.err().unwrap();
    }
    client.call(&List::new()).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
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
async fn whoever_gives_up_waiting_holds_up_nobody() {
    let server = Server::start((0..500).map(|_| Reply::ok(OK)));
    let client = client(&server);
    client.call(&Get::new("r1")).await.unwrap();
    let started = std::time::Instant::now();
    for _ in 0..20 {
        client.call(&List::new()).await.unwrap();
    }
    // Head, middle and tail of the line.
    let waiting: Vec<_> = (0..2000).map(|_| tokio::spawn(client.call(&List::new()))).collect();
    tokio::task::yield_now().await;
    for call in waiting {
        call.abort();
    }
    for _ in 0..100 {
        drop(tokio::time::timeout(Duration::from_millis(1), client.call(&List::new())).await);
    }
    // Twenty a second: behind 2,100 others, this one would be sent after two minutes.
    tokio::time::timeout(Duration::from_secs(20), client.call(&List::new())).await.unwrap().unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
}

/// The endpoint of [`Get`], declared a second time.
static SAME: Metadata = Metadata::new("own.record.get", Method::Get, "/open-apis/records/:record_id")
    .with_use(Quota::Special, Safety::Safe);

#[tokio::test]
async fn what_feishu_asks_for_binds_all_callers_of_the_endpoint_whatever_they_do_about_quotas() {
    for quotas in [Quotas::Wait, Quotas::WaitUpTo(Duration::from_secs(60)), Quotas::Ignore] {
        let no =
            Reply::status(429, r#"{"code":99991400,"msg":"no"}"#).with_header("x-ogw-ratelimit-reset", "1");
        let server = Server::start(std::iter::once(no).chain((0..7).map(|_| Reply::ok(OK))));
        let builder = Client::builder("cli_test", "secret").with_base_url(server.url()).with_quotas(quotas);
        let client = builder.build().unwrap();
        let once = CallOptions::new().with_retry(Retry::never());
        let refused = std::time::Instant::now();
        assert!(client.call_with(&Get::new("r1"), once).await.err().unwrap().is_rate_limited());
        // Other endpoints continue.
        client.call(&List::new()).await.unwrap();
        let draft = || {
            let mut draft = Draft::new(&SAME);
            draft.path("record_id", &"r1".to_owned());
            draft
        };
        assert_eq!(server.calls(), 2);
        let typed = (0..3).map(|_| tokio::spawn(client.call(&Get::new("r1"))));
        let untyped = (0..3).map(|_| tokio::spawn(client.call_untyped(draft(), CallOptions::new())));
        let (typed, untyped): (Vec<_>, Vec<_>) = (typed.collect(), untyped.collect());
        tokio::time::sleep(Duration::from_millis(900).saturating_sub(refused.elapsed())).await;
        assert!(server.calls() == 2 || refused.elapsed() >= Duration::from_secs(1), "{quotas:?}");
        for call in typed {
            call.await.unwrap().unwrap();
        }
        for call in untyped {
            call.await.unwrap().unwrap();
        }
        assert!(refused.elapsed() >= Duration::from_secs(1), "{quotas:?}: {:?}", refused.elapsed());
    }
}

#[tokio::test]
async fn one_runtime_that_stands_still_holds_up_no_other_one() {
    let server = Server::start((0..61).map(|_| Reply::ok(OK)));
    let client = client(&server);
    let still = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = std::thread::spawn(move || {
        let (mut first, calls) = (client.clone(), client);
        let waiting = still.block_on(async {
            first = calls.clone();
            for _ in 0..20 {
                calls.call(&List::new()).await.unwrap();
            }
            let waiting: Vec<_> = (0..5).map(|_| tokio::spawn(calls.call(&List::new()))).collect();
            tokio::task::yield_now().await;
            waiting
        });
        // Nobody polls it from here on.
        std::mem::forget((still, waiting));
        first
    })
    .join()
    .unwrap();
    for _ in 0..20 {
        tokio::time::timeout(Duration::from_secs(20), client.call(&List::new())).await.unwrap().unwrap();
    }
}
