//! Faults of networks and servers, one by one: a repeatable request is repeated until it succeeds, any other is sent
//! once, and the error says what is known.

use std::net::TcpListener;

use super::*;

/// A repeatable request survives this fault twice; any other is sent once, and the outcome is unknown. Both cost one
/// token and hardly any time.
async fn is_survived(reply: impl Fn() -> Reply) {
    let started = std::time::Instant::now();
    let server = Server::start([reply(), reply(), Reply::ok(OK)]);
    let record = client(&server).call(&Get::new("r1")).await.unwrap();
    assert_eq!((record.id.as_deref(), server.calls(), server.fetches()), (Some("1"), 3, 1));
    let (answer, calls) = get([reply(), reply(), reply(), Reply::ok(OK)]).await;
    let error = answer.err().unwrap();
    assert_eq!((error.attempts(), calls), (3, 3), "{error}");
    assert!(error.is_ambiguous(), "{error}");

    let server = Server::start([reply(), Reply::ok(OK)]);
    let error = client(&server).call(&request()).await.err().unwrap();
    shows_nothing(&error);
    assert!(error.is_ambiguous() && error.attempts() == 1, "{error}");
    assert_eq!((server.calls(), server.fetches()), (1, 1));
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// The request is not sent again; the error concerns the answer and has its status.
async fn is_no_answer(status: u16, body: &str) {
    let (answer, calls) = get([Reply::status(status, body), Reply::ok(OK)]).await;
    let error = answer.err().unwrap();
    assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
    let (error, calls) = refused([Reply::status(status, body), Reply::ok(OK)]).await;
    assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
    assert_eq!(error.is_ambiguous(), status != 404, "{error}");
    assert_eq!(error.body(), Some(body.as_bytes()), "what came can be looked at");
}

/// Nothing could be sent: every request is tried three times, and the error says that nothing was processed.
async fn is_no_connection(client: Client) {
    for error in
        [client.call(&Get::new("r1")).await.err().unwrap(), client.call(&request()).await.err().unwrap()]
    {
        shows_nothing(&error);
        assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
    }
}

fn at(url: String) -> Client {
    let builder = Client::builder("cli_test", format!("{CANARY}-secret")).with_base_url(url);
    builder.with_retry(quick()).with_connect_timeout(Duration::from_millis(300)).build().unwrap()
}

#[tokio::test]
async fn f01_a_refused_connection_is_tried_again_and_nothing_was_sent() {
    let server = Server::start([]);
    let url = server.url();
    server.stop();
    is_no_connection(at(url)).await;
}

#[tokio::test]
async fn f01_a_server_that_is_back_in_time_gets_every_request() {
    let last = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
    let server = Server::start([Reply::raw(&last)]);
    let client = at(server.url());
    // The token is cached now, so the following concerns only the call.
    client.call(&Get::new("r1")).await.unwrap();
    let port = server.port();
    server.stop();
    let back = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        Server::again(port, [Reply::ok(OK)])
    });
    let patient =
        CallOptions::new().with_retry(quick().with_base(Duration::from_millis(300)).with_attempts(9));
    client.call_with(&request(), patient).await.unwrap();
    assert_eq!(back.join().unwrap().calls(), 1);
}

#[tokio::test]
async fn f02_a_host_without_an_address_is_no_connection() {
    is_no_connection(at("https://hire-api.invalid".to_owned())).await;
}

/// A port on which connections wait forever, as long as the socket is there.
pub(super) async fn deaf() -> (socket2::Socket, String) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    // All later connections wait.
    for _ in 0..4 {
        std::thread::spawn(move || std::net::TcpStream::connect_timeout(&address, Duration::from_secs(30)));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    (socket, format!("http://{address}"))
}

#[tokio::test]
async fn f03_a_host_that_does_not_answer_is_no_connection_in_time() {
    let (_socket, url) = deaf().await;
    let started = std::time::Instant::now();
    is_no_connection(at(url)).await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn f05_an_end_before_any_byte() {
    is_survived(Reply::close).await;
}

#[tokio::test]
async fn f06_an_end_before_any_byte_on_a_kept_connection() {
    let server = Server::start([Reply::ok(OK), Reply::close(), Reply::ok(OK)]);
    let client = client(&server);
    client.call(&request()).await.unwrap();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(server.calls(), 2);
    let server = Server::start([Reply::ok(OK), Reply::close(), Reply::ok(OK)]);
    let client = self::client(&server);
    client.call(&Get::new("r1")).await.unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    assert_eq!(server.calls(), 3);
}

/// By a timer of the system, which notices that the other side is gone. The table's sixth column has its kind and
/// when it ends, in hundredths of a second.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_idle_connection_is_kept_under_observation() {
    let server = Server::start([Reply::ok(OK)]);
    let client = client(&server);
    client.call(&Get::new("r1")).await.unwrap();
    let remote = format!(":{:04X}", server.port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let connections = table.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        (columns.get(2)?.ends_with(&remote) && columns.get(3) == Some(&"01")).then(|| columns[5].to_owned())
    });
    let timers: Vec<String> = connections.collect();
    let soon = |timer: &String| {
        timer
            .split_once(':')
            .is_some_and(|(kind, end)| kind == "02" && u32::from_str_radix(end, 16).unwrap() <= 1600)
    };
    assert!(!timers.is_empty() && timers.iter().all(soon), "{timers:?}");
}

#[tokio::test]
async fn f07_a_reset_after_the_request_was_read() {
    is_survived(Reply::reset).await;
}

#[tokio::test]
async fn f09_an_end_in_the_middle_of_the_status_line() {
    is_survived(|| Reply::raw("HTTP/1.1 200 O")).await;
}

#[tokio::test]
async fn f10_a_body_that_is_shorter_than_it_says() {
    is_survived(|| Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":0}")).await;
}

#[tokio::test]
async fn f11_a_chunked_body_that_is_cut_off_or_wrong() {
    is_survived(|| Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cod")).await;
    is_survived(|| Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")).await;
}

/// Like [`is_survived`], for faults that end by a timeout.
async fn is_survived_in_time(reply: impl Fn() -> Reply) {
    let impatient = |server: &Server| {
        let builder = Client::builder("cli_test", "secret").with_base_url(server.url());
        builder.with_timeout(Duration::from_millis(300)).with_retry(quick()).build().unwrap()
    };
    let server = Server::start([reply(), Reply::ok(OK)]);
    impatient(&server).call(&Get::new("r1")).await.unwrap();
    assert_eq!(server.calls(), 2);
    let server = Server::start([reply(), Reply::ok(OK)]);
    let started = std::time::Instant::now();
    let error = impatient(&server).call(&request()).await.err().unwrap();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn f12_headers_that_come_byte_by_byte() {
    is_survived_in_time(|| Reply::ok(OK).dribbling(Duration::from_millis(50))).await;
}

#[tokio::test]
async fn f13_a_body_that_stands_still() {
    is_survived_in_time(|| Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")).await;
}

/// Every request waits, since nothing was processed.
async fn is_waited_out(status: u16) {
    let busy = || {
        let reply = Reply::status(status, r#"{"code":99991400,"msg":"too often"}"#);
        reply.with_header("x-ogw-ratelimit-reset", "0.2")
    };
    let started = std::time::Instant::now();
    let (answer, calls) = call([busy(), Reply::ok(OK)]).await;
    assert_eq!((answer.unwrap().id.as_deref(), calls), (Some("1"), 2));
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    let (error, calls) = refused([busy(), busy(), busy(), Reply::ok(OK)]).await;
    assert!(error.is_rate_limited() && !error.is_ambiguous(), "{error}");
    assert_eq!((error.retry_after(), calls), (Some(Duration::from_millis(200)), 3));
}

#[tokio::test]
async fn f15_throttling_with_status_429() {
    is_waited_out(429).await;
}

#[tokio::test]
async fn f18_throttling_with_status_400() {
    is_waited_out(400).await;
}

#[tokio::test]
async fn f19_throttling_with_status_200() {
    is_waited_out(200).await;
}

#[tokio::test]
async fn f30_a_token_that_ended_while_the_machine_slept_is_replaced() {
    // The clock of its life stood still, so that only the refusal reveals its end.
    let refusal = Reply::status(401, r#"{"code":99991663,"msg":"expired"}"#);
    let server = Server::start([Reply::ok(OK), refusal, Reply::ok(OK)]);
    let client = client(&server);
    client.call(&request()).await.unwrap();
    client.call(&request()).await.unwrap();
    assert_eq!((server.calls(), server.fetches()), (3, 2));
}

#[tokio::test]
async fn f34_a_page_of_a_proxy_that_says_busy() {
    for status in [502, 503, 504] {
        is_survived(move || Reply::status(status, "<html>canary-7f3a</html>")).await;
        is_survived(move || Reply::status(status, "")).await;
    }
}

#[tokio::test]
async fn f35_a_page_to_log_in_at() {
    is_no_answer(200, "<html>log in, canary-7f3a</html>").await;
}

#[tokio::test]
async fn f36_a_path_that_the_gateway_does_not_know() {
    is_no_answer(404, "404 page not found").await;
}

#[tokio::test]
async fn f37_json_that_is_cut_off_wrong_or_more_than_one() {
    for body in ["", "{}", r#"{"code":NaN}"#, r#"{"data":{"code":0}}"#, r#"{"data":{"id":"1"},"code":"#] {
        is_no_answer(200, body).await;
    }
    let deep = format!("{{\"code\":0,\"data\":{}", "[".repeat(200));
    // The answer confirms that the request was processed.
    for body in [
        r#"{"code":0,"data":{"id":"1"}"#,
        r#"{"code":0,"data":["canary-7f3a"]}"#,
        r#"{"code":0,"data":"canary-7f3a"}"#,
        r#"{"code":0,"data":true}"#,
        &deep,
    ] {
        let (error, calls) = refused([Reply::ok(body), Reply::ok(OK)]).await;
        assert_eq!((error.is_processed(), error.is_ambiguous(), calls), (true, false, 1), "{error}");
    }
    for body in [
        r#"{"code":0,"data":{"id":"1"}} canary-7f3a"#,
        "\u{feff}{\"code\":\"0\",\"data\":{\"id\":\"1\"}}",
        r#"{"code":0,"data":{"count":"canary-7f3a","id":1}}"#,
        r#"{"code":0,"data":{"count":9223372036854775808,"id":"1"}}"#,
        r#"{"code":0,"x":{"a" [1},"data":{"id":"1","new":[01,'a',"\ud800"]},"data":null}"#,
    ] {
        let record = call([Reply::ok(body)]).await.0.unwrap();
        assert_eq!((record.id.as_deref(), record.count), (Some("1"), None), "{body}");
    }
    let (answer, calls) = call([Reply::status(204, "")]).await;
    assert_eq!((answer.unwrap().id, calls), (None, 1), "no content is success");
    let (answer, calls) =
        get([Reply::status(500, r#"{"code":0,"data":{}}"#), Reply::ok(OK), Reply::ok(OK)]).await;
    assert_eq!((answer.is_ok(), calls), (true, 2), "a status of 500 without a code may pass");
}

#[tokio::test]
async fn f38_text_that_is_no_text() {
    for body in [
        &b"{\"code\":0,\"msg\":\"\xff\",\"data\":{\"tags\":[\"a\"]}}"[..],
        b"{\"code\":0,\"data\":{\"id\":\"\\ud800\",\"tags\":[\"a\"]}}",
        b"{\"code\":0,\"data\":{\"id\":\"\xff\",\"tags\":[\"\xfe\",\"a\"]}}",
    ] {
        let record = call([Reply::bytes(200, body)]).await.0.unwrap();
        assert_eq!((record.id, record.tags), (None, vec!["a".to_owned()]));
    }
}

#[tokio::test]
async fn f39_the_type_of_the_content_makes_no_difference() {
    for content_type in ["text/plain", "application/octet-stream", ""] {
        let (answer, _) = call([Reply::ok(OK).with_header("content-type", content_type)]).await;
        assert_eq!(answer.unwrap().id.as_deref(), Some("1"));
    }
}

#[tokio::test]
async fn f42_a_second_code_cannot_hide_a_failure() {
    is_no_answer(200, r#"{"code":5,"code":0,"data":{"id":"1"}}"#).await;
    is_no_answer(200, r#"{"code":0,"msg":"ok","code":5}"#).await;
}

#[tokio::test]
async fn f44_an_endless_answer_is_cut_off() {
    let (error, _) = refused([Reply::endless()]).await;
    assert!(error.to_string().contains("more than"), "{error}");
}

#[tokio::test]
async fn f44_an_answer_of_32_mebibytes_is_read_and_one_byte_more_is_too_much() {
    let padded = |length: usize| Reply::ok(&format!("{OK}{}", " ".repeat(length - OK.len())));
    let server = Server::start([32 << 20, (32 << 20) + 1].map(padded));
    let client = builder(&server).with_timeout(Duration::from_secs(60)).build().unwrap();
    client.call(&Get::new("r1")).await.unwrap();
    let error = client.call(&Get::new("r1")).await.err().unwrap();
    assert!(error.to_string().contains("more than"), "{error}");
}

#[tokio::test]
async fn f44_what_is_compressed_without_being_asked_for_is_no_answer() {
    let reply =
        Reply::bytes(200, b"\x1f\x8b\x08\x00\x00\x00\x00\x00").with_header("content-encoding", "gzip");
    let (error, calls) = refused([reply]).await;
    assert!(error.is_ambiguous() && calls == 1, "{error}");
}

#[tokio::test]
async fn f45_garbage_in_place_of_http() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(10_000));
    let early = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100);
    for reply in ["\0\0\0\0\r\n\r\n", "SSH-2.0-x\r\n", &long, &many, &early] {
        is_survived(|| Reply::raw(reply)).await;
    }
}

/// Servers with faulty TLS.
mod tls {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::atomic::AtomicUsize;

    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

    use super::*;

    /// A server over TLS; counts the requests that it could read.
    fn server(
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> (String, Arc<AtomicUsize>) {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let (config, read) = (Arc::new(config), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let here = Arc::clone(&read);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
                if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    here.fetch_add(1, Ordering::SeqCst);
                    let answer =
                        r#"{"code":0,"tenant_access_token":"t-server-1","expire":7200,"data":{"id":"1"}}"#;
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        answer.len()
                    );
                    stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
        (format!("https://localhost:{port}"), read)
    }

    /// A certificate for these names, signed by this authority, or by itself if there is none.
    fn certificate(
        name: &str,
        ended: bool,
        signer: &rcgen::Issuer<'_, rcgen::KeyPair>,
    ) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        if ended {
            params.not_before = rcgen::date_time_ymd(2019, 1, 1);
            params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        }
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, signer).unwrap();
        (certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }

    fn authority() -> (CertificateDer<'static>, rcgen::Issuer<'static, rcgen::KeyPair>) {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.der().clone(), rcgen::Issuer::new(params, key))
    }

    /// A client that trusts this authority.
    fn trusting(authority: &CertificateDer<'static>, url: &str) -> Client {
        let pem = company::pem("CERTIFICATE", authority);
        let builder = Client::builder("cli_test", format!("{CANARY}-secret")).with_base_url(url);
        builder.with_retry(quick()).with_root_certificates(pem).build().unwrap()
    }

    #[tokio::test]
    async fn f04_x13_a_certificate_that_is_not_good_ends_the_call_before_anything_is_sent() {
        let (root, issuer) = authority();
        for (name, ended) in [("elsewhere.example", false), ("localhost", true)] {
            let (der, key) = certificate(name, ended, &issuer);
            let (url, read) = server(der, key);
            is_no_connection(trusting(&root, &url)).await;
            assert_eq!(read.load(Ordering::SeqCst), 0);
        }
        // No trusted authority has signed this certificate.
        let (der, key) = certificate("localhost", false, &issuer);
        let (url, read) = server(der, key);
        is_no_connection(at(url.clone())).await;
        assert_eq!(read.load(Ordering::SeqCst), 0);
        // Trust was the only problem.
        trusting(&root, &url).call(&request()).await.unwrap();
        assert_eq!(read.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn f04_a_handshake_that_is_broken_off_or_is_none_is_no_connection() {
        for answer in [&b""[..], b"HTTP/1.1 200 OK\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut stream: TcpStream = stream.unwrap();
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.write_all(answer);
                }
            });
            is_no_connection(at(url)).await;
        }
    }
}

#[tokio::test]
async fn what_a_gateway_lets_not_through_is_not_ambiguous_and_can_be_looked_at() {
    for status in [301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 411, 413, 414, 415, 429, 200, 500, 502] {
        let page = Reply::status(status, "<html>canary-7f3a</html>").with_header("server", "nginx");
        let (error, _) = refused((0..3).map(|_| page.again())).await;
        let open = matches!(status, 200 | 500 | 502);
        assert_eq!(error.is_ambiguous(), open, "{status}: {error}");
        assert!(!(error.is_ambiguous() && error.is_rate_limited()), "{status}");
        assert_eq!(error.body(), Some(&b"<html>canary-7f3a</html>"[..]), "{status}");
        assert_eq!(error.headers().and_then(|headers| headers.get("Server")), Some("nginx"));
    }
    let (error, _) = refused([Reply::redirect(302, "https://user@login.example:8443/canary-7f3a?a=1")]).await;
    assert!(error.to_string().contains("it redirects to `login.example:8443`"), "{error}");
    assert_eq!(error.headers().unwrap().get("location").map(str::len), Some(47));
    let (error, _) = refused([Reply::close()]).await;
    assert!(error.body().is_none() && error.headers().is_none());
    // A failed token request is reported, too.
    let server = Server::with_token(r#"{"code":10015,"msg":"no"}"#, []);
    let error = client(&server).call(&request()).await.err().unwrap();
    assert_eq!(error.body(), Some(&br#"{"code":10015,"msg":"no"}"#[..]));
}

#[tokio::test]
async fn an_attempt_before_that_may_have_been_processed_is_not_forgotten() {
    let too_many = Reply::status(429, r#"{"code":99991400,"msg":"no"}"#);
    let server = Server::start([Reply::close(), too_many]);
    let options = CallOptions::new().with_retry(quick().with_attempts(2));
    let error = client(&server).call_with(&Delete::new("r1"), options).await.err().unwrap();
    assert_eq!((error.code(), error.attempts()), (Some(99_991_400), 2));
    assert!(error.is_ambiguous() && !error.is_rate_limited(), "the first attempt may have deleted it");
}
