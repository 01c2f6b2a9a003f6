//! Specs → [`Api`]: every name settled, every type found, every rule of the language checked.

pub(crate) mod check;
pub mod ir;
mod lower;
pub(crate) mod name;
mod paging;

use std::collections::BTreeSet;
use std::path::Path;

use crate::read::diag::Diagnostics;
use crate::read::report::Report;
use crate::read::source::Sources;
use crate::read::spec;
use crate::resolve::ir::Api;

/// Reads, resolves and checks a schema folder. [`load_sources`] also returns warnings.
///
/// # Errors
///
/// All errors of the schema at once.
pub fn load(dir: &Path) -> Result<Api, Report> {
    load_sources(&Sources::read(dir)).map(|(api, _)| api)
}

/// The same for only `api.yaml`, the resources that `choose` selects, and the types of their versions. Errors elsewhere
/// go unnoticed, but the names of all endpoints and resources are known.
pub(crate) fn load_resources<E>(
    dir: &Path,
    choose: impl FnOnce(BTreeSet<String>) -> Result<BTreeSet<String>, E>,
) -> Result<(Result<Api, Report>, BTreeSet<String>), E> {
    let (sources, resources) = Sources::read_resources(dir, choose)?;
    Ok((load_sources(&sources).map(|(api, _)| api), resources))
}

/// Resolves and checks a schema; the report that accompanies the Api contains warnings only.
///
/// # Errors
///
/// All errors of the schema at once.
pub fn load_sources(sources: &Sources) -> Result<(Api, Report), Report> {
    let mut diagnostics = Diagnostics::new();
    let specs = spec::read_specs(sources, &mut diagnostics);
    let api = lower::lower(sources, &specs, &mut diagnostics);
    check::check(&api, &mut diagnostics);
    let failed = diagnostics.has_errors();
    let report = diagnostics.finish(sources);
    if failed { Err(report) } else { Ok((api, report)) }
}
