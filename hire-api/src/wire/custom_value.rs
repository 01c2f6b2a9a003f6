//! The value of a custom field: one string, spelled in one of ten ways.

use std::fmt;

use crate::check::{Check, Checks};
use crate::wire::scalar::{Scalar, read_scalars};
use crate::wire::write::{self, Write};

/// The value of a custom field: a string whose spelling depends on the kind of the field.
///
/// | kind of field | make it with | read it with |
/// |---|---|---|
/// | single choice (单选) | `"1".into()` | [`as_str`](Self::as_str) |
/// | multiple choice (多选) | [`multiple`](Self::multiple) | [`as_list`](Self::as_list) |
/// | single or several lines (单行, 多行) | `"text".into()` | [`as_str`](Self::as_str) |
/// | number (数字) | `"1".into()` | [`as_str`](Self::as_str) |
/// | month, year or date (月份选择, 年份选择, 日期选择) | [`time`](Self::time) | [`as_millis`](Self::as_millis) |
/// | attachments (附件) | [`attachments`](Self::attachments) | [`as_attachments`](Self::as_attachments) |
/// | period (时间段) | [`period`](Self::period) | [`as_period`](Self::as_period) |
///
/// ```
/// use hire_api::CustomValue;
///
/// assert_eq!(CustomValue::multiple(["1", "2"]).as_str(), r#"["1", "2"]"#);
/// assert_eq!(CustomValue::from("C9").as_str(), "C9");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CustomValue(String);

impl CustomValue {
    /// Several choices, by the IDs of the options.
    pub fn multiple(options: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let options: Vec<String> = options.into_iter().map(|option| quoted(option.as_ref())).collect();
        Self(format!("[{}]", options.join(", ")))
    }

    /// A month, a year or a date: milliseconds since 1970.
    pub fn time(millis: i64) -> Self {
        Self(millis.to_string())
    }

    /// Files, by their IDs.
    pub fn attachments(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let files = ids.into_iter().map(|id| format!("{{\"file_id\": {}}}", quoted(id.as_ref())));
        Self(format!("[{}]", files.collect::<Vec<_>>().join(",")))
    }

    /// From one time to another: milliseconds since 1970.
    pub fn period(start: i64, end: i64) -> Self {
        Self(format!("[\"{start}\", \"{end}\"]"))
    }

    /// Returns the text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the choices, if it is a list of them.
    pub fn as_list(&self) -> Option<Vec<String>> {
        serde_json::from_str(&self.0).ok()
    }

    /// Returns the time, if it is a number: milliseconds since 1970.
    pub fn as_millis(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Returns the IDs of the files, if it is a list of them.
    pub fn as_attachments(&self) -> Option<Vec<String>> {
        let files: Vec<serde_json::Value> = serde_json::from_str(&self.0).ok()?;
        files.iter().map(|file| file.get("file_id")?.as_str().map(str::to_owned)).collect()
    }

    /// Returns start and end, if it has both: milliseconds since 1970.
    pub fn as_period(&self) -> Option<(i64, i64)> {
        let [start, end]: [String; 2] = serde_json::from_str(&self.0).ok()?;
        Some((start.parse().ok()?, end.parse().ok()?))
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl From<&str> for CustomValue {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for CustomValue {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for CustomValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Check for CustomValue {
    fn check(&self, _: &mut Checks) {}
}

impl Write for CustomValue {
    fn write(&self, out: &mut Vec<u8>) {
        write::text(&self.0, out);
    }
}

impl Scalar for CustomValue {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn from_owned_text(text: String) -> Option<Self> {
        Some(text.into())
    }

    fn from_int(number: i64) -> Option<Self> {
        Some(Self(number.to_string()))
    }

    fn from_number(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

read_scalars!(CustomValue);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_spelled_as_on_the_page_and_read_back() {
        let choices = CustomValue::multiple(["1", "2"]);
        assert_eq!(choices.as_str(), r#"["1", "2"]"#);
        assert_eq!(choices.as_list().unwrap(), ["1", "2"]);
        let files = CustomValue::attachments(["7250161881116838204", "7250161808660826429"]);
        let page = r#"[{"file_id": "7250161881116838204"},{"file_id": "7250161808660826429"}]"#;
        assert_eq!(files.as_str(), page);
        assert_eq!(files.as_attachments().unwrap(), ["7250161881116838204", "7250161808660826429"]);
        let period = CustomValue::period(1_577_808_000_000, 1_612_108_800_000);
        assert_eq!(period.as_str(), r#"["1577808000000", "1612108800000"]"#);
        assert_eq!(period.as_period(), Some((1_577_808_000_000, 1_612_108_800_000)));
        assert_eq!(CustomValue::time(1_627_379_423_000).as_millis(), Some(1_627_379_423_000));
    }

    #[test]
    fn text_that_is_something_else_reads_as_nothing() {
        let text = CustomValue::from("单行文本");
        assert_eq!(
            (text.as_list(), text.as_millis(), text.as_period(), text.as_attachments()),
            (None, None, None, None)
        );
        assert_eq!(CustomValue::multiple(["a\"b"]).as_list().unwrap(), ["a\"b"]);
    }
}
