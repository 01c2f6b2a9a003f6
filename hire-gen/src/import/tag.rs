//! The tags of a portal page, read as browsers read them: leniently.
//!
//! The portal mixes markdown with elements of its own (`<md-tr level="1">`). Anything that is not a known element is text: a page may
//! contain `<your app>` as well as `<br>`.

/// A tag, or the text before the next one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'t> {
    Text(&'t str),
    Tag(Tag<'t>),
}

/// `<name attributes>` or `</name>`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
    pub(super) closes: bool,
    attributes: &'t str,
    /// Offset of its `<`, and the offset behind its `>`.
    pub(super) at: (usize, usize),
}

impl<'t> Tag<'t> {
    pub(super) fn opens(&self, names: &[&str]) -> bool {
        !self.closes && names.contains(&self.name)
    }

    pub(super) fn ends(&self, names: &[&str]) -> bool {
        self.closes && names.contains(&self.name)
    }

    /// The value of an attribute, in either kind of quotes or in none. Some names have lost their first letter.
    pub(super) fn attribute(&self, name: &str) -> Option<&'t str> {
        let mut rest = self.attributes;
        while let Some((key, after)) = rest.split_once('=') {
            let key = key.rsplit(char::is_whitespace).next().unwrap_or(key);
            let (value, left) = value(after);
            if key == name || name.get(1..) == Some(key) && !key.is_empty() {
                return Some(value);
            }
            rest = left;
        }
        None
    }
}

/// An attribute's value and what follows it.
fn value(after: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some((value, left)) = after.strip_prefix(quote).and_then(|inside| inside.split_once(quote)) {
            return (value, left);
        }
    }
    let end = after.find(char::is_whitespace).unwrap_or(after.len());
    let (value, left) = after.split_at_checked(end).unwrap_or((after, ""));
    (value.trim_matches(['"', '\'']), left)
}

/// Walks over a text, tag by tag.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    /// Begins at an offset, at which a character has to begin.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// How far it has come.
    pub(super) fn offset(&self) -> usize {
        self.at
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let found = rest.match_indices('<').find_map(|(open, _)| tag(self.text, self.at + open));
        let Some(tag) = found else {
            self.at = self.text.len();
            return Some(Token::Text(rest));
        };
        if tag.at.0 > self.at {
            let text = self.text.get(self.at..tag.at.0).unwrap_or_default();
            self.at = tag.at.0;
            return Some(Token::Text(text));
        }
        self.at = tag.at.1;
        Some(Token::Tag(tag))
    }
}

/// Elements besides the portal's own, `md-..`.
const KNOWN: [&str; 9] = ["tr", "td", "th", "div", "br", "ul", "li", "span", "font"];

/// Longer than any tag.
const MOST_TAG: usize = 2_000;

/// The tag that begins at a `<`.
fn tag(text: &str, at: usize) -> Option<Tag<'_>> {
    let inside = text.get(at + 1..)?;
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(inside.len());
    let (name, after) = inside.split_at_checked(end)?;
    if !(name.starts_with("md-") || KNOWN.contains(&name)) {
        return None;
    }
    let end = end_of_tag(after)?;
    let start = text.len() - after.len();
    Some(Tag { name, closes, attributes: after.get(..end)?, at: (at, start + end + 1) })
}

/// Where the `>` of a tag is: not inside of quotes, unless these do not end in their line.
fn end_of_tag(after: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut before = ' ';
    let mut first = None;
    for (at, c) in after.char_indices().take(MOST_TAG) {
        match (quote, c) {
            (_, '\n') if quote.is_some() => return first,
            (Some(open), c) if c == open => quote = None,
            (Some(_), '>') => first = first.or(Some(at)),
            (None, '>') => return Some(at),
            (None, '"' | '\'') if before == '=' => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes<'t>(text: &'t str, name: &str) -> Vec<Option<&'t str>> {
        let tags = Tokens::new(text, 0).filter_map(|token| match token {
            Token::Tag(tag) => Some(tag.attribute(name)),
            Token::Text(_) => None,
        });
        tags.collect()
    }

    #[test]
    fn attributes_are_read_however_they_are_quoted() {
        for text in [
            r#"<md-enum-item key="a">"#,
            r#"<md-enum-item  key='a' >"#,
            r#"<md-enum-item key=a">"#,
            r#"<md-enum-item key=a>"#,
            r#"<md-enum-item other="x>y" key="a">"#,
            r#"<md-enum-item ey="a">"#,
        ] {
            assert_eq!(attributes(text, "key"), [Some("a")], "{text}");
        }
        assert_eq!(attributes("a < b <your> <md-enum-item>", "key"), [None]);
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        for text in ["", "<", "<md-", "a<md-td>b</md-td>c", "<md-td x=\"\n> y", "<br/>中<md-x"] {
            let mut from = 0;
            let mut tokens = Tokens::new(text, 0);
            while tokens.next().is_some() {
                assert!(tokens.offset() > from);
                from = tokens.offset();
            }
            assert_eq!(from, text.len(), "{text}");
        }
    }
}
