//! Writes values into the body of a request.

use std::collections::BTreeMap;

/// A value that can be written into the body of a request. The derives `Model` and
/// `OpenEnum` implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a request",
    note = "derive `hire_api::Model` with `#[hire(request)]`"
)]
pub trait Write {
    /// Appends it as JSON.
    fn write(&self, out: &mut Vec<u8>);
}

/// Returns a value as JSON, as in the body of a request.
pub fn to_vec(value: &impl Write) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    value.write(&mut out);
    out
}

/// Returns a value as JSON, as in the body of a request.
pub fn to_string(value: &impl Write) -> String {
    // Every implementation writes text.
    String::from_utf8(to_vec(value)).unwrap_or_default()
}

/// The fields of an object being written. Their names come with a comma before and a colon after: `,"name":`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fields<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Fields<'a> {
    /// Begins an object.
    #[inline]
    pub fn of(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start }
    }

    /// Writes a field that is always sent.
    #[inline]
    pub fn required<T: Write>(&mut self, name: &'static str, value: &T) {
        self.out.extend_from_slice(name.as_bytes());
        value.write(self.out);
    }

    /// Writes a field that is sent if it is set.
    #[inline]
    pub fn optional<T: Write>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// Ends the object.
    #[inline]
    pub fn end(self) {
        match self.out.get_mut(self.start) {
            // The comma before the first field.
            Some(comma) => *comma = b'{',
            None => self.out.push(b'{'),
        }
        self.out.push(b'}');
    }
}

/// Writes a text with its quotation marks.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        json(&text, out);
    }
}

/// Whether nothing in it has to be escaped.
fn is_plain(bytes: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let differs = |word: u64, byte: u8| {
        let differences = word ^ (ONES * u64::from(byte));
        differences.wrapping_sub(ONES) & !differences
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let plain = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        (control | differs(word, b'"') | differs(word, b'\\')) & HIGH == 0
    };
    words.iter().all(plain) && rest.iter().all(|byte| *byte >= 0x20 && *byte != b'"' && *byte != b'\\')
}

/// Uses the library for rare or difficult cases.
#[cold]
fn json(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    // Writing to a vector never fails, and neither do texts and numbers.
    let _ = serde_json::to_writer(out, value);
}

/// Writes a whole number.
#[inline]
pub(crate) fn int(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

impl Write for String {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        text(self, out);
    }
}

impl Write for str {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        text(self, out);
    }
}

impl Write for i64 {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        int(*self, out);
    }
}

impl Write for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

impl Write for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

/// For bodies without a type.
impl Write for serde_json::Value {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Write> Write for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        T::write(self, out);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        out.push(b']');
    }
}

#[diagnostic::do_not_recommend]
impl<T: Write> Write for BTreeMap<String, T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (key, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            text(key, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
}
