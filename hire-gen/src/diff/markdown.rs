//! A diff as Markdown, for a changelog or a comment on a pull request.
//!
//! All text from the schema is in code spans: it cannot mention people or insert links or HTML.

use super::text::{users, what};
use super::{Change, Diff, Impact};

impl Diff {
    /// A section with a third-level heading; documentation is folded.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("### Changes of the schema\n\n{}.\n", sentence(&self.verdict()));
        for impact in Impact::ALL {
            let lines: Vec<String> = self.of(impact).map(line).collect();
            let (name, count) = (sentence(impact.as_str()), lines.len());
            if lines.is_empty() {
                continue;
            }
            text += &match impact {
                Impact::Documentation => {
                    let summary = format!("<details><summary>{name} ({count})</summary>");
                    format!("\n{summary}\n\n{}\n</details>\n", lines.concat())
                }
                _ => format!("\n#### {name}\n\n{}", lines.concat()),
            };
        }
        if !self.shared.is_empty() {
            text += "\n#### Who uses the shared types among these\n\n";
            for shared in &self.shared {
                text += &format!("- {}: {}\n", code(&shared.name), users(shared, code));
            }
        }
        text
    }
}

/// ``- `hire.v1.offer.create`: `body.title` max_length: `100` → `50` (the client refuses values that it accepted)``
fn line(change: &Change) -> String {
    let path = (!change.path.is_empty()).then(|| code(&change.path));
    let place = path.into_iter().chain(change.key.map(str::to_owned)).collect::<Vec<_>>().join(" ");
    let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
    let why = if change.why.is_empty() { String::new() } else { format!(" ({})", change.why) };
    let also = change.also.iter().map(|path| code(path)).collect::<Vec<_>>().join(", ");
    let also = if also.is_empty() { also } else { format!(", also at {also}") };
    format!("- {}: {place}{}{also}{why}\n", code(&change.subject.to_string()), what(change, code))
}

/// A code span with exactly this text, including back-ticks.
fn code(text: &str) -> String {
    // An empty span is not a code span.
    let text = if text.is_empty() { "\"\"" } else { text };
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn nothing_leaves_a_code_span() {
        assert_eq!(code("plain @team"), "`plain @team`");
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code("``` <b>"), "```` ``` <b> ````");
    }
}
