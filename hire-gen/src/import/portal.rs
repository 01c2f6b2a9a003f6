//! The portal's own text of a page, in which nesting, values, scopes and tokens are elements: nothing has to be guessed.

use super::table::{Piece, Row, Table, columns};
use super::tag::{Tag, Token, Tokens};

const TABLE: [&str; 2] = ["md-table", "md-dt-table"];
const ROW: [&str; 3] = ["md-tr", "md-dt-tr", "tr"];
const CELL: [&str; 6] = ["md-td", "md-th", "md-dt-td", "md-dt-th", "td", "th"];

/// Whether a table of the portal begins on a line.
pub(super) fn begins_table(line: &str) -> bool {
    line.contains("<md-table") || line.contains("<md-dt-table") || line.contains("<md-dt-tr")
}

/// The name of an operation in the portal's reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `hire`
    pub project: String,
    /// `v1`
    pub version: String,
    /// `talent`
    pub resource: String,
    /// `combined_update`
    pub method: String,
}

/// Reads `{尝试一下}(url=/api/tools/..?project=hire&version=v1&resource=talent&method=get)`, and returns its place.
pub(super) fn identity(line: &str) -> Option<(Identity, (usize, usize))> {
    let start = line.find("](url=").or_else(|| line.find("}(url="))?;
    let open = line.get(..start)?.rfind(['{', '['])?;
    let inside = line.get(start + "}(url=".len()..)?;
    let end = inside.find(')')?;
    let query = inside.get(..end)?.split_once('?')?.1;
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    let identity = Identity {
        project: value("project")?,
        version: value("version")?,
        resource: value("resource")?,
        method: value("method").or_else(|| value("apiName"))?,
    };
    Some((identity, (open, start + "}(url=".len() + end + 1)))
}

/// Reads the table that begins behind an offset, and returns its end. `bound` is the latest place where it can end.
pub(super) fn read_table(text: &str, from: usize, bound: usize) -> (Table<'_>, usize) {
    let mut reader = Reader { text, head: None, table: Table::default(), row: None, cell: None };
    let mut depth = 0_usize;
    let bounded = text.get(..bound).unwrap_or(text);
    let mut tokens = Tokens::new(bounded, from);
    for token in tokens.by_ref() {
        let Token::Tag(tag) = token else { continue };
        if tag.opens(&TABLE) {
            // A table that is doubled, or in a cell of another.
            depth += usize::from(depth == 0 || reader.cell.is_some());
        } else if tag.ends(&TABLE) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                break;
            }
        } else if depth <= 1 {
            reader.tag(&tag);
        }
    }
    reader.end_row(tokens.offset());
    (reader.table, tokens.offset())
}

struct Reader<'t> {
    text: &'t str,
    /// Whether the header has been read.
    head: Option<()>,
    table: Table<'t>,
    row: Option<Open<'t>>,
    /// Where the open cell's content begins.
    cell: Option<usize>,
}

/// A row that has begun.
struct Open<'t> {
    start: usize,
    level: Option<usize>,
    cells: Vec<Vec<Piece<'t>>>,
}

impl<'t> Reader<'t> {
    fn tag(&mut self, tag: &Tag<'t>) {
        let (before, after) = tag.at;
        if tag.opens(&ROW) {
            self.end_row(before);
            let level = tag.attribute("level").and_then(|level| level.trim().parse().ok());
            self.row = Some(Open { start: before, level, cells: Vec::new() });
        } else if tag.ends(&ROW) {
            self.end_row(before);
        } else if tag.opens(&CELL) {
            self.end_cell(before);
            self.cell = Some(after);
        } else if tag.ends(&CELL) {
            self.end_cell(before);
        }
    }

    fn end_cell(&mut self, at: usize) {
        let Some(start) = self.cell.take() else { return };
        let content = self.text.get(..at).unwrap_or_default();
        let row = self.row.get_or_insert(Open { start, level: None, cells: Vec::new() });
        row.cells.push(pieces(content, start));
    }

    fn end_row(&mut self, at: usize) {
        self.end_cell(at);
        let Some(row) = self.row.take().filter(|row| !row.cells.is_empty()) else { return };
        if self.head.is_none() {
            self.head = Some(());
            self.table.columns = columns(row.cells.iter().map(|cell| {
                let mut lines = cell.iter().filter_map(Piece::line);
                lines.next().unwrap_or_default()
            }));
            return;
        }
        let cells = self.table.columns.iter().copied().zip(row.cells).collect();
        self.table.rows.push(Row { start: row.start, end: at, level: row.level, cells });
    }
}

/// The contents of a cell, from an offset to the end of the text. A cell with a field's name or type is nothing but that.
fn pieces(text: &str, from: usize) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut tokens = Tokens::new(text, from);
    let mut named = false;
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) if !named => pieces.extend(lines(text)),
            Token::Text(_) => {}
            Token::Tag(tag) if tag.closes => {
                if tag.name == "md-enum" {
                    pieces.push(Piece::End);
                }
            }
            Token::Tag(tag) => match tag.name {
                "md-text" => {
                    named = true;
                    let content = content(text, &mut tokens, tag.name);
                    pieces.retain(|piece| !matches!(piece, Piece::Line(_)));
                    pieces.extend(lines(content));
                }
                "md-enum-item" => {
                    let content = content(text, &mut tokens, tag.name);
                    pieces.push(Piece::Value(tag.attribute("key").unwrap_or_default().trim(), content));
                }
                "md-perm" => {
                    let content = content(text, &mut tokens, tag.name).trim();
                    let label = tag.attribute("desc").filter(|label| !label.is_empty()).unwrap_or(content);
                    pieces.push(match tag.attribute("name").filter(|name| name.contains(':')) {
                        Some(name) => Piece::Scope(name.trim(), label),
                        None => Piece::Unknown(tag.at.0, tokens.offset()),
                    });
                }
                "md-tag" => {
                    content(text, &mut tokens, tag.name);
                    let kind = tag.attribute("type").unwrap_or_default();
                    match kind.strip_prefix("token-") {
                        Some(token) => pieces.push(Piece::Token(token)),
                        None if kind == "field-required" => pieces.push(Piece::Required),
                        None => {}
                    }
                }
                "md-app-support" => pieces.push(Piece::Apps(tag.attribute("types").unwrap_or_default())),
                "md-tooltip" => drop(content(text, &mut tokens, tag.name)),
                _ => {}
            },
        }
    }
    pieces
}

/// The contents of an element; if it does not end, the text before the next tag.
fn content<'t>(text: &'t str, tokens: &mut Tokens<'t>, name: &str) -> &'t str {
    let start = tokens.offset();
    let mut ahead = Tokens::new(text, start);
    let mut first = None;
    while let Some(token) = ahead.next() {
        let Token::Tag(tag) = token else { continue };
        if tag.closes && tag.name == name {
            *tokens = ahead;
            return text.get(start..tag.at.0).unwrap_or_default();
        }
        first = first.or(Some(tag.at.0));
        if !tag.closes && tag.name == name {
            break;
        }
    }
    let end = first.unwrap_or(text.len());
    *tokens = Tokens::new(text, end);
    text.get(start..end).unwrap_or_default()
}

fn lines(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Piece::Line)
}
