//! The information that observers get, and never get.

use super::*;

/// Records all notices.
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

    fn waits(&self, wait: &Wait<'_>) {
        let line = format!("{} {:?} {}", wait.endpoint.name, wait.reason, wait.length.as_millis() / 1000);
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

#[tokio::test]
async fn waits_of_more_than_a_second_are_told_when_they_begin() {
    let limited = Reply::status(429, r#"{"code":99991400,"msg":"limit"}"#);
    let server =
        Server::start([limited.with_header("x-ogw-ratelimit-reset", "3"), Reply::ok(OK), Reply::ok(OK)]);
    let notes = Notes::default();
    let client = builder(&server).with_observer(notes.clone()).build().unwrap();
    let told = tokio::spawn(client.call(&Get::new("r1")));
    let lines = || notes.0.lock().unwrap().clone();
    while lines().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(lines()[1], "test.v1.record.get Retry 3");
    client.call(&Get::new("r1")).await.unwrap();
    told.await.unwrap().unwrap();
    assert!(lines()[2].starts_with("test.v1.record.get Asked"), "{:?}", lines());
}

/// Records how long each attempt waited for its quota.
#[derive(Clone, Default)]
struct Queued(Arc<Mutex<Vec<Duration>>>);

impl Observer for Queued {
    fn attempted(&self, attempt: &Attempt<'_>) {
        self.0.lock().unwrap().push(attempt.queued);
    }
}

#[tokio::test]
async fn an_attempt_tells_how_long_it_waited_for_its_quota() {
    let server = Server::start((0..21).map(|_| Reply::ok(OK)));
    let queued = Queued::default();
    let client = builder(&server).with_observer(queued.clone()).build().unwrap();
    let request = List::new();
    // Twenty a second.
    for answer in futures_util::future::join_all((0..21).map(|_| client.call(&request))).await {
        answer.unwrap();
    }
    let queued = queued.0.lock().unwrap();
    let waited = queued.iter().filter(|time| **time > Duration::from_millis(500)).count();
    assert_eq!(waited, 1, "{queued:?}");
}

#[tokio::test]
async fn the_attempt_whose_token_is_refused_can_be_watched() {
    let refused = Reply::status(400, r#"{"code":99991663,"msg":"expired"}"#);
    let server = Server::start([refused, Reply::ok(OK)]);
    let notes = Notes::default();
    let client = builder(&server).with_observer(notes.clone()).build().unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    let expected = [
        "test.v1.record.get 1 Some(400) Some(99991663) None true",
        "test.v1.record.get 2 Some(200) Some(0) None false",
    ];
    assert_eq!(*notes.0.lock().unwrap(), expected);
}

/// Receives everything that the tests make this crate and the HTTP library log, at every level, and panics if it is
/// secret or personal.
#[cfg(feature = "tracing")]
pub(crate) fn listen() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(|| Ear);
        tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    });
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn listen() {}

#[cfg(feature = "tracing")]
struct Ear;

/// How many attempts of [`Log`] were logged.
#[cfg(feature = "tracing")]
static HEARD: AtomicUsize = AtomicUsize::new(0);

#[cfg(feature = "tracing")]
impl std::io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        for secret in [CANARY, "t-server", "hush-9c1"] {
            assert!(!line.contains(secret), "{secret} was logged: {line}");
        }
        let is_attempt = line.contains("endpoint=\"test.v1.record.log\"") && line.contains(" attempt=");
        HEARD.fetch_add(usize::from(is_attempt), Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// No other test calls it, so that what is heard of it was caused here.
#[cfg(feature = "tracing")]
#[derive(Endpoint)]
#[hire(name = "test.v1.record.log", method = "POST", path = "/open-apis/records/:id", response = Record)]
struct Log {
    #[hire(path)]
    id: String,
    #[hire(query)]
    email: Option<String>,
    #[hire(sensitive)]
    name: String,
}

#[cfg(feature = "tracing")]
#[tokio::test]
async fn x01_nothing_secret_or_personal_is_logged_at_any_level() {
    for reply in [
        Reply::ok(OK),
        Reply::close(),
        Reply::status(400, r#"{"code":1002002,"msg":"hush-9c1 is taken"}"#),
        Reply::status(400, r#"{"code":99991663,"msg":"t-server-1"}"#),
        Reply::status(502, "<html>canary-7f3a</html>"),
    ] {
        let before = HEARD.load(Ordering::SeqCst);
        let server = Server::start([reply, Reply::ok(OK)]);
        let (id, email, name) = ("r1".to_owned(), format!("{CANARY}@mail.example"), format!("{CANARY}-name"));
        drop(client(&server).call(&Log { id, email: Some(email), name }).await);
        assert!(HEARD.load(Ordering::SeqCst) > before);
    }
}
