//! Objects, enums and their fields → annotated declarations.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::rust_type::{Direction, Place, of_field};
use super::{Context, Items, docs, endpoint, ident};
use crate::ir::{
    Api, Base, Field, Format, Kind, Limits, Literal, Number, RequiredWhen, Type, TypeId, Variant,
};

/// The declaration of a type.
pub(super) fn item(cx: &Context<'_>, id: TypeId) -> Option<TokenStream> {
    let ty = cx.api.type_(id)?;
    Some(match &ty.kind {
        Kind::Object(fields) => object(cx, id, ty, fields),
        Kind::Enum { int, variants } => open_enum(ty, *int, variants),
    })
}

fn object(cx: &Context<'_>, id: TypeId, ty: &Type, fields: &[Field]) -> TokenStream {
    let direction = if ty.in_request { Direction::Request } else { Direction::Response };
    let place = Place { home: &ty.home, owner: Some(id), direction, fields: fields.iter().collect() };
    let used = fields.iter().filter(|field| field.unusable.is_none());
    let declared = used.map(|one| field(cx.api, &place, one, None));
    let default = match direction {
        Direction::Request => derive_default(&place.fields),
        Direction::Response => Some(quote!(Default,)),
    };
    let request = ty.in_request.then(|| quote!(request,));
    let response = (ty.in_response || !ty.in_request).then(|| quote!(response,));
    let roundtrip = cx.options.roundtrip.then(|| quote!(roundtrip));
    let doc = docs::type_(ty).tokens();
    let name = ident(&ty.name);
    quote! {
        #doc
        #[derive(Clone, PartialEq, #default ::hire_api::Model)]
        #[hire(#request #response #roundtrip)]
        #[non_exhaustive]
        pub struct #name { #(#declared,)* }
    }
}

fn open_enum(ty: &Type, int: bool, variants: &[Variant]) -> TokenStream {
    let (copy, repr, unrecognized) = if int {
        (Some(quote!(Copy,)), quote!(int), quote!(::hire_api::UnrecognizedInt))
    } else {
        (None, quote!(string), quote!(::hire_api::UnrecognizedString))
    };
    let known = variants.iter().map(|variant| {
        let doc = docs::variant(variant).tokens();
        let deprecated = deprecated(variant.deprecated.as_deref());
        let value = literal(&variant.value);
        let label = variant.label.as_ref().map(|label| quote!(, label = #label));
        let name = ident(&variant.name);
        quote!(#doc #deprecated #[hire(value = #value #label)] #name,)
    });
    let doc = docs::type_(ty).tokens();
    let name = ident(&ty.name);
    quote! {
        #doc
        #[derive(Clone, #copy PartialEq, Eq, Hash, ::hire_api::OpenEnum)]
        #[hire(#repr)]
        #[non_exhaustive]
        pub enum #name {
            #(#known)*
            /// A value this version does not know; it is kept, and sent back as it came.
            #[hire(unrecognized)]
            Unrecognized(#unrecognized),
        }
    }
}

/// One field with its documentation and attributes; `section` is `path` or `query` where it is not part of a body.
pub(super) fn field(api: &Api, place: &Place<'_>, field: &Field, section: Option<Ident>) -> TokenStream {
    let doc = docs::field(field).tokens();
    let deprecated = deprecated(field.deprecated.as_deref());
    let attributes = attributes(place, field, section);
    let hire = (!attributes.is_empty()).then(|| quote!(#[hire(#(#attributes),*)]));
    let name = ident(&field.ident);
    let ty = of_field(api, place, field);
    quote!(#doc #deprecated #hire pub #name: #ty)
}

fn attributes(place: &Place<'_>, field: &Field, section: Option<Ident>) -> Items {
    let mut list: Items = section.into_iter().map(|section| quote!(#section)).collect();
    if field.ty.base == Base::File {
        list.push(quote!(multipart));
    }
    if field.ident != field.wire {
        let wire = &field.wire;
        list.push(quote!(rename = #wire));
    }
    if field.sensitive {
        list.push(quote!(sensitive));
    }
    if place.direction == Direction::Request {
        list.extend(limits(&field.limits));
        if field.format == Some(Format::Date) {
            list.push(quote!(date));
        }
        if let Some(RequiredWhen::All(conditions)) = &field.required_when {
            let inner = endpoint::required_when(conditions, &place.fields);
            list.push(quote!(required_when(#inner)));
        }
    }
    list
}

fn limits(limits: &Limits) -> Items {
    let count = |n: u64| literal(&Literal::Int(i64::try_from(n).unwrap_or(i64::MAX)));
    let mut list = Vec::new();
    list.extend(limits.minimum.map(number).map(|n| quote!(minimum = #n)));
    list.extend(limits.maximum.map(number).map(|n| quote!(maximum = #n)));
    list.extend(limits.min_length.map(count).map(|n| quote!(min_length = #n)));
    list.extend(limits.max_length.map(count).map(|n| quote!(max_length = #n)));
    list.extend(limits.min_items.map(count).map(|n| quote!(min_items = #n)));
    list.extend(limits.max_items.map(count).map(|n| quote!(max_items = #n)));
    list.extend(limits.max_bytes.map(count).map(|n| quote!(max_bytes = #n)));
    list.extend(limits.fixed.as_ref().map(literal).map(|value| quote!(fixed = #value)));
    list
}

fn number(number: Number) -> TokenStream {
    match number {
        Number::Int(n) => literal(&Literal::Int(n)),
        Number::Float(n) => literal(&Literal::Float(n)),
    }
}

/// A value as a literal token, negative numbers with their sign.
pub(super) fn literal(value: &Literal) -> TokenStream {
    match value {
        Literal::String(s) => quote!(#s),
        Literal::Int(n) => signed(*n < 0, proc_macro2::Literal::u64_unsuffixed(n.unsigned_abs())),
        Literal::Float(n) => signed(n.is_sign_negative(), proc_macro2::Literal::f64_unsuffixed(n.abs())),
        Literal::Bool(b) => quote!(#b),
        Literal::List(items) => {
            let items = items.iter().map(literal);
            quote!([#(#items),*])
        }
    }
}

fn signed(negative: bool, literal: proc_macro2::Literal) -> TokenStream {
    if negative { quote!(-#literal) } else { quote!(#literal) }
}

/// `Default,` where nothing is required, so that `default()` and `new()` are the same.
pub(super) fn derive_default(fields: &[&Field]) -> Option<TokenStream> {
    fields.iter().all(|field| field.unusable.is_some() || !field.required).then(|| quote!(Default,))
}

fn deprecated(note: Option<&str>) -> Option<TokenStream> {
    match note {
        None => None,
        Some("") => Some(quote!(#[deprecated])),
        Some(note) => Some(quote!(#[deprecated(note = #note)])),
    }
}
