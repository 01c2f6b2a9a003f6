//! Adds a candidate: uploads the résumé, creates the talent, and applies for a job.
//!
//! `cargo run --example add_candidate -- resume.pdf 6960663240925956555`, with the ID of the job; without arguments, it
//! uses a made-up résumé.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod support;

use std::env;
use std::error::Error;

use hire_api::File;
use hire_api::hire::v1::talent::combined_create::BasicInfo;
use hire_api::hire::v1::{application, attachment, talent};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _mock) = support::client().await?;
    let (file, job_id) = (env::args_os().nth(1), env::args().nth(2));
    let resume = match file {
        // Read from disk in pieces while it is sent.
        Some(path) => File::open(path)?.on_progress(|sent, size| println!("{sent} of {size} bytes")),
        None => File::new("resume.pdf", "%PDF-1.7 invented"),
    };
    let uploaded = client.hire().v1().attachment().create(attachment::create::Request::new(resume)).await?;
    let attachment_id = uploaded.id.ok_or("the upload has no ID")?;
    println!("uploaded as {attachment_id}");

    let who = BasicInfo::new("张三").email("zhangsan@example.com");
    let create = talent::combined_create::Request::new(who).resume_attachment_id(attachment_id);
    let created = match client.hire().v1().talent().combined_create(create).await {
        // Creating is never repeated: the first request may have arrived, and a second one would create a second
        // talent.
        Err(error) if error.is_ambiguous() => {
            return Err(format!("look for the talent before trying again: {error}").into());
        }
        created => created?,
    };
    let talent_id = created.talent_id.ok_or("the answer has no talent")?;
    println!("created the talent {talent_id}");

    let job_id = job_id.unwrap_or_else(|| "6960663240925956555".to_owned());
    let apply = application::create::Request::new(talent_id, job_id);
    let applied = client.hire().v1().application().create(apply).await?;
    println!("created the application {}", applied.id.as_deref().unwrap_or("without an ID"));
    Ok(())
}
