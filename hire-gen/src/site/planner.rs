//! The page that answers which scopes an app has to ask for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::html::Html;
use super::layout::{Page, crumbs, method};
use super::{Context, facts, link};
use crate::ir::Scope;
use crate::scopes;

/// The whole page. Its script does what [`scopes::plan`] does.
pub(super) fn page(cx: &Context<'_>) -> Html {
    let mut main = Html::new();
    main.html(&crumbs(link::SCOPES, &[(&cx.options.title, Some(link::INDEX.to_owned())), ("Scopes", None)]));
    main.raw("<h1>Scopes of an app</h1>\n<p class=\"lead\">Choose the operations that your app calls, and read which ");
    main.raw("scopes it has to ask for: none that can write where one that reads is enough, and no more than needed.</p>\n");
    main.raw("<noscript><p class=\"none\">Choosing needs a script; each operation’s page lists its scopes.</p></noscript>\n");
    main.raw("<div class=\"planner\">\n<form id=\"operations\" aria-label=\"Operations\">\n<div class=\"tools\" hidden>");
    main.raw("<input id=\"filter\" type=\"search\" placeholder=\"Filter by name, path, scope, 中文\" ");
    main.raw("aria-label=\"Filter the operations\" autocomplete=\"off\" spellcheck=\"false\">");
    main.raw("<button id=\"all\" type=\"button\">Choose shown</button> <button id=\"none\" type=\"button\">Clear</button>");
    main.raw("<p id=\"shown\" role=\"status\"></p></div>\n");
    for ((service, version), group) in &cx.groups {
        for (resource, endpoints) in &group.resources {
            main.raw("<fieldset>\n<legend>").text(service).raw(" ").text(version).raw(" ").text(resource);
            main.raw("</legend>\n");
            for endpoint in endpoints {
                let name = endpoint.id.to_string();
                main.raw("<label><input type=\"checkbox\" value=\"").text(&name).raw("\" data-path=\"");
                main.text(&endpoint.path).raw("\"> ").html(&method(endpoint)).raw(" <span class=\"title\">");
                main.text(&endpoint.title).raw("</span>");
                if let Some(label) = &endpoint.label {
                    main.raw(" ").html(&facts::label(label));
                }
                main.raw("</label>\n");
            }
            main.raw("</fieldset>\n");
        }
    }
    main.raw("</form>\n<section id=\"plan\" aria-label=\"Scopes to ask for\" aria-live=\"polite\" hidden></section>\n</div>\n");
    main.raw("<script type=\"application/json\" id=\"needs\">").json(&needs(cx)).raw("</script>\n");
    Page { path: link::SCOPES, title: "Scopes", resource: None, script: Some("assets/scopes.js") }
        .html(cx, &main)
}

/// `scopes`: name, label, 1 where it only reads; sorted by name. `operations`: name → the numbers of the scopes any one of
/// which suffices, and pairs of the numbers of the scopes that fields need and these fields.
fn needs(cx: &Context<'_>) -> Value {
    let all: Vec<scopes::Needs> =
        cx.api.endpoints.iter().map(|endpoint| scopes::needs(cx.api, endpoint)).collect();
    let mut known: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for scope in
        all.iter().flat_map(|one| one.any_of.iter().chain(one.fields.iter().flat_map(|need| &need.any_of)))
    {
        let label = known.entry(&scope.name).or_default();
        *label = label.or(scope.label.as_deref());
    }
    let number = |scope: &Scope| known.keys().position(|name| *name == scope.name);
    let numbers = |scopes: &[Scope]| scopes.iter().filter_map(number).collect::<Vec<_>>();
    let operations = all.iter().map(|one| {
        let fields = one.fields.iter().map(|need| json!([numbers(&need.any_of), need.fields]));
        (one.operation.clone(), json!([numbers(&one.any_of), fields.collect::<Vec<_>>()]))
    });
    let operations: serde_json::Map<String, Value> = operations.collect();
    let scopes = known.iter().map(|(name, label)| json!([name, label, u8::from(scopes::reads_only(name))]));
    json!({ "scopes": scopes.collect::<Vec<_>>(), "operations": operations })
}
