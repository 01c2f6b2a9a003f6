//! From sources to specs: each file is parsed, its shape checked, and then read.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::{Spec, SpecFile};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::grammar::{self, API_SHAPE, ENDPOINT_SHAPE, Shape, TYPE_SHAPE};
use crate::source::{Layout, Node, SourceFile, Sources, layout, parse};
use crate::span::Span;

/// Reads every file. One whose shape is wrong is left out, and its diagnostics stand.
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
    if sources.files().iter().all(|file| !file.path.ends_with(".yaml")) && !diagnostics.has_errors() {
        let nothing =
            Diagnostic::error(Code::H002, Span::default(), "there is no spec in the schema folder").nowhere();
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
        Layout::Type => &TYPE_SHAPE,
        Layout::Example => return json(file, source).map(|()| None),
    };
    let mut found = Vec::new();
    let tree = parse(file, &source.text, &mut found);
    if let Some(tree) = &tree {
        found = grammar::check(tree, shape);
    }
    let sound = found.is_empty();
    diagnostics.extend(found);
    let (Some(tree), true) = (tree, sound) else { return Ok(None) };
    let spec = match layout {
        Layout::Api => Spec::Api(mirror(file, source, &tree)?),
        Layout::Type => Spec::Type(mirror(file, source, &tree)?),
        _ => Spec::Endpoint(Box::new(mirror(file, source, &tree)?)),
    };
    Ok(Some(SpecFile { file, path: source.path.clone(), tree, spec }))
}

/// The shape is right by now, so this fails only where two parsers of YAML disagree; then nothing can be trusted.
fn mirror<T: DeserializeOwned>(file: u32, source: &SourceFile, tree: &Node) -> Result<T, Diagnostic> {
    serde_yaml::from_str(&source.text).map_err(|error| {
        let at = error.location().and_then(|location| u32::try_from(location.index()).ok());
        let at = at.filter(|at| source.text.is_char_boundary(*at as usize));
        let span = at.map_or(tree.span, |at| Span { file, start: at, end: at });
        let message = format!("this cannot be read: {error}");
        Diagnostic::error(Code::H005, span, message).help("write it in a simpler way, such as with quotes")
    })
}

/// An example must be JSON before anybody can compare it with anything.
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
    Err(diagnostic.help("copy the page's example whole; where the page's is broken, mend it"))
}
