//! Moves an application to the next stage of its process, and creates an offer in the offer stage.
//!
//! `cargo run --example move_to_offer -- 7073372582620416300`, with the ID of the application.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod support;

use std::env;
use std::error::Error;

use hire_api::hire::v1::application::{get_detail, transfer_stage};
use hire_api::hire::v1::{job_process, offer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _mock) = support::client().await?;
    let application_id = env::args().nth(1).unwrap_or_else(|| "7073372582620416300".to_owned());
    let get = get_detail::Request::new(&application_id);
    let application = client.hire().v1().application().get_detail(get).await?.application_detail;
    let basic = application.and_then(|application| application.basic_info).ok_or("no such application")?;
    let at = basic.stage.and_then(|stage| stage.id);

    // The stages of all processes, in order: one page after the other, until the right one is found.
    let mut processes = client.items(job_process::list::Request::new().page_size(50));
    let mut next = None;
    while let Some(process) = processes.next().await {
        let mut stages = process?.stage_list.into_iter().skip_while(|stage| stage.id != at);
        if stages.next().is_some() {
            next = stages.next();
            break;
        }
    }
    match next.and_then(|stage| Some((stage.id?, stage.en_name.unwrap_or_default()))) {
        Some((stage_id, name)) => {
            let transfer = transfer_stage::Request::new(&application_id, stage_id);
            match client.hire().v1().application().transfer_stage(transfer).await {
                Ok(_) => println!("moved to {name}"),
                Err(error)
                    if error.code_of::<transfer_stage::Request>()
                        == Some(transfer_stage::Code::TalentLocked) =>
                {
                    println!("another application holds the talent: {error}");
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        None => println!("there is no stage after its own"),
    }

    let basic = offer::create::OfferBasicInfoInput::new(
        "od-6b394871807047c7023ebfc1ff37cd3a",
        "ou_ce613028fe74745421f5dc320bb9c709",
        "ou_ce613028fe74745421f5dc320bb9c709",
        "ou_ce613028fe74745421f5dc320bb9c709",
    );
    let made = client.hire().v1().offer().create(offer::create::Request::new(&application_id, basic)).await?;
    println!("made the offer {}", made.offer_id.as_deref().unwrap_or("without an ID"));
    Ok(())
}
