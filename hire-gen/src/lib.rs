//! Reads endpoint specs in YAML and writes a typed Rust client.
//!
//! ```text
//! folder → Sources → shape → spec → lower → Api → check → emit → Files
//! ```
//!
//! A build script needs only [`out_dir`]; [`load`] returns the [`Api`](ir::Api) itself.
//!
//! Each module below is a layer that uses only the layers below it: `read`, then `resolve`, then [`rust`] and the
//! small readers, then the other readers of the `Api`, then `cli`.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "stage")]
mod derive;
#[cfg(feature = "diff")]
pub mod diff;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "mock")]
pub mod mock;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod outline;
mod read;
mod resolve;
pub mod rust;
#[cfg(feature = "site")]
pub mod scopes;
#[cfg(feature = "site")]
pub mod site;
#[cfg(feature = "stage")]
pub mod stage;
#[cfg(any(feature = "mock", feature = "openapi"))]
pub mod validate;

#[cfg(feature = "cli")]
pub use read::explain;
#[cfg(feature = "render")]
pub use read::render;
pub use read::{diag, json_schema, literal, report, source, span, spec, words};
pub use resolve::{ir, load, load_sources};
pub use rust::files::{Files, WriteError, Written};
pub use rust::{call, out_dir};
