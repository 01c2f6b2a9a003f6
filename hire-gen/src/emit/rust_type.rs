//! The Rust type of a field.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, object_fields, target};
use crate::ir::{Api, Base, Field, Format, Home, TypeId};

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
pub(super) fn of_field(api: &Api, place: &Place<'_>, field: &Field) -> TokenStream {
    let ty = around(api, place.owner, field, base(api, place.home, field));
    let plain = match place.direction {
        Direction::Request => field.required,
        Direction::Response => field.ty.list > 0 || field.ty.map,
    };
    if plain { ty } else { quote!(::std::option::Option<#ty>) }
}

/// The lists, the map or the box around what a field holds; `owner` is the type that has the field.
pub(super) fn around(api: &Api, owner: Option<TypeId>, field: &Field, base: TokenStream) -> TokenStream {
    let mut ty = base;
    for _ in 0..field.ty.list {
        ty = quote!(::std::vec::Vec<#ty>);
    }
    if field.ty.map {
        ty = quote!(::std::collections::BTreeMap<::std::string::String, #ty>);
    }
    let collection = field.ty.list > 0 || field.ty.map;
    if !collection && contains_owner(api, owner, field) {
        ty = quote!(::std::boxed::Box<#ty>);
    }
    ty
}

/// What is in the lists or the map of a field.
pub(super) fn base(api: &Api, home: &Home, field: &Field) -> TokenStream {
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
        (Base::Type(id), _) => named(api, home, id),
    }
}

/// Siblings are named plainly; shared types are two modules up from an endpoint.
fn named(api: &Api, home: &Home, id: TypeId) -> TokenStream {
    let Some(ty) = api.type_(id) else { return TokenStream::new() };
    let name = ident(&ty.name);
    if ty.home == *home { quote!(#name) } else { quote!(super::super::types::#name) }
}

/// Whether a value of the field would hold, without a list in between, a value of the struct that has the field.
fn contains_owner(api: &Api, owner: Option<TypeId>, field: &Field) -> bool {
    let Some(owner) = owner else { return false };
    let mut open: Vec<TypeId> = target(field).into_iter().collect();
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if id == owner {
            return true;
        }
        if !seen.contains(&id) {
            seen.push(id);
            let held = object_fields(api, id).iter().filter(|field| field.ty.list == 0 && !field.ty.map);
            open.extend(held.filter_map(target));
        }
    }
    false
}

/// A field's type as people read it, in the parts by which two versions of a field are compared.
#[cfg(feature = "diff")]
pub(crate) struct Spelled {
    /// Lists, map and box, with `_` for what is inside: `Vec<_>`.
    pub(crate) around: String,
    /// What is inside: `Millis`, `types::Degree`.
    pub(crate) inside: String,
    /// Everything, `Option` included.
    pub(crate) whole: String,
}

/// The type that is generated for a field of a struct that is sent, or is only received.
#[cfg(feature = "diff")]
pub(crate) fn spelled(api: &Api, home: &Home, owner: Option<TypeId>, sent: bool, field: &Field) -> Spelled {
    let direction = if sent { Direction::Request } else { Direction::Response };
    let place = Place { home, owner, direction, fields: Vec::new() };
    Spelled {
        around: short(&around(api, owner, field, quote!(_))),
        inside: short(&base(api, home, field)),
        whole: short(&of_field(api, &place, field)),
    }
}

/// Without the paths that the output needs and people do not.
#[cfg(feature = "diff")]
fn short(ty: &TokenStream) -> String {
    let paths =
        ["::std::option::", "::std::vec::", "::std::boxed::", "::std::collections::", "::std::string::"];
    let text = ty.to_string().replace(' ', "");
    let text = paths.iter().fold(text, |text, path| text.replace(path, ""));
    text.replace("::hire_api::", "").replace("super::super::", "").replace(',', ", ")
}
