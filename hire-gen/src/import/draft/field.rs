//! Rows → fields: the table, corrected by the example, with the reason beside it.

use super::known::{Known, is_deprecated, is_identifier, rust_name};
use super::literal::Kind;
use super::{DraftBase, DraftField, DraftKind, DraftValue, Drafter, LOOK, Place, scopes, short};
use crate::import::doc::PageField;
use crate::import::json::Shape;
use crate::import::rows::speaks_of_json;
use crate::import::spelling::{camel, singular};
use crate::import::text::{quoted, unmarked};
use crate::import::wire_type::WireBase;
use crate::import::yaml::Yaml;
use crate::read::diag::{Code, Severity};

/// Deeper objects than any API has; an example may pretend to more.
const MAX_DEPTH: usize = 24;

impl Drafter<'_> {
    /// The fields of a section or an object; `shape` is its shape in the example.
    pub(super) fn fields(
        &mut self,
        rows: &[PageField],
        place: Place<'_>,
        shape: Option<&Shape>,
    ) -> Vec<DraftField> {
        let mut fields: Vec<DraftField> = Vec::new();
        for row in rows {
            if fields.iter().any(|field| field.name == row.name) {
                self.problem(
                    row.at,
                    Code::H403,
                    Severity::Warning,
                    format!("`{}` is repeated in one object", row.name),
                    "its second row was left out; find its place",
                );
                continue;
            }
            if !is_wire_name(&row.name) {
                self.problem(
                    row.at,
                    Code::H402,
                    Severity::Warning,
                    "the row has no valid field name",
                    "add its contents to the spec by hand",
                );
                continue;
            }
            let field = self.field(
                row,
                rows,
                place,
                shape.is_some_and(|shape| matches!(shape.element().0, Shape::Object(_))),
            );
            fields.push(field);
        }
        let unlisted = shape
            .map_or(&[][..], Shape::keys)
            .iter()
            .filter(|(key, _)| !rows.iter().any(|row| row.name == *key));
        for (key, shape) in unlisted {
            if fields.iter().any(|field| field.name == *key) || !is_wire_name(key) {
                continue;
            }
            let elsewhere =
                rows.iter().flat_map(|row| &row.fields).find(|row| row.name == *key && row.fields.is_empty());
            let field = match elsewhere {
                Some(row) => {
                    let mut field = self.field(row, rows, place, false);
                    let fix = "The page's table has it one level deeper; its example has it here.";
                    field.keys.push(("fix".to_owned(), Yaml::text(fix)));
                    self.problem(row.at, Code::H404, Severity::Warning, format!("`{key}`: {fix}"), LOOK);
                    field
                }
                None => self.unlisted(key, shape, place),
            };
            fields.push(field);
        }
        self.unusable(rows, &mut fields, place);
        fields
    }

    fn field(
        &mut self,
        row: &PageField,
        siblings: &[PageField],
        place: Place<'_>,
        shown: bool,
    ) -> DraftField {
        let mut known = self.shape(row, place);
        let example_lacks_it = shown && row.seen.is_none() && place.section == "body";
        if row.required && place.section != "path" && place.sent {
            if example_lacks_it {
                known
                    .fixes
                    .push("The page's table requires it; the page's example leaves it out.".to_owned());
            } else {
                known.required = true;
            }
        }
        let keys = self.keys(&mut known, siblings);
        DraftField { name: row.name.clone(), base: known.base, list: known.list, maps: known.maps, keys }
    }

    /// Type and dimensions: the table's, unless the example has something else.
    fn shape<'a>(&mut self, row: &'a PageField, place: Place<'a>) -> Known<'a> {
        let mut list = row.ty.list;
        let mut fixes = Vec::new();
        let seen = row.seen.as_ref().map(Shape::values);
        let is_map = row.ty.maps == 0 && seen.is_some_and(|(_, maps)| maps > 0);
        let (element, seen_list) = seen.map_or((None, None), |(seen, _)| {
            let (element, list) = seen.element();
            (Some(element), Some(list))
        });
        let empty = matches!(element, None | Some(Shape::Unknown));
        if let Some(seen) = seen_list
            && seen != list
            && row.ty.maps == 0
            && !is_map
            && !empty
            && !matches!(element, Some(Shape::Mixed))
        {
            fixes.push(format!(
                "The page's table has {}; its example has {}.",
                dimensions(list),
                dimensions(seen)
            ));
            list = seen;
        }
        let mut maps = row.ty.maps;
        if let Some((_, seen)) = seen.filter(|_| is_map) {
            let mut fix = "The keys of this object in the page's example are data".to_owned();
            if let Some(key) = key_row(row, element) {
                fix.push_str(&format!(": the row `{}` stands for them", key.name));
            } else if !row.fields.is_empty() && !is_object(element) {
                fix.push_str(&format!(": the rows {} describe them and their values", names(row)));
            }
            fixes.push(fix + ".");
            (list, maps) = (seen_list.unwrap_or_default(), seen);
        }
        let mut known = Known {
            row,
            place,
            base: DraftBase::Scalar("json"),
            kind: None,
            list,
            maps,
            fixes,
            required: false,
        };
        self.base(&mut known, element);
        known
    }

    fn base(&mut self, known: &mut Known<'_>, element: Option<&Shape>) {
        let row = known.row;
        let place = known.place;
        let is_object = is_object(element);
        let is_map = known.maps > row.ty.maps;
        if !row.fields.is_empty() && row.ty.base == WireBase::String && contains_json(row) {
            known.fixes.push("The rows below it on the page describe the JSON that it contains.".to_owned());
            let message = format!("`{}` is a string with JSON, which contains {}", row.name, names(row));
            let help = "these rows are not fields of the spec; read the string to get them";
            self.problem(row.at, Code::H404, Severity::Warning, message, help);
        } else if !row.fields.is_empty() && !is_map || is_object && row.ty.maps == 0 {
            if row.ty.base.is_scalar() {
                let seen = if is_object { "its example has an object" } else { "rows that are fields of it" };
                known.fixes.push(format!("The page's table has a plain value, and {seen}."));
            }
            let key = key_row(row, element).filter(|_| is_map);
            let rows = key.map_or(&row.fields, |key| &key.fields);
            known.base = self.object(row, rows, place, element);
            return;
        }
        let table = match row.ty.base {
            WireBase::String => Some(Kind::String),
            WireBase::Int => Some(Kind::Int),
            WireBase::Float => Some(Kind::Float),
            WireBase::Bool => Some(Kind::Bool),
            WireBase::File | WireBase::Json | WireBase::Object(_) => None,
        };
        let shown = match element {
            Some(Shape::String) => Some(Kind::String),
            Some(Shape::Int) => Some(Kind::Int),
            Some(Shape::Float) => Some(Kind::Float),
            Some(Shape::Bool) => Some(Kind::Bool),
            _ => None,
        };
        if row.ty.base == WireBase::File {
            known.base = DraftBase::Scalar("file");
            return;
        }
        if matches!(element, Some(Shape::Mixed)) && table.is_some() {
            known.fixes.push("The page's example has values of several types.".to_owned());
            return;
        }
        let kind = match (table, shown) {
            (Some(Kind::Float), Some(Kind::Int)) => table,
            (Some(table), Some(shown)) if table != shown => {
                known.fixes.push(format!(
                    "The page's table has {}; its example has {}.",
                    word(table),
                    word(shown)
                ));
                Some(shown)
            }
            (Some(_), _) => table,
            (None, Some(shown)) => {
                if !row.ty.is_ambiguous() && !is_map {
                    known.fixes.push(format!(
                        "The page's table has an object without fields; its example has {}.",
                        word(shown)
                    ));
                }
                Some(shown)
            }
            (None, None) => None,
        };
        known.kind = kind;
        let Some(kind) = kind else { return };
        let is_enum =
            matches!(kind, Kind::String | Kind::Int) && (table == Some(kind) || row.ty.is_ambiguous());
        known.base = match is_enum.then(|| self.enumeration(row, place, kind)).flatten() {
            Some(base) => base,
            None => DraftBase::Scalar(wire(kind)),
        };
    }

    /// The type of an object with these rows.
    fn object(
        &mut self,
        row: &PageField,
        rows: &[PageField],
        place: Place<'_>,
        element: Option<&Shape>,
    ) -> DraftBase {
        if place.depth >= MAX_DEPTH {
            let message = format!("`{}` is nested too deep: its fields were left out", row.name);
            let help = "compare with the page; the spec has `json` here";
            self.problem(row.at, Code::H402, Severity::Warning, message, help);
            return DraftBase::Scalar("json");
        }
        let owner = row.ty.name().unwrap_or(&row.name);
        let inside = Place { owner, depth: place.depth + 1, ..place };
        let fields = self.fields(rows, inside, element.filter(|shape| matches!(shape, Shape::Object(_))));
        if fields.is_empty() {
            return DraftBase::Scalar("json");
        }
        let name = camel(row.ty.name().map_or_else(|| singular(&row.name), str::to_owned).as_str());
        let label = row.about.text.first().and_then(|text| short(text));
        let wanted = self.wanted(name, place, "Item");
        self.intern(wanted, label, DraftKind::Object(fields), place.sent)
    }

    /// A field that only the example has.
    fn unlisted(&mut self, key: &str, shape: &Shape, place: Place<'_>) -> DraftField {
        let (shape, maps) = shape.values();
        let (element, list) = shape.element();
        let base = match element {
            Shape::String => DraftBase::Scalar("string"),
            Shape::Int => DraftBase::Scalar("int"),
            Shape::Float => DraftBase::Scalar("float"),
            Shape::Bool => DraftBase::Scalar("bool"),
            Shape::Object(keys) if !keys.is_empty() && place.depth < MAX_DEPTH => {
                let inside = Place { owner: key, depth: place.depth + 1, ..place };
                let fields = self.fields(&[], inside, Some(element));
                let wanted = self.wanted(camel(&singular(key)), place, "Item");
                if fields.is_empty() {
                    DraftBase::Scalar("json")
                } else {
                    self.intern(wanted, None, DraftKind::Object(fields), place.sent)
                }
            }
            _ => DraftBase::Scalar("json"),
        };
        let mut keys = Vec::new();
        if self.glossary.is_sensitive(key, place.owner) {
            keys.push(("sensitive".to_owned(), Yaml::plain(true)));
        }
        if !is_identifier(key) {
            keys.push(("rust".to_owned(), Yaml::text(rust_name(key))));
        }
        let fix = "The page's table lacks it; its example has it.";
        keys.push(("fix".to_owned(), Yaml::text(fix)));
        let example = if place.sent { &self.doc.request_example } else { &self.doc.response_example };
        let at = example.as_ref().map_or(0, |example| example.start);
        self.problem((at, at), Code::H404, Severity::Warning, format!("`{key}`: {fix}"), LOOK);
        DraftField { name: key.to_owned(), base, list, maps, keys }
    }

    fn enumeration(&mut self, row: &PageField, place: Place<'_>, kind: Kind) -> Option<DraftBase> {
        let mut values: Vec<DraftValue> = Vec::new();
        for value in &row.about.values {
            let spelled = value.value.as_str();
            let fits = match kind {
                Kind::Int => spelled.parse::<i64>().is_ok_and(|n| n.to_string() == spelled),
                _ => !spelled.starts_with('{'),
            };
            if !fits {
                return None;
            }
            if values.iter().any(|known| known.value == spelled) {
                self.problem(
                    row.at,
                    Code::H402,
                    Severity::Warning,
                    format!("the value `{spelled}` is repeated in this list"),
                    "the first one was used",
                );
                continue;
            }
            let mut name = self
                .glossary
                .value(spelled, &value.label)
                .unwrap_or_else(|| crate::resolve::name::placeholder(spelled));
            if values.iter().any(|known| known.name == name) {
                name.push_str(
                    &spelled
                        .replace('-', "Minus")
                        .chars()
                        .filter(char::is_ascii_alphanumeric)
                        .collect::<String>(),
                );
            }
            let mut keys = Vec::new();
            if let Some(label) = short(&value.label) {
                keys.push(("label".to_owned(), Yaml::text(label)));
            }
            if self.full && short(&value.label).is_some_and(|label| label != unmarked(&value.label)) {
                keys.push(("doc".to_owned(), Yaml::text(unmarked(&value.label).replace('\n', " "))));
            }
            if is_deprecated(&value.label) {
                keys.push(("deprecated".to_owned(), Yaml::plain(true)));
            }
            if let Some((_, needed)) =
                row.about.value_scopes.iter().find(|(of, needed)| of == spelled && !needed.is_empty())
            {
                keys.push(("scopes".to_owned(), scopes(needed)));
            }
            values.push(DraftValue { value: spelled.to_owned(), name, keys });
        }
        if values.is_empty() {
            return None;
        }
        let name = camel(&if row.ty.list > 0 { singular(&row.name) } else { row.name.clone() });
        let wanted = self.wanted(name, place, "Value");
        let label = row.about.text.first().and_then(|text| short(text));
        Some(self.intern(wanted, label, DraftKind::Enum { int: kind == Kind::Int, values }, false))
    }

    /// Names for a type, the shortest first.
    fn wanted(&self, name: Option<String>, place: Place<'_>, fallback: &str) -> Vec<String> {
        let name = name.unwrap_or_else(|| fallback.to_owned());
        let owner = camel(place.owner).filter(|owner| !name.starts_with(owner.as_str()));
        let mut wanted = vec![name.clone()];
        wanted.extend(owner.map(|owner| format!("{owner}{name}")));
        wanted
    }

    /// Fields that a note of the object around them calls without effect.
    fn unusable(&mut self, rows: &[PageField], fields: &mut [DraftField], place: Place<'_>) {
        for field in fields.iter_mut() {
            let DraftBase::Type(id) = field.base else { continue };
            let Some(row) = rows.iter().find(|row| row.name == field.name && !row.fields.is_empty()) else {
                continue;
            };
            let dead = row.about.notes.iter().find_map(|note| {
                let name = quoted(note)?;
                let said = note.contains(&format!("`{name}` 字段无效"))
                    || note.contains(&format!("`{name}`字段无效"));
                said.then(|| name.to_owned())
            });
            let Some(dead) = dead.filter(|dead| row.fields.iter().any(|inner| inner.name == *dead)) else {
                continue;
            };
            let used = row.seen.as_ref().is_some_and(|seen| seen.get(&dead).is_some());
            if used || row.seen.is_none() {
                continue;
            }
            let Some(ty) = self.types.get(id).cloned() else { continue };
            let DraftKind::Object(mut inner) = ty.kind.clone() else { continue };
            for field in inner
                .iter_mut()
                .filter(|field| field.name == dead && !field.keys.iter().any(|(key, _)| key == "unusable"))
            {
                field.keys.retain(|(key, _)| key != "required" && key != "deprecated");
                let at = field.keys.iter().position(|(key, _)| {
                    matches!(key.as_str(), "label" | "doc" | "example" | "fix" | "review")
                });
                let said = ("unusable".to_owned(), Yaml::text("The page says that it has no effect here."));
                field.keys.insert(at.unwrap_or(field.keys.len()), said);
            }
            field.base =
                self.intern(ty.wanted.clone(), ty.label.clone(), DraftKind::Object(inner), place.sent);
        }
    }
}

/// Whether a string with rows below it contains JSON: its example is a string, or it has no example and its description mentions
/// JSON.
fn contains_json(row: &PageField) -> bool {
    match &row.seen {
        Some(seen) => matches!(seen.element().0, Shape::String),
        None => speaks_of_json(row),
    }
}

/// The row that stands for the keys of a map: it is alone, and the values are objects without it.
fn key_row<'a>(map: &'a PageField, values: Option<&Shape>) -> Option<&'a PageField> {
    match map.fields.as_slice() {
        [key] if is_object(values) && values?.get(&key.name).is_none() => Some(key),
        _ => None,
    }
}

fn is_object(element: Option<&Shape>) -> bool {
    matches!(element, Some(Shape::Object(_)))
}

/// The names of all rows in a row.
fn names(row: &PageField) -> String {
    let mut names = Vec::new();
    let mut open: Vec<&PageField> = row.fields.iter().rev().collect();
    while let Some(field) = open.pop() {
        names.push(format!("`{}`", field.name));
        open.extend(field.fields.iter().rev());
    }
    names.join(", ")
}

fn dimensions(list: u8) -> &'static str {
    match list {
        0 => "no list",
        1 => "a list",
        _ => "a list of lists",
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Int => "a whole number",
        Kind::Float => "a number",
        Kind::Bool => "a truth value",
    }
}

fn wire(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Int => "int",
        Kind::Float => "float",
        Kind::Bool => "bool",
    }
}

/// Whether the schema allows a name.
fn is_wire_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.chars().all(|c| c.is_ascii_graphic() && !"{}[]:,#\"'\\`".contains(c))
}
