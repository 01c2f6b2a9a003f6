//! What became of every row, so that a run that ends in the middle goes on where it was.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What became of a row. Nothing of it is personal: a row is known by its key, and a talent by its ID.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum State {
    /// It is about to be sent. Where nothing follows, nobody knows whether it arrived.
    Started,
    /// It is in Feishu.
    Done { talent_id: Option<String> },
    /// Feishu, or a check before anything was sent, has refused it.
    Refused,
}

/// A file with a line for every step. Only one run at a time may have it.
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
    /// Reads what is there and goes on behind it.
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
                // The last run was cut off while it wrote: the row before it had not been sent yet, or is in doubt anyway.
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

    /// Writes a step down before anything depends on it.
    pub(crate) fn note(&mut self, key: &str, state: State) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { key: key.to_owned(), state: state.clone() })?;
        line.push(b'\n');
        // The system has it then, whatever becomes of this process; `sync` is for the loss of power.
        self.file.write_all(&line)?;
        self.states.insert(key.to_owned(), state);
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}
