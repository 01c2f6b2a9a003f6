//! The page of changes since an earlier version.

use super::html::Html;
use super::layout::{Page, crumbs};
use super::{Context, link};

/// The changes since an earlier version of the schema.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The earlier version: `v0.1.0`.
    pub since: String,
    /// By impact, heaviest first: `breaking`.
    pub groups: Vec<(&'static str, Vec<Line>)>,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Line {
    /// The operation or type: `hire.v1.talent.get`.
    pub subject: String,
    /// The change.
    pub text: String,
}

/// The whole page.
pub(super) fn page(cx: &Context<'_>, changes: &Changes) -> Html {
    let mut main = Html::new();
    let name = cx.say("Changes");
    main.html(&crumbs(link::CHANGES, &[(cx.site_title(), Some(link::INDEX.to_owned())), (name, None)]));
    main.raw("<h1>").raw(cx.say("Changes since ")).text(&changes.since).raw("</h1>\n");
    if changes.groups.is_empty() {
        main.raw("<p class=\"none\">").raw(cx.say("Nothing has changed.")).raw("</p>\n");
    }
    for (impact, lines) in &changes.groups {
        main.raw("<section>\n<h2 id=\"").raw(impact).raw("\">").raw(cx.language.say(impact)).raw(" <small>");
        main.text(&lines.len().to_string()).raw("</small></h2>\n<ul class=\"changes\">\n");
        for line in lines {
            main.raw("<li>");
            match cx.endpoints.get(&line.subject) {
                Some(endpoint) => {
                    let target = link::relative(link::CHANGES, &link::endpoint(endpoint));
                    main.raw("<a href=\"")
                        .text(&target)
                        .raw("\"><code>")
                        .text(&line.subject)
                        .raw("</code></a>");
                }
                None => {
                    main.raw("<code>").text(&line.subject).raw("</code>");
                }
            }
            main.raw(" ").text(&line.text).raw("</li>\n");
        }
        main.raw("</ul>\n</section>\n");
    }
    Page { path: link::CHANGES, title: name, resource: None, script: None, connects: false }.html(cx, &main)
}
