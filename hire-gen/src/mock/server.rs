//! Turns one request into one answer, without I/O.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::answer::Answer;
use super::connection::{ENDPOINT, Lines};
use super::example::Examples;
use super::record::Recorded;
use super::route::{Found, Router};
use super::sent::{self, Pairs};
use super::token::{Refusal, Tokens};
use super::told::{Script, Told, documented};
use super::users::{Users, user_info};
use crate::resolve::ir::{Api, Endpoint, Turn};
use crate::validate::{Problem, Sent, Unknown, validate};

const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token/internal";
const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token/internal";

const AUTHORIZE: &str = "/open-apis/authen/v1/authorize";
const USER_TOKENS: [&str; 2] = ["/oauth/v3/token", "/open-apis/authen/v2/oauth/token"];
const USER_INFO: &str = "/open-apis/authen/v1/user_info";

/// The request header that asks for a documented error.
const ASKED_CODE: &str = "x-mock-code";

/// Called with each request and its answer.
pub(super) type Observer = Box<dyn Fn(&Recorded) + Send + Sync>;

/// Settings of a mock.
pub(super) struct Settings {
    pub(super) apps: BTreeMap<String, String>,
    pub(super) token_life: Duration,
    pub(super) unknown: Unknown,
    pub(super) recording: bool,
    pub(super) observer: Option<Observer>,
}

/// A complete request.
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

/// The state of a mock.
pub(super) struct Server {
    api: Api,
    router: Router,
    /// One per endpoint.
    examples: Vec<Examples>,
    unknown: Unknown,
    recording: bool,
    observer: Option<Observer>,
    tokens: Mutex<Tokens>,
    users: Mutex<Users>,
    lines: Arc<Mutex<Lines>>,
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
            users: Mutex::default(),
            lines: Arc::default(),
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

    pub(super) fn lines(&self) -> &Arc<Mutex<Lines>> {
        &self.lines
    }

    pub(super) fn users(&self) -> MutexGuard<'_, Users> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut answer = match request.path.as_str() {
            _ if is_token => visit.token(),
            AUTHORIZE if request.method == "GET" => visit.authorize(),
            path if USER_TOKENS.contains(&path) && request.method == "POST" => visit.user_token(),
            ENDPOINT if request.method == "POST" => visit.address(),
            USER_INFO if request.method == "GET" => visit.user_info(),
            _ => visit.call(),
        };
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

/// One request in progress.
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

    fn address(&self) -> Answer {
        let body = serde_json::from_slice(&self.request.body).unwrap_or_default();
        let mut lines = self.server.lines.lock().unwrap_or_else(PoisonError::into_inner);
        Answer::json(&lines.address(&body, self.request.header("host").unwrap_or_default()))
    }

    fn authorize(&self) -> Answer {
        match self.server.users().authorize(&self.record.query, self.now) {
            Some(location) => Answer::redirect(location),
            None => {
                Answer::text(400, "mock: `client_id`, `redirect_uri` and `response_type=code` are required")
            }
        }
    }

    fn user_token(&self) -> Answer {
        let body: Value = serde_json::from_slice(&self.request.body).unwrap_or_default();
        match self.server.users().grant(&body, self.now) {
            Ok(tokens) => Answer::json(&tokens),
            Err(refused) => Answer::no_tokens(&refused),
        }
    }

    fn user_info(&self) -> Answer {
        let token = self.bearer();
        let users = self.server.users();
        let refused = users.refuse(token, self.now).or((!users.knows(token)).then_some(99_991_668));
        match refused {
            Some(code) => Answer::gateway(&self.server.api, user_token_refused(code), self.log_id),
            None => Answer::json(&user_info()),
        }
    }

    fn bearer(&self) -> &str {
        let header = self.request.header("authorization");
        header.and_then(|header| header.strip_prefix("Bearer ")).map_or("", str::trim)
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
        let (sent, unreadable) =
            sent::read(&server.api, endpoint, &path, query, &request.headers, content_type, &request.body);
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
        if let Some(code) = server.users().refuse(self.bearer(), *now) {
            return Answer::gateway(&server.api, user_token_refused(code), log_id);
        }
        if let Some(answer) = self.told(index, endpoint) {
            return answer;
        }
        // If a body cannot be read, no field of it counts as missing.
        let problems = if unreadable.is_empty() {
            validate(&server.api, endpoint, sent, server.unknown)
        } else {
            unreadable
        };
        if !problems.is_empty() {
            return Answer::problems(endpoint, &problems, log_id);
        }
        if endpoint.answers_file {
            return Answer::file(examples.answer.clone());
        }
        let last_page = examples.last_page.as_ref().filter(|_| turns_page(endpoint, sent));
        Answer::success(last_page.unwrap_or(&examples.answer).clone())
    }

    /// The configured answer, whether the request is valid or not.
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

    /// The test is wrong; the answer must not look like Feishu's.
    fn cannot(&self, message: &str) -> Answer {
        Answer::raw(400, format!("mock: {message}").into())
    }
}

fn user_token_refused(code: i64) -> Refusal {
    let message = match code {
        99_991_677 => "Authentication token expired.",
        _ => "Invalid access token for authorization. It is unknown or revoked.",
    };
    Refusal { code, message }
}

/// Whether it asks for a page that is not the first.
fn turns_page(endpoint: &Endpoint, sent: &Sent) -> bool {
    let Some(paging) = &endpoint.paging else { return false };
    let mut path = paging.asked().split('.');
    let in_body = sent.body.as_ref().and_then(|body| path.try_fold(body, |value, name| value.get(name)));
    match (sent.query.get(paging.asked()).or(in_body), &paging.turn) {
        (Some(Value::String(token)), Turn::Token { .. }) => !token.is_empty(),
        (Some(Value::String(items)), Turn::Offset { .. }) => {
            items.parse::<u64>().is_ok_and(|items| items > 0)
        }
        (Some(Value::Number(items)), Turn::Offset { .. }) => items.as_u64().is_some_and(|items| items > 0),
        _ => false,
    }
}
