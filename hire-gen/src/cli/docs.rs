//! `hire-gen docs`: the schema as a site to look at.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::written::write;
use super::{FINE, Output, Schema, WRONG};
use crate::site::{self, Options};

#[derive(Args)]
pub(super) struct Docs {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; `index.html` there is where to begin
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What stands above every page
    #[arg(long, default_value = "API reference")]
    title: String,
    /// Crate or module that has the generated client, as the Rust examples name it
    #[arg(long = "crate", value_name = "PATH", default_value = "hire_api", value_parser = path)]
    root: String,
    /// Write nothing; fail where a file would change
    #[arg(long)]
    check: bool,
}

impl Docs {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let files = site::site(&api, &Options { title: self.title, root: self.root });
        let code = write(&files, &self.out, self.check, output)?;
        if code == FINE && !self.check {
            writeln!(output.out, "open `{}` in a browser", self.out.join("index.html").display())?;
        }
        Ok(code)
    }
}

/// A path as `use` takes it.
fn path(text: &str) -> Result<String, String> {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    if text.split("::").all(word) {
        Ok(text.to_owned())
    } else {
        Err("expected a path such as `hire_api` or `crate::api`".to_owned())
    }
}
