//! The client against a server that misbehaves like networks and servers do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends with a panic"
)]

mod answers;
mod calls;
mod company;
mod downloads;
mod faults;
mod middleware;
mod pages;
mod quotas;
mod resumed;
mod retries;
mod safety;
mod server;
mod store_app;
mod streams;
mod tokens;
mod uploads;
mod watch;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt;
use hire_api::{
    Attempt, CallOptions, Client, ClientBuilder, Codes, Draft, Endpoint, Error, File, Metadata, Method,
    Model, Notice, Observer, Page, Paged, Quota, Quotas, Retry, Safety, Wait,
};
use server::{Reply, Server};

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.create", method = "POST", path = "/open-apis/records/:id", response = Record)]
#[hire(error(code = 1002053, http = 500, name = "AlreadyThere", advice = "Look at it first."), code = Failure)]
struct Create {
    #[hire(path)]
    id: String,
    #[hire(query)]
    email: Option<String>,
    #[hire(sensitive, max_length = 20)]
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Failure {
    AlreadyThere,
}

impl Codes for Failure {
    const ALL: &'static [Self] = &[Self::AlreadyThere];

    fn number(self) -> i64 {
        1_002_053
    }
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.get", method = "GET", path = "/open-apis/records/:id", safety = "safe")]
#[hire(response = Record)]
struct Get {
    #[hire(path)]
    id: String,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.list", method = "GET", path = "/open-apis/records", safety = "safe")]
#[hire(quota = "20/s", response = Record)]
struct List {}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.import", method = "POST", path = "/open-apis/records")]
#[hire(safety = "keyed(external_id)", response = Record)]
struct Import {
    external_id: Option<String>,
}

#[derive(Clone, Endpoint)]
#[hire(
    name = "test.v1.record.delete",
    method = "DELETE",
    path = "/open-apis/records/:id",
    safety = "idempotent"
)]
#[hire(response = Record)]
struct Delete {
    #[hire(path)]
    id: String,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.record.attach", method = "POST", path = "/open-apis/records/attach", response = Record)]
struct Attach {
    #[hire(multipart, max_bytes = 50_000_000)]
    content: File,
}

#[derive(Clone, Default, Model)]
#[hire(response)]
struct Record {
    id: Option<String>,
    count: Option<i64>,
    tags: Vec<String>,
}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.todo.list", method = "GET", path = "/open-apis/todos", response = Record, tokens(user))]
struct ForUsers {}

#[derive(Clone, Endpoint)]
#[hire(name = "test.v1.ticket.get", method = "GET", path = "/open-apis/ticket", response = Record, tokens(app))]
struct ForApps {}

const CANARY: &str = "canary-7f3a";
const OK: &str = r#"{"code":0,"msg":"ok","data":{"id":"1"}}"#;

fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder("cli_test", format!("{CANARY}-secret"))
        .with_base_url(server.url())
        .with_timeout(Duration::from_secs(2))
        .with_retry(quick())
}

/// The usual attempts without the usual waits.
fn quick() -> Retry {
    Retry::new().with_base(Duration::from_millis(2)).with_throttled_base(Duration::from_millis(10))
}

/// One call of a repeatable endpoint.
async fn get(replies: impl IntoIterator<Item = Reply>) -> (Result<Record, Error>, usize) {
    let server = Server::start(replies);
    let answer = client(&server).call(&Get::new("r1")).await;
    if let Err(error) = &answer {
        shows_nothing(error);
    }
    (answer, server.calls())
}

fn request() -> Create {
    Create::new("r1", format!("{CANARY}-name")).email(format!("{CANARY}@mail.example"))
}

/// One call to a server with these replies, in order; also returns how often the endpoint was reached.
async fn call(replies: impl IntoIterator<Item = Reply>) -> (Result<Record, Error>, usize) {
    let server = Server::start(replies);
    let answer = client(&server).call(&request()).await;
    if let Err(error) = &answer {
        shows_nothing(error);
    }
    (answer, server.calls())
}

async fn refused(replies: impl IntoIterator<Item = Reply>) -> (Error, usize) {
    let (answer, calls) = call(replies).await;
    (answer.expect_err("an error"), calls)
}

/// Nothing that an error shows, including its causes, contains a secret, a token, a body or a query.
fn shows_nothing(error: &Error) {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY) && !shown.contains("t-server"), "{shown}");
        cause = error.source();
    }
}
