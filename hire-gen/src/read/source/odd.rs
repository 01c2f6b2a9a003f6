//! Characters of another keyboard in place of ASCII: full-width punctuation, and spaces of other widths.

/// Such a character and its place.
pub(crate) struct Odd {
    pub(crate) character: char,
    /// The intended character.
    pub(crate) ascii: char,
    /// Offset of its first byte.
    pub(crate) at: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
}

impl Odd {
    /// The remedy.
    pub(crate) fn help(&self) -> String {
        let Self { character, ascii, column, .. } = self;
        let code = u32::from(*character);
        match ascii {
            ' ' => format!("the white space U+{code:04X} in column {column} is not a space: write a space"),
            _ => format!("`{character}` (U+{code:04X}) in column {column} is not `{ascii}`: replace it"),
        }
    }
}

/// The first one on the line of this byte, otherwise on the line before.
pub(crate) fn odd_near(text: &str, at: usize) -> Option<Odd> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let previous = text.get(..start.saturating_sub(1))?.rfind('\n').map_or(0, |newline| newline + 1);
    odd_on_line(text, start).or_else(|| odd_on_line(text, previous))
}

/// After Chinese text such a character belongs to the text, as does everything inside quotes and comments.
fn odd_on_line(text: &str, start: usize) -> Option<Odd> {
    let line = text.get(start..)?.lines().next()?;
    let mut quote = None;
    let mut last = None;
    for (column, (offset, c)) in (1..).zip(line.char_indices()) {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '#' && last.is_none_or(char::is_whitespace) => return None,
            None => match meant(c) {
                Some(ascii) if last.is_none_or(|last| last.is_ascii()) => {
                    return Some(Odd { character: c, ascii, at: start + offset, column });
                }
                // A tick inside a word is an apostrophe.
                None if c == '"' || c == '\'' && !last.is_some_and(char::is_alphanumeric) => quote = Some(c),
                _ => {}
            },
        }
        last = Some(c);
    }
    None
}

fn meant(c: char) -> Option<char> {
    Some(match c {
        '：' | '﹕' => ':',
        // Lists of other languages have semicolons.
        '，' | '、' | '；' => ',',
        '“' | '”' | '＂' => '"',
        '‘' | '’' | '＇' => '\'',
        '｛' => '{',
        '｝' => '}',
        '［' | '【' => '[',
        '］' | '】' => ']',
        '－' => '-',
        '＃' => '#',
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_another_keyboard_are_found_where_they_stand_for_ascii() {
        for (line, found) in [
            ("method： POST", Some(('：', ':', 7))),
            ("apps: [custom， store]", Some(('，', ',', 14))),
            ("apps: [custom；store]", Some(('；', ',', 14))),
            ("doc: “A: b”", Some(('“', '"', 6))),
            ("  \u{3000}food: string", Some(('\u{3000}', ' ', 3))),
            ("a:\u{a0}b", Some(('\u{a0}', ' ', 3))),
            ("label: 更新（人才），其他：无", None),
            ("doc: \"a： b\"", None),
            ("doc: 'a： b'", None),
            ("a: b # c： d", None),
            ("doc: it's a， b", Some(('，', ',', 12))),
        ] {
            let odd = odd_near(line, 0).map(|odd| (odd.character, odd.ascii, odd.column));
            assert_eq!(odd, found, "{line}");
        }
        let text = "a： 1\n  b: 2\n";
        assert_eq!(odd_near(text, text.len() - 2).map(|odd| odd.at), Some(1));
    }
}
