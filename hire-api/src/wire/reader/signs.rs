//! The elements of JSON: brackets, the ends of words, numbers, and escapes in texts.

/// Open brackets while a value is skipped. Well-formed text needs only the count; otherwise, an unclosed bracket ends
/// with its parent, and a closing bracket without an opening one is ignored.
#[derive(Default)]
pub(super) struct Brackets {
    pub(super) count: u64,
    /// Which of the innermost are square, and how many of them are known.
    square: u128,
    known: u32,
}

impl Brackets {
    pub(super) fn push(&mut self, square: bool) {
        self.count += 1;
        self.square = self.square << 1 | u128::from(square);
        self.known = (self.known + 1).min(u128::BITS);
    }

    pub(super) fn pop(&mut self, square: bool) {
        let others = if square { !self.square } else { self.square };
        let unclosed = others.trailing_ones();
        let ended = match self.known {
            0 => 1,
            known if unclosed < known => unclosed + 1,
            _ => return,
        };
        self.count -= u64::from(ended);
        self.square = self.square.checked_shr(ended).unwrap_or(0);
        self.known = self.known.saturating_sub(ended);
    }
}

/// The bytes of a word that equal this one, as the high bit of each byte, with none set before the first match.
#[inline]
pub(super) const fn with_byte(word: u64, byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let differences = word ^ (ONES * byte as u64);
    differences.wrapping_sub(ONES) & !differences & (ONES << 7)
}

pub(super) const fn ends_word(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b':' | b'"' | b'{' | b'[' | b' ' | b'\n' | b'\r' | b'\t')
}

/// Whether JSON allows such a number.
pub(super) fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole) && digits(fraction) && digits(exponent) && (whole == "0" || !whole.starts_with('0'))
}

/// `None` if an escape does not exist in JSON.
#[cold]
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        said.push_str(plain);
        let mut characters = escape.chars();
        said.push(match characters.next()? {
            character @ ('"' | '\\' | '/') => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = unit(&mut characters)?;
                let (high, low) = (0xd800..0xdc00, 0xdc00..0xe000);
                let code = if high.contains(&first) {
                    let second = characters.as_str().strip_prefix("\\u")?;
                    characters = second.chars();
                    let second = unit(&mut characters).filter(|second| low.contains(second))?;
                    0x1_0000 + ((first - high.start) << 10) + (second - low.start)
                } else {
                    first
                };
                char::from_u32(code)?
            }
            _ => return None,
        });
        rest = characters.as_str();
    }
    said.push_str(rest);
    Some(said)
}

/// Four hexadecimal digits.
fn unit(characters: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + characters.next()?.to_digit(16)?))
}
