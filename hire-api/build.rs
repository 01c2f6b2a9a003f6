//! Generates the typed client from `schema/`, for the resources whose features are on.

fn main() -> Result<(), hire_gen::out_dir::Failure> {
    hire_gen::out_dir::OutDir::new("schema")
        .with_resource_features()
        .with_roundtrip(cfg!(feature = "roundtrip"))
        .inside_hire_api()
        .generate()
}
