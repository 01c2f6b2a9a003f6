//! Explanations of the diagnostics: one section of `codes.md` each.

use crate::read::diag::Code;

const TEXT: &str = include_str!("codes.md");

/// The explanation of a code, as Markdown: the cause, the reason and the remedy, with a wrong and a right example if
/// a few lines suffice.
pub fn explain(code: Code) -> &'static str {
    let head = format!("# {}\n", code.as_str());
    let section = TEXT.split_once(&head).map_or("", |(_, rest)| rest);
    section.split("\n# ").next().unwrap_or_default().trim()
}

/// The code that was typed, in any case and with or without its letter.
pub fn find(typed: &str) -> Option<Code> {
    let digits = typed.trim().trim_start_matches(['h', 'H']);
    Code::ALL.iter().find(|code| code.as_str().trim_start_matches('H') == digits).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_once_and_in_order() {
        let heads: Vec<&str> = TEXT.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(heads, codes);
        for code in Code::ALL {
            assert!(explain(*code).len() > 40, "{}", code.as_str());
        }
    }

    #[test]
    fn codes_are_found_as_people_type_them() {
        for typed in ["H101", "h101", " 101 "] {
            assert_eq!(find(typed), Some(Code::H101));
        }
        for typed in ["", "H", "H99", "1010", "H1O1"] {
            assert_eq!(find(typed), None, "{typed}");
        }
    }
}
