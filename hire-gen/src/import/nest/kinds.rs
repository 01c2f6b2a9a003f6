//! Fields that tell kinds apart: an object with a `type`, whose values are `text` and `image`, has fields with these names,
//! or whose values mean 文本 and 图片, fields that are described so.

use std::collections::{BTreeMap, BTreeSet};

use super::Flat;
use super::likeness::topics;

/// For each object, the fields whose values are kinds and name it.
pub(super) struct Kinds {
    named_by: Vec<Vec<usize>>,
    /// The same for the beginning of its name: `mind_map` of a `mind_map_node`.
    begun_by: Vec<Vec<usize>>,
    /// Fields that name several objects.
    tells_apart: BTreeSet<usize>,
}

/// A field that names fewer objects says nothing about the others.
const MANY_NAMED: usize = 3;

impl Kinds {
    pub(super) fn of(rows: &[Flat<'_>]) -> Self {
        let mut by_word: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut by_label: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_object() && row.values.len() > 1) {
            for value in &row.values {
                by_word.entry(letters(value)).or_default().insert(at);
            }
            for topic in row.labels.iter().flat_map(|label| topics(label)) {
                by_label.entry(without_noun(topic)).or_default().insert(at);
            }
        }
        let named_by = rows.iter().map(|row| {
            if !row.is_object() {
                return Vec::new();
            }
            let labelled = topics(row.about).filter_map(|topic| by_label.get(without_noun(topic)));
            let fields: BTreeSet<usize> =
                by_word.get(&letters(row.name)).into_iter().chain(labelled).flatten().copied().collect();
            fields.into_iter().collect()
        });
        let named_by: Vec<Vec<usize>> = named_by.collect();
        let begun_by = rows.iter().map(|row| {
            let begins = row.name.match_indices('_').filter_map(|(at, _)| row.name.get(..at));
            begins.filter_map(|begin| by_word.get(&letters(begin))).flatten().copied().collect()
        });
        let begun_by = begun_by.collect();
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        named_by.iter().flatten().for_each(|field| *counts.entry(*field).or_default() += 1);
        let tells_apart =
            counts.into_iter().filter(|(_, count)| *count >= MANY_NAMED).map(|(field, _)| field);
        Self { named_by, begun_by, tells_apart: tells_apart.collect() }
    }

    /// Whether a field's values, or their labels, name an object.
    pub(super) fn names(&self, field: usize, object: usize) -> bool {
        self.named_by.get(object).is_some_and(|fields| fields.contains(&field))
    }

    /// Whether the name of an object begins with one of a field's values.
    pub(super) fn begins(&self, field: usize, object: usize) -> bool {
        self.begun_by.get(object).is_some_and(|fields| fields.contains(&field))
    }

    /// Whether a field's values name several objects.
    pub(super) fn tells_apart(&self, field: usize) -> bool {
        self.tells_apart.contains(&field)
    }
}

/// `图片` for `图片 Block` and `图片元素信息`. A `类型` may be about something else.
fn without_noun(topic: &str) -> &str {
    const NOUNS: [&str; 6] = ["信息", "类别", "元素", "属性", "节点", "内容"];
    let mut shorter = topic.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    while let Some(rest) = NOUNS.iter().find_map(|noun| shorter.strip_suffix(noun)) {
        if rest.chars().count() < 2 {
            break;
        }
        shorter = rest;
    }
    if shorter.is_empty() { topic } else { shorter }
}

/// `mention_doc` and `mentionDoc` alike, but not `MentionDoc`, which is a name that a screen shows.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.enumerate().map(|(at, c)| if at == 0 { c } else { c.to_ascii_lowercase() }).collect()
}
