//! `hire-gen import`: turns documentation pages into specs.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{FINE, Output, WRONG, counted, found};
use crate::import::{self, Glossary, Imported, Options};
use crate::read::source::Sources;

#[derive(Args)]
pub(super) struct Import {
    /// Pages as markdown or the portal's JSON, or folders of them
    #[arg(value_name = "PAGE", required = true)]
    pages: Vec<PathBuf>,
    /// Schema folder to write into; otherwise the spec of one page goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrite existing specs that differ
    #[arg(long, requires = "out")]
    force: bool,
    /// How much of the page's text to copy
    #[arg(long, value_enum, default_value_t = Describe::Label)]
    describe: Describe,
    /// More names for Chinese labels, in the format of `hire-gen/glossary/`
    #[arg(long, value_name = "FILE")]
    glossary: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Describe {
    /// The short label of each field
    Label,
    /// Everything, for private use: the text belongs to its publisher
    Full,
}

impl Import {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let glossary = match self.glossary() {
            Ok(glossary) => glossary,
            Err(message) => return output.usage(&message, "a glossary looks like `hire-gen/glossary/`"),
        };
        let pages = match Sources::read_pages(&self.pages) {
            Ok(pages) if pages.is_empty() => {
                return output
                    .usage("there is no page", "pass files, or folders that contain `*.md` or `*.json`");
            }
            Ok(pages) => pages,
            Err((path, error)) => {
                return output.usage(
                    &format!("`{}` cannot be read: {error}", path.display()),
                    "pass pages as Markdown",
                );
            }
        };
        match &self.out {
            None if pages.len() > 1 => output.usage(
                &format!("{} cannot go to standard output together", counted(pages.len(), "page")),
                "pass `--out schema` to write files",
            ),
            None => self.one(&pages, &glossary, output),
            Some(out) => self.all(out, &pages, &glossary, output),
        }
    }

    fn glossary(&self) -> Result<Glossary, String> {
        let mut glossary = Glossary::embedded()?;
        for path in &self.glossary {
            let wrong = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
            let text = Sources::read_text(path).map_err(|error| wrong(&error))?;
            glossary.add(&text).map_err(|error| wrong(&error))?;
        }
        Ok(glossary)
    }

    fn one(
        &self,
        pages: &[(String, String)],
        glossary: &Glossary,
        output: &mut Output<'_>,
    ) -> io::Result<u8> {
        let full = self.describe == Describe::Full;
        let imported =
            import::import(pages, &Options { glossary, full, share: false, there: None }, &mut |_| ());
        output.report(&imported.report)?;
        let spec = imported.files.iter().find(|(path, _)| path.ends_with(".yaml"));
        let Some((path, text)) = spec else { return Ok(WRONG) };
        writeln!(output.out, "# {path}")?;
        output.out.write_all(text.as_bytes())?;
        Ok(FINE)
    }

    fn all(
        &self,
        out: &Path,
        pages: &[(String, String)],
        glossary: &Glossary,
        output: &mut Output<'_>,
    ) -> io::Result<u8> {
        let there = if out.join("api.yaml").exists() {
            match crate::resolve::load_sources(&Sources::read(out)) {
                Ok((api, _)) => Some(api),
                Err(errors) => {
                    output.report(&errors)?;
                    writeln!(output.err, "{}", found(&errors))?;
                    return Ok(WRONG);
                }
            }
        } else {
            None
        };
        let full = self.describe == Describe::Full;
        let options = Options { glossary, full, share: true, there: there.as_ref() };
        let count = pages.len();
        let mut said = Ok(());
        let mut imported = import::import(pages, &options, &mut |done| {
            if output.colour && done % 20 == 0 {
                said = write!(output.err, "\r{done} of {} ", counted(count, "page"))
                    .and_then(|()| output.err.flush());
            }
        });
        said?;
        if output.colour {
            write!(output.err, "\r\x1b[K")?;
        }
        output.report(&imported.report)?;
        // `check` refuses a host whose region the schema does not know.
        if there.is_none() && imported.files.iter().any(|(_, text)| text.contains("\nbase_urls:")) {
            imported.files.push(("api.yaml".to_owned(), import::REGIONS.to_owned()));
        }
        self.write(out, &imported, output)
    }

    fn write(&self, out: &Path, imported: &Imported, output: &mut Output<'_>) -> io::Result<u8> {
        match crate::rust::files::write_specs(out, &imported.files, self.force) {
            Ok(written) => {
                let events = imported.events.len();
                let events =
                    if events == 0 { String::new() } else { format!(", {}", counted(events, "event")) };
                let endpoints = counted(imported.endpoints.len(), "endpoint") + &events;
                writeln!(
                    output.out,
                    "{endpoints} in `{}`: {} of {} written",
                    out.display(),
                    written.changed,
                    counted(written.files, "file")
                )?;
                if imported.report.warnings() + imported.report.errors() > 0 {
                    writeln!(output.err, "{}", found(&imported.report))?;
                }
                Ok(if imported.report.errors() > 0 { WRONG } else { FINE })
            }
            Err(error) => {
                writeln!(output.err, "error: {error}")?;
                Ok(WRONG)
            }
        }
    }
}
