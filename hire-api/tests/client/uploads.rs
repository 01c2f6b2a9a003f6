//! Files: sent completely, in pieces from disk, or not at all.

use std::io::Write;
use std::sync::atomic::AtomicU64;

use super::*;

/// A file on disk of this size, and its contents.
fn file(size: usize) -> (tempfile::NamedTempFile, Vec<u8>) {
    let content: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let mut file = tempfile::Builder::new().prefix("canary-7f3a").tempfile().unwrap();
    file.write_all(&content).unwrap();
    file.flush().unwrap();
    (file, content)
}

fn impatient(server: &Server, timeout: u64) -> Client {
    let builder = Client::builder("cli_test", format!("{CANARY}-secret")).with_base_url(server.url());
    builder.with_timeout(Duration::from_millis(timeout)).with_retry(quick()).build().unwrap()
}

/// The only part of a body, without its boundaries.
fn part(body: &[u8]) -> &[u8] {
    let start = body.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let end = body.windows(5).rposition(|window| window == b"\r\n--h").unwrap();
    &body[start..end]
}

#[tokio::test]
async fn a_file_on_disk_arrives_whole_again_where_the_token_was_refused_and_tells_its_progress() {
    let (disk, content) = file(3_000_001);
    let refusal = Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
    let server = Server::start([refusal, Reply::ok(OK)]);
    let told = Arc::new(AtomicU64::new(0));
    let here = Arc::clone(&told);
    let file = File::open(disk.path()).unwrap().with_name("简历.pdf").on_progress(move |sent, size| {
        assert!(sent <= size && size == 3_000_001);
        here.store(sent, Ordering::SeqCst);
    });
    client(&server).call(&Attach::new(file)).await.unwrap();
    assert_eq!((server.calls(), server.fetches(), told.load(Ordering::SeqCst)), (2, 2, 3_000_001));
    for body in server.bodies() {
        assert!(part(&body) == content, "{} bytes", body.len());
        let head = String::from_utf8_lossy(&body[..300]).into_owned();
        assert_eq!(head.matches("Content-Disposition").count(), 1);
        assert!(head.contains("name=\"content\"; filename=\"简历.pdf\"\r\n"), "{head}");
    }
}

#[tokio::test]
async fn f08_an_upload_that_is_cut_off_is_ambiguous_and_not_sent_again() {
    let (disk, _) = file(8_000_000);
    let server = Server::start([Reply::reset().after_reading(100_000), Reply::ok(OK)]);
    let error = client(&server).call(&Attach::new(File::open(disk.path()).unwrap())).await.err().unwrap();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(server.calls(), 1);
    shows_nothing(&error);
}

#[tokio::test]
async fn f14_a_server_that_never_reads_does_not_hold_the_call() {
    let (disk, _) = file(30_000_000);
    let server = Server::start([Reply::stall("").after_reading(0)]);
    let started = std::time::Instant::now();
    let error =
        impatient(&server, 300).call(&Attach::new(File::open(disk.path()).unwrap())).await.err().unwrap();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_upload_may_take_longer_than_the_timeout_as_long_as_it_moves() {
    let (disk, content) = file(30_000_000);
    let server = Server::start([Reply::ok(OK).reading_slowly(200_000)]);
    let started = std::time::Instant::now();
    // The send buffers hold more than this server reads in half a second.
    impatient(&server, 1500).call(&Attach::new(File::open(disk.path()).unwrap())).await.unwrap();
    assert!(started.elapsed() > Duration::from_millis(2500), "{:?}", started.elapsed());
    assert!(part(&server.bodies()[0]) == content);
}

#[tokio::test]
async fn a_file_that_has_changed_is_not_sent_as_if_it_were_whole() {
    for (size, len) in [(1_000_000, 999_999), (1_000_000, 1_000_001), (10, 11), (524_288, 262_144)] {
        let (disk, _) = file(size);
        let server = Server::start([Reply::ok(OK), Reply::ok(OK)]);
        let request = Attach::new(File::open(disk.path()).unwrap());
        disk.as_file().set_len(len).unwrap();
        let error = client(&server).call(&request).await.err().unwrap();
        shows_nothing(&error);
        assert_eq!(server.calls(), 0, "{size} {len}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_or_has_no_name_is_refused() {
    let server = Server::start([Reply::ok(OK)]);
    for (file, what) in [
        (File::new("a.pdf", vec![0; 50_000_001]), "content: must have at most 50000000 bytes, not 50000001"),
        (File::new("", "x"), "content: must have a file name"),
        (File::new("a\r\nb.pdf", "x"), "content: must have a file name"),
    ] {
        let error = client(&server).call(&Attach::new(file)).await.err().unwrap();
        assert!(error.is_refused() && error.to_string().contains(what), "{error}");
    }
    assert_eq!(server.calls(), 0);
}

#[tokio::test]
async fn another_file_than_the_one_that_was_opened_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resume.pdf");
    let other = folder.path().join("other");
    let write = |path: &std::path::Path, text: &str| std::fs::write(path, text).unwrap();
    let rewritten = || write(&path, "secret.");
    let replaced = || {
        write(&other, "secret.");
        std::fs::rename(&other, &path).unwrap();
    };
    let removed = || std::fs::remove_file(&path).unwrap();
    #[cfg(unix)]
    let linked = || {
        write(&other, "secret.");
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
    };
    #[cfg(not(unix))]
    let linked = &replaced;
    let changes: [&dyn Fn(); 4] = [&rewritten, &replaced, &removed, &linked];
    for change in changes {
        let _ = std::fs::remove_file(&path);
        write(&path, "content");
        let refusal = Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
        let server = Server::start([refusal, Reply::ok(OK)]);
        let request = Attach::new(File::open(&path).unwrap());
        change();
        let error = client(&server).call(&request).await.err().unwrap();
        assert!(!error.is_ambiguous() && !error.is_connect(), "{error}");
        shows_nothing(&error);
        assert_eq!(server.calls(), 0);
    }
}

#[tokio::test]
async fn every_attempt_sends_the_file_that_was_opened_or_nothing() {
    let (disk, content) = file(1000);
    let path = disk.path().to_owned();
    let refusal = Reply::status(400, r#"{"code":99991663,"msg":"no"}"#);
    let server = Server::start([refusal, Reply::ok(OK)]);
    let file = File::open(disk.path()).unwrap().on_progress(move |_, _| {
        std::fs::write(&path, vec![0; 1000]).unwrap();
    });
    assert!(client(&server).call(&Attach::new(file)).await.is_err());
    assert_eq!(server.calls(), 1);
    assert!(part(&server.bodies()[0]) == content);
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.tag", method = "POST", path = "/open-apis/records/tag", response = Record)]
struct Tag {
    #[hire(multipart)]
    content: File,
    tags: Option<Vec<String>>,
}

#[tokio::test]
async fn an_empty_list_in_a_form_is_refused_because_nothing_would_be_sent() {
    let server = Server::start([Reply::ok(OK)]);
    let request = Tag::new(File::new("a.txt", [1])).tags([""; 0]);
    let error = client(&server).call(&request).await.err().unwrap();
    assert!(error.is_refused() && error.to_string().contains("tags: "), "{error}");
    assert_eq!(server.calls(), 0);
}
