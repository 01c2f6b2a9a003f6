//! The parts of an answer that do not fit its schema and were left out.

use std::fmt;

/// This many are kept; all are counted.
const MOST: usize = 32;

/// A place in an answer that does not fit the schema. Its value is never shown, since it may be personal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// Path by wire names: `data.items[3].gender`. A key of a map is data, and shown as `*`.
    pub place: String,
    /// What was expected: `a whole number of 64 bits`.
    pub expected: &'static str,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{between}expected {}", self.place, self.expected)
    }
}

/// The parts of an answer that do not fit its schema. Each such value is absent from the answer; everything else is
/// there.
///
/// At most 32 places are kept, in the order of the answer; [`count`](Self::count) counts all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatches {
    kept: Vec<Mismatch>,
    count: usize,
}

/// A step of a path to a place.
pub(crate) enum Step {
    Name(&'static str),
    Index(usize),
    /// A key that is data.
    Key,
}

impl Mismatches {
    /// The places that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Mismatch> {
        self.kept.iter()
    }

    /// Returns the number of places that do not fit, including those that are not kept.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns whether everything fits.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn add(&mut self, expected: &'static str) {
        self.count += 1;
        if self.kept.len() < MOST {
            self.kept.push(Mismatch { place: String::new(), expected });
        }
    }

    /// Prefixes the paths of all mismatches since then with a step.
    pub(crate) fn locate(&mut self, since: usize, step: Step) {
        for Mismatch { place, .. } in self.kept.iter_mut().skip(since) {
            let mut longer = match step {
                Step::Name(name) => name.to_owned(),
                Step::Index(index) => format!("[{index}]"),
                Step::Key => "*".to_owned(),
            };
            if !place.is_empty() && !place.starts_with('[') {
                longer.push('.');
            }
            longer.push_str(place);
            *place = longer;
        }
    }

    /// Drops those after the first ones.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.kept.truncate(count);
        self.count = self.count.min(count);
    }

    /// Puts this one's mismatches first, followed by those of another text.
    pub(crate) fn append(&mut self, other: Self) {
        self.count += other.count;
        self.kept.extend(other.kept);
        self.kept.truncate(MOST);
    }
}

/// One line: the first places, and how many more there are.
impl fmt::Display for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        for (index, mismatch) in self.kept.iter().take(SHOWN).enumerate() {
            write!(f, "{}{mismatch}", if index == 0 { "" } else { "; " })?;
        }
        match self.count.saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_of_the_whole_text_has_no_place() {
        let shown = |place: &str| Mismatch { place: place.to_owned(), expected: "a text" }.to_string();
        assert_eq!([shown("data.name"), shown("")], ["data.name: expected a text", "expected a text"]);
    }

    #[test]
    fn mismatches_of_two_texts_are_counted_and_kept_together() {
        let of = |count| {
            let mut mismatches = Mismatches::default();
            (0..count).for_each(|_| mismatches.add("a text"));
            mismatches
        };
        assert_eq!((of(MOST + 5).count(), of(MOST + 5).iter().count()), (MOST + 5, MOST));
        let mut both = of(MOST - 1);
        both.append(of(3));
        assert_eq!((both.count(), both.iter().count()), (MOST + 2, MOST));
        both.truncate(2);
        assert_eq!((both.count(), both.iter().count()), (2, 2));
    }
}
