//! Which rows follow every object of a type: they are its fields, or those of the object around it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flat, Index, NONE};

/// The rows that all objects of a type have in common after them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    pub(super) last: usize,
    /// They are the fields of these objects.
    pub(super) exact: bool,
}

/// A type with fewer objects in a table may have the same rows after each by chance.
pub(super) const MANY: usize = 3;

/// For each row: the last row that it and another of its type have in common after them, and the last one that all of
/// its type have in common if there are many: they have one shape, so their fields end there at the latest.
pub(super) fn reach(rows: &[Flat<'_>], kinds: &[Index]) -> (Vec<usize>, Vec<Common>) {
    let mut by_kind: BTreeMap<Index, Vec<usize>> = BTreeMap::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| **kind != NONE) {
        by_kind.entry(*kind).or_default().push(at);
    }
    let mut reach = vec![usize::MAX; rows.len()];
    let mut all = vec![Common { last: usize::MAX, exact: false }; rows.len()];
    for same in by_kind.values().filter(|same| same.len() > 1) {
        let least =
            same.iter().zip(same.iter().skip(1)).map(|(a, b)| common(rows, *a, *b)).min().unwrap_or(0);
        let many = same.len() >= MANY && least > 0;
        let exact = many && in_places(rows, same) >= MANY;
        for (i, at) in same.iter().enumerate() {
            // Neighbours are enough: what is repeated is repeated soon.
            let others = same.iter().skip(i.saturating_sub(2)).take(5).filter(|other| *other != at);
            let longest = others.map(|other| common(rows, *at, *other)).max().unwrap_or(0);
            if let Some(reach) = reach.get_mut(*at).filter(|_| longest > 0) {
                *reach = at + longest;
            }
            if let Some(all) = all.get_mut(*at).filter(|_| many) {
                *all = Common { last: at + longest, exact: exact && longest == least };
            }
        }
    }
    (reach, all)
}

/// In how many places these rows occur, told apart by the row before, or by its type if it has one, and by their own
/// names. Rows that follow them everywhere are theirs; if they occur in one place only, they may be their neighbours'.
pub(super) fn in_places(rows: &[Flat<'_>], same: &[usize]) -> usize {
    let name = |at: usize| rows.get(at).map(|row| row.name);
    let before = |at: usize| {
        let row = at.checked_sub(1).and_then(|at| rows.get(at))?;
        Some(row.type_name.unwrap_or(row.name))
    };
    let places: BTreeSet<_> = same.iter().map(|at| (before(*at), name(*at))).collect();
    places.len()
}

pub(super) fn common(rows: &[Flat<'_>], a: usize, b: usize) -> usize {
    let after = |at: usize| rows.iter().skip(at + 1);
    after(a).zip(after(b)).take_while(|(a, b)| a.name == b.name && a.type_name == b.type_name).count()
}
