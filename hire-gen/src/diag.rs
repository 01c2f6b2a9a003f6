//! What is wrong with a schema: stable codes, a sink that cannot be forgotten, and a report for people.

use std::collections::BTreeSet;
use std::fmt;

use crate::source::{Position, Sources};
use crate::span::Span;

macro_rules! codes {
    ($($code:ident: $meaning:literal,)*) => {
        /// The kind of a diagnostic. A code keeps its meaning for ever; a retired one is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// As printed: `H001`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),* }
            }

            /// One line about what is wrong.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning),* }
            }
        }
    };
}

codes! {
    // H0xx: files and YAML.
    H001: "a file or a folder cannot be read",
    H002: "a file is not where the layout of a schema puts one, or not named as it must be",
    H003: "a file is not UTF-8 text",
    H004: "a file is larger, longer or deeper than a schema ever is",
    H005: "a file is not YAML",
    H006: "a key stands twice in one mapping",
    H007: "an anchor, an alias, a tag or a merge key",
    H008: "a file holds several documents",
    H009: "a key is not a plain name",
    H010: "a character that cannot be seen, or that changes how text is shown",
    H011: "an example is not JSON",
    // H1xx: shape.
    H101: "an unknown key",
    H102: "a key is missing",
    H103: "a value of the wrong kind",
    H104: "a word that is not one of those allowed",
    H105: "a plain scalar that readers of YAML disagree about",
    H106: "keys that do not go together",
    H107: "text that cannot be shown on one line",
    // H2xx: names and references.
    H201: "a type that is nowhere declared",
    H202: "a type that cannot be read",
    H203: "a type that is declared twice",
    H204: "a name that Rust cannot have",
    H205: "two names that become one in Rust",
    H206: "a name that is taken",
    H207: "a value that does not fit its type",
    H208: "something that is named and not there",
    H209: "a quota or a safety that cannot be read",
    // H3xx: rules.
    H301: "a path that is not one",
    H302: "a path and its parameters that disagree",
    H303: "two endpoints with the same method and path",
    H304: "a limit or a format on a type that it is not for",
    H305: "limits that leave no room",
    H306: "keys that contradict each other",
    H307: "an enum whose values or names are not distinct, or not of its kind",
    H308: "a type or a field that cannot be used in the direction it is used in",
    H309: "a type that requires itself without end",
    H310: "paging that cannot be followed",
    H311: "a file where no file can be sent",
    H312: "a parameter that is not text",
    H313: "a body that is not one",
    H314: "an example with a value that its enum does not have",
    H315: "a type that nothing uses",
    H316: "an address that is not one",
    H317: "a value that breaks its field's own limits",
    H318: "an example that does not fit its endpoint",
    H319: "a field that somebody has to look at",
    H320: "a name that is a placeholder",
    // H4xx: documentation pages.
    H401: "a page that describes no endpoint",
    H402: "a part of a page that cannot be read",
    H403: "a row whose place is not certain",
    H404: "a page that contradicts its own example",
    H405: "two pages that describe one endpoint",
}

/// Whether generation stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Something to look at.
    Warning,
}

impl Severity {
    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Lower case, the offender in backticks, what was expected.
    pub message: String,
    /// Where; `None` where it is about the folder as a whole.
    pub span: Option<Span>,
    /// What to write under the offending text.
    pub label: Option<String>,
    /// What else is worth knowing, each with its place where it has one.
    pub notes: Vec<(Option<Span>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: Some(span),
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// The same, about no place in particular.
    #[must_use]
    pub fn nowhere(mut self) -> Self {
        self.span = None;
        self
    }

    /// With a few words under the offending text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With a sentence about something else.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push((None, note.into()));
        self
    }

    /// With a sentence about another place.
    #[must_use]
    pub fn note_at(mut self, span: Span, note: impl Into<String>) -> Self {
        self.notes.push((Some(span), note.into()));
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the known word nearest to what was written as its help, or all of them where none is near.
    #[must_use]
    pub fn suggest<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(written, known.iter().copied()) {
            Some(word) => self.help(format!("did you mean `{word}`?")),
            None if known.is_empty() || known.len() > 40 => self,
            None => self.help(format!("expected one of {}", listed(&known))),
        }
    }
}

/// The known word that somebody who wrote this most likely meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= word.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Words in backticks with commas between.
fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Where diagnostics go while a schema is read. It panics when it is dropped with errors that nobody has looked at.
#[must_use]
#[derive(Debug, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.all.extend(diagnostics);
    }

    /// Whether anything stops generation.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether some error is about this file.
    pub fn has_errors_in(&self, file: u32) -> bool {
        let mut errors = self.all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors.any(|diagnostic| diagnostic.span.is_some_and(|span| span.file == file))
    }

    /// Everything, sorted by file and position, each thing once.
    pub fn finish(mut self, sources: &Sources) -> Report {
        let mut all = std::mem::take(&mut self.all);
        // Stable: what is said about one place stays in the order in which it was found.
        all.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.file, span.start)));
        let mut said = BTreeSet::new();
        all.retain(|diagnostic| said.insert((diagnostic.span, diagnostic.code, diagnostic.message.clone())));
        Report { diagnostics: all, sources: sources.clone() }
    }
}

impl Drop for Diagnostics {
    #[expect(clippy::panic, reason = "losing an error would generate from a broken schema")]
    fn drop(&mut self) {
        if self.has_errors() && !std::thread::panicking() {
            panic!("diagnostics were dropped unread");
        }
    }
}

/// What was found, in order, with the text it was found in. `Display` gives one line for each, and its help:
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

    /// The same without what is of no interest.
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

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// How many warnings there are.
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
