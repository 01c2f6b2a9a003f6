//! One request in, one answer out, without any I/O.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::answer::Answer;
use super::example::Examples;
use super::record::Recorded;
use super::route::{Found, Router};
use super::sent::{self, Pairs};
use super::token::Tokens;
use super::told::{Script, Told, documented};
use crate::ir::{Api, Endpoint};
use crate::validate::{Problem, Sent, Unknown, validate};

const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token/internal";
const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token/internal";

/// The header by which a request asks for a documented error.
const ASKED_CODE: &str = "x-mock-code";

/// Called with each request and its answer.
pub(super) type Observer = Box<dyn Fn(&Recorded) + Send + Sync>;

/// How a mock behaves.
pub(super) struct Settings {
    pub(super) apps: BTreeMap<String, String>,
    pub(super) token_life: Duration,
    pub(super) unknown: Unknown,
    pub(super) recording: bool,
    pub(super) observer: Option<Observer>,
}

/// A request that has arrived as a whole.
#[derive(Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: Pairs,
    pub(super) body: Bytes,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Everything a mock knows.
pub(super) struct Server {
    api: Api,
    router: Router,
    /// One for each endpoint.
    examples: Vec<Examples>,
    unknown: Unknown,
    recording: bool,
    observer: Option<Observer>,
    tokens: Mutex<Tokens>,
    script: Mutex<Script>,
    requests: Mutex<Vec<Recorded>>,
    log_ids: AtomicU64,
}

impl Server {
    pub(super) fn new(api: Api, settings: Settings) -> Self {
        let Settings { apps, token_life, unknown, recording, observer } = settings;
        Self {
            router: Router::new(&api),
            examples: api.endpoints.iter().map(|endpoint| Examples::new(&api, endpoint)).collect(),
            api,
            unknown,
            recording,
            observer,
            tokens: Mutex::new(Tokens::new(apps, token_life)),
            script: Mutex::default(),
            requests: Mutex::default(),
            log_ids: AtomicU64::new(0),
        }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn requests(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &Request, now: Instant) -> Answer {
        let log_id = format!("mock{:028}", self.log_ids.fetch_add(1, Ordering::Relaxed));
        let mut visit = Visit { server: self, request, log_id: &log_id, now, record: record(request) };
        let is_token = matches!(request.path.as_str(), TENANT_TOKEN | APP_TOKEN);
        let mut answer = if is_token { visit.token() } else { visit.call() };
        let record = Recorded { status: answer.status, code: answer.code, ..visit.record };
        answer.headers.push(("x-tt-logid", log_id));
        if let Some(observer) = &self.observer {
            observer(&record);
        }
        if self.recording && !is_token {
            self.requests().push(record);
        }
        answer
    }
}

fn record(request: &Request) -> Recorded {
    let public = request.headers.iter().filter(|(name, _)| name != "authorization");
    Recorded {
        endpoint: None,
        method: request.method.clone(),
        path: request.path.clone(),
        path_params: Vec::new(),
        query: sent::pairs(&request.query),
        headers: public.cloned().collect(),
        body: None,
        status: 0,
        code: None,
    }
}

/// One request on its way through.
struct Visit<'a> {
    server: &'a Server,
    request: &'a Request,
    log_id: &'a str,
    now: Instant,
    record: Recorded,
}

impl Visit<'_> {
    fn token(&self) -> Answer {
        let Self { server, request, log_id, now, .. } = self;
        if request.method != "POST" {
            return Answer::other_method(&server.api, ["POST"], log_id);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        match server.tokens().issue(text("app_id"), text("app_secret"), *now) {
            Err(refusal) => Answer::gateway(&server.api, refusal, log_id),
            Ok((token, left)) => {
                let mut body = serde_json::Map::new();
                body.insert("code".to_owned(), json!(0));
                body.insert("msg".to_owned(), json!("ok"));
                body.insert("tenant_access_token".to_owned(), json!(token));
                body.insert("expire".to_owned(), json!(left.as_secs()));
                if request.path == APP_TOKEN {
                    body.insert("app_access_token".to_owned(), json!(token));
                }
                Answer::json(&Value::Object(body))
            }
        }
    }

    fn call(&mut self) -> Answer {
        let (server, request) = (self.server, self.request);
        let (index, path) = match server.router.find(&request.method, &request.path) {
            Found::Endpoint(index, path) => (index, path),
            Found::OtherMethod(methods) => return Answer::other_method(&server.api, methods, self.log_id),
            Found::Nothing => return Answer::no_such_path(),
        };
        let (Some(endpoint), Some(examples)) = (server.api.endpoints.get(index), server.examples.get(index))
        else {
            return Answer::no_such_path();
        };
        let (query, content_type) = (&self.record.query, request.header("content-type"));
        let (sent, unreadable) = sent::read(&server.api, endpoint, &path, query, content_type, &request.body);
        let answer = self.judge(index, endpoint, examples, &sent, unreadable);
        self.record.endpoint = Some(endpoint.id.to_string());
        self.record.path_params = path;
        self.record.body = sent.body;
        answer
    }

    fn judge(
        &self,
        index: usize,
        endpoint: &Endpoint,
        examples: &Examples,
        sent: &Sent,
        unreadable: Vec<Problem>,
    ) -> Answer {
        let Self { server, request, log_id, now, .. } = self;
        let admitted = server.tokens().admit(&endpoint.tokens, request.header("authorization"), *now);
        if let Err(refusal) = admitted {
            return Answer::gateway(&server.api, refusal, log_id);
        }
        if let Some(answer) = self.told(index, endpoint) {
            return answer;
        }
        // Of a body that cannot be read nothing is there to be missing.
        let problems = if unreadable.is_empty() {
            validate(&server.api, endpoint, sent, server.unknown)
        } else {
            unreadable
        };
        if !problems.is_empty() {
            return Answer::problems(endpoint, &problems, log_id);
        }
        let last_page = examples.last_page.as_ref().filter(|_| turns_page(sent));
        Answer::success(last_page.unwrap_or(&examples.answer).clone())
    }

    /// What somebody asked for, be the request right or wrong.
    fn told(&self, index: usize, endpoint: &Endpoint) -> Option<Answer> {
        let told = match self.request.header(ASKED_CODE) {
            Some(code) => match code.trim().parse() {
                Ok(code) => Told::Code(code),
                Err(_) => return Some(self.cannot("`x-mock-code` must be an int")),
            },
            None => self.server.script().next(index)?,
        };
        Some(match told {
            Told::Raw(status, body) => Answer::raw(status, body),
            Told::Code(code) => match documented(&self.server.api, endpoint, code) {
                Ok(error) => Answer::documented(endpoint, error, self.log_id),
                Err(error) => self.cannot(&error.to_string()),
            },
        })
    }

    /// The mistake is the test's, and must not look like an answer of Feishu's.
    fn cannot(&self, message: &str) -> Answer {
        Answer::raw(400, format!("mock: {message}").into())
    }
}

/// Whether it asks for a page that is not the first.
fn turns_page(sent: &Sent) -> bool {
    let in_body = sent.body.as_ref().and_then(|body| body.get("page_token"));
    let token = sent.query.get("page_token").or(in_body).and_then(Value::as_str);
    token.is_some_and(|token| !token.is_empty())
}
