//! The path of hire-api in the output, if it is renamed or re-exported.
//!
//! The emitter writes `::hire_api`; this module replaces it in a finished file and in the derives.

use std::fmt;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::resolve::name;

/// The path of hire-api as generated code writes it, such as `::corp_sdk::hire_api` or `crate::sdk::hire_api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HireApi(String);

impl HireApi {
    /// Reads a path: `corp_sdk::hire_api` starts at a dependency, `crate::sdk` at the crate that includes the output.
    ///
    /// # Errors
    ///
    /// If it is not such a path. `self` and `super` are not allowed, because modules of the output have different
    /// depths.
    pub fn new(path: &str) -> Result<Self, NotAPath> {
        let words: Vec<&str> = path.strip_prefix("::").unwrap_or(path).split("::").collect();
        let inside = !path.starts_with("::") && words.first() == Some(&"crate");
        let names = if inside { words.get(1..).unwrap_or_default() } else { &words };
        let reserved = |word: &str| name::is_keyword(word);
        if words.iter().any(|word| !is_ident(word)) || names.iter().any(|word| reserved(word)) {
            return Err(NotAPath(path.to_owned()));
        }
        let start = if inside { "" } else { "::" };
        Ok(Self(format!("{start}{}", words.join("::"))))
    }

    /// `crate = ".."` for `#[hire(..)]`.
    pub(super) fn attribute(&self) -> TokenStream {
        let path = &self.0;
        quote!(crate = #path)
    }

    /// Replaces `::hire_api` in these tokens by this path.
    pub(super) fn name(&self, tokens: TokenStream) -> TokenStream {
        let mut done: Vec<TokenTree> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let inner = Group::new(group.delimiter(), self.name(group.stream()));
                    done.push(TokenTree::Group(inner));
                }
                TokenTree::Ident(ident) if ident == "hire_api" && starts_a_path(&done) => {
                    done.truncate(done.len().saturating_sub(2));
                    done.extend(self.tokens());
                }
                token => done.push(token),
            }
        }
        done.into_iter().collect()
    }

    fn tokens(&self) -> TokenStream {
        let absolute = self.0.starts_with("::").then(|| quote!(::));
        let words = self.0.split("::").filter(|word| !word.is_empty());
        let words = words.map(|word| Ident::new(word, Span::call_site()));
        quote!(#absolute #(#words)::*)
    }
}

/// Whether these tokens end with a `::` that does not continue a path, such as one to a service named `hire_api`.
fn starts_a_path(before: &[TokenTree]) -> bool {
    let punct =
        |token: &TokenTree, one: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == one);
    let [rest @ .., first, second] = before else { return false };
    let continues = match rest {
        [.., quote, TokenTree::Ident(_)] if punct(quote, '\'') => false,
        [.., TokenTree::Ident(ident)] => !["as", "dyn", "for", "impl"].iter().any(|word| ident == word),
        _ => false,
    };
    punct(first, ':') && punct(second, ':') && !continues
}

fn is_ident(word: &str) -> bool {
    let start = word.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    start && word != "_" && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The text is not the path of a crate or a module.
#[derive(Clone, Debug)]
pub struct NotAPath(String);

impl fmt::Display for NotAPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.0;
        write!(
            f,
            "`{path}` is not the path of a crate: expected one such as `corp_sdk::hire_api` or `crate::sdk`"
        )
    }
}

impl std::error::Error for NotAPath {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_starts_at_a_dependency_or_at_the_crate() {
        for (path, written) in [
            ("hire", "::hire"),
            ("::a::b_1", "::a::b_1"),
            ("crate::sdk::api", "crate::sdk::api"),
            ("crate", "crate"),
        ] {
            assert_eq!(HireApi::new(path).unwrap().0, written);
        }
        for path in
            ["", "a::", "::", "a b", "a::<b>", "self::a", "super::a", "::crate", "a::crate", "1a", "a-b", "_"]
        {
            HireApi::new(path).unwrap_err();
        }
    }

    #[test]
    fn every_mention_is_replaced_and_no_module_of_that_name() {
        let path = HireApi::new("corp::api").unwrap();
        let named = path.name(quote!(impl ::hire_api::P for super::hire_api::X { fn y() -> ::hire_api::Q<&'static ::hire_api::Z>; }));
        let expected = quote!(impl ::corp::api::P for super::hire_api::X { fn y() -> ::corp::api::Q<&'static ::corp::api::Z>; });
        assert_eq!(named.to_string(), expected.to_string());
    }
}
