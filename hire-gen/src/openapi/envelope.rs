//! What is around an answer, and what comes in place of one.

use super::json::Object;
use super::schema::Context;
use super::text;
use crate::ir::{Endpoint, Envelope};

/// The component of a failure's body.
pub(super) const FAILURE: &str = "Failure";

/// An answer: `data` in the envelope of the endpoint. A failure can look like it, too, without any `data`.
pub(super) fn envelope(cx: Context<'_>, endpoint: &Endpoint, data: Option<Object>) -> Object {
    let message = match endpoint.envelope {
        Envelope::Message => "message",
        Envelope::Standard | Envelope::Bare => "msg",
    };
    let nothing = || Object::new().with("type", "object");
    let properties = Object::new()
        .with("code", code())
        .with(message, nullable(cx, "string", text::MESSAGE))
        .with("data", cx.version.nullable(data.unwrap_or_else(nothing)));
    Object::new().with("type", "object").with("required", vec!["code"]).with("properties", properties)
}

/// A failure. Its details are spelled in more ways than documented, and are not always there.
pub(super) fn failure(cx: Context<'_>) -> Object {
    let text = |about: &str| nullable(cx, "string", about);
    let violation = Object::new()
        .with("field", text("Where, such as `basic_info.name`."))
        .with("value", Object::new().with("description", "What was sent."))
        .with("description", text("What was expected."));
    let permission = Object::new()
        .with("type", text("What is missing."))
        .with("subject", text("The scope."))
        .with("scope", text("The scope, in another spelling."));
    let help = Object::new().with("url", text("A page.")).with("description", text("What is there."));
    let detail = Object::new()
        .with("log_id", text("What Feishu's support asks for."))
        .with("field_violations", objects(cx, "Fields that were refused.", violation))
        .with("permission_violations", objects(cx, "Scopes that would have sufficed.", permission))
        .with("helps", objects(cx, "Pages about it.", help));
    let properties = Object::new()
        .with("code", code())
        .with("msg", text(text::MESSAGE))
        .with("message", text("The same, where answers have `message` in place of `msg`."))
        .with("error", nullable(cx, "object", "More about it.").with("properties", detail));
    Object::new()
        .with("description", "What comes in place of an answer.")
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
