//! Whether, according to its page, an endpoint was replaced by another one.

use crate::import::text::unmarked;
use crate::import::yaml::Yaml;

/// `true`, or the replacement; `None` if the page does not call its own endpoint deprecated.
pub(super) fn of_page(about: &[String]) -> Option<Yaml> {
    let line = about.iter().find(|line| line.split(['。', '；', '！']).any(says))?;
    Some(match replacement(line) {
        Some(address) => Yaml::text(format!("Replaced; see {address}")),
        None => Yaml::plain(true),
    })
}

/// The most characters between the subject and its predicate.
const NEAR: usize = 2;

fn says(sentence: &str) -> bool {
    const SUBJECTS: [&str; 5] = ["本接口", "该接口", "此接口", "当前接口", "This API "];
    const STATES: [&str; 13] = [
        "不再更新",
        "不再维护",
        "不推荐使用",
        "为历史版本",
        "为历史接口",
        "成为历史版本",
        "为旧版",
        "是旧版",
        "废弃",
        "弃用",
        "下线",
        "is deprecated",
        "is no longer maintained",
    ];
    const SUCCESSORS: [&str; 2] = ["推荐使用新接口", "推荐使用新版接口"];
    let sentence = unmarked(sentence);
    SUBJECTS.iter().filter_map(|subject| sentence.split_once(subject)).any(|(_, after)| {
        let stated = |state: &str| {
            after
                .find(state)
                .is_some_and(|at| after.get(..at).is_some_and(|between| between.chars().count() <= NEAR))
        };
        STATES.iter().any(|state| stated(state)) || SUCCESSORS.iter().any(|word| after.contains(word))
    })
}

/// The address of the first page that the line links to behind the advice.
fn replacement(line: &str) -> Option<String> {
    const ADVICE: [&str; 4] = ["推荐", "请使用", "可使用", "use "];
    let at = ADVICE.iter().filter_map(|word| line.find(word)).min()?;
    let (_, rest) = line.get(at..)?.split_once("](")?;
    let address = rest.split_once(')')?.0.trim();
    let address = match address.strip_prefix("/ssl:ttdoc") {
        Some(path) => format!("https://open.feishu.cn/document{path}"),
        None => address.to_owned(),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._-?=&%".contains(c);
    (address.starts_with("https://") && address.chars().all(plain)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<Yaml> {
        of_page(&[line.to_owned()])
    }

    #[test]
    fn a_page_says_so_of_its_own_endpoint() {
        let named = Some(Yaml::text("Replaced; see https://open.feishu.cn/document/a/b"));
        for line in [
            "**注意事项**：本接口不再更新，推荐使用新接口：[获取](https://open.feishu.cn/document/a/b)",
            "该接口不再更新，推荐使用新接口：[获取](/ssl:ttdoc/a/b)",
            "本接口为历史版本接口。推荐使用新版接口[获取](https://open.feishu.cn/document/a/b)。",
            "本接口只更新数据，不校验规则，推荐使用新接口[更新](https://open.feishu.cn/document/a/b)",
        ] {
            assert_eq!(of(line), named, "{line}");
        }
        assert_eq!(of("该接口已废弃。"), Some(Yaml::plain(true)));
    }

    #[test]
    fn what_is_said_of_something_else_is_no_deprecation() {
        for line in [
            "本接口返回的 `open_id` 不受影响，旧版字段不推荐使用",
            "doc：旧版文档，已不推荐使用",
            "本接口用于获取已下线的职位",
            "",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
