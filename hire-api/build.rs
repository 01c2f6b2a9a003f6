//! Generates the typed client from `schema/`, for the resources whose features are enabled.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    hire_gen::out_dir::OutDir::new(schema()?)
        .with_resource_features()
        .with_serde(cfg!(feature = "serde"))
        .with_events(cfg!(feature = "events"))
        .inside_hire_api()
        .generate()?;
    Ok(())
}

/// `schema` is a symbolic link to the folder beside this package. Where git does not create symbolic links, as on
/// Windows, it is a text file with the target of the link, which is then used.
fn schema() -> Result<&'static str, Box<dyn Error>> {
    if !Path::new("schema").is_file() {
        return Ok("schema");
    }
    println!("cargo::rerun-if-changed=schema");
    if !Path::new("../schema/api.yaml").is_file() {
        return Err("`schema` is a text file in place of a symbolic link to the specs, so this package has none: package it \
                    from a checkout with symbolic links (`git -c core.symlinks=true clone ..`)"
            .into());
    }
    println!("cargo::rustc-cfg=hire_schema_beside");
    Ok("../schema")
}
