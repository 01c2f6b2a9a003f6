//! The evidence of all pages about types: a type that one page shows completely is known on every page of its service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assemble::file_stem;
use super::doc::{PageDoc, PageField};
use super::json::Shape;
use super::nest::{Owners, Place, Template, Templates, show, shows_kinds};
use super::spelling;
use crate::resolve::ir::{Api, Home, Kind};

/// The shapes of types, by service and name, and how often each was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    seen: BTreeMap<String, BTreeMap<String, BTreeMap<Vec<String>, Seen>>>,
    /// The contents of objects of a type in examples, by service and name.
    shown: BTreeMap<String, BTreeMap<String, Shape>>,
    /// The objects that rows are in, by service.
    owners: BTreeMap<String, Arc<Owners>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    count: usize,
    /// The nesting is from a page or a schema, and was not concluded from an example.
    shown: bool,
}

impl Evidence {
    /// Adds the types of a schema.
    pub(super) fn add_schema(&mut self, api: &Api) {
        for ty in &api.types {
            let (Home::Shared { service, .. }, Kind::Object(fields)) = (&ty.home, &ty.kind) else { continue };
            let fields = fields.iter().map(|field| field.wire.clone()).collect();
            self.add(service, &file_stem(&ty.name), fields, true);
        }
    }

    /// Adds the types that a page shows completely.
    pub(super) fn add_page(&mut self, doc: &PageDoc) {
        let service = service(doc);
        let tables = [doc.body.as_deref().unwrap_or_default(), &doc.response];
        for (fields, shown) in tables.into_iter().zip(doc.shown) {
            self.add_fields(&service, fields, shown);
            Arc::make_mut(self.owners.entry(service.clone()).or_default())
                .add(places(fields, shown), &single(fields));
        }
    }

    fn add_fields(&mut self, service: &str, fields: &[PageField], shown: bool) {
        for field in fields {
            self.add_fields(service, &field.fields, shown);
            let names = || field.fields.iter().map(|field| field.name.clone());
            let keys = field.seen.as_ref().map_or(&[][..], Shape::keys);
            if let (Some(name), Some(shape), false) =
                (field.ty.name(), &field.seen, keys.is_empty() || field.unsure)
            {
                show(self.shown.entry(service.to_owned()).or_default(), name, shape);
            }
            let kinds = field.seen.as_ref().is_some_and(|shape| shows_kinds(field.ty.list > 0, shape));
            let whole = !kinds
                && keys.len() == field.fields.len()
                && names().all(|name| keys.iter().any(|(key, _)| *key == name));
            if let Some(name) = field.ty.name().filter(|_| !field.fields.is_empty() && (shown || whole)) {
                self.add(service, name, names().collect(), shown);
            }
        }
    }

    fn add(&mut self, service: &str, name: &str, fields: Vec<String>, shown: bool) {
        let shapes = self.seen.entry(service.to_owned()).or_default().entry(name.to_owned()).or_default();
        let seen = shapes.entry(fields).or_default();
        seen.count += 1;
        seen.shown |= shown;
    }

    /// The shape of each type of a page's service: the one that was seen most often. If the page's own service has no
    /// example of a type, examples of other services count.
    pub(super) fn templates(&self, doc: &PageDoc) -> Templates {
        let service = service(doc);
        let types = self.seen.get(&service).into_iter().flatten();
        let known = types.filter_map(|(name, shapes)| {
            let (fields, seen) =
                shapes.iter().max_by_key(|(fields, seen)| (seen.shown, seen.count, fields.len()))?;
            Some((name.clone(), Template { fields: fields.clone(), same_table: seen.shown }))
        });
        let mut names = BTreeSet::new();
        let tables = [doc.body.as_deref().unwrap_or_default(), &doc.response];
        tables.into_iter().for_each(|fields| type_names(fields, &mut names));
        let of_service = self.shown.get(&service);
        let shown = names.into_iter().filter_map(|name| {
            let own = of_service.and_then(|shown| shown.get(name));
            let any = || self.shown.values().find_map(|shown| shown.get(name));
            Some((name.to_owned(), own.or_else(any)?.clone()))
        });
        let owners = self.owners.get(&service).cloned().unwrap_or_default();
        Templates { whole: known.collect(), shown: shown.collect(), owners, ..Templates::default() }
    }
}

/// The places of a table's rows that have a description; none if the table has no example.
fn places(fields: &[PageField], shown: bool) -> Vec<Place<'_>> {
    let mut places = Places { shown, open: Vec::new(), after_shown: false, found: Vec::new() };
    if shown || fields.iter().any(|field| field.seen.is_some()) {
        places.walk(fields, &mut Vec::new());
    }
    places.found
}

/// The types that have a single object in a table.
fn single(fields: &[PageField]) -> BTreeSet<&str> {
    let mut counts = BTreeMap::new();
    count(fields, &mut counts);
    counts.into_iter().filter(|(_, count)| *count == 1).map(|(name, _)| name).collect()
}

fn count<'a>(fields: &'a [PageField], counts: &mut BTreeMap<&'a str, usize>) {
    for field in fields {
        if let Some(name) = field.ty.name().filter(|_| field.ty.may_have_fields()) {
            *counts.entry(name).or_default() += 1;
        }
        count(&field.fields, counts);
    }
}

struct Places<'a> {
    /// The page shows all places.
    shown: bool,
    /// The types of the objects that the next row could be in.
    open: Vec<&'a str>,
    /// An example or the page shows the last row.
    after_shown: bool,
    found: Vec<Place<'a>>,
}

impl<'a> Places<'a> {
    fn walk(&mut self, fields: &'a [PageField], around: &mut Vec<&'a str>) {
        for field in fields {
            let about = field.about.text.first().map_or("", String::as_str);
            let shown = self.shown || field.seen.is_some() && !field.unsure;
            if !about.is_empty() {
                let owner = shown.then(|| around.last().copied().unwrap_or_default());
                let open = self.open.clone();
                self.found.push(Place {
                    name: &field.name,
                    about,
                    owner,
                    open,
                    after_shown: self.after_shown,
                });
            }
            self.after_shown = shown;
            let depth = around.len();
            around.extend(field.ty.may_have_fields().then(|| field.ty.name().unwrap_or_default()));
            self.open.clone_from(around);
            self.walk(&field.fields, around);
            around.truncate(depth);
        }
    }
}

fn type_names<'a>(fields: &'a [PageField], names: &mut BTreeSet<&'a str>) {
    for field in fields {
        names.extend(field.ty.name());
        type_names(&field.fields, names);
    }
}

/// The first word of the path.
pub(super) fn service(doc: &PageDoc) -> String {
    let path = spelling::path(&doc.url);
    let rest = path.strip_prefix("/open-apis/").unwrap_or(&path);
    rest.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned()
}
