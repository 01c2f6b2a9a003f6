//! One file uses hire-api's services, those of another crate, and its own specs for the same services.

#![allow(clippy::unwrap_used, reason = "a test ends with a panic")]

use hire::Client;
use hire_consumer::Services as _;
use hire_gen::mock::Mock;
use hire_renamed::api::hire::v1::secret::get;
use hire_renamed::api::library::v1::shelf::list;

fn client(url: &str) -> Client {
    Client::builder("cli_library", "secret").with_base_url(url).build().unwrap()
}

#[tokio::test]
async fn a_spec_of_a_service_that_hire_api_has_is_called() {
    let mock = Mock::start(concat!(env!("CARGO_MANIFEST_DIR"), "/schema")).await.unwrap();
    let client = client(mock.url());
    let secret = hire_renamed::api::hire(&client).v1().secret();
    secret.get(get::Request::new("s1")).await.unwrap();
    let error =
        client.hire().v1().note().get(hire::hire::v1::note::get::Request::new("n1")).await.unwrap_err();
    assert!(error.to_string().contains("hire.v1.note.get"), "{error}");
}

#[tokio::test]
async fn two_crates_have_specs_of_one_service() {
    let mock = Mock::start(concat!(env!("CARGO_MANIFEST_DIR"), "/schema")).await.unwrap();
    let client = client(mock.url());
    hire_renamed::api::library(&client).v1().shelf().list(list::Request::new()).await.unwrap();
    let book = hire_consumer::library::v1::book::list::Request::new();
    hire_consumer::library(&client).v1().book().list(book.clone()).await.unwrap_err();
    // A trait works as long as the other one is not in scope.
    client.library().v1().book().list(book).await.unwrap_err();
}
