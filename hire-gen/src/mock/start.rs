//! Settings of a mock, and starting it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::record::Recorded;
use super::server::{Server, Settings};
use super::{Mock, serve, token};
use crate::read::report::Report;
use crate::resolve::ir::Api;
use crate::validate::Unknown;

/// Settings of a mock.
pub struct Builder {
    schema: Schema,
    port: u16,
    latency: Duration,
    settings: Settings,
}

pub(super) enum Schema {
    Folder(PathBuf),
    Loaded(Box<Api>),
}

impl Builder {
    pub(super) fn new(schema: Schema) -> Self {
        let settings = Settings {
            apps: BTreeMap::new(),
            token_life: token::LIFE,
            unknown: Unknown::Refused,
            recording: true,
            observer: None,
        };
        Self { schema, port: 0, latency: Duration::ZERO, settings }
    }

    /// Gives tokens to this app with this secret; may be repeated. By default, any non-empty app ID and secret are
    /// accepted.
    #[must_use]
    pub fn with_app(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.apps.insert(id.into(), secret.into());
        self
    }

    /// Sets how long a token lives. Defaults to two hours. As with Feishu, a request returns the same token while it
    /// has half an hour left, and a new one after that, while both are valid.
    #[must_use]
    pub fn with_token_life(mut self, life: Duration) -> Self {
        self.settings.token_life = life;
        self
    }

    /// Sets whether unknown fields, and `null` instead of a value, are refused (the default) or ignored.
    #[must_use]
    pub fn with_strict(mut self, strict: bool) -> Self {
        self.settings.unknown = if strict { Unknown::Refused } else { Unknown::Ignored };
        self
    }

    /// Sets a delay before each answer.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the port. Defaults to any free one.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets whether requests are kept for [`Mock::requests`]. Defaults to `true`. [`Mock::take_requests`] frees their
    /// memory.
    #[must_use]
    pub fn with_recording(mut self, recording: bool) -> Self {
        self.settings.recording = recording;
        self
    }

    /// Sets an observer of each request and its answer, including token requests (without their body), before the
    /// answer is sent.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Recorded) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Box::new(observer));
        self
    }

    /// Reads the schema and starts serving.
    ///
    /// # Errors
    ///
    /// If the schema is wrong, with every diagnostic, or if the port is not available.
    pub async fn start(self) -> Result<Mock, StartError> {
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let thread =
            thread::Builder::new().name("hire-mock".to_owned()).spawn(move || self.run(stopped, ready))?;
        // A thread that ends without a result has panicked.
        let started =
            started.await.map_err(|_| io::Error::other("the mock's thread ended before it listened"))?;
        let (server, address) = started?;
        Ok(Mock { server, address, url: format!("http://{address}"), stop: Some(stop), thread: Some(thread) })
    }

    fn run(
        self,
        stop: oneshot::Receiver<()>,
        ready: oneshot::Sender<Result<(Arc<Server>, SocketAddr), StartError>>,
    ) {
        // The waiting caller may have gone; then nobody receives this, and `stop` is already dropped.
        let tell = |outcome| drop(ready.send(outcome));
        let api = match self.schema {
            Schema::Loaded(api) => *api,
            Schema::Folder(folder) => match crate::resolve::load(&folder) {
                Ok(api) => api,
                Err(report) => return tell(Err(StartError::Schema(report))),
            },
        };
        let server = Arc::new(Server::new(api, self.settings));
        serve::serve(&server, self.port, self.latency, stop, |listening| {
            tell(listening.map(|address| (Arc::clone(&server), address)).map_err(StartError::Io));
        });
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("port", &self.port).finish_non_exhaustive()
    }
}

/// Why a mock did not start. `Debug` equals `Display`, since tests print it.
#[non_exhaustive]
pub enum StartError {
    /// The schema is wrong.
    Schema(Report),
    /// There is no port to listen on.
    Io(io::Error),
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(report) => write!(f, "the schema is wrong:\n{report}"),
            Self::Io(error) => write!(f, "the mock cannot listen: {error}"),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Schema(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}
