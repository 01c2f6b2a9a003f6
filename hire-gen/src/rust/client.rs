//! The methods that lead to endpoints: `client.hire().v1().talent().combined_create(request)`, grouped as by Feishu.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::gate::Gate;
use super::model::{self, allow_deprecated};
use super::{Context, docs, event, ident};
use crate::resolve::ir::{BaseUrl, Endpoint, EndpointId, ErrorCode, Event, EventId, Home};
use crate::resolve::name;
use crate::rust::files::Files;

/// Service → version → resource → what is in it.
type Tree<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeMap<&'a str, Resource<'a>>>>;

/// The contents of a resource; a resource with only events has no methods.
#[derive(Default)]
struct Resource<'a> {
    endpoints: Vec<&'a Endpoint>,
    events: Vec<&'a Event>,
}

/// A subfolder, its gate, and its contents for the documentation.
struct Child<'a> {
    name: &'a str,
    gate: Gate,
    holds: String,
}

/// Adds the root file and one per folder.
pub(super) fn files(cx: &Context<'_>, endpoints: &[&Endpoint], events: &[&Event], files: &mut Files) {
    let mut tree = Tree::new();
    for &endpoint in endpoints {
        let EndpointId { service, version, resource, .. } = &endpoint.id;
        resource_of(&mut tree, [service, version, resource]).endpoints.push(endpoint);
    }
    for &event in events {
        let EventId { service, version, resource, .. } = &event.id;
        resource_of(&mut tree, [service, version, resource]).events.push(event);
    }
    let shared = cx.shared_types();
    let mut services = Vec::new();
    for (service, versions) in &tree {
        let mut children = Vec::new();
        for (version, resources) in versions {
            let inside = resource_files(cx, [service, version], resources, files);
            let mut items = group_items(cx, &[service, version], &inside);
            if let Some(types) = shared.get(&(*service, *version)) {
                let doc = docs::Doc::default().paragraph("Types that several endpoints use.").tokens();
                let gates: Vec<Gate> = types.iter().map(|&id| cx.gate(id)).collect();
                let cfg = Gate::any(&gates).cfg(cx.options);
                items.push(quote!(#doc #cfg pub mod types;));
            }
            files.add(mod_file(&[service, version]), items);
            let gate = gate_of(&inside);
            children.push(Child { name: version, gate, holds: listed(resources.keys().copied()) });
        }
        files.add(mod_file(&[service]), group_items(cx, &[service], &children));
        let gate = gate_of(&children);
        services.push(Child { name: service, gate, holds: listed(versions.keys().copied()) });
    }
    files.add("api.rs".to_owned(), root_items(cx, endpoints, events, &services));
}

impl Resource<'_> {
    /// The contents as listed in the documentation.
    fn holds(&self) -> String {
        let actions = listed(self.endpoints.iter().map(|endpoint| endpoint.id.action.as_str()));
        let events = if self.events.is_empty() { "" } else { "events" };
        [actions.as_str(), events]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// The gate of a folder with these children.
fn gate_of(children: &[Child<'_>]) -> Gate {
    Gate::any(children.iter().map(|child| &child.gate))
}

/// At most as many as fit into an overview.
fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    const SHOWN: usize = 6;
    let count = names.clone().count();
    let shown: Vec<String> = names.take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn resource_of<'t, 'a>(tree: &'t mut Tree<'a>, path: [&'a str; 3]) -> &'t mut Resource<'a> {
    let [service, version, resource] = path;
    tree.entry(service).or_default().entry(version).or_default().entry(resource).or_default()
}

/// Adds the files of the resources of a version.
fn resource_files<'a>(
    cx: &Context<'_>,
    [service, version]: [&str; 2],
    resources: &BTreeMap<&'a str, Resource<'a>>,
    files: &mut Files,
) -> Vec<Child<'a>> {
    let mut children = Vec::new();
    for (&name, resource) in resources {
        let path = [service, version, name];
        let called = !resource.endpoints.is_empty();
        let mut items = if called { resource_items(cx, &path, &resource.endpoints) } else { Vec::new() };
        if !resource.events.is_empty() {
            let doc = docs::Doc::default().paragraph(format!("Events of `{}`.", path.join("."))).tokens();
            let feature = events_feature(cx);
            let cfg = Gate::of(&[], &resource.events).cfg(cx.options);
            items.push(quote!(#doc #feature #cfg pub mod events;));
            files.add(mod_file(&[service, version, name, name::EVENTS]), event::module(&resource.events));
        }
        files.add(mod_file(&path), items);
        let gate = Gate::of(&resource.endpoints, &resource.events);
        children.push(Child { name, gate, holds: resource.holds() });
    }
    children
}

/// The path of a folder for `pub mod`.
fn mod_file(path: &[&str]) -> String {
    let modules: Vec<String> = path.iter().map(|part| name::module(part)).collect();
    format!("{}/mod.rs", modules.join("/"))
}

fn root_items(
    cx: &Context<'_>,
    endpoints: &[&Endpoint],
    events: &[&Event],
    services: &[Child<'_>],
) -> Vec<TokenStream> {
    let quiet = quiet(cx);
    let mut items: Vec<TokenStream> = services.iter().map(|child| folder(cx, &[], child)).collect();
    let called = services.iter().filter(|service| service.gate.is_called());
    let (names, types): (Vec<_>, Vec<_>) = called
        .clone()
        .map(|child| (ident(&name::module(child.name)), ident(&name::type_from_stem(child.name))))
        .unzip();
    let doc = called.clone().map(|child| endpoints_of(&[child.name]));
    let cfg = called.map(|child| child.gate.called().cfg(cx.options));
    if cx.options.inside_hire_api {
        items.push(quote! {
            impl ::hire_api::Client {
                #(#doc #cfg pub fn #names(&self) -> #names::#types { #names::#types::new(self.clone()) })*
            }
        });
        items.extend(base_urls(cx));
    } else {
        let doc_again = doc.clone();
        items.extend(names.iter().zip(&types).zip(doc.clone()).map(|((name, ty), doc)| {
            quote! {
                #doc
                #quiet
                pub fn #name(client: &::hire_api::Client) -> #name::#ty {
                    #name::#ty::new(::std::clone::Clone::clone(client))
                }
            }
        }));
        items.push(quote! {
            /// The services of this schema as methods of any client, for services outside hire-api.
            #quiet
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
    items.push(all_endpoints(cx, endpoints, quiet.as_ref()));
    items.extend(cx.options.events.then(|| all_events(cx, events, quiet.as_ref())));
    items.push(common_errors(&cx.api.errors, quiet.as_ref()));
    items
}

/// A program uses only a part of a generated module, and style lints do not apply to generated code.
fn quiet(cx: &Context<'_>) -> Option<TokenStream> {
    let outside = !cx.options.inside_hire_api;
    outside.then(|| {
        quote! {
            #[allow(
                dead_code,
                unreachable_pub,
                clippy::enum_variant_names,
                clippy::pedantic,
                reason = "it is generated, and a program uses a part of it",
            )]
        }
    })
}

/// A service or a version: a struct with a method per folder.
fn group_items(cx: &Context<'_>, path: &[&str], children: &[Child<'_>]) -> Vec<TokenStream> {
    let mut items: Vec<TokenStream> = children.iter().map(|child| folder(cx, path, child)).collect();
    let gate = gate_of(children);
    if !gate.is_called() {
        return items;
    }
    let methods = children.iter().filter(|child| child.gate.is_called()).map(|child| {
        let cfg = child.gate.called().cfg(cx.options);
        let doc = endpoints_of(&[path, &[child.name]].concat());
        let feature = feature(cx, path, child.name);
        let (child, ty) = (ident(&name::module(child.name)), ident(&name::type_from_stem(child.name)));
        quote!(#doc #feature #cfg pub fn #child(&self) -> #child::#ty { #child::#ty::new(::std::clone::Clone::clone(&self.client)) })
    });
    // The folder may contain only events.
    let cfg = Some(gate.called()).filter(|called| *called != gate).and_then(|called| called.cfg(cx.options));
    items.extend(handle(path, cfg.as_ref(), quote!(#(#methods)*)));
    items
}

/// A resource: a struct with a method per endpoint.
fn resource_items(cx: &Context<'_>, path: &[&str], endpoints: &[&Endpoint]) -> Vec<TokenStream> {
    let modules = endpoints.iter().map(|endpoint| {
        let doc = docs::Doc::default().paragraph(docs::headline(endpoint));
        module(&endpoint.id.action, &doc, None)
    });
    let mut items: Vec<TokenStream> = modules.collect();
    let methods = endpoints.iter().map(|endpoint| {
        let home = Home::Local(endpoint.id.clone());
        // The method is one module above the place that the texts are written for.
        let path = |name: &str| Some(cx.link(&home, name)?.strip_prefix("super::")?.to_owned());
        let doc = docs::endpoint(endpoint).linked(path).tokens();
        let deprecated = model::deprecated(endpoint.deprecated.as_deref());
        let allow = allow_deprecated(endpoint.deprecated.is_some());
        let action = ident(&name::module(&endpoint.id.action));
        let response =
            if endpoint.answers_file { quote!(::hire_api::Download) } else { quote!(#action::Response) };
        let answer = quote!(::std::result::Result<#response, ::hire_api::Error>);
        quote! {
            #doc
            #deprecated
            #allow
            #[inline]
            pub fn #action(
                &self,
                request: #action::Request
            ) -> impl ::std::future::Future<Output = #answer> + ::std::marker::Send + use<> {
                self.client.call(&request)
            }
        }
    });
    items.extend(handle(path, None, quote!(#(#methods)*)));
    items
}

/// The struct behind a folder. It owns its client, so that futures made from it live as long as they like.
fn handle(path: &[&str], cfg: Option<&TokenStream>, methods: TokenStream) -> [TokenStream; 2] {
    let name = ident(&name::type_from_stem(path.last().copied().unwrap_or_default()));
    let doc = endpoints_of(path);
    [
        quote! {
            #doc
            #cfg
            #[derive(Clone, Debug)]
            pub struct #name { client: ::hire_api::Client }
        },
        quote! {
            #cfg
            impl #name {
                pub(super) fn new(client: ::hire_api::Client) -> Self { Self { client } }
                #methods
            }
        },
    ]
}

fn endpoints_of(path: &[&str]) -> TokenStream {
    docs::Doc::default().paragraph(format!("Endpoints of `{}`.", path.join("."))).tokens()
}

fn folder(cx: &Context<'_>, path: &[&str], child: &Child<'_>) -> TokenStream {
    let whole = [path, &[child.name]].concat().join(".");
    let doc = docs::Doc::default().paragraph(format!("`{whole}`: {}", child.holds));
    let attributes = if path.is_empty() { quiet(cx) } else { feature(cx, path, child.name) };
    let cfg = child.gate.cfg(cx.options);
    module(child.name, &doc, Some(quote!(#attributes #cfg)))
}

fn module(child: &str, doc: &docs::Doc, attributes: Option<TokenStream>) -> TokenStream {
    let (doc, child) = (doc.tokens(), ident(&name::module(child)));
    quote!(#doc #attributes pub mod #child;)
}

/// The Cargo feature of a resource, for docs.rs.
fn feature(cx: &Context<'_>, path: &[&str], child: &str) -> Option<TokenStream> {
    let features = cx.options.features.as_ref()?;
    let [service, version] = path else { return None };
    let own = format!("{service}-{version}-{child}");
    let feature = if features.contains(&own) { own } else { "full".to_owned() };
    Some(quote!(#[cfg_attr(docsrs, doc(cfg(feature = #feature)))]))
}

/// On docs.rs, the Cargo feature that events need in addition to that of their resource.
fn events_feature(cx: &Context<'_>) -> Option<TokenStream> {
    cx.options.features.as_ref().map(|_| quote!(#[cfg_attr(docsrs, doc(cfg(feature = "events")))]))
}

fn all_endpoints(cx: &Context<'_>, endpoints: &[&Endpoint], quiet: Option<&TokenStream>) -> TokenStream {
    let all = endpoints.iter().map(|endpoint| {
        let EndpointId { service, version, resource, action } = &endpoint.id;
        let path = [service, version, resource, action].map(|part| ident(&name::module(part)));
        let cfg = Gate::of(&[endpoint], &[]).cfg(cx.options);
        quote!(#cfg <#(#path)::*::Request as ::hire_api::Endpoint>::METADATA)
    });
    let allow = allow_deprecated(endpoints.iter().any(|endpoint| endpoint.deprecated.is_some()));
    quote! {
        /// Metadata of every compiled endpoint.
        #quiet
        #allow
        pub const ENDPOINTS: &[&::hire_api::Metadata] = &[#(#all),*];
    }
}

fn all_events(cx: &Context<'_>, events: &[&Event], quiet: Option<&TokenStream>) -> TokenStream {
    let feature = events_feature(cx);
    let all = events.iter().map(|event| {
        let payload = event::path(event);
        let cfg = Gate::of(&[], &[event]).cfg(cx.options);
        quote!(#cfg <#payload as ::hire_api::event::Event>::METADATA)
    });
    let cfg = cx.options.staged.then(|| quote!(#[cfg(feature = "events")]));
    quote! {
        /// Metadata of every event that is compiled in.
        #feature
        #cfg
        #quiet
        pub const EVENTS: &[&::hire_api::event::EventMetadata] = &[#(#all),*];
    }
}

fn common_errors(errors: &[ErrorCode], quiet: Option<&TokenStream>) -> TokenStream {
    let all = errors.iter().map(|error| {
        let (code, http, name) = (error.code, error.http, &error.name);
        let label = error.label.as_deref().unwrap_or_default();
        let advice = error.advice.as_deref().unwrap_or_default();
        quote!(::hire_api::ErrorCode::new(#code, #http, #name, #label, #advice))
    });
    quote! {
        /// Codes of every endpoint.
        #quiet
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
