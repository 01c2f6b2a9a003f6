//! Values of a path or a query.

/// A value that can be part of a path or a query.
pub trait Param {
    /// Passes on its text, or the text of each item; nothing if it is unset.
    fn each(&self, take: &mut dyn FnMut(&str));
}

impl Param for String {
    fn each(&self, take: &mut dyn FnMut(&str)) {
        take(self);
    }
}

macro_rules! displayed {
    ($($ty:ty)*) => {$(impl Param for $ty {
        fn each(&self, take: &mut dyn FnMut(&str)) {
            take(&self.to_string());
        }
    })*};
}

displayed!(i64 f64 bool);

impl<T: Param> Param for Option<T> {
    fn each(&self, take: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.each(take);
        }
    }
}

impl<T: Param> Param for Vec<T> {
    fn each(&self, take: &mut dyn FnMut(&str)) {
        for item in self {
            item.each(take);
        }
    }
}
