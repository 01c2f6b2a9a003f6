//! Checks a file against the grammar, and reports every difference with its place.

use super::advice::{accepts, expected, intended_keys, misplaced_in, quoted, remedy, unknown_key};
use super::{Key, KeySpec, Kind, Scalar, Shape, scalar};
use crate::read::advice::width::folded;
use crate::read::diag::{Code, Diagnostic};
use crate::read::source::{Entry, Node, NodeKind, hidden};
use crate::read::span::Span;

/// Compares a file with the mapping it must be.
pub(crate) fn check(root: &Node, shape: &'static Shape) -> Vec<Diagnostic> {
    let mut shapes = Shapes { found: Vec::new() };
    shapes.value(&Kind::Mapping(shape), root, "this file", root.span);
    shapes.found
}

struct Shapes {
    found: Vec<Diagnostic>,
}

impl Shapes {
    /// `name` is the holder of the value, and `owner` the place of its declaration.
    fn value(&mut self, kind: &Kind, node: &Node, name: &str, owner: Span) {
        match kind {
            Kind::Mapping(shape) => match &node.kind {
                NodeKind::Mapping(entries) => self.mapping(shape, entries, owner),
                _ => self.mismatch(kind, node, name, owner),
            },
            Kind::Map(key, inner) => match &node.kind {
                NodeKind::Mapping(entries) => self.map(*key, inner, entries),
                _ => self.mismatch(kind, node, name, owner),
            },
            Kind::List(inner) => match &node.kind {
                NodeKind::Sequence(items) if !items.is_empty() => {
                    let one = format!("each item of {name}");
                    let name = if matches!(inner, Kind::Mapping(_)) { &one } else { name };
                    for item in items {
                        self.value(inner, item, name, item.span);
                    }
                }
                _ => self.mismatch(kind, node, name, owner),
            },
            Kind::Either(kinds) => self.either(kind, kinds, node, name, owner),
            Kind::Literal if matches!(node.kind, NodeKind::Sequence(_)) => {
                for item in node.items() {
                    self.value(&Kind::Literal, item, name, item.span);
                }
            }
            _ => match &node.kind {
                NodeKind::Scalar { text, plain } => self.scalar(kind, text, *plain, node, name, owner),
                _ => self.mismatch(kind, node, name, owner),
            },
        }
    }

    /// The matching kind, otherwise the first plausible one: a list for a list, and so on.
    fn either(&mut self, either: &Kind, kinds: &'static [Kind], node: &Node, name: &str, owner: Span) {
        let mut candidates = kinds.iter().filter(|kind| resembles(kind, node)).map(|kind| {
            let mut attempt = Self { found: Vec::new() };
            attempt.value(kind, node, name, owner);
            attempt.found
        });
        let Some(first) = candidates.next() else { return self.mismatch(either, node, name, owner) };
        if !first.is_empty() && !candidates.any(|found| found.is_empty()) {
            // A mapping is wrong in its parts, a scalar as a whole: only then do all kinds matter.
            match node.kind {
                NodeKind::Scalar { .. } => self.mismatch(either, node, name, owner),
                _ => self.found.extend(first),
            }
        }
    }

    fn mapping(&mut self, shape: &'static Shape, entries: &[Entry], owner: Span) {
        for entry in entries {
            match shape.keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.value(&key.kind, &entry.value, &format!("`{}`", key.name), entry.key_span),
                None => self.unknown(shape, entry, entries),
            }
        }
        for key in shape.keys.iter().filter(|key| key.required) {
            self.present(shape, key, entries, owner);
        }
        self.forms(shape, entries, owner);
    }

    fn unknown(&mut self, shape: &Shape, entry: &Entry, beside: &[Entry]) {
        let message = format!("unknown key `{}` in {}", entry.key, shape.name);
        let error = Diagnostic::error(Code::H101, entry.key_span, message);
        self.found.push(match unknown_key(shape, entry, beside) {
            Some(help) => error.help(help),
            None => error.suggest(&entry.key, shape.keys.iter().map(|key| key.name)),
        });
    }

    /// Reports a missing key, unless another key was meant for it, which [`unknown`](Self::unknown) reports.
    fn present(&mut self, shape: &Shape, key: &KeySpec, entries: &[Entry], owner: Span) {
        if entries.iter().any(|entry| entry.key == key.name || stands_for(shape, entry, &[key.name])) {
            return;
        }
        let top = entries.first().filter(|entry| owner.start == entry.key_span.start);
        let at = top.map_or(owner, |entry| entry.key_span);
        let message = format!("{} without `{}`", shape.name, key.name);
        let help = format!("add `{}:`: {}", key.name, lowered(key.says));
        self.found.push(Diagnostic::error(Code::H102, at, message).help(help));
    }

    /// Exactly one of several sets of keys.
    fn forms(&mut self, shape: &Shape, entries: &[Entry], owner: Span) {
        if shape.forms.is_empty() {
            return;
        }
        let begun: Vec<(&&[&str], &Entry)> = shape
            .forms
            .iter()
            .filter_map(|form| Some((form, entries.iter().find(|entry| form.contains(&entry.key.as_str()))?)))
            .collect();
        match begun.as_slice() {
            // A wrong key that means one of them has been reported already.
            [] if entries.iter().any(|entry| stands_for_form(shape, entry)) => {}
            [] => {
                let ways: Vec<String> = shape.forms.iter().map(|form| quoted(form, " and ")).collect();
                let message = format!("{} without {}", shape.name, ways.join(", or "));
                self.found.push(Diagnostic::error(Code::H102, owner, message).help(form_help(shape)));
            }
            [(form, _)] => {
                for key in shape.keys.iter().filter(|key| form.contains(&key.name)) {
                    self.present(shape, key, entries, owner);
                }
            }
            [(_, first), others @ ..] => {
                for (_, other) in others {
                    let message =
                        format!("`{}` and `{}` cannot be combined in {}", other.key, first.key, shape.name);
                    let diagnostic = Diagnostic::error(Code::H106, other.key_span, message);
                    self.found.push(
                        diagnostic
                            .note_at(first.key_span, format!("`{}` is here", first.key))
                            .help("delete one of them"),
                    );
                }
            }
        }
    }

    fn map(&mut self, key: Key, inner: &'static Kind, entries: &[Entry]) {
        for entry in entries {
            let before = self.found.len();
            self.key(key, entry);
            self.hidden(&entry.key, true, entry.key_span);
            self.value(inner, &entry.value, &format!("`{}`", entry.key), entry.key_span);
            if self.found.len() > before
                && let Some(help) = misplaced_in(inner, entry)
            {
                let mut found = self.found.split_off(before);
                let of_key = found.iter().position(|one| one.span == Some(entry.key_span)).unwrap_or(0);
                self.found.push(found.swap_remove(of_key).help(help));
            }
        }
    }

    fn key(&mut self, key: Key, entry: &Entry) {
        let meaning = scalar(&entry.key, entry.key_plain);
        let at = entry.key_span;
        match (key, meaning) {
            (Key::Name | Key::Type, Scalar::Text) | (Key::Code, Scalar::Int(_)) => {}
            (Key::Name | Key::Type, Scalar::Doubtful(why)) => {
                let message = format!("the key `{}` is {why}", entry.key);
                self.found.push(
                    Diagnostic::error(Code::H105, at, message)
                        .help(format!("quote it: `\"{}\":`", entry.key)),
                );
            }
            (Key::Name | Key::Type, other) => {
                let message = format!("expected a name as key, found {}", described(other, &entry.key));
                self.found.push(
                    Diagnostic::error(Code::H009, at, message)
                        .help(format!("quote it: `\"{}\":`", entry.key)),
                );
            }
            (Key::Code, other) => {
                let message =
                    format!("expected an error code as key, found {}", described(other, &entry.key));
                let is_code = |text: &String| matches!(scalar(text, true), Scalar::Int(_));
                let help = match folded(&entry.key).filter(is_code) {
                    Some(code) => format!("did you mean `{code}`?"),
                    None => "write only the number: `1002001:`".to_owned(),
                };
                self.found.push(Diagnostic::error(Code::H009, at, message).help(help));
            }
        }
    }

    fn scalar(&mut self, kind: &Kind, text: &str, plain: bool, node: &Node, name: &str, owner: Span) {
        let meaning = scalar(text, plain);
        let several_lines = matches!(kind, Kind::Line | Kind::Form(_)) && text.contains('\n');
        if matches!(kind, Kind::Line | Kind::Form(_) | Kind::Literal | Kind::EnumValue) && !several_lines {
            self.hidden(text, false, node.span);
        }
        match (kind, meaning) {
            (Kind::Line | Kind::Form(_), Scalar::Text) => return self.line(text, node, name),
            (Kind::Word(words), Scalar::Text | Scalar::Doubtful(_)) => {
                return self.word(&words(), text, node, name);
            }
            _ => {}
        }
        if !accepts(kind, text, plain) {
            self.mismatch(kind, node, name, owner);
        }
    }

    /// Values on the wire and names must show all of their characters.
    fn hidden(&mut self, text: &str, is_name: bool, at: Span) {
        if let Some(c) = hidden::on_the_wire(text, is_name) {
            let help = "delete it, or write a space (U+0020)";
            self.found.push(Diagnostic::error(Code::H010, at, hidden::message(c)).help(help));
        }
    }

    fn line(&mut self, text: &str, node: &Node, name: &str) {
        if text.trim().is_empty() {
            self.mismatch(&Kind::Line, node, name, node.span);
        } else if text.contains('\n') {
            let message = format!("{name} must be one line");
            self.found.push(
                Diagnostic::error(Code::H107, node.span, message)
                    .help("write it after the key, or fold it with `>-`"),
            );
        }
    }

    fn word(&mut self, words: &[&'static str], text: &str, node: &Node, name: &str) {
        if !words.contains(&text) {
            let message = format!("{name} cannot be `{text}`");
            self.found
                .push(Diagnostic::error(Code::H104, node.span, message).suggest(text, words.iter().copied()));
        }
    }

    /// Reports what was read and what was expected.
    fn mismatch(&mut self, kind: &Kind, node: &Node, name: &str, owner: Span) {
        // Without a value only the key can be underlined.
        let at = if node.span.start == node.span.end { owner } else { node.span };
        let expected = expected(kind);
        let (code, found) = match &node.kind {
            NodeKind::Mapping(_) => (Code::H103, "a mapping".to_owned()),
            NodeKind::Sequence(items) if items.is_empty() => (Code::H103, "an empty list".to_owned()),
            NodeKind::Sequence(_) => (Code::H103, "a list".to_owned()),
            NodeKind::Scalar { text, plain } => {
                let meaning = scalar(text, *plain);
                let code = if matches!(meaning, Scalar::Doubtful(_)) { Code::H105 } else { Code::H103 };
                (code, described(meaning, text))
            }
        };
        let message = format!("{name} must be {expected}, found {found}");
        self.found.push(Diagnostic::error(code, at, message).help(remedy(kind, node)));
    }
}

/// Whether an unknown key means one of these.
fn stands_for(shape: &Shape, entry: &Entry, keys: &[&str]) -> bool {
    shape.keys.iter().all(|key| key.name != entry.key)
        && intended_keys(shape, &entry.key).iter().any(|key| keys.contains(key))
}

/// Whether an unknown key means one of the alternatives; in a mapping of nothing else every one does.
fn stands_for_form(shape: &Shape, entry: &Entry) -> bool {
    let keys: Vec<&str> = shape.forms.iter().copied().flatten().copied().collect();
    shape.keys.iter().all(|key| keys.contains(&key.name)) || stands_for(shape, entry, &keys)
}

/// Whether a value of this form could be meant as that kind.
fn resembles(kind: &Kind, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Mapping(_) => matches!(kind, Kind::Mapping(_) | Kind::Map(..)),
        NodeKind::Sequence(_) => matches!(kind, Kind::List(_) | Kind::Literal),
        NodeKind::Scalar { .. } => !matches!(kind, Kind::Mapping(_) | Kind::Map(..) | Kind::List(_)),
    }
}

/// The first key of each alternative.
fn form_help(shape: &Shape) -> String {
    let first: Vec<String> =
        shape.forms.iter().filter_map(|form| Some(format!("`{}:`", form.first()?))).collect();
    format!("begin one with {}", first.join(" or "))
}

/// The value that was read, shortened.
fn described(scalar: Scalar, text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    let shown = if shown.len() < text.len() { format!("{shown}…") } else { shown };
    match scalar {
        Scalar::Text if text.trim().is_empty() => "empty text".to_owned(),
        Scalar::Text => format!("the text `{shown}`"),
        Scalar::Int(_) | Scalar::Float(_) => format!("the number `{shown}`"),
        Scalar::HugeInt => format!("the number `{shown}`, which needs more than 64 bits"),
        Scalar::Bool(_) => format!("the truth value `{shown}`"),
        Scalar::Null if text.is_empty() => "nothing".to_owned(),
        Scalar::Null => format!("`{shown}`, which is null"),
        Scalar::Doubtful(why) => format!("`{shown}`, which is {why}"),
    }
}

/// A sentence of the grammar as the end of another.
fn lowered(sentence: &str) -> String {
    let sentence = sentence.strip_suffix('.').unwrap_or(sentence);
    let mut rest = sentence.chars();
    let first = rest.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    // `HTTP` and `English` stay unchanged.
    let keep = sentence.starts_with("HTTP")
        || sentence.starts_with("Feishu")
        || sentence.starts_with("English")
        || sentence.starts_with("Rust")
        || sentence.starts_with("JSON");
    if keep { sentence.to_owned() } else { format!("{first}{}", rest.as_str()) }
}
