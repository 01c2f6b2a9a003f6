//! `hire-gen mock`: serves the schema on loopback until Ctrl-C.

use std::io;

use clap::Args;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::deliveries::Deliveries;
use super::{FINE, Output, Schema, WRONG};
use crate::mock::{Builder, CannotAnswer, Mock, Recorded};
use crate::resolve::ir::Api;

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    schema: Schema,
    /// Port of 127.0.0.1 to listen on; 0 means any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Give tokens only to this app; by default to any
    #[arg(long, value_name = "ID", requires = "app_secret")]
    app_id: Option<String>,
    /// Secret of that app
    #[arg(long, value_name = "SECRET", requires = "app_id")]
    app_secret: Option<String>,
    /// Answer an endpoint with a documented error, such as `hire.v1.talent.combined_update=1002102`; may be repeated
    #[arg(long = "fail", value_name = "NAME=CODE", value_parser = failure)]
    failures: Vec<(String, i64)>,
    /// Ignore unknown fields, as Feishu does, and `null`
    #[arg(long)]
    lenient: bool,
    #[command(flatten)]
    deliveries: Deliveries,
}

enum Event {
    Line(String),
    Stop,
}

impl Serve {
    pub(super) fn run(self, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(api) = self.schema.load(output)? else { return Ok(WRONG) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.serve(api, output))
    }

    async fn serve(self, api: Api, output: &mut Output<'_>) -> io::Result<u8> {
        let plan = match self.deliveries.plan(&api) {
            Ok(plan) => plan,
            Err(error) => {
                let help = "`hire-gen list --events` has the events; `--events` takes an `http` address, or `connection`";
                return output.usage(&error.to_string(), help);
            }
        };
        let (events, mut happened) = unbounded_channel();
        let lines = events.clone();
        // Without a listener, the line can be lost.
        let observer = move |request: &Recorded| drop(lines.send(Event::Line(line(request))));
        let mock = match self.builder(api).with_observer(observer).start().await {
            Ok(mock) => mock,
            Err(error) => {
                writeln!(output.err, "error: {error}")?;
                return Ok(WRONG);
            }
        };
        if let Err(error) = self.fail(&mock) {
            return output.usage(
                &error.to_string(),
                "`hire-gen list` lists the endpoints, and `hire-gen show NAME` shows the error codes of one",
            );
        }
        tokio::spawn(stop(events.clone()));
        writeln!(output.out, "{}", mock.url())?;
        output.out.flush()?;
        let deliveries = async {
            if let Some(plan) = &plan {
                // Without a listener, the line can be lost.
                plan.deliver(&mock, |line| drop(events.send(Event::Line(line)))).await;
            }
            std::future::pending::<()>().await;
        };
        let lines = async {
            while let Some(Event::Line(line)) = happened.recv().await {
                writeln!(output.out, "{line}")?;
                output.out.flush()?;
            }
            Ok(FINE)
        };
        tokio::select! {
            ended = lines => ended,
            () = deliveries => Ok(FINE),
        }
    }

    fn builder(&self, api: Api) -> Builder {
        let builder =
            Mock::builder_for(api).with_port(self.port).with_strict(!self.lenient).with_recording(false);
        match (&self.app_id, &self.app_secret) {
            (Some(id), Some(secret)) => builder.with_app(id, secret),
            _ => builder,
        }
    }

    fn fail(&self, mock: &Mock) -> Result<(), CannotAnswer> {
        self.failures.iter().try_for_each(|(endpoint, code)| mock.answer(endpoint, *code))
    }
}

async fn stop(events: UnboundedSender<Event>) {
    // Without a signal handler Ctrl-C ends the process anyway.
    if tokio::signal::ctrl_c().await.is_ok() {
        drop(events.send(Event::Stop));
    }
}

/// `POST /open-apis/… -> 400 1002002`
fn line(request: &Recorded) -> String {
    let Recorded { method, path, status, .. } = request;
    match request.code {
        Some(code) => format!("{method} {path} -> {status} {code}"),
        None => format!("{method} {path} -> {status}"),
    }
}

fn failure(text: &str) -> Result<(String, i64), String> {
    let wrong = || "expected `<endpoint>=<code>`".to_owned();
    let (endpoint, code) = text.split_once('=').ok_or_else(wrong)?;
    Ok((endpoint.to_owned(), code.parse().map_err(|_| wrong())?))
}
