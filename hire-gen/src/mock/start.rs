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
use crate::diag::Report;
use crate::ir::Api;
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

    /// Gives tokens to this app with this secret; said several times, to each of them. Without it, any app id and
    /// secret will do that are not empty.
    #[must_use]
    pub fn with_app(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.apps.insert(id.into(), secret.into());
        self
    }

    /// How long a token lives; two hours by default. As with Feishu, a fetch gives the same token while it has half an
    /// hour left, and a new one beside it after.
    #[must_use]
    pub fn with_token_life(mut self, life: Duration) -> Self {
        self.settings.token_life = life;
        self
    }

    /// Whether fields that the schema does not know, and `null` in place of a value, are refused (the default), or passed
    /// over.
    #[must_use]
    pub fn with_strict(mut self, strict: bool) -> Self {
        self.settings.unknown = if strict { Unknown::Refused } else { Unknown::Ignored };
        self
    }

    /// Waits this long before each answer.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The port to listen on; any free one by default.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether requests are kept for [`Mock::requests`], which they are by default. Their memory is given back by
    /// [`Mock::take_requests`] and at the end.
    #[must_use]
    pub fn with_recording(mut self, recording: bool) -> Self {
        self.settings.recording = recording;
        self
    }

    /// Calls this with each request and its answer, fetches of tokens included (without their body), before the answer
    /// goes out.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Recorded) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Box::new(observer));
        self
    }

    /// Reads the schema and begins to serve.
    ///
    /// # Errors
    ///
    /// When the schema is wrong, with every diagnostic, or when the port cannot be had.
    pub async fn start(self) -> Result<Mock, StartError> {
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let thread =
            thread::Builder::new().name("hire-mock".to_owned()).spawn(move || self.run(stopped, ready))?;
        // A thread that ends without a word has panicked.
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
        // Whoever waited may have gone; then nobody is there to tell, and `stop` is dropped already.
        let tell = |outcome| drop(ready.send(outcome));
        let api = match self.schema {
            Schema::Loaded(api) => *api,
            Schema::Folder(folder) => match crate::load(&folder) {
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

/// Why a mock did not start. `Debug` reads like `Display`: it is what a test shows.
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
