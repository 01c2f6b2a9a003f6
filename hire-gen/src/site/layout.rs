//! What every page has: its head, the bar above, the list of resources on the left.

use super::html::Html;
use super::{Context, Group, link};
use crate::ir::Endpoint;

/// Scripts and styles come from the site's own files and from nowhere else; nothing is fetched, framed or sent.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'none'";

/// One page.
pub(super) struct Page<'a> {
    /// Its place below the root.
    pub(super) path: &'a str,
    /// What the window is called, before the site's title.
    pub(super) title: &'a str,
    /// The resource that stands open in the list, by the place of its page.
    pub(super) resource: Option<&'a str>,
    /// A script of its own.
    pub(super) script: Option<&'static str>,
}

impl Page<'_> {
    /// The whole page around its contents.
    pub(super) fn html(&self, cx: &Context<'_>, main: &Html) -> Html {
        let mut html = Html::new();
        let root = link::root(self.path);
        html.raw("<html lang=\"en\" data-root=\"");
        html.text(&root).raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"").text(POLICY).raw("\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>").text(self.title);
        html.raw(if self.title.is_empty() { "" } else { " · " }).text(&cx.options.title).raw("</title>\n");
        for (before, file, after) in [
            ("<link rel=\"icon\" type=\"image/svg+xml\" href=\"", "assets/icon.svg", "\">\n"),
            ("<link rel=\"stylesheet\" href=\"", "assets/site.css", "\">\n"),
            ("<script src=\"", "assets/theme.js", "\"></script>\n"),
            ("<script defer src=\"", "assets/site.js", "\"></script>\n"),
        ] {
            html.raw(before).text(&root).raw(file).raw(after);
        }
        if let Some(script) = self.script {
            html.raw("<script defer src=\"").text(&root).raw(script).raw("\"></script>\n");
        }
        html.raw("</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
        self.bar(cx, &mut html);
        self.list(cx, &mut html);
        html.raw("<main id=\"main\" tabindex=\"-1\">\n").html(main).raw("</main>\n</body>\n</html>\n");
        html
    }

    fn bar(&self, cx: &Context<'_>, html: &mut Html) {
        html.raw(
            "<header class=\"bar\">\n<a class=\"menu\" href=\"#nav\">Menu</a>\n<a class=\"brand\" href=\"",
        );
        html.text(&link::relative(self.path, link::INDEX)).raw("\">").text(&cx.options.title).raw("</a>\n");
        html.raw("<div class=\"search\" role=\"search\" hidden>\n<input id=\"search\" type=\"search\" ");
        html.raw("placeholder=\"Search, 搜索\" aria-label=\"Search operations, fields, values and codes\" ");
        html.raw(
            "role=\"combobox\" aria-expanded=\"false\" aria-controls=\"results\" aria-autocomplete=\"list\" ",
        );
        html.raw("autocomplete=\"off\" spellcheck=\"false\"><kbd aria-hidden=\"true\">/</kbd>\n");
        html.raw("<div class=\"found\" hidden><p id=\"count\" role=\"status\"></p>");
        html.raw("<ul id=\"results\" role=\"listbox\" aria-label=\"Results\"></ul></div>\n</div>\n");
        html.raw("<button id=\"theme\" type=\"button\" hidden>Dark</button>\n</header>\n");
    }

    fn list(&self, cx: &Context<'_>, html: &mut Html) {
        html.raw("<nav id=\"nav\" aria-label=\"Site\">\n<a class=\"close\" href=\"#main\">Close</a>\n<ul>\n");
        for (target, name) in [(link::INDEX, "Overview"), (link::SCOPES, "Scopes"), (link::ERRORS, "Errors")]
        {
            html.raw("<li>");
            self.entry(target, html);
            html.raw(name).raw("</a></li>\n");
        }
        html.raw("</ul>\n");
        for ((service, version), group) in &cx.groups {
            html.raw("<h2>").text(service).raw(" ").text(version).raw("</h2>\n<ul>\n");
            for (name, endpoints) in &group.resources {
                self.resource(name, endpoints, html);
            }
            self.types(group, html);
            html.raw("</ul>\n");
        }
        html.raw("</nav>\n");
    }

    /// A resource, with its endpoints where the page is about it.
    fn resource(&self, name: &str, endpoints: &[&Endpoint], html: &mut Html) {
        let target = link::resource(endpoints);
        html.raw("<li>");
        self.entry(&target, html);
        html.text(name).raw("</a>");
        if self.resource == Some(target.as_str()) {
            html.raw("\n<ul>\n");
            for endpoint in endpoints {
                html.raw("<li>");
                self.entry(&link::endpoint(endpoint), html);
                html.html(&method(endpoint)).raw(" ").text(&endpoint.title).raw("</a></li>\n");
            }
            html.raw("</ul>\n");
        }
        html.raw("</li>\n");
    }

    fn types(&self, group: &Group<'_>, html: &mut Html) {
        if let Some(first) = group.types.first() {
            html.raw("<li class=\"minor\">");
            self.entry(&link::types(first), html);
            html.raw("Types</a></li>\n");
        }
    }

    fn entry(&self, target: &str, html: &mut Html) {
        html.raw("<a href=\"").text(&link::relative(self.path, target)).raw("\"");
        html.raw(if self.path == target { " aria-current=\"page\">" } else { ">" });
    }
}

/// `POST`, coloured.
pub(super) fn method(endpoint: &Endpoint) -> Html {
    use crate::ir::Method::{Delete, Get, Patch, Post, Put};
    let mut html = Html::new();
    html.raw(match endpoint.method {
        Get => "<b class=\"method get\">GET</b>",
        Post => "<b class=\"method post\">POST</b>",
        Put => "<b class=\"method put\">PUT</b>",
        Patch => "<b class=\"method patch\">PATCH</b>",
        Delete => "<b class=\"method delete\">DELETE</b>",
    });
    html
}

/// The way from the root to a page: names and the places of their pages, if they have any.
pub(super) fn crumbs(from: &str, steps: &[(&str, Option<String>)]) -> Html {
    let mut html = Html::new();
    html.raw("<p class=\"crumbs\">");
    for (index, (name, target)) in steps.iter().enumerate() {
        html.raw(if index == 0 { "" } else { " <span aria-hidden=\"true\">/</span> " });
        match target {
            Some(target) => {
                html.raw("<a href=\"").text(&link::relative(from, target)).raw("\">").text(name).raw("</a>")
            }
            None => html.text(name),
        };
    }
    html.raw("</p>\n");
    html
}

/// A line for each endpoint.
pub(super) fn endpoints(from: &str, endpoints: &[&Endpoint]) -> Html {
    let mut html = Html::new();
    html.raw("<ul class=\"endpoints\">\n");
    for endpoint in endpoints {
        let target = link::relative(from, &link::endpoint(endpoint));
        html.raw("<li><a href=\"")
            .text(&target)
            .raw("\">")
            .html(&method(endpoint))
            .raw(" <span class=\"title\">");
        html.text(&endpoint.title).raw("</span>");
        if let Some(label) = &endpoint.label {
            html.raw(" ").html(&super::facts::label(label));
        }
        html.raw("</a> <code>").text(&endpoint.path).raw("</code></li>\n");
    }
    html.raw("</ul>\n");
    html
}
