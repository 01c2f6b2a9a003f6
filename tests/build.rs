//! Lists the documented examples, and writes a call of every endpoint, so that a new one is tested without a word of Rust.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use hire_gen::call;
use hire_gen::emit::{Options, emit};
use hire_gen::ir::{Api, Base, Endpoint, Field, Kind, Literal};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schema = Path::new("../schema");
    println!("cargo::rerun-if-changed={}", schema.display());
    let mut examples = BTreeSet::new();
    let mut open = vec![schema.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                examples.extend(example(schema, &path));
            }
        }
    }
    let list: Vec<String> = examples.into_iter().collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("examples.rs"), format!("through![{}]", list.join(", ")))?;
    let api = load(schema)?;
    fs::write(out.join("every_endpoint.rs"), every_endpoint(&api))?;
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

fn call(api: &Api, endpoint: &Endpoint) -> String {
    let id = &endpoint.id;
    let module = [&id.service, &id.version, &id.resource, &id.action].map(|part| rust_name(part)).join("::");
    let body = endpoint.request_example.as_ref().map_or("{}", |example| example.text.as_str());
    let from = if endpoint.is_multipart() {
        "Request::new(hire_api::File::new(\"a.pdf\", \"%PDF-1.7\"))".to_owned()
    } else {
        format!("parse({body:?})")
    };
    // A token that another answer gave stands for nothing here.
    let asked = endpoint.query.iter().filter(|field| field.wire != "page_token" && field.unusable.is_none());
    let parameters = endpoint.path_params.iter().chain(asked);
    let set: String = parameters
        .filter_map(|field| {
            Some(format!("set(&mut request.{}, {:?});", rust_name(&field.ident), documented(api, field)?))
        })
        .collect();
    let user = !endpoint.tokens.contains(&hire_gen::ir::Token::Tenant);
    format!(
        "(\"{id}\", Box::pin({{ use hire_api::{module}::Request; #[allow(deprecated, unused_mut, reason = \"some are\")] \
         async {{ let mut request: Request = {from}; {set} send(client, &request, {user}).await }} }}) as Called)"
    )
}

/// The documented value of a parameter, as JSON; the first of its values where the page's example is none of them.
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

/// A function for each endpoint, with the call that the site shows, and a list of all of them.
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

/// `hire/v1/talent/onboard_status.request.json` → `hire::v1::talent::onboard_status::Request`
fn example(schema: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(schema).ok()?.to_str()?.replace('\\', "/");
    let kinds = [(".request.json", "Request"), (".response.json", "Response")];
    let (stem, kind) =
        kinds.into_iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, kind)))?;
    Some(format!("{}::{kind}", stem.replace('/', "::")))
}
