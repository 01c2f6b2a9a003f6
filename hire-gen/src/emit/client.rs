//! Endpoints → the path to them: `client.hire().v1().talent().combined_create(request)`, grouped as Feishu groups them.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Context, docs, ident};
use crate::files::Files;
use crate::ir::{BaseUrl, Endpoint, EndpointId, ErrorCode};
use crate::name;

/// Folder → folders or endpoints in it.
type Tree<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a Endpoint>>>>;

/// Adds the root file and one for every folder.
pub(super) fn files(cx: &Context<'_>, endpoints: &[&Endpoint], files: &mut Files) {
    let mut tree = Tree::new();
    for &endpoint in endpoints {
        let EndpointId { service, version, resource, .. } = &endpoint.id;
        tree.entry(service)
            .or_default()
            .entry(version)
            .or_default()
            .entry(resource)
            .or_default()
            .push(endpoint);
    }
    let shared = cx.shared_types();
    for (service, versions) in &tree {
        for (version, resources) in versions {
            for (resource, endpoints) in resources {
                files.add(
                    mod_file(&[service, version, resource]),
                    resource_items(&[service, version, resource], endpoints),
                );
            }
            let mut items = group_items(&[service, version], resources.keys());
            if shared.contains_key(&(*service, *version)) {
                let doc = docs::Doc::default().paragraph("Types that several endpoints use.").tokens();
                items.push(quote!(#doc pub mod types;));
            }
            files.add(mod_file(&[service, version]), items);
        }
        files.add(mod_file(&[service]), group_items(&[service], versions.keys()));
    }
    files.add("api.rs".to_owned(), root_items(cx, endpoints, tree.keys()));
}

/// Where `pub mod` looks for a folder.
fn mod_file(path: &[&str]) -> String {
    let modules: Vec<String> = path.iter().map(|part| name::module(part)).collect();
    format!("{}/mod.rs", modules.join("/"))
}

fn root_items<'a>(
    cx: &Context<'_>,
    endpoints: &[&Endpoint],
    services: impl Iterator<Item = &'a &'a str> + Clone,
) -> Vec<TokenStream> {
    let mut items: Vec<TokenStream> = services.clone().map(|service| module(service)).collect();
    let (names, types): (Vec<_>, Vec<_>) = services
        .map(|service| (ident(&name::module(service)), ident(&name::type_from_stem(service))))
        .unzip();
    let doc = names
        .iter()
        .map(|service| docs::Doc::default().paragraph(format!("Endpoints of `{service}`.")).tokens());
    if cx.options.inside_hire_api {
        items.push(quote! {
            impl ::hire_api::Client {
                #(#doc pub fn #names(&self) -> #names::#types { #names::#types::new(self.clone()) })*
            }
        });
        items.extend(base_urls(cx));
    } else {
        let doc_again = doc.clone();
        items.push(quote! {
            /// The services of this schema, on any client.
            pub trait Services {
                #(#doc fn #names(&self) -> #names::#types;)*
            }
        });
        items.push(quote! {
            impl Services for ::hire_api::Client {
                #(#doc_again fn #names(&self) -> #names::#types { #names::#types::new(::std::clone::Clone::clone(self)) })*
            }
        });
    }
    items.push(all_endpoints(endpoints));
    items.push(common_errors(&cx.api.errors));
    items
}

/// A service or a version: a struct with a method for each folder in it.
fn group_items<'a>(path: &[&str], children: impl Iterator<Item = &'a &'a str> + Clone) -> Vec<TokenStream> {
    let mut items: Vec<TokenStream> = children.clone().map(|child| module(child)).collect();
    let methods = children.map(|child| {
        let doc =
            docs::Doc::default().paragraph(format!("Endpoints of `{}.{child}`.", path.join("."))).tokens();
        let (child, ty) = (ident(&name::module(child)), ident(&name::type_from_stem(child)));
        quote!(#doc pub fn #child(self) -> #child::#ty { #child::#ty::new(self.client) })
    });
    items.extend(handle(path, quote!(#(#methods)*)));
    items
}

/// A resource: a struct with a method for each endpoint.
fn resource_items(path: &[&str], endpoints: &[&Endpoint]) -> Vec<TokenStream> {
    let mut items: Vec<TokenStream> = endpoints.iter().map(|endpoint| module(&endpoint.id.action)).collect();
    let methods = endpoints.iter().map(|endpoint| {
        let doc = docs::endpoint(endpoint).tokens();
        let action = ident(&name::module(&endpoint.id.action));
        let answer = quote!(::std::result::Result<#action::Response, ::hire_api::Error>);
        quote! {
            #doc
            #[inline]
            pub fn #action(
                &self,
                request: #action::Request,
            ) -> impl ::std::future::Future<Output = #answer> + ::std::marker::Send + use<> {
                self.client.call(&request)
            }
        }
    });
    items.extend(handle(path, quote!(#(#methods)*)));
    items
}

/// The struct behind a folder. It owns its client, so that futures made from it live as long as they like.
fn handle(path: &[&str], methods: TokenStream) -> [TokenStream; 2] {
    let name = ident(&name::type_from_stem(path.last().copied().unwrap_or_default()));
    let doc = docs::Doc::default().paragraph(format!("Endpoints of `{}`.", path.join("."))).tokens();
    [
        quote! {
            #doc
            #[derive(Clone, Debug)]
            pub struct #name { client: ::hire_api::Client }
        },
        quote! {
            impl #name {
                pub(super) fn new(client: ::hire_api::Client) -> Self { Self { client } }
                #methods
            }
        },
    ]
}

fn module(child: &str) -> TokenStream {
    let doc = docs::Doc::default().paragraph(format!("`{child}`")).tokens();
    let child = ident(&name::module(child));
    quote!(#doc pub mod #child;)
}

fn all_endpoints(endpoints: &[&Endpoint]) -> TokenStream {
    let all = endpoints.iter().map(|endpoint| {
        let EndpointId { service, version, resource, action } = &endpoint.id;
        let path = [service, version, resource, action].map(|part| ident(&name::module(part)));
        quote!(<#(#path)::*::Request as ::hire_api::Endpoint>::METADATA)
    });
    quote! {
        /// What there is to know about every endpoint compiled in.
        pub const ENDPOINTS: &[&::hire_api::Metadata] = &[#(#all),*];
    }
}

fn common_errors(errors: &[ErrorCode]) -> TokenStream {
    let all = errors.iter().map(|error| {
        let (code, http, name) = (error.code, error.http, &error.name);
        let label = error.label.as_deref().unwrap_or_default();
        let advice = error.advice.as_deref().unwrap_or_default();
        quote!(::hire_api::ErrorCode::new(#code, #http, #name, #label, #advice))
    });
    quote! {
        /// Codes that every endpoint may answer.
        pub const ERRORS: &[::hire_api::ErrorCode] = &[#(#all),*];
    }
}

fn base_urls(cx: &Context<'_>) -> impl Iterator<Item = TokenStream> {
    cx.api.base_urls.iter().map(|BaseUrl { region, url, .. }| {
        let doc = docs::Doc::default().paragraph(format!("Base URL of `{region}`.")).tokens();
        let region = format_ident!("{}", region.to_ascii_uppercase());
        quote!(#doc pub const #region: &str = #url;)
    })
}
