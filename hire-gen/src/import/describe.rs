//! The description of a field → facts about the field: example, values, limits, conditions, scopes.

use super::scope::{PageScope, scopes};
use super::table::Piece;
use super::text::{bare, plain, quoted, unescaped};
use super::wire_type::{WireBase, WireType};

/// The facts in a description.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// The text before the first label, and after the last one if it continues.
    pub text: Vec<String>,
    /// The example, as written there.
    pub example: Option<String>,
    /// The default, as written there.
    pub default: Option<String>,
    /// The only values there are.
    pub values: Vec<Value>,
    /// Values in the text that may not be all.
    pub open_values: Vec<Value>,
    /// Limits of a number.
    pub minimum: Option<f64>,
    /// Limits of a number.
    pub maximum: Option<f64>,
    /// Limits of a text in characters, or of a list in items.
    pub min_length: Option<u64>,
    /// Limits of a text in characters, or of a list in items.
    pub max_length: Option<u64>,
    /// Whether a length counts characters although the field is a list, as the rule itself demands.
    pub counts_characters: bool,
    /// Regular expression.
    pub pattern: Option<String>,
    /// The only value.
    pub fixed: Option<String>,
    /// How the value is spelled.
    pub spelling: Option<String>,
    /// Scopes without which the field stays empty.
    pub scopes: Vec<PageScope>,
    /// Scopes that one value needs.
    pub value_scopes: Vec<(String, Vec<PageScope>)>,
    /// Notes, each a paragraph.
    pub notes: Vec<String>,
    /// Rules that are none of the above.
    pub other_rules: Vec<String>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As sent.
    pub value: String,
    /// Its meaning.
    pub label: String,
}

/// The kind of rule that a bold word introduces.
#[derive(Clone, Debug, PartialEq)]
enum Label {
    Example,
    Values,
    Default,
    Rules,
    Fixed,
    Spelling,
    Scopes,
    ValueScopes(String),
    Note,
    Minimum,
    Maximum,
    Range,
    MaxLength,
}

impl Description {
    /// Reads the parts of a cell.
    pub(super) fn read(pieces: &[Piece<'_>], ty: &WireType) -> Self {
        let mut reader = Reader { out: Self::default(), at: None, ty, closed: false, unmarked: false };
        for piece in pieces {
            reader.piece(piece);
        }
        reader.finish()
    }

    /// Everything that is text, for people and for the rules that read it.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        self.text.iter().chain(&self.notes).map(String::as_str)
    }
}

/// How rules begin.
const RULES: [&str; 14] = [
    "最大值",
    "最小值",
    "取值范围",
    "最大长度",
    "最小长度",
    "长度范围",
    "正则校验",
    "Maximum value",
    "Minimum value",
    "Value range",
    "Maximum length",
    "Minimum length",
    "Length range",
    "Regular expression",
];

struct Reader<'a> {
    out: Description,
    at: Option<Label>,
    ty: &'a WireType,
    /// The label has had its value: what follows is text again.
    closed: bool,
    /// The values have no marks of a list.
    unmarked: bool,
}

impl Reader<'_> {
    fn piece(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Line(line) => {
                let line = unescaped(line);
                let mut rest = line.trim();
                if let Some((label, after)) = plain_label(rest) {
                    self.label(label);
                    rest = after;
                }
                while let Some((before, label, after)) = find_label(rest) {
                    self.line(before);
                    self.label(label);
                    rest = after;
                }
                self.line(rest);
            }
            Piece::Value(value, label) => {
                let label = label.trim().to_owned();
                self.out.values.push(Value { value: plain(value), label });
            }
            Piece::Scope(name, label) => match (&self.at, self.out.value_scopes.last_mut()) {
                (Some(Label::ValueScopes(_)), Some((_, list))) => list.push(PageScope::new(name, label)),
                _ => self.out.scopes.push(PageScope::new(name, label)),
            },
            Piece::End => self.at = None,
            Piece::Token(_) | Piece::Apps(_) | Piece::Required | Piece::Unknown(..) => {}
        }
    }

    fn label(&mut self, label: Label) {
        match &label {
            Label::Note => self.out.notes.push(String::new()),
            Label::ValueScopes(value) => self.out.value_scopes.push((value.clone(), Vec::new())),
            _ => {}
        }
        self.at = Some(label);
        self.closed = false;
    }

    fn line(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() || line == "```" {
            return;
        }
        match &self.at {
            Some(Label::Example) if !self.closed => self.once(line, |out| &mut out.example),
            Some(Label::Default) if !self.closed => self.once(line, |out| &mut out.default),
            Some(Label::Fixed) if !self.closed => self.once(line, |out| &mut out.fixed),
            Some(Label::Spelling) if !self.closed => self.once(line, |out| &mut out.spelling),
            Some(Label::Minimum) if !self.closed => {
                self.out.minimum = number(line);
                self.closed = true;
            }
            Some(Label::Maximum) if !self.closed => {
                self.out.maximum = number(line);
                self.closed = true;
            }
            Some(Label::Range) if !self.closed => {
                (self.out.minimum, self.out.maximum) = range(line);
                self.closed = true;
            }
            Some(Label::MaxLength) if !self.closed => {
                self.out.max_length = number(line).map(whole);
                self.closed = true;
            }
            Some(Label::Values) => self.value(line),
            Some(Label::Rules) => self.rule(line),
            Some(Label::Scopes) => self.out.scopes.extend(scopes(line)),
            Some(Label::ValueScopes(_)) => {
                if let Some((_, list)) = self.out.value_scopes.last_mut() {
                    list.extend(scopes(line));
                }
            }
            Some(Label::Note) => {
                if let Some(note) = self.out.notes.last_mut() {
                    if !note.is_empty() {
                        note.push('\n');
                    }
                    note.push_str(line);
                }
            }
            _ => self.out.text.push(line.to_owned()),
        }
    }

    fn once(&mut self, line: &str, slot: impl Fn(&mut Description) -> &mut Option<String>) {
        // A list or an object may be spread over several lines.
        match slot(&mut self.out) {
            Some(text) if opens(text) => {
                text.push('\n');
                text.push_str(line);
            }
            slot => *slot = Some(line.to_owned()),
        }
        self.closed = slot(&mut self.out).as_deref().is_some_and(|text| !opens(text));
    }

    fn value(&mut self, line: &str) {
        // The first value says whether they have marks.
        self.unmarked |= self.out.values.is_empty() && item(line).is_none();
        let item = item(line).or_else(|| Some(line).filter(|line| self.unmarked && line.contains('：')));
        match item.and_then(|item| value(item, self.ty).or_else(|| described(item, self.ty))) {
            Some(value) => {
                let mut values = spread(value, self.ty);
                self.out.values.append(&mut values);
            }
            None => match self.out.values.last_mut() {
                Some(last) => {
                    last.label.push('\n');
                    last.label.push_str(line);
                }
                None => self.out.text.push(line.to_owned()),
            },
        }
    }

    fn rule(&mut self, line: &str) {
        let line = item(line).unwrap_or(line);
        // Several rules that a copy has put into one line.
        match RULES.iter().find_map(|name| line.find(&format!(" - {name}"))) {
            Some(at) if RULES.iter().any(|name| line.starts_with(name)) => {
                let (first, others) = line.split_at_checked(at).unwrap_or((line, ""));
                self.one_rule(first);
                self.rule(others.trim_start().trim_start_matches("- "));
            }
            _ => self.one_rule(line),
        }
    }

    fn one_rule(&mut self, rule: &str) {
        let ranged = |name: &str| {
            let rest = names_of(name).find_map(|name| rule.strip_prefix(name))?;
            Some(rest.trim_start_matches(['：', ':', ' ']))
        };
        if let Some(rest) = ranged("最大值") {
            self.out.maximum = number(rest);
        } else if let Some(rest) = ranged("最小值") {
            self.out.minimum = number(rest);
        } else if let Some(rest) = ranged("取值范围") {
            (self.out.minimum, self.out.maximum) = range(rest);
        } else if let Some(rest) = ranged("最大长度") {
            self.out.max_length = number(rest).map(whole);
            self.counted(rest);
        } else if let Some(rest) = ranged("最小长度") {
            self.out.min_length = number(rest).map(whole);
            self.counted(rest);
        } else if let Some(rest) = ranged("长度范围") {
            let (least, most) = range(rest);
            (self.out.min_length, self.out.max_length) = (least.map(whole), most.map(whole));
            self.counted(rest);
        } else if let Some(rest) = ranged("正则校验") {
            self.out.pattern = Some(quoted(rest).unwrap_or(rest).to_owned());
        } else if rule.contains("字符")
            && (rule.contains('~') || rule.contains('～'))
            && number(rule).is_some()
        {
            let (least, most) = range(rule);
            (self.out.min_length, self.out.max_length) = (least.map(whole), most.map(whole));
            self.counted(rule);
        } else {
            self.out.other_rules.push(rule.to_owned());
        }
    }

    fn counted(&mut self, rule: &str) {
        self.out.counts_characters |= rule.contains("字符") || rule.contains("character");
    }

    fn finish(mut self) -> Description {
        self.out.notes.retain(|note| !note.is_empty());
        self.out.fixed = self.out.fixed.map(|fixed| fixed.trim_matches('`').to_owned());
        if self.unmarked && self.out.values.len() == 1 {
            // A sentence that begins with a word.
            let sentence = self.out.values.drain(..).map(|value| format!("{}：{}", value.value, value.label));
            self.out.text.extend(sentence);
        }
        if self.out.values.is_empty() {
            self.out.open_values = listed(&self.out.text, self.ty);
        }
        self.out
    }
}

/// A rule's name in both languages.
fn names_of(name: &str) -> impl Iterator<Item = &str> {
    let half = RULES.len() / 2;
    let at = RULES.iter().position(|rule| *rule == name);
    std::iter::once(name).chain(at.and_then(|at| RULES.get(at + half)).copied())
}

/// The first label of a line: the text before it, and the text after it.
fn find_label(line: &str) -> Option<(&str, Label, &str)> {
    let mut from = 0;
    loop {
        let open = from + line.get(from..)?.find("**")?;
        let inside = line.get(open + 2..)?;
        let close = inside.find("**")?;
        let word = inside.get(..close)?;
        let after = inside.get(close + 2..)?;
        let (word, colon) = match word.trim_end().strip_suffix(['：', ':']) {
            Some(word) => (word, true),
            None => (word, after.trim_start().starts_with(['：', ':'])),
        };
        if let Some(label) = known_label(word.trim(), colon) {
            let after = after.trim_start();
            let after = after.strip_prefix(['：', ':']).unwrap_or(after);
            return Some((line.get(..open)?.trim_end_matches(['-', ' ']), label, after.trim_start()));
        }
        from = open + 2 + close + 2;
    }
}

fn known_label(word: &str, colon: bool) -> Option<Label> {
    if let Some(value) = word.strip_prefix("当值为").and_then(quoted)
        && word.contains("权限要求")
    {
        return Some(Label::ValueScopes(value.to_owned()));
    }
    if word.starts_with("字段权限要求") || word.starts_with("Required field scopes") {
        return Some(Label::Scopes);
    }
    if !colon {
        return matches!(word, "注意" | "说明").then_some(Label::Note);
    }
    Some(match word {
        "示例值" | "示例" | "Example" | "Example value" => Label::Example,
        "可选值有"
        | "可能值有"
        | "可能的值有"
        | "枚举值有"
        | "可选值"
        | "枚举值"
        | "取值"
        | "取值有"
        | "可能值"
        | "枚举值如下"
        | "可选值如下"
        | "取值如下"
        | "Optional values are"
        | "Optional values"
        | "Possible values"
        | "Enum values" => Label::Values,
        "默认值" | "Default value" => Label::Default,
        "数据校验规则" | "校验规则" | "Data validation rules" | "Data validation rule" => {
            Label::Rules
        }
        "固定值" | "Fixed value" => Label::Fixed,
        "值格式" | "Value format" => Label::Spelling,
        "最小值" | "Minimum value" => Label::Minimum,
        "最大值" | "Maximum value" => Label::Maximum,
        "数据范围" | "取值范围" | "Value range" => Label::Range,
        "最大长度" | "Maximum length" => Label::MaxLength,
        "注意" | "注意事项" | "说明" | "请注意" | "特殊说明" | "Note" => Label::Note,
        _ => return None,
    })
}

/// Longer than any example of one field.
const MOST_EXAMPLE: usize = 10_000;

/// Whether a list or an object begins here and does not end.
fn opens(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('[') || text.starts_with('{'))
        && text.len() < MOST_EXAMPLE
        && text.matches(['[', '{']).count() > text.matches([']', '}']).count()
        && !text.contains("](")
}

/// A list item without its mark.
fn item(line: &str) -> Option<&str> {
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
fn value(item: &str, ty: &WireType) -> Option<Value> {
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
    let label = label.trim();
    let label = ["表示", "代表"].iter().find_map(|word| label.strip_prefix(word)).unwrap_or(label);
    Some(Value { value: key.to_owned(), label: label.trim().to_owned() })
}

/// A value of an official list with what else separates it from its label: `1 - 入职`, `1 = 入职`, `` `1` 表示入职 ``.
fn described(item: &str, ty: &WireType) -> Option<Value> {
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

/// A label without bold at the beginning of a line.
fn plain_label(line: &str) -> Option<(Label, &str)> {
    const WORDS: [&str; 7] = ["示例值", "示例", "可选值有", "可选值", "枚举值", "默认值", "Example value"];
    let word = WORDS.iter().find(|word| line.starts_with(*word))?;
    let after = line.get(word.len()..)?.trim_start().strip_prefix(['：', ':'])?;
    Some((known_label(word, true)?, after.trim_start()))
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
fn spread(first: Value, ty: &WireType) -> Vec<Value> {
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
fn listed(lines: &[String], ty: &WireType) -> Vec<Value> {
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

/// The first number of a text; `100,000` is one.
fn number(text: &str) -> Option<f64> {
    numbers(text).next()
}

fn numbers(text: &str) -> impl Iterator<Item = f64> {
    let text = text.replace(',', "");
    let mut found = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || c == '.' && !word.is_empty() || c == '-' && word.is_empty() {
            word.push(c);
        } else {
            found.extend(word.trim_end_matches('.').parse::<f64>().ok().filter(|n| n.is_finite()));
            word.clear();
        }
    }
    found.into_iter()
}

fn range(text: &str) -> (Option<f64>, Option<f64>) {
    let mut numbers = numbers(text);
    (numbers.next(), numbers.next())
}

/// A count; a negative number or a fraction is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates")]
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ty: &str) -> Description {
        let pieces: Vec<Piece<'_>> = text.split("<br>").map(Piece::Line).collect();
        Description::read(&pieces, &WireType::read(ty))
    }

    fn values(values: &[Value]) -> String {
        values.iter().map(|value| format!("{}={} ", value.value, value.label)).collect()
    }

    #[test]
    fn values_are_read_however_they_are_written() {
        for list in [
            "- 1：开<br>- 2：关",
            "- `1`：开<br>- `2`：关",
            "- **1**：开<br>- **2**：关",
            "- 1 - 开<br>- 2 - 关",
            "- 1 = 开<br>- 2 = 关",
            "- 1、开<br>- 2、关",
            "- `1` 表示开<br>- `2` 表示关",
            "1：开<br>2：关",
        ] {
            for label in ["**可选值有**：", "**枚举值如下：**", "可选值有："] {
                let about = read(&format!("开关<br>{label}<br>{list}"), "int");
                assert_eq!(values(&about.values), "1=开 2=关 ", "{label} {list}");
            }
        }
        let about = read("开关<br>**可选值有**：<br>- 1：开<br>备注：随时可改", "int");
        assert_eq!(values(&about.values), "1=开\n备注：随时可改 ");
    }

    #[test]
    fn keys_of_json_and_words_of_sentences_are_no_values() {
        let about = read(
            "评论，JSON 格式。参数说明：<br>- text：string 类型，文本。<br>- files：File[] 类型，附件。",
            "string",
        );
        assert_eq!(values(&about.open_values), "");
        let about =
            read("附件。注意：<br>- `parent_type` 需传入固定值。<br>- `parent_node` 需传入编号。", "string");
        assert_eq!(values(&about.open_values), "");
        let about = read("状态：<br>- `on`：开<br>- `off`：关", "string");
        assert_eq!(values(&about.open_values), "on=开 off=关 ");
    }

    #[test]
    fn entities_are_what_they_stand_for() {
        assert_eq!(
            read("名称<br>**示例值**：&quot;a&amp;b&quot;", "string").example.as_deref(),
            Some("\"a&b\"")
        );
    }
}
