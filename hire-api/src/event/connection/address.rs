//! The address to connect to, which is a credential, and the settings that the server sends.

use std::time::Duration;

use serde_json::{Value, json};

use super::Failure;
use crate::call::outcome::unwrapped;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Outbound, Outgoing, Transport};
use crate::wire::envelope::Detail;
use crate::wire::metadata::{Envelope, Method};

/// Codes after which asking again may help: busy, or out of order.
const PASSING: [i64; 2] = [1, 1_000_040_343];
const WITHIN: Duration = Duration::from_secs(15);

/// The address to connect to. `Debug` hides it.
pub(super) struct Address {
    pub(super) url: Secret,
    pub(super) service: i32,
}

/// Settings that the server sends, and may change at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// After a loss, wait for a random time up to this.
    pub(super) first: Duration,
    /// Between attempts after that.
    pub(super) interval: Duration,
    pub(super) ping: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(30),
            interval: Duration::from_secs(120),
            ping: Duration::from_secs(120),
        }
    }
}

impl Pace {
    /// Takes the settings that are present and make sense, and keeps the others.
    pub(super) fn update(&mut self, config: &Value) {
        let seconds = |name: &str, least: u64| {
            let seconds = config.get(name)?.as_u64()?;
            Some(Duration::from_secs(seconds.clamp(least, LONGEST)))
        };
        self.first = seconds("ReconnectNonce", 0).unwrap_or(self.first);
        self.interval = seconds("ReconnectInterval", 1).unwrap_or(self.interval);
        self.ping = seconds("PingInterval", 1).unwrap_or(self.ping);
    }
}

/// Nobody waits for an hour to connect again.
const LONGEST: u64 = 60 * 60;

/// Asks for an address; each is valid for one connection.
pub(super) async fn ask(
    transport: &Transport,
    app_id: &str,
    app_secret: &Secret,
    pace: &mut Pace,
) -> Result<Address, Failure> {
    let body = json!({"AppID": app_id, "AppSecret": app_secret.expose()}).to_string();
    let outgoing = Outgoing {
        method: Method::Post,
        base_urls: &[],
        file: false,
        path: "/callback/ws/endpoint",
        query: "",
        token: None,
        body: Outbound::Bytes(body.into()),
        content_type: Some("application/json; charset=utf-8"),
        timeout: None,
        headers: None,
        own: &[],
        heard: None,
        within: WITHIN,
    };
    let incoming = transport.send(outgoing).await.map_err(Failure::Passing)?;
    let success = incoming.status == 200;
    let opened = unwrapped(&incoming, Envelope::Standard, &[app_secret]).map_err(|error| {
        match error.code() {
            // Not a valid answer, or one of a server in trouble.
            None => Failure::Passing(error),
            Some(_) if !success => Failure::Passing(error),
            Some(code) if PASSING.contains(&code) => Failure::Passing(error),
            Some(1_000_040_351) => Failure::Final(Error::answered(
                1_000_040_351,
                "the app does not exist on this domain: a Feishu app was used with Lark, or the reverse",
                Detail::default(),
            )),
            Some(_) => Failure::Final(error),
        }
    })?;
    let data = opened.data.and_then(|data| serde_json::from_slice(incoming.body.get(data)?).ok());
    let data: Value = data.unwrap_or_default();
    if let Some(config) = data.get("ClientConfig") {
        pace.update(config);
    }
    let url = data.get("URL").and_then(Value::as_str).unwrap_or_default();
    let address = read(url).ok_or_else(|| Error::unreadable("it contains no address to connect to"));
    address.map_err(Failure::Passing)
}

/// Extracts the service from an address, and refuses an unencrypted one.
fn read(url: &str) -> Option<Address> {
    let rest = match url.split_once("://")? {
        ("wss", rest) => rest,
        ("ws", rest) if is_loopback(rest) => rest,
        _ => return None,
    };
    let (_, query) = rest.split_once('?')?;
    let pairs = || query.split('&').filter_map(|pair| pair.split_once('='));
    let service = pairs().find(|(name, _)| *name == "service_id")?.1.parse().ok()?;
    Some(Address { url: Secret::new(url), service })
}

fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host == "127.0.0.1" || host == "localhost" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e32_addresses_are_encrypted_and_name_their_service() {
        let service = |url: &str| read(url).map(|address| address.service);
        assert_eq!(service("wss://a.example/ws?device_id=1&service_id=33554678&ticket=t"), Some(33_554_678));
        assert_eq!(service("ws://127.0.0.1:8/?service_id=1"), Some(1));
        for url in [
            "",
            "wss://a.example/",
            "wss://a.example/?service_id=x",
            "ws://a.example/?service_id=1",
            "ws://127.0.0.1@a.example/?service_id=1",
            "https://a.example/?service_id=1",
        ] {
            assert_eq!(service(url), None, "{url}");
        }
    }

    #[test]
    fn e33_settings_that_make_no_sense_change_nothing() {
        let mut pace = Pace::default();
        pace.update(&json!({"ReconnectNonce": -1, "PingInterval": "x"}));
        pace.update(&json!(null));
        assert_eq!(pace, Pace::default());
        pace.update(
            &json!({"ReconnectCount": -1, "ReconnectInterval": 0, "ReconnectNonce": 0, "PingInterval": 90}),
        );
        assert_eq!(pace.first, Duration::ZERO);
        assert_eq!((pace.interval, pace.ping), (Duration::from_secs(1), Duration::from_secs(90)));
    }
}
