//! A mock of Feishu on loopback that follows the schema.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = hire_gen::mock::Mock::start("schema").await?;
//! println!("{}", mock.url());
//! # Ok(())
//! # }
//! ```
//!
//! It issues tokens, checks every request against the schema, and answers with the documented example. Requests that
//! violate the schema get Feishu's answer, HTTP 400 and code 1002002, with every problem and its path. Unknown fields
//! are also problems, because Feishu silently drops them and a test should not; so is `null`, which no page documents
//! as equal to an absent field ([`Builder::with_strict`]).
//!
//! Users can sign in: the authorize page redirects the browser at once, the token endpoint accepts each code and
//! refresh token once, and [`Push`] delivers events to a receiver.
//!
//! [`Mock::answer`], or the request header `x-mock-code: 1002001`, produces any documented error. The token of a
//! request is checked first, then the configured answers apply, then the schema.

mod answer;
mod connect;
mod connection;
mod example;
mod form;
mod push;
mod record;
mod route;
mod sent;
mod serve;
mod server;
mod start;
mod token;
mod told;
mod users;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::body::Bytes;
use tokio::sync::oneshot;

pub use self::push::{CannotPush, Delivered, Push, PushedEvent, Sealed};
pub use self::record::Recorded;
use self::server::Server;
use self::start::Schema;
pub use self::start::{Builder, StartError};
pub use self::told::CannotAnswer;
use self::told::Told;
use crate::resolve::ir::Api;
pub use crate::validate::{Problem, Sent, Unknown, validate};

/// A running mock; dropping it stops it.
pub struct Mock {
    server: Arc<Server>,
    address: SocketAddr,
    url: String,
    /// Dropping the sender stops the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Mock {
    /// Serves the schema in a folder on a free port of loopback.
    ///
    /// # Errors
    ///
    /// If the schema is wrong, with every diagnostic, or if there is no port to listen on.
    pub async fn start(schema: impl Into<PathBuf>) -> Result<Self, StartError> {
        Self::builder(schema).start().await
    }

    /// Returns a builder with settings, for the schema in a folder.
    pub fn builder(schema: impl Into<PathBuf>) -> Builder {
        Builder::new(Schema::Folder(schema.into()))
    }

    /// Returns a builder with settings, for a loaded schema.
    pub fn builder_for(api: Api) -> Builder {
        Builder::new(Schema::Loaded(Box::new(api)))
    }

    /// Returns the base URL for clients, such as `http://127.0.0.1:49152`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers every call of an endpoint with a documented error, until changed.
    ///
    /// # Errors
    ///
    /// If there is no such endpoint, or if neither its page nor the schema as a whole documents the code; the message
    /// lists the known ones.
    pub fn answer(&self, endpoint: &str, code: i64) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_code(endpoint, code)?;
        self.server.script().always(index, told);
        Ok(())
    }

    /// Answers the next call of an endpoint with a documented error. Repeated calls queue several errors, in order;
    /// after them, the answer of [`answer`](Self::answer) applies again.
    ///
    /// # Errors
    ///
    /// As for [`answer`](Self::answer).
    pub fn answer_once(&self, endpoint: &str, code: i64) -> Result<(), CannotAnswer> {
        let (index, told) = self.told_code(endpoint, code)?;
        self.server.script().once(index, told);
        Ok(())
    }

    /// Answers every call of an endpoint with this HTTP status (200 to 599) and body, until changed. The content type
    /// is JSON if the body is JSON, and plain text otherwise.
    ///
    /// # Errors
    ///
    /// If there is no such endpoint or no such status.
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

    /// Answers the next call of an endpoint with this HTTP status and body.
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

    /// Answers with the documented example again, and forgets earlier settings of the endpoint.
    ///
    /// # Errors
    ///
    /// If there is no such endpoint.
    pub fn answer_normally(&self, endpoint: &str) -> Result<(), CannotAnswer> {
        let index = told::endpoint_named(self.server.api(), endpoint)?;
        self.server.script().forget(index);
        Ok(())
    }

    /// Returns every request so far, in the order of the answers, without token requests.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests().clone()
    }

    /// Returns every request so far and forgets them.
    pub fn take_requests(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.server.requests())
    }

    /// Returns how often a token was requested, successfully or not.
    pub fn token_fetches(&self) -> u64 {
        self.server.tokens().fetches()
    }

    /// Invalidates every issued token; the next request for a token returns a new one.
    pub fn revoke_tokens(&self) {
        self.server.tokens().revoke();
    }

    /// Lets the access tokens of all users expire now; their refresh tokens stay valid.
    pub fn expire_user_tokens(&self) {
        self.server.users().expire(std::time::Instant::now());
    }

    /// Revokes all tokens of all users.
    pub fn revoke_user_tokens(&self) {
        self.server.users().revoke();
    }

    /// Returns how often a refresh token was sent.
    pub fn user_refreshes(&self) -> u64 {
        self.server.users().refreshes()
    }

    /// Accepts the next refresh token but loses its answer.
    pub fn lose_next_refresh(&self) {
        self.server.users().lose_next();
    }

    /// Answers the next request for a user's tokens with this code. Repeated calls queue several codes.
    pub fn fail_next_user_token(&self, code: i64) {
        self.server.users().fail_next(code);
    }

    /// Lets the user of the authorize page refuse from now on.
    pub fn deny_sign_in(&self) {
        self.server.users().deny();
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
            // A thread that panicked has stopped, too.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("url", &self.url).finish_non_exhaustive()
    }
}
