//! Lists the documented examples, and writes a call of every endpoint, so that new ones are tested automatically.

use std::path::{Path, PathBuf};
use std::{env, fs};

use hire_gen::call;
use hire_gen::ir::{Api, Base, Endpoint, Field, Kind, Literal};
use hire_gen::rust::{Options, emit};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schema = Path::new("../schema");
    println!("cargo::rerun-if-changed={}", schema.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let api = load(schema)?;
    fs::write(out.join("examples.rs"), examples(&api))?;
    fs::write(out.join("every_endpoint.rs"), every_endpoint(&api))?;
    fs::write(out.join("responses.rs"), responses(&api))?;
    fs::write(out.join("every_event.rs"), every_event(&api))?;
    fs::write(out.join("handlers.rs"), handlers(&api))?;
    fs::write(out.join("calls.rs"), calls(&api, "hire_api"))?;
    println!("cargo::rerun-if-changed=site/schema");
    let zoo = load(Path::new("site/schema"))?;
    fs::write(out.join("zoo_calls.rs"), calls(&zoo, "crate::site::calls::zoo::api"))?;
    emit(&zoo, &Options::default()).write(&out.join("zoo"))?;
    Ok(())
}

fn load(schema: &Path) -> Result<Api, String> {
    hire_gen::load(schema).map_err(|problems| problems.to_string())
}

/// `[("hire.v1.talent.get", call!(..)), ..]`: each endpoint with its documented request.
fn every_endpoint(api: &Api) -> String {
    let calls: Vec<String> = api.endpoints.iter().map(|endpoint| call(api, endpoint)).collect();
    format!("vec![{}]", calls.join(",\n"))
}

/// `[("hire.v1.talent.get", read::<..::Response>), ..]`
fn responses(api: &Api) -> String {
    let mut list = String::new();
    for Endpoint { id, .. } in &api.endpoints {
        let module =
            [&id.service, &id.version, &id.resource, &id.action].map(|part| rust_name(part)).join("::");
        list += &format!("    (\"{id}\", read::<hire_api::{module}::Response> as Reader),\n");
    }
    format!("vec![\n{list}]")
}

fn call(api: &Api, endpoint: &Endpoint) -> String {
    let id = &endpoint.id;
    let module = [&id.service, &id.version, &id.resource, &id.action].map(|part| rust_name(part)).join("::");
    let body = endpoint.request_example.as_ref().map_or("{}", |example| example.text.as_str());
    // A token from another answer means nothing here.
    let asked = endpoint.query.iter().filter(|field| field.wire != "page_token" && field.unusable.is_none());
    let parameters: Vec<(&str, String)> = endpoint
        .path_params
        .iter()
        .chain(asked)
        .filter_map(|field| {
            let unknown = || field.required.then(|| "\"1\"".to_owned());
            Some((field.wire.as_str(), documented(api, field).or_else(unknown)?))
        })
        .collect();
    let user = !endpoint.tokens.contains(&hire_gen::ir::Token::Tenant);
    let (from, kept) = if endpoint.is_multipart() {
        ("Request::new(hire_api::File::new(\"a.pdf\", \"%PDF-1.7\"))".to_owned(), "no_file_is_kept")
    } else {
        (format!("from_json({body:?}, &{parameters:?})"), "is_kept")
    };
    format!(
        "(\"{id}\", call(|| Box::pin({{ #[allow(deprecated, reason = \"some are\")] use hire_api::{module}::Request; \
         #[allow(deprecated, reason = \"some are\")] async {{ let request: Request = {from}; {kept}(&request); send(client, &request, {user}).await }} }})))"
    )
}

/// `[payload::<hire_api::hire::v1::application::events::StageChanged>(), ..]`
fn every_event(api: &Api) -> String {
    let payloads = api.events.iter().map(|event| {
        let id = &event.id;
        let module = [&id.service, &id.version, &id.resource].map(|part| rust_name(part)).join("::");
        let words = id.event.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
        format!("payload::<hire_api::{module}::events::{}>()", words.collect::<String>())
    });
    format!("[{}]", payloads.collect::<Vec<_>>().join(", "))
}

/// `[("hire.application.stage_changed_v1", { .. events }), ..]`: each event with the handler that the site shows.
fn handlers(api: &Api) -> String {
    let handlers = api.events.iter().map(|event| {
        format!("({:?}, {{\n{}events\n}})", event.event_type, call::handler(api, event, "hire_api"))
    });
    format!("[{}]", handlers.collect::<Vec<_>>().join(",\n"))
}

/// The documented value of a parameter, as JSON; the first of its values if the page's example is none of them.
fn documented(api: &Api, field: &Field) -> Option<String> {
    let one = |literal: &Literal| match literal {
        Literal::String(text) => format!("{text:?}"),
        Literal::Int(number) => number.to_string(),
        Literal::Float(number) => number.to_string(),
        Literal::Bool(flag) => flag.to_string(),
        Literal::List(_) => String::new(),
    };
    let values = match field.ty.base {
        Base::Type(id) => api.type_(id).map(|ty| &ty.kind),
        _ => None,
    };
    let example = field.example.as_ref()?;
    if let (Some(Kind::Enum { variants, .. }), 0) = (values, field.ty.list)
        && !variants.iter().any(|variant| variant.value == *example)
    {
        return variants.first().map(|variant| one(&variant.value));
    }
    match example {
        Literal::List(items) => Some(format!("[{}]", items.iter().map(one).collect::<Vec<_>>().join(","))),
        value => Some(one(value)),
    }
}

/// As the generator names modules and fields.
fn rust_name(name: &str) -> String {
    if ["type", "move", "match", "ref", "use"].contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// A function for each endpoint with the call that the site shows, and a list of all functions.
fn calls(api: &Api, root: &str) -> String {
    let (mut text, mut list) = (String::new(), String::new());
    for endpoint in &api.endpoints {
        let id = endpoint.id.to_string();
        let name = format!("call_{}", id.replace('.', "_"));
        let call = call::statements(api, endpoint, root);
        text += &format!("async fn {name}(client: &Client, user_token: &str) -> Sent {{\n{call}DONE\n}}\n");
        list += &format!("    ({id:?}, Box::pin({name}(client, user_token))),\n");
    }
    let all =
        "fn all<'a>(client: &'a Client, user_token: &'a str) -> Vec<(&'static str, Call<'a>)> {\n    vec![\n";
    format!("{text}\n{all}{list}    ]\n}}\n")
}

/// `[("hire/v1/talent/get.response.json", response::<..>("..")), ..]`: each documented example, through its type.
fn examples(api: &Api) -> String {
    let mut list = String::new();
    for endpoint in &api.endpoints {
        let id = &endpoint.id;
        let parts = [&id.service, &id.version, &id.resource, &id.action];
        let (file, module) =
            (parts.map(String::as_str).join("/"), parts.map(|part| rust_name(part)).join("::"));
        if endpoint.request_example.is_some() {
            let required: Vec<(&str, String)> = endpoint
                .path_params
                .iter()
                .chain(endpoint.query.iter().filter(|field| field.required && field.unusable.is_none()))
                .map(|field| {
                    (field.wire.as_str(), documented(api, field).unwrap_or_else(|| "\"1\"".to_owned()))
                })
                .collect();
            list += &format!(
                "    request::<hire_api::{module}::Request>(\"{file}.request.json\", &{required:?}),\n"
            );
        }
        if endpoint.response_example.is_some() {
            list += &format!("    response::<hire_api::{module}::Response>(\"{file}.response.json\"),\n");
        }
    }
    format!("vec![\n{list}]")
}
