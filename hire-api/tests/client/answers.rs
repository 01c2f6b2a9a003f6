//! What answers come to, and that a request which may have been processed is not sent again.

use super::*;

#[tokio::test]
async fn f31_f32_a_code_is_an_error_whatever_the_status() {
    for status in [200, 400, 500] {
        let answer = r#"{"code":1002053,"msg":"exists","error":{"log_id":"20240101","field_violations":
            [{"field":"name","value":"canary-7f3a-name","description":"taken"}]}}"#;
        let (error, calls) = refused([Reply::status(status, answer)]).await;
        assert_eq!((error.code(), error.name()), (Some(1_002_053), Some("AlreadyThere")));
        assert_eq!(error.code_of::<Create>(), Some(Failure::AlreadyThere));
        assert_eq!(error.code_of::<Get>(), None, "it is another endpoint's");
        assert_eq!((error.status(), error.advice()), (Some(status), Some("Look at it first.")));
        assert_eq!(error.log_id(), Some("20240101"));
        assert_eq!(error.field_violations()[0].description, "taken");
        assert!(!error.is_ambiguous());
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn f37_an_answer_of_another_shape_is_told_with_its_place() {
    let (error, _) = refused([Reply::ok(r#"{"code":0,"data":{"tags":["a",["b"]]}}"#)]).await;
    assert!(error.to_string().contains("data.tags[1]: "), "{error}");
}

#[tokio::test]
async fn f39_f40_missing_null_and_unknown_parts_are_fine() {
    for body in [
        r#"{"code":0}"#,
        r#"{"code":0,"data":null}"#,
        r#"{"code":0,"data":{}}"#,
        r#"{"code":0,"data":[]}"#,
        r#"{"code":0,"msg":7,"data":{"id":null,"tags":null,"new":{"a":[1]}},"more":true}"#,
    ] {
        let record = call([Reply::ok(body)]).await.0.unwrap();
        assert_eq!((record.id, record.count, record.tags.len()), (None, None, 0));
    }
}

#[tokio::test]
async fn x10_redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([Reply::ok(OK)]);
        let location = format!("{}/open-apis/records/r1", elsewhere.url());
        let (error, calls) = refused([Reply::redirect(status, &location), Reply::ok(OK)]).await;
        assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
        assert_eq!((elsewhere.calls(), elsewhere.fetches()), (0, 0));
    }
}
