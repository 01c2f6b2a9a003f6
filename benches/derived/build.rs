//! Takes what hire-gen writes and exchanges the derives: the same structs, fields and enums, without setters, checks and
//! endpoints.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Expr, Field, Fields, Item, ItemEnum, ItemStruct, Meta};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schema = Path::new("../../schema");
    println!("cargo::rerun-if-changed={}", schema.display());
    let api = hire_gen::load(schema).map_err(|problems| problems.to_string())?;
    let files = hire_gen::rust::emit(&api, &hire_gen::rust::Options::default());
    let mut root = Module::default();
    for (path, text) in files.iter() {
        let names: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
        // What is above the endpoints is services: methods, and no models.
        if names.len() == 4 && names[3] != "mod" || names.last() == Some(&"types") {
            let items: Vec<TokenStream> = syn::parse_file(text)?.items.iter().filter_map(item).collect();
            root.at(&names).items = items;
        }
    }
    let out = Path::new(&env::var("OUT_DIR")?).join("models.rs");
    fs::write(out, root.tokens().to_string())?;
    Ok(())
}

#[derive(Default)]
struct Module {
    items: Vec<TokenStream>,
    inner: BTreeMap<String, Module>,
}

impl Module {
    fn at(&mut self, path: &[&str]) -> &mut Self {
        match path {
            [] => self,
            [first, rest @ ..] => self.inner.entry((*first).to_owned()).or_default().at(rest),
        }
    }

    fn tokens(&self) -> TokenStream {
        let items = &self.items;
        let inner = self.inner.iter().map(|(name, module)| {
            let (name, module) = (format_ident!("{name}"), module.tokens());
            quote!(pub mod #name { #module })
        });
        quote!(#(#items)* #(#inner)*)
    }
}

fn item(item: &Item) -> Option<TokenStream> {
    match item {
        Item::Struct(model) => Some(structure(model)),
        Item::Enum(model) if model.attrs.iter().any(|attr| attr.path().is_ident("hire")) => Some(enumeration(model)),
        _ => None,
    }
}

fn structure(model: &ItemStruct) -> TokenStream {
    let (name, Fields::Named(fields)) = (&model.ident, &model.fields) else { return TokenStream::new() };
    let fields = fields.named.iter().map(field);
    quote! {
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        pub struct #name { #(#fields),* }
    }
}

fn field(field: &Field) -> TokenStream {
    let (name, ty) = (&field.ident, field_type(field));
    let rename = hire(&field.attrs, "rename").map(|wire| quote!(#[serde(rename = #wire)]));
    let text = ty.to_string();
    let rule = if text.starts_with(":: std :: option :: Option") {
        quote!(#[serde(default, skip_serializing_if = "::std::option::Option::is_none")])
    } else if text.starts_with(":: std :: vec :: Vec") {
        quote!(#[serde(default)])
    } else {
        TokenStream::new()
    };
    quote!(#rename #rule pub #name: #ty)
}

/// Types of the runtime become what serde has for them.
fn field_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let text = quote!(#ty).to_string();
    let text = [("Json", "::serde_json::Value"), ("CustomValue", "String"), ("Millis", "i64"), ("Seconds", "i64"), ("File", "String")]
        .iter()
        .fold(text, |text, (ours, theirs)| text.replace(&format!(":: hire_api :: {ours}"), theirs));
    text.parse().unwrap_or_default()
}

fn enumeration(model: &ItemEnum) -> TokenStream {
    let name = &model.ident;
    let named: Vec<_> = model.variants.iter().filter(|variant| matches!(variant.fields, Fields::Unit)).collect();
    let idents: Vec<_> = named.iter().map(|variant| &variant.ident).collect();
    let values: Vec<TokenStream> = named.iter().filter_map(|variant| hire(&variant.attrs, "value")).collect();
    let int = !values.iter().any(|value| value.to_string().starts_with('"'));
    if !int {
        return quote! {
            #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            pub enum #name { #(#[serde(rename = #values)] #idents,)* #[serde(untagged)] Unrecognized(String) }
        };
    }
    quote! {
        #[derive(Clone, Copy, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(from = "i64", into = "i64")]
        pub enum #name { #(#idents,)* Unrecognized(i64) }
        impl From<i64> for #name {
            fn from(value: i64) -> Self { match value { #(#values => Self::#idents,)* other => Self::Unrecognized(other) } }
        }
        impl From<#name> for i64 {
            fn from(value: #name) -> Self { match value { #(#name::#idents => #values,)* #name::Unrecognized(other) => other } }
        }
    }
}

/// The value of a key of `#[hire(..)]`.
fn hire(attrs: &[Attribute], key: &str) -> Option<TokenStream> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("hire")) {
        let Meta::List(list) = &attr.meta else { continue };
        let _ = list.parse_nested_meta(|meta| {
            if meta.path.is_ident(key) {
                let value: Expr = meta.value()?.parse()?;
                found = Some(quote!(#value));
            } else if meta.input.peek(syn::Token![=]) {
                let _: Expr = meta.value()?.parse()?;
            } else if meta.input.peek(syn::token::Paren) {
                let _: proc_macro2::Group = meta.input.parse()?;
            }
            Ok(())
        });
    }
    found
}
