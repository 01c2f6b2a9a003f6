//! `hire-gen docs`: the schema as a reference site.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::diff::earlier;
use super::written::write;
use super::{FINE, Output, Schema, WRONG};
use crate::diff::{Change, Impact, diff};
use crate::resolve::ir::Api;
use crate::site::{self, Changes, Language, Line, Link, Options};

#[derive(Args)]
pub(super) struct Docs {
    #[command(flatten)]
    schema: Schema,
    /// Folder to write into; start with its `index.html`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Title of the site
    #[arg(long, default_value = "API reference")]
    title: String,
    /// Crate or module of the generated client in the Rust examples
    #[arg(long = "crate", value_name = "PATH", default_value = "hire_api", value_parser = path)]
    root: String,
    /// Language of the pages at the root; the pages in the other language go into a subfolder
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    /// Add a page of changes since this schema folder or git revision
    #[arg(long, value_name = "OLD")]
    since: Option<String>,
    /// Add a link to the list of pages; a relative URL starts at the root of the site; may be repeated
    #[arg(long = "link", value_name = "NAME=URL")]
    links: Vec<Link>,
    /// Write nothing; fail if a file would change
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

impl Docs {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let changes = match &self.since {
            None => None,
            Some(since) => match earlier(since, &self.schema.folder(), output)? {
                Err(code) => return Ok(code),
                Ok(old) => Some(changes(since, &old, &api)),
            },
        };
        let language = match self.lang {
            Lang::En => Language::En,
            Lang::Zh => Language::Zh,
        };
        let options = Options { title: self.title, root: self.root, language, changes, links: self.links };
        let files = site::site(&api, &options);
        let code = write(&files, &self.out, self.check, output)?;
        if code == FINE && !self.check {
            writeln!(output.out, "open `{}` in a browser", self.out.join("index.html").display())?;
        }
        Ok(code)
    }
}

/// The differences between two versions, for the site.
fn changes(since: &str, old: &Api, new: &Api) -> Changes {
    let diff = diff(old, new);
    let groups = Impact::ALL.into_iter().map(|impact| {
        let line = |change: &Change| Line { subject: change.subject.to_string(), text: change.sentence() };
        (impact.as_str(), diff.of(impact).map(line).collect::<Vec<_>>())
    });
    Changes { since: since.to_owned(), groups: groups.filter(|(_, lines)| !lines.is_empty()).collect() }
}

/// A path for `use`.
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
