//! The interpretation of answers; a request that may have been processed is not sent again.

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
async fn f37_what_does_not_fit_is_absent_and_told_with_its_place() {
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<String>>>);

    impl Observer for Heard {
        fn attempted(&self, _: &Attempt<'_>) {}

        fn noticed(&self, notice: &Notice<'_>) {
            if let Notice::Mismatched { endpoint, mismatches } = notice {
                self.0.lock().unwrap().push(format!("{}: {mismatches}", endpoint.name));
            }
        }
    }

    let reply =
        || Reply::ok(r#"{"code":0,"data":{"tags":["a",["canary-7f3a"],"b"],"count":"canary-7f3a","id":1}}"#);
    let server = Server::start([reply(), reply()]);
    let heard = Heard::default();
    let builder = builder(&server).with_observer(heard.clone());
    let answer = builder.clone().build().unwrap().answer(&request(), CallOptions::new()).await.unwrap();
    assert_eq!((answer.data.id.as_deref(), answer.data.count), (Some("1"), None));
    assert_eq!(answer.data.tags, ["a", "b"]);
    let places: Vec<String> = answer.mismatches.iter().map(ToString::to_string).collect();
    assert_eq!(
        places,
        ["data.tags[1]: expected a string", "data.count: expected a whole number of 64 bits"],
        "by place, and without the value"
    );
    let strict = builder.with_strict_answers(true).build().unwrap();
    let error = strict.call(&request()).await.unwrap_err();
    assert!(error.is_processed() && !error.is_ambiguous());
    assert!(error.to_string().contains("data.tags[1]: expected a string"), "{error}");
    shows_nothing(&error);
    let told = format!("test.v1.record.create: {}", places.join("; "));
    assert_eq!(*heard.0.lock().unwrap(), [told.clone(), told]);
}

#[tokio::test]
async fn f37_what_does_not_fit_around_the_data_is_told_too() {
    let server = Server::start([Reply::ok(r#"{"code":0,"data":{"id":"1","count":[]}} and more"#)]);
    let answer = client(&server).answer(&request(), CallOptions::new()).await.unwrap();
    assert_eq!(answer.data.id.as_deref(), Some("1"));
    let told = answer.mismatches.to_string();
    assert!(told.contains("data.count") && told.contains("nothing after the answer"), "{told}");
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

#[tokio::test]
async fn only_a_redirect_leads_elsewhere_and_only_a_success_is_one() {
    let location = "https://elsewhere.example/x";
    for (status, leads) in [(300, true), (399, true), (400, false), (404, false)] {
        let (error, _) = refused([Reply::redirect(status, location)]).await;
        assert_eq!(error.to_string().contains("it redirects to `elsewhere.example`"), leads, "{error}");
    }
    for (status, is_success) in [(200, true), (299, true), (300, false), (400, false)] {
        let (answer, _) = call([Reply::status(status, OK)]).await;
        assert_eq!(answer.is_ok(), is_success, "{status}");
    }
}

#[test]
fn a_test_of_a_program_makes_errors_and_everything_that_an_answer_says_can_be_asked_for() {
    let body = br#"{"code":1002053,"msg":"no","error":{"troubleshooter":"see https://a.example","details":[{"key":"a",
        "value":"canary-7f3a"}],"helps":[{"url":"https://b.example"},{"url":"https://c.example"}]}}"#;
    let error = Error::of_answer::<Create>(500, body).unwrap();
    assert_eq!(error.code_of::<Create>(), Some(Failure::AlreadyThere));
    assert_eq!(error.troubleshooter(), Some("see https://a.example"));
    assert_eq!(error.details(), [("a".to_owned(), "canary-7f3a".to_owned())]);
    assert_eq!(error.help_urls(), ["https://b.example", "https://c.example"]);
    assert_eq!((error.help_url(), error.status()), (Some("https://b.example"), Some(500)));
    assert_eq!(error.body(), Some(&body[..]));
    shows_nothing(&error);
    assert_eq!(Error::of_answer::<Import>(500, body).unwrap().code_of::<Create>(), None);
    assert!(Error::of_answer::<Create>(200, OK.as_bytes()).is_none());
    assert!(Error::of_no_connection::<Create>().is_connect());
    let late = Error::of_timeout::<Create>();
    assert!(late.is_timeout() && late.is_ambiguous());
    assert_eq!(late.attempts(), 1);
}

#[derive(Clone, Endpoint)]
#[hire(
    name = "test.v1.bare.get",
    method = "GET",
    path = "/open-apis/bare",
    safety = "safe",
    envelope = "bare"
)]
#[hire(response = Record)]
struct Bare {}

#[tokio::test]
async fn an_answer_without_an_envelope_is_all_data() {
    let answers = [
        (Reply::ok(r#"{"id":"1","count":2}"#), Some("1")),
        // A field of this name has no meaning here.
        (Reply::ok(r#"{"code":5,"id":"2"}"#), Some("2")),
        (Reply::ok(r#"{"code":0,"data":{"id":"3"}}"#), None),
        (Reply::status(201, r#"{"id":"4"}"#), Some("4")),
    ];
    for (reply, id) in answers {
        let server = Server::start([reply]);
        assert_eq!(client(&server).call(&Bare::new()).await.unwrap().id.as_deref(), id);
    }
    let failure = || Reply::status(400, r#"{"code":1002001,"msg":"no"}"#);
    let server = Server::start([failure(), failure(), failure()]);
    let error = client(&server).call(&Bare::new()).await.err().unwrap();
    assert_eq!(error.code(), Some(1_002_001));
    let server = Server::start([Reply::ok("<html>")]);
    let error = client(&server).call(&Bare::new()).await.err().unwrap();
    assert!(error.is_processed(), "{error}");
}

#[tokio::test]
async fn a_log_id_of_any_length_is_kept_short() {
    let reply = Reply::ok(r#"{"code":1002001,"msg":"no"}"#).with_header("x-tt-logid", &"7".repeat(5000));
    let (error, _) = refused([reply.again(), reply.again(), reply]).await;
    assert_eq!(error.log_id().map(str::len), Some(200));
}
