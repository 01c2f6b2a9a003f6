//! What a derive that failed leaves behind: the impls that other code looks for, so that its user sees one error and
//! not thirty.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

/// For a model or an enum.
pub(crate) fn value(name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl ::hire_api::Check for #name {
            fn check(&self, _: &mut ::hire_api::Checks) {}
        }

        #[automatically_derived]
        impl ::hire_api::__private::Serialize for #name {
            fn serialize<S: ::hire_api::__private::Serializer>(&self, _: S) -> ::core::result::Result<S::Ok, S::Error> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl<'de> ::hire_api::__private::Read<'de> for #name {
            fn read<D: ::hire_api::__private::Deserializer<'de>>(_: D) -> ::core::result::Result<Self, D::Error> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl<'de> ::hire_api::__private::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::Deserializer<'de>>(
                _: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::core::unreachable!()
            }
        }
    }
}

/// For a request.
pub(crate) fn endpoint(name: &Ident, response: Option<&Path>) -> TokenStream {
    let value = value(name);
    let response = response.map_or_else(|| quote!(()), |response| quote!(#response));
    quote! {
        #value

        #[automatically_derived]
        impl ::hire_api::Endpoint for #name {
            type Response = #response;
            type Code = ::hire_api::NoCodes;
            const METADATA: &'static ::hire_api::Metadata =
                &::hire_api::Metadata::new("", ::hire_api::Method::Get, "");
            fn draft(&self, _: &mut ::hire_api::Draft) {}
        }
    }
}
