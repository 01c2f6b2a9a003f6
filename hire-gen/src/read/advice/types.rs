//! Types as other languages and Feishu's pages write them: `List<String>`, `map<string, int>`, `uint64`, `数组`.

use super::width::folded;
use super::words;

/// The types that need no declaration.
const SCALARS: [&str; 6] = ["string", "int", "float", "bool", "json", "file"];

const OBJECT: &str =
    "an object is a type: declare it under `types:`, with its `fields:`, and write its name here";
const ENUM: &str =
    "an enum is a type: declare it under `types:`, with `enum:` and `values:`, and write its name here";
const DATE: &str = "a date is a `string` with `format: date`";
const TIME: &str = "a time is a `string` or an `int` with `format: ms` or `format: s`";
const LIST: &str = "a list is written `T[]`, such as `string[]`";
const MAP: &str = "a map is written `map<T>`, such as `map<string>`: keys are always strings";
/// The remedy for anything else.
pub(crate) const FORMS: &str = "write a name such as `string`, a list `T[]`, a list of lists `T[][]`, a map `map<T>` or a map of \
                     lists `map<T[]>`";

/// The remedy for a type of another language, or one with an error; `known` finds a scalar or a declared type, also with
/// a typing error.
pub(crate) fn suggestion(written: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let text = folded(written).unwrap_or_else(|| written.to_owned());
    let text = text.trim();
    if known(text).as_deref() == Some(text) {
        return (text != written).then(|| format!("did you mean `{text}`?"));
    }
    if let Some(sentence) = sentence(text) {
        return Some(sentence.to_owned());
    }
    if let Some(sentence) = list_of(text).and_then(sentence).filter(|one| [OBJECT, ENUM].contains(one)) {
        return Some(format!("{sentence}, followed by `[]`"));
    }
    if let Some(inner) = optional(text) {
        let inner = one(&spellings(inner, known))?;
        return Some(format!("write {inner}: a field is optional unless it has `required: true`"));
    }
    if list_of(text).is_some_and(|inner| map_of(inner).is_some()) {
        return Some("a list of maps is written `json[]`".to_owned());
    }
    let types = spellings(text, known);
    if types == [written] {
        return None;
    }
    let types = one(&types)?;
    if map_of(text).is_some_and(|(key, _)| key.is_some()) {
        return Some(format!("write {types}: keys are always strings"));
    }
    Some(match list_of(text) {
        Some(_) if !text.ends_with("[]") || text.contains(' ') => format!("a list is written {types}"),
        _ => format!("did you mean {types}?"),
    })
}

/// Whether this is a type that needs no declaration.
pub(crate) fn is_scalar(name: &str) -> bool {
    SCALARS.contains(&name)
}

/// Finds every name.
pub(crate) fn any_name(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| if is_scalar(&lower) { lower } else { name.to_owned() })
}

/// A type as the language writes it, whatever its names mean.
pub(crate) fn canonical(written: &str) -> String {
    spellings(written, &any_name).into_iter().next().unwrap_or_else(|| written.to_owned())
}

fn sentence(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "object" | "struct" | "record" | "class" | "message" | "对象" | "结构体" => OBJECT,
        "enum" | "enumeration" | "枚举" => ENUM,
        "date" | "day" | "日期" => DATE,
        "datetime" | "date-time" | "date_time" | "timestamp" | "time" | "时间" | "时间戳" | "unixtime" => {
            TIME
        }
        "array" | "list" | "vec" | "vector" | "set" | "slice" | "tuple" | "数组" | "列表" => LIST,
        "map" | "dict" | "dictionary" | "hash" | "hashmap" | "mapping" | "字典" => MAP,
        _ => return None,
    })
}

/// `Option<T>`, `T?`, `T | null`.
fn optional(text: &str) -> Option<&str> {
    let inner = within(text, &["option", "optional", "nullable", "maybe"]);
    let inner = inner.or_else(|| text.strip_suffix('?'));
    inner.or_else(|| text.split_once('|').filter(|(_, null)| null.trim() == "null").map(|(inner, _)| inner))
}

/// The types of the language for a text.
fn spellings(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let text = text.trim();
    if let Some(inner) = list_of(text) {
        return inside(inner, known).into_iter().map(|inner| format!("{inner}[]")).collect();
    }
    if let Some((_, inner)) = map_of(text) {
        return inside(inner, known).into_iter().map(|inner| format!("map<{inner}>")).collect();
    }
    let meant = words::meant(text).iter().filter(|word| is_scalar(word));
    let meant: Vec<String> = meant.map(|word| (*word).to_owned()).collect();
    if !meant.is_empty() {
        return meant;
    }
    if known(text).as_deref() == Some(text) {
        return vec![text.to_owned()];
    }
    let camel = upper_camel(text);
    let declared = known(&camel).filter(|name| *name == camel).or_else(|| known(text));
    declared.into_iter().collect()
}

/// The same for a part, whose name may still have to be declared.
fn inside(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let found = spellings(text, known);
    let is_name = text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if found.is_empty() && is_name { vec![text.to_owned()] } else { found }
}

/// `list<T>`, `[]T`, `T []`, `array of T`, `T[`.
fn list_of(text: &str) -> Option<&str> {
    const NAMES: [&str; 10] =
        ["list", "array", "vec", "vector", "set", "sequence", "slice", "repeated", "数组", "列表"];
    let inner = within(text, &NAMES).or_else(|| text.strip_prefix("[]")).or_else(|| {
        let (head, inner) = text.split_once(char::is_whitespace)?;
        let inner = inner.trim();
        let inner = inner.strip_prefix("of ").unwrap_or(inner);
        NAMES.contains(&head.to_lowercase().as_str()).then_some(inner)
    });
    let inner = inner.or_else(|| text.strip_suffix("[]")).or_else(|| text.strip_suffix('['));
    let inner = inner.or_else(|| text.strip_prefix('[')?.strip_suffix(']')).map(str::trim);
    inner.filter(|inner| !inner.is_empty())
}

/// `dict<K, T>`, `map<T>`, `map[K]T`: the keys and the values.
fn map_of(text: &str) -> Option<(Option<&str>, &str)> {
    const NAMES: [&str; 8] =
        ["map", "dict", "dictionary", "record", "hashmap", "btreemap", "mapping", "object"];
    if let Some((key, value)) = text.strip_prefix("map[").and_then(|rest| rest.split_once(']'))
        && !value.trim().is_empty()
    {
        return Some((Some(key), value.trim()));
    }
    let unfinished = || text.strip_prefix("map<").filter(|inner| !inner.contains(['<', '>']));
    let inner = within(text, &NAMES).or_else(unfinished)?;
    let (key, value) = match inner.split_once(',') {
        Some((key, value)) => (Some(key.trim()), value.trim()),
        None => (None, inner.trim()),
    };
    (!value.is_empty()).then_some((key, value))
}

/// The text between the brackets after one of these names: `T` of `List<T>`.
fn within<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    let open = text.find(['<', '[', '('])?;
    let (name, rest) = text.split_at_checked(open)?;
    let close = match rest.chars().next()? {
        '<' => '>',
        '[' => ']',
        _ => ')',
    };
    let inner = rest.get(1..)?.strip_suffix(close)?.trim();
    let named = names.contains(&name.trim().to_lowercase().as_str());
    (named && !inner.is_empty()).then_some(inner)
}

/// `user_id_type` → `UserIdType`.
fn upper_camel(text: &str) -> String {
    let words = text.split(['_', '-']).map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn one(types: &[String]) -> Option<String> {
    let types: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
    (!types.is_empty()).then(|| types.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::diag::nearest;

    fn known(name: &str) -> Option<String> {
        nearest(name, SCALARS.into_iter().chain(["Animal", "UserIdType"])).map(str::to_owned)
    }

    #[test]
    fn types_of_other_languages_are_understood() {
        for (written, expected) in [
            ("date", DATE),
            ("DateTime", TIME),
            ("timestamp", TIME),
            ("enum", ENUM),
            ("Map", MAP),
            ("dict", MAP),
            ("array", LIST),
            ("list", LIST),
            ("数组", LIST),
            ("对象", OBJECT),
            ("object[]", &format!("{OBJECT}, followed by `[]`")),
            ("uint32", "did you mean `int`?"),
            ("UINT64", "did you mean `int`?"),
            ("i32", "did you mean `int`?"),
            ("number", "did you mean `int` or `float`?"),
            ("float32", "did you mean `float`?"),
            ("Double", "did you mean `float`?"),
            ("byte", "did you mean `file` or `string`?"),
            ("bytes", "did you mean `file` or `string`?"),
            ("char", "did you mean `string`?"),
            ("url", "did you mean `string`?"),
            ("email", "did you mean `string`?"),
            ("字符串", "did you mean `string`?"),
            ("整数", "did you mean `int`?"),
            ("布尔", "did you mean `bool`?"),
            ("String", "did you mean `string`?"),
            ("ｓｔｒｉｎｇ", "did you mean `string`?"),
            ("strin", "did you mean `string`?"),
            ("user_id_type", "did you mean `UserIdType`?"),
            ("animal", "did you mean `Animal`?"),
            ("integer[]", "did you mean `int[]`?"),
            ("string []", "a list is written `string[]`"),
            ("[]string", "a list is written `string[]`"),
            ("[string]", "a list is written `string[]`"),
            ("string[", "a list is written `string[]`"),
            ("array of string", "a list is written `string[]`"),
            ("List<String>", "a list is written `string[]`"),
            ("list<integer>", "a list is written `int[]`"),
            ("Array<Animal>", "a list is written `Animal[]`"),
            ("array<Unheard>", "a list is written `Unheard[]`"),
            ("List<List<int>>", "a list is written `int[][]`"),
            ("Option<string>", "write `string`: a field is optional unless it has `required: true`"),
            ("string?", "write `string`: a field is optional unless it has `required: true`"),
            ("map<string,string>", "write `map<string>`: keys are always strings"),
            ("Dict[str, int]", "write `map<int>`: keys are always strings"),
            ("map[string]Animal", "write `map<Animal>`: keys are always strings"),
            ("map<string, List<int>>", "write `map<int[]>`: keys are always strings"),
            ("Record<string>", "did you mean `map<string>`?"),
            ("map<string", "did you mean `map<string>`?"),
            ("map<string>[]", "a list of maps is written `json[]`"),
        ] {
            assert_eq!(suggestion(written, &known).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn a_type_is_written_as_the_language_writes_it() {
        for (written, expected) in [
            ("string[]", "string[]"),
            ("String[]", "string[]"),
            ("Item[][]", "Item[][]"),
            ("map<string, string[]>", "map<string[]>"),
            ("a b", "a b"),
        ] {
            assert_eq!(canonical(written), expected, "{written}");
        }
    }

    #[test]
    fn other_texts_are_no_types() {
        for written in ["", "[]", "map<>", "a b", "What it eats.", "Unheard[]"] {
            assert_eq!(suggestion(written, &known), None, "{written}");
        }
    }
}
