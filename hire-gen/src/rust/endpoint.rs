//! One endpoint → its module: `Request`, `Response` and its own types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::model::{self, literal};
use super::rust_type::{Direction, Place};
use super::{Context, Items, docs, ident, paging};
use crate::resolve::ir::{App, Endpoint, Envelope, ErrorCode, Field, Home, Literal, Safety, Scope};
use crate::rust::call;

/// The items of an endpoint's file.
pub(super) fn file(cx: &Context<'_>, endpoint: &Endpoint) -> Items {
    let mut items = vec![request(cx, endpoint)];
    items.extend((!endpoint.answers_file).then(|| response(cx, endpoint)));
    items.extend(paging::paged(cx, endpoint));
    items.extend(codes(cx, endpoint));
    items.extend(cx.types_of(&Home::Local(endpoint.id.clone())).iter().flat_map(|&id| model::item(cx, id)));
    items
}

fn request(cx: &Context<'_>, endpoint: &Endpoint) -> TokenStream {
    let home = Home::Local(endpoint.id.clone());
    let all: Vec<&Field> = endpoint.sent().collect();
    let default = model::derive_default(&all);
    let place = Place { home: &home, owner: None, direction: Direction::Request, fields: all };
    let section = |fields: &[Field], section: Option<&str>| -> Vec<TokenStream> {
        let mark = section.map(|name| format_ident!("{name}"));
        let used = fields.iter().filter(|field| field.unusable.is_none());
        used.map(|field| model::field(cx, &place, field, mark.clone())).collect()
    };
    let path = section(&endpoint.path_params, Some("path"));
    let query = section(&endpoint.query, Some("query"));
    let headers = section(&endpoint.headers, Some("header"));
    let body = section(endpoint.body.as_deref().unwrap_or_default(), endpoint.body_list().map(|_| "body"));
    let attributes = attributes(cx, endpoint);
    let mut doc = docs::endpoint(endpoint).linked(|name| cx.link(&home, name));
    if cx.options.inside_hire_api {
        doc = doc.example(&call::statements(cx.api, endpoint, "hire_api"));
    }
    let doc = doc.tokens();
    let deprecated = model::deprecated(endpoint.deprecated.as_deref());
    let derive = cx.derive("Endpoint");
    quote! {
        #doc
        #deprecated
        #[derive(Clone, PartialEq, #default #derive)]
        #[hire(#attributes)]
        #[non_exhaustive]
        pub struct Request { #(#path,)* #(#query,)* #(#headers,)* #(#body,)* }
    }
}

fn response(cx: &Context<'_>, endpoint: &Endpoint) -> TokenStream {
    let home = Home::Local(endpoint.id.clone());
    let place = Place {
        home: &home,
        owner: None,
        direction: Direction::Response,
        fields: endpoint.response.iter().collect(),
    };
    let used = endpoint.response.iter().filter(|field| field.unusable.is_none());
    let whole = endpoint.response_list().map(|_| format_ident!("body"));
    let fields = used.map(|field| model::field(cx, &place, field, whole.clone()));
    let serde = cx.options.serde.then(|| quote!(, serde));
    let (derive, home) = (cx.derive("Model"), cx.hire_api().map(|home| quote!(, #home)));
    let doc = docs::Doc::default().paragraph(format!("Answer to [`Request`]: `{}`.", endpoint.id)).tokens();
    quote! {
        #doc
        #[derive(Clone, PartialEq, Default, #derive)]
        #[hire(response #serde #home)]
        #[non_exhaustive]
        pub struct Response { #(#fields,)* }
    }
}

/// The codes of the page's error table, by name.
fn codes(cx: &Context<'_>, endpoint: &Endpoint) -> Option<TokenStream> {
    let home = Home::Local(endpoint.id.clone());
    let link = |name: &str| cx.link(&home, name);
    let errors = &endpoint.errors;
    let names: Vec<_> = errors.iter().map(|error| ident(&error.name)).collect();
    let variants = errors.iter().zip(&names).map(|(error, name)| {
        let (doc, code) = (docs::error(error).linked(link).tokens(), literal(&Literal::Int(error.code)));
        quote!(#doc #name = #code)
    });
    let doc = docs::Doc::default().paragraph(format!("Codes that `{}` answers with.", endpoint.id)).tokens();
    (!errors.is_empty()).then(|| {
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            #[non_exhaustive]
            #[repr(i64)]
            pub enum Code { #(#variants,)* }
            impl ::hire_api::Codes for Code {
                const ALL: &'static [Self] = &[#(Self::#names),*];
                #[inline]
                fn number(self) -> i64 { self as i64 }
            }
        }
    })
}

/// The arguments of `#[hire(..)]` for `#[derive(Endpoint)]`.
fn attributes(cx: &Context<'_>, endpoint: &Endpoint) -> TokenStream {
    let name = endpoint.id.to_string();
    let method = docs::method(endpoint.method);
    let Endpoint { path, title, doc, .. } = endpoint;
    let tokens = endpoint.tokens.iter().map(|token| format_ident!("{}", docs::token(*token)));
    let apps = endpoint.apps.iter().map(|app: &App| format_ident!("{}", docs::app(*app)));
    let scopes = scope_list("scopes", &endpoint.scopes);
    let field_scopes = scope_list("field_scopes", &endpoint.field_scopes);
    let quota = docs::quota(endpoint.quota);
    let safety = safety(&endpoint.safety);
    let response = if endpoint.answers_file { quote!(::hire_api::Download) } else { quote!(Response) };
    let envelope = match endpoint.envelope {
        Envelope::Standard => None,
        Envelope::Message => Some(quote!(envelope = "message",)),
        Envelope::Flat => Some(quote!(envelope = "flat",)),
        Envelope::Bare => Some(quote!(envelope = "bare",)),
    };
    let paging = endpoint.paging.as_ref().map(|paging| {
        let items = &paging.items;
        quote!(paging = #items,)
    });
    let base_urls = endpoint.base_urls.iter().filter_map(|own| {
        let base = cx.api.base_urls.iter().find(|base| base.region == own.region)?;
        let (from, to) = (&base.url, &own.url);
        Some(quote!(base_url(#from, #to),))
    });
    let errors = endpoint.errors.iter().map(|code| {
        let parts = error_parts(code);
        quote!(error(#parts),)
    });
    let code = (!endpoint.errors.is_empty()).then(|| quote!(code = Code,));
    let serde = cx.options.serde.then(|| quote!(serde,));
    let home = cx.hire_api();
    quote! {
        name = #name, method = #method, path = #path, response = #response, #code title = #title, doc = #doc,
        tokens(#(#tokens),*), apps(#(#apps),*), #scopes #field_scopes quota = #quota, safety = #safety,
        #envelope #paging #(#base_urls)* #(#errors)* #serde #home
    }
}

/// `keyed(external_id)`, as the schema spells it.
pub(crate) fn safety(safety: &Safety) -> String {
    match safety {
        Safety::Safe => "safe".to_owned(),
        Safety::Idempotent => "idempotent".to_owned(),
        Safety::Keyed(field) => format!("keyed({field})"),
        Safety::Unsafe => "unsafe".to_owned(),
    }
}

pub(super) fn scope_list(name: &str, scopes: &[Scope]) -> Option<TokenStream> {
    let name = format_ident!("{name}");
    let names = scopes.iter().map(|scope| &scope.name);
    (!scopes.is_empty()).then(|| quote!(#name(#(#names),*),))
}

fn error_parts(error: &ErrorCode) -> TokenStream {
    let code = literal(&Literal::Int(error.code));
    let http = literal(&Literal::Int(i64::from(error.http)));
    let name = &error.name;
    let label = error.label.as_ref().map(|label| quote!(, label = #label));
    let advice = error.advice.as_ref().map(|advice| quote!(, advice = #advice));
    quote!(code = #code, http = #http, name = #name #label #advice)
}
