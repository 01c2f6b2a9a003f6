//! Markdown → the parts of a page: its facts, tables and examples, each with its place.
//!
//! Pages are saved in three ways, which the importer recognises by their text:
//! line breaks in a cell are two blanks at the end of a line, `<br>`, or both lost and rows enclosed in pipes.

use std::collections::BTreeSet;

use super::line::{Line, lines};
use super::portal::{self, Identity};
use super::table::{Column, Piece, Row, Table, Way, is_separator, read_table};
use super::text::bare;

/// Signs before the name of a field that is inside of another.
pub(super) const MARKS: [char; 3] = ['└', '∟', '├'];

/// The section that a heading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// Before the first known heading, and below an unknown one.
    Prose,
    /// Address, method, quota, scopes.
    Facts,
    Headers,
    Path,
    Query,
    Body,
    BodyExample,
    Response,
    ResponseExample,
    Errors,
}

impl Section {
    fn is_of_examples(self) -> bool {
        matches!(self, Self::BodyExample | Self::ResponseExample)
    }
}

/// A block of code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    /// It is the text of an element, so that `&amp;` is an `&`.
    pub(super) of_element: bool,
}

/// A page, cut into its parts.
#[derive(Debug, Default)]
pub(super) struct Page<'t> {
    pub(super) title: Option<&'t str>,
    /// Where it was saved from: an address, or the path that follows `/document`.
    pub(super) address: Option<&'t str>,
    /// As on the page: a date, or milliseconds since 1970.
    pub(super) revised: Option<&'t str>,
    /// The portal's name of the operation.
    pub(super) identity: Option<Identity>,
    /// The first lines of text below the title.
    pub(super) about: Vec<&'t str>,
    pub(super) tables: Vec<(Section, Table<'t>)>,
    pub(super) examples: Vec<(Section, Fence<'t>)>,
    /// Lines that look like rows and follow no table.
    pub(super) unread: Vec<(usize, usize)>,
    /// Further tables of fields below one heading, which do not continue the first: from the first row to the last.
    pub(super) beside: Vec<(usize, usize)>,
    /// It has tables of the portal's elements.
    of_portal: bool,
    /// According to the part about the answer, it is a file.
    pub(super) answers_file: bool,
}

impl<'t> Page<'t> {
    /// Cuts a page up. Any text is a page, though perhaps an empty one.
    pub(super) fn read(text: &'t str) -> Self {
        let lines = lines(text);
        let mut page = Self::default();
        let mut rest = page.front_matter(&lines);
        let mut section = Section::Prose;
        let mut part = Section::Prose;
        let mut depth = 0;
        let way = Way::of(&lines);
        while let Some((line, after)) = rest.split_first() {
            let trimmed = line.text.trim();
            if let Some(heading) = heading(trimmed) {
                let next = page.heading(heading, trimmed, part);
                // Headings that divide a section of examples are no end of it.
                let divides = heading > depth && next.0 == Section::Prose && section.is_of_examples();
                if !divides {
                    (depth, (section, part)) = (heading, next);
                }
                rest = after;
            } else if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
                rest = page.fence(text, section, trimmed, after);
            } else if portal::begins_table(trimmed) {
                rest = page.portal_table(text, section, *line, after);
            } else if let Some(end) =
                ELEMENTS.iter().find_map(|(open, end)| trimmed.starts_with(open).then_some(*end))
            {
                rest = page.element(text, section, *line, end, after);
            } else if trimmed.starts_with(":::") {
                rest = after;
            } else if trimmed.contains('|') && after.first().is_some_and(|next| is_separator(next.text)) {
                let (table, left) = read_table(*line, after, way);
                if section != Section::Prose {
                    page.unread.extend(&table.unread);
                }
                page.add(section, table);
                rest = left;
            } else {
                if section != Section::Prose && trimmed.matches(" | ").count() > 1 {
                    page.unread.push((line.start, line.start + line.text.trim_end().len()));
                }
                page.answers_file |= part == Section::Response && says_file(trimmed);
                page.prose(section, trimmed);
                rest = after;
            }
        }
        page
    }

    /// Adds a table. Below a heading of fields the first table has the fields; another one continues it if it has the same
    /// columns and other names, and describes something else if not.
    fn add(&mut self, section: Section, table: Table<'t>) {
        let of_fields = matches!(section, Section::Path | Section::Query | Section::Body | Section::Response);
        let first = self.table(section).filter(|first| of_fields && first.columns.contains(&Column::Name));
        let Some(first) = first else { return self.tables.push((section, table)) };
        let names: BTreeSet<&str> = self.rows(section).map(|row| row.text(Column::Name)).collect();
        let again = || table.rows.iter().any(|row| names.contains(row.text(Column::Name)));
        if first.columns == table.columns && !again() {
            self.tables.push((section, table));
        } else if let (Some(from), Some(to)) = (table.rows.first(), table.rows.last()) {
            self.beside.push((from.start, to.end));
        }
    }

    /// Whether the page's official tables show nesting, so that a table without marks has none. Rows enclosed in pipes alone
    /// are no proof: editors add pipes.
    pub(super) fn shows_nesting(&self) -> bool {
        let of_fields = |section| !matches!(section, Section::Prose | Section::Facts | Section::Errors);
        let rows = || self.tables.iter().filter(|(of, _)| of_fields(*of)).flat_map(|(_, table)| &table.rows);
        let enclosed = self.table(Section::Facts).is_some_and(|facts| facts.enclosed);
        let marked = |row: &Row<'_>| row.text(Column::Name).contains(MARKS);
        self.of_portal || enclosed && rows().any(marked)
    }

    /// Reads a table of the portal, which ends before the next heading or block at the latest.
    fn portal_table<'a>(
        &mut self,
        text: &'t str,
        section: Section,
        line: Line<'t>,
        after: &'a [Line<'t>],
    ) -> &'a [Line<'t>] {
        let bound = after.iter().find(|line| line.text.trim_end() == ":::" || line.text.starts_with("## "));
        let bound = bound.map_or(text.len(), |line| line.start);
        let (table, end) = portal::read_table(text, line.start, bound);
        self.unread.extend(
            table.rows.iter().flat_map(|row| &row.cells).flat_map(|(_, pieces)| pieces).filter_map(|piece| {
                match piece {
                    Piece::Unknown(start, end) => Some((*start, *end)),
                    _ => None,
                }
            }),
        );
        self.of_portal = true;
        self.add(section, table);
        behind(after, end)
    }

    /// Reads an element of the portal between paragraphs: an example, or something that is left out.
    fn element<'a>(
        &mut self,
        text: &'t str,
        section: Section,
        line: Line<'t>,
        end: &str,
        after: &'a [Line<'t>],
    ) -> &'a [Line<'t>] {
        let from = line.start;
        let open = text.get(from..).and_then(|rest| rest.find('>')).map_or(text.len(), |at| from + at + 1);
        let close = text.get(open..).and_then(|rest| rest.find(end)).map_or(text.len(), |at| open + at);
        let content = text.get(open..close).unwrap_or_default();
        if end == "</md-code-json>" {
            self.examples.push((example_of(section), Fence { text: content, start: open, of_element: true }));
        } else if end == "</md-alert>" {
            content.lines().for_each(|line| self.prose(section, line.trim()));
        }
        behind(after, close + end.len())
    }

    /// The first table of a section.
    pub(super) fn table(&self, section: Section) -> Option<&Table<'t>> {
        self.tables.iter().find(|(of, _)| *of == section).map(|(_, table)| table)
    }

    /// The rows of every table of a section.
    pub(super) fn rows(&self, section: Section) -> impl Iterator<Item = &Row<'t>> {
        self.tables.iter().filter(move |(of, _)| *of == section).flat_map(|(_, table)| &table.rows)
    }

    /// The examples of a body or an answer.
    pub(super) fn examples_of(&self, section: Section) -> impl Iterator<Item = &'t str> {
        let section = example_of(section);
        self.examples.iter().filter(move |(of, _)| *of == section).map(|(_, fence)| fence.text)
    }

    fn front_matter<'a>(&mut self, lines: &'a [Line<'t>]) -> &'a [Line<'t>] {
        let Some((first, inside)) = lines.split_first() else { return lines };
        if first.text.trim() != "---" {
            return lines;
        }
        let Some(end) = inside.iter().position(|line| line.text.trim() == "---") else { return lines };
        for line in inside.iter().take(end) {
            let Some((key, value)) = line.text.split_once(':') else { continue };
            let value = value.trim().trim_matches('"');
            match key.trim() {
                "title" => self.title = Some(value),
                "source_url" | "fullPath" | "url" => self.address = Some(value),
                "last_remote_update" | "updateTime" => self.revised = Some(value),
                _ => {}
            }
        }
        inside.get(end + 1..).unwrap_or_default()
    }

    /// The section that a heading begins, and whether we are in the request's part or the response's.
    fn heading(&mut self, level: usize, line: &'t str, part: Section) -> (Section, Section) {
        let name = line.trim_start_matches('#').trim();
        let name = name.split(" {#").next().unwrap_or(name).trim_end_matches(['#', '：', ':', ' ']);
        if level == 1 {
            self.title = self.title.or(Some(name));
            return (Section::Prose, Section::Prose);
        }
        let section = section(name, part);
        let part = match section {
            Section::Facts => Section::Facts,
            Section::Response => Section::Response,
            _ => part,
        };
        (section, part)
    }

    fn fence<'a>(
        &mut self,
        text: &'t str,
        section: Section,
        mark: &str,
        after: &'a [Line<'t>],
    ) -> &'a [Line<'t>] {
        let mark = mark.get(..3).unwrap_or_default();
        let closes = |line: &str| {
            let line = line.trim();
            line.starts_with(mark) && line.trim_start_matches(['`', '~']).is_empty()
        };
        // A block that nobody closed ends where the next heading begins.
        let end = after.iter().position(|line| closes(line.text) || line.text.starts_with("## "));
        let end = end.unwrap_or(after.len());
        let start = after.first().map_or(text.len(), |line| line.start);
        let stop = after.get(end).map_or(text.len(), |line| line.start);
        let text = text.get(start..stop).unwrap_or_default();
        let fence = Fence { text, start, of_element: false };
        self.examples.push((example_of(section), fence));
        let closed = after.get(end).is_some_and(|line| closes(line.text));
        after.get(if closed { end + 1 } else { end }..).unwrap_or_default()
    }

    fn prose(&mut self, section: Section, line: &'t str) {
        if section != Section::Prose || line.is_empty() || line == "---" {
            return;
        }
        if let Some(address) = line.strip_prefix("> Source:") {
            self.address = self.address.or(Some(address.trim()));
        } else if let Some(date) = line.strip_prefix("最后更新于") {
            self.revised = self.revised.or(Some(date.trim()));
        } else if self.tables.is_empty() {
            match portal::identity(line) {
                Some((identity, (start, end))) => {
                    self.identity = self.identity.take().or(Some(identity));
                    let texts = [line.get(..start), line.get(end..)];
                    self.about
                        .extend(texts.into_iter().flatten().map(str::trim).filter(|text| !text.is_empty()));
                }
                None => self.about.push(line),
            }
        }
    }
}

/// Elements of the portal between paragraphs, and how they end.
const ELEMENTS: [(&str, &str); 3] = [
    ("<md-code-json", "</md-code-json>"),
    ("<md-code-tabs", "</md-code-tabs>"),
    ("<md-alert", "</md-alert>"),
];

/// Whether, according to a line, the answer is the bytes of a file.
fn says_file(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["二进制", "文件流", "binary", "file stream"].iter().any(|word| line.contains(word))
}

/// The lines that begin behind an offset.
fn behind<'a, 't>(lines: &'a [Line<'t>], offset: usize) -> &'a [Line<'t>] {
    lines.get(lines.partition_point(|line| line.start < offset)..).unwrap_or_default()
}

/// The part that an example belongs to if it is in another part.
fn example_of(section: Section) -> Section {
    match section {
        Section::Body => Section::BodyExample,
        Section::Response => Section::ResponseExample,
        other => other,
    }
}

/// The level of a heading.
fn heading(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let follows = line.as_bytes().get(level);
    ((1..=6).contains(&level) && follows.is_none_or(u8::is_ascii_whitespace)).then_some(level)
}

/// The section of a heading, in the words of old pages and new ones.
fn section(name: &str, part: Section) -> Section {
    if let Some(section) = super::event::section(name) {
        return section;
    }
    let lower = bare(name).to_ascii_lowercase();
    let name = lower.as_str();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is = |words: &[&str]| words.contains(&name);
    let example = has(&["示例", "样例", "example", "sample"]);
    let in_response = part == Section::Response;
    if has(&["错误码", "error code"]) || is(&["errors"]) {
        Section::Errors
    } else if has(&["请求头", "request header"]) || is(&["headers"]) {
        Section::Headers
    } else if has(&["路径参数", "path param", "path 参数"]) || is(&["path"]) {
        Section::Path
    } else if has(&["查询参数", "query param", "query 参数", "url 参数"]) || is(&["query"]) {
        Section::Query
    } else if has(&[
        "响应体",
        "返回体",
        "返回参数",
        "响应参数",
        "返回值",
        "返回结果",
        "返回数据",
        "response body",
    ]) || in_response && example
    {
        if example { Section::ResponseExample } else { Section::Response }
    } else if example && has(&["返回", "响应", "response"]) {
        Section::ResponseExample
    } else if has(&["请求体", "请求参数", "request body", "body 参数", "body param"])
        || is(&["body"])
        || example && (part == Section::Facts || has(&["请求", "request", "body"]))
    {
        if example { Section::BodyExample } else { Section::Body }
    } else if is(&["请求", "request", "基本信息", "接口信息", "请求说明"]) {
        Section::Facts
    } else if is(&["响应", "返回", "response", "返回说明", "响应说明"]) {
        Section::Response
    } else {
        Section::Prose
    }
}
