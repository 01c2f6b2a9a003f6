//! One file of a schema, with the positions of its lines.

use std::sync::OnceLock;

use crate::read::span::Position;

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    /// The contents.
    pub text: String,
    lines: OnceLock<Vec<usize>>,
}

impl SourceFile {
    pub(crate) fn new(path: String, text: String) -> Self {
        Self { path, text, lines: OnceLock::new() }
    }

    /// The line and column of a byte.
    pub fn position(&self, byte: u32) -> Position {
        let byte = (byte as usize).min(self.text.len());
        let line = self.lines().partition_point(|start| *start <= byte);
        let start = self.line_start(line);
        Position { line, column: 1 + self.text.get(start..byte).unwrap_or_default().chars().count() }
    }

    /// The offset of a line's first byte; lines count from 1.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.lines().get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// Computed for the first diagnostic: a schema without any does not pay for it.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect()
        })
    }
}
