//! Examples that are nearly JSON: commas or brackets too many or too few, remarks, line breaks in strings.

use std::borrow::Cow;

/// The text itself if it is JSON, otherwise repaired.
pub(super) fn json_of(text: &str) -> Option<Cow<'_, str>> {
    if serde_json::from_str::<serde_json::Value>(text).is_ok() {
        return Some(Cow::Borrowed(text));
    }
    repaired(text).map(Cow::Owned)
}

/// The same text as JSON, with what is wrong removed or added and everything else unchanged; `None` if more is wrong.
fn repaired(text: &str) -> Option<String> {
    let tokens = tokens(text);
    let significant: Vec<usize> = (0..tokens.len())
        .filter(|at| tokens.get(*at).is_some_and(|token| token.kind != Kind::Blank))
        .collect();
    let kind = |at: usize| significant.get(at).and_then(|at| tokens.get(*at)).map(|token| token.kind);
    let (mut out, mut open, mut done) = (String::new(), Vec::new(), 0);
    for (at, index) in significant.iter().enumerate() {
        for blank in tokens.get(done..*index).unwrap_or_default() {
            out.push_str(&blank.text);
        }
        done = index + 1;
        let token = tokens.get(*index)?;
        match (token.kind, kind(at + 1)) {
            (Kind::Comma, None | Some(Kind::Comma | Kind::Close)) => continue,
            (Kind::Open, _) => open.push(if token.text == "{" { "}" } else { "]" }),
            // It closes the objects and lists inside, too; if it closes none, it is one too many.
            (Kind::Close, _) => {
                let Some(inner) = open.iter().rposition(|close| *close == token.text) else { continue };
                out.extend(open.drain(inner + 1..).rev());
                open.pop();
            }
            _ => {}
        }
        out.push_str(&token.text);
        let ends = matches!(token.kind, Kind::Value | Kind::Close);
        if ends && !open.is_empty() && matches!(kind(at + 1), Some(Kind::Value | Kind::Open)) {
            out.push(',');
        }
    }
    out.extend(open.into_iter().rev());
    serde_json::from_str::<serde_json::Value>(&out).is_ok().then_some(out)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// White space, or a remark, which is dropped.
    Blank,
    Open,
    Close,
    Comma,
    Colon,
    Value,
}

struct Token {
    kind: Kind,
    text: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let (kind, text, length) = match first {
            ' ' | '\n' | '\r' | '\t' => (Kind::Blank, first.to_string(), 1),
            // JSON has no other blanks.
            c if c.is_whitespace() => (Kind::Blank, " ".to_owned(), c.len_utf8()),
            '/' if rest.starts_with("//") => {
                (Kind::Blank, String::new(), rest.find('\n').unwrap_or(rest.len()))
            }
            '#' => (Kind::Blank, String::new(), rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => {
                (Kind::Blank, String::new(), rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            '{' | '[' => (Kind::Open, first.to_string(), 1),
            '}' | ']' => (Kind::Close, first.to_string(), 1),
            ',' | '，' => (Kind::Comma, ",".to_owned(), first.len_utf8()),
            ':' | '：' => (Kind::Colon, ":".to_owned(), first.len_utf8()),
            '"' | '\'' | '“' | '”' => {
                let (text, length) = string(rest);
                (Kind::Value, text, length)
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || "{}[],:\"“”，：".contains(c);
                let length = rest.find(ends).unwrap_or(rest.len());
                (Kind::Value, rest.get(..length).unwrap_or_default().to_owned(), length)
            }
        };
        tokens.push(Token { kind, text });
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// A string in any quotes with its line breaks escaped, and its length on the page.
fn string(text: &str) -> (String, usize) {
    let (mut out, mut escaped) = ("\"".to_owned(), false);
    let quote = text.chars().next().unwrap_or('"');
    let curly = |c| matches!(c, '“' | '”');
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if !escaped && (c == quote || curly(c) && curly(quote)) => {
                out.push('"');
                return (out, at + c.len_utf8());
            }
            '"' if !escaped => out.push_str("\\\""),
            // JSON does not escape it.
            '\'' if escaped => {
                out.pop();
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    (out, text.len())
}

#[cfg(test)]
mod tests {
    use super::repaired;

    #[test]
    fn nearly_json_becomes_json_and_nothing_else_changes() {
        for (text, json) in [
            ("{\"a\": 1,}", "{\"a\": 1}"),
            ("{\"a\": [1, 2,],,\n \"b\": 3}", "{\"a\": [1, 2],\n \"b\": 3}"),
            ("{\"a\": 1\n \"b\": {} \"c\": 2}", "{\"a\": 1,\n \"b\": {}, \"c\": 2}"),
            ("{\"a\": \"x\ny\\\"\"} // remark", "{\"a\": \"x\\ny\\\"\"}"),
            ("{\"a\"：1，\"b\": {\"c\": 2}", "{\"a\":1,\"b\": {\"c\": 2}}"),
            ("[{} {}]", "[{}, {}]"),
            ("{\"a\": [{\"b\": 1\n], \"c\": 2}", "{\"a\": [{\"b\": 1\n}], \"c\": 2}"),
            ("{\"a\": {\"b\": 1]}, \"c\": 2}", "{\"a\": {\"b\": 1}, \"c\": 2}"),
            ("{'a': 'it\\'s \"x\"'}", "{\"a\": \"it's \\\"x\\\"\"}"),
            ("{“a”: “b”}", "{\"a\": \"b\"}"),
            ("{\"a\": 1, # remark\n\u{a0}\"b\": /* remark, { */ 2}", "{\"a\": 1, \n \"b\":  2}"),
        ] {
            assert_eq!(repaired(text).as_deref(), Some(json), "{text}");
        }
        for text in ["{\"a\": string}", "{\"a\": [1, ...]}", "{\"a\": \"b}", "{\"a\" 1}", "{} {}", ""] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    #[test]
    fn a_slip_at_any_place_is_repaired() {
        let json = r#"{"a":[{"b":1,"c":["x","y"]},{"d":{"e":[{}]}}],"f":{"g":"x"},"h":[[true],[]]}"#;
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        let mut slips = Vec::new();
        for (at, sign) in json.char_indices() {
            let (before, after) = (json.get(..at).unwrap(), json.get(at + 1..).unwrap());
            // A bracket is missed if the next one is of the other kind; otherwise nobody can tell where it was.
            let is_missed = match sign {
                ',' => true,
                '}' => after.is_empty() || after.starts_with(']'),
                ']' => after.starts_with('}'),
                _ => false,
            };
            if is_missed {
                slips.push(format!("{before}{after}"));
            }
            if sign == ',' {
                slips.push(format!("{before},,{after}"));
            }
        }
        assert_eq!(slips.len(), 18);
        for slip in slips {
            assert_eq!(value(&repaired(&slip).unwrap()), value(json), "{slip}");
        }
    }
}
