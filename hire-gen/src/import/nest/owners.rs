//! The objects that contain a row in all tables of a service: rows with the same name and description are one field.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The objects that rows are in, by the rows' names and descriptions.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Owners {
    rows: BTreeMap<(String, String), Owner>,
    /// The names of types, once each.
    types: BTreeSet<Arc<str>>,
}

/// The combined evidence of the tables that contain a row.
#[derive(Clone, Debug)]
struct Owner {
    /// The types of objects that can contain it in every table.
    types: BTreeSet<String>,
    /// The type of the innermost object that can contain it, if all tables agree on it.
    after: Option<String>,
    /// At least one table shows its place.
    shown: bool,
    tables: usize,
    /// Types of single objects that cannot contain it in the same table.
    apart: BTreeSet<Arc<str>>,
}

/// The place of a row in one table. The name of a type without one is empty.
#[derive(Clone, Debug)]
pub(in crate::import) struct Place<'a> {
    pub(in crate::import) name: &'a str,
    /// The first line of its description.
    pub(in crate::import) about: &'a str,
    /// The type of the object that it is in, if an example or the page shows that.
    pub(in crate::import) owner: Option<&'a str>,
    /// The types of all objects that it could be in, the outermost first.
    pub(in crate::import) open: Vec<&'a str>,
    /// An example or the page shows the row before it.
    pub(in crate::import) after_shown: bool,
}

impl Owners {
    /// Adds the places of a table's rows, and the types that have a single object in it. Nothing follows from a row that the
    /// table repeats.
    pub(in crate::import) fn add(&mut self, table: Vec<Place<'_>>, single: &BTreeSet<&str>) {
        let single: Vec<Arc<str>> = single.iter().map(|name| self.intern(name)).collect();
        let mut rows: BTreeMap<(&str, &str), Vec<Place<'_>>> = BTreeMap::new();
        for place in table {
            rows.entry((place.name, place.about)).or_default().push(place);
        }
        for ((name, about), places) in rows {
            let Ok([place]) = <[Place<'_>; 1]>::try_from(places) else { continue };
            let owner = Owner::of(&place, &single);
            match self.rows.entry((name.to_owned(), about.to_owned())) {
                Entry::Vacant(entry) => drop(entry.insert(owner)),
                Entry::Occupied(mut entry) => entry.get_mut().join(owner),
            }
        }
    }

    fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.types.get(name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        self.types.insert(name.clone());
        name
    }

    /// The types that can contain a row in every table, if the tables together say more than one of them alone.
    pub(super) fn of(&self, name: &str, about: &str) -> Option<&BTreeSet<String>> {
        let owner = self.rows.get(&(name.to_owned(), about.to_owned()))?;
        let tells = owner.tables > 1 && (owner.shown || owner.after.is_none());
        Some(&owner.types).filter(|types| tells && types.iter().any(|name| !name.is_empty()))
    }

    /// The types that cannot contain a row in a table that has a single object of them.
    pub(super) fn apart(&self, name: &str, about: &str) -> Option<&BTreeSet<Arc<str>>> {
        let owner = self.rows.get(&(name.to_owned(), about.to_owned()))?;
        Some(&owner.apart).filter(|types| owner.tables > 1 && !types.is_empty())
    }
}

impl Owner {
    fn of(place: &Place<'_>, single: &[Arc<str>]) -> Self {
        let types = match place.owner {
            Some(owner) => BTreeSet::from([owner.to_owned()]),
            None => place.open.iter().copied().chain([""]).map(str::to_owned).collect(),
        };
        let after = place.open.last().map(|name| (*name).to_owned());
        let apart = single.iter().filter(|name| place.after_shown && !place.open.contains(&&***name));
        let apart = apart.cloned().collect();
        Self { types, after, shown: place.owner.is_some(), tables: 1, apart }
    }

    fn join(&mut self, other: Self) {
        self.types.retain(|name| other.types.contains(name));
        self.after = self.after.take().filter(|name| other.after.as_ref() == Some(name));
        self.shown |= other.shown;
        self.tables += other.tables;
        self.apart.extend(other.apart);
    }
}
