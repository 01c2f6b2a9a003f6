//! Syntax colours for JSON and Rust, and code blocks of a page.

use super::Context;
use super::html::Html;

/// A code block. It is focusable, so that the keyboard can scroll it.
pub(super) fn block(code: &Html) -> Html {
    let mut html = Html::new();
    html.raw("<pre tabindex=\"0\"><code>").html(code).raw("</code></pre>\n");
    html
}

/// A section with the same content in several languages, each with an ID and a name; one of them is shown.
pub(super) fn choice(cx: &Context<'_>, samples: &[(&'static str, &'static str, Html)]) -> Html {
    let mut html = Html::new();
    html.raw("<section class=\"samples\">\n<h2 id=\"code\">").raw(cx.say("Sample")).raw("</h2>\n");
    for (index, (id, name, code)) in samples.iter().enumerate() {
        html.raw("<input type=\"radio\" name=\"sample\" id=\"sample-").raw(id);
        html.raw(if index == 0 { "\" checked>" } else { "\">" })
            .raw("<label for=\"sample-")
            .raw(id)
            .raw("\">");
        html.raw(name).raw("</label>\n<div class=\"sample\" data-language=\"").raw(id).raw("\">");
        html.html(&block(code)).raw("</div>\n");
    }
    html.raw("</section>\n");
    html
}

/// Plain text.
pub(super) fn plain(text: &str) -> Html {
    let mut html = Html::new();
    html.text(text);
    html
}

/// JSON, reformatted: members are on separate lines, everything else is unchanged. Invalid JSON stays unchanged.
pub(super) fn json(text: &str) -> Html {
    let mut html = Html::new();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        html.text(text);
        return html;
    }
    let tokens = tokens(text);
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).copied().unwrap_or_default();
        let last = index.checked_sub(1).and_then(|index| tokens.get(index)).copied().unwrap_or_default();
        match *token {
            "{" | "[" => {
                html.text(token);
                // Empty brackets stay on one line.
                if !matches!(next, "}" | "]") {
                    depth += 1;
                    new_line(&mut html, depth);
                }
            }
            "}" | "]" => {
                if !matches!(last, "{" | "[") {
                    depth -= 1;
                    new_line(&mut html, depth);
                }
                html.text(token);
            }
            "," => {
                html.text(",");
                new_line(&mut html, depth);
            }
            ":" => {
                html.text(": ");
            }
            key if next == ":" => {
                html.raw("<i class=\"k\">").text(key).raw("</i>");
            }
            string if string.starts_with('"') => {
                html.raw("<i class=\"s\">").text(string).raw("</i>");
            }
            number => {
                html.raw("<i class=\"n\">").text(number).raw("</i>");
            }
        }
    }
    html
}

fn new_line(html: &mut Html, depth: usize) {
    html.text("\n").text(&"  ".repeat(depth));
}

/// The tokens of valid JSON.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => string_end(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find([',', '}', ']', ' ', '\n', '\r', '\t']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// After the closing quote of a string, or the end of the text.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

const KEYWORDS: [&str; 9] = ["use", "let", "mut", "while", "async", "await", "move", "true", "false"];

/// Rust, as written.
pub(super) fn rust(text: &str) -> Html {
    let mut html = Html::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let end = if first == '"' {
            string_end(rest)
        } else if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        match first {
            '"' => html.raw("<i class=\"s\">").text(token).raw("</i>"),
            '0'..='9' => html.raw("<i class=\"n\">").text(token).raw("</i>"),
            'A'..='Z' => html.raw("<i class=\"t\">").text(token).raw("</i>"),
            _ if KEYWORDS.contains(&token) => html.raw("<i class=\"w\">").text(token).raw("</i>"),
            _ => html.text(token),
        };
        rest = after;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without colours.
    fn uncoloured(html: Html) -> String {
        let mut text = html.into_string();
        for class in ["k", "s", "n", "t", "w"] {
            text = text.replace(&format!("<i class=\"{class}\">"), "");
        }
        text.replace("</i>", "").replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
    }

    #[test]
    fn json_is_laid_out_and_every_digit_stays() {
        let text = r#"{"a":[1.000,-2e5,{}],"b":{"c\"":"<x>,:{"},"d":[],"a":null}"#;
        let expected = "{\n  \"a\": [\n    1.000,\n    -2e5,\n    {}\n  ],\n  \"b\": {\n    \"c\\\"\": \"<x&gt;,:{\"\n  },\n  \"d\": [],\n  \"a\": null\n}";
        assert_eq!(uncoloured(json(text)), expected);
        assert_eq!(uncoloured(json("{broken <")), "{broken <");
    }

    #[test]
    fn rust_stays_as_it_is() {
        let text = "let x = Type::new(\"a \\\" b\", 1_000).中(true)?;\n";
        assert_eq!(uncoloured(rust(text)), text);
        assert!(rust(text).into_string().contains("<i class=\"s\">&quot;a \\&quot; b&quot;</i>"));
    }
}
