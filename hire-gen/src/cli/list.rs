//! `hire-gen list`: lists the endpoints or the events, as a table or for programs.

use std::collections::BTreeSet;
use std::io;

use clap::Args;
use serde_json::{Map, Value, json};

use super::{FINE, Form, Output, Schema, WRONG, counted};
use crate::read::advice::quota;
use crate::read::diag::nearest;
use crate::read::words::{Method, Words};
use crate::resolve::ir::{Api, Endpoint, Event, Quota, Safety, Scope};

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    schema: Schema,
    /// Only these resources, such as `talent` or `hire.v1.talent`; may be repeated
    #[arg(long, value_name = "RESOURCE")]
    resource: Vec<String>,
    /// Only this method, in any case; may be repeated
    #[arg(long, value_name = "METHOD")]
    method: Vec<String>,
    /// Only endpoints with this quota, such as `20/min`
    #[arg(long, value_name = "QUOTA")]
    quota: Option<String>,
    /// Only entries with this text in their name, path, title or label, in any case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// List the events instead of the endpoints
    #[arg(long, conflicts_with_all = ["method", "quota"])]
    events: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl List {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let known = |name: &String| {
            let whole = api.endpoints.iter().map(resource).chain(api.events.iter().map(event_resource));
            whole.into_iter().any(|whole| is_named(&whole, name))
        };
        if let Some(unknown) = self.resource.iter().find(|name| !known(name)) {
            return output.usage(&format!("there is no resource `{unknown}`"), &near_resource(&api, unknown));
        }
        if let Some((message, help)) = self.wrong() {
            return output.usage(&message, &help);
        }
        if self.events {
            return self.events(&api, output);
        }
        let found: Vec<&Endpoint> = api.endpoints.iter().filter(|endpoint| self.wants(endpoint)).collect();
        if self.format == Form::Json {
            return output.json(&found.iter().map(|endpoint| entry(endpoint)).collect::<Vec<_>>());
        }
        output.out.write_all(endpoints(&found).as_bytes())?;
        let all = api.endpoints.len();
        let of = if found.len() < all { format!(" of {all}") } else { String::new() };
        writeln!(output.err, "{}{of}", counted(found.len(), "endpoint"))?;
        Ok(FINE)
    }

    /// A method or a quota that no endpoint can have, and the remedy.
    fn wrong(&self) -> Option<(String, String)> {
        let methods = Method::list();
        let is_method = |wanted: &String| methods.iter().any(|known| known.eq_ignore_ascii_case(wanted));
        if let Some(wanted) = self.method.iter().find(|wanted| !is_method(wanted)) {
            let help = match nearest(wanted, methods.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", methods.join(", ")),
            };
            return Some((format!("`{wanted}` is not a method"), help));
        }
        let wanted = self.quota.as_deref()?;
        let meant = quota::meant(wanted);
        let is_quota = meant.is_some_and(|meant| windows(&meant) == windows(wanted));
        (!is_quota).then(|| (format!("`{wanted}` is not a quota"), quota::help(wanted)))
    }

    fn events(&self, api: &Api, output: &mut Output<'_>) -> io::Result<u8> {
        let text = fold(self.search.as_deref().unwrap_or_default());
        let wanted = |event: &&Event| {
            let label = event.label.as_deref().unwrap_or_default();
            (self.resource.is_empty() || self.resource.iter().any(|name| is_event_of(event, name)))
                && [event.event_type.as_str(), &event.title, label]
                    .iter()
                    .any(|known| fold(known).contains(&text))
        };
        let found: Vec<&Event> = api.events.iter().filter(wanted).collect();
        if self.format == Form::Json {
            return output.json(&found.iter().map(|one| event(one)).collect::<Vec<_>>());
        }
        output.out.write_all(events(&found).as_bytes())?;
        let all = api.events.len();
        let of = if found.len() < all { format!(" of {all}") } else { String::new() };
        writeln!(output.err, "{}{of}", counted(found.len(), "event"))?;
        Ok(FINE)
    }

    fn wants(&self, endpoint: &Endpoint) -> bool {
        let method = endpoint.method.as_str();
        let text = fold(self.search.as_deref().unwrap_or_default());
        let label = endpoint.label.as_deref().unwrap_or_default();
        let texts = [&endpoint.id.to_string(), &endpoint.path, &endpoint.title, label];
        (self.resource.is_empty() || self.resource.iter().any(|name| is_of(endpoint, name)))
            && (self.method.is_empty()
                || self.method.iter().any(|wanted| wanted.eq_ignore_ascii_case(method)))
            && self.quota.as_deref().is_none_or(|quota| same_quota(endpoint.quota, quota))
            && texts.iter().any(|known| fold(known).contains(&text))
    }
}

/// Lower case, without the accents of `résumé`.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

/// The endpoints and events of a resource.
pub(super) fn operations(api: &Api, resource: &str) -> Vec<String> {
    let endpoints = api.endpoints.iter().filter(|endpoint| is_of(endpoint, resource));
    let events = api.events.iter().filter(|event| is_event_of(event, resource));
    let endpoints = endpoints.map(|endpoint| endpoint.id.to_string());
    endpoints.chain(events.map(|event| event.event_type.clone())).collect()
}

/// Whether a name means this resource; it may include any number of parents.
fn is_of(endpoint: &Endpoint, name: &str) -> bool {
    is_named(&resource(endpoint), name)
}

/// The same for an event.
fn is_event_of(event: &Event, name: &str) -> bool {
    is_named(&event_resource(event), name)
}

fn event_resource(event: &Event) -> String {
    let id = &event.id;
    format!("{}.{}.{}", id.service, id.version, id.resource)
}

fn is_named(whole: &str, name: &str) -> bool {
    whole == name || whole.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
}

fn resource(endpoint: &Endpoint) -> String {
    let id = &endpoint.id;
    format!("{}.{}.{}", id.service, id.version, id.resource)
}

/// The order of the windows and spaces between them do not matter.
fn same_quota(quota: Quota, text: &str) -> bool {
    windows(&quota.to_string()) == windows(text)
}

fn windows(quota: &str) -> Vec<&str> {
    let mut windows: Vec<&str> = quota.split(',').map(str::trim).collect();
    windows.sort_unstable();
    windows
}

/// Every resource, with its parents.
pub(super) fn resources(api: &Api) -> BTreeSet<String> {
    api.endpoints.iter().map(resource).chain(api.events.iter().map(event_resource)).collect()
}

/// The remedy for the name of an unknown resource: the most similar one, or all of them if they are few.
fn near_resource(api: &Api, unknown: &str) -> String {
    let whole = resources(api);
    let names: BTreeSet<&str> = whole.iter().filter_map(|name| name.rsplit('.').next()).collect();
    let near = nearest(unknown, names.iter().copied().chain(whole.iter().map(String::as_str)));
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.len() <= 20 => {
            format!("expected one of {}", names.into_iter().collect::<Vec<_>>().join(", "))
        }
        None => "`hire-gen list` lists the endpoints: `hire.v1.talent.get` belongs to the resource `talent`"
            .to_owned(),
    }
}

/// A table of endpoints.
pub(super) fn endpoints(found: &[&Endpoint]) -> String {
    let row = |endpoint: &&Endpoint| {
        let (name, quota) = (endpoint.id.to_string(), endpoint.quota.to_string());
        let mark = if endpoint.deprecated.is_some() { " (deprecated)" } else { "" };
        let title = format!("{}{mark}", endpoint.title);
        [name, endpoint.method.as_str().to_owned(), endpoint.path.clone(), quota, title]
    };
    let rows: Vec<[String; 5]> = found.iter().map(row).collect();
    table(["NAME", "METHOD", "PATH", "QUOTA", "TITLE"], &rows)
}

/// A table of events.
pub(super) fn events(found: &[&Event]) -> String {
    let row = |event: &&Event| {
        let scopes: Vec<&str> = event.scopes.iter().map(|scope| scope.name.as_str()).collect();
        [event.event_type.clone(), scopes.join(" or "), event.title.clone()]
    };
    let rows: Vec<[String; 3]> = found.iter().map(row).collect();
    table(["EVENT", "SCOPES", "TITLE"], &rows)
}

/// Columns as wide as their widest cell, without trailing spaces.
fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rows = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    std::iter::once(line(head)).chain(rows).collect()
}

/// One line of the list, for an event.
pub(super) fn event(event: &Event) -> Map<String, Value> {
    let scopes = |scopes: &[Scope]| scopes.iter().map(|scope| scope.name.clone()).collect::<Vec<_>>();
    let apps = event.apps.iter().map(|app| format!("{app:?}").to_lowercase());
    let said = [
        ("name", json!(event.id.to_string())),
        ("event_type", json!(event.event_type)),
        ("title", json!(event.title)),
        ("label", json!(event.label)),
        ("doc", json!(event.doc)),
        ("apps", json!(apps.collect::<Vec<_>>())),
        ("scopes", json!(scopes(&event.scopes))),
        ("field_scopes", json!(scopes(&event.field_scopes))),
        ("envelope", json!(event.envelope.as_str())),
    ];
    said.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// One line of the list, for an endpoint.
pub(super) fn entry(endpoint: &Endpoint) -> Map<String, Value> {
    let scopes = |scopes: &[Scope]| scopes.iter().map(|scope| scope.name.clone()).collect::<Vec<_>>();
    let safety = match &endpoint.safety {
        Safety::Safe => "safe".to_owned(),
        Safety::Idempotent => "idempotent".to_owned(),
        Safety::Keyed(field) => format!("keyed({field})"),
        Safety::Unsafe => "unsafe".to_owned(),
    };
    let said = [
        ("name", json!(endpoint.id.to_string())),
        ("method", json!(endpoint.method.as_str())),
        ("path", json!(endpoint.path)),
        ("title", json!(endpoint.title)),
        ("label", json!(endpoint.label)),
        ("doc", json!(endpoint.doc)),
        ("quota", json!(endpoint.quota.to_string())),
        ("safety", json!(safety)),
        ("deprecated", json!(endpoint.deprecated)),
        ("paging", json!(endpoint.paging.as_ref().map(|paging| paging.items.as_str()))),
        ("scopes", json!(scopes(&endpoint.scopes))),
        ("field_scopes", json!(scopes(&endpoint.field_scopes))),
    ];
    said.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
