//! Users sign in, and calls are made on their behalf, against the mock.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends with a panic, and says what it skips"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hire_api::sign_in::{FileUsers, MemoryUsers, SignIn, SignInAttempt, SignedIn, UserStore, UserTokens};
use hire_api::{CallOptions, Client, Endpoint, Error, Model, StoreFuture};
use hire_gen::mock::Mock;

const BACK: &str = "https://app.example/back";
const OFFLINE: &[&str] = &["offline_access", "hire:todo:readonly"];

/// An endpoint that requires a user access token.
#[derive(Clone, Endpoint)]
#[hire(name = "hire.v1.todo.list", method = "GET", path = "/open-apis/hire/v1/todos", tokens(user), response = Todos)]
#[hire(safety = "safe")]
struct Todo {
    #[hire(rename = "type", query)]
    kind: String,
}

#[derive(Clone, Model)]
#[hire(response)]
struct Todos {
    has_more: Option<bool>,
}

async fn mock() -> Mock {
    Mock::start(hire_api::SCHEMA_DIR).await.unwrap()
}

fn client(mock: &Mock, store: impl UserStore) -> Client {
    let builder = Client::builder("cli_a", "app-secret-canary").with_base_url(mock.url());
    builder.with_accounts_url(mock.url()).with_user_store(store).build().unwrap()
}

/// Acts as a browser: opens the address and is redirected with this query.
fn browse(mock: &Mock, attempt: &SignInAttempt) -> String {
    let path = attempt.url().strip_prefix(mock.url()).unwrap();
    let mut stream = TcpStream::connect(mock.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let line = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    line.split_once('?').unwrap().1.to_owned()
}

async fn sign_in_with(mock: &Mock, client: &Client, scopes: &[&str]) -> Result<SignedIn, Error> {
    let sign_in = client.sign_in()?;
    let attempt = sign_in.start(BACK, scopes)?;
    // As in a web server: only the contents of the session are left.
    let restored = SignInAttempt::restore(attempt.state(), attempt.verifier(), BACK);
    sign_in.finish(&restored, &browse(mock, &attempt)).await
}

async fn sign_in(mock: &Mock, client: &Client) -> SignedIn {
    sign_in_with(mock, client, OFFLINE).await.unwrap()
}

async fn call(client: &Client, key: &str) -> Result<Todos, Error> {
    client.as_user(key).call(&Todo::new("evaluation")).await
}

#[tokio::test]
async fn u04_a_user_signs_in_and_calls_are_made_for_him() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let signed_in = sign_in(&mock, &client).await;
    assert_eq!(signed_in.user.name.as_deref(), Some("zhangsan"));
    assert_eq!(signed_in.tokens.scopes().collect::<Vec<_>>(), OFFLINE);
    let todos = call(&client, &signed_in.key).await.unwrap();
    assert!(todos.has_more.is_some());
    assert_eq!(client.sign_in().unwrap().user_info(&signed_in.key).await.unwrap(), signed_in.user);
    #[cfg(feature = "blocking")]
    {
        let blocking = hire_api::blocking::Client::new(client.clone()).unwrap();
        let (key, (done, called)) = (signed_in.key.clone(), tokio::sync::oneshot::channel());
        std::thread::spawn(move || {
            let as_user = blocking.as_user(key).call(&Todo::new("evaluation"));
            let as_app = blocking.call(&Todo::new("evaluation"));
            done.send((as_user, as_app)).ok();
        });
        let (as_user, as_app) = called.await.unwrap();
        assert!(as_user.unwrap().has_more.is_some());
        assert!(as_app.is_err_and(|error| error.is_refused()));
    }
    // Without a user the endpoint does not accept this client; the options of one call select another user.
    assert!(client.call(&Todo::new("evaluation")).await.is_err_and(|error| error.is_refused()));
    let options = CallOptions::new().with_user_token("u-somebody-else");
    client.as_user("nobody").call_with(&Todo::new("evaluation"), options).await.unwrap();
    assert_eq!((mock.token_fetches(), mock.user_refreshes()), (0, 0));
    let shown = format!("{signed_in:?} {client:?} {:?}", client.sign_in().unwrap());
    assert!(!shown.contains("canary") && !shown.contains("u-mock") && !shown.contains("zhangsan"), "{shown}");
}

#[tokio::test]
async fn u03_a_code_works_once_and_only_for_who_asked_for_it() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let sign_in = client.sign_in().unwrap();
    let attempt = sign_in.start(BACK, OFFLINE).unwrap();
    let query = browse(&mock, &attempt);
    let other = sign_in.start(BACK, OFFLINE).unwrap();
    assert!(sign_in.finish(&other, &query).await.is_err_and(|error| error.needs_sign_in()));
    let thief = SignInAttempt::restore(attempt.state(), other.verifier(), BACK);
    let error = sign_in.finish(&thief, &query).await.unwrap_err();
    assert_eq!((error.code(), error.needs_sign_in()), (Some(20049), true));
    sign_in.finish(&attempt, &query).await.unwrap();
    let error = sign_in.finish(&attempt, &query).await.unwrap_err();
    assert_eq!((error.code(), error.needs_sign_in()), (Some(20065), true));
    mock.deny_sign_in();
    let error = sign_in_with(&mock, &client, OFFLINE).await.unwrap_err();
    assert_eq!(error.to_string(), "the user did not agree");
}

#[tokio::test]
async fn u05_a_token_that_is_over_is_renewed_once_for_all_calls() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let key = sign_in(&mock, &client).await.key;
    for round in 1..4 {
        mock.expire_user_tokens();
        let calls = (0..20).map(|_| call(&client, &key));
        for answer in futures_util::future::join_all(calls).await {
            answer.unwrap();
        }
        assert_eq!(mock.user_refreshes(), round);
    }
}

#[tokio::test]
async fn u06_of_two_processes_one_renews_and_the_other_reads_the_store_again() {
    let mock = mock().await;
    let store = Arc::new(MemoryUsers::new());
    let clients = [client(&mock, Arc::clone(&store)), client(&mock, Arc::clone(&store))];
    let key = sign_in(&mock, &clients[0]).await.key;
    call(&clients[1], &key).await.unwrap();
    for _ in 0..5 {
        mock.expire_user_tokens();
        let both = futures_util::future::join(call(&clients[0], &key), call(&clients[1], &key)).await;
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    }
}

#[tokio::test]
async fn u07_a_lost_answer_is_told_once_and_never_a_loop() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let key = sign_in(&mock, &client).await.key;
    mock.expire_user_tokens();
    mock.lose_next_refresh();
    let error = call(&client, &key).await.unwrap_err();
    // It was sent twice: the second time it was already used.
    assert_eq!((error.code(), error.needs_sign_in(), mock.user_refreshes()), (Some(20073), true, 2));
    for _ in 0..3 {
        assert!(call(&client, &key).await.is_err_and(|error| error.needs_sign_in()));
    }
    assert_eq!(mock.user_refreshes(), 2);
    // The user signs in again, under the same key.
    assert_eq!(sign_in(&mock, &client).await.key, key);
    call(&client, &key).await.unwrap();
}

#[tokio::test]
async fn u08_an_endpoint_out_of_order_is_asked_once_more_with_the_same_token() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let key = sign_in(&mock, &client).await.key;
    for code in [20050, 20072] {
        mock.expire_user_tokens();
        mock.fail_next_user_token(code);
        call(&client, &key).await.unwrap();
    }
    mock.expire_user_tokens();
    mock.fail_next_user_token(20050);
    mock.fail_next_user_token(20050);
    let error = call(&client, &key).await.unwrap_err();
    assert_eq!((error.code(), error.needs_sign_in()), (Some(20050), false));
    // No tokens were forgotten because of that.
    call(&client, &key).await.unwrap();
}

/// Fails to store tokens this many times, and records what it was given.
#[derive(Default)]
struct Shaky {
    inner: MemoryUsers,
    fails: AtomicU32,
}

impl UserStore for Shaky {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>> {
        self.inner.load(user)
    }

    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()> {
        let fails = |left: u32| left.checked_sub(1);
        if self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            return Box::pin(async { Err(Error::no_store("away")) });
        }
        self.inner.save(user, tokens)
    }

    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()> {
        self.inner.remove(user)
    }

    fn lock<'a>(&'a self, user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        self.inner.lock(user, holder, lease)
    }

    fn unlock<'a>(&'a self, user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        self.inner.unlock(user, holder)
    }
}

#[tokio::test]
async fn u09_new_tokens_are_stored_before_they_are_used_and_not_lost_when_that_fails() {
    let mock = mock().await;
    let store = Arc::new(Shaky::default());
    let client = client(&mock, Arc::clone(&store));
    let key = sign_in(&mock, &client).await.key;
    mock.expire_user_tokens();
    store.fails.store(5, Ordering::SeqCst);
    mock.take_requests();
    assert!(call(&client, &key).await.is_err());
    // Only the refused call, and none with the new token.
    assert_eq!(mock.take_requests().iter().filter(|request| request.endpoint.is_some()).count(), 1);
    call(&client, &key).await.unwrap();
    assert_eq!(mock.user_refreshes(), 1);
}

#[tokio::test]
async fn u10_a_caller_that_gives_up_does_not_take_the_answer_along() {
    let mock =
        Mock::builder(hire_api::SCHEMA_DIR).with_latency(Duration::from_millis(100)).start().await.unwrap();
    let client = client(&mock, MemoryUsers::new());
    let key = sign_in(&mock, &client).await.key;
    mock.expire_user_tokens();
    // It is cancelled while the refresh token is in transit.
    let given_up = tokio::time::timeout(Duration::from_millis(150), call(&client, &key)).await;
    assert!(given_up.is_err());
    call(&client, &key).await.unwrap();
    assert_eq!(mock.user_refreshes(), 1);
}

#[tokio::test]
async fn u11_without_offline_access_the_error_says_what_to_ask_for() {
    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let key = sign_in_with(&mock, &client, &["hire:todo:readonly"]).await.unwrap().key;
    call(&client, &key).await.unwrap();
    mock.expire_user_tokens();
    let error = call(&client, &key).await.unwrap_err();
    assert!(error.needs_sign_in() && error.to_string().contains("offline_access"), "{error}");
    let error = call(&client, "nobody/at-all").await.unwrap_err();
    assert!(error.needs_sign_in(), "{error}");
}

#[tokio::test]
async fn u12_a_file_keeps_tokens_over_a_restart_and_only_its_owner_reads_it() {
    let (mock, folder) = (mock().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("users.json");
    let key = {
        let client = client(&mock, FileUsers::new(&path));
        sign_in(&mock, &client).await.key
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    mock.expire_user_tokens();
    let again = client(&mock, FileUsers::new(&path));
    call(&again, &key).await.unwrap();
    assert_eq!(mock.user_refreshes(), 1);
    // Beside it there are only the two empty lock files.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    // A damaged file is reported, and not mistaken for an empty one.
    std::fs::write(&path, "{").unwrap();
    mock.expire_user_tokens();
    let error = call(&client(&mock, FileUsers::new(&path)), &key).await.unwrap_err();
    assert!(!error.needs_sign_in() && error.to_string().contains("damaged"), "{error}");
    again.sign_in().unwrap().forget("somebody").await.unwrap_err();
}

#[tokio::test]
async fn u13_addresses_are_known_for_two_hosts_and_asked_for_elsewhere() {
    let page = |base_url: &str| {
        let client = Client::builder("cli_a", "s").with_base_url(base_url).build().unwrap();
        client.sign_in().and_then(|sign_in| Ok(sign_in.start(BACK, OFFLINE)?.url().to_owned()))
    };
    assert!(
        page(hire_api::FEISHU)
            .unwrap()
            .starts_with("https://accounts.feishu.cn/open-apis/authen/v1/authorize?")
    );
    assert!(
        page(hire_api::LARK)
            .unwrap()
            .starts_with("https://accounts.larksuite.com/open-apis/authen/v1/authorize?")
    );
    for base_url in ["https://open.feishu.cn.example.com", "https://feishu.cn", "https://open.feishu.cn/x"] {
        assert!(page(base_url).is_err(), "{base_url}");
    }
    let client = Client::builder("cli_a", "s").with_base_url("https://proxy.example").build().unwrap();
    assert!(call(&client, "k").await.is_err());
}

#[cfg(feature = "events")]
#[tokio::test]
async fn u14_a_revoked_user_is_forgotten_unless_he_has_signed_in_since() {
    use hire_api::event::{Events, Webhook};
    use hire_gen::mock::{Push, PushedEvent};

    let mock = mock().await;
    let client = client(&mock, MemoryUsers::new());
    let signed_in = sign_in(&mock, &client).await;
    let events = Events::new().with_sign_in(&client.sign_in().unwrap());
    let webhook = Webhook::new(events, "key").unwrap();
    let push = Push::to("http://127.0.0.1/").unwrap().with_encrypt_key("key");
    let push = push.with_app("cli_a", &signed_in.user.tenant_key);
    let payload =
        serde_json::json!({"open_id": signed_in.user.open_id, "revoke_token_type": "refresh_token"});
    let event = |id: &str| PushedEvent::new("auth.user_access_token.revoked_v4", payload.clone()).with_id(id);
    let early = push.sealed(&event("1"));
    tokio::time::sleep(Duration::from_millis(5)).await;
    sign_in(&mock, &client).await;
    let send = |sealed: hire_gen::mock::Sealed| {
        let webhook = webhook.clone();
        async move { webhook.answer(sealed.headers, sealed.body.as_bytes()).await.status }
    };
    assert_eq!(send(early).await, 200);
    call(&client, &signed_in.key).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(send(push.sealed(&event("2"))).await, 200);
    assert!(call(&client, &signed_in.key).await.is_err_and(|error| error.needs_sign_in()));
    assert_eq!(signed_in.key, SignIn::key(&signed_in.user.tenant_key, &signed_in.user.open_id));
}

/// Several processes, as far as this test can simulate them: clients that share nothing but Redis.
#[cfg(feature = "redis")]
#[tokio::test]
async fn u15_over_redis_one_of_several_processes_renews_and_all_go_on() {
    use std::process::{Command, Stdio};

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let launched = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .stdout(Stdio::null())
        .spawn();
    let Ok(mut redis) = launched else {
        println!("skipped: `redis-server` cannot be started");
        return;
    };
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let store = || hire_api::Redis::new(&format!("redis://127.0.0.1:{port}/")).unwrap();
    let mock = mock().await;
    let clients: Vec<_> = (0..4).map(|_| client(&mock, store())).collect();
    let key = sign_in(&mock, &clients[0]).await.key;
    for round in 1..4 {
        mock.expire_user_tokens();
        let calls = clients.iter().map(|client| call(client, &key));
        for answer in futures_util::future::join_all(calls).await {
            answer.unwrap();
        }
        assert_eq!(mock.user_refreshes(), round);
    }
    clients[1].sign_in().unwrap().forget(&key).await.unwrap();
    let fresh = client(&mock, store());
    assert!(call(&fresh, &key).await.is_err_and(|error| error.needs_sign_in()));
    redis.kill().unwrap();
    redis.wait().unwrap();
    let error = call(&fresh, &key).await.unwrap_err();
    assert!(!error.needs_sign_in(), "{error}");
}

#[tokio::test]
async fn u16_processes_that_share_a_file_lose_no_user_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.json");
    let tokens = |name: String| {
        let json = format!(
            r#"{{"access_token":"{name}","access_ends_ms":9,"refresh_token":"r","refresh_ends_ms":9,"granted_ms":1,"scope":""}}"#
        );
        UserTokens::from_json(&json).unwrap()
    };
    // Independent stores, as in separate processes.
    let stores: Vec<_> = (0..4).map(|_| FileUsers::new(&path)).collect();
    let saves = (0..40).map(|user| {
        let (store, user) = (&stores[user % 4], format!("user {user}"));
        async move { store.save(&user, &tokens(user.clone())).await.unwrap() }
    });
    futures_util::future::join_all(saves).await;
    for user in 0..40 {
        let name = format!("user {user}");
        assert!(stores[(user + 1) % 4].load(&name).await.unwrap() == Some(tokens(name)), "{user}");
    }
    // One of them renews; its lock ends with it.
    let lease = Duration::from_secs(60);
    assert!(stores[0].lock("a", "1", lease).await.unwrap());
    assert!(!stores[1].lock("a", "2", lease).await.unwrap());
    assert!(!stores[0].lock("a", "3", lease).await.unwrap());
    stores[0].unlock("a", "2").await.unwrap();
    assert!(!stores[1].lock("a", "2", lease).await.unwrap());
    drop(stores.into_iter().next());
    assert!(FileUsers::new(&path).lock("a", "4", Duration::ZERO).await.unwrap());
}

#[tokio::test]
async fn u17_new_tokens_never_take_the_place_of_newer_ones_nor_of_none() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = |refresh: &str| {
        let json = format!(
            r#"{{"access_token":"a","access_ends_ms":9,"refresh_token":"{refresh}","refresh_ends_ms":9,"granted_ms":1,"scope":""}}"#
        );
        UserTokens::from_json(&json).unwrap()
    };
    let stores: [Box<dyn UserStore>; 3] = [
        Box::new(MemoryUsers::new()),
        Box::new(FileUsers::new(folder.path().join("users.json"))),
        // With the default methods of the trait.
        Box::new(Shaky::default()),
    ];
    for store in &stores {
        store.save("u", &tokens("1")).await.unwrap();
        assert!(store.replace("u", &tokens("1"), &tokens("2")).await.unwrap());
        assert!(!store.replace("u", &tokens("1"), &tokens("3")).await.unwrap());
        assert!(store.load("u").await.unwrap() == Some(tokens("2")));
        store.remove("u").await.unwrap();
        assert!(!store.replace("u", &tokens("2"), &tokens("3")).await.unwrap());
        assert!(store.load("u").await.unwrap().is_none());
    }
}

/// Lets another process forget a user, or sign the user in again, while this one renews.
#[tokio::test]
async fn u18_a_renewal_brings_nobody_back_and_takes_nobodys_new_consent_away() {
    let mock =
        Mock::builder(hire_api::SCHEMA_DIR).with_latency(Duration::from_millis(100)).start().await.unwrap();
    let store = Arc::new(MemoryUsers::new());
    let elsewhere = client(&mock, MemoryUsers::new());
    let client = client(&mock, Arc::clone(&store));
    let key = sign_in(&mock, &client).await.key;
    mock.expire_user_tokens();
    let renewing = call(&client, &key);
    let forgetting = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        store.remove(&key).await.unwrap();
    };
    let (called, ()) = futures_util::future::join(renewing, forgetting).await;
    assert!(called.is_err_and(|error| error.needs_sign_in()));
    assert!(store.load(&key).await.unwrap().is_none());

    sign_in(&mock, &client).await;
    mock.expire_user_tokens();
    let again = sign_in(&mock, &elsewhere).await.tokens;
    let renewing = call(&client, &key);
    let signing_in = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        store.save(&key, &again).await.unwrap();
    };
    let (called, ()) = futures_util::future::join(renewing, signing_in).await;
    called.unwrap();
    assert!(store.load(&key).await.unwrap() == Some(again));
}

#[tokio::test]
async fn u19_a_store_that_stumbles_when_a_user_signs_in_costs_no_consent() {
    let mock = mock().await;
    let store = Arc::new(Shaky::default());
    let client = client(&mock, Arc::clone(&store));
    store.fails.store(4, Ordering::SeqCst);
    let key = sign_in(&mock, &client).await.key;
    call(&client, &key).await.unwrap();
}

/// Calls, cancelled callers, expired tokens, repeated sign-ins and a faulty store, in any order, in three processes:
/// nobody has to sign in again, and no refresh token is sent twice without need.
#[tokio::test]
async fn u20_whatever_happens_at_once_nobody_has_to_sign_in_again() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    fastrand::seed(seed);
    let mock =
        Mock::builder(hire_api::SCHEMA_DIR).with_latency(Duration::from_millis(5)).start().await.unwrap();
    let store = Arc::new(Shaky::default());
    let clients: Vec<_> = (0..3).map(|_| client(&mock, Arc::clone(&store))).collect();
    let key = sign_in(&mock, &clients[0]).await.key;
    let mut endings = 0;
    for _ in 0..40 {
        match fastrand::u8(0..6) {
            0..=2 => {
                mock.expire_user_tokens();
                endings += 1;
            }
            3 => store.fails.store(fastrand::u32(0..4), Ordering::SeqCst),
            4 => {
                sign_in(&mock, &clients[fastrand::usize(0..3)]).await;
            }
            _ => {}
        }
        let calls = (0..6).map(|_| {
            let (client, key) = (&clients[fastrand::usize(0..3)], &key);
            let patience = if fastrand::bool() { fastrand::u64(0..20) } else { 60_000 };
            let called = async move {
                match call(client, key).await {
                    // The mock expires tokens early, including those that another process has stored.
                    Err(error) if error.code() == Some(99_991_677) => call(client, key).await,
                    called => called,
                }
            };
            tokio::time::timeout(Duration::from_millis(patience), called)
        });
        for called in futures_util::future::join_all(calls).await.into_iter().flatten() {
            called.unwrap();
        }
    }
    for client in &clients {
        call(client, &key).await.or(call(client, &key).await).unwrap();
    }
    assert!(mock.user_refreshes() <= endings, "{} for {endings}", mock.user_refreshes());
}
