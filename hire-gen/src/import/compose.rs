//! English names for labels that consist of known words: `浅蓝色`, `待审批`, `文件不存在`. Chinese and English put
//! adjectives and nouns in the same order; verbs change their form instead of taking a mark.

use std::collections::BTreeMap;

use super::spelling::{camel, one, plural};
use super::text::unmarked;

/// The words of the glossary.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Nouns and adjectives.
    pub(super) words: BTreeMap<String, String>,
    pub(super) verbs: BTreeMap<String, Verb>,
    /// Units, which follow only numbers.
    pub(super) units: BTreeMap<String, String>,
    /// Last words whose English comes first: 无效 → `Invalid`.
    pub(super) endings: BTreeMap<String, String>,
    /// First words whose English comes last: 缺少 → `Missing`.
    pub(super) beginnings: BTreeMap<String, String>,
}

/// `Submit`, `Submitted`, `Submitting`
pub(super) type Verb = [String; 3];

#[derive(Clone, Copy)]
enum Form {
    Base,
    Participle,
    Gerund,
}

impl Form {
    fn of(self, [base, participle, gerund]: &Verb) -> &str {
        match self {
            Self::Base => base,
            Self::Participle => participle,
            Self::Gerund => gerund,
        }
    }
}

/// A mark before a verb, the English form of the verb, and the English words before it.
const MARKS_BEFORE: [(&str, Form, &str); 36] = [
    ("已", Form::Participle, ""),
    ("已经", Form::Participle, ""),
    ("已被", Form::Participle, ""),
    ("未", Form::Participle, "Not"),
    ("未被", Form::Participle, "Not"),
    ("尚未", Form::Participle, "Not"),
    ("还未", Form::Participle, "Not"),
    ("待", Form::Participle, "ToBe"),
    ("等待", Form::Participle, "ToBe"),
    ("需", Form::Participle, "MustBe"),
    ("需要", Form::Participle, "MustBe"),
    ("无需", Form::Participle, "NeedNotBe"),
    ("不需要", Form::Participle, "NeedNotBe"),
    ("正在", Form::Gerund, ""),
    ("可", Form::Base, "Can"),
    ("可以", Form::Base, "Can"),
    ("允许", Form::Base, "Can"),
    ("仅", Form::Base, "Only"),
    ("不", Form::Base, "DoNot"),
    ("不再", Form::Base, "NoLonger"),
    ("无权", Form::Base, "NoPermissionTo"),
    ("无权限", Form::Base, "NoPermissionTo"),
    ("没有权限", Form::Base, "NoPermissionTo"),
    ("被", Form::Participle, ""),
    ("即将", Form::Base, "AboutTo"),
    ("自动", Form::Participle, "Automatically"),
    ("手动", Form::Participle, "Manually"),
    ("人工", Form::Participle, "Manually"),
    ("主动", Form::Participle, "Voluntarily"),
    ("强制", Form::Participle, "Forcibly"),
    ("批量", Form::Gerund, "Batch"),
    ("定时", Form::Gerund, "Scheduled"),
    ("无法被", Form::Participle, "CannotBe"),
    ("不能被", Form::Participle, "CannotBe"),
    ("不可被", Form::Participle, "CannotBe"),
    ("不允许被", Form::Participle, "CannotBe"),
];

/// Marks that forbid a verb. After a noun, the verb is passive: `SystemRoleCannotBeDeleted`.
const FORBIDDING: [&str; 9] =
    ["不可", "不可以", "不能", "无法", "不允许", "禁止", "不得", "不支持", "暂不支持"];

/// A mark after a verb, the English form of the verb, and the English word after it.
const MARKS_AFTER: [(&str, Form, &str); 8] = [
    ("中", Form::Gerund, ""),
    ("成功", Form::Participle, ""),
    ("完成", Form::Participle, ""),
    ("完毕", Form::Participle, ""),
    ("失败", Form::Gerund, "Failed"),
    ("异常", Form::Gerund, "Failed"),
    ("人", Form::Participle, "By"),
    ("者", Form::Participle, "By"),
];

const JOINTS: [(&str, &str); 19] = [
    ("的", ""),
    ("该", ""),
    ("此", ""),
    ("-", ""),
    ("－", ""),
    ("—", ""),
    ("·", ""),
    ("_", ""),
    ("/", "Or"),
    ("／", "Or"),
    ("|", "Or"),
    ("或", "Or"),
    ("或者", "Or"),
    ("和", "And"),
    ("与", "And"),
    ("及", "And"),
    ("、", "And"),
    ("&", "And"),
    ("+", "And"),
];

enum Part<'a> {
    /// Also what is Latin already.
    Word(String),
    Verb(&'a Verb),
    /// A verb with its mark.
    State(String),
    Forbidden(&'a Verb),
    /// `30 天`, `1-3 年`
    Count(String, &'a str),
    Joint(&'static str),
}

impl Words {
    /// Adds words, which take precedence.
    pub(super) fn add(&mut self, more: Self) {
        self.words.extend(more.words);
        self.verbs.extend(more.verbs);
        self.units.extend(more.units);
        self.endings.extend(more.endings);
        self.beginnings.extend(more.beginnings);
    }

    /// The name of a label; what it explains after a colon or in brackets makes no difference.
    pub(super) fn name(&self, label: &str) -> Option<String> {
        const MOST_LETTERS: usize = 30;
        let label = unmarked(label).replace(QUOTES, "");
        let label = unnumbered(&label);
        let clause = label.split(['。', '，', '\n', '；', '（', '(']).next().unwrap_or_default();
        let clauses = [clause, clause.split(['：', ':', ';', ',', '！', '!']).next().unwrap_or_default()];
        clauses.iter().map(|clause| clause.trim()).find_map(|clause| {
            let fits = clause.chars().count() <= MOST_LETTERS;
            fits.then(|| self.phrase(clause)).flatten().filter(|name| name.len() <= 80)
        })
    }

    /// The English title of a page that names a verb and its object: `批量删除班次`, `获取班次列表`.
    pub(super) fn title(&self, label: &str) -> Option<String> {
        const GETTING: [&str; 2] = ["获取", "查询"];
        let label = label.trim();
        let several = label.strip_prefix("批量");
        let (end, [verb, ..]) = self.verbs_in(several.unwrap_or(label)).into_iter().next_back()?;
        let (verb_label, rest) = several.unwrap_or(label).split_at_checked(end)?;
        let list = rest.strip_suffix("列表").filter(|_| GETTING.contains(&verb_label));
        let parts = self.parts(list.unwrap_or(rest), MOST_PARTS)?;
        if rest.starts_with('待') || !parts.iter().all(|part| matches!(part, Part::Word(_))) {
            return None;
        }
        let name = crate::resolve::name::words(&rendered(&parts, true)?);
        let is_acronym = |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase());
        let noun: Vec<String> = name
            .split(' ')
            .map(|word| if is_acronym(word) { word.to_owned() } else { word.to_ascii_lowercase() })
            .collect();
        let noun = noun.join(" ");
        let verb = crate::resolve::name::words(verb).to_lowercase();
        let verb = format!("{}{}", verb.get(..1)?.to_ascii_uppercase(), verb.get(1..)?);
        Some(match (list, several) {
            (Some(_), _) => format!("List {}", plural(&noun)),
            (None, Some(_)) => format!("{verb} several {}", plural(&noun)),
            (None, None) => format!("{verb} {}", one(&noun)),
        })
    }

    fn phrase(&self, clause: &str) -> Option<String> {
        let clause = unled(clause);
        // `不在考勤组内`: the first word says it.
        let is_within = ["已在", "不在"].iter().any(|word| clause.contains(word));
        let clause = if is_within { clause.trim_end_matches(['内', '中', '里']) } else { clause };
        if let Some(name) = self.words.get(clause) {
            return Some(name.clone());
        }
        self.failed(clause)
            .or_else(|| self.reordered(clause))
            .or_else(|| rendered(&self.parts(clause, MOST_PARTS)?, true))
            .or_else(|| {
                rendered(&self.parts(clause.strip_suffix(['型', '类', '式', '制'])?, MOST_PARTS)?, true)
            })
    }

    /// `创建任务失败`, `任务创建失败` → `FailedToCreateTask`
    fn failed(&self, clause: &str) -> Option<String> {
        let parts = self.parts(clause.strip_suffix("失败")?, MOST_PARTS)?;
        let mut verbs =
            parts.iter().filter_map(|part| if let Part::Verb(verb) = part { Some(verb) } else { None });
        let [base, ..] = verbs.next()?;
        let others: Vec<&Part> = parts.iter().filter(|part| !matches!(part, Part::Verb(_))).collect();
        let fits = others.iter().all(|part| matches!(part, Part::Word(_))) && !others.is_empty();
        (fits && verbs.next().is_none()).then(|| {
            let object = others.iter().map(|part| if let Part::Word(word) = part { word } else { "" });
            format!("FailedTo{base}{}", object.collect::<String>())
        })
    }

    /// `部门 ID 无效` → `InvalidDepartmentId`
    fn reordered(&self, clause: &str) -> Option<String> {
        let rest = |rest: &str| match unled(rest) {
            "" => Some(String::new()),
            rest => rendered(&self.parts(rest, MOST_PARTS)?, false),
        };
        let starts = clause.char_indices().map(|(at, _)| at);
        let last = starts.filter_map(|at| Some((at, self.endings.get(clause.get(at..)?)?))).next();
        if let Some((at, name)) = last {
            let rest = rest(clause.get(..at)?)?;
            return Some(format!("{name}{}", if name == "TooMany" { plural(&rest) } else { rest }));
        }
        let (end, name) =
            ends(clause).filter_map(|end| Some((end, self.beginnings.get(clause.get(..end)?)?))).last()?;
        Some(format!("{}{name}", rest(clause.get(end..)?)?))
    }

    /// The words of a text: of all ways to divide it, the one with the longest first words.
    fn parts<'a>(&'a self, text: &str, most: usize) -> Option<Vec<Part<'a>>> {
        let text = text.trim();
        if text.is_empty() || most == 0 {
            return None;
        }
        let mut found = self.first(text, most == MOST_PARTS);
        found.sort_by_key(|(end, _)| std::cmp::Reverse(*end));
        for (end, part) in found {
            let rest = text.get(end..)?.trim_start();
            let is_joint = matches!(part, Part::Joint(_));
            if is_joint && (most == MOST_PARTS || rest.is_empty()) {
                continue;
            }
            let after = if rest.is_empty() { Some(Vec::new()) } else { self.parts(rest, most - 1) };
            if let Some(after) = after {
                return Some(std::iter::once(part).chain(after).collect());
            }
        }
        None
    }

    /// Every possible first part of a text, with the index of its end.
    fn first<'a>(&'a self, text: &str, begins: bool) -> Vec<(usize, Part<'a>)> {
        let mut found = Vec::new();
        let mut during = Vec::new();
        let latin = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        if let Some(word) = text.get(..latin).filter(|word| !word.is_empty()) {
            found.extend(self.count(text));
            let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
            let word = if is_number && !begins { Some(word.to_owned()) } else { camel(word) };
            found.extend(word.map(|word| (latin, Part::Word(word))));
            return found;
        }
        found.extend(
            JOINTS
                .iter()
                .filter(|(mark, _)| text.starts_with(mark))
                .map(|(mark, name)| (mark.len(), Part::Joint(name))),
        );
        for (end, word) in ends(text).filter_map(|end| Some((end, self.words.get(text.get(..end)?)?))) {
            found.push((end, Part::Word(word.clone())));
            if text.get(end..).is_some_and(|rest| rest.starts_with('中')) {
                during.push((end + '中'.len_utf8(), Part::Word(format!("In{word}"))));
            }
        }
        for (at, verb) in self.verbs_in(text) {
            found.push((at, Part::Verb(verb)));
            let rest = text.get(at..).unwrap_or_default();
            for (mark, form, name) in MARKS_AFTER {
                // 识别 has a noun: `RecognitionFailed`.
                let has_noun =
                    name == "Failed" && text.get(..at).is_some_and(|verb| self.words.contains_key(verb));
                if rest.starts_with(mark) && !has_noun {
                    found.push((at + mark.len(), Part::State(format!("{}{name}", form.of(verb)))));
                }
            }
        }
        for (mark, form, name) in MARKS_BEFORE {
            for (end, verb) in text.strip_prefix(mark).into_iter().flat_map(|rest| self.verbs_in(rest)) {
                let end = mark.len() + end;
                let during = mark == "正在" && text.get(end..).is_some_and(|rest| rest.starts_with('中'));
                let end = if during { end + '中'.len_utf8() } else { end };
                found.push((end, Part::State(format!("{name}{}", form.of(verb)))));
            }
        }
        for mark in FORBIDDING {
            for (end, verb) in text.strip_prefix(mark).into_iter().flat_map(|rest| self.verbs_in(rest)) {
                found.push((mark.len() + end, Part::Forbidden(verb)));
            }
        }
        found.extend(during);
        found
    }

    fn verbs_in<'a>(&'a self, text: &str) -> Vec<(usize, &'a Verb)> {
        ends(text).filter_map(|end| Some((end, self.verbs.get(text.get(..end)?)?))).collect()
    }

    fn unit(&self, unit: &str) -> Option<&String> {
        self.units.get(unit).or_else(|| self.words.get(unit))
    }

    /// A number, or two with a dash between them, and its unit.
    fn count<'a>(&'a self, text: &str) -> Option<(usize, Part<'a>)> {
        let number = |text: &str| text.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0);
        let end = number(text)?;
        let (mut count, mut rest) =
            text.split_at_checked(end).map(|(count, rest)| (count.to_owned(), rest))?;
        if let Some(more) =
            ["-", "~", "～", "至", "到"].iter().find_map(|dash| rest.trim_start().strip_prefix(dash))
        {
            let more = more.trim_start();
            let (most, after) = more.split_at_checked(number(more)?)?;
            count = format!("{count}To{most}");
            rest = after;
        }
        let rest = rest.trim_start();
        let unit = |end: usize| Some((end, self.unit(rest.get(..end)?)?));
        let (end, unit) = ends(rest).filter_map(unit).last()?;
        Some((text.len() - rest.len() + end, Part::Count(count, unit)))
    }
}

const MOST_PARTS: usize = 6;

const QUOTES: [char; 12] = ['“', '”', '"', '‘', '’', '「', '」', '『', '』', '【', '】', '`'];

/// The index after each of the first characters of a text.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    const MOST_LETTERS: usize = 14;
    text.char_indices().map(|(at, c)| at + c.len_utf8()).take(MOST_LETTERS)
}

/// The clause without a first word that has no meaning of its own.
fn unled(clause: &str) -> &str {
    const LEADS: [&str; 6] = ["表示", "代表", "是否", "该", "此", "您"];
    let clause = clause.trim();
    LEADS.iter().find_map(|lead| clause.strip_prefix(lead)).unwrap_or(clause).trim()
}

/// `1、草稿`, `(1) 草稿` → `草稿`
fn unnumbered(label: &str) -> &str {
    let label = label.trim();
    let inside = label.strip_prefix(['(', '（']).unwrap_or(label);
    let rest = inside.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] =
        if inside.len() < label.len() { &[')', '）'] } else { &['、', '.', '．', ')', '）', ':', '：'] };
    match rest.strip_prefix(marks) {
        Some(after) if rest.len() < inside.len() && !after.starts_with(|c: char| c.is_ascii_digit()) => {
            after.trim_start()
        }
        _ => label,
    }
}

/// `begins`: a name begins with a letter, so the unit is before the number: `Days30`.
fn rendered(parts: &[Part], begins: bool) -> Option<String> {
    let mut name = String::new();
    for (at, part) in parts.iter().enumerate() {
        let first = at == 0;
        let last = at + 1 == parts.len();
        match part {
            Part::Word(word) if !first && (word == "No" || word.starts_with("NoPermission")) => {
                name.push_str("Has");
                name.push_str(word);
            }
            // `COUNTRY 国家`
            Part::Word(word) if !first && name == *word => {}
            Part::Word(word) | Part::State(word) => name.push_str(word),
            Part::Verb([base, participle, _]) => {
                name.push_str(if last && !first { participle } else { base });
            }
            Part::Forbidden([_, participle, _]) if !first && last => {
                name.push_str("CannotBe");
                name.push_str(participle);
            }
            Part::Forbidden([base, ..]) => {
                name.push_str("Cannot");
                name.push_str(base);
            }
            Part::Count(count, unit) if first && begins => {
                name.push_str(unit);
                name.push_str(count);
            }
            Part::Count(count, unit) => {
                name.push_str(count);
                name.push_str(if count == "1" { unit.trim_end_matches('s') } else { unit });
            }
            Part::Joint(word) => name.push_str(word),
        }
    }
    let name = name.replace("NotInIn", "NotIn");
    let is_noun = matches!(parts.last(), Some(Part::Word(_)));
    let many = is_noun && matches!(parts.first(), Some(Part::Word(word)) if word == "All");
    (!name.is_empty()).then(|| if many { plural(&name) } else { name })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::import::glossary::Glossary;

    static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| Glossary::embedded().unwrap_or_default());

    fn value(label: &str) -> String {
        GLOSSARY.value("1", label).unwrap_or_default()
    }

    fn error(label: &str) -> String {
        GLOSSARY.error(label).unwrap_or_default()
    }

    #[test]
    fn nouns_and_adjectives_keep_their_order() {
        assert_eq!(value("浅蓝色"), "LightBlue");
        assert_eq!(value("部门 open_id"), "DepartmentOpenId");
        assert_eq!(value("用户的邮箱"), "UserEmail");
        assert_eq!(value("全部员工"), "AllEmployees");
        assert_eq!(value("COUNTRY 国家"), "Country");
        assert_eq!(value("GPS 打卡"), "GpsClockIn");
        assert_eq!(value("没有这样的词"), "");
    }

    #[test]
    fn marks_change_the_form_of_verbs() {
        assert_eq!(value("已归档"), "Archived");
        assert_eq!(value("未归档"), "NotArchived");
        assert_eq!(value("待归档"), "ToBeArchived");
        assert_eq!(value("归档中"), "Archiving");
        assert_eq!(value("归档失败"), "ArchivingFailed");
        assert_eq!(value("不可归档"), "CannotArchive");
        assert_eq!(value("归档邮件"), "ArchiveEmail");
        assert_eq!(value("邮件已归档"), "EmailArchived");
    }

    #[test]
    fn joints_become_words() {
        assert_eq!(value("手机或邮箱"), "PhoneOrEmail");
        assert_eq!(value("手机/邮箱"), "PhoneOrEmail");
        assert_eq!(value("姓名与工号"), "NameAndEmployeeNumber");
    }

    #[test]
    fn numbers_and_explanations_of_a_label_are_left_out() {
        for label in
            ["草稿", "1、草稿", "（2）草稿", "3. 草稿", "草稿：还没有提交", "“草稿”", "表示草稿（默认）"]
        {
            assert_eq!(value(label), "Draft", "{label}");
        }
    }

    #[test]
    fn units_follow_numbers() {
        assert_eq!(value("30 天"), "Days30");
        assert_eq!(value("51-200 人"), "People51To200");
        assert_eq!(value("7天内"), "Within7Days");
        assert_eq!(value("1年以下"), "LessThanOneYear");
        assert_eq!(value("1 小时以下"), "Under1Hour");
    }

    #[test]
    fn titles_are_verbs_with_their_objects() {
        let title = |label| GLOSSARY.title_by_words(label).unwrap_or_default();
        assert_eq!(title("批量删除班次"), "Delete several shifts");
        assert_eq!(title("获取考勤组列表"), "List attendance groups");
        assert_eq!(title("转移工单"), "Transfer a ticket");
        assert_eq!(title("班次"), "");
    }

    #[test]
    fn errors_are_named_by_what_failed() {
        assert_eq!(error("员工不存在"), "EmployeeNotFound");
        assert_eq!(error("缺少必填参数"), "RequiredParameterMissing");
        assert_eq!(error("部门 ID 无效"), "InvalidDepartmentId");
        assert_eq!(error("成员数量超过上限"), "TooManyMembers");
        assert_eq!(error("附件上传失败"), "FailedToUploadAttachment");
        assert_eq!(error("系统角色不可删除"), "SystemRoleCannotBeDeleted");
        assert_eq!(error("无权限访问该部门"), "NoPermissionToAccessDepartment");
        assert_eq!(error("用户不在考勤组内"), "UserNotInAttendanceGroup");
    }
}
