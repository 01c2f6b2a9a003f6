//! Rows without nesting → a tree.
//!
//! Before each row some of the open objects end; how many is not written anywhere. A beam search tries all
//! numbers and keeps the likeliest histories. A history is likely if the example has the row's name at that place, two
//! objects of one type have the same fields, an object has a field, or a name occurs once among its siblings.
//! `docs/import.md` lists all rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod alike;
mod close;
mod example;
mod fold;
mod kinds;
mod likeness;
mod naming;
mod others;
mod owners;
mod promise;
mod repeated;
mod template;
#[cfg(test)]
mod tests;
mod weigh;

use super::json::Shape;
pub(super) use alike::{Known, Nesting, Nestings, RowKey, RowKeys, look_up};
pub(super) use close::is_envelope;
use kinds::Kinds;
use likeness::Likeness;
pub(super) use likeness::{ending, words};
use naming::Naming;
pub(super) use owners::{Owners, Place};
use repeated::{Common, MANY, common, in_places, reach};
pub(super) use template::{Template, Templates, show, shows_kinds, templates};

/// Facts about a row that the search uses.
#[derive(Clone, Debug)]
pub(super) struct Flat<'a> {
    /// Its index in the table.
    pub(super) number: usize,
    pub(super) name: &'a str,
    /// It may have fields.
    pub(super) opens: bool,
    /// According to the page, it never has any.
    pub(super) says_empty: bool,
    /// It has some: the page gives its type a name.
    pub(super) must_open: bool,
    /// The name of its type, if it has one of its own.
    pub(super) type_name: Option<&'a str>,
    pub(super) list: bool,
    /// A map of values that need no rows.
    pub(super) map: bool,
    /// The name of the row below it.
    pub(super) below: &'a str,
    /// Its description speaks of JSON: the rows below it may describe the contents of a string.
    pub(super) holds_json: bool,
    /// Its fields are placed already, and are not among the rows.
    pub(super) folded: bool,
    /// The topic of its description, sorted.
    pub(super) words: Vec<u64>,
    /// Its values.
    pub(super) values: Vec<&'a str>,
    /// What they mean.
    pub(super) labels: Vec<&'a str>,
    /// The first line of its description.
    pub(super) about: &'a str,
    /// The last word of its description's first sentence, where it says something.
    pub(super) ending: &'a str,
    /// Its place, if another table shows it.
    pub(super) known: Option<Known>,
}

impl Flat<'_> {
    /// Whether it is an object, maybe one without fields.
    fn is_object(&self) -> bool {
        self.opens || self.says_empty
    }

    /// Whether the example of a plain field has an object, with the row below in it.
    fn is_shown_as_object(&self, shape: &Shape) -> bool {
        !self.is_object() && !self.map && shape.position(self.below).is_some()
    }
}

/// The place of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Index of the row it is a field of; `None` at the top.
    pub(super) parent: Option<usize>,
    /// Another place was nearly as good.
    pub(super) unsure: bool,
}

/// How many histories are kept.
const BEAM: usize = 32;
/// How many of these may agree on the fields of the open objects.
const ALIKE: usize = 3;
/// Two histories whose weights differ by less are both possible.
const MARGIN: i32 = 6;
/// A place that looks better than the next one by less needs a review.
const LOCAL_MARGIN: i32 = 8;

/// More rows than any table has. If there are more, all stay at the top and none is certain.
pub(super) const MOST_ROWS: usize = 4096;
/// How many fields or objects are looked at.
const SOON: usize = 8;
/// Deeper than any page nests.
const MOST_DEPTH: u8 = 32;

/// The tree of a table.
#[derive(Clone, Debug)]
pub(super) struct Nested {
    pub(super) placed: Vec<Placed>,
    /// How likely it is.
    pub(super) weight: i32,
}

/// Recovers the tree of a table.
pub(super) fn nest(rows: &[Flat<'_>], shape: Option<&Shape>, templates: &Templates) -> Nested {
    if rows.len() > MOST_ROWS {
        let placed = rows.iter().map(|_| Placed { parent: None, unsure: true }).collect();
        return Nested { placed, weight: 0 };
    }
    nest_within(rows, shape, templates, Within::default())
}

/// The part of a table that rows belong to.
#[derive(Clone, Copy, Default)]
struct Within {
    /// How many types that repeat are around.
    folds: u8,
    /// The first row is an object of such a type, and the others are in it.
    object: bool,
}

/// The same for a part of a table.
fn nest_within(rows: &[Flat<'_>], shape: Option<&Shape>, templates: &Templates, within: Within) -> Nested {
    if let Some(nested) =
        (within.folds < fold::MOST_FOLDS).then(|| fold::folded(rows, shape, templates, within)).flatten()
    {
        return nested;
    }
    let mut search = Search::new(rows, templates, within.object);
    let mut beam = vec![search.begin(shape)];
    for row in 0..rows.len() {
        let mut next = Vec::new();
        for history in &beam {
            search.extend(history, row, &mut next);
        }
        search.promise(&mut next, row);
        beam = prune(next);
    }
    search.settle(&mut beam);
    Nested { placed: search.read_off(&beam), weight: beam.first().map_or(0, |best| best.weight) }
}

type Index = u32;
const NONE: Index = Index::MAX;

/// An open object, and what is in it so far. Frames are never changed: a history that adds a field makes a new one.
#[derive(Clone, Copy)]
struct Frame<'a> {
    /// `NONE` for the top.
    row: Index,
    /// The frame around it, and how many there are.
    around: Index,
    depth: u8,
    /// Its last field.
    last: Index,
    fields: u16,
    /// Of itself and its fields.
    sum: u64,
    /// How many of them the example has, and which of its first keys these are.
    shown: u16,
    keys: u64,
    /// The example lacks the last one.
    lacks: bool,
    shape: Option<&'a Shape>,
    /// The contents of objects of its type in examples elsewhere.
    also: Option<&'a Shape>,
    template: Option<&'a Template>,
    /// The last row that can be in it, because objects of its type have one shape.
    until: usize,
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
    /// Its row, its type, its last field.
    row: Index,
    kind: Index,
    last: Index,
    before: Index,
}

/// One way of reading the rows so far.
#[derive(Clone, Copy)]
struct History {
    weight: i32,
    /// The most weight that the remaining keys of open objects can add.
    promise: i32,
    frame: Index,
    /// Last decision: an index into `Search::steps`.
    step: Index,
    ended: Index,
    /// Sum over the objects that are open and their fields: equal if the next rows are weighed alike.
    state: u64,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    parent: Index,
    /// How much better than any other place it looked.
    margin: i32,
    /// An example has the row there.
    shown: bool,
    before: Index,
}

impl Step {
    /// If the example lacks a row, only names and neighbours support its place, so more of them must.
    fn caution(&self) -> i32 {
        if self.shown { 1 } else { 2 }
    }
}

struct Search<'a> {
    rows: &'a [Flat<'a>],
    /// Nothing is beside the first row.
    of_object: bool,
    /// For each row its type's number.
    kinds: Vec<Index>,
    templates: &'a Templates,
    /// For each row the last one that it and another row of its type have in common after them.
    reach: Vec<usize>,
    /// The same for all rows of its type.
    common: Vec<Common>,
    likeness: Likeness,
    naming: Naming,
    variants: Kinds,
    /// For each row the types of the objects that it is in elsewhere.
    owners: Vec<Option<&'a BTreeSet<String>>>,
    /// The types of objects that it cannot be in elsewhere.
    apart: Vec<Option<&'a BTreeSet<Arc<str>>>>,
    /// Names as numbers: rows with the same name have the same one.
    names: Vec<usize>,
    /// How many rows have a name.
    counts: Vec<usize>,
    /// Whether a name comes again further down.
    last_seen: BTreeMap<&'a str, usize>,
    frames: Vec<Frame<'a>>,
    links: Vec<Link>,
    ended: Vec<Ended>,
    steps: Vec<Step>,
}

impl<'a> Search<'a> {
    fn new(rows: &'a [Flat<'a>], templates: &'a Templates, of_object: bool) -> Self {
        let mut numbers = BTreeMap::new();
        let kinds = rows.iter().map(|row| match row.type_name {
            Some(name) => {
                let next = numbers.len();
                *numbers.entry(name).or_insert(index(next))
            }
            None => NONE,
        });
        let kinds: Vec<Index> = kinds.collect();
        let (reach, common) = reach(rows, &kinds);
        let mut numbers = BTreeMap::new();
        let names = rows.iter().map(|row| {
            let next = numbers.len();
            *numbers.entry(row.name).or_insert(next)
        });
        let names: Vec<usize> = names.collect();
        let mut counts = vec![0; names.len()];
        for name in &names {
            if let Some(count) = counts.get_mut(*name) {
                *count += 1;
            }
        }
        let last_seen = rows.iter().enumerate().map(|(at, row)| (row.name, at)).collect();
        Self {
            rows,
            of_object,
            kinds,
            templates,
            reach,
            common,
            likeness: Likeness::of(rows),
            naming: Naming::of(rows),
            variants: Kinds::of(rows),
            owners: rows.iter().map(|row| templates.owners.of(row.name, row.about)).collect(),
            apart: rows.iter().map(|row| templates.owners.apart(row.name, row.about)).collect(),
            names,
            counts,
            last_seen,
            frames: Vec::new(),
            links: Vec::new(),
            ended: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn begin(&mut self, shape: Option<&'a Shape>) -> History {
        self.frames.push(Frame {
            row: NONE,
            around: NONE,
            depth: 0,
            last: NONE,
            fields: 0,
            sum: 0,
            shown: 0,
            lacks: false,
            keys: 0,
            shape,
            also: None,
            template: None,
            until: usize::MAX,
            like: NONE,
        });
        History { weight: 0, promise: 0, frame: 0, step: NONE, ended: NONE, state: 0 }
    }

    /// Every place a row can have after a history.
    fn extend(&mut self, history: &History, at: usize, next: &mut Vec<History>) {
        let before = history.weight;
        let mut history = *history;
        let mut closed = 0;
        let from = next.len();
        loop {
            let Some(frame) = self.frames.get(history.frame as usize).copied() else { return };
            if self.of_object && frame.row == NONE && closed > 0 {
                break;
            }
            let weight = self.weigh(&frame, at)
                + self.weigh_others(&frame, at, history.ended)
                + self.weigh_known(&frame, at)
                - if closed > 0 { 1 } else { 0 };
            next.push(self.place(&history, &frame, at, weight));
            if frame.row == NONE {
                break;
            }
            history.weight += self.close(&frame, at);
            history.ended = self.end(&frame, history.ended);
            history.frame = frame.around;
            history.state = history.state.wrapping_sub(frame.sum);
            closed += 1;
        }
        // How much better than every other place this one is, as far as can be seen from here.
        let gains: Vec<i32> = next.iter().skip(from).map(|history| history.weight - before).collect();
        for (i, history) in next.iter().skip(from).enumerate() {
            let others = gains.iter().enumerate().filter(|(other, _)| *other != i).map(|(_, gain)| *gain);
            if let (Some(best), Some(gain), Some(step)) =
                (others.max(), gains.get(i), self.steps.get_mut(history.step as usize))
            {
                step.margin = gain.saturating_sub(best);
            }
        }
    }

    fn end(&mut self, frame: &Frame<'a>, before: Index) -> Index {
        let kind = self.kinds.get(frame.row as usize).copied().unwrap_or(NONE);
        if kind == NONE || frame.last == NONE {
            return before;
        }
        self.ended.push(Ended { row: frame.row, kind, last: frame.last, before });
        index(self.ended.len() - 1)
    }

    fn place(&mut self, history: &History, frame: &Frame<'a>, at: usize, weight: i32) -> History {
        let row = index(at);
        let name = self.rows.get(at).map_or("", |row| row.name);
        let key = frame.shape.and_then(|shape| shape.position(name));
        let elsewhere = frame.also.and_then(|also| also.get(name));
        let sum = spread(frame.row, row);
        let shown = key.is_some() || elsewhere.is_some();
        self.links.push(Link { row, before: frame.last });
        let parent = Frame {
            last: index(self.links.len() - 1),
            fields: frame.fields.saturating_add(1),
            sum: frame.sum.wrapping_add(sum),
            shown: frame.shown.saturating_add(u16::from(shown)),
            lacks: !shown,
            keys: frame.keys | key.map_or(0, bit),
            ..*frame
        };
        self.frames.push(parent);
        let mut next = History {
            weight: history.weight + weight,
            frame: index(self.frames.len() - 1),
            state: history.state.wrapping_add(sum),
            ..*history
        };
        self.steps.push(Step { parent: frame.row, margin: i32::MAX, shown, before: history.step });
        next.step = index(self.steps.len() - 1);
        let shape = key.zip(frame.shape).map(|(key, shape)| shape.at(key)).or(elsewhere);
        let opens = |flat: &&Flat<'_>| match shape {
            _ if flat.folded => false,
            Some(shape) if !flat.opens => flat.is_shown_as_object(shape),
            shape => flat.opens && (flat.must_open || !shape.is_some_and(is_plain)),
        };
        if let Some(flat) = self.rows.get(at).filter(opens).filter(|_| frame.depth < MOST_DEPTH) {
            let kind = self.kinds.get(at).copied().unwrap_or(NONE);
            let like = self.last_of(kind, next.ended);
            let template = flat.type_name.and_then(|name| self.templates.whole.get(name));
            let also = flat.type_name.and_then(|name| self.templates.shown.get(name));
            let also = also.filter(|also| self.is_of(at, also));
            self.frames.push(Frame {
                row,
                around: next.frame,
                depth: frame.depth + 1,
                last: NONE,
                fields: 0,
                sum: 0,
                shown: 0,
                lacks: false,
                keys: 0,
                shape,
                also,
                template,
                until: frame.until.min(self.common.get(at).map_or(usize::MAX, |common| common.last)),
                like,
            });
            next.frame = index(self.frames.len() - 1);
        }
        next
    }

    /// Whether the examples of a type can be this object: they have the field that comes first.
    fn is_of(&self, at: usize, also: &Shape) -> bool {
        self.rows.get(at + 1).is_some_and(|first| also.position(first.name).is_some())
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

    /// Ends the open objects.
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

    fn read_off(&self, beam: &[History]) -> Vec<Placed> {
        let Some(best) = beam.first() else { return Vec::new() };
        let steps = self.history(best);
        let place = |step: &Step| Placed {
            parent: parent(step),
            unsure: step.margin < LOCAL_MARGIN * step.caution(),
        };
        let mut placed: Vec<Placed> = steps.iter().map(place).collect();
        for other in beam.iter().skip(1) {
            let behind = best.weight - other.weight;
            for ((placed, step), other) in placed.iter_mut().zip(&steps).zip(self.history(other)) {
                placed.unsure |= behind < MARGIN * step.caution() && placed.parent != parent(&other);
            }
        }
        let below_json = self.rows.iter().map(|row| row.holds_json && !row.is_object());
        for ((placed, step), below_json) in
            placed.iter_mut().skip(1).zip(steps.iter().skip(1)).zip(below_json)
        {
            placed.unsure |= below_json && !step.shown;
        }
        follow_doubts(&mut placed, &steps);
        placed
    }

    fn history(&self, history: &History) -> Vec<Step> {
        let step = |at: Index| self.steps.get(at as usize).copied();
        let mut steps: Vec<Step> =
            std::iter::successors(step(history.step), |last| step(last.before)).collect();
        steps.reverse();
        steps
    }

    fn name(&self, row: Index) -> &'a str {
        self.rows.get(row as usize).map_or("", |row| row.name)
    }

    /// How many rows have the name of this one.
    fn count(&self, at: usize) -> usize {
        self.names.get(at).and_then(|name| self.counts.get(*name)).copied().unwrap_or(0)
    }

    /// Rows of a chain of fields, the last first.
    fn fields(&self, last: Index) -> impl Iterator<Item = Index> {
        std::iter::successors(self.links.get(last as usize), |link| self.links.get(link.before as usize))
            .map(|link| link.row)
    }
}

/// A row that no example shows gets its place from the field before it, and is no more certain than that field.
fn follow_doubts(placed: &mut [Placed], steps: &[Step]) {
    let mut last: BTreeMap<Option<usize>, bool> = BTreeMap::new();
    for (placed, step) in placed.iter_mut().zip(steps) {
        let before = last.get(&placed.parent).copied().unwrap_or(false);
        placed.unsure |= before && !step.shown;
        last.insert(placed.parent, placed.unsure && !step.shown);
    }
}

/// Whether an example has a plain value, or a list of them.
fn is_plain(shape: &Shape) -> bool {
    matches!(shape.element().0, Shape::String | Shape::Int | Shape::Float | Shape::Bool)
}

/// The likeliest histories, not too many of which may have the same objects open.
fn prune(mut all: Vec<History>) -> Vec<History> {
    all.sort_by_key(|history| std::cmp::Reverse(history.weight.saturating_add(history.promise)));
    let mut kept: Vec<History> = Vec::with_capacity(BEAM);
    for history in all {
        if kept.len() == BEAM {
            break;
        }
        if kept.iter().filter(|other| other.state == history.state).count() < ALIKE {
            kept.push(history);
        }
    }
    kept
}

fn bit(key: usize) -> u64 {
    u32::try_from(key).ok().and_then(|key| 1_u64.checked_shl(key)).unwrap_or(0)
}

fn parent(step: &Step) -> Option<usize> {
    (step.parent != NONE).then_some(step.parent as usize)
}

/// A number for a field of an object; sums of these tell sets of fields apart.
fn spread(object: Index, field: Index) -> u64 {
    let both = (u64::from(object) << 32 | u64::from(field)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (both ^ both >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB)
}

fn index(at: usize) -> Index {
    Index::try_from(at).unwrap_or(NONE)
}
