//! Files from addresses that answers give: whole or not at all, without a token, from nowhere else.

use super::*;

fn url(server: &Server) -> String {
    format!("{}/file/blob/1?sign={CANARY}", server.url())
}

fn pdf(content: &str) -> Reply {
    Reply::ok(content).with_header("content-disposition", "attachment; filename=\"../a.pdf\"")
}

/// What a download of at most 1,000 bytes to a new folder gives, and which files are there then.
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
        assert!(error.to_string().contains("larger than it may be"), "{error}");
        assert_eq!((files, server.calls()), (vec![], 1));
    }
}

#[tokio::test]
async fn what_breaks_off_or_stands_still_leaves_nothing_behind() {
    for reply in [
        Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal"),
        Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf"),
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
    assert!(saved(&server).await.0.unwrap_err().to_string().contains("again and again"));
    assert_eq!(server.calls(), 5);
}
