//! Rust names: the mapping from names of the schema, and the reserved names.
//!
//! A keyword gets a trailing underscore (`type_`), a name that begins with a digit a leading one (`_1st`), and
//! `camelCase` becomes `snake_case`. Any other name that is not made of ASCII letters, digits and underscores needs a
//! `rust:` in the schema.

pub(crate) use crate::read::source::EVENTS;
pub(crate) use crate::read::source::is_lower_snake_case as is_stem;

/// Words that cannot be identifiers in edition 2024; raw identifiers would not work for all of them.
const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield", "_",
];

/// The field, setter and argument for a wire name; `None` if it needs a `rust:`.
pub(crate) fn field(wire: &str) -> Option<String> {
    if !wire.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let mut snake = String::with_capacity(wire.len() + 2);
    let mut before = '_';
    for (at, c) in wire.char_indices() {
        // A word begins at `aB`, and at the `B` of `ABc`.
        let next_is_lower = wire.as_bytes().get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if c.is_ascii_uppercase() && before != '_' && (!before.is_ascii_uppercase() || next_is_lower) {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
        before = c;
    }
    if snake.bytes().all(|byte| byte == b'_') {
        return None;
    }
    // The compiler does not accept two in a row as snake case.
    while let Some(at) = snake.trim_start_matches('_').find("__") {
        let start = snake.len() - snake.trim_start_matches('_').len();
        snake.remove(start + at);
    }
    if snake.starts_with(|first: char| first.is_ascii_digit()) {
        snake.insert(0, '_');
    }
    Some(unreserved(snake))
}

/// Whether a `rust:` of the schema is valid.
pub(crate) fn is_field(name: &str) -> bool {
    field(name).as_deref() == Some(name)
}

/// The module or method for a service, version, resource or action; `source` has checked its shape.
pub(crate) fn module(stem: &str) -> String {
    unreserved(stem.to_owned())
}

/// The type for a file or folder: `talent_gender` is `TalentGender`.
pub(crate) fn type_from_stem(stem: &str) -> String {
    let words = stem.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let name: String = words.collect();
    // `self` is the only stem whose type is a keyword.
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// Whether a name is `UpperCamelCase` and can be a type or an enum value.
pub(crate) fn is_upper_camel(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name != "Self"
}

/// A type's or a value's name as words: `NotStarted` → `Not Started`, `OpenId` → `Open ID`.
pub(crate) fn words(name: &str) -> String {
    const ACRONYMS: [&str; 8] = ["Hr", "Id", "Mba", "Pdf", "Qq", "Qs", "Url", "Us"];
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in name.chars() {
        // `Top200Schools` is three words, and so is `AAndB`.
        let begins = c.is_ascii_uppercase()
            || last.is_none_or(|last: char| last.is_ascii_digit() != c.is_ascii_digit());
        match words.last_mut().filter(|_| !begins) {
            Some(word) => word.push(c),
            None => words.push(c.to_string()),
        }
        last = Some(c);
    }
    for word in words.iter_mut().filter(|word| ACRONYMS.contains(&word.as_str())) {
        word.make_ascii_uppercase();
    }
    words.join(" ")
}

/// A placeholder title of an endpoint: `Combined create (talent)`.
pub(crate) fn placeholder_title(resource: &str, action: &str) -> String {
    let words = action.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let action: String = first.into_iter().chain(letters).collect();
    format!("{action} ({})", resource.replace('_', " "))
}

/// A placeholder name of a value: `Value3`, `ValueMinus1`.
#[cfg(feature = "import")]
pub(crate) fn placeholder(value: &str) -> String {
    let words = value.replace('-', "Minus");
    format!("Value{}", words.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
}

/// Whether the name of a value or an error is a placeholder.
pub(crate) fn is_placeholder(name: &str) -> bool {
    let digits = ["ValueMinus", "Value", "Error"].iter().find_map(|prefix| name.strip_prefix(prefix));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Why a well-formed name cannot be that of a type.
pub(crate) fn reserved_type(name: &str) -> Option<&'static str> {
    match name {
        "Request" | "Response" | "Code" => {
            Some("every endpoint has its own `Request`, `Response` and `Code`")
        }
        _ => None,
    }
}

/// Why a well-formed name cannot be that of an enum value.
pub(crate) fn reserved_variant(name: &str) -> Option<&'static str> {
    match name {
        "Unrecognized" => Some("every enum has an `Unrecognized` for unknown values"),
        "KNOWN" => Some("every enum has a constant `KNOWN`"),
        _ => None,
    }
}

/// Why a well-formed name cannot be that of an error.
pub(crate) fn reserved_error(name: &str) -> Option<&'static str> {
    (name == "ALL").then_some("every `Code` has a constant `ALL`")
}

/// Why a field cannot have this name: `new` builds a request, and a setter would hide a method of every request.
pub(crate) fn reserved_field(ident: &str, has_setter: bool) -> Option<&'static str> {
    match ident {
        "new" => Some("`new` builds the request, so no setter can have this name"),
        // `from` hides nothing: requests are only converted from themselves.
        "default" | "clone" | "clone_from" | "eq" | "ne" | "into" | "try_into" | "to_owned" if has_setter => {
            Some("a setter of this name would hide a method that every request has")
        }
        _ => None,
    }
}

/// Why a version, a resource or an action cannot have this name.
pub(crate) fn reserved_method(stem: &str) -> Option<&'static str> {
    match stem {
        "new" => Some("`new` creates the value that has the methods"),
        "clone" | "clone_from" | "into" | "try_into" | "to_owned" => {
            Some("it would hide a method that the value with the methods has")
        }
        _ => None,
    }
}

/// Why a service cannot have this name: it is a method of `Client`, or of a trait for it, where methods of `Client`
/// silently take precedence. A test compares the list with `Client`.
pub(crate) fn reserved_service(stem: &str) -> Option<&'static str> {
    match stem {
        "api" => Some("the root file has this name"),
        "answer" | "as_user" | "builder" | "call" | "call_untyped" | "call_untyped_file" | "call_with"
        | "download" | "from_env" | "items" | "pages" | "prepare" | "sign_in" => {
            Some("`Client` has a method of this name")
        }
        _ => reserved_method(stem),
    }
}

/// Why a region cannot have this name: it becomes a constant beside others.
pub(crate) fn reserved_region(region: &str) -> Option<&'static str> {
    matches!(region, "endpoints" | "errors" | "schema_dir").then_some("hire-api has a constant of this name")
}

/// Whether Rust reserves this word.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

fn unreserved(mut name: String) -> String {
    if is_keyword(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_snake_case() {
        for (wire, rust) in [
            ("user_id", "user_id"),
            ("userId", "user_id"),
            ("userID", "user_id"),
            ("HTTPServer", "http_server"),
            ("type", "type_"),
            ("self", "self_"),
            ("Self", "self_"),
            ("gen", "gen_"),
            ("1st", "_1st"),
            ("v2", "v2"),
            ("_x", "_x"),
            ("__x", "__x"),
            ("a__b___c_", "a_b_c_"),
            ("noDBcOj_pU_____aV", "no_d_bc_oj_p_u_a_v"),
        ] {
            assert_eq!(field(wire).as_deref(), Some(rust), "{wire}");
        }
    }

    #[test]
    fn names_that_no_identifier_can_hold_need_one_of_their_own() {
        for wire in ["", "_", "__", "中文", "a-b", "a.b", "a b", "\u{202e}a", "e\u{301}", "раураl", "😀"]
        {
            assert_eq!(field(wire), None, "{wire}");
        }
    }

    #[test]
    fn stems_become_types_and_modules() {
        assert_eq!(type_from_stem("employee_type_enum"), "EmployeeTypeEnum");
        assert_eq!(type_from_stem("v1"), "V1");
        assert_eq!(module("move"), "move_");
        assert_eq!(module("talent"), "talent");
    }

    #[test]
    fn names_are_read_as_words() {
        for (name, expected) in [
            ("Onboard", "Onboard"),
            ("NotStarted", "Not Started"),
            ("OpenId", "Open ID"),
            ("Top200Schools", "Top 200 Schools"),
            ("AAndB", "A And B"),
        ] {
            assert_eq!(words(name), expected);
        }
    }

    #[test]
    fn every_keyword_is_escaped() {
        for keyword in KEYWORDS {
            assert!(!is_field(keyword), "{keyword}");
        }
    }
}
