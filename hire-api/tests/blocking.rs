//! The blocking client against the mock, inside and outside async tasks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends with a panic")]

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use hire_api::blocking;
use hire_api::hire::v1::talent::{list, onboard_status};
use hire_api::{CallOptions, Client, ClientBuilder, Draft, Endpoint, Error, Retry};
use hire_gen::mock::Mock;

const ONBOARD: &str = "hire.v1.talent.onboard_status";
const LIST: &str = "hire.v1.talent.list";
/// Documented at both endpoints.
const PARAMETER_ERROR: i64 = 1_002_002;

/// On its own runtime, which ends with it: a mock runs on its own thread.
fn mock() -> Mock {
    tokio::runtime::Runtime::new().unwrap().block_on(Mock::start(hire_api::SCHEMA_DIR)).unwrap()
}

fn builder(mock: &Mock) -> ClientBuilder {
    Client::builder("cli_blocking", "canary").with_base_url(mock.url()).with_retry(Retry::never())
}

fn client(mock: &Mock) -> blocking::Client {
    builder(mock).build_blocking().unwrap()
}

fn request() -> onboard_status::Request {
    let request =
        onboard_status::Request::new("6930815272790114324", onboard_status::OnboardOperation::Onboard);
    request.onboard_time(1_676_548_784_889_i64)
}

fn is_refused<T>(answer: Result<T, Error>) -> bool {
    answer.is_err_and(|error| error.to_string().contains("inside of an async task"))
}

/// Every blocking call, each refused.
fn all_are_refused(client: &blocking::Client) -> bool {
    let options = CallOptions::new;
    let draft = Draft::new(<onboard_status::Request as Endpoint>::METADATA);
    is_refused(client.call(&request()))
        && is_refused(client.call_with(&request(), options()))
        && is_refused(client.answer(&request(), options()))
        && is_refused(client.call_untyped(draft, options()))
        && is_refused(client.wait(client.asynchronous().call(&request())))
        && client.pages(list::Request::new()).map(is_refused).eq([true])
        && client.items(list::Request::new()).map(is_refused).eq([true])
}

#[test]
fn every_kind_of_call_waits_for_its_answer() {
    let mock = mock();
    let client = client(&mock);
    client.call(&request()).unwrap();
    client.call_with(&request(), CallOptions::new()).unwrap();
    assert_eq!(client.answer(&request(), CallOptions::new()).unwrap().status, 200);
    client.wait(client.asynchronous().hire().v1().talent().onboard_status(request())).unwrap();
    let draft = Draft::new(<list::Request as Endpoint>::METADATA);
    let listed = client.call_untyped(draft, CallOptions::new()).unwrap();
    assert!(listed.body.starts_with(b"{"));
    assert_eq!((mock.requests().len(), mock.token_fetches()), (5, 1));
}

#[test]
fn an_error_is_that_of_the_async_client() {
    let mock = mock();
    let client = client(&mock);
    mock.answer(ONBOARD, PARAMETER_ERROR).unwrap();
    let error = client.call(&request()).unwrap_err();
    assert_eq!(error.code_of::<onboard_status::Request>(), Some(onboard_status::Code::ParameterError));
    assert_eq!((error.status(), error.endpoint().unwrap().name), (Some(400), ONBOARD));
}

#[test]
fn a_future_may_end_with_an_error_of_the_callers_own() {
    let mock = mock();
    let client = client(&mock);
    let both = client.wait(async {
        let (one, other) =
            tokio::join!(client.asynchronous().call(&request()), client.asynchronous().call(&request()));
        one.and(other)?;
        Err::<(), Box<dyn std::error::Error>>("not what was hoped for".into())
    });
    assert_eq!(both.unwrap_err().to_string(), "not what was hoped for");
    assert_eq!(mock.requests().len(), 2);
}

#[test]
fn items_are_followed_over_pages() {
    let mock = mock();
    let client = client(&mock);
    let on_a_page = client.call(&list::Request::new()).unwrap().items.len();
    mock.take_requests();
    let items: Vec<_> = client.items(list::Request::new()).collect::<Result<_, _>>().unwrap();
    // The mock's second page is its last, with the same items.
    assert_eq!((items.len(), mock.requests().len()), (2 * on_a_page, 2));
    assert!(on_a_page > 0);
}

#[test]
fn pages_go_on_from_a_token() {
    let mock = mock();
    let client = client(&mock);
    let mut pages = client.pages(list::Request::new());
    assert_eq!(pages.resume_token(), None);
    assert!(pages.next().unwrap().unwrap().has_more);
    let token = pages.resume_token().unwrap().to_owned();
    let mut rest = client.pages(list::Request::new()).from_token(token);
    assert!(!rest.next().unwrap().unwrap().has_more);
    assert!(rest.next().is_none());
    assert_eq!(rest.resume_token(), None);
}

#[test]
fn an_iterator_ends_with_its_first_error_and_keeps_its_token() {
    let mock = mock();
    let client = client(&mock);
    let mut pages = client.pages(list::Request::new());
    pages.next().unwrap().unwrap();
    let token = pages.resume_token().unwrap().to_owned();
    mock.answer_once(LIST, PARAMETER_ERROR).unwrap();
    assert_eq!(pages.next().unwrap().unwrap_err().code(), Some(PARAMETER_ERROR));
    assert!(pages.next().is_none());
    assert_eq!(pages.resume_token(), Some(&*token));
    mock.answer(LIST, PARAMETER_ERROR).unwrap();
    assert_eq!(client.items(list::Request::new()).flatten().count(), 0);
}

#[test]
fn two_threads_share_one_client() {
    let mock = mock();
    let client = client(&mock);
    thread::scope(|scope| {
        for client in [client.clone(), client.clone()] {
            scope.spawn(move || assert!((0..5).all(|_| client.call(&request()).is_ok())));
        }
    });
    assert_eq!((mock.requests().len(), mock.token_fetches()), (10, 1));
}

#[test]
fn what_a_call_leaves_running_goes_on_between_calls() {
    let client = Client::builder("cli_blocking", "canary").build_blocking().unwrap();
    let (done, is_done) = mpsc::channel();
    // Renews a token as the client does.
    let renew = async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        done.send(()).unwrap();
    };
    client.wait(async { Ok::<_, Error>(tokio::spawn(renew)) }).unwrap();
    is_done.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[tokio::test]
async fn a_call_inside_an_async_task_is_refused() {
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    let client = client(&mock);
    assert!(all_are_refused(&client));
    assert!(mock.requests().is_empty());
    client.asynchronous().call(&request()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_on_any_thread_of_a_runtime_is_refused() {
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    let client = client(&mock);
    let spawned = client.clone();
    assert!(tokio::spawn(async move { all_are_refused(&spawned) }).await.unwrap());
    assert!(tokio::task::spawn_blocking(move || all_are_refused(&client)).await.unwrap());
    assert!(mock.requests().is_empty());
}

#[test]
fn a_call_inside_of_a_future_that_is_waited_for_is_refused() {
    let mock = mock();
    let client = client(&mock);
    assert!(client.wait(async { Ok::<_, Error>(all_are_refused(&client)) }).unwrap());
    client.call(&request()).unwrap();
}

#[test]
fn pages_refused_inside_an_async_task_go_on_outside_from_their_token() {
    let mock = mock();
    let client = client(&mock);
    let mut pages = client.pages(list::Request::new());
    pages.next().unwrap().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert!(runtime.block_on(async { is_refused(pages.next().unwrap()) }));
    let token = pages.resume_token().unwrap().to_owned();
    let rest = client.pages(list::Request::new()).from_token(token);
    assert_eq!(rest.map(Result::unwrap).count(), 1);
}

#[tokio::test]
async fn a_client_may_be_made_and_dropped_inside_an_async_task() {
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    drop(client(&mock));
    let used = client(&mock);
    let used = thread::spawn(move || used.call(&request()).map(|_| used)).join().unwrap().unwrap();
    drop(used);
}

#[test]
fn the_last_clone_may_be_dropped_on_the_clients_own_thread() {
    let client = Client::builder("cli_blocking", "canary").build_blocking().unwrap();
    let (done, is_done) = mpsc::channel();
    let (go, may_go) = tokio::sync::oneshot::channel();
    let last = client.clone();
    let task = async move {
        may_go.await.unwrap();
        drop(last);
        done.send(()).unwrap();
    };
    client.wait(async { Ok::<_, Error>(tokio::spawn(task)) }).unwrap();
    drop(client);
    go.send(()).unwrap();
    is_done.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[test]
fn the_async_client_outlives_the_blocking_one() {
    let mock = mock();
    let client = client(&mock);
    client.call(&request()).unwrap();
    let inner = client.asynchronous().clone();
    drop(client);
    // The connection ended with the runtime; a new one is opened.
    tokio::runtime::Runtime::new().unwrap().block_on(inner.call(&request())).unwrap();
}

#[test]
fn no_secret_is_shown() {
    let client = Client::builder("cli_blocking", "canary").build_blocking().unwrap();
    let pages = client.pages(list::Request::new()).from_token("canary");
    let items = client.items(list::Request::new().page_token("canary"));
    let shown = format!("{client:?} {pages:?} {items:?}");
    assert!(shown.contains("cli_blocking") && shown.contains(LIST), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}
