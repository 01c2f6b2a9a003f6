//! Sources → specs: parses each file, checks its shape, and reads it.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::mend::{self, Mended};
use super::{Spec, SpecFile};
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::grammar::{self, API_SHAPE, ENDPOINT_SHAPE, EVENT_SHAPE, Shape, TYPE_SHAPE};
use crate::read::source::{Layout, Node, SourceFile, Sources, layout, odd_near, parse};
use crate::read::span::Span;

/// Reads every file. A malformed one is left out, with its diagnostics.
pub(crate) fn read_specs(sources: &Sources, diagnostics: &mut Diagnostics) -> Vec<SpecFile> {
    diagnostics.extend(sources.faults().iter().cloned());
    let refused: BTreeSet<u32> = sources.faults().iter().filter_map(|fault| Some(fault.span?.file)).collect();
    let mut specs = Vec::new();
    for (file, source) in (0..).zip(sources.files()).filter(|(file, _)| !refused.contains(file)) {
        match layout(sources, file).and_then(|layout| read(layout, file, source, diagnostics)) {
            Ok(spec) => specs.extend(spec),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if sources.paths().all(|path| !path.ends_with(".yaml")) && !diagnostics.has_errors() {
        let nothing =
            Diagnostic::error(Code::H002, Span::default(), "the schema folder contains no spec").nowhere();
        diagnostics.push(nothing.help("add `<service>/<version>/<resource>/<action>.yaml`"));
    }
    specs
}

fn read(
    layout: Layout,
    file: u32,
    source: &SourceFile,
    diagnostics: &mut Diagnostics,
) -> Result<Option<SpecFile>, Diagnostic> {
    let shape: &Shape = match layout {
        Layout::Api => &API_SHAPE,
        Layout::Endpoint => &ENDPOINT_SHAPE,
        Layout::Event => &EVENT_SHAPE,
        Layout::Type => &TYPE_SHAPE,
        Layout::Example => return json(file, source).map(|()| None),
    };
    let mut found = Vec::new();
    let tree = parse(file, &source.text, &mut found);
    if let Some(tree) = &tree {
        found.extend(grammar::check(tree, shape));
    }
    let wrong: Vec<Span> = found.iter().filter_map(|diagnostic| diagnostic.span).collect();
    diagnostics.extend(found.into_iter().map(|one| with_odd_character(one, &source.text)));
    let Some(tree) = tree else { return Ok(None) };
    if !wrong.is_empty() {
        return Ok(rest(layout, file, source, &tree, &wrong));
    }
    let spec = match layout {
        Layout::Api => Spec::Api(mirror(file, source, &tree)?),
        Layout::Type => Spec::Type(mirror(file, source, &tree)?),
        Layout::Event => Spec::Event(Box::new(mirror(file, source, &tree)?)),
        _ => Spec::Endpoint(Box::new(mirror(file, source, &tree)?)),
    };
    Ok(Some(SpecFile { file, path: source.path.clone(), tree, spec, broken: Vec::new() }))
}

/// A file without its wrong parts, as far as it can be read.
fn rest(layout: Layout, file: u32, source: &SourceFile, tree: &Node, wrong: &[Span]) -> Option<SpecFile> {
    let Mended { tree, broken } = mend::mended(layout, tree, wrong)?;
    let value = mend::value(&tree);
    let spec = match layout {
        Layout::Api => Spec::Api(serde_yaml::from_value(value).ok()?),
        Layout::Type => Spec::Type(serde_yaml::from_value(value).ok()?),
        Layout::Event => Spec::Event(Box::new(serde_yaml::from_value(value).ok()?)),
        Layout::Endpoint => Spec::Endpoint(Box::new(serde_yaml::from_value(value).ok()?)),
        Layout::Example => return None,
    };
    Some(SpecFile { file, path: source.path.clone(), tree, spec, broken })
}

/// If a character of another keyboard replaces ASCII, all other errors follow from it.
fn with_odd_character(diagnostic: Diagnostic, text: &str) -> Diagnostic {
    let concerned =
        [Code::H005, Code::H009, Code::H010, Code::H101, Code::H102, Code::H103, Code::H104, Code::H105];
    let Some(span) = diagnostic.span.filter(|_| concerned.contains(&diagnostic.code)) else {
        return diagnostic;
    };
    let Some(odd) = odd_near(text, span.start as usize) else { return diagnostic };
    let help = odd.help();
    if diagnostic.code != Code::H005 {
        // Only the parser notices it on the next line.
        let is_here = text.get(odd.at..span.start as usize).is_none_or(|between| !between.contains('\n'));
        return if is_here { diagnostic.help(help) } else { diagnostic };
    }
    let start = u32::try_from(odd.at).unwrap_or(u32::MAX);
    let end = start + u32::try_from(odd.character.len_utf8()).unwrap_or_default();
    Diagnostic { span: Some(Span { start, end, ..span }), ..diagnostic.help(help) }
}

/// The shape is valid by now, so this fails only if two YAML parsers disagree; then nothing can be trusted.
fn mirror<T: DeserializeOwned>(file: u32, source: &SourceFile, tree: &Node) -> Result<T, Diagnostic> {
    serde_yaml::from_str(&source.text).map_err(|error| {
        let at = error.location().and_then(|location| u32::try_from(location.index()).ok());
        let at = at.filter(|at| source.text.is_char_boundary(*at as usize));
        let span = at.map_or(tree.span, |at| Span { file, start: at, end: at });
        let message = format!("this cannot be read: {error}");
        Diagnostic::error(Code::H005, span, message).help("write it in a simpler way, such as with quotes")
    })
}

/// An example must be JSON before it can be compared.
fn json(file: u32, source: &SourceFile) -> Result<(), Diagnostic> {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&source.text) else { return Ok(()) };
    let line = source.line_start(error.line().max(1));
    // serde_json counts columns in bytes.
    let at = (line + error.column().saturating_sub(1)).min(source.text.len());
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let diagnostic =
        Diagnostic::error(Code::H011, Span { file, start, end: start }, format!("not JSON: {message}"));
    Err(diagnostic.help("copy the whole example from the page; if it is broken there, correct it"))
}
