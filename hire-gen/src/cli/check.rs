//! `hire-gen check`: everything that is wrong, at once.

use std::io;

use super::{FINE, Output, Schema, WRONG, counted};

pub(super) fn run(schema: &Schema, output: &mut Output<'_>) -> io::Result<u8> {
    let Some(api) = schema.load(output)? else { return Ok(WRONG) };
    let (endpoints, types) = (counted(api.endpoints.len(), "endpoint"), counted(api.types.len(), "type"));
    writeln!(output.out, "{endpoints}, {types}: no problem")?;
    Ok(FINE)
}
