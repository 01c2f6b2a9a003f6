//! Calls of the schema against its mock: requests are sent as specified, and answers arrive.

use hire_api::{CallOptions, Client, Endpoint as _, File, Paged as _, Retry};
use hire_gen::mock::Mock;

use super::api::shop::v1::order::attach_all::{self, AttachmentKind, AttachmentLevel};
use super::api::shop::v1::token::issue;
use super::folder;

async fn started() -> (Mock, Client) {
    let mock = Mock::start(folder("schema")).await.unwrap();
    let builder = Client::builder("cli_shapes", "secret").with_base_url(mock.url());
    (mock, builder.with_retry(Retry::never()).build().unwrap())
}

#[tokio::test]
async fn a_flat_answer_is_read_beside_its_code_and_no_token_is_sent_or_fetched_where_none_is_taken() {
    let (mock, client) = started().await;
    let answer = client.answer(&issue::Request::new("k"), CallOptions::new()).await.unwrap();
    assert_eq!((answer.data.ticket.as_deref(), answer.data.expire), (Some("t-1"), Some(7200)));
    assert_eq!(answer.message, "success");
    assert_eq!(mock.token_fetches(), 0);
    // It must not send a user's token either.
    let options = CallOptions::new().with_user_token("u-somebody");
    client.call_with(&issue::Request::new("k"), options).await.unwrap();
    let told = r#"{"code":10003,"msg":"invalid param","ticket":"t-1"}"#;
    mock.answer_once_with("shop.v1.token.issue", 200, told).unwrap();
    let error = client.call(&issue::Request::new("k")).await.unwrap_err();
    assert_eq!(error.code(), Some(10003));
    assert_eq!(mock.token_fetches(), 0);
}

#[tokio::test]
#[allow(deprecated, reason = "that is what it is about")]
async fn a_deprecated_endpoint_on_another_host_is_asked_at_the_base_url_of_a_test() {
    use super::api::shop::v1::order::search;

    let (mock, client) = started().await;
    let metadata = search::Request::METADATA;
    assert_eq!(metadata.base_urls, [("https://open.feishu.cn", "https://www.feishu.cn")]);
    assert_eq!(client.call(&search::Request::new()).await.unwrap().items, ["o-1"]);
    assert_eq!(mock.requests().len(), 1);
    let page = search::Request::new().at_page("p".to_owned()).unwrap();
    assert_eq!(page.page_token.as_deref(), Some("p"));
}

#[test]
#[allow(deprecated, reason = "pages of a deprecated endpoint are turned like others")]
fn pages_are_as_large_as_they_may_be_unless_the_request_says_how_large() {
    use super::api::shop::v1::order::{list, search};

    assert_eq!(list::Request::new().with_largest_page().page_size, Some(50));
    assert_eq!(list::Request::new().page_size(3).with_largest_page().page_size, Some(3));
    // The page does not state a size.
    assert_eq!(search::Request::new().with_largest_page().page_size, None);
}

#[tokio::test]
async fn a_form_takes_enums_lists_and_several_files() {
    let (mock, client) = started().await;
    let files = [File::new("a.pdf", "a"), File::new("b.pdf", "bc")];
    let request = attach_all::Request::new(AttachmentKind::Photo, files)
        .tags(["x", "y"])
        .levels([AttachmentLevel::Staff]);
    client.call(&request).await.unwrap();
    let sent = mock.take_requests().remove(0).body.unwrap();
    let expected = serde_json::json!({
        "kind": "photo",
        "files": [{"file_name": "a.pdf", "bytes": 1}, {"file_name": "b.pdf", "bytes": 2}],
        "tags": ["x", "y"],
        "levels": [2],
    });
    assert_eq!(sent, expected);
    let too_many = attach_all::Request::new(AttachmentKind::Photo, vec![File::new("a", "a"); 3]);
    assert!(client.call(&too_many).await.unwrap_err().to_string().contains("files"));
}

#[tokio::test]
async fn an_answer_that_is_a_file_is_a_download_and_a_failure_in_its_place_is_an_error() {
    use super::api::shop::v1::receipt::download::{Code, Request};

    let (mock, client) = started().await;
    let download = client.call(&Request::new("r-1")).await.unwrap();
    assert_eq!(
        (download.name(), download.content_type()),
        (Some("file.bin"), Some("application/octet-stream"))
    );
    let expected = b"a file of shop.v1.receipt.download\n";
    assert_eq!(download.size(), Some(expected.len() as u64));
    assert_eq!(download.bytes().await.unwrap(), expected);
    assert_eq!(mock.token_fetches(), 1);
    assert!(client.call(&Request::new("r-1")).await.unwrap().with_max_bytes(3).is_err());

    let told = |status, body: &str| mock.answer_once_with("shop.v1.receipt.download", status, body).unwrap();
    mock.answer_once("shop.v1.receipt.download", 1001).unwrap();
    let error = client.call(&Request::new("r-1")).await.unwrap_err();
    assert_eq!((error.code(), error.code_of::<Request>()), (Some(1001), Some(Code::NoReceipt)));
    // The same with a success status.
    told(200, r#"{"code":1001,"msg":"no receipt"}"#);
    assert_eq!(client.call(&Request::new("r-1")).await.unwrap_err().code(), Some(1001));
    // JSON that is not a failure is a file like any other.
    for json in [r#"{"code":0,"msg":"a file"}"#, r#"{"codes":[1]}"#, "[]", "\"text\""] {
        told(200, json);
        assert_eq!(client.call(&Request::new("r-1")).await.unwrap().bytes().await.unwrap(), json.as_bytes());
    }
    let long = format!("[{}1]", "1,".repeat(100_000));
    told(200, &long);
    assert_eq!(client.call(&Request::new("r-1")).await.unwrap().bytes().await.unwrap(), long.as_bytes());
}

/// The items of each page, and the request for the next one.
async fn turned<E: hire_api::Paged<Item: std::fmt::Debug>>(request: E) -> (String, Vec<serde_json::Value>) {
    let (mock, client) = started().await;
    let mut pages = client.pages(request);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(page.unwrap().items);
    }
    let sent = mock.take_requests().into_iter();
    let asked = sent.map(|sent| sent.body.unwrap_or_else(|| serde_json::json!(sent.query)));
    (format!("{found:?}"), asked.collect())
}

#[tokio::test]
async fn pages_are_turned_by_fields_of_any_name_and_by_the_number_of_items() {
    use super::api::shop::v1::member::{files, filter, goals, visits};
    use serde_json::json;

    let request = filter::Request::new().page_request(filter::PageRequest::new().page_size(1));
    let asked = json!([
        {"page_request": {"page_size": 1}},
        {"page_request": {"page_size": 1, "page_token": "p2"}},
    ]);
    assert_eq!(json!(turned(request).await), json!([r#"["m-1", "m-1"]"#, asked]));
    let asked = json!([{}, {"page_request": {"page_token": "p2"}}]);
    assert_eq!(json!(turned(filter::Request::new()).await), json!([r#"["m-1", "m-1"]"#, asked]));
    let asked = json!([[], [["page_token", "p2"]]]);
    assert_eq!(json!(turned(files::Request::new()).await), json!([r#"["f-1", "f-1"]"#, asked]));
    let asked = json!([[["offset", "0"]], [["offset", "2"]]]);
    assert_eq!(json!(turned(goals::Request::new("0")).await), json!(["[7, 8]", asked]));
    let asked = json!([{}, {"page": {"offset": 1}}]);
    assert_eq!(json!(turned(visits::Request::new()).await), json!([r#"["v-1"]"#, asked]));
}

#[tokio::test]
async fn items_that_cannot_be_read_count_where_pages_are_turned_by_their_number() {
    use super::api::shop::v1::member::goals;

    let (mock, client) = started().await;
    let told = r#"{"code":0,"data":{"goals":[1,null,{"odd":[2,3]},"many"],"total":6}}"#;
    mock.answer_once_with("shop.v1.member.goals", 200, told).unwrap();
    let mut pages = client.pages(goals::Request::new("0"));
    assert_eq!(pages.next().await.unwrap().unwrap().items, [1]);
    assert_eq!(pages.resume_token(), Some("4"));
    mock.answer_once_with("shop.v1.member.goals", 200, told).unwrap();
    let mut pages = client.pages(goals::Request::new("2"));
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none(), "as many as `total`");
    for wrong in ["", "-1", "p2", "1.5"] {
        let mut pages = client.pages(goals::Request::new("0")).from_token(wrong);
        let error = pages.next().await.unwrap().err().unwrap();
        assert!(error.to_string().contains("the page token is not valid for this list"), "{error}");
        assert!(pages.next().await.is_none());
    }
    let mut pages = client.pages(goals::Request::new("x"));
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().is_err(), "nobody knows where it goes on");
}

#[tokio::test]
#[allow(deprecated, reason = "a field is")]
async fn null_is_another_value_than_none_when_it_is_sent_and_when_it_comes_back() {
    use super::api::shop::v1::member::update::{Place, Request};
    use serde_json::json;

    let (mock, client) = started().await;
    let send = async |request: Request| {
        client.call(&request).await.unwrap();
        mock.take_requests().remove(0).body.unwrap()
    };
    let new = || Request::new("m-1");
    assert_eq!(send(new()).await, json!({}));
    let cleared = new().clear_nickname().clear_tags().clear_address().clear_extra();
    assert_eq!(send(cleared).await, json!({"nickname": null, "tags": null, "address": null, "extra": null}));
    let set =
        new().nickname("a").tags(["x"]).address(Place::new().city("b")).extra([("c".to_owned(), 1)].into());
    let sent = json!({"nickname": "a", "tags": ["x"], "address": {"city": "b"}, "extra": {"c": 1}});
    assert_eq!(send(set).await, sent);
    for wrong in [new().nickname("abcde"), new().tags(Vec::<String>::new())] {
        assert!(client.call(&wrong).await.is_err(), "limits hold for values");
    }
    // A received `null` is sent back as `null`; an unreadable value is not cleared.
    for (came, known, back) in [
        (r#"{"city":null}"#, Some(None), json!({"city": null})),
        ("{}", None, json!({})),
        (r#"{"city":{"odd":1}}"#, None, json!({})),
        (r#"{"city":nothing}"#, None, json!({})),
        (r#"{"city":"b"}"#, Some(Some("b".to_owned())), json!({"city": "b"})),
    ] {
        let told = format!(r#"{{"code":0,"data":{{"address":{came}}}}}"#);
        mock.answer_once_with("shop.v1.member.update", 200, told).unwrap();
        let place = client.call(&new()).await.unwrap().address.unwrap();
        assert_eq!(place.city, known, "{came}");
        mock.take_requests();
        assert_eq!(send(new().address(place)).await, json!({"address": back}));
    }
}

#[tokio::test]
async fn headers_of_an_endpoint_are_sent_and_forge_nothing() {
    use super::api::shop::v1::member::invite::{Locale, Request};

    let (mock, client) = started().await;
    let request = Request::new("s-1").locale(Locale::English).tries(2).locale_of_member("ja");
    client.call(&request).await.unwrap();
    let sent = mock.take_requests().remove(0);
    for (name, value) in [("locale", "en_us"), ("x-shop-id", "s-1"), ("x-tries", "2")] {
        assert!(sent.headers.contains(&(name.to_owned(), value.to_owned())), "{:?}", sent.headers);
    }
    assert_eq!(sent.body.unwrap(), serde_json::json!({"Locale": "ja"}));
    for wrong in ["s\r\nAuthorization: Bearer x", "s\n", "\0s", " s-1", "s-1 ", "商店", "", "s\u{7f}"] {
        let error = client.call(&Request::new(wrong)).await.unwrap_err();
        assert!(error.to_string().contains("X-Shop-Id: must"), "{error}");
    }
    assert!(client.call(&Request::new("s")).await.is_err(), "limits hold");
    assert!(client.call(&Request::new("s-1").tries(4)).await.is_err(), "limits hold");
    assert!(mock.take_requests().is_empty());
    assert!(!format!("{:?}", client.prepare(&request).unwrap()).contains("s-1"));
}

#[tokio::test]
async fn maps_hold_lists_and_maps() {
    use super::api::shop::v1::member::groups::{Request, Seat};
    use std::collections::BTreeMap;

    let (mock, client) = started().await;
    let seats =
        |row: &str| BTreeMap::from([("r".to_owned(), BTreeMap::from([("m".to_owned(), Seat::new(row))]))]);
    let groups = || BTreeMap::from([("a".to_owned(), vec!["m-1".to_owned(), "m-2".to_owned()])]);
    let told = r#"{"code":0,"data":{"counts":{"a":{"new":1,"odd":{}},"b":7},"ids":{"x":[[1],[2,3]]}}}"#;
    mock.answer_once_with("shop.v1.member.groups", 200, told).unwrap();
    let answer = client.call(&Request::new(groups()).seats(seats("A"))).await.unwrap();
    assert_eq!(format!("{:?}", answer.counts), r#"{"a": {"new": 1}}"#);
    assert_eq!(format!("{:?}", answer.ids), r#"{"x": [[1], [2, 3]]}"#);
    client.call(&Request::new(groups()).seats(seats("A"))).await.unwrap();
    let sent = mock.take_requests().remove(1).body.unwrap();
    let expected = serde_json::json!({"groups": {"a": ["m-1", "m-2"]}, "seats": {"r": {"m": {"row": "A"}}}});
    assert_eq!(sent, expected);
    let error = client.call(&Request::new(groups()).seats(seats("ABC"))).await.unwrap_err();
    assert!(error.to_string().contains("seats.r.m.row"), "{error}");
}

#[tokio::test]
async fn bodies_and_answers_may_be_lists() {
    use super::api::shop::v1::member::import::{Guest, Request};

    let (mock, client) = started().await;
    let body = |request: &Request| {
        String::from_utf8(client.prepare(request).unwrap().body.unwrap().to_vec()).unwrap()
    };
    let request = Request::new([Guest::new("Ada").tags(["a", "b"]), Guest::new("Bob")]).items(2);
    assert_eq!(body(&request), r#"[{"name":"Ada","tags":["a","b"]},{"name":"Bob"}]"#);
    assert_eq!(body(&Request::new([])), "[]");
    let answer = client.call(&request).await.unwrap();
    let ids: Vec<_> =
        answer.items.iter().map(|member| (member.id.as_deref().unwrap(), member.visits)).collect();
    assert_eq!(ids, [("m-1", Some(3)), ("m-2", None)]);
    assert!(!format!("{answer:?}").contains("Ada"), "{answer:?}");
    let sent = mock.take_requests().remove(0);
    let expected = serde_json::json!([{"name": "Ada", "tags": ["a", "b"]}, {"name": "Bob"}]);
    assert_eq!((sent.body.unwrap(), sent.query), (expected, vec![("items".to_owned(), "2".to_owned())]));
    client.call(&Request::new([])).await.unwrap();

    // What a list holds has limits, and its place is that of the field in Rust.
    let error = client.call(&Request::new([Guest::new("Ada"), Guest::new("Alexander")])).await.unwrap_err();
    assert_eq!(error.violations()[0].path, "items_2[1].name");
}

#[tokio::test]
async fn an_odd_item_of_a_list_affects_nothing_else() {
    use super::api::shop::v1::member::import::Request;
    use super::api::shop::v1::member::labels;

    let (mock, client) = started().await;
    let ids = |told: &str| {
        mock.answer_once_with("shop.v1.member.import", 200, told).unwrap();
        let client = client.clone();
        async move {
            let answer = client.answer(&Request::new([]), CallOptions::new()).await.unwrap();
            let ids: Vec<String> = answer.data.items.into_iter().filter_map(|member| member.id).collect();
            (ids.join(","), answer.mismatches.to_string())
        }
    };
    let odd = r#"{"code":0,"data":[{"id":"a"},7,null,{"id":"b","visits":"many"},{"id":"c","visits":"4"}]}"#;
    let expected = "data[1]: expected an object; data[3].visits: expected a whole number of 64 bits";
    assert_eq!(ids(odd).await, ("a,b,c".to_owned(), expected.to_owned()));
    for nothing in
        [r#"{"code":0}"#, r#"{"code":0,"data":null}"#, r#"{"code":0,"data":[]}"#, r#"{"code":0,"data":{}}"#]
    {
        assert_eq!(ids(nothing).await, (String::new(), String::new()), "{nothing}");
    }
    mock.answer_once_with("shop.v1.member.import", 200, r#"{"code":0,"data":{"items":[]}}"#).unwrap();
    let error = client.call(&Request::new([])).await.unwrap_err();
    assert!(error.to_string().contains("data: expected a list"), "{error}");

    // Without an envelope, the whole answer is the list.
    let answer = client.call(&labels::Request::new(["x"])).await.unwrap();
    assert_eq!(answer.items[0][0].word.as_deref(), Some("kind"));
    assert_eq!(mock.take_requests().pop().unwrap().body.unwrap(), serde_json::json!(["x"]));
    mock.answer_once_with("shop.v1.member.labels", 200, r#"[[{"word":"a"},7],8,[{"word":"b","colour":2}]]"#)
        .unwrap();
    let answer = client.answer(&labels::Request::new([""; 0]), CallOptions::new()).await.unwrap();
    let words: Vec<Vec<_>> = answer
        .data
        .items
        .iter()
        .map(|row| row.iter().filter_map(|label| label.word.as_deref()).collect())
        .collect();
    assert_eq!(words, [["a"], ["b"]]);
    assert_eq!(answer.mismatches.to_string(), "[0][1]: expected an object; [1]: expected a list");
    mock.answer_once_with("shop.v1.member.labels", 400, r#"{"code":10003,"msg":"invalid param"}"#).unwrap();
    let error = client.call(&labels::Request::new(["x"])).await.unwrap_err();
    assert_eq!(error.code(), Some(10003));
}

#[tokio::test]
async fn the_mock_takes_nothing_but_a_list_where_the_body_is_one() {
    use hire_gen::validate::{Unknown, validate_body};

    let api = super::schema();
    let said = |name: &str, body: serde_json::Value| {
        let endpoint = api.endpoint(name).unwrap();
        let problems = validate_body(&api, endpoint, &body, Unknown::Refused);
        problems
            .iter()
            .map(|problem| format!("{} {}", problem.path, problem.message))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let import = "shop.v1.member.import";
    assert_eq!(said(import, serde_json::json!([])), "");
    for odd in [serde_json::json!({}), serde_json::json!({"items_2": []}), serde_json::json!(null)] {
        assert_eq!(said(import, odd), "$ must be a JSON list");
    }
    assert_eq!(said(import, serde_json::json!([{}])), "items_2[0].name is required");
    assert_eq!(
        said("shop.v1.member.labels", serde_json::json!(["a", 7])),
        "items[1] must be a string, not a number"
    );
    assert_eq!(said("shop.v1.member.groups", serde_json::json!([])), "$ must be a JSON object");
}
