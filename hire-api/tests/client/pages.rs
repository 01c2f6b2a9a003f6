//! Pages: followed to the end, or to an error.

use super::*;

#[derive(Clone, Default, Endpoint)]
#[hire(name = "test.v1.record.search", method = "GET", path = "/open-apis/records", safety = "safe")]
#[hire(response = Found, paging = "items")]
struct Search {
    #[hire(query)]
    page_token: Option<String>,
}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Found {
    items: Vec<String>,
    has_more: Option<bool>,
    page_token: Option<String>,
}

impl Paged for Search {
    type Item = String;

    fn at_page(self, page_token: String) -> Option<Self> {
        Some(self.page_token(page_token))
    }

    fn page(response: Found) -> Page<String> {
        Page::new(response.items, response.has_more, response.page_token)
    }
}

/// A page with these items, and a token if another page follows.
fn page(items: &[&str], next: Option<&str>) -> Reply {
    let next = next.map_or("false".to_owned(), |token| format!(r#"true,"page_token":"{token}""#));
    Reply::ok(&format!(r#"{{"code":0,"data":{{"items":{items:?},"has_more":{next}}}}}"#))
}

#[tokio::test]
async fn l09_pages_are_followed_to_the_end() {
    let replies = [page(&["a", "b"], Some("1")), page(&[], Some("=+/&")), page(&["c"], None)];
    let server = Server::start(replies);
    let client = client(&server);
    let mut items = client.items(Search::new());
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.unwrap());
    }
    assert_eq!((found.join(""), server.calls()), ("abc".to_owned(), 3));
    assert!(items.next().await.is_none());
    assert_eq!(server.queries(), ["", "page_token=1", "page_token=%3D%2B%2F%26"]);
}

#[tokio::test]
async fn l09_many_pages_are_a_stream() {
    let count = 2_000;
    let server =
        Server::start((0..count).map(|n| page(&["x"], (n + 1 < count).then(|| n.to_string()).as_deref())));
    let client = client(&server);
    let items = client.items(Search::new()).into_stream();
    assert_eq!(items.try_fold(0, |sum, _| async move { Ok(sum + 1) }).await.unwrap(), count);
}

#[tokio::test]
async fn f46_pages_that_cannot_be_followed_end_with_an_error() {
    let nowhere = ["", r#","page_token":"""#]
        .map(|token| format!(r#"{{"code":0,"data":{{"items":["a"],"has_more":true{token}}}}}"#));
    for body in nowhere {
        let server = Server::start([Reply::ok(&body), Reply::ok(&body)]);
        let client = client(&server);
        let mut pages = client.pages(Search::new());
        assert_eq!(pages.next().await.unwrap().unwrap().items, ["a"], "what has arrived is not lost");
        let error = pages.next().await.unwrap().err().unwrap();
        assert!(error.to_string().contains("without a token"), "{error}");
        assert!(pages.next().await.is_none());
        assert_eq!(server.calls(), 1);
    }
    for circle in 1..9 {
        let server = Server::start((0..100).map(|n| page(&["x"], Some(&(n % circle).to_string()))));
        let client = client(&server);
        let mut pages = client.pages(Search::new());
        let error = loop {
            match pages.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("the circle of {circle} was not found"),
            }
        };
        assert!(error.to_string().contains("page tokens repeat"), "{error}");
        assert!(server.calls() <= 1 + 3 * circle, "{} for a circle of {circle}", server.calls());
    }
}

#[tokio::test]
async fn f46_after_an_error_the_same_page_can_be_asked_for_again() {
    let expired = Reply::status(400, r#"{"code":40040,"msg":"page token expired"}"#);
    let server = Server::start([page(&["a"], Some("p2")), expired, page(&["b"], None), page(&["b"], None)]);
    let client = client(&server);
    let mut pages = client.pages(Search::new());
    assert_eq!(pages.resume_token(), None);
    pages.next().await.unwrap().unwrap();
    let token = pages.resume_token().unwrap().to_owned();
    assert_eq!(pages.next().await.unwrap().err().unwrap().code(), Some(40_040));
    for _ in 0..100 {
        assert!(pages.next().await.is_none(), "nobody asks again and again");
    }
    assert!(!pages.skip() && pages.resume_token() == Some("p2"));
    pages.try_again();
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["b"]);
    assert!(pages.next().await.is_none() && pages.resume_token().is_none());
    let mut later = client.pages(Search::new()).from_token(token);
    assert_eq!(later.next().await.unwrap().unwrap().items, ["b"]);
    assert_eq!(server.queries(), ["", "page_token=p2", "page_token=p2", "page_token=p2"]);
}

#[tokio::test]
async fn behind_a_page_that_cannot_be_read_it_goes_on() {
    let unreadable = r#"{"code":0,"data":{"items":7,"has_more":true,"page_token":"p3"},"data":[]}"#;
    for odd in [unreadable, r#"{"code":0,"data":{"items":"x","has_more":"odd","page_token":"p3"}}"#] {
        let server = Server::start([page(&["a"], Some("p2")), Reply::ok(odd), page(&["c"], None)]);
        let client = client(&server);
        let mut items = client.items(Search::new());
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            match item {
                Ok(item) => found.push(item),
                Err(_) => drop(items.skip()),
            }
        }
        assert_eq!(found.first().map(String::as_str), Some("a"));
        assert!(server.calls() <= 3);
    }
}

#[tokio::test]
async fn items_are_a_stream_that_is_dropped_and_taken_up_at_any_time() {
    use futures_util::StreamExt;

    let count = 50;
    let server =
        Server::start((0..count).map(|n| page(&["x"], (n + 1 < count).then(|| n.to_string()).as_deref())));
    let client = client(&server);
    let mut items = client.items(Search::new());
    let mut found = 0;
    loop {
        match tokio::time::timeout(Duration::from_micros(300), StreamExt::next(&mut items)).await {
            Err(_) => {}
            Ok(Some(item)) => found += usize::from(item.is_ok()),
            Ok(None) => break,
        }
    }
    assert_eq!((found, server.calls()), (count, count));
}
