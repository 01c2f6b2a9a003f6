//! What a build script does, for measuring: `OUT_DIR=out build_script schema`.

fn main() -> Result<(), hire_gen::out_dir::Failure> {
    let schema = std::env::args().nth(1).unwrap_or_else(|| "schema".to_owned());
    hire_gen::out_dir::OutDir::new(schema).generate()
}
