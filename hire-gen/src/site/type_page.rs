//! The pages of shared types.

use super::html::Html;
use super::layout::{Page, crumbs, endpoints, events};
use super::{Context, facts, field, link, prose};
use crate::resolve::ir::{Home, Kind, Type};
use crate::resolve::name;

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
            (cx.say("types"), Some(list.clone())),
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
    main.raw("<dl class=\"facts\">\n<dt>").raw(cx.say("Kind")).raw("</dt><dd>").raw(kind(cx, ty));
    main.raw("</dd>\n<dt>").raw(cx.say("Used")).raw("</dt><dd>");
    main.raw(match (ty.in_request, ty.in_response) {
        (true, true) => cx.say("in requests and answers"),
        (true, false) => cx.say("in requests"),
        (false, true) => cx.say("in answers"),
        (false, false) => cx.say("nowhere"),
    });
    main.raw("</dd>\n<dt>")
        .raw(cx.say("In Rust"))
        .raw("</dt><dd><code>")
        .text(&cx.options.root)
        .raw("::")
        .text(&module)
        .raw("::");
    main.text(&ty.name).raw("</code></dd>\n</dl>\n");
    match &ty.kind {
        Kind::Object(fields) => {
            main.raw("<section>\n<h2 id=\"fields\">")
                .raw(cx.say("Fields"))
                .raw("</h2>\n")
                .html(&field::of_type(cx, &path, ty, fields));
        }
        Kind::Enum { variants, .. } => {
            main.raw("<section>\n<h2 id=\"values\">").raw(cx.say("Values")).raw("</h2>\n");
            main.html(&field::values(cx, &path, variants, Some("value")));
        }
    }
    main.raw("</section>\n");
    if let Some(users) = cx.users(ty) {
        main.raw("<section>\n<h2 id=\"users\">").raw(cx.say("Used by")).raw(" <small>");
        main.text(&cx.counted_both(users.endpoints.len(), users.events.len())).raw("</small></h2>\n");
        if !users.endpoints.is_empty() {
            main.html(&endpoints(cx, &path, &users.endpoints));
        }
        if !users.events.is_empty() {
            main.html(&events(cx, &path, &users.events));
        }
        main.raw("</section>\n");
    }
    Page { path: &path, title: &ty.name, resource: Some(&list), script: None, connects: false }
        .html(cx, &main)
}

/// All shared types of a version.
pub(super) fn list(cx: &Context<'_>, types: &[&Type]) -> Html {
    let Some(first) = types.first() else { return Html::new() };
    let path = link::types(first);
    let (group, _) = place(first);
    let mut main = Html::new();
    main.html(&crumbs(
        &path,
        &[(&group, Some(format!("{}#{}", link::INDEX, group.replace(' ', ".")))), (cx.say("types"), None)],
    ));
    main.raw("<h1>").raw(cx.say("Types of ")).text(&group).raw("</h1>\n<p class=\"lead\">");
    main.raw(cx.say("Types that several operations share."))
        .raw("</p>\n<table class=\"types\"><thead><tr><th scope=\"col\">");
    main.raw(cx.say("Type")).raw("</th><th scope=\"col\">").raw(cx.say("Meaning")).raw("</th></tr></thead>");
    main.raw("<tbody>\n");
    for ty in types {
        let target = link::relative(&path, &link::type_(ty));
        main.raw("<tr><td><a href=\"")
            .text(&target)
            .raw("\"><code>")
            .text(&ty.name)
            .raw("</code></a> <small>");
        main.raw(kind(cx, ty)).raw("</small></td><td>");
        if let Some(label) = &ty.label {
            main.html(&facts::label(label)).raw(" ");
        }
        main.html(&prose::inline(cx, &path, ty.doc.as_deref().unwrap_or_default())).raw("</td></tr>\n");
    }
    main.raw("</tbody></table>\n");
    let title = format!("{}{group}", cx.say("Types of "));
    Page { path: &path, title: &title, resource: Some(&path), script: None, connects: false }.html(cx, &main)
}

fn kind(cx: &Context<'_>, ty: &Type) -> &'static str {
    match ty.kind {
        Kind::Object(_) => cx.say("object"),
        Kind::Enum { int: true, .. } => cx.say("enum of ints"),
        Kind::Enum { int: false, .. } => cx.say("enum of strings"),
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
        Home::Event(id) => (format!("{} {}", id.service, id.version), String::new()),
    }
}
