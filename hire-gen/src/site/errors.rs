//! The page of all error codes: those of every endpoint, and those of some.

use std::collections::BTreeMap;

use super::html::Html;
use super::layout::{Page, crumbs};
use super::{Context, facts, link, prose};
use crate::resolve::ir::{Endpoint, ErrorCode};

/// Codes with their meanings and advice; `above` is the prefix of the rows' anchors.
pub(super) fn table(cx: &Context<'_>, from: &str, errors: &[ErrorCode], above: &str) -> Html {
    let mut html = Html::new();
    html.raw("<table class=\"errors\"><thead><tr><th scope=\"col\">")
        .raw(cx.say("Code"))
        .raw("</th><th scope=\"col\">");
    html.raw(cx.say("Meaning")).raw("</th></tr></thead><tbody>\n");
    for error in errors {
        html.raw("<tr id=\"").text(&anchor(above, error)).raw("\"><td><code>").text(&error.code.to_string());
        html.raw("</code><small>HTTP ").text(&error.http.to_string()).raw("</small></td><td>");
        html.html(&named(error));
        if let Some(advice) = &error.advice {
            html.raw("<p>").html(&prose::inline(cx, from, advice)).raw("</p>");
        }
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
    html
}

/// Name and label.
fn named(error: &ErrorCode) -> Html {
    let mut html = Html::new();
    html.raw("<strong>").text(&error.name).raw("</strong>");
    if let Some(label) = &error.label {
        html.raw(" ").html(&facts::label(label));
    }
    html
}

/// The anchor of a code.
pub(super) fn anchor(above: &str, error: &ErrorCode) -> String {
    link::anchor(above, &error.code.to_string())
}

/// A code with its meanings and endpoints.
pub(super) type Meanings<'a> = Vec<(&'a ErrorCode, Vec<&'a Endpoint>)>;

/// Codes of endpoints in order, meanings in the order of the endpoints. Two meanings are equal if name and label are.
pub(super) fn by_code<'a>(cx: &Context<'a>) -> BTreeMap<i64, Meanings<'a>> {
    let mut codes: BTreeMap<i64, Meanings<'a>> = BTreeMap::new();
    for endpoint in &cx.api.endpoints {
        for error in &endpoint.errors {
            let meanings = codes.entry(error.code).or_default();
            let known = |(one, _): &&mut (&ErrorCode, _)| one.name == error.name && one.label == error.label;
            match meanings.iter_mut().find(known) {
                Some((_, endpoints)) => endpoints.push(endpoint),
                None => meanings.push((error, vec![endpoint])),
            }
        }
    }
    codes
}

/// The whole page.
pub(super) fn page(cx: &Context<'_>) -> Html {
    let mut main = Html::new();
    main.html(&crumbs(
        link::ERRORS,
        &[(cx.site_title(), Some(link::INDEX.to_owned())), (cx.say("Errors"), None)],
    ));
    main.raw("<h1>").raw(cx.say("Errors")).raw("</h1>\n<p class=\"lead\">");
    main.raw(cx.say(
        "The code in the body decides, not the HTTP status. The meaning of a code depends on the operation.",
    ));
    main.raw("</p>\n");
    if !cx.api.errors.is_empty() {
        main.raw("<section>\n<h2 id=\"common\">").raw(cx.say("All operations")).raw("</h2>\n");
        main.html(&table(cx, link::ERRORS, &cx.api.errors, "common")).raw("</section>\n");
    }
    let codes = by_code(cx);
    if !codes.is_empty() {
        main.raw("<section>\n<h2 id=\"codes\">").raw(cx.say("Some operations")).raw("</h2>\n");
        all(cx, &codes, &mut main);
        main.raw("</section>\n");
    }
    Page { path: link::ERRORS, title: cx.say("Errors"), resource: None, script: None, connects: false }
        .html(cx, &main)
}

fn all(cx: &Context<'_>, codes: &BTreeMap<i64, Meanings<'_>>, html: &mut Html) {
    html.raw("<table class=\"errors\"><thead><tr><th scope=\"col\">")
        .raw(cx.say("Code"))
        .raw("</th><th scope=\"col\">");
    html.raw(cx.say("Meaning and operations")).raw("</th></tr></thead><tbody>\n");
    for (code, meanings) in codes {
        for (index, (error, endpoints)) in meanings.iter().enumerate() {
            if index == 0 {
                html.raw("<tr id=\"")
                    .text(&anchor("code", error))
                    .raw("\"><td><code>")
                    .text(&code.to_string());
                html.raw("</code></td><td>");
            } else {
                html.raw("<tr><td></td><td>");
            }
            html.html(&named(error)).raw("<details").raw(if endpoints.len() > 3 {
                "><summary>"
            } else {
                " open><summary>"
            });
            html.text(&cx.counted(endpoints.len(), "operation")).raw("</summary><ul class=\"where\">");
            for endpoint in endpoints {
                let target = link::relative(link::ERRORS, &link::endpoint(endpoint));
                html.raw("<li><a href=\"").text(&target).raw("#").text(&anchor("error", error)).raw("\">");
                html.text(&endpoint.title)
                    .raw("</a> <code>")
                    .text(&endpoint.id.to_string())
                    .raw("</code></li>");
            }
            html.raw("</ul></details></td></tr>\n");
        }
    }
    html.raw("</tbody></table>\n");
}
