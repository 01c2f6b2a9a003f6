//! The same rows below objects of one type have the same nesting in all tables of a service. If the search reads them differently,
//! the reading with the highest weight in all of these tables together is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::doc::{PageDoc, PageField};
use super::evidence::{Evidence, service};
use super::nest::{MOST_ROWS, Nesting, Nestings, RowKey, RowKeys, Templates};
use super::side_by_side;

/// The weight that a reading loses for each page that shows another one, and if it can be compared with no other table.
const CONTRADICTED: i32 = 12;

/// Comparing a page stops after this many rows have been read again; a table counts as at least 512. Known pages with examples
/// need 20,000.
const MOST_READ: usize = 8 * MOST_ROWS;

/// Reads pages again whose tables disagree with others.
pub(super) fn agree(texts: &[&str], docs: &mut [PageDoc], evidence: &Evidence) {
    let mut services: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, doc) in docs.iter().enumerate() {
        services.entry(service(doc)).or_default().push(at);
    }
    services.retain(|_, pages| pages.iter().any(|page| docs.get(*page).is_some_and(|doc| !doc.is_shown())));
    for pages in services.into_values() {
        Service::new(texts, docs, evidence, &pages).agree();
    }
}

/// The pages of a service.
struct Service<'a> {
    texts: &'a [&'a str],
    docs: &'a mut [PageDoc],
    evidence: &'a Evidence,
    tables: Vec<Table>,
    keys: Arc<RowKeys>,
    /// The nestings that were chosen.
    chosen: Vec<Nesting>,
    /// The weights of pages that were read with these.
    weights: BTreeMap<usize, i32>,
    /// How many rows were read again, by page.
    read: BTreeMap<usize, usize>,
    /// The disagreements that were settled.
    settled: BTreeSet<Question>,
}

/// The rows of a table.
struct Table {
    page: usize,
    /// The page shows their nesting.
    shown: bool,
    rows: Vec<u32>,
    parents: Vec<Option<usize>>,
    /// The objects whose types have names, and how many rows after each count: those in it, and the first one outside.
    objects: Vec<(String, usize, usize)>,
}

/// The type of two objects, and the rows after each of them up to the one that is nested differently.
type Question = (String, [Vec<u32>; 2]);

/// Two readings of the same rows.
struct Conflict {
    question: Question,
    readings: [Nesting; 2],
}

/// The pages with tables that disagree with a reading.
#[derive(Default)]
struct Against {
    pages: BTreeSet<usize>,
    /// Those that show the nesting, and are not read again.
    shown: BTreeSet<usize>,
}

impl Conflict {
    /// How many rows the smaller object has.
    fn least(&self) -> usize {
        self.readings.iter().map(|reading| reading.rows.len()).min().unwrap_or(0)
    }
}

impl<'a> Service<'a> {
    fn new(texts: &'a [&'a str], docs: &'a mut [PageDoc], evidence: &'a Evidence, pages: &[usize]) -> Self {
        let mut keys = RowKeys::new();
        let mut tables = Vec::new();
        for (page, doc) in pages.iter().filter_map(|page| Some((*page, docs.get(*page)?))) {
            tables.extend(Table::of_page(page, doc, &mut |field| {
                let next = u32::try_from(keys.len()).unwrap_or(u32::MAX);
                *keys.entry(key(field)).or_insert(next)
            }));
        }
        Self {
            texts,
            docs,
            evidence,
            tables,
            keys: Arc::new(keys),
            chosen: Vec::new(),
            weights: BTreeMap::new(),
            read: BTreeMap::new(),
            settled: BTreeSet::new(),
        }
    }

    fn agree(&mut self) {
        while let Some(conflict) = self.conflict() {
            self.settle(&conflict);
            self.settled.insert(conflict.question);
            let read = &self.read;
            self.tables.retain(|table| read.get(&table.page).is_none_or(|rows| *rows < MOST_READ));
        }
    }

    /// A disagreement that is not settled, about the largest objects.
    fn conflict(&self) -> Option<Conflict> {
        let mut types: BTreeMap<&str, BTreeMap<Nesting, bool>> = BTreeMap::new();
        for table in &self.tables {
            for (name, reading) in table.readings() {
                *types.entry(name).or_default().entry(reading).or_default() |= table.shown;
            }
        }
        let mut found: Option<Conflict> = None;
        for (name, readings) in &types {
            for ((a, a_shown), (b, b_shown)) in
                readings.iter().flat_map(|a| readings.iter().map(move |b| (a, b)))
            {
                let least = a.rows.len().min(b.rows.len());
                if *a_shown && *b_shown || found.as_ref().is_some_and(|found| found.least() >= least) {
                    continue;
                }
                let places = a.places(&b.rows);
                let Some(at) = places.iter().zip(&b.parents).position(|(a, b)| a != b) else { continue };
                let up_to = |reading: &Nesting| reading.rows.iter().take(at + 1).copied().collect();
                let question = ((*name).to_owned(), [up_to(a), up_to(b)]);
                if !self.settled.contains(&question) {
                    found = Some(Conflict { question, readings: [a.clone(), b.clone()] });
                }
            }
        }
        found
    }

    /// Chooses one of two readings, and reads the pages that disagree with it again.
    fn settle(&mut self, conflict: &Conflict) {
        let against = conflict.readings.each_ref().map(|reading| self.against(reading));
        self.weigh(&against.iter().flat_map(|against| &against.pages).copied().collect());
        let read = conflict.readings.iter().zip(against).map(|(reading, against)| {
            let mut chosen = self.chosen.clone();
            chosen.push(reading.clone());
            let docs = self.read(&against.pages, chosen.clone());
            let weight = |page: &usize| self.weights.get(page).copied().unwrap_or(0);
            let lost = docs.iter().map(|(page, doc)| weight(page).saturating_sub(doc.weight));
            let lost = lost.chain(against.shown.iter().map(|_| CONTRADICTED)).reduce(i32::saturating_add);
            (lost.unwrap_or(CONTRADICTED), docs.len(), chosen, docs)
        });
        let Some((_, _, chosen, docs)) = read.min_by_key(|(lost, pages, ..)| (*lost, *pages)) else { return };
        self.chosen = chosen;
        let type_name = &conflict.question.0;
        for table in self.tables.iter().filter(|table| table.has(type_name)) {
            self.weights.remove(&table.page);
        }
        for (page, doc) in docs {
            self.replace(page, doc);
        }
    }

    /// The tables that have an object with another nesting.
    fn against(&self, reading: &Nesting) -> Against {
        let mut against = Against::default();
        for table in self.tables.iter().filter(|table| !table.follows(reading)) {
            if table.shown { &mut against.shown } else { &mut against.pages }.insert(table.page);
        }
        against
    }

    /// Makes sure that the weights of pages are known.
    fn weigh(&mut self, pages: &BTreeSet<usize>) {
        for table in self.tables.iter().filter(|table| pages.contains(&table.page)) {
            *self.read.entry(table.page).or_default() += table.rows.len().max(512);
        }
        let unknown = pages.iter().filter(|page| !self.weights.contains_key(page)).copied().collect();
        let docs = self.read(&unknown, self.chosen.clone());
        self.weights.extend(docs.into_iter().map(|(page, doc)| (page, doc.weight)));
    }

    /// Reads pages with these nestings.
    fn read(&self, pages: &BTreeSet<usize>, chosen: Vec<Nesting>) -> Vec<(usize, PageDoc)> {
        let nestings = Arc::new(Nestings { keys: self.keys.clone(), chosen });
        let read = |page: &usize| {
            let (text, doc) = self.texts.get(*page).zip(self.docs.get(*page))?;
            let templates = Templates { nestings: Some(nestings.clone()), ..self.evidence.templates(doc) };
            Some((*page, PageDoc::read_with(text, &templates)))
        };
        let pages: Vec<usize> = pages.iter().copied().collect();
        side_by_side(&pages, read, &mut |_| ()).into_iter().flatten().collect()
    }

    fn replace(&mut self, page: usize, doc: PageDoc) {
        let Some(before) = self.docs.get_mut(page) else { return };
        self.weights.insert(page, doc.weight);
        *before = marked(doc, before);
        let number = |field: &PageField| self.keys.get(&key(field)).copied().unwrap_or(u32::MAX);
        self.tables.retain(|table| table.page != page);
        self.tables.extend(Table::of_page(page, before, &mut { number }));
    }
}

fn key(field: &PageField) -> RowKey {
    (field.name.clone(), field.ty.name().map(str::to_owned), field.ty.may_have_fields())
}

impl Table {
    /// The body and the answer of a page.
    fn of_page(page: usize, doc: &PageDoc, number: &mut impl FnMut(&PageField) -> u32) -> [Self; 2] {
        let [body, response] = doc.shown;
        let mut table = |fields, shown| {
            let (rows, parents, objects) = Default::default();
            let mut table = Self { page, shown, rows, parents, objects };
            table.add(fields, None, number);
            table.objects.sort_by_key(|(_, row, _)| *row);
            table
        };
        [table(doc.body.as_deref().unwrap_or_default(), body), table(&doc.response, response)]
    }

    fn add(
        &mut self,
        fields: &[PageField],
        parent: Option<usize>,
        number: &mut impl FnMut(&PageField) -> u32,
    ) {
        for field in fields {
            let at = self.rows.len();
            self.rows.push(number(field));
            self.parents.push(parent);
            self.add(&field.fields, Some(at), number);
            if let Some(name) = field.ty.name().filter(|_| field.ty.may_have_fields()) {
                self.objects.push((name.to_owned(), at, self.rows.len() - at));
            }
        }
    }

    fn has(&self, type_name: &str) -> bool {
        self.objects.iter().any(|(name, ..)| name == type_name)
    }

    /// The nesting of each object.
    fn readings(&self) -> impl Iterator<Item = (&str, Nesting)> {
        self.objects.iter().map(|(name, at, length)| {
            let rows = self.rows.iter().skip(at + 1).take(*length).copied().collect();
            let parents = self.parents_after(*at, *length).collect();
            (name.as_str(), Nesting { type_name: name.clone(), rows, parents })
        })
    }

    fn parents_after(&self, at: usize, length: usize) -> impl Iterator<Item = Option<usize>> {
        let parents = self.parents.iter().skip(at + 1).take(length);
        parents.map(move |parent| parent.and_then(|parent| parent.checked_sub(at)))
    }

    /// Whether the rows after all objects of its type are nested so, as far as they are the same.
    fn follows(&self, nesting: &Nesting) -> bool {
        let objects = self.objects.iter().filter(|(name, ..)| *name == nesting.type_name);
        objects.into_iter().all(|(_, at, length)| {
            let rows = self.rows.get(at + 1..(at + 1 + length).min(self.rows.len())).unwrap_or_default();
            self.parents_after(*at, *length).zip(nesting.places(rows)).all(|(a, b)| a == b)
        })
    }
}

/// A page that was read again. Rows that were uncertain are still uncertain, and so are those that are elsewhere now.
fn marked(mut doc: PageDoc, before: &PageDoc) -> PageDoc {
    let mut places = BTreeMap::new();
    for fields in [before.body.as_deref().unwrap_or_default(), &before.response] {
        remember(fields, None, &mut places);
    }
    for fields in [doc.body.as_deref_mut().unwrap_or_default(), &mut doc.response] {
        mark(fields, None, &places);
    }
    doc
}

type At = (usize, usize);
/// The object that a row is in, and whether that is uncertain.
type Places = BTreeMap<(At, String), (Option<At>, bool)>;

fn remember(fields: &[PageField], object: Option<At>, places: &mut Places) {
    for field in fields {
        places.insert((field.at, field.name.clone()), (object, field.unsure));
        remember(&field.fields, Some(field.at), places);
    }
}

fn mark(fields: &mut [PageField], object: Option<At>, places: &Places) {
    for field in fields {
        let place = places.get(&(field.at, field.name.clone()));
        field.unsure |= place.is_none_or(|(before, unsure)| *unsure || *before != object);
        mark(&mut field.fields, Some(field.at), places);
    }
}
