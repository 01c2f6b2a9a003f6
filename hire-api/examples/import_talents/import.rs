//! Turns rows into talents: each exactly once, whatever happens.
//!
//! Creating a talent must not be sent twice, so a row with an unknown outcome is looked up before it is sent again:
//! first at the end of the run, then at the beginning of the next.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hire_api::hire::v1::talent::{batch_get_id, combined_create};
use hire_api::{Bulk, Client, Done, Error, Stop};
use serde::{Deserialize, Serialize};

use crate::journal::{Journal, State};

/// A line of the table. `key` is unique and chosen by its owner.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) mobile: String,
}

/// A row that did not become a talent, with the reason.
pub(crate) struct Failure {
    pub(crate) row: Row,
    pub(crate) reason: String,
}

/// The progress of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) created: usize,
    /// Rows that had arrived although no answer came.
    pub(crate) found: usize,
    pub(crate) refused: usize,
    /// Rows with an unknown outcome; the next run looks again.
    pub(crate) in_doubt: usize,
    /// Rows that an earlier run finished, or that this stopped run did not reach.
    pub(crate) left: usize,
}

impl Tally {
    pub(crate) fn all(&self) -> usize {
        self.created + self.found + self.refused + self.in_doubt + self.left
    }
}

/// The outcome of one row in this run.
enum Outcome {
    Created,
    Found,
    Left,
    Refused(String),
    InDoubt(String),
}

/// Options of an import.
pub(crate) struct Settings<'a> {
    /// The number of concurrent rows.
    pub(crate) concurrency: usize,
    /// The wait before rows in doubt are looked up, since a request in transit may still arrive.
    pub(crate) patience: Duration,
    /// Stops the import: on Ctrl-C, or after an error that all rows would have.
    pub(crate) stop: &'a Stop,
}

/// Refuses a table with a repeated or missing key.
pub(crate) fn check(rows: &[Row]) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        // The first line is the header.
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

/// Imports rows; calls `progress` after each. Failures are returned in the order in which they happened.
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
    let one = |row| import_row(client, row, &journal, stop);
    let mut bulk = Bulk::new(&rows, concurrency, one).with_stop(stop.clone());
    while let Some(done) = bulk.next().await {
        let (index, outcome) = match done {
            Done::Worked { index, outcome } => (index, outcome?),
            Done::Left { index, .. } => (index, Outcome::Left),
        };
        let Some(row) = rows.get(index).cloned() else { continue };
        match outcome {
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
    drop(bulk);
    if !doubtful.is_empty() && !stop.is_stopped() {
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
    stop: &Stop,
) -> io::Result<Outcome> {
    let before = lock(journal).state(&row.key).cloned();
    if matches!(before, Some(State::Done { .. } | State::Refused)) {
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
        // It may exist.
        Err(error) if error.is_ambiguous() => Ok(Outcome::InDoubt(error.to_string())),
        Err(error) if error.is_token() || error.is_permission() || error.is_quota() => {
            // The error affects all rows: the app's secret, its scopes, or its monthly quota.
            let no_token = error.is_token() && error.attempts() == 0;
            let used_up = error.is_quota() && !error.is_rate_limited();
            if no_token || used_up || error.is_permission() {
                stop.stop();
            }
            Ok(Outcome::InDoubt(error.to_string()))
        }
        Err(error) if error.is_refused() || error.code().is_some() => {
            lock(journal).note(&row.key, State::Refused)?;
            Ok(Outcome::Refused(error.to_string()))
        }
        Err(error) => Ok(Outcome::InDoubt(error.to_string())),
    }
}

/// The talent of a row, by identifying contact data.
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
    // A line is written completely or not at all.
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}
