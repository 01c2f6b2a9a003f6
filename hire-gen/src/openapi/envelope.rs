//! The envelope of an answer, and failures instead of one.

use super::json::{Json, Object};
use super::schema::Context;
use super::text;
use crate::resolve::ir::Endpoint;

/// The component of a failure's body.
pub(super) const FAILURE: &str = "Failure";

/// An answer: `data` in the envelope of the endpoint. A failure may have the same form, without `data`.
pub(super) fn envelope(cx: Context<'_>, endpoint: &Endpoint, data: Option<Object>) -> Object {
    let nothing = || Object::new().with("type", "object");
    let properties = Object::new()
        .with("code", code())
        .with(endpoint.envelope.message(), nullable(cx, "string", text::MESSAGE))
        .with("data", cx.version.nullable(data.unwrap_or_else(nothing)));
    Object::new().with("type", "object").with("required", vec!["code"]).with("properties", properties)
}

/// An answer with fields beside its code.
pub(super) fn flat(cx: Context<'_>, data: Object) -> Object {
    let head = Object::new().with("code", code()).with("msg", nullable(cx, "string", text::MESSAGE));
    let mut schema = data.with("required", vec!["code"]);
    match schema.get_mut("properties") {
        Some(Json::Object(properties)) => *properties = head.and(std::mem::take(properties)),
        _ => schema = schema.with("properties", head),
    }
    schema
}

/// A failure. Its details have more spellings than documented, and are optional.
pub(super) fn failure(cx: Context<'_>) -> Object {
    let text = |about: &str| nullable(cx, "string", about);
    let violation = Object::new()
        .with("field", text("Path, such as `basic_info.name`."))
        .with("value", Object::new().with("description", "The value that was sent."))
        .with("description", text("What was expected."));
    let permission = Object::new()
        .with("type", text("The kind of missing permission."))
        .with("subject", text("The scope."))
        .with("scope", text("The scope, in another spelling."));
    let help = Object::new().with("url", text("A page.")).with("description", text("The topic of the page."));
    let detail = Object::new()
        .with("log_id", text("Log ID, for Feishu's support."))
        .with("field_violations", objects(cx, "Fields that were refused.", violation))
        .with("permission_violations", objects(cx, "Scopes that would have sufficed.", permission))
        .with("helps", objects(cx, "Pages about it.", help));
    let properties = Object::new()
        .with("code", code())
        .with("msg", text(text::MESSAGE))
        .with("message", text("The same, if answers have `message` instead of `msg`."))
        .with("error", nullable(cx, "object", "Details.").with("properties", detail));
    Object::new()
        .with("description", "A failure instead of an answer.")
        .with("type", "object")
        .with("required", vec!["code"])
        .with("properties", properties)
}

fn code() -> Object {
    Object::new().with("type", "integer").with("format", "int64").with("description", text::CODE)
}

fn nullable(cx: Context<'_>, name: &str, about: &str) -> Object {
    cx.version.nullable(Object::new().with("type", name)).with("description", about)
}

fn objects(cx: Context<'_>, about: &str, properties: Object) -> Object {
    let items = Object::new().with("type", "object").with("properties", properties);
    nullable(cx, "array", about).with("items", items)
}
