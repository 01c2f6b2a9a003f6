//! Small texts of the language: types, quotas, safety.

use crate::read::advice;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::source::Sources;
use crate::read::span::Span;
use crate::resolve::ir::{Quota, Safety, SharedType};
use crate::resolve::name;

/// A type's text taken apart: `T[][]`, `map<T>`, `map<T[]>`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TypeText<'a> {
    pub(super) base: &'a str,
    pub(super) list: u8,
    pub(super) maps: u8,
}

/// `None` if it is not a type.
pub(super) fn type_text(text: &str) -> Option<TypeText<'_>> {
    let mut base = text;
    let (mut maps, mut list): (u8, u8) = (0, 0);
    while let Some(inner) = base.strip_prefix("map<") {
        base = inner.strip_suffix('>')?;
        maps = maps.checked_add(1)?;
    }
    while let Some(inner) = base.strip_suffix("[]") {
        base = inner;
        list = list.checked_add(1)?;
    }
    let named = !base.is_empty() && base.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    named.then_some(TypeText { base, list, maps })
}

/// `20/min`, `50/s`, `1000/min, 50/s` or `special`.
pub(super) fn quota(text: &str, at: Span, sources: &Sources, diagnostics: &mut Diagnostics) -> Option<Quota> {
    let parsed = if text == "special" { Some(Quota::Special) } else { windows(text) };
    if parsed.is_none() {
        let message = format!("`{text}` is not a quota");
        let help = match advice::quota::meant(text) {
            None => sources.odd_at(at),
            Some(_) => None,
        };
        let help = help.unwrap_or_else(|| advice::quota::help(text));
        diagnostics.push(Diagnostic::error(Code::H209, at, message).help(help));
    }
    parsed
}

fn windows(text: &str) -> Option<Quota> {
    let (mut per_second, mut per_minute) = (None, None);
    for window in text.split(", ") {
        let (count, unit) = window.split_once('/')?;
        let slot = match unit {
            "s" => &mut per_second,
            "min" => &mut per_minute,
            _ => return None,
        };
        let digits = count.bytes().all(|byte| byte.is_ascii_digit());
        let count = count.parse::<u32>().ok().filter(|count| digits && *count > 0)?;
        if slot.replace(count).is_some() {
            return None;
        }
    }
    Some(Quota::Windows { per_second, per_minute })
}

/// `safe`, `idempotent`, `keyed(<field>)` or `unsafe`.
pub(super) fn safety(text: &str, at: Span, diagnostics: &mut Diagnostics) -> Option<Safety> {
    let key = text.strip_prefix("keyed(").and_then(|rest| rest.strip_suffix(')'));
    match (text, key) {
        ("safe", _) => Some(Safety::Safe),
        ("idempotent", _) => Some(Safety::Idempotent),
        ("unsafe", _) => Some(Safety::Unsafe),
        (_, Some(field)) if !field.is_empty() => Some(Safety::Keyed(field.to_owned())),
        _ => {
            let message = format!("`{text}` is not a safety");
            let diagnostic = Diagnostic::error(Code::H209, at, message);
            diagnostics.push(diagnostic.suggest(text, ["safe", "idempotent", "keyed(<field>)", "unsafe"]));
            None
        }
    }
}

/// `hire.v1.types.UserIdType`
pub(super) fn shared_type(text: &str, at: Span, diagnostics: &mut Diagnostics) -> Option<SharedType> {
    let found = match text.split('.').collect::<Vec<_>>().as_slice() {
        [service, version, "types", name]
            if [service, version].iter().all(|stem| name::is_stem(stem)) && name::is_upper_camel(name) =>
        {
            Some(SharedType {
                service: (*service).to_owned(),
                version: (*version).to_owned(),
                name: (*name).to_owned(),
            })
        }
        _ => None,
    };
    if found.is_none() {
        let message = format!("`{text}` is not the name of a shared type");
        let help = "write `<service>.<version>.types.<Name>`, such as `hire.v1.types.UserIdType`";
        diagnostics.push(Diagnostic::error(Code::H202, at, message).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_lists_maps_and_names() {
        let text = |base, list, maps| Some(TypeText { base, list, maps });
        assert_eq!(type_text("string"), text("string", 0, 0));
        assert_eq!(type_text("Cell[][]"), text("Cell", 2, 0));
        assert_eq!(type_text("map<int>"), text("int", 0, 1));
        assert_eq!(type_text("map<map<string[][]>>"), text("string", 2, 2));
        for broken in
            ["", "[]", "string[", "string]", "map<>", "map<string", "map<map<int>", "map<int>[]", "a b"]
        {
            assert_eq!(type_text(broken), None, "{broken}");
        }
    }

    #[test]
    fn quotas_have_one_or_two_windows() {
        let windows = |per_second, per_minute| Some(Quota::Windows { per_second, per_minute });
        assert_eq!(super::windows("20/min"), windows(None, Some(20)));
        assert_eq!(super::windows("1000/min, 50/s"), windows(Some(50), Some(1000)));
        for broken in
            ["", "50", "50/h", "0/s", "-1/s", "+1/s", "50/sec/min", "5/s, 6/s", "5/s,6/min", "9999999999/s"]
        {
            assert_eq!(super::windows(broken), None, "{broken}");
        }
    }
}
