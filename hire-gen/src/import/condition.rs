//! When a field is required: the sentence with the condition, and its meaning.

use super::describe::Description;
use super::doc::PageField;
use super::text::{plain, unlinked, unmarked};
use super::wire_type::WireBase;

impl PageField {
    /// The sentence with the condition.
    pub fn condition(&self) -> Option<String> {
        self.required_only.clone().or_else(|| sentence(&self.about)).filter(|_| !self.required)
    }
}

/// Something that must hold of a sibling.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) field: String,
    pub(super) test: Test,
}

/// The test of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// It is this value.
    Is(String),
    /// The list has this value.
    Contains(String),
    /// It is there, or is not.
    Present(bool),
}

/// The sentence of a description that makes the field required; `None` if there is none.
pub(super) fn sentence(about: &Description) -> Option<String> {
    about.prose().flat_map(str::lines).flat_map(|line| line.split('。')).find_map(|line| {
        let line = unlinked(&plain(line)).replace("**", "");
        let asks = ["必填", "必传", "需要传入", "required"].iter().any(|word| line.contains(word));
        let under = ["当", "若", "如果", "时，", "when ", "if "].iter().any(|word| line.contains(word));
        let asks_another = ["是否必填", "是否必传", "字段必填与否", "为必填，其他", "为必填外"]
            .iter()
            .any(|word| line.contains(word));
        (asks && under && !asks_another).then(|| line.trim_start_matches(['-', ' ']).to_owned())
    })
}

/// Reads a condition on one sibling; `None` if the sentence contains more, or something else.
pub(super) fn read(sentence: &str, row: &PageField, siblings: &[PageField]) -> Option<Condition> {
    let clause = clause(sentence)?;
    if ["同时满足", "且", "或", "以下"].iter().any(|word| clause.contains(word)) {
        return None;
    }
    if clause.contains("若填写了该字段") || clause.contains("若传入了该字段") {
        return mutual(sentence, row, siblings);
    }
    let (sibling, after) = mentioned(clause, row, siblings)?;
    if ["未传入", "不传", "未填写", "为空"].iter().any(|word| clause.contains(word)) {
        return Some(Condition { field: sibling.name.clone(), test: Test::Present(false) });
    }
    let said = unmarked(after);
    let value = value(&said, sibling)?;
    let test = if said.contains("包含") { Test::Contains(value) } else { Test::Is(value) };
    Some(Condition { field: sibling.name.clone(), test })
}

/// The words between `当` and `必填`.
fn clause(sentence: &str) -> Option<&str> {
    let start = ["仅当", "当", "若", "如果"].iter().filter_map(|word| sentence.find(word)).min()?;
    let rest = sentence.get(start..)?;
    let end =
        ["必填", "必传", "需要传入"].iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
    rest.get(..end)
}

/// `若填写了该字段，国家码(mobile_country_code)字段必填`: each of the two requires the other.
fn mutual(sentence: &str, row: &PageField, siblings: &[PageField]) -> Option<Condition> {
    let (other, _) = mentioned(sentence, row, siblings)?;
    let back = self::sentence(&other.about)?;
    back.contains(&row.name).then(|| Condition { field: other.name.clone(), test: Test::Present(true) })
}

/// The sibling that a clause is about, by its name or by its label, and what follows it.
fn mentioned<'a, 'b>(
    clause: &'a str,
    row: &PageField,
    siblings: &'b [PageField],
) -> Option<(&'b PageField, &'a str)> {
    let others = || siblings.iter().filter(|sibling| sibling.name != row.name);
    let by_name = others().filter_map(|sibling| {
        let at = word(clause, &sibling.name)?;
        Some((sibling, clause.get(at + sibling.name.len()..)?))
    });
    if let Some(found) = by_name.max_by_key(|(sibling, _)| sibling.name.len()) {
        return Some(found);
    }
    let by_label = others().filter_map(|sibling| {
        let label = super::text::label(sibling.about.text.first()?)?;
        let at = clause.find(&label)?;
        Some((sibling, clause.get(at + label.len()..)?, label.len()))
    });
    by_label.max_by_key(|(.., length)| *length).map(|(sibling, after, _)| (sibling, after))
}

/// The place of a name as a whole word.
fn word(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// The sibling's value that a clause names: by its key, or by its label.
fn value(said: &str, sibling: &PageField) -> Option<String> {
    if sibling.ty.base == WireBase::Bool {
        return ["true", "false"].into_iter().find(|value| said.contains(value)).map(str::to_owned);
    }
    let values = &sibling.about.values;
    let by_label = values.iter().filter(|value| {
        let label = unmarked(&value.label);
        !label.is_empty() && said.contains(&label)
    });
    let by_key = || values.iter().find(|value| word(said, &value.value).is_some());
    let found = by_label.max_by_key(|value| value.label.len()).or_else(by_key)?;
    Some(found.value.clone())
}
