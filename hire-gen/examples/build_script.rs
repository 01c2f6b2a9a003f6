//! What a build script does, for measuring: `OUT_DIR=out build_script schema [RESOURCE..]`.

fn main() -> Result<(), hire_gen::out_dir::Failure> {
    let mut arguments = std::env::args().skip(1);
    let schema = arguments.next().unwrap_or_else(|| "schema".to_owned());
    let resources: Vec<String> = arguments.collect();
    let out_dir = hire_gen::out_dir::OutDir::new(schema);
    if resources.is_empty() { out_dir.generate() } else { out_dir.with_resources(resources).generate() }
}
