//! How likely a row is at a place: every rule of the search, each a few lines.

use super::{Flat, Frame, Index, NONE, Search, bit};
use crate::import::json::Shape;

impl<'a> Search<'a> {
    /// How well a row fits into an object.
    pub(super) fn weigh(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(at) else { return 0 };
        let mut weight = 0;
        let name = self.names.get(at);
        if self.fields(frame.last).any(|field| self.names.get(field as usize) == name) {
            weight -= 150;
        }
        weight += match frame.shape {
            None | Some(Shape::Unknown) => -1,
            Some(shape) => match shape.position(row.name) {
                Some(key) => fits(row, shape.at(key)) - early(frame, key),
                None => absent(frame),
            },
        };
        weight += self.weigh_likeness(frame, row.name);
        weight += self.weigh_words(frame, row);
        weight += self.weigh_text(frame, at);
        let within = self.reach.get(frame.row as usize).copied().unwrap_or(usize::MAX);
        if at > within {
            weight -= 4;
        }
        weight
    }

    /// What other objects of the same type say.
    fn weigh_likeness(&self, frame: &Frame<'a>, name: &str) -> i32 {
        if let Some(template) = frame.template {
            let expected = template.fields.get(usize::from(frame.fields)).is_some_and(|field| field == name);
            let weight = match (expected, template.fields.iter().any(|field| field == name)) {
                (true, _) => 8,
                (false, true) => 5,
                (false, false) => -9,
            };
            return if template.same_table { weight } else { weight / 2 };
        }
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
        if row.name == "id" && frame.row != NONE {
            weight += if frame.fields == 0 { 3 } else { -4 };
        }
        let around = self.rows.get(frame.row as usize).map(|row| row.name);
        let of_pages = matches!(row.name, "has_more" | "page_token" | "total");
        if of_pages {
            weight += if matches!(around, None | Some("data")) { 5 } else { -2 };
        }
        if around == Some("data") && !of_pages && self.begins_with_object(frame) {
            // Answers that begin with an object hold nothing else besides what paging needs.
            weight -= 6;
        }
        if around.is_some_and(|around| takes_up(around, row.name)) {
            weight += 2;
        }
        weight
    }

    fn begins_with_object(&self, frame: &Frame<'a>) -> bool {
        let first = self.fields(frame.last).last();
        first.and_then(|first| self.rows.get(first as usize)).is_some_and(|first| first.opens)
    }

    /// What descriptions say: fields of one object are about one thing.
    fn weigh_text(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let around = self.likeness.has(frame.row as usize, at);
        let (mut all, mut like) = (0, 0);
        for field in self.fields(frame.last).take(6) {
            all += 1;
            like += i32::from(self.likeness.has(field as usize, at));
        }
        i32::from(around) * 2 + if all > 0 { 2 * like / all } else { 0 }
    }

    /// What it costs to end an object before a row (or at the end, where `at` is past the last).
    pub(super) fn close(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let Some(row) = self.rows.get(frame.row as usize) else { return 0 };
        let mut weight = 0;
        if row.name == "data" && frame.depth == 1 && at < self.rows.len() {
            // Nothing follows `data` at the top of an answer.
            weight -= 12;
        }
        if frame.fields == 0 {
            let empty =
                frame.shape.is_some_and(|shape| !matches!(shape, Shape::Unknown) && shape.keys().is_empty());
            weight -= match (empty, row.must_open) {
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
        if let Some(template) = frame.template {
            let has = |name: &String| self.fields(frame.last).any(|field| self.name(field) == name);
            let missing = template.fields.iter().filter(|name| !has(name)).count();
            weight -= i32::try_from(missing.min(4)).unwrap_or(4) * if template.same_table { 4 } else { 2 };
        } else if frame.like != NONE {
            let fields: Vec<&str> = self.fields(frame.last).map(|field| self.name(field)).collect();
            let missing = self.fields(frame.like).filter(|field| !fields.contains(&self.name(*field)));
            weight -= i32::try_from(missing.count().min(4)).unwrap_or(4) * 3;
        }
        weight
    }

    pub(super) fn close_top(&self, frame: &Frame<'a>) -> i32 {
        let keys = frame.shape.map_or(&[][..], Shape::keys).iter();
        let missing = keys.filter(|(key, _)| !self.fields(frame.last).any(|field| self.name(field) == key));
        -i32::try_from(missing.count()).unwrap_or(i32::MAX).min(1000)
    }
}

/// Whether a field begins with a word of its object's name, one that means something.
fn takes_up(object: &str, field: &str) -> bool {
    const EMPTY: [&str; 8] = ["name", "list", "info", "time", "type", "status", "data", "user"];
    let first = field.split('_').next().unwrap_or_default();
    first.len() > 3
        && first.len() < field.len()
        && !EMPTY.contains(&first)
        && object.split('_').any(|word| word == first)
}

/// What it costs that keys which the example has before this one have not come yet: examples mostly keep the order of
/// their table.
fn early(frame: &Frame<'_>, key: usize) -> i32 {
    let before = bit(key).wrapping_sub(1);
    let skipped = (!frame.keys & before).count_ones();
    i32::try_from(skipped).unwrap_or(0).min(6) * 2
}

/// What it costs that the example lacks a field, which is little where it lacks others already.
#[expect(clippy::cast_possible_truncation, reason = "a logarithm of small counts")]
fn absent(frame: &Frame<'_>) -> i32 {
    let lacking = f64::from(frame.fields.saturating_sub(frame.shown));
    let share = (lacking + 0.3) / (f64::from(frame.fields) + 1.3);
    (share.ln() * 2.5).round() as i32 - 1
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
