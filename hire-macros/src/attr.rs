//! `#[hire(..)]` → keys with values, independent of their meaning.

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, Path, Token, parenthesized, token};

use super::ctxt::{Ctxt, suggestion};

/// `key`, `key = value` or `key(..)`.
pub(crate) struct Item {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    None,
    Literal(Literal),
    Path(Path),
    List(Vec<Entry>),
}

/// An entry of a list.
pub(crate) enum Entry {
    Item(Item),
    Literal(Literal),
}

/// A literal, including negative numbers.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    Int(i64),
    Float(f64),
    String(String),
    Bool(bool),
}

/// Text and its place.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.peek(Lit) || input.peek(Token![-]) {
                Value::Literal(input.parse()?)
            } else {
                Value::Path(input.parse()?)
            }
        } else if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            let entries = Punctuated::<Entry, Token![,]>::parse_terminated(&content)?;
            Value::List(entries.into_iter().collect())
        } else {
            Value::None
        };
        Ok(Self { key, value })
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) || input.peek(Token![-]) {
            input.parse().map(Self::Literal)
        } else {
            input.parse().map(Self::Item)
        }
    }
}

impl Parse for Literal {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let minus: Option<Token![-]> = input.parse()?;
        let literal: Lit = input.parse()?;
        let span = literal.span();
        let kind = match (&literal, minus.is_some()) {
            (Lit::Int(number), minus) => {
                let sign = if minus { "-" } else { "" };
                let number = format!("{sign}{}", number.base10_digits()).parse();
                Kind::Int(number.map_err(|_| syn::Error::new(span, "expected a whole number of 64 bits"))?)
            }
            (Lit::Float(number), minus) => {
                let number: f64 = number.base10_parse()?;
                Kind::Float(if minus { -number } else { number })
            }
            (Lit::Str(text), false) => Kind::String(text.value()),
            (Lit::Bool(flag), false) => Kind::Bool(flag.value),
            _ => return Err(syn::Error::new(span, "expected a string, a number, `true` or `false`")),
        };
        Ok(Self { kind, span })
    }
}

/// The attributes of one item.
pub(crate) struct Known {
    /// Keys that may appear once, in groups.
    pub(crate) once: &'static [&'static [&'static str]],
    /// Keys that may be repeated.
    pub(crate) often: &'static [&'static str],
}

/// The attributes of one item, taken one by one.
pub(crate) struct Attrs {
    items: Vec<Item>,
}

impl Attrs {
    /// Reads all `#[hire(..)]` of an item.
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute], known: &Known) -> Self {
        let mut items: Vec<Item> = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("hire")) {
            match attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated) {
                Ok(parsed) => items.extend(parsed),
                Err(error) => ctxt.push(error),
            }
        }
        Self { items: unique(ctxt, items, known) }
    }

    fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.items.iter().position(|item| item.key == key)?;
        Some(self.items.remove(at))
    }

    /// `key`
    pub(crate) fn flag(&mut self, ctxt: &Ctxt, key: &str) -> Option<Span> {
        let item = self.take(key)?;
        if !matches!(item.value, Value::None) {
            ctxt.error(item.key.span(), format_args!("`{key}` takes no value"));
        }
        Some(item.key.span())
    }

    /// `key = literal`
    pub(crate) fn literal(&mut self, ctxt: &Ctxt, key: &str) -> Option<Literal> {
        let item = self.take(key)?;
        match item.value {
            Value::Literal(literal) => Some(literal),
            _ => {
                ctxt.error(item.key.span(), format_args!("expected `{key} = <value>`"));
                None
            }
        }
    }

    /// `key = "text"`
    pub(crate) fn text(&mut self, ctxt: &Ctxt, key: &str) -> Option<Text> {
        let Literal { kind, span } = self.literal(ctxt, key)?;
        match kind {
            Kind::String(text) => Some(Text { text, span }),
            _ => {
                ctxt.error(span, format_args!("`{key}` is a string"));
                None
            }
        }
    }

    /// `key = 3`
    pub(crate) fn count(&mut self, ctxt: &Ctxt, key: &str) -> Option<(usize, Span)> {
        let Literal { kind, span } = self.literal(ctxt, key)?;
        let count = match kind {
            Kind::Int(number) => usize::try_from(number).ok(),
            _ => None,
        };
        if count.is_none() {
            ctxt.error(span, format_args!("`{key}` is a whole number, zero or more"));
        }
        count.map(|count| (count, span))
    }

    /// `key = Some::Type`
    pub(crate) fn path(&mut self, ctxt: &Ctxt, key: &str) -> Option<Path> {
        let item = self.take(key)?;
        match item.value {
            Value::Path(path) => Some(path),
            _ => {
                ctxt.error(item.key.span(), format_args!("expected `{key} = <type>`"));
                None
            }
        }
    }

    /// `key(..)`
    pub(crate) fn list(&mut self, ctxt: &Ctxt, key: &str) -> Option<(Ident, Vec<Entry>)> {
        let item = self.take(key)?;
        match item.value {
            Value::List(entries) => Some((item.key, entries)),
            _ => {
                ctxt.error(item.key.span(), format_args!("expected `{key}(..)`"));
                None
            }
        }
    }
}

/// Removes unknown keys, and repeated keys except the first.
fn unique(ctxt: &Ctxt, items: Vec<Item>, known: &Known) -> Vec<Item> {
    let once = known.once.concat();
    let mut kept: Vec<Item> = Vec::new();
    for item in items {
        let key = item.key.to_string();
        let often = known.often.contains(&key.as_str());
        if !often && !once.contains(&key.as_str()) {
            let all = [once.as_slice(), known.often].concat();
            let help = suggestion(&key, &all);
            ctxt.error(item.key.span(), format_args!("unknown attribute `{key}`: {help}"));
        } else if !often && kept.iter().any(|other| other.key == key) {
            ctxt.error(item.key.span(), format_args!("`{key}` is repeated"));
        } else {
            kept.push(item);
        }
    }
    kept
}

/// An `Attrs` for the entries of a list, such as those of `error(..)`.
pub(crate) fn entries(ctxt: &Ctxt, entries: Vec<Entry>, known: &Known) -> Attrs {
    let mut items = Vec::new();
    for entry in entries {
        match entry {
            Entry::Item(item) => items.push(item),
            Entry::Literal(literal) => ctxt.error(literal.span, "expected a key, as in `key = <value>`"),
        }
    }
    Attrs { items: unique(ctxt, items, known) }
}

/// The strings of a list, such as those of `scopes("a", "b")`.
pub(crate) fn strings(ctxt: &Ctxt, entries: Vec<Entry>) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in entries {
        match entry {
            Entry::Literal(Literal { kind: Kind::String(text), .. }) => texts.push(text),
            Entry::Literal(Literal { span, .. }) => ctxt.error(span, "expected a string"),
            Entry::Item(item) => ctxt.error(item.key.span(), "expected a string in quotes"),
        }
    }
    texts
}

/// The words of a list, such as those of `tokens(tenant, user)`, all of them known.
pub(crate) fn words(ctxt: &Ctxt, entries: Vec<Entry>, known: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for entry in entries {
        let (word, span) = match entry {
            Entry::Item(Item { key, value: Value::None }) => (key.to_string(), key.span()),
            Entry::Item(Item { key, .. }) => (String::new(), key.span()),
            Entry::Literal(literal) => (String::new(), literal.span),
        };
        if known.contains(&word.as_str()) {
            words.push(word);
        } else {
            ctxt.error(span, format_args!("unknown word `{word}`: {}", suggestion(&word, known)));
        }
    }
    words
}

/// The attributes that a setter copies from its field: its documentation and deprecation.
pub(crate) fn documentation(attributes: &[Attribute]) -> Vec<&Attribute> {
    let taken =
        |attribute: &&Attribute| attribute.path().is_ident("doc") || attribute.path().is_ident("deprecated");
    attributes.iter().filter(taken).collect()
}

impl ToTokens for Literal {
    /// In Rust syntax, numbers with their type.
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        let span = self.span;
        match &self.kind {
            Kind::Int(number) => quote::quote_spanned!(span=> #number).to_tokens(tokens),
            Kind::Float(number) => quote::quote_spanned!(span=> #number).to_tokens(tokens),
            Kind::String(text) => quote::quote_spanned!(span=> #text).to_tokens(tokens),
            Kind::Bool(flag) => quote::quote_spanned!(span=> #flag).to_tokens(tokens),
        }
    }
}
