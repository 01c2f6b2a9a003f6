//! Lines → the rows of a table, a row being several lines where its cells are.

use super::page::{Line, is_broken};

/// A table below a heading.
#[derive(Debug)]
pub(super) struct Table<'t> {
    /// What each column holds.
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row<'t>>,
    /// Lines among the rows that are none.
    pub(super) unread: Vec<(usize, usize)>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Type,
    Required,
    Description,
    Example,
    Default,
    /// HTTP status of an error.
    Status,
    /// Code of an error.
    Code,
    /// What to do about an error.
    Advice,
    /// Value of a fact.
    Value,
    Unknown,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'t> {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset behind its last byte.
    pub(super) end: usize,
    /// The lines of each cell.
    pub(super) cells: Vec<(Column, Vec<&'t str>)>,
}

impl<'t> Row<'t> {
    /// The lines of a cell; none where the table has no such column.
    pub(super) fn lines(&self, column: Column) -> &[&'t str] {
        self.cells.iter().find(|(of, _)| *of == column).map_or(&[], |(_, lines)| lines)
    }

    /// A cell of one line.
    pub(super) fn text(&self, column: Column) -> &'t str {
        self.lines(column).first().copied().unwrap_or_default()
    }
}

/// `---|---`, `--- | ---`, `|-|-|`
pub(super) fn is_separator(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '-' | '|' | ':') || c.is_whitespace())
}

/// Reads a table whose header is `header` and whose separator is the first of `after`; returns what follows it.
/// `breaks`: lines that go on are marked by two blanks at their end.
pub(super) fn read_table<'a, 't>(
    header: Line<'t>,
    after: &'a [Line<'t>],
    breaks: bool,
) -> (Table<'t>, &'a [Line<'t>]) {
    let columns: Vec<Column> = split(header.text, usize::MAX).iter().map(|name| column(name)).collect();
    let mut table = Table { columns, rows: Vec::new(), unread: Vec::new() };
    let mut rest = after.get(1..).unwrap_or_default();
    while let Some(first) = rest.first() {
        if first.text.trim().is_empty() {
            // A blank line ends a table, unless its rows go on behind it.
            let blanks = rest.iter().take_while(|line| line.text.trim().is_empty()).count();
            if rest.get(blanks).is_some_and(|line| table.begins_row(line.text)) {
                rest = rest.get(blanks..).unwrap_or_default();
                continue;
            }
            break;
        }
        if is_heading(first.text) || first.text.trim_start().starts_with("```") {
            break;
        }
        let length = table.row_length(rest, breaks);
        let (lines, left) = rest.split_at(length.min(rest.len()));
        if table.begins_row(first.text) || table.is_of_facts() && is_broken(first.text) {
            let row = table.row(lines);
            table.rows.push(row);
        } else {
            let end = first.start + first.text.trim_end().len();
            table.unread.push((first.start, end));
        }
        rest = left;
    }
    (table, rest)
}

impl<'t> Table<'t> {
    /// How many lines the row takes that the first of these begins.
    fn row_length(&self, lines: &[Line<'t>], breaks: bool) -> usize {
        let mut length = 1;
        let mut broken = lines.first().is_some_and(|first| is_broken(first.text));
        for line in lines.iter().skip(1) {
            // Without marks a line belongs to the row before it unless it begins one of its own.
            let goes_on = broken || !breaks && !self.begins_row(line.text);
            if !goes_on || line.text.trim().is_empty() || is_heading(line.text) {
                break;
            }
            broken = is_broken(line.text);
            length += 1;
        }
        length
    }

    fn is_of_facts(&self) -> bool {
        self.columns.contains(&Column::Value)
    }

    /// Whether a line looks like the beginning of a row of this table.
    fn begins_row(&self, line: &str) -> bool {
        let line = line.trim();
        if line.is_empty() || is_heading(line) {
            return false;
        }
        let cells = split(line, self.columns.len());
        if self.is_of_facts() {
            return cells.first().is_some_and(|cell| FACTS.iter().any(|fact| cell.starts_with(fact)));
        }
        if cells.len() < 2 {
            return false;
        }
        self.columns.iter().zip(&cells).all(|(column, cell)| match column {
            Column::Name => looks_like_name(cell),
            Column::Type => looks_like_type(cell),
            Column::Required => cell.chars().count() <= 8,
            Column::Status | Column::Code => {
                cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '`' | '\\'))
            }
            _ => true,
        })
    }

    fn row(&self, lines: &[Line<'t>]) -> Row<'t> {
        let mut cells: Vec<(Column, Vec<&'t str>)> =
            self.columns.iter().map(|column| (*column, Vec::new())).collect();
        let mut at = 0;
        let count = self.columns.len();
        for line in lines {
            for (i, cell) in split(line.text, count - at.min(count - 1)).into_iter().enumerate() {
                at = (at + usize::from(i > 0)).min(count - 1);
                if let Some((_, text)) = cells.get_mut(at) {
                    text.extend(broken_lines(cell).filter(|line| !line.is_empty()));
                }
            }
        }
        let start = lines.first().map_or(0, |line| line.start);
        let end = lines.last().map_or(start, |line| line.start + line.text.trim_end().len());
        Row { start, end, cells }
    }
}

/// The first words of rows of the table of facts.
const FACTS: [&str; 14] = [
    "HTTP URL",
    "HTTP Method",
    "接口频率限制",
    "频率限制",
    "支持的应用类型",
    "权限要求",
    "字段权限要求",
    "HTTP 方法",
    "Rate Limit",
    "Rate limit",
    "Supported app types",
    "Supported Custom App",
    "Required scopes",
    "Required field scopes",
];

fn column(name: &str) -> Column {
    match name.replace("&nbsp;", "").trim() {
        "名称" | "参数" | "字段" | "参数名" | "参数名称" | "字段名" | "字段名称" | "Name" | "Parameter"
        | "项目" | "基本" => Column::Name,
        "类型" | "参数类型" | "数据类型" | "字段类型" | "Type" => Column::Type,
        "必填" | "必须" | "必选" | "是否必填" | "是否必须" | "是否必选" | "Required" => {
            Column::Required
        }
        "描述" | "说明" | "参数说明" | "字段说明" | "备注" | "Description" | "错误描述" | "错误信息" => {
            Column::Description
        }
        "示例值" | "示例" | "Example" => Column::Example,
        "默认值" | "Default" => Column::Default,
        "HTTP状态码" | "HTTP 状态码" | "HTTP status code" => Column::Status,
        "错误码" | "返回码" | "Error code" => Column::Code,
        "排查建议" | "解决方案" | "处理建议" | "Troubleshooting suggestions" | "Solution" => {
            Column::Advice
        }
        "值" | "Value" | "" => Column::Value,
        _ => Column::Unknown,
    }
}

/// The cells of a line, the last one keeping its pipes; a pipe at either end encloses the row.
fn split(line: &str, count: usize) -> Vec<&str> {
    let line = line.trim();
    let enclosed = line.strip_prefix('|').map(|inner| {
        let inner = inner.strip_suffix('|').filter(|inner| !inner.ends_with('\\')).unwrap_or(inner);
        inner.trim()
    });
    let mut rest = enclosed.unwrap_or(line);
    let mut cells = Vec::new();
    while cells.len() + 1 < count
        && let Some(pipe) = pipe(rest)
        && let Some((cell, after)) = rest.split_at_checked(pipe)
    {
        cells.push(cell.trim());
        rest = after.strip_prefix('|').unwrap_or(after);
    }
    cells.push(rest.trim());
    cells
}

/// The next pipe that is not escaped.
fn pipe(text: &str) -> Option<usize> {
    text.match_indices('|')
        .map(|(at, _)| at)
        .find(|at| !text.get(..*at).is_some_and(|before| before.ends_with('\\')))
}

/// A cell's lines: `<br>` in any spelling ends one.
fn broken_lines(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match breaks(text) {
            Some((start, end)) => (text.get(..start), text.get(end..)),
            None => (Some(text), None),
        };
        rest = after;
        line.map(str::trim)
    })
}

fn breaks(text: &str) -> Option<(usize, usize)> {
    text.match_indices('<').find_map(|(start, _)| {
        let tag = text.get(start..)?;
        let end = tag.char_indices().take(12).find(|(_, c)| *c == '>')?.0 + 1;
        let inner: String = tag.get(1..end - 1)?.chars().filter(|c| !c.is_whitespace()).collect();
        matches!(inner.to_ascii_lowercase().as_str(), "br" | "br/").then_some((start, start + end))
    })
}

fn is_heading(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("## ") || line.starts_with("### ") || line.starts_with("#### ")
}

fn looks_like_name(cell: &str) -> bool {
    let name = cell.replace("&nbsp;", "").replace("&emsp;", "");
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '└' | '∟' | '`' | '\u{a0}'));
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with("- ")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.{}[]\\$@:/（）()必选填可 ".contains(c))
}

fn looks_like_type(cell: &str) -> bool {
    let cell = cell.trim_matches('`');
    cell.len() <= 120
        && (cell.contains("参数")
            || cell.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]\\<>(), /|".contains(c)))
}
