//! Reads endpoint specs in YAML and writes a typed Rust client.
//!
//! ```text
//! folder → Sources → shape → spec → lower → Api → check → emit → Files
//! ```
//!
//! A build script needs [`out_dir`] only; [`load`] is for those who want the [`Api`] itself.

pub mod call;
mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diag;
#[cfg(feature = "diff")]
pub mod diff;
pub mod emit;
#[cfg(feature = "cli")]
pub mod explain;
mod files;
mod grammar;
#[cfg(feature = "import")]
pub mod import;
pub mod ir;
pub mod json_schema;
mod lower;
#[cfg(feature = "mock")]
pub mod mock;
mod name;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod out_dir;
pub mod outline;
#[cfg(feature = "render")]
pub mod render;
#[cfg(feature = "site")]
pub mod scopes;
#[cfg(feature = "site")]
pub mod site;
pub mod source;
pub mod span;
pub mod spec;
#[cfg(any(feature = "mock", feature = "openapi"))]
pub mod validate;

use std::path::Path;

pub use files::{Files, WriteError, Written};

use crate::diag::{Diagnostics, Report};
use crate::ir::Api;
use crate::source::Sources;

/// Reads, resolves and checks a schema folder. Warnings are left out; [`load_sources`] has them.
///
/// # Errors
///
/// Everything that is wrong with it, at once.
pub fn load(dir: &Path) -> Result<Api, Report> {
    load_sources(&Sources::read(dir)).map(|(api, _)| api)
}

/// Resolves and checks a schema; the report that comes with the Api holds warnings, or nothing.
///
/// # Errors
///
/// Everything that is wrong with it, at once.
pub fn load_sources(sources: &Sources) -> Result<(Api, Report), Report> {
    let mut diagnostics = Diagnostics::new();
    let specs = spec::read_specs(sources, &mut diagnostics);
    let api = lower::lower(sources, &specs, &mut diagnostics);
    check::check(&api, &mut diagnostics);
    let failed = diagnostics.has_errors();
    let report = diagnostics.finish(sources);
    if failed { Err(report) } else { Ok((api, report)) }
}
