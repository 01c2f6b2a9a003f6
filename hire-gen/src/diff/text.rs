//! A diff for people at a terminal.

use super::{Change, Diff, Impact, Kind, SharedType, Step};

/// The room in a line for a long text that changed in one place.
const AROUND: usize = 24;
const LONG: usize = 96;

impl Diff {
    /// One line per change, heaviest first, and the verdict last. `colour` allows escape sequences.
    pub fn to_text(&self, colour: bool) -> String {
        let mut text = String::new();
        for impact in Impact::ALL {
            let lines: Vec<String> = self.of(impact).map(|change| format!("  {}\n", line(change))).collect();
            if !lines.is_empty() {
                text += &format!("{} ({})\n{}\n", painted(impact, colour), lines.len(), lines.concat());
            }
        }
        if !self.shared.is_empty() {
            let lines = self
                .shared
                .iter()
                .map(|shared| format!("  {}: {}\n", shared.name, users(shared, str::to_owned)));
            text += &format!("shared types\n{}\n", lines.collect::<String>());
        }
        text + &self.verdict() + "\n"
    }

    /// The version that a release with these changes needs.
    pub fn verdict(&self) -> String {
        let Some(impact) = self.impact() else { return "nothing has changed".to_owned() };
        let counts = Impact::ALL.map(|impact| (self.of(impact).count(), impact.as_str()));
        let counts =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        let step = impact.step();
        let before_1 = match step.before_1() {
            Step::Patch if step == Step::Patch => String::new(),
            before_1 => format!(" ({} while the version begins with 0)", before_1.as_str()),
        };
        let counts = counts.collect::<Vec<_>>().join(", ");
        format!("{counts}: the next version is a {} one{before_1}", step.as_str())
    }
}

/// `hire.v1.offer.create: body.title max_length: 100 → 50 (the client refuses values that it accepted)`
fn line(change: &Change) -> String {
    format!("{}: {}", change.subject, change.sentence())
}

impl Change {
    /// The change without its subject: `body.title max_length: 100 → 50 (the client refuses values that it accepted)`.
    pub fn sentence(&self) -> String {
        sentence(self)
    }
}

fn sentence(change: &Change) -> String {
    let place = [change.path.as_str(), change.key.unwrap_or_default()];
    let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
    let why = if change.why.is_empty() { String::new() } else { format!(" ({})", change.why) };
    let also =
        if change.also.is_empty() { String::new() } else { format!(", also at {}", change.also.join(", ")) };
    format!("{place}{}{also}{why}", what(change, |value| shown(change, value)))
}

/// A sentence in quotes, so that its end is visible.
fn shown(change: &Change, value: &str) -> String {
    match change.key {
        Some("title" | "about" | "label" | "doc" | "advice" | "fix") => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// The old and the new value, each shown by `show`.
pub(super) fn what(change: &Change, show: impl Fn(&str) -> String) -> String {
    let is_file = matches!(change.key, Some("request.json" | "response.json" | "event.json"));
    let (old, new) = excerpts(change);
    let is_whole = change.key.is_none() || is_file;
    match (old, new) {
        (Some(_), Some(_)) if is_file => "changed".to_owned(),
        (None, Some(_)) if is_file => "added".to_owned(),
        (Some(_), None) if is_file => "removed".to_owned(),
        (None, Some(new)) if is_whole => format!("added: {}", show(&new)),
        (Some(old), None) if is_whole => format!("removed: {}", show(&old)),
        (old, new) => {
            let shown = |value: Option<String>| value.map_or("nothing".to_owned(), |value| show(&value));
            format!("{} → {}", shown(old), shown(new))
        }
    }
}

/// `sent by a, b; received from c`
pub(super) fn users(shared: &SharedType, show: impl Fn(&str) -> String) -> String {
    let names = |used: fn(&super::Use) -> bool| -> Vec<String> {
        shared.used_by.iter().filter(|one| used(one)).map(|one| show(&one.user.to_string())).collect()
    };
    let parts = [("sent by", names(|one| one.sent)), ("received from", names(|one| one.received))];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    parts.map(|(how, names)| format!("{how} {}", names.join(", "))).collect::<Vec<_>>().join("; ")
}

/// Each on one line; only the different part of long texts, with some context.
fn excerpts(change: &Change) -> (Option<String>, Option<String>) {
    let one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (old, new) = (change.old.as_ref().map(one_line), change.new.as_ref().map(one_line));
    if change.kind != Kind::Text {
        return (old, new);
    }
    let (before, after): (Vec<char>, Vec<char>) = (
        old.iter().flat_map(|text| text.chars()).collect(),
        new.iter().flat_map(|text| text.chars()).collect(),
    );
    if before.len().max(after.len()) <= LONG {
        return (old, new);
    }
    let start = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let shortest = before.len().min(after.len()) - start;
    let end = before.iter().rev().zip(after.iter().rev()).take(shortest).take_while(|(a, b)| a == b).count();
    let cut = |text: &[char]| {
        let from = start.saturating_sub(AROUND);
        let to = (text.len() - end + AROUND).min(text.len()).min(from + LONG + 2 * AROUND);
        let middle: String = text.iter().skip(from).take(to - from).collect();
        let (head, tail) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
        format!("{head}{middle}{tail}")
    };
    (old.map(|_| cut(&before)), new.map(|_| cut(&after)))
}

fn painted(impact: Impact, colour: bool) -> String {
    let code = match impact {
        Impact::Breaking => "1;31",
        Impact::Behaviour => "1;33",
        Impact::Additive => "1;32",
        Impact::Documentation => "1",
    };
    if colour { format!("\u{1b}[{code}m{}\u{1b}[0m", impact.as_str()) } else { impact.as_str().to_owned() }
}
