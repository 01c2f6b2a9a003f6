//! Text of the schema → `#[doc]`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::resolve::ir::{
    App, Condition, Endpoint, ErrorCode, Event, Field, Format, Limits, Literal, Method, Number, Quota,
    RequiredWhen, Scope, Test, TestValue, Token, Type, Variant,
};
use crate::resolve::name;

/// The most characters of a line of documentation, unless it cannot be broken.
const WIDTH: usize = 110;

/// Paragraphs of a documentation comment; all schema text goes through [`text`] first.
#[derive(Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    /// Adds a paragraph of Markdown.
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

    /// Adds statements that a documentation test inside hire-api compiles without running.
    pub(super) fn example(self, statements: &str) -> Self {
        let head =
            "async fn example(client: &hire_api::Client, user_token: &str) -> Result<(), hire_api::Error> {";
        self.paragraph("# Example").paragraph(format!("```no_run\n# {head}\n{statements}# Ok(())\n# }}\n```"))
    }

    /// Adds statements that make `events`; a documentation test inside hire-api runs them.
    pub(super) fn handler(self, statements: &str) -> Self {
        self.paragraph("# Example").paragraph(format!("```\n{statements}# drop(events);\n```"))
    }

    /// Links the names of endpoints and types if `path` resolves them from here.
    pub(super) fn linked(mut self, path: impl Fn(&str) -> Option<String>) -> Self {
        let mut fenced = false;
        for line in &mut self.0 {
            fenced ^= line.starts_with("```");
            // An escaped back-tick does not open a code span.
            if !fenced && !line.contains("\\`") {
                *line = with_links(line, &path);
            }
        }
        self
    }

    /// The attributes.
    pub(super) fn tokens(&self) -> TokenStream {
        let mut fenced = false;
        let lines = self.0.iter().flat_map(|line| {
            fenced ^= line.starts_with("```");
            if fenced { vec![line.clone()] } else { wrapped(line) }
        });
        let lines = lines.map(|line| if line.is_empty() { line } else { format!(" {line}") });
        quote!(#(#[doc = #lines])*)
    }
}

/// A line of Markdown as lines of about [`WIDTH`] characters that mean the same: tables and code spans stay whole, and
/// no line begins a block.
fn wrapped(markdown: &str) -> Vec<String> {
    if markdown.len() <= WIDTH || markdown.starts_with('|') || markdown.contains("\\`") {
        return vec![markdown.to_owned()];
    }
    let block = |word: &str| word.starts_with(|c: char| "#-+*>=|:~".contains(c) || c.is_ascii_digit());
    let mut lines = Vec::new();
    let (mut line, mut width, mut code) = (String::new(), 0, false);
    for word in markdown.split(' ') {
        let length = word.chars().count();
        if width > 0 {
            let between = !code && !word.is_empty() && !line.ends_with(' ');
            if width + 1 + length > WIDTH && between && !block(word) {
                lines.push(std::mem::take(&mut line));
                width = 0;
            } else {
                line.push(' ');
                width += 1;
            }
        }
        line.push_str(word);
        width += length;
        code ^= !word.matches('`').count().is_multiple_of(2);
    }
    lines.push(line);
    lines
}

/// Derives in the prelude: a link to a type with such a name says that it means the type.
const DERIVES: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

fn with_links(line: &str, path: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(line.len());
    for (index, span) in line.split('`').enumerate() {
        let written = match path(span).filter(|_| index % 2 == 1) {
            Some(path) if path == span && DERIVES.contains(&span) => format!("[`type@{span}`]"),
            Some(path) if path == span => format!("[`{span}`]"),
            Some(path) => format!("[`{span}`]({path})"),
            None if index % 2 == 1 => format!("`{span}`"),
            None => span.to_owned(),
        };
        out.push_str(&written);
    }
    if line.matches('`').count().is_multiple_of(2) { out } else { line.to_owned() }
}

/// The title of an endpoint: ours and the page's.
pub(super) fn headline(endpoint: &Endpoint) -> String {
    both_titles(&endpoint.title, endpoint.label.as_deref())
}

/// When an event is sent: our title and the page's.
pub(super) fn event_headline(event: &Event) -> String {
    both_titles(&event.title, event.label.as_deref())
}

/// `Create an order (创建订单).`
fn both_titles(title: &str, label: Option<&str>) -> String {
    let title = sentence(title);
    match (title.strip_suffix('.'), label) {
        (Some(open), Some(label)) => format!("{open} ({}).", text(label)),
        (None, Some(label)) => format!("{title} ({})", text(label)),
        (_, None) => title,
    }
}

/// The documentation of an endpoint's method and request.
pub(super) fn endpoint(endpoint: &Endpoint) -> Doc {
    let facts = [
        format!("`{} {}`", endpoint.method.as_str(), code(&endpoint.path)),
        format!("quota: {}", quota(endpoint.quota)),
        format!("token: {}", tokens(&endpoint.tokens)),
        format!("apps: {}", join(endpoint.apps.iter().map(|a| app(*a)))),
    ];
    let answer = match endpoint.response_list() {
        _ if endpoint.answers_file => "The answer is a file.",
        Some(_) => "The answer is a list.",
        None => "",
    };
    let mut doc = Doc::default()
        .paragraph(headline(endpoint))
        .paragraph(endpoint.about.as_deref().map(text).unwrap_or_default())
        .paragraph(answer)
        .paragraph(facts.iter().filter(|fact| !fact.ends_with(": ")).cloned().collect::<Vec<_>>().join(" · "))
        .paragraph(scopes("Scopes, one of", &endpoint.scopes))
        .paragraph(scopes("Some fields of the answer need", &endpoint.field_scopes));
    if !endpoint.errors.is_empty() {
        doc = doc.paragraph("# Errors").paragraph(errors(&endpoint.errors));
    }
    let revised =
        endpoint.revised.as_ref().map(|date| format!(", revised {}", text(date))).unwrap_or_default();
    doc.paragraph(format!("[Documentation]({}){revised}", url(&endpoint.doc)))
}

/// The documentation of an event's payload.
pub(super) fn event(event: &Event) -> Doc {
    let facts = [
        format!("event: `{}`", code(&event.event_type)),
        format!("apps: {}", join(event.apps.iter().map(|a| app(*a)))),
    ];
    let revised = event.revised.as_ref().map(|date| format!(", revised {}", text(date))).unwrap_or_default();
    Doc::default()
        .paragraph(event_headline(event))
        .paragraph(event.about.as_deref().map(text).unwrap_or_default())
        .paragraph(facts.iter().filter(|fact| !fact.ends_with(": ")).cloned().collect::<Vec<_>>().join(" · "))
        .paragraph(scopes("Scopes, one of", &event.scopes))
        .paragraph(scopes("Some fields need", &event.field_scopes))
        .paragraph(format!("[Documentation]({}){revised}", url(&event.doc)))
}

/// The documentation of an object or an enum.
pub(super) fn type_(ty: &Type) -> Doc {
    Doc::default()
        .paragraph(titled(ty.doc.as_deref(), ty.label.as_deref(), &ty.name))
        .paragraph(differs(&ty.fix))
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
    facts.extend(field.default.as_ref().map(|value| format!("Defaults to {}.", literal(value))));
    facts.extend(field.example.as_ref().map(|value| format!("Example: {}.", literal(value))));
    let mut doc = Doc::default()
        .paragraph(titled(field.doc.as_deref(), field.label.as_deref(), &field.wire))
        .paragraph(facts.join(" "));
    if field.nullable {
        doc = doc.paragraph(format!("`{}` sends `null`; left unset, nothing is sent.", field.clear_method()));
    }
    if field.replaces {
        doc = doc.paragraph(
            "**Replaces** the stored list: an unset list is not sent and changes nothing; an empty list is sent as `[]` \
             and erases the stored one.",
        );
    }
    doc = doc.paragraph(scopes("Empty without one of the scopes", &field.scopes));
    doc.paragraph(differs(&field.fix))
}

/// Why something differs from the page, if it does.
pub(crate) fn differs(fix: &Option<String>) -> String {
    fix.as_ref().map(|reason| format!("Differs from the page: {}", sentence(reason))).unwrap_or_default()
}

/// Our sentence and the page's label, one of them, or the name.
pub(crate) fn titled(doc: Option<&str>, label: Option<&str>, name: &str) -> String {
    match (doc, label) {
        (Some(doc), Some(label)) => format!("{} ({})", sentence(doc), text(label)),
        (Some(one), None) | (None, Some(one)) => sentence(one),
        (None, None) => format!("`{}`.", code(name)),
    }
}

/// The note of `#[deprecated]`, which rustdoc also reads as Markdown.
pub(super) fn note(reason: &str) -> String {
    text(reason).replace('\n', " ")
}

/// Text with a full stop.
pub(crate) fn sentence(raw: &str) -> String {
    let mut out = text(raw.trim_end());
    if !out.ends_with(['.', '?', '!', ':', '。']) && !out.ends_with(".)") {
        out.push('.');
    }
    out
}

/// The meaning of a format, unless its name is enough.
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
    let limit = match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("At least {min}"),
        (None, Some(max)) => format!("At most {max}"),
        (None, None) => return None,
    };
    let unit = if limit.ends_with(" 1") { unit.trim_end_matches('s') } else { unit };
    Some(format!("{limit}{unit}."))
}

/// The condition as a sentence.
pub(crate) fn required_when(when: &RequiredWhen) -> String {
    match when {
        RequiredWhen::All(conditions) => format!("Required when {}.", reason(conditions)),
        RequiredWhen::Text(words) => format!("Required when: {}", sentence(words)),
    }
}

/// Conditions as text: "`operation` is `Onboard` (1)".
pub fn reason(conditions: &[Condition]) -> String {
    let one = |condition: &Condition| {
        let field = &condition.field;
        match &condition.test {
            Test::Is(values) => {
                format!("`{field}` is {}", values.iter().map(spoken).collect::<Vec<_>>().join(" or "))
            }
            Test::Contains(value) => format!("`{field}` contains {}", spoken(value)),
            Test::Present => format!("`{field}` is set"),
            Test::Absent => format!("`{field}` is not set"),
        }
    };
    conditions.iter().map(one).collect::<Vec<_>>().join(" and ")
}

fn spoken(value: &TestValue) -> String {
    let wire = match &value.value {
        Literal::String(s) => s.clone(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(_) => String::new(),
    };
    match &value.name {
        Some(name) => format!("`{name}` ({wire})"),
        None => format!("`{wire}`"),
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

/// A sentence with scopes; empty if there are none.
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

/// `tenant, user`, as the schema spells it; `none` if there are none.
pub(crate) fn tokens(tokens: &[Token]) -> String {
    if tokens.is_empty() { "none".to_owned() } else { join(tokens.iter().map(|one| token(*one))) }
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

/// Text as Markdown that shows exactly this text: code spans stay, other markup is escaped, lines lose their
/// indentation, and addresses become links.
pub(crate) fn text(raw: &str) -> String {
    // Tabs stop at different columns in different editors.
    let lines = raw.lines().map(|line| text_line(&line.trim().replace('\t', " ")));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
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
            // An underscore inside a word has no meaning.
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
    use super::{text, with_links, wrapped};

    #[test]
    fn code_spans_stay_and_everything_else_is_shown_as_it_is() {
        assert_eq!(text("see `a_b[0]` and [x](y) <b> *c*"), "see `a_b[0]` and \\[x\\](y) \\<b\\> \\*c\\*");
        assert_eq!(text("an odd ` tick"), "an odd \\` tick");
        assert_eq!(text("a\tb"), "a b");
    }

    #[test]
    fn lines_cannot_begin_a_block() {
        assert_eq!(text("# a\n    b\n1. c\n- d\n```rust"), "\\# a\nb\n1\\. c\n\\- d\n\\`\\`\\`rust");
    }

    #[test]
    fn names_of_types_become_links_without_a_redundant_or_ambiguous_target() {
        let path = |name: &str| match name {
            "Food" | "Copy" => Some(name.to_owned()),
            "Zoo" => Some("super::types::Zoo".to_owned()),
            _ => None,
        };
        let linked = with_links("`Food`, `Copy`, `Zoo`, `other`", path);
        assert_eq!(linked, "[`Food`], [`type@Copy`], [`Zoo`](super::types::Zoo), `other`");
    }

    #[test]
    fn long_lines_are_broken_where_their_meaning_stays() {
        let long = "word ".repeat(30) + "`code with blanks that is not broken, however long it is` - 1. # x";
        let lines = wrapped(&long);
        assert_eq!(lines.join(" "), long);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with("` - 1. # x"), "{lines:?}");
        let table = format!("| {long} |");
        assert_eq!(wrapped(&table), [table.as_str()]);
        let unbroken = "字".repeat(200);
        assert_eq!(wrapped(&unbroken), [unbroken.as_str()]);
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(text("at https://a.example/x_y."), "at <https://a.example/x_y>.");
    }
}
