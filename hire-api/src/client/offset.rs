//! Pages that are requested by the number of items before them.

/// The start of a page, as given in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Offset {
    /// After this many items.
    Behind(u64),
    /// Not a number.
    Unknown,
}

impl Offset {
    /// Reads a request field that is sent as text.
    pub(crate) fn of_text(text: &str) -> Self {
        text.parse().map_or(Self::Unknown, Self::Behind)
    }
}

/// A field of a request that contains the number of items before a page.
pub trait Begins {
    /// The start of the page; the first page if the field is not set.
    fn offset(&self) -> Offset;

    /// Sets the number of items; returns whether `items` is one.
    fn begin(&mut self, items: &str) -> bool;
}

impl Begins for i64 {
    fn offset(&self) -> Offset {
        u64::try_from(*self).map_or(Offset::Unknown, Offset::Behind)
    }

    fn begin(&mut self, items: &str) -> bool {
        let number = items.parse().ok().filter(|number| *number >= 0);
        *self = number.unwrap_or(*self);
        number.is_some()
    }
}

impl Begins for String {
    fn offset(&self) -> Offset {
        Offset::of_text(self)
    }

    fn begin(&mut self, items: &str) -> bool {
        let number = items.parse::<u64>().is_ok();
        if number {
            items.clone_into(self);
        }
        number
    }
}

impl<T: Begins + Default> Begins for Option<T> {
    fn offset(&self) -> Offset {
        self.as_ref().map_or(Offset::Behind(0), T::offset)
    }

    fn begin(&mut self, items: &str) -> bool {
        self.get_or_insert_default().begin(items)
    }
}
