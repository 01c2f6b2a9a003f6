//! How likely a row is at a place according to the example.

use super::{Flat, Frame, bit};
use crate::import::json::Shape;

/// The evidence of examples: of the page, otherwise of the object's type elsewhere.
pub(super) fn shown(frame: &Frame<'_>, row: &Flat<'_>) -> i32 {
    let here = frame.shape.and_then(|shape| Some((shape, shape.position(row.name)?)));
    let elsewhere = frame.also.and_then(|also| also.get(row.name));
    let has_keys = frame.shape.is_some_and(|shape| !shape.keys().is_empty());
    match (here, elsewhere) {
        // An example in another order than the table still says more than none.
        (Some((shape, key)), _) => {
            let fits = fits(row, shape.at(key));
            (fits - early(frame, key)).max(fits.min(2))
        }
        // A template says the same, and more.
        _ if !has_keys && frame.also.is_some() && frame.template.is_some() => -1,
        (None, Some(elsewhere)) => borrowed(row, elsewhere),
        (None, None) if frame.also.is_none() && matches!(frame.shape, None | Some(Shape::Unknown)) => -1,
        (None, None) => absent(frame),
    }
}

/// How well a row's type fits what the example has under its name.
fn fits(row: &Flat<'_>, shape: &Shape) -> i32 {
    let (element, lists) = shape.element();
    let lists = if (lists > 0) == row.list { 2 } else { -1 };
    match (element, row.opens) {
        (Shape::Unknown | Shape::Mixed, _) => 6,
        (Shape::Object(_), true) => 8 + lists,
        (Shape::Object(_), false) if row.map || row.is_shown_as_object(shape) => 8 + lists,
        (Shape::Object(_), false) => -8,
        (_, true) if row.must_open => -4,
        (_, true) => 4,
        (_, false) => 8 + lists,
    }
}

/// How well it fits what examples of its object's type have elsewhere.
fn borrowed(row: &Flat<'_>, shape: &Shape) -> i32 {
    fits(row, shape) / 3
}

/// The cost of a field that the example lacks, which is small if it already lacks others, especially the last one.
#[expect(clippy::cast_possible_truncation, reason = "a logarithm of small counts")]
fn absent(frame: &Frame<'_>) -> i32 {
    let lacking = f64::from(frame.fields.saturating_sub(frame.shown));
    let share = (lacking + 0.3) / (f64::from(frame.fields) + 1.3);
    let cost = (share.ln() * 2.5).round() as i32 - 1;
    if frame.lacks { cost.max(-3) } else { cost }
}

/// The cost of earlier keys of the example that have not come yet: examples mostly keep the order of
/// their table.
fn early(frame: &Frame<'_>, key: usize) -> i32 {
    let before = bit(key).wrapping_sub(1);
    let skipped = (!frame.keys & before).count_ones();
    i32::try_from(skipped).unwrap_or(0).min(6) * 2
}
