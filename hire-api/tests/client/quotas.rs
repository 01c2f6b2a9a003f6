//! Quotas: waiting, refusing or ignoring.

use std::net::TcpListener;

use hire_api::{AccessToken, Middleware, Outbound, Passed, TokenFuture, TokenProvider};
use tokio::time::Instant;

use super::company::Provided;
use super::faults::deaf;
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

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.rare.get", method = "GET", path = "/open-apis/rare", safety = "safe")]
#[hire(quota = "1/min", response = Record)]
struct Rare {}

#[tokio::test]
async fn a_call_without_a_connection_does_not_count() {
    // A closed port: every connection is refused.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let builder = || {
        Client::builder("cli_test", "secret")
            .with_base_url(format!("http://127.0.0.1:{port}"))
            .with_token_provider(Provided)
            .with_quotas(Quotas::WaitUpTo(Duration::ZERO))
            .with_retry(Retry::never())
    };
    // A client of reqwest takes an empty body before it has a connection.
    let given = reqwest::Client::builder().no_proxy().build().unwrap();
    for client in [builder(), builder().with_http_client(given)].map(|builder| builder.build().unwrap()) {
        for _ in 0..3 {
            let error = client.call(&Rare::new()).await.err().unwrap();
            assert!(error.is_connect(), "{error}");
        }
    }
}

#[tokio::test]
async fn a_call_that_gets_no_connection_holds_up_nobody() {
    let (_socket, url) = deaf().await;
    let client = Client::builder("cli_test", "secret")
        .with_base_url(url)
        .with_token_provider(Provided)
        .with_connect_timeout(Duration::from_millis(300))
        .with_retry(Retry::never())
        .build()
        .unwrap();
    let started = std::time::Instant::now();
    let request = Rare::new();
    for error in futures_util::future::join_all([(); 3].map(|()| client.call(&request))).await {
        assert!(error.err().unwrap().is_connect());
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

/// Gives tokens that expire after 30 seconds. The second fetch takes this long.
struct Brief {
    fetches: Arc<AtomicUsize>,
    takes: Duration,
}

impl TokenProvider for Brief {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(async {
            if self.fetches.fetch_add(1, Ordering::SeqCst) == 1 {
                tokio::time::sleep(self.takes).await;
            }
            Ok(AccessToken::new("t-1", Duration::from_secs(60)))
        })
    }
}

/// Records the second in which each attempt could be sent, and how many tokens had been fetched by then. Lets nothing
/// through.
struct Gate {
    started: Instant,
    fetches: Arc<AtomicUsize>,
    passes: Arc<Mutex<Vec<(u64, usize)>>>,
}

impl Middleware for Gate {
    fn pass<'a>(&'a self, _: &'a mut Outbound<'_>) -> Passed<'a> {
        let pass = (self.started.elapsed().as_secs(), self.fetches.load(Ordering::SeqCst));
        self.passes.lock().unwrap().push(pass);
        Box::pin(std::future::pending())
    }
}

/// Records the seconds of all waits.
#[derive(Clone, Default)]
struct Waits(Arc<Mutex<Vec<u64>>>);

impl Observer for Waits {
    fn attempted(&self, _: &Attempt<'_>) {}

    fn waits(&self, wait: &Wait<'_>) {
        self.0.lock().unwrap().push(wait.length.as_secs());
    }
}

/// Three calls of an endpoint that takes one per minute: when and with how many fetched tokens each could be sent, and
/// the waits that were told.
async fn three_a_minute_apart(takes: Duration) -> (Vec<(u64, usize)>, Vec<u64>) {
    let (fetches, passes, waits) = (Arc::<AtomicUsize>::default(), Arc::default(), Waits::default());
    let gate = Gate { started: Instant::now(), fetches: Arc::clone(&fetches), passes: Arc::clone(&passes) };
    let client = Client::builder("cli_test", "secret")
        .with_base_url("http://127.0.0.1:1")
        .with_token_provider(Brief { fetches, takes })
        .with_middleware(gate)
        .with_observer(waits.clone())
        .with_retry(Retry::never().with_deadline(Duration::from_secs(3600)))
        .build()
        .unwrap();
    // Each arrives a second after the one before it.
    let calls = (0..3).map(|second| {
        let call = client.call(&Rare::new());
        async move {
            tokio::time::sleep(Duration::from_secs(second)).await;
            call.await
        }
    });
    let calls = futures_util::future::join_all(calls);
    assert!(tokio::time::timeout(Duration::from_secs(600), calls).await.is_err(), "nothing is let through");
    (passes.lock().unwrap().clone(), waits.0.lock().unwrap().clone())
}

#[tokio::test(start_paused = true)]
async fn after_a_long_wait_the_token_is_fetched_again_if_it_has_expired_and_the_wait_is_told_once() {
    let (passes, waits) = three_a_minute_apart(Duration::ZERO).await;
    assert_eq!(passes, [(0, 1), (60, 2), (121, 3)]);
    assert_eq!(waits, [59, 119]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_takes_long_after_a_wait_brings_no_two_windows_closer() {
    let (passes, _) = three_a_minute_apart(Duration::from_secs(5)).await;
    assert_eq!(passes.len(), 3);
    for pair in passes.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 60, "{passes:?}");
    }
}
