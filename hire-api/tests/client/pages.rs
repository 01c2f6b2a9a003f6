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

    fn at_page(self, page_token: String) -> Self {
        self.page_token(page_token)
    }

    fn page(response: Found) -> Page<String> {
        Page::new(response.items, response.has_more, response.page_token)
    }
}

/// A page with these items, and a token for the next one where there is one.
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
    let nowhere =
        [r#"{"code":0,"data":{"has_more":true}}"#, r#"{"code":0,"data":{"has_more":true,"page_token":""}}"#];
    for body in nowhere {
        let server = Server::start([Reply::ok(body), Reply::ok(body)]);
        let client = client(&server);
        let mut pages = client.pages(Search::new());
        let error = pages.next().await.unwrap().err().unwrap();
        assert!(error.to_string().contains("and not where"), "{error}");
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
        assert!(error.to_string().contains("in a circle"), "{error}");
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
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["b"]);
    assert!(pages.next().await.is_none() && pages.resume_token().is_none());
    let mut later = client.pages(Search::new()).from_token(token);
    assert_eq!(later.next().await.unwrap().unwrap().items, ["b"]);
    assert_eq!(server.queries(), ["", "page_token=p2", "page_token=p2", "page_token=p2"]);
}
