//! `hire-gen scopes`: which scopes an app must ask for.

use std::collections::BTreeSet;
use std::io;

use clap::Args;
use serde_json::{Value, json};

use super::{FINE, Form, Output, Schema, WRONG, counted, list, show};
use crate::ir::{Api, Scope};
use crate::scopes::{self, Plan};

#[derive(Args)]
pub(super) struct Scopes {
    #[command(flatten)]
    schema: Schema,
    /// What the app calls: endpoints such as `hire.v1.talent.get`, or resources such as `hire.v1.talent`
    #[arg(required = true, value_name = "ENDPOINT")]
    endpoints: Vec<String>,
    /// How to say it
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
                let message = format!("there is no endpoint and no resource `{name}` in the schema");
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
        text(&operations, &plan, output)
    }
}

/// An endpoint by its name, or all of a resource.
fn named(api: &Api, name: &str) -> Vec<String> {
    let all = api.endpoints.iter();
    all.filter(|endpoint| endpoint.id.to_string() == name || list::is_of(endpoint, name))
        .map(|endpoint| endpoint.id.to_string())
        .collect()
}

fn text(operations: &[&str], plan: &Plan, output: &mut Output<'_>) -> io::Result<u8> {
    let out = &mut output.out;
    let head = |scope: &Scope, reads_only: bool| {
        let label = scope.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
        format!("{}{label}  ({})", scope.name, if reads_only { "reads" } else { "reads and writes" })
    };
    let (needed, called) = (counted(plan.scopes.len(), "scope"), counted(operations.len(), "endpoint"));
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
        writeln!(out, "\nAsk for these, too, where you need what would stay empty without them:")?;
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
