//! `hire-gen scopes`: plans the scopes that an app needs.

use std::collections::BTreeSet;
use std::io;

use clap::Args;
use serde_json::{Value, json};

use super::{FINE, Form, Output, Schema, WRONG, counted, list, show};
use crate::resolve::ir::{Api, Scope};
use crate::scopes::{self, Plan};

#[derive(Args)]
pub(super) struct Scopes {
    #[command(flatten)]
    schema: Schema,
    /// Endpoints such as `hire.v1.talent.get`, events such as `hire.talent.deleted_v1`, or resources such as
    /// `hire.v1.talent` with all their endpoints and events
    #[arg(required = true, value_name = "ENDPOINT")]
    endpoints: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Scopes {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let mut operations = BTreeSet::new();
        for name in &self.endpoints {
            let meant = named(&api, name);
            if meant.is_empty() {
                let message =
                    format!("there is no endpoint, no event and no resource `{name}` in the schema");
                return output.usage(&message, &show::nearest(&api, name));
            }
            operations.extend(meant);
        }
        let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
        let plan = match scopes::plan(&api, &operations) {
            Ok(plan) => plan,
            Err(unknown) => return output.usage(&unknown.to_string(), "`hire-gen list` lists all"),
        };
        if self.format == Form::Json {
            return output.json(&json(&operations, &plan));
        }
        text(&called(&api, &operations), &plan, output)
    }
}

/// An endpoint or an event by its name, or all endpoints and events of a resource.
fn named(api: &Api, name: &str) -> Vec<String> {
    if let Some(event) = api.event(name) {
        return vec![event.event_type.clone()];
    }
    if let Some(endpoint) = api.endpoint(name) {
        return vec![endpoint.id.to_string()];
    }
    list::operations(api, name)
}

/// `2 endpoints and 1 event`
fn called(api: &Api, operations: &[&str]) -> String {
    let events = operations.iter().filter(|name| api.endpoint(name).is_none()).count();
    let endpoints = operations.len() - events;
    match (endpoints, events) {
        (_, 0) => counted(endpoints, "endpoint"),
        (0, _) => counted(events, "event"),
        _ => format!("{} and {}", counted(endpoints, "endpoint"), counted(events, "event")),
    }
}

fn text(called: &str, plan: &Plan, output: &mut Output<'_>) -> io::Result<u8> {
    let out = &mut output.out;
    let head = |scope: &Scope, reads_only: bool| {
        let label = scope.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
        format!("{}{label}  ({})", scope.name, if reads_only { "reads" } else { "reads and writes" })
    };
    let needed = counted(plan.scopes.len(), "scope");
    writeln!(
        out,
        "{needed} for {called}{}",
        if plan.exact { "" } else { ", and there may be a smaller set" }
    )?;
    for granted in &plan.scopes {
        writeln!(out, "\n{}", head(&granted.scope, granted.reads_only))?;
        for operation in &granted.operations {
            writeln!(out, "  {operation}")?;
        }
    }
    if !plan.free.is_empty() {
        writeln!(out, "\nwithout a scope")?;
        for operation in &plan.free {
            writeln!(out, "  {operation}")?;
        }
    }
    if !plan.field_scopes.is_empty() {
        writeln!(out, "\nRequest these as well if you need the fields that are empty without them:")?;
    }
    for filling in &plan.field_scopes {
        writeln!(out, "\n{}", head(&filling.scope, filling.reads_only))?;
        for (operation, fields) in &filling.fields {
            let fields = if fields.is_empty() { "some fields".to_owned() } else { fields.join(", ") };
            writeln!(out, "  {operation}: {fields}")?;
        }
    }
    Ok(FINE)
}

fn json(operations: &[&str], plan: &Plan) -> Value {
    let granted = plan.scopes.iter().map(|granted| {
        let Scope { name, label } = &granted.scope;
        json!({"name": name, "label": label, "reads_only": granted.reads_only, "endpoints": granted.operations})
    });
    let filling = plan.field_scopes.iter().map(|filling| {
        let Scope { name, label } = &filling.scope;
        let fields = filling.fields.iter();
        let fields = fields.map(|(operation, fields)| json!({"endpoint": operation, "fields": fields}));
        let fields: Vec<Value> = fields.collect();
        json!({"name": name, "label": label, "reads_only": filling.reads_only, "fields": fields})
    });
    json!({
        "endpoints": operations,
        "scopes": granted.collect::<Vec<_>>(),
        "without_scope": plan.free,
        "field_scopes": filling.collect::<Vec<_>>(),
        "exact": plan.exact,
    })
}
