//! Reads the rest of a file whose shape is wrong, without its wrong parts, so that all other errors are reported in the
//! same run.

use serde_yaml::Value;

use crate::read::grammar::{Scalar, scalar};
use crate::read::source::{Entry, Layout, Node, NodeKind};
use crate::read::span::Span;

/// A file without its wrong parts.
pub(super) struct Mended {
    pub(super) tree: Node,
    /// Types of the endpoint or the event that are among the wrong parts.
    pub(super) broken: Vec<String>,
}

/// Removes the entries that contain these places, or replaces them by values that no rule refuses. `None` if the rest
/// would be misleading: a wrong path or enum value cannot be guessed.
pub(super) fn mended(layout: Layout, tree: &Node, wrong: &[Span]) -> Option<Mended> {
    let mut starts: Vec<u32> = wrong.iter().map(|span| span.start).collect();
    starts.sort_unstable();
    let has_wrong = |start: u32, end: u32| {
        starts.get(starts.partition_point(|at| *at < start)).is_some_and(|at| *at <= end)
    };
    let is_wrong =
        |entry: &Entry| has_wrong(entry.key_span.start, entry.value.span.end.max(entry.key_span.end));
    let has_wrong_key = |entry: &Entry| has_wrong(entry.key_span.start, entry.key_span.end);
    let unsound = |key: &str| tree.get(key).is_some_and(&is_wrong);
    // Keys that the rest is about; keys without which it can be read; keys that must be right.
    let (needed, lacking, sound): (&[&str], &[&str], &[&str]) = match layout {
        Layout::Endpoint => (&["method", "path"], &["title", "doc", "tokens", "quota"], &["path"]),
        Layout::Event => (&["event_type"], &["title", "doc"], &["event_type"]),
        Layout::Type => (&["fields"], &[], &[]),
        Layout::Api | Layout::Example => (&[], &[], &[]),
    };
    let is_enum = layout == Layout::Type && tree.get("enum").is_some() && tree.get("values").is_some();
    if is_enum && (unsound("enum") || unsound("values"))
        || !is_enum && needed.iter().any(|key| tree.get(key).is_none())
        || sound.iter().any(|key| unsound(key))
    {
        return None;
    }
    let mut broken = Vec::new();
    let mut entries = Vec::new();
    for entry in tree.entries() {
        let replaced = match entry.key.as_str() {
            // They refer to fields that may be among the wrong parts.
            "paging" if ["query", "body", "response", "types"].into_iter().any(unsound) => continue,
            "safety" if unsound("query") || unsound("body") => continue,
            _ if !is_wrong(entry) => entry.value.clone(),
            // The path refers to its parameters by name.
            "path_params" => section(entry, "string", is_wrong, |_| false)?,
            "query" | "headers" => section(entry, "string", is_wrong, has_wrong_key)?,
            "body" | "response" | "fields" => section(entry, "json", is_wrong, has_wrong_key)?,
            "types" => {
                let (bad, good): (Vec<&Entry>, Vec<&Entry>) =
                    entry.value.entries().iter().partition(|entry| is_wrong(entry));
                broken.extend(bad.iter().map(|entry| entry.key.clone()));
                if bad.is_empty() {
                    return None;
                }
                mapping(entry, good.into_iter().cloned().collect())
            }
            "base_urls" if layout == Layout::Api => {
                let regions = entry.value.entries().iter().filter(|region| !has_wrong_key(region));
                let regions = regions.map(|region| match is_wrong(region) {
                    true => {
                        Entry { value: text("https://unknown.example", region.value.span), ..region.clone() }
                    }
                    false => region.clone(),
                });
                mapping(entry, regions.collect())
            }
            "errors" => {
                let good = entry.value.entries().iter().filter(|entry| !is_wrong(entry));
                mapping(entry, good.cloned().collect())
            }
            key => match stand_in(key, entry.value.span) {
                Some(node) => node,
                None => continue,
            },
        };
        // A body without a field would be another error.
        if entry.key == "body" && matches!(&replaced.kind, NodeKind::Mapping(fields) if fields.is_empty()) {
            continue;
        }
        entries.push(Entry { value: replaced, ..entry.clone() });
    }
    let start = Span { end: tree.span.start, ..tree.span };
    for key in lacking {
        if !entries.iter().any(|entry| entry.key == *key) {
            let value = stand_in(key, start)?;
            entries.push(Entry { key: (*key).to_owned(), key_plain: true, key_span: start, value });
        }
    }
    Some(Mended { tree: Node { span: tree.span, kind: NodeKind::Mapping(entries) }, broken })
}

/// The keys of a field that mean the same whatever is wrong with its other keys.
const SURE: [&str; 13] = [
    "type",
    "required",
    "default",
    "example",
    "minimum",
    "maximum",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "max_bytes",
    "pattern",
    "format",
];

/// Fields: without those with a wrong key; wrong ones keep what is right, or get this type. Conditions may refer to them.
fn section(
    entry: &Entry,
    type_: &str,
    is_wrong: impl Fn(&Entry) -> bool,
    has_wrong_key: impl Fn(&Entry) -> bool,
) -> Option<Node> {
    let fields = entry.value.entries();
    if !fields.iter().any(&is_wrong) {
        return None;
    }
    let fields = fields.iter().filter(|field| !has_wrong_key(field)).map(|field| match &field.value.kind {
        NodeKind::Mapping(keys) if is_wrong(field) => {
            let right = |key: &&Entry| SURE.contains(&key.key.as_str()) && !is_wrong(key);
            let keys: Vec<Entry> = keys.iter().filter(right).cloned().collect();
            // `{type: map<string,string>}` has the key `string>`.
            let is_cut = field.value.entries().iter().any(|key| key.key.ends_with('>'));
            let has_type = keys.iter().any(|key| key.key == "type") && !is_cut;
            let value = if has_type { mapping(field, keys) } else { text(type_, field.value.span) };
            Entry { value, ..field.clone() }
        }
        _ if is_wrong(field) => Entry { value: text(type_, field.value.span), ..field.clone() },
        NodeKind::Mapping(keys) => {
            let keys = keys.iter().filter(|key| key.key != "required_when").cloned().collect();
            Entry { value: mapping(field, keys), ..field.clone() }
        }
        _ => field.clone(),
    });
    Some(mapping(entry, fields.collect()))
}

/// The temporary value of a required key.
fn stand_in(key: &str, span: Span) -> Option<Node> {
    Some(match key {
        "title" => text("Unknown", span),
        "doc" => text("https://unknown.example", span),
        "method" => text("POST", span),
        "quota" => text("special", span),
        "tokens" => Node { span, kind: NodeKind::Sequence(vec![text("tenant", span)]) },
        _ => return None,
    })
}

fn mapping(entry: &Entry, entries: Vec<Entry>) -> Node {
    Node { span: entry.value.span, kind: NodeKind::Mapping(entries) }
}

fn text(text: &str, span: Span) -> Node {
    Node { span, kind: NodeKind::Scalar { text: text.to_owned(), plain: false } }
}

/// The parts that serde reads.
pub(super) fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, plain } => match scalar(text, *plain) {
            Scalar::Int(number) => number.into(),
            Scalar::Float(number) => number.into(),
            Scalar::Bool(flag) => flag.into(),
            Scalar::Null => Value::Null,
            Scalar::Text | Scalar::HugeInt | Scalar::Doubtful(_) => text.as_str().into(),
        },
        NodeKind::Sequence(items) => Value::Sequence(items.iter().map(value).collect()),
        NodeKind::Mapping(entries) => {
            let key = |entry: &Entry| match scalar(&entry.key, entry.key_plain) {
                Scalar::Int(number) => number.into(),
                _ => entry.key.as_str().into(),
            };
            Value::Mapping(entries.iter().map(|entry| (key(entry), value(&entry.value))).collect())
        }
    }
}
