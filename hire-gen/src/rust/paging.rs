//! The implementation of `Paged` for endpoints that answer in pages.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::literal;
use super::{Context, ident, rust_type};
use crate::read::literal::Number;
use crate::resolve::ir::{Base, Endpoint, Field, Home, Literal, Paging, Turn};

/// The implementation of `Paged`.
pub(super) fn paged(cx: &Context<'_>, endpoint: &Endpoint) -> Option<TokenStream> {
    let paging = endpoint.paging.as_ref()?;
    let list = cx.api.fields_at(&endpoint.response, &paging.items)?;
    let home = Home::Local(endpoint.id.clone());
    let item = rust_type::base(cx.api, &home, list.last()?);
    let names = names(paging);
    let asked = asked(cx, endpoint, paging)?;
    let page = page(cx, endpoint, paging, &list)?;
    let largest = largest_page(endpoint);
    Some(quote! {
        #[allow(deprecated, reason = "paging uses these fields, deprecated or not")]
        impl ::hire_api::Paged for Request {
            type Item = #item;
            #names
            #asked
            #largest
            #[inline]
            fn page(response: Response) -> ::hire_api::Page<#item> {
                #page
            }
        }
    })
}

/// The fields of the answer with unusual names.
fn names(paging: &Paging) -> TokenStream {
    let next = match &paging.turn {
        Turn::Token { next, .. } if next != "page_token" => Some(next),
        Turn::Token { .. } | Turn::Offset { .. } => None,
    };
    let next = next.map(|next| quote!(const NEXT: &'static str = #next;));
    let has_more = paging.has_more.as_ref().filter(|name| *name != "has_more");
    let has_more = has_more.map(|name| quote!(const HAS_MORE: &'static str = #name;));
    quote!(#next #has_more)
}

/// `at_page`, and `offset` if a request contains the number of items before its page.
fn asked(cx: &Context<'_>, endpoint: &Endpoint, paging: &Paging) -> Option<TokenStream> {
    let body = endpoint.body.as_deref().unwrap_or_default();
    let mut sections = [&endpoint.query, body].into_iter();
    let steps = sections.find_map(|fields| cx.api.fields_at(fields, paging.asked()))?;
    let (last, outer) = steps.split_last()?;
    let name = ident(&last.ident);
    let (mut written, mut read) = (quote!(self), Vec::new());
    for field in outer {
        let step = ident(&field.ident);
        // A required field is present, and an optional one can be created empty, as `check` has ensured.
        written = if field.required {
            quote!(#written.#step)
        } else {
            quote!(#written.#step.get_or_insert_default())
        };
        read.push((step, field.required));
    }
    let at_page = |body: TokenStream| {
        quote! {
            #[inline]
            fn at_page(mut self, page_token: ::std::string::String) -> ::std::option::Option<Self> { #body }
        }
    };
    if let Turn::Token { .. } = paging.turn {
        return Some(at_page(quote! {
            #written.#name = ::std::option::Option::Some(page_token);
            ::std::option::Option::Some(self)
        }));
    }
    let at_page = at_page(
        quote!(::hire_api::__private::Begins::begin(&mut #written.#name, &page_token).then_some(self)),
    );
    let mut offset = quote!(::hire_api::__private::Begins::offset(&inner.#name));
    for (step, required) in read.into_iter().rev() {
        offset = if required {
            quote!({ let inner = &inner.#step; #offset })
        } else {
            quote!(inner.#step.as_ref().map_or(::hire_api::Offset::Behind(0), |inner| #offset))
        };
    }
    Some(quote! {
        #at_page
        #[inline]
        fn offset(&self) -> ::std::option::Option<::hire_api::Offset> {
            let inner = self;
            ::std::option::Option::Some(#offset)
        }
    })
}

/// Sets the largest page size, if the request's size is optional and the spec has a maximum.
fn largest_page(endpoint: &Endpoint) -> Option<TokenStream> {
    let mut fields = endpoint.query.iter().chain(endpoint.body.iter().flatten());
    let field = fields.find(|field| field.wire == "page_size")?;
    let Some(Number::Int(most)) = field.limits.maximum.filter(|_| field.limits.fixed.is_none()) else {
        return None;
    };
    let fits = matches!(field.ty.base, Base::Int)
        && field.ty.is_single()
        && !field.required
        && field.unusable.is_none();
    let (name, most) = (ident(&field.ident), literal(&Literal::Int(most)));
    fits.then(|| {
        quote! {
            #[inline]
            fn with_largest_page(mut self) -> Self {
                self.#name.get_or_insert(#most);
                self
            }
        }
    })
}

/// The body of `page`.
fn page(cx: &Context<'_>, endpoint: &Endpoint, paging: &Paging, list: &[&Field]) -> Option<TokenStream> {
    let at = |path: &String| cx.api.fields_at(&endpoint.response, path);
    let has_more = paging.has_more.as_ref().map(at).map_or(Some(None), |steps| steps.map(Some))?;
    let more = has_more.as_deref().map(|steps| value(steps, false));
    let (function, before, values) = match &paging.turn {
        Turn::Token { next, .. } => {
            let next = at(next)?;
            let next_value = value(&next, true);
            let nested = next.len() > 1 || has_more.is_some_and(|steps| steps.len() > 1);
            match (more, nested) {
                (Some(more), false) => (quote!(new), None, quote!(#more, #next_value)),
                (Some(more), true) => {
                    let before = quote!(let (has_more, next) = (#more, #next_value););
                    (quote!(new), Some(before), quote!(has_more, next))
                }
                (None, false) => (quote!(new), None, quote!(::std::option::Option::None, #next_value)),
                (None, true) => {
                    let before = quote!(let next = #next_value;);
                    (quote!(new), Some(before), quote!(::std::option::Option::None, next))
                }
            }
        }
        Turn::Offset { total, .. } => {
            let total = total.as_ref().map(at).map_or(Some(None), |steps| steps.map(Some))?;
            let nothing = quote!(::std::option::Option::None);
            let total = total.map_or(nothing.clone(), |steps| value(&steps, false));
            let more = more.unwrap_or(nothing);
            let before = quote!(let (has_more, total) = (#more, #total););
            (quote!(by_offset), Some(before), quote!(has_more, total))
        }
    };
    let list = items(list)?;
    Some(quote!(#before ::hire_api::Page::#function(#list, #values)))
}

/// The list; nothing else of the answer is needed for it.
fn items(list: &[&Field]) -> Option<TokenStream> {
    let (first, rest) = list.split_first()?;
    let first = ident(&first.ident);
    let mut list = quote!(response.#first);
    for field in rest {
        let step = ident(&field.ident);
        list = quote!(#list.map(|inner| inner.#step).unwrap_or_default());
    }
    Some(list)
}

/// A field of the answer; a nested one is read in place, since the list may be in the same object.
fn value(steps: &[&Field], text: bool) -> TokenStream {
    let Some((last, outer)) = steps.split_last() else { return TokenStream::new() };
    let last = ident(&last.ident);
    let mut outer = outer.iter().map(|field| ident(&field.ident));
    let Some(first) = outer.next() else { return quote!(response.#last) };
    let mut object = quote!(response.#first.as_ref());
    for step in outer {
        object = quote!(#object.and_then(|inner| inner.#step.as_ref()));
    }
    let clone = text.then(|| quote!(.clone()));
    quote!(#object.and_then(|inner| inner.#last #clone))
}
