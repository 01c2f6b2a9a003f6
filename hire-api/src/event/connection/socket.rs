//! Opens a WebSocket, or reports why it cannot.

use std::time::Duration;

use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderMap;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as Refused, error::ProtocolError};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::Failure;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Duplex, Transport};

/// The largest message; a part of an event is far smaller.
const MOST: usize = 4 * 1024 * 1024;
/// For connecting, encryption and the upgrade together.
const WITHIN: Duration = Duration::from_secs(15);

pub(super) type Socket = WebSocketStream<Box<dyn Duplex>>;

/// Opens a WebSocket at an address, which no error shows.
pub(super) async fn open(transport: &Transport, url: &Secret) -> Result<Socket, Failure> {
    let opened = tokio::time::timeout(WITHIN, upgrade(transport, url.expose())).await;
    opened.unwrap_or_else(|_| Err(passing("no connection in time")))
}

async fn upgrade(transport: &Transport, url: &str) -> Result<Socket, Failure> {
    let request = url.into_client_request().map_err(|_| passing("the address cannot be read"))?;
    let stream = transport.connect(request.uri()).await.map_err(Failure::Passing)?;
    let config = WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
    match client_async_with_config(request, stream, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(Refused::Http(answer)) => Err(refused(answer.headers())),
        Err(Refused::Protocol(ProtocolError::HandshakeIncomplete)) => {
            Err(passing("the upgrade was interrupted"))
        }
        // The library's messages may contain the address.
        Err(_) => Err(passing("the upgrade failed")),
    }
}

/// The meaning of the headers of a refusal.
fn refused(headers: &HeaderMap) -> Failure {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    match (number("handshake-status"), number("handshake-autherrcode")) {
        (Some(514), Some(1_000_040_350)) => {
            Failure::Final(Error::connection("the app has the maximum of 50 connections"))
        }
        (Some(403), _) => Failure::Final(Error::connection(
            "the app may not connect: only custom apps of Feishu may, not of Lark",
        )),
        (Some(status), _) => passing(&format!("the upgrade was refused with {status}")),
        (None, _) => passing("the upgrade was refused"),
    }
}

fn passing(why: &str) -> Failure {
    Failure::Passing(Error::connection(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e34_refusals_are_final_or_pass() {
        let failure = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            matches!(refused(&headers), Failure::Final(_))
        };
        assert!(failure(&[("handshake-status", "403")]));
        assert!(failure(&[("handshake-status", "514"), ("handshake-autherrcode", "1000040350")]));
        assert!(!failure(&[("handshake-status", "514"), ("handshake-autherrcode", "1")]));
        assert!(!failure(&[("handshake-status", "514")]));
        assert!(!failure(&[("handshake-status", "500")]));
        assert!(!failure(&[]));
    }
}
