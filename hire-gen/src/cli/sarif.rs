//! A report as SARIF 2.1.0, for code scanning services.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::read::diag::Diagnostic;
use crate::read::explain::explain;
use crate::read::report::Report;
use crate::read::span::Span;

/// Everything that a path in a URI escapes.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The whole document.
pub(super) fn document(report: &Report) -> Value {
    let codes: BTreeSet<_> = report.diagnostics().iter().map(|one| one.code).collect();
    let rules = codes.iter().map(|code| {
        json!({
            "id": code.as_str(),
            "shortDescription": { "text": code.meaning() },
            "help": { "text": explain(*code), "markdown": explain(*code) },
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "hire-gen",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules.collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": report.diagnostics().iter().map(|one| result(report, one)).collect::<Vec<_>>(),
        }],
    })
}

fn result(report: &Report, one: &Diagnostic) -> Value {
    let help = one.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let mut result = Map::from_iter([
        ("ruleId".to_owned(), one.code.as_str().into()),
        ("level".to_owned(), one.severity.as_str().into()),
        ("message".to_owned(), json!({ "text": format!("{}{help}", one.message) })),
    ]);
    if let Some(span) = one.span {
        result.insert("locations".to_owned(), json!([location(report, span, None)]));
    }
    let related = one.notes.iter().filter_map(|(span, note)| Some(location(report, (*span)?, Some(note))));
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    Value::Object(result)
}

fn location(report: &Report, span: Span, note: Option<&str>) -> Value {
    let sources = report.sources();
    let (start, end) = (sources.position(span), sources.position(Span { start: span.end, ..span }));
    let path = sources.shown(span.file).replace('\\', "/");
    let place = json!({
        "artifactLocation": { "uri": utf8_percent_encode(&path, ESCAPED).to_string() },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    });
    match note {
        Some(note) => json!({ "physicalLocation": place, "message": { "text": note } }),
        None => json!({ "physicalLocation": place }),
    }
}
