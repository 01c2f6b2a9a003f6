//! Which descriptions are about the same thing.

use super::Flat;

/// Which rows have descriptions with something in common.
pub(super) struct Likeness {
    rows: usize,
    bits: Vec<u64>,
}

impl Likeness {
    /// In tables with more rows than this, which no page has, descriptions are not compared: it takes the square.
    const MOST: usize = 4096;

    pub(super) fn of(rows: &[Flat<'_>]) -> Self {
        let count = if rows.len() > Self::MOST { 0 } else { rows.len() };
        let mut likeness = Self { rows: count, bits: vec![0; (count * count).div_ceil(64)] };
        for (a, row) in rows.iter().enumerate().take(count).filter(|(_, row)| !row.words.is_empty()) {
            for (b, other) in rows.iter().enumerate().take(a) {
                if row.words.iter().any(|pair| other.words.binary_search(pair).is_ok()) {
                    likeness.set(a, b);
                    likeness.set(b, a);
                }
            }
        }
        likeness
    }

    fn set(&mut self, a: usize, b: usize) {
        let at = a * self.rows + b;
        if let Some(bits) = self.bits.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    pub(super) fn has(&self, a: usize, b: usize) -> bool {
        if a >= self.rows || b >= self.rows {
            return false;
        }
        let at = a * self.rows + b;
        self.bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }
}

/// The topic of a description: the pairs of Chinese characters and the English words at its beginning, as numbers,
/// without common ones.
pub(in crate::import) fn words(text: &str) -> Vec<u64> {
    let start: String = text.chars().take_while(|c| !is_end(*c)).take(24).collect();
    let pairs = start.chars().zip(start.chars().skip(1));
    let pairs = pairs.filter(|pair| is_han(pair.0) && is_han(pair.1) && !EMPTY.contains(pair));
    let pairs = pairs.map(|(a, b)| u64::from(u32::from(a)) << 32 | u64::from(u32::from(b)));
    let english = start.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 3);
    let english = english.map(str::to_ascii_lowercase).filter(|word| !EMPTY_WORDS.contains(&word.as_str()));
    let mut words: Vec<u64> = pairs.chain(english.map(|word| number(&word))).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// A number for a word, other than those of pairs of characters.
fn number(word: &str) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    word.bytes().fold(0xcbf2_9ce4_8422_2325, hash) | 1 << 63
}

/// The last word of a description's first sentence, or its last two Chinese characters; empty if it is a common one.
pub(in crate::import) fn ending(text: &str) -> &str {
    let sentence = text
        .split(|c| is_end(c) || matches!(c, ',' | '(' | '（' | '：' | ':'))
        .next()
        .unwrap_or_default()
        .trim();
    let word = sentence.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !word.is_empty() {
        return if word.len() > 2 { word } else { "" };
    }
    let mut last = sentence.char_indices().rev();
    match (last.next(), last.next()) {
        (Some((_, b)), Some((at, a))) if is_han(a) && is_han(b) && !EMPTY.contains(&(a, b)) => {
            sentence.get(at..).unwrap_or_default()
        }
        _ => "",
    }
}

/// The topics of a text: its first clause, and the clause without a common last word.
pub(super) fn topics(text: &str) -> impl Iterator<Item = &str> {
    const COMMON: [&str; 2] = ["列表", "信息"];
    let clause = text.split(|c| is_end(c) || ",(（：:\n".contains(c)).next().unwrap_or_default().trim();
    let shorter = COMMON.iter().find_map(|word| clause.strip_suffix(word)).map(str::trim);
    [Some(clause), shorter].into_iter().flatten().filter(|topic| topic.chars().count() > 1)
}

fn is_end(c: char) -> bool {
    matches!(c, '，' | '。' | '；')
}

/// Pairs that occur in descriptions of anything.
const EMPTY: [(char, char); 14] = [
    ('列', '表'),
    ('信', '息'),
    ('名', '称'),
    ('类', '型'),
    ('是', '否'),
    ('中', '文'),
    ('英', '文'),
    ('时', '间'),
    ('状', '态'),
    ('描', '述'),
    ('字', '段'),
    ('相', '关'),
    ('对', '应'),
    ('当', '前'),
];

/// The same for English words.
const EMPTY_WORDS: [&str; 8] = ["token", "true", "false", "json", "http", "https", "user", "list"];

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
