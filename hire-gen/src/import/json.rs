//! The shape of an example: which keys there are, where, and of which kind. Examples on pages are not always JSON;
//! as much as possible is read.

use std::collections::BTreeSet;

use super::repair::json_of;

/// The contents of an example at a place, all elements of a list together.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `null`, or nothing at all is known.
    Unknown,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// Another number.
    Float,
    /// Text.
    String,
    /// A list of what its elements have in common.
    List(Box<Shape>),
    /// Keys in their order.
    Object(Vec<(String, Shape)>),
    /// An object whose keys are data, such as identifiers: the shape of all its values.
    Map(Box<Shape>),
    /// Elements of different kinds.
    Mixed,
}

impl Shape {
    /// Reads an example: as JSON, as JSON once it is repaired, or what can be read of it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let json = json_of(text);
        let mut reader = Reader { rest: json.as_deref().unwrap_or(text) };
        reader.blanks();
        reader.rest.starts_with(['{', '[']).then(|| reader.value(MAX_DEPTH))
    }

    /// The shape without its lists, and how many there were.
    pub(super) fn element(&self) -> (&Self, u8) {
        let (mut shape, mut lists) = (self, 0);
        while let Self::List(inner) = shape {
            shape = inner;
            lists = u8::saturating_add(lists, 1);
        }
        (shape, lists)
    }

    /// The shape inside the maps, and the number of maps.
    pub(super) fn values(&self) -> (&Self, u8) {
        let (mut shape, mut maps) = (self, 0);
        while let Self::Map(inner) = shape {
            shape = inner;
            maps = u8::saturating_add(maps, 1);
        }
        (shape, maps)
    }

    /// Replaces each object whose keys are data by a map: the keys look like data, and the table has no row with their names.
    pub(super) fn with_maps(self, names: &BTreeSet<&str>) -> Self {
        match self {
            Self::List(inner) => Self::List(Box::new(inner.with_maps(names))),
            Self::Object(keys) => {
                let is_map = !keys.is_empty()
                    && keys.iter().all(|(key, _)| is_data(key.trim()) && !names.contains(key.trim()));
                let keys = keys.into_iter().map(|(key, inner)| (key, inner.with_maps(names)));
                if !is_map {
                    return Self::Object(keys.collect());
                }
                let mut values = Self::Unknown;
                keys.for_each(|(_, value)| values.merge(value));
                Self::Map(Box::new(values))
            }
            other => other,
        }
    }

    /// Replaces each map by a list of its values. If a row of the table stands for the keys, `key_of` returns its name, and the
    /// map becomes an object that contains the values under this name.
    pub(super) fn without_maps(self, key_of: &impl Fn(&str, &Self) -> Option<String>) -> Self {
        match self {
            Self::List(inner) | Self::Map(inner) => Self::List(Box::new(inner.without_maps(key_of))),
            Self::Object(keys) => {
                let keys = keys.into_iter().map(|(key, inner)| {
                    let row = match &inner {
                        Self::Map(values) => key_of(&key, values),
                        _ => None,
                    };
                    let inner = match (inner, row) {
                        (Self::Map(values), Some(row)) => {
                            Self::Object(vec![(row, values.without_maps(key_of))])
                        }
                        (inner, _) => inner.without_maps(key_of),
                    };
                    (key, inner)
                });
                Self::Object(keys.collect())
            }
            other => other,
        }
    }

    /// The value of a key, lists in between not counting.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.position(key).map(|at| self.at(at))
    }

    /// Which key this is.
    pub(super) fn position(&self, key: &str) -> Option<usize> {
        self.keys().iter().position(|(name, _)| name == key)
    }

    /// The value of a key by its position.
    pub(super) fn at(&self, position: usize) -> &Self {
        self.keys().get(position).map_or(&Self::Unknown, |(_, shape)| shape)
    }

    /// The keys, if this is an object or a list of objects.
    pub(super) fn keys(&self) -> &[(String, Self)] {
        match self.element().0 {
            Self::Object(entries) => entries,
            _ => &[],
        }
    }

    /// Adds what another example has at the same place.
    pub(super) fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Unknown) => {}
            (Self::Unknown, other) => *self = other,
            (Self::Object(mine), Self::Object(theirs)) => {
                for (key, shape) in theirs {
                    let room = mine.len() < MAX_KEYS;
                    match mine.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, known)) => known.merge(shape),
                        None if room => mine.push((key, shape)),
                        None => {}
                    }
                }
            }
            (Self::List(mine), Self::List(theirs)) | (Self::Map(mine), Self::Map(theirs)) => {
                mine.merge(*theirs);
            }
            (Self::Int, Self::Float) => *self = Self::Float,
            (Self::Float, Self::Int) => {}
            (mine, other) if *mine == other => {}
            (mine, _) => *mine = Self::Mixed,
        }
    }
}

/// Whether a key is data and not the name of a field: it contains many digits, begins with a digit, or contains characters that
/// names do not contain.
fn is_data(key: &str) -> bool {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    !key.is_empty() && !is_word || key.chars().filter(char::is_ascii_digit).count() >= 4
}

/// Deeper than any example; deeper levels are ignored.
const MAX_DEPTH: usize = 64;

/// More keys than any object has; every one is looked for among the others.
const MAX_KEYS: usize = 4096;

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Shape {
        self.blanks();
        match self.rest.chars().next() {
            Some('{') if depth > 0 => self.object(depth - 1),
            Some('[') if depth > 0 => self.list(depth - 1),
            Some('"' | '“' | '”' | '\'') => {
                self.string();
                Shape::String
            }
            Some(_) => self.word(),
            None => Shape::Unknown,
        }
    }

    fn object(&mut self, depth: usize) -> Shape {
        self.skip(1);
        let mut object = Shape::Object(Vec::new());
        loop {
            self.separators();
            match self.rest.chars().next() {
                None => return object,
                Some('}') => {
                    self.skip(1);
                    return object;
                }
                Some('"' | '“' | '”' | '\'') => {
                    let key = self.string();
                    self.blanks();
                    let shape = match self.rest.chars().next() {
                        Some(colon @ (':' | '：')) => {
                            self.skip(colon.len_utf8());
                            self.value(depth)
                        }
                        _ => Shape::Unknown,
                    };
                    object.merge(Shape::Object(vec![(key.to_owned(), shape)]));
                }
                // `...`, a stray word, a bracket of the wrong kind.
                Some(stray) => self.skip(stray.len_utf8()),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Shape {
        self.skip(1);
        let mut element = Shape::Unknown;
        loop {
            self.separators();
            match self.rest.chars().next() {
                None => break,
                Some(']') => {
                    self.skip(1);
                    break;
                }
                // The list was never closed.
                Some('}') => break,
                Some(_) => {
                    let before = self.rest.len();
                    let shape = self.value(depth);
                    element.merge(shape);
                    if self.rest.len() == before {
                        self.skip(self.rest.chars().next().map_or(1, char::len_utf8));
                    }
                }
            }
        }
        Shape::List(Box::new(element))
    }

    fn string(&mut self) -> &'t str {
        let Some(quote) = self.rest.chars().next() else { return "" };
        let curly = matches!(quote, '“' | '”');
        let inside = self.rest.get(quote.len_utf8()..).unwrap_or_default();
        let mut escaped = false;
        for (at, c) in inside.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote || curly && matches!(c, '“' | '”') {
                self.rest = inside.get(at + c.len_utf8()..).unwrap_or_default();
                return inside.get(..at).unwrap_or_default();
            } else if c == '\n' {
                // It was never closed, and ends with its line.
                self.rest = inside.get(at..).unwrap_or_default();
                return inside.get(..at).unwrap_or_default();
            }
        }
        self.rest = "";
        inside
    }

    fn word(&mut self) -> Shape {
        let end =
            self.rest.find(|c: char| c.is_whitespace() || ",}]:\"".contains(c)).unwrap_or(self.rest.len());
        let word = self.rest.get(..end).unwrap_or_default();
        self.rest = self.rest.get(end..).unwrap_or_default();
        match word {
            "true" | "false" => Shape::Bool,
            _ if word.parse::<i64>().is_ok() => Shape::Int,
            _ if word.parse::<f64>().is_ok_and(f64::is_finite) => Shape::Float,
            _ => Shape::Unknown,
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Blanks and comments.
    fn blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if self.rest.starts_with("//") || self.rest.starts_with('#') {
                self.rest = self.rest.split_once('\n').map_or("", |(_, after)| after);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |(_, after)| after);
            } else {
                return;
            }
        }
    }

    fn separators(&mut self) {
        loop {
            self.blanks();
            match self.rest.strip_prefix([',', '，']) {
                Some(after) => self.rest = after,
                None => return,
            }
        }
    }
}
