//! The facts of a row about its field besides the type: limits, conditions, literals, notes.

use super::known::{Known, is_deprecated, is_identifier, rust_name};
use super::literal::{Kind, lengths, literal};
use super::{DraftBase, DraftKind, Drafter, LOOK, scopes, short};
use crate::import::condition::{self, Condition};
use crate::import::doc::PageField;
use crate::import::text::{quoted, unmarked};
use crate::import::wire_type::WireBase;
use crate::import::yaml::Yaml;
use crate::read::diag::{Code, Severity};
use crate::resolve::check;

/// Keys of a field in their order.
#[derive(Default)]
struct Keys(Vec<(String, Yaml)>);

impl Keys {
    fn put(&mut self, key: &str, value: Yaml) {
        self.0.push((key.to_owned(), value));
    }

    fn flag(&mut self, key: &str, set: bool) {
        if set {
            self.put(key, Yaml::plain(true));
        }
    }
}

impl Drafter<'_> {
    /// Everything behind the type, in the order in which people write it.
    pub(super) fn keys(&mut self, known: &mut Known<'_>, siblings: &[PageField]) -> Vec<(String, Yaml)> {
        let row = known.row;
        let mut keys = Keys::default();
        let text = row.about.text.join("\n");
        let unusable = is_unusable(&text) && !known.required && row.seen.is_none();
        if let Some(format) = format(known) {
            keys.put("format", Yaml::text(format));
        }
        keys.flag("required", known.required);
        let condition = row.condition().filter(|_| known.place.sent && !unusable && !known.required);
        let condition = condition.map(|sentence| self.required_when(&sentence, row, siblings));
        let unread = condition.as_ref().is_some_and(|(_, sure)| !sure);
        if let Some((when, _)) = condition {
            keys.put("required_when", when);
        }
        if let Some(fixed) = fixed(known) {
            keys.put("fixed", fixed);
        }
        let limits = limits(known);
        self.default_of(known, &limits, &mut keys);
        limits.iter().for_each(|(key, limit)| keys.put(key, limit.clone()));
        if unusable {
            keys.put("unusable", Yaml::text("The page says that it has no effect and must not be used."));
        } else if is_deprecated(&text) || is_unusable(&text) {
            keys.put("deprecated", replacement(&text, siblings));
        }
        keys.flag("sensitive", self.glossary.is_sensitive(&row.name, known.place.owner));
        keys.flag("replaces", known.place.sent && known.list > 0 && replaces(row));
        if !row.about.scopes.is_empty() {
            keys.put("scopes", scopes(&row.about.scopes));
        }
        let label = row.about.text.first().and_then(|text| short(text));
        let ours = match &label {
            Some(label) => self.glossary.text(&self.service, label),
            None => self.glossary.text_by_name(&row.name),
        };
        if let Some(label) = label {
            keys.put("label", Yaml::text(label));
        }
        if self.full && !text.is_empty() {
            let prose = row.about.prose().collect::<Vec<_>>().join(" ");
            keys.put("doc", Yaml::text(unmarked(&prose).replace('\n', " ")));
        } else if let Some(ours) = ours {
            keys.put("doc", Yaml::text(ours));
        }
        self.example_of(known, &limits, &mut keys);
        if !is_identifier(&row.name) {
            keys.put("rust", Yaml::text(rust_name(&row.name)));
        }
        self.remarks(known, unread, &mut keys);
        keys.0
    }

    /// `fix` and `review`, which the report repeats.
    fn remarks(&mut self, known: &Known<'_>, unread: bool, keys: &mut Keys) {
        let row = known.row;
        if !known.fixes.is_empty() {
            let fix = known.fixes.join(" ");
            self.problem(row.at, Code::H404, Severity::Warning, format!("`{}`: {fix}", row.name), LOOK);
            keys.put("fix", Yaml::text(fix));
        }
        let mut review = Vec::new();
        if unread {
            review
                .push("the page has a condition under which it is required (必填), which could not be read");
        }
        if row.unsure {
            review.push("its place in the tree is not certain");
            let message = format!("the place of `{}` is not certain", row.name);
            let help = "compare the spec with the page, then delete the field's `review`";
            self.problem(row.at, Code::H403, Severity::Warning, message, help);
        }
        if !review.is_empty() {
            keys.put("review", Yaml::text(format!("{}.", review.join("; "))));
        }
    }

    fn default_of(&self, known: &mut Known<'_>, limits: &[(&'static str, Yaml)], keys: &mut Keys) {
        let text = known.row.about.default.as_deref().filter(|_| !known.required);
        match text.and_then(|text| self.literal(known, text, false)) {
            Some(value) if obeys(&value, limits) => keys.put("default", value),
            Some(_) => {
                known
                    .fixes
                    .push("The page's default violates the page's own limit; it is left out.".to_owned());
            }
            None => {}
        }
    }

    fn example_of(&mut self, known: &mut Known<'_>, limits: &[(&'static str, Yaml)], keys: &mut Keys) {
        let Some(text) = &known.row.about.example else { return };
        let object = match known.base {
            DraftBase::Type(id) => {
                matches!(self.types.get(id).map(|ty| &ty.kind), Some(DraftKind::Object(_)))
            }
            DraftBase::Scalar(_) => false,
        };
        let text = text.split("[了解更多").next().unwrap_or(text);
        if known.maps > 0 || known.kind.is_none() || object {
            let text = text.trim();
            let shows = !matches!(text, "" | "-" | "\\-" | "无" | "空");
            if object && shows && serde_json::from_str::<serde_json::Value>(text).is_err() {
                known.fixes.push("The page's example of this field is not JSON; it is left out.".to_owned());
            }
            return;
        }
        match self.literal(known, text, true) {
            Some(value) if obeys(&value, limits) => keys.put("example", value),
            Some(_) => {
                known
                    .fixes
                    .push("The page's example violates the page's own limit; it is left out.".to_owned());
            }
            None if matches!(text.trim(), "" | "\"\"" | "[]" | "-" | "无" | "空" | "null") => {}
            None => {
                known
                    .fixes
                    .push("The page's example does not have the page's type; it is left out.".to_owned());
            }
        }
    }

    fn literal(&self, known: &Known<'_>, text: &str, example: bool) -> Option<Yaml> {
        let kind = known.kind?;
        let text = if example { text } else { quoted(text).unwrap_or(text) };
        let value =
            literal(text, kind, if known.maps > 0 { 0 } else { known.list }, known.place.section == "query")?;
        // A default that the list of values does not have is a sentence.
        if !example && let DraftBase::Type(id) = known.base {
            let spelled = match &value {
                Yaml::Text(text) | Yaml::Plain(text) => text,
                _ => return None,
            };
            let Some(DraftKind::Enum { values, .. }) = self.types.get(id).map(|ty| &ty.kind) else {
                return None;
            };
            values.iter().find(|value| value.value == *spelled)?;
        }
        if !example && kind == Kind::String && !text.is_ascii() {
            return None;
        }
        Some(value)
    }

    /// The condition as data if it can be read, otherwise a sentence that is not certain.
    fn required_when(&self, sentence: &str, row: &PageField, siblings: &[PageField]) -> (Yaml, bool) {
        match condition::read(sentence, row, siblings) {
            Some(Condition { field, test }) => {
                let named = |value: &str| self.value_name(&field, value, siblings);
                let test = match test {
                    condition::Test::Is(value) => named(&value),
                    condition::Test::Contains(value) => {
                        Yaml::Inline(vec![("contains".to_owned(), named(&value))])
                    }
                    condition::Test::Present(present) => {
                        Yaml::Inline(vec![("present".to_owned(), Yaml::plain(present))])
                    }
                };
                (Yaml::Inline(vec![(field, test)]), true)
            }
            None if self.full => (Yaml::text(sentence), false),
            None => (Yaml::text("The page says when."), false),
        }
    }

    /// A value of a sibling as the schema writes it: by its name if the sibling is an enum.
    fn value_name(&self, field: &str, value: &str, siblings: &[PageField]) -> Yaml {
        let sibling = siblings.iter().find(|sibling| sibling.name == field);
        let kind = sibling.map(|sibling| &sibling.ty.base);
        if matches!(kind, Some(WireBase::Bool)) {
            return Yaml::plain(value);
        }
        let known = sibling.map_or(&[][..], |sibling| sibling.about.values.as_slice());
        let names: Vec<String> = known
            .iter()
            .map(|known| {
                self.glossary
                    .value(&known.value, &known.label)
                    .unwrap_or_else(|| crate::resolve::name::placeholder(&known.value))
            })
            .collect();
        let at = known.iter().position(|known| known.value == value);
        match at.and_then(|at| {
            names.get(at).filter(|name| names.iter().position(|other| other == *name) == Some(at))
        }) {
            Some(name) => Yaml::text(name.as_str()),
            None if matches!(kind, Some(WireBase::Int)) => Yaml::plain(value),
            None => Yaml::text(value),
        }
    }
}

/// Times, dates and JSON in text, if the text mentions them and no example contradicts it.
fn format(known: &Known<'_>) -> Option<&'static str> {
    let about = &known.row.about;
    let text = about.text.join(" ");
    let scalar =
        matches!(known.base, DraftBase::Scalar("string" | "int")) && known.list == 0 && known.maps == 0;
    if !scalar {
        return None;
    }
    let example = about.example.as_deref().map(|example| unmarked(example).trim_matches('"').to_owned());
    let digits = example
        .as_deref()
        .is_none_or(|example| !example.is_empty() && example.bytes().all(|byte| byte.is_ascii_digit()));
    let length = example.as_deref().map_or(0, str::len);
    // The name of another field, such as `expiry_timestamp`, tells nothing about this one.
    let words = text.to_ascii_lowercase().replace("_timestamp", "");
    let stamp = text.contains("时间戳") || words.contains("timestamp");
    if stamp && digits {
        let milliseconds = text.contains("毫秒") || words.contains("millisecond") || says_ms(&words);
        let seconds = !milliseconds && (text.contains("秒") || words.contains("second"));
        return match (milliseconds, seconds, length) {
            (true, ..) => Some("ms"),
            (_, true, _) | (_, _, 10) => Some("s"),
            (_, _, 13) => Some("ms"),
            _ => None,
        };
    }
    if known.base != DraftBase::Scalar("string") {
        return None;
    }
    let spelling = about.spelling.as_deref().unwrap_or_default();
    let says_date = [&text, spelling].iter().any(|text| {
        let text = text.to_ascii_lowercase();
        text.contains("yyyy-mm-dd") && !text.contains("hh") && !text.contains("{\"")
    });
    let is_date = |text: &str| {
        text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    };
    if says_date && example.as_deref().is_none_or(is_date) {
        return Some("date");
    }
    let json = text.to_ascii_lowercase().contains("json")
        && example.as_deref().is_some_and(|example| example.starts_with(['{', '[']));
    json.then_some("json")
}

/// Whether `ms` occurs as a word.
fn says_ms(words: &str) -> bool {
    words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "ms")
}

/// `固定取值为 `2``: the one value that the page allows.
fn fixed(known: &Known<'_>) -> Option<Yaml> {
    let about = &known.row.about;
    let kind = known.kind.filter(|_| known.required && known.list == 0 && known.maps == 0)?;
    let said = about.text.iter().find_map(|line| {
        let at = ["固定取值为", "固定值为", "固定为", "固定填", "固定传"]
            .iter()
            .find_map(|word| line.split_once(word))?
            .1;
        let value = quoted(at)?;
        let before = at.split('`').next().unwrap_or_default();
        before.trim().is_empty().then(|| value.to_owned())
    });
    literal(about.fixed.as_ref().or(said.as_ref())?, kind, 0, false)
}

/// Limits that go with the type, without those that the page's own example breaks: it has to be sendable.
fn limits(known: &mut Known<'_>) -> Vec<(&'static str, Yaml)> {
    let mut limits = documented_limits(known);
    let before = limits.len();
    limits.retain(
        |(_, limit)| !matches!(limit, Yaml::Text(pattern) if check::pattern::parse(pattern).is_err()),
    );
    if limits.len() < before {
        known.fixes.push("The page's pattern is not a regular expression; it is left out.".to_owned());
    }
    let shown = known.row.about.example.as_deref().zip(known.kind);
    let shown = shown.and_then(|(text, kind)| literal(text, kind, known.list, true));
    if let Some(shown) = shown.filter(|_| known.place.sent) {
        let before = limits.len();
        limits.retain(|(key, limit)| is_within(&shown, key, limit));
        if limits.len() < before {
            known
                .fixes
                .push("The page's example violates the page's own limit; the limit is left out.".to_owned());
        }
    }
    limits
}

fn documented_limits(known: &Known<'_>) -> Vec<(&'static str, Yaml)> {
    let about = &known.row.about;
    let scalar = matches!(known.base, DraftBase::Scalar(_));
    let whole = known.kind == Some(Kind::Int);
    let number = scalar && (whole || known.kind == Some(Kind::Float));
    // A time is a number in Rust, which has no characters to count.
    let text = scalar && known.kind == Some(Kind::String) && !matches!(format(known), Some("ms" | "s"));
    let mut limits = Vec::new();
    for (key, limit) in [("minimum", about.minimum), ("maximum", about.maximum)] {
        let limit = limit.filter(|limit| number && (!whole || limit.fract() == 0.0) && limit.abs() < 9e15);
        limits.extend(limit.map(|limit| (key, Yaml::plain(limit))));
    }
    let of_items = known.list > 0 && !about.counts_characters;
    let names = if of_items { ["min_items", "max_items"] } else { ["min_length", "max_length"] };
    let ordered = about.min_length.zip(about.max_length).is_none_or(|(least, most)| least <= most);
    let counts = [about.min_length, about.max_length].map(|count| count.filter(|count| *count > 0));
    for (key, count) in names.into_iter().zip(counts).filter(|_| (of_items || text) && ordered) {
        limits.extend(count.map(|count| (key, Yaml::plain(count))));
    }
    if let Some(pattern) = about.pattern.as_deref().filter(|_| text && known.list == 0) {
        limits.extend(regular(pattern).map(|pattern| ("pattern", Yaml::text(pattern))));
    }
    limits
}

/// A pattern of the page as Rust reads patterns: `[` inside of brackets is escaped. One that looks ahead or behind is no
/// regular expression in Rust.
fn regular(pattern: &str) -> Option<String> {
    if ["(?=", "(?!", "(?<"].iter().any(|look| pattern.contains(look)) {
        return None;
    }
    let pattern = pattern.strip_prefix('/').and_then(|inside| inside.strip_suffix('/')).unwrap_or(pattern);
    let mut out = String::with_capacity(pattern.len());
    let (mut inside, mut escaped) = (false, false);
    for c in pattern.chars() {
        if c == '[' && inside && !escaped {
            out.push('\\');
        }
        inside = !escaped && (c == '[' || inside && c != ']') || escaped && inside;
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    Some(out)
}

/// Whether a literal is within all of these.
fn obeys(value: &Yaml, limits: &[(&'static str, Yaml)]) -> bool {
    limits.iter().all(|(key, limit)| is_within(value, key, limit))
}

/// Whether a literal is within a limit; one that is not a number always is.
fn is_within(value: &Yaml, key: &str, limit: &Yaml) -> bool {
    if let (Yaml::Text(pattern), Yaml::Text(text)) = (limit, value) {
        return check::pattern::whole(pattern).is_none_or(|pattern| pattern.is_match(text));
    }
    let Yaml::Plain(limit) = limit else { return true };
    let Ok(limit) = limit.parse::<f64>() else { return true };
    let (count, number) = lengths(value);
    let list = matches!(value, Yaml::List(_));
    #[expect(clippy::cast_precision_loss, reason = "a count of characters on a page")]
    let count = count as f64;
    match key {
        "minimum" => number.is_none_or(|number| number >= limit),
        "maximum" => number.is_none_or(|number| number <= limit),
        "min_items" => !list || count >= limit,
        "max_items" => !list || count <= limit,
        "min_length" => list || count >= limit,
        "max_length" => list || count <= limit,
        _ => true,
    }
}

fn is_unusable(text: &str) -> bool {
    let text = unmarked(text);
    let about_itself = text.lines().next().unwrap_or_default();
    ["，请勿使用", "无效字段", "该字段无效", "无效参数", "此字段无效"]
        .iter()
        .any(|word| about_itself.contains(word))
}

/// Whether a list that is sent replaces what is stored.
fn replaces(row: &PageField) -> bool {
    row.about
        .prose()
        .any(|line| ["全量覆盖", "覆盖更新", "覆盖式更新"].iter().any(|word| line.contains(word)))
}

/// The sibling to use instead of a deprecated field, as the schema writes it.
fn replacement(text: &str, siblings: &[PageField]) -> Yaml {
    let name = || {
        let words = ["请使用", "推荐使用", "建议使用", "请用", "请参考"];
        let (_, after) = words.iter().find_map(|word| text.split_once(word))?;
        let after = after.trim_start_matches(['`', '「', ' ']);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let name = after.get(..end)?;
        siblings.iter().find(|sibling| sibling.name == name)
    };
    match name() {
        Some(sibling) => Yaml::Inline(vec![("use".to_owned(), Yaml::text(sibling.name.as_str()))]),
        None => Yaml::plain(true),
    }
}
