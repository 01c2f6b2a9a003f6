//! One connection to a client.

use std::collections::BTreeMap;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use prost::Message as _;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::frame::Frame;

/// A command for a connection.
#[derive(Debug)]
pub(in super::super) enum Order {
    /// Send an event.
    Event { message_id: String, frames: Vec<Frame>, answer: oneshot::Sender<u16> },
    /// Send these bytes.
    Raw(Vec<u8>),
    /// Close without a message.
    Drop,
    /// Stay open, but stop reading and writing.
    Silence,
}

/// Serves a connection until it ends.
pub(super) async fn serve(upgrade: OnUpgrade, mut orders: mpsc::UnboundedReceiver<Order>, config: String) {
    let Ok(upgraded) = upgrade.await else { return };
    let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    let mut waiting: BTreeMap<String, oneshot::Sender<u16>> = BTreeMap::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Event { message_id, frames, answer }) => {
                    waiting.insert(message_id, answer);
                    for frame in frames {
                        if socket.send(Message::Binary(frame.encode_to_vec().into())).await.is_err() {
                            return;
                        }
                    }
                }
                Some(Order::Raw(bytes)) => {
                    if socket.send(Message::Binary(bytes.into())).await.is_err() {
                        return;
                    }
                }
                Some(Order::Silence) => {
                    // Until it is told to close; other commands are lost.
                    while !matches!(orders.recv().await, Some(Order::Drop) | None) {}
                    return;
                }
                Some(Order::Drop) | None => return,
            },
            message = socket.next() => {
                let Some(Ok(message)) = message else { return };
                let Message::Binary(bytes) = message else { continue };
                let Ok(frame) = Frame::decode(bytes) else { continue };
                if frame.method == 0 && frame.header("type") == Some("ping") {
                    let pong = Frame::pong(config.clone()).encode_to_vec();
                    if socket.send(Message::Binary(pong.into())).await.is_err() {
                        return;
                    }
                }
                let answer = frame.header("message_id").and_then(|id| waiting.remove(id));
                if let (Some(answer), Some(code)) = (answer, frame.code()) {
                    // The waiting caller may have given up.
                    let _ = answer.send(code);
                }
            }
        }
    }
}
