//! Middleware, which sees every attempt: it can add headers or stop the attempt, and nothing else.

use hire_api::{Middleware, Outbound, Passed};

use super::*;

/// What the middleware does with an attempt.
#[derive(Clone)]
enum Does {
    Adds(&'static str, String),
    Stops(&'static str),
    StopsAt(u32),
    Takes(Duration),
}

struct Doing(Does, Arc<AtomicUsize>);

impl Middleware for Doing {
    fn pass<'a>(&'a self, outbound: &'a mut Outbound<'_>) -> Passed<'a> {
        Box::pin(async move {
            self.1.fetch_add(1, Ordering::SeqCst);
            assert!(!format!("{outbound:?}").contains(CANARY));
            assert_eq!(outbound.attempt() as usize, self.1.load(Ordering::SeqCst));
            assert!(outbound.path().starts_with("/open-apis/records"));
            match &self.0 {
                Does::Adds(name, value) => outbound.add_header(*name, value.clone()),
                Does::Stops(why) => return Err(Error::stopped(*why)),
                Does::StopsAt(attempt) if *attempt == outbound.attempt() => {
                    return Err(Error::stopped("enough"));
                }
                Does::StopsAt(_) => {}
                Does::Takes(time) => tokio::time::sleep(*time).await,
            }
            Ok(())
        })
    }
}

fn doing(server: &Server, does: Does) -> (ClientBuilder, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    (builder(server).with_middleware(Doing(does, Arc::clone(&seen))), seen)
}

#[tokio::test]
async fn each_attempt_passes_and_its_headers_go_before_others() {
    let busy = || Reply::status(503, "");
    let server = Server::start([busy(), busy(), Reply::ok(OK)]);
    let (builder, seen) = doing(&server, Does::Adds("x-team", format!("{CANARY}-middleware")));
    let client = builder.with_header("x-team", "client").build().unwrap();
    let options = CallOptions::new().with_header("x-team", "call").with_header("x-call", "1");
    client.call_with(&Get::new("r1"), options).await.unwrap();
    assert_eq!((server.calls(), seen.load(Ordering::SeqCst)), (3, 3));
    for head in server.heads() {
        assert!(head.contains(&format!("x-team: {CANARY}-middleware\r\n")) && head.contains("x-call: 1\r\n"));
        assert_eq!(head.matches("x-team").count(), 1);
    }
}

#[tokio::test]
async fn what_is_stopped_is_not_sent_and_not_tried_again() {
    let server = Server::start([Reply::ok(OK)]);
    let (builder, seen) = doing(&server, Does::Stops("the circuit is open"));
    let error = builder.build().unwrap().call(&request()).await.err().unwrap();
    assert!(error.to_string().contains("a middleware stopped it: the circuit is open"), "{error}");
    assert!(!error.is_ambiguous() && !error.is_connect());
    assert_eq!((server.calls(), seen.load(Ordering::SeqCst), error.attempts()), (0, 1, 0));
    shows_nothing(&error);
    // An earlier attempt may have been processed.
    let server = Server::start([Reply::close(), Reply::ok(OK)]);
    let (builder, _) = doing(&server, Does::StopsAt(2));
    let error = builder.build().unwrap().call(&Get::new("r1")).await.err().unwrap();
    assert!(error.is_ambiguous() && error.to_string().contains("enough"), "{error}");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn no_middleware_takes_the_place_of_what_a_request_has() {
    for name in ["Authorization", "Host", "content-length", "x-a\r\nhost"] {
        let server = Server::start([Reply::ok(OK)]);
        let (builder, _) = doing(&server, Does::Adds(name, format!("{CANARY}-value")));
        let error = builder.build().unwrap().call(&request()).await.err().unwrap();
        assert!(!error.is_ambiguous() && server.calls() == 0, "{error}");
        shows_nothing(&error);
    }
}

#[tokio::test]
async fn a_middleware_that_never_ends_does_not_hold_the_call() {
    let server = Server::start([Reply::ok(OK)]);
    let (builder, _) = doing(&server, Does::Takes(Duration::from_secs(600)));
    let client = builder.with_retry(quick().with_deadline(Duration::from_millis(200))).build().unwrap();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.to_string().contains("longer than the call may") && server.calls() == 0, "{error}");
}

/// The first calls are slow: when they have passed, calls after them were sent in the next window.
struct Uneven(AtomicUsize);

impl Middleware for Uneven {
    fn pass<'a>(&'a self, _: &'a mut Outbound<'_>) -> Passed<'a> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) < 15;
        let time = Duration::from_millis(if first { 1600 } else { 0 });
        Box::pin(async move {
            tokio::time::sleep(time).await;
            Ok(())
        })
    }
}

/// A slot that expires while an attempt passes the middleware is taken again: the server never exceeds the quota.
#[tokio::test]
async fn a_slow_middleware_brings_no_two_windows_closer() {
    let server = Server::start((0..40).map(|_| Reply::ok(OK)));
    let client = builder(&server).with_middleware(Uneven(AtomicUsize::new(0))).build().unwrap();
    let times = Arc::new(Mutex::new(Vec::new()));
    let calls = (0..40).map(|_| {
        let (client, times) = (client.clone(), Arc::clone(&times));
        async move {
            client.call(&List::new()).await.unwrap();
            times.lock().unwrap().push(std::time::Instant::now());
        }
    });
    futures_util::future::join_all(calls).await;
    let times = times.lock().unwrap();
    for (at, first) in times.iter().enumerate() {
        let within =
            times[at..].iter().take_while(|time| **time < *first + Duration::from_millis(950)).count();
        assert!(within <= 20, "{within} within a second");
    }
}
