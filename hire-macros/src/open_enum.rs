//! `#[derive(OpenEnum)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Variant};

use super::attr::{Attrs, Kind, Known, Literal, Text};
use super::ctxt::Ctxt;
use super::home::Home;
use super::{expand, fallback};

const ENUM: Known = Known { once: &[&["int", "string", "serde", "crate"]], often: &[] };
const VARIANT: Known = Known { once: &[&["value", "label", "unrecognized"]], often: &[] };

/// A named value.
struct Named<'a> {
    ident: &'a Ident,
    value: Literal,
    label: Option<Text>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let mut attrs = Attrs::read(&ctxt, &input.attrs, &ENUM);
    let home = Home::take(&ctxt, &mut attrs);
    let (int, serde) = repr(&ctxt, input, &mut attrs);
    let (named, unrecognized) = variants(&ctxt, input, int);
    values_differ(&ctxt, &named);
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics)).then(|| fallback::value(&input.ident));
        return home.name(quote!(#errors #stubs));
    }
    let (Some(int), Some(unrecognized)) = (int, unrecognized) else { return TokenStream::new() };
    let serde = serde.then(|| serde_impls(&input.ident, int));
    let expanded = expand(input, int, &named, unrecognized);
    home.name(quote!(#expanded #serde))
}

/// Whether its values are numbers (`None`, and an error, if unspecified), and whether it supports serde.
fn repr(ctxt: &Ctxt, input: &DeriveInput, attrs: &mut Attrs) -> (Option<bool>, bool) {
    let (int, string) = (attrs.flag(ctxt, "int"), attrs.flag(ctxt, "string"));
    match (int, string) {
        (None, None) => {
            ctxt.error(
                input.ident.span(),
                "the kind of its values is missing: add `#[hire(int)]` or `#[hire(string)]`",
            );
        }
        (Some(_), Some(span)) => ctxt.error(span, "its values are either `int` or `string`"),
        _ => {}
    }
    (int.map(|_| true).or(string.map(|_| false)), attrs.flag(ctxt, "serde").is_some())
}

/// The named values, and the variant for all others.
fn variants<'a>(
    ctxt: &Ctxt,
    input: &'a DeriveInput,
    int: Option<bool>,
) -> (Vec<Named<'a>>, Option<&'a Ident>) {
    let Data::Enum(data) = &input.data else {
        ctxt.error(input.ident.span(), "expected an enum");
        return (Vec::new(), None);
    };
    let mut named = Vec::new();
    let mut unrecognized = None;
    for variant in &data.variants {
        if let Some(first) = unrecognized {
            let message = format!("`{first}` takes all other values, so it must be the only and last one");
            ctxt.error(variant.ident.span(), message);
        }
        let mut attrs = Attrs::read(ctxt, &variant.attrs, &VARIANT);
        if attrs.flag(ctxt, "unrecognized").is_some() {
            unrecognized = Some(&variant.ident);
            int.into_iter().for_each(|int| keeps_a_value(ctxt, variant, int));
        } else {
            named.extend(self::named(ctxt, variant, &mut attrs, int));
        }
    }
    if unrecognized.is_none() {
        let ty = if int == Some(false) { "UnrecognizedString" } else { "UnrecognizedInt" };
        let message =
            format!("Feishu adds values: end with `#[hire(unrecognized)] Unrecognized(hire_api::{ty})`");
        ctxt.error(input.ident.span(), message);
    }
    (named, unrecognized)
}

fn keeps_a_value(ctxt: &Ctxt, variant: &Variant, int: bool) {
    let expected = if int { "UnrecognizedInt" } else { "UnrecognizedString" };
    let fits = match &variant.fields {
        Fields::Unnamed(fields) => {
            let mut types = fields.unnamed.iter().map(|field| super::ast::last_name(&field.ty));
            types.next().as_deref() == Some(expected) && types.next().is_none()
        }
        _ => false,
    };
    if !fits {
        ctxt.error(variant.ident.span(), format_args!("expected `{}(hire_api::{expected})`", variant.ident));
    }
}

fn named<'a>(ctxt: &Ctxt, variant: &'a Variant, attrs: &mut Attrs, int: Option<bool>) -> Option<Named<'a>> {
    let span = variant.ident.span();
    if !matches!(variant.fields, Fields::Unit) {
        ctxt.error(span, "a named value cannot have fields");
    }
    let label = attrs.text(ctxt, "label");
    let Some(value) = attrs.literal(ctxt, "value") else {
        ctxt.error(span, "expected `#[hire(value = ..)]`, the wire value");
        return None;
    };
    match (&value.kind, int) {
        (Kind::Int(_), Some(true)) | (Kind::String(_), Some(false)) | (_, None) => {}
        (_, Some(true)) => ctxt.error(value.span, "the values of this enum are whole numbers"),
        (_, Some(false)) => ctxt.error(value.span, "the values of this enum are strings"),
    }
    Some(Named { ident: &variant.ident, value, label })
}

fn values_differ(ctxt: &Ctxt, named: &[Named<'_>]) {
    for (index, variant) in named.iter().enumerate() {
        if let Some(first) = named.iter().take(index).find(|other| other.value.kind == variant.value.kind) {
            ctxt.error(variant.value.span, format_args!("`{}` already has this value", first.ident));
        }
    }
}

fn expand(input: &DeriveInput, int: bool, named: &[Named<'_>], unrecognized: &Ident) -> TokenStream {
    let (name, vis) = (&input.ident, &input.vis);
    let idents: Vec<&Ident> = named.iter().map(|one| one.ident).collect();
    let labels = named.iter().map(|one| match &one.label {
        Some(label) => {
            let text = &label.text;
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    });
    let shown = named.iter().map(|one| one.ident.to_string());
    let conversions = if int {
        int_conversions(input, named, unrecognized)
    } else {
        string_conversions(input, named, unrecognized)
    };
    quote! {
        #[allow(deprecated)]
        impl #name {
            /// All named values, in the order of the page.
            #vis const KNOWN: &'static [Self] = &[#(Self::#idents),*];

            /// Returns the page's label; `None` if there is none or the value has no name.
            #[inline]
            #vis const fn label(&self) -> ::core::option::Option<&'static str> {
                match self {
                    #(Self::#idents => #labels,)*
                    Self::#unrecognized(_) => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(Self::#idents => f.write_str(#shown),)*
                    Self::#unrecognized(value) => f.debug_tuple("Unrecognized").field(value).finish(),
                }
            }
        }

        #conversions

        #[automatically_derived]
        impl ::hire_api::Check for #name {
            #[inline]
            fn check(&self, _: &mut ::hire_api::Checks) {}
        }

        #[automatically_derived]
        impl ::hire_api::__private::Tested for #name {
            type Value = Self;

            #[inline]
            fn each(
                &self,
                checks: &mut ::hire_api::Checks,
                look: &mut dyn ::core::ops::FnMut(&mut ::hire_api::Checks, &Self),
            ) {
                look(checks, self);
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::hire_api::wire::Read for #name {
            #[inline]
            fn read(
                reader: &mut ::hire_api::wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::hire_api::wire::Stop> {
                ::hire_api::__private::scalar(reader)
            }
        }
    }
}

fn serde_impls(name: &Ident, int: bool) -> TokenStream {
    let serialize = if int {
        quote!(serializer.serialize_i64(self.as_int()))
    } else {
        quote!(serializer.serialize_str(self.as_str()))
    };
    quote! {
        #[automatically_derived]
        impl ::hire_api::__private::serde::Serialize for #name {
            fn serialize<S: ::hire_api::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #serialize
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'de> ::hire_api::__private::serde::Parse<'de> for #name {
            fn parse<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::serde::scalar(deserializer)
            }
        }

        #[automatically_derived]
        impl<'de> ::hire_api::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::serde::scalar(deserializer)
            }
        }
    }
}

/// From and to a number.
fn int_conversions(input: &DeriveInput, named: &[Named<'_>], unrecognized: &Ident) -> TokenStream {
    let (name, vis) = (&input.ident, &input.vis);
    let idents: Vec<&Ident> = named.iter().map(|one| one.ident).collect();
    let values: Vec<&Literal> = named.iter().map(|one| &one.value).collect();
    quote! {
        #[allow(deprecated)]
        impl #name {
            /// Returns the wire value.
            #[inline]
            #vis const fn as_int(&self) -> i64 {
                match self {
                    #(Self::#idents => #values,)*
                    Self::#unrecognized(value) => value.get(),
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::convert::From<i64> for #name {
            #[inline]
            fn from(value: i64) -> Self {
                match value {
                    #(#values => Self::#idents,)*
                    other => Self::#unrecognized(::hire_api::__private::unrecognized_int(other)),
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            /// Returns the wire value.
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_int(), f)
            }
        }

        #[automatically_derived]
        impl ::core::str::FromStr for #name {
            type Err = ::core::num::ParseIntError;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::num::ParseIntError> {
                text.parse::<i64>().map(Self::from)
            }
        }

        #[automatically_derived]
        impl ::hire_api::wire::Write for #name {
            #[inline]
            fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                ::hire_api::wire::Write::write(&self.as_int(), out);
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Scalar for #name {
            const EXPECTED: &'static str = "a whole number of 64 bits";

            #[inline]
            fn from_text(text: &str) -> ::core::option::Option<Self> {
                <i64 as ::hire_api::__private::Scalar>::from_text(text).map(Self::from)
            }

            #[inline]
            fn from_int(number: i64) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::from(number))
            }

            #[inline]
            fn from_number(text: &str) -> ::core::option::Option<Self> {
                <i64 as ::hire_api::__private::Scalar>::from_number(text).map(Self::from)
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Is for #name {
            #[inline]
            fn is(&self, literal: ::hire_api::__private::Literal) -> bool {
                ::hire_api::__private::Is::is(&self.as_int(), literal)
            }
        }

        #[automatically_derived]
        impl ::hire_api::Param for #name {
            #[inline]
            fn each(&self, take: &mut dyn ::core::ops::FnMut(&str)) {
                ::hire_api::Param::each(&self.as_int(), take);
            }
        }
    }
}

/// From and to text.
fn string_conversions(input: &DeriveInput, named: &[Named<'_>], unrecognized: &Ident) -> TokenStream {
    let (name, vis) = (&input.ident, &input.vis);
    let idents: Vec<&Ident> = named.iter().map(|one| one.ident).collect();
    let values: Vec<&Literal> = named.iter().map(|one| &one.value).collect();
    quote! {
        #[allow(deprecated)]
        impl #name {
            /// Returns the wire value.
            #[inline]
            #vis fn as_str(&self) -> &str {
                match self {
                    #(Self::#idents => #values,)*
                    Self::#unrecognized(value) => value.get(),
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::convert::From<&str> for #name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    #(#values => Self::#idents,)*
                    other => Self::#unrecognized(::hire_api::__private::unrecognized_string(other)),
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<::std::string::String> for #name {
            #[inline]
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            /// Returns the wire value.
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self.as_str(), f)
            }
        }

        #[automatically_derived]
        impl ::core::str::FromStr for #name {
            type Err = ::core::convert::Infallible;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        #[automatically_derived]
        impl ::hire_api::wire::Write for #name {
            #[inline]
            fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                ::hire_api::wire::Write::write(self.as_str(), out);
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Scalar for #name {
            const EXPECTED: &'static str = "a string";

            #[inline]
            fn from_text(text: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::from(text))
            }

            #[inline]
            fn from_int(number: i64) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::from(::std::string::ToString::to_string(&number).as_str()))
            }

            #[inline]
            fn from_number(text: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::from(text))
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Is for #name {
            #[inline]
            fn is(&self, literal: ::hire_api::__private::Literal) -> bool {
                ::hire_api::__private::Is::is(self.as_str(), literal)
            }
        }

        #[automatically_derived]
        impl ::hire_api::Param for #name {
            #[inline]
            fn each(&self, take: &mut dyn ::core::ops::FnMut(&str)) {
                take(self.as_str());
            }
        }
    }
}
