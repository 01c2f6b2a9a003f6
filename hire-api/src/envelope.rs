//! Opens what an answer is wrapped in. The `code` in the body decides, whatever the HTTP status says.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::FieldViolation;

/// An answer that was opened.
pub(crate) struct Opened {
    /// 0 is success.
    pub(crate) code: i64,
    /// What Feishu says about it.
    pub(crate) message: String,
    /// `data` as it came; `None` where it is absent or `null`.
    pub(crate) data: Option<Box<RawValue>>,
    /// More about a failure.
    pub(crate) detail: Detail,
}

/// The object `error` of an answer.
#[derive(Default)]
pub(crate) struct Detail {
    pub(crate) log_id: Option<String>,
    pub(crate) violations: Vec<FieldViolation>,
    pub(crate) missing_scopes: Vec<String>,
    pub(crate) help: Option<String>,
}

/// Opens an answer.
///
/// The error says what is wrong with it and shows nothing of it.
pub(crate) fn open(body: &[u8]) -> Result<Opened, String> {
    if body.is_empty() {
        return Err("the body is empty".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

impl<'de> Deserialize<'de> for Opened {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Envelope)
    }
}

struct Envelope;

impl<'de> Visitor<'de> for Envelope {
    type Value = Opened;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `code`, `msg` and `data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Opened, A::Error> {
        let mut code = None;
        let mut opened = Opened { code: 0, message: String::new(), data: None, detail: Detail::default() };
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                // A second one could hide a failure behind a success.
                "code" if code.is_some() => return Err(A::Error::custom("`code` stands there twice")),
                "code" => match fields.next_value::<Value>()?.as_i64() {
                    Some(number) => code = Some(number),
                    None => return Err(A::Error::custom("`code` is not a whole number")),
                },
                "data" => opened.data = fields.next_value::<Option<Box<RawValue>>>()?,
                "msg" | "message" => {
                    if let Value::String(text) = fields.next_value()? {
                        opened.message = text;
                    }
                }
                "error" => opened.detail = detail(&fields.next_value()?),
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        opened.code = code.ok_or_else(|| A::Error::custom("it has no `code`"))?;
        Ok(opened)
    }
}

/// Takes what it knows; what has another shape must not hide the code.
fn detail(error: &Value) -> Detail {
    let text = |value: &Value, names: [&str; 2]| {
        names.iter().find_map(|name| value.get(name)?.as_str()).map(str::to_owned)
    };
    let list = |name: &str| error.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Detail {
        log_id: text(error, ["log_id", "logid"]),
        violations: list("field_violations")
            .iter()
            .filter_map(|violation| {
                let field = text(violation, ["field", "field"])?;
                let description = text(violation, ["description", "description"]).unwrap_or_default();
                Some(FieldViolation { field, description })
            })
            .collect(),
        missing_scopes: list("permission_violations")
            .iter()
            .filter_map(|violation| text(violation, ["scope", "subject"]))
            .collect(),
        help: list("helps").iter().find_map(|help| text(help, ["url", "url"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f42_a_second_code_is_refused() {
        assert!(open(br#"{"code":5,"code":0}"#).is_err());
        assert!(open(br#"{"code":0,"msg":"ok","code":5}"#).is_err());
    }

    #[test]
    fn f43_both_spellings_are_read() {
        for (body, message) in [(r#"{"code":0,"msg":"a"}"#, "a"), (r#"{"code":0,"message":"b"}"#, "b")] {
            assert_eq!(open(body.as_bytes()).unwrap().message, message);
        }
        for name in ["logid", "log_id"] {
            let body = format!(r#"{{"code":1,"error":{{"{name}":"2024"}}}}"#);
            assert_eq!(open(body.as_bytes()).unwrap().detail.log_id.unwrap(), "2024");
        }
    }

    #[test]
    fn f37_what_is_not_an_envelope_is_refused_and_not_shown() {
        let deep = "[".repeat(200);
        for body in [
            "",
            "secret",
            "[]",
            "null",
            "{}",
            r#"{"code":"secret"}"#,
            r#"{"code":1.5}"#,
            r#"{"code":0"#,
            r#"{"code":0} secret"#,
            "\u{feff}{\"code\":0}",
            r#"{"code":NaN}"#,
            &deep,
        ] {
            let error = open(body.as_bytes()).err().unwrap_or_else(|| panic!("{body}"));
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(open(b"{\"code\":0,\"msg\":\"\xff\"}").is_err());
    }

    #[test]
    fn f23_missing_scopes_are_read_in_both_styles() {
        let body = br#"{"code":99991672,"error":{"permission_violations":[{"scope":"a","url":"u"},
            {"type":"action_scope_required","subject":"b"}, 3],"helps":[{"url":"https://open.feishu.cn/x"}]}}"#;
        let detail = open(body).unwrap().detail;
        assert_eq!(detail.missing_scopes, ["a", "b"]);
        assert_eq!(detail.help.unwrap(), "https://open.feishu.cn/x");
    }
}
