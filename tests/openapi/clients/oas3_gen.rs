//! Calls the mock with the client that oas3-gen generates from the document.

use feishu_oas3_gen::*;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let [url, token] = [1, 2].map(|index| std::env::args().nth(index).unwrap());
    let body = HireV1NoteCreateRequest {
        talent_id: "6916472453069883661".to_owned(),
        content: "called".to_owned(),
        ..Default::default()
    };
    let request = HireV1NoteCreateRequestParams { body, ..Default::default() };

    let client = Feishu::with_base_url(&url)?.with_tenant_access_token(token);
    let ApiResponse::Ok(answer) = client.hire_v1_note_create(request.clone()).await? else {
        panic!("no answer");
    };
    let note = answer.body.data.and_then(|data| data.note).unwrap();
    assert_eq!((answer.body.code, note.id.as_deref()), (0, Some("6949805467799537964")));

    let nobody = Feishu::with_base_url(&url)?.with_tenant_access_token("t-nobody");
    let ApiResponse::BadRequest(failure) = nobody.hire_v1_note_create(request).await? else {
        panic!("a token that nobody gave out was taken");
    };
    assert_eq!(failure.body.code, 99_991_663);

    // Unlisted values are read, and so is `null`. Enums with the same values become one, named after any of them.
    let gender = |text: &str| serde_json::from_str::<HireV1Gender>(text);
    assert!(matches!(gender("1")?, HireV1Gender::Enum(_)));
    assert_eq!(gender("99")?, HireV1Gender::Integer(99));
    let answer: HireV1NoteCreateResponse =
        serde_json::from_str(r#"{"code": 0, "msg": null, "data": {"note": {"id": null, "new": [1]}}}"#)?;
    assert_eq!(answer.data.and_then(|data| data.note?.id), None);
    println!("oas3-gen: called");
    Ok(())
}
