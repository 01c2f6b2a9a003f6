//! The Rust type of a field.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, object_fields, target};
use crate::resolve::ir::{Api, Base, Field, Format, Home, TypeId};

/// The direction of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Sent: optional fields are `Option`, including lists, because an unset list is not an empty one.
    Request,
    /// Received: nothing is required, and absent lists and maps are empty.
    Response,
}

/// The place of a struct, which decides the paths of types.
pub(super) struct Place<'a> {
    /// Whose struct it is.
    pub(super) home: &'a Home,
    /// The struct itself, if it is a type of the schema.
    pub(super) owner: Option<TypeId>,
    /// Its direction.
    pub(super) direction: Direction,
    /// Its fields, all sections of a request together.
    pub(super) fields: Vec<&'a Field>,
}

/// The whole type of a field, including `Option`.
pub(super) fn of_field(api: &Api, place: &Place<'_>, field: &Field) -> TokenStream {
    let ty = around(api, place.owner, field, base(api, place.home, field));
    let plain = match place.direction {
        Direction::Request => field.required,
        Direction::Response => !field.ty.is_single(),
    };
    match (plain, field.nullable && place.direction == Direction::Request) {
        (true, _) => ty,
        (false, false) => quote!(::std::option::Option<#ty>),
        (false, true) => quote!(::std::option::Option<::std::option::Option<#ty>>),
    }
}

/// The lists, the map or the box around a field's type; `owner` is the type that has the field.
pub(super) fn around(api: &Api, owner: Option<TypeId>, field: &Field, base: TokenStream) -> TokenStream {
    let mut ty = base;
    for _ in 0..field.ty.list {
        ty = quote!(::std::vec::Vec<#ty>);
    }
    for _ in 0..field.ty.maps {
        ty = quote!(::std::collections::BTreeMap<::std::string::String, #ty>);
    }
    let collection = !field.ty.is_single();
    if !collection && contains_owner(api, owner, field) {
        ty = quote!(::std::boxed::Box<#ty>);
    }
    ty
}

/// The type inside the lists or the map of a field.
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

/// Siblings have plain names; shared types are two modules above an endpoint, and three above an event.
fn named(api: &Api, home: &Home, id: TypeId) -> TokenStream {
    let Some(ty) = api.type_(id) else { return TokenStream::new() };
    let name = ident(&ty.name);
    match home {
        _ if ty.home == *home => quote!(#name),
        Home::Event(_) => quote!(super::super::super::types::#name),
        Home::Local(_) | Home::Shared { .. } => quote!(super::super::types::#name),
    }
}

/// Whether a value of the field would contain, without a list in between, a value of its own struct.
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
            let held = object_fields(api, id).iter().filter(|field| field.ty.is_single());
            open.extend(held.filter_map(target));
        }
    }
    false
}

/// The printed type of a field, in parts that two versions are compared by.
#[cfg(feature = "diff")]
pub(crate) struct Spelled {
    /// Lists, map and box, with `_` for the inner type: `Vec<_>`.
    pub(crate) around: String,
    /// The inner type: `Millis`, `types::Degree`.
    pub(crate) inside: String,
    /// Everything, `Option` included.
    pub(crate) whole: String,
}

/// The generated type of a field in a sent or only received struct.
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

/// Without the paths that only the output needs.
#[cfg(feature = "diff")]
fn short(ty: &TokenStream) -> String {
    let paths =
        ["::std::option::", "::std::vec::", "::std::boxed::", "::std::collections::", "::std::string::"];
    let text = ty.to_string().replace(' ', "");
    let text = paths.iter().fold(text, |text, path| text.replace(path, ""));
    text.replace("::hire_api::", "").replace("super::super::", "").replace(',', ", ")
}
