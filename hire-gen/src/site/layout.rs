//! The frame of every page: its head, the bar above, the list of resources on the left.

use serde_json::{Value, json};

use super::html::{Html, script_safe};
use super::{Context, Group, Resource, link};
use crate::resolve::ir::{Endpoint, Event};

/// Scripts and styles come only from the site's own files, and nothing is framed. A page with a form sends requests
/// only to a server on this machine.
fn policy(connects: bool) -> String {
    let connect = if connects { "; connect-src http://127.0.0.1:* http://localhost:*" } else { "" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'{connect}"
    )
}

/// One page.
pub(super) struct Page<'a> {
    /// Its path below the root.
    pub(super) path: &'a str,
    /// The title of the window, before the site's title.
    pub(super) title: &'a str,
    /// The resource that is open in the list, by the path of its page.
    pub(super) resource: Option<&'a str>,
    /// An additional script, among the assets.
    pub(super) script: Option<&'static str>,
    /// Whether it can send requests to a mock server on this machine.
    pub(super) connects: bool,
}

impl Page<'_> {
    /// The whole page around its contents.
    pub(super) fn html(&self, cx: &Context<'_>, main: &Html) -> Html {
        let mut html = Html::new();
        let root = link::root(self.path);
        let assets = format!("{root}{}assets/", if cx.nested { "../" } else { "" });
        html.raw("<html lang=\"").raw(cx.language.tag()).raw("\" data-root=\"");
        html.text(&root)
            .raw("\" data-assets=\"")
            .text(&assets)
            .raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
            .text(&policy(self.connects))
            .raw("\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>").text(self.title);
        html.raw(if self.title.is_empty() { "" } else { " · " }).text(cx.site_title()).raw("</title>\n");
        for (before, file, after) in [
            ("<link rel=\"icon\" type=\"image/svg+xml\" href=\"", "icon.svg", "\">\n"),
            ("<link rel=\"stylesheet\" href=\"", "site.css", "\">\n"),
            ("<script src=\"", "theme.js", "\"></script>\n"),
            ("<script defer src=\"", "site.js", "\"></script>\n"),
            ("<script defer src=\"", "search.js", "\"></script>\n"),
        ] {
            html.raw(before).text(&assets).raw(file).raw(after);
        }
        if let Some(script) = self.script {
            html.raw("<script defer src=\"").text(&assets).raw(script).raw("\"></script>\n");
        }
        html.raw("</head>\n<body>\n<a class=\"skip\" href=\"#main\">")
            .raw(cx.say("Skip to the content"))
            .raw("</a>\n");
        self.bar(cx, &mut html);
        self.list(cx, &mut html);
        html.raw("<main id=\"main\" tabindex=\"-1\">\n").html(main).raw("</main>\n</body>\n</html>\n");
        html
    }

    fn bar(&self, cx: &Context<'_>, html: &mut Html) {
        html.raw("<header class=\"bar\">\n<a class=\"menu\" href=\"#nav\">").raw(cx.say("Menu"));
        html.raw("</a>\n<a class=\"brand\" href=\"");
        html.text(&link::relative(self.path, link::INDEX)).raw("\">").text(cx.site_title()).raw("</a>\n");
        html.raw("<div class=\"search\" role=\"search\" hidden>\n<input id=\"search\" type=\"search\" placeholder=\"");
        html.raw(cx.say("Search"))
            .raw("\" aria-label=\"")
            .raw(cx.say("Search operations, fields, values and codes"));
        html.raw(
            "\" role=\"combobox\" aria-expanded=\"false\" aria-controls=\"results\" aria-autocomplete=\"list\" ",
        );
        html.raw("autocomplete=\"off\" spellcheck=\"false\"><kbd aria-hidden=\"true\">/</kbd>\n<div class=\"found\"");
        for (name, text) in [
            (" data-none=\"", cx.say("No results")),
            (" data-one=\"", cx.say("1 result")),
            (" data-some=\"", cx.say("{n} results")),
            (" data-many=\"", cx.say("{n} results; the first {shown} are shown")),
            (" data-reading=\"", cx.say("Loading the index …")),
            (" data-unread=\"", cx.say("The index could not be loaded.")),
        ] {
            html.raw(name).raw(text).raw("\"");
        }
        html.raw(
            " hidden><p id=\"count\" role=\"status\"></p><ul id=\"results\" role=\"listbox\" aria-label=\"",
        );
        html.raw(cx.say("Results")).raw("\"></ul></div>\n</div>\n");
        let other = cx.language.other();
        let there = if cx.nested { "../" } else { other.tag() };
        html.raw("<a class=\"language\" hreflang=\"").raw(other.tag()).raw("\" lang=\"").raw(other.tag());
        html.raw("\" href=\"").text(&link::root(self.path)).raw(there).raw(if cx.nested { "" } else { "/" });
        html.text(self.path).raw("\">").raw(other.name()).raw("</a>\n<button id=\"theme\" type=\"button\"");
        for (name, text) in [
            (" data-dark=\"", cx.say("Dark")),
            (" data-light=\"", cx.say("Light")),
            (" data-to-dark=\"", cx.say("Use dark colours")),
            (" data-to-light=\"", cx.say("Use light colours")),
            (" data-copy=\"", cx.say("Copy")),
            (" data-copied=\"", cx.say("Copied")),
            (" data-failed=\"", cx.say("Failed")),
            (" data-open=\"", cx.say("Open all")),
            (" data-close=\"", cx.say("Close all")),
        ] {
            html.raw(name).raw(text).raw("\"");
        }
        html.raw(" hidden>").raw(cx.say("Dark")).raw("</button>\n</header>\n");
    }

    /// The list of pages, with those of this page's version and resource. A script adds the others, so that pages do
    /// not grow with the schema; without it, they are linked from the overview.
    fn list(&self, cx: &Context<'_>, html: &mut Html) {
        html.raw("<nav id=\"nav\" aria-label=\"")
            .raw(cx.say("Site"))
            .raw("\" data-types=\"")
            .raw(cx.say("Types"));
        html.raw("\" data-resource=\"")
            .text(self.resource.unwrap_or_default())
            .raw("\">\n<a class=\"close\" href=\"#main\">");
        html.raw(cx.say("Close")).raw("</a>\n<ul>\n");
        let changes = cx.options.changes.as_ref().map(|_| (link::CHANGES, cx.say("Changes")));
        let pages = [
            (link::INDEX, cx.say("Overview")),
            (link::SCOPES, cx.say("Scopes")),
            (link::ERRORS, cx.say("Errors")),
        ];
        for (target, name) in pages.into_iter().chain(changes) {
            html.raw("<li>");
            self.entry(target, html);
            html.raw(name).raw("</a></li>\n");
        }
        let folder = if cx.nested { "../" } else { "" };
        for link in &cx.options.links {
            html.raw("<li><a href=\"");
            if !link.is_absolute() {
                html.text(&link::root(self.path)).raw(folder);
            }
            html.text(&link.url).raw("\">").text(&link.name).raw("</a></li>\n");
        }
        html.raw("</ul>\n");
        for ((service, version), group) in &cx.groups {
            let folder = format!("{service}/{version}/");
            if !self.path.starts_with(&folder) {
                continue;
            }
            html.raw("<details open data-group=\"").text(service).raw(".").text(version).raw("\"><summary>");
            html.text(service).raw(" ").text(version).raw("</summary>\n<ul>\n");
            let present = |resource: &&Resource<'_>| self.resource == Some(resource.page.as_str());
            for resource in group.resources.values().filter(present) {
                self.resource(cx, resource, html);
            }
            self.types(cx, group, html);
            html.raw("</ul>\n</details>\n");
        }
        html.raw("</nav>\n");
    }

    /// The resource of the page, with its endpoints and events.
    fn resource(&self, cx: &Context<'_>, resource: &Resource<'_>, html: &mut Html) {
        html.raw("<li data-present>");
        self.entry(&resource.page, html);
        html.text(&resource.title()).raw("</a>\n<ul>\n");
        for endpoint in &resource.endpoints {
            html.raw("<li>");
            self.entry(&link::endpoint(endpoint), html);
            let title = cx.title(&endpoint.title, endpoint.label.as_deref());
            html.html(&method(endpoint)).raw(" ").text(title).raw("</a></li>\n");
        }
        for event in &resource.events {
            html.raw("<li>");
            self.entry(&link::event(event), html);
            let title = cx.title(&event.title, event.label.as_deref());
            html.html(&event_mark()).raw(" ").text(title).raw("</a></li>\n");
        }
        html.raw("</ul>\n</li>\n");
    }

    fn types(&self, cx: &Context<'_>, group: &Group<'_>, html: &mut Html) {
        if let Some(first) = group.types.first() {
            html.raw("<li class=\"minor\">");
            self.entry(&link::types(first), html);
            html.raw(cx.say("Types")).raw("</a></li>\n");
        }
    }

    fn entry(&self, target: &str, html: &mut Html) {
        html.raw("<a href=\"").text(&link::relative(self.path, target)).raw("\"");
        html.raw(if self.path == target { " aria-current=\"page\">" } else { ">" });
    }
}

/// `hireNav([..])`: every version of a service, with its resources by page and title, and the page of its types.
pub(super) fn everything(cx: &Context<'_>) -> String {
    let groups = cx.groups.iter().map(|((service, version), group)| {
        let resources = group.resources.values().map(|resource| json!([resource.page, resource.title()]));
        let resources: Vec<Value> = resources.collect();
        let types = group.types.first().map(|first| link::types(first));
        json!({ "service": service, "version": version, "resources": resources, "types": types })
    });
    format!("hireNav({});\n", script_safe(&Value::from(groups.collect::<Vec<_>>()).to_string()))
}

/// `POST`, coloured.
pub(super) fn method(endpoint: &Endpoint) -> Html {
    use crate::resolve::ir::Method::{Delete, Get, Patch, Post, Put};
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

/// The label in place of a method.
pub(super) fn event_mark() -> Html {
    let mut html = Html::new();
    html.raw("<b class=\"method event\">EVENT</b>");
    html
}

/// The mark of deprecated items.
pub(super) fn deprecated(cx: &Context<'_>, endpoint: &Endpoint) -> Html {
    let mut html = Html::new();
    if endpoint.deprecated.is_some() {
        html.raw(" <span class=\"tag deprecated\">").raw(cx.say("deprecated")).raw("</span>");
    }
    html
}

/// The way from the root to a page: names and the paths of their pages, if any.
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

/// One line per endpoint.
pub(super) fn endpoints(cx: &Context<'_>, from: &str, endpoints: &[&Endpoint]) -> Html {
    let mut html = Html::new();
    html.raw("<ul class=\"endpoints\">\n");
    for endpoint in endpoints {
        let target = link::relative(from, &link::endpoint(endpoint));
        html.raw("<li><a href=\"").text(&target).raw("\">").html(&method(endpoint)).raw(" ").html(&titles(
            cx,
            &endpoint.title,
            endpoint.label.as_deref(),
            &deprecated(cx, endpoint),
        ));
        html.raw("</a> <code>").text(&endpoint.path).raw("</code></li>\n");
    }
    html.raw("</ul>\n");
    html
}

/// Both titles of an operation or an event, that in the language of the page first.
pub(super) fn titles(cx: &Context<'_>, title: &str, label: Option<&str>, mark: &Html) -> Html {
    let mut html = Html::new();
    html.raw("<span class=\"title\">").text(cx.title(title, label)).raw("</span>").html(mark);
    html.html(&second_title(cx, title, label));
    html
}

/// The title in the other language, if there is one, after a space.
pub(super) fn second_title(cx: &Context<'_>, title: &str, label: Option<&str>) -> Html {
    let mut html = Html::new();
    match label {
        Some(label) if cx.title(title, Some(label)) == label => {
            html.raw(" <span class=\"label\" lang=\"en\">").text(title).raw("</span>");
        }
        Some(label) => {
            html.raw(" ").html(&super::facts::label(label));
        }
        None => {}
    }
    html
}

/// One line per event.
pub(super) fn events(cx: &Context<'_>, from: &str, events: &[&Event]) -> Html {
    let mut html = Html::new();
    html.raw("<ul class=\"endpoints\">\n");
    for event in events {
        let target = link::relative(from, &link::event(event));
        html.raw("<li><a href=\"").text(&target).raw("\">").html(&event_mark());
        html.raw(" ").html(&titles(cx, &event.title, event.label.as_deref(), &Html::new()));
        html.raw("</a> <code>").text(&event.event_type).raw("</code></li>\n");
    }
    html.raw("</ul>\n");
    html
}
