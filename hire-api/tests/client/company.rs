//! Behind a company's firewall: proxies, certificates and plain `http`; and options of a single call.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::*;

/// A proxy on loopback that connects every `CONNECT` to one server, whatever host it names, and also forwards plain
/// requests to it. Records the head of each request.
struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, heads) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let here = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let here = Arc::clone(&here);
                std::thread::spawn(move || pass_on(stream.unwrap(), server, &here));
            }
        });
        Self { port, heads }
    }

    fn url(&self) -> String {
        format!("http://{CANARY}-user:{CANARY}-password@127.0.0.1:{}", self.port)
    }

    /// The first lines of each request.
    fn lines(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads.iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

fn pass_on(mut from: TcpStream, server: u16, heads: &Mutex<Vec<String>>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && from.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
    let text = String::from_utf8(head.clone()).unwrap();
    heads.lock().unwrap().push(text.clone());
    let mut to = TcpStream::connect(("127.0.0.1", server)).unwrap();
    if text.starts_with("CONNECT ") {
        from.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    } else {
        to.write_all(&head).unwrap();
    }
    let (mut back, mut here) = (to.try_clone().unwrap(), from.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut back, &mut here));
    // Either end may close first.
    let _ = std::io::copy(&mut from, &mut to);
}

/// A server over TLS with one answer for all requests; with an authority, it accepts only clients with its
/// certificates.
fn tls_server(authority: &Authority, asks_for_certificate: bool) -> u16 {
    let (certificate, key) = authority.issue("localhost");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = if asks_for_certificate {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.certificate.der().clone()).unwrap();
        let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        config.with_no_client_auth()
    };
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = Arc::new(config.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                let body = r#"{"code":0,"tenant_access_token":"t-server-1","expire":7200,
                    "data":{"id":"1","URL":"wss://localhost/ws?service_id=1"}}"#;
                let length = body.len();
                let answer =
                    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
                // The client may be gone.
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    port
}

struct Authority {
    certificate: rcgen::Certificate,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: rcgen::Issuer::new(params, key) }
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, rcgen::KeyPair) {
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn pem(&self) -> String {
        pem("CERTIFICATE", self.certificate.der())
    }

    /// A certificate and its key for a client, PEM.
    fn identity(&self) -> String {
        let (certificate, key) = self.issue("client.example");
        format!("{}{}", pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der()))
    }
}

pub(super) fn pem(kind: &str, der: &[u8]) -> String {
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", BASE64_STANDARD.encode(der))
}

fn over_tls(port: u16) -> ClientBuilder {
    Client::builder("cli_test", format!("{CANARY}-secret"))
        .with_base_url(format!("https://localhost:{port}"))
        .with_retry(quick())
}

#[tokio::test]
async fn a_proxy_carries_calls_and_downloads_and_nothing_shows_its_password() {
    let authority = Authority::new();
    let port = tls_server(&authority, false);
    let proxy = Proxy::to(port);
    let client = over_tls(port)
        .with_base_url("https://localhost")
        .with_proxy(proxy.url())
        .with_root_certificates(authority.pem())
        .build()
        .unwrap();
    assert_eq!(client.call(&request()).await.unwrap().id.as_deref(), Some("1"));
    assert!(!proxy.lines().is_empty(), "the call went round the proxy");
    assert!(proxy.lines().iter().all(|line| line == "CONNECT localhost:443 HTTP/1.1"), "{:?}", proxy.lines());
    let password = "Proxy-Authorization: Basic ".to_ascii_lowercase();
    let heads = proxy.heads.lock().unwrap().clone();
    assert!(heads.iter().all(|head| head.to_ascii_lowercase().contains(&password)), "{heads:?}");
    assert!(heads.iter().all(|head| !head.contains("t-server")), "the proxy sees no token");
    let before = proxy.lines().len();
    let download = client.download("https://localhost/file/1", 1000).await.unwrap();
    assert!(download.bytes().await.unwrap().starts_with(b"{\"code\":0"));
    assert_eq!(proxy.lines().len(), before + 1, "the download went round the proxy");
    assert!(!format!("{client:?}").contains(CANARY));
}

#[tokio::test]
async fn a_proxy_that_is_away_or_refuses_is_no_connection_and_nothing_shows_its_password() {
    let refuses = Server::start((0..9).map(|_| Reply::status(407, "canary-7f3a")));
    for port in [1, refuses.port()] {
        let client = over_tls(443)
            .with_proxy(format!("http://{CANARY}-user:{CANARY}-password@127.0.0.1:{port}"))
            .build()
            .unwrap();
        let error = client.call(&request()).await.err().unwrap();
        assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
        shows_nothing(&error);
    }
}

#[tokio::test]
#[ignore = "another test starts it in a process of its own, with the environment it needs"]
async fn with_a_proxy_of_the_environment() {
    if let Ok(url) = std::env::var("TEST_URL") {
        let builder = Client::builder("cli_test", "secret").with_base_url(url).with_environment_proxies();
        let client = builder.with_unencrypted_http().with_retry(quick()).build().unwrap();
        let answer = client.call(&Get::new("r1")).await;
        match std::env::var("TEST_REFUSED") {
            Ok(word) => {
                let error = answer.err().unwrap();
                assert!(error.is_connect() && format!("{error:?}").contains(&word), "{error:?}");
            }
            Err(_) => drop(answer.unwrap()),
        }
    }
}

#[tokio::test]
#[ignore = "another test starts it in a process of its own, with the environment it needs"]
async fn past_a_proxy_of_the_environment() {
    if std::env::var_os("TEST_URL").is_none() {
        return;
    }
    let at = |url: &str| Client::builder("cli_test", "secret").with_base_url(url).with_retry(Retry::never());
    for (builder, told) in [
        (at("http://127.0.0.1:1"), true),
        (at("http://127.0.0.1:1").with_environment_proxies(), false),
        (at("http://127.0.0.1:1").with_proxy("http://127.0.0.1:1"), false),
    ] {
        let error = builder.build().unwrap().call(&Get::new("r1")).await.err().unwrap();
        assert!(error.is_connect());
        assert_eq!(error.to_string().contains("with_environment_proxies"), told, "{error}");
    }
}

#[test]
fn an_error_says_that_a_proxy_of_the_environment_was_not_used() {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "company::past_a_proxy_of_the_environment", "--ignored", "--quiet"]);
    for name in ["http_proxy", "HTTP_PROXY", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    command.env("ALL_PROXY", "http://127.0.0.1:1").env("TEST_URL", "-");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn proxies_of_the_environment_are_used_by_choice_except_for_the_hosts_that_it_excepts() {
    for (socks, no_proxy, used) in [(false, "", true), (false, "localhost", false), (true, "", false)] {
        let server = Server::start([Reply::ok(OK)]);
        let proxy = Proxy::to(server.port());
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "company::with_a_proxy_of_the_environment", "--ignored", "--quiet"]);
        for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        command.env("NO_PROXY", no_proxy).env("TEST_URL", format!("http://localhost:{}", server.port()));
        if socks {
            command.env("http_proxy", proxy.url().replace("http:", "socks5:")).env("TEST_REFUSED", "socks");
        } else {
            command.env("http_proxy", proxy.url());
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{socks} {no_proxy:?}");
        let shown = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8_lossy(&shown).contains(CANARY));
        let calls = usize::from(!socks);
        assert_eq!((server.calls(), !proxy.lines().is_empty()), (calls, used), "{socks} {no_proxy:?}");
    }
}

#[tokio::test]
async fn certificates_of_a_company_are_trusted_when_they_are_given_and_not_before() {
    let (authority, another) = (Authority::new(), Authority::new());
    let port = tls_server(&authority, false);
    for builder in [over_tls(port), over_tls(port).with_root_certificates(another.pem())] {
        let error = builder.build().unwrap().call(&request()).await.err().unwrap();
        assert!(error.is_certificate() && error.is_connect(), "{error}");
        shows_nothing(&error);
    }
    let both = format!("{}{}", another.pem(), authority.pem());
    over_tls(port).with_root_certificates(both).build().unwrap().call(&request()).await.unwrap();
}

#[tokio::test]
async fn a_client_shows_its_certificate_to_a_server_that_asks_for_one() {
    let authority = Authority::new();
    let port = tls_server(&authority, true);
    let builder = || over_tls(port).with_root_certificates(authority.pem());
    builder().with_client_certificate(authority.identity()).build().unwrap().call(&request()).await.unwrap();
    for builder in [builder(), builder().with_client_certificate(Authority::new().identity())] {
        let error = builder.build().unwrap().call(&request()).await.err().unwrap();
        shows_nothing(&error);
    }
}

#[tokio::test]
async fn plain_http_goes_to_other_hosts_by_choice_only() {
    let server = Server::start([Reply::ok(OK)]);
    let proxy = Proxy::to(server.port());
    let builder = Client::builder("cli_test", "secret").with_base_url("http://sidecar.example");
    let error = builder.clone().build().err().unwrap();
    assert!(error.to_string().contains("with_unencrypted_http"), "{error}");
    let client = builder.with_unencrypted_http().with_proxy(proxy.url()).build().unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    assert!(proxy.lines().iter().all(|line| line.contains(" http://sidecar.example/open-apis/")));
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn one_call_has_headers_a_timeout_and_checks_of_its_own() {
    let server = Server::start([Reply::ok(OK), Reply::stall(""), Reply::ok(OK)]);
    let proxy = Proxy::to(server.port());
    let client = Client::builder("cli_test", "secret")
        .with_base_url("http://sidecar.example")
        .with_unencrypted_http()
        .with_proxy(proxy.url())
        .with_pool_max_idle(0)
        .with_header("x-team", "client")
        .with_user_agent("importer/1")
        .build()
        .unwrap();
    let options = CallOptions::new().with_header("X-Team", "call").with_header("traceparent", "00-1");
    client.call_with(&Get::new("r1"), options).await.unwrap();
    let head = proxy.heads.lock().unwrap().last().unwrap().to_ascii_lowercase();
    assert!(head.contains("x-team: call\r\n") && !head.contains("x-team: client"), "{head}");
    assert!(head.contains("traceparent: 00-1\r\n") && head.contains("user-agent: importer/1\r\n"), "{head}");
    // The client's own timeout is 30 seconds.
    let short = CallOptions::new().with_timeout(Duration::from_millis(100)).with_retry(Retry::never());
    let error = client.call_with(&Get::new("r1"), short).await.err().unwrap();
    assert!(error.is_timeout(), "{error}");
    let long = Create::new("r1", "a name of more than twenty characters");
    assert!(client.call(&long).await.err().unwrap().is_refused());
    client.call_with(&long, CallOptions::new().with_validation(false)).await.unwrap();
    for name in ["Authorization", "Host", "Content-Length"] {
        let options = CallOptions::new().with_header(name, format!("{CANARY}-value"));
        let error = client.call_with(&Get::new("r1"), options).await.err().unwrap();
        assert!(error.to_string().contains(name), "{error}");
        shows_nothing(&error);
    }
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn what_is_prepared_is_what_is_sent() {
    let server = Server::start([Reply::ok(OK)]);
    let client = client(&server);
    let prepared = client.prepare(&request()).unwrap();
    assert_eq!((server.calls(), server.fetches()), (0, 0));
    client.call(&request()).await.unwrap();
    let target = format!("{}?{}", prepared.path, prepared.query);
    assert_eq!(prepared.metadata.method, Method::Post);
    assert_eq!(server.requests()[0].0, target);
    assert_eq!(server.bodies()[0], prepared.body.clone().unwrap());
    assert!(!format!("{prepared:?}").contains(CANARY));
    let refused = Create::new("r1", "a name of more than twenty characters");
    assert!(client.prepare(&refused).unwrap_err().is_refused());
}

#[tokio::test]
async fn an_answer_from_another_origin_is_an_error_also_with_a_client_that_follows_redirects() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([Reply::ok(OK)]);
        let address = format!("{}/open-apis/records/r1", elsewhere.url());
        let server = Server::start([Reply::redirect(status, &address)]);
        let follows = reqwest::Client::builder().no_proxy().build().unwrap();
        let builder = Client::builder("cli_test", "secret").with_base_url(server.url());
        let client = builder.with_http_client(follows).with_retry(Retry::never()).build().unwrap();
        let error = client.call(&Get::new("r1")).await.err().unwrap();
        assert!(error.to_string().contains("comes from another address"), "{error}");
        // The HTTP client omits the token if the host or the port differs.
        assert_eq!(elsewhere.tokens(), [""]);
    }
}

#[derive(Endpoint)]
#[hire(name = "test.v1.away.get", method = "GET", path = "/away", safety = "safe", response = Record)]
#[hire(base_url("https://open.feishu.cn", "https://www.feishu.cn"))]
struct Away {}

#[tokio::test]
async fn an_endpoint_on_another_host_is_called_there() {
    // Nothing leaves this machine: the proxy connects to a server whose certificate nobody trusts.
    let proxy = Proxy::to(tls_server(&Authority::new(), false));
    let client = Client::builder("cli_test", "secret")
        .with_proxy(proxy.url())
        .with_token_provider(Provided)
        .with_retry(Retry::never());
    let client = client.build().unwrap();
    assert!(client.call(&Away {}).await.err().unwrap().is_certificate());
    assert!(client.call(&Get::new("r1")).await.err().unwrap().is_certificate());
    assert_eq!(proxy.lines(), ["CONNECT www.feishu.cn:443 HTTP/1.1", "CONNECT open.feishu.cn:443 HTTP/1.1"]);
}

#[derive(Endpoint)]
#[hire(name = "test.v1.record.poke", method = "POST", path = "/open-apis/records/poke", response = Record)]
struct Poke {}

/// An HTTP client takes an empty body before it has a connection, so what has become of the request is unknown.
#[tokio::test]
async fn a_request_without_a_body_that_breaks_off_is_ambiguous_and_not_sent_again() {
    let given = reqwest::Client::builder().no_proxy().build().unwrap();
    let builder = |server: &Server| Client::builder("cli_test", "secret").with_base_url(server.url());
    for (given, broken) in [
        (None, Reply::close()),
        (None, Reply::stall("")),
        (Some(given.clone()), Reply::close()),
        (Some(given), Reply::stall("")),
    ] {
        let server = Server::start([broken, Reply::ok(OK)]);
        let builder = builder(&server).with_token_provider(Provided).with_retry(quick());
        let builder = given.into_iter().fold(builder, ClientBuilder::with_http_client);
        let client = builder.with_timeout(Duration::from_millis(300)).build().unwrap();
        let error = client.call(&Poke {}).await.err().unwrap();
        assert!(error.is_ambiguous() && server.calls() == 1, "{error}");
    }
}

#[tokio::test]
async fn the_timeout_of_a_client_that_was_given_is_a_timeout() {
    let begun = || Reply::part("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", b"{\"code\":").stalling();
    let hasty = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(300)).build().unwrap();
    for reply in [begun(), Reply::stall("")] {
        let server = Server::start([reply]);
        let builder = Client::builder("cli_test", "secret").with_base_url(server.url());
        let client =
            builder.with_http_client(hasty.clone()).with_token_provider(Provided).with_retry(Retry::never());
        let error = client.build().unwrap().call(&Get::new("r1")).await.err().unwrap();
        assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    }
}

/// Cargo enables features for the whole program: this crate enables none of reqwest's, and installs nothing for the
/// process.
#[test]
fn a_client_of_reqwest_that_is_somebody_elses_is_built_as_ever() {
    for _ in 0..2 {
        drop(reqwest::Client::new());
        drop(over_tls(443).build().unwrap());
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }
}

/// The test server does not upgrade; it is enough that it was reached twice over TLS.
#[cfg(feature = "long-connection")]
#[tokio::test]
async fn a_long_connection_goes_through_the_proxy_and_trusts_the_certificates_that_were_given() {
    use hire_api::event::{ConnectionState, Events};

    let authority = Authority::new();
    let port = tls_server(&authority, true);
    let proxy = Proxy::to(port);
    let connection = over_tls(443)
        .with_base_url("https://localhost")
        .with_proxy(proxy.url())
        .with_root_certificates(authority.pem())
        .with_client_certificate(authority.identity())
        .build_long_connection(Events::new())
        .unwrap();
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run().await });
    connection.wait_for(ConnectionState::Waiting).await;
    task.abort();
    let error = connection.status().last_error.unwrap();
    assert!(error.to_string().contains("upgrade"), "{error}");
    assert_eq!(proxy.lines(), ["CONNECT localhost:443 HTTP/1.1"; 2]);
    shows_nothing(&error);
    let given = over_tls(443).with_http_client(reqwest::Client::new());
    let error = given.build_long_connection(Events::new()).err().unwrap().to_string();
    assert!(error.contains("cannot open long connections"), "{error}");
}

/// It leads to this machine, which a proxy elsewhere cannot reach.
#[cfg(feature = "long-connection")]
#[tokio::test]
async fn a_long_connection_without_tls_goes_past_the_proxy() {
    use hire_api::event::{ConnectionState, Events};

    let socket = Server::start([Reply::ok("{}")]);
    let address = format!("ws://127.0.0.1:{}/ws?service_id=1", socket.port());
    let server = Server::start([Reply::ok(&format!(r#"{{"code":0,"data":{{"URL":"{address}"}}}}"#))]);
    let proxy = Proxy::to(server.port());
    let connection = builder(&server).with_proxy(proxy.url()).build_long_connection(Events::new()).unwrap();
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run().await });
    connection.wait_for(ConnectionState::Waiting).await;
    task.abort();
    assert_eq!(socket.calls(), 1, "{:?}", connection.status().last_error);
    assert!(proxy.lines().iter().all(|line| line.starts_with("POST ")), "{:?}", proxy.lines());
}

/// A server over TLS whose first handshakes are slow, and which records when each request arrives.
fn reluctant(authority: &Authority, slow: usize) -> (u16, Arc<Mutex<Vec<std::time::Instant>>>) {
    let (certificate, key) = authority.issue("localhost");
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = Arc::new(config.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, arrived) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
    let here = Arc::clone(&arrived);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let (config, here) = (Arc::clone(&config), Arc::clone(&here));
            std::thread::spawn(move || {
                if number < slow {
                    std::thread::sleep(Duration::from_millis(900));
                }
                let connection = rustls::ServerConnection::new(config).unwrap();
                let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
                while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    here.lock().unwrap().push(std::time::Instant::now());
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
                    if stream.write_all(head.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (port, arrived)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_take_long_bring_no_two_windows_closer_at_the_server() {
    let authority = Authority::new();
    let (port, arrived) = reluctant(&authority, 20);
    let client =
        over_tls(port).with_root_certificates(authority.pem()).with_token_provider(Provided).build().unwrap();
    // 20 a second: the first requests are delayed by 900 ms, the next ones not at all.
    let calls = (0..50).map(|_| client.call(&List::new()));
    for answer in futures_util::future::join_all(calls).await {
        answer.unwrap();
    }
    let arrived = arrived.lock().unwrap();
    assert_eq!(arrived.len(), 50);
    for first in 0..arrived.len() {
        let within =
            arrived[first..].iter().take_while(|at| **at < arrived[first] + Duration::from_millis(950));
        assert!(within.count() <= 20, "{:?}", arrived.iter().map(|at| *at - arrived[0]).collect::<Vec<_>>());
    }
}

/// No token request comes in between.
pub(super) struct Provided;

impl hire_api::TokenProvider for Provided {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> hire_api::TokenFuture<'a> {
        Box::pin(async { Ok(hire_api::AccessToken::new("t-1", Duration::from_secs(7200))) })
    }
}

#[tokio::test]
async fn time_that_runs_out_while_connecting_is_no_doubt() {
    // The backlog accepts the connection, but nobody answers the TLS handshake.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = over_tls(port)
        .with_token_provider(Provided)
        .with_timeout(Duration::from_millis(200))
        .with_connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
    let upload = Attach::new(File::new("cv.pdf", "x"));
    let error = client.call(&upload).await.err().unwrap();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
    shows_nothing(&error);
}

#[test]
#[ignore = "another test starts it in a process of its own, with the environment it needs"]
fn with_the_certificates_of_the_environment() {
    let Ok(url) = std::env::var("TEST_URL") else { return };
    Client::builder("cli_test", "secret").with_base_url("http://127.0.0.1:1").build().unwrap();
    let built = Client::builder("cli_test", "secret").with_base_url(url).build();
    match std::env::var("TEST_REFUSED") {
        Ok(word) => assert!(built.err().unwrap().to_string().contains(&word)),
        Err(_) => drop(built.unwrap()),
    }
}

#[test]
fn a_system_without_certificates_is_told_what_it_lacks_where_they_are_needed() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("ca.pem");
    std::fs::write(&good, Authority::new().pem()).unwrap();
    let cases: &[_] = if cfg!(target_os = "linux") {
        &[(folder.path().join("none.pem"), Some("`ca-certificates`")), (good, None)]
    } else {
        &[(good, None)]
    };
    for (file, refused) in cases {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "company::with_the_certificates_of_the_environment",
            "--ignored",
            "--quiet",
        ]);
        command
            .env("SSL_CERT_FILE", file)
            .env_remove("SSL_CERT_DIR")
            .env("TEST_URL", "https://open.feishu.cn");
        command.envs(refused.map(|word| ("TEST_REFUSED", word)));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
