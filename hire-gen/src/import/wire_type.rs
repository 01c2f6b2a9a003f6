//! The spellings of types: `string\[\]`, `list<string>`, `map<string, int>`, `number(float)`, `-`.

use super::text::plain;

/// The type of a field in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireType {
    /// The type without its lists and maps.
    pub base: WireBase,
    /// Dimensions of the list; 0 is none.
    pub list: u8,
    /// A map from strings.
    pub map: bool,
}

/// A type without lists and maps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireBase {
    /// Text.
    String,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// `true` or `false`.
    Bool,
    /// A file.
    File,
    /// Anything, or unspecified.
    Json,
    /// An object: its name, unless it is one of the words for "some object".
    Object(Option<String>),
}

impl WireType {
    /// Reads the cell of a type: any text is one, if need be the name of an object.
    pub fn read(cell: &str) -> Self {
        let text = plain(&cell.replace('`', ""));
        let mut ty = Self { base: WireBase::Json, list: 0, map: false };
        let mut rest = text.trim();
        loop {
            rest = rest.trim();
            let lower = rest.to_ascii_lowercase();
            if let Some(inner) = rest.strip_suffix("[]").or_else(|| rest.strip_prefix("[]")) {
                ty.list = ty.list.saturating_add(1);
                rest = inner;
            } else if let Some(inner) = ["array(", "list("].iter().find_map(|word| lower.strip_prefix(word)) {
                ty.list = ty.list.saturating_add(1);
                let start = rest.len() - inner.len();
                rest = rest.get(start..).unwrap_or_default().trim_end_matches(')');
            } else if lower.starts_with("array<") || lower.starts_with("list<") {
                ty.list = ty.list.saturating_add(1);
                rest = inside(rest);
            } else if lower.starts_with("map<") && rest.contains(',') && !ty.map {
                ty.map = true;
                rest = inside(rest).split_once(',').map_or("", |(_, value)| value);
            } else if matches!(lower.as_str(), "array>" | "list>" | "array" | "list") {
                // The element is not named, or was taken for a tag.
                ty.list = ty.list.saturating_add(1);
                rest = if lower.ends_with('>') { "" } else { "object" };
            } else if ty.map && lower.starts_with("map") {
                // The language has no maps of maps.
                rest = "";
            } else {
                break;
            }
        }
        ty.base = WireBase::read(rest);
        ty
    }

    /// Whether rows that follow can be its fields. A map of values that need no rows has none.
    pub(super) fn may_have_fields(&self) -> bool {
        match self.base {
            WireBase::Object(_) => true,
            WireBase::Json => !self.map,
            _ => false,
        }
    }

    /// Whether the word is a plain value on some pages and the name of an object on others.
    pub(super) fn is_ambiguous(&self) -> bool {
        match &self.base {
            WireBase::Object(name) => name.as_deref().is_none_or(|name| name == "enum"),
            base => !base.is_scalar(),
        }
    }

    /// The name of the object, if the page gives one.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.base {
            WireBase::Object(name) => name.as_deref(),
            _ => None,
        }
    }
}

/// The text between the first `<` and the last `>`.
fn inside(text: &str) -> &str {
    let inner = text.split_once('<').map_or("", |(_, inner)| inner);
    inner.strip_suffix('>').unwrap_or(inner)
}

impl WireBase {
    fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "string" | "str" | "stirng" | "datetime" | "date" | "字符串" | "字符" => Self::String,
            "int" | "integer" | "整数" | "整型" | "i32" | "i64" | "long" | "int32" | "int64" | "uint32"
            | "uint64" | "number(int)" | "timestamp" => Self::Int,
            "float" | "number" | "数字" | "浮点数" | "number(float)" | "double" | "decimal" => {
                Self::Float
            }
            "bool" | "boolean" | "布尔" | "布尔值" => Self::Bool,
            "file" => Self::File,
            "any" | "json" | "union" | "" => Self::Json,
            "-" | "/" | "object" | "map" | "struct" | "对象" => Self::Object(None),
            // `string(UserIdType)`: its values have a name.
            word if word.starts_with("string(") && word.ends_with(')') => Self::String,
            // `URL 参数`, `请求参数`: its place, not its type.
            word if word.contains("参数") => Self::String,
            _ => Self::Object(Some(word.to_owned())),
        }
    }

    /// Whether this is one of the plain values.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::String | Self::Int | Self::Float | Self::Bool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_any_spelling() {
        let list = |base| WireType { base, list: 1, map: false };
        for text in [
            "string[]",
            "[]string",
            "array<string>",
            "list<string>",
            "array(string)",
            "List(string)",
            "字符串[]",
        ] {
            assert_eq!(WireType::read(text), list(WireBase::String), "{text}");
        }
        for (text, base) in [
            ("string(UserIdType)", WireBase::String),
            ("uint64", WireBase::Int),
            ("整型", WireBase::Int),
            ("布尔", WireBase::Bool),
            ("浮点数", WireBase::Float),
            ("animal", WireBase::Object(Some("animal".to_owned()))),
        ] {
            assert_eq!(WireType::read(text), WireType { base, list: 0, map: false }, "{text}");
        }
    }
}
