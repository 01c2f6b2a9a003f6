//! HTML without injection: markup is a literal of this program, and everything else is escaped.

/// Markup and text, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds markup. Only literals of this program have this lifetime, so text of a schema cannot be markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text of any origin, for an element or a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Neither is allowed in a page, nor is a reference to it.
                c if c.is_control() && !matches!(c, '\n' | '\t') => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Adds another piece of HTML.
    pub(super) fn html(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// Adds JSON for a script element of the type `application/json`: it cannot end the element.
    pub(super) fn json(&mut self, value: &serde_json::Value) -> &mut Self {
        self.0.push_str(&script_safe(&value.to_string()));
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// JSON for a script element and for a script: `<` cannot end the element, nor U+2028 a line of the script.
pub(super) fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut html = Html::new();
        html.raw("<a title=\"").text("\" onclick='x'").raw("\">").text("</a><script>&amp;\0").raw("</a>");
        let expected =
            "<a title=\"&quot; onclick=&#39;x&#39;\">&lt;/a&gt;&lt;script&gt;&amp;amp;\u{fffd}</a>";
        assert_eq!(html.into_string(), expected);
    }

    #[test]
    fn json_cannot_end_its_element() {
        let value = serde_json::json!({"a": "</script><!--\u{2028}"});
        let mut html = Html::new();
        html.json(&value);
        let text = html.into_string();
        assert!(!text.contains(['<', '>', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
