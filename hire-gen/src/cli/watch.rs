//! Repeats a report whenever the files of a folder change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io, thread};

use super::Output;

const PERIOD: Duration = Duration::from_millis(300);

/// Reports now and after each change. Returns only if the output cannot be written.
pub(super) fn repeat(
    folder: &Path,
    output: &mut Output<'_>,
    report: impl Fn(&mut Output<'_>) -> io::Result<u8>,
) -> io::Result<u8> {
    loop {
        // Taken first, so that a change during the report counts.
        let reported = state(folder);
        report(output)?;
        output.out.flush()?;
        while state(folder) == reported {
            thread::sleep(PERIOD);
        }
        writeln!(output.out)?;
    }
}

/// Length and last change of every file below a folder. Links are not followed, since they may lead back.
fn state(folder: &Path) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => {
                    files.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
                }
                // It was removed in the meantime.
                Err(_) => {}
            }
        }
    }
    files
}
