//! How an answer is divided into pages.

use std::fmt;

use crate::read::span::Span;

/// The list of items, and the fields that lead from page to page. All names are wire names, with dots for nested
/// fields.
#[derive(Clone, Debug)]
pub struct Paging {
    /// Its line.
    pub at: Span,
    /// The list in the response.
    pub items: String,
    /// The field of the response that reports a next page.
    pub has_more: Option<String>,
    /// How the next page is requested.
    pub turn: Turn,
}

/// How the next page is requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// By a token from the answer.
    Token {
        /// The field of the request.
        token: String,
        /// The field of the response.
        next: String,
    },
    /// By the number of items before it.
    Offset {
        /// The field of the request.
        offset: String,
        /// The field of the response with the total number of items.
        total: Option<String>,
    },
}

impl Paging {
    /// A list with paging fields of the usual names.
    pub fn usual(at: Span, items: String) -> Self {
        let turn = Turn::Token { token: "page_token".to_owned(), next: "page_token".to_owned() };
        Self { at, items, has_more: Some("has_more".to_owned()), turn }
    }

    /// The field of the request that selects a page.
    pub fn asked(&self) -> &str {
        match &self.turn {
            Turn::Token { token, .. } => token,
            Turn::Offset { offset, .. } => offset,
        }
    }
}

/// As the schema writes it: `items`, or `{items: list, token: page, next: next_page}`.
impl fmt::Display for Paging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::usual(self.at, String::new());
        if self.turn == usual.turn && self.has_more == usual.has_more {
            return f.write_str(&self.items);
        }
        write!(f, "{{items: {}", self.items)?;
        let total = match &self.turn {
            Turn::Token { token, next } => {
                write!(f, ", token: {token}, next: {next}")?;
                None
            }
            Turn::Offset { offset, total } => {
                write!(f, ", offset: {offset}")?;
                total.as_ref()
            }
        };
        for (key, field) in [("has_more", self.has_more.as_ref()), ("total", total)] {
            if let Some(field) = field {
                write!(f, ", {key}: {field}")?;
            }
        }
        f.write_str("}")
    }
}
