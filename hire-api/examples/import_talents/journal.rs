//! Records the outcome of every row, so that an interrupted run can continue.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The outcome of a row, without personal data: a row is identified by its key, and a talent by its ID.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum State {
    /// It is about to be sent. Without a later entry, the outcome is unknown.
    Started,
    /// It was created in Feishu.
    Done { talent_id: Option<String> },
    /// Feishu, or a check before sending, has refused it.
    Refused,
}

/// A file with a line per step. Only one run may use it at a time.
pub(crate) struct Journal {
    file: File,
    states: BTreeMap<String, State>,
}

#[derive(Deserialize, Serialize)]
struct Line {
    key: String,
    #[serde(flatten)]
    state: State,
}

impl Journal {
    /// Reads the existing entries and appends new ones.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let in_use = |_| io::Error::other(format!("another run is using {}", path.display()));
        file.try_lock().map_err(in_use)?;
        let mut states = BTreeMap::new();
        let mut whole = 0;
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)? as u64;
            if !line.ends_with(b"\n") {
                // The last run was interrupted while writing: the row had not been sent yet, or is in doubt anyway.
                break;
            }
            let wrong =
                |error| io::Error::other(format!("line {number} of {} is none: {error}", path.display()));
            let Line { key, state } = serde_json::from_slice(&line).map_err(wrong)?;
            states.insert(key, state);
            whole += read;
        }
        file.set_len(whole)?;
        Ok(Self { file, states })
    }

    pub(crate) fn state(&self, key: &str) -> Option<&State> {
        self.states.get(key)
    }

    /// Writes a step before anything depends on it.
    pub(crate) fn note(&mut self, key: &str, state: State) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { key: key.to_owned(), state: state.clone() })?;
        line.push(b'\n');
        // The operating system has it now, whatever happens to this process; `sync` protects against power loss.
        self.file.write_all(&line)?;
        self.states.insert(key.to_owned(), state);
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}
