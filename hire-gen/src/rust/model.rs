//! Objects, enums and their fields → annotated declarations.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::rust_type::{Direction, Place, of_field};
use super::{Context, Items, docs, ident};
use crate::resolve::ir::{
    Base, Condition, Field, Format, Kind, Limits, Literal, Number, RequiredWhen, SharedType, Test, Type,
    TypeId, Variant,
};
use crate::resolve::name;

/// The declaration of a type.
pub(super) fn item(cx: &Context<'_>, id: TypeId) -> Option<TokenStream> {
    let ty = cx.api.type_(id)?;
    if let Some(known) = &ty.same_as {
        return Some(reexport(ty, known));
    }
    Some(match &ty.kind {
        Kind::Object(fields) => object(cx, id, ty, fields),
        Kind::Enum { int, variants } => open_enum(cx, ty, *int, variants),
    })
}

/// A type that hire-api already has: its own type is reused.
fn reexport(ty: &Type, known: &SharedType) -> TokenStream {
    let [service, version] = [&known.service, &known.version].map(|part| ident(&name::module(part)));
    let (theirs, ours) = (ident(&known.name), ident(&ty.name));
    let renamed = (known.name != ty.name).then(|| quote!(as #ours));
    quote!(pub use ::hire_api::#service::#version::types::#theirs #renamed;)
}

fn object(cx: &Context<'_>, id: TypeId, ty: &Type, fields: &[Field]) -> TokenStream {
    let (sent, received) = (cx.sent.contains(&id), cx.received.contains(&id));
    let direction = if sent { Direction::Request } else { Direction::Response };
    let place = Place { home: &ty.home, owner: Some(id), direction, fields: fields.iter().collect() };
    let used = fields.iter().filter(|field| field.unusable.is_none());
    let declared = used.map(|one| field(cx, &place, one, None));
    let default = match direction {
        Direction::Request => derive_default(&place.fields),
        Direction::Response => Some(quote!(Default,)),
    };
    let request = sent.then(|| quote!(request,));
    let response = received.then(|| quote!(response,));
    let serde = cx.options.serde.then(|| quote!(serde,));
    let (model, home) = (cx.derive("Model"), cx.hire_api());
    let doc = docs::type_(ty).linked(|name| cx.link(&ty.home, name)).tokens();
    let name = ident(&ty.name);
    quote! {
        #doc
        #[derive(Clone, PartialEq, #default #model)]
        #[hire(#request #response #serde #home)]
        #[non_exhaustive]
        pub struct #name { #(#declared,)* }
    }
}

fn open_enum(cx: &Context<'_>, ty: &Type, int: bool, variants: &[Variant]) -> TokenStream {
    let (copy, repr, unrecognized) = if int {
        (Some(quote!(Copy,)), quote!(int), quote!(::hire_api::UnrecognizedInt))
    } else {
        (None, quote!(string), quote!(::hire_api::UnrecognizedString))
    };
    let serde = cx.options.serde.then(|| quote!(, serde));
    let (open_enum, home) = (cx.derive("OpenEnum"), cx.hire_api().map(|home| quote!(, #home)));
    let known = variants.iter().map(|variant| {
        let doc = docs::variant(variant).linked(|name| cx.link(&ty.home, name)).tokens();
        let deprecated = deprecated(variant.deprecated.as_deref());
        let value = literal(&variant.value);
        let label = variant.label.as_ref().map(|label| quote!(, label = #label));
        let name = ident(&variant.name);
        quote!(#doc #deprecated #[hire(value = #value #label)] #name,)
    });
    let doc = docs::type_(ty).linked(|name| cx.link(&ty.home, name)).tokens();
    let name = ident(&ty.name);
    quote! {
        #doc
        #[derive(Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash, #open_enum)]
        #[hire(#repr #serde #home)]
        #[non_exhaustive]
        pub enum #name {
            #(#known)*
            /// An unknown value, kept and sent back as received.
            #[hire(unrecognized)]
            Unrecognized(#unrecognized),
        }
    }
}

/// One field with its documentation and attributes; `section` is `path`, `query` or `header` if it is not part of a
/// body, and `body` if it is the whole body.
pub(super) fn field(
    cx: &Context<'_>,
    place: &Place<'_>,
    field: &Field,
    section: Option<Ident>,
) -> TokenStream {
    let doc = docs::field(field).linked(|name| cx.link(place.home, name)).tokens();
    let deprecated = deprecated(field.deprecated.as_deref());
    let attributes = attributes(place, field, section);
    let hire = (!attributes.is_empty()).then(|| quote!(#[hire(#(#attributes),*)]));
    let name = ident(&field.ident);
    let ty = of_field(cx.api, place, field);
    quote!(#doc #deprecated #hire pub #name: #ty)
}

fn attributes(place: &Place<'_>, field: &Field, section: Option<Ident>) -> Items {
    let mut list: Items = section.into_iter().map(|section| quote!(#section)).collect();
    if field.ty.base == Base::File {
        list.push(quote!(multipart));
    }
    if field.ident != field.wire && !field.whole {
        let wire = &field.wire;
        list.push(quote!(rename = #wire));
    }
    if field.sensitive {
        list.push(quote!(sensitive));
    }
    if place.direction == Direction::Request {
        list.extend(limits(&field.limits));
        list.extend(fixed(field).map(|value| quote!(fixed = #value)));
        match field.format {
            Some(Format::Date) => list.push(quote!(date)),
            Some(Format::Json) => list.push(quote!(json)),
            _ => {}
        }
        if let Some(RequiredWhen::All(conditions)) = &field.required_when {
            let inner = required_when(conditions);
            list.push(quote!(required_when(#inner)));
        }
    }
    list
}

/// The contents of `required_when(..)`.
fn required_when(conditions: &[Condition]) -> TokenStream {
    let each = conditions.iter().map(|condition| {
        let field = ident(&condition.ident);
        match &condition.test {
            Test::Is(values) => {
                let values = values.iter().map(|value| literal(&value.value));
                quote!(is(#field, #(#values),*))
            }
            Test::Contains(value) => {
                let value = literal(&value.value);
                quote!(contains(#field, #value))
            }
            Test::Present => quote!(present(#field)),
            Test::Absent => quote!(absent(#field)),
        }
    });
    let reason = docs::reason(conditions);
    quote!(#(#each,)* reason = #reason)
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
    list
}

/// The only value of a field; a whole number of a float field is written as a float.
fn fixed(field: &Field) -> Option<TokenStream> {
    field.limits.fixed.as_ref().map(|value| match (field.ty.base, value) {
        (Base::Float, Literal::Int(n)) => literal(&Literal::Float(Number::Int(*n).as_f64())),
        _ => literal(value),
    })
}

fn number(number: Number) -> TokenStream {
    match number {
        Number::Int(n) => literal(&Literal::Int(n)),
        Number::Float(n) => literal(&Literal::Float(n)),
    }
}

/// A value as a literal token, including negative numbers.
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

/// `Default,` if nothing is required, so that `default()` and `new()` are equal.
pub(super) fn derive_default(fields: &[&Field]) -> Option<TokenStream> {
    fields.iter().all(|field| field.unusable.is_some() || !field.required).then(|| quote!(Default,))
}

/// The attribute of a deprecated item.
pub(super) fn deprecated(note: Option<&str>) -> Option<TokenStream> {
    match note {
        None => None,
        Some("") => Some(quote!(#[deprecated])),
        Some(note) => {
            let note = docs::note(note);
            Some(quote!(#[deprecated(note = #note)]))
        }
    }
}

/// For an item that refers to a deprecated one.
pub(super) fn allow_deprecated(needed: bool) -> Option<TokenStream> {
    needed.then(|| quote!(#[allow(deprecated, reason = "its users get the warning")]))
}
