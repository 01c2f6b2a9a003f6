//! Rows without nesting → a tree.
//!
//! Before each row some of the open objects end; how many is not written anywhere. A beam search tries all
//! numbers and keeps the likeliest histories. What makes one likely: the example has the row's name at that place, two
//! objects of one type have the same fields, an object has a field, a name stands once among its siblings.
//! `docs/import.md` says it in full.

use std::collections::BTreeMap;

use super::json::Shape;

/// What the search knows of a row.
#[derive(Clone, Debug)]
pub(super) struct Flat<'a> {
    pub(super) name: &'a str,
    /// It may have fields.
    pub(super) opens: bool,
    /// The name of its type, where it has one of its own.
    pub(super) type_name: Option<&'a str>,
    pub(super) list: bool,
    /// The text about it, from which only likeness is taken.
    pub(super) about: &'a str,
}

/// Where a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Index of the row it is a field of; `None` at the top.
    pub(super) parent: Option<usize>,
    /// Another place was nearly as good.
    pub(super) unsure: bool,
}

/// How many histories are kept.
const BEAM: usize = 48;
/// Of these, how many may agree on what is open.
const ALIKE: usize = 4;
/// Two histories whose weights differ by less are both possible.
const MARGIN: i32 = 6;

/// Recovers the tree of a table.
pub(super) fn nest(rows: &[Flat<'_>], shape: Option<&Shape>) -> Vec<Placed> {
    let mut search = Search::new(rows);
    let mut beam = vec![search.begin(shape)];
    for row in 0..rows.len() {
        let mut next = Vec::new();
        for history in &beam {
            search.extend(history, row, &mut next);
        }
        beam = prune(next);
    }
    search.settle(&mut beam);
    search.read_off(&beam)
}

type Index = u32;
const NONE: Index = Index::MAX;

/// An open object, and what is in it so far. Frames are never changed: a history that adds a field makes a new one.
#[derive(Clone, Copy)]
struct Frame<'a> {
    /// `NONE` for the top.
    row: Index,
    /// The frame around it.
    around: Index,
    /// Its last field.
    last: Index,
    fields: u16,
    shape: Option<&'a Shape>,
    /// Fields of the last object of this type that has ended, and how many of them have come.
    like: Index,
}

/// A field of an object, linked to the one before it.
#[derive(Clone, Copy)]
struct Link {
    row: Index,
    before: Index,
}

/// An object that has ended, linked to the one that ended before it.
#[derive(Clone, Copy)]
struct Ended {
    kind: Index,
    last: Index,
    before: Index,
}

/// One way of reading the rows so far.
#[derive(Clone, Copy)]
struct History {
    weight: i32,
    frame: Index,
    /// Last decision: an index into `Search::steps`.
    step: Index,
    ended: Index,
    /// Sum over the rows that are open, by which histories are alike.
    open: u64,
}

#[derive(Clone, Copy)]
struct Step {
    parent: Index,
    before: Index,
}

struct Search<'a> {
    rows: &'a [Flat<'a>],
    /// For each row its type's number, and how far rows agree with those after another row of the same type.
    kinds: Vec<Index>,
    reach: Vec<usize>,
    /// Whether a name comes again further down.
    last_seen: BTreeMap<&'a str, usize>,
    frames: Vec<Frame<'a>>,
    links: Vec<Link>,
    ended: Vec<Ended>,
    steps: Vec<Step>,
}

impl<'a> Search<'a> {
    fn new(rows: &'a [Flat<'a>]) -> Self {
        let mut numbers = BTreeMap::new();
        let kinds = rows.iter().map(|row| match row.type_name {
            Some(name) => {
                let next = numbers.len();
                *numbers.entry(name).or_insert(index(next))
            }
            None => NONE,
        });
        let kinds: Vec<Index> = kinds.collect();
        let reach = reach(rows, &kinds);
        let last_seen = rows.iter().enumerate().map(|(at, row)| (row.name, at)).collect();
        Self {
            rows,
            kinds,
            reach,
            last_seen,
            frames: Vec::new(),
            links: Vec::new(),
            ended: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn begin(&mut self, shape: Option<&'a Shape>) -> History {
        self.frames.push(Frame { row: NONE, around: NONE, last: NONE, fields: 0, shape, like: NONE });
        History { weight: 0, frame: 0, step: NONE, ended: NONE, open: 0 }
    }

    /// Every place a row can have after a history.
    fn extend(&mut self, history: &History, at: usize, next: &mut Vec<History>) {
        let mut history = *history;
        let mut closed = 0;
        loop {
            let Some(frame) = self.frames.get(history.frame as usize).copied() else { return };
            let weight = self.weigh(&frame, at) - if closed > 0 { 1 } else { 0 };
            next.push(self.place(&history, &frame, at, weight));
            if frame.row == NONE {
                return;
            }
            history.weight += self.close(&frame, at);
            history.ended = self.end(&frame, history.ended);
            history.frame = frame.around;
            history.open = history.open.wrapping_sub(spread(frame.row));
            closed += 1;
        }
    }

    /// How well a row fits into an object.
    fn weigh(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at) else { return 0 };
        let mut weight = 0;
        if self.fields(frame.last).any(|field| self.name(field) == row.name) {
            weight -= 60;
        }
        weight += match frame.shape {
            None | Some(Shape::Unknown) => -1,
            Some(shape) => match shape.get(row.name) {
                Some(inner) => fits(row, inner),
                None if shape.keys().is_empty() => -3,
                None => -5,
            },
        };
        weight += self.weigh_likeness(frame, row.name);
        weight += self.weigh_words(frame, row);
        let within = self.reach.get(frame.row as usize).copied().unwrap_or(usize::MAX);
        if at > within {
            weight -= 4;
        }
        weight
    }

    /// What other objects of the same type say.
    fn weigh_likeness(&self, frame: &Frame<'a>, name: &str) -> i32 {
        if frame.like == NONE {
            return 0;
        }
        let before: Vec<Index> = self.fields(frame.like).collect();
        // Links run backwards.
        let expected = before.len().checked_sub(1 + usize::from(frame.fields)).and_then(|at| before.get(at));
        if expected.is_some_and(|field| self.name(*field) == name) {
            6
        } else if before.iter().any(|field| self.name(*field) == name) {
            3
        } else {
            -5
        }
    }

    /// What names alone say.
    fn weigh_words(&self, frame: &Frame<'a>, row: &Flat<'a>) -> i32 {
        let mut weight = 0;
        let previous = (frame.last != NONE).then(|| self.links.get(frame.last as usize)).flatten();
        let previous = previous.map(|link| self.name(link.row));
        let locale = is_locale(row.name);
        if let Some(previous) = previous {
            if locale && is_locale(previous) {
                weight += 4;
            } else if is_locale(previous) && !locale {
                weight -= 4;
            }
        } else if locale {
            weight += 4;
        }
        if matches!(row.name, "has_more" | "page_token") {
            let parent = self.rows.get(frame.row as usize).map(|row| row.name);
            weight += if matches!(parent, None | Some("data")) { 5 } else { -2 };
        }
        weight
    }

    /// What it costs to end an object before a row (or at the end, where `at` is past the last).
    fn close(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(frame.row as usize) else { return 0 };
        let mut weight = 0;
        if frame.fields == 0 {
            let empty =
                frame.shape.is_some_and(|shape| !matches!(shape, Shape::Unknown) && shape.keys().is_empty());
            weight -= match (empty, row.type_name.is_some()) {
                (true, _) => 0,
                (false, true) => 8,
                (false, false) => 3,
            };
        }
        for (key, _) in frame.shape.map_or(&[][..], Shape::keys) {
            if !self.fields(frame.last).any(|field| self.name(field) == key) {
                let comes = self.last_seen.get(key.as_str()).is_some_and(|last| *last >= at);
                weight -= if comes { 4 } else { 1 };
            }
        }
        if frame.like != NONE {
            let fields: Vec<&str> = self.fields(frame.last).map(|field| self.name(field)).collect();
            let missing = self.fields(frame.like).filter(|field| !fields.contains(&self.name(*field)));
            weight -= i32::try_from(missing.count().min(4)).unwrap_or(4) * 3;
        }
        weight
    }

    fn end(&mut self, frame: &Frame<'a>, before: Index) -> Index {
        let kind = self.kinds.get(frame.row as usize).copied().unwrap_or(NONE);
        if kind == NONE || frame.last == NONE {
            return before;
        }
        self.ended.push(Ended { kind, last: frame.last, before });
        index(self.ended.len() - 1)
    }

    fn place(&mut self, history: &History, frame: &Frame<'a>, at: usize, weight: i32) -> History {
        let row = index(at);
        self.links.push(Link { row, before: frame.last });
        let parent =
            Frame { last: index(self.links.len() - 1), fields: frame.fields.saturating_add(1), ..*frame };
        self.frames.push(parent);
        let mut next =
            History { weight: history.weight + weight, frame: index(self.frames.len() - 1), ..*history };
        self.steps.push(Step { parent: frame.row, before: history.step });
        next.step = index(self.steps.len() - 1);
        if let Some(flat) = self.rows.get(at).filter(|flat| flat.opens) {
            let shape = frame.shape.and_then(|shape| shape.get(flat.name));
            let kind = self.kinds.get(at).copied().unwrap_or(NONE);
            let like = self.last_of(kind, next.ended);
            self.frames.push(Frame { row, around: next.frame, last: NONE, fields: 0, shape, like });
            next.frame = index(self.frames.len() - 1);
            next.open = next.open.wrapping_add(spread(row));
        }
        next
    }

    /// The fields of the object of a type that ended last.
    fn last_of(&self, kind: Index, mut ended: Index) -> Index {
        if kind == NONE {
            return NONE;
        }
        while let Some(object) = self.ended.get(ended as usize) {
            if object.kind == kind {
                return object.last;
            }
            ended = object.before;
        }
        NONE
    }

    /// Ends what is still open.
    fn settle(&mut self, beam: &mut [History]) {
        for history in beam.iter_mut() {
            while let Some(frame) = self.frames.get(history.frame as usize).copied() {
                if frame.row == NONE {
                    history.weight += self.close_top(&frame);
                    break;
                }
                history.weight += self.close(&frame, self.rows.len());
                history.frame = frame.around;
            }
        }
        beam.sort_by_key(|history| std::cmp::Reverse(history.weight));
    }

    fn close_top(&self, frame: &Frame<'a>) -> i32 {
        let keys = frame.shape.map_or(&[][..], Shape::keys).iter();
        let missing = keys.filter(|(key, _)| !self.fields(frame.last).any(|field| self.name(field) == key));
        -i32::try_from(missing.count()).unwrap_or(i32::MAX).min(1000)
    }

    fn read_off(&self, beam: &[History]) -> Vec<Placed> {
        let Some(best) = beam.first() else { return Vec::new() };
        let parents = self.parents(best);
        let mut placed: Vec<Placed> =
            parents.iter().map(|parent| Placed { parent: *parent, unsure: false }).collect();
        for other in beam.iter().skip(1).take_while(|other| best.weight - other.weight < MARGIN) {
            for (placed, parent) in placed.iter_mut().zip(self.parents(other)) {
                placed.unsure |= placed.parent != parent;
            }
        }
        placed
    }

    fn parents(&self, history: &History) -> Vec<Option<usize>> {
        let mut parents = Vec::with_capacity(self.rows.len());
        let mut step = history.step;
        while let Some(Step { parent, before }) = self.steps.get(step as usize) {
            parents.push((*parent != NONE).then_some(*parent as usize));
            step = *before;
        }
        parents.reverse();
        parents
    }

    fn name(&self, row: Index) -> &'a str {
        self.rows.get(row as usize).map_or("", |row| row.name)
    }

    /// Rows of a chain of fields, the last first.
    fn fields(&self, last: Index) -> impl Iterator<Item = Index> {
        std::iter::successors(self.links.get(last as usize), |link| self.links.get(link.before as usize))
            .map(|link| link.row)
    }
}

/// The likeliest histories, not too many of which may have the same objects open.
fn prune(mut all: Vec<History>) -> Vec<History> {
    all.sort_by_key(|history| std::cmp::Reverse(history.weight));
    let mut kept: Vec<History> = Vec::with_capacity(BEAM);
    for history in all {
        if kept.len() == BEAM {
            break;
        }
        if kept.iter().filter(|other| other.open == history.open).count() < ALIKE {
            kept.push(history);
        }
    }
    kept
}

/// How well a row's type fits what the example has under its name.
fn fits(row: &Flat<'_>, shape: &Shape) -> i32 {
    let (element, lists) = shape.element();
    let lists = if (lists > 0) == row.list { 2 } else { -1 };
    match (element, row.opens) {
        (Shape::Unknown | Shape::Mixed, _) => 6,
        (Shape::Object(_), true) => 8 + lists,
        (Shape::Object(_), false) => -8,
        (_, true) => -4,
        (_, false) => 8 + lists,
    }
}

/// For each row: the last row that it and another of its type have in common after them.
fn reach(rows: &[Flat<'_>], kinds: &[Index]) -> Vec<usize> {
    let mut by_kind: BTreeMap<Index, Vec<usize>> = BTreeMap::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| **kind != NONE) {
        by_kind.entry(*kind).or_default().push(at);
    }
    let mut reach = vec![usize::MAX; rows.len()];
    for same in by_kind.values().filter(|same| same.len() > 1) {
        for (i, at) in same.iter().enumerate() {
            // Neighbours are enough: what is repeated is repeated soon.
            let others = same.iter().skip(i.saturating_sub(2)).take(5).filter(|other| *other != at);
            let longest = others.map(|other| common(rows, *at, *other)).max().unwrap_or(0);
            if let Some(reach) = reach.get_mut(*at)
                && longest > 0
            {
                *reach = at + longest;
            }
        }
    }
    reach
}

fn common(rows: &[Flat<'_>], a: usize, b: usize) -> usize {
    let after = |at: usize| rows.iter().skip(at + 1);
    after(a).zip(after(b)).take_while(|(a, b)| a.name == b.name && a.type_name == b.type_name).count()
}

fn is_locale(name: &str) -> bool {
    let name = name.as_bytes();
    matches!(name.get(2), Some(b'_' | b'-'))
        && name.len() == 5
        && matches!(
            name.get(..2),
            Some(
                b"zh"
                    | b"en"
                    | b"ja"
                    | b"ko"
                    | b"fr"
                    | b"de"
                    | b"es"
                    | b"it"
                    | b"pt"
                    | b"ru"
                    | b"th"
                    | b"vi"
                    | b"id"
                    | b"ms"
            )
        )
}

/// Numbers of open rows add up to one that tells sets of them apart.
fn spread(row: Index) -> u64 {
    (u64::from(row) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(row % 63)
}

fn index(at: usize) -> Index {
    Index::try_from(at).unwrap_or(NONE)
}
