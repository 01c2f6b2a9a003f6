//! Output that models and requests share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Generics, Ident, Visibility};

use super::ast::{Condition, Field, Section, Test};
use super::attr::{Kind, Literal};

/// `new` with the required fields, and a setter for every other field.
pub(crate) fn constructor(vis: &Visibility, name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let arguments = fields.iter().filter(|field| !field.ty.optional && field.fixed.is_none());
    let arguments = arguments.map(|field| {
        let (ident, ty) = (field.ident, parameter(field));
        quote!(#ident: #ty)
    });
    let values = fields.iter().map(|field| {
        let ident = field.ident;
        let value = match &field.fixed {
            _ if field.ty.optional => quote!(::core::option::Option::None),
            Some(fixed) => {
                let ty = field.ty.core;
                quote!(<#ty as ::core::convert::From<_>>::from(#fixed))
            }
            None => converted(field),
        };
        quote!(#ident: #value)
    });
    let setters = fields.iter().filter(|field| field.ty.optional).map(|field| setter(vis, field));
    quote! {
        #[allow(deprecated, clippy::too_many_arguments, clippy::new_without_default)]
        impl #name {
            /// Creates it from the required fields.
            #[inline]
            #[must_use]
            #vis fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }

            #(#setters)*
        }
    }
}

fn setter(vis: &Visibility, field: &Field<'_>) -> TokenStream {
    let (ident, ty, mut value) = (field.ident, parameter(field), converted(field));
    let documentation = &field.documentation;
    let clear = field.ty.nullable.then(|| {
        value = quote!(::core::option::Option::Some(#value));
        let clear = clear(field);
        let doc = format!("Sends `null` for [`{0}`](Self::{0}).", ident.unraw());
        let deprecated = documentation.iter().filter(|attribute| attribute.path().is_ident("deprecated"));
        quote! {
            #[doc = #doc]
            #(#deprecated)*
            #[inline]
            #[must_use]
            #vis fn #clear(mut self) -> Self {
                self.#ident = ::core::option::Option::Some(::core::option::Option::None);
                self
            }
        }
    });
    quote! {
        #clear
        #(#documentation)*
        #[inline]
        #[must_use]
        #vis fn #ident(mut self, #ident: #ty) -> Self {
            self.#ident = ::core::option::Option::Some(#value);
            self
        }
    }
}

/// The method that sends `null`: `_x` has `clear_x`, because a name has no two `_` in a row.
pub(crate) fn clear(field: &Field<'_>) -> Ident {
    format_ident!("clear_{}", field.ident.unraw().to_string().trim_start_matches('_'))
}

/// Types that are made from several others.
const CONVERTED: [&str; 5] = ["String", "Millis", "Seconds", "CustomValue", "Json"];

fn is_converted(ty: &syn::Type) -> bool {
    CONVERTED.contains(&super::ast::last_name(ty).as_str())
}

/// The argument type of `new` or a setter.
fn parameter(field: &Field<'_>) -> TokenStream {
    let core = field.ty.core;
    match field.ty.item {
        Some(item) if is_converted(item) => {
            quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#item>>)
        }
        Some(item) => quote!(impl ::core::iter::IntoIterator<Item = #item>),
        None if is_converted(core) => quote!(impl ::core::convert::Into<#core>),
        None => quote!(#core),
    }
}

/// The argument converted to the field's type.
fn converted(field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    let value = match field.ty.item {
        Some(item) if is_converted(item) => quote! {
            ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                ::core::iter::IntoIterator::into_iter(#ident),
                ::core::convert::Into::into,
            ))
        },
        Some(_) => quote!(::core::iter::Iterator::collect(::core::iter::IntoIterator::into_iter(#ident))),
        None if is_converted(field.ty.core) => quote!(::core::convert::Into::into(#ident)),
        None => quote!(#ident),
    };
    if field.ty.boxed { quote!(::std::boxed::Box::new(#value)) } else { value }
}

/// `Debug`, which shows set fields and hides sensitive ones.
pub(crate) fn debug(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let shown = fields.iter().map(|field| {
        let (ident, label) = (field.ident, field.ident.to_string());
        let value = match (field.sensitive, field.ty.optional) {
            (true, true) => quote!(::hire_api::__private::hidden(&self.#ident)),
            (true, false) => quote!(::core::option::Option::Some(&::hire_api::__private::Hidden)),
            (false, true) => quote!(::hire_api::__private::field(&self.#ident)),
            (false, false) => quote!(::core::option::Option::Some(&self.#ident)),
        };
        quote!((#label, #value))
    });
    let label = name.to_string();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::hire_api::__private::debug(f, #label, &[#(#shown),*])
            }
        }
    }
}

/// `Check`: every limit of every field, and the checks of its contents.
pub(crate) fn check(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let form = fields.iter().any(|field| field.section == Section::Part);
    let statements: Vec<TokenStream> = fields.iter().flat_map(|field| field_checks(field, form)).collect();
    let checks = if statements.is_empty() { format_ident!("_") } else { format_ident!("checks") };
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::Check for #name {
            #[inline]
            fn check(&self, #checks: &mut ::hire_api::Checks) {
                #(#statements)*
            }
        }
    }
}

fn field_checks(field: &Field<'_>, form: bool) -> Vec<TokenStream> {
    let (ident, wire) = (field.ident, &field.wire.text);
    let mut all = Vec::new();
    if let Some(when) = &field.required_when {
        let conditions = when.conditions.iter().map(condition);
        let reason = &when.reason;
        all.push(quote! {
            if self.#ident.is_none() #(&& #conditions)* {
                ::hire_api::__private::missing(checks, #wire, #reason);
            }
        });
    }
    if field.minimum.is_some() || field.maximum.is_some() {
        let (min, max) =
            (option(field.minimum.as_ref().map(number)), option(field.maximum.as_ref().map(number)));
        all.push(quote!(::hire_api::__private::range(checks, #wire, &self.#ident, #min, #max);));
    }
    let count = |limit: Option<(usize, _)>| option(limit.map(|(count, _)| quote!(#count)));
    if field.min_length.is_some() || field.max_length.is_some() {
        let (min, max) = (count(field.min_length), count(field.max_length));
        all.push(quote!(::hire_api::__private::length(checks, #wire, &self.#ident, #min, #max);));
    }
    // A query or a form cannot express an empty list: it would be sent as if the list were unset.
    let repeated = match field.section {
        Section::Query | Section::Part => true,
        Section::Body => form,
        Section::Path | Section::Header | Section::Whole => false,
    };
    let in_query = repeated && field.ty.item.is_some();
    if field.min_items.is_some() || field.max_items.is_some() || in_query {
        let least = field.min_items.map(|(least, _)| least).unwrap_or_default().max(usize::from(in_query));
        let (min, max) = (option((least > 0).then(|| quote!(#least))), count(field.max_items));
        let list = match (field.ty.optional, field.ty.nullable) {
            (_, true) => quote!(self.#ident.as_ref().and_then(::core::option::Option::as_ref)),
            (true, false) => quote!(self.#ident.as_ref()),
            (false, false) => option(Some(quote!(&self.#ident))),
        };
        all.push(quote!(::hire_api::__private::items(checks, #wire, #list, #min, #max);));
    }
    if let Some((max, _)) = field.max_bytes {
        all.push(quote!(::hire_api::__private::bytes(checks, #wire, &self.#ident, #max);));
    }
    if let Some(fixed) = &field.fixed {
        let fixed = literal(fixed);
        all.push(quote!(::hire_api::__private::fixed(checks, #wire, &self.#ident, #fixed);));
    }
    if field.date.is_some() {
        all.push(quote!(::hire_api::__private::date(checks, #wire, &self.#ident);));
    }
    if field.json.is_some() {
        all.push(quote!(::hire_api::__private::json(checks, #wire, &self.#ident);));
    }
    if !field.ty.plain {
        all.push(quote!(checks.field(#wire, &self.#ident);));
    }
    all
}

fn condition(condition: &Condition) -> TokenStream {
    let sibling = &condition.sibling;
    let any = |literals: &[Literal]| {
        let literals = literals.iter().map(literal);
        quote!(::hire_api::__private::is_set(&self.#sibling, &[#(#literals),*]))
    };
    match &condition.test {
        Test::Is(literals) => any(literals),
        Test::Contains(literal) => any(std::slice::from_ref(literal)),
        Test::Present => quote!(self.#sibling.is_some()),
        Test::Absent => quote!(self.#sibling.is_none()),
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn number(literal: &Literal) -> TokenStream {
    let kind =
        if matches!(literal.kind, Kind::Float(_)) { format_ident!("Float") } else { format_ident!("Int") };
    quote!(::hire_api::__private::Number::#kind(#literal))
}

/// A literal for comparison in the runtime.
pub(crate) fn literal(literal: &Literal) -> TokenStream {
    let kind = format_ident!(
        "{}",
        match literal.kind {
            Kind::Int(_) => "Int",
            Kind::Float(_) => "Float",
            Kind::String(_) => "String",
            Kind::Bool(_) => "Bool",
        }
    );
    quote!(::hire_api::__private::Literal::#kind(#literal))
}

/// Whether an item has generics, for which no stub can be written.
pub(crate) fn is_generic(generics: &Generics) -> bool {
    !generics.params.is_empty()
}
