//! Lists of values in a description, in the ways in which authors write them.

use super::text::{bare, plain};
use super::wire_type::{WireBase, WireType};

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As sent.
    pub value: String,
    /// What it means.
    pub label: String,
}

/// A list item without its mark.
pub(super) fn item(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest =
        line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| line.strip_prefix("• "));
    rest.or_else(|| {
        line.strip_prefix('-')
            .filter(|rest| rest.starts_with(|c: char| !c.is_whitespace() && !c.is_ascii_digit()))
    })
    .map(str::trim)
}

/// `1：入职`, `` `1`: 入职 ``, `zh-CN - Chinese`
pub(super) fn value(item: &str, ty: &WireType) -> Option<Value> {
    let item = plain(item);
    let item = if item.starts_with("**") { item.replace("**", "") } else { item };
    let (key, label) = match item.strip_prefix('`').and_then(|inside| inside.split_once('`')) {
        Some((key, label)) => (key.trim(), label.trim().trim_start_matches(['：', ':', '-', '–', ' '])),
        None => {
            let end = item.char_indices().find(|(at, c)| {
                let after = item.get(at + c.len_utf8()..).unwrap_or_default();
                *c == '：'
                    || *c == ':'
                        && !after.starts_with("//")
                        && (after.starts_with(' ')
                            || after.is_empty()
                            || is_key(item.get(..*at).unwrap_or_default(), ty))
            });
            match end {
                Some((at, colon)) => (item.get(..at)?.trim(), item.get(at + colon.len_utf8()..)?.trim()),
                None => (item.trim(), ""),
            }
        }
    };
    let key = key.trim_matches(['"', '“', '”', '`']);
    let bare = key.split(['（', '(']).next().unwrap_or(key).trim();
    let (key, label) = if is_key(key, ty) || key.starts_with('{') {
        (key, label.to_owned())
    } else if is_key(bare, ty) && !bare.is_empty() {
        (
            bare,
            if label.is_empty() {
                key.get(bare.len()..).unwrap_or_default().trim().to_owned()
            } else {
                label.to_owned()
            },
        )
    } else {
        return None;
    };
    Some(Value { value: key.to_owned(), label: label.trim().to_owned() })
}

/// A value of an official list with what else separates it from its label: `1 - 入职`, `1 = 入职`, `` `1` 表示入职 ``.
pub(super) fn described(item: &str, ty: &WireType) -> Option<Value> {
    let item = bare(item);
    let ends = [" - ", " – ", " — ", " = ", "=", "、", "表示", "代表", " "];
    ends.iter().find_map(|end| {
        let (key, label) = item.split_once(end)?;
        let key = key.trim().trim_matches('"');
        let label = label.trim();
        let fits = is_key(key, ty) && !label.is_empty();
        fits.then(|| Value { value: key.to_owned(), label: label.to_owned() })
    })
}

/// Whether text can be a value of this type.
fn is_key(key: &str, ty: &WireType) -> bool {
    if key.is_empty() || key.len() > 100 {
        return false;
    }
    match ty.base {
        WireBase::Int => key.parse::<i64>().is_ok(),
        WireBase::Bool => key.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        WireBase::Float => key.parse::<f64>().is_ok(),
        _ => {
            key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/+{}&".contains(c)) && !key.contains("://")
        }
    }
}

/// Longer than any line of values; each value costs a look at the rest of its line.
const MOST_LABEL: usize = 20_000;

/// Several values that a copy has put into one line: `1：启用 - 2：停用`, `` `1`：社招 * `2`：校招 ``.
pub(super) fn spread(first: Value, ty: &WireType) -> Vec<Value> {
    let mut values = vec![first];
    loop {
        let Some(last) = values.last_mut().filter(|last| last.label.len() < MOST_LABEL) else {
            return values;
        };
        let next = last.label.match_indices(['-', '*', '•']).find_map(|(at, mark)| {
            let before = last.label.get(..at)?.strip_suffix(' ')?;
            let after = last.label.get(at + mark.len()..)?.strip_prefix(' ')?;
            let begins = after.starts_with('`')
                || after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
                    && after
                        .split('：')
                        .next()
                        .is_some_and(|key| key.len() < after.len() && is_key(key.trim(), ty));
            let next = begins.then(|| value(after, ty)).flatten()?;
            Some((before.len(), next)).filter(|(_, next)| !next.label.is_empty() || after.starts_with('`'))
        });
        let Some((at, next)) = next else { return values };
        last.label.truncate(at);
        values.push(next);
    }
}

/// A list in running text: values that the page does not call all.
pub(super) fn listed(lines: &[String], ty: &WireType) -> Vec<Value> {
    let items = lines.iter().filter_map(|line| item(line).or_else(|| list_in(line)));
    let items = items.filter(|item| !begins_sentence(item)).filter_map(|item| value(item, ty));
    let values: Vec<Value> = items.flat_map(|value| spread(value, ty)).collect();
    let labelled = values.iter().all(|value| !value.label.is_empty());
    let typed = values.iter().any(|value| begins_with_type(&value.label));
    if values.len() > 1 && labelled && !typed { values } else { Vec::new() }
}

/// Whether the word in back-ticks at the beginning is part of a sentence, as in `` `parent_type` is required ``.
fn begins_sentence(item: &str) -> bool {
    let after =
        item.strip_prefix('`').and_then(|inside| inside.split_once('`')).map(|(_, after)| after.trim());
    let says = ["：", ":", "-", "–", "—", "(", "（", "=", "表示", "代表", "为", "，"];
    after.is_some_and(|after| !after.is_empty() && !says.iter().any(|mark| after.starts_with(mark)))
}

/// Whether a label begins with a type: a list of such labels describes the keys of JSON in a string.
fn begins_with_type(label: &str) -> bool {
    label.split_once("类型").is_some_and(|(word, _)| {
        let word = word.trim();
        let ty = WireType::read(word);
        !word.is_empty() && word.is_ascii() && (ty.base.is_scalar() || ty.list > 0)
    })
}

/// The list that follows a sentence where a copy has lost the line breaks: `状态： - 1：启用 - 2：停用`.
fn list_in(line: &str) -> Option<&str> {
    let (at, mark) = line.match_indices(" - ").find(|(at, _)| {
        line.get(..*at).is_some_and(|before| before.trim_end().ends_with(['：', ':', '。']))
    })?;
    line.get(at + mark.len()..).map(str::trim)
}
