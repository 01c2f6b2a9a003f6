//! A page as data: the endpoint's name, request, answer, requirements and errors.

use std::borrow::Cow;

use super::foreign::Foreign;
use super::json::Shape;
use super::nest::Templates;
use super::page::{Page, Section};
use super::portal::Identity;
use super::repair::json_of;
use super::rows::{Rows, Trees, is_field, trees};
use super::scope::{PageScope, scopes};
use super::table::{Column, Piece, Row};
use super::text::{bare, unescaped, unmarked};
use super::wire_type::{WireBase, WireType};

pub use super::rows::PageField;

/// The contents of a page about one endpoint.
#[derive(Clone, Debug, Default)]
pub struct PageDoc {
    /// The page's title.
    pub title: String,
    /// Where the page was saved from.
    pub address: Option<String>,
    /// The portal's name of the operation.
    pub identity: Option<Identity>,
    /// `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// The paragraphs below the title.
    pub about: Vec<String>,
    /// `GET`, in capitals.
    pub method: String,
    /// The whole address, with `:name` for parameters.
    pub url: String,
    /// The type of the event, if the page describes one instead of an endpoint.
    pub event_type: Option<String>,
    /// In the spelling of the page: `1000 次/分钟、50 次/秒`.
    pub quota: Option<String>,
    /// `tenant`, `user`, `app`.
    pub tokens: Vec<&'static str>,
    /// `custom`, `store`.
    pub apps: Vec<&'static str>,
    /// Scopes, one of which suffices.
    pub scopes: Vec<PageScope>,
    /// Scopes without which some fields of the answer are empty.
    pub field_scopes: Vec<PageScope>,
    /// Parameters in the path.
    pub path_params: Vec<PageField>,
    /// Query parameters.
    pub query: Vec<PageField>,
    /// Headers besides those that every request has.
    pub headers: Vec<PageField>,
    /// Fields of the body; `None` if the page has no such table.
    pub body: Option<Vec<PageField>>,
    /// Fields of the whole answer, including its envelope.
    pub response: Vec<PageField>,
    /// Whether the answer is a file: the page mentions it and shows neither fields nor an example.
    pub answers_file: bool,
    /// Whether the table of the answer lists the fields of `data` without `data`, which the example has.
    pub unwrapped: bool,
    /// The top-level keys of the body's example, and of the answer's.
    pub seen: [Option<Shape>; 2],
    /// Lines below a table that look like a part of it, and rows without a name.
    pub unread: Vec<(usize, usize)>,
    /// Further tables below a heading of fields that are not about these fields.
    pub(super) beside: Vec<(usize, usize)>,
    /// Whether the page itself shows the nesting of the body and of the answer.
    pub(super) shown: [bool; 2],
    /// How likely the nesting is otherwise.
    pub(super) weight: i32,
    /// The kind of the text, if it is not the page of an endpoint.
    pub(super) foreign: Option<Foreign>,
    /// Where the page begins to describe another endpoint.
    pub(super) second: Option<(usize, usize)>,
    /// Its error codes.
    pub errors: Vec<PageError>,
    /// The documented body, verbatim.
    pub request_example: Option<PageExample>,
    /// The documented answer, verbatim.
    pub response_example: Option<PageExample>,
}

/// A row of the table of errors.
#[derive(Clone, Debug, PartialEq)]
pub struct PageError {
    /// HTTP status.
    pub status: Option<u16>,
    /// The body's code.
    pub code: i64,
    /// The description.
    pub label: String,
    /// The advice.
    pub advice: String,
}

/// A documented example.
#[derive(Clone, Debug, PartialEq)]
pub struct PageExample {
    /// As on the page.
    pub text: String,
    /// Offset of its first byte.
    pub start: usize,
}

impl PageExample {
    fn text(&self) -> &str {
        &self.text
    }

    /// The example as JSON, and whether it had to be repaired for that; `None` if it cannot be.
    pub fn json(&self) -> Option<(String, bool)> {
        let json = json_of(&self.text)?;
        let is_repaired = matches!(json, Cow::Owned(_));
        Some((json.into_owned(), is_repaired))
    }
}

impl PageDoc {
    /// Reads a page. Any text can be read; missing parts stay empty.
    pub(super) fn read(text: &str) -> Self {
        Self::read_with(text, &Templates::default())
    }

    /// Reads a page, with some types known from elsewhere.
    pub(super) fn read_with(text: &str, known: &Templates) -> Self {
        let page = Page::read(text);
        let mut doc = Self {
            title: page.title.map(unmarked).unwrap_or_default(),
            address: page.address.map(str::to_owned),
            identity: page.identity.clone(),
            revised: page.revised.and_then(date),
            about: page.about.iter().map(|line| (*line).to_owned()).collect(),
            request_example: example(&page, Section::BodyExample),
            response_example: example(&page, Section::ResponseExample),
            errors: page.rows(Section::Errors).filter_map(error).collect(),
            unread: page.unread.clone(),
            beside: page.beside.clone(),
            ..Self::default()
        };
        let sections = [Section::Path, Section::Query, Section::Body, Section::Response];
        let rows = sections.into_iter().flat_map(|section| page.rows(section));
        doc.unread.extend(rows.filter(|row| !is_field(row)).map(|row| (row.start, row.end)));
        for row in page.rows(Section::Errors).filter(|row| error(row).is_none()) {
            doc.unread.push((row.start, row.end));
        }
        for row in page.rows(Section::Facts) {
            doc.fact(row);
        }
        if doc.url.is_empty() || doc.method.is_empty() {
            doc.foreign = Some(Foreign::of(text));
        }
        for row in page.rows(Section::Headers) {
            if bare(row.text(Column::Name)).eq_ignore_ascii_case("authorization") {
                doc.tokens = tokens(row.pieces(Column::Description));
            }
        }
        let form = is_form(&page);
        doc.path_params = Rows::read(&page, Section::Path, None).list();
        doc.query = Rows::read(&page, Section::Query, None).list();
        doc.headers = Rows::read(&page, Section::Headers, None).list();
        let of_every_request = ["authorization", "content-type", "host", "accept"];
        doc.headers.retain(|row| !of_every_request.contains(&row.name.to_ascii_lowercase().as_str()));
        let mut body = Rows::read(&page, Section::Body, doc.request_example.as_ref().map(PageExample::text));
        let mut response =
            Rows::read(&page, Section::Response, doc.response_example.as_ref().map(PageExample::text));
        response.without_files();
        if !form {
            body.without_files();
        }
        doc.unwrapped = response.unwrapped;
        doc.seen = [body.shape.clone(), response.shape.clone()];
        doc.shown = [body.is_shown(), response.is_shown()];
        let Trees { body, response, weight } = trees(body, response, known);
        doc.weight = weight;
        doc.body = page.table(Section::Body).is_some().then_some(body);
        doc.answers_file = page.answers_file && response.is_empty() && doc.response_example.is_none();
        doc.response = response;
        if form && let Some(body) = &mut doc.body {
            in_order(body, &parts(&page));
        }
        doc
    }

    fn fact(&mut self, row: &Row<'_>) {
        let name = bare(row.text(Column::Name));
        let pieces = row.pieces(Column::Value);
        let first = row.text(Column::Value);
        match name.as_str() {
            "HTTP URL" | "URL" | "请求地址" | "请求 URL" | "接口地址" if self.url.is_empty() => {
                self.url = url(first);
            }
            "HTTP URL" | "URL" | "请求地址" | "请求 URL" | "接口地址" if url(first) != self.url => {
                self.second = Some((row.start, row.end));
            }
            "HTTP Method" | "HTTP 方法" | "HTTP method" | "Method" | "请求方式" | "请求方法" => {
                self.method = unmarked(first).to_ascii_uppercase();
            }
            "事件类型" | "Event type" => {
                self.event_type = Some(unmarked(first)).filter(|text| !text.is_empty());
            }
            "接口频率限制" | "频率限制" | "Rate Limit" | "Rate limit" => {
                self.quota = Some(unmarked(first));
            }
            "支持的应用类型" | "Supported app types" => {
                self.apps = apps(pieces);
                self.misread(row, self.apps.is_empty());
            }
            name if name.starts_with("字段权限要求") || name.starts_with("Required field") => {
                self.field_scopes = pieces.iter().flat_map(scopes_of).collect();
                self.misread(row, self.field_scopes.is_empty());
            }
            name if name.starts_with("权限要求") || name.starts_with("Required scope") => {
                self.scopes = pieces.iter().flat_map(scopes_of).collect();
                self.misread(row, self.scopes.is_empty());
            }
            _ => {}
        }
    }

    /// Reports a fact whose cell has a text, of which nothing could be read.
    fn misread(&mut self, row: &Row<'_>, is_nothing: bool) {
        let text = unmarked(row.text(Column::Value));
        let text = text.trim_start_matches("注意事项").trim_start_matches(['：', ':']).trim();
        let says_none = ["无", "不需要", "None", "-", "\\-"].iter().any(|word| text.starts_with(word));
        if is_nothing && !text.is_empty() && !says_none {
            self.unread.push((row.start, row.end));
        }
    }
}

impl PageDoc {
    /// Whether the page itself shows the nesting of all its tables.
    pub(super) fn is_shown(&self) -> bool {
        self.shown == [true; 2]
    }

    /// Whether a place on the page is uncertain, so that other pages may help.
    pub(super) fn is_unsure(&self) -> bool {
        fn unsure(fields: &[PageField]) -> bool {
            fields.iter().any(|field| field.unsure || unsure(&field.fields))
        }
        unsure(self.body.as_deref().unwrap_or_default()) || unsure(&self.response)
    }

    /// Whether an object of a known type has other fields here.
    pub(super) fn contradicts(&self, templates: &Templates) -> bool {
        fn contradicts(fields: &[PageField], templates: &Templates) -> bool {
            fields.iter().any(|field| {
                let known = field.ty.name().and_then(|name| templates.whole.get(name));
                let names = field.fields.iter().map(|inner| &inner.name);
                let shown = field.ty.name().and_then(|name| templates.shown.get(name));
                let lacks = |shown: &Shape| field.fields.iter().any(|inner| shown.get(&inner.name).is_none());
                known.is_some_and(|known| !names.eq(&known.fields))
                    || shown.is_some_and(lacks)
                    || contradicts(&field.fields, templates)
            })
        }
        let tables = [self.body.as_deref().unwrap_or_default(), &self.response];
        tables.into_iter().zip(self.shown).any(|(fields, shown)| !shown && contradicts(fields, templates))
    }
}

/// Whether the body is a form: its header is the form type, or absent while the table has a file.
fn is_form(page: &Page<'_>) -> bool {
    let header = page
        .rows(Section::Headers)
        .find(|row| bare(row.text(Column::Name)).eq_ignore_ascii_case("content-type"));
    match header {
        Some(row) => row
            .lines(Column::Description)
            .chain([row.text(Column::Example)])
            .any(|line| line.contains("multipart")),
        None => page.rows(Section::Body).any(|row| {
            let ty = WireType::read(row.text(Column::Type));
            ty.base == WireBase::File && ty.list == 0
        }),
    }
}

/// The names of the parts in the example of a form, in order.
fn parts<'t>(page: &Page<'t>) -> Vec<&'t str> {
    let name = |line: &'t str| {
        let (_, rest) = line.split_once("form-data;")?.1.split_once(" name=\"")?;
        rest.split_once('"').map(|(name, _)| name)
    };
    let fences = page.examples.iter().filter(|(of, _)| *of == Section::BodyExample);
    let of_each = fences.map(|(_, fence)| fence.text.lines().filter_map(name).collect::<Vec<_>>());
    of_each.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
}

/// Sorts the fields of a form by its example, if that has all of them.
fn in_order(fields: &mut [PageField], names: &[&str]) {
    let place = |field: &PageField| names.iter().position(|name| *name == field.name);
    if fields.iter().all(|field| place(field).is_some()) {
        fields.sort_by_key(|field| place(field));
    }
}

fn example(page: &Page<'_>, section: Section) -> Option<PageExample> {
    let fences = page.examples.iter().filter(|(of, _)| *of == section).map(|(_, fence)| fence);
    let looks_right = |text: &str| text.trim_start().starts_with(['{', '[']);
    let fence = fences.clone().find(|fence| looks_right(fence.text))?;
    let text = if fence.of_element { unescaped(fence.text) } else { fence.text.to_owned() };
    Some(PageExample { text, start: fence.start })
}

fn error(row: &Row<'_>) -> Option<PageError> {
    let digits = |column| row.text(column).trim_matches(['`', ' ']).replace('\\', "");
    Some(PageError {
        status: digits(Column::Status).parse().ok(),
        code: digits(Column::Code).parse().ok()?,
        label: unmarked(&joined(row, Column::Description, " ")),
        advice: joined(row, Column::Advice, "\n"),
    })
}

/// Milliseconds since 1970, or a date, as a date.
pub(super) fn date(text: &str) -> Option<String> {
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

fn joined(row: &Row<'_>, column: Column, between: &str) -> String {
    row.lines(column).collect::<Vec<_>>().join(between)
}

fn scopes_of(piece: &Piece<'_>) -> Vec<PageScope> {
    match piece {
        Piece::Line(line) => scopes(line),
        Piece::Scope(name, label) => vec![PageScope::new(name, label)],
        _ => Vec::new(),
    }
}

fn apps(pieces: &[Piece<'_>]) -> Vec<&'static str> {
    let text = pieces.iter().find_map(|piece| match piece {
        Piece::Apps(text) | Piece::Line(text) => Some(*text),
        _ => None,
    });
    let text = text.unwrap_or_default();
    let mut apps = Vec::new();
    let text = text.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let all = any(&["所有应用", "全部应用", "all apps"]);
    if all || any(&["自建应用", "custom"]) {
        apps.push("custom");
    }
    if all || any(&["商店应用", "store app", "isv"]) {
        apps.push("store");
    }
    apps
}

/// The kinds of tokens in the header's row, before the spelling of a token.
fn tokens(pieces: &[Piece<'_>]) -> Vec<&'static str> {
    const KINDS: [(&str, &str); 3] =
        [("tenant_access_token", "tenant"), ("user_access_token", "user"), ("app_access_token", "app")];
    let said = |token: &str| pieces.contains(&Piece::Token(token));
    let explicit: Vec<&str> = KINDS.iter().map(|(_, kind)| *kind).filter(|kind| said(kind)).collect();
    if !explicit.is_empty() {
        return explicit;
    }
    let mut text = String::new();
    for line in pieces.iter().filter_map(Piece::line) {
        let end = ["值格式", "示例值", "Value format", "Format", "Example"]
            .iter()
            .filter_map(|word| line.find(word))
            .min();
        text.push_str(end.and_then(|end| line.get(..end)).unwrap_or(line));
        text.push(' ');
        if end.is_some() {
            break;
        }
    }
    KINDS.iter().filter(|(word, _)| text.contains(word)).map(|(_, kind)| *kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(fields: &[PageField]) -> String {
        let field = |field: &PageField| match field.fields.as_slice() {
            [] => field.name.clone(),
            inner => format!("{}({})", field.name, outline(inner)),
        };
        fields.iter().map(field).collect::<Vec<_>>().join(" ")
    }

    fn read(body: &str, response: &str) -> PageDoc {
        let page = format!(
            "# A\n\n## 请求\n\n| 项目 | 值 |\n| --- | --- |\n| HTTP URL | /a |\n| HTTP Method | POST |\n\n\
             ### 请求体\n\n{body}\n\n## 响应\n\n### 响应体\n\n{response}\n"
        );
        PageDoc::read(&page)
    }

    const SHOWN: &str = "| 名称 | 类型 | 描述 |\n| --- | --- | --- |\n| data | object | |\n| &emsp;order | order | |\n\
                         | &emsp;&emsp;∟ id<br>&emsp;&emsp;∟ union_id | string | |\n| state | string | |";

    #[test]
    fn marks_and_blanks_show_depth_and_a_cell_may_have_two_names() {
        assert_eq!(outline(&read("", SHOWN).response), "data(order(id union_id) state)");
    }

    #[test]
    fn a_table_without_marks_is_flat_on_a_page_that_has_marks() {
        let body = "| 名称 | 类型 |\n| --- | --- |\n| content | object |\n| card | object |\n| ids | list |";
        assert_eq!(outline(&read(body, SHOWN).body.unwrap()), "content card ids");
    }

    #[test]
    fn facts_are_read_however_they_are_written_or_reported() {
        let page = |facts: &str| {
            let address = "https://open.feishu.cn/open-apis/zoo/v1/animals";
            PageDoc::read(&format!(
                "# 动物\n\n## 请求\n名称 | 值\n---|---\nHTTP URL | {address}\nHTTP Method | GET\n{facts}\n"
            ))
        };
        for scopes in
            ["`zoo:animal` 查看动物", "查看动物(zoo:animal)", "zoo:animal 查看动物", "[查看动物](zoo:animal)"]
        {
            let doc = page(&format!("权限要求 | {scopes}"));
            assert_eq!(doc.scopes, [PageScope::new("zoo:animal", "查看动物")], "{scopes}");
            assert!(doc.unread.is_empty());
        }
        for (apps, read) in
            [("ISV", &["store"][..]), ("所有应用", &["custom", "store"]), ("自建应用", &["custom"])]
        {
            assert_eq!(page(&format!("支持的应用类型 | {apps}")).apps, read, "{apps}");
        }
        assert!(page("权限要求 | 无").unread.is_empty());
        for header in [
            "| | |\n|---|---|\n| HTTP URL | https://a.example/b |",
            "| HTTP URL | https://a.example/b |\n|---|---|",
        ] {
            let doc = PageDoc::read(&format!("# 动物\n\n## 请求\n{header}\n| HTTP Method | GET |\n"));
            assert_eq!((doc.method.as_str(), doc.url.as_str()), ("GET", "https://a.example/b"), "{header}");
        }
        for odd in ["权限要求 | 查看动物", "支持的应用类型 | 小程序"] {
            assert_eq!(page(odd).unread.len(), 1, "{odd}");
        }
    }

    #[test]
    fn another_table_continues_the_first_or_is_named() {
        let body = "| 名称 | 类型 |\n| --- | --- |\n| a | string |\n\nB\n\n| 名称 | 类型 |\n| --- | --- |\n| b | string |\n\n\
                    C\n\n| 名称 | 类型 |\n| --- | --- |\n| a | string |\n| c | string |\n\n\
                    D\n\n| 名称 | 描述 |\n| --- | --- |\n| d | D |";
        let doc = read(body, SHOWN);
        assert_eq!(outline(&doc.body.unwrap()), "a b");
        assert_eq!(doc.beside.len(), 2);
    }

    #[test]
    fn all_examples_of_a_section_show_nesting() {
        let body = "名称 | 类型\n--- | ---\nkind | string\ncontent | object\ncard | object\nids | list\n\
                    rules | rule\\[\\]\nlevel | int\nlimits | map<string, int>\n\n### 请求体示例\n\n#### A\n```json\n\
                    {\"kind\": \"a\", \"content\": {\"x\": 1}, \"ids\": []}\n```\n#### B\n```json\n\
                    {\"kind\": \"b\", \"card\": {\"y\": 1}, \"rules\": [{\"level\": 1}], \"limits\": {\"z\": 1}}\n```";
        let response = "名称 | 类型\n--- | ---\ncode | int";
        let body = read(body, response).body.unwrap();
        assert_eq!(outline(&body), "kind content card ids rules(level) limits");
    }
}
