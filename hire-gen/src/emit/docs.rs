//! Text of the schema → `#[doc]`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{
    App, Endpoint, ErrorCode, Field, Format, Limits, Literal, Method, Number, Quota, RequiredWhen, Scope,
};
use crate::ir::{Token, Type, Variant};
use crate::name;

/// Paragraphs of a documentation comment; every piece of schema text goes through [`text`] on its way in.
#[derive(Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    /// Adds a paragraph. It is Markdown already.
    pub(super) fn paragraph(mut self, markdown: impl Into<String>) -> Self {
        let markdown = markdown.into();
        if !markdown.is_empty() {
            if !self.0.is_empty() {
                self.0.push(String::new());
            }
            self.0.extend(markdown.lines().map(str::to_owned));
        }
        self
    }

    /// Adds statements that are compiled, and not run, by a documentation test inside hire-api.
    pub(super) fn example(self, statements: &str) -> Self {
        let head =
            "async fn example(client: &hire_api::Client, user_token: &str) -> Result<(), hire_api::Error> {";
        self.paragraph("# Example").paragraph(format!("```no_run\n# {head}\n{statements}# Ok(())\n# }}\n```"))
    }

    /// The attributes.
    pub(super) fn tokens(&self) -> TokenStream {
        let lines =
            self.0.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
        quote!(#(#[doc = #lines])*)
    }
}

/// The documentation of an endpoint's method and request.
pub(super) fn endpoint(endpoint: &Endpoint) -> Doc {
    let mut head = sentence(&endpoint.title);
    if let Some(label) = &endpoint.label {
        head.push_str(&format!(" ({})", text(label)));
    }
    let facts = [
        format!("`{} {}`", endpoint.method.as_str(), code(&endpoint.path)),
        format!("quota: {}", quota(endpoint.quota)),
        format!("token: {}", join(endpoint.tokens.iter().map(|t| token(*t)))),
        format!("apps: {}", join(endpoint.apps.iter().map(|a| app(*a)))),
    ];
    let mut doc = Doc::default()
        .paragraph(head)
        .paragraph(endpoint.about.as_deref().map(text).unwrap_or_default())
        .paragraph(facts.iter().filter(|fact| !fact.ends_with(": ")).cloned().collect::<Vec<_>>().join(" · "))
        .paragraph(scopes("Scopes, any one of", &endpoint.scopes))
        .paragraph(scopes("Some fields of the answer need", &endpoint.field_scopes));
    if !endpoint.errors.is_empty() {
        doc = doc.paragraph("# Errors").paragraph(errors(&endpoint.errors));
    }
    let revised =
        endpoint.revised.as_ref().map(|date| format!(", revised {}", text(date))).unwrap_or_default();
    doc.paragraph(format!("[Documentation]({}){revised}", url(&endpoint.doc)))
}

/// The documentation of an object or an enum.
pub(super) fn type_(ty: &Type) -> Doc {
    Doc::default().paragraph(titled(ty.doc.as_deref(), ty.label.as_deref(), &ty.name))
}

/// The documentation of an enum's value.
pub(super) fn variant(variant: &Variant) -> Doc {
    let words = name::words(&variant.name);
    let head = titled(variant.doc.as_deref().or(Some(&words)), variant.label.as_deref(), &variant.name);
    Doc::default()
        .paragraph(format!("{head} On the wire: {}.", literal(&variant.value)))
        .paragraph(scopes("Needs", &variant.scopes))
}

/// The documentation of a field, and of its setter.
pub(super) fn field(field: &Field) -> Doc {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(field.format.and_then(format_fact).map(str::to_owned));
    facts.extend(limits(&field.limits));
    facts.extend(field.required_when.as_ref().map(required_when));
    facts.extend(
        field.default.as_ref().map(|value| format!("Feishu takes {} when it is not sent.", literal(value))),
    );
    facts.extend(field.example.as_ref().map(|value| format!("Example: {}.", literal(value))));
    let mut doc = Doc::default()
        .paragraph(titled(field.doc.as_deref(), field.label.as_deref(), &field.wire))
        .paragraph(facts.join(" "));
    if field.replaces {
        doc = doc.paragraph(
            "**Replaces** what is stored: left unset it is not sent and nothing changes; an empty list is sent as `[]` \
             and erases what is stored.",
        );
    }
    doc = doc.paragraph(scopes("Stays empty without one of the scopes", &field.scopes));
    let fix = field.fix.as_ref().map(|reason| format!("Differs from the page: {}", text(reason)));
    doc.paragraph(fix.unwrap_or_default())
}

/// Our sentence and the page's label, or whichever there is, or the name.
pub(crate) fn titled(doc: Option<&str>, label: Option<&str>, name: &str) -> String {
    match (doc, label) {
        (Some(doc), Some(label)) => format!("{} ({})", sentence(doc), text(label)),
        (Some(one), None) | (None, Some(one)) => sentence(one),
        (None, None) => format!("`{}`.", code(name)),
    }
}

/// Text that ends like a sentence.
pub(crate) fn sentence(raw: &str) -> String {
    let mut out = text(raw.trim_end());
    if !out.ends_with(['.', '?', '!', ':', '。', ')']) {
        out.push('.');
    }
    out
}

/// What a format means, where its name does not say it.
pub(crate) fn format_fact(format: Format) -> Option<&'static str> {
    match format {
        Format::Ms => Some("Milliseconds since 1970-01-01 UTC."),
        Format::S => Some("Seconds since 1970-01-01 UTC."),
        Format::Date => Some("A date, `YYYY-MM-DD`."),
        Format::Json => Some("Holds JSON."),
        Format::CustomValue => None,
    }
}

/// One sentence per kind of limit.
pub(super) fn limits(limits: &Limits) -> Vec<String> {
    let number = |n: Number| match n {
        Number::Int(n) => n.to_string(),
        Number::Float(n) => n.to_string(),
    };
    let mut facts = Vec::new();
    facts.extend(range(limits.minimum.map(number), limits.maximum.map(number), ""));
    facts.extend(range(limits.min_length, limits.max_length, " characters"));
    facts.extend(range(limits.min_items, limits.max_items, " items"));
    facts.extend(range(None, limits.max_bytes, " bytes"));
    facts.extend(limits.pattern.as_ref().map(|pattern| format!("Matches `{}`.", code(pattern))));
    facts.extend(limits.fixed.as_ref().map(|value| format!("Always {}.", literal(value))));
    facts
}

fn range<T: std::fmt::Display>(min: Option<T>, max: Option<T>, unit: &str) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}.")),
        (Some(min), None) => Some(format!("At least {min}{unit}.")),
        (None, Some(max)) => Some(format!("At most {max}{unit}.")),
        (None, None) => None,
    }
}

/// The condition as a sentence.
pub(crate) fn required_when(when: &RequiredWhen) -> String {
    match when {
        RequiredWhen::All(conditions) => format!("Required when {}.", super::endpoint::reason(conditions)),
        RequiredWhen::Text(sentence) => format!("Required when: {}", text(sentence)),
    }
}

/// One code of an endpoint.
pub(super) fn error(error: &ErrorCode) -> Doc {
    let label = error.label.as_deref().unwrap_or(&error.name);
    let advice = error.advice.as_deref().map(sentence).unwrap_or_default();
    Doc::default().paragraph(format!("`{}`: {} {advice}", error.code, sentence(label)).trim_end().to_owned())
}

/// A table of codes.
pub(crate) fn errors<'a>(codes: impl IntoIterator<Item = &'a ErrorCode>) -> String {
    let mut table = String::from("| code | name | advice |\n|---|---|---|");
    for error in codes {
        let label = error.label.as_ref().map(|label| format!(" ({})", cell(label))).unwrap_or_default();
        let advice = error.advice.as_deref().map(cell).unwrap_or_default();
        table.push_str(&format!("\n| {} | {}{label} | {advice} |", error.code, cell(&error.name)));
    }
    table
}

/// A sentence that lists scopes; nothing where there are none.
pub(crate) fn scopes(head: &str, scopes: &[Scope]) -> String {
    if scopes.is_empty() {
        return String::new();
    }
    let one = |scope: &Scope| {
        let label = scope.label.as_ref().map(|label| format!(" ({})", text(label))).unwrap_or_default();
        format!("`{}`{label}", code(&scope.name))
    };
    format!("{head}: {}.", scopes.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// `1000/min, 50/s`, as the schema spells it.
pub(super) fn quota(quota: Quota) -> String {
    let Quota::Windows { per_second, per_minute } = quota else { return "special".to_owned() };
    let windows = [per_minute.map(|n| format!("{n}/min")), per_second.map(|n| format!("{n}/s"))];
    windows.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `tenant`, as the schema spells it.
pub(crate) fn token(token: Token) -> &'static str {
    match token {
        Token::Tenant => "tenant",
        Token::User => "user",
        Token::App => "app",
    }
}

/// `custom`, as the schema spells it.
pub(crate) fn app(app: App) -> &'static str {
    match app {
        App::Custom => "custom",
        App::Store => "store",
    }
}

/// `POST`, as the wire spells it.
pub(super) fn method(method: Method) -> &'static str {
    method.as_str()
}

fn join(words: impl Iterator<Item = &'static str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// A value as JSON in a code span.
pub(crate) fn literal(value: &Literal) -> String {
    format!("`{}`", code(&json(value)))
}

fn json(value: &Literal) -> String {
    match value {
        Literal::String(s) => format!("\"{s}\""),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
    }
}

/// Text inside a code span: one line, no back-tick.
fn code(raw: &str) -> String {
    raw.replace('`', "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text inside a table's cell.
fn cell(raw: &str) -> String {
    text(raw).replace('|', "\\|").replace('\n', " ")
}

/// An address inside the parentheses of a link.
fn url(raw: &str) -> String {
    raw.replace('(', "%28").replace(')', "%29").replace(' ', "%20")
}

/// Text as Markdown that shows exactly this text: code spans stay, everything else that rustdoc would act upon is
/// escaped, lines lose their indentation, and addresses become links.
pub(crate) fn text(raw: &str) -> String {
    raw.lines().map(|line| text_line(line.trim())).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn text_line(line: &str) -> String {
    let spans: Vec<&str> = line.split('`').collect();
    let balanced = spans.len() % 2 == 1;
    let mut out = String::with_capacity(line.len());
    for (i, span) in spans.iter().enumerate() {
        if i > 0 {
            out.push_str(if balanced { "`" } else { "\\`" });
        }
        if balanced && i % 2 == 1 {
            out.push_str(span);
        } else {
            prose(span, &mut out);
        }
    }
    match out.chars().next() {
        Some('#' | '-' | '+' | '=' | '|') => out.insert(0, '\\'),
        Some(first) if first.is_ascii_digit() => escape_list_number(&mut out),
        _ => {}
    }
    out
}

fn prose(span: &str, out: &mut String) {
    let words = span.split(' ');
    for (i, word) in words.enumerate() {
        if i > 0 {
            out.push(' ');
        }
        if (word.starts_with("https://") || word.starts_with("http://")) && !word.contains(['<', '>', '\\']) {
            let end = word.trim_end_matches(['.', ',', ';', ')', '。']).len();
            let (address, rest) = word.split_at(end);
            out.push_str(&format!("<{address}>{rest}"));
            continue;
        }
        let mut before = ' ';
        for c in word.chars() {
            // An underscore inside a word is only an underscore.
            let opens = c == '_' && !before.is_alphanumeric();
            if opens || matches!(c, '[' | ']' | '<' | '>' | '*' | '\\' | '&' | '~') {
                out.push('\\');
            }
            out.push(c);
            before = c;
        }
    }
}

/// `1.` at the start of a line would begin a list.
fn escape_list_number(line: &mut String) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if line.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')'])) {
        line.insert(digits, '\\');
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn code_spans_stay_and_everything_else_is_shown_as_it_is() {
        assert_eq!(text("see `a_b[0]` and [x](y) <b> *c*"), "see `a_b[0]` and \\[x\\](y) \\<b\\> \\*c\\*");
        assert_eq!(text("an odd ` tick"), "an odd \\` tick");
    }

    #[test]
    fn lines_cannot_begin_a_block() {
        assert_eq!(text("# a\n    b\n1. c\n- d\n```rust"), "\\# a\nb\n1\\. c\n\\- d\n\\`\\`\\`rust");
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(text("at https://a.example/x_y."), "at <https://a.example/x_y>.");
    }
}
