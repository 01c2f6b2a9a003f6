//! Things that must never happen: a secret shown, a token sent elsewhere, a header forged.

use super::*;

#[tokio::test]
async fn x03_no_error_shows_a_query_or_a_body() {
    for reply in
        [Reply::close(), Reply::status(404, "no"), Reply::ok("no"), Reply::redirect(302, "/canary-7f3a")]
    {
        let server = Server::start([reply]);
        let error = client(&server).call(&request()).await.err().unwrap();
        assert!(server.queries()[0].contains("canary-7f3a"), "the query has it");
        shows_nothing(&error);
    }
}

#[tokio::test]
async fn x06_a_token_that_would_forge_a_header_is_refused_before_anything_is_sent() {
    let server = Server::start([Reply::ok(OK)]);
    for token in ["u-canary-7f3a\r\nhost: evil.test", "u-canary-7f3a\n", "u-canary-7f3a\0", "u-canary-7f3a中"]
    {
        let options = CallOptions::new().with_user_token(token);
        let error = client(&server).call_with(&ForUsers::new(), options).await.err().unwrap();
        assert!(error.to_string().contains("headers do not allow"), "{error}");
        assert!(!error.is_ambiguous(), "{error}");
        shows_nothing(&error);
    }
    assert_eq!((server.calls(), server.fetches()), (0, 0));
}

#[test]
fn x09_plain_http_is_for_loopback_only() {
    for url in ["http://open.feishu.cn", "http://192.168.0.1", "http://[fd00::1]"] {
        let error = Client::builder("cli_test", "secret").with_base_url(url).build().err().unwrap();
        assert!(error.to_string().contains("`http://` is for loopback only"), "{error}");
    }
}

#[tokio::test]
async fn x14_many_apps_and_servers_at_once_never_mix_their_tokens() {
    let servers: Vec<Server> = (0..4).map(|_| Server::start((0..150).map(|_| Reply::ok(OK)))).collect();
    let mut calls = tokio::task::JoinSet::new();
    let mut clients = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        // All servers number their tokens alike; one additional fetch makes them distinct.
        for app in 0..3 {
            let builder =
                Client::builder(format!("cli_{number}_{app}"), "secret").with_base_url(server.url());
            clients.push(builder.build().unwrap());
        }
    }
    for _ in 0..50 {
        for client in &clients {
            calls.spawn(client.call(&Get::new("r1")));
        }
    }
    assert!(calls.join_all().await.into_iter().all(|call| call.is_ok()));
    for server in &servers {
        assert_eq!((server.calls(), server.fetches()), (150, 3));
        let tokens = server.tokens();
        for token in 1..=3 {
            let bearer = format!("Bearer t-server-{token}");
            assert_eq!(tokens.iter().filter(|sent| **sent == bearer).count(), 50);
        }
    }
}

/// A separate process, which the test below starts.
#[tokio::test]
#[ignore = "another test starts it in a process of its own, with the environment it needs"]
async fn behind_a_proxy() {
    if let Ok(url) = std::env::var("TEST_URL") {
        let client = Client::builder("cli_test", "secret").with_base_url(url).build().unwrap();
        client.call(&Get::new("r1")).await.unwrap();
    }
}

#[test]
fn x15_proxies_of_the_environment_get_nothing() {
    let (server, proxy) = (Server::start([Reply::ok(OK)]), Server::start([]));
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "safety::behind_a_proxy", "--ignored", "--quiet"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.url());
    }
    let status = command.env("TEST_URL", server.url()).stdout(std::process::Stdio::null()).status().unwrap();
    assert!(status.success());
    assert_eq!((server.calls(), proxy.calls() + proxy.fetches()), (1, 0));
}

#[tokio::test]
async fn x16_the_answer_of_an_error_is_capped_too() {
    for status in [400, 500] {
        let (error, _) = refused([Reply::endless_with_status(status)]).await;
        assert!(error.to_string().contains("more than"), "{error}");
        assert_eq!(error.status(), Some(status));
    }
}
