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

impl Detail {
    /// Everything in it that a server wrote.
    pub(crate) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { log_id, violations, missing_scopes, help } = self;
        let violations = violations.iter_mut().flat_map(|violation| {
            let FieldViolation { field, description } = violation;
            [field, description]
        });
        log_id.iter_mut().chain(violations).chain(missing_scopes).chain(help)
    }
}

/// Opens an answer.
///
/// The error says what is wrong with it and shows nothing of it.
pub(crate) fn open(body: &[u8]) -> Result<Opened, String> {
    if body.is_empty() {
        return Err("the body is empty".to_owned());
    }
    // serde's message for a text or a number in place of an object would show it.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err("it is no JSON object".to_owned());
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
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::fuzzing;

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
            "\"secret\"",
            " \"secret\"",
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

    /// Envelopes as Feishu sends them, and one that repeats the token wherever there is text.
    fn victims() -> [String; 4] {
        let token = fuzzing::TOKEN;
        [
            r#"{"code":0,"msg":"success","data":{"talent_id":"6930815272790114324","list":[1,{"a":null}]}}"#
                .to_owned(),
            r#"{"code":1002001,"message":"系统错误","data":{},"error":{"log_id":"2024"}}"#.to_owned(),
            r#"{"code":99991672,"msg":"Access denied.","error":{"permission_violations":[{"type":
                "action_scope_required","subject":"hire:talent"}],"field_violations":[{"field":"a","description":
                "wrong","value":"x"}],"helps":[{"url":"https://open.feishu.cn/x"}]}}"#
                .to_owned(),
            format!(
                r#"{{"code":99991663,"msg":"no {token}","error":{{"logid":"{token}","helps":[{{"url":"{token}"}}],
                    "permission_violations":[{{"scope":"{token}"}}],
                    "field_violations":[{{"field":"{token}","description":"{token}"}}]}}}}"#
            ),
        ]
    }

    /// Pieces that mean something where they are put.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let json = r#""code": "msg": "data": "error": { } [ ] , : " \ null 0 1e999 -9223372036854775809 \ud800 \u2028"#;
        let words = json.split(' ').chain(["\u{202e}", "\u{feff}", " ", "\n", "\0"]).collect::<Vec<_>>();
        prop_oneof![
            prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..4),
        ]
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "(\\PC|[\n\u{1b}\u{2028}\u{202e}]){0,8}",
            (250..350_usize).prop_map(|length| "长".repeat(length)),
            Just(fuzzing::TOKEN.to_owned()),
        ]
    }

    /// Any JSON, mostly with names that are looked for.
    fn json() -> impl Strategy<Value = Value> {
        let names = "code msg message data error log_id logid field_violations field description \
            permission_violations scope subject helps url";
        let names = names.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let name = prop_oneof![8 => prop::sample::select(names), 1 => "\\PC{0,4}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 8, move |inner| {
            let object = prop::collection::btree_map(name.clone(), inner.clone(), 0..8);
            prop_oneof![
                prop::collection::vec(inner, 0..8).prop_map(Value::from),
                object.prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// A failure that finds fault with any number of fields and scopes.
    fn failure() -> impl Strategy<Value = Value> {
        let texts = (text(), text(), text(), text());
        (any::<i64>(), texts, 0..24_usize).prop_map(|(code, (message, field, description, scope), count)| {
            let fields = vec![json!({"field": field, "description": description}); count];
            let scopes = vec![json!({"scope": scope}); count];
            let error = json!({"log_id": field, "field_violations": fields, "permission_violations": scopes});
            json!({"code": code, "msg": message, "error": error})
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn f37_any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..64)) {
            fuzzing::answer(&body);
        }

        #[test]
        fn f37_spoiled_envelopes_are_read_or_refused(
            which in any::<prop::sample::Index>(),
            pieces in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece()), 0..6),
        ) {
            let mut body = which.get(&victims()).clone().into_bytes();
            for (at, length, piece) in pieces {
                let at = at.index(body.len() + 1);
                let end = (at + length).min(body.len());
                body.splice(at..end, piece);
            }
            fuzzing::answer(&body);
        }

        #[test]
        fn f37_any_json_is_read_or_refused(body in json()) {
            fuzzing::answer(body.to_string().as_bytes());
        }
    }

    proptest! {
        // Long ones, which take their time.
        #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn f37_any_failure_is_shown_as_one_line_of_bounded_length(body in failure()) {
            fuzzing::answer(body.to_string().as_bytes());
        }
    }
}
