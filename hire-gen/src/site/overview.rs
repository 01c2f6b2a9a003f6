//! The first page: getting started, and every operation.

use super::html::Html;
use super::layout::{Page, endpoints, events};
use super::{Context, code, link};
use crate::resolve::ir::{BaseUrl, Endpoint};

/// The whole page.
pub(super) fn page(cx: &Context<'_>) -> Html {
    let mut main = Html::new();
    main.raw("<h1>").text(cx.site_title()).raw("</h1>\n<p class=\"lead\">");
    let types: usize = cx.groups.values().map(|group| group.types.len()).sum();
    main.text(&cx.counted(cx.api.endpoints.len(), "operation"))
        .raw(cx.say(", "))
        .text(&cx.counted(types, "shared type"));
    if !cx.api.events.is_empty() {
        main.raw(cx.say(", ")).text(&cx.counted(cx.api.events.len(), "event"));
    }
    main.raw(cx.say(". ")).raw(cx.say("Press / to search, in English, Chinese or pinyin.")).raw("</p>\n");
    begin(cx, &mut main);
    main.raw("<h2 id=\"operations\">").raw(cx.say("Operations")).raw("</h2>\n");
    for ((service, version), group) in &cx.groups {
        main.raw("<section>\n<h2 id=\"")
            .text(service)
            .raw(".")
            .text(version)
            .raw("\">")
            .text(service)
            .raw(" ");
        main.text(version).raw("</h2>\n");
        for resource in group.resources.values() {
            main.raw("<h3><a href=\"").text(&resource.page).raw("\">").text(&resource.title());
            main.raw("</a></h3>\n");
            if !resource.endpoints.is_empty() {
                main.html(&endpoints(cx, link::INDEX, &resource.endpoints));
            }
            if !resource.events.is_empty() {
                main.html(&events(cx, link::INDEX, &resource.events));
            }
        }
        main.raw("</section>\n");
    }
    Page { path: link::INDEX, title: "", resource: None, script: None, connects: false }.html(cx, &main)
}

/// From the installation to the first call, with links to the rest.
fn begin(cx: &Context<'_>, html: &mut Html) {
    html.raw("<section>\n<h2 id=\"start\">")
        .raw(cx.say("Getting started"))
        .raw("</h2>\n<dl class=\"facts start\">\n");
    // Only this crate is known by name; a private one is installed in its own way.
    if cx.options.root == "hire_api" {
        html.raw("<dt>").raw(cx.say("Install"));
        html.raw("</dt><dd><pre tabindex=\"0\"><code>cargo add hire-api --git https://github.com/hire-api/hire-api\ncargo add tokio --features macros,rt-multi-thread</code></pre></dd>\n");
    }
    html.raw("<dt>").raw(cx.say("Sign in")).raw("</dt><dd>");
    html.raw(cx.say("The client gets a tenant_access_token with the app's ID and secret, caches it, and replaces it before it expires."));
    for BaseUrl { region, url, .. } in &cx.api.base_urls {
        html.raw("<br><code>").text(url).raw("</code> <small>").text(region).raw("</small>");
    }
    html.raw("</dd>\n<dt>").raw(cx.say("First call")).raw("</dt><dd><pre tabindex=\"0\"><code>");
    html.html(&code::rust(&first_call(cx))).raw("</code></pre></dd>\n");
    for (name, target, link, text) in [
        (
            cx.say("Quotas"),
            None,
            "",
            cx.say("Every operation has a quota. The client waits for a free slot, and as long as the rate-limit header requires."),
        ),
        (
            cx.say("Errors"),
            Some(link::ERRORS),
            cx.say("Every code, and what to do about it"),
            cx.say("The code in the body decides, not the HTTP status."),
        ),
        (
            cx.say("Permissions"),
            Some(link::SCOPES),
            cx.say("Plan the scopes of an app"),
            cx.say("The planner finds the fewest scopes for the operations that an app calls."),
        ),
    ] {
        html.raw("<dt>").raw(name).raw("</dt><dd>").raw(text);
        if let Some(target) = target {
            html.raw(" <a href=\"").raw(target).raw("\">").raw(link).raw("</a>");
        }
        html.raw("</dd>\n");
    }
    if !cx.api.events.is_empty() {
        html.raw("<dt>").raw(cx.say("Events")).raw("</dt><dd>");
        html.raw(cx.say("Feishu pushes events to an address of the app, or over a connection that the app opens. Each event has a page with a sample handler."));
        html.raw("</dd>\n");
    }
    html.raw("</dl>\n</section>\n");
}

/// The first operation of the largest group that only reads and needs no argument, otherwise any; with the client that
/// sends it.
fn first_call(cx: &Context<'_>) -> String {
    let simple = |one: &&Endpoint| {
        let mut arguments = one.path_params.iter().chain(&one.query);
        one.method.as_str() == "GET" && !arguments.any(|field| field.required)
    };
    let size = |one: &&Endpoint| {
        let same =
            |other: &&Endpoint| (&other.id.service, &other.id.version) == (&one.id.service, &one.id.version);
        cx.api.endpoints.iter().filter(same).count()
    };
    // Of equal ones, `max_by_key` returns the last.
    let first = cx.api.endpoints.iter().rev().filter(simple).max_by_key(size).or(cx.api.endpoints.first());
    let call = first.map(|endpoint| crate::rust::call::statements(cx.api, endpoint, &cx.options.root));
    let (imports, call) = call.as_deref().and_then(|call| call.split_once("\n\n")).unwrap_or_default();
    let client = "let client = hire_api::Client::builder(app_id, app_secret).build()?;";
    format!("{imports}\n\n{client}\n{call}").trim_start().to_owned()
}
