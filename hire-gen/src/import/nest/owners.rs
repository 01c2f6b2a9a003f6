//! Which objects a row is in wherever it stands: rows with one name and one description are one field.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::import::doc::PageField;

/// The objects that rows are in, by the rows' names and descriptions.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Owners {
    rows: BTreeMap<(String, String), Owner>,
}

/// What the tables that have a row say together.
#[derive(Clone, Debug)]
struct Owner {
    /// The types of the objects that it can be in according to each of them.
    types: BTreeSet<String>,
    /// The type of the object that it follows in each of them, if that is the same.
    after: Option<String>,
    /// One of them shows its place.
    shown: bool,
    tables: usize,
}

impl Owners {
    /// Adds the places of a table's rows. Nothing follows from a row that the table repeats, or from a table without an
    /// example.
    pub(in crate::import) fn add(&mut self, fields: &[PageField], shown: bool) {
        if !shown && fields.iter().all(|field| field.seen.is_none()) {
            return;
        }
        let mut table = Table { shown, ..Table::default() };
        table.walk(fields, &mut Vec::new());
        for ((name, about), places) in table.rows {
            let Ok([owner]) = <[Owner; 1]>::try_from(places) else { continue };
            match self.rows.entry((name.to_owned(), about.to_owned())) {
                Entry::Vacant(entry) => drop(entry.insert(owner)),
                Entry::Occupied(mut entry) => entry.get_mut().join(owner),
            }
        }
    }

    /// The types that a row is in according to all tables that have it, if these say more than one alone.
    pub(super) fn of(&self, name: &str, about: &str) -> Option<&BTreeSet<String>> {
        let owner = self.rows.get(&(name.to_owned(), about.to_owned()))?;
        let tells = owner.tables > 1 && (owner.shown || owner.after.is_none());
        Some(&owner.types).filter(|types| tells && types.iter().any(|name| !name.is_empty()))
    }
}

impl Owner {
    fn join(&mut self, other: Self) {
        self.types.retain(|name| other.types.contains(name));
        self.after = self.after.take().filter(|name| other.after.as_ref() == Some(name));
        self.shown |= other.shown;
        self.tables += other.tables;
    }
}

/// The rows of a table, and each of their places.
#[derive(Default)]
struct Table<'a> {
    rows: BTreeMap<(&'a str, &'a str), Vec<Owner>>,
    /// The table shows all places.
    shown: bool,
    /// The types of the objects that the next row may be in. Those without a name are called nothing.
    open: Vec<&'a str>,
}

impl<'a> Table<'a> {
    fn walk(&mut self, fields: &'a [PageField], around: &mut Vec<&'a str>) {
        for field in fields {
            let about = field.about.text.first().map_or("", String::as_str);
            if !about.is_empty() {
                let shown = self.shown || field.seen.is_some() && !field.unsure;
                let types =
                    if shown { around.last().map_or(&[""][..], std::slice::from_ref) } else { &self.open };
                let top = (!shown).then_some("");
                let owner = Owner {
                    types: types.iter().copied().chain(top).map(str::to_owned).collect(),
                    after: self.open.last().map(|name| (*name).to_owned()),
                    shown,
                    tables: 1,
                };
                self.rows.entry((&field.name, about)).or_default().push(owner);
            }
            if field.ty.may_have_fields() {
                around.push(field.ty.name().unwrap_or_default());
            }
            self.open.clone_from(around);
            self.walk(&field.fields, around);
            if field.ty.may_have_fields() {
                around.pop();
            }
        }
    }
}
