//! The page of all error codes: those every endpoint may answer, and those of one or a few.

use std::collections::BTreeMap;

use super::html::Html;
use super::layout::{Page, crumbs};
use super::{Context, facts, link, prose};
use crate::ir::{Endpoint, ErrorCode};

/// Codes with what they mean and what to do; `above` begins the anchors of the rows.
pub(super) fn table(cx: &Context<'_>, from: &str, errors: &[ErrorCode], above: &str) -> Html {
    let mut html = Html::new();
    html.raw("<table class=\"errors\"><thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Meaning</th>");
    html.raw("</tr></thead><tbody>\n");
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

/// One code, and what it means where.
pub(super) type Meanings<'a> = Vec<(&'a ErrorCode, Vec<&'a Endpoint>)>;

/// Codes of endpoints in their order, meanings in the order of the endpoints. Two endpoints mean the same where name and
/// label are the same.
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
    main.html(&crumbs(link::ERRORS, &[(&cx.options.title, Some(link::INDEX.to_owned())), ("Errors", None)]));
    main.raw(
        "<h1>Errors</h1>\n<p class=\"lead\">The <code>code</code> in the body decides, not the HTTP status; ",
    );
    main.raw("and a code means something together with its operation.</p>\n");
    if !cx.api.errors.is_empty() {
        main.raw("<section>\n<h2 id=\"common\">Of every operation</h2>\n");
        main.html(&table(cx, link::ERRORS, &cx.api.errors, "common")).raw("</section>\n");
    }
    let codes = by_code(cx);
    if !codes.is_empty() {
        main.raw("<section>\n<h2 id=\"codes\">Of some operations</h2>\n");
        all(&codes, &mut main);
        main.raw("</section>\n");
    }
    Page { path: link::ERRORS, title: "Errors", resource: None, script: None }.html(cx, &main)
}

fn all(codes: &BTreeMap<i64, Meanings<'_>>, html: &mut Html) {
    html.raw("<table class=\"errors\"><thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Meaning, and where</th>");
    html.raw("</tr></thead><tbody>\n");
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
            html.text(&super::field::counted(endpoints.len(), "operation"))
                .raw("</summary><ul class=\"where\">");
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
