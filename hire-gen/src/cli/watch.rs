//! Repeats a report whenever the files of a folder change.

use std::path::Path;
use std::time::Duration;
use std::{io, thread};

use super::Output;
use crate::read::source::FolderState;

const PERIOD: Duration = Duration::from_millis(300);

/// Reports now and after each change. Returns only if the output cannot be written.
pub(super) fn repeat(
    folder: &Path,
    output: &mut Output<'_>,
    report: impl Fn(&mut Output<'_>) -> io::Result<u8>,
) -> io::Result<u8> {
    loop {
        // Taken first, so that a change during the report counts.
        let reported = FolderState::of(folder);
        report(output)?;
        output.out.flush()?;
        while FolderState::of(folder) == reported {
            thread::sleep(PERIOD);
        }
        writeln!(output.out)?;
    }
}
