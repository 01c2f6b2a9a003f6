//! The page of a resource: its endpoints and events.

use super::html::Html;
use super::layout::{Page, crumbs, deprecated, event_mark, method, second_title};
use super::{Context, Resource, link, prose};
use crate::resolve::ir::{Endpoint, Event};
use crate::rust;

/// The whole page.
pub(super) fn page(cx: &Context<'_>, resource: &Resource<'_>) -> Html {
    let Resource { service, version, name, page: path, endpoints, events } = resource;
    let group = format!("{service} {version}");
    let mut main = Html::new();
    main.html(&crumbs(path, &[(&group, Some(format!("{}#{service}.{version}", link::INDEX))), (name, None)]));
    main.raw("<h1>").text(&resource.title()).raw("</h1>\n<p class=\"lead\">");
    main.text(&cx.counted_both(endpoints.len(), events.len()));
    let feature = endpoints.first().map(|endpoint| rust::resource_feature(endpoint));
    let feature = feature.or_else(|| events.first().map(|event| rust::event_feature(event)));
    // Only this crate has a feature for each resource.
    if let Some(feature) = feature.filter(|_| cx.options.root == "hire_api") {
        main.raw(cx.say(", behind the Cargo feature ")).raw("<code>").text(&feature).raw("</code>");
    }
    main.raw(cx.say(".")).raw("</p>\n");
    for endpoint in endpoints {
        main.html(&Card::of_endpoint(cx, endpoint).html(cx, path));
    }
    for event in events {
        main.html(&Card::of_event(event).html(cx, path));
    }
    let title = format!("{service}.{version}.{name}");
    Page { path, title: &title, resource: Some(path), script: None, connects: false }.html(cx, &main)
}

/// The listed facts of an endpoint or an event.
struct Card<'a> {
    target: String,
    title: &'a str,
    label: Option<&'a str>,
    about: Option<&'a str>,
    /// Shown after the title.
    marks: Html,
    address: Html,
}

impl<'a> Card<'a> {
    fn of_endpoint(cx: &Context<'_>, endpoint: &'a Endpoint) -> Self {
        let mut address = method(endpoint);
        address.raw(" <code>").text(&endpoint.path).raw("</code>");
        Self {
            target: link::endpoint(endpoint),
            title: &endpoint.title,
            label: endpoint.label.as_deref(),
            about: endpoint.about.as_deref(),
            marks: deprecated(cx, endpoint),
            address,
        }
    }

    fn of_event(event: &'a Event) -> Self {
        let mut address = event_mark();
        address.raw(" <code>").text(&event.event_type).raw("</code>");
        Self {
            target: link::event(event),
            title: &event.title,
            label: event.label.as_deref(),
            about: event.about.as_deref(),
            marks: Html::new(),
            address,
        }
    }

    fn html(&self, cx: &Context<'_>, path: &str) -> Html {
        let mut html = Html::new();
        html.raw("<section class=\"card\">\n<h2><a href=\"").text(&link::relative(path, &self.target));
        html.raw("\">").text(cx.title(self.title, self.label)).raw("</a>").html(&self.marks);
        html.html(&second_title(cx, self.title, self.label));
        html.raw("</h2>\n<p class=\"address\">").html(&self.address).raw("</p>\n");
        if let Some(about) = self.about {
            html.raw("<div class=\"prose\">").html(&prose::paragraphs(cx, path, about)).raw("</div>\n");
        }
        html.raw("</section>\n");
        html
    }
}
