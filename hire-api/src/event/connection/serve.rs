//! An open connection: it accepts events, answers them after they were handled, and watches the server.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::LongConnection;
use super::address::Pace;
use super::frame::{CONTROL, DATA, Frame};
use super::parts::Parts;
use super::socket::Socket;
use crate::error::Error;
use crate::event::envelope::{Content, read};
use crate::event::work::take;

/// Why a connection ended.
pub(super) enum End {
    Stopped,
    Lost(Error),
}

/// The limit for sending: after this time the server counts as gone.
const SENDING: Duration = Duration::from_secs(10);
/// After the sign to stop, Feishu still waits this long for the answer to an event.
const ANSWERING: Duration = Duration::from_secs(3);

impl LongConnection {
    pub(super) async fn serve(
        &self,
        mut socket: Socket,
        service: i32,
        pace: &mut Pace,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> End {
        let (answers, mut answered) = mpsc::unbounded_channel();
        let mut parts = Parts::default();
        let (mut heard, mut ping_at) = (Instant::now(), Instant::now());
        loop {
            let silent = heard + pace.ping + self.margin;
            tokio::select! {
                () = &mut stop => break,
                () = tokio::time::sleep_until(silent) => {
                    return End::Lost(Error::connection("the server is silent"));
                }
                () = tokio::time::sleep_until(ping_at) => {
                    if let Err(error) = send(&mut socket, &Frame::ping(service)).await {
                        return End::Lost(error);
                    }
                    ping_at = Instant::now() + pace.ping;
                }
                Some(answer) = answered.recv() => {
                    if let Err(error) = send(&mut socket, &answer).await {
                        return End::Lost(error);
                    }
                }
                message = socket.next() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Binary(bytes))) => {
                            if let Some(new) = self.frame(&bytes, &mut parts, &answers) {
                                // A shorter interval counts from now on.
                                pace.update(&new);
                                ping_at = ping_at.min(heard + pace.ping);
                            }
                        }
                        Some(Ok(Message::Close(_))) | None => {
                            return End::Lost(Error::connection("the server closed it"));
                        }
                        // Texts have no meaning here, and the library answers WebSocket's own pings.
                        Some(Ok(_)) => {}
                        Some(Err(_)) => return End::Lost(Error::connection("it broke")),
                    }
                }
            }
        }
        drop(answers);
        let rest = async {
            // It ends with the last handler, which holds a sender.
            while let Some(answer) = answered.recv().await {
                if send(&mut socket, &answer).await.is_err() {
                    return;
                }
            }
        };
        drop(tokio::time::timeout(ANSWERING, rest).await);
        drop(tokio::time::timeout(Duration::from_millis(500), socket.close(None)).await);
        End::Stopped
    }

    /// Takes one frame; returns new settings if it contains some.
    fn frame(
        &self,
        bytes: &Bytes,
        parts: &mut Parts,
        answers: &mpsc::UnboundedSender<Frame>,
    ) -> Option<Value> {
        let frame = Frame::read(bytes)?;
        match (frame.method, frame.value("type")) {
            (CONTROL, Some("pong")) => {
                self.change(|status| status.last_pong = Some(Instant::now()));
                serde_json::from_slice(frame.payload()).ok()
            }
            (DATA, Some("event")) => {
                let payload = parts.add(&frame, Instant::now())?;
                self.take(frame, &payload, answers.clone());
                None
            }
            // A ping of the server needs no answer, and card callbacks are not events.
            _ => None,
        }
    }

    fn take(&self, frame: Frame, payload: &[u8], answers: mpsc::UnboundedSender<Frame>) {
        let (events, since) = (Arc::clone(&self.events), Instant::now());
        let content = read(payload).map(|opened| opened.content);
        tokio::spawn(async move {
            let handled = match content {
                Some(Content::Event(arrived)) => take(&events, arrived).await,
                // Feishu lists it among the failures and delivers it again.
                Some(Content::AddressCheck { .. }) | None => false,
            };
            // If the connection is gone, the event comes again over another one and is recognised.
            drop(answers.send(frame.answer(handled, since.elapsed().as_millis())));
        });
    }
}

async fn send(socket: &mut Socket, frame: &Frame) -> Result<(), Error> {
    let sent = socket.send(Message::Binary(frame.write().into()));
    match tokio::time::timeout(SENDING, sent).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Error::connection("it accepts no data")),
    }
}
