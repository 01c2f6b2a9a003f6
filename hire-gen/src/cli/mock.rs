//! `hire-gen mock`: the schema as a server on loopback, until Ctrl-C.

use std::io;

use clap::Args;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{FINE, Output, Schema, WRONG};
use crate::ir::Api;
use crate::mock::{Builder, CannotAnswer, Mock, Recorded};

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    schema: Schema,
    /// Port of 127.0.0.1 to listen on; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Give tokens to this app only; without it to any
    #[arg(long, value_name = "ID", requires = "app_secret")]
    app_id: Option<String>,
    /// Secret of that app
    #[arg(long, value_name = "SECRET", requires = "app_id")]
    app_secret: Option<String>,
    /// Answer an endpoint with an error it documents, as in `hire.v1.talent.combined_update=1002102`; may be given
    /// several times
    #[arg(long = "fail", value_name = "NAME=CODE", value_parser = failure)]
    failures: Vec<(String, i64)>,
    /// Pass over fields that the schema does not know, as Feishu does, and over `null`
    #[arg(long)]
    lenient: bool,
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
        let (events, mut happened) = unbounded_channel();
        let lines = events.clone();
        // Once nobody listens, nobody misses a line.
        let observer = move |request: &Recorded| drop(lines.send(Event::Line(line(request))));
        let mock = match self.builder(api).with_observer(observer).start().await {
            Ok(mock) => mock,
            Err(error) => {
                writeln!(output.err, "error: {error}")?;
                return Ok(WRONG);
            }
        };
        if let Err(error) = self.fail(&mock) {
            return output
                .usage(&error.to_string(), "`hire-gen show` lists the endpoints and what they document");
        }
        tokio::spawn(stop(events));
        writeln!(output.out, "{}", mock.url())?;
        while let Some(Event::Line(line)) = happened.recv().await {
            writeln!(output.out, "{line}")?;
            output.out.flush()?;
        }
        Ok(FINE)
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
    // Without a signal handler Ctrl-C ends the process all the same.
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
