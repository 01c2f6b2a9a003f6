//! `#[derive(OpenEnum)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Variant};

use crate::attr::{Attrs, Kind, Known, Literal, Text};
use crate::ctxt::Ctxt;
use crate::{expand, fallback};

const ENUM: Known = Known { once: &[&["int", "string"]], often: &[] };
const VARIANT: Known = Known { once: &[&["value", "label", "unrecognized"]], often: &[] };

/// A value with a name.
struct Named<'a> {
    ident: &'a Ident,
    value: Literal,
    label: Option<Text>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let int = repr(&ctxt, input);
    let (named, unrecognized) = variants(&ctxt, input, int);
    values_differ(&ctxt, &named);
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics)).then(|| fallback::value(&input.ident));
        return quote!(#errors #stubs);
    }
    let (Some(int), Some(unrecognized)) = (int, unrecognized) else { return TokenStream::new() };
    expand(input, int, &named, unrecognized)
}

/// Whether its values are numbers; `None`, and an error, where nothing says so.
fn repr(ctxt: &Ctxt, input: &DeriveInput) -> Option<bool> {
    let mut attrs = Attrs::read(ctxt, &input.attrs, &ENUM);
    let (int, string) = (attrs.flag(ctxt, "int"), attrs.flag(ctxt, "string"));
    match (int, string) {
        (None, None) => {
            ctxt.error(input.ident.span(), "what are its values? add `#[hire(int)]` or `#[hire(string)]`");
        }
        (Some(_), Some(span)) => ctxt.error(span, "its values are either `int` or `string`"),
        _ => {}
    }
    int.map(|_| true).or(string.map(|_| false))
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
            let message = format!("`{first}` takes every value that is left, so it stands last and once");
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
            let mut types = fields.unnamed.iter().map(|field| crate::ast::last_name(&field.ty));
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
        ctxt.error(span, "a named value holds nothing");
    }
    let label = attrs.text(ctxt, "label");
    let Some(value) = attrs.literal(ctxt, "value") else {
        ctxt.error(span, "expected `#[hire(value = ..)]`, what goes over the wire");
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
            ctxt.error(variant.value.span, format_args!("`{}` has this value already", first.ident));
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
        #[automatically_derived]
        #[allow(deprecated)]
        impl #name {
            /// Every value that has a name, in the order of the page.
            #vis const KNOWN: &'static [Self] = &[#(Self::#idents),*];

            /// The page's label; `None` where there is none, or where the value has no name.
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
        impl<'de> ::hire_api::__private::Read<'de> for #name {
            fn read<D: ::hire_api::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::scalar(deserializer)
            }
        }

        #[automatically_derived]
        impl<'de> ::hire_api::__private::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::scalar(deserializer)
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
        #[automatically_derived]
        #[allow(deprecated)]
        impl #name {
            /// As it goes over the wire.
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
        impl ::hire_api::__private::Serialize for #name {
            fn serialize<S: ::hire_api::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_int())
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
        }

        #[automatically_derived]
        impl ::hire_api::__private::Is for #name {
            #[inline]
            fn is(&self, literal: ::hire_api::__private::Literal) -> bool {
                ::hire_api::__private::Is::is(&self.as_int(), literal)
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Blank for #name {
            #[inline]
            fn blank() -> Self {
                Self::from(0)
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
        #[automatically_derived]
        #[allow(deprecated)]
        impl #name {
            /// As it goes over the wire.
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
        impl ::hire_api::__private::Serialize for #name {
            fn serialize<S: ::hire_api::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
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
        }

        #[automatically_derived]
        impl ::hire_api::__private::Is for #name {
            #[inline]
            fn is(&self, literal: ::hire_api::__private::Literal) -> bool {
                ::hire_api::__private::Is::is(self.as_str(), literal)
            }
        }

        #[automatically_derived]
        impl ::hire_api::__private::Blank for #name {
            #[inline]
            fn blank() -> Self {
                Self::from("")
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
