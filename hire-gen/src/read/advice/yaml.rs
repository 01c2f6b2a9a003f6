//! Texts that are not YAML: finds the probable mistake behind the parser's message.

use std::cmp::Ordering;
use std::ops::Range;

use super::types;

/// The advice, and its place if it differs from the parser's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remedy {
    pub(crate) help: String,
    pub(crate) at: Option<Range<usize>>,
}

/// The remedy for what the parser reports at this byte.
pub(crate) fn remedy(text: &str, at: usize, info: &str) -> Option<Remedy> {
    let line = Line::of(text, at)?;
    let before = line.before(text);
    let here = |help: String| Some(Remedy { help, at: None });
    let in_brackets = ["',' or '}'", "',' or ']'", "placement of ':'", "flow construct"];
    if in_brackets.iter().any(|sign| info.contains(sign)) {
        return line.bracketed(at).or_else(|| unclosed(text, at, &line)).and_then(here);
    }
    // `title: - x` and `title: > 5` begin a list and a text of several lines.
    let signs = ["unexpected character", "trailing content after", "block sequence entries", "block scalar"];
    if signs.iter().any(|sign| info.contains(sign)) {
        return line.quoted(at).and_then(here);
    }
    if info.contains("simple key expect") {
        // At the end of the file the parser reports the line itself.
        return before.and_then(|line| line.without_colon(text)).or_else(|| line.without_colon(text));
    }
    if info.contains("mapping values are not allowed") {
        if let Some(help) = line.second_colon(at) {
            return here(help);
        }
        let before = before?;
        return before.without_colon(text).or_else(|| line.indented(&before).and_then(here));
    }
    if info.contains("did not find expected key") {
        return line.indented(&before?).and_then(here);
    }
    None
}

/// A line that is neither blank nor a comment.
struct Line<'a> {
    /// Offset of its first byte.
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The line of a byte.
    fn of(text: &'a str, at: usize) -> Option<Self> {
        let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        Some(Self { start, text: text.get(start..)?.lines().next().unwrap_or_default() })
    }

    fn before(&self, text: &'a str) -> Option<Self> {
        let mut end = self.start;
        while end > 0 {
            let line = Self::of(text, end - 1)?;
            let content = line.text.trim_start();
            if !content.is_empty() && !content.starts_with('#') {
                return Some(line);
            }
            end = line.start;
        }
        None
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn content(&self) -> &'a str {
        self.text.trim()
    }

    /// The key and its value, which may be empty.
    fn entry(&self) -> Option<(&'a str, &'a str)> {
        let content = self.content();
        let content = content.strip_prefix("- ").unwrap_or(content);
        content.split_once(": ").or_else(|| Some((content.strip_suffix(':')?, "")))
    }

    /// `{type: string[], ..}`: brackets and commas end a text inside of braces.
    fn bracketed(&self, at: usize) -> Option<String> {
        let at = at.checked_sub(self.start)?;
        let (head, tail) = self.text.split_at_checked(at)?;
        let value = head.rfind(": ")? + 2;
        let end = at + tail.len() - tail.trim_start_matches(['[', ']', '>']).len();
        let written = self.text.get(value..end)?;
        let is_type = written.starts_with(|first: char| first.is_alphanumeric()) && written.contains("[]");
        is_type.then(|| quote(&types::canonical(written)))
    }

    /// A value that must be quoted as a whole.
    fn quoted(&self, at: usize) -> Option<String> {
        let (head, _) = self.text.split_at_checked(at.checked_sub(self.start)?)?;
        // Inside of braces the end of the text is a guess.
        if head.contains('{') {
            return Some("quote the whole text".to_owned());
        }
        let (key, value) = self.entry()?;
        let begins_with_sign = value.starts_with(|first: char| !first.is_alphanumeric());
        begins_with_sign.then(|| format!("quote the whole text: `{key}: {}`", in_quotes(value)))
    }

    /// `title: Feed: an animal`
    fn second_colon(&self, at: usize) -> Option<String> {
        let (head, _) = self.text.split_at_checked(at.checked_sub(self.start)?)?;
        let (key, _) = head.split_once(": ")?;
        let (_, value) = self.text.split_once(": ")?;
        let key = key.trim();
        Some(format!("quote the text, which contains a `: `: `{key}: {}`", in_quotes(value.trim())))
    }

    /// A key whose `: ` is missing: the parser notices it on the next line.
    fn without_colon(&self, text: &str) -> Option<Remedy> {
        let content = self.content();
        if self.entry().is_some() || content.starts_with("- ") || self.continues(text) {
            return None;
        }
        let help = if let Some((key, value)) = content.split_once(':') {
            format!("write a space after the `:`: `{key}: {value}`")
        } else if let Some((key, value)) = content.split_once(' ') {
            format!("write a `:` after the key: `{key}: {}`", value.trim())
        } else {
            format!("write a `:` after the key: `{content}: ..`")
        };
        let start = self.start + self.text.len() - self.text.trim_start().len();
        Some(Remedy { help, at: Some(start..start + content.len()) })
    }

    /// Whether this line continues the text of a line above.
    fn continues(&self, text: &str) -> bool {
        let mut above = self.before(text);
        while let Some(line) = above {
            if line.indent() < self.indent() {
                return line.entry().is_none_or(|(_, value)| !value.is_empty());
            }
            above = line.before(text);
        }
        false
    }

    fn indented(&self, before: &Self) -> Option<String> {
        let (here, there) = (spaces(self.indent()), before.indent());
        match self.indent().cmp(&there) {
            Ordering::Greater => Some(format!(
                "is this line indented too far? It begins after {here}; the complete line before it begins after {there}"
            )),
            Ordering::Less => Some(format!(
                "is this line indented too little? It begins after {here}, the line before after {there}, and no mapping \
                 above begins after {here}"
            )),
            Ordering::Equal => None,
        }
    }
}

/// A bracket that was opened on a line before and is still open.
fn unclosed(text: &str, at: usize, line: &Line<'_>) -> Option<String> {
    let mut open = Vec::new();
    let (mut number, mut quote, mut comment) = (1, None, false);
    for (offset, c) in text.get(..at)?.char_indices() {
        match (quote, c) {
            (_, '\n') => (number, comment) = (number + 1, false),
            _ if comment => {}
            (None, '#') => comment = text.get(..offset)?.ends_with([' ', '\n']),
            (Some(mark), _) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some(c),
            (None, '{' | '[') => open.push((offset, number, c)),
            (None, '}' | ']') => drop(open.pop()),
            _ => {}
        }
    }
    let (_, number, bracket) = open.into_iter().find(|(offset, ..)| *offset < line.start)?;
    let close = if bracket == '{' { '}' } else { ']' };
    Some(format!("is the `{bracket}` of line {number} closed? end the list of its items with `{close}`"))
}

/// The remedy for a type with brackets inside of braces.
pub(crate) fn quote(written: &str) -> String {
    format!(
        "quote the type: `\"{written}\"`, because inside braces a bracket or a comma ends an unquoted text"
    )
}

fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

fn spaces(count: usize) -> String {
    match count {
        1 => "1 space".to_owned(),
        _ => format!("{count} spaces"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::source::parse;

    /// The help, and the text that it concerns.
    fn helped(text: &str) -> (String, String) {
        let mut diagnostics = Vec::new();
        assert_eq!(parse(0, text, &mut diagnostics), None);
        let (help, span) = (diagnostics[0].help.clone(), diagnostics[0].span.unwrap());
        (help.unwrap(), text[span.start as usize..span.end as usize].to_owned())
    }

    #[test]
    fn types_in_braces_need_quotes() {
        for (line, written) in [
            ("a: {type: string[], doc: x}", "string[]"),
            ("a: {doc: x, type: Item[][]}", "Item[][]"),
            ("a: {type: map<string, string[]>}", "map<string[]>"),
        ] {
            assert_eq!(helped(line).0, quote(written), "{line}");
        }
    }

    #[test]
    fn text_with_signs_needs_quotes() {
        for (line, help) in [
            ("title: Feed: an animal", "quote the text, which contains a `: `: `title: \"Feed: an animal\"`"),
            ("title: @foo", "quote the whole text: `title: \"@foo\"`"),
            ("title: `x`", "quote the whole text: `title: \"`x`\"`"),
            ("title: \"Feed\" an animal", "quote the whole text: `title: '\"Feed\" an animal'`"),
            ("title: - x", "quote the whole text: `title: \"- x\"`"),
            ("title: > 5 animals", "quote the whole text: `title: \"> 5 animals\"`"),
            ("a: {doc: \"Feed\" it}", "quote the whole text"),
        ] {
            assert_eq!(helped(&format!("{line}\nb: c\n")).0, help, "{line}");
        }
    }

    #[test]
    fn a_line_without_its_colon_is_found() {
        for (text, help, at) in [
            ("a: b\nquota:20/min\nc: d\n", "write a space after the `:`: `quota: 20/min`", "quota:20/min"),
            ("title:Feed it\nc: d\n", "write a space after the `:`: `title: Feed it`", "title:Feed it"),
            ("a: b\nrequired true\nc: d\n", "write a `:` after the key: `required: true`", "required true"),
            ("a:\n  b: c\n  d e\n", "write a `:` after the key: `d: e`", "d e"),
            ("a: b\nc:d", "write a space after the `:`: `c: d`", "c:d"),
            ("a: b\nc\n\n# d\ne: f\n", "write a `:` after the key: `c: ..`", "c"),
        ] {
            assert_eq!(helped(text), (help.to_owned(), at.to_owned()), "{text}");
        }
    }

    #[test]
    fn indentation_is_compared_with_the_line_before() {
        for (text, help) in [
            (
                "a:\n  b: c\n    d: e\n",
                "too far? It begins after 4 spaces; the complete line before it begins after 2",
            ),
            (
                "a:\n  b: c\n\n  # d\n   e: f\n",
                "too far? It begins after 3 spaces; the complete line before it begins after 2",
            ),
            (
                "a:\n  b:\n      c: d\n    e: f\n",
                "too little? It begins after 4 spaces, the line before after 6",
            ),
            ("a:\n    b: c\n  d: e\n", "too little? It begins after 2 spaces, the line before after 4"),
            ("a: some text\n  that\n  goes on: here\n", "check indentation"),
            ("a:\n  - b: 1\n   - b: 2\n", "check indentation"),
        ] {
            assert!(helped(text).0.contains(help), "{text}: {}", helped(text).0);
        }
    }

    #[test]
    fn an_open_bracket_is_found_above() {
        for text in ["a: {b: c\nd: e\n", "a: {b: c #1}\nd: e\n", "x: y\na: [b\nd: e\n"] {
            assert!(helped(text).0.contains("closed?"), "{text}: {}", helped(text).0);
        }
    }
}
