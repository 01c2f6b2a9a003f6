//! Rules about patterns: ECMAScript regular expressions, as in JSON Schema and OpenAPI.

use regex_lite::Regex;

use super::at_field;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Field};

/// A pattern is a regular expression that a mock server can run.
pub(super) fn pattern_is_one(_: &Api, field: &Field, diagnostics: &mut Diagnostics) {
    let Some(pattern) = &field.limits.pattern else { return };
    if let Err(error) = parse(pattern) {
        let message = format!("the `pattern` of `{}` is not a regular expression: {error}", field.wire);
        let help = "write one as in JavaScript, such as `[a-z]{2,8}`";
        diagnostics.push(at_field(Code::H304, field, message, help));
    } else if whole(pattern).is_none() {
        let message = format!("the `pattern` of `{}` cannot be run here, so it is not checked", field.wire);
        let help = "look-around, back-references and very large repetitions are only documented";
        diagnostics.push(Diagnostic::warning(Code::H304, field.at, message).help(help));
    }
}

/// Returns an error if the text is not a regular expression.
pub(crate) fn parse(pattern: &str) -> Result<(), regress::Error> {
    let parse = |flags| regress::Regex::with_flags(pattern, flags).map(drop);
    parse("u").or_else(|error| parse("").map_err(|_| error))
}

/// The expression for a match of the whole text; `None` if it cannot be run.
pub(crate) fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}
