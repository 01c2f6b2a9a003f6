//! A page as data: what its endpoint is called, takes, gives, needs and may answer.

use super::describe::{Description, PageScope, scopes};
use super::json::Shape;
use super::nest::{Flat, Placed, Template, Templates, nest, templates, words};
use super::page::{Page, Section};
use super::table::{Column, Row};
use super::text::{plain, unmarked};
use super::wire_type::WireType;

/// What a page says about one endpoint.
#[derive(Clone, Debug, Default)]
pub struct PageDoc {
    /// The page's title.
    pub title: String,
    /// Where the page was saved from.
    pub address: Option<String>,
    /// `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// The paragraphs below the title.
    pub about: Vec<String>,
    /// `GET`, in capitals.
    pub method: String,
    /// The whole address, with `:name` for parameters.
    pub url: String,
    /// As the page spells it: `1000 次/分钟、50 次/秒`.
    pub quota: Option<String>,
    /// `tenant`, `user`, `app`.
    pub tokens: Vec<&'static str>,
    /// `custom`, `store`.
    pub apps: Vec<&'static str>,
    /// Any one of these suffices.
    pub scopes: Vec<PageScope>,
    /// Without these some fields of the answer stay empty.
    pub field_scopes: Vec<PageScope>,
    /// Parameters in the path.
    pub path_params: Vec<PageField>,
    /// Parameters behind the `?`.
    pub query: Vec<PageField>,
    /// Fields of the body; `None` where the page has no such table.
    pub body: Option<Vec<PageField>>,
    /// Fields of the whole answer, its envelope among them.
    pub response: Vec<PageField>,
    /// What the example of the body has at the top, and what that of the answer has.
    pub seen: [Option<Shape>; 2],
    /// Lines below a table that look like a part of it, and rows without a name.
    pub unread: Vec<(usize, usize)>,
    /// What it may answer instead.
    pub errors: Vec<PageError>,
    /// The documented body, verbatim.
    pub request_example: Option<PageExample>,
    /// The documented answer, verbatim.
    pub response_example: Option<PageExample>,
}

/// A row of a table of fields, with the rows below it.
#[derive(Clone, Debug)]
pub struct PageField {
    /// Its name on the wire.
    pub name: String,
    /// Its type.
    pub ty: WireType,
    /// Whether the page has a column for it and says yes.
    pub required: bool,
    /// What the page says about it.
    pub about: Description,
    /// Fields of the object.
    pub fields: Vec<PageField>,
    /// Its place is not certain.
    pub unsure: bool,
    /// What the example has where this stands.
    pub seen: Option<Shape>,
    /// Offsets of its row.
    pub at: (usize, usize),
}

/// A row of the table of errors.
#[derive(Clone, Debug, PartialEq)]
pub struct PageError {
    /// HTTP status.
    pub status: Option<u16>,
    /// The body's code.
    pub code: i64,
    /// What it is.
    pub label: String,
    /// What to do.
    pub advice: String,
}

/// A documented example.
#[derive(Clone, Debug, PartialEq)]
pub struct PageExample {
    /// As it stands on the page.
    pub text: String,
    /// Offset of its first byte.
    pub start: usize,
}

impl PageDoc {
    /// Reads a page. Any text can be read; what is missing stays empty.
    pub(super) fn read(text: &str) -> Self {
        let page = Page::read(text);
        let mut doc = Self {
            title: page.title.map(unmarked).unwrap_or_default(),
            address: page.address.map(str::to_owned),
            revised: page.revised.and_then(date),
            about: page.about.iter().map(|line| (*line).to_owned()).collect(),
            request_example: example(&page, Section::BodyExample),
            response_example: example(&page, Section::ResponseExample),
            errors: page.rows(Section::Errors).filter_map(error).collect(),
            unread: page.unread.clone(),
            ..Self::default()
        };
        let sections = [Section::Path, Section::Query, Section::Body, Section::Response];
        for row in
            sections.into_iter().flat_map(|section| page.rows(section)).filter(|row| field(row).is_none())
        {
            doc.unread.push((row.start, row.end));
        }
        for row in page.rows(Section::Errors).filter(|row| error(row).is_none()) {
            doc.unread.push((row.start, row.end));
        }
        for row in page.rows(Section::Facts) {
            doc.fact(row);
        }
        for row in page.rows(Section::Headers) {
            if row.text(Column::Name).eq_ignore_ascii_case("authorization") {
                doc.tokens = tokens(row.lines(Column::Description));
            }
        }
        doc.path_params = Rows::read(&page, Section::Path, None).list();
        doc.query = Rows::read(&page, Section::Query, None).list();
        let body = Rows::read(&page, Section::Body, doc.request_example.as_ref());
        let response = Rows::read(&page, Section::Response, doc.response_example.as_ref());
        doc.seen = [body.shape.clone(), response.shape.clone()];
        let (body, response) = trees(body, response);
        doc.body = page.table(Section::Body).is_some().then_some(body);
        doc.response = response;
        doc
    }

    fn fact(&mut self, row: &Row<'_>) {
        let name = row.text(Column::Name).replace("&nbsp;", " ");
        let lines = row.lines(Column::Value);
        let first = lines.first().copied().unwrap_or_default();
        match name.trim() {
            "HTTP URL" => self.url = url(first),
            "HTTP Method" | "HTTP 方法" => self.method = unmarked(first).to_ascii_uppercase(),
            "接口频率限制" | "频率限制" | "Rate Limit" | "Rate limit" => {
                self.quota = Some(unmarked(first));
            }
            "支持的应用类型" | "Supported app types" => self.apps = apps(first),
            name if name.starts_with("字段权限要求") => {
                self.field_scopes = lines.iter().flat_map(|line| scopes(line)).collect();
            }
            name if name.starts_with("权限要求") => {
                self.scopes = lines.iter().flat_map(|line| scopes(line)).collect();
            }
            _ => {}
        }
    }
}

impl PageField {
    /// The sentence that says when the field must be there.
    pub fn condition(&self) -> Option<String> {
        super::condition::sentence(&self.about).filter(|_| !self.required)
    }
}

/// Rows that wait for their place.
struct Rows {
    fields: Vec<PageField>,
    shape: Option<Shape>,
    /// Where the page itself shows the places.
    shown: Option<Vec<Option<usize>>>,
}

impl Rows {
    fn read(page: &Page<'_>, section: Section, example: Option<&PageExample>) -> Self {
        let rows: Vec<(PageField, usize)> = page.rows(section).filter_map(field).collect();
        let depths: Vec<usize> = rows.iter().map(|(_, depth)| *depth).collect();
        let mut shape = example.and_then(|example| Shape::read(&example.text));
        if section == Section::Response && !rows.iter().any(|(field, _)| field.name == "data") {
            shape = shape.map(unwrapped);
        }
        let shown = depths.iter().any(|depth| *depth > 0).then(|| parents_of(&depths));
        Self { fields: rows.into_iter().map(|(field, _)| field).collect(), shape, shown }
    }

    fn flat(&self) -> Vec<Flat<'_>> {
        let flat = self.fields.iter().map(|field| Flat {
            name: &field.name,
            opens: field.ty.may_have_fields(),
            must_open: !field.ty.is_ambiguous(),
            type_name: field.ty.name(),
            list: field.ty.list > 0,
            words: words(field.about.text.first().map_or("", String::as_str)),
        });
        flat.collect()
    }

    fn place(&self, templates: &Templates) -> Vec<Placed> {
        match &self.shown {
            Some(parents) => parents.iter().map(|parent| Placed { parent: *parent, unsure: false }).collect(),
            None => nest(&self.flat(), self.shape.as_ref(), templates),
        }
    }

    /// Parameters, none of which is a field of another.
    fn list(self) -> Vec<PageField> {
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

/// Places the rows of a body and of an answer. What either example shows in full of a type is then held against
/// both, and rows that disagree are placed anew.
fn trees(body: Rows, response: Rows) -> (Vec<PageField>, Vec<PageField>) {
    let none = Templates::new();
    let mut places = [body.place(&none), response.place(&none)];
    let tables = [&body, &response];
    let known: Vec<Templates> = tables
        .iter()
        .zip(&places)
        .map(|(rows, placed)| templates(&rows.flat(), placed, rows.shape.as_ref()))
        .collect();
    for (at, (rows, placed)) in tables.iter().zip(&mut places).enumerate() {
        let mut templates = Templates::new();
        for (of, known) in known.iter().enumerate() {
            for (name, template) in known {
                let template = Template { same_table: of == at, ..template.clone() };
                if of == at {
                    templates.insert(name.clone(), template);
                } else {
                    templates.entry(name.clone()).or_insert(template);
                }
            }
        }
        if rows.shown.is_none() && disagrees(&rows.flat(), placed, &templates) {
            *placed = rows.place(&templates);
        }
    }
    let [of_body, of_response] = places;
    (body.tree(&of_body), response.tree(&of_response))
}

/// Whether some object has other fields than its type.
fn disagrees(rows: &[Flat<'_>], placed: &[Placed], templates: &Templates) -> bool {
    let mut fields: Vec<Vec<&str>> = vec![Vec::new(); rows.len()];
    for (row, placed) in rows.iter().zip(placed) {
        if let Some(fields) = placed.parent.and_then(|parent| fields.get_mut(parent)) {
            fields.push(row.name);
        }
    }
    rows.iter().zip(fields).any(|(row, fields)| {
        row.type_name.and_then(|name| templates.get(name)).is_some_and(|template| template.fields != fields)
    })
}

/// What an answer has at the top and in `data` together: some pages list the fields of `data` without it.
fn unwrapped(shape: Shape) -> Shape {
    let Shape::Object(mut keys) = shape else { return shape };
    let data = keys.iter().position(|(key, inner)| key == "data" && matches!(inner, Shape::Object(_)));
    if let Some((_, Shape::Object(inner))) = data.map(|at| keys.remove(at)) {
        keys.extend(inner);
    }
    Shape::Object(keys)
}

/// Parents from depths: the last row above that is less deep.
fn parents_of(depths: &[usize]) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut parents = Vec::with_capacity(depths.len());
    for (at, depth) in depths.iter().enumerate() {
        while open.last().is_some_and(|(_, above)| above >= depth) {
            open.pop();
        }
        parents.push(open.last().map(|(row, _)| *row));
        open.push((at, *depth));
    }
    parents
}

/// Hangs every row below its parent; parents come before their fields.
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

/// Notes what the example shows of each field.
fn look(fields: &mut [PageField], shape: Option<&Shape>) {
    for field in fields {
        field.seen = shape.and_then(|shape| shape.get(&field.name)).cloned();
        look(&mut field.fields, field.seen.as_ref());
    }
}

/// A row as a field, and its depth, which is 0 where the page does not show it.
fn field(row: &Row<'_>) -> Option<(PageField, usize)> {
    let cell = row.text(Column::Name);
    let depth = depth(cell);
    let name = plain(&cell.replace('`', ""));
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '└' | '∟' | '├' | '─' | '-'));
    let (name, marked) = match name.split_once(['（', '(', ' ']) {
        Some((name, mark)) => (name.trim(), mark.starts_with("必")),
        None => (name, false),
    };
    if name.is_empty() {
        return None;
    }
    let ty = WireType::read(row.text(Column::Type));
    let mut about = Description::read(row.lines(Column::Description), &ty);
    let given = |column| {
        Some(row.text(column)).filter(|text| !matches!(*text, "" | "-" | "\\-" | "无")).map(str::to_owned)
    };
    about.example = about.example.or_else(|| given(Column::Example));
    about.default = about.default.or_else(|| given(Column::Default));
    let required = marked
        || matches!(row.text(Column::Required), "是" | "必填" | "必须" | "true" | "True" | "Yes" | "yes");
    let field = PageField {
        name: name.to_owned(),
        ty,
        required,
        about,
        fields: Vec::new(),
        unsure: false,
        seen: None,
        at: (row.start, row.end),
    };
    Some((field, depth))
}

/// How deep a name says it is: `&nbsp;&nbsp;└ name` is 1, `∟name` is 1, `&emsp;∟name` is 2.
fn depth(cell: &str) -> usize {
    let Some(mark) = cell.find(['└', '∟', '├']) else { return 0 };
    let before = cell.get(..mark).unwrap_or_default();
    let blanks = before.matches("&nbsp;").count() + before.matches('\u{a0}').count();
    let wide = before.matches("&emsp;").count() + before.matches('\u{2003}').count();
    let marks = cell.matches(['└', '∟', '├']).count();
    if cell.contains('└') && blanks > 0 { blanks.div_ceil(2) } else { wide + blanks / 4 + marks }
}

fn example(page: &Page<'_>, section: Section) -> Option<PageExample> {
    let fences = page.examples.iter().filter(|(of, _)| *of == section).map(|(_, fence)| fence);
    let looks_right = |text: &str| text.trim_start().starts_with(['{', '[']);
    let fence = fences.clone().find(|fence| looks_right(fence.text))?;
    Some(PageExample { text: fence.text.to_owned(), start: fence.start })
}

fn error(row: &Row<'_>) -> Option<PageError> {
    let digits = |column| row.text(column).trim_matches(['`', ' ']).replace('\\', "");
    Some(PageError {
        status: digits(Column::Status).parse().ok(),
        code: digits(Column::Code).parse().ok()?,
        label: unmarked(&row.lines(Column::Description).join(" ")),
        advice: row.lines(Column::Advice).join("\n"),
    })
}

/// Milliseconds since 1970, or a date, as a date.
fn date(text: &str) -> Option<String> {
    if let Ok(ms) = text.parse::<i64>() {
        return Some(day(ms.div_euclid(86_400_000)));
    }
    let fits = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    fits.then(|| text.to_owned())
}

/// A day of the Gregorian calendar, counted from 1970; the years begin in March to put leap days last.
fn day(days: i64) -> String {
    let days = days.clamp(-719_468, 2_932_896) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn url(text: &str) -> String {
    let text = unmarked(&text.replace('ℴ', "&order"));
    let text = text.split_whitespace().next().unwrap_or_default();
    // An old page shows the query in its address.
    text.split(['?', '#']).next().unwrap_or_default().replace(['{', '<'], ":").replace(['}', '>'], "")
}

fn apps(text: &str) -> Vec<&'static str> {
    let mut apps = Vec::new();
    if ["自建应用", "Custom App", "custom"].iter().any(|word| text.contains(word)) {
        apps.push("custom");
    }
    if ["商店应用", "Store App", "isv"].iter().any(|word| text.contains(word)) {
        apps.push("store");
    }
    apps
}

fn tokens(lines: &[&str]) -> Vec<&'static str> {
    let before: Vec<&str> = lines.iter().take_while(|line| !line.contains("值格式")).copied().collect();
    let text = before.join(" ");
    let kinds =
        [("tenant_access_token", "tenant"), ("user_access_token", "user"), ("app_access_token", "app")];
    kinds.iter().filter(|(word, _)| text.contains(word)).map(|(_, kind)| *kind).collect()
}
