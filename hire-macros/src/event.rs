//! `#[derive(Event)]`

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::DeriveInput;

use super::attr::{self, Attrs, Known, Text};
use super::ctxt::{Ctxt, suggestion};
use super::home::Home;
use super::{ast, check, codec, endpoint, expand, fallback};

const KNOWN: Known = Known {
    once: &[&["name", "title", "doc", "apps", "scopes", "field_scopes", "envelope", "serde", "crate"]],
    often: &[],
};

/// The attributes of the struct.
struct Attributes {
    name: String,
    title: String,
    doc: String,
    apps: Vec<String>,
    scopes: Vec<String>,
    field_scopes: Vec<String>,
    envelope: &'static str,
    serde: bool,
    home: Home,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let fields = ast::fields(&ctxt, input, &ast::EVENT_FIELD);
    let attributes = attributes(&ctxt, input);
    check::received(&ctxt, &fields);
    check::only_received(&ctxt, &fields);
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics)).then(|| fallback::event(&input.ident));
        return attributes.home.name(quote!(#errors #stubs));
    }

    let name = &input.ident;
    let write = attributes.serde.then(|| codec::write(name, &fields));
    let read = codec::read(name, &fields, true);
    let serde = attributes.serde.then(|| codec::serde(name, &fields, true));
    let debug = expand::debug(name, &fields);
    let metadata = metadata(&attributes);
    attributes.home.name(quote! {
        #write #read #serde #debug

        #[automatically_derived]
        impl ::hire_api::event::Event for #name {
            const METADATA: &'static ::hire_api::event::EventMetadata = &#metadata;
        }
    })
}

fn attributes(ctxt: &Ctxt, input: &DeriveInput) -> Attributes {
    let mut attrs = Attrs::read(ctxt, &input.attrs, &KNOWN);
    let name = name(ctxt, attrs.text(ctxt, "name"), input.ident.span());
    let mut plain = |key: &str| attrs.text(ctxt, key).map(|text| text.text).unwrap_or_default();
    let (title, doc) = (plain("title"), plain("doc"));
    let apps = attrs.list(ctxt, "apps").map(|(_, list)| attr::words(ctxt, list, &["custom", "store"]));
    let mut strings =
        |key: &str| attrs.list(ctxt, key).map(|(_, list)| attr::strings(ctxt, list)).unwrap_or_default();
    let (scopes, field_scopes) = (strings("scopes"), strings("field_scopes"));
    let envelope = envelope(ctxt, attrs.text(ctxt, "envelope"));
    let serde = attrs.flag(ctxt, "serde").is_some();
    let home = Home::take(ctxt, &mut attrs);
    let apps = apps.unwrap_or_default();
    Attributes { name, title, doc, apps, scopes, field_scopes, envelope, serde, home }
}

/// `hire.application.stage_changed_v1`
fn name(ctxt: &Ctxt, text: Option<Text>, at: Span) -> String {
    let Some(Text { text, span }) = text else {
        ctxt.error(at, "expected `name = \"..\"` in `#[hire(..)]`");
        return String::new();
    };
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if !text.split('.').all(word) {
        let message =
            "the name of an event is the one that Feishu sends, such as `hire.application.stage_changed_v1`";
        ctxt.error(span, message);
    }
    text
}

fn envelope(ctxt: &Ctxt, text: Option<Text>) -> &'static str {
    let known = [("v2", "V2"), ("v1", "V1")];
    let Some(Text { text, span }) = text else { return "V2" };
    match known.iter().find(|(word, _)| *word == text) {
        Some((_, variant)) => variant,
        None => {
            let help = suggestion(&text, &known.map(|(word, _)| word));
            ctxt.error(span, format_args!("unknown envelope `{text}`: {help}"));
            "V2"
        }
    }
}

fn metadata(attributes: &Attributes) -> TokenStream {
    let Attributes { name, title, doc, scopes, field_scopes, .. } = attributes;
    let apps = attributes.apps.iter().map(|app| format_ident!("{}", endpoint::camel(app)));
    let envelope = format_ident!("{}", attributes.envelope);
    quote! {
        ::hire_api::event::EventMetadata::new(#name)
            .with_page(#title, #doc)
            .with_apps(&[#(::hire_api::App::#apps),*])
            .with_scopes(&[#(#scopes),*], &[#(#field_scopes),*])
            .with_envelope(::hire_api::event::EventEnvelope::#envelope)
    }
}
