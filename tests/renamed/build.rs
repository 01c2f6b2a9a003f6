//! Writes the client of the specs in `schema/` to `OUT_DIR`, for a hire-api that is re-exported by `sdk`.

fn main() -> Result<(), hire_gen::out_dir::Failure> {
    let out_dir = hire_gen::out_dir::OutDir::new("schema").with_serde(true).with_events(true);
    out_dir.with_crate("crate::sdk::api").generate()
}
