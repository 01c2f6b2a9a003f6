//! `hire-gen check`: everything that is wrong, at once.

use std::io;

use super::{FINE, Output, Schema, WRONG, counted, found};
use crate::source::Sources;

pub(super) fn run(schema: &Schema, output: &mut Output<'_>) -> io::Result<u8> {
    let Some((api, warnings)) = output.load(&Sources::read(&schema.dir))? else { return Ok(WRONG) };
    output.report(&warnings)?;
    let (endpoints, types) = (counted(api.endpoints.len(), "endpoint"), counted(api.types.len(), "type"));
    let problems = if warnings.warnings() == 0 { "no problem".to_owned() } else { found(&warnings) };
    writeln!(output.out, "{endpoints}, {types}: {problems}")?;
    Ok(FINE)
}
