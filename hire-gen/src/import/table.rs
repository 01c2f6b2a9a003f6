//! Lines → the rows of a table; a row with cells of several lines is several lines.

use super::answer::yes_or_no;
use super::line::{Line, is_broken};
use super::text::bare;
use super::wire_type::{WireBase, WireType};

/// A table below a heading.
#[derive(Debug, Default)]
pub(super) struct Table<'t> {
    /// The contents of each column.
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row<'t>>,
    /// Lines among the rows that are none.
    pub(super) unread: Vec<(usize, usize)>,
    /// Its rows are enclosed in pipes.
    pub(super) enclosed: bool,
    /// Every row is one line, however long: a line with as many cells as the header is a row, whatever its cells contain.
    whole: bool,
}

/// The contents of a column.
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
    /// The remedy of an error.
    Advice,
    /// Value of a fact.
    Value,
    Unknown,
}

/// How a page breaks lines inside of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Two blanks at the end of a line.
    Blanks,
    /// `<br>`.
    Tags,
    /// Not at all, or an editor has taken the blanks away.
    Unknown,
}

impl Way {
    /// The way of a page.
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        if lines.iter().any(|line| is_broken(line.text)) {
            Self::Blanks
        } else if lines.iter().any(|line| line.text.contains('|') && breaks(line.text).is_some()) {
            Self::Tags
        } else {
            Self::Unknown
        }
    }
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'t> {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset behind its last byte.
    pub(super) end: usize,
    /// The depth of the row, if the page shows it.
    pub(super) level: Option<usize>,
    /// The parts of each cell.
    pub(super) cells: Vec<(Column, Vec<Piece<'t>>)>,
}

/// A part of a cell. Markdown has lines only; the portal marks the kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// A line of text.
    Line(&'t str),
    /// A value of an enumeration, and the text of its label.
    Value(&'t str, &'t str),
    /// The list of values ends: what follows is text.
    End,
    /// A scope and its label.
    Scope(&'t str, &'t str),
    /// A kind of access token: `tenant`, `user`, `app`.
    Token(&'t str),
    /// Kinds of apps: `custom,isv`.
    Apps(&'t str),
    /// The field is required.
    Required,
    /// Something that cannot be read, from an offset to another.
    Unknown(usize, usize),
}

impl<'t> Piece<'t> {
    /// The text, if it is nothing else.
    pub(super) fn line(&self) -> Option<&'t str> {
        match self {
            Self::Line(line) => Some(line),
            _ => None,
        }
    }
}

impl<'t> Row<'t> {
    /// The parts of a cell; none if the table has no such column.
    pub(super) fn pieces(&self, column: Column) -> &[Piece<'t>] {
        self.cells.iter().find(|(of, _)| *of == column).map_or(&[], |(_, pieces)| pieces)
    }

    /// The lines of a cell.
    pub(super) fn lines(&self, column: Column) -> impl Iterator<Item = &'t str> {
        self.pieces(column).iter().filter_map(Piece::line)
    }

    /// A cell of one line.
    pub(super) fn text(&self, column: Column) -> &'t str {
        self.lines(column).next().unwrap_or_default()
    }
}

/// The contents of the columns of a table, by their headers.
pub(super) fn columns<'h>(headers: impl Iterator<Item = &'h str>) -> Vec<Column> {
    headers.map(column).collect()
}

/// `---|---`, `--- | ---`, `|-|-|`
pub(super) fn is_separator(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '-' | '|' | ':') || c.is_whitespace())
}

/// Reads a table whose header is `header` and whose separator is the first of `after`; returns what follows it.
pub(super) fn read_table<'a, 't>(
    header: Line<'t>,
    after: &'a [Line<'t>],
    way: Way,
) -> (Table<'t>, &'a [Line<'t>]) {
    let cells = split(header.text, usize::MAX);
    // Some editors leave the header empty, or make the first row the header.
    let (columns, begins) = match cells.as_slice() {
        ["", _] => (vec![Column::Name, Column::Value], false),
        [first, _] if is_fact(first) => (vec![Column::Name, Column::Value], true),
        [_, _] if has_facts(after) => (vec![Column::Name, Column::Value], false),
        _ => (columns(cells.into_iter()), false),
    };
    let mut rest = after.get(1..).unwrap_or_default();
    let enclosed = header.text.trim_start().starts_with('|');
    let whole = enclosed || way == Way::Tags;
    let breaks = way == Way::Blanks;
    let mut table = Table { columns, rows: Vec::new(), unread: Vec::new(), enclosed, whole };
    if begins {
        table.rows.push(table.row(&[header]));
    }
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
        if is_empty_row(first.text) {
            rest = rest.get(1..).unwrap_or_default();
            continue;
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
            if !goes_on || line.text.trim().is_empty() || is_empty_row(line.text) || is_heading(line.text) {
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
        if self.whole && cells.len() == self.columns.len() {
            return true;
        }
        if self.is_of_facts() {
            return cells.first().is_some_and(|cell| is_fact(cell));
        }
        if cells.len() < 2 {
            return false;
        }
        // A yes or no tells a row from text, whatever its type is called.
        let is_answer = |cell: &str| {
            let cell = bare(cell);
            yes_or_no(cell.split(['（', '(']).next().unwrap_or_default().trim()).is_some()
                || cell.starts_with(['是', '否', 'Y', 'y', 'N', 'n']) && cell.chars().count() <= 20
        };
        let answered = self
            .columns
            .iter()
            .zip(&cells)
            .any(|(column, cell)| *column == Column::Required && is_answer(cell));
        self.columns.iter().zip(&cells).all(|(column, cell)| match column {
            Column::Name => looks_like_name(cell),
            Column::Type => looks_like_type(cell) || answered,
            Column::Required => cell.chars().count() <= 8 || answered,
            Column::Status | Column::Code => {
                cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '`' | '\\'))
            }
            _ => true,
        })
    }

    fn row(&self, lines: &[Line<'t>]) -> Row<'t> {
        let mut cells: Vec<(Column, Vec<Piece<'t>>)> =
            self.columns.iter().map(|column| (*column, Vec::new())).collect();
        let mut at = 0;
        let count = self.columns.len();
        for line in lines {
            for (i, cell) in split(line.text, count - at.min(count - 1)).into_iter().enumerate() {
                at = (at + usize::from(i > 0)).min(count - 1);
                if let Some((_, text)) = cells.get_mut(at) {
                    text.extend(broken_lines(cell).filter(|line| !line.is_empty()).map(Piece::Line));
                }
            }
        }
        let start = lines.first().map_or(0, |line| line.start);
        let end = lines.last().map_or(start, |line| line.start + line.text.trim_end().len());
        Row { start, end, level: None, cells }
    }
}

/// The first words of rows of the table of facts.
const FACTS: [&str; 24] = [
    "HTTP URL",
    "HTTP Method",
    "URL",
    "Method",
    "请求地址",
    "请求方式",
    "请求方法",
    "请求 URL",
    "接口地址",
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
    "事件类型",
    "Event type",
    "推送方式",
];

/// Whether a table begins with rows of facts, whatever its header says.
fn has_facts(after: &[Line<'_>]) -> bool {
    after.get(1).is_some_and(|line| split(line.text, 2).first().is_some_and(|cell| is_fact(cell)))
}

fn is_fact(cell: &str) -> bool {
    let cell = bare(cell);
    FACTS.iter().any(|fact| cell.strip_prefix(fact).is_some_and(|rest| fact.len() > 6 || rest.is_empty()))
}

fn column(name: &str) -> Column {
    let name = bare(name).to_ascii_lowercase().replace([' ', '?', '？'], "");
    match name.as_str() {
        "名称" | "参数" | "字段" | "参数名" | "参数名称" | "字段名" | "字段名称" | "请求参数"
        | "返回参数" | "属性" | "属性名" | "key" | "name" | "parameter" | "parametername" | "field"
        | "fieldname" | "property" | "项目" | "基本" | "facts" => Column::Name,
        "类型" | "参数类型" | "数据类型" | "字段类型" | "值类型" | "type" | "datatype" | "parametertype"
        | "fieldtype" => Column::Type,
        "必填" | "必须" | "必选" | "必需" | "必传" | "必填项" | "是否必填" | "是否必须" | "是否必选"
        | "是否必需" | "是否必传" | "必填/选填" | "必填/可选" | "required" | "requiredornot"
        | "mandatory" => Column::Required,
        "描述" | "说明" | "参数说明" | "参数描述" | "字段说明" | "字段描述" | "含义" | "解释" | "备注"
        | "description" | "explanation" | "meaning" | "remark" | "remarks" | "错误描述" | "错误信息" => {
            Column::Description
        }
        "示例值" | "示例" | "样例" | "example" | "examplevalue" => Column::Example,
        "默认值" | "缺省值" | "default" | "defaultvalue" => Column::Default,
        "http状态码" | "httpstatuscode" | "httpstatus" => Column::Status,
        "错误码" | "返回码" | "错误代码" | "errorcode" => Column::Code,
        "排查建议" | "解决方案" | "处理建议" | "处理方式" | "troubleshootingsuggestions" | "solution" => {
            Column::Advice
        }
        "值" | "value" | "" => Column::Value,
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

/// Whether a line is a row without contents.
fn is_empty_row(line: &str) -> bool {
    line.contains('|') && line.chars().all(|c| c == '|' || c.is_whitespace())
}

fn is_heading(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("## ") || line.starts_with("### ") || line.starts_with("#### ")
}

fn looks_like_name(cell: &str) -> bool {
    let name = bare(cell);
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '└' | '∟' | '├' | '─'));
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with("- ")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.{}[]\\$@:/（）()必选填可 ".contains(c))
}

fn looks_like_type(cell: &str) -> bool {
    let ty = WireType::read(cell);
    let cell = bare(cell);
    let is_named = matches!(&ty.base, WireBase::Object(Some(name)) if name.is_ascii());
    ty.base.is_scalar()
        || ty.base == WireBase::Object(None)
        || ty.list > 0 && is_named
        || cell.len() <= 120
            && (cell.contains("参数")
                || cell.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]\\<>(), /|;&`".contains(c)))
}
