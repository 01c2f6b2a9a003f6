//! Sentences of the schema, with code spans, and with links for addresses and names of operations.

use super::html::Html;
use super::{Context, link};

/// Paragraphs, without a frame.
pub(super) fn paragraphs(cx: &Context<'_>, from: &str, text: &str) -> Html {
    let mut html = Html::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            paragraph.push(line);
        } else if !paragraph.is_empty() {
            html.raw("<p>").html(&lines(cx, from, &paragraph)).raw("</p>\n");
            paragraph.clear();
        }
    }
    html
}

/// One run of text.
pub(super) fn inline(cx: &Context<'_>, from: &str, text: &str) -> Html {
    lines(cx, from, &text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>())
}

fn lines(cx: &Context<'_>, from: &str, lines: &[&str]) -> Html {
    let mut html = Html::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            html.text("\n");
        }
        one_line(cx, from, line, &mut html);
    }
    html
}

fn one_line(cx: &Context<'_>, from: &str, line: &str, html: &mut Html) {
    let spans: Vec<&str> = line.split('`').collect();
    if spans.len().is_multiple_of(2) {
        // An unpaired tick: it is unclear which ones belong together.
        return words(line, html);
    }
    for (index, span) in spans.iter().enumerate() {
        if index % 2 == 1 {
            code(cx, from, span, html);
        } else {
            words(span, html);
        }
    }
}

fn code(cx: &Context<'_>, from: &str, span: &str, html: &mut Html) {
    let endpoint = cx.endpoints.get(span).map(|endpoint| link::endpoint(endpoint));
    match endpoint.or_else(|| cx.events.get(span).map(|event| link::event(event))) {
        Some(page) => {
            let target = link::relative(from, &page);
            html.raw("<a href=\"").text(&target).raw("\"><code>").text(span).raw("</code></a>");
        }
        None => {
            html.raw("<code>").text(span).raw("</code>");
        }
    }
}

fn words(text: &str, html: &mut Html) {
    let mut rest = text;
    while let Some(at) = address_at(rest) {
        let (before, found) = rest.split_at(at);
        let end = found.find(ends_address).unwrap_or(found.len());
        let (address, _) = found.split_at(end);
        // A full stop ends the sentence, not the address.
        let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        html.text(before);
        html.raw("<a rel=\"noreferrer\" href=\"").text(address).raw("\">").text(address).raw("</a>");
        rest = found.get(address.len()..).unwrap_or_default();
    }
    html.text(rest);
}

/// Where the first address of a page begins.
fn address_at(text: &str) -> Option<usize> {
    let long_enough = |at: &usize| {
        let host = text.get(*at..).and_then(|found| found.split_once("//")).map(|(_, host)| host);
        host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let mut found: Vec<usize> = ["https://", "http://"]
        .iter()
        .flat_map(|scheme| text.match_indices(scheme).map(|(at, _)| at))
        .collect();
    found.sort_unstable();
    found.into_iter().find(long_enough)
}

/// Chinese sentences have no space after an address.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`') || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::ir::Api;
    use crate::site::Options;

    fn html(text: &str) -> String {
        let (api, options) = (Api::default(), Options::default());
        paragraphs(&Context::new(&api, &options), "index.html", text).into_string()
    }

    #[test]
    fn ticks_that_belong_together_are_code() {
        assert_eq!(html("a `b<c>` d"), "<p>a <code>b&lt;c&gt;</code> d</p>\n");
        assert_eq!(html("an odd ` tick"), "<p>an odd ` tick</p>\n");
        assert_eq!(html("  a\nb\n\n\nc\n"), "<p>a\nb</p>\n<p>c</p>\n");
        assert_eq!(html("\n \n"), "");
    }

    #[test]
    fn addresses_become_links_without_what_stands_behind_them() {
        let link = |url: &str| format!("<a rel=\"noreferrer\" href=\"{url}\">{url}</a>");
        assert_eq!(
            html("See https://a.example/x_y."),
            format!("<p>See {}.</p>\n", link("https://a.example/x_y"))
        );
        assert_eq!(
            html("（https://a.example/x）。"),
            format!("<p>（{}）。</p>\n", link("https://a.example/x"))
        );
        let two =
            format!("<p>{}, {}</p>\n", link("http://a.example"), link("https://b.example/?q=1&amp;r=2"));
        assert_eq!(html("http://a.example, https://b.example/?q=1&r=2"), two);
        for text in ["https://", "javascript://x", "https:// a", "ftp://x"] {
            assert_eq!(html(text), format!("<p>{text}</p>\n"));
        }
    }
}
