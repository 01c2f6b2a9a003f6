//! Reads everything that changed since a time: the applications, eight at a time in detail, within their quotas.
//!
//! `cargo run --example sync_changes -- 1700000000000`, in milliseconds; it prints the time for the next run. An
//! interrupted run loses nothing: repeat it with the same time.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod support;

use std::env;
use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::TryStreamExt;
use hire_api::hire::v1::application::{get_detail, list};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _mock) = support::client().await?;
    let since: i64 = env::args().nth(1).map_or(Ok(1_600_000_000_000), |time| time.parse())?;
    // The next run also finds changes made during this one: better twice than not at all.
    let started = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let changed = client.items(list::Request::new().update_start_time(since).page_size(200)).into_stream();
    let applications = changed
        .map_ok(|id| client.hire().v1().application().get_detail(get_detail::Request::new(id)))
        .try_buffer_unordered(8);
    let mut applications = std::pin::pin!(applications);
    let mut count = 0;
    while let Some(answer) = applications.try_next().await? {
        let detail = answer.application_detail.and_then(|detail| detail.basic_info);
        let Some(application) = detail else { continue };
        count += 1;
        let stage = application.stage.and_then(|stage| stage.en_name).unwrap_or_default();
        println!("{}: {stage}", application.id.unwrap_or_default());
    }
    println!("{count} changed; begin the next run at {started}");
    Ok(())
}
