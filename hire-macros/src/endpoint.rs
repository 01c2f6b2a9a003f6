//! `#[derive(Endpoint)]`

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident, Path};

use super::ast::{self, Field, Section};
use super::attr::{self, Attrs, Kind, Known, Literal, Text};
use super::ctxt::{Ctxt, suggestion};
use super::home::Home;
use super::{check, codec, expand, fallback};

const KNOWN: Known = Known {
    once: &[&[
        "name",
        "method",
        "path",
        "response",
        "code",
        "title",
        "doc",
        "tokens",
        "apps",
        "scopes",
        "field_scopes",
        "quota",
        "safety",
        "envelope",
        "paging",
        "serde",
        "crate",
    ]],
    often: &["error", "base_url"],
};

const ERROR: Known = Known { once: &[&["code", "http", "name", "label", "advice"]], often: &[] };

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The attributes of the struct.
struct Attributes {
    name: Text,
    method: Text,
    path: Text,
    response: Option<Path>,
    code: Option<Path>,
    title: String,
    doc: String,
    tokens: Option<Vec<String>>,
    apps: Vec<String>,
    scopes: Vec<String>,
    field_scopes: Vec<String>,
    quota: TokenStream,
    safety: TokenStream,
    envelope: Ident,
    paging: Option<String>,
    errors: Vec<ErrorCode>,
    base_urls: Vec<(String, String)>,
    serde: bool,
    home: Home,
}

struct ErrorCode {
    code: i64,
    http: u16,
    name: String,
    label: String,
    advice: String,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let fields = ast::fields(&ctxt, input, &ast::ENDPOINT_FIELD);
    let attributes = attributes(&ctxt, input, &fields);
    check::sent(&ctxt, &fields);
    path_and_fields_agree(&ctxt, &attributes.path, &fields);
    parameters_are_values(&ctxt, &fields);
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics))
            .then(|| fallback::endpoint(&input.ident, attributes.response.as_ref()));
        return attributes.home.name(quote!(#errors #stubs));
    }

    let (name, vis) = (&input.ident, &input.vis);
    let form = fields.iter().any(|field| field.section == Section::Part);
    let json = !form && fields.iter().any(|field| matches!(field.section, Section::Body | Section::Whole));
    let constructor = expand::constructor(vis, name, &fields);
    let check = expand::check(name, &fields);
    let debug = expand::debug(name, &fields);
    let write = json.then(|| codec::write(name, &fields));
    let serde = attributes.serde.then(|| {
        let (read, serde) = (codec::read(name, &fields, false), codec::serde(name, &fields, false));
        quote!(#read #serde)
    });
    let endpoint = endpoint(name, &attributes, &fields, form, json);
    attributes.home.name(quote!(#constructor #check #write #serde #debug #endpoint))
}

fn attributes(ctxt: &Ctxt, input: &DeriveInput, fields: &[Field<'_>]) -> Attributes {
    let mut attrs = Attrs::read(ctxt, &input.attrs, &KNOWN);
    let at = input.ident.span();
    let mut needed = |key: &str| {
        attrs.text(ctxt, key).unwrap_or_else(|| {
            ctxt.error(at, format_args!("expected `{key} = \"..\"` in `#[hire(..)]`"));
            Text { text: String::new(), span: at }
        })
    };
    let (name, method, path) = (needed("name"), needed("method"), needed("path"));
    if !method.text.is_empty() && !METHODS.contains(&method.text.as_str()) {
        let help = suggestion(&method.text.to_uppercase(), &METHODS);
        ctxt.error(method.span, format_args!("unknown method `{}`: {help}", method.text));
    }
    let response = attrs.path(ctxt, "response");
    if response.is_none() {
        ctxt.error(at, "expected `response = <type>` in `#[hire(..)]`");
    }
    let code = attrs.path(ctxt, "code");
    let mut plain = |key: &str| attrs.text(ctxt, key).map(|text| text.text).unwrap_or_default();
    let (title, doc) = (plain("title"), plain("doc"));
    let tokens =
        attrs.list(ctxt, "tokens").map(|(_, list)| attr::words(ctxt, list, &["tenant", "user", "app"]));
    let apps = attrs.list(ctxt, "apps").map(|(_, list)| attr::words(ctxt, list, &["custom", "store"]));
    let mut strings =
        |key: &str| attrs.list(ctxt, key).map(|(_, list)| attr::strings(ctxt, list)).unwrap_or_default();
    let (scopes, field_scopes) = (strings("scopes"), strings("field_scopes"));
    let quota = quota(ctxt, attrs.text(ctxt, "quota"));
    let safety = safety(ctxt, attrs.text(ctxt, "safety"), fields);
    let envelope = envelope(ctxt, attrs.text(ctxt, "envelope"));
    let paging = attrs.text(ctxt, "paging").map(|text| text.text);
    let mut errors = Vec::new();
    while let Some((key, list)) = attrs.list(ctxt, "error") {
        errors.extend(error_code(ctxt, &key, attr::entries(ctxt, list, &ERROR)));
    }
    let mut base_urls = Vec::new();
    while let Some((key, list)) = attrs.list(ctxt, "base_url") {
        base_urls.extend(base_url(ctxt, &key, attr::strings(ctxt, list)));
    }
    let serde = attrs.flag(ctxt, "serde").is_some();
    let home = Home::take(ctxt, &mut attrs);
    Attributes {
        name,
        method,
        path,
        response,
        code,
        title,
        doc,
        tokens,
        apps: apps.unwrap_or_default(),
        scopes,
        field_scopes,
        quota,
        safety,
        envelope,
        paging,
        errors,
        base_urls,
        serde,
        home,
    }
}

/// `1000/min, 50/s`
fn quota(ctxt: &Ctxt, text: Option<Text>) -> TokenStream {
    let special = quote!(::hire_api::Quota::Special);
    let Some(Text { text, span }) = text.filter(|text| text.text != "special") else { return special };
    let (mut second, mut minute) = (0_u32, 0_u32);
    for window in text.split(',') {
        let (calls, unit) = window.trim().split_once('/').unwrap_or_default();
        match (calls.parse(), unit) {
            (Ok(calls), "s") if calls > 0 => second = calls,
            (Ok(calls), "min") if calls > 0 => minute = calls,
            _ => ctxt.error(span, "a quota is `1000/min`, `50/s`, both with a comma between, or `special`"),
        }
    }
    quote!(::hire_api::__private::quota(#second, #minute))
}

/// `unsafe`, `keyed(external_id)`
fn safety(ctxt: &Ctxt, text: Option<Text>, fields: &[Field<'_>]) -> TokenStream {
    let Some(Text { text, span }) = text else { return quote!(::hire_api::Safety::Unsafe) };
    if let Some(key) = text.strip_prefix("keyed(").and_then(|rest| rest.strip_suffix(')')) {
        // A list tells no two calls apart.
        let names = fields.iter().filter(|field| field.section != Section::Whole);
        let names: Vec<&str> = names.map(|field| field.wire.text.as_str()).collect();
        if !names.contains(&key) {
            ctxt.error(span, format_args!("there is no field `{key}`: {}", suggestion(key, &names)));
        }
        return quote!(::hire_api::Safety::Keyed(#key));
    }
    let known = [("safe", "Safe"), ("idempotent", "Idempotent"), ("unsafe", "Unsafe")];
    let Some((_, variant)) = known.iter().find(|(word, _)| *word == text) else {
        let help = suggestion(&text, &["safe", "idempotent", "keyed(..)", "unsafe"]);
        ctxt.error(span, format_args!("unknown safety `{text}`: {help}"));
        return TokenStream::new();
    };
    let variant = format_ident!("{variant}");
    quote!(::hire_api::Safety::#variant)
}

fn envelope(ctxt: &Ctxt, text: Option<Text>) -> Ident {
    let known = [("standard", "Standard"), ("message", "Message"), ("flat", "Flat"), ("bare", "Bare")];
    let Some(Text { text, span }) = text else { return format_ident!("Standard") };
    match known.iter().find(|(word, _)| *word == text) {
        Some((_, variant)) => format_ident!("{variant}"),
        None => {
            let help = suggestion(&text, &known.map(|(word, _)| word));
            ctxt.error(span, format_args!("unknown envelope `{text}`: {help}"));
            format_ident!("Standard")
        }
    }
}

fn error_code(ctxt: &Ctxt, key: &Ident, mut attrs: Attrs) -> Option<ErrorCode> {
    let mut number = |key: &str| match attrs.literal(ctxt, key) {
        Some(Literal { kind: Kind::Int(number), .. }) => Some(number),
        Some(Literal { span, .. }) => {
            ctxt.error(span, format_args!("`{key}` is a whole number"));
            None
        }
        None => None,
    };
    let (code, http) = (number("code"), number("http").and_then(|http| u16::try_from(http).ok()));
    let mut text = |key: &str| attrs.text(ctxt, key).map(|text| text.text);
    let (name, label, advice) = (text("name"), text("label"), text("advice"));
    let (Some(code), Some(http), Some(name)) = (code, http, name) else {
        ctxt.error(key.span(), "expected `error(code = .., http = .., name = \"..\")`");
        return None;
    };
    Some(ErrorCode { code, http, name, label: label.unwrap_or_default(), advice: advice.unwrap_or_default() })
}

/// `base_url("https://open.feishu.cn", "https://www.feishu.cn")`
fn base_url(ctxt: &Ctxt, key: &Ident, urls: Vec<String>) -> Option<(String, String)> {
    match <[String; 2]>::try_from(urls) {
        // A token is sent there.
        Ok([from, to]) if [&from, &to].iter().all(|url| url.starts_with("https://")) => Some((from, to)),
        _ => {
            let message = "expected two origins, as in `base_url(\"https://open.feishu.cn\", \"https://www.feishu.cn\")`";
            ctxt.error(key.span(), message);
            None
        }
    }
}

/// The parameters of a path, by name.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix(':'))
}

fn path_and_fields_agree(ctxt: &Ctxt, path: &Text, fields: &[Field<'_>]) {
    if path.text.is_empty() {
        return;
    }
    if !path.text.starts_with('/')
        || path.text.contains(['?', '#', '%'])
        || path.text.contains(char::is_whitespace)
    {
        ctxt.error(
            path.span,
            "a path begins with `/` and has no query, such as `/open-apis/hire/v1/talents/:talent_id`",
        );
    }
    let filled: Vec<&str> = fields
        .iter()
        .filter(|field| field.section == Section::Path)
        .map(|field| field.wire.text.as_str())
        .collect();
    for name in parameters(&path.text).filter(|name| !filled.contains(name)) {
        ctxt.error(path.span, format_args!("`:{name}` has no field: add `#[hire(path)] {name}: String`"));
    }
    let named: Vec<&str> = parameters(&path.text).collect();
    for field in fields.iter().filter(|field| field.section == Section::Path) {
        if !named.contains(&field.wire.text.as_str()) {
            let message =
                format!("the path has no `:{}`: {}", field.wire.text, suggestion(&field.wire.text, &named));
            ctxt.error(field.wire.span, message);
        }
    }
}

fn parameters_are_values(ctxt: &Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        let span: Span = syn::spanned::Spanned::span(field.ty.whole);
        match field.section {
            Section::Path if field.ty.optional || field.ty.item.is_some() || field.ty.map => {
                ctxt.error(span, "a path parameter is a single required value");
            }
            Section::Query if field.ty.map => {
                ctxt.error(span, "a query parameter is a value or a list");
            }
            Section::Header if field.ty.item.is_some() || field.ty.map => {
                ctxt.error(span, "a header is one value");
            }
            _ => {}
        }
    }
}

fn endpoint(
    name: &Ident,
    attributes: &Attributes,
    fields: &[Field<'_>],
    form: bool,
    json: bool,
) -> TokenStream {
    let response = &attributes.response;
    let code = attributes.code.as_ref().map_or_else(|| quote!(::hire_api::NoCodes), |code| quote!(#code));
    let metadata = metadata(attributes);
    let places = fields.iter().filter_map(|field| {
        let place = match field.section {
            Section::Path => "path",
            Section::Query => "query",
            Section::Header => "header",
            Section::Body | Section::Part if form => "part",
            Section::Body | Section::Part | Section::Whole => return None,
        };
        let (place, ident, wire) = (format_ident!("{place}"), field.ident, &field.wire.text);
        Some(quote!(draft.#place(#wire, &self.#ident);))
    });
    let places: Vec<TokenStream> = places.chain(json.then(|| quote!(draft.json(self);))).collect();
    let draft = if places.is_empty() { format_ident!("_") } else { format_ident!("draft") };
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::hire_api::Endpoint for #name {
            type Response = #response;
            type Code = #code;

            const METADATA: &'static ::hire_api::Metadata = &#metadata;

            #[inline]
            fn draft(&self, #draft: &mut ::hire_api::Draft) {
                #(#places)*
            }
        }
    }
}

fn metadata(attributes: &Attributes) -> TokenStream {
    let Attributes { title, doc, scopes, field_scopes, quota, safety, envelope, .. } = attributes;
    let (name, path) = (&attributes.name.text, &attributes.path.text);
    let method = format_ident!("{}", camel(&attributes.method.text.to_lowercase()));
    let tokens: Vec<Ident> = match &attributes.tokens {
        Some(tokens) => tokens.iter().map(|token| format_ident!("{}", camel(token))).collect(),
        None => vec![format_ident!("Tenant")],
    };
    let apps = attributes.apps.iter().map(|app| format_ident!("{}", camel(app)));
    let paging = match &attributes.paging {
        Some(items) => quote!(::core::option::Option::Some(#items)),
        None => quote!(::core::option::Option::None),
    };
    let base_urls = attributes.base_urls.iter().map(|(from, to)| quote!((#from, #to)));
    let base_urls = (!attributes.base_urls.is_empty()).then(|| quote!(.with_base_urls(&[#(#base_urls),*])));
    let errors = attributes.errors.iter().map(|ErrorCode { code, http, name, label, advice }| {
        quote!(::hire_api::ErrorCode::new(#code, #http, #name, #label, #advice))
    });
    quote! {
        ::hire_api::Metadata::new(#name, ::hire_api::Method::#method, #path)
            .with_page(#title, #doc)
            .with_callers(&[#(::hire_api::Token::#tokens),*], &[#(::hire_api::App::#apps),*])
            .with_scopes(&[#(#scopes),*], &[#(#field_scopes),*])
            .with_use(#quota, #safety)
            .with_answer(::hire_api::Envelope::#envelope, #paging)
            .with_errors(&[#(#errors),*])
            #base_urls
    }
}

/// `tenant` → `Tenant`
pub(crate) fn camel(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
