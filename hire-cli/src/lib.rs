//! `hire`: any operation of the schema from the command line, and as tools for language models.
//!
//! It builds on the client and the schema: hire-gen describes operations and checks requests before they are sent; hire-api sends them, with
//! tokens, quotas and retries.

#![forbid(unsafe_code)]

mod arguments;
mod call;
mod catalog;
mod cli;
mod describe;
mod mcp;
mod outcome;
mod send;
mod table;

pub use cli::run;
