//! The nesting of rows that follow an object, known from another object of its type with the same rows after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Flat, Frame, NONE, Search};

/// What tells rows of different tables apart: the name, the name of the type, and whether the row may have fields.
pub(in crate::import) type RowKey = (String, Option<String>, bool);

/// Rows as numbers.
pub(in crate::import) type RowKeys = BTreeMap<RowKey, u32>;

/// Known nestings. Those that were chosen last take precedence.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Nestings {
    pub(in crate::import) keys: Arc<RowKeys>,
    pub(in crate::import) chosen: Vec<Nesting>,
}

/// The nesting of the rows after an object, up to the first one outside of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) struct Nesting {
    /// The name of the object's type.
    pub(in crate::import) type_name: String,
    pub(in crate::import) rows: Vec<u32>,
    /// The row that each of them is a field of: 0 is the object, 1 the first row after it; `None` is outside of the object.
    pub(in crate::import) parents: Vec<Option<usize>>,
}

/// The place of a row according to another table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Known {
    /// It is a field of the object with this number.
    In(usize),
    /// It is outside of the object with this number.
    Outside(usize),
}

/// The cost of any other place.
const ELSEWHERE: i32 = 40;

impl Nesting {
    /// The places of rows that follow another object of the type: for each the row that it is a field of, as in `parents`.
    /// Fields of the nesting may be missing there. The places end at the first row that the nesting lacks.
    pub(in crate::import) fn places(&self, rows: &[u32]) -> Vec<Option<usize>> {
        let mut places = Vec::new();
        // For each row of the nesting, the row there.
        let mut found = vec![None; self.rows.len()];
        let mut next = 0;
        for row in rows {
            let Some(at) = self.find(*row, next) else { break };
            let place =
                self.parents.get(at).copied().flatten().and_then(|parent| match parent.checked_sub(1) {
                    None => Some(0),
                    Some(row) => found.get(row).copied().flatten(),
                });
            places.push(place);
            if let Some(found) = found.get_mut(at) {
                *found = Some(places.len());
            }
            next = at + 1;
        }
        places
    }

    /// The first of these rows from an index on, without what is inside of those before it.
    fn find(&self, row: u32, from: usize) -> Option<usize> {
        let mut at = from;
        while *self.rows.get(at)? != row {
            let inside = |parent: &&Option<usize>| parent.is_some_and(|parent| parent > at);
            at += 1 + self.parents.iter().skip(at + 1).take_while(inside).count();
        }
        Some(at)
    }
}

/// Looks up the places of rows that follow objects of known types.
pub(in crate::import) fn look_up(rows: &mut [Flat<'_>], nestings: &Nestings) {
    let mut objects: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.is_object()) {
        if let Some(name) = row.type_name {
            objects.entry(name).or_default().push(at);
        }
    }
    let numbers = rows.iter().map(|row| {
        let key = (row.name.to_owned(), row.type_name.map(str::to_owned), row.is_object());
        nestings.keys.get(&key).copied().unwrap_or(u32::MAX)
    });
    let numbers: Vec<u32> = numbers.collect();
    for nesting in &nestings.chosen {
        for at in objects.get(nesting.type_name.as_str()).into_iter().flatten().copied() {
            let places = nesting.places(numbers.get(at + 1..).unwrap_or_default());
            for (row, parent) in rows.iter_mut().skip(at + 1).zip(places) {
                row.known = Some(match parent {
                    Some(parent) => Known::In(at + parent),
                    None => Known::Outside(at),
                });
            }
        }
    }
}

impl<'a> Search<'a> {
    /// The evidence of another table with the same rows.
    pub(super) fn weigh_known(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let number = self.rows.get(frame.row as usize).map(|row| row.number);
        let fits = match self.rows.get(at).and_then(|row| row.known) {
            None => true,
            Some(Known::In(object)) => number == Some(object),
            Some(Known::Outside(object)) => frame.row == NONE || number.is_some_and(|row| row < object),
        };
        if fits { 0 } else { -ELSEWHERE }
    }
}
