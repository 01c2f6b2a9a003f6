//! Files from addresses in answers: complete or not at all, without a token, and only from allowed hosts.

use super::*;

fn url(server: &Server) -> String {
    format!("{}/file/blob/1?sign={CANARY}", server.url())
}

fn pdf(content: &str) -> Reply {
    Reply::ok(content).with_header("content-disposition", "attachment; filename=\"../a.pdf\"")
}

/// Downloads at most 1,000 bytes to a new folder; returns the result and the files in the folder.
async fn saved(server: &Server) -> (Result<u64, Error>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let download = client(server).download(&url(server), 1000).await;
    let saved = match download {
        Ok(download) => download.save(folder.path().join("a.pdf")).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &saved {
        shows_nothing(error);
    }
    let files = std::fs::read_dir(folder.path()).unwrap();
    (saved, files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect())
}

#[tokio::test]
async fn x11_a_file_is_fetched_without_a_token_and_under_a_safe_name() {
    let server = Server::start([pdf("content"), pdf("content")]);
    let download = client(&server).download(&url(&server), 7).await.unwrap();
    assert_eq!((download.name(), download.size()), (Some("a.pdf"), Some(7)));
    assert_eq!(download.bytes().await.unwrap(), b"content");
    let (size, files) = saved(&server).await;
    assert_eq!((size.unwrap(), files), (7, vec!["a.pdf".to_owned()]));
    assert_eq!((server.tokens(), server.fetches()), (vec![String::new(); 2], 0));
}

#[tokio::test]
async fn l10_no_more_is_read_than_was_asked_for_and_nothing_is_left_of_it() {
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3E9\r\n{}\r\n0\r\n\r\n",
        "x".repeat(1001)
    );
    for reply in [pdf(&"x".repeat(1001)), Reply::endless(), Reply::raw(&chunked)] {
        let server = Server::start([reply]);
        let (saved, files) = saved(&server).await;
        let error = saved.unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
        assert_eq!((files, server.calls()), (vec![], 1));
    }
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.file.get", method = "GET", path = "/open-apis/file", safety = "safe")]
#[hire(response = hire_api::Download)]
struct GetFile {}

#[tokio::test]
async fn an_answer_that_is_a_file_is_not_read_before_it_is_asked_for() {
    let server = Server::start([pdf("{\"code\":1}"), Reply::status(400, r#"{"code":7,"msg":"no"}"#)]);
    let client = client(&server);
    let download = client.call(&GetFile::new()).await.unwrap();
    assert_eq!((download.name(), download.size()), (Some("a.pdf"), Some(10)));
    assert_eq!(download.bytes().await.unwrap(), b"{\"code\":1}");
    assert_eq!(client.call(&GetFile::new()).await.err().unwrap().code(), Some(7));
}

#[tokio::test]
async fn an_answer_with_another_status_is_no_file() {
    for status in [300, 304, 399] {
        let server = Server::start([Reply::status(status, "content")]);
        let error = client(&server).call(&GetFile::new()).await.err().unwrap();
        assert_eq!(error.status(), Some(status), "{error}");
    }
}

#[tokio::test]
async fn only_a_redirect_to_an_address_is_followed() {
    let server = Server::start([Reply::redirect(400, "/elsewhere"), pdf("content")]);
    let error = client(&server).download(&url(&server), 1000).await.err().unwrap();
    assert_eq!((error.status(), server.calls()), (Some(400), 1), "{error}");
    for location in ["http://[::1", "//", "https://"] {
        let server = Server::start([Reply::redirect(302, location)]);
        let error = client(&server).download(&url(&server), 1000).await.err().unwrap();
        assert!(error.to_string().contains("a redirect has no address"), "{location}: {error}");
        assert_eq!((error.status(), server.calls()), (Some(302), 1));
    }
}

#[tokio::test]
async fn a_limit_that_is_set_later_takes_a_file_of_that_size_and_no_larger_one() {
    let server = Server::start([pdf("content"), pdf("content")]);
    let client = client(&server);
    let download = client.download(&url(&server), 1000).await.unwrap().with_max_bytes(7).unwrap();
    assert_eq!(download.bytes().await.unwrap(), b"content");
    let error = client.download(&url(&server), 1000).await.unwrap().with_max_bytes(6).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[tokio::test]
async fn what_breaks_off_or_stands_still_leaves_nothing_behind() {
    for reply in [
        Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal"),
        Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf"),
        // Two lengths: for HTTP it is complete.
        Reply::raw(
            "HTTP/1.1 200 OK\r\ncontent-length: 500\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n\r\n",
        ),
    ] {
        let server = Server::start([reply]);
        let (saved, files) = saved(&server).await;
        assert!(saved.is_err());
        assert_eq!(files, [""; 0]);
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_one_that_has_no_file_is_not() {
    let server = Server::start([Reply::status(503, ""), Reply::close(), pdf("content")]);
    assert_eq!(saved(&server).await.0.unwrap(), 7);
    assert_eq!(server.calls(), 3);
    for status in [403, 404, 204] {
        let server = Server::start([Reply::status(status, ""), pdf("content")]);
        let error = saved(&server).await.0.unwrap_err();
        assert_eq!((error.status(), server.calls()), (Some(status), 1), "{error}");
    }
}

#[tokio::test]
async fn x10_a_file_is_not_followed_to_another_host() {
    let other = Server::start([pdf("content")]);
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([Reply::redirect(status, &url(&other))]);
        let error = saved(&server).await.0.unwrap_err();
        assert!(error.is_refused(), "{error}");
    }
    assert_eq!(other.calls(), 0);
    let server = Server::start([Reply::redirect(302, "/elsewhere"), pdf("content")]);
    assert_eq!(saved(&server).await.0.unwrap(), 7);
    let server = Server::start((0..9).map(|_| Reply::redirect(302, "/file/blob/1")));
    assert!(saved(&server).await.0.unwrap_err().to_string().contains("too many redirects"));
    assert_eq!(server.calls(), 5);
}

/// Saves a download from this server to a path.
async fn save(server: &Server, path: &std::path::Path) -> Result<u64, Error> {
    client(server).download(&url(server), 1_000_000).await?.save(path).await
}

#[tokio::test]
async fn of_files_saved_to_one_path_at_once_one_is_there_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resume.pdf");
    let servers: Vec<_> = ["a", "b", "c", "d"]
        .iter()
        .map(|letter| Server::start((0..10).map(|n| pdf(&letter.repeat(100_000 + n)))))
        .collect();
    for _ in 0..10 {
        let saves = futures_util::future::join_all(servers.iter().map(|server| save(server, &path))).await;
        let there = std::fs::read(&path).unwrap();
        let sizes: Vec<u64> = saves.into_iter().map(Result::unwrap).collect();
        assert!(sizes.contains(&(there.len() as u64)) && there.iter().all(|byte| *byte == there[0]));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_of_another_name_is_untouched_by_a_save() {
    let folder = tempfile::tempdir().unwrap();
    let (path, part) = (folder.path().join("resume.pdf"), folder.path().join("resume.pdf.part"));
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf";
    let server = Server::start((0..4).flat_map(|_| [pdf("content"), Reply::raw(broken)]));
    let both = async || {
        save(&server, &path).await.unwrap();
        save(&server, &path).await.unwrap_err();
        assert_eq!(std::fs::read(&path).unwrap(), b"content");
    };
    std::fs::write(&part, "mine").unwrap();
    both().await;
    assert_eq!(std::fs::read(&part).unwrap(), b"mine");
    std::fs::remove_file(&part).unwrap();
    std::fs::create_dir(&part).unwrap();
    both().await;
    assert!(part.is_dir());
    std::fs::remove_dir(&part).unwrap();
    #[cfg(unix)]
    {
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "mine").unwrap();
        for link in [&part, &path] {
            let _ = std::fs::remove_file(link);
            std::os::unix::fs::symlink(&victim, link).unwrap();
            both().await;
            assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
        }
        assert!(path.symlink_metadata().unwrap().is_file() && part.is_symlink());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_saved_file_is_its_owners_alone_and_one_that_is_replaced_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resume.pdf");
    let server = Server::start((0..4).map(|_| pdf("content")));
    save(&server, &path).await.unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    for mode in [0o644, 0o660, 0o600] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        save(&server, &path).await.unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[tokio::test]
async fn a_save_that_is_given_up_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf")]);
    let path = folder.path().join("resume.pdf");
    let given_up = tokio::time::timeout(Duration::from_millis(300), save(&server, &path)).await;
    assert!(given_up.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_whose_end_cannot_be_told_is_an_error() {
    for reply in [
        "HTTP/1.1 200 OK\r\n\r\n%PDF half a resume",
        "HTTP/1.0 200 OK\r\n\r\n%PDF half a resume",
        "HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename=a.pdf\r\n\r\n%PDF half a resume",
    ] {
        let server = Server::start([Reply::raw(reply)]);
        let (saved, files) = saved(&server).await;
        let error = saved.unwrap_err();
        assert!(error.to_string().contains("nor its end"), "{error}");
        assert_eq!(files, [""; 0]);
    }
}

#[tokio::test]
async fn a_failure_of_feishu_in_place_of_a_file_is_that_error() {
    let failure = r#"{"code":1002003,"msg":"file expired"}"#;
    let spaced = format!("\n {failure}");
    for (reply, kind) in [
        (Reply::ok(failure), Some("application/json")),
        (Reply::ok(failure), Some("Application/JSON; charset=utf-8")),
        (Reply::ok(failure), Some("text/plain")),
        (Reply::ok(&spaced), None),
        (
            Reply::raw(&format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n25\r\n{failure}\r\n0\r\n\r\n"
            )),
            None,
        ),
    ] {
        let reply = kind.into_iter().fold(reply, |reply, kind| reply.with_header("content-type", kind));
        let server = Server::start([reply]);
        let (saved, files) = saved(&server).await;
        let error = saved.unwrap_err();
        assert_eq!((error.code(), error.message()), (Some(1_002_003), Some("file expired")), "{kind:?}");
        assert_eq!((error.status(), files.len()), (Some(200), 0));
        assert!(error.body().unwrap().ends_with(failure.as_bytes()));
    }
    // The shortest and the longest one.
    for (code, length) in [(1, 20), (7, 64 << 10)] {
        let head = format!(r#"{{"code":{code},"msg":""#);
        let failure = format!("{head}{}\"}}", "x".repeat(length - head.len() - 2));
        let server = Server::start([Reply::ok(&failure).with_header("content-type", "application/json")]);
        assert_eq!(saved(&server).await.0.unwrap_err().code(), Some(code), "{length}");
    }
    let server = Server::start([Reply::ok(r#"{"code":99991400,"msg":"slow down"}"#), pdf("content")]);
    assert_eq!(saved(&server).await.0.unwrap(), 7);
}

#[tokio::test]
async fn json_that_is_no_failure_is_a_file() {
    let long = format!(r#"{{"code":1,"text":"{}"}}"#, "x".repeat(900));
    for (reply, size) in [
        (Reply::ok(r#"{"code":0,"msg":"ok"}"#), 21),
        (Reply::ok(r#"{"name":"x"}"#), 12),
        (Reply::ok("{half"), 5),
        (Reply::ok(""), 0),
        (pdf(&long), long.len() as u64),
        (pdf(r#"{"code":5,"msg":"mine"}"#), 23),
    ] {
        let server = Server::start([reply.with_header("content-type", "application/json")]);
        assert_eq!(saved(&server).await.0.unwrap(), size);
    }
    let failure = Reply::ok(r#"{"code":5,"msg":"mine"}"#);
    let server = Server::start([failure.with_header("content-type", "application/octet-stream")]);
    assert_eq!(saved(&server).await.0.unwrap(), 23);
}

#[tokio::test]
async fn a_page_to_sign_in_is_no_file() {
    let page = |text: &str, kind: Option<&str>| {
        kind.into_iter().fold(Reply::ok(text), |reply, kind| reply.with_header("content-type", kind))
    };
    for reply in [
        page("<html>login", None),
        page("\u{feff}\r\n <!DOCTYPE HTML><html>login", Some("application/octet-stream")),
        page("please sign in", Some("text/html; charset=utf-8")),
        page("please sign in", Some("TEXT/HTML")),
        page("<!DOCTYPE html><html>login", None).trickling(Duration::from_millis(2)),
    ] {
        let server = Server::start([reply]);
        let (saved, files) = saved(&server).await;
        let error = saved.unwrap_err();
        assert!(error.to_string().contains("web page"), "{error}");
        assert_eq!((error.status(), files.len(), server.calls()), (Some(200), 0, 1));
    }
    // A caller that requests a page gets it, and a page with the name of a file is a file.
    let server = Server::start([
        page("<html>cv", Some("text/html")),
        pdf("<html>cv"),
        Reply::ok("<htm"),
        Reply::ok("<"),
    ]);
    let asked = format!("{}/cv.html?sign=1", server.url());
    assert_eq!(client(&server).download(&asked, 1000).await.unwrap().bytes().await.unwrap(), b"<html>cv");
    for size in [8, 4, 1] {
        assert_eq!(saved(&server).await.0.unwrap(), size);
    }
    // The target of a redirect does not count.
    let server = Server::start([Reply::redirect(302, "/login.html"), page("login", Some("text/html"))]);
    assert!(saved(&server).await.0.unwrap_err().to_string().contains("web page"));
}

#[tokio::test]
async fn a_trickle_ends() {
    // It does not resume, although it could.
    let named = pdf(&"x".repeat(100)).with_header("etag", "\"v1\"");
    let trickle = || named.again().trickling(Duration::from_millis(20));
    let server = Server::start([trickle(), trickle(), trickle()]);
    let builder = Client::builder("cli_test", format!("{CANARY}-secret")).with_base_url(server.url());
    let client = builder.with_timeout(Duration::from_millis(600)).with_retry(quick()).build().unwrap();
    let error = client.download(&url(&server), 1000).await.unwrap().bytes().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(server.calls(), 1);
    shows_nothing(&error);
    let patient = client.download(&url(&server), 1000).await.unwrap().with_min_speed(0);
    assert_eq!(patient.bytes().await.unwrap().len(), 100);
    // Fifty bytes a second arrive.
    let slow = client.download(&url(&server), 1000).await.unwrap().with_min_speed(5);
    assert_eq!(slow.bytes().await.unwrap().len(), 100);
}
