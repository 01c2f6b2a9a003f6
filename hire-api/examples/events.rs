//! Receives events from a mock server on loopback in both ways: by webhook, encrypted and signed, and over a long
//! connection.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hire_api::event::{ConnectionState, Delivery, Event as _, Events, LongConnection, Webhook};
use hire_api::hire::v1::application::events::StageChanged;
use hire_api::hire::v1::offer::events::StatusChanged;
use hire_gen::mock::{Mock, Push, PushedEvent};
use serde_json::json;

/// Your own key is in the developer console under events and callbacks.
const ENCRYPT_KEY: &str = "the Encrypt Key of the app";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let events = Arc::new(events());
    println!("1. By webhook: an address of yours, to which Feishu posts.");
    let url = serve(Webhook::new(Arc::clone(&events), ENCRYPT_KEY)?).await?;
    let push = Push::to(&url)?
        .with_encrypt_key(ENCRYPT_KEY)
        .with_redelivery([Duration::from_millis(200), Duration::from_millis(200)]);
    push.check_address().await?;
    println!("   {url} was checked, as when it is saved in the console");
    // The documented example is delivered; `PushedEvent::new` takes your own JSON.
    let api = hire_gen::load(Path::new(hire_api::SCHEMA_DIR))?;
    let stage_changed = || PushedEvent::documented(&api, StageChanged::METADATA.name);
    let event = stage_changed()?;
    println!("   delivered: {:?}", push.deliver(&event).await);
    println!("   delivered again, and known: {:?}", push.deliver(&event).await);
    println!("   with another key: {:?}", push.clone().with_encrypt_key("other").deliver_once(&event).await);
    let payload = json!({"offer_id": "7016605170635213100", "offer_status": 6});
    let offer = PushedEvent::new(StatusChanged::METADATA.name, payload);
    println!("   with a field that its page does not list: {:?}", push.deliver(&offer).await);
    let unknown = PushedEvent::new("hire.something_new_v1", json!({}));
    println!("   of a type without a handler: {:?}", push.deliver(&unknown).await);

    println!("2. Over a long connection, which this program opens.");
    let mock = Mock::start(hire_api::SCHEMA_DIR).await?;
    mock.set_connection_pace(0, 1, 30);
    let connection = LongConnection::new("cli_mock", "no-secret", events)?.with_base_url(mock.url())?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run_until(async { drop(stopped.await) }).await });
    connection.wait_for(ConnectionState::Connected).await;
    println!("   connected");
    println!("   delivered in 3 parts: {:?}", mock.deliver(&push.with_parts(3), &stage_changed()?).await);
    mock.drop_connections();
    while mock.connections_opened() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    connection.wait_for(ConnectionState::Connected).await;
    println!("   lost, and connected again with a fresh address");
    println!("   delivered: {:?}", mock.deliver(&Push::to(&url)?, &stage_changed()?).await);
    drop(stop);
    task.await??;
    println!("   stopped");
    Ok(())
}

/// The handlers, for both ways.
fn events() -> Events {
    Events::new()
        .on(|delivery: Delivery<StageChanged>| async move {
            let event = &delivery.event;
            let application = event.application_id.as_deref().unwrap_or("?");
            let stage = event.target_stage_id.as_deref().unwrap_or("?");
            println!("   > application {application} moved to stage {stage}");
            // An error here would be answered with 500, and Feishu would deliver the event again.
            Ok(())
        })
        .on(|delivery: Delivery<StatusChanged>| async move {
            let offer = delivery.event.offer_id.as_deref().unwrap_or("?");
            // A field that the type does not have is still available.
            let status: Option<i64> = delivery.field("offer_status");
            println!("   > offer {offer} changed; its status: {status:?}");
            Ok(())
        })
        .otherwise(|delivery| async move {
            println!("   > no handler for {}", delivery.header.event_type);
            Ok(())
        })
}

async fn serve(webhook: Webhook) -> Result<String, Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/events", listener.local_addr()?);
    let router = Router::new().route("/events", webhook.route());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}
