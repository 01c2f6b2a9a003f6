//! Responses: one for each HTTP status, with the codes that are documented for it.

use std::collections::{BTreeMap, BTreeSet};

use super::envelope::FAILURE;
use super::example::{self, Documented};
use super::json::Object;
use super::name::{self, schema_reference};
use super::text;
use crate::ir::{Api, Endpoint, Envelope, ErrorCode};

/// The HTTP status of an answer where all is well; a few failures come with it, too.
const FINE: u16 = 200;

/// The HTTP status that says how long to wait.
const TOO_MANY: u16 = 429;

/// The statuses that nobody documents. They are ranges, because some generators take a `default` for another success.
const OTHERS: [&str; 2] = ["4XX", "5XX"];

/// The responses of an operation.
pub(super) fn responses(api: &Api, endpoint: &Endpoint) -> Object {
    let (own, shared) = (by_status(&endpoint.errors), by_status(&api.errors));
    let own_codes = |status: u16| own.get(&status).map_or(&[][..], Vec::as_slice);
    let fine: Vec<&ErrorCode> =
        [&own, &shared].into_iter().filter_map(|of| of.get(&FINE)).flatten().copied().collect();
    let mut responses = Object::new().with(FINE.to_string(), answer(api, endpoint, &fine));
    let statuses: BTreeSet<u16> = own.keys().chain(shared.keys()).copied().collect();
    for status in statuses.into_iter().filter(|status| *status != FINE) {
        let response = match (own_codes(status), shared.contains_key(&status)) {
            ([], _) => reference(&shared_name(status)),
            (codes, true) => {
                let others = format!("`#/components/responses/{}`", shared_name(status));
                failure(status, codes, &format!("Also those of every endpoint: {others}."))
            }
            (codes, false) => failure(status, codes, ""),
        };
        responses = responses.with(status.to_string(), response);
    }
    OTHERS.into_iter().fold(responses, |responses, range| responses.with(range, reference(FAILURE)))
}

/// What operations refer to: the codes that every endpoint may answer, and whatever nobody documents.
pub(super) fn components(api: &Api) -> Object {
    let mut components = Object::new();
    for (status, codes) in by_status(&api.errors).into_iter().filter(|(status, _)| *status != FINE) {
        components = components.with(shared_name(status), failure(status, &codes, ""));
    }
    components.with(FAILURE, failure(0, &[], "It is not documented."))
}

/// The headers that responses refer to.
pub(super) fn headers() -> Object {
    let header = |about: &str, name: &str| {
        Object::new().with("description", about).with("schema", Object::new().with("type", name))
    };
    Object::new()
        .with(LOG_ID, header("ID of the call, which Feishu's support asks for.", "string"))
        .with(QUOTA, header("Calls that the quota allows in its window.", "integer"))
        .with(WAIT, header("Seconds to wait before the next call.", "integer"))
}

const LOG_ID: &str = "x-tt-logid";
const QUOTA: &str = "x-ogw-ratelimit-limit";
const WAIT: &str = "x-ogw-ratelimit-reset";

fn answer(api: &Api, endpoint: &Endpoint, failures: &[&ErrorCode]) -> Object {
    let head = match endpoint.envelope {
        Envelope::Bare => "The answer.",
        Envelope::Standard | Envelope::Message => "The answer, where `code` is 0.",
    };
    let schema = Object::new().with("$ref", schema_reference(&name::response(&endpoint.id)));
    let content = Object::new().with("schema", schema);
    let (content, refused) = match example::response(api, endpoint) {
        Documented::Nothing => (content, String::new()),
        Documented::Valid(example) => (content.with("example", example), String::new()),
        Documented::Refused(why) => (content, why),
    };
    let head = match failures {
        [] => head.to_owned(),
        _ => format!("{head} These failures come with HTTP {FINE}:"),
    };
    let description = text::errors(&head, failures, &refused);
    Object::new()
        .with("description", description)
        .with("headers", header_references(FINE))
        .with("content", json(content))
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

/// The component for the codes of every endpoint with this HTTP status.
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
