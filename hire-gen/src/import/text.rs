//! Markdown inside a cell → plain text.

/// Replaces entities and invisible blanks by their characters, and removes back-slashes before marks.
pub(super) fn plain(text: &str) -> String {
    if text.is_ascii() && !text.contains(['&', '\\']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '&'
            && let Some((known, becomes)) = ENTITIES.iter().find(|(known, _)| rest.starts_with(known))
        {
            out.push_str(becomes);
            rest = rest.get(known.len()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' if rest.starts_with(|next: char| next.is_ascii_punctuation()) => {
                if let Some(next) = rest.chars().next() {
                    out.push(next);
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                }
            }
            '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{3000}' => out.push(' '),
            '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' => {}
            _ => out.push(c),
        }
    }
    out
}

/// The text of an element, whose marks are entities.
pub(super) fn unescaped(text: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    marks.iter().fold(text.to_owned(), |text, (entity, mark)| text.replace(entity, mark))
}

const ENTITIES: [(&str, &str); 9] = [
    ("&nbsp;", " "),
    ("&emsp;", " "),
    ("&ensp;", " "),
    ("&gt;", ">"),
    ("&lt;", "<"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&order", "&order"),
];

/// `[text](address)` becomes `text`; bold, highlight and code lose their marks.
pub(super) fn unmarked(text: &str) -> String {
    let text = unlinked(&plain(text));
    if !text.contains(['*', '=', '`']) {
        return text.trim().to_owned();
    }
    text.replace("**", "").replace("==", "").replace('`', "").trim().to_owned()
}

/// The text of a short cell without decoration: links, bold, code, quotes, a colon at the end.
pub(super) fn bare(cell: &str) -> String {
    let text = unmarked(&untagged(cell));
    let text = text.trim_matches(|c: char| c.is_whitespace() || "*\"“”'".contains(c));
    text.trim_end_matches(['：', ':', '。']).trim_end().to_owned()
}

/// Tags that decorate a word.
const TAGS: [&str; 8] = ["code", "b", "strong", "em", "font", "span", "mark", "p"];

/// The text without tags that decorate it.
fn untagged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        let inside = tag.split_once('>').filter(|(inside, _)| {
            let name = inside.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
            TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag))
        });
        out.push_str(before);
        match inside {
            Some((_, after)) => rest = after,
            None => {
                out.push('<');
                rest = tag;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Longer than any address.
const MOST_ADDRESS: usize = 500;

/// `[text](address)` becomes `text`.
pub(super) fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        // A link's text ends before another bracket opens.
        let end = inside
            .find(['[', ']'])
            .filter(|end| inside.get(*end..).is_some_and(|rest| rest.starts_with("](")));
        let link = end.and_then(|end| {
            let (name, rest) = inside.split_at_checked(end)?;
            let close = rest.char_indices().take(MOST_ADDRESS).find(|(_, c)| *c == ')')?.0;
            Some((name, rest.get(close + 1..)?))
        });
        out.push_str(before);
        match link {
            Some((name, after)) => {
                out.push_str(name);
                rest = after;
            }
            None => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The page's label of something: its first clause, without links, advice and marks.
pub(super) fn label(text: &str) -> Option<String> {
    let text = unmarked(text);
    let end = text.char_indices().find(|(at, c)| {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        matches!(c, '，' | '。' | '；' | '：' | '\n')
            || matches!(c, ',' | ';' | ':') && next.is_none_or(char::is_whitespace)
            || *c == '.' && next.is_none_or(char::is_whitespace)
    });
    let clause = end.map_or(text.as_str(), |(at, _)| text.get(..at).unwrap_or_default());
    let clause = closed(clause).trim();
    (!clause.is_empty() && clause.chars().any(char::is_alphanumeric)).then(|| clause.to_owned())
}

/// The text before a bracket that is never closed, because the clause ended inside of it.
fn closed(clause: &str) -> &str {
    let mut open = Vec::new();
    for (at, c) in clause.char_indices() {
        match c {
            '(' | '（' | '【' | '「' => open.push(at),
            ')' | '）' | '】' | '」' => drop(open.pop()),
            _ => {}
        }
    }
    let before = open.first().and_then(|at| clause.get(..*at));
    before.filter(|text| !text.trim().is_empty()).unwrap_or(clause)
}

/// The end of a label whose field or value is deprecated; the spec has a key for that.
pub(super) const DEPRECATED_MARKS: [&str; 8] =
    ["（已废弃）", "（废弃）", "(已废弃)", "(废弃)", "（已弃用）", "（弃用）", "（已下线）", "【已废弃】"];

/// The text between the first pair of back-ticks.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let (_, after) = text.split_once('`')?;
    after.split_once('`').map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_does_not_end_inside_of_a_bracket() {
        for (text, expected) in [
            ("入职时间戳（单位：毫秒）", "入职时间戳"),
            ("职位（Job）名称，必填", "职位（Job）名称"),
            ("金额(数量), 单位元", "金额(数量)"),
            ("【新：字段】", "【新"),
        ] {
            assert_eq!(label(text).as_deref(), Some(expected));
        }
    }
}
