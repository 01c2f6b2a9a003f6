//! How likely a row is at a place according to the objects around it, and to those that have ended.

use super::{Ended, Frame, Index, MANY, NONE, SOON, Search};

impl<'a> Search<'a> {
    /// How well a row fits into an object, compared with others.
    pub(super) fn weigh_others(&self, frame: &Frame<'a>, at: usize, ended: Index) -> i32 {
        let mut weight = self.weigh_neighbours(frame, at, ended);
        if self.would_end(frame, ended) {
            weight -= 4;
        }
        if self.follows(frame, at, ended) {
            weight += 2;
        }
        weight
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

    /// Whether the names of a row and of an object's last field are beside each other in an object of another type.
    fn follows(&self, frame: &Frame<'a>, at: usize, ended: Index) -> bool {
        let (Some(last), Some(name)) = (self.last_name(frame.last), self.names.get(at).copied()) else {
            return false;
        };
        if self.count(at) == 1 || self.counts.get(last) == Some(&1) {
            return false;
        }
        let kind = self.kinds.get(frame.row as usize).copied().unwrap_or(NONE);
        let ended = self.ended_before(ended).take(SOON).filter(|object| object.kind != kind);
        let around = |frame: &Frame<'a>| self.frames.get(frame.around as usize);
        let open = std::iter::successors(around(frame), |frame| around(frame));
        let mut others = ended.map(|object| object.last).chain(open.map(|frame| frame.last));
        others.any(|fields| {
            let names = || self.fields(fields).filter_map(|field| self.names.get(field as usize).copied());
            names().zip(names().skip(1)).any(|pair| pair == (last, name) || pair == (name, last))
        })
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
