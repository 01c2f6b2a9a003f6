//! The diagnostics of a schema, in order.

use std::collections::BTreeSet;
use std::fmt;

use crate::read::diag::{Diagnostic, Diagnostics, Severity};
use crate::read::source::Sources;
use crate::read::span::{Position, Span};

impl Diagnostics {
    /// All diagnostics, sorted by file and position, without duplicates.
    pub fn finish(mut self, sources: &Sources) -> Report {
        let mut all = std::mem::take(&mut self.all);
        // Stable: diagnostics of one place stay in the order in which they were found.
        all.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.file, span.start)));
        let mut said = BTreeSet::new();
        all.retain(|diagnostic| said.insert((diagnostic.span, diagnostic.code, diagnostic.message.clone())));
        Report { diagnostics: all, sources: sources.clone() }
    }
}

/// Diagnostics in order, with the sources. `Display` gives one line each, with its help:
/// `hire/v1/talent/get.yaml:3:9: error[H101]: message`.
#[derive(Clone)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

impl Report {
    /// Sorted by file and position.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the report without irrelevant diagnostics.
    #[cfg(feature = "import")]
    #[must_use]
    pub(crate) fn only(mut self, keep: impl Fn(&Diagnostic) -> bool) -> Self {
        self.diagnostics.retain(keep);
        self
    }

    /// What was read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the number of errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Returns the number of warnings.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    fn place(&self, span: Span) -> String {
        let Position { line, column } = self.sources.position(span);
        format!("{}:{line}:{column}", self.sources.shown(span.file))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            if let Some(span) = diagnostic.span {
                write!(f, "{}: ", self.place(span))?;
            }
            let Diagnostic { code, severity, message, .. } = diagnostic;
            writeln!(f, "{}[{}]: {message}", severity.as_str(), code.as_str())?;
            for (span, note) in &diagnostic.notes {
                match span {
                    Some(span) => writeln!(f, "  note: {}: {note}", self.place(*span))?,
                    None => writeln!(f, "  note: {note}")?,
                }
            }
            if let Some(help) = &diagnostic.help {
                writeln!(f, "  help: {help}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Report {}
