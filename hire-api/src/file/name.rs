//! Makes names of received files safe for any system.

use std::path::Path;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use percent_encoding::percent_decode_str;

/// In bytes; common file systems allow 255.
const LONGEST_NAME: usize = 200;

/// The name in a `Content-Disposition`, if it is safe: the extended form (RFC 5987) first.
pub(super) fn file_name(disposition: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        parameters(disposition).find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let extended = parameter("filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_, encoded) = rest.split_once('\'')?;
        let utf_8 = charset.eq_ignore_ascii_case("utf-8");
        utf_8.then(|| percent_decode_str(encoded).decode_utf8().ok().map(Into::into)).flatten()
    });
    let plain = || {
        let value = parameter("filename")?;
        // Feishu's servers percent-encode non-ASCII characters.
        Some(percent_decode_str(&value).decode_utf8().map_or_else(|_| value.clone(), Into::into))
    };
    extended.or_else(plain).and_then(|name: String| safe(&name))
}

/// The parameters of a header, unquoted.
fn parameters(header: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (value, next) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), next)
            }
        };
        rest = next;
        Some((name.trim_matches([' ', ';', '\t']), value))
    })
}

/// The texts before and after the closing quotation mark.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

/// One name that leads nowhere else, on any system; `None` if nothing remains.
fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| is_allowed(*c)).collect();
    name = trimmed(&name).to_owned();
    while name.len() > LONGEST_NAME {
        shorten(&mut name);
    }
    let name = trimmed(&name);
    let name = if is_device(name) { format!("_{name}") } else { name.to_owned() };
    (!name.is_empty()).then_some(name)
}

/// A name neither begins nor ends with a space or a dot, which Windows drops.
fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || is_like(c, |plain| matches!(plain, '.' | ' ')))
}

/// Whether a character is visible and ordinary in a name.
fn is_allowed(c: char) -> bool {
    use GeneralCategory as Category;

    let category = CodePointMapData::<Category>::new().get(c);
    let hidden = matches!(
        category,
        Category::Control
            | Category::Format
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::PrivateUse
            | Category::Unassigned
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || c == BLANK_BRAILLE;
    // Full-width characters except slashes are common in Chinese names, and no system confuses them with the plain
    // ones.
    !hidden
        && !r#"<>:"|?*"#.contains(c)
        && !SLASHES.contains(&c)
        && !is_like(c, |plain| matches!(plain, '/' | '\\'))
}

/// A letter that looks like a space.
const BLANK_BRAILLE: char = '\u{2800}';

/// Characters that look like slashes but do not normalise to them.
const SLASHES: [char; 8] =
    ['\u{2044}', '\u{2215}', '\u{2216}', '\u{2571}', '\u{2572}', '\u{29f5}', '\u{29f8}', '\u{29f9}'];

/// Whether a property holds for all characters of the compatibility form (NFKC).
fn is_like(c: char, is: impl Fn(char) -> bool) -> bool {
    ComposingNormalizerBorrowed::new_nfkc().normalize(c.encode_utf8(&mut [0; 4])).chars().all(is)
}

/// Whether Windows treats a name as a device, in any case, with any extension, and with spaces before the dot or
/// other forms of digits.
fn is_device(name: &str) -> bool {
    let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(name).to_lowercase();
    let stem = plain.split('.').next().unwrap_or_default().trim();
    let numbered = ["com", "lpt"].iter().find_map(|port| stem.strip_prefix(port));
    DEVICES.contains(&stem)
        || numbered.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Names that are not files on Windows, besides `com` and `lpt` with a digit.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Removes a character before the ending, which tells the kind of the file.
fn shorten(name: &mut String) {
    let ending = Path::new(name).extension().map_or(0, |ending| ending.len() + 1);
    let stem = name.len().saturating_sub(if ending > 20 { 0 } else { ending });
    let cut = name.get(..stem).and_then(|stem| stem.char_indices().next_back()).map_or(0, |(at, _)| at);
    name.remove(cut);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x08_names_of_downloads_lead_nowhere_else() {
        let long = format!("attachment; filename=\"{}.pdf\"", "长".repeat(300));
        for (header, expected) in [
            ("attachment; filename=resume.pdf", Some("resume.pdf")),
            ("attachment;filename=\"a b; c.pdf\"; size=3", Some("a b; c.pdf")),
            ("attachment; filename=\"a\\\"b.pdf\"", Some("ab.pdf")),
            ("attachment; filename=x.pdf; filename*=UTF-8''%E7%AE%80%E5%8E%86.pdf", Some("简历.pdf")),
            ("attachment; filename=\"%E7%AE%80.pdf\"", Some("简.pdf")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\x.exe\"", Some("x.exe")),
            ("attachment; filename*=utf-8''..%2F..%2F.ssh%2Fauthorized_keys", Some("authorized_keys")),
            ("attachment; filename=\"/\"", None),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=\".bashrc\"", Some("bashrc")),
            ("attachment; filename=\"a%0D%0Ab%00.pdf\"", Some("ab.pdf")),
            ("attachment; filename=\"nul.txt\"", Some("_nul.txt")),
            ("attachment; filename=\"fdp%E2%80%AEexe.pdf\"", Some("fdpexe.pdf")),
            ("attachment; filename*=latin-1''x.pdf", None),
            ("attachment; filename=\"never closed", Some("never closed")),
            ("inline", None),
            ("", None),
        ] {
            assert_eq!(file_name(header).as_deref(), expected, "{header}");
        }
        let name = file_name(&long).unwrap();
        assert!(name.len() <= LONGEST_NAME && name.ends_with("长.pdf"), "{name}");
        let without_ending = format!("attachment; filename={}b", "a".repeat(300));
        assert_eq!(file_name(&without_ending).unwrap(), "a".repeat(LONGEST_NAME));
        // Nothing that long tells the kind of a file.
        let long_ending = format!("cv.{}", "b".repeat(300));
        assert_eq!(safe(&long_ending).unwrap(), format!("cv.{}", "b".repeat(LONGEST_NAME - 3)));
        for (length, expected) in
            [(19, format!("a.{}", "c".repeat(19))), (20, format!("ab.{}", "c".repeat(19)))]
        {
            let mut name = format!("ab.{}", "c".repeat(length));
            shorten(&mut name);
            assert_eq!(name, expected, "{length}");
        }
        let dotted = format!("{}.pdf{}", "a".repeat(300), ". ".repeat(20));
        assert!(safe(&dotted).unwrap().ends_with("a.pdf"));
    }

    #[test]
    fn x08_no_form_of_an_unsafe_name_passes() {
        for (name, expected) in [
            ("com\u{b9}.pdf", "_com\u{b9}.pdf"),
            ("LPT\u{b2}", "_LPT\u{b2}"),
            ("COM0.txt", "_COM0.txt"),
            ("ＣＯＮ.pdf", "_ＣＯＮ.pdf"),
            ("con．pdf", "_con．pdf"),
            ("CONIN$", "_CONIN$"),
            ("conout$.txt", "_conout$.txt"),
            ("con .txt", "_con .txt"),
            ("aux\u{3000}.txt", "_aux\u{3000}.txt"),
            ("c\u{3164}on.txt", "_con.txt"),
            ("nul\u{200b}.txt", "_nul.txt"),
            (" .. \u{a0}a.pdf\u{3000}", "a.pdf"),
            ("．．／etc／passwd", "etcpasswd"),
            ("a\u{2215}b\u{29f8}c\u{ff3c}d.pdf", "abcd.pdf"),
            ("a.pdf…", "a.pdf"),
            ("张三：简历（最终）？.pdf", "张三：简历（最终）？.pdf"),
            ("config.pdf", "config.pdf"),
            ("com10.pdf", "com10.pdf"),
            ("résumé ½ №1.pdf", "résumé ½ №1.pdf"),
        ] {
            assert_eq!(safe(name).as_deref(), Some(expected), "{}", name.escape_unicode());
        }
        let long = format!("con{}x.pdf", " ".repeat(300));
        assert!(safe(&long).unwrap().starts_with('_'));
        for name in ["．．", "\u{3164}", "\u{a0}", "\u{2800}", "\u{e0041}.", "／"] {
            assert_eq!(safe(name), None, "{}", name.escape_unicode());
        }
    }

    #[test]
    fn x08_no_character_that_nobody_sees_passes() {
        let hidden = "\u{61c}\u{180e}\u{e0041}\u{3164}\u{34f}\u{115f}\u{17b4}\u{ad}\u{200d}\u{202e}\u{2066}\u{fe0f}\u{feff}\u{ffa0}\
            \u{fff9}\u{1bca0}\u{1d173}\u{e0fff}\u{2028}\u{85}\u{e000}\u{ffff}\u{10ffff}";
        for c in hidden.chars() {
            assert_eq!(safe(&format!("a{c}b.pdf")).as_deref(), Some("ab.pdf"), "{}", c.escape_unicode());
        }
    }

    #[test]
    fn x08_a_name_made_safe_stays_as_it_is() {
        for c in ('\0'..=char::MAX).step_by(101).chain(" ./\\·。：．／\u{b9}\u{3000}".chars()) {
            let name = format!("con{c}.{c}");
            let Some(once) = safe(&name) else { continue };
            assert_eq!(safe(&once).as_ref(), Some(&once), "{}", name.escape_unicode());
        }
    }
}
