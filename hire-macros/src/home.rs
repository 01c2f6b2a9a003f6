//! `#[hire(crate = "corp_sdk::hire_api")]`: the path of hire-api under another name.
//!
//! The derives write `::hire_api`; this replaces it in their finished output, so that the common case costs nothing.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{LitStr, Path};

use super::attr::Attrs;
use super::ctxt::Ctxt;

/// The path of hire-api, if it is not `::hire_api`.
pub(crate) struct Home(Option<TokenStream>);

impl Home {
    /// Takes `crate = ".."` out of the attributes of an item.
    pub(crate) fn take(ctxt: &Ctxt, attrs: &mut Attrs) -> Self {
        let text = attrs.text(ctxt, "crate");
        let path = text.and_then(|text| {
            let path = LitStr::new(&text.text, text.span).parse_with(Path::parse_mod_style);
            if path.is_err() {
                let message = "`crate` is the path of hire-api, such as \"corp_sdk::hire_api\"";
                ctxt.error(text.span, message);
            }
            path.ok()
        });
        Self(path.map(Path::into_token_stream))
    }

    /// The output of a derive with this path in it.
    pub(crate) fn name(&self, output: TokenStream) -> TokenStream {
        match &self.0 {
            Some(path) => replaced(output, path),
            None => output,
        }
    }
}

/// Replaces `::hire_api` at the start of paths. A path of the item itself such as `corp_sdk::hire_api::File` stays.
fn replaced(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let mut done: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => done.push(TokenTree::Group(inside(&group, path))),
            TokenTree::Ident(ident) if ident == "hire_api" && starts_a_path(&done) => {
                done.truncate(done.len().saturating_sub(2));
                done.extend(path.clone());
            }
            token => done.push(token),
        }
    }
    done.into_iter().collect()
}

fn inside(group: &Group, path: &TokenStream) -> Group {
    let delimiter: Delimiter = group.delimiter();
    let mut inner = Group::new(delimiter, replaced(group.stream(), path));
    inner.set_span(group.span());
    inner
}

/// Whether these tokens end with a `::` that does not continue a path.
fn starts_a_path(before: &[TokenTree]) -> bool {
    let colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let [rest @ .., first, second] = before else { return false };
    if !colon(first) || !colon(second) {
        return false;
    }
    match rest {
        [.., TokenTree::Punct(quote), TokenTree::Ident(_)] if quote.as_char() == '\'' => true,
        [.., TokenTree::Ident(ident)] => is_keyword(ident),
        _ => true,
    }
}

/// Whether a path can begin after this word.
fn is_keyword(ident: &Ident) -> bool {
    ["as", "dyn", "for", "impl", "in", "mut", "return", "where"].iter().any(|word| ident == word)
}
