//! Checks the Api: one function per rule, all listed here.

mod condition;
mod endpoint;
mod event;
mod example;
mod field;
mod headers;
mod names;
mod paging;
#[cfg(feature = "patterns")]
pub(crate) mod pattern;
mod texts;
mod types;
mod unfold;

use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Endpoint, Event, Field, Type};

/// Rules about one endpoint.
const ENDPOINT_RULES: &[fn(&Api, &Endpoint, &mut Diagnostics)] = &[
    endpoint::path_is_a_path,
    endpoint::path_and_parameters_agree,
    endpoint::page_is_an_address,
    endpoint::base_urls_have_regions,
    endpoint::parameters_fit_into_an_address,
    headers::headers_can_be_sent,
    endpoint::null_stands_in_bodies,
    endpoint::files_stand_alone,
    endpoint::file_answers_have_no_fields,
    endpoint::whole_sections_are_lists,
    endpoint::list_answers_stand_alone,
    endpoint::flat_answers_leave_the_envelope_alone,
    endpoint::body_is_read,
    paging::pages_can_be_followed,
    endpoint::key_is_a_field,
    names::calls_have_names,
    names::errors_have_free_names,
    endpoint::response_requires_nothing,
    unfold::endpoints_unfold,
    types::errors_have_names,
    types::errors_differ_by_name,
];

/// Rules about the documented examples of an endpoint, which need a spec without errors.
const EXAMPLE_RULES: &[fn(&Api, &Endpoint, &mut Diagnostics)] =
    &[example::request_fits, example::response_fits];

/// Rules about one event.
const EVENT_RULES: &[fn(&Api, &Event, &mut Diagnostics)] = &[
    event::type_is_a_type,
    event::page_is_an_address,
    event::nothing_is_required,
    event::payloads_leave_the_envelope_alone,
    unfold::events_unfold,
];

/// Rules about an event's documented example.
const EVENT_EXAMPLE_RULES: &[fn(&Api, &Event, &mut Diagnostics)] = &[example::event_fits];

/// Rules about the fields of one struct: of a request, an answer, an event or an object.
const STRUCT_RULES: &[fn(&Api, &[&Field], &mut Diagnostics)] = &[names::names_differ];

/// Rules about the fields of one section of a request, or of one object, which can refer to each other.
const SECTION_RULES: &[fn(&Api, &[Field], &mut Diagnostics)] = &[condition::conditions_can_hold];

/// Rules about one field.
const FIELD_RULES: &[fn(&Api, &Field, &mut Diagnostics)] = &[
    field::format_fits_type,
    field::limits_fit_type,
    field::limits_leave_room,
    #[cfg(feature = "patterns")]
    pattern::pattern_is_one,
    field::keys_agree,
    field::fixed_is_one_value,
    field::literals_obey_limits,
    field::nothing_waits_for_review,
];

/// Rules about one type.
const TYPE_RULES: &[fn(&Api, &Type, &mut Diagnostics)] = &[
    types::enum_values_differ,
    types::directions_agree,
    types::files_stand_in_bodies,
    types::null_is_sent,
    types::values_have_names,
    unfold::types_unfold,
];

/// Rules about the whole schema.
const API_RULES: &[fn(&Api, &mut Diagnostics)] = &[
    endpoint::paths_differ,
    endpoint::base_urls_are_origins,
    event::types_differ,
    event::names_differ,
    types::objects_end,
    names::roots_have_free_names,
];

/// Rules about missing things, which need a schema without errors.
const WARNINGS: &[fn(&Api, &mut Diagnostics)] =
    &[types::types_are_used, texts::nothing_is_a_placeholder, texts::everything_is_described];

/// Runs every rule on everything.
pub(crate) fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        if !diagnostics.has_errors_in(endpoint.at.file) {
            EXAMPLE_RULES.iter().for_each(|rule| rule(api, endpoint, diagnostics));
        }
        ENDPOINT_RULES.iter().for_each(|rule| rule(api, endpoint, diagnostics));
        let request: Vec<&Field> = endpoint.sent().collect();
        let body = endpoint.body.as_deref().unwrap_or_default();
        [&endpoint.path_params, &endpoint.query, &endpoint.headers, body]
            .iter()
            .for_each(|fields| section(api, fields, diagnostics));
        structure(api, &request, diagnostics);
        structure(api, &endpoint.response.iter().collect::<Vec<_>>(), diagnostics);
    }
    for event in &api.events {
        if !diagnostics.has_errors_in(event.at.file) {
            EVENT_EXAMPLE_RULES.iter().for_each(|rule| rule(api, event, diagnostics));
        }
        EVENT_RULES.iter().for_each(|rule| rule(api, event, diagnostics));
        structure(api, &event.fields.iter().collect::<Vec<_>>(), diagnostics);
    }
    for ty in &api.types {
        TYPE_RULES.iter().for_each(|rule| rule(api, ty, diagnostics));
        section(api, types::fields(ty), diagnostics);
        structure(api, &types::fields(ty).iter().collect::<Vec<_>>(), diagnostics);
    }
    API_RULES.iter().for_each(|rule| rule(api, diagnostics));
    // A wrong part may be the only user of a type, or the only place that describes a value.
    if !diagnostics.has_errors() {
        WARNINGS.iter().for_each(|rule| rule(api, diagnostics));
    }
}

fn section(api: &Api, fields: &[Field], diagnostics: &mut Diagnostics) {
    SECTION_RULES.iter().for_each(|rule| rule(api, fields, diagnostics));
}

fn structure(api: &Api, fields: &[&Field], diagnostics: &mut Diagnostics) {
    STRUCT_RULES.iter().for_each(|rule| rule(api, fields, diagnostics));
    for field in fields {
        FIELD_RULES.iter().for_each(|rule| rule(api, field, diagnostics));
    }
}

/// An error at a field.
#[track_caller]
fn at_field(code: Code, field: &Field, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code, field.at, message).help(help)
}
