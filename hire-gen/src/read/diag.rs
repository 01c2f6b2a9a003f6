//! Diagnostics of a schema: stable codes, and a sink that must be read.

use std::panic::Location;

use crate::read::advice::width::folded;
use crate::read::advice::words;
use crate::read::source::hidden::visible;
use crate::read::span::Span;

macro_rules! codes {
    ($($code:ident: $meaning:literal,)*) => {
        /// The kind of a diagnostic. A code never changes its meaning; a retired one is not reused.
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

            /// A one-line description.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning),* }
            }
        }
    };
}

codes! {
    // H0xx: files and YAML.
    H001: "a file or a folder cannot be read",
    H002: "a file in the wrong place or with a wrong name",
    H003: "a file is not UTF-8 text",
    H004: "a file beyond the limits of a schema",
    H005: "a file is not YAML",
    H006: "a repeated key",
    H007: "an anchor, an alias, a tag or a merge key",
    H008: "a file with several documents",
    H009: "a key is not a plain name",
    H010: "an invisible character, or one that changes how text is shown",
    H011: "an example is not JSON",
    // H1xx: shape.
    H101: "an unknown key",
    H102: "a key is missing",
    H103: "a value of the wrong kind",
    H104: "a word that is not one of those allowed",
    H105: "a plain scalar that YAML readers interpret differently",
    H106: "keys that cannot be combined",
    H107: "text that cannot be shown on one line",
    // H2xx: names and references.
    H201: "an undeclared type",
    H202: "a type that cannot be read",
    H203: "a type that is declared twice",
    H204: "a name that is not valid in Rust",
    H205: "two names that are equal in Rust",
    H206: "a reserved name",
    H207: "a value that does not fit its type",
    H208: "a reference to something that does not exist",
    H209: "a quota or a safety that cannot be read",
    // H3xx: rules.
    H301: "an invalid path",
    H302: "a path and its parameters that disagree",
    H303: "two endpoints with the same method and path",
    H304: "a limit or a format that does not apply to its type",
    H305: "limits that no value satisfies",
    H306: "keys that contradict each other",
    H307: "an enum whose values or names are not distinct, or not of its kind",
    H308: "a type or a field that cannot be used in its direction",
    H309: "a type that requires itself",
    H310: "paging that cannot be followed",
    H311: "a file in a place where none can be sent",
    H312: "a parameter that is not text",
    H313: "an invalid body",
    H314: "an example with a value that its enum does not have",
    H315: "an unused type",
    H316: "an invalid address",
    H317: "a value that violates the limits of its field",
    H318: "an example that does not fit its endpoint or its event",
    H319: "a field that needs a review",
    H320: "a name or a text that is a placeholder",
    H321: "an invalid event type",
    H322: "two events with the same type",
    H330: "a text that a described schema lacks",
    // H4xx: documentation pages.
    H401: "a page that describes neither an endpoint nor an event",
    H402: "a part of a page that cannot be read",
    H403: "a row whose place is not certain",
    H404: "a page that contradicts its own example",
    H405: "two pages that describe one endpoint or one event",
}

/// Whether a diagnostic stops generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Only to be looked at.
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
    /// The kind.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// Lower case, with the offender in backticks and what was expected.
    pub message: String,
    /// The place; `None` if it concerns the whole folder.
    pub span: Option<Span>,
    /// The text under the offending place.
    pub label: Option<String>,
    /// Additional notes, with their place if they have one.
    pub notes: Vec<(Option<Span>, String)>,
    /// The remedy.
    pub help: Option<String>,
    /// The place in hire-gen that found it; a test counts which places are reached.
    pub found_at: &'static Location<'static>,
}

impl Diagnostic {
    /// An error at a place.
    #[track_caller]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: visible(message.into()),
            span: Some(span),
            label: None,
            notes: Vec::new(),
            help: None,
            found_at: Location::caller(),
        }
    }

    /// A warning at a place.
    #[track_caller]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Creates an error without a place.
    #[must_use]
    pub fn nowhere(mut self) -> Self {
        self.span = None;
        self
    }

    /// Adds a few words under the offending text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(visible(label.into()));
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push((None, visible(note.into())));
        self
    }

    /// Adds a note about another place.
    #[must_use]
    pub fn note_at(mut self, span: Span, note: impl Into<String>) -> Self {
        self.notes.push((Some(span), visible(note.into())));
        self
    }

    /// Adds the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(visible(help.into()));
        self
    }

    /// Adds the most similar known word as the remedy, or all of them if none is similar.
    #[must_use]
    pub fn suggest<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match intended(written, words::meant, &known).as_slice() {
            [] if known.is_empty() || known.len() > 40 => self,
            [] => self.help(format!("expected one of {}", listed(&known, ", "))),
            words => self.help(format!("did you mean {}?", listed(words, " or "))),
        }
    }
}

/// The known words that a word may stand for: by its meaning, or else by its letters.
pub(crate) fn intended<'a>(
    written: &str,
    meant: impl Fn(&str) -> &'static [&'static str],
    known: &[&'a str],
) -> Vec<&'a str> {
    let written = folded(written).unwrap_or_else(|| written.to_owned());
    let is_meant = |word: &&str| meant(&written).contains(word);
    let found: Vec<&str> = match known.iter().find(|word| **word == written) {
        Some(word) => vec![*word],
        None => known.iter().copied().filter(is_meant).collect(),
    };
    if found.is_empty() { nearest(&written, known.iter().copied()).into_iter().collect() } else { found }
}

/// The known word that was probably intended.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= word.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Words in backticks.
fn listed(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
}

/// Collects diagnostics. It panics if it is dropped with unread errors.
#[must_use]
#[derive(Debug, Default)]
pub struct Diagnostics {
    pub(super) all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Creates an empty sink.
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

    /// Returns whether anything stops generation.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns whether some error concerns exactly this place.
    pub fn has_error_at(&self, span: Span) -> bool {
        let mut errors = self.all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors.any(|diagnostic| diagnostic.span == Some(span))
    }

    /// Returns whether some error concerns this file.
    pub fn has_errors_in(&self, file: u32) -> bool {
        let mut errors = self.all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors.any(|diagnostic| diagnostic.span.is_some_and(|span| span.file == file))
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
