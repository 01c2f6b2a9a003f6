//! Invisible characters.

/// Whether a character makes a file appear different from its contents, anywhere: control characters, and those that
/// change the direction of text.
pub(crate) fn in_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The first character that must not be in a name or a value on the wire: an invisible one, or white space other than
/// U+0020. Inside values such white space is allowed.
pub(crate) fn on_the_wire(text: &str, is_name: bool) -> Option<char> {
    let odd_blank = |c: char| c.is_whitespace() && c != ' ';
    let edges = [text.chars().next(), text.chars().next_back()];
    let at_edge = edges.into_iter().flatten().find(|c| odd_blank(*c));
    at_edge.or_else(|| text.chars().find(|c| is_ignorable(*c) || is_name && odd_blank(*c)))
}

/// A description of the problem.
pub(crate) fn message(c: char) -> String {
    format!("the character U+{:04X} is invisible, or changes how the text is shown", u32::from(c))
}

/// A message that quotes the schema: control characters and invisible ones are written as their code.
pub(crate) fn visible(text: String) -> String {
    let is_hidden = |c: char| in_text(c) || is_ignorable(c);
    if !text.contains(is_hidden) {
        return text;
    }
    let shown = |c: char| if is_hidden(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// A line of the schema with such characters replaced by visible ones of the same number of bytes.
#[cfg(feature = "render")]
pub(crate) fn drawn(line: &str) -> String {
    let shown = |c: char| match c.len_utf8() {
        // The renderer has its own symbols for these.
        1 => c,
        _ if !in_text(c) => c,
        2 => '\u{a4}',
        _ => '\u{fffd}',
    };
    line.chars().map(shown).collect()
}

/// `Default_Ignorable_Code_Point` of Unicode 17.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{on_the_wire, visible};

    #[test]
    fn a_message_names_characters_that_a_terminal_would_act_upon() {
        assert_eq!(visible("中文 a\tb".to_owned()), "中文 a\tb");
        assert_eq!(visible("\u{1b}[31m \u{202e} \u{200b}".to_owned()), "\\u{1b}[31m \\u{202e} \\u{200b}");
    }

    #[cfg(feature = "render")]
    #[test]
    fn a_line_keeps_its_columns() {
        let line = "a\u{2028}b\u{85}c\u{202e}d中\u{1b}";
        let drawn = super::drawn(line);
        assert_eq!(drawn.len(), line.len());
        assert!(!drawn.contains(['\u{2028}', '\u{85}', '\u{202e}']), "{}", drawn.escape_debug());
    }

    #[test]
    fn a_character_that_nobody_sees_is_found_wherever_it_stands() {
        for c in "\u{ad}\u{34f}\u{180e}\u{200b}\u{200d}\u{2060}\u{3164}\u{fe0f}\u{e0041}".chars() {
            for text in [format!("{c}a"), format!("a{c}b"), format!("a{c}")] {
                assert_eq!(on_the_wire(&text, false), Some(c), "{}", text.escape_unicode());
            }
        }
    }

    #[test]
    fn odd_blanks_stand_inside_of_values_only() {
        for c in ['\u{a0}', '\u{2003}', '\u{3000}', '\t'] {
            assert_eq!(on_the_wire(&format!("a{c}"), false), Some(c));
            assert_eq!(on_the_wire(&format!("a{c}b"), false), None);
            assert_eq!(on_the_wire(&format!("a{c}b"), true), Some(c));
        }
        assert_eq!(on_the_wire("a b", true), None);
        assert_eq!(on_the_wire("中文（全角）", true), None);
    }
}
