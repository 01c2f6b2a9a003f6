//! Whether a folder has changed, without reading its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Length and last change of every file below a folder.
#[derive(PartialEq)]
pub(crate) struct FolderState(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl FolderState {
    /// The present state. Links are not followed, since they may lead back.
    pub(crate) fn of(folder: &Path) -> Self {
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
        Self(files)
    }
}
