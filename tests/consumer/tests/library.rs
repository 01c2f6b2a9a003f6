//! Your own specs work like those of hire-api: typed, checked, paged and mocked.

#![allow(clippy::unwrap_used, reason = "a test ends with a panic")]

use hire_api::Client;
use hire_consumer::Services;
use hire_consumer::library::v1::book::{create, list};
use hire_consumer::library::v1::types::Genre;
use hire_gen::mock::Mock;

async fn library() -> (Mock, Client) {
    let mock = Mock::start(concat!(env!("CARGO_MANIFEST_DIR"), "/schema")).await.unwrap();
    let client = Client::builder("cli_library", "secret").with_base_url(mock.url()).build().unwrap();
    (mock, client)
}

#[tokio::test]
async fn a_book_is_added_and_listed() {
    let (_mock, client) = library().await;
    let book =
        create::Request::new("红楼梦").genre(Genre::Novel).printed_by("人民文学出版社").isbn("9787020002207");
    let added = client.library().v1().book().create(book).await.unwrap();
    assert_eq!(added.book_id.as_deref(), Some("b1"));
    let mut books = client.items(list::Request::new().genre(Genre::Novel));
    let book = books.next().await.unwrap().unwrap();
    assert_eq!(
        (book.title.as_deref(), book.genre.and_then(|genre| genre.label())),
        (Some("红楼梦"), Some("小说"))
    );
    assert!(books.next().await.is_none());
}

/// A value of hire-api fits into a call of this crate, and vice versa.
#[tokio::test]
async fn a_type_of_hire_api_is_that_very_type() {
    let (mock, client) = library().await;
    let kind = hire_api::hire::v1::types::UserIdType::UnionId;
    let ours: hire_consumer::library::v1::types::UserIdType = kind.clone();
    assert_eq!(ours, kind);
    let book = create::Request::new("红楼梦").user_id_type(kind).lent_to("on_1");
    client.library().v1().book().create(book).await.unwrap();
    let sent = mock.take_requests().pop().unwrap();
    assert_eq!(sent.query, [("user_id_type".to_owned(), "union_id".to_owned())]);
}

#[tokio::test]
async fn what_the_specs_say_is_checked_before_anything_is_sent() {
    let (_mock, client) = library().await;
    let book = create::Request::new("x".repeat(21)).genre(Genre::Novel);
    let error = client.library().v1().book().create(book).await.unwrap_err();
    let paths: Vec<&str> = error.violations().iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["title", "printed_by"]);
}

#[tokio::test]
async fn codes_have_the_names_of_the_specs() {
    let (mock, client) = library().await;
    mock.answer_once("library.v1.book.create", 7001).unwrap();
    let error = client.library().v1().book().create(create::Request::new("诗经")).await.unwrap_err();
    assert_eq!(error.code_of::<create::Request>(), Some(create::Code::ShelfFull));
    assert_eq!(error.advice(), Some("Make room first."));
}
