//! Sends a request through the client, or shows what would be sent.

use std::fmt::Write as _;
use std::path::Path;

use hire_api::{CallOptions, Client, Draft, File, Json};
use hire_gen::ir::{Endpoint, Field, Paging, Turn};
use hire_gen::validate::{Unknown, validate};
use serde_json::Value;

use crate::arguments::Request;
use crate::catalog::{Catalog, keep};
use crate::outcome::Failure;

/// The most pages of one call; a list with more is an error.
const MOST_PAGES: usize = 10_000;

/// An answer.
pub(crate) struct Answer {
    /// The whole body, envelope included.
    pub(crate) body: Value,
    /// The items of every page, if requested.
    pub(crate) items: Option<Vec<Value>>,
}

/// Checks a request against the schema.
pub(crate) fn check(catalog: &Catalog, endpoint: &Endpoint, request: &Request) -> Result<(), Failure> {
    let problems = validate(&catalog.api, endpoint, &request.sent, Unknown::Refused);
    if problems.is_empty() {
        return Ok(());
    }
    let mut text = format!("`{}` is refused; nothing was sent:", endpoint.id);
    for problem in problems {
        let _ = write!(text, "\n  {}: {}", problem.path, problem.message);
    }
    Err(Failure::Usage(text))
}

/// Sends a request that was checked.
pub(crate) async fn send(
    client: &Client,
    catalog: &Catalog,
    endpoint: &Endpoint,
    request: &Request,
    user_token: Option<&str>,
) -> Result<Value, Failure> {
    if endpoint.answers_file {
        return Err(Failure::Usage(format!(
            "`{}` answers with a file: save it with `hire call {} .. --out PATH`",
            endpoint.id, endpoint.id
        )));
    }
    let draft = draft(catalog, endpoint, request)?;
    let answer = client.call_untyped(draft, options(user_token)).await;
    let answer = answer.map_err(|error| Failure::Call(error.to_string()))?;
    serde_json::from_slice(&answer.body).map_err(|_| Failure::Call("the answer is not JSON".to_owned()))
}

/// Sends a request that was checked and saves the file of its answer; returns the number of bytes.
pub(crate) async fn save(
    client: &Client,
    catalog: &Catalog,
    endpoint: &Endpoint,
    request: &Request,
    user_token: Option<&str>,
    path: &Path,
) -> Result<u64, Failure> {
    let draft = draft(catalog, endpoint, request)?;
    let file = client.call_untyped_file(draft, options(user_token)).await;
    let saved = match file {
        Ok(file) => file.save(path).await,
        Err(error) => Err(error),
    };
    saved.map_err(|error| Failure::Call(error.to_string()))
}

fn options(user_token: Option<&str>) -> CallOptions {
    user_token.map_or_else(CallOptions::new, |token| CallOptions::new().with_user_token(token))
}

/// Sends the request for every page and collects the items.
pub(crate) async fn send_all(
    client: &Client,
    catalog: &Catalog,
    endpoint: &Endpoint,
    mut request: Request,
    user_token: Option<&str>,
) -> Result<Answer, Failure> {
    let Some(paging) = &endpoint.paging else {
        return Err(Failure::Usage(format!("`{}` does not answer in pages", endpoint.id)));
    };
    let mut items = Vec::new();
    let mut last = None;
    for _ in 0..MOST_PAGES {
        let body = send(client, catalog, endpoint, &request, user_token).await?;
        let data =
            if endpoint.envelope.has_data() { body.get("data").unwrap_or(&Value::Null) } else { &body };
        let page = at(data, &paging.items).and_then(Value::as_array);
        let listed = page.map_or(0, Vec::len);
        items.extend(page.into_iter().flatten().cloned());
        let Some(next) = next(paging, data, &request, listed)? else {
            return Ok(Answer { body, items: Some(items) });
        };
        if last.as_ref() == Some(&next) {
            return Err(Failure::Call(format!(
                "the page after {} items is the same page again",
                items.len()
            )));
        }
        set_page(endpoint, paging, &mut request, next.clone())?;
        last = Some(next);
    }
    Err(Failure::Call(format!("the list does not end after {MOST_PAGES} pages")))
}

/// A value at a dotted path.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// What the request for the next page asks with; `None` behind the last page.
fn next(paging: &Paging, data: &Value, request: &Request, listed: usize) -> Result<Option<Value>, Failure> {
    let more = paging.has_more.as_ref().map(|path| at(data, path).and_then(Value::as_bool).unwrap_or(false));
    match &paging.turn {
        Turn::Token { next, .. } => {
            let token = at(data, next).and_then(Value::as_str).filter(|token| !token.is_empty());
            Ok(token.filter(|_| more.unwrap_or(true)).map(Value::from))
        }
        Turn::Offset { offset, total } => {
            let sent = &request.sent;
            let before = sent.query.get(offset).or_else(|| at(sent.body.as_ref()?, offset));
            let text = matches!(before, Some(Value::String(_)));
            let before = match before {
                None => Some(0),
                Some(Value::String(text)) => text.parse().ok(),
                Some(before) => before.as_u64(),
            };
            let Some(before) = before else {
                return Err(Failure::Usage(format!("`{offset}` is not the number of items before a page")));
            };
            let behind = before.saturating_add(listed as u64);
            let rest =
                total.as_ref().and_then(|path| at(data, path)?.as_u64()).is_none_or(|total| behind < total);
            let next = if text { behind.to_string().into() } else { behind.into() };
            Ok(Some(next).filter(|_| listed > 0 && more.unwrap_or(rest)))
        }
    }
}

fn set_page(endpoint: &Endpoint, paging: &Paging, request: &mut Request, page: Value) -> Result<(), Failure> {
    let path = paging.asked();
    if endpoint.query.iter().any(|field| field.wire == path) {
        request.sent.query.insert(path.to_owned(), page);
        return Ok(());
    }
    let mut here = request.sent.body.get_or_insert_with(|| Value::Object(serde_json::Map::new()));
    for name in path.split('.') {
        let object = here.as_object_mut();
        let object = object
            .ok_or_else(|| Failure::Usage(format!("`{path}` is inside something that is not an object")))?;
        here = object.entry(name).or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    *here = page;
    Ok(())
}

fn draft(catalog: &Catalog, endpoint: &Endpoint, request: &Request) -> Result<Draft, Failure> {
    let mut draft = Draft::new(catalog.metadata(endpoint));
    for field in &endpoint.path_params {
        if let Some(value) = request.sent.path.get(&field.wire) {
            draft.path(name(field), &text(value));
        }
    }
    for field in &endpoint.query {
        match request.sent.query.get(&field.wire) {
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(text).collect();
                draft.query(name(field), &items);
            }
            Some(value) => draft.query(name(field), &text(value)),
            None => {}
        }
    }
    for field in &endpoint.headers {
        if let Some(value) = request.sent.headers.get(&field.wire) {
            draft.header(name(field), &text(value));
        }
    }
    let Some(body) = &request.sent.body else { return Ok(draft) };
    if !endpoint.is_multipart() {
        draft.json(&Json::from(body.clone()));
        return Ok(draft);
    }
    for field in endpoint.body.iter().flatten() {
        if let Some(path) = request.files.get(&field.wire) {
            let file = File::open(path).map_err(|error| Failure::Usage(format!("`{path}`: {error}")))?;
            draft.part(name(field), &file);
        } else if let Some(value) = body.get(&field.wire) {
            draft.part(name(field), &text(value));
        }
    }
    Ok(draft)
}

/// The method, address and body of a request, as curl would send them.
pub(crate) fn dry_run(
    catalog: &Catalog,
    endpoint: &Endpoint,
    request: &Request,
    base: &str,
) -> Result<String, Failure> {
    let prepared =
        draft(catalog, endpoint, request)?.finish().map_err(|wrong| Failure::Usage(wrong.to_string()))?;
    let mark = if prepared.query.is_empty() { "" } else { "?" };
    let mut shown = format!("{} {base}{}{mark}{}\n", endpoint.method.as_str(), prepared.path, prepared.query);
    for (name, value) in &prepared.headers {
        let _ = writeln!(shown, "{name}: {value}");
    }
    if let Some(content_type) = &prepared.content_type {
        let _ = writeln!(shown, "Content-Type: {content_type}");
    }
    if endpoint.is_multipart() {
        for field in endpoint.body.iter().flatten() {
            let value = request.sent.body.as_ref().and_then(|body| body.get(&field.wire));
            if let Some(value) = value {
                let _ = writeln!(shown, "{}: {}", field.wire, text(value));
            }
        }
    } else if let Some(body) = &request.sent.body {
        let _ = writeln!(shown, "\n{body:#}");
    }
    Ok(shown)
}

/// A value in a path, a query or a form.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The client needs names that live as long as the program; there is one per sent field.
fn name(field: &Field) -> &'static str {
    keep(&field.wire)
}
