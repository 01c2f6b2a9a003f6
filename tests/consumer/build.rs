//! Writes the client of the specs in `schema/` to `OUT_DIR`.

fn main() -> Result<(), hire_gen::out_dir::Failure> {
    hire_gen::out_dir::OutDir::new("schema").generate()
}
