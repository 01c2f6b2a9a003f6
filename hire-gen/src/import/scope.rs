//! The permissions that a page names.

use super::text::{plain, unlinked, unmarked};

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageScope {
    /// `hire:talent`
    pub name: String,
    /// `更新人才信息`
    pub label: String,
}

impl PageScope {
    /// A scope and its label, as the page has them.
    pub(super) fn new(name: &str, label: &str) -> Self {
        Self { name: name.to_owned(), label: unmarked(label) }
    }
}

/// `label(scope)`, `label (scope)`, `` `scope` label ``; several in one line if a copy has lost the breaks.
pub(super) fn scopes(line: &str) -> Vec<PageScope> {
    let line = plain(line);
    let mut targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    // `[查看审批](approval:approval)` is no link.
    let line = if targets.any(is_scope) { line.replace(['[', ']'], "") } else { unlinked(&line) };
    if line.contains('`') { quoted_scopes(&line) } else { plain_scopes(&line) }
}

/// The beginning of a remark inside of a scope's label.
const TIPS: [&str; 3] = ["> **Tip**", "> Tip", "> **说明**"];

/// A label, and a remark behind it.
fn remark(text: &str) -> (&str, &str) {
    let start = TIPS.iter().filter_map(|tip| text.find(tip)).filter(|start| *start > 0).min();
    text.split_at(start.unwrap_or(text.len()))
}

/// `` `name` label `name` label ``
fn quoted_scopes(line: &str) -> Vec<PageScope> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((name, after)) = rest.split_once('`').and_then(|(_, inside)| inside.split_once('`')) {
        let end = after.find('`').unwrap_or(after.len());
        let (label, _) = remark(after.get(..end).unwrap_or_default());
        let label = label.trim().trim_end_matches('-').trim();
        if is_scope(name) {
            found.push(PageScope::new(name, label));
        }
        rest = after;
    }
    found
}

/// `label(name)label(name)`, or `name label`. A remark may be between the last label and its name.
fn plain_scopes(line: &str) -> Vec<PageScope> {
    let (line, tip) = remark(line);
    let mut found = Vec::new();
    let mut rest = line;
    let mut label = String::new();
    while let Some((before, name, all, after)) = in_brackets(rest) {
        label.push_str(before);
        if is_scope(name) {
            found.push(PageScope::new(name, &unmarked(&label)));
            label.clear();
        } else {
            label.push_str(all);
        }
        rest = after;
    }
    label.push_str(rest);
    let last = tip.trim_end().strip_suffix([')', '）']).and_then(|tip| tip.rsplit(['(', '（']).next());
    if let Some(name) = last.filter(|name| is_scope(name) && !label.trim().is_empty()) {
        found.push(PageScope::new(name, unmarked(&label).trim()));
    }
    if found.is_empty()
        && let Some(name) = line.split_whitespace().find(|word| is_scope(word))
    {
        found.push(PageScope::new(name, &unmarked(line.replacen(name, "", 1).trim())));
    }
    found
}

/// The text before the first brackets, in them, with them, and after them.
fn in_brackets(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, from) = text.split_at(text.find(['(', '（'])?);
    let (inside, _) = from.split_once([')', '）'])?;
    let end = inside.len() + from.get(inside.len()..)?.chars().next()?.len_utf8();
    let name = inside.trim_start_matches(['(', '（']);
    Some((before, name, from.get(..end)?, from.get(end..)?))
}

fn is_scope(name: &str) -> bool {
    let mut parts = name.split(':');
    let is_whole = parts.clone().count() > 1 && parts.all(|part| !part.is_empty());
    is_whole && name.chars().all(|c| c.is_ascii_alphanumeric() || ":._-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_with_their_labels_and_without_remarks() {
        for (line, name, label) in [
            ("`zoo:animal` 查看动物", "zoo:animal", "查看动物"),
            ("查看动物（旧版）(zoo:animal)", "zoo:animal", "查看动物（旧版）"),
            ("zoo:animal 查看动物", "zoo:animal", "查看动物"),
            ("[查看动物](zoo:animal)", "zoo:animal", "查看动物"),
            (
                "喂动物 &gt; **Tip**: 还需要**查看动物**（zoo:animal）(zoo:animal.feed)",
                "zoo:animal.feed",
                "喂动物",
            ),
            (
                "`zoo:animal.feed` 喂动物 &gt; **Tip**: 还需要查看动物（zoo:animal）",
                "zoo:animal.feed",
                "喂动物",
            ),
        ] {
            assert_eq!(scopes(line), [PageScope::new(name, label)], "{line}");
        }
        let field_scope = "&gt; **Tip**: 敏感字段`zoo:keeper` 查看饲养员";
        assert_eq!(scopes(field_scope), [PageScope::new("zoo:keeper", "查看饲养员")]);
        assert_eq!(scopes("调用该 API 所需的权限（任意一项）"), []);
        assert_eq!(scopes("看(a:b)喂(a:c)").len(), 2);
    }
}
