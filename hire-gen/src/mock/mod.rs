//! A server on loopback that answers as the schema says.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = hire_gen::mock::Mock::start("schema").await?;
//! println!("{}", mock.url());
//! # Ok(())
//! # }
//! ```
//!
//! It gives out tokens, holds every request against the schema, and answers with the documented example. What the schema
//! does not allow is answered as Feishu does: HTTP 400 and code 1002002, with every problem and where it is. A field that
//! the schema does not know is a problem too: Feishu drops it without a word, and a test should not; and so is a `null`,
//! which no page promises to be as good as nothing ([`Builder::with_strict`]).
//!
//! Any documented error can be had by [`Mock::answer`], or by the request's header `x-mock-code: 1002001`. A request is
//! let through by its token first; then what the mock was told to answer counts, then the schema.

mod answer;
mod example;
mod form;
mod record;
mod route;
mod sent;
mod serve;
mod server;
mod start;
mod token;
mod told;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::body::Bytes;
use tokio::sync::oneshot;

pub use self::record::Recorded;
use self::server::Server;
use self::start::Schema;
pub use self::start::{Builder, StartError};
pub use self::told::CannotAnswer;
use self::told::Told;
use crate::ir::Api;
pub use crate::validate::{Problem, Sent, Unknown, validate};

/// A running mock; dropped, it stops.
pub struct Mock {
    server: Arc<Server>,
    address: SocketAddr,
    url: String,
    /// Dropping the sender is the sign to stop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Mock {
    /// Serves the schema in a folder on some free port of loopback.
    ///
    /// # Errors
    ///
    /// When the schema is wrong, with every diagnostic, or when there is no port to listen on.
    pub async fn start(schema: impl Into<PathBuf>) -> Result<Self, StartError> {
        Self::builder(schema).start().await
    }

    /// The same, with settings.
    pub fn builder(schema: impl Into<PathBuf>) -> Builder {
        Builder::new(Schema::Folder(schema.into()))
    }

    /// Settings of a mock for a schema that has been loaded.
    pub fn builder_for(api: Api) -> Builder {
        Builder::new(Schema::Loaded(Box::new(api)))
    }

    /// Where it listens, as in `http://127.0.0.1:49152`: a client's base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers every call of an endpoint with a documented error, until told otherwise.
    ///
    /// # Errors
    ///
    /// When there is no such endpoint, or when neither its page nor the schema as a whole documents the code; the
    /// message lists those there are.
    pub fn answer(&self, endpoint: &str, code: i64) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_code(endpoint, code)?;
        self.server.script().always(index, told);
        Ok(())
    }

    /// Answers the next call of an endpoint with a documented error. Said several times, it counts for as many calls,
    /// in that order; after them comes what [`answer`](Self::answer) said.
    ///
    /// # Errors
    ///
    /// As for [`answer`](Self::answer).
    pub fn answer_once(&self, endpoint: &str, code: i64) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_code(endpoint, code)?;
        self.server.script().once(index, told);
        Ok(())
    }

    /// Answers every call of an endpoint with this HTTP status (200 to 599) and body, until told otherwise. The content
    /// type is JSON's where the body is JSON, and plain text's where it is not.
    ///
    /// # Errors
    ///
    /// When there is no such endpoint, or no such status.
    pub fn answer_with(
        &self,
        endpoint: &str,
        status: u16,
        body: impl Into<Vec<u8>>,
    ) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_raw(endpoint, status, body.into())?;
        self.server.script().always(index, told);
        Ok(())
    }

    /// Answers the next call of an endpoint like that.
    ///
    /// # Errors
    ///
    /// As for [`answer_with`](Self::answer_with).
    pub fn answer_once_with(
        &self,
        endpoint: &str,
        status: u16,
        body: impl Into<Vec<u8>>,
    ) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_raw(endpoint, status, body.into())?;
        self.server.script().once(index, told);
        Ok(())
    }

    /// Answers with the documented example again, whatever was said about the endpoint before.
    ///
    /// # Errors
    ///
    /// When there is no such endpoint.
    pub fn answer_normally(&self, endpoint: &str) -> Result<(), CannotAnswer> {
        let index = told::endpoint_named(self.server.api(), endpoint)?;
        self.server.script().forget(index);
        Ok(())
    }

    /// Every request so far, in the order of the answers; fetches of tokens are not among them.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests().clone()
    }

    /// The same, and forgets them.
    pub fn take_requests(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.server.requests())
    }

    /// How often a token was asked for, whether one was given or not.
    pub fn token_fetches(&self) -> u64 {
        self.server.tokens().fetches()
    }

    /// Makes every token given out so far invalid; the next fetch gives a new one.
    pub fn revoke_tokens(&self) {
        self.server.tokens().revoke();
    }

    fn told_code(&self, endpoint: &str, code: i64) -> Result<(usize, Told), CannotAnswer> {
        let api = self.server.api();
        let index = told::endpoint_named(api, endpoint)?;
        if let Some(endpoint) = api.endpoints.get(index) {
            told::documented(api, endpoint, code)?;
        }
        Ok((index, Told::Code(code)))
    }

    fn told_raw(&self, endpoint: &str, status: u16, body: Vec<u8>) -> Result<(usize, Told), CannotAnswer> {
        let index = told::endpoint_named(self.server.api(), endpoint)?;
        Ok((index, Told::Raw(told::status(status)?, Bytes::from(body))))
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("url", &self.url).finish_non_exhaustive()
    }
}
