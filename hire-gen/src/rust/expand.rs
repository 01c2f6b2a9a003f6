//! Expands derives, so that the output compiles without hire-macros.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Item, Meta, Path, Token};

use crate::derive::derived;

/// Adds the output of the derives to these items. Output for `#[hire(serde)]` alone is behind the feature `serde`.
pub(super) fn expanded(items: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut done = Vec::new();
    for tokens in items {
        match syn::parse2::<syn::File>(tokens.clone()) {
            Ok(file) => done.extend(file.items.into_iter().map(item)),
            // The compiler of the output reports more.
            Err(_) => done.push(tokens),
        }
    }
    done
}

fn item(item: Item) -> TokenStream {
    let mut input = match item {
        Item::Struct(item) => DeriveInput::from(item),
        Item::Enum(item) => DeriveInput::from(item),
        other => return other.into_token_stream(),
    };
    let ours = take_derives(&mut input.attrs);
    let cfg = input.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let cfg = quote!(#(#cfg)*);
    let written: Vec<TokenStream> = ours.iter().flat_map(|name| written(name, &input)).collect();
    forget(&mut input);
    quote!(#input #(#cfg #written)*)
}

/// Removes the derives of hire-macros from the attributes of an item.
fn take_derives(attributes: &mut [Attribute]) -> Vec<String> {
    let mut ours = Vec::new();
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let all = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        let (macros, others): (Vec<Path>, Vec<Path>) = all.into_iter().flatten().partition(is_ours);
        ours.extend(macros.iter().filter_map(|path| Some(path.segments.last()?.ident.to_string())));
        *attribute = syn::parse_quote!(#[derive(#(#others),*)]);
    }
    ours
}

fn is_ours(path: &Path) -> bool {
    path.segments.first().is_some_and(|first| first.ident == "hire_macros")
}

/// The output of a derive, with its condition on the feature `serde`.
fn written(name: &str, input: &DeriveInput) -> Vec<TokenStream> {
    let mut plain = input.clone();
    plain.attrs.iter_mut().for_each(without_serde);
    let (with, without) = (items(name, input), items(name, &plain));
    let texts = |items: &[Item]| -> BTreeSet<String> {
        items.iter().map(|item| item.to_token_stream().to_string()).collect()
    };
    let (in_with, in_without) = (texts(&with), texts(&without));
    let has = |texts: &BTreeSet<String>, item: &Item| texts.contains(&item.to_token_stream().to_string());
    let only_without = without.iter().filter(|item| !has(&in_with, item));
    let only_without = only_without.map(|item| quote!(#[cfg(not(feature = "serde"))] #item));
    let with = with.iter().map(|item| {
        let cfg = (!has(&in_without, item)).then(|| quote!(#[cfg(feature = "serde")]));
        quote!(#cfg #item)
    });
    with.chain(only_without).collect()
}

fn items(name: &str, input: &DeriveInput) -> Vec<Item> {
    let file = derived(name, input).map(syn::parse2::<syn::File>);
    file.and_then(Result::ok).map(|file| file.items).unwrap_or_default()
}

/// `#[hire(request, serde)]` → `#[hire(request,)]`
fn without_serde(attribute: &mut Attribute) {
    let Meta::List(list) = &mut attribute.meta else { return };
    if !list.path.is_ident("hire") {
        return;
    }
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut after_serde = false;
    for token in list.tokens.clone() {
        let is_serde = matches!(&token, TokenTree::Ident(ident) if ident == "serde");
        let is_comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        if !(is_serde || after_serde && is_comma) {
            kept.push(token);
        }
        after_serde = is_serde;
    }
    list.tokens = kept.into_iter().collect();
}

/// Removes the attributes that only the derives read.
fn forget(input: &mut DeriveInput) {
    let forget = |attributes: &mut Vec<Attribute>| {
        attributes.retain(|attribute| !attribute.path().is_ident("hire"));
    };
    forget(&mut input.attrs);
    let fields = |fields: &mut Fields| fields.iter_mut().for_each(|field| forget(&mut field.attrs));
    match &mut input.data {
        Data::Struct(data) => fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                forget(&mut variant.attrs);
                fields(&mut variant.fields);
            }
        }
        Data::Union(_) => {}
    }
}
