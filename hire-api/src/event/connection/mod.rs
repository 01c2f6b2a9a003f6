//! Events over a connection that the program opens itself: it needs no address and no keys, and events are plain text
//! inside TLS.

mod address;
mod frame;
#[cfg(any(fuzzing, test))]
pub(super) mod fuzzing;
mod parts;
mod serve;
mod socket;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use address::Pace;

use super::handlers::Events;
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Settings, Transport};

/// Receives events over a WebSocket that the program opens, for a custom app at Feishu.
///
/// Feishu sends each event to one of the app's connections, of which there may be 50. The handlers are those of a
/// [`Webhook`](super::Webhook), with the same guarantee: an event is answered after it was handled, and delivered
/// again otherwise.
///
/// ```no_run
/// # async fn example() -> Result<(), hire_api::Error> {
/// use hire_api::event::{Events, LongConnection};
///
/// let connection = LongConnection::new("cli_a1b2c3", "app secret", Events::new())?;
/// // Until Ctrl-C, or until Feishu refuses the connection permanently:
/// connection.run_until(async { drop(tokio::signal::ctrl_c().await) }).await?;
/// # Ok(())
/// # }
/// ```
///
/// It reconnects whenever the connection is lost. Cheap to clone; clones share the status.
#[derive(Clone)]
#[must_use]
pub struct LongConnection {
    events: Arc<Events>,
    app_id: String,
    app_secret: Secret,
    settings: Settings,
    transport: Transport,
    /// The connection counts as dead after a ping's interval plus this without a message.
    margin: Duration,
    status: Arc<watch::Sender<ConnectionStatus>>,
}

/// Status of a long connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionStatus {
    /// The current state.
    pub state: ConnectionState,
    /// When the server last answered a ping.
    pub last_pong: Option<Instant>,
    /// How often it reconnected.
    pub reconnects: u64,
    /// Why the last connection was lost or not made.
    pub last_error: Option<Error>,
}

/// State of a long connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionState {
    /// Not started, or ended.
    Stopped,
    /// Asking for an address, or connecting.
    Connecting,
    /// Events arrive.
    Connected,
    /// Waiting before it reconnects.
    Waiting,
}

/// Why there is no connection.
pub(super) enum Failure {
    /// Connecting again may help.
    Passing(Error),
    /// Connecting again does not help.
    Final(Error),
}

const MARGIN: Duration = Duration::from_secs(30);
/// A connection that lasts less is short-lived.
const STEADY: Duration = Duration::from_secs(10);

/// The minimum wait after this many short-lived connections in a row: none after the first, then one second, doubling
/// up to a minute, so that a server that drops connections is not flooded.
fn rest(short_lived: u32) -> Duration {
    match short_lived {
        0 | 1 => Duration::ZERO,
        more => Duration::from_secs(1_u64 << (more - 2).min(6)).min(Duration::from_secs(60)),
    }
}

impl ClientBuilder {
    /// Creates a long connection with the base URL, proxy, certificates, headers and connect timeout of this builder.
    /// Retries, quotas and observers do not apply to it.
    ///
    /// ```
    /// # fn example(pem: Vec<u8>) -> Result<(), hire_api::Error> {
    /// use hire_api::event::Events;
    ///
    /// let connection = hire_api::Client::builder("cli_a1b2c3", "app secret")
    ///     .with_proxy("http://proxy.example:3128")
    ///     .with_root_certificates(pem)
    ///     .build_long_connection(Events::new())?;
    /// # drop(connection);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build); also with an HTTP client of your own, which cannot open long connections.
    pub fn build_long_connection(self, events: impl Into<Arc<Events>>) -> Result<LongConnection, Error> {
        let settings = self.settings.clone();
        let (settled, app_secret) = self.settle_with_secret()?;
        settled.transport.connects()?;
        let status = ConnectionStatus {
            state: ConnectionState::Stopped,
            last_pong: None,
            reconnects: 0,
            last_error: None,
        };
        Ok(LongConnection {
            events: events.into(),
            app_id: settled.app_id.clone(),
            app_secret,
            settings,
            transport: settled.transport.clone(),
            margin: MARGIN,
            status: Arc::new(watch::Sender::new(status)),
        })
    }
}

impl LongConnection {
    /// Creates a long connection for the app with this ID and secret, at Feishu.
    /// [`ClientBuilder::build_long_connection`] creates one with a proxy or custom certificates.
    ///
    /// # Errors
    ///
    /// If one of them is empty or contains a space, or TLS cannot be set up.
    pub fn new(
        app_id: impl Into<String>,
        app_secret: impl AsRef<str>,
        events: impl Into<Arc<Events>>,
    ) -> Result<Self, Error> {
        Client::builder(app_id, app_secret).build_long_connection(events)
    }

    /// Sets another server than Feishu's.
    ///
    /// # Errors
    ///
    /// If the URL is invalid, or not `https` outside loopback.
    pub fn with_base_url(mut self, base_url: impl Into<String>) -> Result<Self, Error> {
        self.settings.base_url = base_url.into();
        self.transport = Transport::new(self.settings.clone())?;
        Ok(self)
    }

    /// Sets how much longer than the ping interval the server may be silent before the connection counts as dead.
    /// Defaults to 30 seconds.
    pub fn with_margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// Returns the current status.
    pub fn status(&self) -> ConnectionStatus {
        self.status.borrow().clone()
    }

    /// Waits until the connection is in a state.
    pub async fn wait_for(&self, state: ConnectionState) {
        // The sender lives as long as `self`.
        drop(self.status.subscribe().wait_for(|status| status.state == state).await);
    }

    /// Receives events until Feishu refuses the connection permanently. Dropping the future ends the connection at
    /// once; handlers continue.
    ///
    /// # Errors
    ///
    /// The permanent refusal: the credentials are wrong, the app may not connect, or it has too many connections.
    pub async fn run(&self) -> Result<(), Error> {
        self.run_until(std::future::pending()).await
    }

    /// Receives events until `stop` is ready: then it accepts no more events, and answers those in work if that takes
    /// at most 3 seconds.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub async fn run_until(&self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let _stopped = Stopped(&self.status);
        let mut stop = std::pin::pin!(stop);
        let mut pace = Pace::default();
        let (mut failures, mut short_lived) = (0_u32, 0_u32);
        loop {
            let connected = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                connected = self.connect(&mut pace) => connected,
            };
            let failure = match connected {
                Ok((socket, service)) => {
                    failures = 0;
                    let since = Instant::now();
                    self.change(|status| status.state = ConnectionState::Connected);
                    match self.serve(socket, service, &mut pace, stop.as_mut()).await {
                        serve::End::Stopped => return Ok(()),
                        serve::End::Lost(error) => {
                            short_lived =
                                if since.elapsed() < STEADY { short_lived.saturating_add(1) } else { 0 };
                            error
                        }
                    }
                }
                Err(Failure::Passing(error)) => error,
                Err(Failure::Final(error)) => {
                    self.change(|status| status.last_error = Some(error.clone()));
                    return Err(error);
                }
            };
            #[cfg(feature = "tracing")]
            tracing::warn!(error = %failure, "the long connection was lost");
            self.change(|status| {
                status.state = ConnectionState::Waiting;
                status.last_error = Some(failure);
                status.reconnects += 1;
            });
            // All clients lose their connections together when a server restarts; they should reconnect one by one.
            let chance = fastrand::f64();
            let wait = match failures {
                0 => pace.first.mul_f64(chance).max(rest(short_lived)),
                _ => pace.interval.mul_f64(1.0 + chance / 10.0),
            };
            failures = failures.saturating_add(1);
            tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn connect(&self, pace: &mut Pace) -> Result<(socket::Socket, i32), Failure> {
        self.change(|status| status.state = ConnectionState::Connecting);
        // Each address is valid for one connection.
        let address = address::ask(&self.transport, &self.app_id, &self.app_secret, pace).await?;
        Ok((socket::open(&self.transport, &address.url).await?, address.service))
    }

    fn change(&self, change: impl FnOnce(&mut ConnectionStatus)) {
        self.status.send_modify(change);
    }
}

/// However the function ends, the state becomes stopped.
struct Stopped<'a>(&'a watch::Sender<ConnectionStatus>);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|status| status.state = ConnectionState::Stopped);
    }
}

impl fmt::Debug for LongConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LongConnection")
            .field("app_id", &self.app_id)
            .field("state", &self.status().state)
            .finish_non_exhaustive()
    }
}
