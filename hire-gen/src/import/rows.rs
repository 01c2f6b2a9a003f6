//! The rows of a page's tables → trees of fields: by the places that the page shows, or by the search for likely ones.

use std::collections::BTreeSet;

use super::answer::{answer, yes_or_no};
use super::describe::Description;
use super::json::Shape;
use super::nest::{
    Flat, Nested, Placed, Template, Templates, ending, is_envelope, look_up, nest, show, templates, words,
};
use super::page::{MARKS, Page, Section};
use super::table::{Column, Piece, Row};
use super::text::{bare, plain};
use super::values::Value;
use super::wire_type::{WireBase, WireType};

/// A row of a table of fields, with the rows below it.
#[derive(Clone, Debug)]
pub struct PageField {
    /// Its wire name.
    pub name: String,
    /// Its type.
    pub ty: WireType,
    /// Whether the page has a column for it with a yes.
    pub required: bool,
    /// A condition beside that yes or no.
    pub required_only: Option<String>,
    /// The page's description.
    pub about: Description,
    /// Fields of the object.
    pub fields: Vec<PageField>,
    /// Whether its place is uncertain.
    pub unsure: bool,
    /// The example's value at this place.
    pub seen: Option<Shape>,
    /// Offsets of its row.
    pub at: (usize, usize),
}

/// Rows without a place yet.
pub(super) struct Rows {
    fields: Vec<PageField>,
    pub(super) shape: Option<Shape>,
    /// The fields of all examples of the section together.
    evidence: Option<Shape>,
    /// The places that the page itself shows.
    shown: Option<Vec<Option<usize>>>,
    /// The table lists the fields of `data` without `data`, which the example has.
    pub(super) unwrapped: bool,
}

impl Rows {
    pub(super) fn read(page: &Page<'_>, section: Section, example: Option<&str>) -> Self {
        let rows: Vec<(PageField, Depth)> = page.rows(section).flat_map(fields).collect();
        let mut shape = example.and_then(Shape::read);
        let mut evidence = shape.as_ref().map(|shape| together(shape, page, section));
        let is_data = |shape: &Shape| matches!(shape.get("data"), Some(Shape::Object(_)));
        let unwrapped = section == Section::Response
            && !rows.iter().any(|(field, _)| field.name == "data")
            && evidence.as_ref().is_some_and(is_data);
        if unwrapped {
            shape = shape.map(unwrap);
            evidence = evidence.map(unwrap);
        }
        let (fields, depths): (Vec<PageField>, Vec<Depth>) = rows.into_iter().unzip();
        let names: BTreeSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let shape = shape.map(|shape| shape.with_maps(&names));
        let evidence = evidence
            .map(|shape| shape.with_maps(&names).without_maps(&|key, values| key_row(&fields, key, values)));
        let mut rows = Self { fields, shape, evidence, shown: None, unwrapped };
        let said =
            page.rows(section).any(|row| row.level.is_some()) || depths.iter().any(|depth| depth.marked);
        if said || page.shows_nesting() && !rows.is_nested_in_example() {
            let mut parents = parents_of(&depths);
            if section == Section::Response {
                rows.put_into_data(&mut parents);
            }
            rows.shown = Some(parents);
        }
        rows
    }

    /// Whether no place has to be found.
    pub(super) fn is_shown(&self) -> bool {
        self.shown.is_some() || self.fields.is_empty()
    }

    /// Whether the example has a row inside of an object, and not at the top.
    fn is_nested_in_example(&self) -> bool {
        fn inside(shape: &Shape, name: &str) -> bool {
            let keys = shape.element().0.keys();
            keys.iter().any(|(key, inner)| key == name || inside(inner, name))
        }
        let Some(shape) = &self.evidence else { return false };
        let inner = |name: &str| shape.keys().iter().any(|(_, object)| inside(object, name));
        self.fields.iter().any(|field| shape.position(&field.name).is_none() && inner(&field.name))
    }

    /// Only the envelope is beside `data`: other rows that a page shows there are in it, unless the example has them
    /// beside it, too.
    fn put_into_data(&self, parents: &mut [Option<usize>]) {
        let top = |at: &usize| parents.get(*at) == Some(&None);
        let is_data = |field: &PageField| field.name == "data" && field.ty.may_have_fields();
        let named_data = |at: &usize| self.fields.get(*at).is_some_and(is_data);
        let Some(data) = (0..parents.len()).find(|at| top(at) && named_data(at)) else { return };
        let beside = |name: &str| self.evidence.as_ref().is_some_and(|shape| shape.position(name).is_some());
        for (field, parent) in self.fields.iter().zip(parents).skip(data + 1) {
            if parent.is_none() && !is_envelope(&field.name) && !beside(&field.name) {
                *parent = Some(data);
            }
        }
    }

    /// If no file can be sent, `file` is the name of an object.
    pub(super) fn without_files(&mut self) {
        for field in self.fields.iter_mut().filter(|field| field.ty.base == WireBase::File) {
            field.ty.base = WireBase::Object(Some("file".to_owned()));
        }
    }

    fn flat(&self) -> Vec<Flat<'_>> {
        let mut below = self.fields.iter().skip(1).map(|field| &field.name);
        let flat = self.fields.iter().enumerate().map(|(number, field)| Flat {
            number,
            name: &field.name,
            opens: field.ty.may_have_fields() && !says_empty(field),
            says_empty: says_empty(field),
            must_open: !field.ty.is_ambiguous(),
            type_name: field.ty.name(),
            list: field.ty.list > 0,
            map: field.ty.maps > 0,
            below: below.next().map_or("", String::as_str),
            holds_json: speaks_of_json(field),
            folded: false,
            values: values(field).map(|value| value.value.as_str()).collect(),
            labels: values(field).map(|value| value.label.as_str()).collect(),
            about: first_line(field),
            words: words(first_line(field)),
            ending: ending(first_line(field)),
            known: None,
        });
        flat.collect()
    }

    fn place(&self, templates: &Templates) -> Nested {
        match &self.shown {
            Some(parents) => {
                let place = |parent: &Option<usize>| Placed { parent: *parent, unsure: false };
                Nested { placed: parents.iter().map(place).collect(), weight: 0 }
            }
            None => {
                let mut rows = self.flat();
                if let Some(nestings) = &templates.nestings {
                    look_up(&mut rows, nestings);
                }
                nest(&rows, self.evidence.as_ref(), templates)
            }
        }
    }

    /// Parameters, which are not nested.
    pub(super) fn list(self) -> Vec<PageField> {
        self.fields
    }

    fn tree(mut self, placed: &[Placed]) -> Vec<PageField> {
        for (field, placed) in self.fields.iter_mut().zip(placed) {
            field.unsure = placed.unsure;
        }
        let parents: Vec<Option<usize>> = placed.iter().map(|placed| placed.parent).collect();
        let mut tree = assemble(self.fields, &parents);
        look(&mut tree, self.shape.as_ref());
        tree
    }
}

fn first_line(field: &PageField) -> &str {
    field.about.text.first().map_or("", String::as_str)
}

/// The values of a field that has one of them.
fn values(field: &PageField) -> impl Iterator<Item = &Value> {
    field.about.values.iter().chain(&field.about.open_values).filter(|_| field.ty.list == 0)
}

/// Whether the page says that an object never has fields.
fn says_empty(field: &PageField) -> bool {
    field.about.text.iter().any(|line| ["空结构体", "空的结构体"].iter().any(|word| line.contains(word)))
}

/// Whether a field is or contains JSON, according to the page.
pub(super) fn speaks_of_json(field: &PageField) -> bool {
    field.about.text.iter().any(|line| line.to_ascii_lowercase().contains("json"))
}

/// The fields of a page's two tables.
pub(super) struct Trees {
    pub(super) body: Vec<PageField>,
    pub(super) response: Vec<PageField>,
    /// How likely they are; the weights of two readings of a page can be compared.
    pub(super) weight: i32,
}

/// Places the rows of a body and of an answer. Types that either example shows in full are then compared with both,
/// and rows that disagree are placed again.
pub(super) fn trees(body: Rows, response: Rows, elsewhere: &Templates) -> Trees {
    let mut places = [body.place(elsewhere), response.place(elsewhere)];
    let tables = [&body, &response];
    let known: Vec<Templates> = tables
        .iter()
        .zip(&places)
        .map(|(rows, nested)| templates(&rows.flat(), &nested.placed, rows.evidence.as_ref()))
        .collect();
    // Evidence of the page itself takes precedence over that of others.
    let mut shown = elsewhere.shown.clone();
    let of_page = || known.iter().flat_map(|known| &known.shown);
    of_page().for_each(|(name, _)| drop(shown.remove(name)));
    of_page().for_each(|(name, shape)| show(&mut shown, name, shape));
    for (at, (rows, nested)) in tables.iter().zip(&mut places).enumerate() {
        let mut whole = elsewhere.whole.clone();
        for (of, known) in known.iter().enumerate() {
            for (name, template) in &known.whole {
                let template = Template { same_table: of == at, ..template.clone() };
                if of == at || elsewhere.whole.contains_key(name) || !whole.contains_key(name) {
                    whole.insert(name.clone(), template);
                }
            }
        }
        let templates = Templates {
            whole,
            shown: shown.clone(),
            owners: elsewhere.owners.clone(),
            nestings: elsewhere.nestings.clone(),
        };
        // Readings are compared by their weights, so all of them need the same evidence.
        let again = || templates.nestings.is_some() || disagrees(&rows.flat(), &nested.placed, &templates);
        if rows.shown.is_none() && again() {
            *nested = rows.place(&templates);
        }
    }
    let weight = places.iter().map(|nested| nested.weight).sum();
    let [of_body, of_response] = places;
    Trees { body: body.tree(&of_body.placed), response: response.tree(&of_response.placed), weight }
}

/// Whether some place is not certain, or some object has other fields than its type.
fn disagrees(rows: &[Flat<'_>], placed: &[Placed], templates: &Templates) -> bool {
    let mut fields: Vec<Vec<&str>> = vec![Vec::new(); rows.len()];
    for (row, placed) in rows.iter().zip(placed) {
        if let Some(fields) = placed.parent.and_then(|parent| fields.get_mut(parent)) {
            fields.push(row.name);
        }
    }
    placed.iter().any(|placed| placed.unsure)
        || rows.iter().zip(fields).any(|(row, fields)| {
            row.type_name
                .and_then(|name| templates.whole.get(name))
                .is_some_and(|template| template.fields != fields)
        })
}

/// The fields of a section's examples together. An example without a key of the first one describes something else.
fn together(first: &Shape, page: &Page<'_>, section: Section) -> Shape {
    let mut shape = first.clone();
    for other in page.examples_of(section).filter_map(Shape::read) {
        if other.keys().iter().any(|(key, _)| first.position(key).is_some()) {
            shape.merge(other);
        }
    }
    shape
}

/// The row that stands for the keys of a map: it follows the map's own row, and the values contain the next row but not this one.
fn key_row(fields: &[PageField], map: &str, values: &Shape) -> Option<String> {
    let has = |at: usize| fields.get(at).is_some_and(|field| values.position(&field.name).is_some());
    let at = fields.iter().position(|field| field.name == map)?;
    Some(fields.get(at + 1)?.name.clone()).filter(|_| !has(at + 1) && has(at + 2))
}

/// The keys of an answer at the top and in `data` together: some pages list the fields of `data` without it.
fn unwrap(shape: Shape) -> Shape {
    let Shape::Object(mut keys) = shape else { return shape };
    let data = keys.iter().position(|(key, inner)| key == "data" && matches!(inner, Shape::Object(_)));
    if let Some((_, Shape::Object(inner))) = data.map(|at| keys.remove(at)) {
        keys.extend(inner);
    }
    Shape::Object(keys)
}

/// The depth of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Depth {
    /// Its indentation, which only matters as more or less than that of another row: authors use two, three or four blanks
    /// per step.
    indent: usize,
    /// There is a mark before the name. Blanks alone show nesting only in tables that have marks.
    marked: bool,
}

/// Parents from depths: the last less deep row above.
fn parents_of(depths: &[Depth]) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut parents = Vec::with_capacity(depths.len());
    for (at, depth) in depths.iter().enumerate() {
        while open.last().is_some_and(|(_, above)| *above >= depth.indent) {
            open.pop();
        }
        parents.push(open.last().map(|(row, _)| *row));
        open.push((at, depth.indent));
    }
    parents
}

/// Attaches every row to its parent; parents come before their fields.
fn assemble(fields: Vec<PageField>, parents: &[Option<usize>]) -> Vec<PageField> {
    let mut open: Vec<Option<PageField>> = fields.into_iter().map(Some).collect();
    let mut top = Vec::new();
    for at in (0..open.len()).rev() {
        let Some(mut field) = open.get_mut(at).and_then(Option::take) else { continue };
        field.fields.reverse();
        match parents.get(at).copied().flatten().and_then(|parent| open.get_mut(parent)) {
            Some(Some(parent)) => parent.fields.push(field),
            _ => top.push(field),
        }
    }
    top.reverse();
    top
}

/// Records what the example shows of each field.
fn look(fields: &mut [PageField], shape: Option<&Shape>) {
    for field in fields {
        field.seen = shape.and_then(|shape| shape.get(&field.name)).cloned();
        look(&mut field.fields, field.seen.as_ref());
    }
}

/// Whether a row has the name of a field.
pub(super) fn is_field(row: &Row<'_>) -> bool {
    !fields(row).is_empty()
}

/// The fields of a row with their depth. A row has several if each line of its first cell is a name.
fn fields(row: &Row<'_>) -> Vec<(PageField, Depth)> {
    let mut names = row.lines(Column::Name).filter(|line| !plain(line).trim().is_empty());
    let Some(first) = names.next() else { return Vec::new() };
    let depth = match row.level {
        Some(level) => Depth { indent: level, marked: false },
        None => depth(first),
    };
    let others = names.filter(|line| mark(line).is_some());
    let cells = std::iter::once(first).chain(others);
    cells.filter_map(|cell| field(row, cell)).map(|field| (field, depth)).collect()
}

/// The position of the mark before a name.
fn mark(cell: &str) -> Option<usize> {
    cell.find(MARKS)
}

/// The field whose name is in a cell.
fn field(row: &Row<'_>, cell: &str) -> Option<PageField> {
    let name = bare(cell);
    let name = name.trim_matches(|c: char| c.is_whitespace() || MARKS.contains(&c) || matches!(c, '─' | '-'));
    let (name, required) = match name.split_once(['（', '(', ' ']) {
        Some((name, mark)) => (name.trim(), mark.starts_with("必")),
        None => (name, false),
    };
    if name.is_empty() {
        return None;
    }
    let ty = WireType::read(row.text(Column::Type));
    let mut about = Description::read(row.pieces(Column::Description), &ty);
    let given = |column| {
        Some(row.text(column)).filter(|text| !matches!(*text, "" | "-" | "\\-" | "无")).map(str::to_owned)
    };
    about.example = about.example.or_else(|| given(Column::Example));
    about.default = about.default.or_else(|| given(Column::Default));
    let (answer, required_only) = answer(row.text(Column::Required));
    let required = required
        || row.pieces(Column::Name).contains(&Piece::Required)
        || required_only.is_none() && yes_or_no(&bare(answer)) == Some(true);
    Some(PageField {
        name: name.to_owned(),
        ty,
        required,
        required_only,
        about,
        fields: Vec::new(),
        unsure: false,
        seen: None,
        at: (row.start, row.end),
    })
}

/// The depth that a name's mark and the blanks before it show.
fn depth(cell: &str) -> Depth {
    let mark = mark(cell);
    let blanks = ["&nbsp;", "\u{a0}", "&emsp;", "\u{2003}", "&ensp;", "\u{2002}"];
    let mut name = cell;
    while let Some(rest) = blanks.iter().find_map(|blank| name.trim_start().strip_prefix(blank)) {
        name = rest;
    }
    let end = mark.unwrap_or(cell.len() - name.len());
    let before = cell.get(..end).unwrap_or_default();
    let count = |words: [&str; 2]| words.iter().map(|word| before.matches(word).count()).sum::<usize>();
    let narrow = count(["&nbsp;", "\u{a0}"]);
    let wide = count(["&emsp;", "\u{2003}"]) * 3 + count(["&ensp;", "\u{2002}"]) * 2;
    let marks = match cell.matches(MARKS).count() {
        0 => 0,
        marks => 1 + (marks - 1) * 3,
    };
    Depth { indent: narrow + wide + marks, marked: mark.is_some() }
}
