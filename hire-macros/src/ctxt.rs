//! Collects errors, so that all of them are reported together.

use std::cell::RefCell;

use proc_macro2::{Span, TokenStream};

/// A sink for errors. It panics if it is dropped unread.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())) }
    }

    pub(crate) fn error(&self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// All errors as compiler errors; `None` if there are none.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        errors
            .into_iter()
            .reduce(|mut all, error| {
                all.combine(error);
                all
            })
            .map(|all| all.to_compile_error())
    }
}

impl Drop for Ctxt {
    #[expect(clippy::panic, reason = "a lost error would lead to a wrong expansion")]
    fn drop(&mut self) {
        if self.errors.borrow().is_some() && !std::thread::panicking() {
            panic!("errors were dropped unread");
        }
    }
}

/// `expected`, or the known word that was probably meant.
pub(crate) fn suggestion(written: &str, known: &[&str]) -> String {
    let near = known.iter().map(|word| (distance(written, word), word)).min();
    match near {
        Some((distance, word)) if distance <= word.len().max(3) / 3 => format!("did you mean `{word}`?"),
        _ => format!("expected {}", listed(known)),
    }
}

fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, above) in b.chars().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(from != to)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, cost);
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
