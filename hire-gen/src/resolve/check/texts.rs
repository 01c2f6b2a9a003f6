//! Rules about texts: placeholders of a skeleton or an import, and missing texts of a described schema.

use std::collections::BTreeMap;

use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::span::Span;
use crate::resolve::ir::{Api, Endpoint, ErrorCode, Field, Kind, Type};
use crate::resolve::name;

/// Sentences and addresses of `hire-gen new`.
const PLACEHOLDERS: [&str; 2] = ["What it is.", "https://example.com"];
/// How many places of a file are listed.
const LISTED: usize = 4;

/// Titles, addresses and sentences of a skeleton must be replaced.
pub(super) fn nothing_is_a_placeholder(api: &Api, diagnostics: &mut Diagnostics) {
    let mut say = |at: Span, what: String, help: &str| {
        let message = format!("{what} is a placeholder");
        diagnostics.push(Diagnostic::warning(Code::H320, at, message).help(help));
    };
    let mut fields: Vec<&Field> = api.types.iter().flat_map(super::types::fields).collect();
    for endpoint in &api.endpoints {
        if endpoint.title == name::placeholder_title(&endpoint.id.resource, &endpoint.id.action) {
            let help = "describe the endpoint in a few English words";
            say(endpoint.title_at, format!("the title `{}`", endpoint.title), help);
        }
        if PLACEHOLDERS.contains(&endpoint.doc.trim_end_matches('/')) {
            say(endpoint.doc_at, format!("`{}`", endpoint.doc), "write the address of the page");
        }
        fields.extend(endpoint.sent().chain(&endpoint.response));
    }
    for event in &api.events {
        if PLACEHOLDERS.contains(&event.doc.trim_end_matches('/')) {
            say(event.doc_at, format!("`{}`", event.doc), "write the address of the page");
        }
        fields.extend(&event.fields);
    }
    for field in fields {
        if field.doc.as_deref().is_some_and(|doc| PLACEHOLDERS.contains(&doc.trim())) {
            say(field.key("doc"), format!("the `doc` of `{}`", field.wire), "describe the field");
        }
    }
}

/// With `described: true`, all documentation has English texts. There is one warning per file, since a freshly
/// imported page is one task.
pub(super) fn everything_is_described(api: &Api, diagnostics: &mut Diagnostics) {
    if !api.described {
        return;
    }
    let mut lacking = Lacking::default();
    lacking.codes(&api.errors);
    for endpoint in &api.endpoints {
        lacking.endpoint(endpoint);
    }
    for event in &api.events {
        lacking.unless_english(event.at, Some(&event.title), || "the `title`".to_owned());
        lacking.unless_english(event.at, event.about.as_deref(), || "`about`".to_owned());
        lacking.fields(event.fields.iter());
    }
    for ty in &api.types {
        lacking.type_(ty);
    }
    for places in lacking.files.into_values() {
        let Some((first, _)) = places.first() else { continue };
        let message = match places.len() {
            1 => "a text is missing, or not in English".to_owned(),
            count => format!("{count} texts are missing, or not in English"),
        };
        let mut warning = Diagnostic::warning(Code::H330, *first, message);
        for (at, what) in places.iter().take(LISTED) {
            warning = warning.note_at(*at, what.clone());
        }
        if places.len() > LISTED {
            warning = warning.note(format!("and {} more", places.len() - LISTED));
        }
        let help = "write what callers need to know: `about` of endpoints, `doc` of fields and types, `advice` of error codes";
        diagnostics.push(warning.help(help));
    }
}

/// Places without our texts, by file.
#[derive(Default)]
struct Lacking {
    files: BTreeMap<u32, Vec<(Span, String)>>,
}

impl Lacking {
    fn unless_english(&mut self, at: Span, text: Option<&str>, what: impl FnOnce() -> String) {
        if !text.is_some_and(is_english) {
            self.files.entry(at.file).or_default().push((at, what()));
        }
    }

    fn endpoint(&mut self, endpoint: &Endpoint) {
        self.unless_english(endpoint.title_at, Some(&endpoint.title), || "the `title`".to_owned());
        self.unless_english(endpoint.title_at, endpoint.about.as_deref(), || "`about`".to_owned());
        self.fields(endpoint.sent().chain(&endpoint.response));
        self.codes(&endpoint.errors);
    }

    fn type_(&mut self, ty: &Type) {
        self.unless_english(ty.at, ty.doc.as_deref(), || format!("the `doc` of the type `{}`", ty.name));
        self.fields(super::types::fields(ty).iter());
        let Kind::Enum { variants, .. } = &ty.kind else { return };
        // The name of a value is its summary, unless it has another one.
        for variant in variants.iter().filter(|variant| variant.doc.is_some()) {
            let what = || format!("the `doc` of the value `{}`", variant.name);
            self.unless_english(variant.at, variant.doc.as_deref(), what);
        }
    }

    fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a Field>) {
        for field in fields.filter(|field| field.unusable.is_none()) {
            let what = || format!("the `doc` of `{}`", field.wire);
            self.unless_english(field.at, field.doc.as_deref(), what);
        }
    }

    fn codes(&mut self, codes: &[ErrorCode]) {
        for code in codes {
            self.unless_english(code.at, code.advice.as_deref(), || format!("the `advice` of {}", code.code));
        }
    }
}

/// Chinese appears only in code spans.
fn is_english(text: &str) -> bool {
    let mut outside = text.split('`').step_by(2);
    !text.trim().is_empty() && !outside.any(|part| part.contains(|c| ('\u{3400}'..='\u{9fff}').contains(&c)))
}
