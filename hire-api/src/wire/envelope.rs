//! Opens the envelope of an answer. The `code` in the body decides, whatever the HTTP status is.

use std::ops::Range;

use crate::wire::mismatch::{Mismatches, Step};
use crate::wire::read::Read;
use crate::wire::reader::{Reader, Stop};

/// An opened answer.
#[derive(Default)]
pub(crate) struct Opened {
    /// 0 is success.
    pub(crate) code: i64,
    /// Feishu's message.
    pub(crate) message: String,
    /// The position of `data` in the body; `None` if it is absent or `null`.
    pub(crate) data: Option<Range<usize>>,
    /// Why nothing after the code can be read.
    pub(crate) broken: Option<&'static str>,
    /// Oddities of the envelope itself.
    pub(crate) mismatches: Mismatches,
    /// Details of a failure.
    pub(crate) detail: Detail,
}

/// The object `error` of an answer.
#[derive(Default)]
pub(crate) struct Detail {
    pub(crate) log_id: Option<String>,
    pub(crate) violations: Vec<FieldViolation>,
    /// Number of violations beyond those that are kept.
    pub(crate) more_violations: usize,
    pub(crate) missing_scopes: Vec<String>,
    pub(crate) help: Vec<String>,
    pub(crate) troubleshooter: Option<String>,
    /// Keys and values.
    pub(crate) details: Vec<(String, String)>,
}

/// The most violations and scopes that are kept: an answer may have many thousands.
const MOST: usize = 100;

/// A problem with a field, as reported by Feishu. Values are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The field.
    pub field: String,
    /// The problem.
    pub description: String,
}

impl Detail {
    /// All texts in it that a server wrote.
    pub(crate) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { log_id, violations, missing_scopes, help, troubleshooter, details, .. } = self;
        let violations = violations.iter_mut().flat_map(|violation| {
            let FieldViolation { field, description } = violation;
            [field, description]
        });
        let details = details.iter_mut().flat_map(|(key, value)| [key, value]);
        let texts = log_id.iter_mut().chain(violations).chain(missing_scopes).chain(help);
        texts.chain(troubleshooter).chain(details)
    }
}

/// Opens an answer.
///
/// The error gives the reason and shows nothing of the answer.
pub(crate) fn open(body: &[u8]) -> Result<Opened, &'static str> {
    let mut reader = Reader::of_bytes(body);
    if body.starts_with("\u{feff}".as_bytes()) {
        reader.go_to("\u{feff}".len());
    }
    match reader.peek() {
        None => return Err("the body is empty"),
        Some(b'{') => {}
        Some(_) => return Err("it is not a JSON object"),
    }
    let mut opened = Opened::default();
    let mut code = None;
    let read = fields(&mut reader, &mut opened, &mut code);
    match (code, read) {
        (Some(code), Ok(Some(()))) => opened.code = code,
        // The code decides, and it is there.
        (Some(code), Err(Stop { .. })) => {
            opened.code = code;
            opened.broken = Some(reader.stopped());
        }
        (None, Err(Stop { .. })) => return Err(reader.stopped()),
        (None, Ok(Some(()))) => return Err("it has no `code`"),
        (_, Ok(None)) => return Err("`code` is not a whole number, or is repeated"),
    }
    opened.mismatches = reader.into_mismatches();
    Ok(opened)
}

/// Reads the fields of an envelope; `None` if its code is invalid.
fn fields(reader: &mut Reader<'_>, opened: &mut Opened, code: &mut Option<i64>) -> Result<Option<()>, Stop> {
    let Some(mut object) = reader.object()? else { return Ok(Some(())) };
    while let Some(index) = reader.next(&mut object, &["code", "msg", "data", "error", "message"])? {
        match index {
            0 => match i64::read(reader)? {
                // A second code could hide a failure behind a success.
                Some(number) if code.is_none_or(|code| code == number) => *code = Some(number),
                _ => return Ok(None),
            },
            2 => {
                reader.peek();
                let start = reader.at();
                let text = reader.raw()?;
                let data = Some(start..reader.at()).filter(|_| text != Some("null"));
                if data.is_some() && opened.data.is_some() {
                    // Neither may silently replace the other.
                    let since = reader.mismatched();
                    reader.mismatch("no second value");
                    reader.locate(since, Step::Name("data"));
                } else if data.is_some() {
                    opened.data = data;
                }
            }
            // Only a failure needs these, and in a flat answer they may be fields of the answer.
            3 => opened.detail = quietly(reader, Detail::read)?.unwrap_or_default(),
            _ => opened.message = quietly(reader, String::read)?.unwrap_or_default(),
        }
    }
    if reader.peek().is_some() {
        reader.mismatch("nothing after the answer");
    }
    Ok(Some(()))
}

/// Reads a part without reporting its mismatches.
fn quietly<T>(
    reader: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<Option<T>, Stop>,
) -> Result<Option<T>, Stop> {
    let since = reader.mismatched();
    let part = read(reader);
    reader.forget(since);
    part
}

/// Takes the known fields; an unexpected shape must not hide the code.
impl Read for Detail {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        let Some(mut object) = reader.object()? else { return Ok(None) };
        let mut detail = Self::default();
        let names = [
            "log_id",
            "logid",
            "field_violations",
            "permission_violations",
            "helps",
            "troubleshooter",
            "details",
        ];
        while let Some(index) = reader.next(&mut object, &names)? {
            match index {
                0 | 1 => detail.log_id = String::read(reader)?.or(detail.log_id),
                2 => {
                    let (violations, more) = capped(reader, violation)?;
                    (detail.violations, detail.more_violations) = (violations, more);
                }
                3 => detail.missing_scopes = capped(reader, |reader| text(reader, ["scope", "subject"]))?.0,
                4 => detail.help = capped(reader, |reader| text(reader, ["url", "url"]))?.0,
                5 => detail.troubleshooter = String::read(reader)?,
                _ => detail.details = capped(reader, key_and_value)?.0,
            }
        }
        Ok(Some(detail))
    }
}

/// The first items of a list, and how many more there are.
fn capped<T>(
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<Option<T>, Stop>,
) -> Result<(Vec<T>, usize), Stop> {
    let (mut items, mut more, mut first) = (Vec::new(), 0, true);
    let begun = reader.list()?.unwrap_or(false);
    while begun && reader.item(first)? {
        first = false;
        if items.len() < MOST {
            items.extend(read(reader)?);
        } else {
            reader.skip()?;
            more += 1;
        }
    }
    Ok((items, more))
}

fn violation(reader: &mut Reader<'_>) -> Result<Option<FieldViolation>, Stop> {
    let Some(mut object) = reader.object()? else { return Ok(None) };
    let (mut field, mut description) = (None, None);
    while let Some(index) = reader.next(&mut object, &["field", "description"])? {
        let slot = if index == 0 { &mut field } else { &mut description };
        *slot = String::read(reader)?;
    }
    Ok(field.map(|field| FieldViolation { field, description: description.unwrap_or_default() }))
}

fn key_and_value(reader: &mut Reader<'_>) -> Result<Option<(String, String)>, Stop> {
    let Some(mut object) = reader.object()? else { return Ok(None) };
    let (mut key, mut value) = (None, None);
    while let Some(index) = reader.next(&mut object, &["key", "value"])? {
        let slot = if index == 0 { &mut key } else { &mut value };
        *slot = String::read(reader)?;
    }
    Ok(key.map(|key| (key, value.unwrap_or_default())))
}

/// The first of these fields that an object has.
fn text(reader: &mut Reader<'_>, names: [&'static str; 2]) -> Result<Option<String>, Stop> {
    let Some(mut object) = reader.object()? else { return Ok(None) };
    let mut found = [None, None];
    while let Some(index) = reader.next(&mut object, &names)? {
        let text = String::read(reader)?;
        if let Some(slot) = found.get_mut(index) {
            *slot = text;
        }
    }
    Ok(found.into_iter().flatten().next())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::fuzzing;

    #[test]
    fn f42_a_second_code_is_refused() {
        assert!(open(br#"{"code":5,"code":0}"#).is_err());
        assert!(open(br#"{"code":0,"msg":"ok","code":5}"#).is_err());
    }

    #[test]
    fn text_after_the_answer_is_a_mismatch() {
        let opened = open(br#"{"code":0,"data":{"a":1}}  {"code":5}"#).unwrap();
        assert_eq!((opened.code, opened.mismatches.count()), (0, 1));
        assert_eq!(open(br#" {"code":0,"data":{"a":1}} "#).unwrap().mismatches.count(), 0);
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
            r#"{"code":NaN}"#,
            r#"{"data":{"secret":1},"code":"#,
            r#"{"data":{"code":0}}"#,
            &deep,
        ] {
            let error = open(body.as_bytes()).err().unwrap_or_else(|| panic!("{body}"));
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn where_the_code_is_0_nothing_else_hides_it() {
        let odd: [&[u8]; 12] = [
            br#"{"code":"0","msg":7}"#,
            b"\xef\xbb\xbf{\"code\":0}",
            b"{\"code\":0,\"msg\":\"\xff\"}",
            b"{\"code\":0,\"m\xff\":1,\"x\":{\"a\" 1},\"y\":[01,NaN,'a',\"\\q\"],\"z\":\"\n\"}",
            br#"{"code":0,"error":"none"}"#,
            br#"{"code":0,"error":{"field_violations":{"a":1},"helps":[null,1]}}"#,
            br#"{"code":0,"code":0}"#,
            br#"{"code":0,}"#,
            br#"{"code":0} and more"#,
            br#"{"code":0,"data":{"#,
            br#"{"code":0"#,
            br#"{"code":0,"msg":"never ends}"#,
        ];
        for body in odd {
            let opened = open(body).unwrap_or_else(|what| panic!("{what}: {}", body.escape_ascii()));
            assert_eq!((opened.code, opened.data), (0, None));
        }
        // In a flat answer, these are fields of the answer.
        for body in [r#"{"code":0,"error":[true]}"#, r#"{"code":0,"message":{"id":1},"error":1}"#] {
            assert!(open(body.as_bytes()).unwrap().mismatches.is_empty(), "{body}");
        }
        assert!(open(br#"{"code":0,"data":{"#).unwrap().broken.is_some());
        assert_eq!(open(br#"{"msg":"no","code":"5","data":[1"#).unwrap().code, 5);
    }

    #[test]
    fn a_second_data_does_not_wipe_the_first_silently() {
        let body = r#"{"code":0,"data":{"a":1},"data":null}"#;
        let opened = open(body.as_bytes()).unwrap();
        assert_eq!(&body[opened.data.unwrap()], r#"{"a":1}"#);
        assert!(opened.mismatches.is_empty(), "nothing is lost");
        let body = r#"{"data":null,"code":0,"data": {"a":1} ,"data":{"a":2}}"#;
        let opened = open(body.as_bytes()).unwrap();
        assert_eq!(&body[opened.data.unwrap()], r#"{"a":1}"#);
        assert_eq!(opened.mismatches.to_string(), "data: expected no second value");
    }

    #[test]
    fn what_fills_the_memory_is_cut_off_while_it_is_read() {
        let violation = r#"{"field":"a","description":"b"},"#.repeat(50_000);
        let scope = r#"{"scope":"a"},"#.repeat(50_000);
        let body = format!(
            r#"{{"code":1,"error":{{"field_violations":[{violation}],"permission_violations":[{scope}]}}}}"#
        );
        let detail = open(body.as_bytes()).unwrap().detail;
        assert_eq!((detail.violations.len(), detail.more_violations), (MOST, 50_000 - MOST));
        assert_eq!(detail.missing_scopes.len(), MOST);
    }

    #[test]
    fn f23_missing_scopes_are_read_in_both_styles() {
        let body = br#"{"code":99991672,"error":{"permission_violations":[{"scope":"a","url":"u"},
            {"type":"action_scope_required","subject":"b"}, 3],"helps":[{"url":"https://open.feishu.cn/x"}]}}"#;
        let detail = open(body).unwrap().detail;
        assert_eq!(detail.missing_scopes, ["a", "b"]);
        assert_eq!(detail.help[0], "https://open.feishu.cn/x");
    }

    /// Envelopes as Feishu sends them, and one that repeats the token in every text.
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

    /// Pieces with a meaning at their place.
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

    /// Any JSON, mostly with names that the reader looks for.
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

    /// A failure with any number of fields and scopes.
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
