//! Middleware: a program's own code that runs before each attempt.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

use crate::error::Error;
use crate::wire::headers::Extra;
use crate::wire::metadata::Metadata;
use crate::wire::request::Prepared;

/// Runs before each attempt: adds headers, such as `traceparent` or the signature of a gateway, or stops the attempt.
///
/// ```
/// use hire_api::{Middleware, Outbound, Passed};
///
/// struct TraceContext;
///
/// impl Middleware for TraceContext {
///     fn pass<'a>(&'a self, outbound: &'a mut Outbound<'_>) -> Passed<'a> {
///         Box::pin(async move {
///             outbound.add_header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
///             Ok(())
///         })
///     }
/// }
///
/// # fn main() -> Result<(), hire_api::Error> {
/// let client = hire_api::Client::builder("cli_a1b2c3", "app-secret").with_middleware(TraceContext).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
///
/// Results are for an [`Observer`](crate::Observer).
///
/// It is a trait of this crate and not a `tower` layer: a layer may send a request as often and wherever it likes, so that one
/// which retries, follows redirects or changes the address creates records twice or sends a token elsewhere. Here an attempt
/// is sent once, to its own address, or not at all. Requests for tokens and downloads from addresses do not pass through it.
pub trait Middleware: Send + Sync + 'static {
    /// Lets an attempt pass. Runs for each attempt of a call; its time counts against the call's deadline.
    ///
    /// # Errors
    ///
    /// Your own, made by [`Error::stopped`]: the attempt is not sent, and the call fails with it.
    fn pass<'a>(&'a self, outbound: &'a mut Outbound<'_>) -> Passed<'a>;
}

/// The future of [`Middleware::pass`].
pub type Passed<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// An attempt that is about to be sent.
pub struct Outbound<'a> {
    prepared: &'a Prepared,
    attempt: u32,
    headers: Extra,
}

impl<'a> Outbound<'a> {
    pub(crate) fn new(prepared: &'a Prepared, attempt: u32) -> Self {
        Self { prepared, attempt, headers: Extra::default() }
    }

    /// Returns the endpoint.
    pub fn endpoint(&self) -> &'static Metadata {
        self.prepared.metadata
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the encoded path with its parameters, which may be personal.
    pub fn path(&self) -> &str {
        &self.prepared.path
    }

    /// Returns the encoded query without `?`; it may be personal.
    pub fn query(&self) -> &str {
        &self.prepared.query
    }

    /// Returns the JSON body, which may be personal; `None` for a form or no body.
    pub fn body(&self) -> Option<&Bytes> {
        self.prepared.body.as_ref()
    }

    /// Adds a header, which replaces one of the call or the client with the same name. A reserved one, such as
    /// `Authorization`, fails the call.
    pub fn add_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.add(name, value);
    }

    /// These headers, and those that were added.
    pub(crate) fn headers(self, call: &HeaderMap) -> Result<HeaderMap, Error> {
        let mut headers = call.clone();
        headers.extend(self.headers.checked().map_err(Error::config)?);
        Ok(headers)
    }
}

/// Nothing that may be personal is shown.
impl fmt::Debug for Outbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("endpoint", &self.prepared.metadata.name)
            .field("attempt", &self.attempt)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// All of them, in their order.
#[derive(Clone, Default)]
pub(crate) struct Chain(Vec<Arc<dyn Middleware>>);

impl Chain {
    pub(crate) fn add(&mut self, middleware: impl Middleware) {
        self.0.push(Arc::new(middleware));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lets an attempt pass through all of them.
    pub(crate) async fn pass(&self, outbound: &mut Outbound<'_>) -> Result<(), Error> {
        for middleware in &self.0 {
            middleware.pass(outbound).await?;
        }
        Ok(())
    }
}
