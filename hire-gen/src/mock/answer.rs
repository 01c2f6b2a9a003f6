//! Answers in Feishu's wording.

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::token::Refusal;
use super::users::NoTokens;
use crate::resolve::ir::{Api, Endpoint, ErrorCode};
use crate::validate::Problem;

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// `code` of a request that the schema does not allow.
const PARAMETER_ERROR: i64 = 1002002;
/// `code` of a path with another method.
const METHOD_NOT_ALLOWED: i64 = 99991301;
/// `code` of a request over the quota.
const RATE_LIMITED: i64 = 99991400;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// `code` of the body, if it has one.
    pub(super) code: Option<i64>,
    pub(super) content_type: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

impl Answer {
    /// A custom body; its content type follows from its contents.
    pub(super) fn raw(status: u16, body: Bytes) -> Self {
        let json: Option<Value> = serde_json::from_slice(&body).ok();
        let code = json.as_ref().and_then(|json| json.get("code")?.as_i64());
        let content_type = if json.is_some() { JSON } else { TEXT };
        Self { status, code, content_type, headers: Vec::new(), body }
    }

    /// A file, with its name.
    pub(super) fn file(bytes: Bytes) -> Self {
        let name = ("content-disposition", "attachment; filename=\"file.bin\"".to_owned());
        Self { status: 200, code: None, content_type: BYTES, headers: vec![name], body: bytes }
    }

    /// An answer without an envelope, as from the gateway.
    pub(super) fn text(status: u16, text: &'static str) -> Self {
        Self {
            status,
            code: None,
            content_type: TEXT,
            headers: Vec::new(),
            body: Bytes::from_static(text.as_bytes()),
        }
    }

    /// A success.
    pub(super) fn success(body: Bytes) -> Self {
        Self { status: 200, code: Some(0), content_type: JSON, headers: Vec::new(), body }
    }

    /// A success.
    pub(super) fn json(body: &Value) -> Self {
        Self::success(body.to_string().into())
    }

    fn error(status: u16, code: i64, body: &Value) -> Self {
        Self { status, code: Some(code), ..Self::json(body) }
    }

    /// A redirect of the browser.
    pub(super) fn redirect(location: String) -> Self {
        Self { headers: vec![("location", location)], ..Self::text(302, "") }
    }

    /// A refusal of the token endpoint.
    pub(super) fn no_tokens(refused: &NoTokens) -> Self {
        let NoTokens { code, status, error } = refused;
        let description = format!("mock: see the documentation of {code}");
        Self::error(
            *status,
            *code,
            &json!({ "code": code, "error": error, "error_description": description }),
        )
    }

    /// There is no such path.
    pub(super) fn no_such_path() -> Self {
        Self::text(404, "404 page not found")
    }

    /// The path exists with other methods.
    pub(super) fn other_method<'m>(
        api: &Api,
        methods: impl IntoIterator<Item = &'m str>,
        log_id: &str,
    ) -> Self {
        let refusal = Refusal { code: METHOD_NOT_ALLOWED, message: "method not allowed" };
        let mut answer = Self::refused(api, refusal, 405, log_id);
        // Required by HTTP.
        answer.headers.push(("allow", methods.into_iter().collect::<Vec<_>>().join(", ")));
        answer
    }

    /// The gateway refuses the request.
    pub(super) fn gateway(api: &Api, refusal: Refusal, log_id: &str) -> Self {
        Self::refused(api, refusal, 400, log_id)
    }

    /// `usual` is the HTTP status if the schema documents none for the code.
    fn refused(api: &Api, Refusal { code, message }: Refusal, usual: u16, log_id: &str) -> Self {
        let status = api.errors.iter().find(|error| error.code == code).map_or(usual, |error| error.http);
        Self::error(status, code, &json!({ "code": code, "msg": message, "error": { "log_id": log_id } }))
    }

    /// The request violates the schema.
    pub(super) fn problems(endpoint: &Endpoint, problems: &[Problem], log_id: &str) -> Self {
        let documented = endpoint.errors.iter().find(|error| error.code == PARAMETER_ERROR);
        let status = documented.map_or(400, |error| error.http);
        let label = documented.map_or("Parameter error", text_of);
        let wrong: Vec<String> =
            problems.iter().map(|problem| format!("`{}` {}", problem.path, problem.message)).collect();
        let violations: Vec<Value> = problems.iter().map(violation).collect();
        let body = json!({
            "code": PARAMETER_ERROR,
            endpoint.envelope.message(): format!("{label}: {}", wrong.join("; ")),
            "error": { "log_id": log_id, "field_violations": violations },
        });
        Self::error(status, PARAMETER_ERROR, &body)
    }

    /// A documented error, as from behind the gateway.
    pub(super) fn documented(endpoint: &Endpoint, error: &ErrorCode, log_id: &str) -> Self {
        let body = json!({
            "code": error.code,
            endpoint.envelope.message(): text_of(error),
            "error": { "log_id": log_id },
        });
        let mut answer = Self::error(error.http, error.code, &body);
        if error.code == RATE_LIMITED {
            // Clients wait for this time; the limit does not matter here.
            answer.headers.push(("x-ogw-ratelimit-limit", "1".to_owned()));
            answer.headers.push(("x-ogw-ratelimit-reset", "1".to_owned()));
        }
        answer
    }
}

fn violation(problem: &Problem) -> Value {
    let Problem { path, value, message } = problem;
    match value {
        Some(value) => json!({ "field": path, "value": value, "description": message }),
        None => json!({ "field": path, "description": message }),
    }
}

fn text_of(error: &ErrorCode) -> &str {
    error.label.as_deref().unwrap_or(&error.name)
}
