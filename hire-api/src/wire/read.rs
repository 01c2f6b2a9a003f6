//! Reads values from an answer: values that fit are present, others are absent and reported.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;

use crate::wire::mismatch::{Mismatches, Step};
use crate::wire::reader::{Reader, Stop};

/// A value that can be read from an answer. The derives `Model` and `OpenEnum` implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an answer",
    note = "derive `hire_api::Model` with `#[hire(response)]`"
)]
pub trait Read: Sized {
    /// Reads a value and reports what does not fit. `None` means an absent value: `null`, or one that does not fit at
    /// all.
    ///
    /// # Errors
    ///
    /// If the text cannot be read any further.
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop>;

    /// The value for an answer without data; `None` if there can be none.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is a file, which is not read here.
    #[doc(hidden)]
    const IS_FILE: bool = false;

    /// The value for an answer that is still in transit.
    #[doc(hidden)]
    fn of_file(_: Box<dyn Any>) -> Option<Self> {
        None
    }
}

/// A value, and the parts that did not fit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading<T> {
    /// The value.
    pub value: T,
    /// The parts that were left out of it.
    pub mismatches: Mismatches,
}

/// Why a JSON text gives no value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unreadable {
    /// The reason, or what did not fit. It shows nothing of the text.
    message: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unreadable {}

/// Reads a value from JSON as the client reads answers: parts that do not fit are absent and reported, and do not
/// affect others.
///
/// ```
/// use hire_api::Model;
///
/// #[derive(Model)]
/// #[hire(response)]
/// struct Note {
///     id: Option<String>,
///     stars: Option<i64>,
/// }
///
/// let note = hire_api::wire::from_slice::<Note>(br#"{"id": 7, "stars": "many"}"#)?;
/// assert_eq!((note.value.id.as_deref(), note.value.stars), (Some("7"), None));
/// assert_eq!(note.mismatches.to_string(), "stars: expected a whole number of 64 bits");
/// # Ok::<(), hire_api::wire::Unreadable>(())
/// ```
///
/// # Errors
///
/// If the text is broken where the value needs it, is something else entirely, or would take far more memory than it
/// has bytes.
pub fn from_slice<T: Read>(json: &[u8]) -> Result<Reading<T>, Unreadable> {
    whole(json, None)
}

/// Reads a part of another text, which is named in errors.
pub(crate) fn whole<T: Read>(json: &[u8], name: Option<&'static str>) -> Result<Reading<T>, Unreadable> {
    let mut reader = Reader::new(json);
    let read = T::read(&mut reader).and_then(|value| match reader.peek() {
        Some(_) => Err(reader.stop("there is more text after it")),
        None => Ok(value),
    });
    if let Some(name) = name.filter(|_| reader.mismatched() > 0) {
        reader.locate(0, Step::Name(name));
    }
    let stopped = reader.stopped();
    let mismatches = reader.into_mismatches();
    let message = match read {
        Ok(Some(value)) => return Ok(Reading { value, mismatches }),
        Ok(None) if mismatches.is_empty() => match T::absent() {
            Some(value) => return Ok(Reading { value, mismatches }),
            None => "it is empty".to_owned(),
        },
        Ok(None) => mismatches.to_string(),
        Err(Stop { .. }) => stopped.to_owned(),
    };
    Err(Unreadable { message })
}

impl Reader<'_> {
    /// Reads a field of an object. A repeated field overrides the first, unless it is empty.
    #[inline]
    #[doc(hidden)]
    pub fn field<T: Read>(&mut self, name: &'static str, slot: &mut Option<T>) -> Result<(), Stop> {
        let since = self.mismatched();
        let value = T::read(self)?;
        if self.mismatched() != since {
            self.locate(since, Step::Name(name));
        }
        if value.is_some() {
            *slot = value;
        }
        Ok(())
    }

    /// A field for which `null` differs from being absent. A value that does not fit is absent.
    #[doc(hidden)]
    pub fn nullable<T: Read>(
        &mut self,
        name: &'static str,
        slot: &mut Option<Option<T>>,
    ) -> Result<(), Stop> {
        let null = self.peek() == Some(b'n');
        let (since, mut value) = (self.mismatched(), None);
        self.field(name, &mut value)?;
        if value.is_some() || null && self.mismatched() == since {
            *slot = Some(value);
        }
        Ok(())
    }

    /// A required field.
    #[doc(hidden)]
    pub fn required<T>(&mut self, name: &'static str, slot: Option<T>) -> Option<T> {
        if slot.is_none() {
            let since = self.mismatched();
            self.mismatch("a value");
            self.locate(since, Step::Name(name));
        }
        slot
    }
}

#[diagnostic::do_not_recommend]
impl<T: Read> Read for Option<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        T::read(reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        let Some(value) = T::read(reader)? else { return Ok(None) };
        reader.charge_block(size_of::<T>())?;
        Ok(Some(Self::new(value)))
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Read> Read for Vec<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        let Some(begun) = reader.list()? else { return Ok(None) };
        let mut list = Self::new();
        for index in 0.. {
            if !begun || !reader.item(index == 0)? {
                break;
            }
            let since = reader.mismatched();
            let item = T::read(reader)?;
            if reader.mismatched() != since {
                reader.locate(since, Step::Index(index));
            }
            if list.len() == list.capacity() {
                // Twice as many, beside those that are there.
                reader.charge(list.capacity().max(4).saturating_mul(2 * size_of::<T>()))?;
            }
            if let Some(item) = item {
                list.push(item);
            }
        }
        Ok(Some(list))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Read> Read for BTreeMap<String, T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        let Some(mut object) = reader.object()? else { return Ok(None) };
        let mut map = Self::new();
        while let Some(key) = reader.next_name(&mut object)? {
            let since = reader.mismatched();
            let value = T::read(reader)?;
            if reader.mismatched() != since {
                reader.locate(since, Step::Key);
            }
            if let Some(value) = value {
                // The first entry takes a node with room for eleven; later nodes are half full at least.
                let entries = if map.is_empty() { 11 } else { 3 };
                reader.charge_block(key.len() + entries * size_of::<(String, T)>())?;
                map.insert(key.into_owned(), value);
            }
        }
        Ok(Some(map))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Reads any value as nothing.
impl Read for () {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Stop> {
        reader.skip().map(Some)
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}
