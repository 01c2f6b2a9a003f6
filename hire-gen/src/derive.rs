//! The derives of hire-macros as functions, because a proc-macro crate exports no functions: `stage` runs them before
//! it publishes their output.

#[path = "../../hire-macros/src/ast.rs"]
mod ast;
#[path = "../../hire-macros/src/attr.rs"]
mod attr;
#[path = "../../hire-macros/src/check.rs"]
mod check;
#[path = "../../hire-macros/src/codec.rs"]
mod codec;
#[path = "../../hire-macros/src/ctxt.rs"]
mod ctxt;
#[path = "../../hire-macros/src/endpoint.rs"]
mod endpoint;
#[path = "../../hire-macros/src/event.rs"]
mod event;
#[path = "../../hire-macros/src/expand.rs"]
mod expand;
#[path = "../../hire-macros/src/fallback.rs"]
mod fallback;
#[path = "../../hire-macros/src/home.rs"]
mod home;
#[path = "../../hire-macros/src/model.rs"]
mod model;
#[path = "../../hire-macros/src/open_enum.rs"]
mod open_enum;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// The output of the derive with this name for an item; `None` if there is no such derive.
pub(crate) fn derived(name: &str, input: &DeriveInput) -> Option<TokenStream> {
    match name {
        "Endpoint" => Some(endpoint::derive(input)),
        "Event" => Some(event::derive(input)),
        "Model" => Some(model::derive(input)),
        "OpenEnum" => Some(open_enum::derive(input)),
        _ => None,
    }
}
