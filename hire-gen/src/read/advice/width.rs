//! Full-width characters of East Asian keyboards.

/// The text in ASCII; `None` if it contains no full-width character.
pub(crate) fn folded(text: &str) -> Option<String> {
    let folded: String = text.chars().map(narrow).collect();
    (folded != text).then_some(folded)
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '、' => ',',
        '。' => '.',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_characters_become_ascii() {
        for (wide, ascii) in [
            ("２０／min", "20/min"),
            ("ＰＯＳＴ", "POST"),
            ("/zoo/：id", "/zoo/:id"),
            ("a；b", "a;b"),
            ("＃\u{3000}1", "# 1"),
        ] {
            assert_eq!(folded(wide).as_deref(), Some(ascii));
        }
        assert_eq!(folded("plain 人才"), None);
    }
}
