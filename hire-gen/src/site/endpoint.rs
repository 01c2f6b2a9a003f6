//! The page of one endpoint.

use super::html::Html;
use super::layout::{Page, crumbs, deprecated, method};
use super::samples::Call;
use super::{Context, code, errors, facts, field, link, prose};
use crate::resolve::ir::Endpoint;
use crate::rust::call;

/// The whole page.
pub(super) fn page(cx: &Context<'_>, endpoint: &Endpoint) -> Html {
    let path = link::endpoint(endpoint);
    let id = &endpoint.id;
    let resource = link::resource(&id.service, &id.version, &id.resource);
    let mut main = Html::new();
    main.raw("<article class=\"endpoint\">\n<div class=\"about\">\n");
    about(cx, &path, endpoint, &mut main);
    main.raw("</div>\n<div class=\"sections\">\n");
    sections(cx, &path, endpoint, &mut main);
    main.raw("</div>\n<aside class=\"code\" aria-label=\"").raw(cx.say("Code and examples")).raw("\">\n");
    examples(cx, endpoint, &mut main);
    main.raw("</aside>\n</article>\n");
    let title = format!("{} · {id}", cx.title(&endpoint.title, endpoint.label.as_deref()));
    Page { path: &path, title: &title, resource: Some(&resource), script: Some("try.js"), connects: true }
        .html(cx, &main)
}

fn about(cx: &Context<'_>, from: &str, endpoint: &Endpoint, html: &mut Html) {
    let id = &endpoint.id;
    let resource = Some(link::resource(&id.service, &id.version, &id.resource));
    let group = format!("{} {}", id.service, id.version);
    html.html(&crumbs(
        from,
        &[
            (&group, Some(format!("{}#{}.{}", link::INDEX, id.service, id.version))),
            (&id.resource, resource),
            (&id.action, None),
        ],
    ));
    // The heading is in the language of the page, if the schema has both.
    let heading = cx.title(&endpoint.title, endpoint.label.as_deref());
    html.raw("<h1>").text(heading).html(&deprecated(cx, endpoint)).raw("</h1>\n");
    for name in [Some(endpoint.title.as_str()), endpoint.label.as_deref()].into_iter().flatten() {
        if name != heading {
            html.raw("<p class=\"subtitle\">").html(&facts::label(name)).raw("</p>\n");
        }
    }
    html.raw("<p class=\"address\">").html(&method(endpoint)).raw(" <code>");
    // Parameters are highlighted.
    for (index, segment) in endpoint.path.split('/').enumerate() {
        html.raw(if index == 0 { "" } else { "/" });
        if segment.starts_with(':') {
            html.raw("<em>").text(segment).raw("</em>");
        } else {
            html.text(segment);
        }
    }
    html.raw("</code></p>\n");
    if let Some(text) = &endpoint.about {
        html.raw("<div class=\"prose\">").html(&prose::paragraphs(cx, from, text)).raw("</div>\n");
    }
    contents(cx, endpoint, html);
    html.raw("<dl class=\"facts\">\n");
    for (name, value) in said(cx, from, endpoint) {
        html.raw("<dt>").raw(name).raw("</dt><dd>").html(&value).raw("</dd>\n");
    }
    html.raw("</dl>\n");
}

/// Links to the parts of the page.
fn contents(cx: &Context<'_>, endpoint: &Endpoint, html: &mut Html) {
    let names = [cx.say("Path"), cx.say("Query"), cx.say("Headers"), cx.say("Body"), cx.say("Response")];
    html.raw("<nav class=\"contents\" aria-label=\"").raw(cx.say("On this page")).raw("\">");
    for ((prefix, fields), name) in super::sections(endpoint).iter().zip(names) {
        if !fields.is_empty() {
            html.raw("<a href=\"#").raw(prefix).raw("\">").raw(name).raw("</a> ");
        }
    }
    html.raw("<a href=\"#errors\">")
        .raw(cx.say("Errors"))
        .raw("</a> <a class=\"beside\" href=\"#code\">")
        .raw(cx.say("Sample"))
        .raw("</a>");
    for (example, target, name) in [
        (&endpoint.request_example, "request", cx.say("Request example")),
        (&endpoint.response_example, "response", cx.say("Response example")),
    ] {
        if example.is_some() {
            html.raw(" <a class=\"beside\" href=\"#").raw(target).raw("\">").raw(name).raw("</a>");
        }
    }
    html.raw("</nav>\n");
}

fn said(cx: &Context<'_>, from: &str, endpoint: &Endpoint) -> Vec<facts::Fact> {
    let mut list: Vec<facts::Fact> = Vec::new();
    let mut put = |name: &'static str, value: Html| {
        if !value.is_empty() {
            list.push((name, value));
        }
    };
    let text = |text: &str| {
        let mut html = Html::new();
        html.text(text);
        html
    };
    let name = endpoint.id.to_string();
    let mut operation = Html::new();
    operation.raw("<code>").text(&name).raw("</code>");
    put(cx.say("Operation"), operation);
    if let Some(reason) = &endpoint.deprecated {
        let reason = if reason.is_empty() { cx.say("Do not use it.") } else { reason.as_str() };
        put(cx.say("Deprecated"), prose::inline(cx, from, reason));
    }
    put(cx.say("Host"), text(&facts::hosts(endpoint)));
    put(cx.say("Safe to repeat"), facts::safety(cx, endpoint));
    put(cx.say("Quota"), text(&facts::quota(cx, endpoint.quota)));
    let mut tokens = Html::new();
    for (index, token) in facts::tokens(endpoint).into_iter().enumerate() {
        tokens.raw(if index == 0 { "" } else { cx.say(" or ") }).raw("<code>").raw(token).raw("</code>");
    }
    if endpoint.tokens.is_empty() {
        tokens.raw(cx.say("None: it is called without a token."));
    }
    put(cx.say("Token"), tokens);
    put(cx.say("Apps"), text(&facts::apps(cx, &endpoint.apps)));
    put(cx.say("Scopes"), facts::scopes(cx, from, &endpoint.scopes, &endpoint.id.to_string()));
    put(cx.say("Field scopes"), facts::field_scopes(cx, from, &endpoint.field_scopes));
    if let Some(paging) = &endpoint.paging {
        put(cx.say("Paging"), facts::paging(cx, paging));
    }
    put(cx.say("Envelope"), facts::envelope(cx, endpoint).unwrap_or_default());
    put(cx.say("Official page"), facts::official(cx, &endpoint.doc, endpoint.revised.as_deref()));
    list
}

fn sections(cx: &Context<'_>, from: &str, endpoint: &Endpoint, html: &mut Html) {
    let body = if endpoint.is_multipart() { "multipart/form-data" } else { "application/json" };
    let in_data = endpoint.envelope.has_data() && !endpoint.answers_file;
    let response = match endpoint.response_list() {
        Some(_) if in_data => "data",
        None if in_data => cx.say("fields of data"),
        _ => "",
    };
    let heads = [
        (cx.say("Path"), ""),
        (cx.say("Query"), ""),
        (cx.say("Headers"), ""),
        (cx.say("Body"), body),
        (cx.say("Response"), response),
    ];
    for ((prefix, fields), (name, small)) in super::sections(endpoint).into_iter().zip(heads) {
        let answered = prefix == "data";
        if fields.is_empty() && !answered {
            continue;
        }
        html.raw("<section>\n<h2 id=\"").raw(prefix).raw("\">").raw(name);
        if !small.is_empty() {
            html.raw(" <small>").raw(small).raw("</small>");
        }
        html.raw("</h2>\n");
        if fields.is_empty() {
            let file = endpoint.answers_file && answered;
            let only = if file {
                cx.say("The answer is a file.")
            } else {
                cx.say("The answer contains only its code.")
            };
            html.raw("<p class=\"none\">").raw(only).raw("</p>\n");
        } else {
            if fields.iter().any(|field| field.whole) {
                let only =
                    if answered { cx.say("The answer is a list.") } else { cx.say("The body is a list.") };
                html.raw("<p>").raw(only).raw("</p>\n");
            }
            html.html(&field::section(cx, from, prefix, fields));
        }
        html.raw("</section>\n");
    }
    html.raw("<section>\n<h2 id=\"errors\">").raw(cx.say("Errors")).raw("</h2>\n");
    if !endpoint.errors.is_empty() {
        html.html(&errors::table(cx, from, &endpoint.errors, "error"));
    }
    html.raw("<p class=\"none\">")
        .raw(cx.say("Every operation can also answer with one of the "))
        .raw("<a href=\"");
    html.text(&link::relative(from, link::ERRORS))
        .raw("\">")
        .raw(cx.say("common codes"))
        .raw("</a>")
        .raw(cx.say("."));
    html.raw("</p>\n</section>\n");
}

fn examples(cx: &Context<'_>, endpoint: &Endpoint, html: &mut Html) {
    let call = Call::new(cx.api, endpoint);
    samples(cx, endpoint, &call, html);
    try_it(cx, &call, html);
    for (example, id, name) in [
        (&endpoint.request_example, "request", cx.say("Request example")),
        (&endpoint.response_example, "response", cx.say("Response example")),
    ] {
        if let Some(example) = example {
            html.raw("<section>\n<h2 id=\"").raw(id).raw("\">").raw(name).raw(" <small>");
            html.raw(cx.say("from the official page")).raw("</small></h2>\n");
            html.html(&code::block(&code::json(&example.text)));
            html.raw("</section>\n");
        }
    }
}

/// The same request in each language.
fn samples(cx: &Context<'_>, endpoint: &Endpoint, call: &Call<'_>, html: &mut Html) {
    let rust = code::rust(&call::statements(cx.api, endpoint, &cx.options.root));
    let (curl, python, node) = (call.curl(), call.python(), call.node());
    html.html(&code::choice(
        cx,
        &[
            ("rust", "Rust", rust),
            ("curl", "curl", code::plain(&curl)),
            ("python", "Python", code::plain(&python)),
            ("node", "Node", code::plain(&node)),
        ],
    ));
}

/// A form that sends the request to a mock server; a script fills it in and shows it.
fn try_it(cx: &Context<'_>, call: &Call<'_>, html: &mut Html) {
    html.raw("<script type=\"application/json\" id=\"call\">")
        .json(&call.data())
        .raw("</script>\n<section>\n<form id=\"try\"");
    for (name, text) in [
        (" aria-label=\"", cx.say("Try it")),
        (" data-sending=\"", cx.say("Sending …")),
        (
            " data-unreachable=\"",
            cx.say("No answer. Start the mock server with `hire-gen mock --port 8080`."),
        ),
        (" data-save=\"", cx.say("Save the file")),
    ] {
        html.raw(name).raw(text).raw("\"");
    }
    html.raw(" hidden>\n<details><summary>").raw(cx.say("Try it")).raw("</summary>\n<p class=\"none\">");
    html.raw(cx.say("The mock server checks the request and answers with the documented example:"));
    html.raw(" <code>hire-gen mock --port 8080</code></p>\n");
    for (name, field) in [
        (cx.say("Server"), "<input name=\"server\" value=\"http://127.0.0.1:8080\" spellcheck=\"false\">"),
        (cx.say("Address"), "<input name=\"address\" spellcheck=\"false\">"),
        (cx.say("Body"), "<textarea name=\"content\" rows=\"12\" spellcheck=\"false\"></textarea>"),
    ] {
        html.raw("<label><span>").raw(name).raw("</span>").raw(field).raw("</label>\n");
    }
    html.raw("<button type=\"submit\">").raw(cx.say("Send")).raw("</button>\n");
    html.raw(
        "<pre tabindex=\"0\" class=\"plain\"><output></output></pre>\n</details>\n</form>\n</section>\n",
    );
}
