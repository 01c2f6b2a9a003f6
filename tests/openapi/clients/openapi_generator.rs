//! Calls the mock with the client that openapi-generator generates from the 3.0 document.

use feishu_openapi_generator::apis::Error;
use feishu_openapi_generator::apis::configuration::Configuration;
use feishu_openapi_generator::apis::hire_v1_note_api::{HireV1NoteCreateError, hire_v1_note_create};
use feishu_openapi_generator::models::{
    HireV1NoteCreateRequest, HireV1NoteCreateResponse, HireV1TalentGetTalentBasicInfo,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let [url, token] = [1, 2].map(|index| std::env::args().nth(index).unwrap());
    let body = HireV1NoteCreateRequest::new("6916472453069883661".to_owned(), "called".to_owned());

    let answer = hire_v1_note_create(&client(&url, &token), body.clone(), None).await?;
    let note = answer.data.flatten().and_then(|data| data.note.flatten()).unwrap();
    assert_eq!((answer.code, note.id.flatten().as_deref()), (0, Some("6949805467799537964")));

    match hire_v1_note_create(&client(&url, "t-nobody"), body, None).await {
        Err(Error::ResponseError(refused)) => match refused.entity {
            Some(HireV1NoteCreateError::Status400(failure)) => assert_eq!(failure.code, 99_991_663),
            other => panic!("a failure that is none of the document's: {other:?}"),
        },
        other => panic!("a token that nobody gave out was taken: {other:?}"),
    }

    // Unlisted values are read, and so is `null`.
    let info: HireV1TalentGetTalentBasicInfo = serde_json::from_str(r#"{"gender": 99}"#)?;
    assert_eq!(info.gender.flatten(), Some(99));
    let answer: HireV1NoteCreateResponse =
        serde_json::from_str(r#"{"code": 0, "msg": null, "data": {"note": {"id": null, "new": [1]}}}"#)?;
    assert_eq!(answer.data.flatten().and_then(|data| data.note.flatten()?.id.flatten()), None);
    println!("openapi-generator: called");
    Ok(())
}

fn client(url: &str, token: &str) -> Configuration {
    Configuration {
        base_path: url.to_owned(),
        bearer_access_token: Some(token.to_owned()),
        ..Configuration::default()
    }
}
