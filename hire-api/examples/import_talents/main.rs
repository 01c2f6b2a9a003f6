//! Imports talents from a table: within Feishu's quota, concurrently, each exactly once.
//!
//! ```sh
//! cargo run --example import_talents                    # 200 made-up rows against a mock server on loopback
//! cargo run --example import_talents -- talents.csv     # with FEISHU_APP_ID and FEISHU_APP_SECRET set
//! ```
//!
//! The table has the columns `key`, `name`, `email` and `mobile`. `talents.journal` beside it records the outcome of
//! each row: after Ctrl-C, a crash or a day without network, the same command continues. Rows that did not become
//! talents are in `talents.failed.csv`, with the reason.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod import;
mod journal;

use std::env;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use hire_api::{Client, Stop};
use hire_gen::mock::Mock;
use import::{Row, Settings, Tally};
use indicatif::{ProgressBar, ProgressStyle};
use journal::Journal;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let scratch = env::temp_dir().join(format!("import_talents_{}", std::process::id()));
    let table = match env::args_os().nth(1) {
        Some(path) => PathBuf::from(path),
        None => invented(&scratch)?,
    };
    let rows = csv::Reader::from_path(&table)?.deserialize().collect::<Result<Vec<Row>, _>>()?;
    import::check(&rows)?;
    let journal = Journal::open(&table.with_extension("journal"))?;

    // Dropped at the end of `main`, which stops it.
    let mock;
    let client = if env::var_os("FEISHU_APP_ID").is_some() {
        Client::from_env()?
    } else {
        mock = Mock::start(hire_api::SCHEMA_DIR).await?;
        println!("Importing into a mock server; set FEISHU_APP_ID and FEISHU_APP_SECRET for Feishu.");
        Client::builder("cli_import", "no-secret").with_base_url(mock.url()).build()?
    };
    let stop = Stop::new();
    let ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            ctrl_c.stop();
        }
    });

    let bar = ProgressBar::new(rows.len() as u64);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}, {eta} left")?);
    let settings = Settings { concurrency: 32, patience: Duration::from_secs(5), stop: &stop };
    let show = |tally: &Tally| {
        bar.set_position(tally.all() as u64);
        bar.set_message(format!("{} refused, {} in doubt", tally.refused, tally.in_doubt));
    };
    let (tally, failures) = import::import(&client, rows, journal, settings, show).await?;
    bar.finish_and_clear();

    let Tally { created, found, refused, in_doubt, left } = tally;
    println!(
        "{created} created, {found} found after all, {refused} refused, {in_doubt} in doubt, {left} left out"
    );
    if !failures.is_empty() {
        let path = table.with_extension("failed.csv");
        let mut writer = csv::Writer::from_writer(private(&path)?);
        writer.write_record(["key", "name", "email", "mobile", "reason"])?;
        for import::Failure { row: Row { key, name, email, mobile }, reason } in &failures {
            writer.write_record([key, name, email, mobile, reason])?;
        }
        writer.flush()?;
        println!("see {}", path.display());
    }
    if stop.is_stopped() || in_doubt > 0 {
        println!("the same command goes on from here");
        return Ok(ExitCode::FAILURE);
    }
    // Present only for made-up rows.
    let _ = std::fs::remove_dir_all(scratch);
    Ok(ExitCode::SUCCESS)
}

/// A table of made-up people.
fn invented(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("talents.csv");
    let mut writer = csv::Writer::from_path(&path)?;
    for number in 1..=200 {
        let (key, name) = (number.to_string(), format!("候选人{number}"));
        writer.serialize(Row {
            key,
            name,
            email: format!("talent-{number}@mail.example"),
            mobile: String::new(),
        })?;
    }
    writer.flush()?;
    Ok(path)
}

/// A file that only its owner can read: it contains people's names.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
