//! Uploads from a stream: all of its bytes once, or nothing that looks complete.

use std::io;

use futures_util::stream::{self, StreamExt};

use super::*;

/// Chunks of these sizes; together they contain the numbers from 0 on.
fn chunks(sizes: &[usize]) -> (Vec<io::Result<Vec<u8>>>, Vec<u8>) {
    let content: Vec<u8> = (0..sizes.iter().sum()).map(|n: usize| u8::try_from(n % 251).unwrap()).collect();
    let mut rest = content.as_slice();
    let chunks = sizes.iter().map(|size| {
        let (chunk, after) = rest.split_at(*size);
        rest = after;
        Ok(chunk.to_vec())
    });
    (chunks.collect(), content)
}

/// The only part of a body, without its boundaries.
fn part(body: &[u8]) -> &[u8] {
    let start = body.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let end = body.windows(5).rposition(|window| window == b"\r\n--h").unwrap();
    &body[start..end]
}

#[tokio::test]
async fn a_stream_of_the_size_that_was_said_arrives_whole() {
    for sizes in [&[][..], &[0], &[1], &[3, 0, 4], &[0, 0, 7, 0], &[300_000; 9], &[1; 500]] {
        let (chunks, content) = chunks(sizes);
        let server = Server::start([Reply::ok(OK)]);
        let told = Arc::new(AtomicUsize::new(0));
        let here = Arc::clone(&told);
        let file = File::from_stream("cv.pdf", content.len() as u64, stream::iter(chunks));
        let file =
            file.on_progress(move |sent, _| here.store(usize::try_from(sent).unwrap(), Ordering::SeqCst));
        assert_eq!(format!("{file:?}"), format!("File({} bytes)", content.len()));
        client(&server).call(&Attach::new(file)).await.unwrap();
        assert_eq!((server.calls(), told.load(Ordering::SeqCst)), (1, content.len()), "{sizes:?}");
        let body = &server.bodies()[0];
        assert!(part(body) == content);
        assert!(String::from_utf8_lossy(body).contains("Content-Type: application/pdf\r\n\r\n"));
    }
}

#[tokio::test]
async fn a_stream_of_another_size_or_that_fails_is_never_whole_at_the_server() {
    let failing = |sizes: &[usize]| {
        let (mut chunks, _) = chunks(sizes);
        chunks.push(Err(io::Error::other("object storage is away")));
        chunks
    };
    for (size, chunks, why) in [
        (9, chunks(&[5, 5]).0, "more bytes"),
        (10, chunks(&[5, 5, 1]).0, "more bytes"),
        (0, chunks(&[1]).0, "more bytes"),
        (1_000_000, chunks(&[500_000, 500_001]).0, "more bytes"),
        (11, chunks(&[5, 5]).0, "fewer bytes"),
        (1, chunks(&[]).0, "fewer bytes"),
        (10, failing(&[5, 5]), "object storage is away"),
        (10, failing(&[]), "object storage is away"),
    ] {
        let server = Server::start((0..3).map(|_| Reply::ok(OK)));
        let file = File::from_stream("cv.pdf", size, stream::iter(chunks));
        let error = client(&server).call(&Attach::new(file)).await.err().unwrap();
        assert!(error.to_string().contains(why), "{error}");
        assert!(!error.is_connect() && server.calls() <= 1, "{error}");
        shows_nothing(&error);
        for body in server.bodies() {
            assert!(!body.ends_with(b"--\r\n"), "what was broken off looks whole");
        }
    }
}

#[tokio::test]
async fn a_stream_is_sent_once_and_the_error_says_so() {
    for refusal in [
        Reply::status(400, r#"{"code":99991663,"msg":"no"}"#),
        Reply::status(429, r#"{"code":99991400,"msg":"slow down"}"#)
            .with_header("x-ogw-ratelimit-reset", "1"),
    ] {
        let (chunks, _) = chunks(&[5, 5]);
        let server = Server::start([refusal, Reply::ok(OK)]);
        let request = Attach::new(File::from_stream("cv.pdf", 10, stream::iter(chunks)));
        let error = client(&server).call(&request).await.err().unwrap();
        assert!(error.code().is_some() && !error.is_ambiguous(), "{error}");
        assert!(error.to_string().contains("build the request again"), "{error}");
        assert_eq!((server.calls(), error.attempts()), (1, 1));
        // The same request is not sent a second time either.
        let error = client(&server).call(&request).await.err().unwrap();
        assert!(error.to_string().contains("build the request again"), "{error}");
        assert_eq!(server.calls(), 1);
    }
}

#[tokio::test]
async fn an_attempt_without_a_connection_leaves_the_stream_for_the_next_one() {
    let server = Server::start([]);
    let port = server.port();
    let (chunks, content) = chunks(&[5, 5]);
    let request = Attach::new(File::from_stream("cv.pdf", 10, stream::iter(chunks)));
    let provided = Client::builder("cli_test", "").with_base_url(format!("http://127.0.0.1:{port}"));
    let provided = provided.with_token_provider(company::Provided).with_retry(quick()).build().unwrap();
    server.stop();
    let error = provided.call(&request).await.err().unwrap();
    assert!(error.is_connect() && error.attempts() == 3, "{error}");
    let server = Server::again(port, [Reply::ok(OK)]);
    provided.call(&request).await.unwrap();
    assert!(part(&server.bodies()[0]) == content);
}

#[tokio::test]
async fn a_stream_that_stands_still_does_not_hold_the_call() {
    let (chunks, _) = chunks(&[5]);
    let server = Server::start([Reply::ok(OK)]);
    let stuck = stream::iter(chunks).chain(stream::pending());
    let client = builder(&server).with_timeout(Duration::from_millis(300)).build().unwrap();
    let error = client.call(&Attach::new(File::from_stream("cv.pdf", 10, stuck))).await.err().unwrap();
    assert!(error.is_timeout(), "{error}");
}
