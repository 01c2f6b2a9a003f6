//! The keys of the schema as text.

use super::html::Html;
use super::{Context, Language, link, prose};

use crate::resolve::ir::{
    App, BaseUrl, Endpoint, Envelope, Field, Format, Limits, Literal, Number, Paging, Quota, RequiredWhen,
    Safety, Scope, Token, Turn,
};
use crate::rust;

/// A word and its explanation.
pub(super) type Fact = (&'static str, Html);

/// Whether a request may be sent twice, as a sentence.
pub(super) fn safety(cx: &Context<'_>, endpoint: &Endpoint) -> Html {
    let mut html = Html::new();
    match &endpoint.safety {
        Safety::Safe => html.raw(cx.say("Yes: it only reads.")),
        Safety::Idempotent => html.raw(cx.say("Yes: sending it twice has the effect of sending it once.")),
        Safety::Keyed(field) => {
            html.raw(cx.say("Yes, if ")).raw("<code>").text(field).raw("</code>");
            html.raw(cx.say(" is set: then nothing is created twice."))
        }
        Safety::Unsafe => {
            html.raw(cx.say("No: a second call may repeat the effect, or create a second record."))
        }
    };
    html
}

/// The list that is in pages, and how to get the next page.
pub(super) fn paging(cx: &Context<'_>, paging: &Paging) -> Html {
    let mut html = Html::new();
    let mut say = |text: &'static str, name: &str| {
        html.raw(cx.say(text)).raw("<code>").text(name).raw("</code>");
    };
    say("Pages contain ", &paging.items);
    if let Some(has_more) = &paging.has_more {
        say("; while ", has_more);
    }
    match (&paging.turn, &paging.has_more) {
        (Turn::Token { token, next }, Some(_)) if token == next => {
            say(" is true, the next page is behind ", next);
        }
        (Turn::Token { token, next }, has_more) => {
            match has_more {
                Some(_) => say(" is true, ", next),
                None => say("; until it is empty, ", next),
            }
            say(" of the answer is the next page's ", token);
        }
        (Turn::Offset { offset, total }, has_more) => {
            match has_more {
                Some(_) => say(" is true, the next page has as its ", offset),
                None => say("; the next page has as its ", offset),
            }
            html.raw(cx.say(" the number of items before it"));
            if let (Some(total), None) = (total, has_more) {
                html.raw(cx.say(", up to ")).raw("<code>").text(total).raw("</code>");
            }
        }
    }
    html.raw(cx.say("."));
    html
}

/// `1,000 calls a minute and 50 a second`, `每分钟 1,000 次，每秒 50 次`
pub(super) fn quota(cx: &Context<'_>, quota: Quota) -> String {
    let Quota::Windows { per_second, per_minute } = quota else {
        return cx.say("Special; see the official page").to_owned();
    };
    if cx.language == Language::Zh {
        let minute = per_minute.map(|count| format!("每分钟 {} 次", thousands(count)));
        let second = per_second.map(|count| format!("每秒 {} 次", thousands(count)));
        return minute.into_iter().chain(second).collect::<Vec<_>>().join("，");
    }
    let calls =
        |count: u32| if count == 1 { "1 call".to_owned() } else { format!("{} calls", thousands(count)) };
    match (per_minute, per_second) {
        (Some(minute), Some(second)) => {
            format!("{} a minute and {} a second", calls(minute), thousands(second))
        }
        (Some(minute), None) => format!("{} a minute", calls(minute)),
        (None, Some(second)) => format!("{} a second", calls(second)),
        (None, None) => String::new(),
    }
}

fn thousands(count: u32) -> String {
    let (high, low) = (count / 1000, count % 1000);
    if high == 0 { low.to_string() } else { format!("{},{low:03}", thousands(high)) }
}

/// The base URL, if it is not the usual one.
pub(super) fn hosts(endpoint: &Endpoint) -> String {
    let host = |base: &BaseUrl| format!("{} ({})", base.url, base.region);
    endpoint.base_urls.iter().map(host).collect::<Vec<_>>().join(", ")
}

/// Names of the accepted tokens.
pub(super) fn tokens(endpoint: &Endpoint) -> Vec<&'static str> {
    let word = |token: &Token| match token {
        Token::Tenant => "tenant_access_token",
        Token::User => "user_access_token",
        Token::App => "app_access_token",
    };
    endpoint.tokens.iter().map(word).collect()
}

/// The kinds of apps, as a list.
pub(super) fn apps(cx: &Context<'_>, apps: &[App]) -> String {
    let word = |app: &App| match app {
        App::Custom => cx.say("custom apps"),
        App::Store => cx.say("store apps"),
    };
    apps.iter().map(word).collect::<Vec<_>>().join(cx.say(", "))
}

/// The envelope of the answer, if it is not the usual one.
pub(super) fn envelope(cx: &Context<'_>, endpoint: &Endpoint) -> Option<Html> {
    let mut html = Html::new();
    match endpoint.envelope {
        Envelope::Standard => return None,
        Envelope::Message => {
            html.raw(cx.say("The answer contains ")).raw("<code>message</code>").raw(cx.say(" instead of "));
            html.raw("<code>msg</code>").raw(cx.say("."))
        }
        Envelope::Flat => {
            html.raw(cx.say("The fields of the answer are next to code and msg; there is no data."))
        }
        Envelope::Bare => html.raw(cx.say("None: the answer is not wrapped in code, msg and data.")),
    };
    Some(html)
}

/// Facts about a field besides its name, its type and its sentence.
pub(super) fn field(cx: &Context<'_>, from: &str, field: &Field) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let sentence = |text: &str| prose::inline(cx, from, text);
    match &field.required_when {
        Some(RequiredWhen::All(conditions)) => {
            facts.push((cx.say("Required when"), sentence(&rust::reason(conditions))));
        }
        Some(RequiredWhen::Text(text)) => facts.push((cx.say("Required when"), sentence(text))),
        None => {}
    }
    facts.extend(field.format.map(|format| (cx.say("Format"), self::format(cx, format))));
    facts.extend(limits(cx, &field.limits));
    facts.extend(field.default.as_ref().map(|value| (cx.say("Default"), literal(value))));
    facts.extend(field.example.as_ref().map(|value| (cx.say("Example"), literal(value))));
    if field.replaces {
        let mut html = Html::new();
        html.raw(
            cx.say("the list replaces the stored one. Leave it out to change nothing; an empty list erases."),
        );
        facts.push((cx.say("Replaces"), html));
    }
    if !field.scopes.is_empty() {
        facts.push((cx.say("Empty without"), any_of(cx, &field.scopes)));
    }
    if let Some(reason) = field.deprecated.as_deref().filter(|reason| !reason.is_empty()) {
        facts.push((cx.say("Deprecated"), sentence(reason)));
    }
    facts.extend(field.unusable.as_ref().map(|reason| (cx.say("Unusable"), sentence(reason))));
    facts.extend(field.fix.as_ref().map(|reason| (cx.say("Differs from the page"), sentence(reason))));
    facts.extend(field.review.as_ref().map(|reason| (cx.say("Not yet checked"), sentence(reason))));
    if field.ident != field.wire && field.unusable.is_none() {
        let mut html = Html::new();
        html.raw("<code>").text(&field.ident).raw("</code>");
        facts.push((cx.say("In Rust"), html));
    }
    facts
}

fn format(cx: &Context<'_>, format: Format) -> Html {
    let mut html = Html::new();
    html.raw(match format {
        Format::Ms => cx.say("milliseconds since 1970-01-01 UTC"),
        Format::S => cx.say("seconds since 1970-01-01 UTC"),
        Format::Date => cx.say("a date, YYYY-MM-DD"),
        Format::Json => cx.say("JSON inside a string"),
        Format::CustomValue => {
            cx.say("the value of a custom field; its spelling depends on the kind of the field")
        }
    });
    html
}

fn limits(cx: &Context<'_>, limits: &Limits) -> Vec<Fact> {
    let number = |number: Number| match number {
        Number::Int(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    };
    let mut facts: Vec<Fact> = Vec::new();
    facts.extend(range(cx, cx.say("Range"), limits.minimum.map(number), limits.maximum.map(number), ""));
    facts.extend(range(cx, cx.say("Length"), limits.min_length, limits.max_length, cx.say(" characters")));
    facts.extend(range(cx, cx.say("Size"), limits.min_items, limits.max_items, cx.say(" items")));
    facts.extend(range(cx, cx.say("Size"), None, limits.max_bytes, cx.say(" bytes")));
    facts.extend(limits.pattern.as_ref().map(|pattern| {
        let mut html = Html::new();
        html.raw("<code>").text(pattern).raw("</code>");
        (cx.say("Pattern"), html)
    }));
    facts.extend(limits.fixed.as_ref().map(|value| (cx.say("Always"), literal(value))));
    facts
}

fn range<T: std::fmt::Display>(
    cx: &Context<'_>,
    name: &'static str,
    min: Option<T>,
    max: Option<T>,
    unit: &str,
) -> Option<Fact> {
    let text = match (min, max) {
        (Some(min), Some(max)) => format!("{min}{}{max}{unit}", cx.say(" to ")),
        (Some(min), None) => format!("{}{min}{unit}", cx.say("at least ")),
        (None, Some(max)) => format!("{}{max}{unit}", cx.say("at most ")),
        (None, None) => return None,
    };
    let mut html = Html::new();
    html.text(&text);
    Some((name, html))
}

/// A value as JSON in a code span.
pub(super) fn literal(value: &Literal) -> Html {
    let mut html = Html::new();
    html.raw("<code>").text(&spelled(value)).raw("</code>");
    html
}

/// A value as JSON.
pub(super) fn spelled(value: &Literal) -> String {
    match value {
        Literal::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Float(number) => number.to_string(),
        Literal::Bool(flag) => flag.to_string(),
        Literal::List(items) => format!("[{}]", items.iter().map(spelled).collect::<Vec<_>>().join(", ")),
    }
}

/// Scopes with their labels, one of which suffices.
pub(super) fn any_of(cx: &Context<'_>, scopes: &[Scope]) -> Html {
    let mut html = Html::new();
    for (index, scope) in scopes.iter().enumerate() {
        html.raw(if index == 0 { "" } else { cx.say(" or ") });
        html.raw("<code>").text(&scope.name).raw("</code>");
        if let Some(text) = &scope.label {
            html.raw(" ").html(&label(text));
        }
    }
    html
}

/// Scopes as a list with links, and a link to the planner; `name` is what needs them.
pub(super) fn scopes(cx: &Context<'_>, from: &str, scopes: &[Scope], name: &str) -> Html {
    let mut html = Html::new();
    if scopes.is_empty() {
        html.raw(cx.say("None is needed."));
        return html;
    }
    html.raw(if scopes.len() == 1 { "" } else { cx.say("Any one of these is enough:") });
    html.raw("<ul class=\"scopes\">");
    for scope in scopes {
        html.raw("<li>").html(&scope_link(from, scope)).raw("</li>");
    }
    let target = link::relative(from, link::SCOPES);
    html.raw("</ul><a class=\"more\" href=\"").text(&target).raw("#ops=").text(name);
    html.raw("\">").raw(cx.say("Plan the scopes of an app")).raw("</a>");
    html
}

/// The scopes that some fields need.
pub(super) fn field_scopes(cx: &Context<'_>, from: &str, scopes: &[Scope]) -> Html {
    let mut html = Html::new();
    if scopes.is_empty() {
        return html;
    }
    html.raw(cx.say("Some fields stay empty without these:")).raw("<ul class=\"scopes\">");
    for scope in scopes {
        html.raw("<li>").html(&scope_link(from, scope)).raw("</li>");
    }
    html.raw("</ul>");
    html
}

/// A scope, with a link to the operations that it lets an app call.
fn scope_link(from: &str, scope: &Scope) -> Html {
    let mut html = Html::new();
    html.raw("<a href=\"").text(&link::relative(from, link::SCOPES)).raw("#scope=").text(&scope.name);
    html.raw("\"><code>").text(&scope.name).raw("</code></a>");
    if let Some(label) = &scope.label {
        html.raw(" ").html(&self::label(label));
    }
    html
}

/// The address and date of the official page.
pub(super) fn official(cx: &Context<'_>, doc: &str, revised: Option<&str>) -> Html {
    let mut html = Html::new();
    // Any other kind of address is not linked.
    if doc.starts_with("https://") {
        html.raw("<a rel=\"noreferrer\" href=\"").text(doc).raw("\">").text(host(doc)).raw("</a>");
    } else {
        html.text(doc);
    }
    if let Some(date) = revised {
        html.raw(cx.say(", revised ")).text(date);
    }
    html
}

fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or(address)
}

/// A label of the page, mostly Chinese.
pub(super) fn label(text: &str) -> Html {
    let mut html = Html::new();
    html.raw(if text.is_ascii() { "<span class=\"label\">" } else { "<span class=\"label\" lang=\"zh\">" });
    html.text(text).raw("</span>");
    html
}
