//! Literals of a schema: defaults, examples, limits.

/// A number of the schema.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Any other finite one.
    Float(f64),
}

impl Number {
    /// For comparing; a whole number of more than 53 bits is rounded.
    #[expect(clippy::cast_precision_loss, reason = "what an `f64` rounds is far from any limit of a page")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(n) => n,
        }
    }
}

/// A value of the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text.
    String(String),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Several.
    List(Vec<Literal>),
}

/// Whether a text can be the value of a header: visible ASCII on one line, without spaces at its ends.
pub(crate) fn is_header_text(text: &str) -> bool {
    let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    visible && !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ')
}

/// Whether a text can be a segment of a path: not empty, not `.` or `..` however they are encoded, and without control
/// characters.
pub(crate) fn is_segment(text: &str) -> bool {
    let dots = text.to_ascii_lowercase().replace("%2e", ".");
    !matches!(dots.as_str(), "" | "." | "..") && !text.contains(char::is_control)
}
