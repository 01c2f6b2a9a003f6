//! `#[derive(Model)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::attr::{Attrs, Known};
use super::ctxt::Ctxt;
use super::home::Home;
use super::{ast, check, codec, expand, fallback};

const KNOWN: Known = Known { once: &[&["request", "response", "serde", "crate"]], often: &[] };

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let mut attrs = Attrs::read(&ctxt, &input.attrs, &KNOWN);
    let home = Home::take(&ctxt, &mut attrs);
    let request = attrs.flag(&ctxt, "request").is_some();
    let response = attrs.flag(&ctxt, "response").is_some();
    let serde = attrs.flag(&ctxt, "serde").is_some();
    let fields = ast::fields(&ctxt, input, &ast::MODEL_FIELD);
    if request {
        check::sent(&ctxt, &fields);
        check::objects(&ctxt, &fields);
    }
    if response {
        check::received(&ctxt, &fields);
    }
    match (request, response) {
        (false, true) => check::only_received(&ctxt, &fields),
        (false, false) => {
            ctxt.error(
                input.ident.span(),
                "the direction is missing: add `#[hire(request)]` or `#[hire(response)]`",
            );
        }
        _ => {}
    }
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics)).then(|| fallback::value(&input.ident));
        return home.name(quote!(#errors #stubs));
    }

    let (name, vis) = (&input.ident, &input.vis);
    let constructor = request.then(|| expand::constructor(vis, name, &fields));
    let check = request.then(|| expand::check(name, &fields));
    let write = (request || serde).then(|| codec::write(name, &fields));
    let read = (response || serde).then(|| codec::read(name, &fields, response));
    let serde = serde.then(|| codec::serde(name, &fields, response));
    let debug = expand::debug(name, &fields);
    home.name(quote!(#constructor #check #write #read #serde #debug))
}
