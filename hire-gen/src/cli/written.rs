//! Writes generated files or compares them with the disk, and reports the result.

use std::io;
use std::path::Path;

use super::{FINE, Output, WRONG, counted};
use crate::rust::files::{Files, Written};

/// Writes changed files; with `check`, writes nothing and fails if a file would change.
pub(super) fn write(files: &Files, dir: &Path, check: bool, output: &mut Output<'_>) -> io::Result<u8> {
    let done =
        if check { files.compare(dir).map(Done::Compared) } else { files.write(dir).map(Done::Written) };
    let shown = dir.display();
    match done {
        Ok(Done::Written(Written { files, changed, removed })) => {
            let files = counted(files, "file");
            writeln!(output.out, "{files} in `{shown}`: {changed} written, {removed} removed")?;
            Ok(FINE)
        }
        Ok(Done::Compared(different)) if different.is_empty() => {
            writeln!(output.out, "`{shown}` is up to date")?;
            Ok(FINE)
        }
        Ok(Done::Compared(different)) => {
            for path in &different {
                writeln!(output.err, "{path} would change")?;
            }
            let files = counted(different.len(), "file");
            writeln!(output.err, "error: {files} out of date\n  help: run it again without `--check`")?;
            Ok(WRONG)
        }
        Err(error) => {
            writeln!(output.err, "error: {error}")?;
            Ok(WRONG)
        }
    }
}

enum Done {
    Written(Written),
    Compared(Vec<String>),
}
