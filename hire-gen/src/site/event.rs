//! The page of one event.

use super::html::Html;
use super::layout::{Page, crumbs, event_mark};
use super::{Context, code, facts, field, link, prose, receivers};
use crate::resolve::ir::{Event, EventEnvelope};
use crate::rust::call;

/// The whole page.
pub(super) fn page(cx: &Context<'_>, event: &Event) -> Html {
    let path = link::event(event);
    let id = &event.id;
    let resource = link::resource(&id.service, &id.version, &id.resource);
    let mut main = Html::new();
    main.raw("<article class=\"endpoint\">\n<div class=\"about\">\n");
    about(cx, &path, event, &mut main);
    main.raw("</div>\n<div class=\"sections\">\n<section>\n<h2 id=\"event\">").raw(cx.say("Payload"));
    main.raw(" <small>").raw(cx.say("fields of event")).raw("</small></h2>\n");
    if event.fields.is_empty() {
        main.raw("<p class=\"none\">").raw(cx.say("The payload is empty.")).raw("</p>\n");
    } else {
        main.html(&field::section(cx, &path, "event", &event.fields));
    }
    main.raw("</section>\n<section>\n<h2 id=\"receive\">").raw(cx.say("Subscribe and receive"));
    main.raw("</h2>\n").html(&steps(cx, event)).raw("</section>\n");
    main.raw("</div>\n<aside class=\"code\" aria-label=\"").raw(cx.say("Code and examples")).raw("\">\n");
    examples(cx, event, &mut main);
    main.raw("</aside>\n</article>\n");
    let title = format!("{} · {}", cx.title(&event.title, event.label.as_deref()), event.event_type);
    Page { path: &path, title: &title, resource: Some(&resource), script: None, connects: false }
        .html(cx, &main)
}

fn about(cx: &Context<'_>, from: &str, event: &Event, html: &mut Html) {
    let id = &event.id;
    let resource = link::resource(&id.service, &id.version, &id.resource);
    let group = format!("{} {}", id.service, id.version);
    html.html(&crumbs(
        from,
        &[
            (&group, Some(format!("{}#{}.{}", link::INDEX, id.service, id.version))),
            (&id.resource, Some(resource)),
            (cx.say("events"), None),
            (&id.event, None),
        ],
    ));
    let heading = cx.title(&event.title, event.label.as_deref());
    html.raw("<h1>").text(heading).raw("</h1>\n");
    for name in [Some(event.title.as_str()), event.label.as_deref()].into_iter().flatten() {
        if name != heading {
            html.raw("<p class=\"subtitle\">").html(&facts::label(name)).raw("</p>\n");
        }
    }
    html.raw("<p class=\"address\">").html(&event_mark()).raw(" <code>").text(&event.event_type);
    html.raw("</code></p>\n");
    if let Some(text) = &event.about {
        html.raw("<div class=\"prose\">").html(&prose::paragraphs(cx, from, text)).raw("</div>\n");
    }
    html.raw("<nav class=\"contents\" aria-label=\"").raw(cx.say("On this page")).raw("\">");
    for (link, target, name) in [
        ("<a href=\"#", "event", cx.say("Payload")),
        ("<a href=\"#", "receive", cx.say("Subscribe and receive")),
        ("<a class=\"beside\" href=\"#", "code", cx.say("Sample")),
    ] {
        html.raw(link).raw(target).raw("\">").raw(name).raw("</a> ");
    }
    if event.example.is_some() {
        html.raw("<a class=\"beside\" href=\"#example\">").raw(cx.say("Example")).raw("</a>");
    }
    html.raw("</nav>\n<dl class=\"facts\">\n");
    for (name, value) in said(cx, from, event) {
        html.raw("<dt>").raw(name).raw("</dt><dd>").html(&value).raw("</dd>\n");
    }
    html.raw("</dl>\n");
}

fn said(cx: &Context<'_>, from: &str, event: &Event) -> Vec<facts::Fact> {
    let mut name = Html::new();
    name.raw("<code>").text(&event.event_type).raw("</code>");
    let apps = code::plain(&facts::apps(cx, &event.apps));
    let mut envelope = Html::new();
    envelope.raw(match event.envelope {
        EventEnvelope::V1 => "1.0: <code>uuid</code>, <code>ts</code>, <code>event</code>",
        EventEnvelope::V2 => "2.0: <code>schema</code>, <code>header</code>, <code>event</code>",
    });
    let facts = [
        (cx.say("Event"), name),
        (cx.say("Apps"), apps),
        (cx.say("Scopes"), facts::scopes(cx, from, &event.scopes, &event.event_type)),
        (cx.say("Field scopes"), facts::field_scopes(cx, from, &event.field_scopes)),
        (cx.say("Delivery envelope"), envelope),
        (cx.say("Official page"), facts::official(cx, &event.doc, event.revised.as_deref())),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// Steps in the developer console, and facts about deliveries.
fn steps(cx: &Context<'_>, event: &Event) -> Html {
    let mut html = Html::new();
    html.raw("<ol class=\"steps\">\n");
    if !event.scopes.is_empty() {
        html.raw("<li>").raw(cx.say("Grant the app one of the scopes above.")).raw("</li>\n");
    }
    html.raw("<li>").raw(cx.say("Add ")).raw("<code>").text(&event.event_type).raw("</code>");
    html.raw(cx.say(" under events and callbacks in the developer console, and publish a version of the app: only then does it take effect."));
    html.raw("</li>\n<li>");
    html.raw(cx.say(
        "Receive it by webhook, at an address that answers 200 within 3 seconds, or over a long connection, which only custom apps can open.",
    ));
    html.raw("</li>\n<li>");
    html.raw(cx.say(
        "Expect repeats: after any other answer Feishu delivers an event again up to four times in about 7 hours, and sometimes even after success. Its ID stays the same; the Rust client handles it once.",
    ));
    html.raw("</li>\n</ol>\n");
    html
}

fn examples(cx: &Context<'_>, event: &Event, html: &mut Html) {
    let rust = code::rust(&call::handler(cx.api, event, &cx.options.root));
    html.html(&code::choice(
        cx,
        &[
            ("rust", "Rust", rust),
            ("python", "Python", code::plain(&receivers::python(cx.api, event))),
            ("node", "Node", code::plain(&receivers::node(cx.api, event))),
        ],
    ));
    if let Some(example) = &event.example {
        html.raw("<section>\n<h2 id=\"example\">").raw(cx.say("Example")).raw(" <small>");
        html.raw(cx.say("from the official page")).raw("</small></h2>\n");
        html.html(&code::block(&code::json(&example.text))).raw("</section>\n");
    }
}
