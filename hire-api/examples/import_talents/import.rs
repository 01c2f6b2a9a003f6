//! Rows in, talents out: each once, whatever happens on the way.
//!
//! Creating a talent must not be sent twice, so a row whose outcome nobody knows is looked up before it is sent again:
//! first at the end of the run, then at the beginning of the next.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use hire_api::hire::v1::talent::{batch_get_id, combined_create};
use hire_api::{Client, Error};
use serde::{Deserialize, Serialize};

use crate::journal::{Journal, State};

/// A line of the table. `key` is what its owner calls it, and unique.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) mobile: String,
}

/// A row that did not become a talent, and why.
pub(crate) struct Failure {
    pub(crate) row: Row,
    pub(crate) reason: String,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) created: usize,
    /// They had arrived although no answer came.
    pub(crate) found: usize,
    pub(crate) refused: usize,
    /// Nobody knows; the next run looks again.
    pub(crate) in_doubt: usize,
    /// A run before this one was done with them, or this one was stopped before it came to them.
    pub(crate) left: usize,
}

impl Tally {
    pub(crate) fn all(&self) -> usize {
        self.created + self.found + self.refused + self.in_doubt + self.left
    }
}

/// What became of one row in this run.
enum Outcome {
    Created,
    Found,
    Left,
    Refused(String),
    InDoubt(String),
}

/// How to import.
pub(crate) struct Settings<'a> {
    /// How many rows are on their way at a time.
    pub(crate) concurrency: usize,
    /// How long to wait before rows in doubt are looked up: what is on its way may still arrive.
    pub(crate) patience: Duration,
    /// No further row is begun once this is set: by Ctrl-C, or by an error that all rows would have.
    pub(crate) stop: &'a AtomicBool,
}

/// Refuses a table in which two rows have one key, or a row has none.
pub(crate) fn check(rows: &[Row]) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        // The first line is the head.
        let line = index + 2;
        if row.key.is_empty() {
            return Err(format!("line {line} has no `key`"));
        }
        if let Some(first) = seen.insert(&row.key, line) {
            return Err(format!("lines {first} and {line} have the same `key`: {}", row.key));
        }
    }
    Ok(())
}

/// Imports rows; tells `progress` after each. Failures come back in the order in which they happened.
pub(crate) async fn import(
    client: &Client,
    rows: Vec<Row>,
    journal: Journal,
    settings: Settings<'_>,
    progress: impl Fn(&Tally),
) -> io::Result<(Tally, Vec<Failure>)> {
    let Settings { concurrency, patience, stop } = settings;
    let journal = Mutex::new(journal);
    let (mut tally, mut failures, mut doubtful) = (Tally::default(), Vec::new(), Vec::new());
    let one = async |row: Row| {
        let outcome = import_row(client, &row, &journal, stop).await;
        (row, outcome)
    };
    let mut outcomes = futures_util::stream::iter(rows).map(one).buffer_unordered(concurrency);
    while let Some((row, outcome)) = outcomes.next().await {
        match outcome? {
            Outcome::Created => tally.created += 1,
            Outcome::Found => tally.found += 1,
            Outcome::Left => tally.left += 1,
            Outcome::Refused(reason) => {
                tally.refused += 1;
                failures.push(Failure { row, reason });
            }
            Outcome::InDoubt(reason) => {
                tally.in_doubt += 1;
                doubtful.push(Failure { row, reason });
            }
        }
        progress(&tally);
    }
    drop(outcomes);
    if !doubtful.is_empty() && !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(patience).await;
    }
    for Failure { row, reason } in doubtful {
        match find(client, &row).await {
            Ok(Some(talent_id)) => {
                lock(&journal).note(&row.key, State::Done { talent_id: Some(talent_id) })?;
                (tally.in_doubt, tally.found) = (tally.in_doubt - 1, tally.found + 1);
                progress(&tally);
            }
            Ok(None) | Err(_) => failures.push(Failure { row, reason }),
        }
    }
    lock(&journal).sync()?;
    Ok((tally, failures))
}

async fn import_row(
    client: &Client,
    row: &Row,
    journal: &Mutex<Journal>,
    stop: &AtomicBool,
) -> io::Result<Outcome> {
    let before = lock(journal).state(&row.key).cloned();
    if matches!(before, Some(State::Done { .. } | State::Refused)) || stop.load(Ordering::Relaxed) {
        return Ok(Outcome::Left);
    }
    if before == Some(State::Started) {
        match find(client, row).await {
            Ok(Some(talent_id)) => {
                lock(journal).note(&row.key, State::Done { talent_id: Some(talent_id) })?;
                return Ok(Outcome::Found);
            }
            Ok(None) => {}
            Err(error) => return Ok(Outcome::InDoubt(format!("an earlier run has sent it; {error}"))),
        }
    }
    lock(journal).note(&row.key, State::Started)?;
    let mut who = combined_create::BasicInfo::new(&row.name);
    if !row.email.is_empty() {
        who = who.email(&row.email);
    }
    if !row.mobile.is_empty() {
        who = who.mobile(&row.mobile);
    }
    match client.hire().v1().talent().combined_create(combined_create::Request::new(who)).await {
        Ok(answer) => {
            lock(journal).note(&row.key, State::Done { talent_id: answer.talent_id })?;
            Ok(Outcome::Created)
        }
        // It may be there.
        Err(error) if error.is_ambiguous() => Ok(Outcome::InDoubt(error.to_string())),
        Err(error) if error.is_token() || error.is_permission() || error.is_quota() => {
            // What is wrong is no row's: the app's secret, its scopes, or its quota of the month.
            let no_token = error.is_token() && error.attempts() == 0;
            let used_up = error.is_quota() && !error.is_rate_limited();
            stop.fetch_or(no_token || used_up || error.is_permission(), Ordering::Relaxed);
            Ok(Outcome::InDoubt(error.to_string()))
        }
        Err(error) if error.is_refused() || error.code().is_some() => {
            lock(journal).note(&row.key, State::Refused)?;
            Ok(Outcome::Refused(error.to_string()))
        }
        Err(error) => Ok(Outcome::InDoubt(error.to_string())),
    }
}

/// The talent that a row has become, by what identifies a person.
async fn find(client: &Client, row: &Row) -> Result<Option<String>, Error> {
    let mut request = batch_get_id::Request::new();
    if !row.email.is_empty() {
        request = request.email_list([row.email.clone()]);
    }
    if !row.mobile.is_empty() {
        request = request.mobile_number_list([row.mobile.clone()]);
    }
    let answer = client.hire().v1().talent().batch_get_id(request).await?;
    Ok(answer.talent_list.into_iter().find_map(|talent| talent.talent_id))
}

fn lock(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    // A line is written whole or not at all.
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}
