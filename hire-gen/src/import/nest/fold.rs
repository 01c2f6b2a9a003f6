//! One shape for a type that repeats: if the same rows follow every object of a type, in several places, they are its
//! fields. They are placed once and copied, and the rest of the table is read without them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flat, MANY, Nested, Placed, Template, Templates, Within, common, in_places, nest_within};
use crate::import::json::Shape;

/// More folds inside of folds than any table has.
pub(super) const MOST_FOLDS: u8 = 64;

/// Objects of one type, and how many rows belong to each.
struct Fold {
    /// The rows of the objects, in their order.
    objects: Vec<usize>,
    length: usize,
}

/// Places the rows of a table that has such a type; `None` if it has none.
pub(super) fn folded(
    rows: &[Flat<'_>],
    shape: Option<&Shape>,
    templates: &Templates,
    within: Within,
) -> Option<Nested> {
    let fold = find(rows).filter(|_| shape.is_some())?;
    let inside = |at: usize| {
        let before = fold.objects.partition_point(|object| *object < at).checked_sub(1);
        before.and_then(|before| fold.objects.get(before)).filter(|object| at - **object <= fold.length)
    };
    let kept: Vec<usize> = (0..rows.len()).filter(|at| inside(*at).is_none()).collect();
    let outer: Vec<Flat<'_>> = kept
        .iter()
        .filter_map(|at| {
            let row = rows.get(*at)?;
            Some(Flat { folded: row.folded || fold.objects.binary_search(at).is_ok(), ..row.clone() })
        })
        .collect();
    let deeper = Within { folds: within.folds + 1, ..within };
    let outside = nest_within(&outer, shape, templates, deeper);
    let mut examples = examples(&fold, rows, &kept, &outside.placed, shape);
    let first = *fold.objects.first()?;
    let elsewhere = rows.get(first).and_then(|row| templates.shown.get(row.type_name?));
    if let Some(example) = elsewhere {
        gather(&mut examples, example);
    }
    // If no example shows the type, its neighbours tell more about it than its own rows.
    let examples = examples?;
    let fields = rows.get(first + 1..=first + fold.length)?;
    let Nested { placed: inner, weight } =
        fields_of(rows.get(first..=first + fold.length)?, examples, templates, deeper);
    let outside = if within.folds == 0 {
        // Once, so that folds inside of folds do not double the work each time.
        nest_within(&outer, shape, &learnt(fields, &inner, templates), deeper)
    } else {
        outside
    };
    let mut placed = vec![Placed { parent: None, unsure: false }; rows.len()];
    for (row, place) in kept.iter().zip(outside.placed) {
        let parent = place.parent.and_then(|parent| kept.get(parent)).copied();
        if let Some(placed) = placed.get_mut(*row) {
            *placed = Placed { parent, ..place };
        }
    }
    for object in &fold.objects {
        for (at, place) in inner.iter().enumerate() {
            let parent = place.parent.map_or(*object, |parent| object + 1 + parent);
            if let Some(placed) = placed.get_mut(object + 1 + at) {
                *placed = Placed { parent: Some(parent), unsure: place.unsure };
            }
        }
    }
    Some(Nested { placed, weight: outside.weight.saturating_add(weight) })
}

/// Places the fields of an object, given after its own row, which tells what they are part of.
fn fields_of(rows: &[Flat<'_>], examples: Shape, templates: &Templates, within: Within) -> Nested {
    let object = rows.first().map_or("", |row| row.name);
    let shape = Shape::Object(vec![(object.to_owned(), examples)]);
    let nested = nest_within(rows, Some(&shape), templates, Within { object: true, ..within });
    let fields = nested.placed.into_iter().skip(1);
    let place = |place: Placed| Placed { parent: place.parent.and_then(|row| row.checked_sub(1)), ..place };
    Nested { placed: fields.map(place).collect(), weight: nested.weight }
}

/// The contents of the objects of the type in the example, at their places among the other rows.
fn examples(
    fold: &Fold,
    rows: &[Flat<'_>],
    kept: &[usize],
    outside: &[Placed],
    shape: Option<&Shape>,
) -> Option<Shape> {
    let mut examples = None;
    let mut seen: Vec<Option<&Shape>> = Vec::with_capacity(kept.len());
    for (row, place) in kept.iter().zip(outside) {
        let around = match place.parent {
            None => shape,
            Some(parent) => seen.get(parent).copied().flatten(),
        };
        let example = around.zip(rows.get(*row)).and_then(|(shape, row)| shape.get(row.name));
        seen.push(example);
        if let (Some(example), Ok(_)) = (example, fold.objects.binary_search(row)) {
            gather(&mut examples, example);
        }
    }
    examples
}

/// The templates, and those of the types in the type that repeats: they may occur in the other rows, too.
fn learnt(fields: &[Flat<'_>], inner: &[Placed], templates: &Templates) -> Templates {
    let mut known = templates.clone();
    for (at, row) in fields.iter().enumerate() {
        let names = fields.iter().zip(inner).filter(|(_, place)| place.parent == Some(at));
        let names: Vec<String> = names.map(|(row, _)| row.name.to_owned()).collect();
        if let Some(name) = row.type_name.filter(|_| !names.is_empty()) {
            known.whole.entry(name.to_owned()).or_insert(Template { fields: names, same_table: true });
        }
    }
    known
}

fn gather(examples: &mut Option<Shape>, example: &Shape) {
    let element = example.element().0;
    match examples {
        Some(known) if !element.keys().is_empty() => known.merge(element.clone()),
        None if !element.keys().is_empty() => *examples = Some(element.clone()),
        _ => {}
    }
}

/// The type with the most rows, all of whose objects have the same rows after them and then something else.
fn find(rows: &[Flat<'_>]) -> Option<Fold> {
    let mut objects: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.opens && !row.folded) {
        if let Some(name) = row.type_name {
            objects.entry(name).or_default().push(at);
        }
    }
    let folds = objects.into_values().filter(|objects| objects.len() >= MANY).filter_map(|objects| {
        let mut lengths = objects.iter().zip(objects.iter().skip(1)).map(|(a, b)| common(rows, *a, *b));
        let length = lengths.next()?;
        let apart = objects.iter().zip(objects.iter().skip(1)).all(|(a, b)| b - a > length);
        let same = lengths.all(|other| other == length);
        // The rows that follow must differ between objects, or often; otherwise they may be fields, too.
        let after: Vec<_> =
            objects.iter().filter_map(|at| rows.get(at + length + 1)).map(|row| row.name).collect();
        let different = after.iter().collect::<BTreeSet<_>>().len();
        let ends = different == after.len() || different >= MANY;
        let fits = length > 0 && same && apart && ends && in_places(rows, &objects) >= MANY;
        fits.then_some(Fold { objects, length })
    });
    folds.max_by_key(|fold| fold.length)
}
