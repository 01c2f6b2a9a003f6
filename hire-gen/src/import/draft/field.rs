//! Rows → fields: what the table says, corrected by what the example shows, with the reason beside it.

use super::literal::{Kind, lengths, literal};
use super::{DraftBase, DraftField, DraftKind, DraftValue, Drafter, Place, scopes, short};
use crate::diag::{Code, Severity};
use crate::import::condition::{self, Condition};
use crate::import::doc::PageField;
use crate::import::json::Shape;
use crate::import::spelling::{camel, singular};
use crate::import::text::{quoted, unmarked};
use crate::import::wire_type::WireBase;
use crate::import::yaml::Yaml;

/// Deeper objects than any API has; an example may pretend to more.
const MAX_DEPTH: usize = 24;

/// What to do about a contradiction.
const LOOK: &str = "the spec has a `fix` with this reason; look whether it is right";

/// What is known of a field before it is written.
struct Known<'a> {
    row: &'a PageField,
    place: Place<'a>,
    base: DraftBase,
    kind: Option<Kind>,
    list: u8,
    map: bool,
    fixes: Vec<String>,
    required: bool,
}

impl Drafter<'_> {
    /// The fields of a section or an object; `shape` is what the example has there.
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
                    format!("`{}` stands twice in one object", row.name),
                    "its second row was left out; look where it belongs",
                );
                continue;
            }
            if !is_wire_name(&row.name) {
                self.problem(
                    row.at,
                    Code::H402,
                    Severity::Warning,
                    "the row has no name that a field can have",
                    "add what it says to the spec by hand",
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
        DraftField { name: row.name.clone(), base: known.base, list: known.list, map: known.map, keys }
    }

    /// Type and dimensions: the table's, unless the example has something else.
    fn shape<'a>(&mut self, row: &'a PageField, place: Place<'a>) -> Known<'a> {
        let mut list = row.ty.list;
        let mut fixes = Vec::new();
        let (element, seen_list) = row.seen.as_ref().map_or((None, None), |seen| {
            let (element, list) = seen.element();
            (Some(element), Some(list))
        });
        let empty = matches!(element, None | Some(Shape::Unknown));
        if let Some(seen) = seen_list
            && seen != list
            && !row.ty.map
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
        let mut known = Known {
            row,
            place,
            base: DraftBase::Scalar("json"),
            kind: None,
            list,
            map: row.ty.map,
            fixes,
            required: false,
        };
        self.base(&mut known, element);
        if known.map && known.list > 0 {
            // The language has no list of maps.
            known = Known { base: DraftBase::Scalar("json"), kind: None, list: 0, map: false, ..known };
        }
        known
    }

    fn base(&mut self, known: &mut Known<'_>, element: Option<&Shape>) {
        let row = known.row;
        let place = known.place;
        let is_object = matches!(element, Some(Shape::Object(_)));
        if !row.fields.is_empty() || is_object && !row.ty.map {
            if row.ty.base.is_scalar() {
                known.fixes.push("The page's table has a plain value; its example has an object.".to_owned());
            }
            known.base = self.object(row, place, element);
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
                known.fixes.push(format!(
                    "The page's table has an object without fields; its example has {}.",
                    word(shown)
                ));
                Some(shown)
            }
            (None, None) => None,
        };
        known.kind = kind;
        let Some(kind) = kind else { return };
        let is_enum = matches!(kind, Kind::String | Kind::Int)
            && (table == Some(kind) || row.ty.base == WireBase::Json);
        known.base = match is_enum.then(|| self.enumeration(row, place, kind)).flatten() {
            Some(base) => base,
            None => DraftBase::Scalar(wire(kind)),
        };
    }

    fn object(&mut self, row: &PageField, place: Place<'_>, element: Option<&Shape>) -> DraftBase {
        if place.depth >= MAX_DEPTH {
            return DraftBase::Scalar("json");
        }
        let owner = row.ty.name().unwrap_or(&row.name);
        let inside = Place { owner, depth: place.depth + 1, ..place };
        let fields =
            self.fields(&row.fields, inside, element.filter(|shape| matches!(shape, Shape::Object(_))));
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
        DraftField { name: key.to_owned(), base, list, map: false, keys }
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
                    format!("the value `{spelled}` stands in this list twice"),
                    "the first of the two was taken",
                );
                continue;
            }
            let mut name = self
                .glossary
                .value(spelled, &value.label)
                .unwrap_or_else(|| crate::name::placeholder(spelled));
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

    /// Everything behind the type, in the order in which people write it.
    fn keys(&mut self, known: &mut Known<'_>, siblings: &[PageField]) -> Vec<(String, Yaml)> {
        let row = known.row;
        let about = &row.about;
        let mut keys: Vec<(String, Yaml)> = Vec::new();
        let mut review = Vec::new();
        if let Some(format) = format(known) {
            keys.push(("format".to_owned(), Yaml::text(format)));
        }
        let text = about.text.join("\n");
        let unusable = is_unusable(&text) && !known.required && row.seen.is_none();
        let fixed = fixed(known);
        if known.required {
            keys.push(("required".to_owned(), Yaml::plain(true)));
        }
        if let (Some(sentence), true, false) = (row.condition(), known.place.sent, unusable || known.required)
        {
            let (value, sure) = self.required_when(&sentence, row, siblings);
            keys.push(("required_when".to_owned(), value));
            if !sure {
                review.push("the page says under which condition it is required, and that could not be read");
            }
        }
        if let Some(fixed) = fixed {
            keys.push(("fixed".to_owned(), fixed));
        }
        let limits = limits(known);
        if let (Some(default), false) = (&about.default, known.required)
            && let Some(value) = self.literal(known, default, false)
        {
            if obeys(&value, &limits) {
                keys.push(("default".to_owned(), value));
            } else {
                known
                    .fixes
                    .push("The page's default breaks the page's own limit; it is left out.".to_owned());
            }
        }
        keys.extend(limits.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        if unusable {
            keys.push((
                "unusable".to_owned(),
                Yaml::text("The page says that it has no effect and must not be used."),
            ));
        } else if is_deprecated(&text) || is_unusable(&text) {
            let instead = replacement(&text, siblings);
            keys.push((
                "deprecated".to_owned(),
                instead.map_or(Yaml::plain(true), |other| {
                    Yaml::Inline(vec![("use".to_owned(), Yaml::text(other))])
                }),
            ));
        }
        if self.glossary.is_sensitive(&row.name, known.place.owner) {
            keys.push(("sensitive".to_owned(), Yaml::plain(true)));
        }
        if known.place.sent
            && known.list > 0
            && about.prose().any(|line| line.contains("全量覆盖") || line.contains("覆盖更新"))
        {
            keys.push(("replaces".to_owned(), Yaml::plain(true)));
        }
        if !about.scopes.is_empty() {
            keys.push(("scopes".to_owned(), scopes(&about.scopes)));
        }
        if let Some(label) = about.text.first().and_then(|text| short(text)) {
            keys.push(("label".to_owned(), Yaml::text(label)));
        }
        if self.full && !text.is_empty() {
            keys.push((
                "doc".to_owned(),
                Yaml::text(unmarked(&about.prose().collect::<Vec<_>>().join(" ")).replace('\n', " ")),
            ));
        }
        self.example_of(known, &limits, &mut keys);
        if !is_identifier(&row.name) {
            keys.push(("rust".to_owned(), Yaml::text(rust_name(&row.name))));
        }
        if !known.fixes.is_empty() {
            keys.push(("fix".to_owned(), Yaml::text(known.fixes.join(" "))));
            self.problem(
                row.at,
                Code::H404,
                Severity::Warning,
                format!("`{}`: {}", row.name, known.fixes.join(" ")),
                LOOK,
            );
        }
        if row.unsure {
            review.push("its place in the tree is not certain");
            self.problem(
                row.at,
                Code::H403,
                Severity::Warning,
                format!("where `{}` belongs is not certain", row.name),
                "compare the spec with the page, then delete the field's `review`",
            );
        }
        if !review.is_empty() {
            keys.push(("review".to_owned(), Yaml::text(format!("{}.", review.join("; ")))));
        }
        keys
    }

    fn example_of(
        &mut self,
        known: &mut Known<'_>,
        limits: &[(&'static str, Yaml)],
        keys: &mut Vec<(String, Yaml)>,
    ) {
        let Some(text) = &known.row.about.example else { return };
        let object = matches!(known.base, DraftBase::Type(id) if matches!(self.types.get(id).map(|ty| &ty.kind), Some(DraftKind::Object(_))));
        let text = text.split("[了解更多").next().unwrap_or(text);
        if known.map || known.kind.is_none() || object {
            let text = text.trim();
            let shows = !matches!(text, "" | "-" | "\\-" | "无" | "空");
            if object && shows && serde_json::from_str::<serde_json::Value>(text).is_err() {
                known.fixes.push("The page's example of this field is no JSON; it is left out.".to_owned());
            }
            return;
        }
        match self.literal(known, text, true) {
            Some(value) if obeys(&value, limits) => keys.push(("example".to_owned(), value)),
            Some(_) => {
                known.fixes.push("The page's example breaks the page's own limit; it is left out.".to_owned())
            }
            None if matches!(text.trim(), "" | "\"\"" | "[]" | "-" | "无" | "空" | "null") => {}
            None => {
                known.fixes.push("The page's example is not of the page's type; it is left out.".to_owned())
            }
        }
    }

    fn literal(&self, known: &Known<'_>, text: &str, example: bool) -> Option<Yaml> {
        let kind = known.kind?;
        let text = if example { text } else { quoted(text).unwrap_or(text) };
        let value =
            literal(text, kind, if known.map { 0 } else { known.list }, known.place.section == "query")?;
        // A default that the list of values does not have is a sentence.
        if !example && let DraftBase::Type(id) = known.base {
            let spelled = match &value {
                Yaml::Text(text) | Yaml::Plain(text) => text,
                _ => return None,
            };
            let Some(DraftKind::Enum { values, .. }) = self.types.get(id).map(|ty| &ty.kind) else {
                return None;
            };
            values.iter().find(|value| value.value == *spelled)?;
        }
        if !example && kind == Kind::String && !text.is_ascii() {
            return None;
        }
        Some(value)
    }

    /// The condition as data where it can be read, else a sentence and no certainty.
    fn required_when(&self, sentence: &str, row: &PageField, siblings: &[PageField]) -> (Yaml, bool) {
        match condition::read(sentence, row, siblings) {
            Some(Condition { field, test }) => {
                let named = |value: &str| self.value_name(&field, value, siblings);
                let test = match test {
                    condition::Test::Is(value) => named(&value),
                    condition::Test::Contains(value) => {
                        Yaml::Inline(vec![("contains".to_owned(), named(&value))])
                    }
                    condition::Test::Present(present) => {
                        Yaml::Inline(vec![("present".to_owned(), Yaml::plain(present))])
                    }
                };
                (Yaml::Inline(vec![(field, test)]), true)
            }
            None if self.full => (Yaml::text(sentence), false),
            None => (Yaml::text("The page says when."), false),
        }
    }

    /// A value of a sibling as the schema writes it: by its name where the sibling is an enum.
    fn value_name(&self, field: &str, value: &str, siblings: &[PageField]) -> Yaml {
        let sibling = siblings.iter().find(|sibling| sibling.name == field);
        let kind = sibling.map(|sibling| &sibling.ty.base);
        if matches!(kind, Some(WireBase::Bool)) {
            return Yaml::plain(value);
        }
        let known = sibling.map_or(&[][..], |sibling| sibling.about.values.as_slice());
        let names: Vec<String> = known
            .iter()
            .map(|known| {
                self.glossary
                    .value(&known.value, &known.label)
                    .unwrap_or_else(|| crate::name::placeholder(&known.value))
            })
            .collect();
        let at = known.iter().position(|known| known.value == value);
        match at.and_then(|at| {
            names.get(at).filter(|name| names.iter().position(|other| other == *name) == Some(at))
        }) {
            Some(name) => Yaml::text(name.as_str()),
            None if matches!(kind, Some(WireBase::Int)) => Yaml::plain(value),
            None => Yaml::text(value),
        }
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

/// Times, dates and JSON in text, where the text says so and no example contradicts it.
fn format(known: &Known<'_>) -> Option<&'static str> {
    let about = &known.row.about;
    let text = about.text.join(" ");
    let scalar = matches!(known.base, DraftBase::Scalar("string" | "int")) && known.list == 0 && !known.map;
    if !scalar {
        return None;
    }
    let example = about.example.as_deref().map(|example| unmarked(example).trim_matches('"').to_owned());
    let digits = example
        .as_deref()
        .is_none_or(|example| !example.is_empty() && example.bytes().all(|byte| byte.is_ascii_digit()));
    let length = example.as_deref().map_or(0, str::len);
    let stamp = text.contains("时间戳") || text.to_ascii_lowercase().contains("timestamp");
    if stamp && digits {
        let milliseconds = text.contains("毫秒") || text.contains("ms");
        let seconds = !milliseconds && (text.contains("秒") || text.to_ascii_lowercase().contains("second"));
        return match (milliseconds, seconds, length) {
            (true, ..) => Some("ms"),
            (_, true, _) | (_, _, 10) => Some("s"),
            (_, _, 13) => Some("ms"),
            _ => None,
        };
    }
    if known.base != DraftBase::Scalar("string") {
        return None;
    }
    let spelling = about.spelling.as_deref().unwrap_or_default();
    let says_date = [&text, spelling].iter().any(|text| {
        let text = text.to_ascii_lowercase();
        text.contains("yyyy-mm-dd") && !text.contains("hh")
    });
    let is_date = |text: &str| {
        text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    };
    if says_date && example.as_deref().is_none_or(is_date) {
        return Some("date");
    }
    let json = text.to_ascii_lowercase().contains("json")
        && example.as_deref().is_some_and(|example| example.starts_with(['{', '[']));
    json.then_some("json")
}

/// `固定取值为 `2``: the one value that the page allows.
fn fixed(known: &Known<'_>) -> Option<Yaml> {
    let about = &known.row.about;
    let kind = known.kind.filter(|_| known.required && known.list == 0 && !known.map)?;
    let said = about.text.iter().find_map(|line| {
        let at = ["固定取值为", "固定值为", "固定为", "固定填", "固定传"]
            .iter()
            .find_map(|word| line.split_once(word))?
            .1;
        let value = quoted(at)?;
        let before = at.split('`').next().unwrap_or_default();
        before.trim().is_empty().then(|| value.to_owned())
    });
    literal(about.fixed.as_ref().or(said.as_ref())?, kind, 0, false)
}

/// Limits that go with the type.
fn limits(known: &mut Known<'_>) -> Vec<(&'static str, Yaml)> {
    let about = &known.row.about;
    let plain = matches!(known.base, DraftBase::Scalar(_));
    let number = plain && matches!(known.kind, Some(Kind::Int | Kind::Float));
    let text = plain && known.kind == Some(Kind::String);
    let list = known.list > 0;
    let mut limits = Vec::new();
    let whole = known.kind == Some(Kind::Int);
    let mut range = |key, limit: Option<f64>| {
        if let Some(limit) =
            limit.filter(|limit| number && (!whole || limit.fract() == 0.0) && limit.abs() < 9e15)
        {
            limits.push((key, Yaml::plain(limit)));
        }
    };
    range("minimum", about.minimum);
    range("maximum", about.maximum);
    let of_items = list && !about.counts_characters;
    let names = if of_items { ["min_items", "max_items"] } else { ["min_length", "max_length"] };
    let fits = of_items || text;
    let ordered = match (about.min_length, about.max_length) {
        (Some(least), Some(most)) => least <= most,
        _ => true,
    };
    let counts = [about.min_length.filter(|least| *least > 0), about.max_length.filter(|most| *most > 0)];
    for (key, count) in names.into_iter().zip(counts).filter(|_| fits && ordered) {
        limits.extend(count.map(|count| (key, Yaml::plain(count))));
    }
    if let Some(pattern) = about.pattern.as_ref().filter(|_| text && !list) {
        limits.push(("pattern", Yaml::text(pattern.as_str())));
    }
    // The example of the whole body has to be sendable.
    let shown = known.row.about.example.clone();
    let breaks = |key: &str, limit: &Yaml| {
        let (Some(shown), Some(kind)) = (&shown, known.kind) else { return false };
        literal(shown, kind, known.list, true)
            .is_some_and(|value| !obeys(&value, &[(leaked(key), limit.clone())]))
    };
    let broken = limits.iter().any(|(key, limit)| breaks(key, limit));
    if broken && known.place.sent {
        limits.retain(|(key, limit)| !breaks(key, limit));
        known.fixes.push("The page's example breaks the page's own limit; the limit is left out.".to_owned());
    }
    limits
}

fn leaked(key: &str) -> &'static str {
    ["minimum", "maximum", "min_length", "max_length", "min_items", "max_items"]
        .into_iter()
        .find(|known| *known == key)
        .unwrap_or("pattern")
}

/// Whether a literal is within limits.
fn obeys(value: &Yaml, limits: &[(&'static str, Yaml)]) -> bool {
    let (count, number) = lengths(value);
    let list = matches!(value, Yaml::List(_));
    limits.iter().all(|(key, limit)| {
        let Yaml::Plain(limit) = limit else { return true };
        let Ok(limit) = limit.parse::<f64>() else { return true };
        let count = count as f64;
        match *key {
            "minimum" => number.is_none_or(|number| number >= limit),
            "maximum" => number.is_none_or(|number| number <= limit),
            "min_items" => !list || count >= limit,
            "max_items" => !list || count <= limit,
            "min_length" => list || count >= limit,
            "max_length" => list || count <= limit,
            _ => true,
        }
    })
}

fn is_deprecated(text: &str) -> bool {
    ["废弃", "弃用", "已下线", "即将下线", "不再维护", "已停用字段", "deprecated"]
        .iter()
        .any(|word| text.contains(word))
}

fn is_unusable(text: &str) -> bool {
    let text = unmarked(text);
    let about_itself = text.lines().next().unwrap_or_default();
    ["，请勿使用", "无效字段", "该字段无效", "无效参数", "此字段无效"]
        .iter()
        .any(|word| about_itself.contains(word))
}

/// The sibling that a deprecated field says to use.
fn replacement(text: &str, siblings: &[PageField]) -> Option<String> {
    let after =
        ["请使用", "推荐使用", "建议使用", "请用", "请参考"].iter().find_map(|word| text.split_once(word))?.1;
    let after = after.trim_start_matches(['`', '「', ' ']);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
    let name = after.get(..end)?;
    siblings.iter().find(|sibling| sibling.name == name).map(|sibling| sibling.name.clone())
}

/// Whether a name can stand in the schema.
fn is_wire_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.chars().all(|c| c.is_ascii_graphic() && !"{}[]:,#\"'\\`".contains(c))
}

fn is_identifier(name: &str) -> bool {
    crate::name::field(name).is_some()
}

/// A Rust name for a name that cannot be one.
fn rust_name(name: &str) -> String {
    let words: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    crate::name::field(words.trim_matches('_')).unwrap_or_else(|| "field".to_owned())
}
