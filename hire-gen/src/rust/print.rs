//! Tokens → readable text, without a parser: items and fields on separate lines, indented, with spaces in Rust's
//! style.
//!
//! It runs in every build script, so it is a single pass over the tokens. It relies on properties of generated code:
//! `<` and `>` are brackets, and `&`, `*` and `-` are prefixes.

use std::fmt::Write as _;
use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, Literal, Punct, Spacing, TokenStream, TokenTree};

/// The most columns of a group on one line.
const WIDTH: usize = 100;
/// Operators of several characters.
const OPERATORS: [&str; 11] = ["::", "->", "=>", "..", "..=", "==", "!=", "&&", "||", ">>", "+="];
/// Keywords that a following path, bracket or parenthesis does not belong to.
const KEYWORDS: [&str; 11] =
    ["as", "dyn", "else", "for", "impl", "in", "let", "move", "mut", "return", "where"];

/// The text of these items.
pub(crate) fn print(items: &[TokenStream]) -> String {
    let mut printer = Printer::new();
    for item in items {
        printer.lines(item.clone());
        printer.end_line();
    }
    printer.out
}

/// The last printed token of the line, as far as spacing depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing yet, or an opening bracket.
    Nothing,
    /// A name, a literal, or a closing bracket.
    Word,
    /// A word of [`KEYWORDS`], or a lifetime.
    Keyword,
    /// A prefix operator.
    Prefix,
    /// The tick of a lifetime.
    Tick,
    /// An operator followed by a space.
    Infix,
}

/// Open brackets among the tokens of a group.
#[derive(Default)]
struct Open {
    /// The parameters of a closure.
    closure: bool,
    /// `<`
    angles: usize,
}

struct Printer {
    out: String,
    /// The beginning of the line.
    line: usize,
    indent: usize,
    last: Last,
}

type Tokens = Peekable<IntoIter>;

impl Printer {
    fn new() -> Self {
        Self { out: String::new(), line: 0, indent: 0, last: Last::Nothing }
    }

    /// Statements, items, fields or arguments, on separate lines.
    fn lines(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut open = Open::default();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute(&mut tokens),
                TokenTree::Punct(punct) => {
                    self.operator(&punct, &mut tokens, &mut open);
                    if matches!(punct.as_char(), ';' | ',') && open.angles == 0 {
                        self.end_line();
                    }
                }
                TokenTree::Group(group) => {
                    self.group(&group);
                    if group.delimiter() == Delimiter::Brace && !continues(tokens.peek()) {
                        self.end_line();
                    }
                }
                word => self.word(&word),
            }
        }
    }

    /// `#[..]` on a separate line; a line of documentation as `/// ..`.
    fn attribute(&mut self, tokens: &mut Tokens) {
        let inner = tokens.next_if(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!'));
        let Some(TokenTree::Group(group)) = tokens.next() else { return };
        self.end_line();
        match documentation(&group).filter(|_| inner.is_none()) {
            Some(line) => self.push(&format!("///{line}")),
            None => {
                self.push(if inner.is_some() { "#![" } else { "#[" });
                self.last = Last::Nothing;
                self.on_one_line(group.stream());
                self.push("]");
            }
        }
        self.end_line();
    }

    /// Unbroken tokens; groups among them may be broken.
    fn on_one_line(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut open = Open::default();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) => self.operator(&punct, &mut tokens, &mut open),
                TokenTree::Group(group) => self.group(&group),
                word => self.word(&word),
            }
        }
    }

    /// On the same line if it fits; otherwise one part per line.
    fn group(&mut self, group: &Group) {
        if group.delimiter() == Delimiter::None {
            return self.on_one_line(group.stream());
        }
        self.open(group);
        if let Some(flat) = flat(group, WIDTH.saturating_sub(self.column())) {
            self.out.push_str(&flat);
        } else {
            self.indent += 1;
            self.end_line();
            self.lines(group.stream());
            self.end_line();
            self.indent -= 1;
        }
        self.close(group);
    }

    fn open(&mut self, group: &Group) {
        let apart = match group.delimiter() {
            Delimiter::Brace => self.last != Last::Prefix,
            _ => self.last_is_apart(),
        };
        self.blank_if(apart);
        self.push(brackets(group).0);
        self.last = Last::Nothing;
    }

    fn close(&mut self, group: &Group) {
        self.push(brackets(group).1);
        self.last = Last::Word;
    }

    fn word(&mut self, word: &TokenTree) {
        self.blank_if(matches!(self.last, Last::Word | Last::Keyword | Last::Infix));
        self.push("");
        let start = self.out.len();
        // Writing to a string does not fail.
        let _ = write!(self.out, "{word}");
        let is_keyword = self.last == Last::Tick
            || self.out.get(start..).is_some_and(|written| KEYWORDS.contains(&written));
        self.last = if is_keyword { Last::Keyword } else { Last::Word };
    }

    fn operator(&mut self, first: &Punct, tokens: &mut Tokens, open: &mut Open) {
        let operator = whole(first, tokens);
        let (before, after) = match operator.as_str() {
            "," | ";" | ":" => (false, Last::Infix),
            "." | "?" => (false, Last::Prefix),
            ">" | ">>" => (false, Last::Word),
            "<" => (self.last == Last::Infix, Last::Prefix),
            "::" => (self.last_is_apart(), Last::Prefix),
            "|" if open.closure => (false, Last::Infix),
            "!" if self.last == Last::Word => (false, Last::Prefix),
            "=" | "+" | "->" | "=>" | "==" | "!=" | "+=" => (true, Last::Infix),
            "'" => (self.last != Last::Prefix, Last::Tick),
            _ => (self.last != Last::Prefix, Last::Prefix),
        };
        match operator.as_str() {
            "|" => open.closure = !open.closure,
            "<" => open.angles += 1,
            ">" | ">>" => open.angles = open.angles.saturating_sub(operator.len()),
            _ => {}
        }
        self.blank_if(before);
        self.push(&operator);
        self.last = after;
    }

    /// Whether the next token begins something that, after a name, would continue it.
    fn last_is_apart(&self) -> bool {
        matches!(self.last, Last::Keyword | Last::Infix)
    }

    fn blank_if(&mut self, apart: bool) {
        if apart && self.last != Last::Nothing {
            self.out.push(' ');
        }
    }

    /// Indents the beginning of a line.
    fn push(&mut self, text: &str) {
        if self.column() == 0 {
            self.out.extend(std::iter::repeat_n("    ", self.indent));
        }
        self.out.push_str(text);
    }

    fn end_line(&mut self) {
        if self.column() > 0 {
            self.out.push('\n');
            self.line = self.out.len();
        }
        self.last = Last::Nothing;
    }

    fn column(&self) -> usize {
        self.out.len() - self.line
    }
}

/// The operator that begins with this character.
fn whole(first: &Punct, tokens: &mut Tokens) -> String {
    let mut operator = String::from(first.as_char());
    let mut joint = first.spacing() == Spacing::Joint;
    while joint && let Some(TokenTree::Punct(next)) = tokens.peek() {
        let longer = format!("{operator}{}", next.as_char());
        if !OPERATORS.contains(&longer.as_str()) {
            break;
        }
        joint = next.spacing() == Spacing::Joint;
        operator = longer;
        tokens.next();
    }
    operator
}

fn brackets(group: &Group) -> (&'static str, &'static str) {
    match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}

/// Whether a block is followed by more of the same statement.
fn continues(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), ',' | ';' | '.' | '?'))
}

/// The inside of a group on one line, if it fits and contains no line breaks.
fn flat(group: &Group, room: usize) -> Option<String> {
    let is_block = group.delimiter() == Delimiter::Brace;
    let mut printer = Printer::new();
    let mut tokens = group.stream().into_iter().peekable();
    let mut open = Open::default();
    let pad = if is_block && tokens.peek().is_some() { " " } else { "" };
    printer.out.push_str(pad);
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => return None,
            TokenTree::Punct(punct) if is_block && punct.as_char() == ';' => return None,
            TokenTree::Punct(punct) => printer.operator(&punct, &mut tokens, &mut open),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => return None,
            TokenTree::Group(group) => {
                printer.open(&group);
                let inside = flat(&group, room.checked_sub(printer.out.len())?)?;
                printer.out.push_str(&inside);
                printer.close(&group);
            }
            word => printer.word(&word),
        }
        if printer.out.len() >= room {
            return None;
        }
    }
    printer.out.push_str(pad);
    Some(printer.out)
}

/// The text of `doc = ".."`, if `///` means the same.
fn documentation(group: &Group) -> Option<String> {
    let mut tokens = group.stream().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(_)), Some(TokenTree::Literal(literal)), None) =
        (tokens.next(), tokens.next(), tokens.next(), tokens.next())
    else {
        return None;
    };
    let text = (name == "doc").then(|| string(&literal))??;
    let fits = text.is_empty() || text.starts_with(' ');
    (fits && !text.contains(['\n', '\r'])).then_some(text)
}

/// The value of a string literal.
fn string(literal: &Literal) -> Option<String> {
    let written = literal.to_string();
    if let Some(raw) = written.strip_prefix('r') {
        let raw = raw.trim_matches('#');
        return Some(raw.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let escaped = written.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match rest.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'u' => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
            same @ ('\\' | '"' | '\'') => same,
            _ => return None,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn items_have_lines_and_blanks_of_rust() {
        let item = quote! {
            /// A text with "quotes", a `\` and \u{301}.
            #[doc = ""]
            #[derive(Clone, PartialEq, ::hire_api::Model)]
            #[hire(name = "a very long name to make it break", minimum = -1, tokens(tenant, user), scopes("a", "b"), x)]
            #[non_exhaustive]
            pub struct Request { #[doc = " A."] pub map: ::std::collections::BTreeMap<::std::string::String, Vec<i64>>, pub b: bool, }
            impl ::hire_api::Codes for Code {
                const ALL: &'static [Self] = &[Self::A, Self::B];
                pub(super) fn new(client: ::hire_api::Client) -> Self { Self { client } }
                fn at(self, n: [u8; 3]) -> impl ::std::future::Future<Output = <A as ::b::C>::D> + use<> {
                    let list = response.a.map(|inner| inner.next).unwrap_or_default();
                    &list
                }
            }
            pub enum Empty {}
        };
        let expected = r#"/// A text with "quotes", a `\` and \u{301}.
///
#[derive(Clone, PartialEq, ::hire_api::Model)]
#[hire(
    name = "a very long name to make it break",
    minimum = -1,
    tokens(tenant, user),
    scopes("a", "b"),
    x
)]
#[non_exhaustive]
pub struct Request {
    /// A.
    pub map: ::std::collections::BTreeMap<::std::string::String, Vec<i64>>,
    pub b: bool,
}
impl ::hire_api::Codes for Code {
    const ALL: &'static [Self] = &[Self::A, Self::B];
    pub(super) fn new(client: ::hire_api::Client) -> Self { Self { client } }
    fn at(self, n: [u8; 3]) -> impl ::std::future::Future<Output = <A as ::b::C>::D> + use<> {
        let list = response.a.map(|inner| inner.next).unwrap_or_default();
        &list
    }
}
pub enum Empty {}
"#;
        assert_eq!(print(&[item]), expected);
    }

    #[test]
    fn a_text_stays_one_line_of_documentation_or_a_literal() {
        for (text, expected) in [
            (" x", "/// x\n"),
            (" 中\u{301}\"\\", "/// 中\u{301}\"\\\n"),
            ("", "///\n"),
            ("x", "#[doc = \"x\"]\n"),
            (" a\nb", "#[doc = \" a\\nb\"]\n"),
            (" a\rb", "#[doc = \" a\\rb\"]\n"),
        ] {
            assert_eq!(print(&[quote!(#[doc = #text])]), expected);
        }
    }
}
