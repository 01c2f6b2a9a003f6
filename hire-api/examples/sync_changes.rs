//! Everything that has changed since a time: the applications, eight at a time in detail, within their quotas.
//!
//! `cargo run --example sync_changes -- 1700000000000`, in milliseconds; what it prints at the end is where the next run
//! begins. A run that is broken off loses nothing: it is simply made again from the same time.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod support;

use std::env;
use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::TryStreamExt;
use hire_api::hire::v1::application::{get, list};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _mock) = support::client().await?;
    let since: i64 = env::args().nth(1).map_or(Ok(1_600_000_000_000), |time| time.parse())?;
    // What changes while this runs is found by the next run, too: better twice than not at all.
    let started = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let changed = client.items(list::Request::new().update_start_time(since).page_size(200)).into_stream();
    let applications = changed
        .map_ok(|id| client.hire().v1().application().get(get::Request::new(id)))
        .try_buffer_unordered(8);
    let mut applications = std::pin::pin!(applications);
    let mut count = 0;
    while let Some(answer) = applications.try_next().await? {
        let Some(application) = answer.application else { continue };
        count += 1;
        let stage = application.stage.and_then(|stage| stage.en_name).unwrap_or_default();
        println!("{}: {stage}", application.id.unwrap_or_default());
    }
    println!("{count} changed; begin the next run at {started}");
    Ok(())
}
