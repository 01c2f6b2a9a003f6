//! Rules about the headers of an endpoint: valid names and values.

use super::at_field;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::literal::is_header_text;
use crate::resolve::ir::{Api, Base, Endpoint, Field, Format, Kind, Literal, Variant};

/// Headers that the client sets itself.
const TAKEN: [&str; 18] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// A header has a distinct name, and a value of visible ASCII on one line.
pub(super) fn headers_can_be_sent(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for (index, field) in endpoint.headers.iter().enumerate() {
        let name = field.wire.to_ascii_lowercase();
        let is_word = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c);
        if name.is_empty() || !name.bytes().all(is_word) {
            let message = format!("`{}` is not a valid header name", field.wire);
            let help = "a name is ASCII letters, digits and hyphens, as in `X-Locale`";
            diagnostics.push(at_field(Code::H312, field, message, help));
        } else if TAKEN.contains(&name.as_str()) {
            let message = format!("the header `{}` belongs to the client", field.wire);
            diagnostics.push(at_field(Code::H312, field, message, "delete it: each request has its own"));
        }
        let mut before = endpoint.headers.iter().take(index);
        if let Some(first) = before.find(|other| other.wire.eq_ignore_ascii_case(&name)) {
            let message = format!("`{}` and `{}` are the same header", first.wire, field.wire);
            let error = Diagnostic::error(Code::H312, field.at, message).note_at(first.at, "first here");
            diagnostics.push(error.help("delete one of the two"));
        }
        value_is_text(api, field, diagnostics);
    }
}

fn value_is_text(api: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let variants = match field.ty.base {
        Base::Type(id) => match api.type_(id).map(|ty| &ty.kind) {
            Some(Kind::Enum { variants, .. }) => Some(variants.as_slice()),
            Some(Kind::Object(_)) | None => None,
        },
        Base::Json | Base::File => None,
        Base::String | Base::Int | Base::Float | Base::Bool => Some(&[][..]),
    };
    let single = field.ty.list == 0 && !field.ty.is_map() && field.format != Some(Format::CustomValue);
    let Some(variants) = variants.filter(|_| single) else {
        let message = format!("the header `{}` is not a single value", field.wire);
        return diagnostics.push(at_field(Code::H312, field, message, "make it a scalar or an enum"));
    };
    if texts(field, variants).any(|text| !is_header_text(text)) {
        let message = format!("the header `{}` has a value that no header takes", field.wire);
        let help = "a header's value is visible ASCII on one line, without blanks at its ends";
        diagnostics.push(at_field(Code::H312, field, message, help));
    }
}

/// The texts that the schema has for a field: values of its enum, and its `fixed`, `default` and `example`.
pub(super) fn texts<'a>(field: &'a Field, variants: &'a [Variant]) -> impl Iterator<Item = &'a str> {
    let known = variants.iter().map(|variant| &variant.value);
    let literals = [&field.limits.fixed, &field.default, &field.example].into_iter().flatten();
    known.chain(literals).filter_map(|literal| match literal {
        Literal::String(text) => Some(text.as_str()),
        Literal::Int(_) | Literal::Float(_) | Literal::Bool(_) | Literal::List(_) => None,
    })
}
