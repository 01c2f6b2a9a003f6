//! Quotas: waited for, refused or ignored.

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
