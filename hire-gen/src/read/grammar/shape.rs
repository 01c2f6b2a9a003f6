//! Checks a file against the grammar, and reports every difference with its place.

use super::{Key, KeySpec, Kind, ONE_LINE, Scalar, Shape, scalar};
use crate::read::diag::{Code, Diagnostic, nearest};
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
                None => self.unknown(shape, entry),
            }
        }
        for key in shape.keys.iter().filter(|key| key.required) {
            self.present(shape, key, entries, owner);
        }
        self.forms(shape, entries, owner);
    }

    fn unknown(&mut self, shape: &Shape, entry: &Entry) {
        let message = format!("unknown key `{}` in {}", entry.key, shape.name);
        let known = shape.keys.iter().map(|key| key.name);
        let diagnostic = Diagnostic::error(Code::H101, entry.key_span, message);
        let field = shape.keys.iter().any(|key| key.name == "required_when");
        let is_mapping = matches!(entry.value.kind, NodeKind::Mapping(_));
        self.found.push(match entry.key.as_str() {
            "fields" | "properties" | "children" | "items" | "enum" | "values" if field => diagnostic.help(
                "an object or an enum is a type: declare it under `types:`, and write its name as the `type` of this field",
            ),
            key if is_mapping && nearest(key, known.clone()).is_none() => diagnostic.help(if field {
                "is this line indented too far?"
            } else {
                "is this line indented too little? fields belong below `query:`, `body:`, `response:` or `fields:`"
            }),
            key => diagnostic.suggest(key, known),
        });
    }

    /// Reports a missing key, unless it has a typo, which [`unknown`](Self::unknown) reports.
    fn present(&mut self, shape: &Shape, key: &KeySpec, entries: &[Entry], owner: Span) {
        let known = |entry: &Entry| shape.keys.iter().any(|key| key.name == entry.key);
        let meant = |entry: &Entry| {
            !known(entry) && nearest(&entry.key, shape.keys.iter().map(|key| key.name)) == Some(key.name)
        };
        if entries.iter().any(|entry| entry.key == key.name || meant(entry)) {
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
            // A typo in one of the keys has been reported already.
            [] if entries.iter().any(|entry| {
                nearest(&entry.key, shape.forms.iter().copied().flatten().copied()).is_some()
            }) => {}
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
                    let message = format!(
                        "`{}` does not go together with `{}` in {}",
                        other.key, first.key, shape.name
                    );
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
            self.key(key, entry);
            self.hidden(&entry.key, true, entry.key_span);
            self.value(inner, &entry.value, &format!("`{}`", entry.key), entry.key_span);
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
                self.found.push(
                    Diagnostic::error(Code::H009, at, message).help("write only the number: `1002001:`"),
                );
            }
        }
    }

    fn scalar(&mut self, kind: &Kind, text: &str, plain: bool, node: &Node, name: &str, owner: Span) {
        let meaning = scalar(text, plain);
        let several_lines = matches!(kind, Kind::Line | Kind::Form(_)) && text.contains('\n');
        if matches!(kind, Kind::Line | Kind::Form(_) | Kind::Literal | Kind::EnumValue) && !several_lines {
            self.hidden(text, false, node.span);
        }
        let fits = match (kind, meaning) {
            (Kind::Text, Scalar::Text) => !text.trim().is_empty(),
            (Kind::MaybeText, Scalar::Text | Scalar::Null) => true,
            (Kind::Line | Kind::Form(_), Scalar::Text) => return self.line(text, node, name),
            (Kind::Flag, Scalar::Bool(_)) => true,
            (Kind::Count, Scalar::Int(count)) => count >= 0,
            (Kind::Status, Scalar::Int(status)) => (100..600).contains(&status),
            (Kind::Number, Scalar::Int(_) | Scalar::Float(_)) => true,
            (Kind::Literal, Scalar::Text | Scalar::Int(_) | Scalar::Float(_) | Scalar::Bool(_)) => true,
            (Kind::EnumValue, Scalar::Text | Scalar::Int(_)) => true,
            (Kind::Date, Scalar::Text) => is_date(text),
            (Kind::Word(words), Scalar::Text | Scalar::Doubtful(_)) => {
                return self.word(&words(), text, node, name);
            }
            _ => false,
        };
        if !fits {
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
        let (code, found, help) = match &node.kind {
            NodeKind::Mapping(_) => (Code::H103, "a mapping".to_owned(), None),
            NodeKind::Sequence(items) if items.is_empty() => (Code::H103, "an empty list".to_owned(), None),
            NodeKind::Sequence(_) => (Code::H103, "a list".to_owned(), None),
            NodeKind::Scalar { text, plain } => {
                let meaning = scalar(text, *plain);
                let code = if matches!(meaning, Scalar::Doubtful(_)) { Code::H105 } else { Code::H103 };
                (code, described(meaning, text), advice(kind, meaning, text))
            }
        };
        let mut diagnostic = Diagnostic::error(code, at, format!("{name} must be {expected}, found {found}"));
        diagnostic.help = help.or_else(|| Some(format!("write {expected}")));
        self.found.push(diagnostic);
    }
}

/// Whether a value of this form could be meant as that kind.
fn resembles(kind: &Kind, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Mapping(_) => matches!(kind, Kind::Mapping(_) | Kind::Map(..)),
        NodeKind::Sequence(_) => matches!(kind, Kind::List(_) | Kind::Literal),
        NodeKind::Scalar { .. } => !matches!(kind, Kind::Mapping(_) | Kind::Map(..) | Kind::List(_)),
    }
}

fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Line => ONE_LINE.to_owned(),
        Kind::Form(form) => form.says.to_owned(),
        Kind::Text | Kind::MaybeText => "text".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Count => "a whole number, zero or more".to_owned(),
        Kind::Status => "an HTTP status, 100 to 599".to_owned(),
        Kind::Number => "a number such as `100` or `0.5`".to_owned(),
        Kind::Literal => "text, a number, `true` or `false`, or a list of them".to_owned(),
        Kind::EnumValue => "a whole number of 64 bits, or text".to_owned(),
        Kind::Date => "a date such as `2025-06-04`".to_owned(),
        Kind::Word(words) => match words().as_slice() {
            [only] => format!("`{only}`"),
            words => format!("one of {}", quoted(words, ", ")),
        },
        Kind::List(inner) => format!("a list with at least one item, each {}", expected(inner)),
        Kind::Map(Key::Name | Key::Type, _) => "a mapping from names".to_owned(),
        Kind::Map(Key::Code, _) => "a mapping from error codes".to_owned(),
        Kind::Mapping(shape) => format!("{} (a mapping with {})", shape.name, some_keys(shape)),
        Kind::Either(kinds) => kinds.iter().map(expected).collect::<Vec<_>>().join(", or "),
    }
}

/// The first key of each alternative.
fn form_help(shape: &Shape) -> String {
    let first: Vec<String> =
        shape.forms.iter().filter_map(|form| Some(format!("`{}:`", form.first()?))).collect();
    format!("begin one with {}", first.join(" or "))
}

/// The required keys, or all of them if none is required.
fn some_keys(shape: &Shape) -> String {
    let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    if required.is_empty() {
        quoted(&shape.keys.iter().map(|key| key.name).collect::<Vec<_>>(), ", ")
    } else {
        quoted(&required, ", ")
    }
}

fn quoted(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
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

fn advice(kind: &Kind, scalar: Scalar, text: &str) -> Option<String> {
    let quote = || Some(format!("quote it if it is text: `\"{text}\"`"));
    match (kind, scalar) {
        (_, Scalar::Null) => Some("write a value; an optional key can be left out".to_owned()),
        (Kind::Flag, _) if matches!(text.to_ascii_lowercase().as_str(), "yes" | "on" | "y" | "true") => {
            Some("write `true`".to_owned())
        }
        (Kind::Flag, _) if matches!(text.to_ascii_lowercase().as_str(), "no" | "off" | "n" | "false") => {
            Some("write `false`".to_owned())
        }
        (Kind::Count | Kind::Status | Kind::Number, Scalar::Doubtful(_)) => {
            Some("write a plain decimal number".to_owned())
        }
        (Kind::Count | Kind::Status | Kind::Number, Scalar::Text) if text.parse::<f64>().is_ok() => {
            Some("write it without quotes".to_owned())
        }
        (
            Kind::Line
            | Kind::Form(_)
            | Kind::Text
            | Kind::MaybeText
            | Kind::Literal
            | Kind::EnumValue
            | Kind::Either(_),
            Scalar::Doubtful(_),
        )
        | (
            Kind::Line | Kind::Form(_) | Kind::Text | Kind::MaybeText | Kind::Either(_),
            Scalar::Int(_) | Scalar::Float(_) | Scalar::Bool(_) | Scalar::HugeInt,
        ) => quote(),
        (Kind::Text | Kind::Line | Kind::Form(_), Scalar::Text) => {
            Some("write a value; an optional key can be left out".to_owned())
        }
        _ => None,
    }
}

/// `YYYY-MM-DD`, and a day the calendar has.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |length| {
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse::<u32>()
            .ok()
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
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
