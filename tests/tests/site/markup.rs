//! A strict parser for the site's HTML: every element is closed, every attribute quoted.

use std::collections::BTreeMap;

/// Elements without contents.
const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// One start tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
}

/// A parsed page.
#[derive(Debug, Default)]
pub struct Page {
    /// In document order.
    pub tags: Vec<Tag>,
    /// All text, without markup.
    pub text: String,
    /// The contents of `<script>`.
    pub scripts: Vec<String>,
}

impl Page {
    /// Panics, with the place, if anything is not well-formed.
    pub fn read(path: &str, html: &str) -> Self {
        let mut page = Self::default();
        let mut open: Vec<String> = Vec::new();
        let mut rest = html.strip_prefix("<!doctype html>\n").unwrap_or_else(|| panic!("{path}: no doctype"));
        while let Some(at) = rest.find('<') {
            let (text, markup) = rest.split_at(at);
            page.text += &unescaped(path, text);
            let here: String = markup.chars().take(60).collect();
            if let Some(comment) = markup.strip_prefix("<!--") {
                rest = comment.split_once("-->").unwrap_or_else(|| panic!("{path}: {here}")).1;
            } else if let Some(closing) = markup.strip_prefix("</") {
                let (name, after) = closing.split_once('>').unwrap();
                assert_eq!(open.pop().as_deref(), Some(name), "{path}: {here}");
                rest = after;
            } else {
                let (tag, after) = Tag::read(path, &markup[1..]);
                rest = after;
                if tag.name == "script" {
                    let (script, after) = rest.split_once("</script>").unwrap();
                    page.scripts.push(script.to_owned());
                    rest = after;
                } else if !VOID.contains(&tag.name.as_str()) {
                    open.push(tag.name.clone());
                }
                page.tags.push(tag);
            }
        }
        assert!(open.is_empty(), "{path}: never closed: {open:?}");
        page.text += &unescaped(path, rest);
        page
    }

    /// All values of an attribute.
    pub fn all(&self, attribute: &str) -> Vec<&str> {
        self.tags.iter().filter_map(|tag| tag.attributes.get(attribute)).map(String::as_str).collect()
    }
}

impl Tag {
    /// Begins after the `<`; also returns the text after the tag.
    fn read<'a>(path: &str, markup: &'a str) -> (Self, &'a str) {
        let here: String = markup.chars().take(60).collect();
        let end = markup.find([' ', '>']).unwrap();
        let (name, mut rest) = markup.split_at(end);
        assert!(
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
            "{path}: <{here}"
        );
        let mut attributes = BTreeMap::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                return (Self { name: name.to_owned(), attributes }, after);
            }
            let end = rest.find(['=', ' ', '>']).unwrap();
            let (key, after) = rest.split_at(end);
            assert!(!key.is_empty() && !key.contains(['"', '\'', '<', '/']), "{path}: <{here}");
            let value = match after.strip_prefix("=\"") {
                Some(quoted) => {
                    let (value, after) = quoted.split_once('"').unwrap();
                    assert!(!value.contains(['<', '>']), "{path}: <{here}");
                    rest = after;
                    unescaped(path, value)
                }
                None => {
                    assert!(!after.starts_with('='), "{path}: not quoted: <{here}");
                    rest = after;
                    String::new()
                }
            };
            assert_eq!(attributes.insert(key.to_owned(), value), None, "{path}: twice: <{here}");
        }
    }
}

fn unescaped(path: &str, text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('&');
    out += parts.next().unwrap();
    for part in parts {
        let (name, after) =
            part.split_once(';').unwrap_or_else(|| panic!("{path}: a bare & before {part:?}"));
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            _ => panic!("{path}: &{name};"),
        });
        out += after;
    }
    assert!(!out.contains('\u{0}'));
    out
}
