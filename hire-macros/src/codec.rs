//! Writes and reads a struct, on the wire and with serde.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::ast::{Field, Section};

/// The field that is the whole body.
fn whole<'f, 'a>(fields: &'f [Field<'a>]) -> Option<&'f Field<'a>> {
    fields.iter().find(|field| field.section == Section::Whole)
}

/// `Write`: the JSON body.
pub(crate) fn write(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    if let Some(Field { ident, .. }) = whole(fields) {
        return quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl ::hire_api::wire::Write for #name {
                #[inline]
                fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                    ::hire_api::wire::Write::write(&self.#ident, out);
                }
            }
        };
    }
    let entries = fields.iter().filter(|field| field.section == Section::Body).map(|field| {
        let (ident, key) = (field.ident, format!(",{}:", quoted(&field.wire.text)));
        let write = if field.ty.optional { format_ident!("optional") } else { format_ident!("required") };
        quote!(fields.#write(#key, &self.#ident);)
    });
    let entries: Vec<TokenStream> = entries.collect();
    let mutable = (!entries.is_empty()).then(|| quote!(mut));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::wire::Write for #name {
            #[inline]
            fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                let #mutable fields = ::hire_api::__private::Fields::of(out);
                #(#entries)*
                fields.end();
            }
        }
    }
}

/// `Read`: values that do not fit are absent. A struct that is not received is nothing without its required fields.
pub(crate) fn read(name: &Ident, fields: &[Field<'_>], received: bool) -> TokenStream {
    let body = if let Some(Field { ident, .. }) = whole(fields).filter(|_| received) {
        quote! {
            let list = ::hire_api::wire::Read::read(reader)?;
            ::core::result::Result::Ok(::core::option::Option::map(list, |#ident| Self { #ident }))
        }
    } else if fields.is_empty() {
        // The value is ignored.
        quote! {
            reader.skip()?;
            ::core::result::Result::Ok(::core::option::Option::Some(Self {}))
        }
    } else {
        read_fields(fields, received)
    };
    let absent = (received || fields.is_empty()).then(|| {
        let values = fields.iter().map(|field| {
            let ident = field.ident;
            quote!(#ident: ::core::default::Default::default())
        });
        quote! {
            #[inline]
            fn absent() -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self { #(#values),* })
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        #[diagnostic::do_not_recommend]
        impl ::hire_api::wire::Read for #name {
            #[inline]
            fn read(
                reader: &mut ::hire_api::wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::hire_api::wire::Stop> {
                #body
            }

            #absent
        }
    }
}

fn read_fields(fields: &[Field<'_>], received: bool) -> TokenStream {
    let (slots, keys) = (slots(fields), keys(fields));
    let arms = keys.iter().zip(&slots).zip(fields).enumerate().map(|(index, ((key, slot), field))| {
        let read = format_ident!("{}", if field.ty.nullable { "nullable" } else { "field" });
        quote!(#index => reader.#read(#key, &mut #slot),)
    });
    let required =
        fields.iter().zip(&slots).zip(&keys).filter(|((field, _), _)| !received && !field.ty.optional);
    let required = required.map(|((_, slot), key)| {
        quote! {
            let ::core::option::Option::Some(#slot) = reader.required(#key, #slot) else {
                return ::core::result::Result::Ok(::core::option::Option::None);
            };
        }
    });
    let values = fields.iter().zip(&slots).map(|(field, slot)| {
        let ident = field.ident;
        let value = if received && !field.ty.optional {
            quote!(::core::option::Option::unwrap_or_default(#slot))
        } else {
            quote!(#slot)
        };
        quote!(#ident: #value)
    });
    quote! {
        let ::core::option::Option::Some(mut object) = reader.object()? else {
            return ::core::result::Result::Ok(::core::option::Option::None);
        };
        #(let mut #slots = ::core::option::Option::None;)*
        while let ::core::option::Option::Some(index) = reader.next(&mut object, &[#(#keys),*])? {
            let read = match index {
                #(#arms)*
                _ => reader.skip(),
            };
            read?;
        }
        #(#required)*
        ::core::result::Result::Ok(::core::option::Option::Some(Self { #(#values),* }))
    }
}

/// `Serialize` and `Deserialize` for the whole struct: a request includes its path and its query, and an answer that is a list is
/// that list.
pub(crate) fn serde(name: &Ident, fields: &[Field<'_>], received: bool) -> TokenStream {
    if let Some(whole) = whole(fields).filter(|_| received) {
        return serde_list(name, whole);
    }
    let (slots, keys) = (slots(fields), keys(fields));
    let entries = fields.iter().zip(&keys).map(|(field, key)| {
        let write = if field.ty.optional { format_ident!("optional") } else { format_ident!("required") };
        let ident = field.ident;
        quote!(map.#write(#key, &self.#ident);)
    });
    let arms = keys.iter().zip(&slots).zip(fields).map(|((key, slot), field)| {
        let read = format_ident!("{}", if field.ty.nullable { "nullable" } else { "value" });
        quote!(#key => fields.#read(#key, &mut #slot),)
    });
    let values = fields.iter().zip(&slots).zip(&keys).map(|((field, slot), key)| {
        let ident = field.ident;
        let value = match (field.ty.optional, received) {
            (true, _) => quote!(#slot),
            (false, true) => quote!(::core::option::Option::unwrap_or_default(#slot)),
            (false, false) => quote!(fields.required(#key, #slot)?),
        };
        quote!(#ident: #value)
    });
    let mutable = (!fields.is_empty()).then(|| quote!(mut));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::__private::serde::Serialize for #name {
            fn serialize<S: ::hire_api::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let #mutable map = ::hire_api::__private::serde::Entries::of(serializer);
                #(#entries)*
                map.end()
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> ::hire_api::__private::serde::ParseModel<'de> for #name {
            fn parse_fields<A: ::hire_api::__private::serde::MapAccess<'de>>(
                fields: &mut ::hire_api::__private::serde::Fields<A>,
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
        #[allow(deprecated)]
        #[diagnostic::do_not_recommend]
        impl<'de> ::hire_api::__private::serde::Parse<'de> for #name {
            fn parse<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::serde::object(deserializer)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> ::hire_api::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::hire_api::__private::serde::object(deserializer)
            }
        }
    }
}

fn serde_list(name: &Ident, whole: &Field<'_>) -> TokenStream {
    let (ident, ty) = (whole.ident, whole.ty.core);
    let parse = quote! {
        let list = <#ty as ::hire_api::__private::serde::Parse<'de>>::parse(deserializer);
        ::core::result::Result::map(list, |#ident| Self { #ident })
    };
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::__private::serde::Serialize for #name {
            fn serialize<S: ::hire_api::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ::hire_api::__private::serde::Serialize::serialize(&self.#ident, serializer)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        #[diagnostic::do_not_recommend]
        impl<'de> ::hire_api::__private::serde::Parse<'de> for #name {
            fn parse<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #parse
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> ::hire_api::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::hire_api::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #parse
            }
        }
    }
}

fn slots(fields: &[Field<'_>]) -> Vec<Ident> {
    (0..fields.len()).map(|index| format_ident!("field_{index}")).collect()
}

/// Distinct names in one object. Path and query yield if the body has the same name.
fn keys(fields: &[Field<'_>]) -> Vec<String> {
    let key = |field: &Field<'_>| {
        let wire = &field.wire.text;
        let place = match field.section {
            Section::Path => "path",
            Section::Query => "query",
            Section::Header => "header",
            Section::Body | Section::Part | Section::Whole => return wire.clone(),
        };
        match fields.iter().filter(|other| other.wire.text == *wire).count() {
            1 => wire.clone(),
            _ => format!("{place}.{wire}"),
        }
    };
    fields.iter().map(key).collect()
}

/// A name in JSON.
fn quoted(name: &str) -> String {
    let mut quoted = String::from("\"");
    for character in name.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
