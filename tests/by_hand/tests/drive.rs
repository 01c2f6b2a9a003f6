//! A hand-written endpoint behaves like one from a spec.

#![allow(clippy::unwrap_used, reason = "a test ends with a panic")]

use hire_api::Client;
use hire_by_hand::{Kind, Move, MoveCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Issues a token to any client, and answers the next request with this; returns the request.
async fn answering(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 65_536];
            let read = stream.read(&mut bytes).await.unwrap();
            let request = String::from_utf8_lossy(bytes.get(..read).unwrap()).into_owned();
            let token = r#"{"code":0,"tenant_access_token":"t-1","expire":7200}"#;
            let body = if request.contains("/auth/") { token } else { answer };
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            if !request.contains("/auth/") {
                return request;
            }
        }
    });
    (url, served)
}

fn client(url: &str) -> Client {
    Client::builder("cli_drive", "secret").with_base_url(url).build().unwrap()
}

#[tokio::test]
async fn it_is_sent_as_its_attributes_say_and_shows_nothing_sensitive() {
    let (url, served) = answering(r#"{"code":0,"msg":"ok","data":{"task_id":"7"}}"#).await;
    let request = Move::new("boxcn/1", Kind::Docx, "fldcn");
    assert_eq!(
        format!("{request:?}"),
        r#"Move { file_token: "boxcn/1", kind: Docx, folder_token: [hidden] }"#
    );
    assert_eq!(client(&url).call(&request).await.unwrap().task_id.as_deref(), Some("7"));
    let sent = served.await.unwrap();
    assert!(sent.starts_with("POST /open-apis/drive/v1/files/boxcn%2F1/move HTTP/1.1\r\n"), "{sent}");
    assert!(sent.ends_with(r#"{"kind":"docx","folder_token":"fldcn"}"#), "{sent}");
}

#[tokio::test]
async fn its_codes_have_its_names() {
    let (url, _served) = answering(r#"{"code":1061007,"msg":"file has been deleted"}"#).await;
    let error = client(&url).call(&Move::new("boxcn", Kind::Sheet, "fldcn")).await.unwrap_err();
    assert_eq!(error.code_of::<Move>(), Some(MoveCode::FileDeleted));
    assert_eq!(error.advice(), Some("Restore it first."));
}
