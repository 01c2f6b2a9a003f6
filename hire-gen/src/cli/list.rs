//! `hire-gen list`: the endpoints, as a table or for programs.

use std::collections::BTreeSet;
use std::io;

use clap::Args;
use serde_json::{Map, Value, json};

use super::{FINE, Form, Output, Schema, WRONG, counted};
use crate::ir::{Api, Endpoint, Quota, Safety, Scope};

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    schema: Schema,
    /// Only these resources, such as `talent` or `hire.v1.talent`; may be given several times
    #[arg(long, value_name = "RESOURCE")]
    resource: Vec<String>,
    /// Only this method, in any case; may be given several times
    #[arg(long, value_name = "METHOD")]
    method: Vec<String>,
    /// Only those with this quota, such as `20/min`
    #[arg(long, value_name = "QUOTA")]
    quota: Option<String>,
    /// Only those with this text in their name, path, title or label, in any case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// How to say it
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl List {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        if let Some(unknown) = self.resource.iter().find(|name| !api.endpoints.iter().any(|e| is_of(e, name)))
        {
            return output.usage(&format!("there is no resource `{unknown}`"), &resources(&api));
        }
        let found: Vec<&Endpoint> = api.endpoints.iter().filter(|endpoint| self.wants(endpoint)).collect();
        if self.format == Form::Json {
            return output.json(&found.iter().map(|endpoint| entry(endpoint)).collect::<Vec<_>>());
        }
        let row = |endpoint: &Endpoint| {
            let (name, quota) = (endpoint.id.to_string(), endpoint.quota.to_string());
            [name, endpoint.method.as_str().to_owned(), endpoint.path.clone(), quota, endpoint.title.clone()]
        };
        let rows: Vec<[String; 5]> = found.iter().map(|endpoint| row(endpoint)).collect();
        output.out.write_all(table(["NAME", "METHOD", "PATH", "QUOTA", "TITLE"], &rows).as_bytes())?;
        let all = api.endpoints.len();
        let of = if found.len() < all { format!(" of {all}") } else { String::new() };
        writeln!(output.err, "{}{of}", counted(found.len(), "endpoint"))?;
        Ok(FINE)
    }

    fn wants(&self, endpoint: &Endpoint) -> bool {
        let method = endpoint.method.as_str();
        let text = self.search.as_deref().unwrap_or_default().to_lowercase();
        let label = endpoint.label.as_deref().unwrap_or_default();
        let texts = [&endpoint.id.to_string(), &endpoint.path, &endpoint.title, label];
        (self.resource.is_empty() || self.resource.iter().any(|name| is_of(endpoint, name)))
            && (self.method.is_empty()
                || self.method.iter().any(|wanted| wanted.eq_ignore_ascii_case(method)))
            && self.quota.as_deref().is_none_or(|quota| same_quota(endpoint.quota, quota))
            && texts.iter().any(|known| known.to_lowercase().contains(&text))
    }
}

/// Whether a resource is meant by its name, with as much before it as one likes.
pub(super) fn is_of(endpoint: &Endpoint, name: &str) -> bool {
    let id = &endpoint.id;
    let whole = format!("{}.{}.{}", id.service, id.version, id.resource);
    whole == name || whole.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
}

/// Whatever the order of the windows, and the blanks between them.
fn same_quota(quota: Quota, text: &str) -> bool {
    let windows = |text: &str| {
        let mut windows: Vec<String> = text.split(',').map(|window| window.trim().to_owned()).collect();
        windows.sort();
        windows
    };
    windows(&quota.to_string()) == windows(text)
}

fn resources(api: &Api) -> String {
    let names: BTreeSet<&str> = api.endpoints.iter().map(|endpoint| endpoint.id.resource.as_str()).collect();
    format!("these are there: {}", names.into_iter().collect::<Vec<_>>().join(", "))
}

/// Columns as wide as their widest cell; nothing behind the last one.
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

/// What one line of the list says of an endpoint.
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
        ("paging", json!(endpoint.paging.as_ref().map(|paging| paging.items.as_str()))),
        ("scopes", json!(scopes(&endpoint.scopes))),
        ("field_scopes", json!(scopes(&endpoint.field_scopes))),
    ];
    said.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
