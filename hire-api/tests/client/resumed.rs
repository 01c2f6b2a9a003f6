//! Downloads that resume after a break: with the same version of the file, byte by byte, or with an error.

use super::*;

const SIZE: usize = 500_000;

fn content() -> Vec<u8> {
    (0..SIZE).map(|n| u8::try_from((n / 7 + n % 13) % 251).unwrap()).collect()
}

/// The whole file, cut off after this many bytes.
fn whole(version: &str, sent: usize) -> Reply {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\ncontent-type: application/pdf\r\n{version}\r\n\r\n"
    );
    Reply::part(&head, &content()[..sent])
}

/// The rest from one byte on, cut off at another.
fn rest(version: &str, from: usize, until: usize) -> Reply {
    let (last, length) = (SIZE - 1, SIZE - from);
    let range = format!("content-range: bytes {from}-{last}/{SIZE}\r\ncontent-length: {length}");
    let head = format!("HTTP/1.1 206 X\r\n{range}\r\n{version}\r\n\r\n");
    Reply::part(&head, &content()[from..until])
}

const TAG: &str = "etag: \"v1\"";
const DATED: &str = "last-modified: Tue, 15 Nov 1994 12:45:26 GMT\r\ndate: Tue, 15 Nov 1994 13:45:26 GMT";

fn url(server: &Server) -> String {
    format!("{}/file/1?sign={CANARY}", server.url())
}

async fn download(server: &Server) -> Result<Vec<u8>, Error> {
    let client = builder(server).with_timeout(Duration::from_millis(300)).build().unwrap();
    client.download(&url(server), SIZE as u64).await?.bytes().await
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_whatever_broke_it() {
    let mut random = 7_u64;
    let mut next = |most: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % most
    };
    for round in 0..24 {
        let version = if round % 2 == 0 { TAG } else { DATED };
        // At most two breaks without progress are tolerated; other breaks are 64 KiB apart.
        let mut breaks = vec![1 + next(SIZE - 1)];
        while breaks.len() < 1 + round % 4 {
            let from = breaks[breaks.len() - 1] + 65_536 + next(30_000);
            if from >= SIZE {
                break;
            }
            breaks.push(from);
        }
        let end =
            |reply: Reply, round: usize| if round % 5 == 4 { reply.stalling() } else { reply.closing() };
        let mut replies = vec![end(whole(version, breaks[0]), round)];
        for pair in breaks.windows(2) {
            replies.push(end(rest(version, pair[0], pair[1]), round));
        }
        replies.push(rest(version, breaks[breaks.len() - 1], SIZE));
        let count = replies.len();
        let server = Server::start(replies);
        assert!(download(&server).await.unwrap() == content(), "{breaks:?}");
        let heads = server.heads();
        assert_eq!(heads.len(), count);
        assert!(!heads[0].contains("range: "));
        let condition =
            if round % 2 == 0 { "if-range: \"v1\"" } else { "if-range: tue, 15 nov 1994 12:45:26 gmt" };
        for (head, from) in heads[1..].iter().zip(&breaks) {
            assert!(
                head.contains(&format!("\r\nrange: bytes={from}-\r\n")) && head.contains(condition),
                "{head}"
            );
            assert!(head.contains("accept-encoding: identity") && !head.contains("authorization"), "{head}");
        }
    }
}

#[tokio::test]
async fn breaks_that_are_far_enough_apart_are_no_reason_to_give_up() {
    let step = 64 << 10;
    let ends: Vec<usize> = (1..8).map(|n| SIZE.min(n * step)).chain([SIZE]).collect();
    let parts = ends.windows(2).map(|pair| rest(TAG, pair[0], pair[1]).closing());
    let server = Server::start([whole(TAG, step).closing()].into_iter().chain(parts));
    assert!(download(&server).await.unwrap() == content());
    assert_eq!(server.calls(), ends.len());
}

#[tokio::test]
async fn two_versions_of_a_file_are_never_mixed() {
    let at = 200_000;
    let tagged = |range: &str, tag: &str, more: &str| {
        let length = SIZE - at;
        let head = format!(
            "HTTP/1.1 206 X\r\ncontent-range: {range}\r\ncontent-length: {length}\r\n{tag}{more}\r\n\r\n"
        );
        Reply::part(&head, &content()[at..])
    };
    let good = format!("bytes {at}-{}/{SIZE}", SIZE - 1);
    let part_from = |from: usize| {
        let range = format!("bytes {from}-{}/{SIZE}", SIZE - 1);
        let head = format!(
            "HTTP/1.1 206 X\r\ncontent-range: {range}\r\ncontent-length: {}\r\n{TAG}\r\n\r\n",
            SIZE - from
        );
        Reply::part(&head, &content()[from..])
    };
    let answers: [(&str, Reply); 14] = [
        ("another version as a whole", whole("etag: \"v2\"", SIZE)),
        ("the same version as a whole", whole(TAG, SIZE)),
        ("a part of another version", tagged(&good, "etag: \"v2\"", "")),
        ("a part of a version that is like it", tagged(&good, "etag: W/\"v1\"", "")),
        ("a part of a version without a name", tagged(&good, "x-a: b", "")),
        ("a part from elsewhere", tagged(&format!("bytes 0-{}/{SIZE}", SIZE - 1), TAG, "")),
        ("the whole file as a part", part_from(0)),
        ("a part from one byte later", part_from(at + 1)),
        ("a part of a longer file", tagged(&format!("bytes {at}-{SIZE}/{}", SIZE + 1), TAG, "")),
        ("a part of an unknown file", tagged(&format!("bytes {at}-{}/*", SIZE - 1), TAG, "")),
        ("a part of the rest", tagged(&format!("bytes {at}-{}/{SIZE}", SIZE - 2), TAG, "")),
        ("several parts", tagged("x", TAG, "\r\ncontent-type: multipart/byteranges; boundary=a")),
        ("a packed part", tagged(&good, TAG, "\r\ncontent-encoding: gzip")),
        ("nothing", Reply::status(416, "")),
    ];
    for (what, answer) in answers {
        let server = Server::start([whole(TAG, at).closing(), answer]);
        let error = download(&server).await.expect_err(what);
        assert!(error.to_string().contains("the connection broke"), "{what}: {error}");
        assert_eq!(server.calls(), 2, "{what}");
        shows_nothing(&error);
    }
}

#[tokio::test]
async fn a_date_names_a_version_after_a_minute() {
    for (seconds, resumes) in [(59, false), (60, true), (61, true)] {
        let now = format!("Tue, 15 Nov 1994 12:{:02}:{:02} GMT", 46 + seconds / 60, seconds % 60);
        let version = format!("last-modified: Tue, 15 Nov 1994 12:46:00 GMT\r\ndate: {now}");
        let server = Server::start([whole(&version, 1000).closing(), rest(&version, 1000, SIZE)]);
        assert_eq!(download(&server).await.is_ok(), resumes, "{seconds}");
    }
}

#[tokio::test]
async fn the_shortest_tag_names_a_version() {
    let version = "etag: \"v\"";
    let server = Server::start([whole(version, 1000).closing(), rest(version, 1000, SIZE)]);
    assert!(download(&server).await.unwrap() == content());
}

#[tokio::test]
async fn a_file_whose_version_nobody_knows_is_not_asked_for_again() {
    let young = "last-modified: Tue, 15 Nov 1994 13:45:26 GMT\r\ndate: Tue, 15 Nov 1994 13:45:26 GMT";
    for version in [
        "x-a: b",
        "etag: W/\"v1\"",
        "etag: v1",
        "etag: \"\"",
        "last-modified: Tue, 15 Nov 1994 12:45:26 GMT",
        young,
        "etag: \"v1\"\r\naccept-ranges: none",
        "etag: \"v1\"\r\ncontent-encoding: gzip",
    ] {
        let server = Server::start([whole(version, 1000).closing()]);
        assert!(download(&server).await.is_err(), "{version}");
        assert_eq!(server.calls(), 1, "{version}");
    }
}

#[tokio::test]
async fn a_download_that_keeps_breaking_ends_and_the_error_stays() {
    let away = || Reply::status(503, "");
    let replies = [whole(TAG, 1000).closing(), rest(TAG, 1000, 1001).closing(), away(), Reply::ok("never")];
    let server = Server::start(replies);
    let mut download = client(&server).download(&url(&server), SIZE as u64).await.unwrap();
    let mut arrived = 0;
    let error = loop {
        match download.chunk().await {
            Ok(Some(bytes)) => arrived += bytes.len(),
            Ok(None) => panic!("it looks whole"),
            Err(error) => break error,
        }
    };
    assert_eq!((arrived, server.calls()), (1001, 3), "{error}");
    // A caller that continues does not mistake it for the end.
    assert!(download.chunk().await.is_err());
    assert_eq!(server.calls(), 3);
    // A server that is briefly unavailable is retried.
    let server = Server::start([whole(TAG, 300_000).closing(), away(), rest(TAG, 300_000, SIZE)]);
    let client = client(&server);
    let bytes = client.download(&url(&server), SIZE as u64).await.unwrap().bytes().await.unwrap();
    assert!(bytes == content());
}

#[tokio::test]
async fn a_file_on_disk_is_whole_after_a_break() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cv.pdf");
    let server = Server::start([whole(TAG, 123_457).closing(), rest(TAG, 123_457, SIZE)]);
    let download = client(&server).download(&url(&server), SIZE as u64).await.unwrap();
    assert_eq!(download.save(&path).await.unwrap(), SIZE as u64);
    assert!(std::fs::read(&path).unwrap() == content());
}
