//! What answers come to, and that a request which may have been processed is not sent again.

use super::*;

#[tokio::test]
async fn f01_a_refused_connection_is_an_error_and_nothing_was_sent() {
    let server = Server::start([]);
    let client = client(&server);
    server.stop();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error}");
    shows_nothing(&error);
}

#[tokio::test]
async fn f05_to_f11_a_broken_answer_is_ambiguous_and_the_request_is_not_sent_again() {
    for reply in [
        Reply::close(),
        Reply::raw("HTTP/1.1 200 O"),
        Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":0}"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cod"),
        Reply::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ] {
        let (error, calls) = refused([reply, Reply::ok(OK)]).await;
        assert!(error.is_ambiguous() && !error.is_timeout(), "{error}");
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn f06_a_kept_connection_that_closed_does_not_send_twice() {
    let server = Server::start([Reply::ok(OK), Reply::close(), Reply::ok(OK)]);
    let client = client(&server);
    client.call(&request()).await.unwrap();
    let error = client.call(&request()).await.err().unwrap();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn f13_a_stalled_answer_ends_with_the_timeout() {
    let (error, calls) = refused([Reply::stall("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")]).await;
    assert!(error.is_timeout() && error.is_ambiguous(), "{error}");
    assert_eq!(calls, 1);
}

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
async fn f34_to_f38_what_is_not_an_envelope_is_an_error() {
    for (status, body) in [
        (502, "<html>canary-7f3a</html>"),
        (200, "<html>log in, canary-7f3a</html>"),
        (404, "404 page not found"),
        (200, ""),
        (200, "{}"),
        (200, r#"{"code":0,"data":{"id":"1"}"#),
        (200, r#"{"code":0} canary-7f3a"#),
        (200, r#"{"code":5,"code":0,"data":{"id":"1"}}"#),
        (500, r#"{"code":0,"data":{"id":"1"}}"#),
        (200, r#"{"code":0,"data":{"count":"canary-7f3a"}}"#),
        (200, r#"{"code":0,"data":["canary-7f3a"]}"#),
        (200, r#"{"code":0,"data":{"count":9223372036854775808}}"#),
    ] {
        let (error, calls) = refused([Reply::status(status, body)]).await;
        assert_eq!((error.status(), calls), (Some(status), 1), "{error}");
        assert!(error.is_ambiguous(), "{error}");
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
async fn f44_an_endless_answer_is_cut_off() {
    let (error, _) = refused([Reply::endless()]).await;
    assert!(error.to_string().contains("more than"), "{error}");
}

#[tokio::test]
async fn f45_garbage_in_place_of_http_is_an_error() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    for reply in [Reply::raw("\0\0\0\0\r\n\r\n"), Reply::raw("SSH-2.0-x\r\n"), Reply::raw(&long)] {
        let (error, calls) = refused([reply]).await;
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(calls, 1);
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
