//! How likely a row is at a place according to the objects around it, and to those that have ended.

use super::{Ended, Frame, Index, MANY, NONE, SOON, Search};

impl<'a> Search<'a> {
    /// How well a row fits into an object, compared with others.
    pub(super) fn weigh_others(&self, frame: &Frame<'a>, at: usize, ended: Index) -> i32 {
        let mut weight = self.weigh_neighbours(frame, at, ended);
        if self.would_end(frame, ended) {
            weight -= 4;
        }
        weight + self.weigh_siblings(frame, at, ended)
    }

    /// The evidence of ended objects beside each other: if they have an object of a name, others beside them have it
    /// rather than the object around them.
    fn weigh_neighbours(&self, frame: &Frame<'a>, at: usize, ended: Index) -> i32 {
        let Some(row) = self.rows.get(at).filter(|row| row.opens && frame.row != NONE) else { return 0 };
        let has = |fields: Index| {
            self.ended_before(ended).take(SOON).any(|object| {
                let kind = |field: Index| self.kinds.get(field as usize) == Some(&object.kind);
                self.fields(object.last).any(|field| self.name(field) == row.name)
                    && self.fields(fields).take(SOON).any(kind)
            })
        };
        if has(frame.last) {
            -10
        } else if has(self.beside(frame)) {
            2
        } else {
            0
        }
    }

    /// Whether the last three objects beside an object ended with a field that is called like its own last one.
    fn would_end(&self, frame: &Frame<'a>, ended: Index) -> bool {
        let several = |name: &usize| self.counts.get(*name).is_some_and(|count| *count > MANY);
        let Some(last) = self.last_name(frame.last).filter(several) else { return false };
        let before = self.fields(self.beside(frame)).skip(1).take(SOON);
        let ends = before.filter_map(|field| {
            let mut ended = self.ended_before(ended).take(SOON * SOON);
            self.last_name(ended.find(|object| object.row == field)?.last)
        });
        ends.take(MANY).filter(|end| *end == last).count() == MANY
    }

    /// The evidence of an object of another type that has fields like a row and the last field before it: both have the same
    /// names and descriptions, or they have the same names and are next to each other.
    fn weigh_siblings(&self, frame: &Frame<'a>, at: usize, ended: Index) -> i32 {
        let Some(last) = self.fields(frame.last).next().map(|last| last as usize) else { return 0 };
        if self.count(at) == 1 || self.count(last) == 1 {
            return 0;
        }
        let kind = self.kinds.get(frame.row as usize).copied().unwrap_or(NONE);
        let ended = self.ended_before(ended).take(SOON).filter(|object| object.kind != kind);
        let around = |frame: &Frame<'a>| self.frames.get(frame.around as usize);
        let open = std::iter::successors(around(frame), |frame| around(frame));
        let open =
            open.filter(|frame| self.kinds.get(frame.row as usize).is_some_and(|other| *other != kind));
        let others = ended.map(|object| object.last).chain(open.map(|frame| frame.last));
        let found = others.map(|fields| {
            let find = |row: usize| {
                let mut fields = self.fields(fields).map(|field| field as usize).enumerate();
                fields.find(|(_, field)| self.names.get(*field) == self.names.get(row) && *field != row)
            };
            let (Some((i, a)), Some((j, b))) = (find(last), find(at)) else { return 0 };
            match self.is_described_like(a, last) && self.is_described_like(b, at) {
                true => 5,
                false if i.abs_diff(j) == 1 => 2,
                false => 0,
            }
        });
        found.max().unwrap_or(0)
    }

    /// Whether two plain fields have the same description.
    fn is_described_like(&self, a: usize, b: usize) -> bool {
        let about = |row: usize| self.rows.get(row).filter(|row| !row.is_object()).map(|row| row.about);
        about(a).is_some_and(|a| about(b) == Some(a))
    }

    /// The last field beside an object.
    fn beside(&self, frame: &Frame<'a>) -> Index {
        self.frames.get(frame.around as usize).map_or(NONE, |around| around.last)
    }

    /// The name of the last one of a chain of fields.
    fn last_name(&self, last: Index) -> Option<usize> {
        self.fields(last).next().and_then(|field| self.names.get(field as usize).copied())
    }

    /// Objects that have ended, the last first.
    fn ended_before(&self, ended: Index) -> impl Iterator<Item = &Ended> {
        std::iter::successors(self.ended.get(ended as usize), |object| self.ended.get(object.before as usize))
    }
}
