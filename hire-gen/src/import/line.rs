//! Text → lines, each with its place.

use std::borrow::Cow;

/// A line of a page without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Offset of its first byte.
    pub(super) start: usize,
}

/// A text as it was before an editor or a download changed its first bytes or the ends of its lines. Two blanks at the end of a
/// line mark that a cell goes on; a single one marks nothing, and neither do blanks behind every line.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let says_something = |line: &&str| !line.trim().is_empty();
    let all = text.lines().filter(says_something).all(|line| line.ends_with([' ', '\t']));
    let changes = |line: &str| all || line.ends_with([' ', '\t']) && !is_broken(line);
    if !text.contains('\r') && !text.lines().any(changes) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content.strip_suffix('\r').unwrap_or(content), "\n"),
            None => (line, ""),
        };
        out += if changes(content) { content.trim_end_matches([' ', '\t']) } else { content };
        out += end;
    }
    out.into()
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|whole| {
        let line = Line { text: whole.trim_end_matches(['\n', '\r']), start };
        start += whole.len();
        line
    });
    lines.collect()
}

/// Whether a line ends in the two blanks that break a line inside a cell.
pub(super) fn is_broken(line: &str) -> bool {
    line.ends_with("  ") && !line.trim().is_empty()
}
