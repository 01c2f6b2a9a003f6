//! Draws a report over the source lines, as rustc does.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::read::diag::{Diagnostic, Severity};
use crate::read::report::Report;
use crate::read::source::hidden::drawn;
use crate::read::source::{SourceFile, Sources};
use crate::read::span::Span;

/// Draws every diagnostic, followed by a blank line; `colour` adds escape sequences for terminals.
pub fn render(report: &Report, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in report.diagnostics() {
        text.push_str(&renderer.render(&[group(report, diagnostic)]));
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(report: &'a Report, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.as_str()));
    let sources = report.sources();
    let main = diagnostic.span.and_then(|span| Some((span, Window::around(sources, span)?)));
    if let Some((span, mut window)) = main {
        let mut marks = vec![window.mark(AnnotationKind::Primary, span, diagnostic.label.as_deref())];
        // A note about the same file is drawn in the same picture; one about another file gets its own.
        for (note, label) in notes(diagnostic).filter(|(note, _)| note.file == span.file) {
            window.widen(note);
            marks.push(window.mark(AnnotationKind::Context, note, Some(label)));
        }
        group = group.element(window.snippet(marks));
    }
    for (note, label) in notes(diagnostic) {
        if diagnostic.span.is_none_or(|span| span.file != note.file)
            && let Some(window) = Window::around(sources, note)
        {
            let mark = window.mark(AnnotationKind::Context, note, Some(label));
            group = group.element(window.snippet(vec![mark]));
        }
    }
    for (_, note) in diagnostic.notes.iter().filter(|(span, _)| span.is_none()) {
        group = group.element(Level::NOTE.message(note));
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help)),
        None => group,
    }
}

fn notes(diagnostic: &Diagnostic) -> impl Iterator<Item = (Span, &str)> {
    diagnostic.notes.iter().filter_map(|(span, note)| Some(((*span)?, note.as_str())))
}

/// The lines to draw: passing the whole file for each diagnostic would be slow.
struct Window<'a> {
    file: &'a SourceFile,
    path: String,
    first: usize,
    last: usize,
}

impl<'a> Window<'a> {
    fn around(sources: &'a Sources, span: Span) -> Option<Self> {
        let file = sources.file(span.file)?;
        let line = file.position(span.start).line;
        Some(Self { file, path: sources.shown(span.file), first: line, last: line })
    }

    fn widen(&mut self, span: Span) {
        let line = self.file.position(span.start).line;
        self.first = self.first.min(line);
        self.last = self.last.max(line);
    }

    fn mark(&self, kind: AnnotationKind, span: Span, label: Option<&'a str>) -> Mark<'a> {
        let start = (span.start as usize).min(self.file.text.len());
        let line_end = self.file.line_start(self.file.position(span.start).line + 1);
        let line = self.file.text.get(start..line_end).unwrap_or_default().trim_end();
        // Only the first line of a long range is underlined.
        let end = (span.end as usize).clamp(start, start + line.len());
        Mark { kind, start, end, label }
    }

    fn snippet(&self, marks: Vec<Mark<'a>>) -> Snippet<'a, Annotation<'a>> {
        let first = self.file.line_start(self.first);
        let last = self.file.line_start(self.last + 1);
        let text = self.file.text.get(first..last).unwrap_or_default();
        let annotations = marks.into_iter().map(|Mark { kind, start, end, label }| {
            kind.span(start.saturating_sub(first)..end.saturating_sub(first)).label(label)
        });
        Snippet::source(drawn(text)).line_start(self.first).path(self.path.clone()).annotations(annotations)
    }
}

/// Something to underline; offsets count from the start of the file.
struct Mark<'a> {
    kind: AnnotationKind,
    start: usize,
    end: usize,
    label: Option<&'a str>,
}
