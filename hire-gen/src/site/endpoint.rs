//! The page of one endpoint.

use super::html::Html;
use super::layout::{Page, crumbs, method};
use super::{Context, code, errors, facts, field, link, prose};
use crate::call;
use crate::ir::{Endpoint, Envelope, Scope};

/// The whole page.
pub(super) fn page(cx: &Context<'_>, endpoint: &Endpoint) -> Html {
    let path = link::endpoint(endpoint);
    let resource = link::resource(&[endpoint]);
    let mut main = Html::new();
    main.raw("<article class=\"endpoint\">\n<div class=\"about\">\n");
    about(cx, &path, endpoint, &mut main);
    main.raw("</div>\n<div class=\"sections\">\n");
    sections(cx, &path, endpoint, &mut main);
    main.raw("</div>\n<aside class=\"code\" aria-label=\"Code and examples\">\n");
    examples(cx, endpoint, &mut main);
    main.raw("</aside>\n</article>\n");
    let title = format!("{} · {}", endpoint.title, endpoint.id);
    Page { path: &path, title: &title, resource: Some(&resource), script: None }.html(cx, &main)
}

fn about(cx: &Context<'_>, from: &str, endpoint: &Endpoint, html: &mut Html) {
    let id = &endpoint.id;
    let resource = Some(link::resource(&[endpoint]));
    let group = format!("{} {}", id.service, id.version);
    html.html(&crumbs(
        from,
        &[
            (&group, Some(format!("{}#{}.{}", link::INDEX, id.service, id.version))),
            (&id.resource, resource),
            (&id.action, None),
        ],
    ));
    html.raw("<h1>").text(&endpoint.title).raw("</h1>\n");
    if let Some(label) = &endpoint.label {
        html.raw("<p class=\"subtitle\">").html(&facts::label(label)).raw("</p>\n");
    }
    html.raw("<p class=\"address\">").html(&method(endpoint)).raw(" <code>");
    // What is to be filled in stands out.
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
    contents(endpoint, html);
    html.raw("<dl class=\"facts\">\n");
    for (name, value) in said(from, endpoint) {
        html.raw("<dt>").raw(name).raw("</dt><dd>").html(&value).raw("</dd>\n");
    }
    html.raw("</dl>\n");
}

/// Links to the parts of the page.
fn contents(endpoint: &Endpoint, html: &mut Html) {
    let names = [("path", "Path"), ("query", "Query"), ("body", "Body"), ("data", "Response")];
    html.raw("<nav class=\"contents\" aria-label=\"On this page\">");
    for ((prefix, fields), (_, name)) in super::sections(endpoint).iter().zip(names) {
        if !fields.is_empty() {
            html.raw("<a href=\"#").raw(prefix).raw("\">").raw(name).raw("</a> ");
        }
    }
    html.raw("<a href=\"#errors\">Errors</a> <a class=\"beside\" href=\"#rust\">Rust</a>");
    for (example, link) in [
        (&endpoint.request_example, " <a class=\"beside\" href=\"#request\">Request example</a>"),
        (&endpoint.response_example, " <a class=\"beside\" href=\"#response\">Response example</a>"),
    ] {
        html.raw(if example.is_some() { link } else { "" });
    }
    html.raw("</nav>\n");
}

fn said(from: &str, endpoint: &Endpoint) -> Vec<facts::Fact> {
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
    put("Operation", operation);
    put("May be sent twice", facts::safety(endpoint));
    put("Quota", text(&facts::quota(endpoint.quota)));
    let mut tokens = Html::new();
    for (index, token) in facts::tokens(endpoint).into_iter().enumerate() {
        tokens.raw(if index == 0 { "<code>" } else { " or <code>" }).raw(token).raw("</code>");
    }
    put("Token", tokens);
    put("Apps", text(&facts::apps(endpoint)));
    put("Scopes", scopes(from, endpoint));
    put("Field scopes", field_scopes(from, &endpoint.field_scopes));
    if let Some(paging) = &endpoint.paging {
        let mut html = Html::new();
        html.raw("Pages hold <code>")
            .text(&paging.items)
            .raw("</code>; as long as <code>has_more</code> is true, ");
        html.raw("the next page is behind <code>page_token</code>.");
        put("Paging", html);
    }
    put("Envelope", facts::envelope(endpoint).unwrap_or_default());
    put("Official page", official(endpoint));
    list
}

fn scopes(from: &str, endpoint: &Endpoint) -> Html {
    let mut html = Html::new();
    if endpoint.scopes.is_empty() {
        html.raw("None is needed.");
        return html;
    }
    html.raw(if endpoint.scopes.len() == 1 { "" } else { "Any one of these suffices:" });
    html.raw("<ul class=\"scopes\">");
    for scope in &endpoint.scopes {
        html.raw("<li>").html(&scope_link(from, scope)).raw("</li>");
    }
    let target = link::relative(from, link::SCOPES);
    html.raw("</ul><a class=\"more\" href=\"").text(&target).raw("#ops=").text(&endpoint.id.to_string());
    html.raw("\">Plan the scopes of an app</a>");
    html
}

fn field_scopes(from: &str, scopes: &[Scope]) -> Html {
    let mut html = Html::new();
    if scopes.is_empty() {
        return html;
    }
    html.raw("Without these, some fields stay empty:<ul class=\"scopes\">");
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
        html.raw(" ").html(&facts::label(label));
    }
    html
}

fn official(endpoint: &Endpoint) -> Html {
    let mut html = Html::new();
    // Whatever else an address could be, it is not followed.
    if endpoint.doc.starts_with("https://") {
        html.raw("<a rel=\"noreferrer\" href=\"")
            .text(&endpoint.doc)
            .raw("\">")
            .text(host(&endpoint.doc))
            .raw("</a>");
    } else {
        html.text(&endpoint.doc);
    }
    if let Some(date) = &endpoint.revised {
        html.raw(", revised ").text(date);
    }
    html
}

fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or(address)
}

fn sections(cx: &Context<'_>, from: &str, endpoint: &Endpoint, html: &mut Html) {
    let body = if endpoint.is_multipart() { "multipart/form-data" } else { "application/json" };
    let response = if endpoint.envelope == Envelope::Bare { "" } else { "fields of data" };
    let heads = [("Path", ""), ("Query", ""), ("Body", body), ("Response", response)];
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
            html.raw("<p class=\"none\">The answer holds nothing but its code.</p>\n");
        } else {
            html.html(&field::section(cx, from, prefix, fields));
        }
        html.raw("</section>\n");
    }
    html.raw("<section>\n<h2 id=\"errors\">Errors</h2>\n");
    if !endpoint.errors.is_empty() {
        html.html(&errors::table(cx, from, &endpoint.errors, "error"));
    }
    html.raw("<p class=\"none\">Every operation may also answer with one of the <a href=\"");
    html.text(&link::relative(from, link::ERRORS)).raw("\">common codes</a>.</p>\n</section>\n");
}

fn examples(cx: &Context<'_>, endpoint: &Endpoint, html: &mut Html) {
    let rust = code::rust(&call::statements(cx.api, endpoint, &cx.options.root));
    block("<section>\n<h2 id=\"rust\">Rust</h2>\n", &rust, html);
    let documented = [
        (
            &endpoint.request_example,
            "<section>\n<h2 id=\"request\">Request <small>documented example</small></h2>\n",
        ),
        (
            &endpoint.response_example,
            "<section>\n<h2 id=\"response\">Response <small>documented example</small></h2>\n",
        ),
    ];
    for (example, head) in documented {
        if let Some(example) = example {
            block(head, &code::json(&example.text), html);
        }
    }
}

/// Code below its heading. It takes the focus, so that keys can scroll it.
fn block(head: &'static str, code: &Html, html: &mut Html) {
    html.raw(head).raw("<pre tabindex=\"0\"><code>").html(code).raw("</code></pre>\n</section>\n");
}
