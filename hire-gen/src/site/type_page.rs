//! The pages of shared types.

use super::field::counted;
use super::html::Html;
use super::layout::{Page, crumbs, endpoints};
use super::{Context, facts, field, link, prose};
use crate::ir::{Home, Kind, Type};
use crate::name;

/// The page of one type.
pub(super) fn page(cx: &Context<'_>, ty: &Type) -> Html {
    let path = link::type_(ty);
    let list = link::types(ty);
    let (group, module) = place(ty);
    let mut main = Html::new();
    main.html(&crumbs(
        &path,
        &[
            (&group, Some(format!("{}#{}", link::INDEX, group.replace(' ', ".")))),
            ("types", Some(list.clone())),
            (&ty.name, None),
        ],
    ));
    main.raw("<h1>").text(&ty.name).raw("</h1>\n");
    if let Some(label) = &ty.label {
        main.raw("<p class=\"subtitle\">").html(&facts::label(label)).raw("</p>\n");
    }
    if let Some(doc) = &ty.doc {
        main.raw("<div class=\"prose\">").html(&prose::paragraphs(cx, &path, doc)).raw("</div>\n");
    }
    main.raw("<dl class=\"facts\">\n<dt>Kind</dt><dd>").raw(kind(ty)).raw("</dd>\n<dt>Used</dt><dd>");
    main.raw(match (ty.in_request, ty.in_response) {
        (true, true) => "in requests and answers",
        (true, false) => "in requests",
        (false, true) => "in answers",
        (false, false) => "nowhere",
    });
    main.raw("</dd>\n<dt>In Rust</dt><dd><code>").text(&cx.options.root).raw("::").text(&module).raw("::");
    main.text(&ty.name).raw("</code></dd>\n</dl>\n");
    match &ty.kind {
        Kind::Object(fields) => {
            main.raw("<section>\n<h2 id=\"fields\">Fields</h2>\n")
                .html(&field::of_type(cx, &path, ty, fields));
        }
        Kind::Enum { variants, .. } => {
            main.raw("<section>\n<h2 id=\"values\">Values</h2>\n");
            main.html(&field::values(cx, &path, variants, Some("value")));
        }
    }
    main.raw("</section>\n");
    let users = cx.users(ty);
    if !users.is_empty() {
        main.raw("<section>\n<h2 id=\"users\">Used by <small>").text(&counted(users.len(), "operation"));
        main.raw("</small></h2>\n").html(&endpoints(&path, users)).raw("</section>\n");
    }
    Page { path: &path, title: &ty.name, resource: Some(&list), script: None }.html(cx, &main)
}

/// All shared types of a version.
pub(super) fn list(cx: &Context<'_>, types: &[&Type]) -> Html {
    let Some(first) = types.first() else { return Html::new() };
    let path = link::types(first);
    let (group, _) = place(first);
    let mut main = Html::new();
    main.html(&crumbs(
        &path,
        &[(&group, Some(format!("{}#{}", link::INDEX, group.replace(' ', ".")))), ("types", None)],
    ));
    main.raw("<h1>Types of ")
        .text(&group)
        .raw("</h1>\n<p class=\"lead\">What several operations share.</p>\n");
    main.raw("<table class=\"types\"><thead><tr><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead>");
    main.raw("<tbody>\n");
    for ty in types {
        let target = link::relative(&path, &link::type_(ty));
        main.raw("<tr><td><a href=\"")
            .text(&target)
            .raw("\"><code>")
            .text(&ty.name)
            .raw("</code></a> <small>");
        main.raw(kind(ty)).raw("</small></td><td>");
        if let Some(label) = &ty.label {
            main.html(&facts::label(label)).raw(" ");
        }
        main.html(&prose::inline(cx, &path, ty.doc.as_deref().unwrap_or_default())).raw("</td></tr>\n");
    }
    main.raw("</tbody></table>\n");
    let title = format!("Types of {group}");
    Page { path: &path, title: &title, resource: Some(&path), script: None }.html(cx, &main)
}

fn kind(ty: &Type) -> &'static str {
    match ty.kind {
        Kind::Object(_) => "object",
        Kind::Enum { int: true, .. } => "enum of ints",
        Kind::Enum { int: false, .. } => "enum of strings",
    }
}

/// `hire v1` and `hire::v1::types`.
fn place(ty: &Type) -> (String, String) {
    match &ty.home {
        Home::Shared { service, version } => (
            format!("{service} {version}"),
            format!("{}::{}::types", name::module(service), name::module(version)),
        ),
        Home::Local(id) => (format!("{} {}", id.service, id.version), String::new()),
    }
}
