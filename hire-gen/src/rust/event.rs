//! One event → its module: the payload and its own types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::endpoint::scope_list;
use super::rust_type::{Direction, Place};
use super::{Context, Items, call, docs, ident, model};
use crate::resolve::ir::{Event, EventEnvelope, Home};
use crate::resolve::name;

/// The items of an event's file.
pub(super) fn file(cx: &Context<'_>, event: &Event) -> Items {
    let mut items = vec![payload(cx, event)];
    items.extend(cx.types_of(&Home::Event(event.id.clone())).iter().flat_map(|&id| model::item(cx, id)));
    items
}

/// The items of the module with the events of a resource.
pub(super) fn module(events: &[&Event]) -> Items {
    let events = events.iter().map(|event| {
        let (module, name) = (ident(&name::module(&event.id.event)), payload_name(event));
        let doc = docs::Doc::default().paragraph(docs::event_headline(event)).tokens();
        quote!(#doc pub mod #module; pub use self::#module::#name;)
    });
    events.collect()
}

/// The name of an event's payload from the root of the output.
pub(super) fn path(event: &Event) -> TokenStream {
    let id = &event.id;
    let modules = [&id.service, &id.version, &id.resource].map(|part| ident(&name::module(part)));
    let name = payload_name(event);
    quote!(#(#modules)::*::events::#name)
}

fn payload_name(event: &Event) -> proc_macro2::Ident {
    ident(&name::type_from_stem(&event.id.event))
}

fn payload(cx: &Context<'_>, event: &Event) -> TokenStream {
    let home = Home::Event(event.id.clone());
    let fields = event.fields.iter().collect();
    let place = Place { home: &home, owner: None, direction: Direction::Response, fields };
    let used = event.fields.iter().filter(|field| field.unusable.is_none());
    let fields = used.map(|field| model::field(cx, &place, field, None));
    let mut doc = docs::event(event).linked(|name| cx.link(&home, name));
    if cx.options.inside_hire_api {
        doc = doc.handler(&call::handler(cx.api, event, "hire_api"));
    }
    let doc = doc.tokens();
    let attributes = attributes(cx, event);
    let (name, derive) = (payload_name(event), cx.derive("Event"));
    quote! {
        #doc
        #[derive(Clone, PartialEq, Default, #derive)]
        #[hire(#attributes)]
        #[non_exhaustive]
        pub struct #name { #(#fields,)* }
    }
}

/// The attributes of `#[derive(Event)]`.
fn attributes(cx: &Context<'_>, event: &Event) -> TokenStream {
    let Event { event_type, title, doc, .. } = event;
    let apps = event.apps.iter().map(|app| format_ident!("{}", docs::app(*app)));
    let apps = (!event.apps.is_empty()).then(|| quote!(apps(#(#apps),*),));
    let scopes = scope_list("scopes", &event.scopes);
    let field_scopes = scope_list("field_scopes", &event.field_scopes);
    let envelope = match event.envelope {
        EventEnvelope::V1 => Some(quote!(envelope = "v1",)),
        EventEnvelope::V2 => None,
    };
    let serde = cx.options.serde.then(|| quote!(serde,));
    let home = cx.hire_api();
    quote!(name = #event_type, title = #title, doc = #doc, #apps #scopes #field_scopes #envelope #serde #home)
}
