//! Judges the Api: one function a rule, all of them listed here.

mod endpoint;
mod example;
mod field;
mod types;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ir::{Api, Endpoint, Field, Type};

/// Rules about one endpoint.
const ENDPOINT_RULES: &[fn(&Api, &Endpoint, &mut Diagnostics)] = &[
    endpoint::path_is_a_path,
    endpoint::path_and_parameters_agree,
    endpoint::page_is_an_address,
    endpoint::parameters_fit_into_an_address,
    endpoint::files_stand_alone,
    endpoint::body_is_read,
    endpoint::pages_can_be_followed,
    endpoint::key_is_a_field,
    endpoint::response_requires_nothing,
    example::request_fits,
    example::response_fits,
    types::errors_have_names,
    types::errors_differ_by_name,
];

/// Rules about the fields of one struct: those of a request together, those of an answer, those of an object.
const STRUCT_RULES: &[fn(&Api, &[&Field], &mut Diagnostics)] = &[field::names_differ];

/// Rules about one field.
const FIELD_RULES: &[fn(&Api, &Field, &mut Diagnostics)] = &[
    field::format_fits_type,
    field::limits_fit_type,
    field::limits_leave_room,
    field::keys_agree,
    field::literals_obey_limits,
    field::nothing_waits_for_review,
];

/// Rules about one type.
const TYPE_RULES: &[fn(&Api, &Type, &mut Diagnostics)] = &[
    types::enum_values_differ,
    types::directions_agree,
    types::files_stand_in_bodies,
    types::values_have_names,
];

/// Rules about everything together.
const API_RULES: &[fn(&Api, &mut Diagnostics)] =
    &[endpoint::paths_differ, endpoint::base_urls_are_origins, types::objects_end, types::types_are_used];

/// Runs every rule on everything.
pub(crate) fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        ENDPOINT_RULES.iter().for_each(|rule| rule(api, endpoint, diagnostics));
        let request: Vec<&Field> = request_fields(endpoint).collect();
        structure(api, &request, diagnostics);
        structure(api, &endpoint.response.iter().collect::<Vec<_>>(), diagnostics);
    }
    for ty in &api.types {
        TYPE_RULES.iter().for_each(|rule| rule(api, ty, diagnostics));
        structure(api, &types::fields(ty).iter().collect::<Vec<_>>(), diagnostics);
    }
    API_RULES.iter().for_each(|rule| rule(api, diagnostics));
}

fn structure(api: &Api, fields: &[&Field], diagnostics: &mut Diagnostics) {
    STRUCT_RULES.iter().for_each(|rule| rule(api, fields, diagnostics));
    for field in fields {
        FIELD_RULES.iter().for_each(|rule| rule(api, field, diagnostics));
    }
}

/// Path, query and body: one struct in Rust.
fn request_fields(endpoint: &Endpoint) -> impl Iterator<Item = &Field> {
    endpoint.path_params.iter().chain(&endpoint.query).chain(endpoint.body.iter().flatten())
}

/// An error at a field.
fn at_field(code: Code, field: &Field, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code, field.at, message).help(help)
}
