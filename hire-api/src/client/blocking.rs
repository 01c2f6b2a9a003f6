//! A client for programs that are not async: every call waits for its answer, on the client's own runtime.

use std::fmt;
use std::future::Future;
use std::iter::FusedIterator;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::call::options::{Answer, CallOptions};
use crate::client::builder::ClientBuilder;
use crate::client::page::{self, Page, Paged};
use crate::error::Error;
use crate::wire::request::{Draft, Endpoint};
use crate::wire::value::Json;

impl ClientBuilder {
    /// Builds a client for a program that is not async: its calls wait for their answers, on a thread of the client.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build); also if the thread cannot be started.
    pub fn build_blocking(self) -> Result<Client, Error> {
        Client::new(self.build()?)
    }
}

/// A client whose calls wait for their answers. Cheap to clone; clones share connections, the token and one thread,
/// which renews the token between calls.
///
/// ```no_run
/// # #[cfg(feature = "hire-v1-talent")]
/// # fn example() -> Result<(), hire_api::Error> {
/// use hire_api::hire::v1::talent::{list, onboard_status};
///
/// let client = hire_api::Client::builder("cli_a1b2c3", "app secret").build_blocking()?;
/// let onboard = onboard_status::OnboardOperation::Onboard;
/// let request = onboard_status::Request::new("6930815272790114324", onboard).onboard_time(1_676_548_784_889_i64);
/// client.call(&request)?;
/// // The same by the name of its method:
/// client.wait(client.asynchronous().hire().v1().talent().onboard_status(request))?;
/// for talent in client.items(list::Request::new()) {
///     println!("{:?}", talent?.id);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Use it on your own threads. Inside an async task a call fails before anything is sent, because it would block all
/// tasks of that thread and could wait for one of them. The same applies to other threads of a runtime, including
/// those of `spawn_blocking`, which cannot be distinguished. There, await the calls of
/// [`asynchronous`](Self::asynchronous).
#[derive(Clone)]
pub struct Client {
    client: super::Client,
    shared: Arc<Shared>,
}

struct Shared {
    handle: Handle,
    /// Present until it is dropped.
    runtime: Option<Runtime>,
}

/// A dropped runtime waits for its work, and panics inside an async task.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// Wraps a client, such as one for a tenant of a store app. Each blocking client has its own thread; for many
    /// tenants one is enough, since its [`wait`](Self::wait) accepts the calls of any client.
    ///
    /// # Errors
    ///
    /// If its thread cannot be started.
    pub fn new(client: super::Client) -> Result<Self, Error> {
        // One thread is enough: callers drive their own calls, and it does the work beside and between them.
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("hire-api").enable_all().build();
        let runtime = runtime.map_err(|error| Error::config(format!("cannot start a runtime: {error}")))?;
        let shared = Shared { handle: runtime.handle().clone(), runtime: Some(runtime) };
        Ok(Self { client, shared: Arc::new(shared) })
    }

    /// Returns the client inside, for its resource methods: pass the futures that they return to
    /// [`wait`](Self::wait).
    ///
    /// It may also be awaited on other runtimes. Both share their connections, and a connection lives on the runtime
    /// that opened it: calls from elsewhere time out if that runtime stalls between calls, as a `current_thread` one
    /// does.
    pub fn asynchronous(&self) -> &super::Client {
        &self.client
    }

    /// Returns the same client for a user who has signed in, on the same thread, as
    /// [`Client::as_user`](super::Client::as_user) does.
    #[cfg(feature = "sign-in")]
    #[must_use]
    pub fn as_user(&self, key: impl Into<String>) -> Self {
        Self { client: self.client.as_user(key), shared: Arc::clone(&self.shared) }
    }

    /// Waits for a future, such as one or several calls of the [`asynchronous`](Self::asynchronous) client. The
    /// future may use all of tokio.
    ///
    /// # Errors
    ///
    /// The errors of the future; also if this thread must not wait, as for [`call`](Self::call).
    pub fn wait<T, E: From<Error>>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        may_wait()?;
        self.shared.handle.block_on(future)
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    ///
    /// See [`Error`]; also fails inside an async task, before anything is sent.
    pub fn call<E: Endpoint>(&self, request: &E) -> Result<E::Response, Error> {
        self.wait(self.client.call(request))
    }

    /// Sends a request with options for this call alone.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn call_with<E: Endpoint>(&self, request: &E, options: CallOptions) -> Result<E::Response, Error> {
        self.wait(self.client.call_with(request, options))
    }

    /// Sends a request and returns its data with status, headers, message, log ID and the body as received.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn answer<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> Result<Answer<E::Response>, Error> {
        self.wait(self.client.answer(request, options))
    }

    /// Calls an endpoint that has no spec, as [`Client::call_untyped`](super::Client::call_untyped) does.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn call_untyped(&self, draft: Draft, options: CallOptions) -> Result<Answer<Json>, Error> {
        self.wait(self.client.call_untyped(draft, options))
    }

    /// Returns the pages of a list, from the first page or from the page token of the request.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages { client: self.clone(), pages: self.client.pages(request), ended: false }
    }

    /// Returns the items of a list, page by page.
    pub fn items<E: Paged>(&self, request: E) -> Items<E> {
        Items { client: self.clone(), items: self.client.items(request), ended: false }
    }

    /// An iterator ends with the first error: a recurring one would keep `flatten` busy forever.
    fn step<T>(
        &self,
        ended: &mut bool,
        next: impl Future<Output = Option<Result<T, Error>>>,
    ) -> Option<Result<T, Error>> {
        if *ended {
            return None;
        }
        let next = self.wait(async { next.await.transpose() }).transpose();
        *ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("asynchronous", self.asynchronous()).finish_non_exhaustive()
    }
}

/// Why this thread must not wait, as the text of an error, in cases where tokio would panic.
fn may_wait() -> Result<(), Error> {
    match Handle::try_current() {
        Err(error) if error.is_missing_context() => Ok(()),
        Err(_) => Err(Error::config("a blocking call on a thread that is ending; nothing was sent")),
        Ok(_) => Err(Error::config(
            "a blocking call inside of an async task, or on another thread of its runtime; nothing was sent: await \
             the client of `asynchronous` there",
        )),
    }
}

/// The pages of a list, each requested on demand; only one is held at a time. Ends with the first error.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<E: Paged> {
    client: Client,
    pages: page::Pages<E>,
    ended: bool,
}

impl<E: Paged> Pages<E> {
    /// Continues from a token of [`resume_token`](Self::resume_token), as long as Feishu knows it.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.pages = self.pages.from_token(token);
        self
    }

    /// Returns the token of the next page, or after an error of the missing page; `None` before the first page and
    /// after the last.
    pub fn resume_token(&self) -> Option<&str> {
        self.pages.resume_token()
    }
}

impl<E: Paged> Iterator for Pages<E> {
    type Item = Result<Page<E::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.step(&mut self.ended, self.pages.next())
    }
}

impl<E: Paged> FusedIterator for Pages<E> {}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.fmt(f)
    }
}

/// The items of a list, one after the other, page by page. Ends with the first error.
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<E: Paged> {
    client: Client,
    items: page::Items<E>,
    ended: bool,
}

impl<E: Paged> Iterator for Items<E> {
    type Item = Result<E::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.step(&mut self.ended, self.items.next())
    }
}

impl<E: Paged> FusedIterator for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}
