//! Known facts about types: the fields of those that an example shows in full, and partial examples of the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Flat, Nestings, Owners, Placed};
use crate::import::json::Shape;

/// Known facts about types, by their names.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Templates {
    /// Types that an example shows in full.
    pub(in crate::import) whole: BTreeMap<String, Template>,
    /// Everything that examples show in objects of a type, at any place.
    pub(in crate::import) shown: BTreeMap<String, Shape>,
    /// The objects that rows are in elsewhere.
    pub(in crate::import) owners: Arc<Owners>,
    /// The nesting of rows in other tables, once these are compared.
    pub(in crate::import) nestings: Option<Arc<Nestings>>,
}

/// The fields of a type.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) struct Template {
    pub(in crate::import) fields: Vec<String>,
    /// It was seen in the same table.
    pub(in crate::import) same_table: bool,
}

/// The types in the example of a table. A type is complete if every field of the table has its key and every
/// key its field.
pub(in crate::import) fn templates(rows: &[Flat<'_>], placed: &[Placed], shape: Option<&Shape>) -> Templates {
    let mut whole: BTreeMap<&str, Option<Vec<String>>> = BTreeMap::new();
    let mut shown: BTreeMap<String, Shape> = BTreeMap::new();
    let mut shapes: Vec<Option<&Shape>> = Vec::with_capacity(rows.len());
    for (row, placed) in rows.iter().zip(placed) {
        let around = match placed.parent {
            None => shape,
            Some(parent) => shapes.get(parent).copied().flatten(),
        };
        shapes.push(around.and_then(|shape| shape.get(row.name)));
    }
    let mut fields: Vec<Vec<String>> = vec![Vec::new(); rows.len()];
    for (row, placed) in rows.iter().zip(placed) {
        if let Some(fields) = placed.parent.and_then(|parent| fields.get_mut(parent)) {
            fields.push(row.name.to_owned());
        }
    }
    let sure = sure(placed);
    for (((row, shape), fields), sure) in rows.iter().zip(&shapes).zip(fields).zip(sure) {
        let (Some(name), Some(shape)) = (row.type_name, shape) else { continue };
        let keys = shape.keys();
        if keys.is_empty() {
            continue;
        }
        show(&mut shown, name, shape);
        let is_whole = sure
            && !shows_kinds(row.list, shape)
            && fields.len() == keys.len()
            && keys.iter().all(|(key, _)| fields.contains(key));
        if is_whole {
            whole
                .entry(name)
                .and_modify(|known| {
                    if known.as_ref() != Some(&fields) {
                        *known = None;
                    }
                })
                .or_insert(Some(fields));
        }
    }
    let agreed = whole
        .into_iter()
        .filter_map(|(name, fields)| Some((name.to_owned(), Template { fields: fields?, same_table: true })));
    Templates { whole: agreed.collect(), shown, ..Templates::default() }
}

/// Whether an example of a list shows objects only: each element has one of them, and others may have further ones.
pub(in crate::import) fn shows_kinds(list: bool, shape: &Shape) -> bool {
    let keys = shape.element().0.keys();
    let is_object = |shape: &Shape| matches!(shape.element().0, Shape::Object(_));
    list && !keys.is_empty() && keys.iter().all(|(_, shape)| is_object(shape))
}

/// For each row whether it is certain which rows are in it: all of these, and the one that follows them.
fn sure(placed: &[Placed]) -> Vec<bool> {
    let mut sure = vec![true; placed.len()];
    let mut before = None;
    for (at, row) in placed.iter().enumerate() {
        let inside = |mut object: Option<usize>, of: usize| {
            while let Some(at) = object.filter(|at| *at > of) {
                object = placed.get(at).and_then(|row| row.parent);
            }
            object == Some(of)
        };
        // The row could belong to every object that ended before it, and to the one that it is in.
        let mut object = before;
        while let Some(open) = object {
            if let Some(sure) = sure.get_mut(open).filter(|_| row.unsure) {
                *sure = false;
            }
            if row.parent == Some(open) || inside(row.parent, open) {
                break;
            }
            object = placed.get(open).and_then(|row| row.parent);
        }
        before = Some(at);
    }
    sure
}

/// Adds what an example shows in an object of a type.
pub(in crate::import) fn show(shown: &mut BTreeMap<String, Shape>, name: &str, shape: &Shape) {
    let element = shape.element().0;
    match shown.get_mut(name) {
        Some(known) => known.merge(element.clone()),
        None => drop(shown.insert(name.to_owned(), element.clone())),
    }
}
