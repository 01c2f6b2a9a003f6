//! `hire-gen import`: documentation pages in, specs out.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{FINE, Output, WRONG, counted, found};
use crate::import::{self, Glossary, Imported, Options};
use crate::source::Sources;

#[derive(Args)]
pub(super) struct Import {
    /// Pages as markdown, or folders of them
    #[arg(value_name = "PAGE", required = true)]
    pages: Vec<PathBuf>,
    /// Folder of a schema to write into; without it, the spec of one page goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrite specs that are there and different
    #[arg(long, requires = "out")]
    force: bool,
    /// How much of the page's text to take
    #[arg(long, value_enum, default_value_t = Describe::Label)]
    describe: Describe,
    /// More names for what pages call in Chinese, in the form of `hire-gen/glossary/`
    #[arg(long, value_name = "FILE")]
    glossary: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Describe {
    /// The short label of each field
    Label,
    /// Everything, for private use: the page's text is its publisher's
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
                return output.usage("there is no page", "give files, or folders that hold `*.md`");
            }
            Ok(pages) => pages,
            Err((path, error)) => {
                return output.usage(
                    &format!("`{}` cannot be read: {error}", path.display()),
                    "give pages as markdown",
                );
            }
        };
        match &self.out {
            None if pages.len() > 1 => output.usage(
                &format!("{} do not go to standard output together", counted(pages.len(), "page")),
                "give `--out schema` to write files",
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
            match crate::load_sources(&Sources::read(out)) {
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
        let imported = import::import(pages, &options, &mut |done| {
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
        self.write(out, &imported, output)
    }

    fn write(&self, out: &Path, imported: &Imported, output: &mut Output<'_>) -> io::Result<u8> {
        match crate::files::write_specs(out, &imported.files, self.force) {
            Ok(written) => {
                let endpoints = counted(imported.endpoints.len(), "endpoint");
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
