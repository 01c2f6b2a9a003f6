//! `#[derive(Model)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attr::{Attrs, Known};
use crate::ctxt::Ctxt;
use crate::{ast, check, expand, fallback};

const KNOWN: Known = Known { once: &[&["request", "response", "roundtrip"]], often: &[] };

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let mut attrs = Attrs::read(&ctxt, &input.attrs, &KNOWN);
    let request = attrs.flag(&ctxt, "request").is_some();
    let response = attrs.flag(&ctxt, "response").is_some();
    let roundtrip = attrs.flag(&ctxt, "roundtrip").is_some();
    let fields = ast::fields(&ctxt, input, &ast::MODEL_FIELD);
    if request {
        check::sent(&ctxt, &fields);
    }
    if response {
        check::received(&ctxt, &fields);
    }
    match (request, response) {
        (false, true) => check::only_received(&ctxt, &fields),
        (false, false) => {
            ctxt.error(
                input.ident.span(),
                "is it sent or received? add `#[hire(request)]` or `#[hire(response)]`",
            );
        }
        _ => {}
    }
    if let Some(errors) = ctxt.finish() {
        let stubs = (!expand::is_generic(&input.generics)).then(|| fallback::value(&input.ident));
        return quote!(#errors #stubs);
    }

    let (name, vis) = (&input.ident, &input.vis);
    let constructor = request.then(|| expand::constructor(vis, name, &fields));
    let check = request.then(|| expand::check(name, &fields));
    let serialize = (request || roundtrip).then(|| expand::serialize(name, &fields));
    let deserialize = (response || roundtrip).then(|| expand::deserialize(name, &fields, response));
    let debug = expand::debug(name, &fields);
    quote!(#constructor #check #serialize #deserialize #debug)
}
