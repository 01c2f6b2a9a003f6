//! Types whose fields an example shows in full.

use std::collections::BTreeMap;

use super::{Flat, Placed};
use crate::import::json::Shape;

/// The fields that objects of a type have, by the type's name: what an example shows in full.
pub(in crate::import) type Templates = BTreeMap<String, Template>;

/// The fields of a type.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) struct Template {
    pub(in crate::import) fields: Vec<String>,
    /// It was seen in the same table.
    pub(in crate::import) same_table: bool,
}

/// Which types an example shows in full, every field of the table having its key and every key its field.
pub(in crate::import) fn templates(rows: &[Flat<'_>], placed: &[Placed], shape: Option<&Shape>) -> Templates {
    let mut found: BTreeMap<&str, Option<Vec<String>>> = BTreeMap::new();
    let mut shapes: Vec<Option<&Shape>> = Vec::with_capacity(rows.len());
    for (row, placed) in rows.iter().zip(placed) {
        let around = match placed.parent {
            None => shape,
            Some(parent) => shapes.get(parent).copied().flatten(),
        };
        shapes.push(around.and_then(|shape| shape.get(row.name)));
    }
    for (at, (row, shape)) in rows.iter().zip(&shapes).enumerate() {
        let (Some(name), Some(shape)) = (row.type_name, shape) else { continue };
        let fields = rows.iter().zip(placed).filter(|(_, placed)| placed.parent == Some(at));
        let fields: Vec<String> = fields.map(|(row, _)| row.name.to_owned()).collect();
        let keys = shape.keys();
        let whole = !fields.is_empty()
            && fields.len() == keys.len()
            && keys.iter().all(|(key, _)| fields.contains(key));
        if whole {
            found
                .entry(name)
                .and_modify(|known| {
                    if known.as_ref() != Some(&fields) {
                        *known = None;
                    }
                })
                .or_insert(Some(fields));
        }
    }
    let agreed = found
        .into_iter()
        .filter_map(|(name, fields)| Some((name.to_owned(), Template { fields: fields?, same_table: true })));
    agreed.collect()
}
