//! Parts of the output that models and requests share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Generics, Ident, Visibility};

use crate::ast::{Condition, Field, Section, Test};
use crate::attr::{Kind, Literal};

/// `new` with what is required, and a setter for everything else.
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
        #[automatically_derived]
        #[allow(deprecated, clippy::too_many_arguments, clippy::new_without_default)]
        impl #name {
            /// With everything that is required.
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
    let (ident, ty, value) = (field.ident, parameter(field), converted(field));
    let documentation = &field.documentation;
    quote! {
        #(#documentation)*
        #[inline]
        #[must_use]
        #vis fn #ident(mut self, #ident: #ty) -> Self {
            self.#ident = ::core::option::Option::Some(#value);
            self
        }
    }
}

/// Types that are made from several others.
const CONVERTED: [&str; 5] = ["String", "Millis", "Seconds", "CustomValue", "Json"];

fn is_converted(ty: &syn::Type) -> bool {
    CONVERTED.contains(&crate::ast::last_name(ty).as_str())
}

/// What `new` or a setter takes.
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

/// The argument of the field's name as what the field holds.
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

/// `Debug`, which shows what is set and hides what is sensitive.
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

/// `Serialize` for what is in a JSON body.
pub(crate) fn serialize(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let entries = fields.iter().filter(|field| field.section == Section::Body).map(|field| {
        let (ident, wire) = (field.ident, &field.wire.text);
        let write = if field.ty.optional { format_ident!("optional") } else { format_ident!("required") };
        quote!(map.#write(#wire, &self.#ident);)
    });
    let entries: Vec<TokenStream> = entries.collect();
    let mutable = (!entries.is_empty()).then(|| quote!(mut));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::__private::Serialize for #name {
            fn serialize<S: ::hire_api::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let #mutable map = ::hire_api::__private::Entries::of(serializer);
                #(#entries)*
                map.end()
            }
        }
    }
}

/// `Deserialize`. What a received struct does not get is empty; what a sent one does not get is an error.
pub(crate) fn deserialize(name: &Ident, fields: &[Field<'_>], received: bool) -> TokenStream {
    let body: Vec<&Field<'_>> = fields.iter().filter(|field| field.section == Section::Body).collect();
    let slots: Vec<Ident> = (0..body.len()).map(|index| format_ident!("field_{index}")).collect();
    let arms = body.iter().zip(&slots).map(|(field, slot)| {
        let wire = &field.wire.text;
        quote!(#wire => fields.value(#wire, &mut #slot),)
    });
    let mut next = slots.iter();
    let values = fields.iter().map(|field| {
        let (ident, wire) = (field.ident, &field.wire.text);
        let slot = if field.section == Section::Body { next.next() } else { None };
        let value = match slot {
            None => quote!(::hire_api::__private::Blank::blank()),
            Some(slot) if field.ty.optional => quote!(#slot),
            Some(slot) if received => quote!(::core::option::Option::unwrap_or_default(#slot)),
            Some(slot) => quote!(fields.required(#wire, #slot)?),
        };
        quote!(#ident: #value)
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> ::hire_api::__private::ReadModel<'de> for #name {
            fn read_fields<A: ::hire_api::__private::MapAccess<'de>>(
                fields: &mut ::hire_api::__private::Fields<A>,
            ) -> ::core::result::Result<Self, A::Error> {
                #(let mut #slots = ::core::option::Option::None;)*
                while let ::core::option::Option::Some(name) = fields.name()? {
                    let read = match &*name {
                        #(#arms)*
                        _ => fields.skip(),
                    };
                    read?;
                }
                ::core::result::Result::Ok(Self { #(#values),* })
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'de> ::hire_api::__private::Read<'de> for #name {
            fn read<D: ::hire_api::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::object(deserializer)
            }
        }

        #[automatically_derived]
        impl<'de> ::hire_api::__private::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::object(deserializer)
            }
        }
    }
}

/// `Check`: every limit of every field, and what is wrong inside of them.
pub(crate) fn check(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let statements: Vec<TokenStream> = fields.iter().flat_map(field_checks).collect();
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

/// Nothing can be wrong with these but their limits.
const UNCHECKED: [&str; 3] = ["String", "i64", "bool"];

fn field_checks(field: &Field<'_>) -> Vec<TokenStream> {
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
    if field.min_items.is_some() || field.max_items.is_some() {
        let (min, max) = (count(field.min_items), count(field.max_items));
        let list =
            if field.ty.optional { quote!(self.#ident.as_ref()) } else { option(Some(quote!(&self.#ident))) };
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
    if !UNCHECKED.contains(&field.ty.base.as_str()) {
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

/// A literal as the runtime compares it.
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
