//! The Rust type of a field.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, ident, object_fields, target};
use crate::ir::{Base, Field, Format, Home, TypeId};

/// Which way a struct goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// It is sent: what is not required is an `Option`, lists too, because an unset list is not an empty one.
    Request,
    /// It is received: nothing is required, and absent lists and maps are empty ones.
    Response,
}

/// Where a struct stands: it decides how types are reached.
pub(super) struct Place<'a> {
    /// Whose struct it is.
    pub(super) home: &'a Home,
    /// The struct itself, where it is a type of the schema.
    pub(super) owner: Option<TypeId>,
    /// Which way it goes.
    pub(super) direction: Direction,
    /// Its fields, all sections of a request together.
    pub(super) fields: Vec<&'a Field>,
}

/// The whole type of a field, `Option` and all.
pub(super) fn of_field(cx: &Context<'_>, place: &Place<'_>, field: &Field) -> TokenStream {
    let mut ty = base(cx, place, field);
    for _ in 0..field.ty.list {
        ty = quote!(::std::vec::Vec<#ty>);
    }
    if field.ty.map {
        ty = quote!(::std::collections::BTreeMap<::std::string::String, #ty>);
    }
    let collection = field.ty.list > 0 || field.ty.map;
    if !collection && contains_owner(cx, place, field) {
        ty = quote!(::std::boxed::Box<#ty>);
    }
    let plain = match place.direction {
        Direction::Request => field.required,
        Direction::Response => collection,
    };
    if plain { ty } else { quote!(::std::option::Option<#ty>) }
}

/// What is in the lists or the map of a field.
pub(super) fn base(cx: &Context<'_>, place: &Place<'_>, field: &Field) -> TokenStream {
    match (field.ty.base, field.format) {
        (Base::String, Some(Format::Ms)) => quote!(::hire_api::Millis),
        (Base::String, Some(Format::S)) => quote!(::hire_api::Seconds),
        (Base::String, Some(Format::CustomValue)) => quote!(::hire_api::CustomValue),
        (Base::String, _) => quote!(::std::string::String),
        (Base::Int, _) => quote!(i64),
        (Base::Float, _) => quote!(f64),
        (Base::Bool, _) => quote!(bool),
        (Base::Json, _) => quote!(::hire_api::Json),
        (Base::File, _) => quote!(::hire_api::File),
        (Base::Type(id), _) => named(cx, place, id),
    }
}

/// Siblings are named plainly; shared types are two modules up from an endpoint.
fn named(cx: &Context<'_>, place: &Place<'_>, id: TypeId) -> TokenStream {
    let Some(ty) = cx.api.type_(id) else { return TokenStream::new() };
    let name = ident(&ty.name);
    if ty.home == *place.home { quote!(#name) } else { quote!(super::super::types::#name) }
}

/// Whether a value of the field would hold, without a list in between, a value of the struct that has the field.
fn contains_owner(cx: &Context<'_>, place: &Place<'_>, field: &Field) -> bool {
    let Some(owner) = place.owner else { return false };
    let mut open: Vec<TypeId> = target(field).into_iter().collect();
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if id == owner {
            return true;
        }
        if !seen.contains(&id) {
            seen.push(id);
            let held = object_fields(cx.api, id).iter().filter(|field| field.ty.list == 0 && !field.ty.map);
            open.extend(held.filter_map(target));
        }
    }
    false
}
