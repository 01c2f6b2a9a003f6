//! The first page: what there is.

use super::field::counted;
use super::html::Html;
use super::layout::{Page, endpoints};
use super::{Context, link};
use crate::ir::BaseUrl;

/// The whole page.
pub(super) fn page(cx: &Context<'_>) -> Html {
    let mut main = Html::new();
    main.raw("<h1>").text(&cx.options.title).raw("</h1>\n<p class=\"lead\">");
    let types: usize = cx.groups.values().map(|group| group.types.len()).sum();
    main.text(&counted(cx.api.endpoints.len(), "operation")).raw(" and ");
    main.text(&counted(types, "shared type")).raw(". Press <kbd>/</kbd> to search, in English or Chinese. ");
    main.raw("<a href=\"")
        .raw(link::SCOPES)
        .raw("\">Scopes</a> tells which permissions an app has to ask for, ");
    main.raw("<a href=\"").raw(link::ERRORS).raw("\">Errors</a> what a code means.</p>\n");
    if !cx.api.base_urls.is_empty() {
        main.raw("<dl class=\"facts\">\n");
        for BaseUrl { region, url, .. } in &cx.api.base_urls {
            main.raw("<dt>").text(region).raw("</dt><dd><code>").text(url).raw("</code></dd>\n");
        }
        main.raw("</dl>\n");
    }
    for ((service, version), group) in &cx.groups {
        main.raw("<section>\n<h2 id=\"")
            .text(service)
            .raw(".")
            .text(version)
            .raw("\">")
            .text(service)
            .raw(" ");
        main.text(version).raw("</h2>\n");
        for (name, resource) in &group.resources {
            main.raw("<h3><a href=\"")
                .text(&link::resource(resource))
                .raw("\">")
                .text(name)
                .raw("</a></h3>\n");
            main.html(&endpoints(link::INDEX, resource));
        }
        main.raw("</section>\n");
    }
    Page { path: link::INDEX, title: "", resource: None, script: None }.html(cx, &main)
}
