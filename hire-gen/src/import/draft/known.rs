//! Known facts about a field before it is written, and small tests that several rules share.

use super::literal::Kind;
use super::{DraftBase, Place};
use crate::import::doc::PageField;

/// Known facts about a field before it is written.
pub(super) struct Known<'a> {
    pub(super) row: &'a PageField,
    pub(super) place: Place<'a>,
    pub(super) base: DraftBase,
    pub(super) kind: Option<Kind>,
    pub(super) list: u8,
    pub(super) maps: u8,
    pub(super) fixes: Vec<String>,
    pub(super) required: bool,
}

/// Whether a text calls its field or value deprecated.
pub(super) fn is_deprecated(text: &str) -> bool {
    ["废弃", "弃用", "已下线", "即将下线", "逐步下线", "不再维护", "已停用字段", "deprecated"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether Rust can have a field of this name.
pub(super) fn is_identifier(name: &str) -> bool {
    crate::resolve::name::field(name).is_some()
}

/// A Rust name for a name that cannot be one.
pub(super) fn rust_name(name: &str) -> String {
    let words: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    crate::resolve::name::field(words.trim_matches('_')).unwrap_or_else(|| "field".to_owned())
}
