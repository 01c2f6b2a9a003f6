//! The spellings of types: `string\[\]`, `list<string>`, `map<string, int>`, `number(float)`, `-`.

use super::text::bare;

/// The type of a field in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireType {
    /// The type without its lists and maps.
    pub base: WireBase,
    /// Dimensions of the list; 0 is none.
    pub list: u8,
    /// Maps from strings around the lists: `map<string, map<string, T>>` has two.
    pub maps: u8,
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
        let text = bare(cell);
        let mut ty = Self { base: WireBase::Json, list: 0, maps: 0 };
        let mut rest = text.trim();
        loop {
            rest = rest.trim();
            let lower = rest.to_ascii_lowercase();
            if let Some(inner) = rest.strip_suffix("[]").or_else(|| rest.strip_prefix("[]")) {
                ty.list = ty.list.saturating_add(1);
                rest = inner;
            } else if let Some(inner) = element(rest) {
                ty.list = ty.list.saturating_add(1);
                rest = inner;
            } else if lower.starts_with("map<") && rest.contains(',') && ty.list == 0 {
                ty.maps = ty.maps.saturating_add(1);
                rest = inside(rest).split_once(',').map_or("", |(_, value)| value);
            } else if matches!(lower.as_str(), "array>" | "list>" | "array" | "list" | "数组" | "列表") {
                // The element is not named, or was taken for a tag.
                ty.list = ty.list.saturating_add(1);
                rest = if lower.ends_with('>') { "" } else { "object" };
            } else if lower.starts_with("map<") && (ty.maps > 0 || ty.list > 0) {
                // The language has no lists of maps, and this one's values are not named.
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
            WireBase::Json => self.maps == 0,
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

/// The element of a list that is spelled with a word: `array<string>`, `list(string)`, `array of strings`, `字符串数组`.
fn element(text: &str) -> Option<&str> {
    const LISTS: [&str; 4] = ["array", "list", "数组", "列表"];
    let lower = text.to_ascii_lowercase();
    LISTS.iter().find_map(|list| {
        if let Some(rest) = lower.strip_prefix(list).and_then(|rest| text.get(text.len() - rest.len()..)) {
            let rest = rest.trim_start();
            let within = |open, close| rest.strip_prefix(open)?.strip_suffix(close);
            let of = rest.strip_prefix("of ").or_else(|| rest.strip_prefix("Of "));
            return within('<', '>').or_else(|| within('(', ')')).or_else(|| within('[', ']')).or(of);
        }
        let before = text.get(..lower.strip_suffix(list)?.len())?;
        // `user_list` is the name of a type.
        let apart = !list.is_ascii() || before.ends_with(' ');
        Some(before.trim_end()).filter(|element| apart && !element.is_empty())
    })
}

/// What is between the first `<` and the last `>`.
fn inside(text: &str) -> &str {
    let inner = text.split_once('<').map_or("", |(_, inner)| inner);
    inner.strip_suffix('>').unwrap_or(inner)
}

impl WireBase {
    fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "strings" | "文本" | "string" | "str" | "stirng" | "datetime" | "date" | "字符串" | "字符"
            | "字符型" => Self::String,
            "int" | "integer" | "integers" | "整数" | "整型" | "长整型" | "长整数" | "int16" | "uint"
            | "bigint" | "i32" | "i64" | "long" | "int32" | "int64" | "uint32" | "uint64" | "number(int)"
            | "timestamp" => Self::Int,
            "float" | "number" | "numbers" | "数字" | "数值" | "浮点" | "浮点数" | "浮点型" | "float32"
            | "float64" | "number(float)" | "double" | "decimal" => Self::Float,
            "bool" | "boolean" | "booleans" | "布尔" | "布尔值" | "布尔型" | "布尔类型" => {
                Self::Bool
            }
            "file" => Self::File,
            "any" | "json" | "union" | "" => Self::Json,
            "-" | "/" | "object" | "objects" | "map" | "struct" | "dict" | "对象" | "结构体" | "字典" => {
                Self::Object(None)
            }
            "枚举" => Self::Object(Some("enum".to_owned())),
            // `string(UserIdType)`, `数字(int)`: its values have a name, or it says more exactly what it is.
            word if Self::with_remark(word).is_some() => Self::with_remark(word).unwrap_or(Self::Json),
            // `URL 参数`, `请求参数`: where it stands, not what it is.
            word if word.contains("参数") => Self::String,
            _ => Self::Object(Some(word.to_owned())),
        }
    }

    /// A plain value with a remark in brackets.
    fn with_remark(word: &str) -> Option<Self> {
        let (word, remark) = word.strip_suffix([')', '）'])?.split_once(['(', '（'])?;
        let exact = Self::read(remark.trim());
        if exact.is_scalar() {
            return Some(exact);
        }
        Some(Self::read(word.trim())).filter(Self::is_scalar)
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
        let list = |base| WireType { base, list: 1, maps: 0 };
        for text in [
            "string[]",
            "[]string",
            "array<string>",
            "list<string>",
            "array(string)",
            "List(string)",
            "字符串[]",
            "array[string]",
            "Array of strings",
            "string array",
            "字符串数组",
            "数组<字符串>",
            "**string\\[\\]**",
        ] {
            assert_eq!(WireType::read(text), list(WireBase::String), "{text}");
        }
        for (text, base) in [
            ("string(UserIdType)", WireBase::String),
            ("数字(int)", WireBase::Int),
            ("[animal](#animal)", WireBase::Object(Some("animal".to_owned()))),
            ("user_list", WireBase::Object(Some("user_list".to_owned()))),
            ("uint64", WireBase::Int),
            ("整型", WireBase::Int),
            ("布尔", WireBase::Bool),
            ("浮点数", WireBase::Float),
            ("animal", WireBase::Object(Some("animal".to_owned()))),
        ] {
            assert_eq!(WireType::read(text), WireType { base, list: 0, maps: 0 }, "{text}");
        }
        for (text, list, maps, base) in [
            ("map<string, int>", 0, 1, WireBase::Int),
            ("map<string, map<string, int>>", 0, 2, WireBase::Int),
            ("map<string, string[]>", 1, 1, WireBase::String),
            // The language has no lists of maps.
            ("map<string, int>[]", 1, 0, WireBase::Json),
        ] {
            assert_eq!(WireType::read(text), WireType { base, list, maps }, "{text}");
        }
    }
}
