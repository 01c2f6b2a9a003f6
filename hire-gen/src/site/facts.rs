//! What the schema says in keys, in words.

use super::html::Html;
use super::{Context, prose};
use crate::emit;
use crate::ir::{
    App, Endpoint, Envelope, Field, Format, Limits, Literal, Number, Quota, RequiredWhen, Safety, Scope,
    Token,
};

/// A word and what is to be said about it.
pub(super) type Fact = (&'static str, Html);

/// Whether a request may be sent twice, in a sentence.
pub(super) fn safety(endpoint: &Endpoint) -> Html {
    let mut html = Html::new();
    match &endpoint.safety {
        Safety::Safe => html.raw("Yes: it only reads."),
        Safety::Idempotent => html.raw("Yes: twice is as good as once."),
        Safety::Keyed(field) => {
            html.raw("Yes, as long as <code>").text(field).raw("</code> is set: then nothing is made twice.")
        }
        Safety::Unsafe => html.raw("No: a second call may do it again, or make a second record."),
    };
    html
}

/// `1,000 calls a minute and 50 a second`
pub(super) fn quota(quota: Quota) -> String {
    let Quota::Windows { per_second, per_minute } = quota else {
        return "Special; the official page says more".to_owned();
    };
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

pub(super) fn tokens(endpoint: &Endpoint) -> Vec<&'static str> {
    let word = |token: &Token| match token {
        Token::Tenant => "tenant_access_token",
        Token::User => "user_access_token",
        Token::App => "app_access_token",
    };
    endpoint.tokens.iter().map(word).collect()
}

pub(super) fn apps(endpoint: &Endpoint) -> String {
    let word = |app: &App| match app {
        App::Custom => "custom apps",
        App::Store => "store apps",
    };
    endpoint.apps.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// How the answer is wrapped, where that is not as usual.
pub(super) fn envelope(endpoint: &Endpoint) -> Option<Html> {
    let mut html = Html::new();
    match endpoint.envelope {
        Envelope::Standard => return None,
        Envelope::Message => {
            html.raw("The answer has <code>message</code> where others have <code>msg</code>.")
        }
        Envelope::Bare => html.raw(
            "None: the answer has no <code>code</code>, <code>msg</code> and <code>data</code> around it.",
        ),
    };
    Some(html)
}

/// What there is to know about a field besides its name, its type and its sentence.
pub(super) fn field(cx: &Context<'_>, from: &str, field: &Field) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let sentence = |text: &str| prose::inline(cx, from, text);
    match &field.required_when {
        Some(RequiredWhen::All(conditions)) => {
            facts.push(("Required when", sentence(&emit::reason(conditions))));
        }
        Some(RequiredWhen::Text(text)) => facts.push(("Required when", sentence(text))),
        None => {}
    }
    facts.extend(field.format.map(|format| ("Format", self::format(format))));
    facts.extend(limits(&field.limits));
    facts.extend(field.default.as_ref().map(|value| ("Default", literal(value))));
    facts.extend(field.example.as_ref().map(|value| ("Example", literal(value))));
    if field.replaces {
        let mut html = Html::new();
        html.raw(
            "the list takes the place of what is stored. Left out, nothing changes; an empty one erases.",
        );
        facts.push(("Replaces", html));
    }
    if !field.scopes.is_empty() {
        facts.push(("Empty without", any_of(&field.scopes)));
    }
    if let Some(reason) = field.deprecated.as_deref().filter(|reason| !reason.is_empty()) {
        facts.push(("Deprecated", sentence(reason)));
    }
    facts.extend(field.unusable.as_ref().map(|reason| ("Unusable", sentence(reason))));
    facts.extend(field.fix.as_ref().map(|reason| ("Differs from the page", sentence(reason))));
    facts.extend(field.review.as_ref().map(|reason| ("Not yet checked", sentence(reason))));
    if field.ident != field.wire && field.unusable.is_none() {
        let mut html = Html::new();
        html.raw("<code>").text(&field.ident).raw("</code>");
        facts.push(("In Rust", html));
    }
    facts
}

fn format(format: Format) -> Html {
    let mut html = Html::new();
    html.raw(match format {
        Format::Ms => "milliseconds since 1970-01-01 UTC",
        Format::S => "seconds since 1970-01-01 UTC",
        Format::Date => "a date, <code>YYYY-MM-DD</code>",
        Format::Json => "JSON inside a string",
        Format::CustomValue => "the value of a custom field; its spelling depends on the kind of the field",
    });
    html
}

fn limits(limits: &Limits) -> Vec<Fact> {
    let number = |number: Number| match number {
        Number::Int(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    };
    let mut facts: Vec<Fact> = Vec::new();
    facts.extend(range("Range", limits.minimum.map(number), limits.maximum.map(number), ""));
    facts.extend(range("Length", limits.min_length, limits.max_length, " characters"));
    facts.extend(range("Size", limits.min_items, limits.max_items, " items"));
    facts.extend(range("Size", None, limits.max_bytes, " bytes"));
    facts.extend(limits.pattern.as_ref().map(|pattern| {
        let mut html = Html::new();
        html.raw("<code>").text(pattern).raw("</code>");
        ("Pattern", html)
    }));
    facts.extend(limits.fixed.as_ref().map(|value| ("Always", literal(value))));
    facts
}

fn range<T: std::fmt::Display>(
    name: &'static str,
    min: Option<T>,
    max: Option<T>,
    unit: &str,
) -> Option<Fact> {
    let text = match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}{unit}"),
        (Some(min), None) => format!("at least {min}{unit}"),
        (None, Some(max)) => format!("at most {max}{unit}"),
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

/// Scopes with their labels, any one of which suffices.
pub(super) fn any_of(scopes: &[Scope]) -> Html {
    let mut html = Html::new();
    for (index, scope) in scopes.iter().enumerate() {
        html.raw(if index == 0 { "" } else { " or " });
        html.raw("<code>").text(&scope.name).raw("</code>");
        if let Some(text) = &scope.label {
            html.raw(" ").html(&label(text));
        }
    }
    html
}

/// A label of the page, mostly Chinese.
pub(super) fn label(text: &str) -> Html {
    let mut html = Html::new();
    html.raw(if text.is_ascii() { "<span class=\"label\">" } else { "<span class=\"label\" lang=\"zh\">" });
    html.text(text).raw("</span>");
    html
}
