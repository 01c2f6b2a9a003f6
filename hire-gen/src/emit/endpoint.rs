//! One endpoint → its module: `Request`, `Response` and the types only it uses.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::model::{self, literal};
use super::rust_type::{self, Direction, Place};
use super::{Context, Items, docs, ident};
use crate::call;
use crate::ir::{
    App, Base, Condition, Endpoint, Envelope, ErrorCode, Field, Home, Literal, Safety, Scope, Test, TestValue,
};

/// The items of an endpoint's file.
pub(super) fn file(cx: &Context<'_>, endpoint: &Endpoint) -> Items {
    let mut items = vec![request(cx, endpoint), response(cx, endpoint)];
    items.extend(paged(cx, endpoint));
    items.extend(codes(endpoint));
    items.extend(cx.local_types(endpoint).iter().flat_map(|&id| model::item(cx, id)));
    items
}

fn request(cx: &Context<'_>, endpoint: &Endpoint) -> TokenStream {
    let home = Home::Local(endpoint.id.clone());
    let all: Vec<&Field> =
        endpoint.path_params.iter().chain(&endpoint.query).chain(endpoint.body.iter().flatten()).collect();
    let default = model::derive_default(&all);
    let place = Place { home: &home, owner: None, direction: Direction::Request, fields: all };
    let section = |fields: &[Field], section: Option<&str>| -> Vec<TokenStream> {
        let mark = section.map(|name| format_ident!("{name}"));
        let used = fields.iter().filter(|field| field.unusable.is_none());
        used.map(|field| model::field(cx.api, &place, field, mark.clone())).collect()
    };
    let path = section(&endpoint.path_params, Some("path"));
    let query = section(&endpoint.query, Some("query"));
    let body = section(endpoint.body.as_deref().unwrap_or_default(), None);
    let attributes = attributes(cx, endpoint);
    let mut doc = docs::endpoint(endpoint);
    if cx.options.inside_hire_api {
        doc = doc.example(&call::statements(cx.api, endpoint, "hire_api"));
    }
    let doc = doc.tokens();
    quote! {
        #doc
        #[derive(Clone, PartialEq, #default ::hire_api::Endpoint)]
        #[hire(#attributes)]
        #[non_exhaustive]
        pub struct Request { #(#path,)* #(#query,)* #(#body,)* }
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
    let fields = used.map(|field| model::field(cx.api, &place, field, None));
    let roundtrip = cx.options.roundtrip.then(|| quote!(, roundtrip));
    let doc = docs::Doc::default().paragraph(format!("Answer to [`Request`]: `{}`.", endpoint.id)).tokens();
    quote! {
        #doc
        #[derive(Clone, PartialEq, Default, ::hire_api::Model)]
        #[hire(response #roundtrip)]
        #[non_exhaustive]
        pub struct Response { #(#fields,)* }
    }
}

/// How to come from page to page, where the answer is one.
fn paged(cx: &Context<'_>, endpoint: &Endpoint) -> Option<TokenStream> {
    let mut steps = endpoint.paging.as_ref()?.items.split('.');
    let mut field = steps.next().and_then(|step| named(&endpoint.response, step))?;
    let first = ident(&field.ident);
    let mut list = quote!(response.#first);
    for step in steps {
        let Base::Type(id) = field.ty.base else { return None };
        field = named(super::object_fields(cx.api, id), step)?;
        let next = ident(&field.ident);
        list = quote!(#list.map(|inner| inner.#next).unwrap_or_default());
    }
    let home = Home::Local(endpoint.id.clone());
    let item = rust_type::base(cx.api, &home, field);
    Some(quote! {
        impl ::hire_api::Paged for Request {
            type Item = #item;
            fn at_page(self, page_token: ::std::string::String) -> Self { self.page_token(page_token) }
            fn page(response: Response) -> ::hire_api::Page<#item> {
                ::hire_api::Page::new(#list, response.has_more, response.page_token)
            }
        }
    })
}

/// The codes of the page's error table, by name.
fn codes(endpoint: &Endpoint) -> Option<TokenStream> {
    let errors = &endpoint.errors;
    let names: Vec<_> = errors.iter().map(|error| ident(&error.name)).collect();
    let variants = errors.iter().zip(&names).map(|(error, name)| {
        let (doc, code) = (docs::error(error).tokens(), literal(&Literal::Int(error.code)));
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
                fn number(self) -> i64 { self as i64 }
            }
        }
    })
}

fn named<'a>(fields: &'a [Field], wire: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.wire == wire)
}

/// What `#[derive(Endpoint)]` has to know.
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
    let envelope = match endpoint.envelope {
        Envelope::Standard => None,
        Envelope::Message => Some(quote!(envelope = "message",)),
        Envelope::Bare => Some(quote!(envelope = "bare",)),
    };
    let paging = endpoint.paging.as_ref().map(|paging| {
        let items = &paging.items;
        quote!(paging = #items,)
    });
    let errors = endpoint.errors.iter().map(|code| {
        let parts = error_parts(code);
        quote!(error(#parts),)
    });
    let code = (!endpoint.errors.is_empty()).then(|| quote!(code = Code,));
    let roundtrip = cx.options.roundtrip.then(|| quote!(roundtrip,));
    quote! {
        name = #name, method = #method, path = #path, response = Response, #code title = #title, doc = #doc,
        tokens(#(#tokens),*), apps(#(#apps),*), #scopes #field_scopes quota = #quota, safety = #safety,
        #envelope #paging #(#errors)* #roundtrip
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

fn scope_list(name: &str, scopes: &[Scope]) -> Option<TokenStream> {
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

/// The contents of `required_when(..)`.
pub(super) fn required_when(conditions: &[Condition], siblings: &[&Field]) -> TokenStream {
    let each = conditions.iter().map(|condition| {
        let sibling = siblings.iter().find(|field| field.wire == condition.field);
        let field = ident(sibling.map_or(&condition.field, |field| &field.ident));
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
    let reason = reason(conditions);
    quote!(#(#each,)* reason = #reason)
}

/// Conditions as people say them: "`operation` is `Onboard` (1)".
pub(crate) fn reason(conditions: &[Condition]) -> String {
    let one = |condition: &Condition| {
        let field = &condition.field;
        match &condition.test {
            Test::Is(values) => {
                format!("`{field}` is {}", values.iter().map(spoken).collect::<Vec<_>>().join(" or "))
            }
            Test::Contains(value) => format!("`{field}` contains {}", spoken(value)),
            Test::Present => format!("`{field}` is set"),
            Test::Absent => format!("`{field}` is not set"),
        }
    };
    conditions.iter().map(one).collect::<Vec<_>>().join(" and ")
}

fn spoken(value: &TestValue) -> String {
    let wire = match &value.value {
        Literal::String(s) => s.clone(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(_) => String::new(),
    };
    match &value.name {
        Some(name) => format!("`{name}` ({wire})"),
        None => format!("`{wire}`"),
    }
}
