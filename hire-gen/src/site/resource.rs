//! The page of a resource: its endpoints, with what they do.

use super::field::counted;
use super::html::Html;
use super::layout::{Page, crumbs, method};
use super::{Context, facts, link, prose};
use crate::emit;
use crate::ir::Endpoint;

/// The whole page.
pub(super) fn page(cx: &Context<'_>, endpoints: &[&Endpoint]) -> Html {
    let path = link::resource(endpoints);
    let Some(first) = endpoints.first() else { return Html::new() };
    let id = &first.id;
    let group = format!("{} {}", id.service, id.version);
    let mut main = Html::new();
    main.html(&crumbs(
        &path,
        &[(&group, Some(format!("{}#{}.{}", link::INDEX, id.service, id.version))), (&id.resource, None)],
    ));
    main.raw("<h1>")
        .text(&id.resource)
        .raw("</h1>\n<p class=\"lead\">")
        .text(&counted(endpoints.len(), "operation"));
    // Only this crate has a feature for each resource.
    if cx.options.root == "hire_api" {
        main.raw(", behind the Cargo feature <code>").text(&emit::resource_feature(first)).raw("</code>");
    }
    main.raw(".</p>\n");
    for endpoint in endpoints {
        let target = link::relative(&path, &link::endpoint(endpoint));
        main.raw("<section class=\"card\">\n<h2><a href=\"").text(&target).raw("\">").text(&endpoint.title);
        main.raw("</a>");
        if let Some(label) = &endpoint.label {
            main.raw(" ").html(&facts::label(label));
        }
        main.raw("</h2>\n<p class=\"address\">").html(&method(endpoint)).raw(" <code>").text(&endpoint.path);
        main.raw("</code></p>\n");
        if let Some(about) = &endpoint.about {
            main.raw("<div class=\"prose\">").html(&prose::paragraphs(cx, &path, about)).raw("</div>\n");
        }
        main.raw("</section>\n");
    }
    let title = format!("{}.{}.{}", id.service, id.version, id.resource);
    Page { path: &path, title: &title, resource: Some(&path), script: None }.html(cx, &main)
}
