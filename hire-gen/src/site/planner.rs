//! The page that plans the scopes of an app.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::html::Html;
use super::layout::{Page, crumbs, event_mark, method, titles};
use super::{Context, link};
use crate::resolve::ir::Scope;
use crate::scopes;

/// The whole page. Its script computes [`scopes::plan`].
pub(super) fn page(cx: &Context<'_>) -> Html {
    let mut main = Html::new();
    main.html(&crumbs(
        link::SCOPES,
        &[(cx.site_title(), Some(link::INDEX.to_owned())), (cx.say("Scopes"), None)],
    ));
    main.raw("<h1>").raw(cx.say("Scopes of an app")).raw("</h1>\n<p class=\"lead\">");
    main.raw(cx.say(
        "Select the operations that your app calls and the events that it receives to find the fewest scopes that it needs. Read-only scopes are preferred.",
    ));
    main.raw("</p>\n<noscript><p class=\"none\">");
    main.raw(cx.say("Choosing needs a script; the page of each operation and event lists its scopes."))
        .raw("</p></noscript>\n");
    main.raw("<div class=\"planner\">\n<form id=\"operations\" aria-label=\"").raw(cx.say("Operations"));
    main.raw("\">\n<div class=\"tools\" hidden><input id=\"filter\" type=\"search\" placeholder=\"");
    main.raw(cx.say("Filter by name, path, scope, 中文"))
        .raw("\" aria-label=\"")
        .raw(cx.say("Filter the operations"));
    main.raw("\" autocomplete=\"off\" spellcheck=\"false\"><button id=\"all\" type=\"button\">")
        .raw(cx.say("Choose shown"));
    main.raw("</button> <button id=\"none\" type=\"button\">").raw(cx.say("Clear")).raw("</button>");
    main.raw("<p id=\"shown\" role=\"status\"></p></div>\n");
    for ((service, version), group) in &cx.groups {
        for resource in group.resources.values() {
            main.raw("<fieldset>\n<legend>")
                .text(service)
                .raw(" ")
                .text(version)
                .raw(" ")
                .text(&resource.title());
            main.raw("</legend>\n");
            for endpoint in &resource.endpoints {
                let (name, page) = (endpoint.id.to_string(), link::endpoint(endpoint));
                let attributes = (name.as_str(), endpoint.path.as_str(), page.as_str());
                let title = (endpoint.title.as_str(), endpoint.label.as_deref());
                main.html(&choice(cx, attributes, &method(endpoint), title));
            }
            for event in &resource.events {
                let page = link::event(event);
                let attributes = (event.event_type.as_str(), "", page.as_str());
                let title = (event.title.as_str(), event.label.as_deref());
                main.html(&choice(cx, attributes, &event_mark(), title));
            }
            main.raw("</fieldset>\n");
        }
    }
    main.raw("</form>\n<section id=\"plan\" aria-label=\"")
        .raw(cx.say("Scopes to ask for"))
        .raw("\" aria-live=\"polite\"");
    words(cx, &mut main);
    main.raw(" hidden></section>\n</div>\n");
    main.raw("<script type=\"application/json\" id=\"needs\">").json(&needs(cx)).raw("</script>\n");
    Page {
        path: link::SCOPES,
        title: cx.say("Scopes"),
        resource: None,
        script: Some("scopes.js"),
        connects: false,
    }
    .html(cx, &main)
}

/// A checkbox: its name, address and page.
fn choice(
    cx: &Context<'_>,
    (name, path, page): (&str, &str, &str),
    mark: &Html,
    (title, label): (&str, Option<&str>),
) -> Html {
    let mut html = Html::new();
    html.raw("<label><input type=\"checkbox\" value=\"").text(name).raw("\" data-path=\"").text(path);
    html.raw("\" data-page=\"").text(page).raw("\"> ").html(mark).raw(" ");
    html.html(&titles(cx, title, label, &Html::new()));
    html.raw("</label>\n");
    html
}

/// The texts that the script combines.
fn words(cx: &Context<'_>, html: &mut Html) {
    for (name, text) in [
        (" data-shown=\"", cx.say("{shown} shown, {n} chosen")),
        (" data-reads=\"", cx.say("reads")),
        (" data-writes=\"", cx.say("reads and writes")),
        (" data-nothing=\"", cx.say("Nothing chosen")),
        (" data-tick=\"", cx.say("Tick operations and events, or open a shared link.")),
        (" data-for=\"", cx.say("For {n}.")),
        (" data-stopped=\"", cx.say(" There may be a smaller set: the search was stopped early.")),
        (" data-free=\"", cx.say("No scope is needed for {names}.")),
        (" data-fields=\"", cx.say("For fields that would stay empty")),
        (" data-also=\"", cx.say("Ask for these as well if you need these fields.")),
        (" data-unknown=\"", cx.say("the page does not say which")),
        (" data-copy-scopes=\"", cx.say("Copy scopes")),
        (" data-copy-link=\"", cx.say("Copy link")),
        (" data-copy-all=\"", cx.say("Copy with those for fields")),
        (" data-choice=\"", cx.say("choice")),
        (" data-scope=\"", cx.say("scope")),
    ] {
        html.raw(name).raw(text).raw("\"");
    }
}

/// `scopes`: name, label, 1 if it only reads; sorted by name. `operations`: name → the numbers of the scopes, one of
/// which suffices, and pairs of scopes that fields need and these fields.
fn needs(cx: &Context<'_>) -> Value {
    let endpoints = cx.api.endpoints.iter().map(|endpoint| scopes::needs(cx.api, endpoint));
    let events = cx.api.events.iter().map(|event| scopes::needs_of_event(cx.api, event));
    let all: Vec<scopes::Needs> = endpoints.chain(events).collect();
    let mut known: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for scope in
        all.iter().flat_map(|one| one.any_of.iter().chain(one.fields.iter().flat_map(|need| &need.any_of)))
    {
        let label = known.entry(&scope.name).or_default();
        *label = label.or(scope.label.as_deref());
    }
    let number = |scope: &Scope| known.keys().position(|name| *name == scope.name);
    let numbers = |scopes: &[Scope]| scopes.iter().filter_map(number).collect::<Vec<_>>();
    let operations = all.iter().map(|one| {
        let fields = one.fields.iter().map(|need| json!([numbers(&need.any_of), need.fields]));
        (one.operation.clone(), json!([numbers(&one.any_of), fields.collect::<Vec<_>>()]))
    });
    let operations: serde_json::Map<String, Value> = operations.collect();
    let scopes = known.iter().map(|(name, label)| json!([name, label, u8::from(scopes::reads_only(name))]));
    json!({ "scopes": scopes.collect::<Vec<_>>(), "operations": operations })
}
