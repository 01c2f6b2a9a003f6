//! The description of a field → facts about the field: example, values, limits, conditions, scopes.

use super::scope::{PageScope, scopes};
use super::table::Piece;
use super::text::{plain, quoted, unescaped};
use super::values::{Value, described, item, listed, spread, value};
use super::wire_type::WireType;

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

/// What a bold word introduces.
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
                // A cell escapes its pipes, also those of a regular expression.
                let line = unescaped(line).replace("\\|", "|");
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

/// A label without bold at the beginning of a line.
fn plain_label(line: &str) -> Option<(Label, &str)> {
    const WORDS: [&str; 7] = ["示例值", "示例", "可选值有", "可选值", "枚举值", "默认值", "Example value"];
    let word = WORDS.iter().find(|word| line.starts_with(*word))?;
    let after = line.get(word.len()..)?.trim_start().strip_prefix(['：', ':'])?;
    Some((known_label(word, true)?, after.trim_start()))
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
    fn a_regular_expression_has_its_pipes_without_the_marks_of_the_cell() {
        let description = read(r"单位<br>**数据校验规则**：<br>- 正则校验：`^(kg\|g)$`", "string");
        assert_eq!(description.pattern.as_deref(), Some("^(kg|g)$"));
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
            "- 1 表示开<br>- 2 表示关",
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
