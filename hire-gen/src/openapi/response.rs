//! Responses: one per HTTP status, with its documented codes.

use std::collections::{BTreeMap, BTreeSet};

use super::envelope::FAILURE;
use super::example::{self, Documented};
use super::json::Object;
use super::name::{self, schema_reference};
use super::schema::Context;
use super::text;
use crate::resolve::ir::{Api, Endpoint, Envelope, ErrorCode};

/// The HTTP status of a success; a few failures have it, too.
const FINE: u16 = 200;

/// The HTTP status that comes with a wait.
const TOO_MANY: u16 = 429;

/// The undocumented statuses. They are ranges, because some generators treat a `default` as another success.
const OTHERS: [&str; 2] = ["4XX", "5XX"];

/// The responses of an operation.
pub(super) fn responses(cx: Context<'_>, endpoint: &Endpoint) -> Object {
    let api = cx.api;
    let (own, shared) = (by_status(&endpoint.errors), by_status(&api.errors));
    let own_codes = |status: u16| own.get(&status).map_or(&[][..], Vec::as_slice);
    let fine: Vec<&ErrorCode> =
        [&own, &shared].into_iter().filter_map(|of| of.get(&FINE)).flatten().copied().collect();
    let mut responses = Object::new().with(FINE.to_string(), answer(cx, endpoint, &fine));
    let statuses: BTreeSet<u16> = own.keys().chain(shared.keys()).copied().collect();
    for status in statuses.into_iter().filter(|status| *status != FINE) {
        let response = match (own_codes(status), shared.contains_key(&status)) {
            ([], _) => reference(&shared_name(status)),
            (codes, true) => {
                let others = format!("`#/components/responses/{}`", shared_name(status));
                failure(status, codes, &format!("Also the codes of every endpoint: {others}."))
            }
            (codes, false) => failure(status, codes, ""),
        };
        responses = responses.with(status.to_string(), response);
    }
    OTHERS.into_iter().fold(responses, |responses, range| responses.with(range, reference(FAILURE)))
}

/// Shared responses: the codes of every endpoint, and undocumented ones.
pub(super) fn components(api: &Api) -> Object {
    let mut components = Object::new();
    for (status, codes) in by_status(&api.errors).into_iter().filter(|(status, _)| *status != FINE) {
        components = components.with(shared_name(status), failure(status, &codes, ""));
    }
    components.with(FAILURE, failure(0, &[], "It is not documented."))
}

/// The headers of responses.
pub(super) fn headers() -> Object {
    let header = |about: &str, name: &str| {
        Object::new().with("description", about).with("schema", Object::new().with("type", name))
    };
    Object::new()
        .with(LOG_ID, header("ID of the call, for Feishu's support.", "string"))
        .with(QUOTA, header("Calls that the quota allows in its window.", "integer"))
        .with(WAIT, header("Seconds to wait before the next call.", "integer"))
}

const LOG_ID: &str = "x-tt-logid";
const QUOTA: &str = "x-ogw-ratelimit-limit";
const WAIT: &str = "x-ogw-ratelimit-reset";

fn answer(cx: Context<'_>, endpoint: &Endpoint, failures: &[&ErrorCode]) -> Object {
    let head = match endpoint.envelope {
        _ if endpoint.answers_file => "The file.",
        Envelope::Bare => "The answer.",
        Envelope::Standard | Envelope::Message | Envelope::Flat => "The answer, if `code` is 0.",
    };
    let content = if endpoint.answers_file {
        Object::new().with("schema", cx.version.file())
    } else {
        let schema = Object::new().with("$ref", schema_reference(&name::response(&endpoint.id)));
        Object::new().with("schema", schema)
    };
    let (content, refused) = match example::response(cx.api, endpoint) {
        Documented::Nothing => (content, String::new()),
        Documented::Valid(example) => (content.with("example", example), String::new()),
        Documented::Refused(why) => (content, why),
    };
    let head = match failures {
        [] => head.to_owned(),
        _ => format!("{head} These failures come with HTTP {FINE}:"),
    };
    let description = text::errors(&head, failures, &refused);
    let content = if endpoint.answers_file {
        let content = Object::new().with("application/octet-stream", content);
        let failure = Object::new().with("schema", Object::new().with("$ref", schema_reference(FAILURE)));
        if failures.is_empty() { content } else { content.and(json(failure)) }
    } else {
        json(content)
    };
    Object::new()
        .with("description", description)
        .with("headers", header_references(FINE))
        .with("content", content)
        .filled("x-error-codes", text::error_codes(failures))
}

fn failure(status: u16, codes: &[&ErrorCode], more: &str) -> Object {
    let schema = Object::new().with("$ref", schema_reference(FAILURE));
    Object::new()
        .with(
            "description",
            text::errors("A failure: the `code` says which, not the HTTP status.", codes, more),
        )
        .with("headers", header_references(status))
        .with("content", json(Object::new().with("schema", schema)))
        .filled("x-error-codes", text::error_codes(codes))
}

fn header_references(status: u16) -> Object {
    let names = if status == TOO_MANY { vec![LOG_ID, QUOTA, WAIT] } else { vec![LOG_ID] };
    let reference = |name| Object::new().with("$ref", format!("#/components/headers/{name}"));
    names.into_iter().map(|name| (name, reference(name))).collect()
}

fn json(media: Object) -> Object {
    Object::new().with("application/json", media)
}

fn reference(component: &str) -> Object {
    Object::new().with("$ref", format!("#/components/responses/{component}"))
}

/// The component for the shared codes with this HTTP status.
fn shared_name(status: u16) -> String {
    format!("{FAILURE}-{status}")
}

fn by_status(errors: &[ErrorCode]) -> BTreeMap<u16, Vec<&ErrorCode>> {
    let mut sorted: BTreeMap<u16, Vec<&ErrorCode>> = BTreeMap::new();
    for error in errors {
        sorted.entry(error.http).or_default().push(error);
    }
    sorted
}
