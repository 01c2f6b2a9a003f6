//! The output of a failed derive: the impls that other code needs, so that users see one error and not thirty.

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
        impl ::hire_api::wire::Write for #name {
            fn write(&self, _: &mut ::std::vec::Vec<u8>) {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl ::hire_api::wire::Read for #name {
            fn read(
                _: &mut ::hire_api::wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::hire_api::wire::Stop> {
                ::core::unreachable!()
            }
        }
    }
}

/// For the payload of an event.
pub(crate) fn event(name: &Ident) -> TokenStream {
    let value = value(name);
    quote! {
        #value

        #[automatically_derived]
        impl ::hire_api::event::Event for #name {
            const METADATA: &'static ::hire_api::event::EventMetadata =
                &::hire_api::event::EventMetadata::new("");
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
