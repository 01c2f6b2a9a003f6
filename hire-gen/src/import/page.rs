//! Markdown → the parts of a page: its facts, tables and examples, each with its place.
//!
//! Three ways of saving a page are in use and can be told apart by what they look like, so nobody has to name one:
//! line breaks in a cell are two blanks at the end of a line, `<br>`, or both lost and rows enclosed in pipes.

use super::table::{Row, Table, is_separator, read_table};

/// A line of a page without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Offset of its first byte.
    pub(super) start: usize,
}

/// What a heading stands above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// Before the first heading we know, and below one we do not.
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

/// A block of code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
}

/// A page, cut into its parts.
#[derive(Debug, Default)]
pub(super) struct Page<'t> {
    pub(super) title: Option<&'t str>,
    /// Where it was saved from: an address, or the path that follows `/document`.
    pub(super) address: Option<&'t str>,
    /// As it stands on the page: a date, or milliseconds since 1970.
    pub(super) revised: Option<&'t str>,
    /// The first lines of text below the title.
    pub(super) about: Vec<&'t str>,
    pub(super) tables: Vec<(Section, Table<'t>)>,
    pub(super) examples: Vec<(Section, Fence<'t>)>,
    /// Lines that look like rows and follow no table.
    pub(super) unread: Vec<(usize, usize)>,
}

impl<'t> Page<'t> {
    /// Cuts a page up. Any text is a page, though perhaps an empty one.
    pub(super) fn read(text: &'t str) -> Self {
        let lines = lines(text);
        let mut page = Self::default();
        let mut rest = page.front_matter(&lines);
        let mut section = Section::Prose;
        let mut part = Section::Prose;
        // Where no line ends in two blanks, an editor has taken them away.
        let breaks = lines.iter().any(|line| is_broken(line.text));
        while let Some((line, after)) = rest.split_first() {
            let trimmed = line.text.trim();
            if let Some(heading) = heading(trimmed) {
                (section, part) = page.heading(heading, trimmed, part);
                rest = after;
            } else if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
                rest = page.fence(text, section, trimmed, after);
            } else if trimmed.contains('|') && after.first().is_some_and(|next| is_separator(next.text)) {
                let (table, left) = read_table(*line, after, breaks);
                if section != Section::Prose {
                    page.unread.extend(&table.unread);
                }
                page.tables.push((section, table));
                rest = left;
            } else {
                if section != Section::Prose && trimmed.matches(" | ").count() > 1 {
                    page.unread.push((line.start, line.start + line.text.trim_end().len()));
                }
                page.prose(section, trimmed);
                rest = after;
            }
        }
        page
    }

    /// The first table of a section.
    pub(super) fn table(&self, section: Section) -> Option<&Table<'t>> {
        self.tables.iter().find(|(of, _)| *of == section).map(|(_, table)| table)
    }

    /// The rows of every table of a section.
    pub(super) fn rows(&self, section: Section) -> impl Iterator<Item = &Row<'t>> {
        self.tables.iter().filter(move |(of, _)| *of == section).flat_map(|(_, table)| &table.rows)
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
        let end = after.iter().position(|line| line.text.trim() == mark);
        // A block that nobody closed ends where the next heading begins.
        let end = end.or_else(|| after.iter().position(|line| line.text.starts_with("## ")));
        let end = end.unwrap_or(after.len());
        let start = after.first().map_or(text.len(), |line| line.start);
        let stop = after.get(end).map_or(text.len(), |line| line.start);
        let fence = Fence { text: text.get(start..stop).unwrap_or_default(), start };
        let of = match section {
            Section::Body => Section::BodyExample,
            Section::Response => Section::ResponseExample,
            other => other,
        };
        self.examples.push((of, fence));
        let closed = after.get(end).is_some_and(|line| line.text.trim() == mark);
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
            self.about.push(line);
        }
    }
}

/// The level of a heading.
fn heading(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let follows = line.as_bytes().get(level);
    ((1..=6).contains(&level) && follows.is_none_or(u8::is_ascii_whitespace)).then_some(level)
}

/// What a heading says, in the words of old pages and new ones.
fn section(name: &str, part: Section) -> Section {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let example = has(&["示例", "example", "Example"]);
    let in_response = part == Section::Response;
    if has(&["错误码", "Error code", "error code"]) {
        Section::Errors
    } else if has(&["请求头", "Request header"]) {
        Section::Headers
    } else if has(&["路径参数", "Path param"]) {
        Section::Path
    } else if has(&["查询参数", "Query param"]) {
        Section::Query
    } else if has(&["响应体", "返回体", "返回参数", "响应参数", "返回值", "Response body"])
        || in_response && example
    {
        if example { Section::ResponseExample } else { Section::Response }
    } else if has(&["返回示例", "响应示例", "Response example"]) {
        Section::ResponseExample
    } else if has(&["请求体", "请求参数", "Request body"]) || part == Section::Facts && example {
        if example { Section::BodyExample } else { Section::Body }
    } else if matches!(name, "请求" | "Request" | "基本信息" | "接口信息" | "请求说明") {
        Section::Facts
    } else if matches!(name, "响应" | "返回" | "Response" | "返回说明" | "响应说明") {
        Section::Response
    } else {
        Section::Prose
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|whole| {
        let line = Line { text: whole.trim_end_matches(['\n', '\r']), start };
        start += whole.len();
        line
    });
    lines.collect()
}

/// Whether a line ends in the two blanks that break a line inside a cell.
pub(super) fn is_broken(line: &str) -> bool {
    line.ends_with("  ") && !line.trim().is_empty()
}
