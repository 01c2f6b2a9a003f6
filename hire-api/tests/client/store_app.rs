//! Store apps: a ticket leads to the app's token, and that to a token for each tenant. Also token providers.

use hire_api::{AccessToken, StoreApp, TokenFuture, TokenProvider};

use super::*;

const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token";
const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token";
const RESEND: &str = "/open-apis/auth/v3/app_ticket/resend";
const RECORD: &str = "/open-apis/records/r1";

fn app(server: &Server) -> StoreApp {
    let builder = Client::builder("cli_store", format!("{CANARY}-secret")).with_base_url(server.url());
    builder.with_retry(quick()).build_store_app().unwrap()
}

fn app_token(token: &str) -> Reply {
    Reply::ok(&format!(r#"{{"code":0,"msg":"ok","app_access_token":"{token}","expire":7140}}"#))
}

fn tenant_token(token: &str) -> Reply {
    Reply::ok(&format!(r#"{{"code":0,"msg":"ok","tenant_access_token":"{token}","expire":7140}}"#))
}

fn refusal(code: i64) -> Reply {
    Reply::status(400, &format!(r#"{{"code":{code},"msg":"no {CANARY}-token"}}"#))
}

fn targets(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|(target, _)| target).collect()
}

#[tokio::test]
async fn one_ticket_and_one_app_token_serve_all_tenants_and_each_has_its_own_token() {
    let server = Server::start([
        app_token("a-1"),
        tenant_token("t-one"),
        Reply::ok(OK),
        tenant_token("t-two"),
        Reply::ok(OK),
        Reply::ok(OK),
    ]);
    let app = app(&server);
    app.set_ticket("ticket-1");
    for tenant in ["one", "two", "one"] {
        app.tenant(tenant).unwrap().call(&Get::new("r1")).await.unwrap();
    }
    assert_eq!(targets(&server), [APP_TOKEN, TENANT_TOKEN, RECORD, TENANT_TOKEN, RECORD, RECORD]);
    let sent: Vec<(String, String)> = server.requests();
    assert!(sent[0].1.contains(r#""app_ticket":"ticket-1""#), "{}", sent[0].1);
    for (request, tenant) in [(1, "one"), (3, "two")] {
        let body: serde_json::Value = serde_json::from_str(&sent[request].1).unwrap();
        assert_eq!(body, serde_json::json!({"app_access_token": "a-1", "tenant_key": tenant}));
    }
    assert_eq!(server.tokens(), ["", "", "Bearer t-one", "", "Bearer t-two", "Bearer t-one"]);
}

#[tokio::test]
async fn without_a_ticket_feishu_is_asked_for_one_and_the_call_waits_for_it() {
    let pushed = Reply::ok(r#"{"code":0,"msg":"ok"}"#);
    let server = Server::start([pushed, app_token("a-1"), tenant_token("t-1"), Reply::ok(OK), Reply::ok(OK)]);
    let app = app(&server);
    let calls = ["r1", "r1"].map(|id| {
        let client = app.tenant("one").unwrap();
        tokio::spawn(async move { client.call(&Get::new(id)).await.map(drop) })
    });
    while targets(&server) != [RESEND] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.set_ticket("ticket-1");
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(targets(&server), [RESEND, APP_TOKEN, TENANT_TOKEN, RECORD, RECORD]);
}

#[tokio::test]
async fn an_endpoint_for_the_app_itself_takes_the_token_that_leads_to_those_of_tenants() {
    let server = Server::start([app_token("a-1"), tenant_token("t-one"), Reply::ok(OK), Reply::ok(OK)]);
    let app = app(&server);
    app.set_ticket("ticket-1");
    let client = app.tenant("one").unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    client.call(&ForApps::new()).await.unwrap();
    assert_eq!(server.tokens(), ["", "", "Bearer t-one", "Bearer a-1"]);
}

/// However many callers wait, Feishu is asked for a ticket once a minute.
#[tokio::test]
async fn feishu_is_asked_for_a_ticket_once_a_minute() {
    let server = Server::start((0..2).map(|_| Reply::ok(r#"{"code":0,"msg":"ok"}"#)));
    let app = app(&server);
    let give_up = async || {
        let client = app.tenant("one").unwrap();
        let options = CallOptions::new().with_retry(Retry::never().with_deadline(Duration::from_millis(300)));
        assert!(client.call_with(&Get::new("r1"), options).await.is_err());
    };
    let later = async |seconds: u64| {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        tokio::time::resume();
    };
    give_up().await;
    give_up().await;
    later(55).await;
    give_up().await;
    assert_eq!(targets(&server), [RESEND]);
    later(10).await;
    give_up().await;
    give_up().await;
    assert_eq!(targets(&server), [RESEND, RESEND]);
}

/// An answer that does not concern the ticket costs no second ticket.
#[tokio::test]
async fn a_ticket_that_was_not_refused_is_not_replaced() {
    let server = Server::start([Reply::status(400, r#"{"code":10003,"msg":"invalid param"}"#)]);
    let app = app(&server);
    app.set_ticket("ticket-1");
    let error = app.tenant("one").unwrap().call(&Get::new("r1")).await.err().unwrap();
    assert_eq!((error.code(), targets(&server)), (Some(10_003), vec![APP_TOKEN.to_owned()]));
    shows_nothing(&error);
}

#[tokio::test]
async fn a_refused_ticket_is_replaced_by_the_next_that_is_pushed() {
    let pushed = Reply::ok(r#"{"code":0,"msg":"ok"}"#);
    let replies = [refusal(10_012), pushed, app_token("a-1"), tenant_token("t-1"), Reply::ok(OK)];
    let server = Server::start(replies);
    let app = app(&server);
    app.set_ticket("ticket-old");
    let client = app.tenant("one").unwrap();
    let call = tokio::spawn(async move { client.call(&Get::new("r1")).await.map(drop) });
    while targets(&server).len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.set_ticket("ticket-new");
    call.await.unwrap().unwrap();
    assert_eq!(targets(&server), [APP_TOKEN, RESEND, APP_TOKEN, TENANT_TOKEN, RECORD]);
    assert!(server.requests()[2].1.contains("ticket-new"));
}

#[tokio::test]
async fn a_refused_app_token_is_replaced_once() {
    let server = Server::start([
        app_token("a-1"),
        refusal(99_991_664),
        app_token("a-2"),
        tenant_token("t-1"),
        Reply::ok(OK),
    ]);
    let app = app(&server);
    app.set_ticket("ticket-1");
    app.tenant("one").unwrap().call(&Get::new("r1")).await.unwrap();
    assert_eq!(targets(&server), [APP_TOKEN, TENANT_TOKEN, APP_TOKEN, TENANT_TOKEN, RECORD]);

    let server = Server::start([app_token(&format!("{CANARY}-token")), refusal(10_013), Reply::ok(OK)]);
    let app = self::app(&server);
    app.set_ticket(format!("{CANARY}-ticket"));
    let error = app.tenant("gone").unwrap().call(&Get::new("r1")).await.err().unwrap();
    assert!(error.is_token() && error.code() == Some(10_013), "{error}");
    shows_nothing(&error);
}

/// Counts its calls and returns numbered tokens.
struct Vault(AtomicUsize);

impl TokenProvider for Vault {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(async move {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Ok(AccessToken::new("t-vault", Duration::from_secs(7200))),
                1 => Ok(AccessToken::new(format!("{}-2", refused.unwrap()), Duration::from_secs(7200))),
                _ => Err(Error::no_token("the vault is shut")),
            }
        })
    }
}

#[tokio::test]
async fn tokens_of_a_provider_are_replaced_like_others_and_its_failure_is_told() {
    let refusal = || Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
    let server = Server::start([refusal(), Reply::ok(OK), refusal()]);
    let builder = Client::builder("cli_test", "").with_base_url(server.url());
    let client = builder.with_token_provider(Vault(AtomicUsize::new(0))).build().unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    let error = client.call(&Get::new("r1")).await.err().unwrap();
    assert!(error.is_token() && error.to_string().contains("the vault is shut"), "{error}");
    assert_eq!(server.tokens(), ["Bearer t-vault", "Bearer t-vault-2", "Bearer t-vault-2"]);
    assert_eq!(server.fetches(), 0);
}

#[tokio::test]
async fn a_tenant_without_a_key_is_refused_and_any_can_be_let_go() {
    let app = Client::builder("cli_test", "secret").build_store_app().unwrap();
    for key in ["", " ", "one\n", "\u{feff}one"] {
        assert!(app.tenant(key).unwrap_err().to_string().contains("tenant's key"), "{key:?}");
    }
    assert!(!app.forget_tenant("one"));
    drop(app.tenant("one").unwrap());
    assert!(app.forget_tenant("one") && !app.forget_tenant("one"));
}
