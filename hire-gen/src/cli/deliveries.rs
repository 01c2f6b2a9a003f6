//! `hire-gen mock --events`: delivers documented examples of events, or given JSON, as Feishu does.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::future::join_all;
use serde_json::Value;

use crate::mock::{CannotPush, Delivered, Mock, Push, PushedEvent};
use crate::read::source::Sources;
use crate::resolve::ir::Api;

#[derive(Args)]
pub(super) struct Deliveries {
    /// Deliver the documented example of every event to this `http` address, after checking the address; or, with
    /// `connection`, over the first long connection
    #[arg(long, value_name = "URL")]
    events: Option<String>,
    /// Deliver only this event, such as `hire.application.stage_changed_v1`; may be repeated
    #[arg(long = "event", value_name = "NAME", requires = "events")]
    names: Vec<String>,
    /// Deliver an event with the JSON object of a file as its payload; may be repeated
    #[arg(long = "payload", value_name = "NAME=FILE", requires = "events", value_parser = payload)]
    payloads: Vec<(String, PathBuf)>,
    /// Seal and sign deliveries with this key
    #[arg(long, value_name = "KEY", requires = "events")]
    encrypt_key: Option<String>,
    /// The Verification Token of deliveries
    #[arg(long, value_name = "TOKEN", requires = "events")]
    verification_token: Option<String>,
}

/// The planned deliveries.
pub(super) struct Plan {
    push: Push,
    events: Vec<PushedEvent>,
    over_connection: bool,
}

impl Deliveries {
    /// The deliveries; `None` if not requested.
    pub(super) fn plan(&self, api: &Api) -> Result<Option<Plan>, CannotPush> {
        let Some(target) = &self.events else { return Ok(None) };
        let over_connection = target == "connection";
        let mut push = Push::to(if over_connection { "http://127.0.0.1/" } else { target })?;
        if let Some(key) = &self.encrypt_key {
            push = push.with_encrypt_key(key);
        }
        if let Some(token) = &self.verification_token {
            push = push.with_verification_token(token);
        }
        let documented = api.events.iter().filter(|event| event.example.is_some());
        let all = documented.map(|event| event.event_type.clone());
        let some = !self.names.is_empty() || !self.payloads.is_empty();
        let names: Vec<String> = if some { self.names.clone() } else { all.collect() };
        let documented = names.iter().map(|name| PushedEvent::documented(api, name));
        let given = self.payloads.iter().map(|(name, file)| {
            let unread = |what: String| CannotPush::new(format!("`{}` {what}", file.display()));
            let text =
                Sources::read_text(file).map_err(|error| unread(format!("cannot be read: {error}")))?;
            let payload = serde_json::from_str::<Value>(&text)
                .map_err(|error| unread(format!("is not JSON: {error}")))?;
            PushedEvent::given(api, name, payload)
        });
        let events = documented.chain(given).collect::<Result<_, _>>()?;
        Ok(Some(Plan { push, events, over_connection }))
    }
}

impl Plan {
    /// Delivers all of them, each as often as necessary, and reports every attempt.
    pub(super) async fn deliver(&self, mock: &Mock, tell: impl Fn(String) + Copy) {
        if self.over_connection {
            while mock.connections() == 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        } else {
            match self.push.check_address().await {
                Ok(()) => tell("the address was checked".to_owned()),
                // As in the console: an address that does not answer is refused.
                Err(error) => return tell(format!("nothing is delivered: {error}")),
            }
        }
        let deliver = |event| {
            let attempt = async move || {
                let attempt = match self.over_connection {
                    true => mock.deliver_once(&self.push, event).await,
                    false => self.push.deliver_once(event).await,
                };
                tell(line(event, attempt));
                attempt
            };
            self.push.patiently(attempt)
        };
        join_all(self.events.iter().map(deliver)).await;
    }
}

/// `hire.application.stage_changed_v1 -> 200`
fn line(event: &PushedEvent, attempt: Delivered) -> String {
    match attempt {
        Delivered::Answered(status) => format!("{} -> {status}", event.event_type()),
        Delivered::Unanswered => format!("{} -> no answer", event.event_type()),
    }
}

fn payload(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err("expected `<event>=<file>`".to_owned()),
    }
}
