//! Calls the mock with the client that progenitor generates from the 3.0 document.

use feishu_progenitor::types::{HireV1Gender, HireV1NoteCreateRequest, HireV1NoteCreateResponse};
use feishu_progenitor::{Client, Error};
use reqwest::header::{AUTHORIZATION, HeaderMap};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [url, token] = [1, 2].map(|index| std::env::args().nth(index).unwrap());
    let body: HireV1NoteCreateRequest =
        serde_json::from_str(r#"{"talent_id": "6916472453069883661", "content": "called", "privacy": 1}"#)?;

    let answer = client(&url, &token)?.hire_v1_note_create(None, &body).await?.into_inner();
    let note = answer.data.and_then(|data| data.note).unwrap();
    assert_eq!((answer.code, note.id.as_deref()), (0, Some("6949805467799537964")));

    match client(&url, "t-nobody")?.hire_v1_note_create(None, &body).await {
        Err(Error::ErrorResponse(failure)) => assert_eq!(failure.code, 99_991_663),
        other => panic!("a token that nobody gave out was taken: {other:?}"),
    }

    // Unlisted values are read, and so is `null`.
    assert_eq!(*serde_json::from_str::<HireV1Gender>("99")?, 99);
    let answer: HireV1NoteCreateResponse =
        serde_json::from_str(r#"{"code": 0, "msg": null, "data": {"note": {"id": null, "new": [1]}}}"#)?;
    assert_eq!(answer.data.and_then(|data| data.note?.id), None);
    println!("progenitor: called");
    Ok(())
}

fn client(url: &str, token: &str) -> Result<Client, Box<dyn std::error::Error>> {
    let headers = HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {token}").parse()?)]);
    Ok(Client::new_with_client(url, reqwest::Client::builder().default_headers(headers).build()?))
}
