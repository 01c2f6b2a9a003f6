//! The cell that says whether a field is required.

use super::text::bare;

/// Reads a yes or a no in the words and signs of different authors.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    const YES: [&str; 16] = [
        "是",
        "必填",
        "必须",
        "必选",
        "必需",
        "必传",
        "true",
        "yes",
        "y",
        "required",
        "1",
        "mandatory",
        "√",
        "✓",
        "✔",
        "✅",
    ];
    const NO: [&str; 19] = [
        "否",
        "可选",
        "选填",
        "非必填",
        "非必须",
        "非必选",
        "非必需",
        "非必传",
        "不必填",
        "false",
        "no",
        "n",
        "optional",
        "0",
        "×",
        "✗",
        "✘",
        "❌",
        "不是",
    ];
    let cell = cell.trim_end_matches('\u{fe0f}').to_ascii_lowercase();
    let is = |words: &[&str]| words.contains(&cell.as_str());
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

/// A yes or no, and the condition beside it, or in its place: `是（仅更新时必填）`, `更新时必填`.
pub(super) fn answer(cell: &str) -> (&str, Option<String>) {
    let Some((answer, beside)) = cell.split_once(['（', '(']) else {
        let said = bare(cell);
        let is_one = yes_or_no(&said).is_none() && said != "无" && said.chars().any(char::is_alphanumeric);
        return (cell, is_one.then_some(said));
    };
    let condition = beside.trim().trim_end_matches(['）', ')']).trim();
    let is_one = !matches!(condition, "" | "必填" | "required");
    (answer.trim(), is_one.then(|| condition.to_owned()))
}
